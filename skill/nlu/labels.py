"""What lines call the intents: "topic:body" for `BodyIntent`.

A label is a family and a name, such as `topic:why-it-matters`: the intent is `WhyItMattersIntent`, unless
`interaction_models/labels.toml`, or for safety answers `responses/safety.toml`, says otherwise. A number at its end is
the part of the answer that fits: "topic:body.3" for `BodyIntent.3`, "topic:body.1" for the first.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from skill.nlu.phrases import PhraseError, read_model
from skill.nlu.roles import LOST, IntentRoles

LABELS_FILE = "labels.toml"
_PART = re.compile(r"(.+)\.(\d+)")
"""A label that names a part."""


class Labels:
    """The labels of one language's lines."""

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

    def part(self, label: str) -> str:
        """The part of the answer that a label names, empty for none; raises `ValueError` for one that there is not."""
        if not (named := _PART.fullmatch(label)):
            return ""
        intent, number = self.intent(named[1]), int(named[2])
        if not 1 <= number <= self.roles.parts.get(intent, 1):
            raise ValueError(f"{label} is a part of {intent}, which has {self.roles.parts.get(intent, 1)}")
        return intent if number == 1 else f"{intent}.{number}"

    def intent(self, label: str) -> str:
        """The intent of a label; the name of an intent stays as it is. Raises `ValueError` for one that is unknown."""
        if named := _PART.fullmatch(label):
            label = named[1]
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
class Line:
    """One line of a file of lines with labels."""

    text: str
    expect: tuple[str, ...]
    """The labels that are right, best first."""
    must_not: tuple[str, ...]
    """The labels that would hurt or accuse this person."""


def lines(path: Path) -> Iterator[tuple[int, Line]]:
    """A file's lines by their numbers: a JSON object `{"text", "expect", "must_not"}` a line.

    `expect` is a label or several, best first; `must_not` may be missing. Raises `PhraseError` with file and line.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PhraseError(str(path), None, f"it cannot be read: {error}") from error
    for number, row in enumerate(text.splitlines(), 1):
        if not row.strip():
            continue
        try:
            data = json.loads(row)
            expect = [data["expect"]] if isinstance(data["expect"], str) else data["expect"]
            line = Line(str(data["text"]), tuple(map(str, expect)), tuple(map(str, data.get("must_not", ()))))
            if not line.expect:
                raise KeyError("expect")
        except json.JSONDecodeError as error:
            raise PhraseError(str(path), number, f"not JSON: {error}") from error
        except (KeyError, TypeError, AttributeError) as error:
            raise PhraseError(str(path), number, f'not {{"text", "expect"}}: {error!r}') from error
        yield number, line
