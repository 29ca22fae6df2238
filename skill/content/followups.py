"""What listeners say to a safety answer, or when they need one: phrases, and the request that each leads to.

`responses/<language>/followups.toml` holds them; its head explains the tables. Phrases are compared with what was said
in its normal form (`skill.nlu.tokens.normal`), as whole words.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from skill.content.tables import Table, meant
from skill.content.translation import TODO
from skill.errors import ContentError

FOLLOWUPS_FILE = "followups.toml"
SHAPE = re.compile(r"[^\W_]+(?:['’]?[^\W_]+)*(?: [^\W_]+(?:['’]?[^\W_]+)*)*")
"""A phrase as it is compared: words with one space between them."""


class FollowUpError(ContentError):
    """A file of follow-ups cannot be used; the message names the file, the line and the key."""


@dataclass(frozen=True)
class FollowUp:
    """A row `[[follow_up]]`, or `[[cry]]`: words, and the request that they make."""

    leads: str
    """The request that is answered, such as `After.text`."""
    said: tuple[str, ...] = ()
    """Phrases found anywhere in what was said."""
    alone: tuple[str, ...] = ()
    """Phrases that are all that was said."""
    only: tuple[str, ...] = ()
    """The safety answers after which it counts; empty for all."""
    unless: tuple[str, ...] = ()
    """Those after which it does not."""
    without: tuple[str, ...] = ()
    """Phrases in whose company it does not count."""
    variant: str = ""
    """The wording of a safety answer that it leads to."""
    line: int = 0
    """Where the row begins in its file."""


@dataclass(frozen=True)
class SafetyVariant:
    """A row `[[variant]]`: words that ask for another wording of a safety answer, such as `AssaultIntent.now`."""

    of: tuple[str, ...]
    """The safety answers."""
    variant: str
    said: tuple[str, ...]
    without: tuple[str, ...] = ()
    """Phrases in whose company it does not count."""
    discloses: str = ""
    """The safety answer that these words call for by themselves; empty where something else has to."""
    line: int = 0


@dataclass(frozen=True)
class Caller:
    """A row `[[caller]]`: words by which listeners say who or where they are, where a helpline depends on it."""

    says: str
    """What they say, as the key `said` of a helpline has it: "scotland"."""
    said: tuple[str, ...]
    alone: tuple[str, ...] = ()
    """Phrases that are all that was said."""
    without: tuple[str, ...] = ()
    """Phrases in whose company it does not count."""
    unsaid: tuple[str, ...] = ()
    """Phrases that take it back: "i'm a woman", after what was heard as a man."""
    line: int = 0


@dataclass(frozen=True)
class Match:
    """A row that fits what was said, and how many words of it."""

    row: FollowUp
    words: int


class PhraseTable:
    """Which rows a phrase stands in, found by the words of what was said."""

    def __init__(self, rows: Iterable[tuple[FollowUp, Iterable[str]]]) -> None:
        self._rows: dict[str, list[FollowUp]] = {}
        for row, phrases in rows:
            for phrase in phrases:
                self._rows.setdefault(phrase, []).append(row)
        self._longest = max((phrase.count(" ") + 1 for phrase in self._rows), default=0)

    def within(self, words: list[str]) -> Iterator[Match]:
        """Every row with a phrase among some words, the longest phrases first."""
        for size in range(min(self._longest, len(words)), 0, -1):
            for start in range(len(words) - size + 1):
                for row in self._rows.get(" ".join(words[start : start + size]), ()):
                    yield Match(row, size)

    def whole(self, text: str) -> Iterator[Match]:
        """Every row with a phrase that is the whole text."""
        return (Match(row, text.count(" ") + 1) for row in self._rows.get(text, ()))


class FollowUps:
    """The rows of one language."""

    def __init__(
        self, follow_ups: Collection[FollowUp] = (), cries: Collection[FollowUp] = (),
        variants: Collection[SafetyVariant] = (), beside: Collection[str] = (), callers: Collection[Caller] = (),
    ) -> None:  # fmt: skip
        """`beside` are words that change nothing before or after a phrase of `alone`."""
        self.beside = frozenset(beside)
        self.follow_ups, self.cries, self.variants = tuple(follow_ups), tuple(cries), tuple(variants)
        self.callers = tuple(callers)
        self._said, self._alone = phrase_tables(self.follow_ups)
        self._cry_said, self._cry_alone = phrase_tables(self.cries)

    def follow_up(self, text: str, safety: str) -> Match | None:
        """The row for a normal text after a safety answer: the whole text before a part, a longer phrase before it."""
        return self._best(self._said, self._alone, text, safety)

    def cry(self, text: str) -> Match | None:
        """The row for a normal text that calls for help by itself."""
        return self._best(self._cry_said, self._cry_alone, text, "")

    def variant(self, text: str, safety: str, at_least: int = 1) -> str:
        """The wording of a safety answer that a normal text asks for; empty for its usual one.

        `at_least` is the number of words that its phrase has to have.
        """
        rows = (row for row in self.variants if safety in row.of and not has_any(text, row.without))
        return next((row.variant for row in rows if longest(text, row.said) >= at_least), "")

    def folded(self, fold: Callable[[str], str]) -> "FollowUps":
        """The same rows with every phrase as `fold` writes it, so that "i'm" and "i am" are one phrase."""

        def each(phrases: Iterable[str]) -> tuple[str, ...]:
            return tuple(map(fold, phrases))

        follow_ups, cries = (
            [replace(row, said=each(row.said), alone=each(row.alone), without=each(row.without)) for row in rows]
            for rows in (self.follow_ups, self.cries)
        )
        variants = [replace(row, said=each(row.said), without=each(row.without)) for row in self.variants]
        callers = [
            replace(row, said=each(row.said), alone=each(row.alone), without=each(row.without), unsaid=each(row.unsaid))
            for row in self.callers
        ]
        return FollowUps(follow_ups, cries, variants, each(self.beside), callers)

    def told(self, text: str) -> tuple[str, ...]:
        """What a normal text says of the speaker that a helpline depends on; "not-man" for what it takes back."""
        bare = self._bare(text)
        unsaid = [f"not-{row.says}" for row in self.callers if has_any(text, row.unsaid)]
        rows = (row for row in self.callers if not has_any(text, row.without))
        said = [row.says for row in rows if bare in row.alone or has_any(text, row.said)]
        return tuple(dict.fromkeys((*said, *unsaid)))

    def disclosed(self, text: str) -> str:
        """The safety answer that a normal text calls for, whatever else was understood; empty for none."""
        rows = (row for row in self.variants if row.discloses and not has_any(text, row.without))
        return next((row.discloses for row in rows if has_any(text, row.said)), "")

    @classmethod
    def load(cls, folder: Path) -> "FollowUps":
        """Read a language's file; none where there is no file. Raises `FollowUpError` with file, line and key."""
        path = folder / FOLLOWUPS_FILE
        if not path.is_file():
            return cls()
        table = Table(path, FollowUpError, f"responses/{folder.name}/{FOLLOWUPS_FILE}")
        table.only("beside", "follow_up", "cry", "variant", "caller")
        beside = table.data.get("beside", ())
        if not isinstance(beside, list):
            raise table.failure("beside is a list of words in quotes", "beside")
        require_plain(table, beside, "beside", 1, "beside")
        rows: dict[str, list[FollowUp]] = {"follow_up": [], "cry": []}
        for kind, found in rows.items():
            header = f"[[{kind}]]"
            for number, values in enumerate(table.rows(kind), 1):
                where = table.line(header, number) or 0
                row = table.read(FollowUp, as_tuples(values), header, number, line=where)
                if not row.said and not row.alone:
                    wrong = f"{header} has neither said nor alone; write what listeners say"
                    raise table.failure(wrong, header, number)
                for key in ("said", "alone", "without"):
                    require_plain(table, getattr(row, key), header, number, key)
                found.append(row)
        variants = []
        for number, values in enumerate(table.rows("variant"), 1):
            where = table.line("[[variant]]", number) or 0
            variants.append(table.read(SafetyVariant, as_tuples(values), "[[variant]]", number, line=where))
            for key in ("said", "without"):
                require_plain(table, getattr(variants[-1], key), "[[variant]]", number, key)
        callers = []
        for number, values in enumerate(table.rows("caller"), 1):
            where = table.line("[[caller]]", number) or 0
            callers.append(table.read(Caller, as_tuples(values), "[[caller]]", number, line=where))
            for key in ("said", "alone", "without", "unsaid"):
                require_plain(table, getattr(callers[-1], key), "[[caller]]", number, key)
        return cls(rows["follow_up"], rows["cry"], variants, beside, callers)

    def _best(self, said: PhraseTable, alone: PhraseTable, text: str, safety: str) -> Match | None:
        """The first row that counts after a safety answer."""
        for match in (*alone.whole(text), *alone.whole(self._bare(text)), *said.within(text.split())):
            row = match.row
            allowed = (not row.only or safety in row.only) and safety not in row.unless
            if allowed and not has_any(text, row.without):
                return match
        return None

    def _bare(self, text: str) -> str:
        """A normal text without the words at its ends that change nothing."""
        words = text.split()
        while words and words[-1] in self.beside:
            words.pop()
        while words and words[0] in self.beside:
            words.pop(0)
        return " ".join(words)

    def unknown_names(self, safety: Collection[str], responses: Collection[str]) -> Iterator[tuple[int, str]]:
        """What the rows name and nobody has, as a line and a sentence: safety answers, and names of responses.

        An intent need not have a response of its own.
        """
        for row in (*self.follow_ups, *self.cries):
            if row.leads not in responses and not row.leads.endswith("Intent"):
                yield (
                    row.line,
                    f"leads names {row.leads!r}, and there is no such response{meant(row.leads, [*responses])}",
                )
            for key in ("only", "unless"):
                for name in set(getattr(row, key)) - set(safety):
                    yield row.line, f"{key} names {name!r}, which is no safety answer{meant(name, [*safety])}"
        for other in self.variants:
            for name in {*other.of, *filter(None, [other.discloses])} - set(safety):
                yield other.line, f"{name!r} is no safety answer{meant(name, [*safety])}"
            for name in other.of:
                if f"{name}.{other.variant}" not in responses:
                    yield other.line, f"there is no response {name}.{other.variant}; write it, or take {name} out"


def phrase_tables(rows: Iterable[FollowUp]) -> tuple[PhraseTable, PhraseTable]:
    """The tables of what is said among other words, and of what is said alone."""
    return PhraseTable((row, row.said) for row in rows), PhraseTable((row, row.alone) for row in rows)


def longest(text: str, phrases: Iterable[str]) -> int:
    """How many words the longest of some phrases has that stand in a text; 0 where none does."""
    padded = f" {text} "
    return max((phrase.count(" ") + 1 for phrase in phrases if f" {phrase} " in padded), default=0)


def has_any(text: str, phrases: Iterable[str]) -> bool:
    """Whether one of some phrases stands in a text, as whole words."""
    padded = f" {text} "
    return any(f" {phrase} " in padded for phrase in phrases)


def as_tuples(values: Mapping[str, object]) -> Mapping[str, object]:
    """A row with its lists as a frozen dataclass holds them."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}


def require_plain(table: Table, phrases: Iterable[str], header: str, number: int, key: str) -> None:
    """Raise where a phrase is not written as it is compared: small letters, words with one space between them."""
    for phrase in phrases:
        if phrase == TODO:
            continue  # completeness says so
        if not isinstance(phrase, str) or phrase != phrase.lower() or not SHAPE.fullmatch(phrase):
            raise table.failure(f"{key} has {phrase!r}; write small letters and single spaces, as it is heard, "
                                f"without signs", header, number, key)  # fmt: skip
