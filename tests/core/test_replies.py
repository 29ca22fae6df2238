"""What a listener says back, read by what was asked: a table of (what was said, the reply) and the request it makes."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from skill.core.interpret import of_free_words
from skill.core.render import render
from skill.core.replies import choices, open_question, reader_of
from skill.core.skill import Skill
from skill.dialog.model import Request
from skill.dialog.names import EXPLAIN, FALLBACK, NOT_SURE
from skill.dialog.state import Session
from skill.lint import questions
from skill.lint.questions import check_questions, open_sessions, question_problems

LOCALE = "en-US"


def after(skill: Skill, *requests: str) -> Session:
    """The session after some requests, such as `"BreathingIntent pattern=b-box"`."""
    session = Session()
    for text in requests:
        name, *slots = text.split()
        turn = skill.conversation.answer(Request(name, dict(slot.split("=", 1) for slot in slots)), session)
        session = render(skill, turn, LOCALE).session
    return session


def read(skill: Skill, session: Session, text: str) -> Request:
    """What a reply asks for."""
    return of_free_words(skill, text, LOCALE, session)[0]


def rows() -> Iterator[tuple[str, str, str]]:
    """What was asked before, the reply, and the request that it makes."""
    for reply in (
        "the second one",
        "number two",
        "a calm minute",
        "the calm one please",
        "um i'd like the calm minute",
    ):
        yield (
            "LaunchRequest",
            reply,
            "ChoiceIntent place=second" if "two" in reply or "second" in reply else "b-long-out",
        )
    for reply in ("a topic", "topic please", "can i have a topic"):
        yield "LaunchRequest", reply, "TopicsIntent"
    yield from (("LaunchRequest", reply, "ChoiceIntent place=either") for reply in ("i don't mind", "you choose"))
    yield from (("LaunchRequest", reply, "NotSure") for reply in ("i'm not sure", "maybe", "um i don't know"))
    yield from (("LaunchRequest", reply, "Explain") for reply in ("why", "what do you mean", "what's that"))
    yield from (("LaunchRequest", reply, "AMAZON.RepeatIntent") for reply in ("say them again", "pardon", "sorry what"))
    yield "LaunchRequest", "hm i'm not sure really", "NotSure"
    yield from (("HelplineIntent", reply, "UnsureIntent") for reply in ("rainn", "the rainn number please"))
    yield "HelplineIntent", "the suicide and crisis lifeline", "SelfHarmIntent"
    yield from (
        ("BreathingIntent technique=b-shared", reply, "AMAZON.StopIntent")
        for reply in ("she wants to stop now", "can we stop")
    )
    yield "BreathingIntent", "i don't want to stop", "AMAZON.YesIntent"
    yield "SadIntent", "no thank you i only wanted to know what it means", "AMAZON.NoIntent"
    yield "BodyIntent", "hm not really", "AMAZON.NoIntent"
    yield "LaunchRequest", "neither of them", "ChoiceIntent place=neither"
    yield "LaunchRequest", "what is aftercare", "OverviewIntent"
    # A topic: its offer, and the way out.
    yield "BodyIntent", "feelings please", "EmotionsIntent"
    yield "BodyIntent", "hear about feelings", "EmotionsIntent"
    yield "BodyIntent", "leave it", "AMAZON.NoIntent"
    yield "BodyIntent", "the other one", "ChoiceIntent place=other"
    yield "BodyIntent", "tell me more", "MoreIntent"
    yield "BodyIntent", "yeah go on then", "AMAZON.YesIntent"
    yield "BodyIntent", "i guess", "AMAZON.YesIntent"
    yield "BodyIntent", "maybe later", "ChoiceIntent place=neither"
    yield "BodyIntent", "i'd rather just go to sleep", "AMAZON.NoIntent ends=yes"
    yield "BodyIntent", "that's plenty thanks", "AMAZON.NoIntent ends=yes"
    yield "BodyIntent", "feelings what do you mean", "Explain"
    yield "BodyIntent", "yes help with that", "AMAZON.YesIntent"
    yield "BodyIntent", "no we're alright", "AMAZON.NoIntent"
    yield "BodyIntent", "i see", "Listening"
    yield "BodyIntent", "yeah but shorter", "AMAZON.YesIntent also=ShorterIntent"
    yield "BodyIntent", "no i meant my boyfriend", "PartnerIntent"
    yield "SadIntent", "no not me her", "PartnerIntent"
    yield "LastingIntent.2", "carry on", "MoreIntent"
    yield "TearyIntent", "yeah i think that would help", "AMAZON.YesIntent"
    yield "EverydayIntent", "not the touch one", "AMAZON.NoIntent"
    yield "ExhaustedIntent", "yes then i'm going to sleep", "AMAZON.YesIntent"
    yield "IrritableIntent", "yeah leave me alone", "AMAZON.NoIntent ends=yes"
    yield "EmotionsIntent", "tell me why then", "AMAZON.YesIntent"
    # A noise, or not knowing, before the choice; words joined to what they say yes to; advice; a refusal.
    yield "LaunchRequest", "oh fair enough a calm minute", "b-long-out"
    yield "LaunchRequest", "i don't know maybe a topic", "TopicsIntent"
    yield "LaunchRequest", "either i don't mind", "ChoiceIntent place=either"
    yield "LaunchRequest", "which one is best for sleeping", "ChoiceIntent place=either"
    yield "LaunchRequest", "give me a second", "Listening"
    yield "LaunchRequest", "where is this from", "SourceIntent"
    yield "RestlessIntent", "breathing's good yeah", "b-long-out"
    yield "RestlessIntent", "a minute's fine", "b-long-out"
    yield "RestlessIntent", "that'd be handy yes", "AMAZON.YesIntent"
    yield "RestlessIntent", "i don't want to do breathing", "AMAZON.NoIntent"
    yield "RestlessIntent", "i'll be fine ta", "AMAZON.NoIntent"
    yield "AshamedIntent", "no i don't want to breathe", "AMAZON.NoIntent"
    yield "RestlessIntent", "i've tried that", "AMAZON.NoIntent"
    # A reply taken back, one that comes last, a no to what was asked about, and a name that leads.
    yield "LaunchRequest", "leave it oh wait a calm minute", "b-long-out"
    yield "LaunchRequest", "a topic oh wait a calm minute", "b-long-out"
    yield "RestlessIntent", "i would but the kettle is on so no", "AMAZON.NoIntent"
    yield "RestlessIntent", "it is a bit late but go on then", "AMAZON.YesIntent"
    yield "RestlessIntent", "no breath is left in me tonight my dear", "AMAZON.NoIntent"
    yield "CheckInIntent", "kind words sound like me", "p-words"
    yield "CheckInIntent", "what do you mean by room like do i leave the room then", "Explain"
    yield "SourceIntent", "yes go on", "AMAZON.YesIntent"
    yield "SourceIntent", "go on", "AMAZON.YesIntent"
    yield "SourceIntent", "yes continue", "AMAZON.YesIntent"
    yield "RestlessIntent", "it might help yeah", "AMAZON.YesIntent"
    yield "WhyItMattersIntent.2", "yep what happens", "AMAZON.YesIntent"
    yield "WhyItMattersIntent.2", "yes but what do you mean", "Explain"
    yield "WhyItMattersIntent.2", "yes but why", "Explain"
    yield "BodyIntent.2", "yes but feelings first", "EmotionsIntent"
    # A no, and what is wanted instead; a no to what is named; a no that ends the talk.
    yield "BodyIntent", "no just the feelings please", "EmotionsIntent"
    yield "BodyIntent", "no feelings please", "AMAZON.NoIntent"
    yield "BodyIntent", "no let's stop", "AMAZON.NoIntent ends=yes"
    yield "LaunchRequest", "i don't care which one", "ChoiceIntent place=either"
    yield "RestlessIntent", "i'm not in the mood for breathing", "AMAZON.NoIntent"
    yield "RestlessIntent", "i wouldn't say no", "AMAZON.YesIntent"
    # Who asks what a practice is hears that first.
    yield "LaunchRequest", "what is a calm minute", "Explain"
    yield "LaunchRequest", "what's a calm minute", "Explain"
    yield "LaunchRequest", "what is a butterfly hug", "PracticeAbout technique=g-butterfly"
    yield "LaunchRequest", "how about a butterfly hug", "GroundingIntent technique=g-butterfly"
    yield "LaunchRequest", "what is box breathing", "BreathingIntent pattern=b-box"
    # What only tells or asks is no choice.
    yield "BodyIntent", "that was alright", "AsideIntent"
    # Lists.
    yield "TopicsIntent", "no none of those what else is there", "TopicsIntent"
    yield "TopicsIntent", "the middle one", "ChoiceIntent place=middle"
    yield "TopicsIntent", "go on", "MoreIntent"
    yield "TopicsIntent", "your body afterwards", "BodyIntent"
    yield "TopicsIntent", "the body one", "BodyIntent"
    yield "CheckInIntent", "kind words", "p-words"
    yield "CheckInIntent", "some room please", "p-space"
    # The gate: only a clear yes is one.
    for reply in (
        "yes",
        "he's here",
        "she's here",
        "both of us",
        "we both want to",
        "sure",
        "yes she's here",
        "yeah we're both up for it",
    ):
        yield "TogetherIntent", reply, "AMAZON.YesIntent"
    for reply in ("i guess", "maybe", "i suppose so", "okay", "alright then", "i'll ask him", "whatever", "either",
                  "the first one", "yeah i guess", "maybe he's here"):  # fmt: skip
        yield "TogetherIntent", reply, "NotSure"
    for reply in ("he's asleep", "it's just me", "he doesn't want to", "no", "she left", "not now"):
        yield "TogetherIntent", reply, "AMAZON.NoIntent"
    # Held breaths.
    for reply in ("i'm pregnant", "i've got asthma", "i had a drink", "one without", "one without holds", "no"):
        yield "BreathingIntent pattern=b-box", reply, "AMAZON.NoIntent"
    yield "TogetherIntent", "what happens if one of us falls asleep", "Explain"
    yield "BreathingIntent pattern=b-box", "yes i am", "AMAZON.NoIntent"
    yield "BreathingIntent pattern=b-box", "what are holds", "Explain"
    yield "BreathingIntent pattern=b-box", "go on", "HoldScreen.go"
    yield "BreathingIntent pattern=b-box", "yes", "AMAZON.YesIntent"
    # A practice.
    for reply in ("it made me dizzy", "my hands are tingling", "i don't like this", "it's making it worse",
                  "i'm feeling a bit dizzy now"):  # fmt: skip
        yield "BreathingIntent", reply, "WorseIntent"
    for reply in ("that helped", "i feel better", "much better thanks"):
        yield "BreathingIntent", reply, "Glad"
    yield "BreathingIntent", "make it five", "BreathingIntent duration=PT5M"
    yield "BreathingIntent", "no counting", "NoCountIntent"
    yield "BreathingIntent", "no breathing", "GroundingIntent"
    yield "BreathingIntent", "another round", "AgainIntent"
    yield "BreathingIntent", "rest here", "AMAZON.NoIntent ends=yes"


@pytest.mark.parametrize(("asked", "reply", "request_"), list(rows()))
def test_a_reply(skill: Skill, asked: str, reply: str, request_: str) -> None:
    """The open question explains its replies."""
    name, *slots = request_.split()
    found = read(skill, after(skill, asked), reply)
    assert replace(found, fits=()) == Request(name, dict(slot.split("=") for slot in slots))


@pytest.mark.parametrize(
    ("door", "reply", "name"),
    [
        ("AssaultIntent", "what number", "UnsureIntent"),
        ("SelfHarmIntent", "okay the number", "HelplineIntent"),
        ("AssaultIntent", "no nothing like that", "WrongIntent"),
        # Behind a yes or a no counts what is said there.
        ("AssaultIntent", "yes something did", "UnsureIntent"),
        ("AssaultIntent", "no it wasn't okay", "UnsureIntent"),
        ("AssaultIntent", "yeah it was fine", "WrongIntent"),
        ("AssaultIntent", "yes", "AMAZON.YesIntent"),
    ],
)
def test_a_door_has_replies_of_its_own(skill: Skill, door: str, reply: str, name: str) -> None:
    """Beside the question, the sentence that leads to help can be taken up or closed."""
    assert read(skill, replace(after(skill, "BodyIntent"), door=door), reply).name == name


def test_which_one(skill: Skill) -> None:
    """Two readings are chosen between by name and by place."""
    turn = skill.conversation.answer(Request("WhichOne", {}, ("NeedsIntent", "PartnerIntent")), Session())
    session = render(skill, turn, LOCALE).session
    assert session.options == ("NeedsIntent", "PartnerIntent")
    assert read(skill, session, "different needs").name == "NeedsIntent"
    assert read(skill, session, "caring for someone").name == "PartnerIntent"


@pytest.mark.parametrize(
    "reply",
    ["he raped me", "no he forced me", "yes and i want to die", "someone touched me when i was asleep",
     "i don't want to be here any more", "that was good until he hit me"],
)  # fmt: skip
def test_a_disclosure_is_never_taken_for_a_reply(skill: Skill, reply: str) -> None:
    """It comes before every question, also behind a yes or a no, and beside words of a list."""
    for asked in ("LaunchRequest", "BodyIntent", "SadIntent", "TogetherIntent", "BreathingIntent"):
        assert read(skill, after(skill, asked), reply).name in skill.conversation.catalogue.safety


@pytest.mark.slow
def test_no_question_takes_a_disclosure_for_its_reply(skill: Skill) -> None:
    """What is noticed alone is noticed behind every kind of question: it comes before a reply that is part of it."""
    folder = Path(__file__).parents[1] / "evaluation" / "choosing"
    lines = [
        json.loads(line)["text"]
        for name in ("disclosures", "disclosures_short", "letters_disclosures", "choosing_disclosures")
        for line in (folder / f"{name}.jsonl").read_text("utf-8").splitlines()
    ]
    asked = ("LaunchRequest", "BodyIntent", "TearyIntent", "BreathingIntent", "TogetherIntent", "CheckInIntent",
             "TopicsIntent", "PartnerIntent", "SadIntent")  # fmt: skip
    noticed = {*skill.conversation.catalogue.safety, "GentleCheck", "MinorCheck", "HelplineIntent"}
    alone = [text for text in lines if read(skill, Session(), text).name in noticed]
    assert len(alone) > 200
    lost = [
        (name, text) for name in asked for text in alone if read(skill, after(skill, name), text).name not in noticed
    ]
    assert lost == []


def test_both_keeps_the_second(skill: Skill) -> None:
    """The second of two wishes is offered at the end of the first."""
    session = after(skill, "LaunchRequest", "ChoiceIntent place=both")
    assert (session.said, session.offer, session.later) == ("TopicsIntent", "OverviewIntent", "b-long-out")
    session = after(skill, "LaunchRequest", "ChoiceIntent place=both", "AMAZON.YesIntent")
    assert (session.said, session.offer, session.later) == ("OverviewIntent", "b-long-out", "")


def test_an_aside_asks_again(skill: Skill) -> None:
    """After "why" and "i see" the same question stands, and a yes still means the same."""
    before = after(skill, "BodyIntent")
    for name in ("Explain", "Listening"):
        rendered = render(skill, skill.conversation.answer(Request(name), before), LOCALE)
        assert rendered.reply.question == render(skill, skill.conversation.answer(
            Request("BodyIntent"), Session()), LOCALE).reply.question  # fmt: skip
        assert replace(rendered.session, variant=0) == replace(before, variant=0)


def test_a_noise_is_not_the_same_each_time(skill: Skill) -> None:
    """Who is listened to twice hears two words of it."""
    before = after(skill, "BodyIntent")
    turn = skill.conversation.answer(Request("Listening"), before)
    assert render(skill, turn, LOCALE).reply.body != render(skill, turn, LOCALE).reply.body


def test_words_of_a_question(skill: Skill) -> None:
    """An option has the words of its clause, and a list its names."""
    session = after(skill, "LaunchRequest")
    question = open_question(skill, session, LOCALE, reader_of(skill, LOCALE))
    (first, topic), (second, minute) = question.options
    assert (first, second) == ("TopicsIntent", "b-long-out")
    assert "would you like a topic" in topic
    assert "a calm minute" in minute


@pytest.mark.slow
def test_every_question_understands_what_it_offers(skill: Skill) -> None:
    """Its words, its places, and each usual reply, in every locale and both wordings."""
    assert [str(finding) for finding in check_questions(skill)] == []


def test_a_question_that_nobody_can_answer_is_found(skill: Skill, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a reply is not understood, taken for something else or for somebody in danger, that is a finding."""
    session = next(one for one in open_sessions(skill, LOCALE) if one.asked == "SadIntent")
    assert list(question_problems(skill, session, LOCALE)) == []
    for name in ("AMAZON.FallbackIntent", "WhichOne", "GentleCheck", "AssaultIntent"):
        monkeypatch.setattr(questions, "of_free_words", lambda *_, name=name: (Request(name), None))
        wrong = [problem[0] for problem in question_problems(skill, session, LOCALE)]
        assert f"“not now” leads to {name}, and it stands for AMAZON.NoIntent" in wrong
        assert "“tell me more” stands in the question, and choosing it leads nowhere" in wrong
        assert any("(why) is not understood" in one for one in wrong)


@pytest.mark.parametrize(
    ("requests", "said"),
    [
        (["LaunchRequest"], ("a topic", "a calm minute")),
        (
            ["LaunchRequest", "TopicsIntent"],
            ("what aftercare is", "your body afterwards", "feelings afterwards", "go on"),
        ),
        (["AshamedIntent"], ("yes", "no", "tell me more")),
        (["CheckInIntent"], ("quiet", "words", "room", "none of them")),
        (["EmotionsIntent"], ("tell me more", "a calm minute")),
        (["BreathingIntent pattern=b-long-out"], ("another round", "rest here", "a different one", "slower")),
        (["AMAZON.StopIntent"], ()),
    ],
)
def test_choices(skill: Skill, requests: list[str], said: tuple[str, ...]) -> None:
    """What can be said next is what the question offers, in its own words."""
    assert choices(skill, after(skill, *requests), LOCALE) == said


@pytest.mark.slow
@pytest.mark.parametrize("discreet", [False, True])
def test_every_choice_leads_somewhere(skill: Skill, discreet: bool) -> None:
    """Behind every question each choice leads to one of its options, to a yes or a no, or to what it names besides."""
    for session in open_sessions(skill, LOCALE, discreet=discreet):
        found = choices(skill, session, LOCALE)
        assert found, session.asked
        for phrase in found:
            name = read(skill, session, phrase).name
            assert name not in (FALLBACK, NOT_SURE, EXPLAIN), (session.asked, phrase)
            assert name in session.options or name not in skill.conversation.catalogue.safety, (session.asked, phrase)
