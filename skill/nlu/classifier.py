"""Free words in; an intent's name and how sure we are out. A cry for help is looked for before anything else."""

import math
import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from skill.nlu import tokens
from skill.nlu.embedding import SUFFIX as EMBEDDING_SUFFIX
from skill.nlu.embedding import Embedding
from skill.nlu.linear import LinearModel, hash_features
from skill.nlu.model_file import SUFFIX, ModelFile, text_hash
from skill.nlu.slots import COUNTS, DURATION, NUMBER, Wishes
from skill.nlu.themes import UNMISTAKABLE

GENTLE_CHECK = "GentleCheck"
FALLBACK = "AMAZON.FallbackIntent"
NEXT_DOOR = "OutOfScopeIntent.NextDoor"

SHARE = 0.3
"""How much of a disclosure's weight a kind must hold for its place in that order to count."""


@dataclass(frozen=True)
class IntentRoles:
    """What the understanding has to know of the intents that it can hear, from the words on disk."""

    safety: tuple[str, ...]
    """The disclosures, the most pressing first: where two are heard at once, the earlier one is answered."""
    labels: Mapping[str, str]
    """What test sets call the disclosures: label to intent."""
    alike: tuple[frozenset[str], ...]
    """Disclosures whose answers do the same for the listener."""
    topics: frozenset[str]
    feelings: frozenset[str]
    practices: frozenset[str]
    out_of_scope: frozenset[str]

    @property
    def offerable(self) -> frozenset[str]:
        """What has a spoken name, so that one can ask "was that about ...?"."""
        return self.topics | self.feelings | self.practices


SCENE = 15
"""From this many words on it is a scene: most real disclosures are, and so are most alarming words that are none."""
CERTAIN = re.compile("|".join(UNMISTAKABLE))
FILLED = 60
"""How many characters longer than its template a phrase may be, its slots filled."""
WINDOW, STEP = 40, 20
"""Long stories are searched for a disclosure this many words at a time, so that one sentence is not drowned."""


@dataclass(frozen=True)
class Bands:
    """Where "sure", "between two" and "lost" begin; chosen by cross-validation, see `skill/nlu/train.py`."""

    sharpness: float
    """Turns margins into probabilities: fitted so that of the answers given with 0.8, four in five are right."""
    sure: float
    """At this confidence or above, answer."""
    sure_of_others: float
    """The same for what has no spoken name to ask about: controls, and what is out of scope."""
    pair: float
    """At this sum of the two best or above, ask which; below, lost."""
    disclosed: tuple[float, float]
    """At this probability of a disclosure or above, give the safety answer: in a few words, and in a scene."""
    doubtful: tuple[float, float]
    """At this one or above, check gently."""
    own: float
    odds: float
    base: float
    """The logarithm of a disclosure's odds: `own` times the margin of "any disclosure", plus `odds` times the logarithm
    of the disclosures' chances against all others', plus `base`."""

    @classmethod
    def of(cls, header: Mapping[str, Any]) -> "Bands":
        """As written in a learned file."""
        read: dict[str, Any] = dict(header)
        return cls(**{**read, "disclosed": tuple(read["disclosed"]), "doubtful": tuple(read["doubtful"])})


@dataclass(frozen=True)
class Meaning:
    """What was meant, as far as the words tell."""

    intent: str | None
    """None when between two (`offered` holds them) and when lost (`offered` is empty)."""
    slots: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    confidence: float = 0.0
    offered: tuple[str, ...] = ()
    """The two that it lies between; for `GentleCheck`, the safety answer that may be needed."""
    safety: float = 0.0
    """How likely the words are a disclosure, 0 to 1."""
    instead: str = ""
    """For `GentleCheck`: what was meant if nothing is wrong."""


class Understanding:
    """Reads free words by what was learned from the model's phrases."""

    def __init__(self, learned: ModelFile, embedding: Embedding, roles: IntentRoles) -> None:
        self.roles = roles
        self._offerable = roles.offerable
        self._embedding = embedding
        self._linear = LinearModel(learned.arrays)
        self._classes = tuple(learned.header["classes"])
        self.learned_safety = frozenset(learned.header.get("safety", self._classes))
        """The disclosures that were learned as such: their words raise the alarm."""
        self._phrases = learned.arrays["phrases"]
        self._phrase_class = learned.arrays["phrase_class"]
        self.bands = Bands.of(learned.header["bands"])
        self.digest: str = learned.header["digest"]
        self._templates: dict[str, str] = learned.header["templates"]
        self._longest = max(map(len, self._templates), default=0) + FILLED
        self._slotted = slotted_words(self._templates, learned.header["types"])
        self._wishes = Wishes.of(learned.header["types"])
        self._disclosed_names = [name for name in roles.safety if name in self._classes]
        self._ordinary_names = [name for name in self._classes if name not in roles.safety]
        self._disclosed = [self._classes.index(name) for name in self._disclosed_names]
        self._ordinary = [self._classes.index(name) for name in self._ordinary_names]
        self._forms = _forms(learned.header["types"])

    @classmethod
    def load(cls, folder: Path, language: str, roles: IntentRoles) -> "Understanding":
        """What was learned for a language; `soft-landing train` makes the file."""
        learned = ModelFile.read(folder / f"{language}.{SUFFIX}")
        return cls(learned, Embedding.load(folder / f"{language}.{EMBEDDING_SUFFIX}"), roles)

    def warm(self) -> None:
        """Make now what would otherwise be made while somebody waits."""
        self._wishes.warm()

    def hear(self, text: str) -> Meaning:
        """What somebody meant. Any text gets an answer, and none takes long."""
        plain = tokens.normal(text)
        if not plain:
            return Meaning(None)
        if said := self.sample(plain):
            safety = 1.0 if said in self.roles.safety else 0.0
            return Meaning(said, self._wishes.read(said, plain, named=True), 1.0, safety=safety)
        found = tokens.words(plain)
        margins = self.margins(found)
        chances = self.chances(margins)
        disclosure = self.disclosure(found, self.alarm(margins, chances))
        return self.judge(plain, chances, disclosure, len(plain.split()) >= SCENE)

    def sample(self, plain: str) -> str:
        """The intent of a phrase that stands in the model word for word, its slots filled; empty when none does."""
        number = text_hash(plain)
        place = bisect_left(self._phrases, number)
        if place < len(self._phrases) and self._phrases[place] == number:
            return str(self._classes[self._phrase_class[place]])
        if len(plain) > self._longest or not self._slotted.issuperset(word for word in plain.split() if word.isalpha()):
            return ""
        for form in shapes(plain, self._forms):
            if form in self._templates:
                return self._templates[form]
        return ""

    def margins(self, found: Sequence[str]) -> list[float]:
        """One number a class, above zero where the words speak for it; the last is for any disclosure."""
        return self._linear.scores(hash_features(tokens.pieces(found)), self._embedding.of(found))

    def chances(self, margins: Sequence[float]) -> list[float]:
        """What the margins are worth beside each other: the likeliest class has 1."""
        sharpness, most = self.bands.sharpness, max(margins[:-1])
        return [math.exp(sharpness * (margin - most)) for margin in margins[:-1]]

    def alarm(self, margins: Sequence[float], chances: Sequence[float]) -> float:
        """The logarithm of the odds that the words are a disclosure."""
        bands = self.bands
        disclosed, ordinary = (sum(map(chances.__getitem__, some)) for some in (self._disclosed, self._ordinary))
        odds = math.log((disclosed + 1e-6) / (ordinary + 1e-6))
        return bands.own * margins[-1] + bands.odds * odds + bands.base

    def disclosure(self, found: Sequence[str], alarm: float) -> float:
        """How likely the words are a disclosure; of a long story, its most alarming part."""
        if len(found) > WINDOW + STEP:
            for start in range(0, len(found) - STEP, STEP):
                margins = self.margins(found[start : start + WINDOW])
                alarm = max(alarm, self.alarm(margins, self.chances(margins)))
        return 1 / (1 + math.exp(-max(-40.0, min(40.0, alarm))))

    def judge(self, plain: str, chances: Sequence[float], disclosure: float, scene: bool) -> Meaning:
        """The three bands, and safety before them."""
        bands = self.bands
        ordinary = [chances[place] for place in self._ordinary]
        likeliest = max(ordinary)
        first = self._ordinary_names[ordinary.index(likeliest)]
        if CERTAIN.search(plain):
            disclosure = max(disclosure, bands.doubtful[scene] if scene else bands.disclosed[scene])
        safety = round(disclosure, 4)
        if disclosure >= bands.doubtful[scene]:
            kind = self._pressing(chances)
            if disclosure >= bands.disclosed[scene]:
                return Meaning(kind, {}, safety, safety=safety)
            slots = self._wishes.read(first, plain)
            return Meaning(GENTLE_CHECK, slots, safety, (kind,), safety, first)
        total = sum(ordinary) or 1.0
        best = likeliest / total
        confidence = round(best, 4)
        sure = bands.sure if first in self._offerable else bands.sure_of_others
        if best >= sure:
            return Meaning(first, self._wishes.read(first, plain), confidence, safety=safety)
        if first in self._offerable:
            offerable = zip(ordinary, self._ordinary_names, strict=True)
            others = ((chance, name) for chance, name in offerable if name in self._offerable and name != first)
            second, other = max(others, default=(0.0, ""))
            if other and best + second / total >= bands.pair:
                slots = self._wishes.read(first, plain)
                return Meaning(None, slots, confidence, (first, other), safety)
        return Meaning(None, {}, confidence, safety=safety)

    def _pressing(self, chances: Sequence[float]) -> str:
        """Which disclosure: the most pressing of those with a fair share of the weight."""
        share = {name: chances[place] for name, place in zip(self._disclosed_names, self._disclosed, strict=True)}
        total = sum(share.values()) or 1.0
        return next((name for name in share if share[name] / total >= SHARE), max(share, key=lambda name: share[name]))


# Samples with slots: "two minutes of box breathing" is "{duration} of {pattern}".

LENGTH = "{length}"
COUNT = "{count}"
SLOT_SHAPES = {"AMAZON.DURATION": LENGTH, "AMAZON.NUMBER": COUNT}
NUMBERS = re.compile(rf"\b{NUMBER}(?: (?:{'|'.join(COUNTS)}))?\b")


def template(sample: str, slots: Mapping[str, str]) -> str:
    """A slotted sample with what its slots hold in place of their names."""
    return re.sub(r"\{(\w+)\}", lambda found: SLOT_SHAPES.get(slots[found[1]], "{" + slots[found[1]] + "}"), sample)


def slotted_words(templates: Iterable[str], types: Mapping[str, Sequence[Sequence[str]]]) -> frozenset[str]:
    """All words that a slotted sample can hold, slots filled: what has another word needs no closer look."""
    found = {"a", *COUNTS}
    for text in (*templates, *(pair[0] for pairs in types.values() for pair in pairs)):
        found.update(text.split())
    for word in re.findall("[a-z]+", DURATION.pattern):
        found.update((word, f"{word}s"))
    return frozenset(found)


def _forms(types: Mapping[str, Sequence[Sequence[str]]]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    made = []
    for name, pairs in types.items():
        forms = sorted((pair[0] for pair in pairs), key=lambda form: (-len(form), form))
        made.append(("{" + name + "}", re.compile(rf"\b(?:{'|'.join(map(re.escape, forms))})\b")))
    return tuple(made)


def shapes(plain: str, forms: Sequence[tuple[str, re.Pattern[str]]]) -> list[str]:
    """A phrase with its lengths, names and numbers as slots, one form for each type of name."""
    timed = DURATION.sub(LENGTH, plain)
    made = [timed, NUMBERS.sub(COUNT, timed)]
    for name, pattern in forms:
        named = pattern.sub(name, timed, count=1)
        if named != timed:
            made.extend((named, NUMBERS.sub(COUNT, named)))
    return made
