"""What stands beside an answer: a word on the open question, what changed in a practice, and what an operator sees."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from core.test_render import (
    BREATHS,
    END,
    FEELING,
    GROUNDING,
    NEXT,
    SAFETY,
    SENSES,
    SOMEBODY,
    TOPIC,
    US,
    Shelf,
    asking,
    given,
    playback,
    played,
    rendered,
    said_by,
)

from skill.core.answer import answer, anywhere, first_session
from skill.core.render import Screen, render
from skill.core.replies import choices
from skill.core.skill import ReplyTrace, Skill
from skill.dialog.model import Request, Turn
from skill.dialog.names import EXPLAIN, GENTLE_CHECK, LISTENING, MORE, ONWARD
from skill.dialog.state import Exercise, Session
from skill.settings.model import Settings

# A word on the open question.


@pytest.mark.parametrize(("offer", "practice"), [(NEXT, False), (BREATHS, True), ("", False)])
def test_an_explanation_is_of_what_was_offered(skill: Skill, offer: str, practice: bool) -> None:
    """Why it was asked comes from the response that asked, and a practice is explained as one."""
    with_words = given(skill, asking(TOPIC, offer, why="Because it helps."))
    render(with_words, Turn(EXPLAIN, Session(said=TOPIC, at=TOPIC, asked=TOPIC, offer=offer)), US)
    explained = {"offer": offer, "why": "Because it helps.", "practice": practice}
    assert with_words.responses.asked[-1] == (EXPLAIN, 0, explained)  # type: ignore[attr-defined]


def test_each_word_of_listening_has_its_own_round(skill: Skill) -> None:
    """An explanation in between does not pass over one."""
    with_words, open_now = given(skill), Session(said=TOPIC, asked=TOPIC)
    for name in (EXPLAIN, LISTENING, LISTENING):
        render(with_words, Turn(name, open_now), US)
    said = [(name, variant) for name, variant, _ in with_words.responses.asked if name != TOPIC]  # type: ignore[attr-defined]
    assert said == [(EXPLAIN, 0), (LISTENING, 0), (LISTENING, 1)]


def test_a_screen_shows_a_word_beside_the_question(skill: Skill) -> None:
    """With what may be said to the question, which stands."""
    result = rendered(skill, LISTENING, said=TOPIC, asked=TOPIC)
    assert result.screen == Screen(LISTENING, f"The words of {LISTENING}.", f"{TOPIC} again?")


def test_a_question_in_place_of_another_has_its_own_ways(skill: Skill) -> None:
    """Whoever says "the second one" to it, or no, is not led where the first question would have."""
    own = asking(TOPIC, NEXT, instead=FEELING, options=(NEXT, FEELING))
    onward = asking(ONWARD, "WhyItMattersIntent", instead=MORE, options=("WhyItMattersIntent", MORE))
    for result, asked in (
        (rendered(skill, TOPIC, own, onward), own),
        (rendered(skill, TOPIC, own, onward, heard=((NEXT, "1"),)), onward),
    ):
        assert (result.reply.instead, result.reply.options) == (asked.instead, asked.options)
        assert (result.session.instead, result.session.options) == (asked.instead, asked.options)


# What changed in a practice, and what is asked at its end.


@pytest.mark.parametrize("changed", ["slower", "longest", "worse", "without_holds", "quieter"])
def test_a_practice_opens_with_what_changed(skill: Skill, changed: str) -> None:
    """In two or three words, before all that is said without a change."""
    usual = playback(played(skill, BREATHS)).part.cues[0].text
    turn = Turn(BREATHS, Session(exercise=Exercise(BREATHS)), {"changed": changed}, starts=True)
    opening = playback(render(given(skill, END), turn, US)).part.cues[0].text
    assert opening == f"{said_by(skill, BREATHS).changed[changed]} {usual}"


def test_a_change_without_words_is_made_without_a_word(skill: Skill) -> None:
    """A language that has none for it yet says the practice as ever, in steps too."""
    own = skill.exercises

    def wordless(made: Any) -> Any:
        return replace(made, words=replace(made.words, changed={}))

    exercises: Any = SimpleNamespace(
        prepare=lambda session, locale: wordless(own.prepare(session, locale)),
        own_pace=lambda session, locale: wordless(own.own_pace(session, locale)),
    )
    for stepwise in (False, True):
        turn = Turn(GROUNDING, Session(exercise=Exercise(GROUNDING, stepwise=stepwise)), starts=True)
        without = replace(given(skill, END), exercises=exercises)
        said = render(without, replace(turn, variables={"changed": "worse"}), US).text
        assert said == render(given(skill, END), turn, US).text


@pytest.mark.parametrize(
    ("exercise", "asked", "options"),
    [
        ({}, "PracticeEnd", ("AgainIntent", "AMAZON.NoIntent")),
        ({"minutes": 5}, "PracticeHalf", ("PracticeOn", "AMAZON.NoIntent")),
        ({"times": 1}, "", ()),
    ],
)
def test_a_question_is_open_only_where_one_was_asked(
    skill: Skill, exercise: Mapping[str, Any], asked: str, options: tuple[str, ...]
) -> None:
    """After a repeat that ends without one, what is said next is no reply."""
    session = played(skill, BREATHS, exercise).session
    assert (session.asked, session.options) == (asked, options)


def test_a_step_leaves_its_question_open(skill: Skill) -> None:
    """A reply to it is read by the words of a step; that a caution was said changes nothing in where it comes from."""
    for practice in (SENSES, BREATHS, GROUNDING):
        session = played(skill, practice, {"stepwise": True}).session
        assert (session.asked, session.marked) == ("PracticeStep", False)


@pytest.mark.parametrize(
    ("practice", "before", "told"),
    [
        (GROUNDING, {}, True),
        (BREATHS, {}, True),
        (GROUNDING, {"marked": True}, False),
        (GROUNDING, {"safe": SAFETY}, False),
        ("p-touch", {}, False),
    ],
)
def test_the_end_of_the_steps_says_where_they_come_from(
    skill: Skill, practice: str, before: Mapping[str, Any], told: bool
) -> None:
    """That they are not from the article, once a session, and not while a safety answer stands."""
    with_words, exercise = given(skill), Exercise(practice, stepwise=True)
    count = len(skill.exercises.own_pace(Session(exercise=exercise), US).steps)
    ended = Session(exercise=replace(exercise, part=count), **before)
    render(with_words, Turn(practice, ended, starts=True), US)
    marker = said_by(skill, practice).marker if told else ""
    assert bool(marker) is told
    assert ("PracticeOver", 0, {"marker": marker}) in with_words.responses.asked  # type: ignore[attr-defined]


# One turn: whose country, whose settings, and who looks on.


@pytest.mark.parametrize(
    ("response", "said"),
    [
        ("AssaultIntent", "SafetyAnywhere"),
        ("AssaultIntent.now", "SafetyAnywhere.now"),
        ("MinorIntent.harmed", "MinorIntent.harmed.anywhere"),
        ("MinorIntent.anywhere", "MinorIntent.anywhere"),
        ("SafetyCalm", "SafetyCalm.anywhere"),
        ("After.text", "After.anywhere"),
        ("After.feeling", "After.feeling"),
        ("SafetyQuiet", "SafetyQuiet"),
        (TOPIC, TOPIC),
    ],
)
def test_where_no_line_is_known_none_is_named(skill: Skill, response: str, said: str) -> None:
    """Danger now stays danger now, a follow-up with a number gives way to presence, and the rest is said as it is."""
    assert anywhere(skill, response) == said


def test_an_operator_reads_why_a_store_failed(skill: Skill, ear: Callable[[], str]) -> None:
    """Whether settings were to be read or to be kept: what failed, and what it said of it."""
    away = replace(given(skill), store=Shelf(fails=True))
    first_session(away, "somebody")
    assert ear() == "store: away"
    answer(away, Request("AMAZON.YesIntent"), Session(offer="Remembered"), SOMEBODY)
    assert ear() == "store: away\nstore: away"


def test_what_is_kept_is_how_the_listener_likes_it(skill: Skill) -> None:
    """With their language, so that the next session begins as this one was."""
    shelf = Shelf()
    liked = Session(offer="Remembered", rate=1, discreet=True)
    answer(replace(given(skill), store=shelf), Request("AMAZON.YesIntent"), liked, SOMEBODY)
    assert shelf.kept == {"somebody": Settings(rate=1, discreet=True, language="en-GB")}


def test_whoever_watches_sees_what_lies_behind_a_reply(skill: Skill) -> None:
    """In doubt what was answered, that help was named, what the request named, and what can be said next."""
    traces: list[ReplyTrace] = []
    watched = replace(skill, on_reply=traces.append)
    slots = {"topic": TOPIC}
    in_doubt = answer(watched, Request(GENTLE_CHECK, slots, (SAFETY,), TOPIC), Session(), SOMEBODY)
    answer(watched, Request(TOPIC), Session(), SOMEBODY)
    answer(watched, Request("OutOfScopeIntent.NextDoor"), Session(), SOMEBODY)
    first, second, third = traces
    assert (first.intent, first.response, first.door, first.slots) == (TOPIC, TOPIC, True, slots)
    assert (second.intent, second.door, second.slots) == (TOPIC, False, {})
    assert third.intent == "OutOfScopeIntent", "which neighbour it was is told to nobody"
    assert first.choices() == choices(skill, in_doubt.session, "en-GB") != ()
