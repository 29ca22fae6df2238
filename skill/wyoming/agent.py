"""What the agent answers: a transcript's words in, speech in plain words out, with a session for each conversation.

Speech there has no marks and keeps no time: a practice goes at the listener's own pace, and a number is spelled out.
"""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from skill.content.locales import language_of
from skill.content.markup import digit_by_digit
from skill.core.answer import Recipient
from skill.core.port import apology, in_words, locale_of_words, somebody, take_turn
from skill.core.skill import Skill
from skill.dialog.model import base_name
from skill.dialog.names import FALLBACK
from skill.dialog.state import Session
from skill.errors import ConfigurationError, whereabouts

log = logging.getLogger("skill")

MOST_CONVERSATIONS, CONVERSATION_SECONDS = 200, 300
"""How many conversations are remembered, and how long after their last words: as long as Home Assistant keeps an id."""
MOST_SPOKEN, MOST_ID = 3000, 200
"""The most characters of a transcript that are read, and of an id that is remembered by."""


class Conversations:
    """The sessions of the conversations that go on. They are in memory, and nowhere else."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._kept: OrderedDict[str, tuple[float, Session]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def recall(self, name: str) -> Session | None:
        """The session of a conversation; none where it has none, or was silent for too long."""
        self._forget_old()
        return self._kept[name][1] if name in self._kept else None

    def keep(self, name: str, session: Session | None) -> None:
        """Remember a session in place of the one before, or nothing more of a conversation that is over."""
        self._kept.pop(name, None)
        self._forget_old()
        if name and session:
            self._kept[name] = (self._now() + CONVERSATION_SECONDS, session)
            while len(self._kept) > MOST_CONVERSATIONS:
                self._kept.popitem(last=False)

    def _forget_old(self) -> None:
        """Let go of those whose time is over; the oldest stand first."""
        while self._kept and next(iter(self._kept.values()))[0] <= self._now():
            self._kept.popitem(last=False)


@dataclass(frozen=True)
class AgentReply:
    """What is said to a transcript."""

    text: str
    understood: bool = True
    """False where nothing was understood, or something broke."""


class Agent:
    """Answers transcripts. `locale` is that of listeners of whom only a language is known, or nothing at all."""

    def __init__(self, skill: Skill, locale: str = "", conversations: Conversations | None = None) -> None:
        """Raises `ConfigurationError` for a locale that is not spoken."""
        if locale and not somebody(skill, locale, timed=False).known:
            spoken = ", ".join(skill.responses.locales)
            raise ConfigurationError(f"the locale {locale} is not spoken here; the locales are {spoken}")
        self.skill = skill
        self.locale = locale
        self.conversations = Conversations() if conversations is None else conversations

    @property
    def languages(self) -> list[str]:
        """The languages that it speaks, and the countries of each."""
        return [*self.skill.responses.languages.served, *self.skill.responses.locales]

    def listener(self, language: str) -> Recipient:
        """Whom a transcript in a language comes from. A country that was named is never taken for another."""
        only_a_language = language.casefold() in ("", language_of(self.locale))
        return somebody(self.skill, self.locale if self.locale and only_a_language else language, timed=False)

    def hear(self, text: str, conversation: str = "", language: str = "") -> AgentReply:
        """The answer to what somebody said; an apology where something broke."""
        conversation = conversation if len(conversation) <= MOST_ID else ""
        session = self.conversations.recall(conversation)
        here = self.listener(language)
        try:
            spoken = locale_of_words(language, here)
            heard = in_words(self.skill.responses.languages.all, text[:MOST_SPOKEN], spoken)
            rendered = take_turn(self.skill, heard, session, here)
        except Exception as error:
            log.error("apologised: %s at %s", type(error).__name__, whereabouts(error))
            return AgentReply(apology(self.skill, session or Session(), here.locale).text, understood=False)
        self.conversations.keep(conversation, rendered.session if rendered.listens else None)
        return AgentReply(digit_by_digit(rendered.text), base_name(rendered.reply.response) != FALLBACK)
