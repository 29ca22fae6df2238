"""The checks of `soft-landing check`, and the folders that they read."""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from time import perf_counter

from skill.content.locales import Language, Languages, language_of
from skill.lint.apl import check_screens
from skill.lint.content_tree import UNREADABLE, ContentTree
from skill.lint.endpoint import check_endpoint
from skill.lint.finding import Finding
from skill.lint.helplines import check_helplines
from skill.lint.interaction_model.checks import check_models
from skill.lint.languages import check_languages
from skill.lint.listing import check_listing
from skill.lint.other_skill.checks import check_other_models
from skill.lint.other_skill.layout import OtherSkill
from skill.lint.other_skill.manifest import check_other_manifest
from skill.lint.responses import check_responses
from skill.lint.walk import check_conversation
from skill.paths import folder


@dataclass(frozen=True)
class LintTargets:
    """The folders to check, and the URL of a skill that runs, if it is to be tried instead of the app."""

    responses: Path
    models: Path
    screens: Path
    listing: Path
    url: str | None = None
    language: str = ""
    """The one language to look at, which may be a draft and is then looked at as if it were complete; empty for all."""

    @classmethod
    def own(cls, url: str | None = None, language: str = "") -> "LintTargets":
        """The folders of this checkout, or of the installed package."""
        own_screens = Path(__file__).parent.parent / "alexa" / "screens"
        return cls(folder("responses"), folder("interaction_models"), own_screens, folder("listing"), url, language)

    @property
    def tree(self) -> ContentTree | None:
        """The words, where they can be read: where not, their own check says so."""
        try:
            return ContentTree.read(self.responses, self.drafts)
        except UNREADABLE:
            return None

    @property
    def locales(self) -> tuple[str, ...]:
        """The locales that are served, or those of the one language."""
        try:
            locales = Languages.read(self.responses, self.drafts).locales
        except UNREADABLE:
            return ()  # the check of the languages says so
        return tuple(locale for locale in locales if not self.language or language_of(locale) == self.language)

    @property
    def drafts(self) -> tuple[str, ...]:
        """The languages to look at though they are still being worked on."""
        return (self.language,) if self.language else ()

    @property
    def languages(self) -> Mapping[str, Language]:
        """The languages by their codes."""
        try:
            return Languages.read(self.responses, self.drafts).all
        except UNREADABLE:
            return {}


CHECKS: Mapping[str, Callable[[LintTargets], Iterator[Finding]]] = {
    "languages": lambda targets: check_languages(targets.responses, targets.models, targets.drafts),
    "model": lambda targets: check_models(targets.models, targets.locales, targets.languages),
    "words": lambda targets: check_responses(targets.responses, targets.models, targets.drafts),
    "helplines": lambda targets: check_helplines(targets.responses / "helplines.toml", targets.locales, date.today()),
    "screens": lambda targets: check_screens(targets.screens, targets.tree),
    "listing": lambda targets: check_listing(targets.listing, targets.models, targets.locales, targets.languages),
    "conversation": lambda targets: check_conversation(targets.responses, targets.models, targets.drafts),
    "endpoint": lambda targets: check_endpoint(targets.url),
}
"""The checks by their names on the command line, in the order in which a mistake shows first."""


@dataclass(frozen=True)
class CheckResult:
    """The findings of one check, errors first, and how many seconds it took."""

    check: str
    findings: tuple[Finding, ...]
    seconds: float

    @property
    def errors(self) -> int:
        """How many must be mended."""
        return sum(finding.severe for finding in self.findings)


def run_checks(targets: LintTargets, only: tuple[str, ...] = ()) -> Iterator[CheckResult]:
    """Run every check of our own skill, or only some."""
    return run_all({name: partial(check, targets) for name, check in CHECKS.items()}, only)


def run_other_checks(skill: OtherSkill, language: str = "", only: tuple[str, ...] = ()) -> Iterator[CheckResult]:
    """Run every check of another skill, or only some; `language` is that of a model whose name tells none."""
    checks = {"model": partial(check_other_models, skill, language), "listing": partial(check_other_manifest, skill)}
    return run_all(checks, only)


def run_all(checks: Mapping[str, Callable[[], Iterator[Finding]]], only: tuple[str, ...]) -> Iterator[CheckResult]:
    """Run checks, or only some. The skill's own log is silent meanwhile: its refusals are the point here."""
    for name, check in checks.items():
        if only and name not in only:
            continue
        start = perf_counter()
        before = logging.root.manager.disable
        logging.disable(logging.CRITICAL)
        try:
            findings = sorted(check(), key=lambda finding: (not finding.severe, finding.file, finding.line or 0))
        finally:
            logging.disable(before)
        yield CheckResult(name, tuple(findings), perf_counter() - start)
