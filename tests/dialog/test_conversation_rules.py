"""The rules of the conversation (`skill/dialog/rules.py`), a decision a row."""

from dataclasses import replace
from typing import Any

import pytest
from table import NEW, Row, conversation, heard, helped, names, playing, said, table

from skill.dialog.model import PAGE_SIZE, Question, Request, Turn
from skill.dialog.state import RATES, Exercise, Session

TOPICS = names().topics
FIRST, SECOND, LAST = TOPICS[0], TOPICS[1], TOPICS[-1]
OFFERED = conversation().exercise_rules.offered()
LAST_PAGE = (len(TOPICS) - 1) // PAGE_SIZE
MOST = len(RATES) - 1
LIKED: dict[str, Any] = {"minutes": 3, "pace": "slow", "counting": "none", "quiet": True, "bed": True}
"""How a listener likes practices."""


def page(number: int, listed: tuple[str, ...] = TOPICS) -> dict[str, object]:
    """What a page of a list needs to be told."""
    start = number * PAGE_SIZE
    return {"names": listed[start : start + PAGE_SIZE], "last": start + PAGE_SIZE >= len(listed)}


def at_list(number: int, which: str = "TopicsIntent") -> Session:
    """A page of a list was read."""
    return said(which, page=number)


@table(
    # What has a name is answered by it.
    Row("a topic is answered by its own response", NEW, "BodyIntent", "BodyIntent"),
    Row("so is a feeling", NEW, "SadIntent", "SadIntent"),
    Row("what else may have been meant stands beside it", NEW, Request("SadIntent", offered=("BodyIntent",)),
        "SadIntent", other="BodyIntent"),
    Row("said again, it asks about the same other one",
        said("SadIntent", offer="BodyIntent", asked="OtherReading"),
        "AMAZON.RepeatIntent", "SadIntent", again=True, other="BodyIntent"),
    Row("said again, any other question is its own", said("SadIntent", offer="BodyIntent", asked="SadIntent"),
        "AMAZON.RepeatIntent", "SadIntent", again=True),
    Row("so is what only has words", said("BodyIntent"), "PrivacyIntent", "PrivacyIntent"),
    Row("what nobody knows was not understood", NEW, "WeatherIntent", "AMAZON.FallbackIntent", {"misses": 1}),
    Row("a feeling that rules out held breaths does so from then on", NEW, "AnxiousIntent", "AnxiousIntent",
        {"holds": False}),
    Row("also the second part of it, asked for by name", NEW, "AnxiousIntent.2", "AnxiousIntent.2", {"holds": False}),
    Row("also where the question chose its part", NEW, Request("AnxiousIntent", fits=("AnxiousIntent.2",)),
        "AnxiousIntent.2", {"holds": False}),
    Row("no other feeling allows them again", replace(NEW, holds=False), "CalmIntent", "CalmIntent"),
    Row("asked about once more right after, the next part of it is told", heard("BodyIntent"), "BodyIntent",
        "BodyIntent.2"),
    Row("a question has the part that answers it", NEW, Request("BodyIntent", fits=("BodyIntent.3", "BodyIntent")),
        "BodyIntent.3"),
    Row("a part that is not there is passed over", NEW, Request("BodyIntent", fits=("BodyIntent.9", "BodyIntent.3")),
        "BodyIntent.3"),
    Row("if that was told, the next that fits", heard("BodyIntent.3"),
        Request("BodyIntent", fits=("BodyIntent.3", "BodyIntent.2", "BodyIntent.4")), "BodyIntent.4"),
    Row("if all were told, the next part", heard("BodyIntent.3"), Request("BodyIntent", fits=("BodyIntent.3",)),
        "BodyIntent.4"),
    Row("and where something else came between, from the start", heard("BodyIntent.3", "SadIntent"),
        Request("BodyIntent", fits=("BodyIntent.3",)), "BodyIntent"),
    Row("a feeling's part too, not twice in a row", said("SadIntent.2"), Request("SadIntent", fits=("SadIntent.2",)),
        "SadIntent"),
    Row("a feeling too", said("SadIntent"), "SadIntent", "SadIntent.2"),
    Row("after its last part it is told from the start", said("SadIntent.2"), "SadIntent", "SadIntent"),
    Row("and where something else came between", replace(said("SourceIntent"), at="BodyIntent"), "BodyIntent",
        "BodyIntent"),
    Row("carry on, right after an answer, goes on", heard("BodyIntent"), "AMAZON.ResumeIntent", "BodyIntent.2"),
    Row("misheard, where a door was opened: it is left", said("BodyIntent", door="UnsureIntent"), "WrongIntent",
        "SafetyWrong.door"),
    # Stop.
    Row("stop closes from everywhere", playing("b-box"), "AMAZON.StopIntent", "AMAZON.StopIntent"),
    Row("cancel too", said("BodyIntent", offer="MoreIntent"), "AMAZON.CancelIntent", "AMAZON.CancelIntent"),
    Row("home too", NEW, "AMAZON.NavigateHomeIntent", "AMAZON.NavigateHomeIntent"),
    # Not understood.
    Row("not understood the first time: rephrase", NEW, "AMAZON.FallbackIntent", "AMAZON.FallbackIntent",
        {"misses": 1}),
    Row("the second time: two choices", replace(NEW, misses=1), "AMAZON.FallbackIntent", "AMAZON.FallbackIntent.2",
        {"misses": 2}),
    Row("the third time: a kind way out", replace(NEW, misses=2), "AMAZON.FallbackIntent", "AMAZON.FallbackIntent.3",
        {"misses": 3}),
    Row("it never gets further than that", replace(NEW, misses=3), "AMAZON.FallbackIntent", "AMAZON.FallbackIntent.3"),
    Row("understood in between, the steps begin again", replace(NEW, misses=2), "BodyIntent", "BodyIntent",
        {"misses": 0}),
    # Launch and start over.
    Row("a launch begins anew; only how the listener likes it stays",
        replace(heard("BodyIntent", "SadIntent"), rate=0, discreet=True, remembered=True, brief=True, page=2,
                exercise=Exercise("b-box", rounds=4, part=1, times=1, seconds=(1, 1, 1, 1), stepwise=True, **LIKED)),
        "LaunchRequest", "LaunchRequest",
        {"said": "", "at": "", "heard": (), "brief": False, "page": 0}, LIKED, {"remembered": True}),
    Row("what rules out held breaths or sound stays through a launch", replace(NEW, holds=False, counted=True),
        "LaunchRequest", "LaunchRequest", variables={"remembered": False}),
    Row("so does what chooses among helplines", replace(heard("BodyIntent"), told=("scotland", "man")), "LaunchRequest",
        "LaunchRequest", {"said": "", "at": "", "heard": ()}, variables={"remembered": False}),
    Row("start over at a topic goes to its first part", heard("BodyIntent.3"), "AMAZON.StartOverIntent", "BodyIntent"),
    Row("start over elsewhere begins anew", replace(heard("BodyIntent", "SadIntent"), rate=1, holds=False),
        "AMAZON.StartOverIntent", "AMAZON.StartOverIntent", {"said": "", "at": "", "heard": ()}),
    # Help.
    Row("help where nothing is yet", NEW, "AMAZON.HelpIntent", "AMAZON.HelpIntent", variables={"here": "start"}),
    Row("help at a topic", said("BodyIntent.2"), "AMAZON.HelpIntent", "AMAZON.HelpIntent", variables={"here": "topic"}),
    Row("help at a feeling", said("SadIntent.2"), "AMAZON.HelpIntent", "AMAZON.HelpIntent",
        variables={"here": "feeling"}),
    Row("help at a list", at_list(1), "AMAZON.HelpIntent", "AMAZON.HelpIntent", variables={"here": "list"}),
    Row("help at the list of practices", at_list(0, "PracticesIntent"), "AMAZON.HelpIntent", "AMAZON.HelpIntent",
        variables={"here": "list"}),
    Row("help in a practice", playing("b-even"), "AMAZON.HelpIntent", "AMAZON.HelpIntent",
        variables={"here": "practice"}),
    # Yes and no.
    Row("yes goes where the offer leads", said("BodyIntent", offer="SadIntent", instead="x"), "AMAZON.YesIntent",
        "SadIntent", {"offer": "", "instead": ""}),
    Row("yes to more is the next part", said("BodyIntent", offer="MoreIntent"), "AMAZON.YesIntent", "BodyIntent.2",
        {"offer": ""}),
    Row("whoever wants it short hears it short behind a yes too", said("BodyIntent", offer="NeedsIntent", brief=True),
        "AMAZON.YesIntent", "NeedsIntent", {"offer": ""}),
    Row("unless it is to be otherwise this time", said("BodyIntent", offer="NeedsIntent", brief=True),
        "AMAZON.YesIntent also=LongerIntent", "NeedsIntent", {"offer": "", "brief": False}),
    Row("yes to nothing offered asks what", NEW, "AMAZON.YesIntent", "AMAZON.YesIntent"),
    Row("yes to a safety line gives it", said("GentleCheck", offer="UnsureIntent", instead="BodyIntent"),
        "AMAZON.YesIntent", "UnsureIntent", {"offer": "", "instead": "", "safe": "UnsureIntent"}),
    Row("no to one of two gives the other", said("WhichOne", offer="BodyIntent", instead="SadIntent"),
        "AMAZON.NoIntent",
        "SadIntent", {"offer": "", "instead": ""}),
    Row("a first no asks for something else", said("BodyIntent", offer="MoreIntent"), "AMAZON.NoIntent",
        "AMAZON.NoIntent"),
    Row("a second no is a kind way out", said("AMAZON.NoIntent"), "AMAZON.NoIntent", "AMAZON.NoIntent.2"),
    Row("a third too", said("AMAZON.NoIntent.2"), "AMAZON.NoIntent", "AMAZON.NoIntent.2"),
    Row("no where nothing was said is the way out", NEW, "AMAZON.NoIntent", "AMAZON.NoIntent.2"),
    Row("no after a practice rests", playing("b-even"), "AMAZON.NoIntent", "PracticeRest"),
    Row("no to something else after it does not", replace(playing("b-even"), said="SourceIntent"), "AMAZON.NoIntent",
        "AMAZON.NoIntent"),
    # Repeat: the same words, with the same variables.
    Row("repeat where nothing was said", NEW, "AMAZON.RepeatIntent", "AMAZON.RepeatIntent"),
    Row("repeat says it in the same words", said("BodyIntent.2"), "AMAZON.RepeatIntent", "BodyIntent.2", again=True),
    Row("again where no practice is repeats", said("BodyIntent"), "AgainIntent", "BodyIntent", again=True),
    Row("again where nothing was said", NEW, "AgainIntent", "AMAZON.RepeatIntent"),
    Row("repeat of a list reads the same page", at_list(1), "AMAZON.RepeatIntent", "TopicsIntent", variables=page(1),
        again=True),
    Row("repeat of the last page knows that it is the last", at_list(LAST_PAGE), "AMAZON.RepeatIntent", "TopicsIntent",
        variables=page(LAST_PAGE), again=True),
    Row("repeat of the practices", at_list(0, "PracticesIntent"), "AMAZON.RepeatIntent", "PracticesIntent",
        variables=page(0, OFFERED), again=True),
    Row("repeat of the greeting", said("LaunchRequest", remembered=True), "AMAZON.RepeatIntent", "LaunchRequest",
        variables={"remembered": True}, again=True),
    Row("repeat of help is help for where we are", replace(said("AMAZON.HelpIntent"), at="BodyIntent"),
        "AMAZON.RepeatIntent", "AMAZON.HelpIntent", variables={"here": "topic"}, again=True),
    Row("repeat of an end names the same next topic", replace(heard(FIRST), said="MoreIntent"), "AMAZON.RepeatIntent",
        "MoreIntent", variables={"next_topic": SECOND}, again=True),
    Row("repeat of slower", said("SlowerIntent"), "AMAZON.RepeatIntent", "SlowerIntent", variables={"limit": False},
        again=True),
    Row("repeat of faster", said("FasterIntent"), "AMAZON.RepeatIntent", "FasterIntent", variables={"limit": False},
        again=True),
    Row("repeat of the gate for two", said("TogetherIntent", offer="p-touch.together"), "AMAZON.RepeatIntent",
        "TogetherIntent", variables={"pair": "p-touch.together"}, again=True),
    Row("repeat of the version for one", replace(said("TogetherIntent.solo"), exercise=Exercise("p-touch")),
        "AMAZON.RepeatIntent", "TogetherIntent.solo", variables={"alone": "p-touch"}, again=True),
    Row("repeat of the version for one, none chosen", said("TogetherIntent.solo"), "AMAZON.RepeatIntent",
        "TogetherIntent.solo", variables={"alone": "b-long-out"}, again=True),
    Row("repeat of one of two", said("WhichOne", offer="BodyIntent", instead="SadIntent"), "AMAZON.RepeatIntent",
        "WhichOne", variables={"names": ("BodyIntent", "SadIntent")}, again=True),
    Row("repeat of the source", said("SourceIntent"), "AMAZON.RepeatIntent", "SourceIntent", variables={"cited": ()},
        again=True),
    Row("repeat of a practice starts it as it was", playing("b-even", minutes=2, part=1), "AMAZON.RepeatIntent",
        "b-even", starts=True, again=True),
    Row("repeat of one whose wishes were lost starts it as usual", said("b-even"), "AMAZON.RepeatIntent", "b-even", {},
        {"practice": "b-even"}, starts=True, again=True),
    Row("repeat of one after another was asked about is not told of that one",
        replace(said("b-even"), exercise=Exercise("b-box", minutes=2, rounds=4)), "AMAZON.RepeatIntent", "b-even", {},
        {"practice": "b-even", "minutes": 2}, starts=True, again=True),
    # Pause and resume.
    Row("a pause keeps the place", said("BodyIntent.2", offer="MoreIntent"), "AMAZON.PauseIntent",
        "AMAZON.PauseIntent"),
    Row("resume says again where we are", replace(said("BodyIntent.2"), said="AMAZON.PauseIntent"),
        "AMAZON.ResumeIntent",
        "BodyIntent.2", {"said": "BodyIntent.2"}, again=True),
    Row("resume starts the practice where we are", replace(playing("b-even", minutes=5), said="AMAZON.PauseIntent"),
        "AMAZON.ResumeIntent", "b-even", {"said": "b-even"}, starts=True, again=True),
    Row("resume where nothing is yet", NEW, "AMAZON.ResumeIntent", "AMAZON.ResumeIntent"),
    # More.
    Row("more is the next part", said("BodyIntent.2"), "MoreIntent", "BodyIntent.3"),
    Row("more passes over parts that were told", replace(said("BodyIntent.2"), heard=(("BodyIntent", "23"),)),
        "MoreIntent", "BodyIntent.4"),
    Row("more after the last part tells those before it that were not told",
        replace(said("BodyIntent.6"), heard=(("BodyIntent", "1346"),)), "MoreIntent", "BodyIntent.2"),
    Row("more of a feeling too", said("SadIntent"), "MoreIntent", "SadIntent.2"),
    Row("more after the last part offers the next topic", heard(FIRST, f"{SECOND}.{names().parts[SECOND]}"),
        "MoreIntent",
        "MoreIntent", variables={"next_topic": TOPICS[2]}),
    Row("more after the last feeling begins with the first topic", said("SadIntent.2"), "MoreIntent", "MoreIntent",
        variables={"next_topic": FIRST}),
    Row("more after everything was heard offers none",
        heard(*TOPICS[:-1], f"{LAST}.{names().parts[LAST]}"), "MoreIntent", "MoreIntent", variables={"next_topic": ""}),
    Row("more after a practice is an end", playing("b-even"), "MoreIntent", "MoreIntent",
        variables={"next_topic": FIRST}),
    Row("more where nothing is yet lists the topics", NEW, "MoreIntent", "TopicsIntent", {"at": "TopicsIntent"},
        variables=page(0)),
    Row("more after a short answer says it in full", said("BodyIntent.2", brief=True), "MoreIntent", "BodyIntent.2",
        {"brief": False}),
    Row("more of a feeling is more, though topics are short", said("SadIntent", brief=True), "MoreIntent",
        "SadIntent.2"),
    Row("longer where no practice is means more", said("BodyIntent"), "LongerIntent", "BodyIntent.2"),
    # Next.
    Row("next is the next topic nobody heard, in the article's order", heard(TOPICS[2], FIRST), "AMAZON.NextIntent",
        SECOND),
    Row("next passes over what was heard", heard(SECOND, FIRST), "AMAZON.NextIntent", TOPICS[2]),
    Row("next after the last begins at the first", heard(SECOND, f"{LAST}.2"), "AMAZON.NextIntent", FIRST),
    Row("next after a feeling begins at the first", said("SadIntent"), "AMAZON.NextIntent", FIRST),
    Row("next after everything", heard(*TOPICS), "AMAZON.NextIntent", "AMAZON.NextIntent"),
    Row("a different one where no practice is means next", said(FIRST), "DifferentIntent", TOPICS[1]),
    # Back.
    Row("back in a topic is the part before", heard("BodyIntent.3"), "AMAZON.PreviousIntent", "BodyIntent.2"),
    Row("back from the second part is the first", heard("BodyIntent.2"), "AMAZON.PreviousIntent", "BodyIntent"),
    Row("back in a feeling is the part before too", said("TearyIntent.2"), "AMAZON.PreviousIntent", "TearyIntent"),
    Row("back from a topic is the one heard before it", heard("BodyIntent", "EmotionsIntent", "ConsentIntent"),
        "AMAZON.PreviousIntent", "EmotionsIntent", {"at": "EmotionsIntent"}),
    Row("back from what is no topic is the topic heard last", replace(heard("BodyIntent", "EmotionsIntent"),
        said="SadIntent", at="SadIntent"), "AMAZON.PreviousIntent", "EmotionsIntent", {"at": "EmotionsIntent"}),
    Row("back where nothing was before", heard("BodyIntent"), "AMAZON.PreviousIntent", "AMAZON.PreviousIntent"),
    Row("back where nothing was", NEW, "AMAZON.PreviousIntent", "AMAZON.PreviousIntent"),
    Row("that is wrong means back", heard("BodyIntent", "NeedsIntent"), "WrongIntent", "BodyIntent",
        {"at": "BodyIntent"}),
    # Lists.
    Row("the topics are listed from the first page", at_list(2), "TopicsIntent", "TopicsIntent", {"page": 0},
        variables=page(0)),
    Row("the practices too", at_list(2), "PracticesIntent", "PracticesIntent", {"page": 0, "at": "PracticesIntent"},
        variables=page(0, OFFERED)),
    Row("more turns the page", at_list(0), "MoreIntent", "TopicsIntent", {"page": 1}, variables=page(1)),
    Row("next turns it too", at_list(0, "PracticesIntent"), "AMAZON.NextIntent", "PracticesIntent", {"page": 1},
        variables=page(1, OFFERED)),
    Row("the last page is known as the last", at_list(LAST_PAGE - 1), "MoreIntent", "TopicsIntent",
        {"page": LAST_PAGE}, variables=page(LAST_PAGE)),
    Row("the page before it is not", at_list(LAST_PAGE - 2), "MoreIntent", "TopicsIntent", {"page": LAST_PAGE - 1},
        variables={**page(LAST_PAGE - 1), "last": False}),
    Row("a list has an end", at_list(LAST_PAGE), "MoreIntent", "TopicsIntent.end"),
    Row("the list of practices too", at_list((len(OFFERED) - 1) // PAGE_SIZE, "PracticesIntent"), "AMAZON.NextIntent",
        "PracticesIntent.end"),
    Row("back turns back", at_list(2), "AMAZON.PreviousIntent", "TopicsIntent", {"page": 1}, variables=page(1)),
    Row("back from the first page leaves the list", replace(heard("BodyIntent"), said="TopicsIntent",
        at="TopicsIntent"), "AMAZON.PreviousIntent", "BodyIntent", {"at": "BodyIntent"}),
    Row("back with a page from long ago is no turning", replace(heard("BodyIntent", "NeedsIntent"), page=3),
        "AMAZON.PreviousIntent", "BodyIntent", {"at": "BodyIntent"}),
    # Shorter, slower, faster.
    Row("shorter at a topic says it in one sentence", said("BodyIntent.2"), "ShorterIntent", "BodyIntent.2",
        {"brief": True}),
    Row("shorter elsewhere is remembered", said("SadIntent"), "ShorterIntent", "ShorterIntent", {"brief": True}),
    Row("slower", NEW, "SlowerIntent", "SlowerIntent", {"rate": 2}, variables={"limit": False}),
    Row("faster", NEW, "FasterIntent", "FasterIntent", {"rate": 4}, variables={"limit": False}),
    Row("slower down to the slowest", replace(NEW, rate=1), "SlowerIntent", "SlowerIntent", {"rate": 0},
        variables={"limit": False}),
    Row("slower than the slowest there is none", replace(NEW, rate=0), "SlowerIntent", "SlowerIntent",
        variables={"limit": True}),
    Row("faster than the fastest there is none", replace(NEW, rate=MOST), "FasterIntent", "FasterIntent",
        variables={"limit": True}),
    Row("slower after a practice long past means the voice", replace(said("BodyIntent"), exercise=Exercise("b-even")),
        "SlowerIntent", "SlowerIntent", {"rate": 2}, variables={"limit": False}),
    # Discreet.
    Row("discreet from now on", NEW, "DiscreetIntent", "DiscreetIntent", {"discreet": True}),
    Row("quieter where no practice is means discreet", said("BodyIntent"), "QuieterIntent", "DiscreetIntent",
        {"discreet": True}),
    Row("open again", replace(NEW, discreet=True), "OpenIntent", "OpenIntent", {"discreet": False}),
    # Sources.
    Row("the source is that of where we are", said("BodyIntent"), "SourceIntent", "SourceIntent",
        variables={"cited": ()}),
    # Into the app.
    Row("what was told last is sent", said("SadIntent.2"), "SendIntent", "SendIntent", variables={"card": "sent"}),
    Row("a practice is nothing to be read", playing("b-even"), "SendIntent", "SendIntent",
        variables={"card": "nothing"}),
    Row("where others may look, nothing is sent", said("BodyIntent", discreet=True), "SendIntent", "SendIntent",
        variables={"card": "quiet"}),
    # Two readings.
    Row("two readings are asked about: yes is the first, no the second", NEW,
        Request("WhichOne", {}, ("BodyIntent", "SadIntent")), "WhichOne",
        {"offer": "BodyIntent", "instead": "SadIntent"}, variables={"names": ("BodyIntent", "SadIntent")}),
    Row("one reading is no question", NEW, Request("WhichOne", {}, ("BodyIntent",)), "AMAZON.FallbackIntent",
        {"misses": 1}),
)  # fmt: skip
def test_answer(row: Row) -> None:
    """Which response a request gets, and what is remembered before it is spoken."""
    row.check()


TWO = ("BodyIntent", "SadIntent")


@pytest.mark.parametrize(
    ("sentence", "turn", "offer", "changes"),
    [
        ("what was said and offered is remembered", Turn("PrivacyIntent", said("BodyIntent", offer="x", instead="y")),
         "TopicsIntent", {"said": "PrivacyIntent", "offer": "TopicsIntent", "instead": ""}),
        ("a topic is a place, and heard", Turn("BodyIntent", NEW), "MoreIntent",
         {"said": "BodyIntent", "at": "BodyIntent", "offer": "MoreIntent", "heard": (("BodyIntent", "1"),)}),
        ("so is its part", Turn("BodyIntent.3", heard("BodyIntent.2")), "",
         {"said": "BodyIntent.3", "at": "BodyIntent.3", "heard": (("BodyIntent", "123"),)}),
        ("an earlier part leaves the later one heard", Turn("BodyIntent", heard("BodyIntent.3")), "",
         {"said": "BodyIntent", "at": "BodyIntent"}),
        ("a feeling is a place, and no topic", Turn("SadIntent.2", NEW), "", {"said": "SadIntent.2",
         "at": "SadIntent.2"}),
        ("a practice is a place", Turn("b-even", replace(NEW, exercise=Exercise("b-even", minutes=2))), "AgainIntent",
         {"said": "b-even", "at": "b-even", "offer": "AgainIntent"}),
        ("a list is a place", Turn("TopicsIntent", NEW), "", {"said": "TopicsIntent", "at": "TopicsIntent"}),
        ("the other list too", Turn("PracticesIntent", NEW), "", {"said": "PracticesIntent", "at": "PracticesIntent"}),
        ("its end is none", Turn("TopicsIntent.end", at_list(4)), "", {"said": "TopicsIntent.end"}),
        ("a control is none", Turn("SlowerIntent", said("BodyIntent")), "", {"said": "SlowerIntent"}),
        ("a topic ends a practice", Turn("BodyIntent", playing("b-box", rounds=4, times=1, stepwise=True, **LIKED)), "",
         {"said": "BodyIntent", "at": "BodyIntent", "offer": "", "heard": (("BodyIntent", "1"),), "exercise": LIKED}),
        ("so does a feeling", Turn("TearyIntent", playing("b-even")), "",
         {"said": "TearyIntent", "at": "TearyIntent", "offer": "", "exercise": {}}),
        ("so does a list", Turn("PracticesIntent", playing("b-even")), "",
         {"said": "PracticesIntent", "at": "PracticesIntent", "offer": "", "exercise": {}}),
        ("a control does not", Turn("SourceIntent", playing("b-even")), "", {"said": "SourceIntent", "offer": ""}),
        ("what no leads to is remembered at two ways", Turn("WhichOne", replace(NEW, offer="BodyIntent",
         instead="SadIntent")),
         "BodyIntent", {"said": "WhichOne"}),
        ("at the gate for two", Turn("TogetherIntent", replace(NEW, instead="TogetherIntent.solo")), "b-shared",
         {"said": "TogetherIntent", "offer": "b-shared"}),
        ("before held breaths", Turn("HoldScreen", replace(NEW, instead="b-even")), "HoldScreen.go",
         {"said": "HoldScreen", "offer": "HoldScreen.go"}),
        ("at a gentle check, whose yes was decided when it was asked",
         Turn("GentleCheck", replace(NEW, offer="SelfHarmIntent", instead="BodyIntent")), "UnsureIntent",
         {"said": "GentleCheck"}),
        ("and nowhere else", Turn("TogetherIntent.solo", replace(NEW, instead="SadIntent")), "b-even",
         {"said": "TogetherIntent.solo", "offer": "b-even", "instead": ""}),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)  # fmt: skip
def test_settle(sentence: str, turn: Turn, offer: str, changes: dict[str, object]) -> None:
    """What is remembered once a response was spoken."""
    if "exercise" in changes:
        changes = {**changes, "exercise": Exercise(**changes["exercise"])}  # type: ignore[arg-type]
    settled = conversation().settle(turn, Question("", offer))
    assert replace(settled, options=()) == replace(turn.session, **changes), sentence  # type: ignore[arg-type]


def play(*requests: str) -> list[str]:
    """What answers some requests in turn, each with its first offer left open."""
    session, answers = NEW, []
    for request in requests:
        turn = conversation().answer(Request(request), session)
        session = conversation().settle(turn, Question())
        answers.append(turn.response)
    return answers


BACK = "AMAZON.PreviousIntent"


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        (["BodyIntent", "EmotionsIntent", "ConsentIntent", BACK, BACK, BACK],
         ["EmotionsIntent", "BodyIntent", BACK]),
        (["BodyIntent", "EmotionsIntent", "ConsentIntent", BACK, "AMAZON.RepeatIntent", BACK],
         ["EmotionsIntent", "EmotionsIntent", "BodyIntent"]),
        (["BodyIntent", "EmotionsIntent", "ConsentIntent", BACK, "MoreIntent", BACK, BACK],
         ["EmotionsIntent", "EmotionsIntent.2", "EmotionsIntent", "BodyIntent"]),
        (["BodyIntent", "EmotionsIntent", "BodyIntent", "ConsentIntent", BACK, BACK], ["BodyIntent", "EmotionsIntent"]),
        (["BodyIntent", "TearyIntent", "MoreIntent", BACK, BACK], ["TearyIntent", "BodyIntent"]),
    ],
    ids=[
        "back and back goes through the order of hearing",
        "hearing it once more there changes no order",
        "nor does hearing more of it",
        "asking for it anew does",
        "back from a feeling's second part goes to its first, then to the topic before",
    ],
)  # fmt: skip
def test_back(asked: list[str], wanted: list[str]) -> None:
    """ "Go back", again and again."""
    assert play(*asked)[-len(wanted) :] == wanted


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("AMAZON.StartOverIntent", "AMAZON.StartOverIntent"),
        ("AgainIntent", "TearyIntent"),
        ("DifferentIntent", FIRST),
        ("QuieterIntent", "DiscreetIntent"),
        ("LongerIntent", "TearyIntent.2"),
        ("ShorterIntent", "ShorterIntent"),
        ("SlowerIntent", "SlowerIntent"),
        ("FasterIntent", "FasterIntent"),
    ],
)
def test_a_practice_is_over_after_a_feeling(asked: str, answer: str) -> None:
    """Breathing, then "I feel like crying": nothing brings the breathing back that did not ask for it."""
    assert play("BreathingIntent", "TearyIntent", asked)[-1] == answer
    assert play("b-even", "TopicsIntent", asked)[-1] != "b-even"


def test_a_fresh_offer() -> None:
    """An offer is fresh where it leads to words not yet spoken."""
    rules = conversation()
    parts = names().parts["BodyIntent"]
    assert rules.fresh_offer("MoreIntent", said("BodyIntent"))
    assert rules.fresh_offer("MoreIntent", said(f"BodyIntent.{parts - 1}"))
    assert not rules.fresh_offer("MoreIntent", said(f"BodyIntent.{parts}"))
    assert not rules.fresh_offer("MoreIntent", playing("b-even"))
    assert not rules.fresh_offer("BodyIntent", heard("BodyIntent", "SadIntent"))
    assert rules.fresh_offer("NeedsIntent", heard("BodyIntent"))
    assert rules.fresh_offer("b-even", playing("b-even"))
    assert rules.fresh_offer("SadIntent", said("SadIntent"))


def test_onward() -> None:
    """The next topic nobody has heard, after the one where we are, in the article's order."""
    rules = conversation()
    assert rules.onward(NEW, "") == FIRST
    assert rules.onward(heard(FIRST), f"{FIRST}.2") == SECOND
    assert rules.onward(heard(SECOND), FIRST) == TOPICS[2]
    assert rules.onward(heard(LAST), LAST) == FIRST
    assert rules.onward(heard(*TOPICS), FIRST) == ""


def test_knows() -> None:
    """What has a rule of its own needs no response of its own."""
    rules = conversation()
    assert rules.knows("MoreIntent")
    assert rules.knows("BreathingIntent")
    assert rules.knows("AMAZON.StopIntent")
    assert not rules.knows("BodyIntent")


def test_safety_comes_before_everything() -> None:
    """A disclosure is answered at once, in every state that there is."""
    for state in (NEW, playing("b-box"), playing("g-54321", stepwise=True), at_list(1), helped("EmergencyIntent"),
                  replace(helped("MinorIntent"), closed=True), said("TogetherIntent", offer="b-shared")):  # fmt: skip
        for name in names().safety:
            told_by_a_minor = state.closed and names().safety[name].harmed
            wanted = "MinorIntent.harmed" if told_by_a_minor else name
            assert conversation().answer(Request(name), state).response == wanted
