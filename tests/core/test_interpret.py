"""What slots and words ask for, one row each: safety first, then what was asked, then what free words mean."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

from skill.core.interpret import interpret
from skill.core.skill import Skill
from skill.dialog.model import Request
from skill.dialog.names import (
    ASIDE,
    CHOICE,
    EXPLAIN,
    FALLBACK,
    GENTLE_CHECK,
    LISTENING,
    MORE,
    NO,
    NOT_NOW,
    NOT_SURE,
    PRACTICE_ABOUT,
    PRIVACY,
    QUIET,
    SOURCE,
    WHICH,
    WORSE,
    YES,
)
from skill.dialog.reply_rules import PLACE
from skill.dialog.state import Exercise, Session
from skill.nlu.ages import StatedAge
from skill.nlu.classifier import Context, Meaning

TOPIC, NEXT = "BodyIntent", "EmotionsIntent"

MEANINGS = {
    "two minutes of box": Meaning("BreathingIntent", {"pattern": "b-box", "duration": "PT2M"}),
    "three minutes": Meaning("BreathingIntent", {"duration": "PT3M"}),
    "he hits me": Meaning("PartnerViolenceIntent"),
    "i cannot go on": Meaning("SelfHarmIntent"),
    "shaking": Meaning(TOPIC, {"x": "y"}),
    "one or the other": Meaning(None, {"x": "y"}, offered=(TOPIC, NEXT)),
    "it may be": Meaning(GENTLE_CHECK, {"x": "y"}, offered=("UnsureIntent",), instead=TOPIC),
    "yes it may be": Meaning(GENTLE_CHECK, offered=("UnsureIntent", NEXT), instead=ASIDE, safety=0.02),
    "yes shaking": Meaning(GENTLE_CHECK, offered=("UnsureIntent",), instead=ASIDE, safety=0.02),
    "": Meaning(None),
    "one": Meaning(None, offered=(TOPIC,)),
    "rather this": Meaning(TOPIC, offered=(NEXT,), parts=(f"{TOPIC}.3", TOPIC)),
    "count me out": Meaning(ASIDE, reply="no"),
    "colour me out": Meaning(None, reply="no"),
    "not a bit of it": Meaning(TOPIC, confidence=0.49, reply="no"),
    "purely it": Meaning(TOPIC, confidence=0.5, reply="no"),
    "quite so": Meaning(ASIDE, reply="yes"),
    "half and half": Meaning(ASIDE, reply="weak_yes"),
    "the bottom of it": Meaning(ASIDE, reply="last"),
    "blank": Meaning(ASIDE, reply="unsure"),
    "quark of it": Meaning(ASIDE, reply="listening"),
    "quark of them": Meaning(None, reply="listening"),
    "beats a drum": Meaning(ASIDE, reply="new"),
    "rubbish": Meaning(ASIDE, reply="no such meaning"),
    "no shaky": Meaning(ASIDE, reply="new"),
    "no wobbly": Meaning(ASIDE, reply="no"),
    "shaky": Meaning(NEXT, confidence=0.4),
    "wobbly": Meaning(NEXT, confidence=0.4),
    "no limp": Meaning(ASIDE, reply="new"),
    "limp": Meaning(NEXT, confidence=0.39),
    "firmly it": Meaning(TOPIC, confidence=0.9, reply="no", reply_confidence=0.91),
    "barely it": Meaning(TOPIC, confidence=0.9, reply="no", reply_confidence=0.9),
    "quark me": Meaning(PRIVACY, confidence=0.5, reply="why", reply_confidence=0.99),
    "which quark is that": Meaning(SOURCE, confidence=0.85, reply="why", reply_confidence=0.9),
    "which quark is this": Meaning(SOURCE, confidence=0.84),
    "no drumming": Meaning(ASIDE, confidence=0.6, reply="no", reply_confidence=0.61),
    "no humming": Meaning(ASIDE, confidence=0.6, reply="no", reply_confidence=0.6),
    "no hushing": Meaning(ASIDE, reply="no", reply_confidence=0.9),
    "drumming": Meaning(NEXT, confidence=0.95),
    "humming": Meaning(NEXT, confidence=0.95),
    "hushing": Meaning(QUIET, confidence=0.95),
    "no tell me quark": Meaning(ASIDE, reply="no", reply_confidence=0.9),
    "tell me quark": Meaning(NEXT, confidence=0.1),
    "neither tell me quark": Meaning(ASIDE),
    "neither quark": Meaning(ASIDE),
    "lorem ipsum": Meaning(GENTLE_CHECK, offered=("UnsureIntent",), instead=TOPIC, parts=(f"{TOPIC}.3",)),
}


class Table:
    """An understanding that knows these words, and perhaps some more."""

    def __init__(self, more: Mapping[str, Meaning] = MappingProxyType({})) -> None:
        self.meanings = {**MEANINGS, **more}

    def hear(self, text: str, locale: str, context: Context) -> Meaning:
        """What they mean."""
        assert locale == "en-GB"
        assert context.states in ((), ("practice",), ("safe",))
        return self.meanings[text]

    def base_rate(self, locale: str) -> float:
        """As in life."""
        return 0.02

    def ending(self, text: str, locale: str) -> Meaning:
        """Nothing in it."""
        return Meaning(None)

    def fold(self, text: str, locale: str) -> str:
        """The same words."""
        return text

    def age(self, text: str, locale: str, *, asked: bool = False) -> StatedAge:
        """Nobody's."""
        return StatedAge()


def asked_for(skill: Skill, session: Session, text: str, meaning: Meaning | None = None) -> Request:
    """What free words ask for in a session, where they are understood as the table says, or so."""
    table: Any = Table({text: meaning} if meaning else {})
    words = {"question": text}
    return interpret(replace(skill, understanding=table), "QuestionIntent", {}, words, "en-GB", session)[0]


@pytest.mark.parametrize(
    ("intent", "slots", "words", "request_", "understood"),
    [
        (TOPIC, {}, {}, Request(TOPIC), None),
        ("", {}, {}, Request("AMAZON.FallbackIntent"), None),
        ("BreathingIntent", {"pattern": "b-even"}, {}, Request("BreathingIntent", {"pattern": "b-even"}), None),
        (
            "BreathingIntent",
            {"pattern": "b-even"},
            {"technique": "two minutes of box", "other": "three minutes"},
            Request("BreathingIntent", {"pattern": "b-even", "duration": "PT2M"}),
            None,
        ),
        (TOPIC, {}, {"other": "he hits me"}, Request("PartnerViolenceIntent"), "he hits me"),
        ("", {}, {"other": "he hits me"}, Request("PartnerViolenceIntent"), "he hits me"),
        ("QuestionIntent", {}, {"question": "he hits me"}, Request("PartnerViolenceIntent"), "he hits me"),
        (
            "QuestionIntent",
            {},
            {"question": "shaking", "other": "he hits me", "third": "i cannot go on"},
            Request("SelfHarmIntent"),
            "i cannot go on",
        ),
        ("QuestionIntent", {}, {"question": "shaking"}, Request(TOPIC, {"x": "y"}), "shaking"),
        ("QuestionIntent", {}, {}, Request("AMAZON.FallbackIntent"), ""),
        ("QuestionIntent", {}, {"other": "shaking"}, Request("AMAZON.FallbackIntent"), ""),
        ("QuestionIntent", {}, {"words": "shaking"}, Request("AMAZON.FallbackIntent"), ""),
        ("WordsIntent", {}, {"words": "shaking"}, Request(TOPIC, {"x": "y"}), "shaking"),
        ("WordsIntent", {}, {"words": "he hits me"}, Request("PartnerViolenceIntent"), "he hits me"),
        ("WordsIntent", {}, {}, Request("AMAZON.FallbackIntent"), ""),
        ("QuestionIntent", {}, {"question": "one"}, Request("AMAZON.FallbackIntent"), "one"),
        (
            "QuestionIntent",
            {},
            {"question": "one or the other"},
            Request(WHICH, {"x": "y"}, (TOPIC, NEXT)),
            "one or the other",
        ),
        (
            "QuestionIntent",
            {},
            {"question": "rather this"},
            Request(TOPIC, {}, (NEXT,), fits=(TOPIC, f"{TOPIC}.3")),
            "rather this",
        ),
        (
            "QuestionIntent",
            {},
            {"question": "lorem ipsum"},
            Request(GENTLE_CHECK, {}, ("UnsureIntent",), TOPIC, (f"{TOPIC}.3",)),
            "lorem ipsum",
        ),
        (
            "QuestionIntent",
            {},
            {"question": "it may be"},
            Request(GENTLE_CHECK, {"x": "y"}, ("UnsureIntent",), TOPIC),
            "it may be",
        ),
    ],
)
def test_what_is_asked_for(
    skill: Skill, intent: str, slots: dict[str, str], words: dict[str, str], request_: Request, understood: str | None
) -> None:
    """A disclosure in any words comes first, the most pressing one; words only add to the slots of a named intent."""
    table: Any = Table()
    request, meaning = interpret(replace(skill, understanding=table), intent, slots, words, "en-GB", Session())
    assert request == request_
    assert meaning == (None if understood is None else MEANINGS[understood])


def test_a_yes_with_a_doubt_behind_it_keeps_both(skill: Skill) -> None:
    """The reply is followed, and the doubt that lies in what is no reply leaves its door beside it."""
    session = Session(said="BodyIntent", at="BodyIntent", asked="BodyIntent", offer="EmotionsIntent")
    request = asked_for(skill, session, "yes it may be")
    assert request == Request(GENTLE_CHECK, {}, ("UnsureIntent",), YES)
    request = asked_for(skill, session, "yes shaking")
    assert request == Request(YES)


def test_no_practice_begins_over_a_doubt(skill: Skill) -> None:
    """It has no room for the sentence that leads to help, so the words are answered with it, and the offer stays."""
    session = Session(said="RestlessIntent", at="RestlessIntent", asked="RestlessIntent", offer="b-long-out")
    request = asked_for(skill, session, "yes it may be")
    assert request == Request(GENTLE_CHECK, {}, ("UnsureIntent", NEXT), ASIDE)
    turn = skill.conversation.answer(request, session)
    assert (turn.door, turn.starts, turn.session.offer) == ("UnsureIntent", False, "b-long-out")


ASKED = Session(said=TOPIC, at=TOPIC, asked=TOPIC, offer=NEXT)
OF_TWO = replace(ASKED, options=(NEXT, NO))
FOR_TWO = Session(said="TogetherIntent", asked="TogetherIntent", offer="b-shared")
PRACTISING = Session(said="b-long-out", at="b-long-out", exercise=Exercise("b-long-out"))


@pytest.mark.parametrize(
    ("session", "text", "request_"),
    [
        (ASKED, "count me out", Request(NO)),
        (ASKED, "colour me out", Request(NO)),
        (ASKED, "not a bit of it", Request(NO)),
        (ASKED, "purely it", Request(TOPIC)),
        (ASKED, "quite so", Request(YES)),
        (ASKED, "half and half", Request(YES)),
        (ASKED, "blank", Request(NOT_SURE)),
        (ASKED, "the bottom of it", Request(CHOICE, {PLACE: "last"})),
        (ASKED, "beats a drum", Request(ASIDE)),
        (ASKED, "quark of it", Request(ASIDE)),
        (ASKED, "quark of them", Request(LISTENING)),
        (ASKED, "rubbish", Request(ASIDE)),
        (Session(), "count me out", Request(ASIDE)),
        (replace(ASKED, safe="AssaultIntent"), "count me out", Request(FALLBACK)),
        (FOR_TWO, "quite so", Request(YES)),
        (FOR_TWO, "half and half", Request(NOT_SURE)),
        (FOR_TWO, "the bottom of it", Request(NOT_SURE)),
        (ASKED, "no shaky", Request(NEXT)),
        (ASKED, "no limp", Request(NO)),
        (ASKED, "no wobbly", Request(NO)),
        (ASKED, "firmly it", Request(NO)),
        (ASKED, "barely it", Request(TOPIC)),
        (ASKED, "quark me", Request(PRIVACY)),
        (ASKED, "which quark is that", Request(SOURCE)),
        (ASKED, "no drumming", Request(NO)),
        (ASKED, "no humming", Request(NEXT)),
        (ASKED, "no hushing", Request(QUIET)),
        (ASKED, "no tell me quark", Request(NEXT)),
        (OF_TWO, "neither quark", Request(CHOICE, {PLACE: "neither"})),
        (OF_TWO, "neither tell me quark", Request(NEXT)),
    ],
)
def test_what_was_learned_of_replies(skill: Skill, session: Session, text: str, request_: Request) -> None:
    """It counts where no list explains a reply to an open question, unless the words are rather something else.

    Which they are if they are more surely understood so, or ask something about the skill. Of a consent only a clear
    yes counts. Behind a no, words need to be less surely understood where all of them together were learned as a
    thought of their own, and do not count where all together were more surely learned as a no, unless they are a wish.
    """
    request = asked_for(skill, session, text)
    assert replace(request, fits=()) == request_


@pytest.mark.parametrize(
    ("text", "meant", "request_"),
    [
        ("a calm minute of it quark", "no", Request(NO)),
        ("a calm minute of it quark", "later", Request(CHOICE, {PLACE: "neither"})),
        ("a calm minute of it quark", "yes", Request("b-long-out")),
        ("a calm minute", "no", Request("b-long-out")),
        ("what quark is that", "yes", Request(ASIDE)),
        ("what quark is that", "unsure", Request(NOT_SURE)),
    ],
)
def test_nothing_begins_over_a_no(skill: Skill, text: str, meant: str, request_: Request) -> None:
    """Where words only look like a choice, and were learned as a no, no practice begins. A plain name begins it.

    What begins with a question word is no yes, whatever was learned.
    """
    session = Session(said=TOPIC, at=TOPIC, asked="RestlessIntent", offer="b-long-out", options=("b-long-out", NO))
    request = asked_for(skill, session, text, Meaning(ASIDE, reply=meant))
    assert replace(request, fits=()) == request_


@pytest.mark.parametrize(("words", "name"), [(14, NO), (15, ASIDE)])
def test_a_story_is_no_learned_reply(skill: Skill, words: int, name: str) -> None:
    """From fifteen words on something is told, whatever was learned of replies."""
    text = " ".join(["quark"] * words)
    request = asked_for(skill, ASKED, text, Meaning(ASIDE, reply="no"))
    assert request.name == name


@pytest.mark.parametrize(
    ("session", "text", "name"),
    [
        (PRACTISING, "i'm driving by the way", NOT_NOW),
        (PRACTISING, "we're driving home", NOT_NOW),
        (replace(ASKED, offer="b-long-out"), "i'm in the bath", NOT_NOW),
        (ASKED, "me out cycling", ASIDE),
        (FOR_TWO, "we're in the bath", ASIDE),
        (FOR_TWO, "i'm driving", NOT_NOW),
        (PRACTISING, "well i was driving home with the radio on and it all came back to me then", ASIDE),
    ],
)
def test_a_moment_that_is_none_for_a_practice(skill: Skill, session: Session, text: str, name: str) -> None:
    """Who drives or is in water is told so, where a practice was offered or begun, whatever else was understood."""
    request = asked_for(skill, session, text, Meaning(ASIDE))
    assert request.name == name


def test_what_is_said_of_a_practice_is_no_guess(skill: Skill) -> None:
    """That it did nothing leads to another one, though a no was learned of such words."""
    text = "it didn't do anything for me"
    session = replace(PRACTISING, asked="PracticeEnd", offer="AgainIntent", options=("AgainIntent", NO))
    request = asked_for(skill, session, text, Meaning(ASIDE, reply="no"))
    assert request == Request(WORSE)


@pytest.mark.parametrize(
    ("session", "text", "meaning", "request_"),
    [
        (PRACTISING, "how quark my arms", Meaning(TOPIC, confidence=0.49), ("b-long-out", PRACTICE_ABOUT)),
        (PRACTISING, "how quark my arms", Meaning(TOPIC, confidence=0.5), ("", TOPIC)),
        (PRACTISING, "quark my arms", Meaning(TOPIC, confidence=0.49), ("", TOPIC)),
        (PRACTISING, "how quark my arms", Meaning(GENTLE_CHECK, offered=("UnsureIntent",)), ("", GENTLE_CHECK)),
        (PRACTISING, "how quark my arms", Meaning("UnsureIntent"), ("", "UnsureIntent")),
        (ASKED, "how quark my arms", Meaning(TOPIC, confidence=0.49), ("", TOPIC)),
    ],
)
def test_a_question_in_a_practice_is_about_it(
    skill: Skill, session: Session, text: str, meaning: Meaning, request_: tuple[str, str]
) -> None:
    """Unless it is surely about something else, or may tell of harm."""
    request = asked_for(skill, session, text, meaning)
    assert (request.slots.get("pattern", ""), request.name) == request_


def test_undecided_is_no_wish_for_an_explanation(skill: Skill) -> None:
    """What has a word of the question and a question word asks what was meant, unless it was learned as not sure."""
    session = replace(ASKED, options=(NEXT, MORE))
    for reply, name in (("unsure", NOT_SURE), ("new", EXPLAIN)):
        request = asked_for(skill, session, "i can't decide which", Meaning(ASIDE, reply=reply))
        assert request.name == name
