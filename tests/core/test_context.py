"""What stands in a session counts for what is understood, and what is understood for what is asked for."""

from dataclasses import replace
from typing import Any

import pytest

from skill.content.followups import FollowUp, Match
from skill.content.locales import language_of
from skill.core.followups import covers
from skill.core.interpret import context_of, of_free_words
from skill.core.render import render
from skill.core.skill import Skill
from skill.dialog.model import Request
from skill.dialog.state import Exercise, Session
from skill.nlu.ages import StatedAge
from skill.nlu.classifier import Context, Meaning
from skill.nlu.languages import FIRST_WORDS
from skill.nlu.questions import QuestionIndex

US = "en-US"


class Hears:
    """An understanding that means one thing by everything, and another by the end of what is said."""

    def __init__(self, meaning: Meaning, ending: Meaning | None = None, age: StatedAge | None = None) -> None:
        self.meaning, self.end, self.stated = meaning, ending or Meaning(None), age or StatedAge()

    def hear(self, text: str, locale: str, context: Context) -> Meaning:
        """The one thing."""
        return self.meaning

    def base_rate(self, locale: str) -> float:
        """As in life."""
        return 0.02

    def knows_part(self, part: str, locale: str) -> bool:
        """All but the seventh."""
        return not part.endswith(".7")

    def ending(self, text: str, locale: str) -> Meaning:
        """The other."""
        return self.end

    def fold(self, text: str, locale: str) -> str:
        """The same words."""
        return text

    def age(self, text: str, locale: str, *, asked: bool = False) -> StatedAge:
        """That of the test."""
        return self.stated


def read(skill: Skill, session: Session, text: str, *heard: Any) -> Request:
    """What words ask for that are understood so."""
    hears: Any = Hears(*heard)
    return of_free_words(replace(skill, understanding=hears), text, US, session)[0]


def after(skill: Skill, name: str) -> Session:
    """The session after a request."""
    return render(skill, skill.conversation.answer(Request(name), Session()), US).session


@pytest.mark.parametrize(
    ("session", "context"),
    [
        (Session(), Context()),
        (Session(at="BodyIntent.2"), Context(here="BodyIntent")),
        (Session(safe="AssaultIntent"), Context(("safe",))),
        (Session(company="alone"), Context(("alone",))),
        (
            Session(said="b-even", at="b-even", exercise=Exercise("b-even")),
            Context(("practice",), here="b-even"),
        ),
        (
            Session(asked="LaunchRequest", options=("TopicsIntent", "b-long-out")),
            Context(asked=frozenset({"TopicsIntent", "b-long-out"})),
        ),
        (Session(options=("TopicsIntent",)), Context()),
    ],
)
def test_what_stands(skill: Skill, session: Session, context: Context) -> None:
    """A safety answer, a practice, who is there, the open question's options, and where the talk is."""
    assert context_of(skill, session) == context


@pytest.mark.parametrize(
    ("at", "heard", "name", "fits"),
    [
        ("EmotionsIntent", Meaning("OutOfScopeIntent", confidence=0.9), "EmotionsIntent", ("EmotionsIntent.5",)),
        ("EmotionsIntent", Meaning(None), "EmotionsIntent", ("EmotionsIntent.5",)),
        ("EmotionsIntent", Meaning("OverviewIntent", confidence=0.9), "OverviewIntent", ()),
        ("IntimacyIntent", Meaning("OutOfScopeIntent", confidence=0.9), "OutOfScopeIntent", ()),
        ("", Meaning("OutOfScopeIntent", confidence=0.9), "OutOfScopeIntent", ()),
    ],
)
def test_what_fits_nowhere_is_about_what_was_told(
    skill: Skill, at: str, heard: Meaning, name: str, fits: tuple[str, ...]
) -> None:
    """Where a part of it answers just that; what is understood is answered as it is."""
    found = read(skill, Session(at=at, said=at), "how many people do", heard)
    assert (found.name, found.fits) == (name, fits)


DOUBT = Meaning("GentleCheck", offered=("SelfHarmIntent",), instead="BodyIntent", safety=0.02)
CALL = "yeah okay and i really cannot go on"


def test_a_doubt_comes_before_a_reply_in_part(skill: Skill) -> None:
    """A yes with more behind it is answered with a door where the whole is doubtful; a yes alone is a yes."""
    session = after(skill, "BodyIntent")
    assert read(skill, session, "yes and tonight it got too much", DOUBT).offered == ("SelfHarmIntent",)
    assert read(skill, session, "yes please", DOUBT).name == "AMAZON.YesIntent"
    slight = replace(DOUBT, safety=0.019)
    assert read(skill, session, "yes and tonight it got too much", slight).name == "AMAZON.YesIntent"


@pytest.mark.parametrize(
    ("safe", "kind", "guessed", "likely", "exact"),
    [
        ("UnsureIntent", "UnsureIntent", "AMAZON.FallbackIntent", "AMAZON.FallbackIntent", "UnsureIntent"),
        ("UnsureIntent", "AssaultIntent", "AMAZON.FallbackIntent", "AMAZON.FallbackIntent", "AssaultIntent"),
        ("AssaultIntent", "UnsureIntent", "AMAZON.FallbackIntent", "AMAZON.FallbackIntent", "UnsureIntent"),
        ("SelfHarmIntent", "AssaultIntent", "AMAZON.FallbackIntent", "AssaultIntent", "AssaultIntent"),
        ("MedicalIntent", "AssaultIntent", "AMAZON.FallbackIntent", "AssaultIntent", "AssaultIntent"),
        ("MedicalIntent", "UrgentMedicineIntent", "AMAZON.FallbackIntent", "AMAZON.FallbackIntent",
         "UrgentMedicineIntent"),
    ],
)  # fmt: skip
def test_what_stands_gives_way_to_what_is_sure(
    skill: Skill, safe: str, kind: str, guessed: str, likely: str, exact: str
) -> None:
    """A guess is met with presence; what is likely counts where it is another need, the model's own words always."""
    session = Session(safe=safe, said=safe)
    for meaning, name in (
        (Meaning(kind, confidence=0.5), guessed),
        (Meaning(kind, confidence=0.97), likely),
        (Meaning(kind, confidence=1.0, exact=True), exact),
    ):
        assert read(skill, session, "lorem ipsum dolor", meaning).name == name


@pytest.mark.parametrize(
    ("intent", "confidence", "name"),
    [("SourceIntent", 0.85, "SourceIntent"), ("SourceIntent", 0.84, "Explain"), ("BodyIntent", 0.99, "Explain")],
)
def test_what_is_asked_of_the_skill_is_answered(skill: Skill, intent: str, confidence: float, name: str) -> None:
    """Where it is surely asked, whatever question is open; other words without content are about the question."""
    session = after(skill, "BodyIntent")
    assert read(skill, session, "where from", Meaning(intent, confidence=confidence)).name == name


def test_what_is_said_of_a_practice_is_about_it(skill: Skill) -> None:
    """Also where it may be more: feeling dizzy stops the breathing, and asks nothing first."""
    playing = Session(said="b-even", at="b-even", exercise=Exercise("b-even"))
    worried = replace(DOUBT, safety=0.5)
    assert read(skill, playing, "i am a bit dizzy now", worried).name == "WorseIntent"
    told = replace(worried, instead="EmotionsIntent")
    assert read(skill, after(skill, "BodyIntent"), "hear about feelings", told).name == "GentleCheck"


@pytest.mark.parametrize(("text", "name"), [("where is it", "Explain"), ("how could i be like this", "AnxiousIntent")])
def test_few_words_ask_what_was_meant(skill: Skill, text: str, name: str) -> None:
    """Small words alone are about the question, and more of them about the one who asks."""
    heard = Meaning("AnxiousIntent", confidence=0.9)
    assert read(skill, after(skill, "BodyIntent"), text, heard).name == name


@pytest.mark.parametrize(
    ("text", "confidence", "name"),
    [
        ("no which habits are good ones", 0.5, "HabitsIntent"),
        ("no my habits are good ones", 0.5, "AMAZON.NoIntent"),
        ("no my habits are good ones", 0.9, "HabitsIntent"),
        ("yes which habits are good ones", 0.5, "AMAZON.YesIntent"),
    ],
)
def test_what_is_behind_a_no(skill: Skill, text: str, confidence: float, name: str) -> None:
    """It counts where it asks for something, or is surely understood; behind a yes only where it is."""
    assert read(skill, after(skill, "BodyIntent"), text, Meaning("HabitsIntent", confidence=confidence)).name == name


def test_a_no_to_what_was_offered_is_no_wish_for_it(skill: Skill) -> None:
    """However surely its words name it."""
    session, heard = after(skill, "ExhaustedIntent.2"), Meaning("HabitsIntent", confidence=0.99)
    assert session.offer == "HabitsIntent"
    assert (
        read(skill, session, "no habits tonight please i can't keep the ones i have", heard).name == "AMAZON.NoIntent"
    )


def test_more_of_what_stands_is_no_other_need(skill: Skill) -> None:
    """Pills belong to wanting to die where that was told, unless the words stand in the model as something else."""
    session, text = Session(safe="SelfHarmIntent", said="SelfHarmIntent"), "lorem i have pills"
    taken = Meaning("IntoxicationIntent", confidence=0.97)
    assert read(skill, session, text, taken).name == "SelfHarmIntent"
    assert read(skill, session, text, replace(taken, exact=True)).name == "IntoxicationIntent"


@pytest.mark.parametrize(("text", "most"), [("lorem", True), ("lorem ipsum dolor", True), ("a b c d", False)])
def test_a_phrase_covers_a_third(text: str, most: bool) -> None:
    """Of what was said; less of it is a word among others."""
    assert covers(Match(FollowUp("After"), 1), text) == most


def test_the_end_of_the_words_may_be_a_disclosure(skill: Skill) -> None:
    """Where the whole is not understood as one."""
    session, told = after(skill, "BodyIntent"), Meaning("SelfHarmIntent", confidence=1.0, safety=1.0, exact=True)
    yes = Meaning("AMAZON.YesIntent", confidence=0.9)
    assert read(skill, session, CALL, yes, told).name == "SelfHarmIntent"
    assert read(skill, session, CALL, yes, Meaning("BodyIntent", exact=True)).name == "AMAZON.YesIntent"


def test_how_much_may_stand_before_it(skill: Skill) -> None:
    """A yes, and what joins it; the longest end that stands in the model counts."""
    ending = skill.understanding.ending
    for words in range(1, FIRST_WORDS + 1):
        assert ending(f"{'so ' * words}i want to die", US).intent == "SelfHarmIntent"
    assert ending(f"{'so ' * (FIRST_WORDS + 1)}i want to die", US) == Meaning(None)
    assert ending("i want to die", US).intent != "SelfHarmIntent", "the whole is no end of itself"
    assert ending("so i want to die", "de-DE") == Meaning(None)


def test_a_question_has_the_parts_that_fit(skill: Skill) -> None:
    """As a new thought, and in doubt those of what is answered."""
    index = QuestionIndex({"BodyIntent": {"BodyIntent.3": ["why am i sleepy"], "BodyIntent": ["hormones"]}}, str)
    asking = replace(skill, questions={language_of(US): index})
    for meaning in (Meaning("BodyIntent", confidence=0.9), DOUBT):
        assert read(asking, Session(), "why am i sleepy", meaning).fits == ("BodyIntent.3",)
    sad = Meaning("SadIntent", confidence=0.9)
    assert read(asking, Session(), "so why am i so sleepy", sad).fits == ()
    assert read(asking, Session(), "why am i sleepy", sad) == Request("BodyIntent", fits=("BodyIntent.3",)), (
        "as written"
    )


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("i nod off every time and my husband minds", ("BodyIntent", "BodyIntent.2")),
        ("why is it that we both nod off sleepy or not", ("BodyIntent.2", "BodyIntent")),
        ("so why am i sleepy", ("BodyIntent.3",)),
        ("what do they call that pink glow then", ("BodyIntent.7",)),
    ],
)
def test_what_was_learned_chooses_the_part(skill: Skill, text: str, fits: tuple[str, ...]) -> None:
    """Unless the words are nearly a question that stands with one, or like those of a part that was not learned."""
    own = {"BodyIntent.3": ["why am i sleepy"], "BodyIntent.7": ["what is this pink glow"], "BodyIntent": ["hormones"]}
    asking = replace(skill, questions={language_of(US): QuestionIndex({"BodyIntent": own}, str)})
    learned = Meaning("BodyIntent", confidence=0.9, parts=("BodyIntent.2", "BodyIntent"))
    assert read(asking, Session(), text, learned).fits == fits


def test_who_tells_hears_the_first_part_only_where_it_is_likely(skill: Skill) -> None:
    """Where nothing was learned for it, the likeliest one is told."""
    learned = Meaning("BodyIntent", confidence=0.9, parts=("BodyIntent.2", "BodyIntent.3"))
    assert read(skill, Session(), "we both drop off", learned).fits == ("BodyIntent.2", "BodyIntent.3")


@pytest.mark.parametrize(
    ("reply", "heard", "name"),
    [
        ("not really tell me about the tears", "SadIntent", "SadIntent"),
        ("no the tears are nothing for us", "SadIntent", "AMAZON.NoIntent"),
        ("yes go about it", "AMAZON.ResumeIntent", "AMAZON.YesIntent"),
        ("no carry me along what is left", "AMAZON.ResumeIntent", "AMAZON.ResumeIntent"),
    ],
)
def test_a_wish_behind_a_reply(skill: Skill, reply: str, heard: str, name: str) -> None:
    """Behind a no it counts, however unsurely it is understood; to go on behind a yes is that yes."""
    unsure = Meaning(heard, confidence=0.5 if heard == "SadIntent" else 0.95)
    assert read(skill, after(skill, "WhyItMattersIntent.2"), reply, unsure).name == name


def test_a_child_spoken_of_after_a_safety_answer(skill: Skill) -> None:
    """It is a disclosure about a child, unless it is what people ask of the answer that stands."""
    child = (Meaning("MinorIntent", confidence=0.5), Meaning(None), StatedAge(child=True))
    safe = Session(said="PartnerViolenceIntent", safe="PartnerViolenceIntent")
    assert read(skill, safe, "will they take my children", *child).name == "After.told"
    assert read(skill, safe, "my niece is nine", *child) == Request("MinorIntent", {"variant": "child"})
