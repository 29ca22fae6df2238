"""What word pieces say of each class, against scikit-learn's own multinomial naive Bayes on the same weights."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.naive_bayes import MultinomialNB

from skill.nlu.model_file import ModelFileError
from skill.nlu.naive_bayes import LEAST, SMOOTHING, NaiveBayes, learn_pieces

WINDOWS = [[1, 5, 6, 2], [1, 5, 6, 6, 2], [1, 7, 8, 2], [1, 7, 8, 9, 2], [1, 5, 8, 2], [1, 9, 6, 7, 2]]
TEXTS, WANTED, SHARES = (
    np.array([0, 1, 2, 3, 4, 4, 5]), np.array([0, 0, 1, 1, 2, 0, 2]), np.array([1, 1, 1, 1, 0.6, 0.4, 1])
)  # fmt: skip


def learned(**changes: Any) -> dict[str, Any]:
    """The arrays that six windows of three classes give."""
    return {**learn_pieces(WINDOWS, TEXTS, WANTED, SHARES, 3), **changes}


def features(window: Any) -> list[str]:
    """Pieces and pairs of neighbours, as scikit-learn is given them."""
    return [str(one) for one in window] + [f"{one} {two}" for one, two in pairwise(window)]


@pytest.mark.parametrize("window", [[1, 5, 6, 2], [1, 7, 9, 2], [1, 6, 6, 6, 8, 2], [1, 4000, 5, 2], [1, 2], [3, 4]])
def test_it_says_what_the_field_says(window: list[int]) -> None:
    """The joint log-likelihood, but for the rounding of the weights, known words, unknown ones and none at all."""
    weigh = TfidfVectorizer(analyzer=features, min_df=LEAST, sublinear_tf=True)
    counted = weigh.fit_transform(WINDOWS)
    field = MultinomialNB(alpha=SMOOTHING).fit(counted[TEXTS], WANTED, sample_weight=SHARES)
    expected = field.predict_joint_log_proba(weigh.transform([window]))
    assert NaiveBayes(learned()).logits(window) == pytest.approx(expected, abs=0.05)


def test_classes_are_told_apart() -> None:
    """A piece speaks for the class that has it, a pair beyond its pieces, and what nobody said for the usual class."""
    heard = NaiveBayes(learned())
    assert [int(heard.logits(window).argmax()) for window in ([1, 5, 6, 2], [1, 7, 8, 2], [1, 9, 6, 7])] == [0, 1, 2]
    assert heard.logits([77]).argmax() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"starts": np.array([0], np.int32)},
        {"piece_class": np.full_like(learned()["piece_class"], 9)},
        {"starts": learned()["starts"][::-1].copy()},
        {"absent": np.zeros(2, np.float32)},
        {"pieces": learned()["pieces"].astype(np.int32)},
    ],
    ids=("too few", "no class", "backwards", "classes", "type"),
)
def test_what_does_not_fit_is_refused(wrong: dict[str, Any]) -> None:
    """Before any word is read by it."""
    with pytest.raises(ModelFileError, match="soft-landing train"):
        NaiveBayes(learned(**wrong))
