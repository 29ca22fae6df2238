"""What a request costs when there is ten times as much: locales, topics and answers, samples.

Copies of `responses/` and of what was learned are made in a temporary folder, and the same requests are answered in
this process by the skill as it is and by each copy, in turn.
"""

import json
import re
import shutil
import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import traffic

from skill.alexa.handlers import build
from skill.app import build_skill
from skill.content.responses import Responses
from skill.nlu.files import LEARNED_SUFFIX
from skill.nlu.model_file import ModelFile
from skill.paths import folder

TIMES = 10
ROUNDS = 7
PER_ROUND = 300


def compare(place: Path) -> Iterator[tuple[str, float]]:
    """The ratio of processor time for a request, for each kind of growth."""
    asked = [json.loads(one.body) for one in traffic.requests(PER_ROUND, seed=2)]
    houses = {"as it is": build(build_skill())}
    houses["ten times the locales"] = build(build_skill(responses=more_locales(place / "locales")))
    houses["ten times the topics"] = build(build_skill(responses=more_topics(place / "topics")))
    houses["ten times the samples"] = build(build_skill(models=more_samples(place / "samples")))
    spent: dict[str, list[float]] = {name: [] for name in houses}
    for _ in range(ROUNDS + 1):
        for name, invoke in houses.items():
            start = time.process_time()
            for envelope in asked:
                invoke(envelope)
            spent[name].append(time.process_time() - start)
    usual = spent.pop("as it is")[1:]  # the first round compiles and does not count
    for name, found in spent.items():
        yield (
            f"{name}: time for a request, times as it is",
            statistics.median(a / b for a, b in zip(found[1:], usual, strict=True)),
        )


def more_locales(copy: Path) -> Path:
    """Nine copies of each locale under names that nobody speaks."""
    shutil.copytree(folder("responses"), copy)
    for locale in Responses(copy).locales:
        for number in range(1, TIMES):
            shutil.copytree(copy / locale, copy / f"{locale[:2]}-{locale[3]}{number}")
    return copy


def more_topics(copy: Path) -> Path:
    """Nine copies of each response, and of each section of the table of claims."""
    shutil.copytree(folder("responses"), copy)
    for file in [*copy.rglob("*.ssml")]:
        name, dot, rest = file.name.partition("Intent.")
        if dot and not name.startswith("AMAZON"):
            for number in range(1, TIMES):
                shutil.copy(file, file.with_name(f"{name}X{letters(number)}Intent.{rest}"))
    table = (copy / "claims.toml").read_text("utf-8")
    first = table.index("[[section]]")
    rows = table[first:].partition("[[beyond]]")
    for number in range(1, TIMES):
        more = re.sub(r'(topic = "[^"]*)"', rf'\1-{number}"', rows[0])
        more = re.sub(r'(intent = "\w+)Intent"', rf'\1X{letters(number)}Intent"', more)
        more = re.sub(r'^("?C-[\w-]*)', rf"\1-{number}", more, flags=re.MULTILINE)
        table += "\n" + more
    (copy / "claims.toml").write_text(table, "utf-8")
    return copy


def letters(number: int) -> str:
    """A number as a letter."""
    return chr(ord("a") + number)


def more_samples(copy: Path) -> Path:
    """What would have been learned from ten times the phrases: ten times the vocabulary and the known phrases."""
    shutil.copytree(folder("interaction_models"), copy)
    learned = ModelFile.read(copy / f"en.{LEARNED_SUFFIX}")
    arrays: dict[str, Any] = {name: np.asarray(array) for name, array in learned.arrays.items()}
    for key, beside in BESIDE.items():
        here = arrays[key]
        dice = np.random.default_rng(1)
        more = dice.integers(0, np.iinfo(here.dtype).max, len(here) * (TIMES - 1), dtype=here.dtype)
        order = np.argsort(np.concatenate([here, more]), kind="stable")
        for array in (key, *beside):
            rows = [here, more] if array == key else [arrays[array]] * TIMES
            arrays[array] = np.concatenate(rows)[order]
    replace(learned, arrays=arrays).write(copy / f"en.{LEARNED_SUFFIX}")
    return copy


BESIDE = {"vocabulary": ("idf", "weights"), "phrase_hashes": ("phrase_class",)}
"""The sorted arrays of what was learned, and those that have a row for each of theirs."""
