"""The same skill as an AWS Lambda function that Alexa calls: `skill.lambda_handler.handler`.

Nothing is verified here. Amazon lets only Alexa call the function, and only for the skill that its trigger names, so
there is no signature and the age of a request does not matter. That it is meant for this skill is looked at all the
same: a trigger without a skill id lets every skill in. With SnapStart a started function is copied: nothing that has to
differ from copy to copy is made at the start.
"""

import functools
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from skill.alexa.handlers import build
from skill.alexa.log import RequestLog, controls
from skill.alexa.requests import mapping, within
from skill.app import build_skill, elicits
from skill.errors import ConfigurationError
from skill.settings import open_store
from skill.settings.model import SettingsStore

Event = Mapping[str, Any]


class NotThisSkill(Exception):
    """What is not answered: no request for a custom skill, or one that is meant for another."""


@dataclass(frozen=True)
class EventRefusal:
    """Why an event is not answered, by the name of the rule, and what to do."""

    rule: str
    said: str
    hint: str


BY_HTTP = EventRefusal(
    "http-event",
    "this is an HTTP event (function URL, API Gateway or load balancer)",
    "let Alexa call the function itself: give its ARN as the endpoint, and take the URL away, because nothing verifies "
    "here who calls it; for an https address serve the app instead (deploy/README.md)",
)
NO_REQUEST = EventRefusal(
    "no-request",
    "this is no request for a custom skill (a test event, a schedule, a smart-home directive)",
    "try the skill in the Alexa developer console, or with an event recorded there, and take other triggers away",
)
ANOTHER_SKILL = EventRefusal(
    "application-id",
    "the request is meant for another skill",
    "name this skill's id in the function's trigger, and in SOFT_LANDING_APPLICATION_ID",
)


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
        if refusal := refusal_of(expected, event):
            request_log.failed(start, {}, "refused", rule=refusal.rule, hint=refusal.hint)
            raise NotThisSkill(f"{refusal.said}; {refusal.hint}")
        response = invoke(event)
        request_log.answered(start, event, response)
        return response

    return answer


def refusal_of(expected: str, event: object) -> EventRefusal | None:
    """Why an event is not answered by the skill of an application id; None for one that is."""
    given = mapping(event)
    if "request" not in given and {"requestContext", "httpMethod"} & set(given):
        return BY_HTTP
    if not {"request", "context", "session"} & set(given):
        return NO_REQUEST
    return None if meant_for(expected, given) else ANOTHER_SKILL


def meant_for(expected: str, event: Event) -> bool:
    """Whether a request names the skill it is meant for, in its context and, where it has one, in its session."""
    named = within(event, "context", "System", "application").get("applicationId")
    told = within(event, "session", "application").get("applicationId")
    return bool(named == expected and told in (None, expected))


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
