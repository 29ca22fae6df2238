"""Every interaction model. The cases are found on disk, so a new language brings its own tests."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from skill.alexa.log import controls
from skill.core.skill import Skill
from skill.paths import folder

MODELS = sorted(folder("interaction_models").glob("*.json"))
EVERY = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.stem)


def language_model(model: Path) -> dict[str, Any]:
    """The part of a model that is listened for."""
    found: dict[str, Any] = json.loads(model.read_text("utf-8"))["interactionModel"]["languageModel"]
    return found


def samples(model: Path) -> dict[str, list[str]]:
    """Each intent's samples."""
    return {intent["name"]: intent.get("samples", []) for intent in language_model(model)["intents"]}


@EVERY
def test_every_intent_is_answered(model: Path, skill: Skill) -> None:
    """Each intent has a response of its name, or a rule of the conversation."""
    rules = skill.conversation
    for name in samples(model):
        if name != "QuestionIntent":
            assert name in rules.catalogue.names or rules.knows(name), f"{model.name}: nothing answers {name}"


@EVERY
def test_every_answer_can_be_asked_for(model: Path, skill: Skill) -> None:
    """Each topic, feeling and safety answer is an intent of the model."""
    catalogue = skill.conversation.catalogue
    asked = set(samples(model))
    for name in (*catalogue.topics, *catalogue.feelings, *catalogue.safety, *controls(skill.conversation)):
        assert name in asked, f"{model.name} has no intent {name}"


@EVERY
def test_topics_have_many_ways_of_asking(model: Path, skill: Skill) -> None:
    """At least sixty different samples a topic."""
    for topic in skill.conversation.catalogue.topics:
        assert len(set(samples(model)[topic])) >= 60, f"{model.name}: {topic} has too few samples"


@EVERY
def test_no_sample_serves_two_intents(model: Path) -> None:
    """A phrase means one thing."""
    counted = Counter(sample.lower() for phrases in samples(model).values() for sample in phrases)
    assert not [sample for sample, times in counted.items() if times > 1]


@EVERY
def test_samples_are_as_alexa_takes_them(model: Path) -> None:
    """Letters, spaces, apostrophes, hyphens, full stops and slots; free words stand alone behind a carrier phrase."""
    for intent in language_model(model)["intents"]:
        free = {slot["name"] for slot in intent.get("slots", []) if slot["type"] == "AMAZON.SearchQuery"}
        assert not (intent["name"].startswith("AMAZON.") and intent.get("samples")), "a built-in intent has no samples"
        for sample in intent.get("samples", []):
            assert re.fullmatch(r"[a-z '.\-_{}]+", sample), f"{intent['name']}: {sample}"
            slots = re.findall(r"{(\w+)}", sample)
            if free & set(slots):
                assert len(slots) == 1
                assert re.sub(r"{\w+}", "", sample).strip(), "free words need a carrier phrase"


@EVERY
def test_invocation_name(model: Path) -> None:
    """The name it is opened by."""
    assert language_model(model)["invocationName"] == "soft landing"


@EVERY
def test_fits_alexa(model: Path) -> None:
    """Under the limits: 1.5 MB, 250 intents (Amazon's page on creating an interaction model)."""
    assert len(model.read_bytes()) < 1_500_000
    assert len(samples(model)) <= 250
