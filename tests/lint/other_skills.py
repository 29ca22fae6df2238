"""Five small skills in the manner of those that people publish: each of another shape, four with what goes wrong."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

STANDARD = [{"name": f"AMAZON.{name}Intent", "samples": []} for name in ("Help", "Stop", "Cancel", "NavigateHome")]
FALLBACK = {"name": "AMAZON.FallbackIntent", "samples": []}
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:space-facts"


def written(path: Path, data: Any) -> None:
    """A JSON file, with a line for each value."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, indent=2, ensure_ascii=False), "utf-8")


def model(name: str, *intents: dict[str, Any], types: Any = (), fallback: bool = True, **more: Any) -> dict[str, Any]:
    """An interaction model."""
    rows = [*STANDARD, *([FALLBACK] if fallback else []), *intents]
    spoken = {"invocationName": name, "intents": rows, "types": list(types)}
    return {"interactionModel": {"languageModel": spoken, **more}}


def manifest(endpoint: Any, *, phrases: dict[str, list[str]], **keys: Any) -> dict[str, Any]:
    """A manifest that Amazon takes, with example phrases by locale; `keys` replace what the store is told."""
    shown = {
        locale: {
            "name": "A Skill",
            "summary": "It tells one thing at a time.",
            "description": "It tells one thing at a time. Ask it for another.",
            "examplePhrases": said,
            "keywords": ["facts"],
            "smallIconUri": "https://example.org/108.png",
            "largeIconUri": "https://example.org/512.png",
        }
        for locale, said in phrases.items()
    }
    answers = {"allowsPurchases": False, "usesPersonalInfo": False, "isChildDirected": False, "containsAds": False}
    published = {
        "locales": shown,
        "isAvailableWorldwide": True,
        "testingInstructions": "None are needed.",
        "category": "KNOWLEDGE_AND_TRIVIA",
        "distributionMode": "PUBLIC",
    }
    return {
        "manifest": {
            "publishingInformation": {**published, **keys},
            "apis": {"custom": {"endpoint": endpoint}},
            "manifestVersion": "1.0",
            "privacyAndCompliance": {**answers, "isExportCompliant": True},
        }
    }


def resources(src: str = "./skill-package", **keys: Any) -> dict[str, Any]:
    """What the ASK CLI version 2 keeps at the top."""
    profile = {"skillMetadata": {"src": src}, **keys}
    return {"askcliResourcesVersion": "2020-03-31", "profiles": {"default": profile}}


def facts(root: Path) -> None:
    """A fact skill in two languages, version 2, on Lambda: nothing is wrong with it."""
    fact = {"name": "GetFactIntent", "slots": [], "samples": ["a fact", "tell me a fact", "give me trivia"]}
    german = {"name": "GetFactIntent", "slots": [], "samples": ["einen fakt", "erzähle mir etwas"]}
    package = root / "skill-package"
    written(root / "ask-resources.json", resources())
    written(package / "interactionModels/custom/en-US.json", model("space facts", fact))
    written(package / "interactionModels/custom/de-DE.json", model("weltraum wissen", german))
    phrases = {
        "en-US": ["Alexa, open space facts", "Alexa, ask space facts to tell me a fact", "give me trivia"],
        "de-DE": ["Alexa, öffne Weltraum Wissen"],
    }
    written(package / "skill.json", manifest({"uri": FUNCTION}, phrases=phrases))
    written(root / "lambda/package.json", {"name": "space-facts"})


def buses(root: Path) -> None:
    """Bus times, version 1: free words of which the build takes none, an address that the CLI fills in."""
    slots = [{"name": "stop", "type": "AMAZON.SearchQuery"}, {"name": "line", "type": "AMAZON.NUMBER"}]
    samples = ["{stop}", "line {line} at {stop}", "when is the {line} due", "the 42 at {stop}", "when? at {stop}"]
    written(root / "models/en-GB.json", model("bus times", {"name": "BusIntent", "slots": slots, "samples": samples}))
    endpoint = {"sourceDir": "lambda/custom", "uri": "ask-custom-bus-times-default"}
    phrases = {"en-GB": ["Alexa, ask bus times for help"]}
    whole = manifest(endpoint, phrases=phrases, isAvailableWorldwide=False)
    written(root / "skill.json", whole)
    written(root / ".ask/config", {"deploy_settings": {"default": {"skill_id": ""}}})


def music(root: Path) -> None:
    """A bridge to one's own music, hosted at home: rows of another format, a port, a name that the store minds."""
    rows = [{"intent": "PlayIntent", "utterances": ["play {song}"]}, {"intent": "NextIntent", "utterances": ["next"]}]
    whole = model("house music")
    whole["interactionModel"]["languageModel"]["intents"] += rows
    written(root / "skill-package/interactionModels/custom/fr-FR.json", whole)
    made = manifest({"uri": "https://alexa.example.org:8843/"}, phrases={"fr-FR": ["Alexa, ouvre house music"]})
    made["manifest"]["publishingInformation"]["locales"]["fr-FR"]["summary"] = "a" * 161
    made["manifest"]["publishingInformation"]["locales"]["fr-FR"]["smallIconUri"] = "file://assets/small.png"
    written(root / "skill-package/skill.json", made)


def chat(root: Path) -> None:
    """A door to a chat: all speech in one slot, a dialog that names what is not there, a function that is none yet."""
    ask = {
        "name": "AskIntent",
        "slots": [{"name": "query", "type": "AMAZON.Person"}, {"name": "mood", "type": "Mood"}],
        "samples": ["{query}", "Tell me {query}", "i feel {mood}"],
    }
    dialog = {"intents": [{"name": "AskIntent", "slots": [
        {"name": "mood", "type": "Mood", "elicitationRequired": True, "prompts": {"elicitation": "Elicit.Mood"}}
    ]}]}  # fmt: skip
    moods = {"name": "Mood", "values": [{"id": "1", "name": {"value": "glad"}}, {"id": "1", "name": {"value": "sad"}}]}
    written(root / "ask-resources.json", resources("./alexa"))
    whole = model("jarvis", ask, types=[moods], dialog=dialog, prompts=[])
    written(root / "alexa/interactionModels/custom/en-US.json", whole)
    timer = {"name": "TimerIntent", "samples": ["タイマー"]}
    written(root / "alexa/interactionModels/custom/ja-JP.json", model("タイマーデモ", timer))
    placeholder = {"uri": "arn:aws:lambda:us-east-1:XXXXXXXXXXXX:function:chat"}
    english = ["Alexa, open jarvis"]
    phrases = {"en-US": english, "en-UK": english, "ja-JP": ["アレクサ、タイマーデモを開いて"]}
    made = manifest(placeholder, phrases=phrases)
    made["manifest"]["permissions"] = [{"name": "alexa::profile:email:read"}]
    del made["manifest"]["privacyAndCompliance"]["containsAds"]
    written(root / "alexa/skill.json", made)


def radio(root: Path) -> None:
    """Models kept by hand, and no manifest: values and samples twice, a name that leans on a pronoun, a broken file."""
    stations = {
        "name": "Station",
        "values": [
            {"name": {"value": "jazz"}},
            {"name": {"value": "jazz"}},
            {"name": {"value": "news", "synonyms": ["News", "talk"]}},
            {"name": {"value": "debates", "synonyms": ["talk"]}},
        ],
    }
    play = {
        "name": "PlayIntent",
        "slots": [{"name": "station", "type": "Station"}],
        "samples": ["play {station}", "play  {station}", "play {station}", "put {channel} on"],
    }
    stop = {"name": "OffIntent", "samples": ["play jazz", "shut up"]}
    whole = model("my radio", play, stop, types=[stations], fallback=False)
    whole["interactionModel"]["languageModel"]["intents"][0] = {"name": "AMAZON.HelpIntent", "samples": ["what now"]}
    written(root / "en-GB.json", whole)
    (root / "de-DE.json").write_text('{\n  "interactionModel": {\n    "languageModel": {,}\n  }\n}\n', "utf-8")
    written(root / "package.json", {"name": "my-radio"})


SKILLS: dict[str, Callable[[Path], None]] = {
    "facts": facts, "buses": buses, "music": music, "chat": chat, "radio": radio,
}  # fmt: skip
