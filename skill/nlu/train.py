"""Learning from the model's phrases, and measuring what was learned. Needs numpy and nothing else.

A linear classifier, one class against all others, with squared hinge loss (Hsieh and others, "A dual coordinate descent
method for large-scale linear SVM", ICML 2008). Every number that is added up is a multiple of a power of two small
enough for the sum to be exact, so the order of additions does not matter and the file is the same, bit for bit, on
every machine.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from skill.nlu import tokens
from skill.nlu.classifier import (
    FALLBACK,
    GENTLE_CHECK,
    NEXT_DOOR,
    Bands,
    IntentRoles,
    Meaning,
    Understanding,
    template,
)
from skill.nlu.embedding import SUFFIX as EMBEDDING_SUFFIX
from skill.nlu.embedding import Embedding
from skill.nlu.linear import IDF_GRID, Floats, Hashes, Ints, count_hashes, feature_values, hash_features, locate
from skill.nlu.model_file import SUFFIX, ModelFile, text_hash
from skill.nlu.phrases import PhraseError, check_headings, companion, read_model
from skill.nlu.slots import types_of

BANDS = Bands(
    sharpness=5.5,
    sure=0.52,
    sure_of_others=0.45,
    pair=0.25,
    disclosed=(0.5, 0.62),
    doubtful=(0.1, 0.2),
    own=1.4,
    odds=0.71,
    base=0.28,
)
"""Chosen by four-fold cross-validation over the phrases (`cross_validate`), and on sets that nothing is learned from
(`tests/evaluation/`): the project's own and `choosing_*`, half of the retold letters. `own`, `odds` and `base` are a
logistic regression on those sets.

In cross-validation (29,207 phrases, most of the scenes picked for what the last version got wrong, so harder than
life): disclosures are noticed in 95% in a few words and in 91% in a scene, where 7% and 17% of ordinary phrases are
checked gently or more; at 0.1 for scenes it would be 95% and 24%. At (0.5, 0.62) 2% and 6% of ordinary phrases get a
safety answer. On the sets: 98% of hidden disclosures are noticed and 84% answered right, 2% of ordinary scenes get a
safety answer and 6% a gentle check. Above 0.52 a scene is answered wrong in 7 of 100, above 0.42 in 8. The other half
of the letters, `letters_*`, is what docs/understanding.md reports."""

FREE = "AMAZON.SearchQuery"
COST = 2.0
"""How much a phrase on the wrong side costs against large weights; 0.25 to 4 were tried on the same sets."""
DISCLOSURE_COST = 2.0
ROUNDS = 12
STEP = 2.0**16
"""Steps of the weights are multiples of 1/65536."""
SEED = 20_240_229


class Phrases:
    """The phrases of one language: the model's samples and the companion file's lines, by intent."""

    def __init__(self, folder: Path, language: str) -> None:
        model = read_model(folder / f"{language}.json")
        beside = folder / f"{language}.utterances.txt"
        check_headings(beside, {intent["name"] for intent in model["intents"]})
        self.types = types_of({"interactionModel": {"languageModel": model}})
        self.templates: dict[str, str] = {}
        self.carriers: list[str] = []
        rows: dict[str, str] = {}
        for intent in model["intents"]:
            slots = {slot["name"]: slot["type"] for slot in intent.get("slots", ())}
            for sample in intent.get("samples", ()):
                if FREE in slots.values():
                    self.carriers.append(re.sub(r"\{\w+\}", "", sample).strip())
                elif "{" in sample:
                    self.templates.setdefault(template(sample, slots), intent["name"])
                else:
                    rows.setdefault(tokens.normal(sample), intent["name"])
        for intent_name, line in companion(beside):
            rows.setdefault(tokens.normal(line), intent_name)
        rows.pop("", None)
        self.rows = sorted(rows.items(), key=lambda row: (row[1], row[0]))
        self.digest = digest(folder, language)


def digest(folder: Path, language: str) -> str:
    """A mark of the phrases, and of the senses of words, that a learned file was learned from."""
    mark = sha256()
    for name in (f"{language}.json", f"{language}.utterances.txt", f"{language}.{EMBEDDING_SUFFIX}"):
        mark.update((folder / name).read_bytes())
        mark.update(b"\0")
    return mark.hexdigest()


def examples(phrases: Phrases) -> list[tuple[list[str], str]]:
    """The phrases as words, with what is left of them where Alexa takes a carrier ("why ...") away."""
    made = []
    for text, intent in phrases.rows:
        found = tokens.words(text)
        if found:
            made.append((found, intent))
        for carrier in phrases.carriers:
            if text.startswith(carrier + " ") and len(text) > len(carrier) + 12:
                made.append((tokens.words(text[len(carrier) + 1 :]), intent))
                break
    for shape, intent in sorted(phrases.templates.items()):
        for value in ("box breathing", "long breath out"):
            text = shape.replace("{BreathPattern}", value).replace("{GroundingTechnique}", "a body scan")
            text = text.replace("{CareNeed}", "quiet").replace("{length}", "two minutes").replace("{count}", "four")
            made.append((tokens.words(text), intent))
    return made


def vocabulary_of(rows: Sequence[tuple[Hashes, Ints]], least: int = 5) -> tuple[Hashes, npt.NDArray[np.uint8]]:
    """The pieces that stand in at least five phrases, and how rare each is."""
    seen: Counter[int] = Counter()
    for numbers, _ in rows:
        seen.update(numbers.tolist())
    kept = sorted(number for number, times in seen.items() if times >= least)
    size = len(rows)
    rare = [min(255, round((1 + np.log((size + 1) / (seen[number] + 1))) * IDF_GRID)) for number in kept]
    return np.array(kept, np.uint32), np.array(rare, np.uint8)


def fit(rows: Sequence[tuple[Ints, Floats]], targets: Floats, cost: Floats, size: int, rounds: int = ROUNDS) -> Floats:
    """Weights (pieces, embedding, and one for the bias, by classes), by dual coordinate descent in a fixed order."""
    classes = targets.shape[1]
    weights = np.zeros((size + 1, classes))
    alphas = np.zeros((len(rows), classes))
    ease = 1 / (2 * cost)
    dice = np.random.Generator(np.random.PCG64(SEED))
    prepared = []
    for places, value in rows:
        prepared.append((np.append(places, size), np.append(value, 1.0)))
    lengths = [float(value @ value) for _, value in prepared]
    for _ in range(rounds):
        for row in dice.permutation(len(rows)):
            places, value = prepared[row]
            target, alpha, soft = targets[row], alphas[row], ease[row]
            block = weights[places]
            wrong = target * (value @ block) - 1 + soft * alpha
            better = np.maximum(np.rint((alpha - wrong / (lengths[row] + soft)) * STEP) / STEP, 0)
            change = (better - alpha) * target
            moved = np.flatnonzero(change)
            if len(moved):
                alphas[row] = better
                weights[places] = block + value[:, None] * change[None, :]
    return weights


def learn(
    found: Sequence[tuple[list[str], str]], embedding: Embedding, safety: Sequence[str], rounds: int = ROUNDS
) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Classes and arrays from words and their intents."""
    classes = tuple(sorted({intent for _, intent in found}))
    number = {name: place for place, name in enumerate(classes)}
    pieces = [count_hashes(hash_features(tokens.pieces(row))) for row, _ in found]
    vocabulary, idf = vocabulary_of(pieces)
    rows = []
    size = len(vocabulary)
    senses = np.arange(size, size + embedding.size)
    for (numbers, times), (row, _) in zip(pieces, found, strict=True):
        places, there = locate(vocabulary, numbers)
        own = feature_values(times[there], idf[places[there]])
        rows.append((np.concatenate([places[there], senses]), np.concatenate([own, embedding.of(row)])))
    targets = np.full((len(found), len(classes) + 1), -1.0)
    for place, (_, intent) in enumerate(found):
        targets[place, number[intent]] = 1.0
        if intent in safety:
            targets[place, -1] = 1.0
    cost = np.full(targets.shape, COST)
    cost[:, -1] = DISCLOSURE_COST
    weights = fit(rows, targets, cost, size + embedding.size, rounds)
    scale = np.maximum(np.abs(weights[:size]).max(axis=0), 1e-6) / 127
    arrays = {
        "vocabulary": vocabulary,
        "idf": idf,
        "weights": np.rint(weights[:size] / scale).astype(np.int8),
        "sense_weights": weights[size:-1].astype(np.float32),
        "scale": scale.astype(np.float32),
        "bias": weights[-1].astype(np.float32),
    }
    return classes, arrays


def train(folder: Path, roles: IntentRoles, language: str = "en") -> Path:
    """Learn a language's phrases and write the file beside them."""
    phrases = Phrases(folder, language)
    classes, arrays = learn(examples(phrases), Embedding.load(folder / f"{language}.{EMBEDDING_SUFFIX}"), roles.safety)
    path = folder / f"{language}.{SUFFIX}"
    assemble(phrases, classes, arrays, roles.safety).write(path)
    return path


def assemble(
    phrases: Phrases, classes: Sequence[str], arrays: Mapping[str, npt.NDArray[Any]], safety: Sequence[str]
) -> ModelFile:
    """What is written: weights, every phrase's mark for exact matches, templates, bands."""
    number = {name: place for place, name in enumerate(classes)}
    marks = sorted((text_hash(text), number[intent]) for text, intent in phrases.rows)
    header = {
        "classes": list(classes),
        "safety": sorted(set(safety) & set(classes)),
        "bands": asdict(BANDS),
        "digest": phrases.digest,
        "templates": phrases.templates,
        "types": phrases.types,
    }
    return ModelFile(
        header,
        {
            **arrays,
            "phrases": np.array([mark for mark, _ in marks], np.uint64),
            "phrase_class": np.array([place for _, place in marks], np.uint8),
        },
    )


@dataclass(frozen=True)
class Trial:
    """One phrase as heard by weights that have never met it."""

    text: str
    intent: str
    margins: Sequence[float]


def cross_validate(folder: Path, roles: IntentRoles, language: str = "en", folds: int = 4) -> list[Trial]:
    """Every phrase heard by weights learned from the other folds; phrases that begin alike stay in one fold."""
    phrases = Phrases(folder, language)
    embedding = Embedding.load(folder / f"{language}.{EMBEDDING_SUFFIX}")
    fold = {text: crc32(" ".join(tokens.words(text)[:4]).encode()) % folds for text, _ in phrases.rows}
    trials = []
    for held in range(folds):
        kept = Phrases(folder, language)
        kept.rows = [row for row in phrases.rows if fold[row[0]] != held]
        classes, arrays = learn(examples(kept), embedding, roles.safety)
        understanding = Understanding(assemble(kept, classes, arrays, roles.safety), embedding, roles)
        for text, intent in phrases.rows:
            if fold[text] == held and intent in classes:
                trials.append(Trial(text, intent, understanding.margins(tokens.words(text))))
    return trials


def in_step(folder: Path, language: str = "en") -> bool:
    """Whether the learned file was made from the phrases that stand beside it."""
    return bool(ModelFile.read(folder / f"{language}.{SUFFIX}").header["digest"] == digest(folder, language))


# Measuring.

PREFIXES = {
    "practice": {"breathing": "BreathingIntent", "grounding": "GroundingIntent", "shared": "TogetherIntent",
                 "check-in": "CheckInIntent"},
    "control": {"help": "AMAZON.HelpIntent", "stop": "AMAZON.StopIntent", "repeat": "AMAZON.RepeatIntent",
                "more": "MoreIntent", "next-topic": "AMAZON.NextIntent", "list-topics": "TopicsIntent",
                "list-practices": "PracticesIntent", "slower": "SlowerIntent", "shorter": "ShorterIntent",
                "whisper": "DiscreetIntent", "forget-me": "ForgetMeIntent", "source": "SourceIntent",
                "privacy": "PrivacyIntent"},
    "scope": {"explicit": "ExplicitIntent", "other": "OutOfScopeIntent", "abuse": "AbuseIntent",
              "injection": FALLBACK, "next-door": NEXT_DOOR},
}  # fmt: skip
"""The labels of test sets, beside topics (`topic:why-it-matters`), feelings (`feeling:sad`) and `safety:...`."""
SAME_ANSWER: tuple[frozenset[str], ...] = (
    frozenset({"AMAZON.StopIntent", "AMAZON.CancelIntent", "AMAZON.NavigateHomeIntent"}),
    frozenset({"AMAZON.RepeatIntent", "AgainIntent"}),
)
"""Names that a set may use one for the other, beside `IntentRoles.alike`: the answers do the same for the listener."""
NOTHING_TAUGHT = frozenset({"OutOfScopeIntent", NEXT_DOOR, "ExplicitIntent", "AbuseIntent", FALLBACK})


def intent_of(label: str, labels: Mapping[str, str]) -> str:
    """`BodyIntent` for `topic:body` or `benign:body`; the name of an intent stays as it is."""
    family, colon, rest = label.partition(":")
    name = rest.partition(":")[0]
    if not colon:
        return label
    tables = {**PREFIXES, "safety": labels}
    if family in tables:
        return tables[family][name]
    if family == "benign":
        return next((table[name] for table in tables.values() if name in table), camel(name))
    return camel(name)


def camel(name: str) -> str:
    """`WhyItMattersIntent` for `why-it-matters`."""
    return "".join(part.capitalize() for part in name.split("-")) + "Intent"


@dataclass(frozen=True)
class Case:
    """One line of a test set."""

    text: str
    expect: tuple[str, ...]
    """The intents that are right, best first."""
    family: str


def cases(path: Path, roles: IntentRoles) -> list[Case]:
    """The lines of a test set: {"text", "expect"}, where `expect` holds labels or intents, best first."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            labels = [data["expect"]] if isinstance(data["expect"], str) else data["expect"]
            intents = [intent_of(label, roles.labels) for label in labels]
            text = str(data["text"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise PhraseError(str(path), number, f'not {{"text", "expect"}}: {error!r}') from error
        for same in (*SAME_ANSWER, *roles.alike):
            if same.intersection(intents):
                intents.extend(sorted(same.difference(intents)))
        found.append(Case(text, tuple(intents), family_of(intents[0], roles)))
    return found


def family_of(intent: str, roles: IntentRoles) -> str:
    """topic, feeling, practice, safety, scope or control."""
    for family, names in (
        ("safety", roles.safety), ("topic", roles.topics), ("feeling", roles.feelings),
        ("practice", roles.practices), ("scope", NOTHING_TAUGHT),
    ):  # fmt: skip
        if intent in names:
            return family
    return "control"


def judged(case: Case, meaning: Meaning, safety: Sequence[str]) -> dict[str, Any]:
    """How one line went."""
    answered = meaning.intent
    noticed = answered in safety or answered == GENTLE_CHECK
    right = answered in case.expect
    scope = case.family == "scope"
    if scope and (answered in NOTHING_TAUGHT or (answered is None and not meaning.offered)):
        right = True
    best = answered if answered and answered != GENTLE_CHECK else (meaning.offered[0] if meaning.offered else None)
    return {
        "text": case.text,
        "expect": case.expect[0],
        "family": case.family,
        "answered": answered,
        "offered": list(meaning.offered),
        "confidence": meaning.confidence,
        "safety": meaning.safety,
        "right": right,
        "first": right or (answered is None and best in case.expect),
        "two": right or any(name in case.expect for name in meaning.offered),
        "noticed": noticed,
        "alarmed": answered in safety,
        "wrong": bool(answered) and not right and answered != GENTLE_CHECK,
    }


def evaluate(file: Path, understanding: Understanding) -> dict[str, Any]:
    """Figures over a test set, for machines; `report` puts them in words."""
    roles = understanding.roles
    return figures([judged(case, understanding.hear(case.text), roles.safety) for case in cases(file, roles)])


def figures(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The table of the targets, by family and by intent, the worst confusions, the misses, and the calibration."""
    disclosed = [row for row in rows if row["family"] == "safety"]
    scope = [row for row in rows if row["family"] == "scope"]
    plain = [row for row in rows if row["family"] not in ("safety", "scope")]
    ordinary = plain + scope
    confusions = Counter((row["expect"], row["answered"] or "/".join(row["offered"]) or "lost")
                         for row in rows if not row["right"])  # fmt: skip
    intents = sorted({row["expect"] for row in rows})
    return {
        "count": len(rows),
        "ordinary": len(plain),
        "right": _share(plain, "right"),
        "first": _share(plain, "first"),
        "two": _share(plain, "two"),
        "confidently_wrong": _share(plain, "wrong"),
        "disclosures": len(disclosed),
        "noticed": _share(disclosed, "noticed"),
        "right_safety": _share(disclosed, "right"),
        "false_alarms": _part(ordinary, lambda row: row["alarmed"]),
        "gentle_on_ordinary": _part(ordinary, lambda row: row["answered"] == GENTLE_CHECK),
        "scope": len(scope),
        "nothing_taught": _share(scope, "right"),
        "families": {
            family: {"count": len(some), **{key: _share(some, key) for key in ("right", "two", "wrong")}}
            for family in ("topic", "feeling", "practice", "control", "safety", "scope")
            if (some := [row for row in rows if row["family"] == family])
        },
        "intents": {
            intent: {"count": len(some), "right": _share(some, "right"), "two": _share(some, "two")}
            for intent in intents
            if (some := [row for row in rows if row["expect"] == intent])
        },
        "confusions": [[expected, heard, times] for (expected, heard), times in confusions.most_common(10)],
        "misses": [dict(row) for row in rows if not row["right"]],
        "calibration": calibration(plain),
    }


def _share(rows: Sequence[Mapping[str, Any]], key: str) -> float | None:
    return _part(rows, lambda row: bool(row[key]))


def _part(rows: Sequence[Mapping[str, Any]], test: Callable[[Mapping[str, Any]], bool]) -> float | None:
    return round(sum(map(test, rows)) / len(rows), 4) if rows else None


def calibration(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """For answers given with about the same confidence: how many, how sure, how often right."""
    bins = []
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        some = [
            row
            for row in rows
            if low <= row["confidence"] < low + 0.2 + (low == 0.8) and row["answered"] != GENTLE_CHECK
        ]
        if some:
            sure = sum(row["confidence"] for row in some) / len(some)
            bins.append({"from": low, "count": len(some), "confidence": round(sure, 3), "right": _share(some, "first")})
    return bins


def report(found: Mapping[str, Any]) -> str:
    """The figures as a page to read."""

    def percent(value: float | None) -> str:
        return "-" if value is None else f"{value:.1%}"

    lines = [f"{found['count']} utterances"]
    for key, words in (
        ("first", "ordinary: right first"), ("right", "ordinary: right, without asking"),
        ("two", "right, or among the two it offers"), ("confidently_wrong", "confidently wrong"),
        ("noticed", "disclosures noticed"), ("right_safety", "the right safety answer"),
        ("false_alarms", "false alarms on ordinary"), ("gentle_on_ordinary", "gentle check on ordinary"),
        ("nothing_taught", "out of scope: nothing taught"),
    ):  # fmt: skip
        lines.append(f"  {words:36}{percent(found[key]):>8}")
    for title in ("families", "intents"):
        lines.append(f"\n{title}")
        for name, row in found[title].items():
            lines.append(f"  {name:28}{row['count']:5}{percent(row['right']):>8}{percent(row['two']):>8}")
    lines.append("\nworst confusions")
    lines.extend(f"  {times:3}  {expected} heard as {heard}" for expected, heard, times in found["confusions"])
    lines.append("\ncalibration")
    lines.extend(
        f"  {row['count']:4} at {row['confidence']:.2f}: right {percent(row['right'])}" for row in found["calibration"]
    )
    lines.append("\nmisses")
    for row in found["misses"]:
        heard = row["answered"] or "/".join(row["offered"]) or "lost"
        lines.append(
            f"  {row['expect']} heard as {heard} ({row['confidence']:.2f}, safety {row['safety']:.2f}): {row['text']}"
        )
    return "\n".join(lines)
