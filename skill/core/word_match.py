"""How the words of a reply are compared with a phrase."""

from collections.abc import Iterable

from skill.nlu.tokens import normal

MOST = 0.6
"""The share of a reply's content words that have to be an option's, where there are three and more."""
ROOT = 4
"""The fewest letters that two words share to be taken for forms of one."""
SHORT = 9
"""The most words of a reply that is judged by a phrase in it."""


def ordered(phrases: Iterable[str]) -> tuple[str, ...]:
    """Phrases in their normal form, the longest first."""
    return tuple(sorted({normal(phrase) for phrase in phrases}, key=lambda phrase: (-len(phrase), phrase)))


def begins(text: str, phrase: str) -> bool:
    """Whether a text begins with the words of a phrase."""
    return text == phrase or text.startswith(phrase + " ")


def fits(words: frozenset[str], others: frozenset[str]) -> bool:
    """Whether words are those of an option: all of them, or most of three and more."""
    if not words:
        return False
    known = [word for word in words if all_within((word, word), others)]
    return all_within(words, others) or (len(known) >= 2 and len(known) >= MOST * len(words))


def echoes(text: str, phrase: str) -> bool:
    """Whether a reply says words of a phrase only, three at least: "what can it do" of "say what it can do"."""
    said = text.split()
    return len(said) > 2 and set(said) <= set(phrase.split())


def all_within(words: Iterable[str], others: frozenset[str]) -> bool:
    """Whether each word is among some others; of several, an ending more or less is no difference ("show", "shows")."""
    if len(list(words)) == 1:
        return others.issuperset(words)
    return all(
        word in others or any(len(word) >= ROOT and (other.startswith(word) or (word.startswith(other) and
                                                     len(other) >= ROOT)) for other in others)
        for word in words
    )  # fmt: skip


def contains(text: str, phrases: Iterable[str]) -> bool:
    """Whether the words of one of some phrases stand in a short text; of a long one they are not the point."""
    return len(text.split()) <= SHORT and any(f" {phrase} " in f" {text} " for phrase in phrases)
