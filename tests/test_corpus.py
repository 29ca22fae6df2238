"""The lines that are learned from can be read, and none of them stands in a test set."""

import json
from pathlib import Path

from skill.core.catalogue import roles_of
from skill.nlu.labels import Labels
from skill.nlu.roles import NEW_THOUGHT
from skill.nlu.tokens import normal

HOME = Path(__file__).parent.parent
SETS = HOME / "tests" / "evaluation"
ROWS = [json.loads(line) for line in (HOME / "interaction_models" / "en.lines.jsonl").read_text("utf-8").splitlines()]
SAID_BACK = [
    json.loads(line) for line in (HOME / "interaction_models" / "en.replies.jsonl").read_text("utf-8").splitlines()
]
LABELS = Labels(HOME / "interaction_models", roles_of(HOME / "responses"))


def test_every_line_can_be_learned() -> None:
    """A text in normal form that stands once, labels that lead to intents, and none both fitting and hurting."""
    assert len({row["text"] for row in ROWS}) == len(ROWS)
    for row in ROWS:
        assert row["text"] == normal(row["text"]) != "", row
        assert row["readers"] in (1, 2), row
        assert row["expect"], row
        assert not set(row["expect"]) & set(row.get("must_not", ())), row
    labels = {label for row in ROWS for label in (*row["expect"], *row.get("must_not", ()))}
    assert all(LABELS.intent(label) for label in labels)


def test_no_line_stands_in_a_test_set() -> None:
    """What measures is never learned; a few words may be said in both."""
    texts = {row["text"] for row in ROWS}
    for path in SETS.rglob("*.jsonl"):
        for line in path.read_text("utf-8").splitlines():
            text = normal(json.loads(line)["text"])
            assert text not in texts or len(text.split()) < 7, f"{path.name}: {text}"


def test_every_reply_can_be_learned() -> None:
    """A text in normal form that stands once, with what it can mean; a few words may stand in a test set as well."""
    assert len({row["text"] for row in SAID_BACK}) == len(SAID_BACK)
    tested = {
        normal(json.loads(line)["text"])
        for path in SETS.rglob("*.jsonl")
        for line in path.read_text("utf-8").splitlines()
    }
    for row in SAID_BACK:
        assert row["text"] == normal(row["text"]) != "", row
        assert row["readers"] in (1, 2), row
        assert row["expect"], row
        assert set(row["expect"]) <= {*LABELS.roles.replies, NEW_THOUGHT}, row
        assert row["text"] not in tested or len(row["text"].split()) < 4, row
