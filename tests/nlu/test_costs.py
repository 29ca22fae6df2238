"""The table of costs: read whole, and a slip in it is named."""

from pathlib import Path

import pytest

from skill.nlu.costs import Costs, CostsError

MODELS = Path(__file__).parent.parent.parent / "interaction_models"
OURS = (MODELS / "costs.toml").read_text("utf-8")


def test_our_own() -> None:
    """Every number has its place, and one in fifty is the base rate."""
    costs = Costs.load(MODELS)
    assert costs.base_rate == 0.02
    assert costs.disclosure["medical-emergency"].missed > costs.disclosure["medical"].missed
    assert all(row.missed > row.door > 0 for row in costs.disclosure.values()), "a door is better than nothing"
    assert "asked" in costs.context


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ("base_rate = 0.02", "", "base_rate is None, and should be a number"),
        ("base_rate = 0.02", "base_rate = 2", "base_rate is 2, and should lie between 0 and 1"),
        ("base_rate = 0.02", "base_rat = 0.02", "nobody reads base_rat; there are base_rate"),
        ("[calibration]", "[calibrations]", "nobody reads calibrations"),
        ("[disclosure.assault]\n", "[disclosure.assault]\nmised = 1\n", r"\[assault\]: nobody reads mised"),
        ("[context.asked]\n", "[context.asked]\nbase_rate = 'x'\n", "base_rate is 'x', and should be a number"),
        ("[context.asked]\n", "[context.asked]\ntime = 1\n", "nobody reads time; there are base_rate, times"),
        ("base_rate = 0.02", "base_rate 0.02", "is not TOML"),
    ],
)  # fmt: skip
def test_a_slip_is_named(tmp_path: Path, old: str, new: str, wrong: str) -> None:
    """What is missing, misspelt or no number is said with its key."""
    assert old in OURS
    (tmp_path / "costs.toml").write_text(OURS.replace(old, new, 1), "utf-8")
    with pytest.raises(CostsError, match=wrong):
        Costs.load(tmp_path)


def test_without_a_table_nothing_is_decided(tmp_path: Path) -> None:
    """The file is named."""
    with pytest.raises(CostsError, match=r"costs\.toml: No such file"):
        Costs.load(tmp_path)
