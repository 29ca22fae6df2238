"""The skill behind every speaker: the parts that an answer needs, joined."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count

from skill.content.followups import FollowUps
from skill.content.locales import language_of
from skill.content.responses import Responses
from skill.core.exercise import Exercises
from skill.core.reply_reader import ReplyReader
from skill.dialog.codes import NameCodes
from skill.dialog.rules import Conversation
from skill.exercises.patterns import Pattern
from skill.exercises.timeline import Part
from skill.nlu.languages import LanguageModels
from skill.nlu.questions import QuestionIndex
from skill.settings.model import SettingsStore


@dataclass(frozen=True)
class ReplyTrace:
    """What was answered, for somebody who watches from outside: the speaker on one's own machine."""

    intent: str
    response: str
    confidence: float | None
    offered: tuple[str, ...]
    spoken: str = ""
    """What is said first, in speech or in the sound."""
    part: Part | None = None
    """What plays after it."""
    door: bool = False
    """Whether a sentence at the end leads to help."""
    slots: Mapping[str, str] = field(default_factory=dict)
    """What the request named: a practice, a length, a number."""
    choices: Callable[[], tuple[str, ...]] = tuple
    """What can be said next, made when it is asked for."""


@dataclass(frozen=True)
class Skill:
    """The parts that an answer needs."""

    responses: Responses
    patterns: Mapping[str, Pattern]
    exercises: Exercises
    conversation: Conversation
    understanding: LanguageModels
    store: SettingsStore
    variants: "VariantCycle"
    codes: NameCodes
    replies: Mapping[str, ReplyReader]
    """Reads replies, by language."""
    on_reply: Callable[[ReplyTrace], None] | None = None
    conversations: Mapping[str, Conversation] = field(default_factory=dict)
    """The rules by language, where a language's answers have other parts than those of `conversation`."""

    follow_ups: Mapping[str, FollowUps] = field(default_factory=dict)
    """What listeners say to a safety answer, by language; phrases as `LanguageModels.fold` writes what is said."""

    questions: Mapping[str, QuestionIndex] = field(default_factory=dict)
    """Which part of an answer a question asks for, by language."""

    def follow_ups_in(self, locale: str) -> FollowUps:
        """Those of a locale's own language; none where we do not speak it."""
        return self.follow_ups.get(language_of(locale)) or FollowUps()

    def conversation_in(self, locale: str) -> Conversation:
        """The rules for a locale that is spoken."""
        return self.conversations.get(language_of(locale), self.conversation)


class VariantCycle:
    """Which variant of a greeting or a closer is next: in order, one after the other, for the whole process.

    Nobody is counted. `seed` is where every response's round starts, so that a test or a repeat has the same words.
    """

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._counts: dict[str, count[int]] = {}

    def next(self, response: str) -> int:
        """The number of the next variant of a response, small enough for a session."""
        return next(self._counts.setdefault(response, count(self._seed))) % 60
