"""One line of log a request: what kind, which control, where, how it went, how long.

No ids, no words, no slot values.
"""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import orjson

from skill.alexa.requests import ANSWERED, mapping, string, unread_field, usual_spelling, within
from skill.dialog.rules import Conversation

log = logging.getLogger("skill.requests")

REQUEST_TYPES = frozenset(
    {
        "LaunchRequest",
        "IntentRequest",
        "SessionEndedRequest",
        "CanFulfillIntentRequest",
        "SessionResumedRequest",
        "System.ExceptionEncountered",
        "Connections.Response",
    }
)
EVENT_FAMILIES = frozenset(
    {"AlexaSkillEvent", "Alexa.Presentation.APL", "Alexa.Presentation.APLA", "AudioPlayer", "Dialog"}
)


def controls(conversation: Conversation) -> frozenset[str]:
    """The intents whose name may stand in a log: those that steer the conversation, by rules of its own.

    Which topic, feeling, practice or worry it was is nobody's business, nor that it was a practice.
    """
    catalogue = conversation.catalogue
    private = {
        *catalogue.topics, *catalogue.feelings, *catalogue.practices, *catalogue.safety,
        *conversation.exercise_rules.rules, *conversation.reply_rules.rules,
    }  # fmt: skip
    return frozenset(name for name in catalogue.names - private if name.endswith("Intent") and conversation.knows(name))


@dataclass(frozen=True)
class RequestLog:
    """Writes the lines; `controls` are the intents that it may name."""

    controls: Collection[str]

    def answered(self, start: float, envelope: object, answer: Mapping[str, Any]) -> None:
        """A request with its answer, or one that nothing could be read or said of; `start` is a `perf_counter()`."""
        if field := unread_field(envelope):
            self.failed(start, envelope, "unread", field=field)
        elif not answer.get("response") and within(envelope, "request").get("type") in ANSWERED:
            self.failed(start, envelope, "silent")
        else:
            log.info(self._line(start, envelope, "answered"))

    def failed(self, start: float, envelope: object, outcome: str, **why: str) -> None:
        """A request that was not answered: "refused", "unread", "silent" or "broken"."""
        log.warning(self._line(start, envelope, outcome, **why))

    def _line(self, start: float, envelope: object, outcome: str, **why: str) -> str:
        milliseconds = round((perf_counter() - start) * 1000, 1)
        line = {**self._kind(envelope), "outcome": outcome, **why, "milliseconds": milliseconds}
        return orjson.dumps(line).decode()

    def _kind(self, envelope: object) -> dict[str, str]:
        """The type, control and locale of a request, each only where it is one that we know."""
        request = within(envelope, "request")
        kind: dict[str, str] = {}
        if name := string(request.get("type")):
            family = name.rpartition(".")[0]
            kind["request"] = name if name in REQUEST_TYPES else family if family in EVENT_FAMILIES else "other"
        if (intent := string(mapping(request.get("intent")).get("name"))) in self.controls:
            kind["intent"] = intent
        if locale := usual_spelling(string(request.get("locale"))):
            kind["locale"] = locale
        return kind
