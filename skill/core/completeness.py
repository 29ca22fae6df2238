"""Whether a language that is set to complete is whole. One that is not would fail its listeners in the middle of a
session, so nothing starts until it is, or is a draft again.
"""

from collections.abc import Iterator
from pathlib import Path

from skill.content.followups import FOLLOWUPS_FILE
from skill.content.locales import BASE_LANGUAGE, LANGUAGE_FILE, LanguageError, language_of
from skill.content.replies import REPLIES_FILE
from skill.content.responses import HEADINGS_FILE, HELPER_FILES, Responses
from skill.content.translation import TODO, count_todo_in_data
from skill.dialog.model import Catalogue, base_name, part_number
from skill.nlu.files import LEARNED_SUFFIX

GAPS_SHOWN = 6
"""How many of a language's gaps an error names."""


def require_complete(words: Responses, catalogue: Catalogue, models: Path) -> None:
    """Raises `LanguageError`, which names what is missing, unless every complete language is whole."""
    for code, language in words.languages.all.items():
        if language.status != "complete":
            continue
        if missing := list(language_gaps(words, catalogue, models, code)):
            more = f"; and {len(missing) - GAPS_SHOWN} more" if len(missing) > GAPS_SHOWN else ""
            raise LanguageError(
                f'responses/{code}/{LANGUAGE_FILE} says status = "complete", and it is not: '
                f'{"; ".join(missing[:GAPS_SHOWN])}{more}. Finish it, or set status = "draft"; '
                f"soft-landing languages {code} lists all"
            )


def language_gaps(words: Responses, catalogue: Catalogue, models: Path, code: str) -> Iterator[str]:
    """What a language lacks, a sentence each, most needed first."""
    locales = [locale for locale in words.locales if language_of(locale) == code]
    if not locales:
        yield f"there is no locale of {code}: add a folder such as responses/{code}-{code.upper()}"
        return
    if not any((models / f"{name}.json").is_file() for name in (code, *locales)):
        yield f"interaction_models/{code}.json is missing, so there is nothing to listen for"
    if not (models / f"{code}.{LEARNED_SUFFIX}").is_file():
        file = f"interaction_models/{code}.{LEARNED_SUFFIX}"
        yield f"{file} is missing, so free words are not understood; run soft-landing train --language {code}"
    yield from unfinished_data(words, models, code, locales)
    there = {name for locale in locales for name in words.names(locale)} & catalogue.names
    needed = required_responses(catalogue) | content_responses(catalogue) | there
    for name in sorted(needed, key=lambda name: (name not in catalogue.safety, name)):
        for discreet in (False, True):
            yield from dict.fromkeys(missing_files(words, name, locales, discreet=discreet))
    for helper in HELPER_FILES:
        yield from dict.fromkeys(missing_files(words, helper, locales, discreet=False))


def unfinished_data(words: Responses, models: Path, code: str, locales: list[str]) -> Iterator[str]:
    """Data files of a language that still have `TODO` in them, and confirmed helplines that have."""
    folder = words.folder / code
    for file, path in (
        (f"responses/{code}/{LANGUAGE_FILE}", folder / LANGUAGE_FILE),
        (f"responses/{code}/{HEADINGS_FILE}", folder / HEADINGS_FILE),
        (f"responses/{code}/{FOLLOWUPS_FILE}", folder / FOLLOWUPS_FILE),
        (f"responses/{code}/{REPLIES_FILE}", folder / REPLIES_FILE),
        (f"interaction_models/{code}.json", models / f"{code}.json"),
    ):
        if path.is_file() and (number := count_todo_in_data(path.read_text("utf-8", "replace"))):
            yield f"{file} has {TODO} {number} times"
    if not (folder / FOLLOWUPS_FILE).is_file() and (words.folder / BASE_LANGUAGE / FOLLOWUPS_FILE).is_file():
        yield f"responses/{code}/{FOLLOWUPS_FILE} is missing, so nothing that follows a safety answer is understood"
    if not (folder / REPLIES_FILE).is_file() and (words.folder / BASE_LANGUAGE / REPLIES_FILE).is_file():
        yield f"responses/{code}/{REPLIES_FILE} is missing, so no question understands its own replies"
    for line in words.helplines.lines:
        if line.locale in locales and line.confirmed and TODO in (line.name, line.number):
            yield f"responses/helplines.toml has {TODO} in the confirmed line for {line.need} in {line.locale}"


def missing_files(words: Responses, name: str, locales: list[str], *, discreet: bool) -> Iterator[str]:
    """A response, or its wording fit to be overheard, that the base language has and some locales have not."""
    base = words.path(name, words.base_locale, discreet=discreet)
    if not base or discreet != ("/discreet/" in base):
        return
    for locale in locales:
        path = words.path(name, locale, discreet=discreet)
        if path and discreet == ("/discreet/" in path):
            continue
        file = f"responses/{language_of(locale)}/{'discreet/' * discreet}{name}.ssml"
        yield f"{file} is still to be translated" if words.is_marked(file) else f"{file} is missing"


def required_responses(catalogue: Catalogue) -> frozenset[str]:
    """Responses that the conversation cannot do without in any language: its moves, and the safety answers."""
    content = {*catalogue.topics, *catalogue.feelings, *catalogue.practices}
    return frozenset(name for name in catalogue.names if base_name(name) not in content and name not in content)


def content_responses(catalogue: Catalogue) -> frozenset[str]:
    """The content: topics, feelings and practices. A topic may have fewer parts than in the base language."""
    content = catalogue.names - required_responses(catalogue)
    return frozenset(name for name in content if part_number(name) == 1)
