"""The reader of replies, made anew from its lists: what opens and closes a reply, and what it means."""

from dataclasses import replace

import pytest
from core.test_context import after

from skill.content.replies import ReplyWords
from skill.core.replies import read_reply
from skill.core.reply_reader import FORMS_KEPT, OpenQuestion, ReadReply, ReplyReader
from skill.core.skill import Skill
from skill.dialog.model import Request
from skill.dialog.names import BREATHING, DOOR, EXPLAIN, HOLD_SCREEN, NO, TOGETHER, YES

EMOTIONS = Request("EmotionsIntent")


def reader(skill: Skill) -> ReplyReader:
    """That of English, made anew: what a change in making it does has to be seen too."""
    return ReplyReader(skill.responses.replies["en"], ("or", "otherwise"), skill.understanding.by_language["en"].slots)


def bare() -> ReplyReader:
    """That of a language that has no lists yet, and no model."""
    return ReplyReader(ReplyWords(), ())


@pytest.mark.parametrize(
    ("asked", "text", "request_", "whole"),
    [
        # What says nothing is taken off, the longest first, and joined as it is said.
        ("RestlessIntent", "a minute's fine", Request("b-long-out"), True),
        ("BodyIntent", "feelings please", EMOTIONS, True),
        ("BodyIntent", "feelings right now", EMOTIONS, True),
        ("BodyIntent", "feelings if that's okay", EMOTIONS, True),
        # A question of some words at either end asks what was meant, whatever is named beside it.
        ("BodyIntent", "feelings what is it", Request(EXPLAIN), False),
        ("BodyIntent", "what is it with the feelings", Request(EXPLAIN), False),
        ("BodyIntent", "feelings what", EMOTIONS, False),
        # What begins like a yes or a no.
        ("BodyIntent", "no my habits are good ones", Request(NO), False),
        ("WhyItMattersIntent.2", "yes tonight feels better", Request(YES), False),
        # In a practice.
        ("BreathingIntent", "it made me dizzy", Request("WorseIntent"), False),
        ("BreathingIntent", "two minutes", Request(BREATHING, {"duration": "PT2M"}), False),
        ("BreathingIntent", "make it five", Request(BREATHING, {"duration": "PT5M"}), False),
        ("RestlessIntent", "both of us breathing", Request(TOGETHER, {"pattern": "b-long-out"}), False),
        ("RestlessIntent", "just me breathing", Request("b-long-out"), False),
    ],
)
def test_a_reply_is_read(skill: Skill, asked: str, text: str, request_: Request, whole: bool) -> None:
    """By the question that is open; `whole` says that nothing of it is left unexplained."""
    found = read_reply(replace(skill, replies={"en": reader(skill)}), after(skill, asked), text, "en-US")
    assert found
    assert (found.request, found.whole) == (request_, whole)


def test_a_remark_is_no_yes(skill: Skill) -> None:
    """What tells of something may hold a word that is one alone."""
    english = replace(skill, replies={"en": reader(skill)})
    assert read_reply(english, after(skill, "BodyIntent"), "that was alright", "en-US") is None


@pytest.mark.parametrize(
    ("text", "yes"),
    [("yes", True), ("yeah the tears", True), ("the tears yes", True), ("so yes it is", False), ("so", False),
     ("the tears yes they do", False), ("", False), ("?", False)],
)  # fmt: skip
def test_a_yes_stands_at_an_end(skill: Skill, text: str, yes: bool) -> None:
    """Only so a guessed yes counts as one: nothing begins by a word in the middle."""
    assert reader(skill).has_yes(text) is yes


def test_the_ways_of_a_question(skill: Skill) -> None:
    """Between any of the words that stand between two ways, in whichever letters, and with or without a comma."""
    ways = ["a topic", "a calm minute"]
    for question in ("A topic, or a calm minute?", "A topic? Or a calm minute?", "A topic otherwise a calm minute"):
        assert reader(skill).clauses(question) == ways
    assert bare().clauses("A topic, or a calm minute?") == ["a topic or a calm minute"]


def test_what_is_no_choice_and_what_is_a_reason(skill: Skill) -> None:
    """Small words choose nothing; words behind a reply that only say why ask for nothing."""
    english = reader(skill)
    assert english.content("tell me about the tears") == {"tears"}
    assert english.content("so it is") == frozenset()
    assert english.is_reason("because it is late")
    assert not english.is_reason("it is late")


def test_what_one_question_alone_is_told(skill: Skill) -> None:
    """The number behind a door, and what is no disclosure where breaths are to be held."""
    english = reader(skill)
    assert english.own_reply("a number please", DOOR) == Request(YES)
    assert english.own_reply("a number please", "BodyIntent") is None
    assert english.own_reply("yes it was fine", DOOR) == english.own_reply("no it was fine", DOOR) == Request(NO)
    assert english.own_reply("tears it was fine", DOOR) is None
    assert "MedicalIntent" in english.expected(HOLD_SCREEN)
    assert english.expected("BodyIntent") == ()


def test_a_language_without_lists_reads_nothing() -> None:
    """It starts all the same, and every reply is a new thought."""
    question = OpenQuestion("RestlessIntent", "b-even", "A calm minute?", "A calm minute?", practice=True)
    for text in ("yes", "both of us", "two minutes", "make it five", "why is that", "lorem ipsum"):
        assert bare().read(text, question, practising=True) is None
    assert not bare().has_yes("yes")
    named = replace(question, options=[("b-even", ["calm minute"])])
    assert bare().read("calm minute", named) == ReadReply(Request("b-even"))


def test_what_is_kept_ready_has_an_end(skill: Skill) -> None:
    """Whatever listeners say, it fills no memory."""
    for kept in (reader(skill).forms, reader(skill).content):
        assert kept.cache_info().maxsize == FORMS_KEPT
