"""The table of claims: what the article says, re-worded, by id.

Nothing is taught that does not rest on one of them. `C-` claims are the article's, in its order; `X-` facts come from
elsewhere and are spoken with a marker that says so.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from skill.content.tables import Table
from skill.errors import ContentError


class ClaimError(ContentError):
    """The table cannot be read; the message says where and what to do."""


@dataclass(frozen=True)
class Section:
    """A section of the article, which is one topic."""

    topic: str
    intent: str
    heading: str
    """As the article prints it, for the card."""
    cited: str
    """A short form of the heading, for the voice."""
    claims: dict[str, str]
    """Id to fact."""
    excuses: bool = False
    """It speaks well of an absent partner, so somebody who may have been harmed by one is asked before it is told."""


@dataclass(frozen=True)
class Heading:
    """A section's heading in another language."""

    heading: str
    cited: str


@dataclass(frozen=True)
class Beyond:
    """A fact from outside the article."""

    id: str
    fact: str
    source: str


@dataclass(frozen=True)
class Claims:
    """All sections in the article's order, and the facts beyond it."""

    sections: tuple[Section, ...]
    beyond: tuple[Beyond, ...]
    source_line: str = "{heading}"
    """The last line of a card, with `{heading}`."""

    @classmethod
    def load(cls, path: Path) -> "Claims":
        """Read the table; raises `ClaimError` with file, line and key for a row that is wrong."""
        table = Table(path, ClaimError)
        table.only("section", "beyond")
        sections: dict[str, Section] = {}
        for number, row in enumerate(table.rows("section"), 1):
            section = table.read(Section, row, "[[section]]", number)
            if section.intent in sections:
                raise table.failure(f"{section.intent} has a section already", "[[section]]", number, "intent")
            for claim in section.claims:
                if not claim.startswith(f"C-{section.topic}-"):
                    raise table.failure(
                        f"{claim} stands in the topic {section.topic!r}; its id begins with C-{section.topic}-",
                        "[[section]]",
                        number,
                        claim,
                    )
            sections[section.intent] = section
        if not sections:
            raise ClaimError(f"{table.file} has no [[section]]; write one for each topic")
        beyond = enumerate(table.rows("beyond"), 1)
        return cls(
            tuple(sections.values()), tuple(table.read(Beyond, row, "[[beyond]]", number) for number, row in beyond)
        )

    def in_language(self, path: Path, source_line: str) -> "Claims":
        """The same with a language's own headings, from its `_claims.toml` if it has one: a table for each topic.

        Raises `ClaimError` for a topic that there is not, or a key that is misspelt. A topic without a table keeps its
        heading.
        """
        source_line = source_line or self.source_line
        if not path.is_file():
            return replace(self, source_line=source_line)
        table = Table(path, ClaimError, f"responses/{path.parent.name}/{path.name}")
        table.only(*(section.topic for section in self.sections))
        headings = {topic: table.read(Heading, row, f"[{topic}]") for topic, row in table.data.items()}
        sections = (
            replace(section, **vars(headings[section.topic])) if section.topic in headings else section
            for section in self.sections
        )
        return replace(self, sections=tuple(sections), source_line=source_line)

    def is_topic(self, response: str) -> bool:
        """Whether a response is a topic's answer or a part of one."""
        return response.partition(".")[0] in self._intents

    def section_of(self, claim: str) -> Section | None:
        """The section that a claim stands in; none for a fact from outside the article."""
        return self._holders.get(claim)

    @cached_property
    def _intents(self) -> frozenset[str]:
        return frozenset(section.intent for section in self.sections)

    @cached_property
    def _holders(self) -> dict[str, Section]:
        return {claim: section for section in reversed(self.sections) for claim in section.claims}

    def sections_of(self, claims: tuple[str, ...]) -> tuple[Section, ...]:
        """The sections that some claims rest on, each once, in the order of the claims."""
        found = (self.section_of(claim) for claim in claims)
        return tuple({section.topic: section for section in found if section}.values())
