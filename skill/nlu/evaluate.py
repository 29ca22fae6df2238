"""Measuring the understanding on lines that were never learned.

A test set holds a JSON object `{"text", "expect"}` a line; `expect` is an intent or a label, or several, best first. A
label is a family and a name, such as `topic:why-it-matters`: the intent is `WhyItMattersIntent`, unless
`interaction_models/labels.toml`, or for safety answers `responses/safety.toml`, says otherwise.
"""

import json
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from skill.nlu.classifier import Meaning, Understanding
from skill.nlu.phrases import PhraseError, read_model
from skill.nlu.roles import IN_DOUBT, LOST, IntentRoles

LABELS_FILE = "labels.toml"


class Labels:
    """What test sets call the intents."""

    def __init__(self, models: Path, roles: IntentRoles, language: str = "en") -> None:
        """From a folder of interaction models, whose model of `language` has the intents; raises `PhraseError`."""
        path = models / LABELS_FILE
        try:
            table = tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
            labels: dict[str, str] = table.get("labels", {})
            alike = [frozenset(names) for names in table.get("alike", ())]
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError) as error:
            raise PhraseError(f"{models.name}/{LABELS_FILE}", None, str(error)) from error
        self.roles = roles
        self.declined = roles.out_of_scope | {LOST}
        self._intents = labels | {f"safety:{label}": intent for label, intent in roles.labels.items() if label}
        self._alike = (*alike, *roles.alike)
        self._known = {intent["name"] for intent in read_model(models / f"{language}.json")["intents"]}

    def intent(self, label: str) -> str:
        """The intent of a label; the name of an intent stays as it is. Raises `ValueError` for one that is unknown."""
        family, colon, rest = label.partition(":")
        name = rest.partition(":")[0]
        intent = self._intents.get(label, label)
        if family == "benign":  # alarming words that mean something harmless, of whatever family
            intent = next((known for key, known in self._intents.items() if key.endswith(f":{name}")), camel(name))
        elif colon:
            intent = self._intents.get(f"{family}:{name}", camel(name))
        if intent not in self._known and intent.partition(".")[0] not in self._known:
            close = get_close_matches(intent, self._known, 1)
            hint = f"; did you mean {close[0]}?" if close else ""
            raise ValueError(f"{label} is {intent}, which the model has not{hint}")
        return intent

    def accepted(self, labels: Sequence[str]) -> tuple[str, ...]:
        """The intents that are right for some labels, best first, and after them those whose answers do the same."""
        intents = [self.intent(label) for label in labels]
        for same in self._alike:
            if same.intersection(intents):
                intents.extend(sorted(same.difference(intents)))
        return tuple(intents)

    def family(self, intent: str) -> str:
        """topic, feeling, practice, safety, scope or control."""
        roles = self.roles
        families = {
            "safety": roles.safety, "topic": roles.topics, "feeling": roles.feelings, "practice": roles.practices,
            "scope": self.declined,
        }  # fmt: skip
        return next((family for family, names in families.items() if intent in names), "control")


def camel(name: str) -> str:
    """`WhyItMattersIntent` for `why-it-matters`."""
    return "".join(part.capitalize() for part in name.split("-")) + "Intent"


@dataclass(frozen=True)
class Case:
    """One line of a test set."""

    text: str
    expect: tuple[str, ...]
    """The intents that are right, best first."""
    family: str


def cases(path: Path, labels: Labels) -> list[Case]:
    """The lines of a test set; raises `PhraseError` with file and line for one that cannot be read."""
    found = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise PhraseError(str(path), None, f"it cannot be read: {error}") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            expect = [data["expect"]] if isinstance(data["expect"], str) else data["expect"]
            intents = labels.accepted(expect)
            found.append(Case(str(data["text"]), intents, labels.family(intents[0])))
        except json.JSONDecodeError as error:
            raise PhraseError(str(path), number, f"not JSON: {error}") from error
        except (KeyError, TypeError, AttributeError, IndexError) as error:
            wrong = f'not {{"text", "expect"}}: {error!r}'
            raise PhraseError(str(path), number, wrong) from error
        except ValueError as error:
            raise PhraseError(str(path), number, str(error)) from error
    return found


def judged(case: Case, meaning: Meaning, labels: Labels) -> dict[str, Any]:
    """How one line went."""
    answered, safety = meaning.intent, labels.roles.safety
    right = answered in case.expect
    if case.family == "scope" and (answered in labels.declined or (answered is None and not meaning.offered)):
        right = True
    best = answered if answered and answered != IN_DOUBT else next(iter(meaning.offered), None)
    return {
        "text": case.text,
        "expect": case.expect[0],
        "family": case.family,
        "answered": answered,
        "offered": list(meaning.offered),
        "confidence": meaning.confidence,
        "safety": meaning.safety,
        "right": right,
        "first": right or (answered is None and best in case.expect),
        "two": right or any(name in case.expect for name in meaning.offered),
        "noticed": answered in safety or answered == IN_DOUBT,
        "alarmed": answered in safety,
        "wrong": bool(answered) and not right and answered != IN_DOUBT,
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
    confusions = Counter((row["expect"], row["answered"] or "/".join(row["offered"]) or "lost")
                         for row in rows if not row["right"])  # fmt: skip
    intents = sorted({row["expect"] for row in rows})
    return {
        "count": len(rows),
        "ordinary": len(plain),
        "right": _share(plain, "right"),
        "first": _share(plain, "first"),
        "two": _share(plain, "two"),
        "confidently_wrong": _share(plain, "wrong"),
        "disclosures": len(disclosed),
        "noticed": _share(disclosed, "noticed"),
        "right_safety": _share(disclosed, "right"),
        "false_alarms": _part(ordinary, lambda row: row["alarmed"]),
        "gentle_on_ordinary": _part(ordinary, lambda row: row["answered"] == IN_DOUBT),
        "scope": len(scope),
        "nothing_taught": _share(scope, "right"),
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
        some = [
            row for row in rows if low <= row["confidence"] < low + 0.2 + (low == 0.8) and row["answered"] != IN_DOUBT
        ]
        if some:
            sure = sum(row["confidence"] for row in some) / len(some)
            bins.append({"from": low, "count": len(some), "confidence": round(sure, 3), "right": _share(some, "first")})
    return bins


def report(found: Mapping[str, Any]) -> str:
    """The figures as a page to read."""

    def percent(value: float | None) -> str:
        return "-" if value is None else f"{value:.1%}"

    lines = [f"{found['count']} utterances"]
    for key, words in (
        ("first", "ordinary: right first"), ("right", "ordinary: right, without asking"),
        ("two", "right, or among the two it offers"), ("confidently_wrong", "confidently wrong"),
        ("noticed", "disclosures noticed"), ("right_safety", "the right safety answer"),
        ("false_alarms", "false alarms on ordinary"), ("gentle_on_ordinary", "gentle check on ordinary"),
        ("nothing_taught", "out of scope: nothing taught"),
    ):  # fmt: skip
        lines.append(f"  {words:36}{percent(found[key]):>8}")
    for title in ("families", "intents"):
        lines.append(f"\n{title}")
        for name, row in found[title].items():
            lines.append(f"  {name:28}{row['count']:5}{percent(row['right']):>8}{percent(row['two']):>8}")
    lines.append("\nworst confusions")
    lines.extend(f"  {times:3}  {expected} heard as {heard}" for expected, heard, times in found["confusions"])
    lines.append("\ncalibration")
    lines.extend(
        f"  {row['count']:4} at {row['confidence']:.2f}: right {percent(row['right'])}" for row in found["calibration"]
    )
    lines.append("\nmisses")
    for row in found["misses"]:
        heard = row["answered"] or "/".join(row["offered"]) or "lost"
        lines.append(
            f"  {row['expect']} heard as {heard} ({row['confidence']:.2f}, safety {row['safety']:.2f}): {row['text']}"
        )
    return "\n".join(lines)
