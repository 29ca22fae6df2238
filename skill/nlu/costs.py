"""What each mistake costs, as `interaction_models/costs.toml` says; a clinician reads and changes it there."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from skill.errors import ContentError

COSTS_FILE = "costs.toml"


class CostsError(ContentError):
    """The table of costs cannot be used; the message names the key and what is wrong with it."""


@dataclass(frozen=True)
class Calibration:
    """`[calibration]`: turns what the head says into probabilities. Fitted by `tools/calibrate.py`."""

    temperature: float
    """Divides the logits of what is ordinary; above one the classes come nearer to each other."""
    kind_temperature: float
    """The same among the disclosures."""
    slope: float
    """What a unit of the head's log-odds of a disclosure is worth as evidence."""
    intercept: float
    """Evidence where the head's log-odds are 0: it has learned from phrases with far more disclosures than life has."""


@dataclass(frozen=True)
class OrdinaryCosts:
    """`[ordinary]`: mistakes with somebody who is in no danger. One is the cost of teaching the wrong topic."""

    wrong: float
    """Another answer than the one that was asked for."""
    wrong_decline: float
    """A question within scope is declined."""
    which: float
    """Asked which of two, one of them right."""
    mended: float
    """Another answer than the one that was asked for, and that one offered at its end."""
    other: float
    """A closing question whether something else was meant, which was not."""
    lost: float
    """"I missed that"."""
    door: float
    """A closing sentence that leads to help which nobody needs."""
    same_family: float
    """What share of `wrong` another answer of the same family costs: one feeling for another, one topic for another."""


@dataclass(frozen=True)
class DisclosureCosts:
    """`[disclosure.<label>]`: mistakes about one kind of disclosure."""

    missed: float
    """Told, and answered as if nothing were wrong."""
    door: float
    """Told, and answered so with a closing sentence that leads to help."""
    lost: float
    """Told, and answered with "I missed that", which names the sentence that always works."""
    other: float
    """Told, and answered with the safety answer for something else."""
    accused: float
    """Not told by somebody in no danger, who hears this safety answer."""


@dataclass(frozen=True)
class ContextCosts:
    """`[context.<name>]`: what a state of the talk makes likelier. Nothing where a key is missing."""

    base_rate: float | None = None
    """How many of the things said in this state are disclosures."""
    times: Mapping[str, float] = field(default_factory=dict)
    """How many times likelier an intent, or a family such as `control`, is than usual."""


@dataclass(frozen=True)
class Costs:
    """The whole table."""

    base_rate: float
    """How many of the things that people say are disclosures (../docs/understanding.md: one in fifty)."""
    alike: float
    """What share of `other` it costs that two answers are mistaken which do the same for the listener."""
    calibration: Calibration
    ordinary: OrdinaryCosts
    disclosure: Mapping[str, DisclosureCosts]
    """By label: "assault"."""
    context: Mapping[str, ContextCosts]

    @classmethod
    def load(cls, folder: Path) -> "Costs":
        """The table of a folder of interaction models. Raises `CostsError`."""
        path = folder / COSTS_FILE
        try:
            table = tomllib.loads(path.read_text("utf-8"))
        except OSError as error:
            raise CostsError(f"{path}: {error.strerror}") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise CostsError(f"{path} is not TOML: {error}") from error
        where = f"{folder.name}/{COSTS_FILE}"
        _known(table, ("base_rate", "alike", "calibration", "ordinary", "disclosure", "context"), where)
        return cls(
            _share(table.get("base_rate"), f"{where}: base_rate"),
            _number(table.get("alike"), f"{where}: alike"),
            _read(Calibration, table, "calibration", where),
            _read(OrdinaryCosts, table, "ordinary", where),
            {name: _read(DisclosureCosts, table["disclosure"], name, where) for name in table.get("disclosure", {})},
            {name: _context(row, f"{where}: [context.{name}]") for name, row in table.get("context", {}).items()},
        )


def _known(table: Mapping[str, Any], names: tuple[str, ...], where: str) -> None:
    if strange := sorted(set(table) - set(names)):
        raise CostsError(f"{where}: nobody reads {', '.join(strange)}; there are {', '.join(names)}")


def _number(value: Any, where: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise CostsError(f"{where} is {value!r}, and should be a number")
    return float(value)


def _share(value: Any, where: str) -> float:
    number = _number(value, where)
    if not 0 < number < 1:
        raise CostsError(f"{where} is {value!r}, and should lie between 0 and 1")
    return number


def _read(kind: Any, table: Mapping[str, Any], name: str, where: str) -> Any:
    """One table of the file as an instance of a class of numbers, every one of which has to be there."""
    row = table.get(name)
    if not isinstance(row, dict):
        raise CostsError(f"{where}: the table [{name}] is missing")
    names = tuple(entry.name for entry in fields(kind))
    _known(row, names, f"{where}: [{name}]")
    return kind(**{key: _number(row.get(key), f"{where}: {name}.{key}") for key in names})


def _context(row: Any, where: str) -> ContextCosts:
    if not isinstance(row, dict):
        raise CostsError(f"{where} is {row!r}, and should be a table")
    _known(row, ("base_rate", "times"), where)
    times = {name: _number(value, f"{where}: times.{name}") for name, value in row.get("times", {}).items()}
    rate = row.get("base_rate")
    return ContextCosts(None if rate is None else _share(rate, f"{where}: base_rate"), times)
