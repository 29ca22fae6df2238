"""Whether every safety answer is whole. One that is half added would fail exactly those whom it is for."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from skill.content.followups import FOLLOWUPS_FILE, Caller, FollowUp, FollowUps, SafetyVariant
from skill.content.locales import language_of
from skill.content.responses import Responses
from skill.content.safety import FILE, SafetyCategory, SafetyError
from skill.content.translation import TODO
from skill.nlu.classifier import Understanding
from skill.nlu.phrases import intents_with_samples


def require_whole(
    words: Responses, models: Path, understandings: Mapping[str, Understanding], folded: Mapping[str, FollowUps]
) -> None:
    """Raises `SafetyError`, which lists what is missing, unless every safety answer has all its parts.

    `understandings` are those of the languages that understand free words, `folded` their follow-ups as they are heard.
    The parts are listed in CONTRIBUTING.md, "A writer adds a safety answer".
    """
    missing = list(dict.fromkeys(gaps(words, models, understandings, folded)))
    if missing:
        raise SafetyError("; ".join(missing))


def gaps(
    words: Responses, models: Path, understandings: Mapping[str, Understanding], folded: Mapping[str, FollowUps]
) -> Iterator[str]:
    """What is missing, a sentence each: file, what it lacks, what to do."""
    for category in words.safety.values():
        if category.need not in words.helplines.needs:
            there = ", ".join(words.helplines.needs)
            yield f"{FILE} [{category.intent}]: the need {category.need!r} is none of helplines.toml's [needs]: {there}"
    for locale in words.locales:
        if words.language(locale).status != "complete":
            continue  # whoever works on it hears what is there
        yield from unlisted(words, locale)
        language = locale.split("-")[0]
        model = next((path for name in (locale, language) if (path := models / f"{name}.json").is_file()), None)
        asked = intents_with_samples(model) if model else frozenset()
        for category in words.safety.values():
            yield from texts(words, category, locale)
            yield from helpline(words, category, locale)
            if model and category.intent not in asked:
                yield (
                    f"interaction_models/{model.name} has no intent {category.intent} with samples, so nothing "
                    f"that is heard leads to it; add it"
                )
    for language, rows in words.follow_ups.items():
        for line, wrong in rows.unknown_names(words.safety, words.names(words.base_locale)):
            yield f"responses/{language}/{FOLLOWUPS_FILE}:{line}: {wrong}"
        for row in rows.callers:
            if row.says not in words.helplines.callers:
                says = f"says {row.says!r}, and no line of helplines.toml is said or unless that"
                yield f"responses/{language}/{FOLLOWUPS_FILE}:{row.line}: {says}"
        if language in understandings:
            yield from unheard(rows, folded[language], f"responses/{language}/{FOLLOWUPS_FILE}")
        heard = {row.says for row in rows.callers}
        locales = [locale for locale in words.locales if language_of(locale) == language]
        for one in words.helplines.lines:
            if one.locale in locales and one.said and one.said not in heard:
                file = f"responses/{language}/{FOLLOWUPS_FILE}"
                yield f"{file} has no [[caller]] who says {one.said!r}, so {one.name} is never given; add one"
    for language, understanding in understandings.items():
        for intent in words.safety:
            if intent not in understanding.learned_safety:
                file = f"interaction_models/{language}.learned"
                yield f"{file} has not learned {intent} as a safety answer; run soft-landing train"


def unheard(rows: FollowUps, folded: FollowUps, file: str) -> Iterator[str]:
    """Phrases of which less is left once fillers are passed over: the rest would be found in anybody's words."""
    for row, heard in zip(every(rows), every(folded), strict=True):
        for phrase, left in zip(row.said, heard.said, strict=True):
            if phrase != TODO and len(left.split()) < len(phrase.split()):
                only = f"said has {phrase!r}, of which only {left!r} is heard"
                yield f"{file}:{row.line}: {only}; write it without fillers"


def every(rows: FollowUps) -> Sequence[FollowUp | SafetyVariant | Caller]:
    """All rows that say something, of whatever kind."""
    return (*rows.follow_ups, *rows.cries, *rows.variants, *rows.callers)


def unlisted(words: Responses, locale: str) -> Iterator[str]:
    """Responses to an intent that say they are a safety answer, and have no table."""
    for name in sorted(words.names(locale)):
        says_so = words.header(name, locale).get("safety") == "true"
        if says_so and name.endswith("Intent") and name not in words.safety:
            file = words.path(name, locale)
            yield f"{FILE} has no table [{name}], and {file} is a safety answer; add one where its urgency puts it"


def texts(words: Responses, category: SafetyCategory, locale: str) -> Iterator[str]:
    """The response and its discreet twin, each with a header that agrees with the row."""
    name = category.intent
    for discreet in (False, True):
        folder = f"responses/{locale.split('-')[0]}{'/discreet' if discreet else ''}"
        file = words.path(name, locale, discreet=discreet)
        if not file or (discreet and "/discreet/" not in file):
            what = "the wording fit to be overheard" if discreet else "the answer"
            yield f"{folder}/{name}.ssml is missing; write {what}"
            continue
        header = words.header(name, locale, discreet=discreet)
        if header.get("safety") != "true":
            yield f"{file} is a safety answer by {FILE} and does not say so; add {{% set safety = true %}}"
        if (need := header.get("need", "")) != category.need:
            yield f"{file} sets need = {need!r}, and {FILE} has {category.need!r}; make the two agree"


def helpline(words: Responses, category: SafetyCategory, locale: str) -> Iterator[str]:
    """A confirmed line for its need, or the one that is given instead."""
    if not words.helplines.has(category.need, locale):
        yield f"responses/helplines.toml has no confirmed line for {category.need} in {locale}; add one"
