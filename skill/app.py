"""The assembly: `build_skill()` joins the skill's parts, `create_app()` puts the endpoint in front of it."""

import gc
import logging
import os
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skill.__about__ import __version__
from skill.alexa.handlers import build
from skill.alexa.log import RequestLog, controls
from skill.content.locales import BASE_LANGUAGE
from skill.content.responses import Responses
from skill.core.catalogue import catalogue, catalogues, intent_roles
from skill.core.completeness import require_complete
from skill.core.exercise import Exercises
from skill.core.reply_reader import ReplyReader
from skill.core.safety import require_whole
from skill.core.skill import ReplyTrace, Skill, VariantCycle
from skill.dialog.rules import Conversation
from skill.errors import ConfigurationError
from skill.exercises.patterns import load_patterns
from skill.nlu.languages import LanguageModels
from skill.nlu.questions import QuestionIndex
from skill.paths import folder
from skill.settings import open_store
from skill.settings.model import NoStore, SettingsStore

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


def build_skill(
    *,
    responses: Path | None = None,
    models: Path | None = None,
    drafts: Collection[str] = (),
    store: SettingsStore | None = None,
    seed: int = 0,
    on_reply: Callable[[ReplyTrace], None] | None = None,
) -> Skill:
    """The skill behind every speaker, joined from its parts.

    The languages in `drafts` are spoken though they are still being worked on. Raises a `ContentError` for a file of
    words, numbers or phrases that cannot be used, and for a safety answer or a complete language that is not whole.
    """
    words = Responses(responses or folder("responses"), drafts)
    patterns = load_patterns(words.folder / "patterns.toml")
    words.require_markup(patterns)
    names = catalogue(words, patterns)
    models = models or folder("interaction_models")
    understanding = LanguageModels.load(models, intent_roles(names), words.languages.served, required=(BASE_LANGUAGE,))
    complete = {code for code, language in words.languages.served.items() if language.status == "complete"}
    require_whole(words, models, {code: own for code, own in understanding.by_language.items() if code in complete})
    require_complete(words, names, models)
    conversation = Conversation(names)
    return Skill(
        words,
        patterns,
        Exercises(words, patterns),
        conversation,
        understanding,
        store or NoStore(),
        VariantCycle(seed),
        conversation.codes(),
        reply_readers(words, understanding),
        on_reply,
        {code: Conversation(own) for code, own in catalogues(words, names).items()},
        {code: rows.folded(partial(understanding.fold, locale=code)) for code, rows in words.follow_ups.items()},
        {
            code: QuestionIndex(words.answers(words.place(code).locale), partial(understanding.fold, locale=code))
            for code in words.languages.served
        },
    )


def reply_readers(words: Responses, understanding: LanguageModels) -> dict[str, ReplyReader]:
    """What reads a reply to a question, by language."""
    readers = {}
    for code, language in words.languages.served.items():
        heard = understanding.by_language.get(code)
        slots = heard.slots if heard else None
        readers[code] = ReplyReader(words.replies[code], language.speech.alternative, slots)
    return readers


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
