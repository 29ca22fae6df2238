"""The words of a practice, from its rendered template and the common `_practice` template."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from html import unescape
from types import MappingProxyType
from typing import Any

from skill.exercises.patterns import PatternError


@dataclass(frozen=True)
class Words:
    """What is said in a practice: its own file first, `_practice.ssml` for all that it leaves unsaid.

    A practice file sets `title`, `name`, `gist`, `claims` (or the `marker` line, for what is not from the article) and
    any of the fields below that it wants otherwise than `_practice.ssml` has it. Its body is spoken line by line:
    before the first breath for a breath, one line a step for steps and scripts. Lines hold plain words, no markup.
    """

    title: str
    name: str
    lines: tuple[str, ...]
    """The body."""
    opening: str
    """With `{name}` and `{length}`."""
    opening_discreet: str
    """The same without the name."""
    stop: str
    """How to stop: "Say Alexa, stop, any time."."""
    caution: str
    landing: str
    over: str
    """The clear end."""
    carry_on: str
    """Asked in the middle of a longer session."""
    onward: str
    """Said when it goes on."""
    once_more: str
    """Said before a script's second run."""
    numbers: tuple[str, ...]
    """From one up."""
    bare: Mapping[str, str]
    """One word for each phase: "in", "out"."""
    cues: Mapping[str, str]
    """A few words for each phase: "and out"."""
    lengths: Mapping[str, str]
    """How long it takes, by minutes, and "breath", "breaths" and "script" where there are none."""
    natural: tuple[str, ...]
    """Said while nothing is paced: the first one once, the others in turn."""
    soft: tuple[str, ...]
    """Said softly into a silence that would be too long."""
    gist: str = ""
    claims: tuple[str, ...] = ()
    marker: str = ""
    """Says that this is not from the article."""
    settle: str = ""
    """The line of comfort before steps and scripts."""
    wander: str = ""
    """Names once that a mind may wander, in sessions of three minutes and longer."""
    again: tuple[str, ...] = ()
    """Shorter lines for steps that come round again, in turn."""
    turn: str = ""
    """How to go on in the turn by turn version."""
    turn_reprompt: str = ""
    clamped: Mapping[str, str] = field(default_factory=dict)
    """A word on why a count was changed, by phase."""


LISTS = ("claims", "numbers", "natural", "soft", "again")
TABLES = ("bare", "cues", "lengths", "clamped")


def words_from(*modules: Any) -> Words:
    """The words of a practice: what the first of the rendered templates (or mappings with a `body`) sets counts.

    Called with the practice's own template and then with `_practice`. Raises `PatternError` for a missing or misspelt
    field.
    """
    merged: dict[str, Any] = {}
    known = {one.name for one in fields(Words)} - {"lines"}
    name = ""
    for module in reversed(modules):
        own = module if isinstance(module, Mapping) else vars(module)
        set_here = {key: value for key, value in own.items() if not key.startswith("_") and key != "body"}
        name = str(set_here.get("name", name))
        if unknown := sorted(set(set_here) - known):
            raise PatternError(
                f"the practice “{name}” sets {', '.join(unknown)}, which nobody reads; "
                f"the fields are {', '.join(sorted(known))}"
            )
        merged.update(set_here)
    first = modules[0]
    body = str(first.get("body", "") if isinstance(first, Mapping) else first)
    merged["lines"] = tuple(spaced(line) for line in body.splitlines() if line.strip())
    needed = (one.name for one in fields(Words) if one.default is MISSING and one.default_factory is MISSING)
    missing = [key for key in needed if key not in merged]
    if missing:
        raise PatternError(f"the practice “{name}” lacks {', '.join(missing)}; set it there or in _practice.ssml")
    for key, value in merged.items():
        if key in LISTS:
            merged[key] = tuple(spaced(one) for one in (str(value).split() if isinstance(value, str) else value))
        elif key in TABLES:
            merged[key] = MappingProxyType({str(inner): spaced(one) for inner, one in dict(value).items()})
        elif key != "lines":
            merged[key] = spaced(value)
    return Words(**merged)


def spaced(words: object) -> str:
    """Plain words with single spaces, as a template or its markup gave them."""
    return " ".join(unescape(str(words)).split())
