"""The same skill as an AWS Lambda function that Alexa calls: `skill.lambda_handler.handler`.

There is no door here. Amazon lets only Alexa call the function, and only for the skill that its trigger names, so there
is no signature and the age of a request does not matter. That it is meant for this skill is looked at all the same: a
trigger without a skill id lets every skill in.
"""

import functools
import json
import logging
import os
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Any

from skill.alexa.endpoint import note
from skill.alexa.handlers import build
from skill.app import ConfigurationError, build_skill
from skill.settings.store import SettingsStore, open_store

Event = Mapping[str, Any]


class NotThisSkill(Exception):
    """A request meant for another skill, which is not answered."""


def create_handler(
    application_id: str | None = None, *, store: SettingsStore | None = None
) -> Callable[[Event], Event]:
    """The skill as a function of Alexa's request, for one application id.

    It is by default what `SOFT_LANDING_APPLICATION_ID` says. Raises `ConfigurationError` without one.
    """
    expected = (application_id or os.environ.get("SOFT_LANDING_APPLICATION_ID", "")).strip()
    if not expected:
        raise ConfigurationError(
            "no application id: set SOFT_LANDING_APPLICATION_ID of the function to the skill's id, which starts with "
            "amzn1.ask.skill"
        )
    invoke = build(build_skill(store=open_store() if store is None else store))

    def answer(event: Event) -> Event:
        start = perf_counter()
        if not meant_for(expected, event):
            hint = "name this skill's id in the function's trigger, and in SOFT_LANDING_APPLICATION_ID"
            note(start, {}, "refused", rule="application-id", hint=hint)
            raise NotThisSkill("the request is meant for another skill")
        response = invoke(json.dumps(event))
        note(start, event, "answered")
        return response

    return answer


def meant_for(expected: str, event: Event) -> bool:
    """Whether a request names the skill it is meant for, in its context and, where it has one, in its session."""
    system = mapping(mapping(mapping(event).get("context")).get("System"))
    named = mapping(system.get("application")).get("applicationId")
    told = mapping(mapping(mapping(event).get("session")).get("application")).get("applicationId", named)
    return bool(named == expected and told == expected)


def mapping(value: object) -> Mapping[str, Any]:
    """A value that holds others; nothing when it holds none."""
    return value if isinstance(value, Mapping) else {}


@functools.cache
def ready() -> Callable[[Event], Event]:
    """The skill, built once for as long as the function stays warm."""
    logging.getLogger("skill").setLevel(logging.INFO)  # Lambda's own handler writes it to the function's log
    return create_handler()


def handler(event: Event, context: object) -> Event:
    """What Lambda calls for each request."""
    return ready()(event)


if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    ready()  # while Lambda starts the function, and before somebody waits for an answer
