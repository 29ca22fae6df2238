"""Words as SSML, and SSML as words."""

import re
from collections.abc import Mapping
from html import unescape
from xml.parsers.expat import ErrorString, ExpatError, ParserCreate

from markupsafe import Markup

NOT_LITERAL = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}", re.DOTALL)
"""What a template does not say as it stands: its comments, blocks and expressions."""
TO_CALL = re.compile(r"\d(?: ?\d){2,}")
"""A telephone number as it is printed, in groups or not, alone or at the beginning of a name."""

PAUSE_LENGTH = re.compile(r"(\d+(?:\.\d+)?)(ms|s)")
MILLISECONDS_IN = {"ms": 1, "s": 1000}
LONGEST_PAUSE = 10_000
"""The longest pause that every speaker takes, in milliseconds (Amazon, SSML Reference)."""


def escaped(words: object) -> Markup:
    """Words as SSML: what is not already markup is escaped."""
    return Markup(" ".join(str(Markup.escape(words)).split()))


def in_form(name: object, form: str = "") -> str:
    """One form of a name: of a table of its forms the one asked for, or the form `""`; any other name as it is."""
    own = (name.get(form) or name.get("", "")) if isinstance(name, Mapping) else name
    return " ".join(unescape(str(own)).split())


def plain(speech: str) -> str:
    """Speech as text: no tags, single spaces; telephone numbers as they are printed."""
    return " ".join(unescape(re.sub(r"<[^>]*>", "", speech)).split())


def digit_by_digit(text: str) -> str:
    """A text for a voice that reads no marks: a telephone number is its digits, and no count of thousands."""

    def spelled(number: re.Match[str]) -> str:
        joined_on = text[number.end() : number.end() + 1].isalpha()  # "1800RESPECT"
        return ", ".join(" ".join(group) for group in number[0].split()) + " " * joined_on

    return TO_CALL.sub(spelled, text)


def markup_fault(*speeches: str) -> str:
    """What is wrong with some speeches as SSML, each without `<speak>`: line, and why; empty for nothing.

    A speaker may end the session at what is malformed, and at a pause of more than ten seconds.
    """
    faults: list[str] = []

    def look_at(tag: str, attributes: Mapping[str, str]) -> None:
        length = PAUSE_LENGTH.fullmatch(attributes.get("time", "")) if tag == "break" else None
        if length and float(length[1]) * MILLISECONDS_IN[length[2]] > LONGEST_PAUSE:
            faults.append(f"{parser.CurrentLineNumber}: malformed markup (a pause over ten seconds); shorten it")

    parser = ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = look_at
    try:
        parser.Parse(f'<speak xmlns:amazon="amazon"><p>{"</p><p>".join(speeches)}</p></speak>', True)
    except ExpatError as error:
        return f"{error.lineno}: malformed markup ({ErrorString(error.code)}); close each tag, and write & as &amp;"
    return faults[0] if faults else ""


def literal_markup(template: str) -> str:
    """What a template says as it stands, each piece on its own line."""
    return NOT_LITERAL.sub(lambda piece: "\n" * piece[0].count("\n"), template.rstrip())
