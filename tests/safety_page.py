"""Writes docs/safety.md: every safety answer as it is spoken, its place in the rubric, and the table of lines.

python tests/safety_page.py, after the words or the lines have changed; a test compares the page with what this makes.
"""

from pathlib import Path

from rubric import LABELS, PATTERNS, judges

from skill.content.markup import plain
from skill.content.responses import Responses
from skill.paths import folder

PAGE = Path(__file__).parent.parent / "docs" / "safety.md"
LOCALES = ("en-US", "en-GB")
HEAD = """# Safety answers and helplines

Fixed words, as they are spoken, with the numbers as they are printed. Every one passes the patterns of its label in the
project's safety rubric (`tests/rubric.py`), in all locales and in both wordings. Made by `python tests/safety_page.py`.
"""


def page() -> str:
    """The whole page."""
    words = Responses(folder("responses"))
    parts = [HEAD]
    labels = judges(words.safety)
    for name in words.safety:
        label = labels[name]
        must = ", ".join(f"`{pattern}`" if pattern in PATTERNS else "its own words" for pattern in LABELS[label].must)
        parts.append(f"## {name}\n\nIn the rubric: {label}; it has to match {must}.\n")
        for locale in LOCALES:
            for discreet in (False, True):
                reply = words.render(name, locale, discreet=discreet)
                said = plain(f"{reply.body} {reply.question}")
                parts.append(f"- {locale}{', discreet' * discreet}: {said}")
        parts.append("")
    parts += ["## The lines", "", "| locale | for | name | number | who | confirmed | look again |", "| --- " * 7 + "|"]
    for line in words.helplines.lines:
        confirmed = line.confirmed or "unconfirmed, not spoken"
        cells = (line.locale, line.need, line.name, line.number, line.who, confirmed, line.review_by)
        parts.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
