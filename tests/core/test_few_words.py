"""Words that are asked for, compliments, jokes and who speaks: each has a short answer of its own, and it is true."""

import re
from collections import Counter

import pytest
from conftest import Conversation

from skill.content.markup import plain
from skill.content.responses import Responses
from skill.paths import folder
from skill.simulator.device import intent_request

RESPONSES = Responses(folder("responses"))
TERMS = sorted(name for name in RESPONSES.names("en-US") if name.startswith("TermIntent."))
ASKED = [
    ("what's oxytocin", "TermIntent.2"),
    ("what is prolactin", "TermIntent.3"),
    ("what's sub drop", "TermIntent.5"),
    ("what is top drop", "TermIntent.5"),
    ("what does grounding mean", "TermIntent.6"),
    ("what's a scene", "TermIntent.7"),
    ("what does oxytocin do", "BodyIntent"),
    ("are you a real person", "SourceIntent.2"),
    ("who made you", "SourceIntent.3"),
    ("is it backed by science", "SourceIntent.4"),
    ("you're lovely", "AsideIntent.2"),
    ("do you love me", "AsideIntent.3"),
    ("how old are you", "AsideIntent.4"),
    ("tell me a joke", "OutOfScopeIntent.2"),
]


@pytest.mark.parametrize(("said", "response"), ASKED, ids=[said for said, _ in ASKED])
@pytest.mark.parametrize("before", [[], ["what is aftercare"]], ids=["at first", "with a question open"])
def test_it_has_its_own_answer(conversation: Conversation, before: list[str], said: str, response: str) -> None:
    """Wherever it is said; a compliment leaves the open question open."""
    asked = [conversation.hear(text) for text in before]
    turn = conversation.hear(said)
    assert turn.response.partition(".")[0] == response.partition(".")[0]
    assert "." not in response or turn.response == response
    if asked and response.startswith("AsideIntent"):
        assert turn.reprompt == asked[-1].reprompt


@pytest.mark.parametrize(
    "said", ["are you a real person", "you're lovely", "what does grounding mean", "do you love me"]
)
def test_after_a_disclosure_nothing_is_small_talk(conversation: Conversation, said: str) -> None:
    """What follows a safety answer is about it."""
    conversation.hear("i was raped")
    assert conversation.hear(said).response.partition(".")[0] in ("After", "AssaultIntent", "SafetyCalm")


def test_alexa_names_the_word(conversation: Conversation) -> None:
    """The value of a slot names the part; one that no file has leads to the words that there are."""
    said = {term: conversation.device.send(intent_request("TermIntent", {"term": term})).response for term in TERMS}
    assert said == {term: term for term in TERMS}
    assert conversation.say("TermIntent").response == "TermIntent"


def test_a_question_stands_in_one_part_only() -> None:
    """Who writes it into a second one would not know which is heard."""
    every = [text for parts in RESPONSES.answers("en-US").values() for texts in parts.values() for text in texts]
    assert [text for text, number in Counter(every).items() if number > 1] == []


@pytest.mark.parametrize("name", TERMS)
@pytest.mark.parametrize("discreet", [False, True], ids=["open", "discreet"])
def test_a_word_is_told_in_a_breath(name: str, discreet: bool) -> None:
    """In two sentences at the most, from claims; a fact from elsewhere says so."""
    reply = RESPONSES.render(name, "en-US", discreet=discreet)
    text = plain(reply.body)
    assert len(text.split()) <= 30
    assert reply.claims
    if any(claim.startswith("X-") for claim in reply.claims):
        assert re.search("not from the article|outside the article", text)
