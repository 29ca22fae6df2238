"""What a practice becomes for a wish: how many rounds, how fast, and never beyond its limits; a decision a row."""

from dataclasses import replace
from functools import cache

import pytest

from skill.content.responses import Responses
from skill.core.exercise import Exercises, Prepared
from skill.dialog.state import PACES, Exercise, Session
from skill.exercises.patterns import LENGTHS, LIMITS, SHORTEST_CYCLE, Pattern, load_patterns
from skill.paths import folder

PATTERNS = load_patterns(folder("responses") / "patterns.toml")
BREATHS = [name for name, pattern in PATTERNS.items() if pattern.phases]
FIRST = {name: pattern.first for name, pattern in PATTERNS.items() if pattern.first}
"""Patterns whose first try is short, and how many rounds that has."""


@cache
def exercises() -> Exercises:
    """The exercises of the files."""
    return Exercises(Responses(folder("responses")), PATTERNS)


def prepared(wish: Exercise, *, cautioned: bool = False, counted: bool = False) -> Prepared:
    """An exercise as it is played to a listener in en-US."""
    return exercises().prepare(Session(exercise=wish, cautioned=cautioned, counted=counted), "en-US")


def cycle(wish: Exercise) -> dict[str, int]:
    """The milliseconds of each phase of the first round."""
    cues = [cue for cue in prepared(wish).timeline.cues if cue.round == 1]
    return {kind: sum(cue.length for cue in cues if cue.kind == kind) for kind in {cue.kind for cue in cues}}


def test_a_first_try_is_short() -> None:
    """Some patterns say how many rounds a first try has, whatever length was asked for; later ones fill the minutes."""
    assert FIRST, "no pattern has a first try any more; take these rows out"
    for name, first in FIRST.items():
        for minutes in LENGTHS:
            wish = Exercise(name, minutes)
            assert prepared(wish).timeline.rounds == first
            assert prepared(wish, cautioned=True).timeline.rounds > first


@pytest.mark.parametrize("name", BREATHS)
def test_a_first_try_of_any_other_is_not(name: str) -> None:
    """It fills its minutes, cautioned or not."""
    wish = Exercise(name, 2)
    rounds = [prepared(wish, cautioned=cautioned).timeline.rounds for cautioned in (False, True)]
    assert (rounds[0] == rounds[1]) is (name not in FIRST)


@pytest.mark.parametrize("name", FIRST)
@pytest.mark.parametrize("rounds", [1, 2, 5])
def test_a_number_of_breaths_is_kept_on_a_first_try(name: str, rounds: int) -> None:
    """Who asks for five gets five."""
    assert prepared(Exercise(name, rounds=rounds)).timeline.rounds == rounds


@pytest.mark.parametrize("name", BREATHS)
@pytest.mark.parametrize("pace", PACES)
def test_no_pace_leaves_the_limits(name: str, pace: str) -> None:
    """A round lasts at least SHORTEST_CYCLE, and a phase stays in its limits unless the pattern's own is beyond."""
    pattern, phases = PATTERNS[name], cycle(Exercise(name, pace=pace))
    assert sum(phases.values()) >= SHORTEST_CYCLE
    for kind, length in pattern.phases:
        low, high = LIMITS[kind]
        played = phases[kind]
        assert min(low, length) <= played <= max(high, length), kind


@pytest.mark.parametrize(
    ("seconds", "pace", "played"),
    [
        ((2, 0, 4, 0), "usual", (2000, 4000)),
        ((2, 0, 4, 0), "fast", (2000, 4000)),
        ((3, 0, 3, 0), "fast", (3000, 3000)),
        ((3, 0, 4, 0), "fast", (2571, 3428)),
        ((4, 0, 6, 0), "usual", (4000, 6000)),
        ((4, 0, 6, 0), "fast", (3400, 5100)),
        ((4, 0, 6, 0), "slow", (4800, 7200)),
        ((5, 0, 8, 0), "slow", (6000, 8000)),
        ((2, 0, 3, 0), "usual", (2000, 4000)),
    ],
    ids=str,
)
def test_ones_own_count(seconds: tuple[int, ...], pace: str, played: tuple[int, int]) -> None:
    """A fast pace never makes a round shorter than SHORTEST_CYCLE; longer rounds get faster as they are asked to."""
    phases = cycle(Exercise("b-own", pace=pace, seconds=seconds))
    assert (phases["in"], phases["out"]) == played


def test_a_pace_never_shortens_what_is_shortest() -> None:
    """The shortest round that there is sounds the same at a fast pace."""
    at_least = Exercise("b-own", seconds=(2, 0, 4, 0))
    assert cycle(replace(at_least, pace="fast")) == cycle(at_least)
    assert sum(cycle(at_least).values()) == SHORTEST_CYCLE


@pytest.mark.parametrize("name", BREATHS)
def test_in_speech_it_is_one_minute_counted_aloud(name: str) -> None:
    """Where the device plays no sound, speech has no room for more, however long it was to be."""
    aloud = prepared(Exercise(name, 1, counting="whole"), cautioned=True).timeline
    for wish in (Exercise(name, 5, counting="none"), Exercise(name, rounds=9, counting="none")):
        assert prepared(wish, cautioned=True, counted=True).timeline == aloud
    assert len(aloud.parts) == 1


def most(pattern: Pattern) -> int:
    """The most rounds of a pattern in five minutes."""
    return min(300_000 // pattern.cycle, pattern.most or 1000)


@pytest.mark.parametrize("name", BREATHS)
def test_no_number_of_breaths_is_more_than_there_is(name: str) -> None:
    """Forty breaths of a slow pattern end with its five minutes, and one with holds with its own most."""
    assert prepared(Exercise(name, rounds=40)).timeline.rounds == min(40, most(PATTERNS[name]))
