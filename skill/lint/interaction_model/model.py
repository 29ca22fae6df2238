"""An interaction model as a check reads it: what stands in it, on which line, however misshapen it may be."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skill.lint.finding import Finding
from skill.lint.interaction_model.phrases import Phrase
from skill.lint.json_lines import Json, JsonKey

MODELS_FOLDER = "interaction_models"

LANGUAGE_MODEL = ("interactionModel", "languageModel")
"""Where the intents and the types stand."""

SlotValues = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Model:
    """One model file, ready to be looked at."""

    file: str
    language: str
    """Empty where nothing tells it; then nothing that depends on it is looked at."""
    json: Json
    size: int
    own: bool = True
    """Whether it is this skill's, so that the rules of this house hold; for another only Amazon's do."""

    @classmethod
    def read(cls, path: Path) -> "Model":
        """A file that some other check will find fault with; raises `BrokenJson`."""
        return cls(f"{MODELS_FOLDER}/{path.name}", path.stem.split("-")[0], Json.read(path), path.stat().st_size)

    @property
    def whole(self) -> Mapping[str, Any]:
        """What stands under `interactionModel`."""
        return table(table(self.json.data).get("interactionModel"))

    @property
    def spoken(self) -> Mapping[str, Any]:
        """The language model."""
        return table(self.whole.get("languageModel"))

    def rows(self, key: str) -> list[tuple[int, Mapping[str, Any]]]:
        """The intents or the types, with their places."""
        return numbered(self.spoken.get(key))

    @property
    def intents(self) -> Mapping[str, Mapping[str, Any]]:
        """By name; of two with one name, the first."""
        found: dict[str, Mapping[str, Any]] = {}
        for _, intent in self.rows("intents"):
            if name := text(intent, "name"):
                found.setdefault(name, intent)
        return found

    @property
    def values(self) -> SlotValues:
        """Each custom type's values and synonyms."""
        return {
            str(kind.get("name")): tuple(word for _, value in numbered(kind.get("values")) for word in forms(value))
            for _, kind in self.rows("types")
        }

    def elsewhere(self, otherwise: str) -> str:
        """Where a phrase goes that Amazon does not take: beside our own model, or what else to do with it."""
        return f"Move it to {MODELS_FOLDER}/{self.language}.utterances.txt" if self.own else otherwise

    def finding(self, path: tuple[JsonKey, ...], wrong: str, why: str, hint: str, *, severe: bool = True) -> Finding:
        """A finding at a place in the file; of something that has a name, at the name."""
        return Finding(self.file, self.json.line(*path, "name"), wrong, why, hint, severe)


def companion_phrases(path: Path) -> tuple[Phrase, ...]:
    """The phrases that stand beside a model, by their sections; none where there is no such file."""
    found: list[Phrase] = []
    section = ""
    for number, raw in enumerate(path.read_text("utf-8").splitlines() if path.is_file() else (), 1):
        line = raw.strip()
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1]
        elif line and not line.startswith("#"):
            found.append(Phrase(section, line, f"{MODELS_FOLDER}/{path.name}", number, {}))
    return tuple(found)


def slot_types(intent: Mapping[str, Any]) -> dict[str, str]:
    """An intent's slots by name, with their types."""
    return {str(slot.get("name")): str(slot.get("type")) for _, slot in numbered(intent.get("slots"))}


def dialog_slots(model: Model) -> set[tuple[str, str]]:
    """The slots of a model's dialog, each with its intent."""
    intents = numbered(table(model.whole.get("dialog")).get("intents"))
    return {(str(intent.get("name")), slot) for _, intent in intents for slot in slot_types(intent)}


def value_ids(model: Model) -> set[tuple[str, str]]:
    """The ids that a model's slots can bring, each with its type."""
    return {
        (str(kind.get("name")), str(value.get("id")))
        for _, kind in model.rows("types")
        for _, value in numbered(kind.get("values"))
        if value.get("id")
    }


# Reading what may be misshapen: a wrong type is the schema's to say, and nothing here stumbles over it.


def table(value: Any) -> Mapping[str, Any]:
    """An object, or an empty one where there is none."""
    return value if isinstance(value, Mapping) else {}


def numbered(value: Any) -> list[tuple[int, Mapping[str, Any]]]:
    """The objects in a list, with their places."""
    return [(at, row) for at, row in enumerate(value) if isinstance(row, Mapping)] if isinstance(value, list) else []


def text(row: Mapping[str, Any], key: str) -> str:
    """A text of an object; empty where there is none."""
    found = row.get(key)
    return found if isinstance(found, str) else ""


def named_twice(rows: list[tuple[int, Mapping[str, Any]]], key: str) -> list[tuple[str, int, int]]:
    """The texts that several rows have under a key: each with how often it stands, and the place of the second."""
    places: dict[str, list[int]] = {}
    for at, row in rows:
        if name := text(row, key):
            places.setdefault(name, []).append(at)
    return [(name, len(at), at[1]) for name, at in places.items() if len(at) > 1]


def listed(value: Any) -> list[tuple[int, str]]:
    """The texts in a list, with their places."""
    return [(at, one) for at, one in enumerate(value) if isinstance(one, str)] if isinstance(value, list) else []


def forms(value: Mapping[str, Any]) -> list[str]:
    """A type's value and its synonyms."""
    name = table(value.get("name"))
    own = text(name, "value")
    return [own, *(one for _, one in listed(name.get("synonyms")))] if own else []
