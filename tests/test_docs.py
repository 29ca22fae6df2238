"""What the pages promise: their commands run, their links lead somewhere, and what they tell listeners to say works."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from skill.__main__ import main
from skill.core.skill import Skill
from skill.simulator.device import Device, LastReply

TOP = Path(__file__).parent.parent
PAGES = [TOP / "README.md", TOP / "CONTRIBUTING.md", *sorted((TOP / "docs").glob("*.md")), TOP / "deploy/README.md",
         TOP / "listing/add-on.md"]  # fmt: skip
COMMANDS = click.Group("soft-landing", main.commands)

NOT_RUN = {
    "serve": "runs until it is stopped",
    "talk": "waits for somebody to type",
    "mcp": "runs until it is stopped",
    "wyoming": "runs until it is stopped",
    "add-language": "lays out a language in this tree",
    "train": "writes what the other tests read",
    "check": "has tests of its own",
    "doctor": "calls a server elsewhere",
}
"""Commands that are read and not run, and why."""

NOT_THERE = {"de", "de-DE"}
"""The language of the translator's page, which is not there yet; `test_new_language.py` runs them for another."""

LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")


def name(page: Path) -> str:
    """A page's name in a test's name."""
    return str(page.relative_to(TOP))


def commands() -> list[Any]:
    """Every command line of ours that stands on a page by itself."""
    found = {
        line.strip(): page
        for page in PAGES
        for line in page.read_text("utf-8").splitlines()
        if line.startswith("    ") and line.strip().startswith("soft-landing ")
    }
    return [pytest.param(line, id=f"{name(page)}: {line}") for line, page in found.items()]


@pytest.mark.parametrize("line", commands())
def test_a_command_runs(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page says to type works as it is written, from the top of a checkout."""
    words = shlex.split(line)[1:]
    if words[0] in NOT_RUN or NOT_THERE & set(words):
        command = COMMANDS.commands[words[0]]
        with command.make_context(words[0], words[1:]):  # raises for an option that does not exist
            return
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tests").symlink_to(TOP / "tests")
    result = CliRunner().invoke(COMMANDS, words)
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    """A link to a file finds it, and one to a heading finds the heading."""
    for target in LINK.findall(page.read_text("utf-8")):
        if target.startswith("https://"):
            continue
        path, _, heading = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), f"{name(page)} links to {target}"
        if heading:
            headings = re.findall(r"^#+ (.+)$", there.read_text("utf-8"), flags=re.MULTILINE)
            slugs = {re.sub(r"[^\w -]", "", text.lower()).replace(" ", "-") for text in headings}
            assert heading in slugs, f"{name(page)} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_files_that_are_named_exist(page: Path) -> None:
    """A path in backticks that looks like one of the tree's is there."""
    text = page.read_text("utf-8")
    named = re.findall(r"`((?:responses|interaction_models|listing|deploy|docs|skill|tests)/[\w./-]+)`", text)
    missing = [path for path in named if not (TOP / path).exists() and not re.search(r"/de\b|de-DE|<|en-GB/", path)]
    assert missing == []


def sayings() -> list[str]:
    """What the listener's page puts in quotation marks in its table."""
    page = (TOP / "docs/listener.md").read_text("utf-8")
    return [said for row in page.splitlines() if row.startswith("| “") for said in re.findall(r"“([^”]+)”", row)]


@pytest.mark.parametrize("said", sayings())
def test_what_a_listener_is_told_to_say_works(
    said: str, invoke: Callable[[str], dict[str, Any]], skill: Skill, trace: LastReply
) -> None:
    """In an open session, each of them gets an answer of its own."""
    device = Device(invoke, skill.understanding, trace)
    device.hear("open soft landing")
    turn = device.hear(said)
    assert turn.offered == []
    assert not turn.response.startswith(("AMAZON.FallbackIntent", "WhichOne", "OutOfScope"))
    assert turn.speech


def test_settings_are_the_ones_there_are() -> None:
    """Every setting that the pages name is read somewhere, and every one that is read is on a page."""
    pattern = re.compile(r"SOFT_LANDING_[A-Z_]+")
    pages = {found for page in PAGES for found in pattern.findall(page.read_text("utf-8"))}
    code = [*(TOP / "skill").rglob("*.py"), TOP / "deploy/gunicorn.conf.py"]
    read = {found for file in code for found in pattern.findall(file.read_text("utf-8"))}
    assert pages <= read
    assert {found for found in read if "BIND" not in found and "WORKERS" not in found} <= pages
