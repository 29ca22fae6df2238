"""A reply as a device receives it: SSML, a card, a quiet screen."""

import json
import re
from functools import lru_cache
from html import unescape
from importlib.resources import files
from typing import Any

from markupsafe import Markup, escape

from skill.content.claims import Claims
from skill.content.responses import Reply
from skill.dialog.state import RATES, Session

SKILL_NAME = "Soft Landing"
TOKEN = "soft-landing"
"""Names our document on a screen; the same for every answer, so it tells nothing."""

SPEECH_CHARACTERS = 8000
"""The most that Alexa takes as speech or as the text of a card (Amazon's response reference)."""

ANSWER_SCREEN: dict[str, Any] = json.loads(files("skill.alexa").joinpath("screens/answer.json").read_text("utf-8"))


def ssml(session: Session, *words: Markup) -> str:
    """Some words as SSML, at the listener's rate, whispered where discretion was asked for.

    Only the rate is changed: emphasis and pitch would bring back an older voice.
    """
    inner = " ".join([part if type(part) is Markup else escape(part) for part in words if part])
    inner = f'<prosody rate="{RATES[session.rate]}%">{inner}</prosody>'
    if session.discreet:
        inner = f'<amazon:effect name="whispered">{inner}</amazon:effect>'
    return f"<speak>{inner}</speak>"


@lru_cache(maxsize=1024)
def plain(speech: str) -> str:
    """Speech as text: no tags, single spaces; telephone numbers as they are printed."""
    return " ".join(unescape(re.sub(r"<[^>]*>", "", speech)).split())


def card(reply: Reply, session: Session, claims: Claims) -> dict[str, str] | None:
    """A topic's card: its title, its words and the section they rest on. Nothing else leaves a trace in the app."""
    if session.discreet or reply.safety or not reply.claims or not claims.is_topic(reply.response):
        return None
    text = plain(reply.body) or reply.gist
    headings = "; ".join(section.heading for section in claims.sections_of(reply.claims))
    return {"title": reply.title, "content": f"{text}\n\nSource: the article, “{headings}”."} if headings else None


def screen(reply: Reply, session: Session) -> dict[str, Any]:
    """The directive that shows the answer. Discreet and safety turns show the skill's name and nothing else."""
    if session.discreet or session.safe or reply.safety or reply.need:
        answer = {"title": SKILL_NAME, "text": "", "hint": ""}
    else:
        text, hint = plain(reply.body), plain(reply.reprompt)
        answer = {"title": reply.title or SKILL_NAME, "text": text, "hint": hint}
    return {
        "type": "Alexa.Presentation.APL.RenderDocument",
        "token": TOKEN,
        "document": ANSWER_SCREEN,
        "datasources": {"answer": answer},
    }
