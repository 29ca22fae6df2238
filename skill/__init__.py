"""Soft Landing: a calm voice skill about aftercare. `create_app()` builds the words, the skill and the door, and joins
them.
"""

import gc
import logging
import os
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from cryptography.x509 import Certificate
from flask import Flask

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Read where numpy is first loaded, to train or to stand in for skill/_sums.c: on a few hundred numbers its threads wait
# for each other ten times as long as one alone takes.

from skill.conversation import Conversation
from skill.exercises import Exercises
from skill.handlers import build
from skill.memory import Memory, NoMemory, open_memory
from skill.moves import Catalogue, Kind
from skill.patterns import Pattern
from skill.patterns import load as load_patterns
from skill.replies import Answered, House, Turns
from skill.responses import Responses
from skill.session import Codes
from skill.signature import Verifier
from skill.signature import fetch as fetch_certificate
from skill.understanding import Understanding
from skill.web import open_door

HERE = Path(__file__).parent


class ConfigurationError(Exception):
    """The app cannot start as it is set up; the message says what to set."""


def folder(name: str) -> Path:
    """`responses/` or `interaction_models/`: beside the package in a checkout, inside it in an installed wheel."""
    inside = HERE / name
    return inside if inside.is_dir() else HERE.parent / name


def build_house(
    *,
    responses: Path | None = None,
    models: Path | None = None,
    memory: Memory | None = None,
    seed: int = 0,
    watch: Callable[[Answered], None] | None = None,
) -> House:
    """All rooms behind the door, joined."""
    words = Responses(responses or folder("responses"))
    patterns = load_patterns(words.folder / "patterns.toml")
    names = catalogue(words, patterns)
    understanding = Understanding.load(models or folder("interaction_models"), "en")
    codes = Codes.of(sorted(names.names | {"AgainIntent", "HoldScreen.go", "PracticeOn", *names.practices}))
    return House(
        words,
        patterns,
        Exercises(words, patterns),
        Conversation(names),
        understanding,
        memory or NoMemory(),
        Turns(seed),
        codes,
        watch,
    )


def catalogue(words: Responses, patterns: Mapping[str, Pattern]) -> Catalogue:
    """The names that a conversation moves among, as they stand on disk."""
    locale = words.locales[-1]
    headers = {name: words.header(name, locale) for name in words.names(locale)}
    topics = tuple(section.intent for section in words.claims.sections)
    needs = {
        name: header["need"] for name, header in headers.items() if header.get("safety") and name.endswith("Intent")
    }
    practices = {
        name: Kind(
            breathing=bool(pattern.phases),
            holds=pattern.holds,
            together=pattern.together,
            pair=f"{name}.together" if f"{name}.together" in patterns else "",
            swap=pattern.swap,
        )
        for name, pattern in patterns.items()
    }
    feelings = {name for name, header in headers.items() if header.get("claims") and header.get("name")}
    return Catalogue(
        topics=topics,
        parts={name: words.parts(name, locale) for name in headers if f"{name}.2" in headers},
        needs=needs,
        feelings=frozenset(feelings - set(topics) - set(practices)),
        practices=practices,
        names=frozenset(headers),
    )


def create_app(
    application_id: str | None = None,
    *,
    trust_roots: Iterable[Certificate] | None = None,
    fetch: Callable[[str], bytes] = fetch_certificate,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    **house: Any,
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
    built = build_house(**{"memory": open_memory(), **house})
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
