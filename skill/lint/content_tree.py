"""The folder of words as a check reads it: what stands in which file, and on which line."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from skill.content.locales import Language, Languages
from skill.content.responses import Responses
from skill.core.catalogue import catalogue
from skill.dialog.model import Catalogue
from skill.errors import ContentError
from skill.exercises.patterns import Pattern, load_patterns
from skill.lint import wording
from skill.lint.finding import Finding
from skill.lint.json_lines import line_of
from skill.paths import folder

RESPONSES_FOLDER = "responses"

UNREADABLE = (ContentError,)


@dataclass(frozen=True)
class ContentTree:
    """The folder of words, with its files by their names in findings."""

    folder: Path
    responses: Responses
    patterns: Mapping[str, Pattern]
    catalogue: Catalogue
    """The names that a conversation moves among."""
    _sources: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, folder: Path, drafts: Collection[str] = ()) -> "ContentTree":
        """Read it all, with the languages in `drafts` as if they were complete; raises one of `UNREADABLE`."""
        responses = Responses(folder, drafts)
        patterns = load_patterns(folder / "patterns.toml")
        return cls(folder, responses, patterns, catalogue(responses, patterns))

    @cached_property
    def article(self) -> frozenset[str]:
        """Fingerprints of the article."""
        return wording.article()

    def file(self, name: str, locale: str, *, discreet: bool) -> str:
        """Where a response of a locale stands, from the tree's root."""
        folders = self.responses.place(locale).folders
        quiet = [f"{one}/discreet" for one in folders] if discreet else []
        for one in (*quiet, *folders):
            if (self.folder / one / f"{name}.ssml").is_file():
                return f"{RESPONSES_FOLDER}/{one}/{name}.ssml"
        return f"{RESPONSES_FOLDER}/{folders[-1]}/{name}.ssml"

    def source(self, file: str) -> str:
        """What stands in a file of a finding."""
        if file not in self._sources:
            path = self.folder / file.removeprefix(f"{RESPONSES_FOLDER}/")
            self._sources[file] = path.read_text("utf-8") if path.is_file() else ""
        return self._sources[file]

    def line(self, file: str, *needles: str) -> int | None:
        """The line of a file where one of some needles stands."""
        return line_of(self.source(file), *needles)


def own_languages() -> Mapping[str, Language]:
    """The languages of this tree."""
    return Languages.read(folder("responses")).all


def unreadable(error: Exception, file: str) -> Finding:
    """A file that cannot be spoken, at the line where its template broke."""
    line = getattr(error.__cause__, "lineno", None)
    step = error.__cause__.__traceback__ if error.__cause__ else None
    while step is not None and line is None:
        if step.tb_frame.f_code.co_filename.endswith(".ssml"):
            template = step.tb_frame.f_globals.get("__jinja_template__")
            line = template.get_corresponding_lineno(step.tb_lineno) if template else step.tb_lineno
        step = step.tb_next
    named = re.search(r"((?:responses|interaction_models)/[^\s:,]+\.\w+)(?::(\d+))?", str(error))
    if named and named[2]:
        line = int(named[2])
    return Finding(
        named[1] if named else file,
        line if isinstance(line, int) else None,
        str(error).rstrip("."),
        "Whoever asks for it hears an apology",
        "Mend that line, or copy the frame of a neighbour",
    )


def runs(sentence: str) -> Sequence[str]:
    """Ever shorter beginnings of a sentence, to find it by in a source that may break it off."""
    words = sentence.split()
    return [" ".join(words[:length]) for length in (6, 4, 3, 2) if length <= len(words)]
