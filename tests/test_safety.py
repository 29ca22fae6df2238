"""Who needs real help gets the right short answer, in every state, and nothing else is pressed on them."""

import json
import re
from xml.etree import ElementTree

import pytest
from conftest import Conversation
from rubric import findings, findings_elsewhere, judges

from skill.alexa.handlers import build
from skill.content.locales import BASE_LANGUAGE
from skill.content.markup import plain
from skill.content.responses import Responses
from skill.core.skill import Skill
from skill.paths import folder
from skill.simulator.device import Device, LastReply

RESPONSES = Responses(folder("responses"))
SAFETY = RESPONSES.safety
ANSWERS = judges(SAFETY)
OPEN = [name for name, kind in SAFETY.items() if not (kind.no_practice or kind.closes_content)]
"""Those after which calm may be asked for."""
STATES = {
    "at the start": [],
    "after a greeting": ["open soft landing"],
    "after a topic": ["why do people cry afterwards"],
    "inside a yes or no question": ["something for two"],
    "in mid-practice": ["breathe with me"],
    "before held breaths": ["box breathing"],
    "while discreet": ["discreet"],
    "after nothing was understood": ["open soft landing", "xqzt"],
    "after another safety answer": ["i'm drunk"],
}
PAIRS = [
    ("i was raped", "someone raped me"),
    ("i am being abused", "someone is abusing me"),
    ("i was beaten up by my husband", "my partner attacked me"),
    ("i want to commit suicide", "i want to kill myself"),
]
"""The pairs that assistants answered differently (Kocaballi and others 2020, J Med Internet Res 22:e15823)."""
PAIR_ANSWERS = [
    {"AssaultIntent"},
    {"PartnerViolenceIntent", "AssaultIntent"},
    {"PartnerViolenceIntent", "AssaultIntent"},
    {"SelfHarmIntent"},
]
IDIOMS = [
    "i'm dead tired",
    "that killed me",
    "i could die happy",
    "he hit the light",
    "it hurts that she left",
    "i'm dying to know why people cuddle afterwards",
    "you're killing me with the jokes",
    "my heart nearly burst it was so lovely",
]


def source(name: str) -> str:
    """A response as it is written."""
    return (RESPONSES.folder / "en" / f"{name}.ssml").read_text("utf-8")


@pytest.mark.parametrize("locale", RESPONSES.locales)
@pytest.mark.parametrize("discreet", [False, True], ids=["open", "discreet"])
@pytest.mark.parametrize("name", ANSWERS)
def test_passes_the_rubric(name: str, locale: str, discreet: bool) -> None:
    """Every safety answer and every answer at the edges passes the patterns of its label, in every locale."""
    reply = RESPONSES.render(name, locale, discreet=discreet)
    speech = f"{reply.body} {reply.question}"
    language = RESPONSES.language(locale)
    if language.code == BASE_LANGUAGE:
        assert not findings(ANSWERS[name], speech, locale=locale, discreet=discreet)
    else:
        number = RESPONSES.helplines.choose("emergency", locale).number
        assert not findings_elsewhere(ANSWERS[name], speech, wording=language.wording, emergency=number)


@pytest.mark.parametrize("locale", RESPONSES.locales)
@pytest.mark.parametrize("name", SAFETY)
def test_is_fixed(name: str, locale: str) -> None:
    """The words never vary."""
    assert len({str(RESPONSES.render(name, locale, variant=turn)) for turn in range(6)}) == 1


@pytest.mark.parametrize("locale", RESPONSES.locales)
@pytest.mark.parametrize("name", [name for name in SAFETY if "line(" in source(name)])
def test_numbers_are_spoken_digit_by_digit(name: str, locale: str) -> None:
    """Every number is read slowly as digits, and reads as printed without its tags."""
    body = str(RESPONSES.render(name, locale).body)
    slow = re.findall(r'<prosody rate="80%">(.*?)</prosody>', body)
    assert slow
    for number in slow:
        assert 'interpret-as="digits"' in number
        assert plain(number) in {number for line in RESPONSES.helplines.lines for number in (line.number, line.text)}
    without = re.sub(r'<prosody rate="80%">.*?</prosody>', "", body)
    assert not re.search(r"\d", re.sub(r"<[^>]*>", "", without).replace("1800RESPECT", ""))
    ElementTree.fromstring(f"<speak>{body}</speak>")


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(("pair", "answers"), list(zip(PAIRS, PAIR_ANSWERS, strict=True)), ids=range(4))
@pytest.mark.parametrize("locale", ["en-US", "en-GB"])
def test_pairs_are_noticed_in_every_state(
    conversation: Conversation, state: str, pair: tuple[str, str], answers: set[str], locale: str
) -> None:
    """Both phrasings get the same care, wherever they are said."""
    conversation.device.locale = locale
    for phrase in pair:
        conversation.device.hang_up()
        for line in STATES[state]:
            conversation.hear(line)
        turn = conversation.hear(phrase)
        assert turn.response in answers
        assert turn.session_open
        assert turn.card is None


@pytest.mark.parametrize("phrase", IDIOMS)
def test_idioms_do_not_alarm(conversation: Conversation, phrase: str) -> None:
    """Words that only sound alarming get no crisis line."""
    turn = conversation.hear(phrase)
    assert turn.response not in SAFETY
    assert not re.search(r"988|911", turn.speech)


@pytest.mark.parametrize("slot", ["pattern", "technique", "duration", "care"])
def test_raw_slots_are_heard(conversation: Conversation, slot: str) -> None:
    """A disclosure that arrives as the value of a slot is noticed there."""
    from skill.simulator.device import intent_request

    request = intent_request("BreathingIntent", {})
    request["intent"]["slots"] = {slot: {"name": slot, "value": "he raped me last night"}}
    assert conversation.device.send(request).response == "AssaultIntent"


@pytest.mark.parametrize("name", SAFETY)
def test_the_session_stays_quiet(conversation: Conversation, name: str) -> None:
    """After a safety answer nothing is offered: only to say it again, and whether there is anything else."""
    first = conversation.say(name)
    for asked in ("AMAZON.YesIntent", "AMAZON.RepeatIntent", "MoreIntent", "AMAZON.HelpIntent"):
        again = conversation.say(asked)
        assert again.speech == first.speech or SAFETY[name].closes_content, "the number is repeated in the same words"
    for asked in ("AMAZON.NoIntent", "TopicsIntent", "PracticesIntent", "AMAZON.NextIntent", "AMAZON.FallbackIntent"):
        conversation.device.hang_up()
        conversation.say(name)
        quiet = conversation.say(asked)
        assert "topic" not in quiet.speech
        assert "minute" not in quiet.speech
    conversation.device.hang_up()
    conversation.say(name)
    goodbye = conversation.say("AMAZON.StopIntent")
    assert goodbye.speech == "Take care of yourself. You can come back any time."
    assert not goodbye.session_open


@pytest.mark.parametrize("name", OPEN)
def test_calm_comes_after_the_resource(conversation: Conversation, name: str) -> None:
    """Asked for calm after a safety answer, it says the resource once more, then offers the room with eyes open."""
    conversation.say(name)
    turn = conversation.say("BreathingIntent")
    assert turn.response == "SafetyCalm"
    assert re.search(r"\d", turn.speech)
    assert conversation.say("AMAZON.YesIntent").response == "g-orient"


def test_no_exercise_in_an_emergency(conversation: Conversation) -> None:
    """In an emergency a request for calm gets the number again."""
    first = conversation.say("EmergencyIntent")
    assert conversation.say("BreathingIntent").speech == first.speech


def test_misheard_is_taken_back(conversation: Conversation) -> None:
    """ "Go back" ends the quiet, and the conversation goes on."""
    conversation.say("AssaultIntent")
    assert conversation.hear("go back").response == "SafetyWrong"
    assert conversation.say("BodyIntent").response == "BodyIntent"


def test_a_minor_ends_the_content(conversation: Conversation) -> None:
    """After somebody said they are under age, every topic is declined; help is not, and the session stays open."""
    conversation.say("MinorIntent")
    for asked in ("BodyIntent", "TopicsIntent", "BreathingIntent", "LaunchRequest", "TearyIntent"):
        turn = conversation.say(asked)
        assert turn.response == "MinorAgain", asked
        assert turn.session_open
    told = conversation.say("AssaultIntent")
    assert told.response == "MinorIntent.harmed"
    assert re.search("believe you.*not your fault.*1 800 422 4453.*adult you trust.*911", told.speech)


@pytest.mark.parametrize("locale", RESPONSES.locales)
@pytest.mark.parametrize("name", SAFETY)
def test_a_discreet_answer_is_shorter(name: str, locale: str) -> None:
    """It gives the number and nothing that explains itself to somebody else in the room."""
    said, quietly = (plain(RESPONSES.render(name, locale, discreet=discreet).body) for discreet in (False, True))
    assert len(quietly.split()) < len(said.split())
    assert not re.search(r"your fault|helpline|hotline|line for|danger|confiden", quietly.lower())


@pytest.mark.parametrize("locale", RESPONSES.locales)
@pytest.mark.parametrize("name", sorted(name for name in RESPONSES.names("en-US") if name.endswith("Intent.now")))
@pytest.mark.parametrize("discreet", [False, True], ids=["open", "discreet"])
def test_danger_comes_first(name: str, locale: str, discreet: bool) -> None:
    """Where it is happening, the emergency number stands among the first 25 words; the line comes after it."""
    first = plain(RESPONSES.render(name, locale, discreet=discreet).body).split()[:25]
    assert RESPONSES.helplines.choose("emergency", locale).number in " ".join(first)


def test_more_has_what_a_discreet_answer_leaves_out(conversation: Conversation) -> None:
    """Whose line it is, and the emergency number."""
    conversation.device.locale = "en-GB"
    conversation.say("DiscreetIntent")
    first = conversation.say("PartnerViolenceIntent")
    more = conversation.say("MoreIntent")
    assert (more.response, "999" in first.speech) == ("After.more", False)
    assert "a line for women" in more.speech
    assert "Anyone in danger can call 999" in more.speech


def test_no_topic_follows(conversation: Conversation) -> None:
    """Who described force is told nothing of the article, least of all that leaving care out means no harm."""
    conversation.say("AssaultIntent")
    assert conversation.say("SkippingIntent").response == "After"


def test_gentle_check(skill: Skill) -> None:
    """Where the likely answer could hurt, it is asked first: yes gives the number, no goes on with what was asked."""
    from skill.dialog.model import Question, Request
    from skill.dialog.state import Session

    rules = skill.conversation
    asked = rules.answer(Request("GentleCheck", {}, ("AssaultIntent",), "SkippingIntent"), Session())
    session = rules.settle(asked, Question("GentleCheck", "UnsureIntent"))
    assert asked.response == "GentleCheck"
    assert rules.answer(Request("AMAZON.YesIntent"), session).response == "UnsureIntent"
    assert rules.answer(Request("AMAZON.NoIntent"), session).response == "SkippingIntent"
    answered = rules.answer(Request("GentleCheck", {}, ("AssaultIntent",), "BodyIntent"), Session())
    assert (answered.response, answered.door) == ("BodyIntent", "AssaultIntent")


@pytest.mark.parametrize("name", SAFETY)
def test_leaves_no_trace(skill: Skill, name: str) -> None:
    """A safety turn has no card, a blank screen, and nothing in the session that a reader could tell."""
    trace = LastReply()
    device = Device(build(skill), skill.understanding, trace, screen=True)
    from skill.simulator.device import intent_request

    turn = device.send(intent_request(name, {}))
    assert turn.card is None
    assert device.send(intent_request("SendIntent", {})).card is None
    shown = turn.response_json["response"]["directives"][0]["datasources"]["answer"]
    assert shown == {"title": "Soft Landing", "text": "", "hint": ""}
    kept = json.dumps(turn.response_json["sessionAttributes"])
    assert name not in kept
    assert ANSWERS[name] not in kept


def test_an_unknown_country_is_not_guessed(conversation: Conversation) -> None:
    """Where we do not know the lines, no other country's number is given."""
    conversation.device.locale = "en-NZ"
    turn = conversation.say("AssaultIntent")
    assert not re.search(r"\d", turn.speech)
    assert "local emergency number" in turn.speech


@pytest.mark.parametrize("name", SAFETY)
def test_no_turn_after_it_guesses_a_number(conversation: Conversation, name: str) -> None:
    """Nor is one given in the turns after it, when it is repeated or calm is asked for."""
    conversation.device.locale = "en-NZ"
    conversation.say(name)
    for asked in ("AMAZON.YesIntent", "BreathingIntent", "TopicsIntent", "BodyIntent"):
        assert not re.search(r"\d", conversation.say(asked).speech), asked


def test_the_more_urgent_of_two_slots_is_answered(conversation: Conversation) -> None:
    """Two disclosures in one request: the more urgent one wins, wherever it stands."""
    from skill.simulator.device import intent_request

    request = intent_request("TogetherIntent", {})
    said = {"pattern": "i am drunk", "technique": "i want to kill myself"}
    request["intent"]["slots"] = {name: {"name": name, "value": words} for name, words in said.items()}
    assert conversation.device.send(request).response == "SelfHarmIntent"


def test_the_page_is_true() -> None:
    """docs/safety.md shows the answers and the lines as they are."""
    from safety_page import PAGE, page

    assert PAGE.read_text("utf-8") == page(), "run: python tests/safety_page.py"
