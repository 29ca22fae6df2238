"""Words as SSML, and SSML as words."""

import re
from html import unescape

from markupsafe import Markup


def escaped(words: object) -> Markup:
    """Words as SSML: what is not already markup is escaped."""
    return Markup(" ".join(str(Markup.escape(words)).split()))


def plain(speech: str) -> str:
    """Speech as text: no tags, single spaces; telephone numbers as they are printed."""
    return " ".join(unescape(re.sub(r"<[^>]*>", "", speech)).split())
