"""What the project's own pages say about it: versions, lanes, verbs, and who merges safety words."""

import re
import subprocess
import sys
import tomllib
from fnmatch import fnmatchcase
from importlib.metadata import version
from pathlib import Path

import pytest

from skill.__about__ import __version__

ROOT = Path(__file__).parent.parent


def text(name: str) -> str:
    """A page or a file of the project."""
    return (ROOT / name).read_text("utf-8")


def test_the_changelog_has_the_version() -> None:
    """Unreleased comes first, then versions with their days, newest first; the newest is the one that is installed."""
    headings = re.findall(r"^## (.+)$", text("CHANGELOG.md"), re.MULTILINE)
    assert headings[0] == "Unreleased"
    released = [re.fullmatch(r"(\d+)\.(\d+)\.(\d+) - (\d{4}-\d\d-\d\d)", heading) for heading in headings[1:]]
    assert all(released), "a heading is Unreleased, or like 0.1.0 - 2026-11-28"
    numbers = [tuple(map(int, one.groups()[:3])) for one in released if one]
    days = [one[4] for one in released if one]
    assert numbers == sorted(set(numbers), reverse=True)
    assert days == sorted(days, reverse=True)
    assert ".".join(map(str, numbers[0])) == __version__, "see RELEASING.md, Steps"


def test_the_version_stands_in_one_place() -> None:
    """The build reads it from `skill/__about__.py`; a package that is installed says the same."""
    project = tomllib.loads(text("pyproject.toml"))
    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["hatch"]["version"]["path"] == "skill/__about__.py"
    assert version("soft-landing") == __version__, "pip install -e . once more"


def test_the_pages_name_every_lane() -> None:
    """CONTRIBUTING has a row for each lane, and those that are hosted are there, and can be run."""
    page = text("CONTRIBUTING.md")
    for lane in (ROOT / ".ci").iterdir():
        assert f"| `.ci/{lane.name}` |" in page, f"CONTRIBUTING.md has no row for .ci/{lane.name}"
        assert lane.stat().st_mode & 0o100, f"chmod +x .ci/{lane.name}"


def test_verbs_are_the_same_everywhere() -> None:
    """Each recipe of the justfile stands in CONTRIBUTING as plain commands."""
    recipes = dict(re.findall(r"^(\w+):\n((?:    .+\n)+)", text("justfile"), re.MULTILINE))
    assert sorted(recipes) == ["check", "docs", "fast", "lint", "test", "train"]
    for verb, commands in recipes.items():
        plain = ", ".join(f"`{command.strip()}`" for command in commands.splitlines())
        assert f"| `{verb}` | {plain} |" in text("CONTRIBUTING.md"), f"CONTRIBUTING.md: {verb} is {plain}"


def owners(path: str) -> str:
    """Who is asked about a file, by the last line of CODEOWNERS that fits."""
    found = ""
    for pattern, named in re.findall(r"^([^#\s]\S*) +(.+)$", text(".github/CODEOWNERS"), re.MULTILINE):
        whole = pattern.lstrip("/").replace("**/", "*") + ("*" if pattern.endswith("/") else "")
        found = named if fnmatchcase(path, whole) else found
    return found


SAFETY_WORDS = [
    path.relative_to(ROOT).as_posix()
    for path in sorted((ROOT / "responses").rglob("*.ssml"))
    if re.search(r"^{% set safety\b", path.read_text("utf-8"), re.MULTILINE)
    or path.name.startswith(("Safety", "Minor"))
]


@pytest.mark.parametrize("path", ["responses/helplines.toml", "skill/dialog/safety_rules.py", *SAFETY_WORDS])
def test_safety_words_have_their_owners(path: str) -> None:
    """Whoever changes a safety answer or a number asks those who may merge it."""
    assert owners(path) == "@soft-landing/safety", f".github/CODEOWNERS: give {path} a line of its own"


def test_others_are_not_asked_about_a_topic() -> None:
    """A topic is a writer's."""
    assert owners("responses/en/BodyIntent.ssml").startswith("@soft-landing/writers")
    assert owners("skill/app.py") == "@soft-landing/maintainers"


def test_the_benchmarks_find_their_questions() -> None:
    """Whoever moves the test sets moves what the load is made of."""
    found = subprocess.run(
        [sys.executable, "-c", "import traffic; print(len(traffic.QUESTIONS))"],
        cwd=ROOT / "benchmarks", capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert int(found.stdout) > 200
