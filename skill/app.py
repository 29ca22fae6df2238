"""The app that Alexa calls: `create_app()` puts the endpoint in front of the skill that `build_skill()` joins."""

import gc
import logging
import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from skill.__about__ import __version__
from skill.alexa.handlers import build
from skill.alexa.log import RequestLog, controls
from skill.content.responses import Responses
from skill.core.assembly import build_skill as build_skill
from skill.errors import ConfigurationError
from skill.settings import open_store

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from flask import Flask


ELICIT = "SOFT_LANDING_ELICIT"
"""The setting that says whether a question asks Alexa for the whole reply: on, unless it says off."""


def elicits() -> bool:
    """Whether open questions ask Alexa for all that is said next (`response_of`), as `SOFT_LANDING_ELICIT` has it.

    Raises `ConfigurationError` for anything but on and off.
    """
    said = os.environ.get(ELICIT, "").strip().lower()
    if said not in ("", "on", "off"):
        raise ConfigurationError(
            f"{ELICIT} is {said!r}, which is neither on nor off: set it to off, or leave it out to have it on"
        )
    return said != "off"


def create_app(
    application_id: str | None = None,
    *,
    trust_roots: "Iterable[Certificate] | None" = None,
    fetch: Callable[[str], bytes] | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    **settings: Any,
) -> "Flask":
    """The production app: `gunicorn "skill:create_app()"`.

    `application_id` is the skill's id (`amzn1.ask.skill…`), by default what `SOFT_LANDING_APPLICATION_ID` says;
    `trust_roots` and `fetch` stand in for certifi's roots and for the download of Alexa's certificate chain, and
    `settings` are those of `build_skill`. Raises `ConfigurationError` without an application id, since the skill would
    answer requests meant for others, and for a setting that is none.
    """
    from flask import Flask  # late, as the next two: a Lambda function needs neither Flask nor x509

    from skill.alexa.certificates import fetch as fetch_certificate
    from skill.alexa.endpoint import add_routes
    from skill.alexa.verifier import Verifier

    expected = application_id or os.environ.get("SOFT_LANDING_APPLICATION_ID", "")
    if not expected.strip():
        raise ConfigurationError(
            "no application id: without it, requests meant for any other skill would be answered. Set "
            "SOFT_LANDING_APPLICATION_ID to the skill's id, which starts with amzn1.ask.skill"
        )
    elicit = elicits()
    speak_up()
    app = Flask("skill", static_folder=None)
    skill = build_skill(**{"store": open_store(), **settings})
    verifier = Verifier(expected.strip(), trust_roots=trust_roots, fetch=fetch or fetch_certificate, now=now)
    request_log = RequestLog(controls(skill.conversation))
    invoke, pages = build(skill, elicit=elicit), skill.responses.pages()
    add_routes(app, invoke, verifier, request_log, health(skill.responses), pages)
    skill.responses.warm()
    gc.freeze()  # what was built stays, so no collection has to look through it again
    return app


def speak_up() -> None:
    """Let the log be read where nobody set one up: one line a request, to standard error."""
    log = logging.getLogger("skill")
    if not log.handlers and not logging.getLogger().handlers:
        log.addHandler(logging.StreamHandler())
        log.setLevel(logging.INFO)


def health(words: Responses) -> dict[str, Any]:
    """The version, the locales and the age of the words; nothing about anyone."""
    newest = max(path.stat().st_mtime for path in words.folder.rglob("*.ssml"))
    changed = datetime.fromtimestamp(newest, UTC).isoformat(timespec="seconds")
    return {"version": __version__, "locales": list(words.locales), "words_changed": changed}
