"""The sums over learned numbers are what they say they are, exactly, in whatever order they are added up."""

import math
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skill.nlu import embedding, linear
from skill.nlu.embedding import VECTOR_LENGTH, Embedding
from skill.nlu.linear import COUNT_VALUES, GRID, IDF_GRID, LinearModel, hash_features
from skill.nlu.model_file import LEARNED_SUFFIX, ModelFile, ModelFileError

pytestmark = pytest.mark.slow  # no word that a writer changes can break it

MODELS = Path(__file__).parent.parent / "interaction_models"
WORDS = ["i", "he", "hurt", "me", "after", "we", "calm", "so", "\u00fcbel"]
NUMBERS = [int(number) for number in hash_features(WORDS)]


def numbers_of(dtype: str, shape: tuple[int, ...], draw: st.DrawFn) -> Any:
    """An array of random numbers, far apart for whole ones and near zero for others."""
    dice = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    if dtype.endswith("f4"):
        return dice.normal(size=shape).astype(dtype)
    kind = np.iinfo(dtype)
    return dice.integers(max(kind.min, -(2**20)), min(kind.max, 2**20), shape, dtype=dtype)


@st.composite
def classifiers(draw: st.DrawFn) -> tuple[dict[str, Any], list[str], Any]:
    """A small classifier, words some of which it knows, and an embedding for them."""
    known = sorted(draw(st.sets(st.sampled_from(NUMBERS))))
    columns, size = draw(st.integers(1, 20)), draw(st.integers(0, 6))
    shapes = {"vocabulary": (len(known),), "idf": (len(known),), "weights": (len(known), columns),
              "scale": (columns,), "bias": (columns,), "embedding_weights": (size, columns)}  # fmt: skip
    arrays = {name: numbers_of(linear.CLASSIFIER_ARRAYS[name][0], shape, draw) for name, shape in shapes.items()}
    arrays["vocabulary"] = np.array(known, np.uint32)
    grid = st.integers(-4096, 4096).map(lambda value: value / GRID)
    vector = np.array(draw(st.lists(grid, min_size=size, max_size=size)))
    return arrays, draw(st.lists(st.sampled_from([*WORDS, "unheard of"]), max_size=90)), vector


@given(classifiers())
@settings(max_examples=150)
def test_scores(given_: tuple[dict[str, Any], list[str], Any]) -> None:
    """Bias, embedding and each known feature by how often and how rare it is, and nothing else."""
    arrays, said, vector = given_
    raw = {}
    for word, times in Counter(said).items():
        (row,) = hash_features([word])
        if row in arrays["vocabulary"]:
            place = int(np.flatnonzero(arrays["vocabulary"] == row)[0])
            raw[place] = COUNT_VALUES[min(times, 39)] * arrays["idf"][place] / IDF_GRID
    length = math.sqrt(sum(round(value * 100) ** 2 for value in raw.values())) / 100
    values = {place: round(value / max(length, 1e-9) * GRID) / GRID for place, value in raw.items()}
    scores = LinearModel(arrays).scores(hash_features(said), vector)
    for column, score in enumerate(scores):
        features = math.fsum(value * int(arrays["weights"][place, column]) for place, value in values.items())
        told = [
            value * float(weight) for value, weight in zip(vector, arrays["embedding_weights"][:, column], strict=True)
        ]
        wanted = math.fsum([float(arrays["bias"][column]), *told]) + features * float(arrays["scale"][column])
        assert score == pytest.approx(wanted, rel=1e-12, abs=1e-12)
    assert LinearModel(arrays).scores(hash_features(said[::-1]), vector) == scores


@st.composite
def networks(draw: st.DrawFn) -> tuple[ModelFile, list[str]]:
    """A small network, and words some of which it knows."""
    known = sorted(draw(st.sets(st.sampled_from(NUMBERS), min_size=1)))
    width, hidden, size = (draw(st.integers(1, 12)) for _ in range(3))
    shapes = {"words": (len(known),), "vectors": (len(known), width), "layer": (3 * width, hidden),
              "layer_bias": (hidden,), "out": (2 * hidden, size), "out_bias": (size,)}  # fmt: skip
    arrays = {name: numbers_of(embedding.NETWORK_ARRAYS[name][0], shape, draw) for name, shape in shapes.items()}
    arrays["words"] = np.array(known, np.uint32)
    unit = draw(st.sampled_from([1.0, 64.0, 4096.0]))
    return ModelFile({"unit": unit}, arrays), draw(st.lists(st.sampled_from([*WORDS, "unheard of"]), max_size=40))


@given(networks())
@settings(max_examples=150)
def test_embedding(given_: tuple[ModelFile, list[str]]) -> None:
    """The network in whole numbers, layer by layer, over the words that it knows."""
    file, said = given_
    whole = {name: array.astype(object) for name, array in file.arrays.items()}  # Python's own, which never overflow
    rows = [whole["vectors"][list(whole["words"]).index(row)] for row in hash_features(said) if row in whole["words"]]
    vector = Embedding(file).of(said).tolist()
    if not rows:
        assert not any(vector)
        return
    nothing = np.zeros(len(rows[0]), object)
    hidden = []
    for before, here, after in zip([nothing, *rows[:-1]], rows, [*rows[1:], nothing], strict=True):
        sums = np.concatenate([before, here, after]) @ whole["layer"] + whole["layer_bias"]
        hidden.append([max(0, value) for value in sums])
    mean = [round(sum(column) / len(rows)) for column in zip(*hidden, strict=True)]
    most = [max(column) for column in zip(*hidden, strict=True)]
    last = np.array(mean + most) @ whole["out"] + whole["out_bias"]
    unscaled = [round(int(value) / file.header["unit"]) for value in last]
    length = max(math.sqrt(sum(value**2 for value in unscaled)), 1.0)
    assert vector == pytest.approx([value * VECTOR_LENGTH / length for value in unscaled], abs=1 / GRID)
    assert all((value * GRID).is_integer() for value in vector)


@pytest.mark.parametrize("name", [*embedding.NETWORK_ARRAYS, *linear.CLASSIFIER_ARRAYS])
def test_arrays_that_do_not_fit_are_refused_at_once(name: str) -> None:
    """What cannot be summed is said at the start, not when somebody speaks."""
    suffix = embedding.EMBEDDING_SUFFIX if name in embedding.NETWORK_ARRAYS else LEARNED_SUFFIX
    whole = ModelFile.read(MODELS / f"en.{suffix}")
    make: Callable[[Any], object] = (
        (lambda arrays: Embedding(ModelFile(whole.header, arrays))) if name in embedding.NETWORK_ARRAYS else LinearModel
    )
    make(whole.arrays)
    for broken in (
        {key: array for key, array in whole.arrays.items() if key != name},
        {**whole.arrays, name: whole.arrays[name].astype(np.float64)},
        {**whole.arrays, name: whole.arrays[name][..., :-1]},
        {**whole.arrays, name: whole.arrays[name][None]},
    ):
        with pytest.raises(ModelFileError, match=rf"{name} is missing|{name} has the wrong shape|wrong shape|fit each"):
            make(broken)
