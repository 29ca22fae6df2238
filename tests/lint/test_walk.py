"""A dead end, an error and a circle in the conversation are found by walking into them."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from skill.app import build_skill
from skill.lint.walk import (
    Listener,
    WalkProblem,
    WalkRequest,
    WalkResponse,
    check_closing,
    check_requests_after,
    check_response,
    check_yes,
)
from skill.simulator.device import LastReply

from .bodies import CALM, HEAD, SAD, said
from .mistakes import Change, named, written

pytestmark = pytest.mark.slow


def listener(responses: Path) -> Listener:
    """Somebody who talks to a skill with these words."""
    trace = LastReply()
    return Listener(build_skill(responses=responses, on_reply=trace), trace)


def asking(name: str) -> Change:
    """A response that asks, where it must not."""
    return written(f"responses/en/{name}.ssml", HEAD + CALM)


Walk = Callable[[Listener], Iterable[WalkProblem]]


def after_body(*names: str) -> Walk:
    """Some requests, and the ways out, after a topic."""
    requests = [WalkRequest(name) for name in names]
    return lambda who: check_requests_after(who, "BodyIntent", who.ask(WalkRequest("BodyIntent")), requests)


def asked(name: str) -> Walk:
    """One request."""
    return lambda who: check_response(who.ask(WalkRequest(name)), name)


def again(name: str) -> Walk:
    """The same again and again, after a topic."""
    return lambda who: check_closing(who, "BodyIntent", who.ask(WalkRequest("BodyIntent")), name)


WALK_MISTAKES = [
    ("stop does not stop", asking("AMAZON.StopIntent"), after_body(), "the session stays open"),
    ("cancel does not stop", asking("AMAZON.CancelIntent"), after_body(), "the session stays open"),
    (
        "help does not ask",
        written("responses/en/AMAZON.HelpIntent.ssml", "Words.\n"),
        after_body(),
        "help does not ask",
    ),
    ("an error", said("{{ nobody }}"), asked("BodyIntent"), "an error"),
    ("silence", said("", "Would you like more?", ""), asked("BodyIntent"), "silence"),
    ("a question and a closed session", said(CALM, "More, or stop?", ""), asked("BodyIntent"), "it asks and closes"),
    ("an open session without a question", said(CALM, "more?", "more."), asked("BodyIntent"), "asks nothing"),
    ("broken speech", said("You {{ '&'|safe }} me."), asked("BodyIntent"), "an error"),
    ("too much", said("Words. " * 4000), asked("BodyIntent"), "bytes"),
    ("no that never ends", asking("AMAZON.NoIntent.2"), again("AMAZON.NoIntent"), "the session stays open"),
    (
        "an endless fallback",
        asking("AMAZON.FallbackIntent.3"),
        again("AMAZON.FallbackIntent"),
        "the session stays open",
    ),
    (
        "yes in a circle",
        written(SAD, HEAD + CALM),
        lambda who: check_yes(who, WalkRequest("SadIntent")),
        "the same words come again",
    ),
    ("yes to nothing", said(CALM, "SadIntent", ""), after_body(), "yes leads nowhere"),
]


@pytest.mark.parametrize(("change", "walk", "wrong"), named(WALK_MISTAKES))
def test_walk_mistakes(scrap: Path, change: Change, walk: Walk, wrong: str) -> None:
    """A dead end, an error and a circle are found by walking into them."""
    change(scrap)
    found = [what for _, _, what, _, _ in walk(listener(scrap / "responses"))]
    assert any(wrong in what for what in found), found


AGAIN = {"outputSpeech": {"ssml": "<speak>Again?</speak>"}}
ELICITED = [{"type": "Dialog.ElicitSlot"}]
SHOWN = [{"type": "Alexa.Presentation.APL.RenderDocument"}]
PLAYED = [{"type": "Alexa.Presentation.APLA.RenderDocument"}]
ANSWER_MISTAKES = [
    ("no word about the session", {}, "not said whether"),
    ("nothing at all", {"shouldEndSession": True}, "silence"),
    ("a sound and not a word", {"shouldEndSession": False, "reprompt": AGAIN, "directives": PLAYED}, "silence"),
    ("no reprompt", {"shouldEndSession": False}, "no reprompt"),
    ("a reprompt for nobody", {"shouldEndSession": True, "reprompt": AGAIN}, "closed session"),
    (
        "an open answer that only elicits",
        {
            "shouldEndSession": False,
            "outputSpeech": {"ssml": "<speak>Yes.</speak>"},
            "reprompt": AGAIN,
            "directives": ELICITED,
        },
        "asks nothing",
    ),
    ("a dialog in a closed answer", {"shouldEndSession": True, **AGAIN, "directives": ELICITED}, "a dialog directive"),
    (
        "a dialog without a word",
        {"shouldEndSession": False, "reprompt": AGAIN, "directives": ELICITED + SHOWN},
        "a dialog",
    ),
    ("a screen for no screen", {"shouldEndSession": True, "directives": SHOWN}, "a screen for"),
]


@pytest.mark.parametrize(("response", "wrong"), named(ANSWER_MISTAKES))
def test_answer_mistakes(response: Mapping[str, Any], wrong: str) -> None:
    """An answer that Alexa or a reviewer would refuse is found."""
    heard = WalkResponse("BodyIntent", {"version": "1.0", "response": response}, screen=False)
    assert any(wrong in what for _, _, what, _, _ in check_response(heard, "BodyIntent"))
