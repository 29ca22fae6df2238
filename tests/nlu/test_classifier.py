"""The decision on free words: what the weights of the classes and the odds of a disclosure lead to, row by row."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from skill.nlu.classifier import STEP, WINDOW, Meaning, Thresholds, Understanding
from skill.nlu.linear import hash_features
from skill.nlu.model_file import LEARNED_SUFFIX, ModelFile, ModelFileError, text_hash
from skill.nlu.roles import IN_DOUBT, IntentRoles
from skill.nlu.tokens import Tokenizer
from skill.nlu.words import DisclosureWords, PracticeWords, WordLists

BODY, NEEDS, BREATHING, SLOWER = "BodyIntent", "NeedsIntent", "BreathingIntent", "SlowerIntent"
EMERGENCY, ASSAULT, UNSURE = "EmergencyIntent", "AssaultIntent", "UnsureIntent"
CLASSES = (ASSAULT, BODY, BREATHING, EMERGENCY, NEEDS, SLOWER, UNSURE)
"""Three topics and practices that can be offered by name, a control that cannot, and three disclosures."""
ROLES = IntentRoles(
    safety=(EMERGENCY, ASSAULT, UNSURE),
    labels={},
    alike=(),
    topics=frozenset({BODY, NEEDS}),
    feelings=frozenset(),
    practices=frozenset({BREATHING}),
    out_of_scope=frozenset(),
)
THRESHOLDS = Thresholds(
    sharpness=2.0,
    sure=0.5,
    sure_of_others=0.375,
    pair=0.625,
    disclosed=(0.5, 0.625),
    doubtful=(0.125, 0.25),
    margin_weight=3.0,
    odds_weight=0.5,
    intercept=-1.0,
)
WORDS = WordLists(disclosures=DisclosureWords(unmistakable=(r"\bseizure\b",)), practices=PracticeWords(loose=("box",)))
PATTERNS = [["box breathing", "b-box"], ["box", "b-box"]]


def learned(**header: Any) -> ModelFile:
    """A small learned file: one phrase, no features, so that the scores are the biases."""
    count = len(CLASSES) + 1
    arrays = {
        "vocabulary": np.zeros(0, "<u4"),
        "idf": np.zeros(0, "|u1"),
        "weights": np.zeros((0, count), "|i1"),
        "scale": np.ones(count, "<f4"),
        "bias": np.linspace(-1, 1, count).astype("<f4"),
        "embedding_weights": np.zeros((0, count), "<f4"),
        "phrase_hashes": np.array(sorted(map(text_hash, ("help", "slower"))), "<u8"),
        "phrase_class": np.array([CLASSES.index(kind) for _, kind in sorted(
            (text_hash(text), kind) for text, kind in (("help", EMERGENCY), ("slower", SLOWER)))], "|u1"),
    }  # fmt: skip
    usual = {
        "thresholds": asdict(THRESHOLDS),
        "classes": CLASSES,
        "digest": "d",
        "safety": [ASSAULT],
        "templates": {"do {BreathPattern}": BREATHING},
        "types": {"BreathPattern": PATTERNS},
    }
    return ModelFile({**usual, **header}, arrays)


def understanding(**header: Any) -> Understanding:
    """It over the small file, made anew: what a mutation changes in making it has to be seen too."""
    return Understanding(learned(**header), None, WORDS, ROLES)


def weights_of(**weights: float) -> list[float]:
    """The K weights, of classes by the names that they have here; 0 for the others."""
    return [next((weight for name, weight in weights.items() if globals()[name] == kind), 0.0) for kind in CLASSES]


@dataclass(frozen=True)
class Row:
    """One decision: weights, the probability of a disclosure, and what is made of them."""

    sentence: str
    weights: Mapping[str, float]
    disclosure: float
    meaning: Meaning
    words: str = "two minutes of box breathing"
    scene: bool = False
    told: Mapping[str, Any] = field(default_factory=dict)
    """Thresholds that differ from `THRESHOLDS`."""


CALM = {"BODY": 1.0}
BOX = {"pattern": "b-box"}

ROWS = [
    # Safety first, by two thresholds of which a scene has its own.
    Row("a probable disclosure is answered", {"BODY": 1, "ASSAULT": 1}, 0.5, Meaning(ASSAULT, {}, 0.5, (), 0.5)),
    Row("a little less is in doubt", {"BODY": 1, "ASSAULT": 1}, 0.49,
        Meaning(IN_DOUBT, {}, 0.49, (ASSAULT,), 0.49, BODY)),
    Row("so is the least that is", {"BODY": 1, "ASSAULT": 1}, 0.125,
        Meaning(IN_DOUBT, {}, 0.125, (ASSAULT,), 0.125, BODY)),
    Row("below it the words are what they say", {"BODY": 1, "ASSAULT": 1}, 0.12, Meaning(BODY, {}, 1.0, (), 0.12)),
    Row("in a scene it takes more", {"BODY": 1, "ASSAULT": 1}, 0.625,
        Meaning(ASSAULT, {}, 0.625, (), 0.625), scene=True),
    Row("and less than that is in doubt", {"BODY": 1, "ASSAULT": 1}, 0.6,
        Meaning(IN_DOUBT, {}, 0.6, (ASSAULT,), 0.6, BODY), scene=True),
    Row("down to a scene's own bound", {"BODY": 1, "ASSAULT": 1}, 0.25,
        Meaning(IN_DOUBT, {}, 0.25, (ASSAULT,), 0.25, BODY), scene=True),
    Row("below which it is none", {"BODY": 1, "ASSAULT": 1}, 0.2, Meaning(BODY, {}, 1.0, (), 0.2), scene=True),
    Row("in doubt, what was wanted otherwise keeps its slots", {"BREATHING": 1, "ASSAULT": 1}, 0.3,
        Meaning(IN_DOUBT, BOX, 0.3, (ASSAULT,), 0.3, BREATHING)),
    # What is said for nothing else.
    Row("an unmistakable word is a disclosure whatever the weights say", CALM, 0.0,
        Meaning(EMERGENCY, {}, 0.5, (), 0.5), "he has a seizure"),
    Row("in a scene it is a doubt", CALM, 0.0,
        Meaning(IN_DOUBT, {}, 0.25, (EMERGENCY,), 0.25, BODY), "he has a seizure", scene=True),
    Row("and lowers nothing", CALM, 0.9, Meaning(EMERGENCY, {}, 0.9, (), 0.9), "he has a seizure"),
    Row("nor in a scene", CALM, 0.7, Meaning(EMERGENCY, {}, 0.7, (), 0.7), "he has a seizure", scene=True),
    # Which disclosure: the most pressing with a fair share.
    Row("a fair share of the weight is enough", {"EMERGENCY": 3, "ASSAULT": 7}, 0.9,
        Meaning(EMERGENCY, {}, 0.9, (), 0.9)),
    Row("less is not", {"EMERGENCY": 2.9, "ASSAULT": 7.1}, 0.9, Meaning(ASSAULT, {}, 0.9, (), 0.9)),
    Row("of those with one the most pressing", {"ASSAULT": 3, "UNSURE": 7}, 0.9, Meaning(ASSAULT, {}, 0.9, (), 0.9)),
    Row("what is ordinary takes no share", {"BODY": 90, "UNSURE": 1}, 0.9, Meaning(UNSURE, {}, 0.9, (), 0.9)),
    # One, one of two, or lost.
    Row("half of what is ordinary is sure", {"BODY": 1, "NEEDS": 1}, 0.0, Meaning(BODY, {}, 0.5)),
    Row("what is a disclosure takes no part of that", {"BODY": 1, "NEEDS": 1, "ASSAULT": 9}, 0.0,
        Meaning(BODY, {}, 0.5)),
    Row("less is between the two likeliest", {"BODY": 4, "NEEDS": 3, "BREATHING": 2}, 0.0,
        Meaning(None, {}, 0.4444, (BODY, NEEDS))),
    Row("in their order", {"BODY": 2, "NEEDS": 3, "BREATHING": 4}, 0.05,
        Meaning(None, BOX, 0.4444, (BREATHING, NEEDS), 0.05)),
    Row("exactly at the bound too", {"BODY": 3, "NEEDS": 2, "BREATHING": 1.5, "SLOWER": 1.5}, 0.0,
        Meaning(None, {}, 0.375, (BODY, NEEDS))),
    Row("below it we are lost", {"BODY": 3, "NEEDS": 1.9, "BREATHING": 1.6, "SLOWER": 1.5}, 0.01,
        Meaning(None, {}, 0.375, (), 0.01)),
    Row("what has no name is offered to nobody", {"BODY": 4, "SLOWER": 3, "NEEDS": 2.5}, 0.0,
        Meaning(None, {}, 0.4211, (BODY, NEEDS))),
    Row("nor asked about", {"SLOWER": 7, "BODY": 6, "NEEDS": 6}, 0.0, Meaning(None, {}, 0.3684)),
    Row("a control needs to be less sure", {"SLOWER": 3, "BODY": 2.5, "NEEDS": 2.5}, 0.0, Meaning(SLOWER, {}, 0.375)),
    Row("what is answered keeps its slots", {"BREATHING": 1}, 0.0,
        Meaning(BREATHING, BOX, 1.0)),
    Row("confidence has four digits", {"BODY": 2, "NEEDS": 1}, 0.123456, Meaning(BODY, {}, 0.6667, (), 0.1235)),
    Row("without any weight we are lost", {}, 0.0, Meaning(None)),
    Row("one with a name and nothing beside it is offered with the next", {"BODY": 1, "SLOWER": 1}, 0.0,
        Meaning(None, {}, 0.5, (BODY, NEEDS)), told={"sure": 0.75, "pair": 0.5}),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.sentence)
def test_judge(row: Row) -> None:
    """Each row of the table."""
    heard = understanding(thresholds=asdict(replace(THRESHOLDS, **row.told)))
    weights = weights_of(**row.weights) if row.weights else [0.0] * len(CLASSES)
    assert heard.judge(row.words, weights, row.disclosure, row.scene) == row.meaning


def test_one_that_stands_alone_is_offered_with_nothing() -> None:
    """Where nothing else can be offered by name there is no pair to ask about."""
    alone = replace(ROLES, topics=frozenset({BODY}), practices=frozenset())
    heard = Understanding(learned(thresholds=asdict(replace(THRESHOLDS, sure=0.75))), None, WORDS, alone)
    assert heard.judge("calm", weights_of(BODY=7, SLOWER=3), 0.0, scene=False) == Meaning(None, {}, 0.7)


# The odds of a disclosure.


class Scored(Understanding):
    """It with scores by hand: those of a sequence of tokens are what its words say together."""

    said: Mapping[str, Sequence[float]]

    def scores(self, found: Sequence[str]) -> list[float]:
        """The scores of the most alarming word, less for each word beside it."""
        alarm = max(self.said.get(word, (0.0,))[0] for word in found)
        return [0.0] * len(CLASSES) + [alarm - len(found) / 100]


def scored(**said: float) -> Scored:
    """It with these alarming words."""
    made = Scored(learned(), None, WORDS, ROLES)
    made.said = {word: (alarm,) for word, alarm in said.items()}
    return made


def logistic(log_odds: float) -> float:
    """The probability of some log-odds."""
    return 1 / (1 + math.exp(-log_odds))


def test_weights_are_beside_the_likeliest() -> None:
    """The likeliest class has 1, the others less by the sharpness; the score of any disclosure takes no part."""
    weights = understanding().softmax_weights([0, 1, 0.5, -1, 0, 0, 0, 9])
    assert weights == pytest.approx([math.exp(2 * (score - 1)) for score in (0, 1, 0.5, -1, 0, 0, 0)])
    assert max(understanding().softmax_weights([0, 0, 0, 0, 0, 0, 2, 9])) == 1, "the last class is one of them"


def test_log_odds() -> None:
    """The margin, the disclosures' weights against all others', and an offset, each with its own part."""
    heard = understanding()
    weights = weights_of(EMERGENCY=1, ASSAULT=2, UNSURE=3, BODY=2, SLOWER=1)
    scores = [0.0] * len(CLASSES) + [0.25]
    assert heard.disclosure_log_odds(scores, weights) == pytest.approx(3 * 0.25 + 0.5 * math.log(6 / 3) - 1)
    none, all_ = ([0.0] * len(CLASSES) for _ in range(2))
    assert heard.disclosure_log_odds(scores, none) == pytest.approx(3 * 0.25 - 1)
    all_[CLASSES.index(UNSURE)] = 1
    assert heard.disclosure_log_odds(scores, all_) == pytest.approx(0.75 + 0.5 * math.log((1 + 1e-6) / 1e-6) - 1)


@pytest.mark.parametrize(
    ("length", "place", "found"),
    [
        (WINDOW + STEP, 0, False),
        (WINDOW + STEP + 1, 0, True),
        (WINDOW + STEP + 1, WINDOW + STEP, True),
        (200, 199, True),
        (200, 90, True),
    ],
)
def test_a_long_story_is_searched(length: int, place: int, found: bool) -> None:
    """Beyond a window and a step the most alarming window counts, wherever in the story it is."""
    story = ["calm"] * length
    story[place] = "cry"
    heard = scored(cry=1.0)
    whole = -9.0
    windows = [story[start : start + WINDOW] for start in range(0, length - STEP, STEP)]
    alarms = [heard.disclosure_log_odds(scores := heard.scores(window), heard.softmax_weights(scores))
              for window in windows]  # fmt: skip
    expected = max(alarms) if found else whole
    assert heard.disclosure(story, whole) == pytest.approx(logistic(expected))
    assert heard.disclosure(story, 5.0) == pytest.approx(logistic(5.0)), "a calm window took something away"


@pytest.mark.parametrize(("log_odds", "probability"), [(0, 0.5), (1e9, 1.0), (-1e9, 0.0), (1, logistic(1))])
def test_a_probability_of_any_odds(log_odds: float, probability: float) -> None:
    """However far the odds go, it is a number."""
    assert understanding().disclosure(["calm"], log_odds) == pytest.approx(probability, abs=1e-12)
    if abs(log_odds) > 99:
        assert 0 < understanding().disclosure(["calm"], -abs(log_odds)) < 1e-15


# From words to a meaning.


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("", Meaning(None)),
        ("?!", Meaning(None)),
        ("Help!", Meaning(EMERGENCY, {}, 1.0, (), 1.0, exact=True)),
        ("slower", Meaning(SLOWER, {}, 1.0, exact=True)),
        ("do box breathing", Meaning(BREATHING, BOX, 1.0, exact=True)),
        ("do box", Meaning(BREATHING, BOX, 1.0, exact=True)),
    ],
)
def test_a_sample_means_what_it_says(text: str, meaning: Meaning) -> None:
    """Nothing means nothing; a phrase of the model its intent, with its slots, however it is written."""
    assert understanding().hear(text) == meaning


@pytest.mark.parametrize(("count", "disclosed"), [(14, True), (15, False)])
def test_from_fifteen_words_on_it_is_a_scene(count: int, disclosed: bool) -> None:
    """Few words with an unmistakable one are answered, a scene is checked gently."""
    meaning = scored().hear("seizure " + "calm " * (count - 1))
    assert meaning.intent == (EMERGENCY if disclosed else IN_DOUBT)


def test_words_are_scored_weighed_and_judged() -> None:
    """What is in no sample: its scores make the weights and the odds, and these the meaning."""
    heard = understanding()
    scores = np.linspace(-1, 1, len(CLASSES) + 1).astype("<f4").tolist()
    assert heard.scores(["calm"]) == scores
    weights = heard.softmax_weights(scores)
    odds = heard.disclosure_log_odds(scores, weights)
    assert heard.hear("calm") == heard.judge("calm", weights, logistic(odds), scene=False)


class Near:
    """An embedding of one number: how many of the tokens are "calm"."""

    size = 1

    def of(self, tokens: Sequence[str]) -> Any:
        """(1,) float64."""
        return np.array([float(sum(token == "calm" for token in tokens))])


def test_features_and_the_embedding_are_scored() -> None:
    """What the features weigh and what the vector weighs come to the biases; other words leave these as they are."""
    file, count = learned(), len(CLASSES) + 1
    (feature,) = hash_features(list(Tokenizer(WORDS).features(["gentle"]))[:1])
    arrays: dict[str, Any] = {
        **file.arrays,
        "vocabulary": np.array([feature], "<u4"),
        "idf": np.array([16], "|u1"),
        "weights": np.array([[0, 1, *[0] * (count - 2)]], "|i1"),
        "embedding_weights": np.array([[0, 0, 2, *[0] * (count - 3)]], "<f4"),
    }
    near: Any = Near()
    heard = Understanding(ModelFile(file.header, arrays), near, WORDS, ROLES)
    bias = file.arrays["bias"].astype(float)

    def more(*words: str) -> list[float]:
        return [float(value) for value in np.round(np.array(heard.scores(words)) - bias, 6)]

    assert more("nothing") == [0.0] * count
    assert more("gentle") == [0, 1, *[0] * (count - 2)]
    assert more("calm", "calm") == [0, 0, 4, *[0] * (count - 3)]


# A file that does not fit.


@pytest.mark.parametrize("missing", ["thresholds", "classes", "digest", "safety", "templates", "types"])
def test_a_file_of_another_version_says_what_to_do(missing: str) -> None:
    """What lacks something, or has it in another form, asks for training."""
    file = learned()
    del file.header[missing]
    with pytest.raises(ModelFileError, match=rf"learned by another version \(.*{missing}.*\); run soft-landing train"):
        Understanding(file, None, WORDS, ROLES)


@pytest.mark.parametrize("safety", [(), CLASSES])
def test_a_file_has_disclosures_and_others(safety: tuple[str, ...]) -> None:
    """One without either could decide nothing."""
    with pytest.raises(ModelFileError, match=r"^learned without a disclosure, or nothing else; write phrases and run"):
        Understanding(learned(), None, WORDS, replace(ROLES, safety=safety))


def test_a_file_belongs_to_its_embedding(tmp_path: Path) -> None:
    """Learned with an embedding that is not there, it is named with its path; what is whole is read."""
    file = learned()
    file.write(tmp_path / f"de.{LEARNED_SUFFIX}")
    (tmp_path / "de.words.toml").write_text('fillers = "ähm"\n', "utf-8")
    heard = Understanding.load(tmp_path, "de", ROLES)
    assert heard.tokenizer.tokens("ähm calm") == ["calm"]
    assert (heard.classes, heard.digest, heard.learned_safety) == (CLASSES, "d", frozenset({ASSAULT}))
    assert heard.thresholds == THRESHOLDS
    other: dict[str, Any] = {**file.arrays, "embedding_weights": np.zeros((3, len(CLASSES) + 1), "<f4")}
    ModelFile(file.header, other).write(tmp_path / f"de.{LEARNED_SUFFIX}")
    with pytest.raises(ModelFileError, match=r"de\.learned: learned with another embedding; run soft-landing train"):
        Understanding.load(tmp_path, "de", ROLES)
