"""What listeners say back to a question: `responses/<language>/replies.toml`, beside the questions that it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from skill.content.tables import Table, meant
from skill.errors import ContentError

REPLIES_FILE = "replies.toml"

MEANINGS = (
    "yes", "weak_yes", "no", "later", "leave", "first", "second", "third", "middle", "last", "other", "either", "both",
    "neither", "unsure", "again", "why", "listening",
)  # fmt: skip
"""What a whole reply, or its beginning, can mean."""


class RepliesError(ContentError):
    """The file of replies cannot be used; the message names file, line and key."""


@dataclass(frozen=True)
class QuestionWords:
    """What is said back to one question. Each phrase is the whole reply, without its openers and closers."""

    consent: bool = False
    """Whether somebody's consent is asked for: then only a clear yes is a yes, and no option is chosen by its place."""
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    no_if: tuple[str, ...] = ()
    """Phrases that mean no wherever they stand in the reply."""
    ends: tuple[str, ...] = ()
    """What chooses silence as the end of it, where the question offers to go quiet."""
    expects: tuple[str, ...] = ()
    """The safety answers whose words are a plain reply here, as "i'm pregnant" is to the question about holds."""
    unsure: tuple[str, ...] = ()
    unsure_if: tuple[str, ...] = ()
    """The same, for not being sure."""
    why: tuple[str, ...] = ()
    why_if: tuple[str, ...] = ()
    """The same, for what begins a reply that asks what the question means."""


@dataclass(frozen=True)
class ReplyWords:
    """All of a language's words for replies, as they stand in its file."""

    openers: tuple[str, ...] = ()
    """What a reply begins with that says nothing: "um", "i'd like"."""
    closers: tuple[str, ...] = ()
    """What it ends with that says nothing: "please"."""
    joints: tuple[str, ...] = ()
    """What stands between a yes or no and more words: "but"."""
    empty: tuple[str, ...] = ()
    """Words that choose no option: "the", "hear"."""
    asks: tuple[str, ...] = ()
    """What makes a reply of the question's own words ask what it means: "which"."""
    tells: tuple[str, ...] = ()
    """What a sentence begins with that tells of somebody: "we", "he's"."""
    negations: tuple[str, ...] = ()
    """What turns a choice round: "not the touch one"."""
    reasons: tuple[str, ...] = ()
    """What begins the words behind a yes or a no that only say why, or for whom: "because"."""
    advice: tuple[str, ...] = ()
    """What begins a reply that asks which of the options to take: "which is best"."""
    wishes: tuple[str, ...] = ()
    """What begins a wish to hear something, behind a no as well: "i want to hear"."""
    refusals: tuple[str, ...] = ()
    """What begins a no to whatever is named behind it: "i don't want to do"."""
    changes: tuple[str, ...] = ()
    """What takes back what was said before it: "oh wait"."""
    not_no: tuple[str, ...] = ()
    """What begins like a no, and is none: "no one"."""
    means: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Phrases by meaning, see `MEANINGS`."""
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What a response is called where a question offers it, beside its own name."""
    practice: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Phrases by the request that they make during a practice or after one, wherever they stand in the reply."""
    anywhere: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Whole replies by the request that they make wherever we are."""
    questions: Mapping[str, QuestionWords] = field(default_factory=dict)
    """What is said back to one question only, by the response that asks it."""


WORD_LISTS = (
    "openers", "closers", "joints", "empty", "asks", "tells", "negations", "reasons", "advice", "wishes", "refusals",
    "changes", "not_no",
)  # fmt: skip
TABLES = ("means", "names", "practice", "anywhere")


def load_replies(folder: Path, language: str) -> ReplyWords:
    """The words of a language; none where it has no file. Raises `RepliesError` with file, line and key."""
    path = folder / language / REPLIES_FILE
    if not path.is_file():
        return ReplyWords()
    table = Table(path, RepliesError, f"responses/{language}/{REPLIES_FILE}")
    table.only("words", *TABLES, "question")
    words = table.data.get("words", {})
    values: dict[str, tuple[str, ...]] = {}
    for key, listed in words.items():
        if key not in WORD_LISTS:
            there = f"there are {', '.join(WORD_LISTS)}"
            raise table.failure(f"nothing reads {key!r}{meant(key, WORD_LISTS)}; {there}", "[words]", 1, key)
        values[key] = _phrases(table, listed, "[words]", key)
    means, names, practice, anywhere = (_table(table, name) for name in TABLES)
    for key in means:
        if key not in MEANINGS:
            there = f"there are {', '.join(MEANINGS)}"
            raise table.failure(f"no reply means {key!r}{meant(key, MEANINGS)}; {there}", "[means]", 1, key)
    questions = {}
    for name, row in table.data.get("question", {}).items():
        header = f"[question.{name}]"
        if not isinstance(row, dict):
            raise table.failure(f"{name} is a table of its own, {header}", "[question]")
        lists = {key: _phrases(table, value, header, key) if key != "consent" else value for key, value in row.items()}
        questions[name] = table.read(QuestionWords, lists, header)
    return ReplyWords(**values, means=means, names=names, practice=practice, anywhere=anywhere, questions=questions)


def _table(table: Table, name: str) -> dict[str, tuple[str, ...]]:
    rows = table.data.get(name, {})
    if not isinstance(rows, dict):
        raise table.failure(f"{name} is a table, [{name}]", f"[{name}]")
    return {key: _phrases(table, value, f"[{name}]", key) for key, value in rows.items()}


def _phrases(table: Table, value: object, header: str, key: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(phrase, str) and phrase.strip() for phrase in value):
        raise table.failure(f"{key} is a list of phrases in quotes", header, 1, key)
    return tuple(value)
