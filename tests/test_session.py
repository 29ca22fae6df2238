"""What a session holds, and what becomes of one that was tampered with."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.app import build_skill
from skill.dialog.state import BYTES, HEARD, LENGTHS, Exercise, Session, code, pack, unpack

HOUSE = build_skill()
NAMES = sorted(HOUSE.conversation.catalogue.names)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)
FULLEST = Session(
    said="WhyItMattersIntent.2",
    at="WhyItMattersIntent.2",
    offer="VulnerabilityIntent",
    instead="TogetherIntent.solo",
    variant=59,
    heard=tuple((topic, 9) for topic in HOUSE.conversation.catalogue.topics),
    page=9,
    misses=2,
    rate=0,
    brief=True,
    discreet=True,
    safe="PartnerViolenceIntent",
    holds=False,
    closed=True,
    cautioned=True,
    remembered=True,
    exercise=Exercise("b-long-out", 5, 40, "slow", "whole", True, True, 1, 3, (4, 7, 8, 0), True),
)


def test_survives_the_journey() -> None:
    """What was packed comes back the same."""
    assert unpack(json.loads(json.dumps(pack(FULLEST))), HOUSE.codes) == FULLEST


def test_a_fresh_one_is_empty() -> None:
    """Nothing to remember takes no room."""
    assert pack(Session()) == {}
    assert unpack({}, HOUSE.codes) == Session()


def test_is_small() -> None:
    """The fullest session stays under a kilobyte."""
    assert len(json.dumps(pack(FULLEST))) < BYTES


def test_names_nothing() -> None:
    """A topic, a feeling or a safety answer cannot be read in it."""
    text = json.dumps(pack(FULLEST))
    assert not any(name in text for name in NAMES)


@pytest.mark.parametrize(
    "attributes",
    [
        None,
        "said",
        {"said": "BodyIntent"},
        {"said": 1},
        {"said": ["x"]},
        {"unknown": 1},
        {"page": -1},
        {"page": 10**9},
        {"page": True},
        {"rate": 99},
        {"discreet": "yes"},
        {"heard": [f"{code('BodyIntent')}1"] * (HEARD + 1)},
        {"heard": [f"{code('BodyIntent')}x"]},
        {"heard": {"a": 1}},
        {"exercise": {"minutes": 4}},
        {"exercise": {"seconds": [1, 2, 3]}},
        {"exercise": {"counting": "backwards"}},
        {"exercise": []},
    ],
    ids=str,
)
def test_starts_afresh(attributes: Any) -> None:
    """A broken or hostile session is nobody's session: it starts again instead of failing."""
    assert unpack(attributes, HOUSE.codes) == Session()


@given(JSON | st.dictionaries(st.sampled_from(sorted(vars(Session()))), JSON, max_size=5))
def test_never_fails(attributes: Any) -> None:
    """Whatever comes in, a session comes out."""
    session = unpack(attributes, HOUSE.codes)
    assert isinstance(session, Session)
    assert session.exercise.minutes in LENGTHS
    assert len(json.dumps(pack(session))) < 4 * BYTES
