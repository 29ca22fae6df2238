"""Learning a language's phrases: a multinomial logistic regression on what the encoder makes of them.

The encoder stays as it is, so learning takes a minute and needs no torch, and a writer's new phrase counts at once.
scikit-learn is needed for this alone, and not to serve. The same phrases give the same file, bit for bit, on one kind
of machine; on another the encoder's sums may differ in the last bits, which no answer depends on.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from skill.errors import ContentError
from skill.nlu.encoder import Encoder, Encoders, Floats
from skill.nlu.files import LEARNED_SUFFIX, digest
from skill.nlu.head import PART_PREFIX, REPLY_PREFIX
from skill.nlu.labels import Labels, lines
from skill.nlu.model_file import ModelFile, ModelFileError, text_hash
from skill.nlu.naive_bayes import learn_pieces
from skill.nlu.phrases import PhraseError, Phrases
from skill.nlu.roles import NEW_THOUGHT, IntentRoles
from skill.nlu.samples import placeholder
from skill.nlu.tokens import normal
from skill.nlu.words import WordLists

INVERSE_REGULARIZATION = 0.3
"""scikit-learn's C: small values hold the weights back. 0.03 to 3 were tried on the choosing sets."""
FIRST_SHARE = 0.6
"""Of a line with several labels, what the best one counts; the others share the rest."""
ITERATIONS = 400
PART_LINES = 8
"""Lines that a part of an answer needs to be learned; of one that has fewer the words of its own questions decide."""
SHORT_THOUGHT, THOUGHTS = 14, 0.5
"""The most words of a line that could as well be said back to a question, and how much all such lines weigh beside the
replies. 0.5 to 4.5 made no difference on the replies for choosing."""
GRID = 2.0**-12
"""Weights are written as multiples of it, so that the last bits of a sum leave no trace in the file."""
CARRIED = 12
"""What is left of a phrase behind a carrier ("why ...") is learned by itself if it is longer than this, in letters."""


@dataclass(frozen=True)
class Example:
    """What is learned of one text."""

    text: str
    """In normal form."""
    shares: Mapping[str, float]
    """What share of it each intent has that fits; they add up to one."""
    must_not: tuple[str, ...] = ()
    """The intents that would hurt or accuse whoever says it."""
    from_life: bool = False
    """Whether it stands among the lines, which were read twice, and not among the phrases."""
    parts: Mapping[str, float] = field(default_factory=dict)
    """What share each part of an answer has that fits, where the labels name parts; they add up to one."""
    replies: Mapping[str, float] = field(default_factory=dict)
    """What share each meaning has that it may have as a reply; they add up to one. Such an example has no intents."""


class TrainingError(ContentError):
    """Nothing can be learned from the phrases; the message tells what they lack."""


def examples(phrases: Phrases, words: WordLists, labels: Labels) -> list[Example]:
    """Everything that is learned: phrases, what is left of them where Alexa takes a carrier away, samples with their
    slots filled, the lines with several labels, and what is said back to a question. Raises `PhraseError` for a label
    that no intent has, and for a meaning that no reply has.
    """
    made: list[Example] = []
    for text, intent in phrases.rows:
        made.append(Example(text, {intent: 1.0}))
        for carrier in phrases.carriers:
            if text.startswith(carrier + " ") and len(text) > len(carrier) + CARRIED:
                made.append(Example(text[len(carrier) + 1 :], {intent: 1.0}))
                break
    for shape, intent in sorted(phrases.templates.items()):
        for values in words.slot_examples:
            text = shape
            for slot_type, value in values.items():
                text = text.replace(placeholder(slot_type), value)
            made.append(Example(text, {intent: 1.0}))
    for number, line in lines(phrases.labelled) if phrases.labelled.is_file() else ():
        try:
            intents = list(dict.fromkeys(map(labels.intent, line.expect)))
            parts = list(filter(None, map(labels.part, line.expect)))
            must_not = tuple(map(labels.intent, line.must_not))
        except ValueError as error:
            raise PhraseError(f"{phrases.labelled.parent.name}/{phrases.labelled.name}", number, str(error)) from error
        made.append(Example(normal(line.text), shared(intents), must_not, from_life=True, parts=shared(parts)))
    for number, line in lines(phrases.said_back) if phrases.said_back.is_file() else ():
        if unknown := set(line.expect) - {*labels.roles.replies, NEW_THOUGHT}:
            meanings = ", ".join((*labels.roles.replies, NEW_THOUGHT))
            wrong = f"a reply cannot mean {min(unknown)!r}; it can mean {meanings}"
            raise PhraseError(f"{phrases.said_back.parent.name}/{phrases.said_back.name}", number, wrong)
        made.append(Example(normal(line.text), {}, from_life=True, replies=shared(line.expect)))
    return [example for example in made if example.text]


def shared(names: Sequence[str]) -> dict[str, float]:
    """What share each of some names has, the best first; nothing for none."""
    rest = (1 - FIRST_SHARE) / max(1, len(names) - 1)
    return {name: rest for name in names[1:]} | {name: FIRST_SHARE if names[1:] else 1.0 for name in names[:1]}


def vectors_of(encoder: Encoder, windows: Sequence[Sequence[int]]) -> Floats:
    """(N, E) float32, one by one, as they are heard, on as many cores as there are."""
    with ThreadPoolExecutor() as pool:
        return np.concatenate(list(pool.map(encoder.vector, windows)))


@dataclass(frozen=True)
class Learned:
    """What was learned of some examples."""

    classes: tuple[str, ...]
    """The K classes, in alphabetical order."""
    parts: tuple[str, ...]
    """The P parts of answers, in alphabetical order."""
    replies: tuple[str, ...]
    """The R meanings of replies, in alphabetical order."""
    arrays: dict[str, npt.NDArray[Any]]
    """Those of `HEAD_ARRAYS` and `NAIVE_BAYES_ARRAYS`; of the heads of parts and replies, each with its prefix."""


def learn(found: Sequence[Example], encoder: Encoder, roles: IntentRoles) -> Learned:
    """What the first window of each example says of its classes and parts. Raises `TrainingError`."""
    classes = tuple(sorted({intent for example in found for intent in example.shares}))
    if not set(classes) & set(roles.safety) or not set(classes) - set(roles.safety):
        raise TrainingError("there are no phrases for a disclosure, or none for anything else")
    windows = [encoder.windows(example.text)[0] for example in found]
    vectors = vectors_of(encoder, windows)
    rows = Rows.of([example.shares for example in found], classes)
    arrays = learn_head(vectors, rows) | learn_pieces(windows, rows.texts, rows.wanted, rows.shares, len(classes))
    parts, part_arrays = beside(vectors, [example.parts for example in found], PART_PREFIX, PART_LINES)
    replies, reply_arrays = beside(vectors, replies_of(found, roles), REPLY_PREFIX)
    return Learned(classes, parts, replies, arrays | part_arrays | reply_arrays)


def replies_of(found: Sequence[Example], roles: IntentRoles) -> list[Mapping[str, float]]:
    """What each example says of the meanings of replies.

    A short line that asks or tells something is a thought of its own where a question is open, too. All of these weigh
    `THOUGHTS` times as much as the replies.
    """
    replies = sum(bool(example.replies) for example in found)
    thoughts = [
        example.from_life
        and len(example.text.split()) <= SHORT_THOUGHT
        and not roles.thoughts.isdisjoint(example.shares)
        for example in found
    ]
    weight = THOUGHTS * replies / max(1, sum(thoughts))
    return [
        example.replies or ({NEW_THOUGHT: weight} if weight and own else {})
        for example, own in zip(found, thoughts, strict=True)
    ]


def beside(
    vectors: Floats, shares: Sequence[Mapping[str, float]], prefix: str, least: int = 1
) -> tuple[tuple[str, ...], dict[str, npt.NDArray[Any]]]:
    """The classes of a head beside that of the intents, of which there are `least` examples or more, and its arrays."""
    times = Counter(name for own in shares for name in own)
    classes = tuple(sorted(name for name, count in times.items() if count >= least))
    if len(classes) < 2:
        return (), {}
    head = learn_head(vectors, Rows.of(shares, classes))
    return classes, {f"{prefix}{name}": array for name, array in head.items()}


@dataclass(frozen=True)
class Rows:
    """R rows to learn from: a text, one of its classes, and what share of it."""

    texts: npt.NDArray[np.int64]
    wanted: npt.NDArray[np.int64]
    shares: npt.NDArray[np.float64]

    @classmethod
    def of(cls, shares: Sequence[Mapping[str, float]], classes: Sequence[str]) -> "Rows":
        """The rows of texts that have shares in classes; those of no class, or of another, have none."""
        number = {name: place for place, name in enumerate(classes)}
        every = ((text, name, share) for text, own in enumerate(shares) for name, share in own.items())
        rows = [(text, number[name], share) for text, name, share in every if name in number]
        texts, wanted, weights = zip(*rows, strict=True)
        return cls(np.array(texts), np.array(wanted), np.array(weights))


def learn_head(vectors: Floats, rows: Rows) -> dict[str, npt.NDArray[Any]]:
    """The arrays of `HEAD_ARRAYS` for the classes of some rows; raises `TrainingError` without scikit-learn."""
    try:
        from sklearn.linear_model import LogisticRegression  # only who changes phrases installs it
        from threadpoolctl import threadpool_limits
    except ImportError as error:
        raise TrainingError("learning needs scikit-learn: pip install 'soft-landing[train]'") from error
    model = LogisticRegression(C=INVERSE_REGULARIZATION, max_iter=ITERATIONS, tol=1e-3)
    with threadpool_limits(1):  # sums over threads are not added in the same order each time
        model.fit(vectors[rows.texts].astype(np.float64), rows.wanted, sample_weight=rows.shares)
    coefficients, bias = model.coef_, model.intercept_
    if len(bias) == 1:  # of two classes scikit-learn learns the second one against the first
        coefficients, bias = np.vstack([0 * coefficients, coefficients]), np.array([0.0, *bias])
    return {
        "weights": (np.rint(coefficients.T / GRID) * GRID).astype(np.float32),
        "bias": (np.rint(bias / GRID) * GRID).astype(np.float32),
    }


def train(folder: Path, roles: IntentRoles, language: str = "en") -> Path:
    """Learn a language's phrases and write the file beside them; raises `ContentError` for what cannot be read."""
    phrases, words = Phrases(folder, language), WordLists.load(folder, language)
    labels = Labels(folder, roles, language)
    learned = learn(examples(phrases, words, labels), Encoders(folder).of(language), roles)
    path = folder / f"{language}.{LEARNED_SUFFIX}"
    number = {name: place for place, name in enumerate(learned.classes)}
    hashes = sorted((text_hash(text), number[intent]) for text, intent in phrases.rows)
    header = {
        "classes": list(learned.classes),
        "parts": list(learned.parts),
        "replies": list(learned.replies),
        "safety": sorted(set(roles.safety) & set(learned.classes)),
        "digest": digest(folder, language),
        "templates": phrases.templates,
        "types": phrases.types,
    }
    exact: dict[str, npt.NDArray[Any]] = {
        "phrase_hashes": np.array([one for one, _ in hashes], np.uint64),
        "phrase_class": np.array([place for _, place in hashes], np.uint8),
    }
    ModelFile(header, {**learned.arrays, **exact}).write(path)
    return path


def in_step(folder: Path, language: str = "en") -> bool:
    """Whether the learned file was made from what stands beside it; raises `ModelFileError` where there is none."""
    return bool(
        ModelFile.read(folder / f"{language}.{LEARNED_SUFFIX}").header.get("digest") == digest(folder, language)
    )


def needs_training(folder: Path, language: str, roles: IntentRoles) -> bool:
    """Whether the learned file is missing, broken or made from something else, other disclosures among it."""
    try:
        header = ModelFile.read(folder / f"{language}.{LEARNED_SUFFIX}").header
        disclosures = sorted(set(roles.safety).intersection(header["classes"]))
        return bool(header["safety"] != disclosures or header["digest"] != digest(folder, language))
    except (ModelFileError, KeyError, TypeError):
        return True
