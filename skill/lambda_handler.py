"""The same skill as an AWS Lambda function that Alexa calls: `skill.lambda_handler.handler`.

Nothing is verified here. Amazon lets only Alexa call the function, and only for the skill that its trigger names, so
there is no signature and the age of a request does not matter. That it is meant for this skill is looked at all the
same: a trigger without a skill id lets every skill in.
"""

import functools
import logging
import os
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Any

from skill.alexa.handlers import build
from skill.alexa.log import RequestLog, controls
from skill.alexa.requests import within
from skill.app import build_skill, elicits
from skill.errors import ConfigurationError
from skill.settings import open_store
from skill.settings.model import SettingsStore

Event = Mapping[str, Any]


class NotThisSkill(Exception):
    """A request meant for another skill, which is not answered."""


def create_handler(
    application_id: str | None = None, *, store: SettingsStore | None = None
) -> Callable[[Event], Event]:
    """The skill as a function of Alexa's request, for one application id.

    It is by default what `SOFT_LANDING_APPLICATION_ID` says. Raises `ConfigurationError` without one, and
    for a setting that is none.
    """
    expected = (application_id or os.environ.get("SOFT_LANDING_APPLICATION_ID", "")).strip()
    if not expected:
        raise ConfigurationError(
            "no application id: set SOFT_LANDING_APPLICATION_ID of the function to the skill's id, which starts with "
            "amzn1.ask.skill"
        )
    elicit = elicits()
    skill = build_skill(store=open_store() if store is None else store)
    invoke, request_log = build(skill, elicit=elicit), RequestLog(controls(skill.conversation))

    def answer(event: Event) -> Event:
        start = perf_counter()
        if not meant_for(expected, event):
            hint = "name this skill's id in the function's trigger, and in SOFT_LANDING_APPLICATION_ID"
            request_log.failed(start, {}, "refused", rule="application-id", hint=hint)
            raise NotThisSkill("the request is meant for another skill")
        response = invoke(event)
        request_log.answered(start, event)
        return response

    return answer


def meant_for(expected: str, event: Event) -> bool:
    """Whether a request names the skill it is meant for, in its context and, where it has one, in its session."""
    named = within(event, "context", "System", "application").get("applicationId")
    told = within(event, "session", "application").get("applicationId", named)
    return bool(named == expected and told == expected)


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
