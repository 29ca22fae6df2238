"""What the voice never says, and in which states each response is spoken. Shared by the checks of this room."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from skill.content.reply import Reply
from skill.content.responses import Responses
from skill.core.catalogue import catalogue
from skill.dialog.rules import Conversation
from skill.dialog.variables import VARIABLES
from skill.exercises.patterns import load as load_patterns

NEVER_SAID = re.compile(
    r"\b(should|must|need to|always|just(?! said)|simply|normal people|i feel|i understand how|relax|don't worry|"
    r"at least|great|wonderful|orgasm|sexual|nebo|flood\w*|cure|guarantee\w*|husband|wife|he|she|him|his|her)\b|!"
)
"""Commands, diagnoses, cheer, jargon, guesses about anybody. "Alexa, delete what I just said" is Amazon's wording."""
NEVER_IN_A_PRACTICE = re.compile(
    r"\b(should|must|need to|always|just|simply|normal|i feel|i understand|relax|good job|clear your mind|"
    r"don't worry|at least|great|wonderful|orgasm|sexual|nebo|flood\w*|cure|guarantee\w*|husband|wife|he|she|him|his|"
    r"her)\b|[!;:()\"<>0-9–—]"
)
NOT_OVERHEARD = re.compile(
    r"\b(sex|sexual|orgasm|climax|arousal|bedroom|naked|intimate|intimacy|kink|condom|consent|assault|rape|abuse|"
    r"aftercare|violence)\b"
)
NOT_OVERHEARD_IN_A_PRACTICE = re.compile(
    r"\b(sex|sexual|orgasm|climax|arousal|bedroom|bed|naked|intimate|intimacy|kink|condom|consent|assault|rape|abuse|"
    r"aftercare|lover)\b"
)
NOT_SPOKEN = re.compile(r"https?:|www\.|\w@\w|[{}\[\]|*_#~^\\/=]|&\w+;|\bAMAZON\b|\b\w+Intent\b|\b(?:TODO|FIXME)\b")
"""What no voice can say and no card may show: addresses, placeholders, markup, names of code."""
OUTSIDE = re.compile(r"isn't from the article|outside the article")
"""How a fact from outside the article says so."""

WORDS = re.compile(r"[a-z]+(?:'[a-z]+)?")
VARIANTS = 12
"""The most variants of one line that are looked at."""

PRACTICE = ("b-", "g-", "p-")
"""Practices are cues rather than prose."""

OFFERS_BESIDE_RESPONSES = ("AgainIntent", "HoldScreen.go", "PracticeOn")
"""What "yes" may lead to that is a move of the conversation and has no words of its own."""


@lru_cache(maxsize=8)
def contexts(responses: Responses) -> Mapping[str, list[Mapping[str, Any]]]:
    """What the conversation hands to the responses that need more than their own words, in each of its states."""
    rules = Conversation(catalogue(responses, load_patterns(responses.folder / "patterns.toml")))
    return {name: variables.every(rules) for name, variables in VARIABLES.items()}


def replies(responses: Responses, locale: str, name: str, *, discreet: bool) -> Iterator[Reply]:
    """A response in all its states and variants. Raises `ResponseError` where it cannot be spoken."""

    def called(one: str) -> str:
        return responses.called(one, locale, discreet=discreet)

    for variables in contexts(responses).get(name, [{}]):
        turn, most = 0, 1
        while turn < min(most, VARIANTS):

            def vary(*variants: str, turn: int = turn) -> str:
                nonlocal most
                most = max(most, len(variants))
                return variants[turn % len(variants)]

            held = {"called": called, "vary": vary, **variables}
            yield responses.render(name, locale, discreet=discreet, variant=turn, variables=held)
            turn += 1


def sixes(text: str) -> list[str]:
    """All runs of six words."""
    words = WORDS.findall(text.lower().replace("’", "'"))
    return [" ".join(words[at : at + 6]) for at in range(len(words) - 5)]


def fingerprint(run: str) -> str:
    """A short hash of a run of words: the article itself is not ours to keep in the tree."""
    return sha256(run.encode()).hexdigest()[:10]


def article() -> frozenset[str]:
    """The fingerprints of every run of six words in the article."""
    return frozenset(files("skill.lint").joinpath("article.sixes").read_text("utf-8").split())
