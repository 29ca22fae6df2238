"""The values that the rules work on: the request, the turn that answers it, and the catalogue of names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from skill.dialog import names
from skill.dialog.state import Exercise, Session

PAGE_SIZE = 3
"""How many names are listed at a time: people hold about three by ear (Amazon, designing for voice)."""


@dataclass(frozen=True)
class Question:
    """What a reply asks at its end."""

    asked: str = ""
    """The response whose question it is; empty where nothing is asked."""
    offer: str = ""
    """The response that "yes" leads to."""
    instead: str = ""
    """The response that "no" leads to, where "no" is not the end of it."""
    options: tuple[str, ...] = ()
    """The responses that can be chosen by name or by place, in the order in which they are spoken; empty where it is
    the offer or its alternative."""


@dataclass(frozen=True)
class PracticeKind:
    """What the conversation knows of a practice."""

    breathing: bool = False
    holds: bool = False
    together: bool = False
    """It needs the other person, so it stands behind the gate."""
    pair: str = ""
    """Its version for two, where there is one."""
    swap: str = ""
    """What to take instead when holds, or company, are not wanted."""


@dataclass(frozen=True)
class SafetyKind:
    """What the conversation knows of a safety answer. `responses/safety.toml` explains the fields."""

    need: str
    """The helpline that it names."""
    harmed: bool = False
    no_holds: bool = False
    no_practice: bool = False
    closes_content: bool = False
    label: str = ""
    like: str = ""


@dataclass(frozen=True)
class Catalogue:
    """The names a conversation moves among."""

    topics: tuple[str, ...]
    parts: Mapping[str, int]
    """How many parts a response has, where it has more than one."""
    safety: Mapping[str, SafetyKind]
    """The safety answers, the most pressing first."""
    feelings: frozenset[str]
    practices: Mapping[str, PracticeKind]
    practice_intents: frozenset[str]
    """The intents that lead to more than one practice, such as `BreathingIntent`."""
    names: frozenset[str]
    """Every response."""
    unclear: str
    """The safety answer that a gentle check leads to when nothing tells which is meant."""
    minor: str
    """The safety answer of somebody under age, which closes the content."""
    excuses: frozenset[str]
    """Topics that speak well of an absent partner: who may have been harmed is asked before one is told."""
    no_holds: frozenset[str]
    """Responses after which held breaths are not given, feelings and safety answers."""
    callers: frozenset[str] = frozenset()
    """What listeners say of themselves that a helpline depends on, such as "scotland"."""


@dataclass(frozen=True)
class Request:
    """What a listener asked: the intent's name, and the slots' ids or values."""

    name: str
    slots: Mapping[str, str] = field(default_factory=dict)
    offered: tuple[str, ...] = ()
    """The responses between which free words could not be told apart; beside a likely one, the other one."""
    instead: str = ""
    """For `GentleCheck`: what was asked if nothing is wrong."""
    fits: tuple[str, ...] = ()
    """The parts of the response `name` that answer the question, the best one first; empty where none does more."""


@dataclass(frozen=True)
class Turn:
    """A response to give and the session that goes with it."""

    response: str
    session: Session
    variables: Mapping[str, Any] = field(default_factory=dict)
    starts: bool = False
    """Whether the session's exercise starts to play."""
    again: bool = False
    """Whether the words are those of the last time."""
    door: str = ""
    """The safety answer that may be needed: one sentence at the end of the answer leads to help."""
    other: str = ""
    """What else may have been meant: the answer ends with a question whether it was."""


def base_name(name: str) -> str:
    """`BodyIntent` for `BodyIntent.2`; built-in names, such as that of help, stay whole."""
    whole, dot, number = name.rpartition(".")
    return whole if dot and number.isdigit() else name


def part_number(name: str) -> int:
    """2 for `BodyIntent.2`, 1 for `BodyIntent`."""
    _, dot, number = name.rpartition(".")
    return int(number) if dot and number.isdigit() else 1


def part_name(name: str, number: int) -> str:
    """The name of a response's part."""
    return name if number == 1 else f"{name}.{number}"


def is_aside(response: str, session: Session) -> bool:
    """Whether a response is a word beside the open question, which is asked again after it."""
    kind = base_name(response) == names.ASIDE and response != names.ASIDE
    return response in names.ASIDES or (kind and bool(session.asked))


def fresh(exercise: Exercise) -> Exercise:
    """How the listener likes practices, without any one practice."""
    return Exercise(
        minutes=exercise.minutes, pace=exercise.pace, counting=exercise.counting, quiet=exercise.quiet, bed=exercise.bed
    )


def begun(session: Session) -> Session:
    """From the beginning; only how the listener likes it stays, what rules out held breaths or sound, and what chooses
    among helplines.
    """
    return Session(
        rate=session.rate,
        discreet=session.discreet,
        holds=session.holds,
        counted=session.counted,
        remembered=session.remembered,
        told=session.told,
        exercise=fresh(session.exercise),
    )
