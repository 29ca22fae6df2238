"""How far each language has come: what is written, what is still to do, what is out of date."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from skill.content.locales import BASE_LANGUAGE, language_of
from skill.content.responses import Responses
from skill.content.translation import count_todo, source_fingerprint, source_origin, translatable_texts
from skill.core.catalogue import catalogue
from skill.core.completeness import content_responses, language_gaps, required_responses
from skill.dialog.model import Catalogue
from skill.errors import ContentError
from skill.exercises.patterns import load_patterns
from skill.nlu.files import LEARNED_SUFFIX
from skill.nlu.phrases import companion, read_model


@dataclass(frozen=True)
class Coverage:
    """One language's state."""

    language: str
    status: str
    locales: tuple[str, ...]
    required: tuple[int, int]
    """Files that the conversation cannot do without: how many are written, and how many there are in English."""
    responses: tuple[int, int]
    """The same of all files, the wordings fit to be overheard included."""
    samples: int
    phrases: int
    """Lines of the companion file."""
    learned: bool
    helplines: tuple[int, int]
    """Needs with a confirmed line, and needs, over all of its locales."""
    out_of_date: tuple[str, ...]
    """Files made from an English that has changed since."""
    missing: tuple[str, ...]
    """All that it lacks to be complete, a sentence each."""


def coverages(responses: Path, models: Path) -> Iterator[Coverage]:
    """The state of every language, the base language first. Raises a `ContentError` where the base cannot be read."""
    codes = Responses(responses).languages.all
    for code in sorted(codes, key=lambda code: (code != BASE_LANGUAGE, code)):
        yield coverage(responses, models, code)


def coverage(responses: Path, models: Path, code: str) -> Coverage:
    """The state of one language, be it a draft. Raises `LanguageError` where there is no such language."""
    words = Responses(responses, [code])
    names = catalogue(words, load_patterns(responses / "patterns.toml"))
    locales = tuple(locale for locale in words.locales if language_of(locale) == code)
    needs = [(need, locale) for locale in locales for need in words.helplines.needs]
    confirmed = {(line.need, line.locale) for line in words.helplines.lines if line.confirmed}
    return Coverage(
        code,
        words.languages.all[code].status,
        locales,
        written_count(responses, code, names, required_responses(names)),
        written_count(responses, code, names, required_responses(names) | content_responses(names)),
        sum(len(intent.get("samples", ())) for intent in model_intents(models / f"{code}.json")),
        phrase_count(models / f"{code}.utterances.txt"),
        (models / f"{code}.{LEARNED_SUFFIX}").is_file(),
        (sum(need in confirmed for need in needs), len(needs)),
        tuple(outdated_files(responses, code)),
        tuple(language_gaps(words, names, models, code)),
    )


def written_count(responses: Path, code: str, names: Catalogue, wanted: frozenset[str]) -> tuple[int, int]:
    """Of the English files of some responses, open and discreet, how many are written and how many there are."""
    base = responses / BASE_LANGUAGE
    files = [f"{folder}{name}.ssml" for name in wanted for folder in ("", "discreet/")]
    files = [file for file in files if (base / file).is_file()]
    return sum(is_written(responses / code / file, base / file) for file in files), len(files)


def is_written(path: Path, base: Path) -> bool:
    """Whether a file is there, has nothing left to do, and is not the English one under another name."""
    if not path.is_file():
        return False
    source = path.read_text("utf-8")
    own = translatable_texts(source)
    return path == base or (not count_todo(source) and (own != translatable_texts(base.read_text("utf-8")) or not own))


def outdated_files(responses: Path, code: str) -> Iterator[str]:
    """Files that say which English they were made from, and it is another by now."""
    for path in sorted((responses / code).rglob("*.ssml")):
        name = path.relative_to(responses / code)
        base = responses / BASE_LANGUAGE / name
        made_from = source_origin(path.read_text("utf-8"))
        if made_from and base.is_file() and made_from != source_fingerprint(base.read_text("utf-8")):
            yield f"responses/{code}/{name.as_posix()}"


def model_intents(path: Path) -> list[dict[str, list[str]]]:
    """The intents of a model; none where there is no model, or none that can be read."""
    try:
        return list(read_model(path)["intents"])
    except ContentError:
        return []


def phrase_count(path: Path) -> int:
    """How many phrases a companion file has; none where it cannot be read."""
    try:
        return sum(1 for _ in companion(path))
    except ContentError:
        return 0
