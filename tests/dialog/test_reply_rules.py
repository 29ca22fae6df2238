"""The rules of replies to the open question (`skill/dialog/reply_rules.py`), a decision a row."""

from dataclasses import replace

import pytest
from table import NEW, Row, conversation, helped, playing, said, table

from skill.dialog.model import Question, Request, Turn
from skill.dialog.state import Session

CLOSED = {"offer": "", "instead": "", "options": (), "asked": ""}
"""The question that was answered."""
LAUNCHED = Session(
    said="LaunchRequest", asked="LaunchRequest", offer="OverviewIntent", options=("OverviewIntent", "b-long-out")
)
OFFERED = replace(said("BodyIntent"), asked="BodyIntent", offer="SadIntent", options=("SadIntent", "AMAZON.NoIntent"))
"""A topic whose question is "Would you like ..., or leave it?"."""
TWO_WAYS = replace(OFFERED, instead="TearyIntent", options=("SadIntent", "TearyIntent"))
"""One whose "no" leads somewhere of its own."""
LISTED = Session(
    said="PrivacyIntent", asked="PrivacyIntent", offer="SadIntent", options=("SadIntent", "TearyIntent", "NumbIntent")
)
HELD = Session(
    said="HoldScreen", asked="HoldScreen", offer="HoldScreen.go", instead="SadIntent",
    options=("HoldScreen.go", "SadIntent"),
)  # fmt: skip
GATE = Session(said="TogetherIntent", asked="TogetherIntent", offer="b-shared", instead="TogetherIntent.solo")

RESTING = helped("AssaultIntent", resting=True)
"""Silence was asked for while a safety answer stands."""


@table(
    Row("the first option by its place", TWO_WAYS, "ChoiceIntent place=first", "SadIntent", CLOSED),
    Row("the second", TWO_WAYS, "ChoiceIntent place=second", "TearyIntent", CLOSED),
    Row("the second of three", LISTED, "ChoiceIntent place=second", "TearyIntent", CLOSED),
    Row("the third", LISTED, "ChoiceIntent place=third", "NumbIntent", CLOSED),
    Row("the middle one of three", LISTED, "ChoiceIntent place=middle", "TearyIntent", CLOSED),
    Row("the last of three", LISTED, "ChoiceIntent place=last", "NumbIntent", CLOSED),
    Row("the last of two", TWO_WAYS, "ChoiceIntent place=last", "TearyIntent", CLOSED),
    Row("the other of two is the second", TWO_WAYS, "ChoiceIntent place=other", "TearyIntent", CLOSED),
    Row("there is no other of three: the question is explained", LISTED, "ChoiceIntent place=other", "Explain", {},
        variables={"offer": "SadIntent", "why": "", "practice": False}),
    Row("there is no middle of two", TWO_WAYS, "ChoiceIntent place=middle", "Explain", {},
        variables={"offer": "SadIntent", "why": "", "practice": False}),
    Row("nor a third", TWO_WAYS, "ChoiceIntent place=third", "Explain", {},
        variables={"offer": "SadIntent", "why": "", "practice": False}),
    Row("a place that is no place has it explained", TWO_WAYS, "ChoiceIntent place=above", "Explain", {},
        variables={"offer": "SadIntent", "why": "", "practice": False}),
    Row("the second of an offer to leave it leaves it", OFFERED, "ChoiceIntent place=second", "AMAZON.NoIntent"),
    Row("either is the first", TWO_WAYS, "ChoiceIntent place=either", "SadIntent", CLOSED),
    Row("who does not mind is given no held breaths", HELD, "ChoiceIntent place=either", "SadIntent", CLOSED),
    Row("both: the first, and the second is kept for later", TWO_WAYS, "ChoiceIntent place=both", "SadIntent",
        {**CLOSED, "later": "TearyIntent"}),
    Row("both of an offer and leaving it is the offer", OFFERED, "ChoiceIntent place=both", "SadIntent", CLOSED),
    Row("neither is a no, also where no leads somewhere", TWO_WAYS, "ChoiceIntent place=neither", "AMAZON.NoIntent",
        {"instead": ""}),
    Row("a place without a question", NEW, "ChoiceIntent place=first", "AMAZON.YesIntent"),
    Row("not sure: the first is offered alone", LAUNCHED, "ChoiceIntent place=unsure", "NotSure", {},
        variables={"offered": "OverviewIntent"}),
    Row("the same said in words", LAUNCHED, "NotSure", "NotSure", {}, variables={"offered": "OverviewIntent"}),
    Row("not sure where nothing was offered: the question stays",
        replace(NEW, said="SourceIntent", asked="SourceIntent"), "NotSure", "Listening"),
    Row("a listening noise leaves the question open", LAUNCHED, "Listening", "Listening"),
    Row("so does a remark that asks for nothing", LAUNCHED, "AsideIntent", "Listening"),
    Row("without a question it has words of its own", NEW, "AsideIntent", "AsideIntent"),
    Row("what it may have been about stands beside it", NEW, Request("AsideIntent", offered=("SadIntent",)),
        "AsideIntent", other="SadIntent"),
    Row("also where a question is open", LAUNCHED, Request("AsideIntent", offered=("SadIntent",)),
        "Listening", other="SadIntent"),
    Row("one without a question has nothing to ask again", NEW, "Listening", "AMAZON.YesIntent"),
    Row("why: the question is explained", LAUNCHED, "Explain", "Explain", {},
        variables={"offer": "OverviewIntent", "why": "", "practice": False}),
    Row("at the gate a place is no clear yes", GATE, "ChoiceIntent place=first", "TogetherIntent.solo", {},
        variables={"alone": "b-long-out"}),
    Row("nor is not being sure", GATE, "NotSure", "TogetherIntent.solo", {}, variables={"alone": "b-long-out"}),
    Row("nor a listening noise", GATE, "Listening", "TogetherIntent.solo", {}, variables={"alone": "b-long-out"}),
    Row("a no that wants nothing more is a goodbye", OFFERED, "AMAZON.NoIntent ends=yes", "AMAZON.NoIntent.2"),
    Row("also where no leads somewhere of its own", TWO_WAYS, "AMAZON.NoIntent ends=yes", "AMAZON.NoIntent.2"),
    Row("in a practice it is rest", playing("b-even"), "AMAZON.NoIntent ends=yes", "PracticeRest"),
    # Yes, and more.
    Row("yes, but shorter: the gist of it", OFFERED, "AMAZON.YesIntent also=ShorterIntent", "SadIntent",
        {**CLOSED, "brief": True}),
    Row("yes, but slower: a practice begins slower", LAUNCHED, Request("AMAZON.YesIntent", {"also": "SlowerIntent"}),
        "OverviewIntent", CLOSED),
    Row("yes to a practice, but longer", replace(OFFERED, offer="b-even"), "AMAZON.YesIntent also=LongerIntent",
        "b-even", CLOSED, {"practice": "b-even", "minutes": 2}, {"changed": "length"}, starts=True),
    Row("yes to a practice, but shorter", replace(OFFERED, offer="b-even"), "AMAZON.YesIntent also=ShorterIntent",
        "b-even", CLOSED, {"practice": "b-even"}, {"changed": "shortest"}, starts=True),
    # Silence.
    Row("silence, from a topic", OFFERED, "QuietIntent", "QuietIntent"),
    Row("silence, in a practice", playing("b-even"), "QuietIntent", "QuietIntent"),
    Row("silence while a safety answer stands rests", helped("AssaultIntent"), "QuietIntent", "QuietIntent",
        {"resting": True}),
    Row("for somebody under age too", helped("MinorIntent", closed=True), "QuietIntent", "QuietIntent",
        {"resting": True}),
    Row("silence chosen as the end of it closes", helped("AssaultIntent"), "QuietIntent ends=yes", "QuietIntent"),
    Row("a second silence closes", RESTING, "QuietIntent", "QuietIntent", {"resting": False}),
    Row("whoever comes in hears nothing, and it closes", RESTING, "BodyIntent", "QuietIntent", {"resting": False}),
    Row("not even what follows a safety answer", RESTING, "After.who", "QuietIntent", {"resting": False}),
    Row("nor another safety answer", RESTING, "PartnerViolenceIntent", "QuietIntent", {"resting": False}),
    Row("nor a yes", RESTING, "AMAZON.YesIntent", "QuietIntent", {"resting": False}),
    Row("asked for a number it is back", RESTING, "HelplineIntent", "AssaultIntent", {"resting": False}, again=True),
    Row("asked for the same again too", RESTING, "AMAZON.RepeatIntent", "AssaultIntent", {"resting": False},
        again=True),
)  # fmt: skip
def test_answer(row: Row) -> None:
    """What a reply leads to, and what is remembered."""
    row.check()


@pytest.mark.parametrize(
    ("sentence", "turn", "question", "options"),
    [
        ("an offer and leaving it", Turn("BodyIntent", NEW), Question("BodyIntent", "SadIntent"),
         ("SadIntent", "AMAZON.NoIntent")),
        ("an offer and another way", Turn("BodyIntent", NEW), Question("BodyIntent", "SadIntent", "MoreIntent"),
         ("SadIntent", "MoreIntent")),
        ("what the header says", Turn("BodyIntent", NEW), Question("BodyIntent", "SadIntent", "", ("x", "y")),
         ("x", "y")),
        ("nothing offered, nothing to choose", Turn("BodyIntent", NEW), Question("BodyIntent"), ()),
        ("consent is chosen by no place", Turn("TogetherIntent", NEW), Question("TogetherIntent", "b-shared"), ()),
    ],
)  # fmt: skip
def test_options(sentence: str, turn: Turn, question: Question, options: tuple[str, ...]) -> None:
    """What an open question lets one choose."""
    settled = conversation().settle(turn, question)
    assert (settled.options, settled.asked) == (options, question.asked), sentence


@pytest.mark.parametrize("aside", ["Explain", "Listening"])
def test_an_aside_changes_nothing(aside: str) -> None:
    """The question that was open stays, and so does everything else."""
    assert conversation().settle(Turn(aside, TWO_WAYS), Question("x", "y", "z", ("a",))) == TWO_WAYS


def test_what_is_kept_for_later_is_offered_once() -> None:
    """ "Both" is remembered for the one question after the first answer."""
    assert conversation().settle(Turn("SadIntent", replace(NEW, later="TearyIntent")), Question()).later == ""
