"""What people say back to the skill's questions, by lines that others wrote: the share answered as a judge would.

`choosing` was looked at while the words for replies were written. The misses of `never` were looked at by nobody; one
may be looked at when the set is retired. Each line has the turns that lead to a question, a reply, and the responses
that are fair, by the beginning of their names; CLOSE where ending the session is fair as well.
"""

import json
from pathlib import Path

import pytest
from conftest import Conversation

pytestmark = pytest.mark.slow

SETS = Path(__file__).with_name("evaluation") / "replies"


@pytest.mark.parametrize(("name", "least"), [("choosing", 0.85), ("never", 0.72)])
def test_replies(conversation: Conversation, name: str, least: float) -> None:
    """The share of fair answers stays; the bounds lie two standard errors below what was measured."""
    lines = [json.loads(line) for line in (SETS / f"{name}.jsonl").read_text("utf-8").splitlines()]
    fair = 0
    for line in lines:
        conversation.device.hang_up()
        for said in line["before"]:
            conversation.hear(said)
        turn = conversation.hear(line["text"])
        closed = "CLOSE" in line["expect"] and not turn.session_open
        fair += closed or any(turn.response.startswith(wanted) for wanted in line["expect"])
    assert fair / len(lines) >= least, f"{fair} of {len(lines)}"
