"""The understanding of every language for which phrases were learned."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from skill.nlu.classifier import Meaning, Understanding
from skill.nlu.model_file import LEARNED_SUFFIX
from skill.nlu.roles import IntentRoles


def languages(folder: Path, suffix: str) -> list[str]:
    """The languages that have a file such as `en.json` in a folder of interaction models, in order.

    Files of a locale, such as `en-GB.json`, are no language of their own.
    """
    return sorted(path.name.partition(".")[0] for path in folder.glob(f"??.{suffix}"))


class LanguageModels:
    """What was learned, by language. No locale is ever read by what was learned from another language."""

    def __init__(self, by_language: Mapping[str, Understanding]) -> None:
        self.by_language = dict(by_language)

    @classmethod
    def load(cls, folder: Path, roles: IntentRoles, *, required: Iterable[str] = ()) -> "LanguageModels":
        """All learned files of a folder; raises `ContentError` for one that cannot be used, or is missing and required.

        `required` are languages that the skill does not start without.
        """
        found = sorted({*required, *languages(folder, LEARNED_SUFFIX)})
        return cls({language: Understanding.load(folder, language, roles) for language in found})

    def hear(self, text: str, locale: str) -> Meaning:
        """What somebody meant who speaks a locale's language; nothing, `Meaning(None)`, where none was learned."""
        understanding = self.by_language.get(locale.partition("-")[0])
        return understanding.hear(text) if understanding else Meaning(None)
