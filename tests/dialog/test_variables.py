"""A variable of a response is said once, in its row; the conversation and the checks read it there."""

import shutil
from pathlib import Path

import pytest
from jinja2 import Environment, meta
from table import conversation

from skill.app import build_skill
from skill.content.responses import Responses
from skill.dialog.model import PAGE_SIZE, Question, Request
from skill.dialog.state import Exercise, Session
from skill.dialog.variables import VARIABLES, Variables, variables_of
from skill.exercises.patterns import LENGTHS
from skill.lint import wording
from skill.paths import folder

RULES = conversation()
RESPONSES = folder("responses")
AT_HAND = {"voice", "place", "line", "called", "gist", "vary", "discreet"}
"""What every response has."""
SPOKEN = sorted(
    path
    for path in RESPONSES.rglob("*.ssml")
    if not path.name.startswith("_") and not path.name.startswith(wording.PRACTICE)
)


def test_every_variable_has_a_row() -> None:
    """What a response needs besides its own words and what every response has, its row gives."""
    reader, missing = Environment(), {}
    for path in SPOKEN:
        needed = meta.find_undeclared_variables(reader.parse(path.read_text("utf-8"))) - AT_HAND
        row = variables_of(path.stem)
        if unknown := needed - (set(row.of(RULES, Session())) if row else set()):
            missing[path.relative_to(RESPONSES).as_posix()] = unknown
    assert not missing, "give each a row in skill/dialog/variables.py"


@pytest.mark.parametrize("name", VARIABLES)
def test_a_row_gives_the_same_variables_in_every_session(name: str) -> None:
    """A row has something to try, and each of its values the same names."""
    every = VARIABLES[name].every(RULES)
    assert every
    assert len({frozenset(values) for values in every}) == 1


def test_what_a_check_tries() -> None:
    """Each place for help, each page of a list, each need, topics left and none: all that a listener can come to."""
    tried = {name: row.every(RULES) for name, row in VARIABLES.items()}
    topics, offered = RULES.catalogue.topics, RULES.exercise_rules.offered()
    needs = dict.fromkeys(kind.need for kind in RULES.catalogue.safety.values())
    here = [values["here"] for values in tried["AMAZON.HelpIntent"]]
    assert here == ["start", "topic", "feeling", "list", "practice"]
    assert [values["names"] for values in tried["TopicsIntent"]] == batched(topics)
    assert [values["names"] for values in tried["PracticesIntent"]] == batched(offered)
    assert [values["last"] for values in tried["TopicsIntent"]] == [*[False] * (len(batched(topics)) - 1), True]
    assert tried["MoreIntent"] == tried["Onward"] == [{"next_topic": topics[0]}, {"next_topic": ""}]
    assert tried["SlowerIntent"] == tried["FasterIntent"] == [{"limit": False}, {"limit": True}]
    assert tried["SafetyCalm"] == tried["SafetyWrong"] == [{"need": need} for need in needs]
    assert tried["After"] == [{"need": kind.need, "kind": name} for name, kind in RULES.catalogue.safety.items()]
    assert tried["LaunchRequest"] == [{"remembered": False}, {"remembered": True}]
    assert [len(values["cited"]) for values in tried["SourceIntent"]] == [0, 1, 2]
    assert [values["alone"] for values in tried["TogetherIntent.solo"]] == list(offered)


def batched(names: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The pages of a list."""
    return [names[start : start + PAGE_SIZE] for start in range(0, len(names), PAGE_SIZE)]


def test_a_control_with_a_variable_is_one_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new control is a response, an intent and a row: it is given, given again, and spoken in every state."""
    copy = tmp_path / "responses"
    shutil.copytree(RESPONSES, copy)
    words = (
        '{% set question = "Is that long enough?" %}\n{% set reprompt = "Yes, or no?" %}\n\nIt lasts {{ minutes }}.\n'
    )
    (copy / "en" / "HowLongIntent.ssml").write_text(words, "utf-8")
    row = Variables(
        lambda rules, session: {"minutes": str(session.exercise.minutes)},
        lambda rules: (Session(exercise=Exercise(minutes=minutes)) for minutes in LENGTHS),
    )
    monkeypatch.setitem(VARIABLES, "HowLongIntent", row)
    rules = build_skill(responses=copy).conversation
    session = Session(exercise=Exercise(practice="b-even", minutes=3))
    turn = rules.answer(Request("HowLongIntent"), session)
    assert turn.variables == {"minutes": "3"}
    again = rules.answer(Request("AMAZON.RepeatIntent"), rules.settle(turn, Question()))
    assert (again.response, again.variables, again.again) == ("HowLongIntent", {"minutes": "3"}, True)
    spoken = [reply.body for reply in wording.replies(Responses(copy), "en-US", "HowLongIntent", discreet=False)]
    assert spoken == [f"It lasts {minutes}." for minutes in LENGTHS]
