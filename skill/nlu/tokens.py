"""Words as features: what is left of an utterance when fillers, stutters and spelling are out of the way.

Pure, and without numpy: text in, normal words out, and the small pieces of them that the weights are about.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from skill.nlu.themes import THEMES

LONGEST = 8_000
"""Characters read of one utterance; Alexa hands over far fewer."""


def bag(words: str) -> frozenset[str]:
    """Some words, for looking them up."""
    return frozenset(words.split())


FILLERS = bag("um uh er erm uhm hmm mmm ah eh oh huh umm hm")
NOT_A_WORD = re.compile(r"[^\w']+|_+")
STRETCHED_END = re.compile(r"([^\W\d])\1{2,}(?=\s|$)")
STRETCHED = re.compile(r"([^\W\d])\1{2,}")

UNITS = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen"""
NUMBERS = dict(enumerate(UNITS.split()))
DECADES = "twenty thirty forty fifty sixty seventy eighty ninety"
TENS = dict(zip(range(20, 100, 10), DECADES.split(), strict=True))

WHOLE = {
    "can't": "can not", "cannot": "can not", "cant": "can not", "won't": "will not", "wont": "will not",
    "shan't": "shall not", "ain't": "is not", "aint": "is not", "dont": "do not", "doesnt": "does not",
    "didnt": "did not", "isnt": "is not", "wasnt": "was not", "wouldnt": "would not", "couldnt": "could not",
    "shouldnt": "should not", "havent": "have not", "hasnt": "has not", "im": "i am", "ive": "i have",
    "hes": "he is", "shes": "she is", "thats": "that is", "whats": "what is", "theres": "there is",
    "let's": "lets", "gonna": "going to", "wanna": "want to", "gotta": "got to", "kinda": "kind of",
    "sorta": "sort of", "dunno": "do not know", "lemme": "let me", "gimme": "give me", "cos": "because",
    "cuz": "because", "coz": "because", "'cause": "because", "cause": "because", "mum": "mother", "mom": "mother",
    "ok": "okay", "o'clock": "oclock", "y'all": "you all", "ya": "you", "yeah": "yes", "yep": "yes", "yup": "yes",
    "nope": "no", "nah": "no", "favourite": "favorite", "colour": "color", "til": "until", "till": "until",
    "cuddling": "cuddle", "cuddles": "cuddle", "cuddled": "cuddle", "after care": "aftercare",
}  # fmt: skip
ENDINGS = (
    ("n't", "not"),
    ("'m", "am"),
    ("'re", "are"),
    ("'ve", "have"),
    ("'ll", "will"),
    ("'d", "would"),
    ("'s", "is"),
)

SELF = bag("i me my mine myself")
BOTH = bag("we us our ours ourselves")
OTHER = bag(
    "he she they him her them his hers their theirs himself herself themself themselves husband hubby wife boyfriend "
    "girlfriend partner fella fiance fiancee spouse lover bf gf missus"
)
THIRD = bag(
    "friend sister brother daughter son mate cousin roommate flatmate housemate neighbour neighbor colleague niece "
    "nephew mother dad father aunt uncle"
)
NEGATIONS = bag("not no never nothing nobody without")
ROLES = {
    **dict.fromkeys(SELF, "<i>"),
    **dict.fromkeys(BOTH, "<we>"),
    **dict.fromkeys(OTHER, "<you>"),
    **dict.fromkeys(THIRD, "<else>"),
}


def normal(text: str) -> str:
    """Lower case, straight apostrophes, one space: the form in which two phrases are the same phrase."""
    text = unicodedata.normalize("NFKC", text[:LONGEST]).lower().replace("\u2019", "'").replace("\u2018", "'")
    return " ".join(piece.strip("'") for piece in NOT_A_WORD.sub(" ", text).split() if piece.strip("'"))


def words(text: str) -> list[str]:
    """The words of a normal text without fillers, stutters, stretched letters and contractions."""
    text = STRETCHED.sub(r"\1\1", STRETCHED_END.sub(r"\1", text))
    found: list[str] = []
    for word in text.split():
        if word in FILLERS:
            continue
        if word.isdigit():
            found.extend(number(word))
        elif word in WHOLE:
            found.extend(WHOLE[word].split())
        elif "'" in word:
            for ending, whole in ENDINGS:
                if word.endswith(ending):
                    found.extend((word[: -len(ending)], whole))
                    break
            else:
                found.append(word.replace("'", ""))
        else:
            found.append(word)
    return steady(found)


def number(digits: str) -> list[str]:
    """A number below a hundred in words, so that "2" is "two"; a longer one as it is."""
    if len(digits) > 2 or not digits.isascii():
        return ["<number>"]
    value = int(digits)
    if value < 20:
        return [NUMBERS[value]]
    ten, one = value // 10 * 10, value % 10
    return [TENS[ten], NUMBERS[one]] if one else [TENS[ten]]


def steady(found: list[str]) -> list[str]:
    """Without what a recogniser hears twice: "the the", "make you make you"."""
    kept: list[str] = []
    for word in found:
        if kept and kept[-1] == word:
            continue
        kept.append(word)
        if len(kept) >= 4 and kept[-2:] == kept[-4:-2]:
            del kept[-2:]
    return kept


def pieces(found: Sequence[str]) -> Iterator[str]:
    """Everything that the weights know words by, as short strings; the first letter tells the kind."""
    roles = [ROLES.get(word, word) for word in found]
    before = "^"
    for word in found:
        yield "w" + word
        yield "b" + before + " " + word
        before = word
    yield "b" + before + " $"
    first = second = ""
    for role in roles:
        if second and (second[0] == "<" or role[0] == "<"):
            yield "r" + second + " " + role
        if first and "<" in (first[0], second[0], role[0]):
            yield "r" + first + " " + second + " " + role
        first, second = second, role
    denied = 0
    for word in roles:
        if word in NEGATIONS:
            denied = 4
        elif denied:
            denied -= 1
            yield "n" + word
    for word in found:
        edged = "<" + word + ">"
        for length in (3, 4, 5):
            for start in range(len(edged) - length + 1):
                yield "c" + edged[start : start + length]
    yield from themes(found, roles)


def themes(found: Sequence[str], roles: Sequence[str]) -> Iterator[str]:
    """What the words are about where somebody may need help, with whom it touches, and which themes stand together."""
    about = [theme_of(word) for word in found]
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


def theme_of(word: str) -> tuple[str, ...]:
    """The themes of a word, or of the word without its ending."""
    if own := THEMES.get(word):
        return own
    for ending in ("s", "ing", "ed"):
        if word.endswith(ending) and (own := THEMES.get(word[: -len(ending)])):
            return own
    return ()
