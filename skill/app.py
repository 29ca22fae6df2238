"""The assembly: `create_app()` builds the words, the skill and the door, and joins
them.
"""

import gc
import logging
import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from cryptography.x509 import Certificate
from flask import Flask

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Read where numpy is first loaded, to train or to stand in for skill/_sums.c: on a few hundred numbers its threads wait
# for each other ten times as long as one alone takes.

from skill.alexa.endpoint import open_door
from skill.alexa.handlers import build
from skill.alexa.verifier import Verifier
from skill.alexa.verifier import fetch as fetch_certificate
from skill.content.responses import Responses
from skill.core.catalogue import catalogue
from skill.core.exercise import Exercises
from skill.core.skill import ReplyTrace, Skill, VariantCycle
from skill.dialog.rules import Conversation
from skill.dialog.state import NameCodes
from skill.exercises.patterns import load as load_patterns
from skill.nlu.classifier import Understanding
from skill.paths import folder
from skill.settings.store import NoStore, SettingsStore, open_store


class ConfigurationError(Exception):
    """The app cannot start as it is set up; the message says what to set."""


def build_skill(
    *,
    responses: Path | None = None,
    models: Path | None = None,
    store: SettingsStore | None = None,
    seed: int = 0,
    on_reply: Callable[[ReplyTrace], None] | None = None,
) -> Skill:
    """All rooms behind the door, joined."""
    words = Responses(responses or folder("responses"))
    patterns = load_patterns(words.folder / "patterns.toml")
    names = catalogue(words, patterns)
    understanding = Understanding.load(models or folder("interaction_models"), "en")
    codes = NameCodes.of(sorted(names.names | {"AgainIntent", "HoldScreen.go", "PracticeOn", *names.practices}))
    return Skill(
        words,
        patterns,
        Exercises(words, patterns),
        Conversation(names),
        understanding,
        store or NoStore(),
        VariantCycle(seed),
        codes,
        on_reply,
    )


def create_app(
    application_id: str | None = None,
    *,
    trust_roots: Iterable[Certificate] | None = None,
    fetch: Callable[[str], bytes] = fetch_certificate,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    **skill: Any,
) -> Flask:
    """The production app: `gunicorn "skill:create_app()"`.

    `application_id` is the skill's id (`amzn1.ask.skill…`), by default what `SOFT_LANDING_APPLICATION_ID` says;
    `trust_roots` and `fetch` stand in for certifi's roots and for the download of Alexa's certificate chain. Raises
    `ConfigurationError` without an application id: the skill would answer requests meant for others.
    """
    expected = application_id or os.environ.get("SOFT_LANDING_APPLICATION_ID", "")
    if not expected.strip():
        raise ConfigurationError(
            "no application id: without it, requests meant for any other skill would be answered. Set "
            "SOFT_LANDING_APPLICATION_ID to the skill's id, which starts with amzn1.ask.skill"
        )
    speak_up()
    app = Flask("skill", static_folder=None)
    built = build_skill(**{"store": open_store(), **skill})
    guard = Verifier(expected.strip(), trust_roots=trust_roots, fetch=fetch, now=now)
    pages = {name: built.responses.page(name) for name in ("privacy", "terms")}
    open_door(app, build(built), guard, health(built.responses), pages)
    built.responses.warm()
    built.understanding.warm()
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
    return {"version": version("soft-landing"), "locales": list(words.locales), "words_changed": changed}
