"""The practices: whether each has its words, keeps its time at every length and pace, and can be played and spoken."""

import json
from collections.abc import Collection, Iterator
from typing import get_args

from skill.alexa.apl import circle
from skill.alexa.apla import apla
from skill.alexa.ssml import counted_speech
from skill.content.locales import BASE_LANGUAGE, Language, any_of, language_of
from skill.content.responses import ResponseError
from skill.core.exercise import words_of
from skill.exercises.builder import begins_by, timeline
from skill.exercises.own_pace import steps
from skill.exercises.patterns import Pattern, PatternError
from skill.exercises.timeline import Counting, Pace, Part, Timeline
from skill.exercises.wording import Words
from skill.lint import readability, wording
from skill.lint.content_tree import RESPONSES_FOLDER, UNREADABLE, ContentTree, runs, unreadable
from skill.lint.finding import Finding
from skill.lint.json_lines import line_of
from skill.lint.ssml import speech_problems

MAX_PART_MS = 240_000
"""The most milliseconds that Alexa plays in one response."""
MAX_SOUND_BYTES, MAX_SCREEN_BYTES = 8_000, 12_000
"""The most bytes of a part as APL for Audio, and as a screen with its sound. Amazon takes 24 KB of a response in every
reading of its limits; the rest of the response needs some too."""
FROM_THE_ARTICLE = "p-"
"""Exercises of this prefix rest on claims; all others say that they are not from the article."""
BODY_SCAN = "g-scan"
PATTERNS_FILE = f"{RESPONSES_FOLDER}/patterns.toml"


def check_exercises(tree: ContentTree, only: Collection[str] | None = None) -> Iterator[Finding]:
    """All findings about the practices, or some of them."""
    for locale in tree.responses.locales:
        for name in sorted(tree.responses.names(locale)):
            if name.startswith(wording.PRACTICE) and name not in tree.patterns:
                file = tree.file(name, locale, discreet=False)
                why = "It has words and no seconds, so it cannot be played"
                yield Finding(file, None, f"{name} is no pattern", why, f"Add [{name}] to {PATTERNS_FILE}")
        for name, pattern in tree.patterns.items():
            if only is not None and name not in only:
                continue
            for discreet in (False, True):
                yield from check_exercise(tree, pattern, name, locale, discreet)
    yield from check_pairs(tree)


def check_exercise(tree: ContentTree, pattern: Pattern, name: str, locale: str, discreet: bool) -> Iterator[Finding]:
    """One practice in one locale and wording."""
    file = tree.file(name, locale, discreet=discreet)
    try:
        words = words_of(tree.responses, name, locale, discreet)
    except (ResponseError, PatternError) as error:
        yield unreadable(error, file)
        return
    common = tree.file("_practice", locale, discreet=discreet)
    language = tree.responses.language(locale)
    yield from check_wording(tree, words, (file, common), language)
    yield from check_header(tree, words, name, (file, common), language)
    timed_locale = tree.responses.place(language_of(locale)).locale
    if locale != timed_locale and not any(f"/{locale}/" in one for one in (file, common)):
        return  # the same words are timed for another locale of the language
    row = tree.line(PATTERNS_FILE, f"[{name}]", f"[{name.removesuffix('.together')}")
    try:
        for made in sessions(pattern, words, discreet):
            yield from check_timing(made, pattern, row, common)
        for minutes in pattern.minutes if not discreet else ():
            for counting in get_args(Counting):
                for part in timeline(pattern, words, minutes=minutes, counting=counting).parts:
                    yield from check_size(part, words, name, row)
                    if counting == "whole":  # which is what a device that plays no sound is told
                        yield from check_speech_fallback(part, name, row)
        steps(pattern, words)
    except (*UNREADABLE, ValueError) as error:
        why = "Whoever asks for it hears an apology"
        yield Finding(file, None, f"{name} cannot be timed: {error}", why, "Make its words and its row agree")


def check_header(
    tree: ContentTree, words: Words, name: str, places: tuple[str, str], language: Language
) -> Iterator[Finding]:
    """What an exercise says of itself: gist, name, and what it rests on. `places` are its file and the common one."""
    file, common = places
    markers, trunk = language.wording.outside, any_of(language.wording.trunk)
    for fact in sorted(set(words.beyond) - {one.id for one in tree.responses.claims.beyond}):
        why = "Nobody could look up what it rests on"
        yield Finding(file, tree.line(file, "set beyond"), f"{name} rests on {fact}, which is not in claims.toml",
                      why, "Add the fact and its source there, or mend the id")  # fmt: skip
    if not words.gist:
        yield Finding(file, 1, f"{name} has no gist", "A short answer would be silence", "Set gist")
    if language.code == BASE_LANGUAGE and words.name != words.name.lower():
        line = tree.line(file, "set name")
        yield Finding(file, line, f"“{words.name}” has a capital", "It is said in mid-sentence", "Use small letters")
    if not words.claims and not words.marker:
        why = "Nobody could tell that it is not from the article"
        yield Finding(file, 1, f"{name} has neither claims nor a marker", why, "Set one of the two")
    elif markers and not words.claims and not any_of(markers).search(words.marker):
        where = file if tree.line(file, "set marker") else common
        why = "Nobody could tell that it is not from the article"
        wrong = f"The marker “{words.marker}” does not say so"
        yield Finding(where, tree.line(where, "set marker"), wrong, why, f"Say {' or '.join(markers)} in it")
    if bool(words.claims) != name.startswith(FROM_THE_ARTICLE):
        line = tree.line(file, "set claims")
        why = f"What begins with {FROM_THE_ARTICLE} is from the article, and nothing else is"
        wrong = f"{name} names {'claims' if words.claims else 'no claims'}"
        yield Finding(file, line, wrong, why, "Mend its claims, or its name")
    if name.partition(".")[0] == BODY_SCAN:
        for text in (*words.lines, *words.again):
            if part := trunk.search(text.lower()):
                why = "Close attention there can bring back what was done to somebody"
                wrong = f"The body scan goes to the {part.group()}"
                yield Finding(file, tree.line(file, text), wrong, why, "Stay with head, arms and legs")


def check_pairs(tree: ContentTree) -> Iterator[Finding]:
    """An exercise of the article is there alone and for two, and one with held breaths has one without beside it."""
    for name, pattern in tree.patterns.items():
        row = tree.line(PATTERNS_FILE, f"[{name}]", f"[{name.removesuffix('.together')}")
        other = f"{name}.together"
        if name.startswith(FROM_THE_ARTICLE) and not pattern.together and other not in tree.patterns:
            why = "Each exercise of the article is for one and for two"
            yield Finding(PATTERNS_FILE, row, f"{name} has no {other} beside it", why, f"Add [{other}], and its words")
        if pattern.holds and (pattern.swap not in tree.patterns or tree.patterns[pattern.swap].holds):
            why = "Who is to hold no breath is given its swap instead"
            wrong = f"{name} holds the breath and has no swap without holds"
            yield Finding(PATTERNS_FILE, row, wrong, why, "Set swap to a pattern without holds")


def sessions(pattern: Pattern, words: Words, discreet: bool) -> Iterator[Timeline]:
    """The practice at every length and pace, counted and not, and as it is written."""
    yield timeline(pattern, words, discreet=discreet)
    for minutes in pattern.minutes:
        for pace in Pace:
            yield timeline(pattern, words, minutes=minutes, pace=pace, discreet=discreet)
    yield timeline(pattern, words, minutes=pattern.minutes[0], counting="whole", discreet=discreet)


def check_timing(made: Timeline, pattern: Pattern, row: int | None, common: str) -> Iterator[Finding]:
    """One session: whether its parts fit a response, and whether it begins soon."""
    name = pattern.id
    for part in made.parts:
        if part.length > MAX_PART_MS:
            wrong = f"A part of {name} takes {part.length / 1000:.0f} s"
            yield Finding(
                PATTERNS_FILE, row, wrong, f"Alexa plays {MAX_PART_MS / 1000:g} s at most", "Shorten its rows"
            )
        yield from check_speech_fallback(part, name, row)
    if made.begins > (limit := begins_by(pattern)):
        wrong = f"{name} begins after {made.begins / 1000:.1f} s"
        why = f"Who asks for calm waits {limit / 1000:g} s for it at most"
        yield Finding(common, None, wrong, why, "Say less before the first breath or step")


def check_size(part: Part, words: Words, name: str, row: int | None) -> Iterator[Finding]:
    """The part as sound, and as a screen with its sound: whether a response has room for it."""
    sound = apla(part, token="t", bed="rain", whisper=True)
    screen = circle(part, token="t", title=words.title, labels=words.bare)
    for shown, most, what in ((sound, MAX_SOUND_BYTES, "sound"), (screen, MAX_SCREEN_BYTES, "screen")):
        if (size := len(json.dumps(shown).encode())) >= most:
            why = "A response that is too large is refused whole"
            wrong = f"The {what} of {name} takes {size} bytes"
            yield Finding(PATTERNS_FILE, row, wrong, why, f"Stay below {most}: fewer rows, shorter lines")


def check_speech_fallback(part: Part, name: str, row: int | None) -> Iterator[Finding]:
    """The part as speech, for a device that cannot play it."""
    for wrong, why, hint in speech_problems(f"<speak>{counted_speech(part)}</speak>"):
        yield Finding(PATTERNS_FILE, row, f"{name}, spoken: {wrong}", why, hint)


def check_wording(tree: ContentTree, words: Words, places: tuple[str, str], language: Language) -> Iterator[Finding]:
    """Everything that a practice says, by the lists and limits of what is said."""
    texts = [words.title, words.name, words.gist, words.settle, *words.lines, *words.again, *words.soft, *words.natural]
    texts += [words.landing, words.over, words.stop, words.caution, words.wander, words.turn, words.turn_reprompt]
    texts += [words.carry_on, words.onward, words.once_more, *words.clamped.values(), *words.cues.values()]
    texts += [*words.own_lines, words.own_breath, words.own_some, words.own_most, words.own_more]
    for text in filter(None, texts):
        for pattern, what in (
            (wording.never_in_practice(language), "never said in a practice"),
            (any_of(language.wording.overheard_in_practice), "not fit to be overheard"),
        ):
            if heard := pattern.search(text.lower()):
                why = "A practice is heard by whoever is in the room, eyes closed"
                wrong = f"“{heard.group()}” is {what}: “{text}”"
                file, line = place_of(tree, places, text)
                yield Finding(file, line, wrong, why, "Say it in other words")
        for sentence in readability.sentences(text):
            if (count := len(sentence.split())) > (language.limits.sentence_words or count):
                file, line = place_of(tree, places, sentence)
                wrong = f"A sentence of {count} words: “{sentence}”"
                hint = f"Use {language.limits.sentence_words} words at most"
                yield Finding(file, line, wrong, "By ear a sentence is one breath", hint)


def place_of(tree: ContentTree, places: tuple[str, str], text: str) -> tuple[str, int | None]:
    """Which of two files holds a text, and where."""
    for file in places:
        if line := line_of(tree.source(file), text, *runs(text)):
            return file, line
    return places[0], None
