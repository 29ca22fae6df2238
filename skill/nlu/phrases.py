"""Reads a language's interaction model and the phrases beside it; a slip is answered with file, line and mend.

`<language>.json` is what Alexa is given; `<language>.utterances.txt` holds, below a heading such as `[TearyIntent]`,
phrases for the understanding alone; `<language>.lines.jsonl` what people say that more than one answer would fit;
`<language>.replies.jsonl` what they say back to a question.
"""

import json
import re
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from skill.errors import ContentError
from skill.nlu import tokens
from skill.nlu.files import COMPANION, LABELLED, REPLY_LINES
from skill.nlu.samples import template
from skill.nlu.slots import types_of

FREE = "AMAZON.SearchQuery"
"""The type of slots that hold free words."""


class PhraseError(ContentError, ValueError):
    """A model or a file of phrases cannot be used; the message names file, line and mend."""

    def __init__(self, file: str, line: int | None, wrong: str) -> None:
        super().__init__(f"{file}:{line}: {wrong}" if line else f"{file}: {wrong}")
        self.line = line
        self.wrong = wrong


def read_model(path: Path) -> dict[str, Any]:
    """The language model in a model file; raises `PhraseError` for a file that is missing, no JSON or no model."""
    file = f"{path.parent.name}/{path.name}"
    try:
        whole = json.loads(path.read_text("utf-8"))
    except json.JSONDecodeError as error:
        wrong = f"it is not JSON: {error.msg} (column {error.colno}); look there and at the end of the line before"
        raise PhraseError(file, error.lineno, wrong) from error
    except (OSError, UnicodeDecodeError) as error:
        raise PhraseError(file, None, f"it cannot be read: {error}") from error
    try:
        model: dict[str, Any] = whole["interactionModel"]["languageModel"]
        if not all(isinstance(intent["name"], str) for intent in model["intents"]):
            raise TypeError("a name that is no text")
    except (TypeError, KeyError) as error:
        raise PhraseError(file, None, "no list of named intents; run soft-landing check") from error
    return model


def intents_with_samples(path: Path) -> frozenset[str]:
    """The intents of a model file that Alexa can route to: those with samples of ours, and Amazon's own."""
    intents = read_model(path)["intents"]
    return frozenset(row["name"] for row in intents if row.get("samples") or row["name"].startswith("AMAZON."))


def companion(path: Path) -> Iterator[tuple[str, str]]:
    """The phrases of a companion file, each with its heading; raises `PhraseError` for one before any heading."""
    return ((heading, phrase) for _, heading, phrase in companion_lines(path) if phrase)


def companion_lines(path: Path) -> Iterator[tuple[int, str, str]]:
    """The headings and phrases of a companion file: the line's number, the heading, and the phrase or nothing."""
    heading = ""
    file = f"{path.parent.name}/{path.name}"
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PhraseError(file, None, f"it cannot be read: {error}") from error
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]"):
            heading = line[1:-1]
            yield number, heading, ""
        elif not heading:
            raise PhraseError(file, number, "an utterance before the first [IntentName]")
        else:
            yield number, heading, line


def unknown_headings(path: Path, intents: Collection[str]) -> Iterator[tuple[int, str, str]]:
    """Headings that name no intent of the model: the line, the heading, and what it may have been meant to be.

    `OutOfScopeIntent.NextDoor` is a kind of `OutOfScopeIntent`, which is enough.
    """
    for number, heading, phrase in companion_lines(path):
        if not phrase and heading not in intents and heading.partition(".")[0] not in intents:
            yield number, heading, next(iter(get_close_matches(heading, intents, 1)), "")


def require_headings(path: Path, intents: Collection[str]) -> None:
    """Raises `PhraseError` for the first heading that names no intent of the model."""
    for number, heading, close in unknown_headings(path, intents):
        hint = f"did you mean [{close}]?" if close else "add the intent to the model, or mend the name"
        file = f"{path.parent.name}/{path.name}"
        raise PhraseError(file, number, f"the model has no intent {heading!r}, so its phrases lead nowhere; {hint}")


class Phrases:
    """The phrases of one language: the model's samples and the companion file's lines, by intent."""

    def __init__(self, folder: Path, language: str) -> None:
        """Reads `<language>.json` and, where there is one, the companion file; raises `PhraseError`."""
        model = read_model(folder / f"{language}.json")
        beside = folder / f"{language}.{COMPANION}"
        self.labelled = folder / f"{language}.{LABELLED}"
        """The lines with several labels, if there is such a file; see `labels.lines`."""
        self.said_back = folder / f"{language}.{REPLY_LINES}"
        """What is said back to a question, in the same form, labelled with what it means, if there is such a file."""
        self.types = types_of(model)
        """(value, id) pairs by slot type."""
        self.templates: dict[str, str] = {}
        """The intents of samples with slots, by template."""
        self.carriers: list[str] = []
        """What stands before free words in samples: "why" in "why {question}"."""
        rows: dict[str, str] = {}
        for intent in model["intents"]:
            slots = {slot["name"]: slot["type"] for slot in intent.get("slots", ())}
            for sample in intent.get("samples", ()):
                if FREE in slots.values():
                    self.carriers.append(re.sub(r"\{\w+\}", "", sample).strip())
                elif "{" in sample:
                    self.templates.setdefault(template(sample, slots), intent["name"])
                else:
                    rows.setdefault(tokens.normal(sample), intent["name"])
        if beside.is_file():
            require_headings(beside, {intent["name"] for intent in model["intents"]})
            for heading, line in companion(beside):
                rows.setdefault(tokens.normal(line), heading)
        rows.pop("", None)
        self.rows = sorted(rows.items(), key=lambda row: (row[1], row[0]))
        """(phrase in normal form, intent) pairs, by intent and phrase."""
