"""The seconds of each practice, from `responses/patterns.toml`, and the limits that keep one's own count safe."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from skill.errors import ContentError

PHASES = ("in", "top-up", "hold", "out", "rest")
"""A breath's phases in their order. `rest` is the hold after the out breath."""

LENGTHS = (1, 2, 3, 5)
"""The minutes on offer."""

LIMITS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"in": (2_000, 6_000), "top-up": (0, 2_000), "hold": (0, 7_000), "out": (3_000, 8_000), "rest": (0, 4_000)}
)
"""The shortest and longest a phase may be, in milliseconds, whatever pace or count is asked for.

The ends are those of the patterns themselves: the two second breath in of the sigh (Balban 2023), the hold of seven and
the out breath of eight of four seven eight, whose author caps newcomers at four rounds, and the four second hold of
the box. Six seconds in is half of five breaths a minute, inside the four to ten a minute that Apple's Breathe allows.
"""

SHORTEST_CYCLE = 6_000
"""Ten breaths a minute, the quickest that Apple's Breathe allows; quicker is no longer slow breathing."""

LONG_CYCLE = 15_000
"""Four breaths a minute, the slowest that Apple's Breathe allows. A slower count of one's own gets `FEW_ROUNDS`."""

FEW_ROUNDS = 4
"""The cap that the author of four seven eight sets for newcomers."""

HOLD = 2_000
"""A rest after the out breath of this length is a hold, and is screened; the one second of the sigh is not."""


class PatternError(ContentError):
    """A pattern or its words cannot be used; the message names the file and the key and says what to do."""


@dataclass(frozen=True)
class StepRow:
    """One step: which line of the words file is said, and how long the step lasts, in milliseconds."""

    line: int
    length: int


@dataclass(frozen=True)
class Pattern:
    """The numbers of one practice, in milliseconds. It is a breath (`phases`), steps (`rows`) or a script."""

    id: str
    phases: tuple[tuple[str, int], ...] = ()
    rows: Mapping[int, tuple[StepRow, ...]] = field(default_factory=dict)
    """The steps for each length in minutes."""
    even: bool = False
    """Whether all steps of a length last the same, so that another pace may have more or fewer of them."""
    lines: int = 0
    """How many lines the words file needs; 0 leaves it free."""
    silences: tuple[int, ...] = ()
    most: int | None = None
    """The most rounds in one session; natural breathing follows."""
    first: int | None = None
    """The rounds of a first try."""
    swap: str = ""
    """The pattern to take instead when holds, or company, are not wanted."""
    then: str = ""
    """The pattern that takes over for a length that this one does not offer."""
    together: bool = False
    """For two people only, behind the gate."""

    @property
    def cycle(self) -> int:
        """One round of breath."""
        return sum(length for _, length in self.phases)

    @property
    def holds(self) -> bool:
        """Whether the breath is held, so that the listener is asked first."""
        return any(kind == "hold" or (kind == "rest" and length >= HOLD) for kind, length in self.phases)

    @property
    def minutes(self) -> tuple[int, ...]:
        """The lengths that it offers."""
        return tuple(sorted(self.rows)) if self.rows else LENGTHS

    def phase(self, kind: str) -> int:
        """The length of one phase, 0 if the breath has none such."""
        return dict(self.phases).get(kind, 0)


def nearest(pattern: Pattern, minutes: float) -> int:
    """The length on offer that comes nearest to the one asked for; of two, the shorter."""
    return min(pattern.minutes, key=lambda offered: (abs(offered - minutes), offered))


@dataclass(frozen=True)
class Clamp:
    """A phase asked for outside the safe range, and what it became, in seconds; `Words.clamped` says why."""

    phase: str
    asked: float
    kept: float


def custom(
    base: Pattern, *, in_: float, hold: float = 0, out: float, rest: float = 0
) -> tuple[Pattern, tuple[Clamp, ...]]:
    """A listener's own count in seconds ("in for four, out for seven"), and what had to be changed to keep it safe.

    `base` is where the rest comes from (`b-own`). Phases are kept within `LIMITS`, and a round lasts at least
    `SHORTEST_CYCLE`: a quicker one gets the missing time at the out breath. A round slower than `LONG_CYCLE`, or with a
    hold longer than the box's four seconds, gets at most `FEW_ROUNDS`.
    """
    asked = {"in": in_, "hold": hold, "out": out, "rest": rest}
    kept = {}
    for kind, seconds in asked.items():
        low, high = LIMITS[kind]
        kept[kind] = min(max(round(seconds * 1000), low), high)
    kept["out"] = min(kept["out"] + max(0, SHORTEST_CYCLE - sum(kept.values())), LIMITS["out"][1])
    changed = [kind for kind, seconds in asked.items() if round(seconds * 1000) != kept[kind]]
    clamps = tuple(Clamp(kind, asked[kind], kept[kind] / 1000) for kind in changed)
    phases = tuple((kind, kept[kind]) for kind in PHASES if kept.get(kind))
    few = sum(kept.values()) > LONG_CYCLE or max(kept["hold"], kept["rest"]) > 4_000
    return replace(base, phases=phases, most=FEW_ROUNDS if few else None, first=None), clamps


# Reading patterns.toml.

KEYS = {*PHASES, "most", "first", "swap", "then", "together", "every", "steps", "lines", "rows", "silences"}


def load_patterns(path: Path) -> Mapping[str, Pattern]:
    """All patterns of `responses/patterns.toml` by id; a partner version is `p-touch.together`, like its words file."""
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise PatternError(f"{path} is not TOML: {error}") from error
    patterns: dict[str, Pattern] = {}
    for name, table in tables.items():
        reader = PatternReader(path, name)
        if not isinstance(table, dict):
            raise reader.wrong("", "is no table; write [name] and its keys below it")
        pair = table.get("together")
        if isinstance(pair, dict):
            both = f"{name}.together"
            patterns[both] = PatternReader(path, both).pattern({**pair, "together": True})
            table = {key: value for key, value in table.items() if key != "together"}
        patterns[name] = reader.pattern(table)
    for one in patterns.values():
        for key, other in (("swap", one.swap), ("then", one.then)):
            if other and other not in patterns:
                raise PatternReader(path, one.id).wrong(key, f"names {other}, which is not in this file; mend the name")
    return MappingProxyType(patterns)


@dataclass(frozen=True)
class PatternReader:
    """Reads one table, and knows where it stands when something is wrong with it."""

    path: Path
    name: str

    def wrong(self, key: str, problem: str) -> PatternError:
        """An error that names the file, the table and the key."""
        return PatternError(f"{self.path}: [{self.name}] {key} {problem}".replace("  ", " "))

    def pattern(self, table: Mapping[str, Any]) -> Pattern:
        """The table as a pattern."""
        if unknown := sorted(set(table) - KEYS):
            raise self.wrong(unknown[0], f"is not a key; the keys are {', '.join(sorted(KEYS))}")
        phases = tuple((kind, self.span(kind, table[kind])) for kind in PHASES if kind in table)
        for kind, length in phases:
            low, high = LIMITS[kind]
            if not low <= length <= high:
                raise self.wrong(kind, f"is {length / 1000:g} seconds; keep it at {low / 1000:g} to {high / 1000:g}")
        kinds = dict(phases)
        if phases and not {"in", "out"} <= set(kinds):
            raise self.wrong("in, out", "are both needed for a breath; add what is missing")
        if phases and sum(kinds.values()) < SHORTEST_CYCLE:
            raise self.wrong("", f"is shorter than {SHORTEST_CYCLE // 1000} seconds in all; make the out breath longer")
        rows, lines = self.steps(table)
        silences = tuple(self.span("silences", seconds) for seconds in self.listed("silences", table))
        if (bool(phases) + bool(rows) + bool(silences)) != 1:
            raise self.wrong("", "is in and out, or every and steps, or lines and rows, or silences; choose one")
        most, first = table.get("most"), table.get("first")
        for key, value in (("most", most), ("first", first)):
            if value is not None and (type(value) is not int or value < 1):
                raise self.wrong(key, "is a number of rounds; write a whole number from 1 up")
        for key in ("swap", "then"):
            if not isinstance(table.get(key, ""), str):
                raise self.wrong(key, "is the name of another pattern; put it in quotes")
        if not isinstance(table.get("together", False), bool):
            raise self.wrong("together", "is true or false")
        return Pattern(
            id=self.name,
            phases=phases,
            rows=MappingProxyType(rows),
            even="every" in table,
            lines=lines or len(silences),
            silences=silences,
            most=most,
            first=first,
            swap=table.get("swap", ""),
            then=table.get("then", ""),
            together=table.get("together", False),
        )

    def steps(self, table: Mapping[str, Any]) -> tuple[dict[int, tuple[StepRow, ...]], int]:
        """The steps for each length, and how many lines they need."""
        if "every" in table:
            counts = self.by_minutes("steps", table.get("steps"))
            every = table["every"]
            lengths = self.by_minutes("every", every) if isinstance(every, dict) else dict.fromkeys(counts, every)
            rows = {}
            for minutes, count in counts.items():
                if type(count) is not int or count < 1:
                    raise self.wrong(f"steps.{minutes}", "is how many steps; write a whole number from 1 up")
                if minutes not in lengths:
                    raise self.wrong(f"every.{minutes}", "is missing; write the seconds of a step for this length")
                length = self.span("every", lengths[minutes])
                if count * length > minutes * 60_000:
                    raise self.wrong(f"steps.{minutes}", f"is too many; at most {minutes * 60_000 // length} fit")
                rows[minutes] = tuple(StepRow(at, length) for at in range(count))
            return rows, 0
        if "rows" not in table:
            return {}, 0
        names = self.listed("lines", table)
        rows = {}
        for minutes, listed in self.by_minutes("rows", table["rows"]).items():
            steps = []
            for row in listed:
                if not (isinstance(row, list) and len(row) == 2 and row[0] in names):
                    raise self.wrong(f"rows.{minutes}", f"has {row!r}; write a name from lines and its seconds")
                steps.append(StepRow(names.index(row[0]), self.span(f"rows.{minutes}", row[1])))
            if sum(step.length for step in steps) > minutes * 60_000:
                raise self.wrong(f"rows.{minutes}", f"is longer than {minutes} minutes; shorten a step")
            rows[minutes] = tuple(steps)
        return rows, len(names)

    def span(self, key: str, seconds: object) -> int:
        """Seconds as whole milliseconds."""
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= 60:
            raise self.wrong(key, f"is {seconds!r}; write seconds, from 0 to 60")
        return round(seconds * 1000)

    def listed(self, key: str, table: Mapping[str, Any]) -> list[Any]:
        """A list, empty if there is none."""
        value = table.get(key, [])
        if not isinstance(value, list):
            raise self.wrong(key, "is a list; put it in square brackets")
        return value

    def by_minutes(self, key: str, table: object) -> dict[int, Any]:
        """A table whose keys are minutes."""
        if not isinstance(table, dict) or not table or any(str(minute) not in map(str, LENGTHS) for minute in table):
            raise self.wrong(key, f"has one entry for each length, such as {{ 1 = 4 }}; the lengths are {LENGTHS}")
        return {int(minutes): value for minutes, value in table.items()}
