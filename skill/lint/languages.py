"""The languages: what each lacks, what has not been translated, what is out of date, what nothing is known to check by.

English is looked at like the others, as far as it is not what they are compared with.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from skill.content.locales import BASE_LANGUAGE, LANGUAGE_FILE, Language
from skill.content.responses import ResponseError
from skill.content.translation import source_fingerprint, source_origin, translatable_texts
from skill.core.completeness import language_gaps
from skill.core.exercise import words_of
from skill.exercises.patterns import Pattern, PatternError
from skill.exercises.timeline import Pace, spoken
from skill.exercises.wording import Words
from skill.lint.content_tree import RESPONSES_FOLDER, UNREADABLE, ContentTree, unreadable
from skill.lint.finding import Finding

MAX_NUMBERS = 40
"""So many rounds may be asked for, and so many numbers have a word."""
COPIED_WORDS = 4
"""A file of at least so many words that reads as the base language's was copied, not translated."""
PLACEHOLDERS = re.compile(r"{(\w*)}")
CHECKED_TEMPLATES = (
    "opening",
    "opening_discreet",
    "marker",
    "stop",
    "caution",
    "carry_on",
    "onward",
    "landing",
    "over",
    "own_count",
    "own_some",
    "own_most",
    "own_more",
)
CHECKED_TABLES = ("bare", "cues", "clamped")


def check_languages(folder: Path, models: Path, drafts: tuple[str, ...] = ()) -> Iterator[Finding]:
    """All findings about the complete languages, and about the `drafts` as if they were complete."""
    try:
        tree = ContentTree.read(folder, drafts)
    except UNREADABLE as error:
        yield unreadable(error, RESPONSES_FOLDER)
        return
    for code, language in tree.responses.languages.all.items():
        if language.status != "complete" and code not in drafts:
            continue
        file = f"{RESPONSES_FOLDER}/{code}/{LANGUAGE_FILE}"
        missing = list(language_gaps(tree.responses, tree.catalogue, models, code))
        for gap in missing:
            named = re.search(r"(?:responses|interaction_models)/\S+\.\w+", gap)
            why = "A complete language without it does not start, because somebody would hear an apology"
            hint = f'Write it, or set status = "draft" in {file}'
            yield Finding(named.group() if named else file, None, gap, why, hint)
        yield from check_lists(language, file)
        yield from check_sources(folder, code)
        if not missing:
            yield from check_practice_words(tree, code)


def check_lists(language: Language, file: str) -> Iterator[Finding]:
    """The lists of words that a language has none of, and its plural rule."""
    try:
        language.plural(1)
    except UNREADABLE as error:
        yield unreadable(error, file)
    if empty := language.unchecked:
        wrong = f"Not checked for {language.code}: {', '.join(empty)}"
        why = "Without its own words nothing can be looked for in a language"
        yield Finding(file, None, wrong, why, "Write these lists, by those of responses/en", severe=False)
    if not language.card_source:
        why = "A card without it does not say where its words come from"
        yield Finding(file, None, "There is no card_source", why, "Write the line, with {heading}")


def check_sources(folder: Path, code: str) -> Iterator[Finding]:
    """Files of a language that are the base language's, word for word, or were made from what has changed since."""
    if code == BASE_LANGUAGE:
        return
    base = folder / BASE_LANGUAGE
    for path in sorted((folder / code).rglob("*.ssml")):
        relative = path.relative_to(folder / code).as_posix()
        source = path.read_text("utf-8")
        if not (base / relative).is_file():
            continue
        original = (base / relative).read_text("utf-8")
        file, said = f"{RESPONSES_FOLDER}/{code}/{relative}", translatable_texts(source)
        if sum(len(text.split()) for text in said) >= COPIED_WORDS and said == translatable_texts(original):
            why = f"A listener would hear {BASE_LANGUAGE} in another language's voice"
            yield Finding(file, None, f"It reads as in {BASE_LANGUAGE}", why, "Write it in its own language")
        elif (made_from := source_origin(source)) and made_from != source_fingerprint(original):
            now = f"{{# {BASE_LANGUAGE} {source_fingerprint(original)} #}}"
            why = f"{BASE_LANGUAGE}/{relative} has changed since it was made"
            yield Finding(file, 1, "It may be out of date", why, f"Compare the two, then write {now}", severe=False)


def check_practice_words(tree: ContentTree, code: str) -> Iterator[Finding]:
    """The tables, numbers and templates of a language's practices, against the base language's and its plural rule."""
    locale, base = tree.responses.place(code).locale, tree.responses.base_locale
    common = tree.file("_practice", locale, discreet=False)
    seen: set[str] = set()
    for name, pattern in tree.patterns.items():
        try:
            own, other = (words_of(tree.responses, name, one, False) for one in (locale, base))
        except (ResponseError, PatternError):
            continue  # the check of the words says so
        file = tree.file(name, locale, discreet=False)
        categories = tree.responses.languages.all[code].plural_categories
        for wrong, why, hint in (
            *table_problems(own, other),
            *length_problems(own, other, categories),
            *number_problems(own),
            *template_problems(own, other),
            *cue_problems(own, pattern),
        ):
            if wrong not in seen:
                seen.add(wrong)
                yield Finding(common if wrong.startswith(COMMON_FIELDS) else file, None, wrong, why, hint)


COMMON_FIELDS = ("lengths", "numbers", "clamped", "bare")
"""Fields that stand in `_practice.ssml`."""
APOLOGY_FILE = "Whoever asks for it hears an apology"

Problem = tuple[str, str, str]


def table_problems(own: Words, base: Words) -> Iterator[Problem]:
    """Keys that differ from the base language's."""
    for field in CHECKED_TABLES:
        mine, theirs = getattr(own, field), getattr(base, field)
        for key in sorted(set(theirs) - set(mine)):
            yield (
                f"{field} has no {key!r}",
                "Nothing is said there",
                f"Add it: keys stay as they are in {BASE_LANGUAGE}",
            )
        for key in sorted(set(mine) - set(theirs)):
            yield f"{field} has {key!r}, which nothing reads", "It is never said", f"Keep the keys of {BASE_LANGUAGE}"


def length_problems(own: Words, base: Words, categories: tuple[str, ...]) -> Iterator[Problem]:
    """Lengths that are missing, for each number of minutes and each plural category."""
    counted = [f"{what}.{category}" for what in ("breath", "round") for category in categories]
    needed = [*(key for key in base.lengths if "." not in key), *counted]
    for key in needed:
        if key not in own.lengths:
            yield f"lengths has no {key!r}", APOLOGY_FILE, "Add it"
    for key in sorted(set(own.lengths) - set(needed)):
        yield f"lengths has {key!r}, which nothing reads", "It is never said", f"The keys are {', '.join(needed)}"
    for key in counted:
        if (found := set(PLACEHOLDERS.findall(own.lengths.get(key, "")))) - {"number"}:
            yield (
                f"lengths {key!r} has {placeholders_text(found)}",
                APOLOGY_FILE,
                "The one placeholder there is {number}",
            )
    last = f"breath.{categories[-1]}"
    if last in own.lengths and "{number}" not in own.lengths[last]:
        yield f"lengths {last!r} has no {{number}}", "The number is not said", "Put {number} where it is to stand"


def number_problems(own: Words) -> Iterator[Problem]:
    """Lists of numbers that are not as long as what may be asked for."""
    for field in ("numbers", "numbers_of_breaths"):
        numbers = getattr(own, field)
        if numbers and len(numbers) != MAX_NUMBERS:
            why = f"A count of up to {MAX_NUMBERS} is said in words"
            hint = (
                "Write a list with a text for each; one text is split at its spaces, or at its commas where it has any"
            )
            yield f"{field} has {len(numbers)} entries", why, hint


def template_problems(own: Words, base: Words) -> Iterator[Problem]:
    """Placeholders that nothing fills in."""
    for field in CHECKED_TEMPLATES:
        mine, theirs = (set(PLACEHOLDERS.findall(getattr(words, field))) for words in (own, base))
        if mine - theirs:
            hint = f"Placeholders stay as they are in {BASE_LANGUAGE}: {placeholders_text(theirs) or 'none here'}"
            yield f"{field} has {placeholders_text(mine - theirs)}", APOLOGY_FILE, hint
        if theirs - mine:
            yield (
                f"{field} has no {placeholders_text(theirs - mine)}",
                "That is not said",
                "Put it where it is to stand",
            )


def cue_problems(own: Words, pattern: Pattern) -> Iterator[Problem]:
    """Words that take longer than the time that they have, so that they are left out."""
    for kind, length in pattern.phases:
        least = int(length * min(pace.value for pace in Pace))
        bare, cue = own.bare.get(kind, ""), own.cues.get(kind, "")
        second = min(1000, length)
        if bare and spoken(bare) > second:
            why = "In the rounds that are counted it is left out, and that second is silent"
            yield f"bare {kind!r}, “{bare}”, takes {spoken(bare) / 1000:.2f} s of {second / 1000:g}", why, "Shorten it"
        if cue and spoken(cue) > length and spoken(bare) > least:
            why = "Neither it nor the shorter word fits, so nothing is said"
            yield f"cues {kind!r}, “{cue}”, takes {spoken(cue) / 1000:.2f} s of {length / 1000:g}", why, "Shorten it"


def placeholders_text(names: set[str]) -> str:
    """Placeholders as they are written."""
    return ", ".join(f"{{{name}}}" for name in sorted(names))
