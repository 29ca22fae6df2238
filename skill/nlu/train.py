"""Learning a language's phrases: a multinomial logistic regression on what the encoder makes of them.

The encoder stays as it is, so learning takes a minute and needs no torch, and a writer's new phrase counts at once.
scikit-learn is needed for this alone, and not to serve. The same phrases give the same file, bit for bit, on one kind
of machine; on another the encoder's sums may differ in the last bits, which no answer depends on.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from skill.errors import ContentError
from skill.nlu.encoder import Encoder, Encoders, Floats
from skill.nlu.files import LEARNED_SUFFIX, digest
from skill.nlu.labels import Labels, lines
from skill.nlu.model_file import ModelFile, ModelFileError, text_hash
from skill.nlu.naive_bayes import learn_pieces
from skill.nlu.phrases import PhraseError, Phrases
from skill.nlu.roles import IntentRoles
from skill.nlu.samples import placeholder
from skill.nlu.tokens import normal
from skill.nlu.words import WordLists

INVERSE_REGULARIZATION = 0.3
"""scikit-learn's C: small values hold the weights back. 0.03 to 3 were tried on the choosing sets."""
FIRST_SHARE = 0.6
"""Of a line with several labels, what the best one counts; the others share the rest."""
ITERATIONS = 400
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


class TrainingError(ContentError):
    """Nothing can be learned from the phrases; the message tells what they lack."""


def examples(phrases: Phrases, words: WordLists, labels: Labels) -> list[Example]:
    """Everything that is learned: phrases, what is left of them where Alexa takes a carrier away, samples with their
    slots filled, and the lines with several labels. Raises `PhraseError` for a label that no intent has.
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
            must_not = tuple(map(labels.intent, line.must_not))
        except ValueError as error:
            raise PhraseError(f"{phrases.labelled.parent.name}/{phrases.labelled.name}", number, str(error)) from error
        rest = (1 - FIRST_SHARE) / max(1, len(intents) - 1)
        shares = {intent: rest for intent in intents[1:]} | {intents[0]: FIRST_SHARE if intents[1:] else 1.0}
        made.append(Example(normal(line.text), shares, must_not, from_life=True))
    return [example for example in made if example.text]


def vectors_of(encoder: Encoder, windows: Sequence[Sequence[int]]) -> Floats:
    """(N, E) float32, one by one, as they are heard, on as many cores as there are."""
    with ThreadPoolExecutor() as pool:
        return np.concatenate(list(pool.map(encoder.vector, windows)))


def learn(
    found: Sequence[Example], encoder: Encoder, safety: Sequence[str]
) -> tuple[tuple[str, ...], dict[str, npt.NDArray[Any]]]:
    """The K classes, in alphabetical order, and the arrays of `HEAD_ARRAYS` and of `NAIVE_BAYES_ARRAYS`, from the first
    window of each example. Raises `TrainingError`.
    """
    classes = tuple(sorted({intent for example in found for intent in example.shares}))
    if not set(classes) & set(safety) or not set(classes) - set(safety):
        raise TrainingError("there are no phrases for a disclosure, or none for anything else")
    try:
        from sklearn.linear_model import LogisticRegression  # only who changes phrases installs it
        from threadpoolctl import threadpool_limits
    except ImportError as error:
        raise TrainingError("learning needs scikit-learn: pip install 'soft-landing[train]'") from error
    number = {name: place for place, name in enumerate(classes)}
    windows = [encoder.windows(example.text)[0] for example in found]
    vectors = vectors_of(encoder, windows)
    places = np.repeat(np.arange(len(found)), [len(example.shares) for example in found])
    wanted = np.array([number[intent] for example in found for intent in example.shares])
    weights = np.array([share for example in found for share in example.shares.values()])
    model = LogisticRegression(C=INVERSE_REGULARIZATION, max_iter=ITERATIONS, tol=1e-3)
    with threadpool_limits(1):  # sums over threads are not added in the same order each time
        model.fit(vectors[places].astype(np.float64), wanted, sample_weight=weights)
    coefficients, bias = model.coef_, model.intercept_
    if len(classes) == 2:  # scikit-learn then learns the second one against the first
        coefficients, bias = np.vstack([0 * coefficients, coefficients]), np.array([0.0, *bias])
    return classes, {
        "weights": (np.rint(coefficients.T / GRID) * GRID).astype(np.float32),
        "bias": (np.rint(bias / GRID) * GRID).astype(np.float32),
        **learn_pieces(windows, places, wanted, weights, len(classes)),
    }


def train(folder: Path, roles: IntentRoles, language: str = "en") -> Path:
    """Learn a language's phrases and write the file beside them; raises `ContentError` for what cannot be read."""
    phrases, words = Phrases(folder, language), WordLists.load(folder, language)
    labels = Labels(folder, roles, language)
    classes, arrays = learn(examples(phrases, words, labels), Encoders(folder).of(language), roles.safety)
    path = folder / f"{language}.{LEARNED_SUFFIX}"
    number = {name: place for place, name in enumerate(classes)}
    hashes = sorted((text_hash(text), number[intent]) for text, intent in phrases.rows)
    header = {
        "classes": list(classes),
        "safety": sorted(set(roles.safety) & set(classes)),
        "digest": digest(folder, language),
        "templates": phrases.templates,
        "types": phrases.types,
    }
    exact: dict[str, npt.NDArray[Any]] = {
        "phrase_hashes": np.array([one for one, _ in hashes], np.uint64),
        "phrase_class": np.array([place for _, place in hashes], np.uint8),
    }
    ModelFile(header, {**arrays, **exact}).write(path)
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
