"""From words to a meaning: samples first, then what the encoder and the head make of them, and what stands."""

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np
import pytest
from test_decision import ASSAULT, BODY, BREATHING, COSTS, EMERGENCY, NEEDS, ROLES, SLOWER, UNSURE

from skill.nlu.classifier import Context, Meaning, Understanding, _by_intent
from skill.nlu.costs import Calibration, ContextCosts
from skill.nlu.encoder import MAX_PIECES, MAX_WINDOWS, STEP, Encoder
from skill.nlu.model_file import ModelFile, ModelFileError, text_hash
from skill.nlu.roles import IN_DOUBT
from skill.nlu.words import PracticeWords, WordLists

MODELS = Path(__file__).parent.parent.parent / "interaction_models"
CLASSES = (ASSAULT, BODY, BREATHING, EMERGENCY, NEEDS, SLOWER, UNSURE)
WORDS = WordLists(practices=PracticeWords(loose=("box",)))
PATTERNS = [["box breathing", "b-box"], ["box", "b-box"]]
BOX = {"pattern": "b-box"}
SIZE = len(CLASSES)


class ByWord:
    """An encoder whose vector has, for each class, what the words say for it; a bar divides windows."""

    size = SIZE
    SAYS: ClassVar = {
        "hurt": (ASSAULT, 9.0), "bleeding": (EMERGENCY, 9.0), "perhaps": (ASSAULT, 3.4), "tired": (BODY, 9.0),
        "breathe": (BREATHING, 9.0), "touch": (NEEDS, 8.9), "slower": (SLOWER, 3.0),
    }  # fmt: skip

    def windows(self, text: str) -> list[list[int]]:
        """The words of a text by their places among those above; 99 is any other."""
        known = list(self.SAYS)
        return [
            [known.index(word) if word in known else 99 for word in window.split()] for window in text.split("then")
        ]

    def vector(self, window: Sequence[int]) -> Any:
        """(1, E) float32 of one window."""
        row = np.zeros((1, SIZE), np.float32)
        for kind, much in (list(self.SAYS.values())[word] for word in window if word != 99):
            row[0, CLASSES.index(kind)] += much
        return row


def learned(**header: Any) -> ModelFile:
    """Two phrases, a head that passes on what the encoder says, and no word piece that is ever met."""
    phrases = {"help": EMERGENCY, "go slower": SLOWER}
    hashes = sorted((text_hash(text), CLASSES.index(kind)) for text, kind in phrases.items())
    arrays = {
        "weights": np.eye(SIZE, dtype="<f4"),
        "bias": np.zeros(SIZE, "<f4"),
        "pieces": np.array([-1], "<i8"),
        "rarity": np.ones(1, "<f4"),
        "starts": np.array([0, 0], "<i4"),
        "piece_class": np.array([], "|u1"),
        "piece_weight": np.array([], "|u1"),
        "absent": np.zeros(SIZE, "<f4"),
        "prior": np.zeros(SIZE, "<f4"),
        "phrase_hashes": np.array([one for one, _ in hashes], "<u8"),
        "phrase_class": np.array([place for _, place in hashes], "|u1"),
    }
    usual = {
        "classes": CLASSES,
        "digest": "d",
        "safety": [ASSAULT],
        "templates": {"do {BreathPattern}": BREATHING},
        "types": {"BreathPattern": PATTERNS},
    }
    return ModelFile({**usual, **header}, arrays)


def understanding(costs: Any = COSTS, **header: Any) -> Understanding:
    """It over the small file, made anew: what a mutation changes in making it has to be seen too."""
    encoder: Any = ByWord()
    return Understanding(learned(**header), encoder, costs, WORDS, ROLES)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("", Meaning(None)),
        ("?!", Meaning(None)),
        ("Help!", Meaning(EMERGENCY, {}, 1.0, (), 1.0, exact=True)),
        ("go slower", Meaning(SLOWER, {}, 1.0, exact=True)),
        ("do box breathing", Meaning(BREATHING, BOX, 1.0, exact=True)),
        ("do box", Meaning(BREATHING, BOX, 1.0, exact=True)),
    ],
)
def test_a_sample_means_what_it_says(text: str, meaning: Meaning) -> None:
    """Nothing means nothing; a phrase of the model its intent, with its slots, however it is written."""
    assert understanding().hear(text) == meaning


@pytest.mark.parametrize(
    ("text", "intent", "offered", "instead"),
    [
        ("so tired", BODY, (), ""),
        ("he hurt me", ASSAULT, (), ""),
        ("bleeding", EMERGENCY, (), ""),
        ("tired perhaps perhaps perhaps", IN_DOUBT, (ASSAULT,), BODY),
        ("nothing that anybody knows", None, (), ""),
    ],
)
def test_what_is_decided_is_what_is_meant(
    text: str, intent: str | None, offered: tuple[str, ...], instead: str
) -> None:
    """An answer, a safety answer, an answer with a door behind it, and nothing."""
    meaning = understanding().hear(text)
    assert (meaning.intent, meaning.offered, meaning.instead, meaning.exact) == (intent, offered, instead, False)
    assert (meaning.confidence == meaning.safety) is (intent in (*ROLES.safety, IN_DOUBT))


def test_an_answer_keeps_its_slots() -> None:
    """Also behind a doubt, between two, and where another one is offered behind it."""
    assert understanding().hear("breathe box breathing").slots == BOX
    assert understanding().hear("breathe box breathing perhaps perhaps perhaps").slots == BOX
    between = understanding().hear("breathe touch box breathing")
    assert (between.intent, set(between.offered), between.slots) == (None, {BREATHING, NEEDS}, BOX)
    other = understanding().hear("touch touch breathe breathe tired tired box breathing")
    assert (other.intent, other.offered, other.slots, other.confidence) == (BODY, (BREATHING,), {}, 0.3548)


# Parts of answers.

PARTS = {"parts": [BODY, f"{BODY}.2", f"{BODY}.3", NEEDS]}
PART_ARRAYS = {"part_weights": np.zeros((SIZE, 4), "<f4"), "part_bias": np.array([-1.0, 0, 1, 9], "<f4")}
"""The third part is likely, the second one e times less, the first e squared; of the other answer one is known."""


def with_parts(**header: Any) -> Understanding:
    """The understanding, with a head of parts."""
    small = learned(**{**PARTS, **header})
    encoder: Any = ByWord()
    return Understanding(replace(small, arrays={**small.arrays, **PART_ARRAYS}), encoder, COSTS, WORDS, ROLES)


def test_words_choose_the_part() -> None:
    """The likeliest first, and those that are not much less likely; none of an answer of one part, or of none."""
    assert with_parts().hear("so tired").parts == (f"{BODY}.3", f"{BODY}.2")
    assert with_parts().hear("touch touch").parts == ()
    assert with_parts().hear("go slower").parts == ()
    assert understanding().hear("so tired").parts == ()


def test_the_first_part_is_one_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has no number, and is told alone where the words ask for it."""
    monkeypatch.setitem(PART_ARRAYS, "part_bias", np.array([2.0, 0, 0, 9], "<f4"))
    assert with_parts().hear("so tired").parts == (BODY,)


def test_a_part_belongs_to_its_intent() -> None:
    """Also to one whose own name has a dot in it."""
    near = "OutOfScopeIntent.NextDoor"
    found = _by_intent([BODY, f"{BODY}.2", near, f"{near}.2", NEEDS])
    assert found == {BODY: {BODY: 0, f"{BODY}.2": 1}, near: {near: 2, f"{near}.2": 3}, NEEDS: {NEEDS: 4}}


def test_all_of_a_story_chooses_its_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mean of its windows: one loud word does not decide it."""
    weights = np.zeros((SIZE, 4), "<f4")
    weights[CLASSES.index(BODY), 1], weights[CLASSES.index(NEEDS), 2] = 1.0, 0.7
    monkeypatch.setitem(PART_ARRAYS, "part_weights", weights)
    assert with_parts().hear("tired then touch then touch").parts[0] == f"{BODY}.3"


def test_a_doubt_keeps_the_part_of_what_was_asked() -> None:
    """It is answered, with a door behind it."""
    meaning = with_parts().hear("tired perhaps perhaps perhaps")
    assert (meaning.intent, meaning.parts[:1]) == (IN_DOUBT, (f"{BODY}.3",))


def test_a_sample_chooses_its_part_as_any_words_do() -> None:
    """What stands in the model as it is names the answer, and not the part."""
    small = with_parts(templates={"do {BreathPattern}": BODY})
    assert small.hear("do box").exact
    assert small.hear("do box").parts == (f"{BODY}.3", f"{BODY}.2")


# Replies.


def replying(*bias: float, weights: Any = None) -> Understanding:
    """The understanding, with a head that knows two meanings of replies, and for its bias how likely each is."""
    arrays = {
        "reply_weights": np.zeros((SIZE, 2), "<f4") if weights is None else weights,
        "reply_bias": np.array(bias, "<f4"),
    }
    small = learned(replies=["no", "yes"])
    encoder: Any = ByWord()
    return Understanding(replace(small, arrays={**small.arrays, **arrays}), encoder, COSTS, WORDS, ROLES)


@pytest.mark.parametrize(
    ("bias", "meant"),
    [((2.0, 0.0), "no"), ((0.0, 2.0), "yes"), ((0.0, 0.41), "yes"), ((0.0, 0.40), ""), ((1.0, 1.0), "")],
)
def test_what_words_mean_as_a_reply(bias: tuple[float, float], meant: str) -> None:
    """The likelier meaning, from six of ten on: 1 / (1 + exp(-0.4055))."""
    assert replying(*bias).hear("so tired").reply == meant


def test_nothing_is_said_of_replies_that_were_not_learned() -> None:
    """A language may have no lines of them yet."""
    assert not understanding().hear("so tired").reply


def test_all_of_a_reply_tells_what_it_means() -> None:
    """The mean of its windows: one loud word does not decide it."""
    weights = np.zeros((SIZE, 2), "<f4")
    weights[CLASSES.index(BODY), 0], weights[CLASSES.index(NEEDS), 1] = 3.0, 2.0
    assert replying(0, 0, weights=weights).hear("tired then touch then touch").reply == "yes"


# Probabilities.


def test_evidence_and_base_rate_make_a_probability() -> None:
    """The head's log-odds, calibrated, and on top of them how often anybody says such a thing."""
    costs = replace(COSTS, calibration=Calibration(2.0, 4.0, slope=0.5, intercept=-1.0))
    heard = understanding(costs)
    logits = np.array([[3.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0]])
    kinds, ordinary = (math.exp(3) + 1 + math.e), (math.e + 3)
    assert heard.log_odds(logits)[0] == pytest.approx(math.log(kinds / ordinary))
    found = heard.probabilities(logits)
    odds = 0.5 * math.log(kinds / ordinary) - 1 + math.log(0.02 / 0.98)
    assert found.disclosure == pytest.approx(1 / (1 + math.exp(-odds)))
    weights = [math.exp(1 / 2), 1, 1, 1]
    assert found.ordinary == pytest.approx([weight / sum(weights) for weight in weights])
    shares = [1, math.exp(3 / 4), math.exp(1 / 4)]  # in the order of urgency
    assert found.kinds == pytest.approx([share / sum(shares) for share in shares])


def test_of_a_long_story_the_most_alarming_part_counts() -> None:
    """What is ordinary is read from its beginning and its end."""
    heard = understanding()
    story = heard.probabilities(heard.logits("tired then hurt then calm then touch touch"))
    assert story.disclosure == heard.probabilities(heard.logits("hurt")).disclosure
    assert heard.decision.kinds[int(np.argmax(story.kinds))] == ASSAULT
    assert heard.decision.ordinary[int(np.argmax(story.ordinary))] == NEEDS


CONTEXT = replace(
    COSTS,
    context={
        "safe": ContextCosts(base_rate=0.5),
        "practice": ContextCosts(times={"control": math.exp(4), BODY: math.exp(-2)}),
        "asked": ContextCosts(times={"these": math.exp(3)}),
        "here": ContextCosts(times={"these": math.exp(2)}),
    },
)


def test_what_stands_counts() -> None:
    """A base rate of its own; intents and families that are likelier; what is asked, and where the talk is."""
    heard = understanding(CONTEXT)
    logits = heard.logits("nothing that anybody knows")
    plain = heard.probabilities(logits)

    def lifted(context: Context) -> dict[str, float]:
        found = np.log(heard.probabilities(logits, context).ordinary / plain.ordinary)
        return {name: round(value - found[1], 6) for name, value in zip(heard.decision.ordinary, found, strict=True)}

    assert heard.probabilities(logits, Context(("safe",))).disclosure > 10 * plain.disclosure
    assert lifted(Context(("practice",))) == {BODY: -2, BREATHING: 0, NEEDS: 0, SLOWER: 4}
    assert lifted(Context(asked=frozenset({NEEDS, "b-box"}))) == {BODY: 0, BREATHING: 0, NEEDS: 3, SLOWER: 0}
    assert lifted(Context(here=BODY)) == {BODY: 2, BREATHING: 0, NEEDS: 0, SLOWER: 0}
    assert lifted(Context(("alone",))) == dict.fromkeys(heard.decision.ordinary, 0)
    assert understanding(CONTEXT).hear("slower", Context(("practice",))).intent == SLOWER


# Files that do not fit.


@pytest.mark.parametrize("missing", ["classes", "digest", "safety", "templates", "types"])
def test_a_file_of_another_version_says_what_to_do(missing: str) -> None:
    """What lacks something, or has it in another form, asks for training."""
    file, encoder = learned(), ByWord()
    del file.header[missing]
    given: Any = encoder
    with pytest.raises(ModelFileError, match=rf"learned by another version \(.*{missing}.*\); run soft-landing train"):
        Understanding(file, given, COSTS, WORDS, ROLES)


@pytest.mark.parametrize("safety", [(), CLASSES])
def test_a_file_has_disclosures_and_others(safety: tuple[str, ...]) -> None:
    """One without either could decide nothing."""
    encoder: Any = ByWord()
    with pytest.raises(ModelFileError, match=r"^learned without a disclosure, or nothing else; write phrases and run"):
        Understanding(learned(), encoder, COSTS, WORDS, replace(ROLES, safety=safety))


@pytest.mark.parametrize("name", ["weights", "bias"])
def test_a_head_belongs_to_its_encoder(name: str) -> None:
    """Numbers that are missing, of another kind or of another encoder are refused at the start."""
    encoder: Any = ByWord()
    file = learned()
    for broken in (
        {key: array for key, array in file.arrays.items() if key != name},
        {**file.arrays, name: file.arrays[name].astype("<f8")},
        {**file.arrays, name: file.arrays[name][..., :-1]},
    ):
        with pytest.raises(ModelFileError, match="run soft-landing train"):
            Understanding(ModelFile(file.header, broken), encoder, COSTS, WORDS, ROLES)
    encoder.size = SIZE + 1
    with pytest.raises(ModelFileError, match=r"^learned with another encoder; run soft-landing train$"):
        Understanding(file, encoder, COSTS, WORDS, ROLES)


# The encoder itself.


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    """The one that the skill comes with."""
    return Encoder(MODELS / "encoder.onnx", MODELS / "encoder.pieces")


@pytest.mark.parametrize(
    ("words", "windows"), [(0, 1), (1, 1), (62, 1), (63, 2), (93, 2), (94, 3), (62 + 7 * STEP, 8), (4000, MAX_WINDOWS)]
)
def test_a_text_in_windows(encoder: Encoder, words: int, windows: int) -> None:
    """Each begins half a window behind the one before it; of a very long text the beginning and the end are read."""
    found = encoder.windows(" ".join(["calm"] * (words - 1) + ["end"] * bool(words)))
    assert len(found) == windows
    assert all(len(window) <= MAX_PIECES for window in found)
    assert {(window[0], window[-1]) for window in found} == {(101, 102)}
    if words > 1:
        (end,) = encoder.windows("end")[0][1:-1]
        assert found[-1][-2] == end, "the last word was not read"


def test_vectors_are_near_for_what_means_the_same(encoder: Encoder) -> None:
    """Words that share no letters are nearer than those that share nearly all and mean the opposite."""

    def near(one: str, other: str) -> float:
        first, second = encoder.embed(one)[0], encoder.embed(other)[0]
        return float(first @ second / np.linalg.norm(first) / np.linalg.norm(second))

    assert encoder.embed("wiped out").shape == (1, encoder.size)
    assert near("i'm wiped out", "i am exhausted") > near("i'm wiped out", "i'm worked up")


def test_a_language_is_read_by_its_own_encoder(encoder: Encoder) -> None:
    """One that other languages have read already is not read again; one that does not fit is told with its file."""
    asked: list[str] = []

    def reading(known: Any) -> Any:
        def of(language: str) -> Any:
            asked.append(language)
            return known

        return SimpleNamespace(of=of)

    assert Understanding.load(MODELS, "en", ROLES, reading(encoder)).encoder is encoder
    with pytest.raises(ModelFileError, match=rf"^{MODELS / 'en.learned'}: learned with another encoder; run"):
        Understanding.load(MODELS, "en", ROLES, reading(ByWord()))
    assert asked == ["en", "en"]
    assert Understanding.load(MODELS, "en", ROLES).encoder.size == encoder.size


def test_word_pieces_speak_beside_the_encoder() -> None:
    """What naive Bayes says of a window is added to what the head says of it."""
    encoder: Any = ByWord()
    small = learned()
    arrays = {**small.arrays, "prior": np.arange(SIZE, dtype="<f4")}
    both = Understanding(ModelFile(small.header, arrays), encoder, COSTS, WORDS, ROLES)
    text = "tired then hurt"
    assert both.logits(text) == pytest.approx(understanding().logits(text) + np.arange(SIZE))
    arrays["absent"] = np.zeros(SIZE + 1, "<f4")
    arrays["prior"] = np.zeros(SIZE + 1, "<f4")
    with pytest.raises(ModelFileError, match="another encoder"):
        Understanding(ModelFile(small.header, arrays), encoder, COSTS, WORDS, ROLES)
