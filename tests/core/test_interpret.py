"""What slots and words ask for, one row each: safety first, then what was asked, then what free words mean."""

from dataclasses import replace
from typing import Any

import pytest

from skill.core.interpret import interpret
from skill.core.skill import Skill
from skill.dialog.model import Request
from skill.dialog.names import GENTLE_CHECK, WHICH
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
    "": Meaning(None),
    "one": Meaning(None, offered=(TOPIC,)),
}


class Table:
    """An understanding that knows these words."""

    def hear(self, text: str, locale: str, context: Context) -> Meaning:
        """What they mean."""
        assert locale == "en-GB"
        assert not context.states
        return MEANINGS[text]

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
