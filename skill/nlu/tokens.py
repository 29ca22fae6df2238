"""Words without what says nothing: fillers, stutters, stretched letters, contractions, other spellings."""

import re
import unicodedata
from collections.abc import Sequence

from skill.nlu.words import WordLists

MAX_CHARACTERS = 8_000
"""Characters read of one utterance; Alexa hands over far fewer."""

NOT_A_WORD = re.compile(r"[^\w']+|_+")
STRETCHED_END = re.compile(r"([^\W\d])\1{2,}(?=\s|$)")
STRETCHED = re.compile(r"([^\W\d])\1{2,}")


def normal(text: str) -> str:
    """Lower case, straight apostrophes, one space: the form in which two phrases are the same phrase."""
    text = unicodedata.normalize("NFKC", text[:MAX_CHARACTERS]).lower().replace("\u2019", "'").replace("\u2018", "'")
    return " ".join(bare for word in NOT_A_WORD.sub(" ", text).split() if (bare := word.strip("'")))


def steady(words: Sequence[str]) -> list[str]:
    """Without what a recogniser hears twice: "the the", "make you make you"."""
    kept: list[str] = []
    for word in words:
        if kept and kept[-1] == word:
            continue
        kept.append(word)
        if len(kept) >= 4 and kept[-2:] == kept[-4:-2]:
            del kept[-2:]
    return kept


def unstretched(text: str) -> str:
    """A text without letters that are held: "sooo" is "so" and "pleeease" "pleease"."""
    return STRETCHED.sub(r"\1\1", STRETCHED_END.sub(r"\1", text))


class Tokenizer:
    """The tokens of utterances, by the words of one language."""

    def __init__(self, words: WordLists) -> None:
        self._fillers = frozenset(words.fillers)
        self._rewrites = {word: whole.split() for word, whole in words.rewrites.items()}
        self._contractions = tuple(words.contractions.items())
        self._numbers = {value: word for word, value in words.numbers.items()}

    def tokens(self, text: str) -> list[str]:
        """The words of a normal text without fillers, stutters, stretched letters and contractions."""
        return steady([part for word in unstretched(text).split() for part in self.parts(word)])

    def parts(self, word: str) -> Sequence[str]:
        """The words that a word stands for, of which no letter is stretched; none for a filler."""
        if word in self._fillers:
            return ()
        if word.isdigit():
            return self.number(word)
        if word in self._rewrites:
            return self._rewrites[word]
        return self._without_apostrophe(word) if "'" in word else (word,)

    def number(self, digits: str) -> list[str]:
        """A number below a hundred in words, so that "2" is "two"; `<number>` for any other, or without words."""
        if len(digits) <= 2 and digits.isascii():
            value = int(digits)
            if value in self._numbers:
                return [self._numbers[value]]
            ten, unit = value // 10 * 10, value % 10
            if ten in self._numbers and unit in self._numbers:
                return [self._numbers[ten], self._numbers[unit]]
        return ["<number>"]

    def _without_apostrophe(self, word: str) -> list[str]:
        for ending, whole in self._contractions:
            if word.endswith(ending):
                return [word[: -len(ending)], whole]
        return [word.replace("'", "")]
