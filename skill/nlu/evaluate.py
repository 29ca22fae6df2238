"""Measuring the understanding on lines that were never learned.

A test set holds a JSON object `{"text", "expect", "must_not"}` a line, as `labels.lines` reads it.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skill.nlu.classifier import Meaning, Understanding
from skill.nlu.labels import Labels, lines
from skill.nlu.phrases import PhraseError
from skill.nlu.roles import IN_DOUBT


@dataclass(frozen=True)
class Case:
    """One line of a test set."""

    text: str
    expect: tuple[str, ...]
    """The intents that are right, best first."""
    family: str
    must_not: tuple[str, ...] = ()
    """The intents that would hurt or accuse this person."""
    parts: tuple[str, ...] = ()
    """The parts of answers that fit, best first; empty where the labels name none."""


def cases(path: Path, labels: Labels) -> list[Case]:
    """The lines of a test set; raises `PhraseError` with file and line for one that cannot be read."""
    found = []
    for number, line in lines(path):
        try:
            intents = labels.accepted(line.expect)
            must_not = tuple(map(labels.intent, line.must_not))
            parts = tuple(filter(None, map(labels.part, line.expect)))
        except ValueError as error:
            raise PhraseError(str(path), number, str(error)) from error
        found.append(Case(line.text, intents, labels.family(intents[0]), must_not, parts))
    return found


def judged(case: Case, meaning: Meaning, labels: Labels) -> dict[str, Any]:
    """How one line went."""
    door = meaning.offered[0] if meaning.intent == IN_DOUBT else ""
    answered = (meaning.instead or None) if door else meaning.intent
    offered = meaning.offered[1:] if door else meaning.offered
    safety = labels.roles.safety
    right = answered in case.expect
    if case.family == "scope" and (answered in labels.declined or not (answered or offered)):
        right = True
    two = right or any(name in case.expect for name in offered)
    return {
        "text": case.text,
        "expect": case.expect[0],
        "family": case.family,
        "answered": answered,
        "door": door,
        "offered": list(offered),
        "confidence": meaning.confidence,
        "safety": meaning.safety,
        "right": right,
        "two": two,
        "part": right and (meaning.parts or (answered,))[0] in case.parts,
        "parts": bool(case.parts),
        "noticed": answered in safety or bool(door),
        "alarmed": answered in safety,
        "wrong": bool(answered) and not (right or two),
        "hurt": answered in case.must_not,
    }


def judged_lines(file: Path, understanding: Understanding, labels: Labels) -> list[dict[str, Any]]:
    """How each line of a test set went."""
    return [judged(case, understanding.hear(case.text), labels) for case in cases(file, labels)]


def evaluate(file: Path, understanding: Understanding, labels: Labels) -> dict[str, Any]:
    """Figures over a test set, for machines; `report` puts them in words."""
    return figures(judged_lines(file, understanding, labels))


def figures(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The table of the targets, by family and by intent, the worst confusions, the misses, and the calibration."""
    disclosed = [row for row in rows if row["family"] == "safety"]
    scope = [row for row in rows if row["family"] == "scope"]
    plain = [row for row in rows if row["family"] not in ("safety", "scope")]
    ordinary = plain + scope
    confusions = Counter((row["expect"], answer_in_short(row)) for row in rows if not row["right"])
    intents = sorted({row["expect"] for row in rows})
    return {
        "count": len(rows),
        "ordinary": len(plain),
        "right": _share(plain, "right"),
        "two": _share(plain, "two"),
        "confidently_wrong": _share(plain, "wrong"),
        "disclosures": len(disclosed),
        "noticed": _share(disclosed, "noticed"),
        "right_safety": _share(disclosed, "right"),
        "false_alarms": _part(ordinary, lambda row: row["alarmed"]),
        "doors": _share(ordinary, "door"),
        "hurt": _share(rows, "hurt"),
        "scope": len(scope),
        "nothing_taught": _share(scope, "right"),
        "part": _share([row for row in rows if row["parts"]], "part"),
        "families": {
            family: {"count": len(some), **{key: _share(some, key) for key in ("right", "two", "wrong")}}
            for family in ("topic", "feeling", "practice", "control", "safety", "scope")
            if (some := [row for row in rows if row["family"] == family])
        },
        "intents": {
            intent: {"count": len(some), "right": _share(some, "right"), "two": _share(some, "two")}
            for intent in intents
            if (some := [row for row in rows if row["expect"] == intent])
        },
        "confusions": [[expected, heard, times] for (expected, heard), times in confusions.most_common(10)],
        "misses": [dict(row) for row in rows if not row["right"]],
        "calibration": calibration(plain),
    }


def _share(rows: Sequence[Mapping[str, Any]], key: str) -> float | None:
    return _part(rows, lambda row: bool(row[key]))


def _part(rows: Sequence[Mapping[str, Any]], test: Callable[[Mapping[str, Any]], bool]) -> float | None:
    return round(sum(map(test, rows)) / len(rows), 4) if rows else None


def calibration(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """For answers given with about the same confidence: how many, how sure, how often right."""
    bins = []
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        some = [row for row in rows if low <= row["confidence"] < low + 0.2 + (low == 0.8)]
        if some:
            sure = sum(row["confidence"] for row in some) / len(some)
            bins.append({"from": low, "count": len(some), "confidence": round(sure, 3), "right": _share(some, "right")})
    return bins


def answer_in_short(row: Mapping[str, Any]) -> str:
    """What a line was answered with, in short."""
    return str(row["answered"] or "/".join(row["offered"]) or "lost")


def report(found: Mapping[str, Any]) -> str:
    """The figures as a page to read."""

    def percent(value: float | None) -> str:
        return "-" if value is None else f"{value:.1%}"

    page = [f"{found['count']} utterances"]
    for key, words in (
        ("right", "ordinary: right first"),
        ("two", "right, or among the two it offers"), ("confidently_wrong", "confidently wrong"),
        ("noticed", "disclosures noticed"), ("right_safety", "the right safety answer"),
        ("false_alarms", "false alarms on ordinary"), ("doors", "door on ordinary"), ("hurt", "would hurt"),
        ("nothing_taught", "out of scope: nothing taught"), ("part", "of those that name parts: the right one"),
    ):  # fmt: skip
        page.append(f"  {words:36}{percent(found[key]):>8}")
    for title in ("families", "intents"):
        page.append(f"\n{title}")
        for name, row in found[title].items():
            page.append(f"  {name:28}{row['count']:5}{percent(row['right']):>8}{percent(row['two']):>8}")
    page.append("\nworst confusions")
    page.extend(f"  {times:3}  {expected} heard as {heard}" for expected, heard, times in found["confusions"])
    page.append("\ncalibration")
    page.extend(
        f"  {row['count']:4} at {row['confidence']:.2f}: right {percent(row['right'])}" for row in found["calibration"]
    )
    page.append("\nmisses")
    for row in found["misses"]:
        sure = f"({row['confidence']:.2f}, safety {row['safety']:.2f})"
        page.append(f"  {row['expect']} heard as {answer_in_short(row)} {sure}: {row['text']}")
    return "\n".join(page)
