"""How each line of the test sets went when that was last recorded, and what has changed since.

`baseline.json` beside the sets holds, by set, each line's text and what was answered to it. A figure has slid back when
more lines changed for the worse than chance explains, given how many changed at all: an exact McNemar test, one-sided,
at one in twenty (McNemar, "Note on the sampling error of the difference between correlated proportions", 1947). With
four lines worse and none better it has not, with five it has.
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skill.nlu.classifier import Meaning
from skill.nlu.evaluate import Case, judged
from skill.nlu.labels import Labels
from skill.nlu.phrases import PhraseError
from skill.nlu.roles import IN_DOUBT

BASELINE_FILE = "baseline.json"
CHANCE = 0.05

JudgedLine = Mapping[str, Any]
"""How one line went, as `evaluate.judged` tells."""


def _ordinary(row: JudgedLine) -> bool:
    return str(row["family"]) != "safety"


def _taught(row: JudgedLine) -> bool:
    return row["family"] not in ("safety", "scope")


def _disclosed(row: JudgedLine) -> bool:
    return str(row["family"]) == "safety"


FIGURES: Mapping[str, tuple[Callable[[JudgedLine], bool], Callable[[JudgedLine], bool]]] = {
    "right": (_taught, lambda row: not row["right"]),
    "two": (_taught, lambda row: not row["two"]),
    "confidently_wrong": (_taught, lambda row: row["wrong"]),
    "false_alarms": (_ordinary, lambda row: row["alarmed"]),
    "doors": (_ordinary, lambda row: bool(row["door"])),
    "hurt": (lambda row: True, lambda row: row["hurt"]),
    "nothing_taught": (lambda row: row["family"] == "scope", lambda row: not row["right"]),
    "noticed": (_disclosed, lambda row: not row["noticed"]),
    "right_safety": (_disclosed, lambda row: not row["right"]),
}
"""Each figure of a report: which lines it is about, and which of them went wrong."""


def recorded_answer(row: JudgedLine) -> str:
    """What was answered, as the record has it: an intent and the door behind it, two to choose from, or nothing."""
    offered = " / ".join(row["offered"])
    return " + ".join(filter(None, (row["answered"], row["door"]))) or offered


def meaning_of(recorded: str) -> Meaning:
    """The answer in the record as a meaning."""
    answered, plus, door = recorded.partition(" + ")
    if plus:
        return Meaning(IN_DOUBT, offered=(door,), instead=answered)
    if " / " in recorded:
        return Meaning(None, offered=tuple(recorded.split(" / ")))
    return Meaning(recorded or None)


def read_baseline(folder: Path) -> dict[str, dict[str, str]]:
    """The record of a folder of test sets: by set and text, what was answered; raises `PhraseError`."""
    path = folder / BASELINE_FILE
    if not path.is_file():
        return {}
    try:
        found: dict[str, dict[str, str]] = json.loads(path.read_text("utf-8"))
    except (ValueError, UnicodeDecodeError) as error:
        raise PhraseError(str(path), None, f"not JSON: {error}; record it anew") from error
    return found


def write_baseline(folder: Path, rows: Mapping[str, Sequence[JudgedLine]]) -> Path:
    """Record how the lines of some sets went; other sets in the record stay as they are."""
    path = folder / BASELINE_FILE
    record = read_baseline(folder) | {
        name: {row["text"]: recorded_answer(row) for row in lines} for name, lines in rows.items()
    }
    path.write_text(json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return path


@dataclass(frozen=True)
class Change:
    """What became of one figure of a set since it was recorded."""

    figure: str
    before: int
    """How many lines went wrong in the record."""
    worse: tuple[tuple[JudgedLine, JudgedLine], ...]
    """Lines that went right then and go wrong now, as they went then and now."""
    better: tuple[tuple[JudgedLine, JudgedLine], ...]

    @property
    def slid_back(self) -> bool:
        """Whether more lines became worse than chance explains."""
        changed = len(self.worse) + len(self.better)
        at_least = sum(math.comb(changed, worse) for worse in range(len(self.worse), changed + 1))
        return len(self.worse) > len(self.better) and at_least / 2**changed < CHANCE

    def __bool__(self) -> bool:
        return bool(self.worse or self.better)

    def __str__(self) -> str:
        now = self.before + len(self.worse) - len(self.better)
        lines = [f"{self.figure}: {now} lines went wrong, {self.before} in the record"]
        for mark, changed in (("worse", self.worse), ("better", self.better)):
            for then, row in changed:
                heard = f"{recorded_answer(then) or 'lost'} -> {recorded_answer(row) or 'lost'}"
                lines.append(f"  {mark}: {row['text']}\n    ({row['expect']}) {heard}")
        return "\n".join(lines)


def changes(
    cases: Sequence[Case], rows: Sequence[JudgedLine], record: Mapping[str, str], labels: Labels
) -> list[Change]:
    """What became of each figure, over the lines of a set that are in its record."""
    pairs = [
        (judged(case, meaning_of(record[case.text]), labels), row)
        for case, row in zip(cases, rows, strict=True)
        if case.text in record
    ]
    found = []
    for figure, (about, wrong) in FIGURES.items():
        some = [(then, row) for then, row in pairs if about(row)]
        worse = tuple((then, row) for then, row in some if wrong(row) and not wrong(then))
        better = tuple((then, row) for then, row in some if wrong(then) and not wrong(row))
        if some:
            found.append(Change(figure, sum(wrong(then) for then, _ in some), worse, better))
    return found
