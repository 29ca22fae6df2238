"""The one table of helplines: which number a safety answer names in which country.

Numbers live here and nowhere else. A line counts as confirmed when a dated source prints its number.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from markupsafe import Markup

from skill.content.reply import NO_WORDS
from skill.content.tables import Table, meant
from skill.errors import ContentError

ALWAYS = "24/7"
"""How the hours of a line begin that is open day and night."""


class HelplineError(ContentError):
    """The table cannot be used; the message names the row and says what to do."""


@dataclass(frozen=True)
class Helpline:
    """One service in one locale."""

    locale: str
    need: str
    name: str
    """As it is spoken in the middle of a sentence."""
    number: str
    """As printed, in groups divided by single spaces."""
    who: str
    """For whom it is: "anyone", "women" ..."""
    hours: str
    source: str
    confirmed: date | None
    """The date of the text that prints the number; none until one is found."""
    review_by: date
    """When somebody has to look again."""
    forms: dict[str, str] = field(default_factory=dict)
    """The name in other forms, where it inflects: { with = "dem Hilfetelefon" }."""
    text: str = ""
    """The number that takes texts, as printed; empty where no source has one."""
    text_word: str = ""
    """What to text to it first, where it asks for a word, such as "HOPE"."""
    text_by: str = ""
    """Who answers the texts, where it is another service: "Shout"."""
    open_at: str = ""
    """Its hours as they are spoken, where it is not always open: "on weekdays, nine to five"."""
    free: bool = False
    """Whether a source says that it costs nothing."""
    confidential: bool = False
    """Whether a source says that it is in confidence."""
    said: str = ""
    """What a listener has to have said for it to be given, such as "scotland"; empty for a line that needs nothing."""
    unless: str = ""
    """To whom it is not given: "man", once a listener has said so."""
    others: str = ""
    """For whom there is another line, as it is spoken after "if you're": "a man, LGBT, or in Scotland"."""

    @property
    def always(self) -> bool:
        """Whether it is open day and night."""
        return self.hours.startswith(ALWAYS)


@dataclass(frozen=True)
class Spoken:
    """A helpline as a response speaks it."""

    name: str
    """As it is spoken in the middle of a sentence."""
    number: Markup
    """Slow SSML, digit by digit; its text without tags is the number as printed."""
    who: str
    forms: Mapping[str, str] = field(default_factory=dict)
    text: Markup = NO_WORDS
    """The number that takes texts, spoken as `number` is; empty where there is none."""
    text_word: str = ""
    text_by: str = ""
    open_at: str = ""
    always: bool = False
    free: bool = False
    confidential: bool = False
    fits: bool = False
    """Whether it is given because of what the listener said."""
    others: str = ""
    """For whom there is another line, as it is spoken; empty where the listener has said enough for this one."""

    def called(self, form: str) -> str:
        """The name in one of the forms that the row has, such as "with"; the name itself where it has not that one."""
        return self.forms.get(form) or self.name


class Helplines:
    """The table, by locale and need."""

    def __init__(self, lines: tuple[Helpline, ...], needs: Mapping[str, str]) -> None:
        self.lines = lines
        self.needs = needs
        """Each need, and the need whose line is given where a country has no confirmed one; empty for none."""
        self.callers = frozenset(filter(None, (word for line in lines for word in (line.said, line.unless))))
        """What listeners say of themselves that a line depends on, such as "scotland"."""

    @classmethod
    def load(cls, path: Path) -> "Helplines":
        """Read the table; raises `HelplineError` with file, line and key for a row that is wrong."""
        table = Table(path, HelplineError)
        table.only("needs", "line")
        needs = table.data.get("needs")
        if not isinstance(needs, dict) or not needs:
            raise HelplineError(f"{table.file} has no [needs]; it names each need, and whose line is given instead")
        for need, instead in needs.items():
            if instead not in ("", *list(needs)[: list(needs).index(need)]):
                raise table.failure(f"{need} gives way to {instead!r}, which is no need above it", "[needs]", 1, need)
        lines = []
        for number, row in enumerate(table.rows("line"), 1):
            dated = {**row, "confirmed": None} if row.get("confirmed") is False else row
            line = table.read(Helpline, dated, "[[line]]", number)
            if line.need not in needs:
                close = meant(line.need, list(needs))
                raise table.failure(
                    f"the need {line.need!r} is none of {', '.join(needs)}{close}", "[[line]]", number, "need"
                )
            if line.text_word and not line.text:
                raise table.failure("text_word is what is texted to the number of text, and there is none",
                                    "[[line]]", number, "text_word")  # fmt: skip
            if line.open_at and line.always:
                raise table.failure(f"open_at is for a line that is not {ALWAYS}, as its hours say that this one is",
                                    "[[line]]", number, "open_at")  # fmt: skip
            if line.said and line.others:
                raise table.failure("others is for a line that is given to whoever has said nothing",
                                    "[[line]]", number, "others")  # fmt: skip
            lines.append(line)
        return cls(tuple(lines), needs)

    def choose(self, need: str, locale: str, told: Sequence[str] = ()) -> Helpline:
        """The line for a need: one for what was told before others, of those one that is always open before one that is
        not, then one for anyone before one for some.

        `told` is what the listener said of themselves, the newest first. A country without a confirmed line for a need
        gives the line of the need that stands instead of it (`needs`). Raises `HelplineError` when the table holds none
        at all, which `soft-landing check` finds before a listener.
        """
        if line := self._chosen(need, locale, told):
            return line
        raise HelplineError(f"responses/helplines.toml has no confirmed line for {need} in {locale}; add one")

    def has(self, need: str, locale: str) -> bool:
        """Whether there is a line to give, be it the one that stands instead."""
        return self._chosen(need, locale, ()) is not None

    def _chosen(self, need: str, locale: str, told: Sequence[str]) -> Helpline | None:
        wanted = need
        while wanted:
            there = [line for line in self.lines if (line.locale, line.need) == (locale, wanted) and line.confirmed]
            lines = [line for line in there if line.said in ("", *told) and line.unless not in told]
            if lines:
                ranks = {word: rank for rank, word in enumerate(told)}
                fits = [line for line in lines if line.said in ranks]
                if fits:
                    return min(fits, key=lambda line: (not line.always, ranks[line.said]))
                return min(lines, key=lambda line: line.who != "anyone")
            wanted = self.needs.get(wanted, "")
        return None

    def spoken(self, need: str, locale: str, number: Callable[[str], Markup], told: Sequence[str] = ()) -> Spoken:
        """The line for a need, ready to be spoken; `number` turns printed groups into SSML."""
        line = self.choose(need, locale, told)
        return Spoken(
            line.name,
            number(line.number),
            line.who,
            line.forms,
            text=number(line.text) if line.text else NO_WORDS,
            text_word=line.text_word,
            text_by=line.text_by,
            open_at=line.open_at,
            always=line.always,
            free=line.free,
            confidential=line.confidential,
            fits=bool(line.said),
            others=line.others,
        )
