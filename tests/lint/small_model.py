"""This tree's interaction model with a few samples an intent, and ways to make mistakes in it."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from skill.paths import folder


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
    """One more intent in the dialog, and its prompts."""

    def change(whole: dict[str, Any]) -> None:
        whole["interactionModel"]["dialog"]["intents"].append({"name": name, "slots": list(slots)})
        whole["interactionModel"]["prompts"] += list(prompts)

    return change


def with_elicited(**keys: Any) -> Callable[[dict[str, Any]], None]:
    """Keys of the intent whose slot every open question elicits, set otherwise in the dialog."""
    return lambda whole: whole["interactionModel"]["dialog"]["intents"][0].update(keys)


def without_dialog(whole: dict[str, Any]) -> None:
    """A model as it was before anything was elicited."""
    del whole["interactionModel"]["dialog"], whole["interactionModel"]["prompts"]
