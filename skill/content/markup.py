"""Words as SSML, and SSML as words."""

import re
from collections.abc import Mapping
from html import unescape

from markupsafe import Markup


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
