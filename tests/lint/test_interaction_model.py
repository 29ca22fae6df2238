"""Each check of an interaction model fails on a deliberate mistake."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from skill.lint.finding import Finding
from skill.lint.interaction_model import schema
from skill.lint.interaction_model.checks import check_learned, check_models
from skill.paths import folder

from .mistakes import caught, line_in, named, show
from .small_model import (
    intent_of,
    small,
    with_dialog,
    with_elicited,
    with_intent,
    with_sample,
    with_slot,
    with_spoken,
    with_type,
    without,
    without_dialog,
)

pytestmark = pytest.mark.slow

FREE = {"name": "words", "type": "AMAZON.SearchQuery"}
RED = {"name": {"value": "red"}}
PROMPT = {"id": "Elicit.1", "variations": [{"type": "PlainText", "value": "Which one?"}]}
CARE = {"name": "care", "type": "CareNeed"}
LONG = "word " * 45 + "end"
MODEL_MISTAKES = [
    ("an invocation name of one word", with_spoken(invocationName="aftercare"), "is one word", "invocationName"),
    ("another invocation name", with_spoken(invocationName="hard landing"), "is not “soft landing”", "invocationName"),
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
    ("a capital letter in a sample", with_sample("BodyIntent", "Quux body"), "has a capital letter", "Quux body"),
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
    ("a prompt without variations", with_dialog(CARE, prompts=[{"id": "Elicit.1"}]), "no variations", None),
    (
        "a prompt without words",
        with_dialog(CARE, prompts=[{"id": "Elicit.1", "variations": [{"type": "PlainText", "value": " "}]}]),
        "has no words",
        None,
    ),
    ("a prompt twice", with_dialog(CARE, prompts=[PROMPT, PROMPT]), "'Elicit.1' stands 2 times", None),
    ("a dialog twice", with_dialog(name="QuestionIntent"), "'QuestionIntent' stands 2 times", None),
    ("no dialog at all", without_dialog, "The dialog has no QuestionIntent", None),
    ("what is elicited missing", with_elicited(name="CheckInIntent"), "The dialog has no QuestionIntent", '"dialog"'),
    ("its slot missing", with_elicited(slots=[]), "no QuestionIntent with the slot 'question'", None),
    ("asked for by Alexa herself", with_elicited(delegationStrategy="ALWAYS"), "is delegated by ALWAYS", None),
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
    return list(check_models(tmp_path, ("en-US",)))


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


@pytest.mark.parametrize(("name", "sample"), [("AMAZON.HelpIntent", "quux me"), ("BodyIntent", "Quux body")])
def test_no_such_sample_may_stay(tmp_path: Path, name: str, sample: str) -> None:
    """Samples of Amazon's own intents, and capitals, are errors and no warnings."""
    findings = look_at_model(tmp_path, with_sample(name, sample))
    assert [finding.wrong for finding in findings if finding.severe]


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
    assert caught(check_models(tmp_path, ("en-US",)), "is not JSON").line == 2
    (tmp_path / "en.json").write_text('{\n "interactionModel": {},\n "interactionModel": {}\n}', "utf-8")
    assert caught(check_models(tmp_path, ("en-US",)), "stands twice").line == 3


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
    finding = caught(check_learned(tmp_path, ("en",)), "learned from other phrases")
    assert (finding.file, finding.hint) == ("interaction_models/en.learned", "Run soft-landing train")


def test_every_locale_has_the_same_model(tmp_path: Path) -> None:
    """What one language's model lacks or has alone is named in its own file; a locale without any as well."""
    german = small()
    without("SadIntent")(german)
    with_intent(name="QuuxIntent")(german)
    intent_of(german, "CheckInIntent")["slots"] = []
    german["interactionModel"]["dialog"]["intents"] = []
    german["interactionModel"]["languageModel"]["types"][0]["values"][0]["id"] = "quux"
    (tmp_path / "en.json").write_text(json.dumps(small()), "utf-8")
    (tmp_path / "de.json").write_text(json.dumps(german), "utf-8")
    found = list(check_models(tmp_path, ("en-US", "de-DE", "fr-FR")))
    for wrong in ("SadIntent is missing", "QuuxIntent stands only here", "CheckInIntent has other slots"):
        assert caught(found, wrong).file == "interaction_models/de.json"
    caught(found, "The dialog has no slot 'question' of QuestionIntent")
    caught(found, "has no value with the id")
    caught(found, "has the id 'quux' only here")
    assert caught(found, "No model for fr-FR").file == "interaction_models/fr.json"


def test_fallback_cannot_be_tuned_everywhere(tmp_path: Path) -> None:
    """The fallback's sensitivity is Amazon's for English and German only."""
    (tmp_path / "fr.json").write_text(json.dumps(small()), "utf-8")
    caught(check_models(tmp_path, ("fr-FR",)), "sensitivity is MEDIUM")
