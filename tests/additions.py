"""Copies of the tree to add something to, as a writer would: files only, with a model small enough to learn at once."""

import contextlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

from skill.alexa.handlers import build
from skill.app import build_skill
from skill.core.catalogue import roles_of
from skill.nlu.train import train
from skill.paths import folder
from skill.simulator.device import Device, LastReply

NEVER_CHANGED = (".learned", ".onnx", ".pieces")
"""Large files that are replaced and never written into, so a copy can share them."""
SAMPLES, EVERY = 6, 120
"""How many samples an intent keeps, and which of the phrases beside the model: every so many."""


def linked(source: str | Path, target: str | Path) -> None:
    """A copy of a file, or the same one under another name where that is as good."""
    if Path(source).suffix in NEVER_CHANGED:
        with contextlib.suppress(OSError):  # on another disk
            os.link(source, target)
            return
    shutil.copy(source, target)


class Tree:
    """A copy of `responses/` and a small copy of `interaction_models/`."""

    def __init__(self, top: Path) -> None:
        self.responses = top / "responses"
        self.models = top / "interaction_models"

    @classmethod
    def small(cls, top: Path) -> "Tree":
        """A fresh copy, of the project's own."""
        tree = cls(top)
        shutil.copytree(folder("responses"), tree.responses)
        tree.models.mkdir()
        for path in folder("interaction_models").iterdir():
            linked(path, tree.models / path.name)
        model = tree.model()
        for intent in model["interactionModel"]["languageModel"]["intents"]:
            intent["samples"] = intent.get("samples", [])[:SAMPLES]
        tree.write_model(model)
        path = tree.models / "en.utterances.txt"
        lines = path.read_text("utf-8").splitlines()
        kept = [line for number, line in enumerate(lines) if line.startswith("[") or number % EVERY == 0]
        path.write_text("\n".join([*kept, ""]), "utf-8")
        path = tree.models / "en.lines.jsonl"
        rows = path.read_text("utf-8").splitlines(keepends=True)
        path.write_text("".join(rows[::EVERY]), "utf-8")
        return tree

    def copy(self, top: Path) -> "Tree":
        """Another copy of this one, to take something away from."""
        tree = Tree(top)
        shutil.copytree(self.responses, tree.responses)
        shutil.copytree(self.models, tree.models, copy_function=linked)
        return tree

    def model(self) -> dict[str, Any]:
        """`en.json`."""
        model: dict[str, Any] = json.loads((self.models / "en.json").read_text("utf-8"))
        return model

    def write_model(self, model: dict[str, Any]) -> None:
        """The same, changed."""
        (self.models / "en.json").write_text(json.dumps(model, indent=2), "utf-8")

    def sample(self, name: str) -> str:
        """The first sample of an intent."""
        intents = self.model()["interactionModel"]["languageModel"]["intents"]
        return str(next(intent["samples"][0] for intent in intents if intent["name"] == name))

    def add_intent(self, name: str, *samples: str) -> None:
        """An intent with its samples."""
        model = self.model()
        model["interactionModel"]["languageModel"]["intents"].append({"name": name, "samples": list(samples)})
        self.write_model(model)

    def write(self, file: str, text: str) -> None:
        """A file in `responses/`."""
        (self.responses / file).write_text(text, "utf-8")

    def change(self, file: str, old: str, new: str) -> None:
        """Some words of a file in `responses/`."""
        path = self.responses / file
        text = path.read_text("utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new), "utf-8")

    def append(self, file: str, text: str) -> None:
        """Some lines more in a file in `responses/`."""
        path = self.responses / file
        path.write_text(path.read_text("utf-8") + text, "utf-8")

    def train(self) -> None:
        """`soft-landing train`."""
        train(self.models, roles_of(self.responses))

    def device(self) -> Device:
        """A device whose skill is built from this copy."""
        trace = LastReply()
        skill = build_skill(responses=self.responses, models=self.models, on_reply=trace)
        return Device(build(skill), skill.understanding, trace)
