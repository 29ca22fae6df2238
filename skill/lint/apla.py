"""APL for Audio as the skill makes it: the components, properties and versions that the project relies on."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from skill.alexa.apla import BEDS, apla
from skill.content.responses import ResponseError
from skill.core.exercise import words_of
from skill.exercises.builder import timeline
from skill.exercises.patterns import PatternError
from skill.exercises.timeline import Part
from skill.lint.content_tree import UNREADABLE, ContentTree
from skill.lint.finding import Finding, names
from skill.lint.ssml import speech_problems

AUDIO_FILE = "skill/alexa/apla.py"
EXPRESSION = re.compile(r"\$\{([^}]*)\}")

APLA_VERSIONS = ("0.8", "0.9", "0.91")
"""apla-document; `trimToParent` for every component since 0.91."""

APLA_PROPERTIES = names("type when description id bind duration")
APLA_COMPONENTS: Mapping[str, frozenset[str]] = {
    "Sequencer": APLA_PROPERTIES | {"data", "items", "item"},
    "Mixer": APLA_PROPERTIES | {"data", "items", "item"},
    "Selector": APLA_PROPERTIES | {"data", "items", "item", "strategy"},
    "Silence": APLA_PROPERTIES,
    "Speech": APLA_PROPERTIES | {"content", "contentType", "filter"},
    "Audio": APLA_PROPERTIES | {"source", "filter"},
}
"""apl-for-audio-reference, apla-component, apla-mixer."""
FILTERS: Mapping[str, frozenset[str]] = {
    "Repeat": frozenset({"type", "repeatCount"}),
    "Volume": frozenset({"type", "amount"}),
    "FadeIn": frozenset({"type", "duration"}),
    "FadeOut": frozenset({"type", "duration"}),
    "Trim": frozenset({"type", "start", "end"}),
}
"""apla-filters."""
MAX_FILES = 15
"""The most sounds of one document (2021 notes on APL for Audio)."""


def exercise_parts(tree: ContentTree) -> Iterator[tuple[str, Part, Mapping[str, str]]]:
    """A part of every practice's session, at its shortest and its longest."""
    locale = tree.responses.base_locale
    for name, pattern in tree.patterns.items():
        try:
            words = words_of(tree.responses, name, locale, False)
            for minutes in {pattern.minutes[0], pattern.minutes[-1]}:
                for part in timeline(pattern, words, minutes=minutes).parts:
                    yield name, part, words.bare
        except (*UNREADABLE, PatternError, ResponseError, ValueError):
            continue  # the words' check says so


def check_sounds(tree: ContentTree) -> Iterator[Finding]:
    """APL for Audio as the skill makes it, for every practice, plain, whispered and with every bed."""
    seen: set[str] = set()
    for name, part, _ in exercise_parts(tree):
        for bed in (None, *BEDS):
            made = apla(part, token="t", whisper=bed is None, bed=bed)
            for finding in check_sound(made["document"], name):
                if finding.wrong not in seen:
                    seen.add(finding.wrong)
                    yield finding


def check_sound(document: Any, name: str) -> Iterator[Finding]:
    """One APL for Audio document."""

    def found(wrong: str, why: str, hint: str) -> Finding:
        return Finding(AUDIO_FILE, None, f"{name}: {wrong}", why, hint)

    if document.get("type") != "APLA" or document.get("version") not in APLA_VERSIONS:
        shown = f"{document.get('type')} {document.get('version')}"
        yield found(f"the document is {shown}", "No device would play it", f"Use APLA {APLA_VERSIONS[-1]}")
    template = document.get("mainTemplate", {})
    items = template.get("items", [template.get("item")])
    kinds = list(kinds_in(items))
    if set(kinds) <= {"Silence", "Sequencer", "Mixer"}:
        yield found("it holds nothing but silence", "Silence may not be all there is", "Give it words or a sound")
    if kinds.count("Audio") > MAX_FILES:
        yield found(f"it has {kinds.count('Audio')} sounds", f"Alexa takes {MAX_FILES}", "Take some out")
    for item in items if isinstance(items, list) else [items]:
        for wrong, why, hint in check_component(item, None):
            yield found(wrong, why, hint)


def kinds_in(node: Any) -> Iterator[str]:
    """The types of all components."""
    for item in node if isinstance(node, list) else [node]:
        if isinstance(item, Mapping):
            yield str(item.get("type"))
            yield from kinds_in(item.get("items", item.get("item", [])))


def check_component(item: Any, rows: list[Any] | None) -> Iterator[tuple[str, str, str]]:
    """What is wrong with a component of sound; `rows` is the data that it is inflated with."""
    kind = str(item.get("type")) if isinstance(item, Mapping) else "nothing"
    if kind not in APLA_COMPONENTS:
        yield (
            f"{kind!r} is no component that we use",
            "The document would not play",
            f"Use {', '.join(APLA_COMPONENTS)}",
        )
        return
    for key in sorted(set(item) - APLA_COMPONENTS[kind]):
        yield f"{kind} has no {key!r} that we know", "It is ignored", "Mend its spelling"
    inner = item["data"] if isinstance(item.get("data"), list) else rows
    for key in set(re.findall(r"data\.(\w+)", json.dumps({k: v for k, v in item.items() if k != "items"}))):
        if not any(isinstance(row, Mapping) and key in row for row in rows or ()):
            yield f"${{data.{key}}} stands in no row of the data", "It would be empty", "Name a key of the rows"
    duration = item.get("duration")
    if isinstance(duration, str) and duration not in ("auto", "trimToParent") and not duration.startswith("${"):
        yield f"{kind} lasts {duration!r}", "It is no duration", "Use milliseconds, auto or trimToParent"
    if kind == "Silence" and duration is None:
        yield "A Silence has no duration", "The document would not play", "Set it, in milliseconds"
    if kind == "Speech":
        if item.get("contentType") not in ("SSML", "PlainText"):
            yield f"Speech has the contentType {item.get('contentType')!r}", "It is unknown", "Use SSML or PlainText"
        yield from speech_problems(EXPRESSION.sub("words", str(item.get("content", ""))))
    if kind == "Audio" and not str(item.get("source", "")).startswith(("https://", "soundbank://soundlibrary/")):
        yield f"The sound {item.get('source')!r} has no address", "It would not play", "Use https or Alexa's soundbank"
    filters = item.get("filter", [])
    for one in filters if isinstance(filters, list) else [filters]:
        if one.get("type") not in FILTERS or set(one) - FILTERS[one["type"]]:
            yield f"The filter {one!r} is none that we use", "The document would not play", f"Use {', '.join(FILTERS)}"
    for child in item.get("items", [item["item"]] if "item" in item else []):
        yield from check_component(child, inner)
    if kind == "Sequencer" and inner and "data" in item:
        for row in inner:
            if isinstance(row, Mapping) and not any(plays(child, row) for child in item.get("items", ())):
                yield (
                    f"Nothing plays the row {row!r}",
                    "Its time would be missing",
                    "Give the rows an item without a when",
                )


def plays(child: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    """Whether an item is inflated for a row: its condition is a key of the row, or it has none."""
    condition = re.fullmatch(r"\$\{data\.(\w+)\}", str(child.get("when", "")))
    return bool(row.get(condition[1])) if condition else "when" not in child
