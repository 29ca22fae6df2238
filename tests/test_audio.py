"""What a device plays and shows, against the timeline: lengths, sizes, words, and the one command behind a circle."""

import json
import re
import shutil
import wave
from collections.abc import Iterator
from functools import cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from conftest import Conversation

from skill.alexa.apl import SMALL, circle
from skill.alexa.apla import BEDS, BREATH, apla
from skill.alexa.ssml import counted_speech
from skill.content.markup import plain
from skill.content.responses import Responses
from skill.exercises.builder import timeline
from skill.exercises.patterns import load_patterns
from skill.exercises.timeline import Counting, Cue, Part, Timeline, spoken
from skill.exercises.wording import Words, words_from
from skill.paths import folder
from skill.simulator.recording import SAMPLES, VoiceError, plot, sample, voiced, wav

PATTERNS = load_patterns(folder("responses") / "patterns.toml")
RESPONSES = Responses(folder("responses"))
CASES = [(name, minutes) for name in sorted(PATTERNS) for minutes in PATTERNS[name].minutes]
EVERY = pytest.mark.parametrize(("name", "minutes"), CASES, ids=[f"{name}-{minutes}" for name, minutes in CASES])
SPEAKS = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
VIEWPORTS = {
    "round": (480, 480),
    "small": (960, 480),
    "medium": (960, 600),
    "large": (1280, 800),
    "portrait": (1080, 1920),
    "television": (960, 540),
}
"""A response under 24 KB passes in every reading of Amazon's limits."""


@cache
def words(name: str) -> Words:
    """The words of a practice."""
    return words_from(*(RESPONSES.module(one, "en-US") for one in (name, "_practice")))


@cache
def made(name: str, minutes: int | None = None, counting: str = "fading") -> Timeline:
    """A session of a practice."""
    return timeline(PATTERNS[name], words(name), minutes=minutes, counting=counting)  # type: ignore[arg-type]


def played(document: dict[str, Any]) -> list[tuple[int, str, bool]]:
    """What an APL for Audio document comes to when Alexa inflates it: length, text, and whether the text is cut."""
    item = document["mainTemplate"]["item"]
    if item["type"] == "Mixer":
        item = item["items"][0]
    return list(inflated(item, None))


def inflated(item: dict[str, Any], data: Any) -> Iterator[tuple[int, str, bool]]:
    """One component with its data: the first item whose `when` holds, for each datum, as Amazon's page has it."""

    def value(text: str) -> str:
        return re.sub(r"\$\{data\.(\w+)\}", lambda found: str(data.get(found[1], "")), text)

    if item["type"] == "Sequencer" and "data" in item:
        for datum in item["data"]:
            fits = (one for one in item["items"] if "when" not in one or datum.get(one["when"][7:-1]))
            yield from inflated(next(fits), datum)
    elif item["type"] == "Sequencer":
        for one in item["items"]:
            yield from inflated(one, data)
    elif item["type"] == "Silence":
        yield int(value(item["duration"])), "", False
    else:
        assert item["type"] == "Mixer"
        silence, speech = item["items"]
        said = ElementTree.fromstring(value(speech["content"]).replace("amazon:effect", "effect"))
        yield int(value(silence["duration"])), "".join(said.itertext()), speech.get("duration") == "trimToParent"


@pytest.mark.slow
@EVERY
@pytest.mark.parametrize("counting", ["fading", "whole", "none"])
def test_device_plays_the_timeline(name: str, minutes: int, counting: str) -> None:
    """Inflated, the document has every cue at its length; breaths are cut to it, other words never."""
    for part in made(name, minutes, counting).parts:
        directive = apla(part, token="t")
        assert directive["type"] == "Alexa.Presentation.APLA.RenderDocument"
        assert directive["document"]["version"] == "0.91"
        rows = played(directive["document"])
        assert rows == [(cue.length, cue.text, bool(cue.text) and cue.kind in BREATH) for cue in part.cues]
        assert sum(length for length, _, _ in rows) == part.length


@pytest.mark.parametrize(("minutes", "length"), [(1, "one minute"), (5, "five minutes")])
@pytest.mark.parametrize("name", ["b-even", "b-long-out", "b-notice"])
def test_no_practice_begins_in_silence(conversation: Conversation, name: str, minutes: int, length: str) -> None:
    """On a speaker the opening of each part is said in speech, and the sound is all that comes after it, to the end."""
    turn = conversation.say("BreathingIntent", pattern=name, duration=f"PT{minutes}M")
    assert turn.speech.lower().startswith(f"{words(name).name}, {length}.")
    for part in made(name, minutes).parts:
        [directive] = turn.response_json["response"]["directives"]
        rows = played(directive["document"])
        assert plain(turn.ssml) == turn.speech == part.opening
        assert rows[: len(part.cues) - 1] == [
            (cue.length, cue.text, bool(cue.text) and cue.kind in BREATH) for cue in part.cues[1:]
        ]
        assert [(cue["length"], cue["text"]) for cue in turn.timeline] == [row[:2] for row in rows]
        assert [cue["start"] for cue in turn.timeline] == [0, *accumulate(row[0] for row in rows[:-1])]
        turn = conversation.say("AMAZON.YesIntent")


@pytest.mark.parametrize("counting", ["fading", "whole", "none"])
def test_more_rounds_cost_next_to_nothing(counting: Counting) -> None:
    """A round more is a few characters more: its rows stand once and are inflated again."""
    few, many = (
        len(
            json.dumps(
                apla(
                    timeline(PATTERNS["b-even"], words("b-even"), rounds=rounds, counting=counting).parts[0], token="t"
                )
            )
        )
        for rounds in (6, 16)
    )
    assert many - few <= 10 * 3 + len("sixteen")


def test_bed_is_played_on_request_only() -> None:
    """No sound lies under a practice unless it was asked for; then it is repeated, quiet, and as long as the rest."""
    part = made("b-even", 1).parts[0]
    assert "soundbank" not in json.dumps(apla(part, token="t"))
    for bed, source in BEDS.items():
        item = apla(part, token="t", bed=bed)["document"]["mainTemplate"]["item"]
        assert item["items"][1]["source"] == source
        assert item["items"][1]["duration"] == "trimToParent"
        assert [one["type"] for one in item["items"][1]["filter"]] == ["Repeat", "Volume"]
        assert played(apla(part, token="t", bed=bed)["document"]) == played(apla(part, token="t")["document"])


def test_whispers_when_asked() -> None:
    """A whisper is Alexa's own effect around each text."""
    document = apla(made("g-heart", 1).parts[0], token="t", whisper=True)["document"]
    assert "whispered" in json.dumps(document)
    assert played(document)


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_speech_alone_ends_like_the_practice(name: str) -> None:
    """The fallback counts three rounds or more, and ends like the practice itself."""
    for number, part in enumerate(made(name, PATTERNS[name].minutes[0], "whole").parts):
        speech = counted_speech(part)
        assert part.cues[-1].text in speech
        if PATTERNS[name].phases and number == 0:
            assert len(re.findall(r"(?<![\w'])two\.", speech)) >= 3


def commands_of(part: Part) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The circle's document directive, and the steps of its one command."""
    document = circle(part, token="t", title="A title", labels=words("b-sigh").bare)
    assert document["type"] == "Alexa.Presentation.APL.RenderDocument"
    [sequence] = document["document"]["onMount"]
    return document, sequence["commands"]


def unrolled(command: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The commands one after the other, repeats written out."""
    if command["type"] == "Sequential" and command["commands"][0]["type"] == "SetValue":
        yield read(command["commands"])
    elif command["type"] == "Sequential":
        for _ in range(command.get("repeatCount", 0) + 1):
            for one in command["commands"]:
                yield from unrolled(one)
    else:
        yield command


def read(commands: list[dict[str, Any]]) -> dict[str, Any]:
    """One phase of the circle, or one line of words, from the commands that show it."""
    texts = {one["componentId"]: one["value"] for one in commands if one["type"] == "SetValue"}
    last = commands[-1]
    if last["type"] != "Parallel":
        return {"type": "Show", "ms": last.get("delay", 0), "line": texts["line"]}
    idle, animate = last["commands"]
    assert idle["delay"] == animate["duration"]
    [grow] = animate["value"]
    start, end = grow["from"][0]["scale"], grow["to"][0]["scale"]
    return {"type": "Breathe", "ms": idle["delay"], "label": texts["label"], "start": start, "end": end}


@pytest.mark.slow
@EVERY
def test_circle_moves_with_the_timeline(name: str, minutes: int) -> None:
    """Sound and motion start in one `Parallel` and last the same, phase by phase; each phase shows its word."""
    for part in made(name, minutes).parts:
        document, steps = commands_of(part)
        [parallel] = [step for step in steps if step["type"] == "Parallel"]
        speak, moves = parallel["commands"]
        assert speak["type"] == "SpeakItem"
        heard = played(document["sources"]["practice"])
        seen = list(unrolled(moves))
        assert sum(move["ms"] for move in seen) == sum(length for length, _, _ in heard)
        middle = [phase for phase in part.phases if phase.kind not in ("say", "silence")]
        assert [move["ms"] for move in seen] == [phase.length for phase in middle]
        for move, phase in zip(seen, middle, strict=True):
            if phase.kind in BREATH:
                assert move["type"] == "Breathe"
                assert move["label"] or (phase.kind == "rest" and phase.length < 2_000)
            else:
                assert (move["type"], move["line"]) == ("Show", phase.text)


def test_a_screen_stays_while_its_practice_lasts() -> None:
    """The lock is held by the one command around all others, and nothing times out before the part has ended."""
    for part in made("b-even", 5).parts:
        shown = circle(part, token="t", title="A title", labels={})
        [command] = shown["document"]["onMount"]
        assert command["screenLock"]
        assert shown["document"]["settings"]["idleTimeout"] >= part.length > 30_000
        assert shown["timeoutType"] == "LONG"


@pytest.mark.parametrize("name", [name for name in PATTERNS if PATTERNS[name].phases])
def test_circle_is_never_in_two_places(name: str) -> None:
    """Every phase starts at the size that the one before it ended with."""
    _, steps = commands_of(made(name, 2).parts[0])
    [parallel] = [step for step in steps if step["type"] == "Parallel"]
    moves = [move for move in unrolled(parallel["commands"][1]) if move["type"] == "Breathe"]
    for before, after in pairwise(moves):
        assert before["end"] == after["start"]
    for move in moves:
        grows = move["end"] - move["start"]
        if move["label"] == "in":
            assert grows > 0
        elif move["label"] == "out":
            assert grows < 0
        elif move["label"] == "hold":
            assert grows == 0


def test_circle_has_what_its_commands_name() -> None:
    """Every sound has its clip, its template and its component; every command is in the document or is Amazon's."""
    document, steps = commands_of(made("b-box", 1).parts[0])
    text = json.dumps(document["document"])
    names = {one["template"]: one["outputName"] for one in document["datasources"]["circle"]["transformers"]}
    assert set(names) == set(document["sources"]) == {"before", "practice", "after"}
    for name, output in names.items():
        assert f"payload.circle.properties.{output}.url" in text
        assert f'"id": "{name}Sound"' in text
    known = {"Sequential", "Parallel", "SpeakItem", "SetValue", "Idle", "AnimateItem"}
    assert set(re.findall(r'"type": "(\w+)"', json.dumps(steps))) <= known
    assert all(component in text for component in ('"id": "circle"', '"id": "label"', '"id": "line"'))


def test_circle_is_still_where_motion_is_not_wanted() -> None:
    """Only the animation is left out; the words change in time, because an idle keeps it."""
    document, steps = commands_of(made("b-even", 1).parts[0])
    [parallel] = [step for step in steps if step["type"] == "Parallel"]
    breathe = parallel["commands"][1]["commands"][0]["commands"][0]["commands"]
    idle, animate = breathe[-1]["commands"]
    assert idle == {"type": "Idle", "delay": 5000}
    assert animate["when"] == "${environment.animation != 'none'}"
    assert "when" not in idle
    assert all(one["type"] == "SetValue" for one in breathe[:-1])
    frame = document["document"]["mainTemplate"]["items"][0]["items"][1]
    assert frame["transform"] == [{"scale": f"${{environment.animation == 'none' ? 0.8 : {SMALL}}}"}]


@pytest.mark.parametrize(("width", "height"), VIEWPORTS.values(), ids=VIEWPORTS)
def test_circle_fits_every_screen(width: int, height: int) -> None:
    """The circle is on the screen, and the words are readable and inside of it, at every viewport."""
    document, _ = commands_of(made("b-sigh", 1).parts[0])
    root = document["document"]["mainTemplate"]["items"][0]
    assert root["bind"][0]["value"] == "${Math.min(viewport.width, viewport.height) * 0.7}"
    size = min(width, height) * 0.7
    assert size <= min(width, height)
    label, line = root["items"][2]["items"]
    font = size * float(label["fontSize"].split("* ")[1].rstrip("}"))
    longest = max(len(text) for text in words("b-sigh").bare.values())
    assert font >= 30
    assert longest * font * 0.6 <= size, "a bold letter is at most some 0.6 of its height wide"
    assert size * float(line["fontSize"].split("* ")[1].rstrip("}")) >= 20


def test_circle_can_be_read() -> None:
    """Words have a contrast of 4.5 to 1 on the circle and on the paper."""
    colours = commands_of(made("b-even", 1).parts[0])[0]["document"]["resources"][0]["colors"]

    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for ground in ("paper", "circle"):
        assert (light(colours["ink"]) + 0.05) / (light(colours[ground]) + 0.05) >= 4.5


@pytest.mark.slow
@EVERY
def test_drawing_shows_every_phase(name: str, minutes: int) -> None:
    """The drawing is well formed and has a box for each phase."""
    session = made(name, minutes)
    root = ElementTree.fromstring(plot(session))
    titles = [one.text for one in root.iter("{http://www.w3.org/2000/svg}title")][1:]
    assert len(set(titles)) >= len({(part, phase.start) for part in session.parts for phase in part.phases}) / 2
    assert all(title for title in titles)


@pytest.mark.slow
@SPEAKS
@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_recording_is_as_long_as_the_timeline(name: str, tmp_path: Path) -> None:
    """The file is the timeline to the sample, and every cue is heard where it starts."""
    session = made(name, None)
    wav(session, tmp_path / "session.wav")
    with wave.open(str(tmp_path / "session.wav")) as file:
        assert file.getframerate() == SAMPLES
        frames = file.getnframes()
        sound = file.readframes(frames)
    assert abs(frames - session.length * SAMPLES / 1000) <= 1
    for cue in session.cues:
        window = sound[2 * sample(cue.start) : 2 * sample(cue.start + 50)]
        assert any(window) == bool(cue.text)


@pytest.mark.slow
@SPEAKS
@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_voice_is_done_in_time(name: str) -> None:
    """Nothing that is said outside of a breath is cut off, and `spoken` is no wild guess."""
    texts = {cue.text: cue for minutes in PATTERNS[name].minutes for cue in made(name, minutes).cues if cue.text}
    for text, cue in texts.items():
        real = len(voiced(text, "en-us")) * 1000 / SAMPLES
        assert real <= cue.length, f"“{text}” takes {real:.0f} ms and has {cue.length}"
        assert 0.85 * real <= spoken(text) <= 2.2 * real + 300


def test_missing_voice_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without espeak-ng the message says what to install."""
    monkeypatch.setattr(shutil, "which", lambda program: None)
    voiced.cache_clear()
    with pytest.raises(VoiceError, match="install it"):
        wav(Timeline("x", "x", "X", (Part((Cue(0, 1000, "say", "Hello."),)),), 1000, 0), tmp_path / "session.wav")
