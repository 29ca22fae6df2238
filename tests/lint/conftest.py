"""Copies of the words, to make mistakes in."""

import shutil
from pathlib import Path

import pytest

from skill.content.followups import FOLLOWUPS_FILE
from skill.paths import folder

OTHERS = ("en-AU", "en-CA", "en-GB", "en-IN")
FEW = ("_", "AMAZON.", "BodyIntent.ssml", "SadIntent.ssml", "Onward", "error", "b-long-out", "p-touch", "UnsureIntent")
ONE_SAFETY_ANSWER = """[UnsureIntent]
label = "unsure"
need = "sexual-violence"
unclear = true
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The words, to make mistakes in: one locale, the others read the same files."""
    shutil.copytree(folder("responses"), tmp_path / "responses", ignore=shutil.ignore_patterns(*OTHERS))
    return tmp_path


@pytest.fixture
def scrap(tmp_path: Path) -> Path:
    """A few of the words and one safety answer, where a mistake is looked for in one file."""

    def left_out(_: str, names: list[str]) -> list[str]:
        return [
            name
            for name in names
            if name in (*OTHERS, FOLLOWUPS_FILE) or (name.endswith(".ssml") and not name.startswith(FEW))
        ]

    shutil.copytree(folder("responses"), tmp_path / "responses", ignore=left_out)
    (tmp_path / "responses" / "safety.toml").write_text(ONE_SAFETY_ANSWER, "utf-8")
    return tmp_path
