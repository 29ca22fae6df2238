"""A timeline: the cues and silences of a session, in milliseconds.

A session is an opening, after which it begins within ten seconds, the middle, a landing and a clear end. The middle
lasts the minutes that were asked for, to the millisecond: whole rounds or steps, then natural breathing. Opening,
settling and landing come on top, `builder.EXTRA` at most. Only a script that takes longer by itself runs over.
"""

import re
from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction
from itertools import groupby
from typing import Any, Literal

Kind = Literal["say", "in", "top-up", "hold", "out", "rest", "natural", "step", "silence"]
Counting = Literal["fading", "whole", "none"]


class Pace(Enum):
    """How long a second of the pattern lasts: six breaths a minute become five when slow, seven when fast."""

    SLOW = Fraction(6, 5)
    USUAL = Fraction(1)
    FAST = Fraction(17, 20)


@dataclass(frozen=True, slots=True)  # there are thousands
class Cue:
    """A stretch of a session, in milliseconds from the start of its part. `text` is said first; "" is silence."""

    start: int
    length: int
    kind: Kind
    text: str = ""
    round: int = 0
    """Which round of breath it belongs to, from 1; 0 outside of rounds."""

    @property
    def end(self) -> int:
        """Where the next one starts."""
        return self.start + self.length


@dataclass(frozen=True)
class Phase:
    """All cues of one phase of one round, or a cue outside of rounds: what a circle shows."""

    start: int
    length: int
    kind: Kind
    round: int
    text: str


@dataclass(frozen=True)
class Part:
    """What goes into one response: cues without a gap from 0 on."""

    cues: tuple[Cue, ...]

    @property
    def length(self) -> int:
        """In milliseconds."""
        return self.cues[-1].end

    @property
    def opening(self) -> str:
        """What is said first: the practice and its length, or that it goes on."""
        return self.cues[0].text

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The cues with the counts of a phase put together."""
        phases = []
        runs = groupby(self.cues, lambda cue: (cue.round, cue.kind, 0 if cue.round else cue.start))
        for (number, kind, _), group in runs:
            cues = list(group)
            text = " ".join(cue.text for cue in cues if cue.text)
            phases.append(Phase(cues[0].start, cues[-1].end - cues[0].start, kind, number, text))
        return tuple(phases)


@dataclass(frozen=True)
class Timeline:
    """A whole session. All but the last part end with a question."""

    practice: str
    name: str
    title: str
    parts: tuple[Part, ...]
    middle: int
    """How long the practice itself takes, without opening, question and landing."""
    rounds: int

    @property
    def cues(self) -> tuple[Cue, ...]:
        """All cues, as if the parts were played without a pause between them."""
        moved, at = [], 0
        for part in self.parts:
            moved += [replace(cue, start=cue.start + at) for cue in part.cues]
            at += part.length
        return tuple(moved)

    @property
    def length(self) -> int:
        """In milliseconds."""
        return sum(part.length for part in self.parts)

    @property
    def begins(self) -> int:
        """When the first breath or step comes, in milliseconds after the first word."""
        return next(cue.start for cue in self.parts[0].cues if cue.kind not in ("say", "silence"))

    def as_data(self) -> dict[str, Any]:
        """The timeline as plain data, for a page that plays it."""
        rows = [
            [{"start": cue.start, "length": cue.length, "kind": cue.kind, "text": cue.text} for cue in part.cues]
            for part in self.parts
        ]
        return {"practice": self.practice, "title": self.title, "length": self.length, "parts": rows}


@dataclass(frozen=True)
class Step:
    """One step at the listener's own pace: said, then waited for a word."""

    text: str
    reprompt: str


def spoken(text: str) -> int:
    """About how long a calm voice takes to say this, in milliseconds: some 160 words a minute.

    Measured on espeak-ng at 165 words a minute without the silence around the words: 52 ms a letter, 90 ms a word, and
    300 to 450 ms at a comma or a full stop inside. Over all words of all practices it errs on the long side.
    """
    if not text:
        return 0
    words = len(text.split())
    letters = sum(map(str.isalpha, text))
    stops = len(re.findall(r"[.?](?=\s)", text))
    return 150 + 52 * letters + 90 * words + 450 * stops + 300 * text.count(",")
