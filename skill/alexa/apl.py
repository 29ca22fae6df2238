"""What a screen shows: an answer, or a circle that breathes with its sound.

The circle follows Amazon's pages "AnimateItem command" and "Transformers"; what a device does that shows no animation
is read from Amazon's apl-core-library.
"""

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from itertools import groupby
from typing import Any

from skill.alexa.apla import BREATH, sound
from skill.core.render import Screen
from skill.exercises.patterns import HOLD
from skill.exercises.timeline import Cue, Part, Phase

SKILL_NAME = "Soft Landing"

SECTIONS = ("before", "practice", "after")
"""The three clips of a circle."""
SMALL, SIP, LARGE = 0.55, 0.92, 1.0
"""The circle after the breath out, before a second sip of air, and after the breath in."""

ANSWER_SCREEN: dict[str, Any] = json.loads(files("skill.alexa").joinpath("screens/answer.json").read_text("utf-8"))
CIRCLE_SCREEN: dict[str, Any] = json.loads(files("skill.alexa").joinpath("screens/circle.json").read_text("utf-8"))

WRITTEN_FOR = (1, 6)
"""The version of APL that the documents are written for. An older screen shows an answer's words, and no circle."""


def answer_screen(screen: Screen, *, token: str, apl: tuple[int, ...] = WRITTEN_FOR) -> dict[str, Any]:
    """The directive that shows an answer; one without a title is headed by the skill's name.

    A document is not to be of a newer version than the device's (Amazon, "Alexa.Presentation.APL 1.1", `maxVersion`),
    and what an older one does not know, such as `role`, it passes over.
    """
    return {
        "type": "Alexa.Presentation.APL.RenderDocument",
        "token": token,
        "document": ANSWER_SCREEN if apl >= WRITTEN_FOR else {**ANSWER_SCREEN, "version": f"{apl[0]}.{apl[1]}"},
        "datasources": {
            "answer": {"title": screen.title or SKILL_NAME, "text": screen.text, "hint": screen.hint},
        },
    }


def circle(
    part: Part, *, token: str, title: str, labels: Mapping[str, str], rate: int = 95, bed: str | None = None
) -> dict[str, Any]:
    """One part as a breathing circle with its sound, both started by one command when the document is shown.

    The sound is three clips inside the document (`sources` and the transformer `aplAudioToSpeech`): what is said
    before, the practice, and what is said after. One `Sequential` plays them; the practice's clip and the circle start
    in the same `Parallel`, so there are not two clocks. Send neither `apla` nor speech with it: they would play by
    themselves, not together.

    A device that shows no motion (`environment.animation == 'none'`) ends an `AnimateItem` at once, so every phase is
    timed by an `Idle` beside it, and the circle stays still there while the words change. `labels` are the words shown:
    `Words.bare`.

    A Show that nobody talks to leaves a skill after half a minute. Three things ask it to stay while the part lasts:
    `screenLock` stops its timer while a command runs ("apl-base-command-properties"), `idleTimeout` says how long the
    document may be left alone ("apl-document", settings), and `timeoutType` is LONG instead of SHORT, by Amazon's page
    for those who make devices ("Alexa.Presentation.APL", RenderDocument). That for skills does not name the last one.
    """
    before, middle, after = sections(part)
    clips = {"before": before, "practice": middle, "after": after}
    clips = {name: cues for name, cues in clips.items() if cues}
    sources = {name: sound(cues, rate=rate, bed=bed if name == "practice" else None) for name, cues in clips.items()}
    steps: list[dict[str, Any]] = []
    for name, cues in clips.items():
        speak: dict[str, Any] = {"type": "SpeakItem", "componentId": f"{name}Sound", "screenLock": True}
        if name == "practice":
            steps.append({"type": "Parallel", "screenLock": True, "commands": [speak, motion(cues, labels)]})
        else:
            steps += [show(title), speak]
    document = {
        **CIRCLE_SCREEN,
        "settings": {"idleTimeout": part.length},
        "onMount": [{"type": "Sequential", "screenLock": True, "commands": steps}],
    }
    return {
        "type": "Alexa.Presentation.APL.RenderDocument",
        "timeoutType": "LONG",
        "token": token,
        "document": document,
        "sources": sources,
        "datasources": {
            "circle": {
                "type": "object",
                # The transformers put each clip's address where it is bound; until then there is none.
                "properties": {"title": title} | {f"{name}Clip": {"url": ""} for name in SECTIONS},
                "transformers": [
                    {"transformer": "aplAudioToSpeech", "template": name, "outputName": f"{name}Clip"} for name in clips
                ],
            }
        },
    }


def sections(part: Part) -> tuple[list[Cue], list[Cue], list[Cue]]:
    """The cues before, in and after the practice."""
    paced = [at for at, cue in enumerate(part.cues) if cue.kind not in ("say", "silence")]
    if not paced:
        return list(part.cues), [], []
    first, last = paced[0], paced[-1] + 1
    return list(part.cues[:first]), list(part.cues[first:last]), list(part.cues[last:])


def motion(cues: Sequence[Cue], labels: Mapping[str, str]) -> dict[str, Any]:
    """The circle's commands: rounds that look the same are one command repeated."""
    sip = any(cue.kind == "top-up" for cue in cues)
    commands: list[dict[str, Any]] = []
    moves = [(phase.round, motion_of(phase, labels, sip)) for phase in Part(tuple(cues)).phases]
    rounds = [(number, [one for _, one in group]) for number, group in groupby(moves, lambda each: each[0])]
    for (paced, steps), same in groupby(rounds, lambda one: (bool(one[0]), one[1])):
        times = len(list(same))
        commands += [{"type": "Sequential", "repeatCount": times - 1, "commands": steps}] if paced else steps
    return {"type": "Sequential", "commands": commands}


def motion_of(phase: Phase, labels: Mapping[str, str], sip: bool) -> dict[str, Any]:
    """One phase: its word, and the circle to the size it ends with. A second sip of air is the last bit of the way."""
    if phase.kind not in BREATH:
        return show(phase.text, phase.length)
    full = SIP if sip else LARGE
    sizes = {"in": (SMALL, full), "top-up": (full, LARGE), "hold": (LARGE, LARGE), "out": (LARGE, SMALL)}
    start, end = sizes.get(phase.kind, (SMALL, SMALL))
    word = "" if phase.kind == "rest" and phase.length < HOLD else labels.get(phase.kind, "")
    return breathe(phase.length, word, start, end)


def breathe(length: int, word: str, start: float, end: float) -> dict[str, Any]:
    """The circle from one size to the other. `Idle` keeps the time, even where nothing may move."""
    grow = {"property": "transform", "from": [{"scale": start}], "to": [{"scale": end}]}
    animate = {
        "type": "AnimateItem",
        "when": "${environment.animation != 'none'}",
        "componentId": "circle",
        "duration": length,
        "easing": "ease-in-out",
        "value": [grow],
    }
    keep = {"type": "Parallel", "commands": [{"type": "Idle", "delay": length}, animate]}
    return {"type": "Sequential", "commands": [set_text("line", ""), set_text("label", word), keep]}


def show(line: str, length: int = 0) -> dict[str, Any]:
    """Words on the screen instead of a breath."""
    idle = [{"type": "Idle", "delay": length}] if length else []
    return {"type": "Sequential", "commands": [set_text("label", ""), set_text("line", line), *idle]}


def set_text(component: str, text: str) -> dict[str, Any]:
    """Other words in a text of the screen."""
    return {"type": "SetValue", "componentId": component, "property": "text", "value": text}
