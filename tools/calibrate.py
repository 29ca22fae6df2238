"""Fits [calibration] of interaction_models/costs.toml, on the choosing sets; prints the table, to be put there by hand.

    pip install -e '.[train]'
    python tools/calibrate.py

What the head says of phrases that it has learned is too sure of itself; of lines that nothing was learned from it can
be corrected. A disclosure: Platt's logistic regression on the head's log-odds ("Probabilistic outputs for support
vector machines", 1999), both kinds of lines weighing the same, so that the result is evidence to which any base rate
can be added. The classes: temperatures (Guo and others, "On calibration of modern neural networks", ICML 2017). To be
done anew after the encoder was fine-tuned, and when `soft-landing evaluate` shows confidences that do not hold.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression

HOME = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HOME))

from skill.core.catalogue import roles_of  # noqa: E402  (after the path above)
from skill.nlu.classifier import Understanding, softmax  # noqa: E402
from skill.nlu.decision import Numbers  # noqa: E402
from skill.nlu.evaluate import Case, cases  # noqa: E402
from skill.nlu.labels import Labels  # noqa: E402
from skill.nlu.tokens import normal  # noqa: E402

SETS = HOME / "tests" / "evaluation" / "choosing"


def temperature(rows: Sequence[tuple[Numbers, Sequence[int]]]) -> float:
    """What to divide logits by so that the accepted classes are as likely as can be; a row has logits and places."""

    def surprise(value: float) -> float:
        return -sum(float(np.log(softmax(logits / value)[list(places)].sum() + 1e-9)) for logits, places in rows)

    wrong: Callable[[float], float] = surprise
    return float(minimize_scalar(wrong, bounds=(0.3, 5.0), method="bounded").x)


def main() -> None:
    """Print the fitted table."""
    models, roles = HOME / "interaction_models", roles_of(HOME / "responses")
    labels, heard = Labels(models, roles), Understanding.load(models, "en", roles)
    lines: list[Case] = [case for path in sorted(SETS.glob("*.jsonl")) for case in cases(path, labels)]
    logits = [heard.logits(normal(case.text)) for case in lines]
    told = np.array([case.family == "safety" for case in lines])
    evidence = np.array([heard.log_odds(row).max() for row in logits])
    platt = LogisticRegression(C=100.0, class_weight="balanced").fit(evidence[:, None], told)
    ordinary, kinds = heard.decision.ordinary, heard.decision.kinds
    fitted: dict[str, float] = {}
    for name, own, classes in (("temperature", ~told, ordinary), ("kind_temperature", told, kinds)):
        rows = []
        for case, found in zip(lines, logits, strict=True):
            places = [classes.index(intent) for intent in case.expect if intent in classes]
            if own[lines.index(case)] and places:
                columns = [heard.classes.index(intent) for intent in classes]
                window = int(np.argmax(heard.log_odds(found))) if name == "kind_temperature" else 0
                rows.append((found[window, columns], places))
        fitted[name] = temperature(rows)
    fitted |= {"slope": float(platt.coef_[0, 0]), "intercept": float(platt.intercept_[0])}
    print("[calibration]")
    for name, value in fitted.items():
        print(f"{name} = {value:.2f}")
    print(f"# {len(lines)} lines, {int(told.sum())} of them disclosures")


if __name__ == "__main__":
    main()
