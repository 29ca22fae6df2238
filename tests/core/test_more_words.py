"""What stands behind a reply, and what looks like a question about the question: which of it is asked for."""

from dataclasses import replace
from typing import Any

import pytest
from core.test_context import DOUBT, Hears, after

from skill.content.locales import language_of
from skill.core.interpret import interpret, of_free_words
from skill.core.skill import Skill
from skill.dialog.model import Request
from skill.dialog.names import EXPLAIN, FALLBACK, GENTLE_CHECK, NO, SHORTER, YES
from skill.dialog.state import Session
from skill.nlu.classifier import Context, Meaning
from skill.nlu.questions import QuestionIndex

GB = "en-GB"


class InGb(Hears):
    """An understanding of one thing, in the listener's locale only; silence means nothing."""

    def hear(self, text: str, locale: str, context: Context) -> Meaning:
        """The one thing."""
        assert locale == GB
        return self.meaning if text else Meaning(None)


class Places:
    """The responses, of which the listener's locale only is asked for."""

    def __init__(self, own: Any) -> None:
        self.own = own

    def __getattr__(self, name: str) -> Any:
        return getattr(self.own, name)

    def place(self, locale: str) -> Any:
        """Where it is spoken."""
        assert locale == GB
        return self.own.place(locale)


def asked_for(skill: Skill, session: Session, text: str, meaning: Meaning) -> Request:
    """What words ask for that are understood so, in a locale that is no other's."""
    parts: Any = {"understanding": InGb(meaning), "responses": Places(skill.responses)}
    return of_free_words(replace(skill, **parts), text, GB, session)[0]


def sure(intent: str, confidence: float = 0.9) -> Meaning:
    """Words that surely mean one thing."""
    return Meaning(intent, confidence=confidence)


@pytest.mark.parametrize(
    ("before", "text", "meaning", "name"),
    [
        # What was told just now is asked for again only by a question.
        ("BodyIntent", "yes my body", sure("BodyIntent"), YES),
        ("BodyIntent", "no what happens to my body", sure("BodyIntent"), "BodyIntent"),
        ("BodyIntent", "no my body did that", sure("BodyIntent"), NO),
        # As sure as is needed is sure.
        ("BodyIntent", "yes the habits we have", sure("HabitsIntent", 0.85), "HabitsIntent"),
        ("BodyIntent", "yes the habits we have", sure("HabitsIntent", 0.84), YES),
        # Small words, and a reason for the reply, ask for nothing.
        ("BodyIntent", "yes so it is", sure("HabitsIntent"), YES),
        ("BodyIntent", "no because the habits are tiring", sure("HabitsIntent"), NO),
        ("BodyIntent", "yes lorem ipsum", Meaning(FALLBACK, confidence=0.9), YES),
        # How it is to be goes with a yes, and stands alone behind a no.
        ("BodyIntent", "yes a bit shorter", sure(SHORTER, 0.5), f"{YES} also={SHORTER}"),
        ("BodyIntent", "no make it shorter", sure(SHORTER, 0.5), SHORTER),
        ("BodyIntent", "yes the habits we have", sure("HabitsIntent"), "HabitsIntent"),
    ],
)
def test_what_stands_behind_a_reply(skill: Skill, before: str, text: str, meaning: Meaning, name: str) -> None:
    """It counts where it asks for something of its own; else the reply is the reply."""
    found = asked_for(skill, after(skill, before), text, meaning)
    wanted, *slots = name.split()
    assert (found.name, found.slots) == (wanted, dict(slot.split("=") for slot in slots))


WHAT_IS_IT = {"OverviewIntent": {"OverviewIntent": ["lorem"], "OverviewIntent.2": ["what is it about then"]}}


@pytest.mark.parametrize(
    ("before", "index", "confidence", "wanted"),
    [
        ("LaunchRequest", WHAT_IS_IT, 0.9, Request("OverviewIntent", fits=("OverviewIntent.2",))),
        ("LaunchRequest", WHAT_IS_IT, 0.84, Request(EXPLAIN)),
        ("LaunchRequest", {}, 0.9, Request(EXPLAIN)),
        ("BodyIntent", WHAT_IS_IT, 0.9, Request(EXPLAIN)),
    ],
)
def test_the_example_of_a_greeting_is_answered(
    skill: Skill, before: str, index: dict[str, dict[str, list[str]]], confidence: float, wanted: Request
) -> None:
    """Where a part answers just that, and it is surely asked; any other "what is it about" is about the question."""
    asking = replace(skill, questions={language_of(GB): QuestionIndex(index, str)})
    assert asked_for(asking, after(skill, before), "what is it about", sure("OverviewIntent", confidence)) == wanted


@pytest.mark.parametrize(
    ("text", "name"),
    [("hear about feelings", GENTLE_CHECK), ("yes lorem ipsum", GENTLE_CHECK), ("yes please", YES)],
)
def test_a_doubt_lies_in_what_no_reply_explains(skill: Skill, text: str, name: str) -> None:
    """Behind a yes in what follows it; where nothing does, in all that was said."""
    told = replace(DOUBT, instead="EmotionsIntent", safety=0.5)
    assert asked_for(skill, after(skill, "BodyIntent"), text, told).name == name


def test_a_question_with_more_beside_it_is_the_question(skill: Skill) -> None:
    """What another slot holds is understood too, and does not take its place."""

    class Both(InGb):
        def hear(self, text: str, locale: str, context: Context) -> Meaning:
            return sure("BreathingIntent") if text == "box" else super().hear(text, locale, context)

    both: Any = Both(sure("HabitsIntent"))
    words = {"question": "what helps", "technique": "box"}
    asked = interpret(replace(skill, understanding=both), "QuestionIntent", {}, words, GB, Session())[0]
    assert asked == Request("HabitsIntent")
