"""Who says who or where they are is given the line that is for them, and nobody's gender or place is assumed."""

import re

import pytest
from rubric import NEVER, matches

from skill.alexa.handlers import build
from skill.content.markup import plain
from skill.content.responses import Responses
from skill.core.skill import Skill
from skill.paths import folder
from skill.simulator.device import Device, LastReply, intent_request

RESPONSES = Responses(folder("responses"))
LINES = RESPONSES.helplines
WORDS = 75
"""The most of a safety answer."""


@pytest.mark.parametrize(
    ("locale", "need", "told", "name"),
    [
        ("en-GB", "sexual-violence", "", "Rape Crisis England and Wales"),
        ("en-GB", "sexual-violence", "scotland", "the Rape Crisis Scotland Helpline"),
        ("en-GB", "sexual-violence", "northern-ireland", "the Domestic and Sexual Abuse Helpline"),
        ("en-GB", "sexual-violence", "man", "Rape Crisis England and Wales"),
        ("en-GB", "sexual-violence", "lgbt man", "Galop"),
        ("en-GB", "partner-violence", "", "the National Domestic Abuse Helpline"),
        ("en-GB", "partner-violence", "man", "the Men's Advice Line"),
        ("en-GB", "partner-violence", "lgbt", "Galop"),
        ("en-GB", "partner-violence", "lgbt man", "Galop"),
        ("en-GB", "partner-violence", "scotland", "Scotland's Domestic Abuse and Forced Marriage Helpline"),
        ("en-GB", "partner-violence", "scotland man", "Scotland's Domestic Abuse and Forced Marriage Helpline"),
        ("en-GB", "partner-violence", "man scotland", "Scotland's Domestic Abuse and Forced Marriage Helpline"),
        ("en-GB", "crisis", "scotland man", "Samaritans"),
        ("en-US", "partner-violence", "man", "the National Domestic Violence Hotline"),
        ("en-CA", "sexual-violence", "", "the helpline for local support services"),
        ("en-CA", "sexual-violence", "quebec", "Info-aide violence sexuelle"),
        ("en-AU", "harm-done", "", "Lifeline"),
        ("en-AU", "harm-done", "man", "the Men's Referral Service"),
        ("en-IN", "partner-violence", "", "the National Commission for Women"),
        ("en-IN", "partner-violence", "man", "Tele MANAS"),
    ],
)
def test_what_was_told_chooses_the_line(locale: str, need: str, told: str, name: str) -> None:
    """One that is always open before the newest; a line for women is no line for a man, and what no line is for changes
    nothing.
    """
    assert LINES.choose(need, locale, told.split()).name == name


@pytest.mark.parametrize("locale", RESPONSES.locales)
@pytest.mark.parametrize("told", [(), *((word,) for word in sorted(LINES.callers))], ids=lambda told: "".join(told))
def test_the_answers_stay_short_and_harmless(locale: str, told: tuple[str, ...]) -> None:
    """With every line that can be given, in both wordings."""
    for name in sorted(name for name in RESPONSES.names(locale) if RESPONSES.header(name, locale).get("need")):
        for discreet in (False, True):
            values = {"need": "partner-violence", "kind": "PartnerViolenceIntent", "told": told}
            reply = RESPONSES.render(name, locale, discreet=discreet, variables=values)
            text = plain(f"{reply.body} {reply.question}")
            assert len(re.sub(r"(?<=\d) (?=\d)", "", text).split()) <= WORDS, f"{name}: {text}"
            assert not [rule for rule in NEVER if matches(rule, text.lower(), locale)], f"{name}: {text}"


def talk(skill: Skill, trace: LastReply, *said: str, locale: str = "en-GB") -> str:
    """What is said last to a listener whose every word arrives as it was said."""
    device = Device(build(skill), skill.understanding, trace, locale=locale)
    turns = [device.send(intent_request("QuestionIntent", {"question": text}), heard=text) for text in said]
    return turns[-1].speech


@pytest.mark.parametrize(
    ("said", "number"),
    [
        (("my husband hits me",), "0808 2000 247"),
        (("my wife hits me", "i'm a man"), "0808 801 0327"),
        (("i'm a gay man", "my boyfriend hits me"), "0800 999 5428"),
        (("my husband hits me", "i live in scotland"), "0800 027 1234"),
        (("i was raped", "scotland"), "08088 01 03 02"),
        (("i'm in belfast", "i was raped"), "0808 802 1414"),
        (("i was raped", "i'm in scotland", "say that again"), "08088 01 03 02"),
        (("he keeps saying i'm gay", "my husband hits me"), "0808 2000 247"),
        (("my husband hits me", "he says i'm a man i can do what i want"), "0808 2000 247"),
        (("my wife hits me", "is there a line for men"), "0808 801 0327"),
        (("my friend lives in scotland", "i was raped"), "0808 500 2222"),
    ],
)
def test_it_is_heard_before_and_after(skill: Skill, trace: LastReply, said: tuple[str, ...], number: str) -> None:
    """At any time of a session, and only of the one who speaks."""
    assert number in talk(skill, trace, *said)


def test_a_line_that_closes_has_another_beside_it(skill: Skill, trace: LastReply) -> None:
    """Whoever is given one that is not always open hears whom to call at other times."""
    for said in (("i was raped", "i'm gay"), ("i'm gay", "i was raped"), ("be discreet", "i was raped", "i'm gay")):
        assert "116 123" in talk(skill, trace, *said)


def test_who_may_ask_is_told(skill: Skill, trace: LastReply) -> None:
    """That there are other lines is said where there are, and no more once the listener has one of them."""
    assert "If you're a man, LGBT, or in Scotland" in talk(skill, trace, "my husband hits me")
    assert "say so for another line" not in talk(skill, trace, "i'm in scotland", "my husband hits me")
    assert "say so for another line" not in talk(skill, trace, "my husband hits me", locale="en-US")


def test_what_was_told_can_be_taken_back(skill: Skill, trace: LastReply) -> None:
    """Who was heard as a man, or in Scotland, and is not, is given the line for all again."""
    usual = talk(skill, trace, "my husband hits me")
    assert "0808 2000 247" in usual
    assert talk(skill, trace, "i'm a man", "no i'm a woman", "my husband hits me") == usual
    assert talk(skill, trace, "i'm in scotland", "i'm not in scotland", "my husband hits me") == usual
    assert talk(skill, trace, "i'm a man", "i'm in scotland", "i'm a woman", "my husband hits me") != usual
