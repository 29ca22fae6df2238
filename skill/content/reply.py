"""A response once rendered, and what the header of its file may set."""

import re
from dataclasses import dataclass, fields

from markupsafe import Markup

NO_WORDS = Markup("")


@dataclass(frozen=True)
class Reply:
    """A response once rendered. The fields with a default are what a file's header may set."""

    response: str
    """The response's name, such as `BodyIntent.2`."""
    body: Markup
    """What is said before the question, as SSML without `<speak>`."""
    title: str = ""
    """Heads the card and the screen."""
    name: str = ""
    """What the voice calls this topic or practice, such as "your body afterwards"."""
    claims: tuple[str, ...] = ()
    """Ids of the claims that it speaks."""
    gist: str = ""
    """The answer in one sentence, for a listener who wants it shorter."""
    question: Markup = NO_WORDS
    """Spoken last. A reply with a question keeps the session open, one without closes it."""
    reprompt: Markup = NO_WORDS
    """Said once, in other words, when nobody answers the question."""
    offer: str = ""
    """The response that "yes" leads to."""
    instead: str = ""
    """The response that "no" leads to, where the question has another way: "a minute, or shall I go on?"."""
    options: tuple[str, ...] = ()
    """The responses that the question lets one choose, in the order in which they are spoken, three at the most; where
    it is left out, the offer and its alternative."""
    answers: tuple[str, ...] = ()
    """Questions that this part of a topic or a feeling answers better than any other, a line each."""
    why: str = ""
    """What the question is about, said when somebody asks."""
    safety: bool = False
    """Whether it answers somebody who may need help: fixed words, no card, no menu."""
    need: str = ""
    """Which helpline a safety answer names."""
    no_holds: bool = False
    """Whether held breaths are not given for the rest of the session, as to somebody anxious."""


HEADER = frozenset(field.name for field in fields(Reply)) - {"response", "body"}
"""What a header may set."""


def field_lines(text: object) -> tuple[str, ...]:
    """The lines of a field that has several."""
    return tuple(filter(None, map(str.strip, str(text).splitlines())))


def literals(source: str) -> dict[str, str]:
    """The `set` lines of a header whose value is a plain literal; not those in a comment."""
    source = re.sub(r"{#.*?#}", "", source, flags=re.DOTALL)
    return {key: value for key, value in re.findall(r"""{% set (\w+) = "?([^"{}~]*?)"? %}""", source)}
