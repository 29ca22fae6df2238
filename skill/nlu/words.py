"""The words of one language by which utterances are read: fillers, numbers, lengths of time, ages.

They stand in `interaction_models/<language>.words.toml`. Every key may be missing, and the file too: then nothing of
that kind is recognised, and what is learned from the language's phrases has to do without.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, ClassVar, get_args, get_origin

from skill.errors import ContentError
from skill.nlu.files import WORDS_SUFFIX


class WordsError(ContentError):
    """A file of words cannot be used; the message names the file and the key."""


@dataclass(frozen=True)
class DurationWords:
    """`[durations]`: "[a number or an amount] [an adjective] [a unit] [and a half]"."""

    amounts: Mapping[str, float] = field(default_factory=dict)
    """How many units an expression such as "a few" stands for."""
    adjectives: tuple[str, ...] = ()
    units: Mapping[str, float] = field(default_factory=dict)
    """The seconds of each unit, in every form that is said."""
    and_a_half: tuple[str, ...] = ()


@dataclass(frozen=True)
class RoundWords:
    """`[rounds]`: "[a number] [adjectives] [a unit]"."""

    adjectives: tuple[str, ...] = ()
    units: tuple[str, ...] = ()


@dataclass(frozen=True)
class BreathWords:
    """`[breath_counts]`: a listener's own count, such as "in for four hold seven out eight"."""

    inhale: tuple[str, ...] = ()
    exhale: tuple[str, ...] = ()
    hold: tuple[str, ...] = ()
    """Before the breath out."""
    rest: tuple[str, ...] = ()
    """After it."""
    inhale_after: tuple[str, ...] = ()
    """Said behind the number: "four in six out"."""
    exhale_after: tuple[str, ...] = ()
    before_number: tuple[str, ...] = ()
    """What may stand between these and the number: "for"."""
    joints: tuple[str, ...] = ()
    """What may stand between the parts: "and", "then"."""
    units: tuple[str, ...] = ()


@dataclass(frozen=True)
class PracticeWords:
    """`[practices]`: what is asked for beside lengths and counts."""

    asking: tuple[str, ...] = ()
    """Words behind the name of a practice that show that one is asked for."""
    loose: tuple[str, ...] = ()
    """Values of slots too common to name a practice wherever they stand; they count before a word of `asking`."""
    company: tuple[str, ...] = ()
    """Regular expressions, between word boundaries, for a practice that is done together."""
    alone: tuple[str, ...] = ()
    """The same, for one that is done alone."""
    no_holds: tuple[str, ...] = ()
    """What rules out held breaths, said with the wish for a practice."""
    unsafe: tuple[str, ...] = ()
    """Where no practice is begun: "driving"."""

    PATTERNS: ClassVar[tuple[str, ...]] = ("company", "alone")


@dataclass(frozen=True)
class AgeWords:
    """`[ages]`: how old somebody is. A number counts as an age behind a word of `mine` alone."""

    mine: tuple[str, ...] = ()
    """What stands before one's own age: "i'm", "i turned"."""
    hedges: tuple[str, ...] = ()
    """What may stand between: "only", "nearly"."""
    other_units: tuple[str, ...] = ()
    """What makes a number no age: "minutes", "weeks"."""
    old: tuple[str, ...] = ()
    """Regular expressions behind an age that begins the text: "year old girl here"."""
    under: tuple[str, ...] = ()
    """Regular expressions by which somebody says to be under eighteen: a school year, "underage"."""
    adult: tuple[str, ...] = ()
    """The same for eighteen or more: "i'm an adult"."""
    child: tuple[str, ...] = ()
    """Regular expressions for somebody else's age, or for a child who is not the speaker: "my daughter"."""

    PATTERNS: ClassVar[tuple[str, ...]] = ("old", "under", "adult", "child")


@dataclass(frozen=True)
class WordLists:
    """All of a language's lists, as they stand in its file."""

    fillers: tuple[str, ...] = ()
    """Said without meaning anything, and left out."""
    rewrites: Mapping[str, str] = field(default_factory=dict)
    """One word for another, or for several."""
    contractions: Mapping[str, str] = field(default_factory=dict)
    """Endings with an apostrophe, each with its whole word; the first that fits counts."""
    numbers: Mapping[str, int] = field(default_factory=dict)
    """Words for numbers; what has none is put together from its ten and its unit."""
    durations: DurationWords = DurationWords()
    rounds: RoundWords = RoundWords()
    breath_counts: BreathWords = BreathWords()
    practices: PracticeWords = PracticeWords()
    ages: AgeWords = AgeWords()
    slot_examples: tuple[Mapping[str, str], ...] = ()
    """What the slots of samples hold while learning, by slot type; each sample is learned once for each of these."""

    @classmethod
    def load(cls, folder: Path, language: str) -> "WordLists":
        """The lists of a language; empty ones where there is no file. Raises `WordsError`."""
        path = folder / f"{language}.{WORDS_SUFFIX}"
        if not path.is_file():
            return cls()
        file = f"{folder.name}/{path.name}"
        try:
            table = tomllib.loads(path.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise WordsError(f"{file} is not TOML: {error}") from error
        lists: WordLists = _read(cls(), table, file, "")
        return lists


def _read(empty: Any, table: Any, file: str, key: str) -> Any:
    """`empty`, a value of one of the classes above, with what a table of the file holds."""
    if not isinstance(table, dict):
        raise WordsError(f"{file}: {key} is {table!r}, and should be a table")
    kinds = {entry.name: entry.type for entry in fields(empty)}
    values = {}
    for name, value in table.items():
        where = f"{key}.{name}" if key else name
        if name not in kinds:
            close = get_close_matches(name, kinds, 1)
            hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(kinds)}"
            raise WordsError(f"{file}: nobody reads {where}; {hint}")
        old = getattr(empty, name)
        values[name] = _read(old, value, file, where) if is_dataclass(old) else _value(kinds[name], value, file, where)
        for pattern in values[name] if name in getattr(empty, "PATTERNS", ()) else ():
            try:
                re.compile(pattern)
            except re.error as error:
                raise WordsError(f"{file}: {where} has {pattern!r}, no regular expression: {error}") from error
    return replace(empty, **values)


def _value(kind: Any, value: Any, file: str, key: str) -> Any:
    """A value of the file as its field's annotation wants it."""
    if get_origin(kind) is tuple:
        inner = get_args(kind)[0]
        rows = value.split() if inner is str and isinstance(value, str) else _checked(list, value, file, key)
        return tuple(_value(inner, row, file, key) for row in rows)
    if get_origin(kind) is Mapping:
        inner = get_args(kind)[1]
        rows = _checked(dict, value, file, key)
        return {name: _value(inner, row, file, f"{key}.{name}") for name, row in rows.items()}
    return _checked((int, float) if kind is float else kind, value, file, key)


def _checked(kind: Any, value: Any, file: str, key: str) -> Any:
    if not isinstance(value, kind) or isinstance(value, bool):
        names = {list: "a list", dict: "a table", str: "text", int: "a whole number"}
        raise WordsError(f"{file}: {key} holds {value!r}, and should hold {names.get(kind, 'a number')}")
    return value


def any_word(words: Iterable[str]) -> str:
    """A regular expression for any of some words, the longest first; one that never fits where there are none."""
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return f"(?:{'|'.join(map(re.escape, longest_first))})" if longest_first else "(?!)"


def any_pattern(patterns: Sequence[str]) -> str:
    """A regular expression for any of some others; one that never fits where there are none."""
    return f"(?:{'|'.join(patterns)})" if patterns else "(?!)"
