"""Free words in; an intent's name and how sure we are out. A cry for help is looked for before anything else."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from skill import features
from skill.learned import SUFFIX, Floats, Learned, fingerprint, known
from skill.wishes import COUNTS, DURATION, NUMBER, Wishes

GENTLE_CHECK = "GentleCheck"
FALLBACK = "AMAZON.FallbackIntent"
NEXT_DOOR = "OutOfScopeIntent.NextDoor"

SAFETY = (
    "EmergencyIntent", "SelfHarmIntent", "AssaultIntent", "UnsureIntent", "PartnerViolenceIntent", "MinorIntent",
    "UrgentMedicineIntent", "MedicalIntent", "IntoxicationIntent", "MayHaveHarmedIntent",
)  # fmt: skip
"""The disclosures, the most pressing first: where two are heard at once, the earlier one is answered."""
SHARE = 0.3
"""How much of a disclosure's weight a kind must hold for its place in that order to count."""

TOPICS = tuple(
    f"{name}Intent"
    for name in "Overview Body Emotions WhyItMatters Everyday Intention Communication Vulnerability Intimacy Needs Consent "
    "Skipping Habits Partner Lasting".split()
)
FEELINGS = tuple(
    f"{name}Intent"
    for name in "Calm Close Teary Sad Numb Anxious Ashamed Lonely Distant Overwhelmed Irritable Exhausted Restless".split()
)
PRACTICES = ("BreathingIntent", "GroundingIntent", "TogetherIntent", "CheckInIntent")
OFFERABLE = frozenset((*TOPICS, *FEELINGS, *PRACTICES))
"""What has a spoken name, so that one can ask "was that about ...?"."""

WINDOW, STEP = 40, 20
"""Long stories are searched for a disclosure this many words at a time, so that one sentence is not drowned."""


@dataclass(frozen=True)
class Bands:
    """Where "sure", "between two" and "lost" begin; chosen by cross-validation, see `skill/training.py`."""

    sharpness: float
    """Turns margins into probabilities: fitted so that of the answers given with 0.8, four in five are right."""
    sure: float
    """At this confidence or above, answer."""
    pair: float
    """At this sum of the two best or above, ask which; below, lost."""
    disclosed: float
    """At this probability of a disclosure or above, give the safety answer."""
    doubtful: float
    """At this one or above, check gently."""
    slope: float
    middle: float
    """The disclosure margin as a probability: a logistic curve with this slope around this middle."""


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
    ranking: tuple[tuple[str, float], ...] = ()
    """The best readings, best first, for those who measure."""


class Understanding:
    """Reads free words by what was learned from the model's phrases."""

    def __init__(self, learned: Learned) -> None:
        self._classes = learned.classes
        self._vocabulary: npt.NDArray[np.uint32] = learned.arrays["vocabulary"]
        self._idf: npt.NDArray[np.uint8] = learned.arrays["idf"]
        self._weights: npt.NDArray[np.int8] = learned.arrays["weights"]
        self._scale = learned.arrays["scale"].astype(np.float64)
        self._bias = learned.arrays["bias"].astype(np.float64)
        self._phrases: npt.NDArray[np.uint64] = learned.arrays["phrases"]
        self._phrase_class: npt.NDArray[np.uint8] = learned.arrays["phrase_class"]
        self.bands = Bands(**learned.header["bands"])
        self.digest: str = learned.header["digest"]
        self._templates: dict[str, str] = learned.header["templates"]
        self._wishes = Wishes.of(learned.header["types"])
        self._safe = np.array([name in SAFETY for name in self._classes])
        self._forms = _forms(learned.header["types"])

    @classmethod
    def load(cls, folder: Path, language: str) -> "Understanding":
        """What was learned for a language; `soft-landing train` makes the file."""
        return cls(Learned.read(folder / f"{language}.{SUFFIX}"))

    def hear(self, text: str) -> Meaning:
        """What somebody meant. Any text gets an answer, and none takes long."""
        plain = features.normal(text)
        if not plain:
            return Meaning(None)
        if said := self.sample(plain):
            safety = 1.0 if said in SAFETY else 0.0
            return Meaning(said, self._wishes.read(said, plain), 1.0, safety=safety, ranking=((said, 1.0),))
        found = features.words(plain)
        margins = self.margins(found)
        disclosure = self.disclosure(found, margins)
        return self.judge(plain, margins, disclosure)

    def sample(self, plain: str) -> str:
        """The intent of a phrase that stands in the model word for word, its slots filled; empty when none does."""
        number = fingerprint(plain)
        place = int(np.searchsorted(self._phrases, np.uint64(number)))
        if place < len(self._phrases) and int(self._phrases[place]) == number:
            return self._classes[int(self._phrase_class[place])]
        if len(plain) > 200:
            return ""
        for form in shapes(plain, self._forms):
            if form in self._templates:
                return self._templates[form]
        return ""

    def margins(self, found: Sequence[str]) -> Floats:
        """One number a class, above zero where the words speak for it; the last is for any disclosure."""
        places, values = known(found, self._vocabulary, self._idf)
        if not len(places):
            return self._bias.copy()
        return np.asarray(values @ self._weights[places].astype(np.float64)) * self._scale + self._bias

    def disclosure(self, found: Sequence[str], margins: Floats) -> float:
        """How likely the words are a disclosure; of a long story, its most alarming part."""
        best = float(margins[-1])
        if len(found) > WINDOW + STEP:
            for start in range(0, len(found) - STEP, STEP):
                best = max(best, float(self.margins(found[start : start + WINDOW])[-1]))
        return _logistic(self.bands.slope * (best - self.bands.middle))

    def judge(self, plain: str, margins: Floats, disclosure: float) -> Meaning:
        """The three bands, and safety before them."""
        bands, classes = self.bands, self._classes
        chances = _softmax(bands.sharpness * margins[:-1])
        order = np.argsort(-chances, kind="stable")
        ranking = tuple((classes[place], round(float(chances[place]), 4)) for place in order[:5])
        safety = round(disclosure, 4)
        if disclosure >= bands.doubtful:
            kind = self._pressing(chances)
            if disclosure >= bands.disclosed:
                return Meaning(kind, {}, safety, safety=safety, ranking=ranking)
            instead = next(classes[place] for place in order if not self._safe[place])
            slots = self._wishes.read(instead, plain)
            return Meaning(GENTLE_CHECK, slots, safety, (kind,), safety, instead, ranking)
        ordinary = [place for place in order[:12] if not self._safe[place]][:2]
        first, second = (classes[place] for place in ordinary)
        total = float(chances[~self._safe].sum()) or 1.0
        best, next_best = (float(chances[place]) / total for place in ordinary)
        confidence = round(best, 4)
        if best >= bands.sure:
            return Meaning(first, self._wishes.read(first, plain), confidence, safety=safety, ranking=ranking)
        if best + next_best >= bands.pair and first in OFFERABLE and second in OFFERABLE:
            slots = self._wishes.read(first, plain)
            return Meaning(None, slots, confidence, (first, second), safety, ranking=ranking)
        if best >= bands.pair / 2 and first not in OFFERABLE:
            return Meaning(first, {}, confidence, safety=safety, ranking=ranking)
        return Meaning(None, {}, confidence, safety=safety, ranking=ranking)

    def _pressing(self, chances: Floats) -> str:
        """Which disclosure: the most pressing of those with a fair share of the weight."""
        share = {name: float(chance) for name, chance in zip(self._classes, chances, strict=True) if name in SAFETY}
        total = sum(share.values()) or 1.0
        return next(
            (name for name in SAFETY if share.get(name, 0) / total >= SHARE), max(share, key=lambda n: share[n])
        )


def _softmax(scores: Floats) -> Floats:
    powers = np.exp(scores - scores.max())
    return np.asarray(powers / powers.sum())


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, value))))


# Samples with slots: "two minutes of box breathing" is "{duration} of {pattern}".

LENGTH = "{length}"
COUNT = "{count}"
SLOT_SHAPES = {"AMAZON.DURATION": LENGTH, "AMAZON.NUMBER": COUNT}
NUMBERS = re.compile(rf"\b{NUMBER}(?: (?:{'|'.join(COUNTS)}))?\b")


def template(sample: str, slots: Mapping[str, str]) -> str:
    """A slotted sample with what its slots hold in place of their names."""
    return re.sub(r"\{(\w+)\}", lambda found: SLOT_SHAPES.get(slots[found[1]], "{" + slots[found[1]] + "}"), sample)


def _forms(types: Mapping[str, Sequence[Sequence[str]]]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    made = []
    for name, pairs in types.items():
        forms = sorted((pair[0] for pair in pairs), key=lambda form: (-len(form), form))
        made.append(("{" + name + "}", re.compile(rf"\b(?:{'|'.join(map(re.escape, forms))})\b")))
    return tuple(made)


def shapes(plain: str, forms: Sequence[tuple[str, re.Pattern[str]]]) -> list[str]:
    """A phrase with its lengths, names and numbers as slots, one form for each type of name."""
    timed = DURATION.sub(LENGTH, plain)
    made = [NUMBERS.sub(COUNT, timed)]
    for name, pattern in forms:
        named = pattern.sub(name, timed, count=1)
        if named != timed:
            made.extend((named, NUMBERS.sub(COUNT, named)))
    return made
