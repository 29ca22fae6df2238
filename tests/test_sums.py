"""The long sums come out alike, compiled and by numpy, and the compiled ones read nothing but what they are given."""

import json
import subprocess
import sys
from array import array
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skill.nlu import linear, sums, tokens
from skill.nlu.embedding import LONGEST
from skill.nlu.embedding import SUFFIX as SENSE
from skill.nlu.model_file import SUFFIX, Learned

HOME = Path(__file__).parent.parent
MODELS = HOME / "interaction_models"
SETS = HOME / "tests" / "evaluation"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sums.COMPILED, reason="skill/_sums.c was not compiled here; numpy stands in for it"),
]

Summed = Callable[[list[str]], tuple[list[float], list[float]]]


def summed(room: Any) -> Summed:
    """From words to their sense and margins, by one of the two rooms."""
    learned, network = Learned.read(MODELS / f"en.{SUFFIX}"), Learned.read(MODELS / f"en.{SENSE}")
    weigh, sense = room.weighing(learned.arrays), room.sensing(network.arrays, float(network.header["unit"]))

    def both(found: list[str]) -> tuple[list[float], list[float]]:
        felt = sense(sums.numbers_of(found[:LONGEST]))
        return felt.tolist(), weigh(sums.numbers_of(tokens.pieces(found)), felt)

    return both


COMPILED, BY_NUMPY = summed(sums), summed(linear)


@pytest.mark.parametrize("file", sorted(SETS.glob("*.jsonl")), ids=lambda file: file.stem)
def test_both_ways_give_the_same(file: Path) -> None:
    """Sense and margins are equal to the last bit for everything in the project's own sets."""
    for line in file.read_text("utf-8").splitlines():
        found = tokens.words(tokens.normal(json.loads(line)["text"]))
        assert COMPILED(found) == BY_NUMPY(found)


SAID = st.one_of(st.sampled_from(["i", "he", "hurt", "me", "after", "we", "felt so", "calm"]), st.text(max_size=30))


@given(st.lists(SAID, max_size=200))
@settings(max_examples=200, deadline=None)
def test_both_ways_give_the_same_for_anything(said: list[str]) -> None:
    """The same for words that are none, and for far more of them than anybody says."""
    found = tokens.words(tokens.normal(" ".join(said)))
    assert COMPILED(found) == BY_NUMPY(found)


def arrays(draw: st.DrawFn, **kinds: tuple[str, tuple[int, ...]]) -> dict[str, Any]:
    """Some arrays of whole numbers, by the type and shape of each."""
    dice = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    made: dict[str, Any] = {}
    for name, (kind, shape) in kinds.items():
        span = 100 if np.dtype(kind).itemsize == 1 else 20_000
        whole = dice.integers(0 if kind[0] == "u" else -span, span, shape)
        made[name] = np.ascontiguousarray((whole / 7 if kind[0] == "f" else whole).astype(kind))
    return made


def numbers_in_order(draw: st.DrawFn, *, least: int) -> "array[int]":
    """A sorted vocabulary: as evenly spread as CRC-32 makes it, or crowded at either end, where a guess goes wrong."""
    dice = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    low, high = draw(st.sampled_from([(0, 2**32), (0, 2**13), (2**32 - 2**13, 2**32), (2**31, 2**31 + 2**13)]))
    found = np.unique(dice.integers(low, high, draw(st.sampled_from([least, least + 7, 600, 3000]))))
    return array("I", found.tolist())


@st.composite
def classifiers(draw: st.DrawFn) -> tuple[dict[str, Any], "array[int]", Any]:
    """A small classifier, with pieces some of which it knows, and a sense."""
    vocabulary, classes, senses = numbers_in_order(draw, least=0), draw(st.integers(2, 90)), draw(st.integers(0, 9))
    size = len(vocabulary)
    made = arrays(draw, idf=("u1", (size,)), weights=("i1", (size, classes)), scale=("f4", (classes,)),
                  bias=("f4", (classes,)), sense_weights=("f4", (senses, classes)))  # fmt: skip
    known = draw(st.lists(st.sampled_from(vocabulary), max_size=60)) if size else []
    said = array("I", [*known, *draw(st.lists(st.integers(0, 2**32 - 1), max_size=20))])
    sense = memoryview(array("d", draw(st.lists(st.integers(-4096, 4096), min_size=senses, max_size=senses))))
    return {"vocabulary": np.array(vocabulary, np.uint32), **made}, said, sense


@given(classifiers())
@settings(max_examples=150, deadline=None)
def test_any_classifier(given_: tuple[Mapping[str, Any], "array[int]", Any]) -> None:
    """Whatever was learned, and however its vocabulary lies, each piece is found and weighed alike."""
    learned, said, sense = given_
    assert sums.weighing(learned)(said, sense) == linear.weighing(learned)(said, sense)


@st.composite
def networks(draw: st.DrawFn) -> tuple[dict[str, Any], "array[int]"]:
    """A small network, and words some of which it knows."""
    words, width, hidden, size = numbers_in_order(draw, least=1), *(draw(st.integers(1, 20)) for _ in range(3))
    made = arrays(draw, vectors=("i1", (len(words), width)), layer=("i1", (3 * width, hidden)),
                  layer_bias=("i4", (hidden,)), out=("i2", (2 * hidden, size)), out_bias=("i8", (size,)))  # fmt: skip
    said = draw(st.lists(st.one_of(st.sampled_from(words), st.integers(0, 2**32 - 1)), max_size=40))
    return {"words": np.array(words, np.uint32), **made}, array("I", said)


@given(networks(), st.sampled_from([1.0, 64.0, 3.7]))
@settings(max_examples=150, deadline=None)
def test_any_network(given_: tuple[Mapping[str, Any], "array[int]"], unit: float) -> None:
    """Whatever the network's sizes and numbers, the sense is the same."""
    network, said = given_
    assert sums.sensing(network, unit)(said).tolist() == linear.sensing(network, unit)(said).tolist()


def spoilt() -> dict[str, Callable[[], object]]:
    """Calls whose buffers do not fit each other."""
    from skill import _sums

    def sense(**other: Any) -> Callable[[], object]:
        fit: dict[str, Any] = {
            "numbers": bytes(4), "words": bytes(8), "vectors": bytes(2 * 5), "layer": bytes(2 * 3 * 15),
            "layer_bias": bytes(4 * 3), "out": bytes(2 * 6 * 7), "out_bias": bytes(8 * 7),
        }  # fmt: skip
        return lambda: _sums.sense(*{**fit, **other}.values(), 1.0, 0.6, 4096.0)  # type: ignore[call-arg]  # by place

    def margins(**other: Any) -> Callable[[], object]:
        fit: dict[str, Any] = {
            "numbers": bytes(4), "sense": bytes(8 * 2), "vocabulary": bytes(4 * 5), "idf": bytes(5),
            "weights": bytes(5 * 3), "scale": bytes(4 * 3), "bias": bytes(4 * 3), "sense_weights": bytes(4 * 2 * 3),
            "spoken": bytes(8 * 2),
        }  # fmt: skip
        return lambda: _sums.margins(*{**fit, **other}.values(), 16.0, 4096.0)  # type: ignore[call-arg]  # by place

    assert sense()() == bytes(8 * 7)
    assert margins()() == [0.0] * 3
    more: dict[str, Callable[[], object]] = {}
    for name in ("numbers", "words", "vectors", "layer", "layer_bias", "out", "out_bias"):
        more[f"sense-{name}-cut"] = sense(**{name: bytes(1001)}) if name != "vectors" else sense(vectors=bytes(11))
        if name != "numbers":
            more[f"sense-{name}-long"] = sense(**{name: bytes(1000)})
            more[f"sense-{name}-empty"] = sense(**{name: b""})
    for name in ("numbers", "sense", "vocabulary", "idf", "weights", "scale", "bias", "sense_weights", "spoken"):
        more[f"margins-{name}-cut"] = margins(**{name: bytes(1001)})
        if name not in ("numbers", "spoken"):
            more[f"margins-{name}-long"] = margins(**{name: bytes(1000)})
        if name != "numbers":
            more[f"margins-{name}-empty"] = margins(**{name: b""})
    return more


@pytest.mark.parametrize("name", [] if not sums.COMPILED else sorted(spoilt()))
def test_what_does_not_fit_is_refused(name: str) -> None:
    """A buffer of another size is an error, and nothing beside it is read."""
    with pytest.raises(ValueError, match=r"learned|sizes"):
        spoilt()[name]()


def test_a_buffer_that_lies_askew_is_refused() -> None:
    """Numbers are read as they lie, so they have to lie where their size wants them."""
    from skill import _sums

    askew = memoryview(bytes(9))[1:]
    with pytest.raises(ValueError, match="learned"):
        _sums.margins(bytes(4), askew, b"", b"", b"", bytes(4), bytes(4), bytes(4), bytes(16), 16.0, 4096.0)


@pytest.mark.parametrize("name", [*sums.NETWORK, *sums.CLASSIFIER])
def test_arrays_of_another_kind_are_refused_at_once(name: str) -> None:
    """What was not made for these sums is said at the start, not when somebody speaks."""
    file, make = (SENSE, lambda some: sums.sensing(some, 1.0)) if name in sums.NETWORK else (SUFFIX, sums.weighing)
    whole = Learned.read(MODELS / f"en.{file}").arrays
    for broken in (
        {key: held for key, held in whole.items() if key != name},
        {**whole, name: np.asarray(whole[name]).astype(np.float64)},
        {**whole, name: np.asarray(whole[name])[..., :-1].copy()},
    ):
        with pytest.raises(ValueError, match=rf"{name} is missing|sizes"):
            make(broken)


def test_serving_does_not_load_numpy() -> None:
    """Compiled, the sums spare a worker the memory that numpy takes."""
    code = (
        "import sys, skill.app; skill.create_app('amzn1.ask.skill.x'); "
        "skill.app.build_house().understanding.hear('why do i feel so far away'); print('numpy' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=HOME)
    assert told.stdout.strip() == "False"


def test_without_a_compiler_numpy_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is missing where nothing was compiled."""
    monkeypatch.setattr(sums, "COMPILED", False)
    assert summed(sums)(["i", "feel", "calm"]) == COMPILED(["i", "feel", "calm"])
