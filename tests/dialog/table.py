"""Decision tables: a state and a request, what answers and what is remembered; the words of a row are its name."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import pytest

from skill.content.responses import Responses
from skill.core.catalogue import catalogue
from skill.dialog.model import Catalogue, Request, Turn, base_name, part_number
from skill.dialog.rules import Conversation
from skill.dialog.state import Exercise, Session
from skill.exercises.patterns import load_patterns
from skill.paths import folder


@cache
def names() -> Catalogue:
    """The catalogue that the files make."""
    return catalogue(Responses(folder("responses")), load_patterns(folder("responses") / "patterns.toml"))


def conversation() -> Conversation:
    """The rules over it, made anew: what a mutation changes in making them has to be seen too."""
    return Conversation(names())


def asked(text: str) -> Request:
    """`"BreathingIntent pattern=b-box"` as a request."""
    name, *slots = text.split()
    return Request(name, dict(slot.split("=", 1) for slot in slots))


# States, each as a sentence of a listener would leave it.

NEW = Session()


def said(response: str, **more: Any) -> Session:
    """A response was given last; where it is a place, we are there."""
    return replace(Session(said=response, at=response if is_place(response) else ""), **more)


def heard(*topics: str, **more: Any) -> Session:
    """These topics were heard, the last of them just now; `"BodyIntent.2"` for two parts of one."""
    parts = tuple((base_name(topic), "123456789"[: part_number(topic)]) for topic in topics)
    return replace(said(topics[-1]), heard=parts, **more)


def playing(practice: str, *, offer: str = "AgainIntent", at: str | None = None, **wishes: Any) -> Session:
    """A practice was played last, and is where we are."""
    exercise = Exercise(practice, **wishes)
    return Session(said=practice, at=practice if at is None else at, offer=offer, exercise=exercise)


def helped(safety: str, **more: Any) -> Session:
    """A safety answer was given last, after a topic."""
    return replace(Session(said=safety, at="BodyIntent", heard=(("BodyIntent", "1"),), safe=safety), **more)


def is_place(response: str) -> bool:
    """Whether one can be at a response: topics, feelings, practices and the two lists."""
    whole, kinds = base_name(response), names()
    lists = ("TopicsIntent", "PracticesIntent")
    return whole in (*kinds.topics, *kinds.feelings, *kinds.practices, *lists)


@dataclass(frozen=True)
class Row:
    """One decision. What is not named stays as it is: the whole turn is compared."""

    sentence: str
    state: Session
    request: str | Request
    response: str
    remembered: Mapping[str, Any] = field(default_factory=dict)
    """The fields of the session that change."""
    exercise: Mapping[str, Any] | None = None
    """The fields of a fresh exercise, where the exercise changes."""
    variables: Mapping[str, Any] = field(default_factory=dict)
    starts: bool = False
    again: bool = False
    door: str = ""
    other: str = ""

    @property
    def turn(self) -> Turn:
        """The turn that the row wants."""
        changed = dict(self.remembered)
        if self.exercise is not None:
            changed["exercise"] = Exercise(**self.exercise)
        after = replace(self.state, **changed)
        return Turn(self.response, after, self.variables, self.starts, self.again, self.door, self.other)

    def check(self, followed: Collection[str] = ()) -> None:
        """The rules answer as the row says, in every respect.

        `followed` are variables that are not looked at where a row names none.
        """
        request = asked(self.request) if isinstance(self.request, str) else self.request
        turn = conversation().answer(request, self.state)
        assert turn.response == self.response
        if not self.variables and set(turn.variables) == set(followed):
            turn = replace(turn, variables={})
        assert turn == self.turn


def table(*rows: Row) -> pytest.MarkDecorator:
    """The rows as the cases of a test, each named by its sentence."""
    sentences = [row.sentence for row in rows]
    assert len(set(sentences)) == len(sentences), "two rows have the same sentence"
    return pytest.mark.parametrize("row", rows, ids=sentences)
