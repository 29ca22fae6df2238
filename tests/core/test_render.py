"""The rules of rendering, one row each: a turn in, what is said, offered, played, shown and remembered out."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from markupsafe import Markup

from skill.content.reply import Reply
from skill.core.answer import Recipient, answer, first_session
from skill.core.exercise import words_of
from skill.core.render import BED, Circle, Playback, Rendered, Screen, render
from skill.core.skill import ReplyTrace, Skill, VariantCycle
from skill.dialog.model import Request, Turn
from skill.dialog.names import (
    AGAIN,
    ASIDE,
    ASIDE_ABOUT,
    LAUNCH,
    LIST_PRACTICES,
    LIST_TOPICS,
    LISTENING,
    MORE,
    ONWARD,
    OTHER_READING,
    PRACTICE_ON,
    WHICH,
)
from skill.dialog.state import Exercise, Session
from skill.exercises.wording import Words
from skill.settings.model import NoStore, Settings, StoreError

US = "en-US"
TOPIC, NEXT, FEELING, SAFETY = "BodyIntent", "EmotionsIntent", "TearyIntent", "AssaultIntent"
BREATHS, GROUNDING, SENSES = "b-even", "g-orient", "g-54321"
"""A breathing pattern, words that are not the article's, and what goes at the listener's own pace."""


PLAYING = Exercise(SENSES, stepwise=True, part=1)


class Given:
    """Responses as a test gives them; any other has its own name as its words."""

    def __init__(self, claims: Any, *replies: Reply) -> None:
        self.claims = claims
        self.replies = {reply.response: reply for reply in replies}
        self.asked: list[tuple[str, int, dict[str, Any]]] = []
        self.heard_as: set[tuple[str, bool]] = set()
        """In which locales and wordings."""
        self.cited_in: set[str] = set()
        """In which locales the claims were read."""

    def render(
        self, name: str, locale: str, *, discreet: bool = False, variant: int = 0,
        variables: Mapping[str, Any] | None = None,
    ) -> Reply:  # fmt: skip
        """The reply of that name."""
        self.asked.append((name, variant, dict(variables or {})))
        self.heard_as.add((locale, discreet))
        return self.replies.get(name) or asking(name)

    def claims_in(self, locale: str) -> Any:
        """The table of claims, whatever the language."""
        self.cited_in.add(locale)
        return self.claims

    def claims_of(self, name: str, locale: str, *, discreet: bool = False) -> tuple[str, ...]:
        """The first section's claims, for the topic."""
        self.heard_as.add((locale, discreet))
        return tuple(self.claims.sections[0].claims) if name == TOPIC else ()


def asking(name: str, offer: str = "", **fields: Any) -> Reply:
    """A reply with a question, all of it in words that name it."""
    fields = {"question": Markup(f"{name}?"), "reprompt": Markup(f"{name} again?"), "title": name, **fields}
    return Reply(name, fields.pop("body", Markup(f"The words of {name}.")), offer=offer, **fields)


def given(skill: Skill, *replies: Reply) -> Skill:
    """The skill with these responses, at the first variant of each."""
    return replace(skill, responses=Given(skill.responses.claims, *replies), variants=VariantCycle(), on_reply=None)  # type: ignore[arg-type]


def rendered(skill: Skill, response: str, *replies: Reply, **session: Any) -> Rendered:
    """A response in a session of those fields."""
    return render(given(skill, *replies), Turn(response, Session(**session)), US)


@pytest.mark.parametrize("response", [TOPIC, "Listening"])
def test_a_door_stands_at_the_end_of_an_answer(skill: Skill, response: str) -> None:
    """Also behind a word to a remark, where the open question is asked again after it."""
    door = Reply("Door", Markup("A sentence."))
    with_words = given(skill, asking(response, body=Markup("Mm.")), asking(NEXT), door)
    turn = Turn(response, Session(said=NEXT, asked=NEXT), door="SelfHarmIntent")
    assert render(with_words, turn, US).reply.body == "Mm. A sentence."
    assert render(with_words, replace(turn, door=""), US).reply.body == "Mm."


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            "You may cry. If you didn't want it, say, I need a number.",
            "You may cry. If it gets dark, say, I need a number.",
        ),
        ("If you're scared, say, I need a number. It passes.", "It passes. If it gets dark, say, I need a number."),
        ("I need a number. It passes.", "I need a number. It passes. If it gets dark, say, I need a number."),
        ("If you're scared, say, I need a number.", "If it gets dark, say, I need a number."),
    ],
)
def test_a_door_stands_alone(skill: Skill, body: str, said: str) -> None:
    """What an answer says of help itself, in the same words at its end, gives way to what fits the doubt."""
    door = Reply("Door", Markup("If it gets dark, say, I need a number."))
    with_words = given(skill, asking(TOPIC, body=Markup(body)), door)
    assert render(with_words, Turn(TOPIC, Session(), door=SAFETY), US).reply.body == said


# Brief: the gist.


@pytest.mark.parametrize(
    ("name", "gist", "brief", "said"),
    [
        (TOPIC, "In short.", True, "In short."),
        (f"{TOPIC}.2", "In short.", True, "In short."),
        (TOPIC, "In short.", False, "Whole."),
        (TOPIC, "", True, "Whole."),
        (FEELING, "In short.", True, "Whole."),
        (TOPIC, "This & that.", True, "This &amp; that."),
    ],
)
def test_brief_is_the_gist_of_a_topic(skill: Skill, name: str, gist: str, brief: bool, said: str) -> None:
    """Whoever wants it shorter gets a topic's gist, and all of anything else."""
    reply = asking(name, body=Markup("Whole."), gist=gist)
    assert rendered(skill, name, reply, brief=brief).reply.body == said


QUIET = asking("SafetyQuiet", "ignored")

# Offers lead somewhere new.


@pytest.mark.parametrize(
    ("offer", "heard", "question", "offered"),
    [
        (NEXT, (), TOPIC, NEXT),
        (NEXT, ((NEXT, "1"),), ONWARD, "WhyItMattersIntent"),
        (BREATHS, ((NEXT, "1"),), TOPIC, BREATHS),
        (MORE, (), TOPIC, MORE),
        ("", (), TOPIC, ""),
    ],
)
def test_an_offer_leads_somewhere_new(
    skill: Skill, offer: str, heard: tuple[tuple[str, int], ...], question: str, offered: str
) -> None:
    """A topic that was heard is not offered again: the next one that was not is, in the article's order."""
    own = asking(TOPIC, offer)
    onward = asking(ONWARD, "WhyItMattersIntent")
    result = rendered(skill, TOPIC, own, onward, heard=heard)
    assert (result.reply.question, result.reply.reprompt) == (f"{question}?", f"{question} again?")
    assert (result.reply.offer, result.session.offer) == (offered, offered)
    assert result.reply.body == own.body


def test_more_is_not_offered_after_the_last_part(skill: Skill) -> None:
    """Where there is no more, the next topic is offered instead."""
    last = f"{TOPIC}.{skill.conversation.catalogue.parts[TOPIC]}"
    assert rendered(skill, last, asking(last, MORE), asking(ONWARD, NEXT)).session.offer == NEXT
    assert rendered(skill, f"{TOPIC}.2", asking(f"{TOPIC}.2", MORE)).session.offer == MORE


def test_a_gentle_check_keeps_what_it_checks(skill: Skill) -> None:
    """Which line yes leads to was decided when the check was made, not by the words of the check."""
    assert rendered(skill, "GentleCheck", asking("GentleCheck", ""), offer=SAFETY).session.offer == SAFETY


def test_onward_is_told_which_topic_comes_next(skill: Skill) -> None:
    """The next topic is found from where the answer leaves the listener, and goes into the question's words."""
    with_words = given(skill, asking(TOPIC, NEXT))
    render(with_words, Turn(TOPIC, Session(heard=((NEXT, "1"),))), US)
    topics = skill.conversation.catalogue.topics
    after = next(name for name in topics[topics.index(TOPIC) + 1 :] if name != NEXT)
    assert with_words.responses.asked[-1] == (ONWARD, 0, {"next_topic": after})  # type: ignore[attr-defined]


def other_reading(skill: Skill, other: str, door: str = "", **session: Any) -> Rendered:
    """An answer beside which something else may have been meant."""
    words = given(skill, asking(TOPIC, NEXT), asking(OTHER_READING, other), QUIET)
    return render(words, Turn(TOPIC, Session(**session), door=door, other=other), US)


def test_what_else_may_have_been_meant_is_offered(skill: Skill) -> None:
    """In place of what the answer offers of itself; yes leads to it, and no is a plain no."""
    result = other_reading(skill, FEELING)
    assert (result.reply.question, result.session.asked) == (f"{OTHER_READING}?", OTHER_READING)
    assert (result.session.offer, result.session.options) == (FEELING, (FEELING, "AMAZON.NoIntent"))


@pytest.mark.parametrize(
    ("session", "question"),
    [
        ({"heard": ((FEELING, "1"), ("WhyItMattersIntent", "1"))}, f"{OTHER_READING}?"),
        ({"heard": (("PartnerIntent", "1"),)}, f"{TOPIC}?"),
        ({"door": SAFETY}, f"{OTHER_READING}?"),
        ({"safe": SAFETY}, "SafetyQuiet?"),
    ],
)
def test_it_is_offered_only_where_it_is_new(skill: Skill, session: Mapping[str, Any], question: str) -> None:
    """Behind a door, too, but not what was heard, and nothing after a safety answer."""
    assert other_reading(skill, "PartnerIntent", **session).reply.question == question


@pytest.mark.parametrize(
    ("response", "asked", "question"),
    [
        (ASIDE, "", ASIDE_ABOUT),
        (LISTENING, LAUNCH, ASIDE_ABOUT),
        (LISTENING, f"{TOPIC}.2", ASIDE_ABOUT),
        (LISTENING, FEELING, ASIDE_ABOUT),
        (LISTENING, "TogetherIntent", "TogetherIntent"),
        (LISTENING, "HoldScreen", "HoldScreen"),
        (LISTENING, "MinorCheck", "MinorCheck"),
        (LISTENING, "PracticeStep", "PracticeStep"),
    ],
)
def test_what_a_remark_may_have_been_about_is_offered(skill: Skill, response: str, asked: str, question: str) -> None:
    """In place of an open question, unless a practice or somebody's consent hangs on that."""
    words = given(skill, asking(ASIDE, NEXT), asking(asked or TOPIC, NEXT), asking(ASIDE_ABOUT, "PartnerIntent"))
    turn = Turn(response, Session(said=TOPIC, asked=asked, offer=NEXT), other="PartnerIntent")
    assert render(words, turn, US).reply.question == f"{question}?"
    offered = (ASIDE_ABOUT, 0, {"names": ("PartnerIntent",)})
    assert (words.responses.asked[-1] == offered) is (question == ASIDE_ABOUT)  # type: ignore[attr-defined]


def test_a_closing_answer_offers_nothing(skill: Skill) -> None:
    """A reply without a question stays without one, whatever its header says."""
    reply = Reply("AMAZON.StopIntent", Markup("Bye."), offer=NEXT)
    assert not rendered(skill, "AMAZON.StopIntent", reply, safe=SAFETY).reply.question
    assert not rendered(skill, "AMAZON.StopIntent", reply, heard=((NEXT, "1"),)).reply.question


# Safety leaves quiet behind it.


@pytest.mark.parametrize("offer", [NEXT, BREATHS, MORE, LIST_TOPICS, LIST_PRACTICES])
def test_after_a_safety_answer_nothing_is_offered(skill: Skill, offer: str) -> None:
    """A topic may be answered, but it leads no further: only whether there is anything else is asked."""
    result = rendered(skill, TOPIC, asking(TOPIC, offer), QUIET, safe=SAFETY)
    assert (result.reply.question, result.reply.reprompt) == (QUIET.question, QUIET.reprompt)
    assert (result.reply.offer, result.session.offer) == ("", "")
    assert rendered(skill, TOPIC, asking(TOPIC, offer), QUIET).reply.question == f"{TOPIC}?"


@pytest.mark.parametrize("offer", ["", AGAIN, "RememberIntent", "Remembered"])
def test_what_presses_nothing_stays_after_a_safety_answer(skill: Skill, offer: str) -> None:
    """A question that leads into no content is asked as it stands."""
    result = rendered(skill, "PrivacyIntent", asking("PrivacyIntent", offer), QUIET, safe=SAFETY)
    assert (result.reply.question, result.session.offer) == ("PrivacyIntent?", offer)


def test_a_safety_answer_is_spoken_as_it_stands(skill: Skill) -> None:
    """Its question and its offer are fixed, whatever was heard or said before."""
    reply = asking(SAFETY, NEXT, safety=True)
    result = rendered(skill, SAFETY, reply, QUIET, safe=SAFETY, heard=((NEXT, "1"),), brief=True)
    assert result.reply == reply


# Screens.


@pytest.mark.parametrize(
    ("session", "fields", "screen"),
    [
        ({}, {}, Screen(TOPIC, f"The words of {TOPIC}.", f"{TOPIC} again?")),
        ({"discreet": True}, {}, Screen()),
        ({"safe": SAFETY}, {}, Screen()),
        ({}, {"safety": True}, Screen()),
        ({}, {"need": "crisis"}, Screen()),
        ({}, {"title": "", "body": Markup("A <b>line</b> &amp;.")}, Screen("", "A line &.", f"{TOPIC} again?")),
    ],
)  # fmt: skip
def test_what_a_screen_may_show(
    skill: Skill, session: dict[str, Any], fields: dict[str, Any], screen: Screen
) -> None:  # fmt: skip
    """Title, words and what may be said next; nothing when discreet, after a safety answer, or with a helpline."""
    assert rendered(skill, TOPIC, asking(TOPIC, **fields), **session).screen == screen


def test_the_screen_shows_what_is_said(skill: Skill) -> None:
    """The gist where the gist is said, and the reprompt of the question that is asked."""
    reply = asking(TOPIC, NEXT, gist="In short.")
    result = rendered(skill, TOPIC, reply, brief=True, heard=((NEXT, "1"),))
    assert result.screen == Screen(TOPIC, "In short.", f"{ONWARD} again?")


# Variants.


def test_variants_come_in_turn_and_again_means_the_same(skill: Skill) -> None:
    """Each answer takes the next variant and remembers which it was; said again, it is the same one."""
    with_words = given(skill)
    first, second = (render(with_words, Turn("LaunchRequest", Session(variant=9)), US).session for _ in range(2))
    assert (first.variant, second.variant) == (0, 1)
    assert render(with_words, Turn("LaunchRequest", Session(variant=9), again=True), US).session.variant == 9
    assert [variant for _, variant, _ in with_words.responses.asked] == [0, 1, 9]  # type: ignore[attr-defined]
    assert render(with_words, Turn("AMAZON.HelpIntent", Session()), US).session.variant == 0, "each has its own round"


def test_a_source_is_cited_by_its_section(skill: Skill) -> None:
    """What asks for it gets the names of the sections that the last answer rests on; nothing else does."""
    with_words = given(skill)
    render(with_words, Turn("SourceIntent", Session(at=TOPIC), {"cited": ()}), US)
    render(with_words, Turn("AMAZON.HelpIntent", Session(at=TOPIC), {"here": "topic"}), US)
    section = skill.responses.claims.sections[0]
    assert [variables for *_, variables in with_words.responses.asked] == [  # type: ignore[attr-defined]
        {"cited": (section.cited,)}, {"here": "topic"}
    ]  # fmt: skip


@pytest.mark.parametrize("discreet", [True, False])
@pytest.mark.parametrize(
    "turn",
    [
        Turn(TOPIC, Session(heard=((NEXT, "1"),))),
        Turn(TOPIC, Session(safe=SAFETY)),
        Turn("SourceIntent", Session(at=TOPIC), {"cited": ()}),
        Turn("Listening", Session(said=TOPIC, asked=TOPIC), door=SAFETY),
        Turn(BREATHS, Session(exercise=Exercise(BREATHS)), starts=True),
        Turn(SENSES, Session(exercise=Exercise(SENSES, stepwise=True)), starts=True),
    ],
    ids=["onward", "quiet", "cited", "aside", "practice", "step"],
)
def test_all_is_in_the_listeners_locale_and_wording(skill: Skill, turn: Turn, discreet: bool) -> None:
    """Whatever is put together for an answer is in one locale, and fit to be overheard where that was asked for."""
    with_words, timed_in = given(skill, asking(TOPIC, NEXT)), set()

    def noted(make: Any) -> Any:
        def made(session: Session, locale: str) -> Any:
            timed_in.add(locale)
            return make(session, locale)

        return made

    own = skill.exercises
    exercises: Any = SimpleNamespace(prepare=noted(own.prepare), own_pace=noted(own.own_pace))
    whispering = replace(turn, session=replace(turn.session, discreet=discreet))
    render(replace(with_words, exercises=exercises), whispering, "en-GB")
    assert timed_in == ({"en-GB"} if turn.starts else set())
    assert with_words.responses.heard_as == {("en-GB", discreet)}  # type: ignore[attr-defined]
    assert with_words.responses.cited_in <= {"en-GB"}  # type: ignore[attr-defined]


# Practices.

END, HALF = asking("PracticeEnd"), asking("PracticeHalf")


def played(skill: Skill, practice: str, exercise: Mapping[str, Any] | None = None, **session: Any) -> Rendered:
    """A practice as it starts."""
    asked = Exercise(practice, **(exercise or {}))
    turn = Turn(practice, Session(exercise=asked, **session), starts=True)
    return render(given(skill, END, HALF), turn, US)


def said_by(skill: Skill, practice: str, *, discreet: bool = False) -> Words:
    """The words of a practice."""
    return words_of(skill.responses, practice, US, discreet)


def playback(result: Rendered) -> Playback:
    """What plays, which is all that is said."""
    assert result.playback
    assert result.reply.body == ""
    assert not result.reply.question
    assert result.screen is None
    return result.playback


def test_a_practice_plays_from_its_opening_to_its_question(skill: Skill) -> None:
    """The opening is the first cue, the question the last one, asked when the practice is over."""
    result = played(skill, BREATHS)
    cues = playback(result).part.cues
    assert said_by(skill, BREATHS).caution in cues[0].text
    assert cues[-1].text == "PracticeEnd?"
    assert all(before.end == after.start for before, after in pairwise(cues))
    assert (result.reply.reprompt, result.session.offer) == (END.reprompt, AGAIN)
    assert result.session.said == result.session.at == BREATHS


def test_a_long_practice_asks_half_way(skill: Skill) -> None:
    """The first half of five minutes has its own question in it, and yes leads on to the second, which ends it."""
    first = played(skill, BREATHS, {"minutes": 5})
    assert (first.reply.reprompt, first.session.offer) == (HALF.reprompt, PRACTICE_ON)
    assert playback(first).part.cues[-1].text != "PracticeHalf?"
    second = played(skill, BREATHS, {"minutes": 5, "part": 1})
    assert (second.reply.reprompt, second.session.offer) == (END.reprompt, AGAIN)
    assert playback(second).part.cues[-1].text == "PracticeEnd?"


def test_a_bare_yes_ends_without_asking_again(skill: Skill) -> None:
    """A practice that is repeated by yes says so, ends with its own end, and closes: yes never goes round in a ring."""
    result = played(skill, BREATHS, {"times": 1}, marked=True)
    cues = playback(result).part.cues
    assert cues[0].text == said_by(skill, BREATHS).once_more
    assert cues[-1].text == said_by(skill, BREATHS).over
    assert (result.reply.reprompt, result.session.offer) == ("", "")
    half = played(skill, BREATHS, {"times": 1, "minutes": 5})
    assert (half.reply.reprompt, half.session.offer) == (HALF.reprompt, PRACTICE_ON)
    assert not played(skill, BREATHS, {"times": 1}, counted=True).reply.question


@pytest.mark.parametrize(
    ("discreet", "minutes", "whispered"),
    [(True, 1, True), (True, 2, True), (True, 3, False), (True, 5, False), (False, 1, False), (False, 5, False)],
)
def test_whispered_up_to_two_minutes(skill: Skill, discreet: bool, minutes: int, whispered: bool) -> None:
    """A discreet practice is whispered for as long as a voice holds a whisper."""
    assert playback(played(skill, BREATHS, {"minutes": minutes}, discreet=discreet)).whisper is whispered


def test_a_circle_only_where_it_may_be_seen(skill: Skill) -> None:
    """A practice may show its title and its phases, but not in a discreet session."""
    words = said_by(skill, BREATHS)
    assert playback(played(skill, BREATHS)).circle == Circle(words.title, words.bare)
    assert playback(played(skill, BREATHS, discreet=True)).circle is None


@pytest.mark.parametrize("bed", [True, False])
def test_a_bed_of_sound_on_request(skill: Skill, bed: bool) -> None:
    """No sound lies under a practice unless it was asked for."""
    assert playback(played(skill, BREATHS, {"bed": bed})).bed == (BED if bed else "")


@pytest.mark.parametrize(
    ("practice", "cautioned", "marked", "after"),
    [
        (BREATHS, False, False, (True, True)),
        (BREATHS, True, True, (True, True)),
        (GROUNDING, False, False, (False, True)),
        (GROUNDING, True, False, (True, True)),
        ("p-touch", False, False, (False, False)),
        ("p-touch", False, True, (False, True)),
    ],
)
def test_caution_and_marker_are_said_once(
    skill: Skill, practice: str, cautioned: bool, marked: bool, after: tuple[bool, bool]
) -> None:
    """The caution before breathing, and that this is not from the article: each once a session, and where it holds."""
    words, result = said_by(skill, practice), played(skill, practice, cautioned=cautioned, marked=marked)
    opening = playback(result).part.cues[0].text
    breathes = bool(skill.patterns[practice].phases)
    assert (words.caution in opening) is result.cautions is (breathes and not cautioned)
    said = [cue.text for cue in playback(result).part.cues]
    assert (bool(words.marker) and words.marker in said) is (not words.claims and not marked)
    assert (result.session.cautioned, result.session.marked) == after


def test_a_disclosure_is_no_time_for_where_it_comes_from(skill: Skill) -> None:
    """While a safety answer stands, what calms says nothing of the article; what plays half has not said it yet."""
    safe = played(skill, GROUNDING, safe="AssaultIntent")
    assert not any("article" in cue.text for cue in playback(safe).part.cues)
    assert not played(skill, BREATHS, {"minutes": 5}).session.marked
    assert played(skill, BREATHS, {"minutes": 5, "part": 1}).session.marked


def test_a_practice_is_counted_where_its_sound_failed(skill: Skill) -> None:
    """Nothing plays: the cues are to be spoken, and the question is asked in speech."""
    result = played(skill, BREATHS, {"minutes": 5}, counted=True)
    assert (result.playback, result.screen) == (None, None)
    assert result.counted
    assert result.counted.length < 130_000
    assert (result.reply.question, result.session.offer) == (END.question, AGAIN)
    assert result.cautions
    assert not played(skill, BREATHS, counted=True, cautioned=True).cautions


# At one's own pace.


def test_a_step_is_said_and_silence_moves_on(skill: Skill) -> None:
    """Each step is one question; whoever is silent hears the rest as sound, whispered in a discreet session."""
    senses: dict[str, Any] = {"stepwise": True}
    step = asking("PracticeStep", "PracticeStep")
    turn = Turn(SENSES, Session(exercise=Exercise(SENSES, **senses)), starts=True)
    result = render(given(skill, step), turn, US)
    own = skill.exercises.own_pace(turn.session, US)
    said = f"{own.opening} {own.steps[0].text}"
    assert (result.playback, result.counted) == (None, None)
    assert (result.reply.body, result.reply.question) == (Markup.escape(said), step.question)
    assert (result.reply.response, result.reply.offer) == (SENSES, "PracticeStep")
    assert (result.session.said, result.session.offer) == (SENSES, "PracticeStep")
    assert result.if_silent == Playback(own.rest)
    assert result.screen == Screen("", said, own.steps[0].reprompt)
    second = render(given(skill, step), Turn(SENSES, replace(result.session, exercise=PLAYING), starts=True), US)
    assert second.text == f"{own.steps[1].text} {step.question}"
    quiet = render(given(skill, step), replace(turn, session=replace(turn.session, discreet=True)), US)
    assert quiet.if_silent
    assert quiet.if_silent.whisper
    assert quiet.screen == Screen()
    silent = render(given(skill, step), replace(turn, session=replace(turn.session, counted=True)), US)
    assert (silent.if_silent, silent.reply.reprompt) == (None, own.steps[0].reprompt)


def test_after_the_last_step_it_is_over(skill: Skill) -> None:
    """Nothing plays any more, and the practice is left behind."""
    exercise = Exercise(SENSES, stepwise=True)
    count = len(skill.exercises.own_pace(Session(exercise=exercise), US).steps)
    last = played(skill, SENSES, {"stepwise": True, "part": count - 1})
    assert last.if_silent
    over = played(skill, SENSES, {"stepwise": True, "part": count})
    assert (over.reply.response, over.if_silent, over.session.exercise) == ("PracticeOver", None, Exercise())


@pytest.mark.parametrize(
    ("practice", "before", "cautioned", "marked"),
    [
        (BREATHS, {}, True, True),
        (BREATHS, {"cautioned": True, "marked": True}, False, False),
        (BREATHS, {"safe": "AssaultIntent"}, True, False),
        (GROUNDING, {}, False, True),
        ("p-touch", {}, False, False),
    ],
)
def test_a_practice_in_steps_is_framed_like_any(
    skill: Skill, practice: str, before: dict[str, Any], cautioned: bool, marked: bool
) -> None:
    """Its caution comes with the first step, and that it is not from the article at its end, once a session."""
    first = played(skill, practice, {"stepwise": True}, **before)
    words = words_of(skill.responses, practice, US, False)
    assert (words.caution in first.text) is first.cautions is cautioned
    assert first.session.cautioned is (cautioned or bool(before.get("cautioned")))
    assert not words.marker or words.marker not in first.text
    later = played(skill, practice, {"stepwise": True, "part": 1})
    assert (words.caution in later.text, later.session.cautioned, later.session.marked) == (False, False, False)
    count = len(skill.exercises.own_pace(Session(exercise=Exercise(practice, stepwise=True)), US).steps)
    over = played(skill, practice, {"stepwise": True, "part": count}, **before)
    assert over.session.marked is (marked or bool(before.get("marked")))


@pytest.mark.parametrize(
    ("changed", "said"), [("worse", True), ("without_holds", True), ("slower", False), ("longest", False), ("", False)]
)
def test_what_changed_is_said_where_it_is_true(skill: Skill, changed: str, said: bool) -> None:
    """At one's own pace there is no length and no speed to be changed; what protects is said there too."""
    exercise = Exercise(GROUNDING, stepwise=True)
    turn = Turn(GROUNDING, Session(exercise=exercise), {"changed": changed}, starts=True)
    words = words_of(skill.responses, GROUNDING, US, False).changed.get(changed, "-")
    assert render(skill, turn, US).text.startswith(words) is said


def test_a_count_of_ones_own_is_kept_safe_at_ones_own_pace(skill: Skill) -> None:
    """It is given as it was kept, with a word on why, and with four breaths at most where it is that slow."""
    result = played(skill, "b-own", {"stepwise": True, "seconds": (4, 20, 8, 0)})
    words = words_of(skill.responses, "b-own", US, False)
    assert result.text.startswith(words.clamped["hold"])
    assert "hold for seven" in result.text
    assert "four breaths" in result.text


@pytest.mark.parametrize(("timed", "stepwise"), [(True, False), (False, True)])
def test_a_speaker_without_time_goes_at_the_listeners_pace(skill: Skill, timed: bool, stepwise: bool) -> None:
    """Whichever practice begins there is said step by step; nothing else is any different."""
    here = Recipient("", US, True, timed=timed)
    began = answer(skill, Request(BREATHS), Session(), here)
    assert (began.session.exercise.stepwise, began.playback is None) == (stepwise, stepwise)
    assert answer(skill, Request("AMAZON.HelpIntent"), Session(), here).session.exercise == Exercise()


# One turn: whose country, whose settings.


class Shelf(NoStore):
    """A store for one listener, which can be made to fail."""

    def __init__(self, *, fails: bool = False) -> None:
        self.kept: dict[str, Settings] = {}
        self.fails = fails

    def _reach(self) -> None:
        if self.fails:
            raise StoreError("away")

    def recall(self, user: str) -> Settings | None:
        """What was kept."""
        self._reach()
        return self.kept.get(user)

    def keep(self, user: str, settings: Settings) -> None:
        """Keep it."""
        self._reach()
        self.kept[user] = settings

    def forget(self, user: str) -> bool:
        """Forget it."""
        self._reach()
        return self.kept.pop(user, None) is not None


SOMEBODY = Recipient("somebody", "en-GB", known=True)


@pytest.mark.parametrize(
    ("known", "request_", "response"),
    [
        (True, SAFETY, SAFETY),
        (False, SAFETY, "SafetyAnywhere"),
        (False, "MinorIntent", "MinorIntent.anywhere"),
        (False, TOPIC, TOPIC),
    ],
)
def test_no_countrys_number_is_guessed(skill: Skill, known: bool, request_: str, response: str) -> None:
    """Where the country is not known, a safety answer is the one that names no country's line."""
    result = answer(given(skill), Request(request_), Session(), replace(SOMEBODY, known=known))
    assert (result.reply.response, result.session.said) == (response, response)


@pytest.mark.parametrize(
    ("response", "fails", "before", "said", "remembered", "kept"),
    [
        ("Remembered", False, False, "Remembered", True, True),
        ("Remembered", True, False, "Remembered.failed", False, False),
        ("Forgotten", False, True, "Forgotten", False, False),
        ("Forgotten", False, False, "Forgotten.nothing", False, False),
        ("Forgotten", True, True, "Forgotten.failed", True, True),
        ("DiscreetIntent", True, True, "DiscreetIntent", True, True),
    ],
)
def test_settings_are_spoken_of_truthfully(
    skill: Skill, response: str, fails: bool, before: bool, said: str, remembered: bool, kept: bool
) -> None:
    """Kept, deleted, none there, or failed: what is said is what happened, and a failing store costs only settings."""
    shelf = Shelf(fails=fails)
    if before:
        shelf.kept["somebody"] = Settings()
    session = Session(remembered=before, offer=response)
    result = answer(replace(given(skill), store=shelf), Request("AMAZON.YesIntent"), session, SOMEBODY)
    assert (result.reply.response, result.session.remembered) == (said, remembered)
    assert ("somebody" in shelf.kept) is kept


def test_a_change_is_kept_only_for_whoever_is_remembered(skill: Skill) -> None:
    """A new rate is written for a remembered listener, and for nobody else; what is the same is not written."""
    for remembered in (True, False):
        shelf = Shelf()
        with_shelf = replace(given(skill), store=shelf)
        answer(with_shelf, Request("AMAZON.HelpIntent"), Session(remembered=remembered), SOMEBODY)
        assert shelf.kept == {}
        answer(with_shelf, Request("SlowerIntent"), Session(remembered=remembered), SOMEBODY)
        assert shelf.kept == ({"somebody": Settings(rate=2, language="en-GB")} if remembered else {})


def test_a_first_session_has_the_listeners_settings(skill: Skill) -> None:
    """What was kept is in it; where the store fails, or nothing was kept, it is a fresh one."""
    shelf = Shelf()
    shelf.kept["somebody"] = Settings(discreet=True)
    with_shelf = replace(given(skill), store=shelf)
    assert first_session(with_shelf, "somebody") == Session(discreet=True, remembered=True)
    assert first_session(with_shelf, "nobody") == Session()
    shelf.fails = True
    assert first_session(with_shelf, "somebody") == Session()


def test_whoever_watches_sees_each_reply(skill: Skill) -> None:
    """The trace names request and response, how sure it was, what was offered, and what plays."""
    traces: list[ReplyTrace] = []
    watched = replace(given(skill, END), on_reply=traces.append)
    meaning: Any = SimpleNamespace(confidence=0.5)
    answer(watched, Request(BREATHS), Session(), SOMEBODY, meaning)
    answer(watched, Request(WHICH, offered=(TOPIC, NEXT)), Session(), SOMEBODY, meaning)
    answer(watched, Request(TOPIC, offered=(TOPIC, NEXT)), Session(), SOMEBODY)
    first, second, third = traces
    assert (first.intent, first.response, first.confidence, first.offered) == (BREATHS, BREATHS, 0.5, ())
    assert first.part
    assert first.spoken == first.part.cues[0].text != ""
    assert (second.response, second.offered, second.part, second.spoken) == (WHICH, (TOPIC, NEXT), None, "")
    assert (third.response, third.confidence, third.offered) == (TOPIC, None, ())
    answer(watched, Request(TOPIC, offered=(FEELING,)), Session(), SOMEBODY)
    answer(watched, Request(TOPIC, offered=(FEELING,)), Session(safe=SAFETY), SOMEBODY)
    assert [trace.offered for trace in traces[3:]] == [(FEELING,), ()]
