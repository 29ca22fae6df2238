"""An exercise as a listener asked for it: which pattern, which words, and the timeline that they make."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from skill.content.responses import Responses
from skill.dialog.state import LENGTHS, Exercise, Session
from skill.exercises.builder import timeline
from skill.exercises.own_pace import onward, own_opening, steps
from skill.exercises.patterns import Clamp, Pattern, custom, nearest
from skill.exercises.timeline import Cue, Pace, Part, Step, Timeline, spoken
from skill.exercises.wording import Words, words_from

KEPT = 48
"""How many exercises are kept ready: 19 in 20 of those that are asked for in `benchmarks/traffic.py`."""
PACE_OF = {"slow": Pace.SLOW, "usual": Pace.USUAL, "fast": Pace.FAST}


@dataclass(frozen=True)
class Prepared:
    """An exercise ready to be played."""

    pattern: Pattern
    words: Words
    timeline: Timeline
    clamps: tuple[Clamp, ...]
    """What had to be changed in the listener's own count to keep it safe."""
    part: int
    """Which of the timeline's parts comes now."""

    @property
    def now(self) -> Part:
        """The part that comes now."""
        return self.timeline.parts[self.part]

    @property
    def last(self) -> bool:
        """Whether nothing comes after it."""
        return self.part == len(self.timeline.parts) - 1

    @property
    def opening(self) -> str:
        """What is said before it, with a word on why a count was changed."""
        why = [self.words.clamped[clamp.phase] for clamp in self.clamps]
        return " ".join([*why, self.now.opening])

    def whole(self, opening: str, question: str = "") -> Part:
        """The part that comes now, with this opening, and with a question at its end if there is one."""
        first, *others = self.now.cues
        opened = replace(first, text=opening, length=max(first.length, spoken(opening)))
        later = opened.length - first.length
        cues = [opened, *(replace(cue, start=cue.start + later) if later else cue for cue in others)]
        if question:
            cues.append(Cue(cues[-1].end, spoken(question), "say", question))
        return Part(tuple(cues))


@dataclass(frozen=True)
class OwnPace:
    """An exercise at the listener's own pace: each step is said, then waited for."""

    pattern: Pattern
    words: Words
    steps: tuple[Step, ...]
    rest: Part
    """What plays when nobody says anything."""
    opening: str
    """What is said before the first step."""


class Exercises:
    """Exercises as they are asked for. The same wish gives the same timeline, so the last ones are kept.

    What is kept is numbers and our own words: nobody's.
    """

    def __init__(self, responses: Responses, patterns: Mapping[str, Pattern]) -> None:
        self.responses = responses
        self.patterns = patterns
        self._kept = lru_cache(KEPT)(self._prepare)
        self._speakers: dict[tuple[str, str, bool], str] = {}
        self._said: dict[tuple[str, bool], list[tuple[str, list[Words]]]] = {}

    def prepare(self, session: Session, locale: str) -> Prepared:
        """The session's exercise as a timeline, in its locale and wording."""
        exercise = replace(session.exercise, times=0) if session.exercise.times else session.exercise
        speaker = self._speaker(exercise.practice, self.responses.place(locale).locale, session.discreet)
        return self._kept(
            exercise,
            speaker,
            session.discreet,
            session.counted,
            not session.cautioned,
            not (session.marked or session.safe),
        )

    def own_pace(self, session: Session, locale: str) -> OwnPace:
        """The session's exercise at the listener's own pace."""
        pattern, clamps = chosen(self.patterns, session.exercise)
        words = words_of(self.responses, pattern.id, locale, session.discreet)
        all_steps = steps(pattern, words)
        left = onward(pattern, words, min(session.exercise.part + 1, len(all_steps)))
        opening = own_opening(pattern, words, discreet=session.discreet, caution=not session.cautioned)
        why = [words.clamped[clamp.phase] for clamp in clamps]
        return OwnPace(pattern, words, all_steps, left.parts[0], " ".join([*why, opening]))

    def _speaker(self, practice: str, locale: str, discreet: bool) -> str:
        """The first locale that has the same words for a practice: most do, and then one timeline serves them all."""
        key = (practice, locale, discreet)
        if key not in self._speakers:
            also = self.patterns[practice].then
            words = [words_of(self.responses, each, locale, discreet) for each in (practice, also) if each]
            said = self._said.setdefault((practice, discreet), [])
            self._speakers[key] = next((other for other, its in said if its == words), locale)
            if self._speakers[key] == locale:
                said.append((locale, words))
        return self._speakers[key]

    def _prepare(
        self, exercise: Exercise, locale: str, discreet: bool, counted: bool, caution: bool, marker: bool
    ) -> Prepared:
        pattern, clamps = chosen(self.patterns, exercise)
        words = words_of(self.responses, pattern.id, locale, discreet)
        minutes: int | None = nearest(pattern, exercise.minutes)
        rounds = exercise.rounds or None
        if counted:
            minutes, rounds = 1, None  # speech has too little room for more
        elif exercise.rounds or (pattern.silences and exercise.minutes == LENGTHS[0]):
            minutes = None  # so many breaths, or a script as it is written
        elif pattern.first and caution:
            rounds = pattern.first
        line = timeline(
            pattern,
            words,
            minutes=minutes,
            rounds=rounds,
            pace=PACE_OF[exercise.pace],
            counting="whole" if counted else exercise.counting,  # type: ignore[arg-type]  # one of COUNTINGS, which the session has checked
            quiet=exercise.quiet,
            discreet=discreet,
            caution=caution,
            marker=marker,
        )
        return Prepared(pattern, words, line, clamps, min(exercise.part, len(line.parts) - 1))


def chosen(patterns: Mapping[str, Pattern], exercise: Exercise) -> tuple[Pattern, tuple[Clamp, ...]]:
    """The pattern: the listener's own count, the one that was asked for, or the one that takes over at this length."""
    if exercise.seconds:
        in_, hold, out, rest = exercise.seconds
        return custom(patterns[exercise.practice], in_=in_, hold=hold, out=out, rest=rest)
    pattern = patterns[exercise.practice]
    if pattern.then and exercise.minutes not in pattern.minutes:
        pattern = patterns[pattern.then]
    return pattern, ()


def words_of(responses: Responses, practice: str, locale: str, discreet: bool) -> Words:
    """The words of a practice, its own first."""
    own = responses.module(practice, locale, discreet=discreet)
    common = responses.module("_practice", locale, discreet=discreet)
    return words_from(own, common, plural=responses.language(locale).plural)
