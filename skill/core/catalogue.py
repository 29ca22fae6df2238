"""The catalogue that a conversation moves among, as the words on disk make it."""

from collections.abc import Mapping

from skill.content.responses import Responses
from skill.dialog.model import Catalogue, PracticeKind
from skill.exercises.patterns import Pattern


def catalogue(words: Responses, patterns: Mapping[str, Pattern]) -> Catalogue:
    """The names that a conversation moves among, as they stand on disk."""
    locale = words.locales[-1]
    headers = {name: words.header(name, locale) for name in words.names(locale)}
    topics = tuple(section.intent for section in words.claims.sections)
    needs = {
        name: header["need"] for name, header in headers.items() if header.get("safety") and name.endswith("Intent")
    }
    practices = {
        name: PracticeKind(
            breathing=bool(pattern.phases),
            holds=pattern.holds,
            together=pattern.together,
            pair=f"{name}.together" if f"{name}.together" in patterns else "",
            swap=pattern.swap,
        )
        for name, pattern in patterns.items()
    }
    feelings = {name for name, header in headers.items() if header.get("claims") and header.get("name")}
    return Catalogue(
        topics=topics,
        parts={name: words.parts(name, locale) for name in headers if f"{name}.2" in headers},
        needs=needs,
        feelings=frozenset(feelings - set(topics) - set(practices)),
        practices=practices,
        names=frozenset(headers),
    )
