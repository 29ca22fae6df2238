"""What follows a safety answer: a listener's next words are answered by it and by nothing else."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from rubric import NEVER, matches

from skill.alexa.handlers import build
from skill.app import build_skill
from skill.content.markup import plain
from skill.content.responses import Responses
from skill.core.skill import Skill
from skill.dialog.model import base_name
from skill.errors import ContentError
from skill.paths import folder
from skill.simulator.device import Device, LastReply, intent_request

RESPONSES = Responses(folder("responses"))
FILE = Path(__file__).with_name("second_turns.txt")
HEADING = re.compile(r"\[(.+) \| (\w+)\]")
DECLINED = frozenset({"OutOfScopeIntent", "OutOfScopeIntent.NextDoor", "ExplicitIntent", "AbuseIntent"})
ASKED_BACK = frozenset({"GentleCheck", "WhichOne", "MinorCheck", "AMAZON.FallbackIntent"})
SMALL = frozenset({"SafetyQuiet", "SafetyCalm", "SafetyWrong", "SourceIntent", "g-orient"})
"""What may come besides the safety answers and what follows them."""
MAX_WORDS = 35
"""The most words of a follow-up (decisions, after a safety answer)."""


def seeds() -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """What was said first, its intent, and the second turns, each with the answer that it has to have or nothing."""
    said, intent = "", ""
    turns: list[tuple[str, str]] = []
    for line in FILE.read_text("utf-8").splitlines():
        if heading := HEADING.fullmatch(line):
            if turns:
                yield said, intent, turns
            said, intent, turns = heading[1], heading[2], []
        elif line.strip() and not line.startswith("#"):
            text, _, wanted = (part.strip() for part in line.partition("->"))
            turns.append((text, "" if wanted == "*" else wanted))
    yield said, intent, turns


SEEDS = list(seeds())


class Talk:
    """A listener whose every word arrives as it was said."""

    def __init__(self, skill: Skill, locale: str, trace: LastReply) -> None:
        self.device = Device(build(skill), skill.understanding, trace, locale=locale)

    def say(self, text: str) -> tuple[str, bool, str]:
        """The response, whether the session is open, and what was said."""
        turn = self.device.send(intent_request("QuestionIntent", {"question": text}), heard=text)
        return turn.response, turn.session_open, turn.speech


@pytest.fixture(params=["en-US", pytest.param("en-GB", marks=pytest.mark.slow)])
def talk(request: pytest.FixtureRequest, skill: Skill, trace: LastReply) -> Talk:
    """A listener in each of two countries."""
    return Talk(skill, request.param, trace)


@pytest.mark.parametrize("discreet", [False, True], ids=["open", "discreet"])
@pytest.mark.parametrize(("said", "intent", "turns"), SEEDS, ids=[seed[0] for seed in SEEDS])
def test_the_next_words_stay_with_the_person(
    talk: Talk, skill: Skill, discreet: bool, said: str, intent: str, turns: list[tuple[str, str]]
) -> None:
    """Nothing of the article, no feeling, no check, nothing declined, no goodbye; and what was foreseen is answered."""
    kept = {*skill.conversation.catalogue.safety, *SMALL, *({"MinorAgain"} if intent == "MinorIntent" else ())}
    wrong = []
    for text, wanted in turns:
        talk.device.hang_up()
        if discreet:
            talk.device.send(intent_request("DiscreetIntent", {}))
        assert base_name(talk.say(said)[0]).partition(".")[0] == intent
        response, is_open, speech = talk.say(text)
        whole = response.partition(".")[0]
        stays = is_open and (response in kept or whole in (*kept, "After"))
        if not stays or response in ASKED_BACK | DECLINED or (wanted and response != wanted):
            wrong.append(f"{text}: {response}{'' if is_open else ', closed'} (wanted {wanted or 'presence'}): {speech}")
    assert wrong == []


def test_there_are_sixty_second_turns() -> None:
    """For each of eight beginnings."""
    assert [said for said, _, turns in SEEDS if len({text for text, _ in turns}) < 60] == []
    assert len(SEEDS) >= 8


FOLLOW_UPS = sorted(name for name in RESPONSES.names("en-US") if name.partition(".")[0] == "After")


@pytest.mark.parametrize("locale", RESPONSES.locales)
@pytest.mark.parametrize("discreet", [False, True], ids=["open", "discreet"])
@pytest.mark.parametrize("name", FOLLOW_UPS)
def test_a_follow_up_is_short_and_harmless(name: str, discreet: bool, locale: str) -> None:
    """After every safety answer: few words, and none of what a safety answer may never say."""
    rows = [row for row in RESPONSES.follow_ups["en"].follow_ups if row.leads == name]
    for safety, kind in RESPONSES.safety.items():
        if rows and not any((not row.only or safety in row.only) and safety not in row.unless for row in rows):
            continue
        values = {"need": kind.need, "kind": safety}
        for variant in range(3):
            reply = RESPONSES.render(name, locale, discreet=discreet, variant=variant, variables=values)
            text = plain(f"{reply.body} {reply.question}")
            words = re.sub(r"(?<=\d) (?=\d)", "", text).split()
            assert len(words) <= MAX_WORDS, f"{safety}: {len(words)} words: {text}"
            assert reply.safety
            assert reply.question
            assert not [rule for rule in NEVER if matches(rule, text.lower(), locale)], text


@pytest.mark.parametrize("locale", RESPONSES.locales)
def test_nothing_is_claimed_of_a_line_that_the_table_does_not_hold(locale: str) -> None:
    """No text line where there is none, no hours, no price; and nothing is in confidence that no source says is."""
    for safety, kind in RESPONSES.safety.items():
        line = RESPONSES.helplines.choose(kind.need, locale)
        values = {"need": kind.need, "kind": safety}

        def said(name: str, values: dict[str, str] = values) -> str:
            return plain(RESPONSES.render(name, locale, variables=values).body)

        assert ("You can text" in said("After.text")) == bool(line.text), safety
        assert line.text in said("After.text")
        if safety not in ("MedicalIntent", "UrgentMedicineIntent"):
            assert ("day and night" in said("After.open")) == line.always, safety
            assert ("free" in said("After.cost")) == line.free, safety
        for name in (safety, *FOLLOW_UPS):
            assert line.confidential or not re.search("confiden", said(name)), name


def test_every_follow_up_is_led_to() -> None:
    """By words of its own; but for what anything unforeseen gets, and what a discreet answer leaves out."""
    led_to = {row.leads for row in RESPONSES.follow_ups["en"].follow_ups}
    assert {name for name in FOLLOW_UPS if name not in led_to} == {"After", "After.anywhere", "After.more"}


@pytest.mark.parametrize(
    ("said", "response"),
    [
        ("i need a number", "HelplineIntent"), ("who can i talk to tonight", "HelplineIntent"),
        ("call an ambulance now", "EmergencyIntent"), ("there's an emergency here", "EmergencyIntent"),
        ("something bad happened to me yesterday", "TellMe"), ("can i tell you something", "TellMe"),
        ("i've been depressed for weeks now", "MedicalIntent.low"), ("i think i'm panicking here", "Panic"),
        ("he's got a knife", "PartnerViolenceIntent.now"), ("i took a bunch of tylenol", "SelfHarmIntent.now"),
        ("i'm fifteen and my stepdad touches me at night", "MinorIntent.harmed"),
        ("my boyfriend hits me and i'm sixteen", "MinorIntent.harmed"),
        ("my daughter is thirteen and i found messages from a man", "MinorIntent.child"),
        ("i've got detention", "MinorCheck"), ("i'm thirty not thirteen", "MinorCheck.adult"),
    ],
)  # fmt: skip
def test_what_is_heard_at_once(talk: Talk, said: str, response: str) -> None:
    """Calls for help, danger, low days, a panic, and who is how old."""
    if response == "MinorCheck.adult":
        talk.say("i've got detention")
    assert talk.say(said)[0] == response


@pytest.mark.parametrize("said", ["fifteen", "no i'm fifteen", "no"])
def test_under_age_when_asked(talk: Talk, said: str) -> None:
    """A number alone is an answer to the question for an age."""
    assert talk.say("i've got detention")[0] == "MinorCheck"
    assert talk.say(said)[0] == "MinorIntent"
    assert talk.say("i'm nineteen, sorry")[0] == "MinorCheck.adult"
    assert talk.say("why do people cry afterwards")[0] not in ("MinorAgain", "MinorIntent")


def test_a_first_no_keeps_the_session_open(talk: Talk) -> None:
    """A second one may close it."""
    talk.say("i was raped")
    assert talk.say("no")[:2] == ("SafetyQuiet", True)
    assert talk.say("no")[:2] == ("SafetyGoodbye", False)


def test_what_nobody_foresaw_finds_no_row(skill: Skill) -> None:
    """However many small words are in it: no phrase of the file is one of them."""
    text = "a an the and or but of in on at to for with by it is was that this there here then so me you we he she they"
    rows = skill.follow_ups_in("en-US")
    for word in text.split():
        for safety in skill.conversation.catalogue.safety:
            assert not rows.follow_up(f"lamp {word} lamp", safety), (word, safety)
        assert not rows.cry(f"lamp {word} lamp")


@pytest.mark.parametrize("said", ["alright goodnight", "okay then, bye love", "right, thanks, i have to go"])
def test_a_clear_stop_among_words_that_say_nothing(talk: Talk, said: str) -> None:
    """It ends as the bare word does."""
    talk.say("i was raped")
    assert talk.say(said)[:2] == ("SafetyGoodbye", False)


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ('leads = "After.text"', 'leads = "After.txt"', r"followups.toml:\d+: leads names 'After.txt'.*After.text"),
        ('of = ["MinorIntent"]', 'of = ["MinerIntent"]', r"followups.toml:\d+: 'MinerIntent' is no safety answer"),
        ('alone = ["text",', 'alone = ["Text!",', r"followups.toml:\d+: alone has 'Text!'; write small letters"),
        (
            'leads = "After.text"\nsaid',
            'leads = "After.text"\nsays',
            r"followups.toml:\d+: .*no key 'says'; the keys are leads, said",
        ),
        (
            '"a and e", "emergency room", "am i',
            '"the er", "am i',
            r"followups.toml:\d+: .*'the er', of which only",
        ),
        ("[[variant]]\nof", "[[variants]]\nof", r"followups.toml.*nothing reads 'variants'"),
        ("beside = [", "beside = 3\nbefore = [", r"followups.toml.*nothing reads 'before'"),
        ('"alright", "okay",', '"Alright", "okay",', r"followups.toml.*: beside has 'Alright'; write small letters"),
    ],
)
def test_a_slip_is_named(tmp_path: Path, old: str, new: str, wrong: str) -> None:
    """With its file, its line and what was meant."""
    copy = tmp_path / "responses"
    shutil.copytree(folder("responses"), copy)
    file = copy / "en" / "followups.toml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(ContentError, match=wrong):
        build_skill(responses=copy)
