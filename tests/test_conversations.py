"""Plays the stories in `conversations/`: a request, or what is said, and its answer; a full stop ends the session."""

from math import ceil
from pathlib import Path

import pytest
from conftest import Conversation

from skill.core.skill import Skill
from skill.dialog.model import PAGE_SIZE

STORIES = sorted(Path(__file__).with_name("conversations").glob("*.txt"))
SPOKEN = sorted((Path(__file__).with_name("conversations") / "spoken").glob("*.txt"))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.stem)
def test_story(story: Path, conversation: Conversation, skill: Skill) -> None:
    """Each request of the story gets the response that stands beside it; `*` is any topic, whatever their order."""
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
        right = got in skill.conversation.catalogue.topics if wanted == "*" else got == wanted
        assert right, f"{story.name}:{number}: {asked} was answered by {got}: {turn.speech}"


@pytest.mark.parametrize("story", SPOKEN, ids=lambda story: story.stem)
def test_spoken_story(story: Path, conversation: Conversation) -> None:
    """The same in a listener's own words: what somebody says, turn by turn, and the response that it gets."""
    got = []
    for line in story.read_text().splitlines():
        if line.startswith("#"):
            got.append(line)
            continue
        said, _, _ = line.partition(" -> ")
        turn = conversation.hear(said)
        got.append(f"{said} -> {turn.response}{'' if turn.session_open else '.'}")
    assert got == story.read_text().splitlines()


def test_the_list_of_topics_ends(conversation: Conversation, skill: Skill) -> None:
    """It has as many pages as the topics need, and from its end one comes back to its beginning."""
    topics = skill.conversation.catalogue.topics
    heard = [conversation.say("TopicsIntent").response]
    while heard[-1] == "TopicsIntent":
        heard.append(conversation.say("MoreIntent").response)
    assert heard == ["TopicsIntent"] * ceil(len(topics) / PAGE_SIZE) + ["TopicsIntent.end"]
    assert conversation.say("AMAZON.YesIntent").response == "TopicsIntent"
    assert conversation.say("AMAZON.YesIntent").response == topics[0]


def test_topics_follow_in_order(conversation: Conversation, skill: Skill) -> None:
    """ "Next" leads through all topics in the order of claims.toml, each once."""
    heard = []
    while (turn := conversation.say("AMAZON.NextIntent")).response != "AMAZON.NextIntent":
        heard.append(turn.response)
    assert tuple(heard) == skill.conversation.catalogue.topics
