"""Small changes to any JSON, by a seed: what nobody would write, and what somebody has written all the same."""

import copy
import random
from collections.abc import Iterator
from typing import Any

from skill.lint.json_lines import JsonKey

ODD_VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, float("inf"), "", " ", "x", "{", "{x", "AMAZON.", "None", "\ud800", "%s {0}", "x" * 5000,
    [], {}, [None], [[]], [{}], {"": None}, {"name": None}, [{"name": None}, {"name": None}],
    [{"name": 5}, {"name": [5]}], [{"name": {"value": None}}], {"value": "x"}, ["x", "x"], [5, None, "x"],
    [{"intent": "x", "utterances": ["x"]}, {"intent": "y", "utterances": ["x"]}],
)  # fmt: skip
"""What a value is replaced by."""


def places(value: Any, path: tuple[JsonKey, ...] = ()) -> Iterator[tuple[JsonKey, ...]]:
    """The path of every value, the whole first."""
    yield path
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(item, (*path, key))


def changed(whole: Any, path: tuple[JsonKey, ...], dice: random.Random) -> tuple[str, Any]:
    """A copy with one place changed, and in words what was done to it."""
    if not path:
        value = dice.choice(ODD_VALUES)
        return f"the whole is {value!r:.30}", value
    whole = copy.deepcopy(whole)
    around: Any = whole
    for key in path[:-1]:
        around = around[key]
    last: Any = path[-1]
    what = dice.choice(("replaced", "replaced", "replaced", "deleted", "doubled", "wrapped", "renamed"))
    if what == "deleted":
        del around[last]
    elif what == "doubled" and isinstance(around, list):
        around.append(copy.deepcopy(around[last]))
    elif what == "wrapped":
        around[last] = dice.choice(([around[last]], {"name": around[last]}))
    elif what == "renamed" and isinstance(around, dict):
        around[dice.choice(("name", "values", "slots", "type", ""))] = around.pop(last)
    else:
        around[last] = dice.choice(ODD_VALUES)
    return f"{'.'.join(map(str, path))} {what}: {around!r:.60}", whole


def strange(whole: Any, seed: int, count: int, *, at_once: int = 1) -> Iterator[tuple[str, Any]]:
    """So many copies of some JSON with a few changes each, as far from the top as near it."""
    dice = random.Random(seed)
    for _ in range(count):
        said, made = [], whole
        for _ in range(at_once):
            levels: dict[int, list[tuple[JsonKey, ...]]] = {}
            for path in places(made):
                levels.setdefault(len(path), []).append(path)
            what, made = changed(made, dice.choice(levels[dice.choice(sorted(levels))]), dice)
            said.append(what)
        yield "; ".join(said), made
