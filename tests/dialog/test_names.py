"""The names that rules use stand in one file, and what is said of them there is true."""

import ast
from pathlib import Path

import pytest
from table import conversation, names

import skill.dialog
from skill.dialog import names as constants
from skill.dialog.model import base_name
from skill.dialog.names import GIVEN_BY_RULES

FOLDER = Path(skill.dialog.__file__).parent
KNOWN = {*names().names, *names().practices, *names().practice_intents} | {
    value for key, value in vars(constants).items() if key.isupper() and isinstance(value, str)
}
"""Every response, intent and pattern that a rule could name."""


@pytest.mark.parametrize("file", sorted(path.name for path in FOLDER.glob("*.py") if path.name != "names.py"))
def test_no_rule_names_a_response_itself(file: str) -> None:
    """It uses the constant of `names.py`, where a renamed response is renamed once."""
    tree = ast.parse((FOLDER / file).read_text("utf-8"))
    constant = (node for node in ast.walk(tree) if isinstance(node, ast.Constant))
    texts = {node.value: node.lineno for node in constant if isinstance(node.value, str)}
    named = {text: line for text, line in texts.items() if text in KNOWN or base_name(text) in KNOWN}
    assert named == {}, f"skill/dialog/{file} names a response itself; use the constant of names.py"


def test_every_name_is_used() -> None:
    """A constant that no rule is about has no place there."""
    source = "\n".join(path.read_text("utf-8") for path in FOLDER.parent.rglob("*.py") if path.name != "names.py")
    own = (FOLDER / "names.py").read_text("utf-8")
    idle = [key for key in vars(constants) if key.isupper() and key not in source and own.count(key) < 2]
    assert idle == []


def test_what_is_given_by_rules() -> None:
    """Each is a response, and no request leads to it by its own name but for the launch."""
    assert names().names >= GIVEN_BY_RULES
    assert not GIVEN_BY_RULES & {*names().practices, *names().topics, *names().feelings, *names().safety}
    rules = conversation()
    own = {name for name in GIVEN_BY_RULES if rules.knows(name)}
    assert own == {
        "LaunchRequest",
        "GentleCheck",
        "WhichOne",
        "MinorCheck",
        "Explain",
        "NotNow",
        "NotSure",
        "Listening",
        "Glad",
        "PracticeAbout",
    }
