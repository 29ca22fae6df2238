"""Which phrases reach two intents at once: samples with the values of their slots filled in, and what Amazon's own
intents answer to.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from skill.nlu.slots import NumberReader
from skill.nlu.tokens import normal

SLOT_IN_SAMPLE = re.compile(r"\{([^{}]*)\}")
SEARCH = "AMAZON.SearchQuery"
FREE_TEXT = "freewords"
"""What stands for any words; Alexa takes them where nothing else fits, so they clash with themselves only."""
MAX_EXPANSIONS = 5_000
"""The most phrases that one sample is written out to; a sample with more takes its slots as they are named."""

SHAPES = {"AMAZON.NUMBER": "0", "AMAZON.DURATION": "PT0"}
"""What stands for any number and any length of time in a phrase."""


@dataclass(frozen=True)
class Phrase:
    """One way to ask, as it stands in a file."""

    intent: str
    text: str
    file: str
    line: int | None
    slots: Mapping[str, str]
    """Name to type."""


@dataclass(frozen=True)
class Clash:
    """Two phrases that one and the same utterance fits."""

    words: str
    first: Phrase
    second: Phrase


def written_out(phrase: Phrase, values: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """All that a phrase stands for, in normal form: listed values filled in, `SHAPES` for what Amazon listens for."""
    pieces = SLOT_IN_SAMPLE.split(phrase.text)
    choices = []
    size = 1
    for name in pieces[1::2]:
        kind = phrase.slots.get(name, "")
        shown = FREE_TEXT if kind == SEARCH else SHAPES.get(kind)
        words = [shown] if shown else list(values.get(kind, ())) or [f"slot{name}"]
        choices.append(words)
        size *= len(words)
    if size > MAX_EXPANSIONS:
        choices = [[f"slot{name}"] for name in pieces[1::2]]
    for chosen in product(*choices):
        filled = [pieces[0]]
        for value, after in zip(chosen, pieces[2::2], strict=True):
            filled += [value, after]
        yield normal("".join(filled))


def clashes(phrases: Iterable[Phrase], values: Mapping[str, Iterable[str]], numbers: NumberReader) -> Iterator[Clash]:
    """Every pair of phrases in different intents that the same words fit, each pair once.

    `numbers` are the language's.
    """
    held = {kind: tuple(listed) for kind, listed in values.items()}
    exact: dict[str, Phrase] = {}
    shaped: dict[str, Phrase] = {}
    seen: set[tuple[str, str, str, str]] = set()
    literal: list[tuple[str, Phrase]] = []
    for phrase in phrases:
        loose = any(phrase.slots.get(name) in SHAPES for name in SLOT_IN_SAMPLE.findall(phrase.text))
        for words in written_out(phrase, held):
            literal += [] if loose else [(words, phrase)]
            other = (shaped if loose else exact).setdefault(words, phrase)
            yield from _once(words, other, phrase, seen)
    for words, phrase in literal:
        bare = shape(words, numbers)
        if bare != words and (open_ := shaped.get(bare)):
            yield from _once(words, open_, phrase, seen)


def _once(words: str, first: Phrase, second: Phrase, seen: set[tuple[str, str, str, str]]) -> Iterator[Clash]:
    pair = (first.intent, first.text, second.intent, second.text)
    if first.intent != second.intent and pair not in seen:
        seen.add(pair)
        yield Clash(words, first, second)


def shape(words: str, numbers: NumberReader) -> str:
    """A phrase with its lengths of time and numbers as `SHAPES`."""
    timed = numbers.duration.sub(normal(SHAPES["AMAZON.DURATION"]), words)
    return numbers.number_phrase.sub(SHAPES["AMAZON.NUMBER"], timed)


def carried(phrases: Iterable[Phrase]) -> Iterator[Clash]:
    """Every phrase that begins like another intent's sample with free words: Alexa may take it for such."""
    held = list(phrases)
    carriers: dict[str, Phrase] = {}
    for phrase in held:
        head, _, rest = phrase.text.partition("{")
        if SEARCH in phrase.slots.values() and rest and rest.endswith("}") and normal(head):
            carriers.setdefault(normal(head) + " ", phrase)
    for phrase in held:
        if "{" not in phrase.text:
            words = normal(phrase.text)
            carrier = next((carriers[head] for head in carriers if words.startswith(head)), None)
            if carrier and carrier.intent != phrase.intent:
                yield Clash(words, carrier, phrase)
