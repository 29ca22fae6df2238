"""Which files of a folder make up a skill: a package of the ASK CLI, version 2 or 1, or what lies there by itself."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skill.lint.interaction_model.model import table, text

LOCALE_IN_NAME = re.compile(r"(?<![A-Za-z])([a-z]{2})[-_]([A-Z]{2})(?![A-Za-z])")
MODEL_FOLDERS = ("interactionModels/custom", "models", "interactionModels", "interaction_models", ".")
"""Where models stand: by the ASK CLI version 2, by version 1, and by those who keep them by hand."""
MANIFEST_KEYS = frozenset({"manifest", "skillManifest", "publishingInformation"})
MODEL_KEYS = frozenset({"interactionModel", "languageModel"})


class NoSkill(Exception):
    """There is nothing to look at; the message says what to give instead."""


@dataclass(frozen=True)
class OtherSkill:
    """The files of a skill."""

    place: Path
    """What was given: a folder or one file."""
    manifest: Path | None
    models: tuple[Path, ...]
    filled_in: bool = False
    """Whether `ask deploy` makes the endpoint and writes it into the manifest."""

    @property
    def locales(self) -> dict[str, Path]:
        """The models by the locales that their names tell."""
        return {locale: path for path in self.models if (locale := locale_of(path))}


def locale_of(path: Path) -> str:
    """The locale in a file's name, such as `en-US`; empty where there is none."""
    found = LOCALE_IN_NAME.search(path.stem)
    return f"{found[1]}-{found[2]}" if found else ""


def find_skill(place: Path) -> OtherSkill:
    """The files of a skill in a folder, or one file of it; raises `NoSkill`."""
    if is_there(place):
        data = data_of(place)
        if has_key_of(data, MANIFEST_KEYS) or (data is None and place.name == "skill.json"):
            return OtherSkill(place, place, ())
        return OtherSkill(place, None, (place,))
    profiles = [table(one) for one in table(table(data_of(place / "ask-resources.json")).get("profiles")).values()]
    sources = [source for profile in profiles if (source := text(table(profile.get("skillMetadata")), "src"))]
    for name in (*sources, "skill-package", "."):
        root = place / name
        manifest = root / "skill.json"
        models = tuple(models_in(root))
        if models or is_there(manifest):
            filled_in = any("skillInfrastructure" in profile for profile in profiles)
            return OtherSkill(place, manifest if is_there(manifest) else None, models, filled_in)
    nearest = next((found for depth in range(1, 5) for found in sorted(place.glob("*/" * depth + "skill.json"))), None)
    raise NoSkill(
        f"{place} holds no skill: no skill.json and no interaction model. Give the folder of an ASK CLI package (which "
        "has skill-package/ in it, or skill.json and models/), or one model file"
        + (f". There is one in {nearest.parent}" if nearest else "")
    )


def models_in(root: Path) -> Iterator[Path]:
    """The models of a package, from the first folder that has any."""
    for name in MODEL_FOLDERS:
        found = [path for path in sorted(json_files(root / name)) if is_model(path)]
        yield from found
        if found:
            return


def is_model(path: Path) -> bool:
    """Whether a file is a model, or by its name would be one."""
    named = bool(LOCALE_IN_NAME.fullmatch(path.stem))
    return path.name != "skill.json" and (named or has_key_of(data_of(path), MODEL_KEYS))


def json_files(folder: Path) -> list[Path]:
    """The JSON files of a folder; none where it cannot be read."""
    try:
        return list(folder.glob("*.json"))
    except (OSError, ValueError):  # since Python 3.13 the latter for a name that no system takes
        return []


def is_there(path: Path) -> bool:
    """Whether there is a file; none by a name that no system takes."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def data_of(path: Path) -> Any:
    """What stands in a JSON file; None where it cannot be read, which is for its own check to say."""
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None


def has_key_of(data: Any, keys: frozenset[str]) -> bool:
    """Whether data is an object with one of some keys."""
    return bool(keys & table(data).keys())
