"""What slots and words ask for, one row each: safety first, then what was asked, then what free words mean."""

from dataclasses import replace
from typing import Any

import pytest

from skill.core.interpret import interpret
from skill.core.skill import Skill
from skill.dialog.model import Request
from skill.dialog.names import ASIDE, GENTLE_CHECK, WHICH, YES
from skill.dialog.state import Session
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
    "yes it may be": Meaning(GENTLE_CHECK, offered=("UnsureIntent",), instead=ASIDE, safety=0.02),
    "yes shaking": Meaning(GENTLE_CHECK, offered=("UnsureIntent",), instead=ASIDE, safety=0.02),
    "": Meaning(None),
    "one": Meaning(None, offered=(TOPIC,)),
    "rather this": Meaning(TOPIC, offered=(NEXT,), parts=(f"{TOPIC}.3", TOPIC)),
    "lorem ipsum": Meaning(GENTLE_CHECK, offered=("UnsureIntent",), instead=TOPIC, parts=(f"{TOPIC}.3",)),
}


class Table:
    """An understanding that knows these words."""

    def hear(self, text: str, locale: str, context: Context) -> Meaning:
        """What they mean."""
        assert locale == "en-GB"
        assert not context.states
        return MEANINGS[text]

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
    table: Any = Table()
    session = Session(said="BodyIntent", at="BodyIntent", asked="BodyIntent", offer="EmotionsIntent")
    words = {"question": "yes it may be"}
    request, _ = interpret(replace(skill, understanding=table), "QuestionIntent", {}, words, "en-GB", session)
    assert request == Request(GENTLE_CHECK, {}, ("UnsureIntent",), YES)
    words = {"question": "yes shaking"}
    request, _ = interpret(replace(skill, understanding=table), "QuestionIntent", {}, words, "en-GB", session)
    assert request == Request(YES)


def test_no_practice_begins_over_a_doubt(skill: Skill) -> None:
    """It has no room for the sentence that leads to help, so the words are answered with it, and the offer stays."""
    table: Any = Table()
    session = Session(said="RestlessIntent", at="RestlessIntent", asked="RestlessIntent", offer="b-long-out")
    words = {"question": "yes it may be"}
    request, _ = interpret(replace(skill, understanding=table), "QuestionIntent", {}, words, "en-GB", session)
    assert request == Request(GENTLE_CHECK, {}, ("UnsureIntent",), ASIDE)
    turn = skill.conversation.answer(request, session)
    assert (turn.door, turn.starts, turn.session.offer) == ("UnsureIntent", False, "b-long-out")
