"""The catalogue that a conversation moves among, as the words on disk make it."""

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path

from skill.content.replies import MEANINGS
from skill.content.responses import Responses
from skill.dialog.model import Catalogue, PracticeKind, SafetyKind
from skill.dialog.names import ASIDE
from skill.exercises.patterns import Pattern, load_patterns
from skill.nlu.roles import IntentRoles

NOTHING_TAUGHT = frozenset({"OutOfScopeIntent", "OutOfScopeIntent.NextDoor", "ExplicitIntent", "AbuseIntent"})
"""What is declined: no answer to it teaches anything."""


def catalogue(words: Responses, patterns: Mapping[str, Pattern]) -> Catalogue:
    """The names that a conversation moves among, as they stand on disk.

    A topic is the intent of a section in `claims.toml`. A practice is a pattern in `patterns.toml`. A feeling is any
    other response whose header has both `claims` and `name`: it rests on claims of several sections and has no section
    of its own, so it is not listed among the topics, and "next" does not lead to it. A safety answer is a table in
    `safety.toml`.
    """
    locale = words.base_locale
    headers = {name: words.header(name, locale) for name in words.names(locale)}
    topics = tuple(section.intent for section in words.claims.sections)
    safety = {
        name: SafetyKind(**{field.name: getattr(category, field.name) for field in fields(SafetyKind)})
        for name, category in words.safety.items()
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
    no_holds = {name for name, header in headers.items() if header.get("no_holds") == "true"}
    return Catalogue(
        topics=topics,
        parts={name: words.parts(name, locale) for name in headers if f"{name}.2" in headers},
        safety=safety,
        feelings=frozenset(feelings - set(topics) - set(practices)),
        practices=practices,
        practice_intents=frozenset(words.ways_in(locale)),
        names=frozenset(headers),
        unclear=next(name for name, category in words.safety.items() if category.unclear),
        minor=next((name for name, category in words.safety.items() if category.closes_content), ""),
        excuses=frozenset(section.intent for section in words.claims.sections if section.excuses),
        no_holds=frozenset(no_holds | {name for name, kind in safety.items() if kind.no_holds}),
        callers=words.helplines.callers,
    )


def catalogues(words: Responses, base: Catalogue) -> Mapping[str, Catalogue]:
    """The catalogue of each served language by its code: a topic may have fewer parts in one than in another."""
    return {
        code: replace(base, parts={name: words.parts(name, words.place(code).locale) for name in base.parts})
        for code in words.languages.served
    }


def roles_of(folder: Path) -> IntentRoles:
    """The same, read from a folder of words."""
    words = Responses(folder)
    return intent_roles(catalogue(words, load_patterns(folder / "patterns.toml")))


def intent_roles(names: Catalogue) -> IntentRoles:
    """What the understanding has to know of the intents that it can hear."""
    return IntentRoles(
        safety=tuple(names.safety),
        labels={kind.label: name for name, kind in names.safety.items()},
        alike=tuple(frozenset((name, kind.like)) for name, kind in names.safety.items() if kind.like),
        topics=frozenset(names.topics),
        feelings=names.feelings,
        practices=names.practice_intents,
        out_of_scope=NOTHING_TAUGHT,
        remarks=frozenset({ASIDE}),
        parts=names.parts,
        replies=MEANINGS,
    )
