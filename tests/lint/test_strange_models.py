"""Whatever stands in a model's file, the checks find fault with it, and none of them stops."""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from skill.lint import commands, runner
from skill.lint.content_tree import ContentTree
from skill.lint.finding import Finding
from skill.lint.interaction_model.checks import check_models
from skill.lint.listing import model_phrases
from skill.lint.responses import check_routes
from skill.lint.runner import LintTargets, run_checks
from skill.lint.topics import check_askable
from skill.lint.walk import requests_of
from skill.paths import folder

from .mistakes import caught, line_in, show
from .small_model import intent_of, small, with_spoken, with_type
from .strange import strange

pytestmark = pytest.mark.slow


def model(**spoken: Any) -> dict[str, Any]:
    """A model with some keys of its language model."""
    return {"interactionModel": {"languageModel": {"invocationName": "soft landing", **spoken}}}


NAMELESS = [{"intent": "AMAZON.StopIntent", "utterances": ["stop"]}, {"intent": "HelpIntent", "utterances": ["help"]}]
NO_NAMES: tuple[Any, ...] = (None, 5, [5], {}, "", True)
STRANGE: dict[str, bytes] = {
    "nothing": b"",
    "null": b"null",
    "a list": b"[]",
    "a text": b'"interactionModel"',
    "no UTF-8": b"\xff\xfe{}",
    "a mark in front": b"\xef\xbb\xbf{}",
    "a hundred thousand brackets": b"[" * 100_000,
    "a number of five thousand digits": b'{"interactionModel": ' + b"9" * 5_000 + b"}",
    "no language model": b'{"interactionModel": {"languageModel": null, "dialog": null, "prompts": null}}',
    "lists that are null": json.dumps(model(intents=None, types=None)).encode(),
    "objects for lists": json.dumps(model(intents={"BodyIntent": {}}, types={"Thing": []})).encode(),
    "rows without a name": json.dumps(model(intents=NAMELESS, types=[{}, {}])).encode(),
    "rows that are no objects": json.dumps(model(intents=[None, 5, "x", []], types=["x"])).encode(),
    "names of every kind": json.dumps(model(intents=[{"name": name} for name in NO_NAMES])).encode(),
    "half a character": json.dumps(model(intents=[{"name": "\ud800", "samples": ["\ud800 a"]}])).encode(),
    "slots without a type": json.dumps(
        model(intents=[{"name": "A", "slots": [{}, {"name": "x"}, None], "samples": ["{x} {x}", "{", None]}])
    ).encode(),
    "values of every kind": json.dumps(
        model(types=[{"name": "T", "values": [None, {}, {"name": "x"}, {"name": {"value": 5, "synonyms": "x"}}]}])
    ).encode(),
}


@pytest.mark.parametrize("content", STRANGE.values(), ids=STRANGE)
def test_a_strange_model_is_an_error_of_the_check(content: bytes, tmp_path: Path) -> None:
    """Everything that reads the model goes on to its end, and the check of models says what is wrong."""
    own = LintTargets.own()
    models = tmp_path / "interaction_models"
    shutil.copytree(own.models, models)
    (models / "en.json").write_bytes(content)
    targets = LintTargets(own.responses, models, own.screens, own.listing)
    results = {result.check: result for result in run_checks(targets, ("languages", "model", "listing"))}
    assert results["model"].errors, show(results["model"].findings)


@pytest.mark.parametrize("name", ["no UTF-8", "a hundred thousand brackets", "rows without a name", "half a character"])
def test_a_skill_with_a_strange_model_does_not_start(name: str, tmp_path: Path) -> None:
    """The walk through the conversation says so in one finding."""
    own = LintTargets.own()
    shutil.copytree(own.models, tmp_path / "m")
    (tmp_path / "m" / "en.json").write_bytes(STRANGE[name])
    (result,) = run_checks(LintTargets(own.responses, tmp_path / "m", own.screens, own.listing), ("conversation",))
    assert [finding.severe for finding in result.findings] == [True]


@pytest.fixture(scope="module")
def tree() -> ContentTree:
    """The words of this tree."""
    return ContentTree.read(folder("responses"))


@pytest.mark.parametrize(("seed", "count", "at_once"), [(17, 100, 1), (18, 60, 3)])
def test_no_change_to_a_model_stops_a_check(
    seed: int, count: int, at_once: int, tree: ContentTree, tmp_path: Path
) -> None:
    """Small changes anywhere in our own model, by a seed: each check that reads it goes on to its end."""
    for what, whole in strange(small(), seed, count, at_once=at_once):
        (tmp_path / "en.json").write_text(json.dumps(whole), "utf-8")
        try:
            list(check_models(tmp_path, ("en-US",)))
            list(check_routes(tree, tmp_path))
            list(check_askable(tree, tmp_path))
            requests_of(tmp_path)
            model_phrases(tmp_path, "en-US")
        except Exception as error:
            raise AssertionError(what) from error


def look(tmp_path: Path, whole: Any) -> list[Finding]:
    """The findings about a model."""
    (tmp_path / "en.json").write_text(json.dumps(whole, indent=1), "utf-8")
    return list(check_models(tmp_path, ("en-US",)))


def wrongs(findings: Iterable[Finding], *, severe: bool) -> list[str]:
    """What findings of a kind say."""
    return [finding.wrong for finding in findings if finding.severe == severe]


def test_rows_without_a_name_are_named_each(tmp_path: Path) -> None:
    """Two rows in the manner of another format: each is found at its line, with the keys to write."""
    found = [one for one in look(tmp_path, model(intents=NAMELESS, types=[])) if one.wrong == "It has no name"]
    assert [one.line for one in found] == [6, 12]
    assert all('Write "name" for "intent"' in one.hint for one in found)


def test_what_only_adds_nothing_is_a_warning(tmp_path: Path) -> None:
    """A value that stands twice, a synonym that repeats its value, a name that leans on a pronoun."""
    whole = small()
    values = [{"name": {"value": "lamp"}}, {"name": {"value": "Lamp"}}, {"name": {"value": "red", "synonyms": ["RED"]}}]
    with_type(values=values)(whole)
    with_spoken(invocationName="my landing")(whole)
    found = look(tmp_path, whole)
    for wrong in ("Colour lists “Lamp” twice", "“red” has “red” 2 times", "Of its two words one is “my”"):
        assert not caught(found, wrong).severe
    assert caught(found, "Colour lists “Lamp” twice").line == line_in(tmp_path / "en.json", '"Lamp"') - 1


def test_a_skill_does_something_of_its_own(tmp_path: Path) -> None:
    """Amazon's intents alone are no skill."""
    intents = [{"name": f"AMAZON.{name}Intent", "samples": []} for name in ("Help", "Stop", "Cancel")]
    assert "There is no intent but Amazon's" in wrongs(look(tmp_path, model(intents=intents)), severe=True)
    assert "There is no intent but Amazon's" not in wrongs(look(tmp_path, small()), severe=True)


def test_a_preposition_makes_no_name(tmp_path: Path) -> None:
    """Of two words none may be one, by Amazon's rule; of three one may."""
    whole = small()
    with_spoken(invocationName="landing off")(whole)
    assert "Of its two words one is “off”" in wrongs(look(tmp_path, whole), severe=True)
    with_spoken(invocationName="off we landed")(whole)
    assert not [wrong for wrong in wrongs(look(tmp_path, whole), severe=True) if "“off”" in wrong]


def test_a_terminal_takes_whatever_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a character in a model is written out, for people and for scripts."""
    whole = small()
    intent_of(whole, "BodyIntent")["samples"].append("quux \ud800")
    found = look(tmp_path, whole)
    monkeypatch.setattr(runner, "CHECKS", {"model": lambda targets: iter(found)})
    for words in ((), ("--json",)):
        result = CliRunner().invoke(commands.check, words)
        assert (result.exit_code, "quux \\ud800" in result.output) == (1, True), result.exception


def test_phrases_beside_a_model_may_be_unreadable(tmp_path: Path) -> None:
    """A companion file that is no UTF-8 is a finding, and the model is looked at all the same."""
    (tmp_path / "en.utterances.txt").write_bytes(b"[BodyIntent]\n\xff\n")
    found = look(tmp_path, model(intents=NAMELESS))
    assert caught(found, "It cannot be read").file == "interaction_models/en.utterances.txt"
    caught(found, "It has no name")
