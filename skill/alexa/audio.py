"""A timeline as a device plays it: APL for Audio, SSML, a circle on a screen.

It follows Amazon's pages "APL for Audio reference", "apla-mixer", "AnimateItem command" and "Transformers"; what a
device does that shows no animation is read from Amazon's apl-core-library.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from html import escape
from importlib.resources import files
from itertools import groupby
from typing import Any

from skill.exercises.patterns import HOLD
from skill.exercises.timeline import Cue, Part, Phase, spoken

BREATH = ("in", "top-up", "hold", "out", "rest")
"""Kinds of cue that last exactly as long as they say, whatever the voice takes."""

BEDS: Mapping[str, str] = {
    "waves": "soundbank://soundlibrary/nature/amzn_sfx_ocean_wave_1x_01",
    "rain": "soundbank://soundlibrary/nature/amzn_sfx_rain_03",
    "stream": "soundbank://soundlibrary/nature/amzn_sfx_stream_01",
}
"""Quiet sounds from Alexa's own library, played only on request."""

BED_VOLUME = "15%"
BREAKS = 9_500
"""The pauses of one SSML response, in milliseconds; Alexa may drop a response whose pauses pass ten seconds."""
CHARACTERS = 7_500
"""A little under the 8000 characters of SSML that Alexa takes."""
SECTIONS = ("before", "practice", "after")
"""The three clips of a circle."""
SMALL, MOST, LARGE = 0.55, 0.92, 1.0
"""The circle after the breath out, before a second sip of air, and after the breath in."""

CIRCLE_SCREEN: dict[str, Any] = json.loads(files("skill.alexa").joinpath("screens/circle.json").read_text("utf-8"))
SILENCE = {"type": "Silence", "duration": "${data.ms}"}

shared = lru_cache(512)
"""For what stands in many documents: it is made once, and nobody writes into it."""


# Sound on a device.


def apla(part: Part, *, token: str, rate: int = 95, whisper: bool = False, bed: str | None = None) -> dict[str, Any]:
    """One part of a session as the directive that plays it.

    A phase is a `Mixer` of a `Silence` of its length and a `Speech` cut to it, so it lasts exactly as long as the
    pattern says. What is said outside of breaths is never cut: it takes at least its length. The rows stand once; a run
    of equal rounds is the same rows inflated again, so another round costs two characters.
    """
    return {
        "type": "Alexa.Presentation.APLA.RenderDocument",
        "token": token,
        "document": sound(part.cues, rate=rate, whisper=whisper, bed=bed),
    }


def sound(cues: Sequence[Cue], *, rate: int = 95, whisper: bool = False, bed: str | None = None) -> dict[str, Any]:
    """Some cues as an APL for Audio document."""
    groups = [group_of(rows, times, rate, whisper) for rows, times in repeated(cues)]
    item: dict[str, Any] = {"type": "Sequencer", "items": groups}
    if bed is not None:
        quiet = {
            "type": "Audio",
            "source": BEDS[bed],
            "duration": "trimToParent",
            "filter": [{"type": "Repeat", "repeatCount": -1}, {"type": "Volume", "amount": BED_VOLUME}],
        }
        item = {"type": "Mixer", "items": [item, quiet]}
    return {"type": "APLA", "version": "0.91", "mainTemplate": {"parameters": ["payload"], "item": item}}


def repeated(cues: Sequence[Cue]) -> Iterator[tuple[list[dict[str, Any]], int]]:
    """The cues as rows, with a run of equal rounds given once and counted."""
    blocks = [(number, [row(cue) for cue in group]) for number, group in groupby(cues, lambda cue: cue.round)]
    for (_, rows), same in groupby(blocks, lambda block: (bool(block[0]), block[1])):
        yield rows, len(list(same))


def row(cue: Cue) -> dict[str, Any]:
    """A cue in short: `cue` is cut to its time, `words` are not."""
    text = escape(cue.text, quote=False)
    said = {} if not text else {"cue": text} if cue.kind in BREATH else {"words": text}
    return {"ms": cue.length, **said}


def group_of(rows: list[dict[str, Any]], times: int, rate: int, whisper: bool) -> dict[str, Any]:
    """The rows one after the other, and that as often as asked."""
    kinds = [mixer(key, rate, whisper) for key in ("cue", "words") if any(key in one for one in rows)]
    silent = [SILENCE] if any(len(one) == 1 for one in rows) else []
    once = {"type": "Sequencer", "data": rows, "items": kinds + silent}
    return once if times == 1 else {"type": "Sequencer", "data": [1] * times, "items": [once]}


@shared
def mixer(key: str, rate: int, whisper: bool) -> dict[str, Any]:
    """How the rows sound that have a `cue`, or `words`."""
    content = f'<prosody rate="{rate}%">${{data.{key}}}</prosody>'
    if whisper:
        content = f'<amazon:effect name="whispered">{content}</amazon:effect>'
    said = {"type": "Speech", "contentType": "SSML", "content": f"<speak>{content}</speak>"}
    if key == "cue":
        said["duration"] = "trimToParent"
    return {"when": f"${{data.{key}}}", "type": "Mixer", "items": [SILENCE, said]}


# Speech alone.


def ssml(part: Part) -> str:
    """One part as speech with pauses of less than ten seconds in all, without `<speak>`.

    The fallback where APL for Audio cannot be used. Make the timeline with one minute and `counting="whole"`: then time
    passes in counting, as one sentence a second, and the pauses that are left share `BREAKS`. A part that is too long
    for one response ends early, after a whole round or step, and keeps its last words.
    """
    wished = sum(pause_of(cue) for cue in part.cues)
    share = min(1.0, BREAKS / wished) if wished else 0.0
    pieces = [(cue, sentence(cue, share)) for cue in part.cues]
    closing = [piece for cue, piece in pieces if cue.kind == "say"][-1 - (len(part.cues) > 2) :]
    kept, room = "", CHARACTERS - sum(map(len, closing))
    for _, block in groupby(pieces, lambda piece: (piece[0].round, piece[0].start * (not piece[0].round))):
        text = " ".join(piece for _, piece in block)
        if len(kept) + len(text) > room:
            return " ".join([kept.strip(), *closing])
        kept += f" {text}"
    return kept.strip()


def pause_of(cue: Cue) -> int:
    """The silence in a cue that counting does not fill."""
    return 0 if cue.kind in BREATH and cue.text else max(0, cue.length - spoken(cue.text))


def sentence(cue: Cue, share: float) -> str:
    """A cue as a sentence and its share of the pauses."""
    text = escape(cue.text, quote=False)
    if text and text[-1] not in ".?":
        text += "."
    pause = int(pause_of(cue) * share)
    return f'{text} <break time="{pause}ms"/>'.strip() if pause >= 20 else text


# A circle on a screen.


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
    document = {**CIRCLE_SCREEN, "onMount": [{"type": "Sequential", "screenLock": True, "commands": steps}]}
    return {
        "type": "Alexa.Presentation.APL.RenderDocument",
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
    exercise_rules = [at for at, cue in enumerate(part.cues) if cue.kind not in ("say", "silence")]
    if not exercise_rules:
        return list(part.cues), [], []
    first, last = exercise_rules[0], exercise_rules[-1] + 1
    return list(part.cues[:first]), list(part.cues[first:last]), list(part.cues[last:])


def motion(cues: Sequence[Cue], labels: Mapping[str, str]) -> dict[str, Any]:
    """The circle's commands: rounds that look the same are one command repeated."""
    sip = any(cue.kind == "top-up" for cue in cues)
    commands: list[dict[str, Any]] = []
    moves = [(phase.round, move(phase, labels, sip)) for phase in Part(tuple(cues)).phases]
    rounds = [(number, [one for _, one in group]) for number, group in groupby(moves, lambda each: each[0])]
    for (paced, steps), same in groupby(rounds, lambda one: (bool(one[0]), one[1])):
        times = len(list(same))
        commands += [{"type": "Sequential", "repeatCount": times - 1, "commands": steps}] if paced else steps
    return {"type": "Sequential", "commands": commands}


def move(phase: Phase, labels: Mapping[str, str], sip: bool) -> dict[str, Any]:
    """One phase: its word, and the circle to the size it ends with. A second sip of air is the last bit of the way."""
    if phase.kind not in BREATH:
        return show(phase.text, phase.length)
    full = MOST if sip else LARGE
    sizes = {"in": (SMALL, full), "top-up": (full, LARGE), "hold": (LARGE, LARGE), "out": (LARGE, SMALL)}
    start, end = sizes.get(phase.kind, (SMALL, SMALL))
    word = "" if phase.kind == "rest" and phase.length < HOLD else labels.get(phase.kind, "")
    return breathe(phase.length, word, start, end)


@shared
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
    return {"type": "Sequential", "commands": [words("line", ""), words("label", word), keep]}


def show(line: str, length: int = 0) -> dict[str, Any]:
    """Words on the screen instead of a breath."""
    idle = [{"type": "Idle", "delay": length}] if length else []
    return {"type": "Sequential", "commands": [words("label", ""), words("line", line), *idle]}


@shared
def words(component: str, text: str) -> dict[str, Any]:
    """Other words in a text of the screen."""
    return {"type": "SetValue", "componentId": component, "property": "text", "value": text}
