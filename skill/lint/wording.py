"""What the voice never says, and in which states each response is spoken. Shared by the checks of this room."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from skill.content.locales import Language, any_of
from skill.content.reply import Reply
from skill.content.responses import Responses
from skill.core.catalogue import catalogue
from skill.dialog.rules import Conversation
from skill.dialog.variables import variables_of
from skill.exercises.patterns import load_patterns

EXCLAMATION = "!"
"""The voice cheers in no language."""
NOT_IN_A_PRACTICE = r"[!¡;:()\"<>0-9–—]"
"""Signs that a voice with eyes closed stumbles over."""
NOT_SPOKEN = re.compile(r"https?:|www\.|\w@\w|[{}\[\]|*_#~^\\/=]|&\w+;|\bAMAZON\b|\b\w+Intent\b|\b(?:TODO|FIXME)\b")
"""What no voice can say and no card may show: addresses, placeholders, markup, names of code."""
WORDS = re.compile(r"[a-z]+(?:'[a-z]+)?")
VARIANTS = 12
"""The most variants of one line that are looked at."""

PRACTICE = ("b-", "g-", "p-")
"""Practices are cues rather than prose."""

OFFERS_BESIDE_RESPONSES = ("AgainIntent", "HoldScreen.go", "PracticeOn")
"""What "yes" may lead to that is a move of the conversation and has no words of its own."""


def never_said(language: Language) -> re.Pattern[str]:
    """What the voice never says in a language."""
    return any_of(language.wording.never, EXCLAMATION)


def never_in_practice(language: Language) -> re.Pattern[str]:
    """What is never said in a practice."""
    return any_of(language.wording.never_in_practice, NOT_IN_A_PRACTICE)


@lru_cache(maxsize=8)
def contexts(responses: Responses) -> Mapping[str, list[Mapping[str, Any]]]:
    """What the conversation hands to the responses that need more than their own words, in each of its states."""
    rules = Conversation(catalogue(responses, load_patterns(responses.folder / "patterns.toml")))
    rows = {name: variables_of(name) for name in rules.catalogue.names}
    return {name: row.every(rules) for name, row in rows.items() if row}


def replies(responses: Responses, locale: str, name: str, *, discreet: bool) -> Iterator[Reply]:
    """A response in all its states and variants. Raises `ResponseError` where it cannot be spoken."""

    def called(one: str, form: str = "") -> str:
        return responses.called(one, locale, form, discreet=discreet)

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
