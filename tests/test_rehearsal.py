"""The rehearsal: each check is shown to fail on a deliberate mistake, and this tree has no errors."""

import http.server
import json
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from werkzeug.serving import make_server

from skill import app as assembly
from skill.alexa.refused import Refused
from skill.alexa.verifier import Verifier
from skill.app import build_skill, create_app
from skill.lint import apl as screens
from skill.lint import apla as sounds
from skill.lint import commands, helplines
from skill.lint import endpoint as door
from skill.lint import exercises as practices
from skill.lint import responses as words
from skill.lint import runner as parts
from skill.lint import walk as conversation
from skill.lint.content_tree import Tree
from skill.lint.finding import Finding
from skill.lint.interaction_model import checks as model
from skill.lint.interaction_model import schema
from skill.lint.json_lines import Json
from skill.lint.readability import grade, syllables
from skill.lint.ssml import problems
from skill.lint.walk import Ask, Heard, Listener
from skill.paths import folder
from skill.settings.store import NoStore
from skill.simulator.device import LastReply

SCREENS = Path(commands.__file__).parent.parent / "alexa" / "screens"
NOW = datetime.fromisoformat("2026-01-31T12:00:00+00:00")

Change = Callable[[Path], None]
"""A deliberate mistake, made in a copy."""


def replaced(file: str, old: str, new: str) -> Change:
    """A mistake in a text."""

    def change(root: Path) -> None:
        path = root / file
        text = path.read_text("utf-8")
        assert old in text, f"{file} has no {old!r} any more: choose another place for this mistake"
        path.write_text(text.replace(old, new, 1), "utf-8")

    return change


def written(file: str, text: str) -> Change:
    """A mistake that is a whole file."""

    def change(root: Path) -> None:
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    return change


def removed(file: str) -> Change:
    """A file that is not there."""
    return lambda root: (root / file).unlink()


def named(rows: Iterable[tuple[Any, ...]]) -> list[Any]:
    """The rows of a table of mistakes as cases, the first column as their names."""
    return [pytest.param(*row[1:], id=row[0]) for row in rows]


def line_in(path: Path, text: str) -> int:
    """The first line that holds a text."""
    return next(number for number, row in enumerate(path.read_text("utf-8").splitlines(), 1) if text in row)


def show(findings: Iterable[Finding]) -> str:
    """Findings as lines, for a failure."""
    return "\n".join(map(str, findings)) or "nothing was found"


def caught(findings: Iterable[Finding], wrong: str) -> Finding:
    """The finding that says so; it has a reason and a remedy as well."""
    found = list(findings)
    matching = [finding for finding in found if wrong in finding.wrong]
    assert matching, f"nobody says {wrong!r}:\n{show(found)}"
    assert all(one.why and one.hint and one.file for one in matching)
    return matching[0]


# The models.


@cache
def small_text() -> str:
    """This tree's model with a few samples an intent, which keeps every rule and takes a moment."""
    whole: dict[str, Any] = json.loads((folder("interaction_models") / "en.json").read_text("utf-8"))
    for intent in whole["interactionModel"]["languageModel"]["intents"]:
        intent["samples"] = [one for one in intent["samples"] if "{" in one][:12] or intent["samples"][:4]
        if intent["name"] == "BreathingIntent":
            intent["samples"] += sorted({"do {pattern}"} - set(intent["samples"]))
    return json.dumps(whole)


def small() -> dict[str, Any]:
    """A copy of it, to make mistakes in."""
    whole: dict[str, Any] = json.loads(small_text())
    return whole


def intent_of(whole: dict[str, Any], name: str) -> dict[str, Any]:
    """One intent of a model."""
    found: dict[str, Any] = next(
        one for one in whole["interactionModel"]["languageModel"]["intents"] if one["name"] == name
    )
    return found


def with_sample(name: str, sample: str) -> Callable[[dict[str, Any]], None]:
    """One more sample."""
    return lambda whole: intent_of(whole, name)["samples"].append(sample)


def with_spoken(**keys: Any) -> Callable[[dict[str, Any]], None]:
    """Keys of the language model set otherwise."""
    return lambda whole: whole["interactionModel"]["languageModel"].update(keys)


def without(name: str) -> Callable[[dict[str, Any]], None]:
    """An intent taken out."""
    return lambda whole: whole["interactionModel"]["languageModel"]["intents"].remove(intent_of(whole, name))


def with_intent(**keys: Any) -> Callable[[dict[str, Any]], None]:
    """One more intent."""
    return lambda whole: whole["interactionModel"]["languageModel"]["intents"].append({"samples": ["quux"], **keys})


def with_type(**keys: Any) -> Callable[[dict[str, Any]], None]:
    """One more slot type, and an intent that uses it."""

    def change(whole: dict[str, Any]) -> None:
        whole["interactionModel"]["languageModel"]["types"].append({"name": "Colour", **keys})
        with_intent(name="ColourIntent", slots=[{"name": "tint", "type": "Colour"}], samples=["quux {tint}"])(whole)

    return change


def with_slot(kind: str) -> Callable[[dict[str, Any]], None]:
    """One more intent, with a slot of a type."""
    return with_intent(name="QuuxIntent", slots=[{"name": "tint", "type": kind}], samples=["quux {tint}"])


def with_dialog(*slots: dict[str, Any], name: str = "CheckInIntent", prompts: Any = ()) -> Callable[[Any], None]:
    """A dialog and its prompts."""

    def change(whole: dict[str, Any]) -> None:
        whole["interactionModel"]["dialog"] = {"intents": [{"name": name, "slots": list(slots)}]}
        if prompts:
            whole["interactionModel"]["prompts"] = list(prompts)

    return change


FREE = {"name": "words", "type": "AMAZON.SearchQuery"}
RED = {"name": {"value": "red"}}
PROMPT = {"id": "Elicit.1", "variations": [{"type": "PlainText", "value": "Which one?"}]}
CARE = {"name": "care", "type": "CareNeed"}
LONG = "word " * 45 + "end"

MODEL_MISTAKES = [
    ("an invocation name of one word", with_spoken(invocationName="aftercare"), "is one word", "invocationName"),
    ("a capital letter in it", with_spoken(invocationName="Soft landing"), "not allowed", "invocationName"),
    ("a digit in it", with_spoken(invocationName="soft landing 2"), "not allowed", "invocationName"),
    ("a wake word in it", with_spoken(invocationName="echo landing"), "wake word", "invocationName"),
    ("a launch word in it", with_spoken(invocationName="open landing"), "launch word", "invocationName"),
    ("a connecting word in it", with_spoken(invocationName="landing about"), "connecting word", "invocationName"),
    ("an article and one word", with_spoken(invocationName="the landing"), "one is “the”", "invocationName"),
    (
        "an invocation name of 60 letters",
        with_spoken(invocationName="soft " + "l" * 55),
        "characters",
        "invocationName",
    ),
    ("no invocation name", with_spoken(invocationName=""), "no invocation name", "invocationName"),
    ("no stop", without("AMAZON.StopIntent"), "AMAZON.StopIntent is missing", '"intents"'),
    ("no help", without("AMAZON.HelpIntent"), "AMAZON.HelpIntent is missing", '"intents"'),
    ("no fallback", without("AMAZON.FallbackIntent"), "AMAZON.FallbackIntent is missing", '"intents"'),
    ("a built-in misspelt", with_intent(name="AMAZON.HlepIntent"), "no standard intent", "AMAZON.HlepIntent"),
    ("samples for a built-in", with_sample("AMAZON.HelpIntent", "quux me"), "has samples", None),
    ("an intent's name with a digit", with_intent(name="Body2Intent"), "is not allowed", "Body2Intent"),
    ("an intent twice", with_intent(name="BodyIntent"), "stands 2 times", None),
    ("an intent without samples", with_intent(name="QuuxIntent", samples=[]), "has no samples", "QuuxIntent"),
    ("a digit in a sample", with_sample("BodyIntent", "quux 54321"), "holds 1 2 3 4 5", "quux 54321"),
    ("a question mark in a sample", with_sample("BodyIntent", "quux what?"), "holds ?", "quux what?"),
    ("a full stop in a sample", with_sample("BodyIntent", "quux. body"), "has a full stop", "quux. body"),
    ("two spaces in a sample", with_sample("BodyIntent", "quux  body"), "spaces to spare", "quux  body"),
    ("an open brace in a sample", with_sample("BodyIntent", "quux {body"), "a brace", "quux {body"),
    ("a slot glued to a word", with_sample("CheckInIntent", "quux{care}"), "glues a slot", "quux{care}"),
    ("a slot that is not declared", with_sample("BodyIntent", "quux {part}"), "does not declare", "quux {part}"),
    ("a slot twice in a sample", with_sample("CheckInIntent", "{care} quux {care}"), "a slot twice", "quux {care}"),
    ("a sample twice", with_sample("BreathingIntent", "do {pattern}"), "twice", None),
    ("a sample of 228 letters", with_sample("BodyIntent", LONG), "characters", "word word"),
    ("free words without a carrier", with_sample("QuestionIntent", "{question}"), "nothing but free words", None),
    (
        "free words beside another slot",
        with_intent(
            name="QuuxIntent",
            slots=[{"name": "question", "type": "AMAZON.SearchQuery"}, CARE],
            samples=["quux {question} for {care}"],
        ),
        "another slot beside free words",
        "quux {question}",
    ),
    ("nothing but slots", with_sample("BreathingIntent", "{pattern} {duration}"), "nothing but slots", None),
    (
        "a slot of two types",
        with_intent(name="QuuxIntent", slots=[{"name": "care", "type": "AMAZON.NUMBER"}], samples=["quux {care}"]),
        "is AMAZON.NUMBER here and CareNeed",
        None,
    ),
    (
        "a slot type that is not there",
        with_intent(name="QuuxIntent", slots=[{"name": "tint", "type": "Colour"}], samples=["quux {tint}"]),
        "no slot type Colour",
        None,
    ),
    (
        "a slot that no sample has",
        with_intent(name="QuuxIntent", slots=[CARE], samples=["quux"]),
        "No sample of QuuxIntent has {care}",
        None,
    ),
    ("an empty type", with_type(values=[]), "has no values", '"name": "Colour"'),
    (
        "an id twice",
        with_type(values=[{"id": "r", "name": {"value": "red"}}, {"id": "r", "name": {"value": "rose"}}]),
        "have the id 'r'",
        None,
    ),
    (
        "a synonym twice",
        with_type(values=[{"name": {"value": "red", "synonyms": ["rosy"]}}, {"name": {"value": "rosy"}}]),
        "stands for",
        None,
    ),
    ("a value of 150 letters", with_type(values=[{"name": {"value": "r" * 150}}]), "has 150 characters", None),
    ("251 intents", with_spoken(intents=[{"name": f"I{'x' * n}", "samples": []} for n in range(251)]), "intents", None),
    ("a clash with another intent", with_sample("SadIntent", "quux a"), "is also “quux a”", None),
    ("a clash with Amazon's own", with_sample("BodyIntent", "never mind"), "AMAZON.CancelIntent", "never mind"),
    (
        "a clash through a slot's value",
        with_sample("BodyIntent", "do box breathing"),
        "is also “do box breathing”",
        None,
    ),
    ("a clash through any length of time", with_sample("BodyIntent", "two minutes of quux"), "{duration}", None),
    (
        "free words for two intents",
        with_intent(name="QuuxIntent", slots=[FREE], samples=["why {words}"]),
        "is also",
        None,
    ),
    ("a phrase that begins like free words", with_sample("BodyIntent", "why quux"), "begins like “why", "why quux"),
    ("an unknown type of Amazon's", with_slot("AMAZON.NUMBR"), "no type of Amazon's that we know", None),
    (
        "a type and an intent of one name",
        with_type(name="BodyIntent", values=[RED]),
        "is an intent and a slot type",
        None,
    ),
    ("a type's name with a digit", with_type(name="Colour2", values=[RED]), "The type's name", '"name": "Colour2"'),
    ("a bare slot", with_sample("CheckInIntent", "{care}"), "nothing but slots", None),
    ("a dialog for no intent", with_dialog(CARE, name="QuuxIntent"), "which is no intent", '"QuuxIntent"'),
    ("a dialog's slot of another type", with_dialog({**CARE, "type": "AMAZON.NUMBER"}), "has no slot 'care'", None),
    ("a slot asked for without a prompt", with_dialog({**CARE, "elicitationRequired": True}), "no prompt to ask", None),
    (
        "a prompt that is not there",
        with_dialog({**CARE, "prompts": {"elicitation": "Elicit.2"}}, prompts=[PROMPT]),
        "no prompt 'Elicit.2'",
        None,
    ),
    ("a prompt that nothing uses", with_dialog(CARE, prompts=[PROMPT]), "Nothing uses the prompt", None),
    ("a prompt without words", with_dialog(CARE, prompts=[{"id": "Elicit.1"}]), "no variations", None),
]

SCHEMA_MISTAKES = [
    ("an unknown key", with_intent(name="QuuxIntent", sampels=["a"]), "has the key 'sampels'", "sampels"),
    (
        "an unknown value",
        with_spoken(modelConfiguration={"fallbackIntentSensitivity": {"level": "HUGE"}}),
        "is 'HUGE', which Amazon does not know",
        "HUGE",
    ),
    ("a text for a list", with_intent(name="QuuxIntent", samples="quux"), "should be a list", None),
    ("a list for a text", with_spoken(invocationName=["soft landing"]), "should be a text", None),
    ("null", with_intent(name="QuuxIntent", slots=None), "is null", None),
    (
        "an unknown kind of validation",
        with_dialog({**CARE, "validations": [{"type": "isPretty", "prompt": "Elicit.1"}]}, prompts=[PROMPT]),
        "'isPretty'",
        None,
    ),
]


def look_at_model(tmp_path: Path, change: Callable[[dict[str, Any]], None]) -> list[Finding]:
    """The findings about a model with a mistake."""
    whole = small()
    if "quux a" in json.dumps(whole):
        raise AssertionError("quux is taken")
    with_sample("BodyIntent", "quux a")(whole)
    with_sample("BreathingIntent", "{duration} of quux")(whole)
    change(whole)
    (tmp_path / "en.json").write_text(json.dumps(whole, indent=2), "utf-8")
    return list(model.check(tmp_path, ("en-US",)))


@pytest.mark.parametrize(("change", "wrong", "on"), named(MODEL_MISTAKES))
def test_model_mistakes(tmp_path: Path, change: Callable[[Any], None], wrong: str, on: str | None) -> None:
    """A mistake in a model is named with its file and its line."""
    finding = caught(look_at_model(tmp_path, change), wrong)
    assert finding.file == "interaction_models/en.json"
    assert finding.line
    if on:
        assert finding.line == line_in(tmp_path / "en.json", on)


@pytest.mark.skipif(
    not schema.installed(), reason="ask-smapi-model is not installed: pip install 'soft-landing[smapi]'"
)
@pytest.mark.parametrize(("change", "wrong", "on"), named(SCHEMA_MISTAKES))
def test_schema_mistakes(tmp_path: Path, change: Callable[[Any], None], wrong: str, on: str | None) -> None:
    """What Amazon's classes do not know is named with its line."""
    finding = caught(look_at_model(tmp_path, change), wrong)
    assert finding.line == (line_in(tmp_path / "en.json", on) if on else finding.line)


def test_sound_model_has_no_errors(tmp_path: Path) -> None:
    """The model that all these mistakes are made in is sound by itself."""
    found = [finding for finding in look_at_model(tmp_path, lambda whole: None) if finding.severe]
    assert not found, show(found)


def test_without_amazons_schema_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra one part is skipped, and the warning says how to have it."""
    monkeypatch.setattr(schema, "installed", lambda: False)
    finding = caught(look_at_model(tmp_path, lambda whole: None), "schema was not looked at")
    assert not finding.severe
    assert "soft-landing[smapi]" in finding.hint


def test_broken_json_is_named(tmp_path: Path) -> None:
    """A file that is no JSON, and a key that stands twice, are named with the line."""
    (tmp_path / "en.json").write_text('{\n  "interactionModel": {,}\n}', "utf-8")
    assert caught(model.check(tmp_path, ("en-US",)), "is not JSON").line == 2
    (tmp_path / "en.json").write_text('{\n "interactionModel": {},\n "interactionModel": {}\n}', "utf-8")
    assert caught(model.check(tmp_path, ("en-US",)), "stands twice").line == 3


def test_phrases_beside_the_model_count(tmp_path: Path) -> None:
    """A phrase in the companion file that another intent has is named there."""
    text = "[SadIntent]\nquux b\n\n[AMAZON.NoIntent]\nquux a\n"
    (tmp_path / "en.utterances.txt").write_text(text, "utf-8")
    finding = caught(look_at_model(tmp_path, lambda whole: None), "“quux a” in AMAZON.NoIntent")
    assert (finding.file, finding.line) == ("interaction_models/en.utterances.txt", 5)


def test_an_understanding_of_other_phrases_is_named(tmp_path: Path) -> None:
    """A phrase added without learning it is named, with what to run."""
    for path in folder("interaction_models").glob("en.*"):
        shutil.copy(path, tmp_path)
    with (tmp_path / "en.utterances.txt").open("a", encoding="utf-8") as file:
        file.write("\nquux b\n")
    finding = caught(model.unlearned(tmp_path, ("en",)), "learned from other phrases")
    assert (finding.file, finding.hint) == ("interaction_models/en.learned", "Run soft-landing train")


def test_every_locale_has_the_same_model(tmp_path: Path) -> None:
    """What one language's model lacks or has alone is named in its own file; a locale without any as well."""
    german = small()
    without("SadIntent")(german)
    with_intent(name="QuuxIntent")(german)
    intent_of(german, "CheckInIntent")["slots"] = []
    german["interactionModel"]["languageModel"]["types"][0]["values"][0]["id"] = "quux"
    (tmp_path / "en.json").write_text(json.dumps(small()), "utf-8")
    (tmp_path / "de.json").write_text(json.dumps(german), "utf-8")
    found = list(model.check(tmp_path, ("en-US", "de-DE", "fr-FR")))
    for wrong in ("SadIntent is missing", "QuuxIntent stands only here", "CheckInIntent has other slots"):
        assert caught(found, wrong).file == "interaction_models/de.json"
    caught(found, "has no value with the id")
    caught(found, "has the id 'quux' only here")
    assert caught(found, "No model for fr-FR").file == "interaction_models/fr.json"


def test_fallback_cannot_be_tuned_everywhere(tmp_path: Path) -> None:
    """The fallback's sensitivity is Amazon's for English and German only."""
    (tmp_path / "fr.json").write_text(json.dumps(small()), "utf-8")
    caught(model.check(tmp_path, ("fr-FR",)), "sensitivity is MEDIUM")


def test_lines_of_json(tmp_path: Path) -> None:
    """The finder knows the line of every value, and of what is around one that is not there."""
    (tmp_path / "a.json").write_text('{\n "a": [\n  {"b": 1},\n  {"b":\n   [2, "}{,"]}\n ],\n "c": {}\n}', "utf-8")
    found = Json.read(tmp_path / "a.json")
    assert found.data == {"a": [{"b": 1}, {"b": [2, "}{,"]}], "c": {}}
    places = {(): 1, ("a",): 2, ("a", 0, "b"): 3, ("a", 1): 4, ("a", 1, "b", 1): 5, ("c",): 7, ("a", 0, "none"): 3}
    assert {path: found.line(*path) for path in places} == places


# The words.


OTHERS = ("en-AU", "en-CA", "en-GB", "en-IN")
FEW = ("_", "AMAZON.", "BodyIntent.ssml", "SadIntent.ssml", "Onward", "error", "b-long-out", "p-touch")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The words, to make mistakes in: one locale, the others read the same files."""
    shutil.copytree(folder("responses"), tmp_path / "responses", ignore=shutil.ignore_patterns(*OTHERS))
    return tmp_path


@pytest.fixture
def scrap(tmp_path: Path) -> Path:
    """A few of the words, where a mistake is looked for in one file."""

    def left_out(_: str, names: list[str]) -> list[str]:
        return [name for name in names if name in OTHERS or (name.endswith(".ssml") and not name.startswith(FEW))]

    shutil.copytree(folder("responses"), tmp_path / "responses", ignore=left_out)
    return tmp_path


HEAD = (
    '{% set title = "Quux" %}\n{% set name = "quux" %}\n{% set claims = "C-body-1" %}\n{% set gist = "Quux." %}\n'
    '{% set question = "Would you like more?" %}\n{% set reprompt = "More, or stop?" %}\n'
    '{% set offer = "SadIntent" %}\n\n'
)
BODY = "responses/en/BodyIntent.ssml"
SAD = "responses/en/SadIntent.ssml"


def said(text: str, old: str = "", new: str = "") -> Change:
    """`BodyIntent` with other words, and perhaps another header."""
    assert old in HEAD
    return written(BODY, HEAD.replace(old, new, 1) + text + "\n")


CALM = "Your body slows down after a while. That takes its own time."

WORD_MISTAKES = [
    ("a template that is none", said("{% if %}Words."), "is not a template", "{% if %}"),
    ("a name that means nothing", said("Words. {{ nobody }}"), "nobody", "nobody"),
    ("a header that nobody reads", said(CALM, "set gist", "set gits"), "sets gits, which nobody reads", None),
    ("an ampersand as markup", said("You {{ '&'|safe }} me."), "malformed", None),
    ("a tag that is left open", said("<p>You and me."), "malformed", None),
    (
        "a tag of another voice",
        said('<amazon:breath duration="long"/> Words.'),
        "is no tag of Alexa's",
        "<amazon:breath",
    ),
    ("an attribute that is not known", said('Words. <break length="1s"/>'), "has no attribute length", "<break"),
    ("a value out of range", said('Words. <break time="12s"/>'), 'time="12s"', "<break"),
    ("an attribute that is missing", said("<say-as>Words.</say-as>"), "lacks interpret-as", "<say-as"),
    ("emphasis", said('<emphasis level="strong">Words.</emphasis>'), "changes emphasis or pitch", "<emphasis"),
    (
        "pauses of ten seconds in all",
        said('A.<break time="6s"/> B.<break time="5s"/> C.'),
        "pauses add up to 11 s",
        None,
    ),
    ("no words", said("", "Would you like more?", ""), "says nothing", None),
    ("too many words", said("Quiet words. " * 45), "words in one turn", None),
    ("too many seconds", said("Extraordinarily considerate companionship. " * 16), "s of speech", None),
    ("a long sentence", said("You and you " * 8 + "end."), "A sentence of 25 words", "You and you"),
    (
        "hard words",
        said("Physiological stabilisation necessitates considerable interpersonal reciprocity. " * 4),
        "reading grade",
        None,
    ),
    ("a word that is never said", said("You should\nrest now."), "“should” is never said", "should"),
    ("an exclamation", said("Words!"), "“!” is never said", None),
    ("a web address", said("Look at www.example.com for more."), "cannot be spoken", "www."),
    ("a code name", said("That was the BodyIntent again."), "cannot be spoken", "was the BodyIntent"),
    (
        "a reprompt that nobody hears",
        said(CALM, "Would you like more?", ""),
        "A reprompt without a question",
        "reprompt",
    ),
    (
        "a question that nobody may answer",
        written(BODY, '{% set title = "Quux" %}\n\nIs that so?\n'),
        "It asks and does not listen",
        "Is that so?",
    ),
    ("a question without its mark", said(CALM, "more?", "more."), "has no question mark", "set question"),
    ("two questions", said("Is that so? It is."), "more than one question", None),
    ("no reprompt", said(CALM, "More, or stop?", ""), "has no reprompt", "set question"),
    ("a reprompt that is a copy", said(CALM, "More, or stop?", "Would you like more?"), "is a copy", "set reprompt"),
    ("an offer of nothing", said(CALM, "SadIntent", "QuuxIntent"), "offers QuuxIntent", "set offer"),
    ("a claim that is not there", said(CALM, "C-body-1", "C-body-99"), "There is no claim C-body-99", "set claims"),
    ("a foreign fact without a marker", said(CALM, "C-body-1", "X-1"), "has no marker", "set claims"),
    ("a topic without its gist", said(CALM, "Quux.", ""), "without a gist", None),
    ("a gist of 19 words", said(CALM, "Quux.", "You and " * 9 + "me."), "Its gist has 19 words", "set gist"),
]


@pytest.mark.parametrize(("change", "wrong", "on"), named(WORD_MISTAKES))
def test_word_mistakes(scrap: Path, change: Change, wrong: str, on: str | None) -> None:
    """A mistake in a response is named with its file, and with its line where there is one."""
    change(scrap)
    finding = caught(words.texts(Tree.read(scrap / "responses"), ("BodyIntent",)), wrong)
    assert finding.file == BODY
    if on:
        assert finding.line == line_in(scrap / BODY, on)


def test_overheard_words_are_found_in_the_discreet_file(scrap: Path) -> None:
    """What may not be overheard is named where it stands, or where another wording is to be written."""
    quiet = "responses/en/discreet/BodyIntent.ssml"
    written(quiet, HEAD + "After sex you may rest.\n")(scrap)
    finding = caught(words.texts(Tree.read(scrap / "responses"), ("BodyIntent",)), "“sex” is not fit to be overheard")
    assert (finding.file, finding.line) == (quiet, 9)
    removed(quiet)(scrap)
    finding = caught(words.texts(Tree.read(scrap / "responses"), ("BodyIntent",)), "not fit to be overheard")
    assert finding.hint == f"Write {quiet}"


def test_missing_helpers_are_found(scrap: Path) -> None:
    """Without `_voice.ssml` nothing can be spoken, and the finding says so."""
    removed("responses/en/_voice.ssml")(scrap)
    finding = caught(words.texts(Tree.read(scrap / "responses"), ("BodyIntent",)), "_voice.ssml is missing")
    assert finding.file == "responses/en/_voice.ssml"


def test_copied_words_are_found(scrap: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Six words in a row from the article are named."""
    run = "calm words that once were printed"
    monkeypatch.setattr(words.wording, "article", lambda: frozenset({words.wording.fingerprint(run)}))
    said("These are calm words that once\nwere printed elsewhere.")(scrap)
    finding = caught(words.texts(Tree.read(scrap / "responses"), ("BodyIntent",)), "is copied")
    assert finding.line == 9


def test_unspoken_claims_are_found(copy: Path) -> None:
    """A claim that no part speaks, and a section without words, are named in the table."""
    replaced(BODY, "C-body-7 ", "")(copy)
    removed("responses/en/SkippingIntent.ssml")(copy)
    found = list(words.claims(Tree.read(copy / "responses")))
    table = copy / "responses" / "claims.toml"
    assert caught(found, "C-body-7 is never spoken").line == line_in(table, "C-body-7 =")
    assert caught(found, "SkippingIntent has no words").line == line_in(table, '"SkippingIntent"')


def test_intents_and_responses_belong_together(copy: Path) -> None:
    """An intent that nothing answers and a response that nothing leads to are named."""
    whole = small()
    with_intent(name="QuuxIntent")(whole)
    written("responses/en/Quince.ssml", "Words.\n")(copy)
    models = copy / "models"
    models.mkdir()
    (models / "en.json").write_text(json.dumps(whole, indent=2), "utf-8")
    found = list(words.routes(Tree.read(copy / "responses"), models))
    assert caught(found, "Nothing answers QuuxIntent").line == line_in(models / "en.json", '"QuuxIntent"')
    assert caught(found, "leads to Quince").file == "responses/en/Quince.ssml"
    assert len(found) == 2, show(found)


UNREADABLE_MISTAKES = [
    ("claims that are no table", written("responses/claims.toml", "[[section]\n"), "claims.toml"),
    ("a helpline of no need", replaced("responses/helplines.toml", 'need = "', 'need = "quux'), "helplines.toml"),
    ("a pattern with an unknown key", replaced("responses/patterns.toml", "in = ", "inn = "), "patterns.toml"),
]


@pytest.mark.parametrize(("change", "file"), named(UNREADABLE_MISTAKES))
def test_what_cannot_be_read_is_a_finding(scrap: Path, change: Change, file: str) -> None:
    """A table that cannot be read is a finding, not a traceback, for every part that needs it."""
    change(scrap)
    nothing = scrap / "none"
    nothing.mkdir()
    for found in (words.check(scrap / "responses", nothing), conversation.check(scrap / "responses", nothing)):
        assert any(file in f"{one.file} {one.wrong}" for one in found)


PRACTICE = "responses/en/b-long-out.ssml"
PRACTICE_MISTAKES = [
    ("a word never said in a practice", replaced(PRACTICE, "Sit or lie", "Always sit"), "“always” is never said", 6),
    ("a word not fit to be overheard", replaced(PRACTICE, "Sit or lie", "In bed sit"), "“bed” is not fit", 6),
    ("a long sentence", replaced(PRACTICE, "Sit or lie", "Sit and sit " * 8), "A sentence of", 6),
    ("a field that nobody reads", replaced(PRACTICE, "set gist", "set gits"), "sets gits", None),
    ("neither claims nor marker", replaced(PRACTICE, "{% set gist", '{% set marker = "" %}{% set gist'), "neither", 1),
    ("no words", removed(PRACTICE), "is missing", None),
]


@pytest.mark.parametrize(("change", "wrong", "line"), named(PRACTICE_MISTAKES))
def test_practice_mistakes(scrap: Path, change: Change, wrong: str, line: int | None) -> None:
    """A mistake in a practice's words is named in its file."""
    change(scrap)
    finding = caught(practices.check(Tree.read(scrap / "responses"), ("b-long-out",)), wrong)
    assert finding.file == PRACTICE
    assert finding.line == line


def test_practices_need_both_their_files(scrap: Path) -> None:
    """Words without seconds, and lines that do not fit the seconds, are named."""
    written("responses/en/b-quux.ssml", "Words.\n")(scrap)
    replaced("responses/en/p-touch.ssml", "%}\n\n", "%}\n\nOne more line.\n")(scrap)
    found = list(practices.check(Tree.read(scrap / "responses"), ("p-touch",)))
    assert caught(found, "b-quux is no pattern").file == "responses/en/b-quux.ssml"
    assert caught(found, "p-touch cannot be timed").file == "responses/en/p-touch.ssml"


def test_long_openings_are_found(scrap: Path) -> None:
    """An opening that nobody listens to is named."""
    replaced("responses/en/_practice.ssml", "Keep it easy.", "Keep it easy and slow and soft. " * 5)(scrap)
    assert caught(practices.check(Tree.read(scrap / "responses"), ("b-long-out",)), "The opening of b-long-out").hint


def test_helplines_are_looked_at(scrap: Path) -> None:
    """A country without any line for an emergency is an error in the table."""
    table = scrap / "responses" / "helplines.toml"
    table.write_text(table.read_text("utf-8").replace('locale = "en-US"', 'locale = "en-ZZ"'), "utf-8")
    finding = caught(helplines.check(table, ("en-US",), date(2026, 1, 31)), "no confirmed line for emergency")
    assert finding.severe


SPEECH_MISTAKES = [
    ("malformed", "<speak>a & b</speak>", "malformed"),
    ("no speak", "<p>Words.</p>", "begins with <p>"),
    ("speak in speak", "<speak><speak>Words.</speak></speak>", "inside <speak>"),
    ("an unknown tag", "<speak><mark name='a'/>Words.</speak>", "is no tag"),
    ("a rate too slow", '<speak><prosody rate="10%">Words.</prosody></speak>', 'rate="10%"'),
    ("a pitch too high", '<speak><prosody pitch="+60%">Words.</prosody></speak>', 'pitch="+60%"'),
    ("too loud", '<speak><prosody volume="+6dB">Words.</prosody></speak>', 'volume="+6dB"'),
    ("prosody of nothing", "<speak><prosody>Words.</prosody></speak>", "sets nothing"),
    ("another effect", '<speak><amazon:effect name="drc">Words.</amazon:effect></speak>', 'name="drc"'),
    ("another emotion", '<speak><amazon:emotion name="calm" intensity="low">W.</amazon:emotion></speak>', "calm"),
    ("another voice", '<speak><voice name="Nobody">Words.</voice></speak>', 'name="Nobody"'),
    ("another language", '<speak><lang xml:lang="xx-XX">Words.</lang></speak>', "xx-XX"),
    ("an unknown way to say", '<speak><say-as interpret-as="song">W.</say-as></speak>', "song"),
    ("a sound without TLS", '<speak><audio src="http://a.example/a.mp3"/>W.</speak>', "http:"),
    ("six sounds", "<speak>" + '<audio src="https://a.example/a.mp3"/>' * 6 + "</speak>", "6 sounds"),
    ("a break without a unit", '<speak>W.<break time="3"/></speak>', 'time="3"'),
    ("words in a break", "<speak><break>W.</break></speak>", "something inside"),
    ("nothing said", '<speak><break time="1s"/></speak>', "Nothing is said"),
    ("too long", f"<speak>{'word ' * 1700}</speak>", "characters of speech"),
]


@pytest.mark.parametrize(("speech", "wrong"), named(SPEECH_MISTAKES))
def test_speech_mistakes(speech: str, wrong: str) -> None:
    """What Alexa does not take as speech is named."""
    assert any(wrong in found for found, _, _ in problems(speech)), list(problems(speech))


def test_good_speech_has_no_problems() -> None:
    """All of Alexa's tags as Amazon's page shows them are taken."""
    good = (
        '<speak><p><s>A <w role="amazon:VB">read</w> <sub alias="aluminium">Al</sub>.</s></p>'
        '<break strength="weak"/><break time="1.5s"/><phoneme alphabet="ipa" ph="pɪˈkɑːn">pecan</phoneme>'
        '<say-as interpret-as="date" format="mdy">1/2/2026</say-as><voice name="Amy">B</voice>'
        '<lang xml:lang="fr-FR">Paris</lang><amazon:emotion name="excited" intensity="low">C</amazon:emotion>'
        '<amazon:domain name="long-form">D</amazon:domain><audio src="soundbank://soundlibrary/a/b"/>'
        '<prosody rate="90%" volume="+2dB">E</prosody><amazon:effect name="whispered">F</amazon:effect></speak>'
    )
    assert not list(problems(good))


def test_reading_grade() -> None:
    """Syllables are counted as they are spoken, and the grade is Kincaid's."""
    counts = {"calm": 1, "changes": 2, "looked": 1, "wanted": 2, "people": 2, "different": 3, "isn't": 2, "you're": 1}
    assert {word: syllables(word) for word in counts} == counts
    # Twelve words, two sentences, twelve syllables.
    assert grade("You can sit here now. Let your breath go as it will.") == pytest.approx(
        0.39 * 12 / 2 + 11.8 * 12 / 12 - 15.59
    )
    assert grade("") == 0.0


# Screens and sounds.


ANSWER = "screens/answer.json"
CIRCLE = "screens/circle.json"
SCREEN_MISTAKES = [
    ("no JSON", replaced(ANSWER, "{", "{,"), "is not JSON", None),
    ("another type", replaced(ANSWER, '"type": "APL"', '"type": "APLT"'), "Its type is 'APLT'", "APLT"),
    ("a version not relied on", replaced(ANSWER, '"version": "1.6"', '"version": "1.0"'), "version is '1.0'", '"1.0"'),
    ("an unknown key", replaced(ANSWER, '"theme"', '"thema"'), "has no thema", "thema"),
    (
        "a misspelt component",
        replaced(ANSWER, '"type": "ScrollView"', '"type": "Scrolview"'),
        "'Scrolview'",
        "Scrolview",
    ),
    ("a misspelt property", replaced(ANSWER, '"maxLines": 2', '"maxLine": 2'), "no property 'maxLine'", "maxLine"),
    (
        "a binding to nothing",
        replaced(ANSWER, "${payload.answer.hint}", "${payload.answer.hin}"),
        "sends no hin there",
        "answer.hin}",
    ),
    ("an unbound name", replaced(ANSWER, "${payload.answer.title}", "${titel}"), "nothing binds titel", "titel"),
    ("an unknown property of the screen", replaced(ANSWER, "viewport.shape", "viewport.form"), "has no form", None),
    ("a missing resource", replaced(ANSWER, '"@paper"', '"@papper"'), "no resource @papper", "@papper"),
    ("a resource under conditions only", replaced(ANSWER, '"edge": 40, ', ""), "@edge is set under a condition", None),
    (
        "no label for who cannot see",
        replaced(ANSWER, '"accessibilityLabel": "${payload.answer.text}",', ""),
        "ScrollView",
        None,
    ),
    ("nothing to show", replaced(ANSWER, '"items": [', '"itemz": ['), "It shows nothing", "mainTemplate"),
    ("a command to nobody", replaced(CIRCLE, '"id": "line"', '"id": "lime"'), "No component has the id 'line'", None),
    ("an unknown clip", replaced(CIRCLE, "afterClip.url", "afterClap.url"), "sends no afterClap there", "afterClap"),
    ("a document that nothing sends", written("screens/other.json", '{"type": "APL"}'), "Nothing sends", None),
]


@cache
def sent() -> Mapping[str, screens.Sent]:
    """What the skill sends with its documents, gathered once."""
    return screens.gathered(Tree.read(folder("responses")))


@pytest.mark.parametrize(("change", "wrong", "on"), named(SCREEN_MISTAKES))
def test_screen_mistakes(tmp_path: Path, change: Change, wrong: str, on: str | None) -> None:
    """A mistake in a screen's document is named with its file and its line."""
    shutil.copytree(SCREENS, tmp_path / "screens")
    change(tmp_path)
    finding = caught(screens.shown(tmp_path / "screens", sent()), wrong)
    assert finding.file.startswith("skill/alexa/screens/")
    assert finding.line
    if on:
        assert finding.line == line_in(tmp_path / finding.file.removeprefix("skill/alexa/"), on)


def command(**keys: Any) -> Any:
    """A document whose only item starts a command."""
    text = {"type": "Text", "id": "a", "onMount": [keys]}
    return {"type": "APL", "version": "1.6", "mainTemplate": {"items": [text]}}


COMMAND_MISTAKES = [
    ("an unknown command", {"type": "SetValu"}, "'SetValu'"),
    ("an unknown key of a command", {"type": "Idle", "delai": 3}, "no 'delai'"),
    ("an unknown target", {"type": "SpeakItem", "componentId": "b"}, "the id 'b'"),
    ("a mistake inside", {"type": "Sequential", "commands": [{"type": "Idel"}]}, "'Idel'"),
    ("an unbound value", {"type": "Idle", "delay": "${ms}"}, "nothing binds ms"),
]


@pytest.mark.parametrize(("keys", "wrong"), named(COMMAND_MISTAKES))
def test_command_mistakes(tmp_path: Path, keys: Mapping[str, Any], wrong: str) -> None:
    """A mistake in a command is named."""
    (tmp_path / "answer.json").write_text(json.dumps(command(**keys)), "utf-8")
    caught(screens.check(tmp_path, None), wrong)


def test_own_commands_take_their_parameters(tmp_path: Path) -> None:
    """A command of the document's own is called with what it declares."""
    document = command(type="Show", lien="Words")
    document["commands"] = {"Show": {"parameters": ["line"], "commands": [{"type": "Idle", "delay": "${line}"}]}}
    (tmp_path / "answer.json").write_text(json.dumps(document), "utf-8")
    found = list(screens.check(tmp_path, None))
    caught(found, "called without 'line'")
    caught(found, "takes no 'lien'")


def sound(*items: Any, **more: Any) -> dict[str, Any]:
    """An APL for Audio document."""
    speech = {"type": "Speech", "contentType": "SSML", "content": "<speak>Words.</speak>"}
    item = {"type": "Sequencer", "items": [speech, *items]}
    return {"type": "APLA", "version": "0.91", "mainTemplate": {"item": item}, **more}


def rows(*data: Any, **more: Any) -> dict[str, Any]:
    """Silences as long as some data says."""
    return {"type": "Sequencer", "data": list(data), "items": [{"type": "Silence", "duration": "${data.b}", **more}]}


SOUND_MISTAKES = [
    ("another version", sound(version="1.0"), "APLA 1.0"),
    ("an unknown component", sound({"type": "Sound"}), "'Sound'"),
    ("an unknown property", sound({"type": "Silence", "duration": 5, "lenght": 3}), "'lenght'"),
    ("a silence without a length", sound({"type": "Silence"}), "no duration"),
    ("a wrong length", sound({"type": "Silence", "duration": "long"}), "lasts 'long'"),
    ("words of no kind", sound({"type": "Speech", "content": "a"}), "contentType None"),
    ("broken words", sound({"type": "Speech", "contentType": "SSML", "content": "<speak>"}), "malformed"),
    ("a sound from nowhere", sound({"type": "Audio", "source": "waves.mp3"}), "has no address"),
    ("an unknown filter", sound({"type": "Audio", "source": "https://a", "filter": [{"type": "Echo"}]}), "filter"),
    ("a key that no row has", sound(rows({"a": 1})), "data.b"),
    ("a row that nothing plays", sound(rows({"b": 1}, {"a": 1}, when="${data.b}")), "Nothing plays"),
    ("16 sounds", sound(*[{"type": "Audio", "source": "https://a"}] * 16), "16 sounds"),
    ("nothing but silence", {**sound(), "mainTemplate": {"item": {"type": "Silence", "duration": 9}}}, "but silence"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "wrong"), named(SOUND_MISTAKES))
def test_sound_mistakes(document: Mapping[str, Any], wrong: str) -> None:
    """A mistake in a sound's document is named."""
    caught(sounds.of_sound(document, "b-quux"), wrong)


# The conversation.


def listener(responses: Path) -> Listener:
    """Somebody who talks to a skill with these words."""
    trace = LastReply()
    return Listener(build_skill(responses=responses, on_reply=trace), trace)


def asking(name: str) -> Change:
    """A response that asks, where it must not."""
    return written(f"responses/en/{name}.ssml", HEAD + CALM)


Walk = Callable[[Listener], Iterable[conversation.Wrong]]


def after_body(*names: str) -> Walk:
    """Some requests, and the ways out, after a topic."""
    return lambda who: conversation.tried(who, "BodyIntent", who.ask(Ask("BodyIntent")), [Ask(name) for name in names])


def asked(name: str) -> Walk:
    """One request."""
    return lambda who: conversation.judged(who.ask(Ask(name)), name)


def again(name: str) -> Walk:
    """The same again and again, after a topic."""
    return lambda who: conversation.refused(who, "BodyIntent", who.ask(Ask("BodyIntent")), name)


WALK_MISTAKES = [
    ("stop does not stop", asking("AMAZON.StopIntent"), after_body(), "the session stays open"),
    ("cancel does not stop", asking("AMAZON.CancelIntent"), after_body(), "the session stays open"),
    (
        "help does not ask",
        written("responses/en/AMAZON.HelpIntent.ssml", "Words.\n"),
        after_body(),
        "help does not ask",
    ),
    ("an error", said("{{ nobody }}"), asked("BodyIntent"), "an error"),
    ("silence", said("", "Would you like more?", ""), asked("BodyIntent"), "silence"),
    ("a question and a closed session", said(CALM, "More, or stop?", ""), asked("BodyIntent"), "it asks and closes"),
    ("an open session without a question", said(CALM, "more?", "more."), asked("BodyIntent"), "asks nothing"),
    ("broken speech", said("<p>Words."), asked("BodyIntent"), "malformed"),
    ("too much", said("Words. " * 4000), asked("BodyIntent"), "bytes"),
    ("no that never ends", asking("AMAZON.NoIntent.2"), again("AMAZON.NoIntent"), "the session stays open"),
    (
        "an endless fallback",
        asking("AMAZON.FallbackIntent.3"),
        again("AMAZON.FallbackIntent"),
        "the session stays open",
    ),
    (
        "yes in a circle",
        written(SAD, HEAD + CALM),
        lambda who: conversation.agreed(who, Ask("SadIntent")),
        "the same words come again",
    ),
    ("yes to nothing", said(CALM, "SadIntent", ""), after_body(), "yes leads nowhere"),
]


@pytest.mark.parametrize(("change", "walk", "wrong"), named(WALK_MISTAKES))
def test_walk_mistakes(scrap: Path, change: Change, walk: Walk, wrong: str) -> None:
    """A dead end, an error and a circle are found by walking into them."""
    change(scrap)
    found = [what for _, _, what, _, _ in walk(listener(scrap / "responses"))]
    assert any(wrong in what for what in found), found


AGAIN = {"outputSpeech": {"ssml": "<speak>Again?</speak>"}}
SHOWN = [{"type": "Alexa.Presentation.APL.RenderDocument"}]
ANSWER_MISTAKES = [
    ("no word about the session", {}, "not said whether"),
    ("nothing at all", {"shouldEndSession": True}, "silence"),
    ("no reprompt", {"shouldEndSession": False}, "no reprompt"),
    ("a reprompt for nobody", {"shouldEndSession": True, "reprompt": AGAIN}, "closed session"),
    ("a screen for no screen", {"shouldEndSession": True, "directives": SHOWN}, "a screen for"),
]


@pytest.mark.parametrize(("response", "wrong"), named(ANSWER_MISTAKES))
def test_answer_mistakes(response: Mapping[str, Any], wrong: str) -> None:
    """An answer that Alexa or a reviewer would refuse is found."""
    heard = Heard("BodyIntent", {"version": "1.0", "response": response}, screen=False)
    assert any(wrong in what for _, _, what, _, _ in conversation.judged(heard, "BodyIntent"))


# The door.


def answering(status: int) -> door.Send:
    """A door that answers everything alike."""
    return lambda headers, body: door.Answer(status, b"{}")


@pytest.mark.parametrize("status", [200, 401, 403, 404, 500, 502])
def test_every_probe_must_be_answered_400(status: int) -> None:
    """Whatever else a probe is answered is an error, for each of them."""
    probes = tuple(door.unsigned(NOW))
    found = list(door.refusing(answering(status), probes, "skill/alexa/endpoint.py"))
    assert len(found) == len(probes)
    assert all(one.severe for one in found)
    assert not list(door.refusing(answering(400), probes, "skill/alexa/endpoint.py"))


class Lenient(Verifier):
    """A guard that does not know one of its rules."""

    forgotten = ""

    def verify_signature(self, headers: Any, body: bytes) -> None:
        self.unless(super().verify_signature, headers, body)

    def verify_envelope(self, envelope: Any) -> None:
        self.unless(super().verify_envelope, envelope)

    def unless(self, verify: Callable[..., None], *given: Any) -> None:
        """Verify, and let the forgotten rule pass."""
        try:
            verify(*given)
        except Refused as refused:
            if refused.rule != self.forgotten:
                raise


@pytest.mark.parametrize(
    ("rule", "probe"),
    [
        ("timestamp", "an old timestamp"),
        ("application-id", "the application id of another skill"),
        ("signature", "a body changed after it was signed"),
        ("certificate-fetch", "a certificate that cannot be fetched"),
    ],
)
def test_a_door_that_forgets_a_rule_is_found(rule: str, probe: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each rule of the door has a probe that notices when it is gone."""
    monkeypatch.setattr(Lenient, "forgotten", rule)
    monkeypatch.setattr(assembly, "Verifier", Lenient)
    assert "it was let in" in caught(door.check(), f"{probe}: ").wrong


def test_a_door_that_refuses_everybody_is_found() -> None:
    """A launch that is signed, recent and ours must be answered."""
    caught(door.check(build=lambda *_, **settings: create_app("amzn1.ask.skill.other", **settings)), "A launch that is")


def test_an_app_that_does_not_start_is_found() -> None:
    """What keeps the app from starting is the finding."""
    caught(door.check(build=lambda *_, **settings: create_app(" ", **settings)), "does not start")


@pytest.fixture
def served() -> Iterator[Callable[[Any], str]]:
    """Serves an app, or a handler, on loopback, and gives its address."""
    servers: list[Any] = []

    def serve(what: Any) -> str:
        server: Any = (
            make_server("127.0.0.1", 0, what)
            if isinstance(what, Flask)
            else http.server.HTTPServer(("127.0.0.1", 0), what)
        )
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


class Gullible(http.server.BaseHTTPRequestHandler):
    """Answers whatever comes with 200."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nothing."""


def test_over_the_network(served: Callable[[Any], str]) -> None:
    """A skill that runs is tried by its address; one that lets everything in is found out."""
    alexa = door.Alexa(NOW)
    app = create_app(door.APPLICATION, trust_roots=[alexa.root], fetch=alexa.fetch, store=NoStore())
    good = list(door.check(served(app)))
    assert not good, show(good)
    url = served(Gullible)
    finding = caught(door.check(url), "no signature headers: it was let in")
    assert finding.file == url


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("http://skill.example/", "no https URL"),
        ("skill.example", "no https URL"),
        ("http://127.0.0.1:1/", "No connection"),
        ("https://127.0.0.1:1/", "No connection"),
    ],
)
def test_addresses_that_lead_nowhere(url: str, wrong: str) -> None:
    """An address that Alexa could not use is the finding."""
    caught(door.check(url), wrong)


# The whole.


def test_this_tree_has_no_errors() -> None:
    """A rehearsal of this tree finds nothing that must be mended, within half a minute."""
    results = list(parts.rehearse(parts.Place.own()))
    errors = [finding for result in results for finding in result.findings if finding.severe]
    assert not errors, show(errors)
    assert sum(result.seconds for result in results) < 30


def test_the_command_names_every_part() -> None:
    """What `--only` takes is what there is."""
    assert tuple(parts.PARTS) == commands.PARTS


def test_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """It prints place, reason and remedy by part, or JSON lines; an error exits with 1, and strictly a warning does."""
    row = Finding("a.ssml", 3, "It is wrong", "It matters", "Mend it")
    warning = Finding("b.ssml", None, "It is odd", "It may matter", "Look at it", severe=False)
    fake = {"words": lambda place: iter([warning]), "door": lambda place: iter([row] if place.url else [])}
    monkeypatch.setattr(parts, "PARTS", fake)
    run = CliRunner().invoke
    fine = run(commands.check, [])
    assert fine.exit_code == 0
    assert "warning: b.ssml: It is odd." in fine.output
    assert "door" in fine.output
    assert run(commands.check, ["--strict"]).exit_code == 1
    broken = run(commands.check, ["--json", "--url", "https://skill.example/"])
    assert broken.exit_code == 1
    lines = [json.loads(line) for line in broken.output.splitlines()]
    assert [(line["part"], line["line"], line["severe"]) for line in lines] == [
        ("words", None, False),
        ("door", 3, True),
    ]
