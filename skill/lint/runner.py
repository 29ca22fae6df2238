"""The parts of a rehearsal, and the tree that they look at."""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import perf_counter

from skill.lint import apl as screens
from skill.lint import endpoint as door
from skill.lint import helplines, listing
from skill.lint import responses as words
from skill.lint import walk as conversation
from skill.lint.content_tree import UNREADABLE, Tree
from skill.lint.finding import Finding
from skill.lint.interaction_model import checks as model
from skill.paths import folder


@dataclass(frozen=True)
class Place:
    """What is looked at."""

    responses: Path
    models: Path
    screens: Path
    listing: Path
    url: str | None = None

    @classmethod
    def own(cls, url: str | None = None) -> "Place":
        """This tree, or what is installed."""
        own_screens = Path(__file__).parent.parent / "alexa" / "screens"
        return cls(folder("responses"), folder("interaction_models"), own_screens, folder("listing"), url)

    @property
    def tree(self) -> Tree | None:
        """The words, where they can be read: where not, their own check says so."""
        try:
            return Tree.read(self.responses)
        except UNREADABLE:
            return None

    @property
    def locales(self) -> tuple[str, ...]:
        """The locales that we speak: each folder of words with a country in its name."""
        return tuple(sorted(path.name for path in self.responses.iterdir() if path.is_dir() and "-" in path.name))


PARTS: Mapping[str, Callable[[Place], Iterator[Finding]]] = {
    "model": lambda place: model.check(place.models, place.locales),
    "words": lambda place: words.check(place.responses, place.models),
    "helplines": lambda place: helplines.check(place.responses / "helplines.toml", place.locales, date.today()),
    "screens": lambda place: screens.check(place.screens, place.tree),
    "listing": lambda place: listing.check(place.listing, place.models, place.locales),
    "conversation": lambda place: conversation.check(place.responses, place.models),
    "door": lambda place: door.check(place.url),
}
"""The parts of a rehearsal, in the order in which a mistake shows first."""


@dataclass(frozen=True)
class Result:
    """One part, looked at."""

    part: str
    findings: tuple[Finding, ...]
    seconds: float

    @property
    def errors(self) -> int:
        """How many must be mended."""
        return sum(finding.severe for finding in self.findings)


def rehearse(place: Place, only: tuple[str, ...] = ()) -> Iterator[Result]:
    """Each part's findings, errors first. The skill's own log is silent meanwhile: its refusals are the point here."""
    for part, look in PARTS.items():
        if only and part not in only:
            continue
        start = perf_counter()
        before = logging.root.manager.disable
        logging.disable(logging.CRITICAL)
        try:
            found = sorted(look(place), key=lambda finding: (not finding.severe, finding.file, finding.line or 0))
        finally:
            logging.disable(before)
        yield Result(part, tuple(found), perf_counter() - start)
