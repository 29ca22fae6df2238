"""A practice as sound on a device: APL for Audio.

It follows Amazon's pages "APL for Audio reference" and "apla-mixer".
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Any

from skill.exercises.timeline import Cue, Part

BREATH = ("in", "top-up", "hold", "out", "rest")
"""Kinds of cue that last exactly as long as they say, whatever the voice takes."""

BEDS: Mapping[str, str] = {
    "waves": "soundbank://soundlibrary/nature/amzn_sfx_ocean_wave_1x_01",
    "rain": "soundbank://soundlibrary/nature/amzn_sfx_rain_03",
    "stream": "soundbank://soundlibrary/nature/amzn_sfx_stream_01",
}
"""Quiet sounds from Alexa's own library, played only on request."""

BED_VOLUME = "15%"
SILENCE = {"type": "Silence", "duration": "${data.ms}"}


def apla(
    part: Part,
    *,
    token: str,
    rate: int = 95,
    whisper: bool = False,
    bed: str | None = None,
    opening: bool = True,
) -> dict[str, Any]:
    """One part of a session as the directive that plays it, or all but its opening.

    A phase is a `Mixer` of a `Silence` of its length and a `Speech` cut to it, so it lasts exactly as long as the
    pattern says. What is said outside of breaths is never cut: it takes at least its length. The rows stand once; a run
    of equal rounds is the same rows inflated again, so another round costs two characters.
    """
    return {
        "type": "Alexa.Presentation.APLA.RenderDocument",
        "token": token,
        "document": sound(part.cues[not opening :], rate=rate, whisper=whisper, bed=bed),
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


def mixer(key: str, rate: int, whisper: bool) -> dict[str, Any]:
    """How the rows sound that have a `cue`, or `words`."""
    content = f'<prosody rate="{rate}%">${{data.{key}}}</prosody>'
    if whisper:
        content = f'<amazon:effect name="whispered">{content}</amazon:effect>'
    said = {"type": "Speech", "contentType": "SSML", "content": f"<speak>{content}</speak>"}
    if key == "cue":
        said["duration"] = "trimToParent"
    return {"when": f"${{data.{key}}}", "type": "Mixer", "items": [SILENCE, said]}
