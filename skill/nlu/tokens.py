"""Words as features: what is left of an utterance when fillers, stutters and spelling are out of the way.

Text in, tokens out, and the features of them that the weights are about; without numpy. A feature is a short string
whose first letter tells its kind:

| first letter | what | for "he hurt me" |
| --- | --- | --- |
| w | a token | `whurt` |
| b | two tokens in a row, and the edges | `b^ he`, `bhe hurt`, `bme $` |
| r | two or three in a row, people as their roles | `r<you> hurt`, `r<you> hurt <i>` |
| n | one of the four tokens, people as their roles, after a negation | `nhurt` in "he did not hurt me" |
| c | three to five letters in a row of a token between `<` and `>` | `c<hu`, `churt`, `crt>` |
| h | a theme, and two themes within nine tokens | `hhit`, `hhit fear` |
| g | a theme with the roles before it, after it, or both; `_` is nobody | `g<you>hit`, `ghit<i>`, `g<you>hit<i>` |
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from skill.nlu.words import ROLE_TAGS, WordLists

MAX_CHARACTERS = 8_000
"""Characters read of one utterance; Alexa hands over far fewer."""
NEGATION_REACH = 4
"""Tokens that a negation reaches."""

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


class Tokenizer:
    """Tokens and features of utterances, by the words of one language."""

    def __init__(self, words: WordLists) -> None:
        self._fillers = frozenset(words.fillers)
        self._negations = frozenset(words.negations)
        self._rewrites = {word: whole.split() for word, whole in words.rewrites.items()}
        self._contractions = tuple(words.contractions.items())
        self._suffixes = words.suffixes
        self._numbers = {value: word for word, value in words.numbers.items()}
        self._roles = {word: ROLE_TAGS[role] for role in ROLE_TAGS for word in words.roles.get(role, ())}
        self._themes: dict[str, tuple[str, ...]] = {}
        for theme, listed in words.themes.items():
            for word in listed:
                self._themes[word] = (*self._themes.get(word, ()), theme)

    def tokens(self, text: str) -> list[str]:
        """The words of a normal text without fillers, stutters, stretched letters and contractions."""
        text = STRETCHED.sub(r"\1\1", STRETCHED_END.sub(r"\1", text))
        found: list[str] = []
        for word in text.split():
            if word in self._fillers:
                continue
            if word.isdigit():
                found.extend(self.number(word))
            elif word in self._rewrites:
                found.extend(self._rewrites[word])
            elif "'" in word:
                found.extend(self._without_apostrophe(word))
            else:
                found.append(word)
        return steady(found)

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

    def features(self, tokens: Sequence[str]) -> Iterator[str]:
        """The features of an utterance, as often as they are there; the table at the head of this file has them."""
        roles = [self._roles.get(token, token) for token in tokens]
        before = "^"
        for token in tokens:
            yield "w" + token
            yield "b" + before + " " + token
            before = token
        yield "b" + before + " $"
        first = second = ""
        for role in roles:
            if second and (second[0] == "<" or role[0] == "<"):
                yield "r" + second + " " + role
            if first and "<" in (first[0], second[0], role[0]):
                yield "r" + first + " " + second + " " + role
            first, second = second, role
        negated = 0
        for role in roles:
            if role in self._negations:
                negated = NEGATION_REACH
            elif negated:
                negated -= 1
                yield "n" + role
        for token in tokens:
            edged = "<" + token + ">"
            for length in (3, 4, 5):
                for start in range(len(edged) - length + 1):
                    yield "c" + edged[start : start + length]
        yield from self._theme_features(tokens, roles)

    def _theme_features(self, tokens: Sequence[str], roles: Sequence[str]) -> Iterator[str]:
        """What the words are about where somebody may need help, with whom it touches, and which themes meet."""
        about = [self.themes(token) for token in tokens]
        for place, own in enumerate(about):
            if not own:
                continue
            before = next((role for role in reversed(roles[max(0, place - 4) : place]) if role[0] == "<"), "_")
            after = next((role for role in roles[place + 1 : place + 4] if role[0] == "<"), "_")
            for theme in own:
                yield "h" + theme
                yield from ("g" + before + theme, "g" + theme + after, "g" + before + theme + after)
                for later in about[place + 1 : place + 9]:
                    for other in later:
                        if other != theme:
                            yield "h" + theme + " " + other

    def themes(self, token: str) -> tuple[str, ...]:
        """The themes of a word, or of the word without its ending."""
        if own := self._themes.get(token):
            return own
        for ending in self._suffixes:
            if token.endswith(ending) and (own := self._themes.get(token[: -len(ending)])):
                return own
        return ()
