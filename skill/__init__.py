"""Soft Landing: a calm voice skill about aftercare, and `create_app`, which serves it to Alexa."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask


def create_app(application_id: str | None = None, **settings: Any) -> "Flask":
    """The production app: `gunicorn "skill:create_app()"`; see `skill.app.create_app` for the settings."""
    from skill import app  # late, so that a command that needs one room loads one room

    return app.create_app(application_id, **settings)
