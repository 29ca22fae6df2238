"""Free words in; an intent's name and how sure we are out. A disclosure is weighed before anything else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np

from skill.nlu import tokens
from skill.nlu.ages import AgeReader
from skill.nlu.costs import Costs
from skill.nlu.decision import (
    ANSWER_WITH_DOOR,
    LOST_TRACK,
    SAFETY_ANSWER,
    WHICH_OF_TWO,
    Decision,
    Numbers,
    Probabilities,
)
from skill.nlu.encoder import Encoder, Encoders, Floats
from skill.nlu.files import LEARNED_SUFFIX
from skill.nlu.head import PART_PREFIX, REPLY_PREFIX, Head
from skill.nlu.model_file import ModelFile, ModelFileError
from skill.nlu.naive_bayes import NaiveBayes
from skill.nlu.roles import IN_DOUBT, IntentRoles
from skill.nlu.samples import SampleIndex
from skill.nlu.slots import SlotReader
from skill.nlu.tokens import Tokenizer
from skill.nlu.words import WordLists

ASKED, WHERE_ONE_IS, THESE = "asked", "here", "these"
"""In `costs.toml`, the states in which a question is open and in which one is somewhere, and what each says of the
intents that the question offers, or where one is."""

NEXT_LIKELY = 0.25
"""What share of the likeliest part's probability another part needs to be the next to answer the words."""
REPLY_LIKELY = 0.6
"""How likely the meaning of a reply has to be to count."""


@dataclass(frozen=True)
class Context:
    """What stands when something is said, as far as it changes what is likely."""

    states: tuple[str, ...] = ()
    """Names of `[context]` in `costs.toml`: "safe" while a safety answer stands."""
    asked: frozenset[str] = frozenset()
    """The intents that the open question offers."""
    here: str = ""
    """The intent that the talk is at."""


NOTHING_STANDS = Context()


@dataclass(frozen=True)
class Meaning:
    """What was meant, as far as the words tell."""

    intent: str | None
    """None when between two (`offered` holds them) and when lost (`offered` is empty)."""
    slots: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    confidence: float = 0.0
    """How likely the intent, 0 to 1; of a disclosure, how likely the words are one at all."""
    offered: tuple[str, ...] = ()
    """The two that it lies between; beside an intent, the other one that may have been meant; for `GentleCheck`, the
    safety answer that may be needed, and then such another one."""
    safety: float = 0.0
    """How likely the words are a disclosure, 0 to 1."""
    instead: str = ""
    """For `GentleCheck`: what was meant if nothing is wrong."""
    exact: bool = False
    """Whether the words stand in the model as they are."""
    parts: tuple[str, ...] = ()
    """The parts of the answer that the words ask for, the likeliest first; empty where nothing was learned of them."""
    reply: str = ""
    """What the words mean as a reply to a question, `NEW_THOUGHT` where they ask for something of their own; empty
    where it is not likely enough."""
    reply_confidence: float = 0.0
    """How likely that is, 0 to 1."""


class Understanding:
    """Reads free words of one language by what was learned from its phrases."""

    def __init__(
        self, learned: ModelFile, encoder: Encoder, costs: Costs, words: WordLists, roles: IntentRoles
    ) -> None:
        """Raises `ModelFileError` for learned numbers that cannot be used, `CostsError` for costs that are missing."""
        header = learned.header
        try:
            self.classes: tuple[str, ...] = tuple(header["classes"])
            """The K classes, in the order of the logits."""
            self.digest: str = header["digest"]
            """Of the files that it was learned from; see `phrases.digest`."""
            self.learned_safety = frozenset(header["safety"])
            """The classes that were learned as disclosures."""
            types = header["types"]
            hashes, hash_class = learned.arrays["phrase_hashes"], learned.arrays["phrase_class"]
            self._samples = SampleIndex(self.classes, hashes, hash_class, header["templates"], types, words)
        except (KeyError, TypeError, ValueError) as error:
            raise ModelFileError(f"learned by another version ({error!r}); run soft-landing train") from error
        self.roles, self.costs = roles, costs
        self.tokenizer = Tokenizer(words)
        self.encoder, self._head, self._naive_bayes = encoder, Head(learned.arrays), NaiveBayes(learned.arrays)
        self.parts: tuple[str, ...] = tuple(header.get("parts", ()))
        """The parts of answers that were learned, in the order of their logits."""
        self._part_head = Head(learned.arrays, PART_PREFIX) if self.parts else None
        self.replies: tuple[str, ...] = tuple(header.get("replies", ()))
        """The meanings of replies that were learned, in the order of their logits."""
        self._reply_head = Head(learned.arrays, REPLY_PREFIX) if self.replies else None
        self._parts = _by_intent(self.parts)
        """Of each intent whose answer has parts, these and their places among the classes of their head."""
        sizes = {self._head.classes, self._naive_bayes.classes, len(self.classes)}
        if self._head.inputs != encoder.size or len(sizes) > 1:
            raise ModelFileError("learned with another encoder; run soft-landing train")
        self.slots = SlotReader(types, words)
        """Reads what is wanted of a practice."""
        self.ages = AgeReader(words)
        kinds = [name for name in roles.safety if name in self.classes]
        ordinary = [name for name in self.classes if name not in roles.safety]
        if not ordinary or not kinds:
            raise ModelFileError(
                "learned without a disclosure, or nothing else; write phrases and run soft-landing train"
            )
        self._kinds = [self.classes.index(name) for name in kinds]
        self._ordinary = [self.classes.index(name) for name in ordinary]
        self.decision = Decision(ordinary, kinds, roles, costs)
        self._likelier = {name: self._added(row.times) for name, row in costs.context.items()}
        """What a state of the talk adds to the logits of what is ordinary, (O,) each."""

    @classmethod
    def load(cls, folder: Path, language: str, roles: IntentRoles, encoders: Encoders | None = None) -> "Understanding":
        """What was learned for a language; `soft-landing train` makes the file. Raises `ContentError`.

        `encoders` are those that other languages have read already.
        """
        path = folder / f"{language}.{LEARNED_SUFFIX}"
        learned, words = ModelFile.read(path), WordLists.load(folder, language)
        encoder = (encoders or Encoders(folder)).of(language)
        try:
            return cls(learned, encoder, Costs.load(folder), words, roles)
        except ModelFileError as error:
            raise ModelFileError(f"{path}: {error}") from error

    def hear(self, text: str, context: Context = NOTHING_STANDS) -> Meaning:
        """What somebody meant. Any text gets an answer, and none takes long."""
        plain = tokens.normal(text)
        if not plain:
            return Meaning(None)
        exact, windows = self.exactly(plain), self.encoder.windows(plain)
        if exact and exact.intent not in self._parts:
            return exact
        vectors = self._vectors(windows)
        meaning = exact or self.judge(plain, self.probabilities(self._logits(windows, vectors), context))
        parts = self._fitting(meaning.instead or meaning.intent or "", vectors)
        reply, confidence = self._said_back(vectors)
        return replace(meaning, parts=parts, reply=reply, reply_confidence=confidence)

    def exactly(self, plain: str) -> Meaning | None:
        """What a normal text means that stands in the model as it is; None where it does not."""
        if not (named := self._samples.intent(plain)):
            return None
        safety = 1.0 if named in self.roles.safety else 0.0
        return Meaning(named, self.slots.read(named, plain, named=True), 1.0, safety=safety, exact=True)

    def fold(self, plain: str) -> str:
        """A normal text as its tokens, its numbers as they stand; where nothing else is left, the text itself."""
        words = tokens.unstretched(plain).split()
        kept = [part for word in words for part in ((word,) if word.isdigit() else self.tokenizer.parts(word))]
        return " ".join(kept) or plain

    def logits(self, plain: str) -> Numbers:
        """(W, K) what the head and the word pieces say together of a normal text's windows."""
        windows = self.encoder.windows(plain)
        return self._logits(windows, self._vectors(windows))

    def _vectors(self, windows: Sequence[Sequence[int]]) -> Floats:
        """(W, E) of some windows."""
        return np.concatenate([self.encoder.vector(one) for one in windows])

    def _logits(self, windows: Sequence[Sequence[int]], vectors: Floats) -> Numbers:
        """(W, K) of some windows and their (W, E) vectors."""
        found: Numbers = np.concatenate([self._naive_bayes.logits(one) for one in windows])
        found += self._head.logits(vectors)
        return found

    def _fitting(self, intent: str, vectors: Floats) -> tuple[str, ...]:
        """The parts of the answer to an intent that the words of some (W, E) vectors ask for, the likeliest first."""
        own = self._parts.get(intent, {})
        if len(own) < 2 or not self._part_head:
            return ()
        shares = softmax(self._part_head.logits(vectors).mean(axis=0)[list(own.values())])
        likely = sorted(zip(shares, own, strict=True), key=lambda row: -row[0])
        return tuple(part for share, part in likely if share >= NEXT_LIKELY * likely[0][0])

    def _said_back(self, vectors: Floats) -> tuple[str, float]:
        """What the words of some (W, E) vectors mean as a reply, if anything is likely, and how likely that is."""
        if not self._reply_head:
            return "", 0.0
        shares = softmax(self._reply_head.logits(vectors).mean(axis=0))
        most = int(np.argmax(shares))
        return (self.replies[most], round(float(shares[most]), 4)) if shares[most] >= REPLY_LIKELY else ("", 0.0)

    def probabilities(self, logits: Numbers, context: Context = NOTHING_STANDS) -> Probabilities:
        """What was probably meant, from (W, K) logits of a text's windows and what stands.

        What is ordinary is read from the first window and the last; a disclosure from the most alarming one.
        """
        calibration = self.costs.calibration
        evidence = calibration.slope * self.log_odds(logits) + calibration.intercept
        most = int(np.argmax(evidence))
        rates = [row.base_rate for name in context.states if (row := self.costs.context.get(name)) and row.base_rate]
        rate = max(rates, default=self.costs.base_rate)
        log_odds = float(evidence[most]) + float(np.log(rate / (1 - rate)))
        ordinary = logits[[0, -1]][:, self._ordinary].mean(axis=0) / calibration.temperature
        return Probabilities(
            1 / (1 + float(np.exp(-np.clip(log_odds, -40, 40)))),
            softmax(ordinary + self._context(context)),
            softmax(logits[most, self._kinds] / calibration.kind_temperature),
        )

    def log_odds(self, logits: Numbers) -> Numbers:
        """(W,) the logarithm of the odds of a disclosure before calibration, from (W, K) logits."""
        kinds, ordinary = (np.logaddexp.reduce(logits[:, some], axis=1) for some in (self._kinds, self._ordinary))
        found: Numbers = kinds - ordinary
        return found

    def _added(self, times: Mapping[str, float]) -> Numbers:
        """(O,) the logarithms of how many times likelier each ordinary class is, by its name or its family."""
        pairs = zip(self.decision.ordinary, self.decision.families, strict=True)
        return np.log([times.get(name, times.get(family, 1.0)) for name, family in pairs])

    def _context(self, context: Context) -> Numbers:
        """(O,) what stands adds to the logits of what is ordinary."""
        states = [self._likelier[name] for name in context.states if name in self._likelier]
        added = np.sum(states, axis=0) if states else np.zeros(len(self._ordinary))
        for name, these in ((ASKED, context.asked), (WHERE_ONE_IS, {context.here})):
            if (row := self.costs.context.get(name)) and any(these):
                inside = np.array([intent in these for intent in self.decision.ordinary])
                added = added + inside * np.log(row.times.get(THESE, 1.0))
        found: Numbers = added
        return found

    def judge(self, plain: str, found: Probabilities) -> Meaning:
        """The cheapest thing to do about a normal text, of which `found` says what was probably meant."""
        safety = round(found.disclosure, 4)
        choice = self.decision.choose(found)
        if choice.action == SAFETY_ANSWER:
            return Meaning(choice.intents[0], {}, safety, safety=safety)
        if choice.action == LOST_TRACK:
            return Meaning(None, {}, round(float(found.ordinary.max()), 4), safety=safety)
        first = choice.intents[0]
        slots = self.slots.read(first, plain)
        confidence = round(float(found.ordinary[self.decision.ordinary.index(first)]), 4)
        if choice.action == ANSWER_WITH_DOOR:
            return Meaning(IN_DOUBT, slots, safety, choice.intents[1:], safety, first)
        if choice.action == WHICH_OF_TWO:
            return Meaning(None, slots, confidence, choice.intents, safety)
        return Meaning(first, slots, confidence, choice.intents[1:], safety)


def _by_intent(parts: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
    """`{"BodyIntent": {"BodyIntent": 0, "BodyIntent.2": 1}}` for the classes of the head of parts."""
    found: dict[str, dict[str, int]] = {}
    for place, part in enumerate(parts):
        whole, _, number = part.rpartition(".")
        found.setdefault(whole if number.isdigit() else part, {})[part] = place
    return found


def softmax(logits: Numbers) -> Numbers:
    """Logits as probabilities that add up to one."""
    weights = np.exp(logits - logits.max())
    found: Numbers = weights / weights.sum()
    return found
