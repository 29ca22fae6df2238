"""One response of the copy, written with other words."""

from .mistakes import Change, written

HEAD = (
    '{% set title = "Quux" %}\n{% set name = "quux" %}\n{% set claims = "C-body-1" %}\n{% set gist = "Quux." %}\n'
    '{% set question = "Would you like more?" %}\n{% set reprompt = "More, or stop?" %}\n'
    '{% set offer = "SadIntent" %}\n\n'
)
BODY = "responses/en/BodyIntent.ssml"
SAD = "responses/en/SadIntent.ssml"


def said(text: str, old: str = "", new: str = "") -> Change:
    """`BodyIntent` with other words, and perhaps another header."""
    assert old in HEAD
    return written(BODY, HEAD.replace(old, new, 1) + text + "\n")


CALM = "Your body slows down after a while. That takes its own time."
