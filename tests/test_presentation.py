"""What a device receives: speech, card, screen, and variants in their order."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from conftest import Conversation

from skill.alexa.apl import ANSWER_SCREEN
from skill.alexa.handlers import build
from skill.app import build_skill
from skill.content.markup import plain
from skill.content.responses import Responses
from skill.core.catalogue import catalogue
from skill.core.skill import Skill, VariantCycle
from skill.exercises.patterns import load_patterns
from skill.paths import folder
from skill.simulator.device import Device, LastReply, intent_request

TOPICS = catalogue(Responses(folder("responses")), load_patterns(folder("responses") / "patterns.toml")).topics


@pytest.fixture
def screened(invoke: Callable[[str], dict[str, Any]], skill: Skill, trace: LastReply) -> Conversation:
    """A fresh session on a device with a screen."""
    return Conversation(Device(invoke, skill.understanding, trace, screen=True))


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_is_sent_on_request(conversation: Conversation, skill: Skill, topic: str) -> None:
    """By itself it leaves no card. One that was asked for has its title, its words, and the section behind them."""
    heard = conversation.say(topic)
    assert heard.card is None
    turn = conversation.say("SendIntent")
    section = next(section for section in skill.responses.claims.sections if section.intent == topic)
    assert turn.card is not None
    assert turn.card["type"] == "Simple"
    assert turn.card["title"]
    assert section.heading in turn.card["content"]
    assert turn.card["content"].split("\n")[0] in heard.speech
    assert "<" not in turn.card["content"]
    assert conversation.say("MoreIntent").card is None


@pytest.mark.parametrize(
    ("before", "sent"),
    [
        (["TearyIntent"], True),
        (["TearyIntent", "AMAZON.HelpIntent"], True),
        (["BodyIntent", "TopicsIntent"], False),
        (["PrivacyIntent"], False),
        (["BreathingIntent"], False),
        (["BodyIntent", "DiscreetIntent"], False),
        (["BodyIntent", "PartnerViolenceIntent"], False),
        (["BodyIntent", "PartnerViolenceIntent", "AMAZON.NoIntent"], False),
        (["BodyIntent", "MinorIntent"], False),
    ],
    ids=str,
)
def test_what_is_sent(conversation: Conversation, before: list[str], sent: bool) -> None:
    """What was told last and may be read by others; nothing discreet, and nothing while a safety answer stands."""
    cards = [conversation.say(name).card for name in before]
    turn = conversation.say("SendIntent")
    assert [*cards, turn.card is not None] == [*[None] * len(before), sent]
    assert ("in the app now" in turn.speech) == sent


def test_discretion(screened: Conversation) -> None:
    """Discreet: whispered, in other words, no card, a blank screen; until it is to speak normally."""
    loud = screened.say("BodyIntent")
    assert screened.say("DiscreetIntent").response == "DiscreetIntent"
    quiet = screened.say("BodyIntent")
    assert quiet.speech != loud.speech
    assert '<amazon:effect name="whispered">' in quiet.ssml
    assert screened.say("SendIntent").card is None
    shown = quiet.response_json["response"]["directives"][0]["datasources"]["answer"]
    assert shown == {"title": "Soft Landing", "text": "", "hint": ""}
    screened.say("OpenIntent")
    assert screened.say("BodyIntent").speech == loud.speech


def test_screen_only_where_there_is_one(conversation: Conversation, screened: Conversation) -> None:
    """A device without a screen gets no screen."""
    assert conversation.say("BodyIntent").directives == ["Dialog.ElicitSlot"]
    turn = screened.say("BodyIntent")
    assert turn.directives == ["Alexa.Presentation.APL.RenderDocument", "Dialog.ElicitSlot"]
    directive = turn.response_json["response"]["directives"][0]
    assert directive["document"] == ANSWER_SCREEN
    answer = directive["datasources"]["answer"]
    assert answer["title"] == "Your body afterwards"
    assert answer["text"] in turn.speech
    assert answer["hint"] == turn.reprompt


def test_screen_finds_what_it_binds() -> None:
    """Every binding and every resource of the screen exists."""
    import re

    text = json.dumps(ANSWER_SCREEN)
    assert set(re.findall(r"payload\.answer\.(\w+)", text)) == {"title", "text", "hint"}
    named = {
        name
        for block in ANSWER_SCREEN["resources"]
        for kind in block.values()
        if isinstance(kind, dict)
        for name in kind
    }
    assert set(re.findall(r'"@(\w+)"', text)) <= named


def test_rate_goes_in_steps(conversation: Conversation) -> None:
    """Slower is slower for the rest of the session, down to an end that is said."""
    rates = []
    for _ in range(5):
        turn = conversation.say("SlowerIntent")
        rates.append(turn.ssml.split('rate="')[1].split("%")[0])
    assert rates == ["88", "82", "75", "75", "75"]
    assert "as slow as I go" in turn.speech
    assert 'rate="75%"' in conversation.say("BodyIntent").ssml


def test_shorter_is_the_gist(conversation: Conversation) -> None:
    """Shorter says the answer in one sentence, and goes on briefly; more brings the whole back."""
    whole = conversation.say("BodyIntent")
    short = conversation.say("ShorterIntent")
    assert len(short.speech) < len(whole.speech) / 1.5
    assert len(conversation.say("EmotionsIntent").speech.split()) < 35
    more = conversation.say("MoreIntent")
    assert more.response == "EmotionsIntent"
    assert len(more.speech.split()) > 40


def test_repeat_has_the_same_words(conversation: Conversation) -> None:
    """Repeat means the same words again, whatever varies."""
    for name in ("LaunchRequest", "TopicsIntent", "BodyIntent", "AMAZON.HelpIntent", "AMAZON.NoIntent", "TearyIntent"):
        first = conversation.say(name)
        assert conversation.say("AMAZON.RepeatIntent").speech == first.speech
        assert conversation.say("AMAZON.RepeatIntent").speech == first.speech


def greetings(skill: Skill, trace: LastReply, seed: int) -> list[str]:
    """Four greetings of a skill whose rounds start anew."""
    own = replace(skill, variants=VariantCycle(seed))
    device = Device(build(own), skill.understanding, trace)
    return [device.send({"type": "LaunchRequest"}).speech for _ in range(4)]


def test_greetings_rotate_in_order(skill: Skill, trace: LastReply) -> None:
    """Three greetings one after the other, then the first again; a seed says where the round starts."""
    first = greetings(skill, trace, 0)
    assert len(set(first[:3])) == 3
    assert first[3] == first[0]
    assert greetings(skill, trace, 0) == first
    assert greetings(skill, trace, 1)[0] == first[1]
    assert build_skill(seed=1).variants.next("LaunchRequest") == 1


def test_disclaimer_once(skill: Skill, trace: LastReply) -> None:
    """The disclaimer is left out for a listener who asked to be remembered."""
    from skill.settings.model import NoStore, Settings

    class Known(NoStore):
        def recall(self, user: str) -> Settings:
            return Settings()

    for store, said in ((NoStore(), True), (Known(), False)):
        device = Device(build(replace(skill, store=store)), skill.understanding, trace)
        assert ("not a doctor" in device.send({"type": "LaunchRequest"}).speech) is said


def test_source(conversation: Conversation) -> None:
    """Asked where it comes from, it names the section and says that it is no doctor."""
    conversation.say("ConsentIntent")
    turn = conversation.say("SourceIntent")
    assert "Consent and Respect" in turn.speech
    assert "not a doctor" in turn.speech
    assert conversation.say("MoreIntent").response == "ConsentIntent.2"


def test_slots_are_never_spoken_back(invoke: Callable[[str], dict[str, Any]], skill: Skill, trace: LastReply) -> None:
    """What somebody said stands in no answer."""
    device = Device(invoke, skill.understanding, trace)
    for name in skill.conversation.catalogue.names:
        request = intent_request(name, {})
        request["intent"]["slots"] = {"question": {"name": "question", "value": "my aunt zanzibar"}}
        assert "zanzibar" not in json.dumps(device.send(request).response_json)


def test_plain() -> None:
    """Speech as text has no tags and prints numbers as they are printed."""
    assert (
        plain('<speak>Call <say-as interpret-as="digits">988</say-as>, you &amp; me.</speak>') == "Call 988, you & me."
    )
