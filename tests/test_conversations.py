"""Plays the stories in `conversations/`: a request and its answer a line, a full stop where the session ends."""

from pathlib import Path

import pytest
from conftest import Conversation

STORIES = sorted(Path(__file__).with_name("conversations").glob("*.txt"))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.stem)
def test_story(story: Path, conversation: Conversation) -> None:
    """Each request of the story gets the response that stands beside it."""
    for number, line in enumerate(story.read_text().splitlines(), 1):
        if not line.strip():
            conversation.device.hang_up()
            continue
        if line.startswith("#"):
            continue
        asked, _, wanted = (part.strip() for part in line.partition("->"))
        name, *slots = asked.split()
        turn = conversation.say(name, **dict(slot.split("=", 1) for slot in slots))
        got = turn.response + ("" if turn.session_open else ".")
        assert got == wanted, f"{story.name}:{number}: {asked} was answered by {got}: {turn.speech}"
