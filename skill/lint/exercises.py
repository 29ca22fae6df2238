"""The practices: whether each has its words, keeps its time at every length and pace, and can be played and spoken."""

from collections.abc import Collection, Iterator

from skill.alexa.ssml import counted_speech
from skill.content.responses import ResponseError
from skill.core.exercise import words_of
from skill.exercises.builder import OPENING_LIMIT, steps, timeline
from skill.exercises.patterns import Pattern, PatternError
from skill.exercises.timeline import Pace, Part, Timeline
from skill.exercises.wording import Words
from skill.lint import readability, wording
from skill.lint.content_tree import RESPONSES_FOLDER, UNREADABLE, ContentTree, runs, unreadable
from skill.lint.finding import Finding
from skill.lint.json_lines import line_of
from skill.lint.ssml import speech_problems

MAX_PART_MS = 240_000
"""The most milliseconds that Alexa plays in one response."""
MAX_SENTENCE_WORDS = 20
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


def check_exercise(tree: ContentTree, pattern: Pattern, name: str, locale: str, discreet: bool) -> Iterator[Finding]:
    """One practice in one locale and wording."""
    file = tree.file(name, locale, discreet=discreet)
    try:
        words = words_of(tree.responses, name, locale, discreet)
    except (ResponseError, PatternError) as error:
        yield unreadable(error, file)
        return
    common = tree.file("_practice", locale, discreet=discreet)
    yield from check_wording(tree, words, (file, common), english=locale.startswith("en"))
    if not words.claims and not words.marker:
        why = "Nobody could tell that it is not from the article"
        yield Finding(file, 1, f"{name} has neither claims nor a marker", why, "Set one of the two")
    if locale != tree.responses.locales[-1] and file.startswith(f"{RESPONSES_FOLDER}/{locale.split('-')[0]}/"):
        return  # the same words were timed for another locale
    row = tree.line(PATTERNS_FILE, f"[{name}]", f"[{name.removesuffix('.together')}")
    try:
        for made in sessions(pattern, words, discreet):
            yield from check_timing(made, name, row)
        if pattern.rows:
            steps(pattern, words)
    except (*UNREADABLE, ValueError) as error:
        why = "Whoever asks for it hears an apology"
        yield Finding(file, None, f"{name} cannot be timed: {error}", why, "Make its words and its row agree")


def sessions(pattern: Pattern, words: Words, discreet: bool) -> Iterator[Timeline]:
    """The practice at every length and pace, counted and not, and as it is written."""
    yield timeline(pattern, words, discreet=discreet)
    for minutes in pattern.minutes:
        for pace in Pace:
            yield timeline(pattern, words, minutes=minutes, pace=pace, discreet=discreet)
    yield timeline(pattern, words, minutes=pattern.minutes[0], counting="whole", discreet=discreet)


def check_timing(made: Timeline, name: str, row: int | None) -> Iterator[Finding]:
    """One session: whether its parts fit a response, and its opening a listener."""
    for part in made.parts:
        if part.length > MAX_PART_MS:
            wrong = f"A part of {name} takes {part.length / 1000:.0f} s"
            yield Finding(
                PATTERNS_FILE, row, wrong, f"Alexa plays {MAX_PART_MS / 1000:g} s at most", "Shorten its rows"
            )
        yield from check_speech_fallback(part, name, row)
    if (opening := made.cues[0].length) > OPENING_LIMIT + 400:
        wrong = f"The opening of {name} takes {opening / 1000:.0f} s"
        why = f"Longer than {OPENING_LIMIT / 1000:g} s is not listened to"
        yield Finding(f"{RESPONSES_FOLDER}/en/_practice.ssml", None, wrong, why, "Say less before the first breath")


def check_speech_fallback(part: Part, name: str, row: int | None) -> Iterator[Finding]:
    """The part as speech, for a device that cannot play it."""
    for wrong, why, hint in speech_problems(f"<speak>{counted_speech(part)}</speak>"):
        yield Finding(PATTERNS_FILE, row, f"{name}, spoken: {wrong}", why, hint)


def check_wording(tree: ContentTree, words: Words, places: tuple[str, str], *, english: bool) -> Iterator[Finding]:
    """Everything that a practice says, by the lists and limits of what is said."""
    texts = [words.title, words.name, words.gist, words.settle, *words.lines, *words.again, *words.soft, *words.natural]
    texts += [words.landing, words.over, words.stop, words.caution, words.wander, words.turn, words.turn_reprompt]
    texts += [words.carry_on, words.onward, words.once_more, *words.clamped.values(), *words.cues.values()]
    for text in filter(None, texts):
        if not english:
            continue
        for pattern, what in (
            (wording.NEVER_IN_A_PRACTICE, "never said in a practice"),
            (wording.NOT_OVERHEARD_IN_A_PRACTICE, "not fit to be overheard"),
        ):
            if heard := pattern.search(text.lower()):
                why = "A practice is heard by whoever is in the room, eyes closed"
                wrong = f"“{heard.group()}” is {what}: “{text}”"
                file, line = place_of(tree, places, text)
                yield Finding(file, line, wrong, why, "Say it in other words")
        for sentence in readability.sentences(text):
            if (count := len(sentence.split())) > MAX_SENTENCE_WORDS:
                file, line = place_of(tree, places, sentence)
                wrong = f"A sentence of {count} words: “{sentence}”"
                yield Finding(
                    file, line, wrong, "By ear a sentence is one breath", f"Use {MAX_SENTENCE_WORDS} words at most"
                )


def place_of(tree: ContentTree, places: tuple[str, str], text: str) -> tuple[str, int | None]:
    """Which of two files holds a text, and where."""
    for file in places:
        if line := line_of(tree.source(file), text, *runs(text)):
            return file, line
    return places[0], None
