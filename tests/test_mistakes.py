"""A writer's slip in a file is answered with file, line and mend, in one line, by every command that meets it."""

import re
from pathlib import Path

import pytest
from additions import Tree
from click.testing import CliRunner

from skill.__main__ import main

pytestmark = pytest.mark.slow  # of the tools; a writer of words need not wait for it

SET = '{"text": "hello", "expect": "topic:body"}\n'


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """A small copy of the tree."""
    return Tree.small(tmp_path_factory.mktemp("small"))


@pytest.fixture
def tree(small: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tree:
    """A copy of its own, which the commands take for theirs."""
    copy = small.copy(tmp_path)
    monkeypatch.setattr("skill.paths.HERE", tmp_path / "skill")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "set.jsonl").write_text(SET, "utf-8")
    return copy


def run(*words: str) -> str:
    """Run a command that is to fail; gives what it says."""
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == 1
    assert result.exception is None or isinstance(result.exception, SystemExit), "a traceback"
    return result.output


def claims(tree: Tree) -> None:
    """A misspelt key in claims.toml."""
    tree.change("claims.toml", 'topic = "body"', 'topik = "body"')


def helpline(tree: Tree) -> None:
    """A misspelt key in helplines.toml."""
    tree.change("helplines.toml", 'hours = "24/7, call or text; option 2 is Spanish"', 'ours = "24/7"')


def safety(tree: Tree) -> None:
    """A misspelt key in safety.toml."""
    tree.change("safety.toml", "closes_content = true", "closes_contents = true")


def pattern(tree: Tree) -> None:
    """A number out of range in patterns.toml."""
    tree.change("patterns.toml", "in = 4\nout = 6\n\n[b-even]", "in = 4\nout = 9\n\n[b-even]")


def quote(tree: Tree) -> None:
    """A missing quote in claims.toml."""
    tree.change("claims.toml", 'topic = "body"', 'topic = "body')


def header(tree: Tree) -> None:
    """A response that is no template."""
    tree.write("en/LaunchRequest.ssml", "Hello {{ nobody }}.")


def comma(tree: Tree) -> None:
    """A missing comma in en.json."""
    path = tree.models / "en.json"
    path.write_text(re.sub(r'("name": "TearyIntent"),', r"\1", path.read_text("utf-8"), count=1), "utf-8")


def heading(tree: Tree) -> None:
    """A misspelt heading in en.utterances.txt."""
    path = tree.models / "en.utterances.txt"
    path.write_text(path.read_text("utf-8").replace("[TearyIntent]", "[TearyIntnet]"), "utf-8")


TABLES = {
    claims: r"responses/claims\.toml:\d+: \[\[section\]\] has no key 'topik' \(did you mean 'topic'\?\); the keys are",
    helpline: r"responses/helplines\.toml:\d+: \[\[line\]\] has no key 'ours' \(did you mean 'hours'\?\); the keys are",
    safety: r"responses/safety\.toml:\d+: \[MinorIntent\] has no key 'closes_contents' \(did you mean 'closes_c",
    pattern: r"patterns\.toml: \[b-long-out\] out is 9 seconds; keep it at 3 to 8",
    quote: r"responses/claims\.toml:\d+ is not TOML",
}
"""Slips that keep every command from starting, and what is said of each."""


def line_in(message: str, file: Path) -> str:
    """The line of a file that a message names."""
    found = re.search(rf"{file.name}:(\d+)", message)
    assert found, message
    return file.read_text("utf-8").splitlines()[int(found[1]) - 1]


@pytest.mark.parametrize(
    "command",
    [
        ("ask", "hello"),
        ("talk",),
        ("train",),
        ("evaluate", "set.jsonl"),
        ("listen", "b-even"),
        ("serve", "--port", "0"),
    ],
    ids=lambda command: command[0],
)
@pytest.mark.parametrize("slip", TABLES, ids=lambda slip: slip.__name__)
def test_every_command_says_what_is_wrong(tree: Tree, command: tuple[str, ...], slip: type) -> None:
    """One line, and no traceback."""
    slip(tree)
    said = run(*command)
    assert re.match(rf"Error: .*{TABLES[slip]}", said), said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("slip", TABLES, ids=lambda slip: slip.__name__)
def test_check_says_what_is_wrong(tree: Tree, slip: type) -> None:
    """The check names it as a finding."""
    slip(tree)
    assert re.search(TABLES[slip], run("check", "--only", "words")), "not found"


@pytest.mark.parametrize(
    ("slip", "line"), [(claims, 'topik = "body"'), (helpline, 'ours = "24/7"'), (safety, "closes_contents = true")]
)
def test_the_line_is_that_of_the_key(tree: Tree, slip: type, line: str) -> None:
    """The line that is named holds the slip."""
    slip(tree)
    said = run("ask", "hello")
    file = re.search(r"responses/(\w+\.toml)", said)
    assert file
    assert line_in(said, tree.responses / file[1]) == line


def test_a_broken_response_is_named(tree: Tree) -> None:
    """A response that cannot be rendered is named when it is asked for, and by the check with its line."""
    header(tree)
    assert "responses/en/LaunchRequest.ssml" in run("check", "--only", "words")


@pytest.mark.parametrize("command", [("train",), ("ask", "hello"), ("check", "--only", "model")])
def test_a_missing_comma_is_named(tree: Tree, command: tuple[str, ...]) -> None:
    """File, line and column."""
    comma(tree)
    said = run(*command)
    assert re.search(r"models/en\.json:\d+: [iI]t is not JSON: Expecting ',' delimiter \(column \d+\)", said)
    assert '"samples"' in line_in(said, tree.models / "en.json")


@pytest.mark.parametrize("command", [("train",), ("check", "--only", "model")])
def test_a_misspelt_heading_is_named(tree: Tree, command: tuple[str, ...]) -> None:
    """File, line, and what was meant."""
    heading(tree)
    said = run(*command)
    assert re.search(r"en\.utterances\.txt:\d+: [tT]he model has no intent 'TearyIntnet'", said)
    assert "[TearyIntent]" in said
    assert line_in(said, tree.models / "en.utterances.txt") == "[TearyIntnet]"


def test_a_bad_line_of_a_test_set_is_named(tree: Tree, tmp_path: Path) -> None:
    """`evaluate` names file and line."""
    (tmp_path / "set.jsonl").write_text(f'{SET}{{"text": "x"}}\n', "utf-8")
    assert re.match(r'Error: set\.jsonl:2: not {"text"', run("evaluate", "set.jsonl"))


def test_no_learned_file_is_named(tree: Tree) -> None:
    """Without it, every command that understands says what to run."""
    (tree.models / "en.learned").unlink()
    assert "run soft-landing train" in run("ask", "hello")


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("claims.toml", 'cited = "Opening"\n', "", r":\d+: \[\[section\]\] lacks the key 'cited'"),
        ("claims.toml", 'C-body-3 = "', 'C-boody-3 = "', r":\d+: C-boody-3 stands in the topic 'body'; its id begins"),
        ("claims.toml", 'intent = "BodyIntent"', 'intent = "OverviewIntent"', r":\d+: OverviewIntent has a section"),
        ("helplines.toml", 'sober = "emergency"', 'sober = "crysis"', r":\d+: sober gives way to 'crysis'"),
        (
            "helplines.toml",
            "[needs]\nemergency",
            "[kneeds]\nemergency",
            r":\d+: nothing reads 'kneeds' \(did you mean 'n",
        ),
        ("safety.toml", 'label = "minor"\n', "", r":\d+: \[MinorIntent\] lacks the key 'label'"),
        ("safety.toml", 'like = "MedicalIntent"', 'like = "MedicIntent"', r":\d+: like names 'MedicIntent', and there"),
        ("safety.toml", "unclear = true", "unclear = false", r": exactly one answer has unclear = true"),
        ("safety.toml", 'label = "medical"', 'label = "minor"', r":\d+: the label 'minor' stands twice"),
        ("safety.toml", "[MedicalIntent]", "[Medical]", r":\d+: Medical is no safety answer"),
        ("safety.toml", 'need = "young"', "need = 7", r":\d+: need is text in quotes"),
    ],
)
def test_a_slip_in_a_table_is_named(tree: Tree, file: str, old: str, new: str, message: str) -> None:
    """Each kind of slip has its own message."""
    tree.change(file, old, new)
    assert re.match(rf"Error: responses/{re.escape(file)}{message}", run("ask", "hello"))


def test_a_date_is_no_text(tree: Tree) -> None:
    """A date in quotes, a need that is misspelt: the row and the key are named."""
    path = tree.responses / "helplines.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("confirmed = 2016-07-02", 'confirmed = "2016-07-02"', 1), "utf-8")
    assert re.search(r"helplines\.toml:\d+: confirmed is a date such as 2027-02-23", run("ask", "hello"))
    path.write_text(text.replace('need = "partner-violence"', 'need = "partner-violense"', 1), "utf-8")
    said = run("ask", "hello")
    assert "the need 'partner-violense' is none of emergency, crisis" in said
    assert line_in(said, path) == 'need = "partner-violense"'
