"""Free words in; an intent's name and how sure we are out. A cry for help is looked for before anything else."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from skill.nlu import tokens
from skill.nlu.ages import AgeReader
from skill.nlu.embedding import NO_VECTOR, Embedding, load_embedding
from skill.nlu.linear import LinearModel, hash_features
from skill.nlu.model_file import LEARNED_SUFFIX, ModelFile, ModelFileError
from skill.nlu.roles import IN_DOUBT, IntentRoles
from skill.nlu.samples import SampleIndex
from skill.nlu.slots import SlotReader
from skill.nlu.tokens import Tokenizer
from skill.nlu.words import WordLists, any_pattern

SHARE = 0.3
"""How much of a disclosure's weight a kind must hold for its place in the order of urgency to count."""
SCENE = 15
"""From this many words on it is a scene: most real disclosures are, and so are most alarming words that are none."""
WINDOW, STEP = 40, 20
"""Long stories are searched for a disclosure this many tokens at a time, so that one sentence is not drowned."""


@dataclass(frozen=True)
class Thresholds:
    """Where "sure", "between two" and "lost" begin; chosen by cross-validation, see `skill/nlu/train.py`."""

    sharpness: float
    """Turns scores into probabilities: fitted so that of the answers given with 0.8, four in five are right."""
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
    margin_weight: float
    odds_weight: float
    intercept: float
    """The log-odds of a disclosure: `margin_weight` times the score of "any disclosure", plus `odds_weight` times the
    logarithm of the disclosures' weights against all others', plus `intercept`."""

    @classmethod
    def of(cls, header: Mapping[str, Any]) -> "Thresholds":
        """As written in a learned file."""
        values: dict[str, Any] = dict(header)
        return cls(**{**values, "disclosed": tuple(values["disclosed"]), "doubtful": tuple(values["doubtful"])})


@dataclass(frozen=True)
class Meaning:
    """What was meant, as far as the words tell."""

    intent: str | None
    """None when between two (`offered` holds them) and when lost (`offered` is empty)."""
    slots: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    confidence: float = 0.0
    """How likely the intent, 0 to 1."""
    offered: tuple[str, ...] = ()
    """The two that it lies between; for `GentleCheck`, the safety answer that may be needed."""
    safety: float = 0.0
    """How likely the words are a disclosure, 0 to 1."""
    instead: str = ""
    """For `GentleCheck`: what was meant if nothing is wrong."""
    exact: bool = False
    """Whether the words stand in the model as they are."""


class Understanding:
    """Reads free words of one language by what was learned from its phrases."""

    def __init__(self, learned: ModelFile, vectors: Embedding | None, words: WordLists, roles: IntentRoles) -> None:
        """Raises `ModelFileError` for learned numbers that cannot be used."""
        header = learned.header
        try:
            self.thresholds = Thresholds.of(header["thresholds"])
            self.classes: tuple[str, ...] = tuple(header["classes"])
            """The K classes, in the order of the scores."""
            self.digest: str = header["digest"]
            """Of the files that it was learned from; see `phrases.digest`."""
            self.learned_safety = frozenset(header["safety"])
            """The classes that were learned as disclosures: their words raise the log-odds of one."""
            types = header["types"]
            hashes, hash_class = learned.arrays["phrase_hashes"], learned.arrays["phrase_class"]
            self._samples = SampleIndex(self.classes, hashes, hash_class, header["templates"], types, words)
        except (KeyError, TypeError, ValueError) as error:
            raise ModelFileError(f"learned by another version ({error!r}); run soft-landing train") from error
        self.roles = roles
        self.tokenizer = Tokenizer(words)
        self._embedding = vectors
        self._linear = LinearModel(learned.arrays)
        self.slots = SlotReader(types, words)
        """Reads what is wanted of a practice."""
        self.ages = AgeReader(words)
        self._unmistakable = re.compile(any_pattern(words.disclosures.unmistakable))
        if self._linear.embedding_size != (vectors.size if vectors else 0):
            raise ModelFileError("learned with another embedding; run soft-landing train")
        self._disclosed_names = [name for name in roles.safety if name in self.classes]
        self._ordinary_names = [name for name in self.classes if name not in roles.safety]
        self._disclosed = [self.classes.index(name) for name in self._disclosed_names]
        self._ordinary = [self.classes.index(name) for name in self._ordinary_names]
        if not self._ordinary or not self._disclosed:
            raise ModelFileError(
                "learned without a disclosure, or nothing else; write phrases and run soft-landing train"
            )

    @classmethod
    def load(cls, folder: Path, language: str, roles: IntentRoles) -> "Understanding":
        """What was learned for a language; `soft-landing train` makes the file. Raises `ContentError`."""
        path = folder / f"{language}.{LEARNED_SUFFIX}"
        learned, vectors, words = (
            ModelFile.read(path),
            load_embedding(folder, language),
            WordLists.load(folder, language),
        )
        try:
            return cls(learned, vectors, words, roles)
        except ModelFileError as error:
            raise ModelFileError(f"{path}: {error}") from error

    def hear(self, text: str) -> Meaning:
        """What somebody meant. Any text gets an answer, and none takes long."""
        plain = tokens.normal(text)
        if not plain:
            return Meaning(None)
        if named := self._samples.intent(plain):
            safety = 1.0 if named in self.roles.safety else 0.0
            return Meaning(named, self.slots.read(named, plain, named=True), 1.0, safety=safety, exact=True)
        found = self.tokenizer.tokens(plain)
        scores = self.scores(found)
        weights = self.softmax_weights(scores)
        disclosure = self.disclosure(found, self.disclosure_log_odds(scores, weights))
        return self.judge(plain, weights, disclosure, len(plain.split()) >= SCENE)

    def fold(self, plain: str) -> str:
        """A normal text as its tokens, its numbers as they stand; where nothing else is left, the text itself."""
        words = plain.split()
        kept = [word for piece in words for word in ([piece] if piece.isdigit() else self.tokenizer.tokens(piece))]
        return " ".join(kept) or plain

    def scores(self, found: Sequence[str]) -> list[float]:
        """For some tokens K + 1 scores, above zero where they speak for a class; the last is for any disclosure."""
        hashes = hash_features(self.tokenizer.features(found))
        return self._linear.scores(hashes, self._embedding.of(found) if self._embedding else NO_VECTOR)

    def softmax_weights(self, scores: Sequence[float]) -> list[float]:
        """K weights, what the scores of the classes are worth beside each other: the likeliest class has 1."""
        sharpness, most = self.thresholds.sharpness, max(scores[:-1])
        return [math.exp(sharpness * (score - most)) for score in scores[:-1]]

    def disclosure_log_odds(self, scores: Sequence[float], weights: Sequence[float]) -> float:
        """The logarithm of the odds that the words are a disclosure, from K + 1 scores and K weights."""
        told = self.thresholds
        disclosed, ordinary = (sum(map(weights.__getitem__, some)) for some in (self._disclosed, self._ordinary))
        odds = math.log((disclosed + 1e-6) / (ordinary + 1e-6))
        return told.margin_weight * scores[-1] + told.odds_weight * odds + told.intercept

    def disclosure(self, found: Sequence[str], log_odds: float) -> float:
        """How likely some tokens are a disclosure, 0 to 1; of a long story, its most alarming part."""
        if len(found) > WINDOW + STEP:
            for start in range(0, len(found) - STEP, STEP):
                scores = self.scores(found[start : start + WINDOW])
                log_odds = max(log_odds, self.disclosure_log_odds(scores, self.softmax_weights(scores)))
        return 1 / (1 + math.exp(-max(-40.0, min(40.0, log_odds))))

    def judge(self, plain: str, weights: Sequence[float], disclosure: float, scene: bool) -> Meaning:
        """The thresholds applied to a normal text's K weights, and to the probability of a disclosure before them."""
        thresholds, offerable = self.thresholds, self.roles.offerable
        ordinary = [weights[place] for place in self._ordinary]
        likeliest = max(ordinary)
        first = self._ordinary_names[ordinary.index(likeliest)]
        if self._unmistakable.search(plain):
            disclosure = max(disclosure, thresholds.doubtful[scene] if scene else thresholds.disclosed[scene])
        safety = round(disclosure, 4)
        if disclosure >= thresholds.doubtful[scene]:
            kind = self._pressing(weights)
            if disclosure >= thresholds.disclosed[scene]:
                return Meaning(kind, {}, safety, safety=safety)
            slots = self.slots.read(first, plain)
            return Meaning(IN_DOUBT, slots, safety, (kind,), safety, first)
        total = sum(ordinary) or 1.0
        best = likeliest / total
        confidence = round(best, 4)
        if best >= (thresholds.sure if first in offerable else thresholds.sure_of_others):
            return Meaning(first, self.slots.read(first, plain), confidence, safety=safety)
        if first in offerable:
            pairs = zip(ordinary, self._ordinary_names, strict=True)
            others = ((weight, name) for weight, name in pairs if name in offerable and name != first)
            second, other = max(others, default=(0.0, ""))
            if other and best + second / total >= thresholds.pair:
                return Meaning(None, self.slots.read(first, plain), confidence, (first, other), safety)
        return Meaning(None, {}, confidence, safety=safety)

    def _pressing(self, weights: Sequence[float]) -> str:
        """Which disclosure: the most pressing of those with a fair share of the weight."""
        share = {name: weights[place] for name, place in zip(self._disclosed_names, self._disclosed, strict=True)}
        total = sum(share.values()) or 1.0
        return next((name for name in share if share[name] / total >= SHARE), max(share, key=lambda name: share[name]))
