"""Amazon's own typed classes as a schema. Their deserialiser drops what it does not know; this walk names it.

The classes are those of PyPI `ask-smapi-model`, the extra `smapi`. They say which keys there are, of what type, and
which values an enumeration has; which keys must be there they do not say.
"""

import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from skill.lint.json_lines import JsonKey

MODEL = "ask_smapi_model.v1.skill.interaction_model.interaction_model_data.InteractionModelData"
MANIFEST = "ask_smapi_model.v1.skill.manifest.skill_manifest_envelope.SkillManifestEnvelope"

PLAIN_TYPES: dict[str, type] = {"str": str, "bool": bool, "datetime": str, "date": str}
LIST_TYPE = re.compile(r"list\[(.+)\]")
TABLE_TYPE = re.compile(r"dict\(\s*str\s*,\s*(.+)\)")


@dataclass(frozen=True)
class Misfit:
    """One place where some data does not fit Amazon's classes."""

    path: tuple[JsonKey, ...]
    wrong: str
    hint: str
    unknown: bool = False
    """Whether the classes just do not know it: Amazon has added things since, and they have not."""


def installed() -> bool:
    """Whether Amazon's classes are at hand."""
    try:
        importlib.import_module("ask_smapi_model")
    except ImportError:
        return False
    return True


def misfits(value: Any, kind: str, path: tuple[JsonKey, ...] = ()) -> Iterator[Misfit]:
    """Where a value does not fit a class, named with its module, or a type as the classes write it."""
    place = ".".join(map(str, path)) or "the file"
    if kind == "object":
        return
    if value is None:
        yield Misfit(path, f"{place} is null", "Leave the key out, or give it a value")
    elif found := LIST_TYPE.fullmatch(kind):
        if not isinstance(value, list):
            yield Misfit(path, f"{place} is {named(value)} and should be a list", "Put it in [ ]")
            return
        for at, item in enumerate(value):
            yield from misfits(item, found[1], (*path, at))
    elif found := TABLE_TYPE.fullmatch(kind):
        if not isinstance(value, dict):
            yield Misfit(path, f"{place} is {named(value)} and should be an object", "Put it in { }")
            return
        for key, item in value.items():
            yield from misfits(item, found[1], (*path, key))
    elif kind in PLAIN_TYPES:
        if not isinstance(value, PLAIN_TYPES[kind]):
            yield Misfit(
                path, f"{place} is {named(value)} and should be {named(PLAIN_TYPES[kind]())}", "Write it as such"
            )
    elif kind in ("int", "float"):
        whole = isinstance(value, int) or (isinstance(value, float) and (kind == "float" or value.is_integer()))
        if isinstance(value, bool) or not whole:
            yield Misfit(path, f"{place} is {named(value)} and should be a number", "Write it without quotes")
    else:
        yield from _of_class(value, _class(kind), path, place)


def _of_class(value: Any, cls: Any, path: tuple[JsonKey, ...], place: str) -> Iterator[Misfit]:
    if issubclass(cls, Enum):
        allowed = [str(member.value) for member in cls]
        if value not in allowed:
            wrong = f"{place} is {value!r}, which Amazon does not know"
            yield Misfit(path, wrong, f"Use one of {', '.join(allowed)}", unknown=isinstance(value, str))
        return
    if not isinstance(value, dict):
        yield Misfit(path, f"{place} is {named(value)} and should be an object", "Put it in { }")
        return
    while children := getattr(cls, "discriminator_value_class_map", None):
        key = cls.json_discriminator_key
        child = children.get(value.get(key)) if isinstance(value.get(key), str) else None
        if child is None:
            known = ", ".join(sorted(children))
            unknown = isinstance(value.get(key), str)
            yield Misfit((*path, key), f"{place}.{key} is {value.get(key)!r}", f"Set it to one of {known}", unknown)
            return
        real = _class(child)
        if real is cls:
            break
        cls = real
    known_keys = {cls.attribute_map[name]: kind for name, kind in cls.deserialized_types.items()}
    for key, item in value.items():
        if key in known_keys:
            yield from misfits(item, known_keys[key], (*path, key))
        else:
            keys = ", ".join(sorted(known_keys))
            yield Misfit(
                (*path, key), f"{place} has the key {key!r}, which Amazon does not know", f"The keys are {keys}", True
            )


def _class(name: str) -> Any:
    module, _, own = name.rpartition(".")
    return getattr(importlib.import_module(module), own)


def named(value: Any) -> str:
    """A value's kind, in JSON's words."""
    kinds = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return kinds.get(type(value), "a number")
