"""The understanding of every language for which phrases were learned."""

import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from skill.nlu.ages import StatedAge
from skill.nlu.classifier import NOTHING_STANDS, Context, Meaning, Understanding
from skill.nlu.encoder import Encoders
from skill.nlu.files import LEARNED_SUFFIX
from skill.nlu.roles import IntentRoles
from skill.nlu.tokens import normal

_LANGUAGE = re.compile(r"[a-z]{2,3}")
"""A language by ISO 639; a locale has a country as well."""


def languages(folder: Path, suffix: str) -> list[str]:
    """The languages that have a file such as `en.json` in a folder of interaction models, in order.

    Files of a locale, such as `en-GB.json`, are no language of their own.
    """
    names = (path.name.partition(".")[0] for path in folder.glob(f"*.{suffix}"))
    return sorted(name for name in names if _LANGUAGE.fullmatch(name))


FIRST_WORDS = 4
"""Words that may stand before a phrase of the model."""


class LanguageModels:
    """What was learned, by language. No locale is ever read by what was learned from another language."""

    def __init__(self, by_language: Mapping[str, Understanding]) -> None:
        self.by_language = dict(by_language)

    @classmethod
    def load(
        cls, folder: Path, roles: IntentRoles, served: Collection[str], *, required: Iterable[str] = ()
    ) -> "LanguageModels":
        """The learned files of the served languages, as far as there are any; what a draft has is not looked at.

        `required` are languages that the skill does not start without. Raises `ContentError` for a file that cannot be
        used, or is missing and required.
        """
        known = sorted({*required, *(set(served) & set(languages(folder, LEARNED_SUFFIX)))})
        encoders = Encoders(folder)
        return cls({language: Understanding.load(folder, language, roles, encoders) for language in known})

    def hear(self, text: str, locale: str, context: Context = NOTHING_STANDS) -> Meaning:
        """What somebody meant who speaks a locale's language; nothing, `Meaning(None)`, where none was learned."""
        understanding = self.by_language.get(locale.partition("-")[0])
        return understanding.hear(text, context) if understanding else Meaning(None)

    def ending(self, text: str, locale: str) -> Meaning:
        """The longest end of a text that stands in the model as it is; `Meaning(None)` where there is none.

        Before it stand `FIRST_WORDS` words at most, such as a yes and what joins it.
        """
        understanding, words = self.by_language.get(locale.partition("-")[0]), normal(text).split()
        ends = (" ".join(words[start:]) for start in range(1, min(FIRST_WORDS + 1, len(words))))
        found = (understanding.exactly(end) for end in ends) if understanding else ()
        return next(filter(None, found), Meaning(None))

    def knows_part(self, part: str, locale: str) -> bool:
        """Whether something was learned of a part of an answer, so that words are known that ask for it."""
        understanding = self.by_language.get(locale.partition("-")[0])
        return part in understanding.parts if understanding else False

    def base_rate(self, locale: str) -> float:
        """The share of disclosures in what people say (`costs.toml`); 0 in a language that was not learned."""
        understanding = self.by_language.get(locale.partition("-")[0])
        return understanding.costs.base_rate if understanding else 0.0

    def age(self, text: str, locale: str, *, asked: bool = False) -> StatedAge:
        """What a text says of ages; nothing in a language that was not learned (`AgeReader.stated`)."""
        understanding = self.by_language.get(locale.partition("-")[0])
        return understanding.ages.stated(normal(text), asked=asked) if understanding else StatedAge()

    def fold(self, text: str, locale: str) -> str:
        """A text without fillers and stutters, short forms written out: texts that mean the same are the same.

        In a language that was not learned it is the normal text.
        """
        plain = normal(text)
        understanding = self.by_language.get(locale.partition("-")[0])
        return understanding.fold(plain) if understanding else plain
