"""Sessions through the whole skill: what a listener hears when one comes back that cannot be read in part."""

from typing import Any

import pytest
from conftest import Conversation

from skill.dialog.codes import code

UNKNOWN = code("a response of another version")


def tamper(conversation: Conversation, **fields: Any) -> None:
    """Let some fields of the session come back otherwise than they went out."""
    conversation.device._attributes |= fields


@pytest.mark.parametrize("field", ["said", "at", "offer", "instead", "heard", "exercise", "added"])
def test_a_discreet_session_stays_discreet(conversation: Conversation, field: str) -> None:
    """An unknown name in it does not speak aloud what was whispered, nor write it into the app."""
    conversation.say("DiscreetIntent")
    tamper(conversation, **{field: UNKNOWN})
    turn = conversation.say("BodyIntent")
    assert turn.response == "BodyIntent"
    assert "whispered" in turn.ssml
    assert conversation.say("SendIntent").card is None


@pytest.mark.parametrize("field", ["said", "at", "offer", "instead", "safe", "exercise", "added"])
def test_a_closed_session_stays_closed(conversation: Conversation, field: str) -> None:
    """Nor does it tell somebody under age what the skill is about."""
    conversation.say("MinorIntent")
    tamper(conversation, **{field: UNKNOWN})
    repeated = conversation.say("AMAZON.RepeatIntent").response
    assert repeated == ("SafetyAnywhere" if field == "safe" else "MinorIntent")
    tamper(conversation, **{field: UNKNOWN})
    assert conversation.say("BodyIntent").response == "MinorAgain"


def test_an_unknown_safety_answer_still_helps(conversation: Conversation) -> None:
    """A safety answer of another version: it stays quiet, and what can be said for every need is said again."""
    conversation.say("AssaultIntent")
    tamper(conversation, safe=UNKNOWN, said=UNKNOWN)
    turn = conversation.say("AMAZON.YesIntent")
    assert turn.response == "SafetyAnywhere"
    assert "emergency number" in turn.speech
    assert conversation.say("BreathingIntent").response == "SafetyAnywhere"
    assert conversation.say("SkippingIntent").response == "After"
    assert conversation.say("AMAZON.StopIntent").response == "SafetyGoodbye"
