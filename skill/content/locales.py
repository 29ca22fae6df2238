"""The languages of `responses/`: which of them are served, and the words of each that code needs.

A folder of two or three letters is a language, one such as `en-GB` a locale. `<language>/language.toml` says whether a
language is a draft or complete, and holds its word lists. A draft is spoken to whoever works on it and to nobody else;
a folder without that file is one.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

from skill.content.tables import Table, meant
from skill.errors import ContentError

BASE_LANGUAGE = "en"
"""The language that the others are made from and compared with: topics, parts and timings are those of its files."""

INVOCATION_NAME = "soft landing"
"""What opens the skill, in every language."""

LANGUAGE_FILE = "language.toml"
STATUSES = ("draft", "complete")
Status = Literal["draft", "complete"]

LANGUAGE_NAME = re.compile(r"[a-z]{2,3}")
LOCALE_NAME = re.compile(r"[a-z]{2,3}-[A-Z]{2}")
LOOSE_LOCALE = re.compile(r"([a-z]{2,3})[-_ ]([a-z]{2})", re.IGNORECASE | re.ASCII)


class LanguageError(ContentError):
    """A language cannot be spoken; the message names the file or folder and says what to do."""


@dataclass(frozen=True)
class Wording:
    """What the voice says and never says. Each entry is a regular expression that is looked for as a whole word."""

    outside: tuple[str, ...] = ()
    """How a fact from outside the article says so."""
    never: tuple[str, ...] = ()
    """Never said."""
    never_in_practice: tuple[str, ...] = ()
    overheard: tuple[str, ...] = ()
    """Not fit to be overheard."""
    overheard_in_practice: tuple[str, ...] = ()
    trunk: tuple[str, ...] = ()
    """Where the body scan never goes: chest, belly and hips."""
    emergency: tuple[str, ...] = ()
    """How the answer to an emergency names the help that comes."""
    clinician: tuple[str, ...] = ()
    """How a medical answer names somebody who may judge."""
    promises: tuple[str, ...] = ()
    """What a listing in a store may not promise."""


@dataclass(frozen=True)
class Limits:
    """How much of it is easily held by ear. 0 where nobody has said, and then it is not checked."""

    sentence_words: int = 0
    safety_sentence_words: int = 0
    """The same for a safety answer, which may have a helpline's name and number in a sentence."""
    grade: int = 0
    """The highest reading grade; its formula counts English syllables, so for other languages it stays 0."""


@dataclass(frozen=True)
class Speech:
    """What a listener says, for the simulator, the page and the checks of listing and model."""

    open: tuple[str, ...] = ()
    """Verbs that open a skill: "open", "ask"."""
    connect: tuple[str, ...] = ()
    """Words by which a request follows the skill's name: "for", "about"."""
    launch_words: tuple[str, ...] = ()
    """Words that may not stand in an invocation name, by Amazon's rules, as the next two."""
    connecting_words: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    """Articles and prepositions, of which none may be one of two words."""
    pronouns: tuple[str, ...] = ()
    """Words such as "my", which may be refused there."""
    invitations: tuple[str, ...] = ()
    """How a question begins that can be answered by yes: "Shall I", "Would you"."""
    alternative: tuple[str, ...] = ()
    """Words between alternatives, which a yes does not answer: "or"."""
    yes: str = ""
    no: str = ""
    stop: str = ""
    voice: str = ""
    """The voice of espeak-ng."""


BuiltIn = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Language:
    """One language: its status, and its words. What is empty is not checked."""

    code: str
    status: Status = "draft"
    address: str = ""
    """How listeners are addressed, such as "du": for writers."""
    plurals: str = ""
    """The language whose plural rule counts, for one that CLDR does not know."""
    card_source: str = ""
    """The last line of a card, with `{heading}`."""
    wording: Wording = field(default_factory=Wording)
    limits: Limits = field(default_factory=Limits)
    speech: Speech = field(default_factory=Speech)
    built_in: BuiltIn = field(default_factory=dict)
    """The phrases that Amazon prints for its own intents in this language, by intent."""

    @cached_property
    def plural(self) -> Callable[[int], str]:
        """The CLDR category of a whole number: `one`, `few`, `other` ... Raises `LanguageError` for an unknown rule."""
        from babel import Locale, UnknownLocaleError  # loaded late: it takes a fifth of a second

        try:
            return Locale.parse(self.plurals or self.code).plural_form
        except (UnknownLocaleError, ValueError) as error:
            raise LanguageError(
                f"responses/{self.code}/{LANGUAGE_FILE}: CLDR has no plural rule for {self.plurals or self.code!r}; "
                'set plurals to a language that counts alike, such as plurals = "en"'
            ) from error

    @cached_property
    def plural_categories(self) -> tuple[str, ...]:
        """The categories that a number from 1 to 40 can have, in the order of counting."""
        return tuple(dict.fromkeys(self.plural(number) for number in range(1, 41)))

    @property
    def unchecked(self) -> tuple[str, ...]:
        """The lists and limits that are empty, such as `wording.never`, so that nothing can be checked by them."""
        sections: dict[str, Any] = {"wording": self.wording, "limits": self.limits, "speech": self.speech}
        empty = [
            f"{section}.{one.name}"
            for section, row in sections.items()
            for one in fields(row)
            if not getattr(row, one.name) and not (one.name == "grade" and self.code != BASE_LANGUAGE)
        ]
        return (*empty, *(["built_in"] if not self.built_in else []))

    @classmethod
    def load(cls, place: Path) -> "Language":
        """The language of a folder, a draft without a `language.toml`. Raises `LanguageError` for a broken one."""
        path = place / LANGUAGE_FILE
        if not path.is_file():
            return cls(place.name)
        table = Table(path, LanguageError, f"responses/{place.name}/{LANGUAGE_FILE}")
        sections: dict[str, type] = {"wording": Wording, "limits": Limits, "speech": Speech}
        texts = ("language", "status", "address", "plurals", "card_source")
        table.only(*texts, *sections, "built_in")
        given: dict[str, Any] = {key: table.data[key] for key in texts if key in table.data}
        for key, value in given.items():
            if not isinstance(value, str):
                raise LanguageError(f"{table.file}: {key} is text in quotes")
        if (code := given.pop("language", "")) != place.name:
            raise LanguageError(
                f"{table.file} is the file of {code or 'no language'!r}; a copy has to be written anew: set "
                f'language = "{place.name}" and status = "draft", then go through its lists'
            )
        if given.get("status") not in STATUSES:
            raise LanguageError(f"{table.file}: status is one of {', '.join(STATUSES)}")
        if given.get("card_source") and "{heading}" not in given["card_source"]:
            raise LanguageError(f"{table.file}: card_source lacks {{heading}}, where the heading is to stand")
        for name, kind in sections.items():
            row = table.data.get(name, {})
            given[name] = table.read(kind, {key: as_tuple(value) for key, value in row.items()}, f"[{name}]")
            for key, patterns in vars(given[name]).items():
                check_patterns(table, name, key, patterns)
        built_in: dict[str, Any] = {name: as_tuple(phrases) for name, phrases in table.data.get("built_in", {}).items()}
        for name, phrases in built_in.items():
            if not isinstance(phrases, tuple) or not all(isinstance(phrase, str) for phrase in phrases):
                raise table.failure(f"{name} is a list of phrases in quotes", "[built_in]", 1, name)
        return cls(place.name, **given, built_in=built_in)


def as_tuple(value: object) -> object:
    """A list as a tuple, anything else as it is."""
    return tuple(value) if isinstance(value, list) else value


def check_patterns(table: Table, section: str, key: str, patterns: object) -> None:
    """Raises the table's error for an entry of a list that is no text, or no regular expression."""
    for pattern in patterns if isinstance(patterns, tuple) else ():
        if not isinstance(pattern, str):
            raise table.failure(f"each entry of {key} is text in quotes", f"[{section}]", 1, key)
        try:
            re.compile(pattern)
        except re.error as error:
            raise table.failure(f"{key} has {pattern!r}: {error}", f"[{section}]", 1, key) from error


FINDS_NOTHING = re.compile(r"(?!)")
"""Finds nothing."""


@lru_cache
def any_of(patterns: tuple[str, ...], marks: str = "") -> re.Pattern[str]:
    """Looks for any of some words, whatever their case, or for `marks`, a pattern that needs no edge of a word."""
    words = rf"\b(?:{'|'.join(patterns)})\b" if patterns else ""
    return re.compile("|".join(filter(None, (words, marks))), re.IGNORECASE) if words or marks else FINDS_NOTHING


@dataclass(frozen=True)
class Languages:
    """All languages of a folder, and its locales by whether they are served."""

    all: Mapping[str, Language]
    locales: tuple[str, ...]
    """The locales of complete languages, in the order of the alphabet."""
    drafts: tuple[str, ...]
    """The locales of languages under work."""

    @classmethod
    def read(cls, path: Path, spoken: Collection[str] = ()) -> "Languages":
        """The languages of `responses/`; those in `spoken` count as complete whatever their status.

        Raises `LanguageError` for a folder that is no locale in the usual spelling, for a `language.toml` that cannot
        be used, and where the base language is not complete.
        """
        names = sorted(one.name for one in path.iterdir() if one.is_dir() and one.name[0] not in "._")
        for name in names:
            check_spelling(name, path.name)
        codes = dict.fromkeys(name.split("-")[0] for name in names)
        every = {code: Language.load(path / code) for code in codes}
        if unknown := sorted(set(spoken) - set(every)):
            there = ", ".join(every)
            raise LanguageError(
                f"there is no language {unknown[0]!r} in {path.name}/{meant(unknown[0], list(every))}; "
                f"there are {there}"
            )
        if BASE_LANGUAGE not in every or every[BASE_LANGUAGE].status != "complete":
            file = f"{path.name}/{BASE_LANGUAGE}/{LANGUAGE_FILE}"
            raise LanguageError(f'{file} does not say status = "complete", and everything is compared with it')
        locales = [name for name in names if "-" in name]
        served = {code for code, language in every.items() if language.status == "complete" or code in spoken}
        return cls(
            every,
            tuple(name for name in locales if language_of(name) in served),
            tuple(name for name in locales if language_of(name) not in served),
        )

    @property
    def served(self) -> Mapping[str, Language]:
        """The languages that have a served locale."""
        codes = {language_of(locale) for locale in self.locales}
        return {code: language for code, language in self.all.items() if code in codes}


def language_of(locale: str) -> str:
    """`de` for `de-AT`."""
    return locale.split("-")[0]


def check_spelling(name: str, parent: str = "responses") -> None:
    """Raises `LanguageError` for the name of a folder that is neither a language nor a locale in the usual spelling."""
    if LANGUAGE_NAME.fullmatch(name) or LOCALE_NAME.fullmatch(name):
        return
    match = LOOSE_LOCALE.fullmatch(name)
    usual = f"{match[1].lower()}-{match[2].upper()}" if match else name.lower() if name.isalpha() else ""
    hint = f"rename it {usual}" if usual and usual != name and len(usual) in (2, 3, 5, 6) else "use such as de or de-DE"
    raise LanguageError(f"{parent}/{name} is neither a language nor a locale, so nobody would ever hear it; {hint}")
