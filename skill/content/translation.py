"""The texts of a response's source: what a translator writes anew, what is still to do, what it was made from.

A source is a Jinja template. Its texts are the prose outside of tags and blocks, and the quoted strings that are said:
not the keys of a table, names of responses, claims and helplines, or what is compared.
"""

import re
from collections.abc import Callable, Iterator
from hashlib import sha256

from skill.content.locales import BASE_LANGUAGE

TODO = "TODO"
"""Stands in a source where a text is still to be written. A file with it is never spoken."""

PIECE = re.compile(r"({#.*?#}|<(?:{{.*?}}|[^<>{])*>|{%.*?%}|{{.*?}})", re.DOTALL)
COMMENT = re.compile(r"{#.*?#}", re.DOTALL)
TAG = re.compile(r"(<[^>]*>)")
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
PLACEHOLDER = re.compile(r"({\w*})")
MARK = re.compile(rf"\b{TODO}\b")
ORIGIN = re.compile(rf"{{# {BASE_LANGUAGE} ([0-9a-f]{{8}}) #}}\n")

SETS = re.compile(r"{%-?\s*set\s+(\w+)\s*=")
CODE_FIELDS = frozenset({"claims", "offer", "need", "safety", "no_holds", "_asked"})
"""Header fields whose strings are names."""
CODE_BEFORE = re.compile(r"(?:[=!]=|\bin|\b(?:line|split|default)\()\s*$")
"""Before a string that is a name or is compared."""
KEY_AFTER = re.compile(r"\s*(?::|[=!]=)")
"""After the key of a table, or what is compared."""

Write = Callable[[str], str]


def rewrite(source: str, write: Write) -> str:
    """A source with every text as `write` gives it; comments, blocks, tags and `{placeholders}` stay as they are."""
    return "".join(_piece(piece, write) for piece in PIECE.split(source))


def texts(source: str) -> list[str]:
    """The texts of a source, in order, each a stretch without a tag, a block or a placeholder."""
    found: list[str] = []

    def note(text: str) -> str:
        found.append(" ".join(text.split()))
        return text

    rewrite(source, note)
    return found


def marks(source: str) -> int:
    """How many texts are still to be written."""
    return len(MARK.findall(COMMENT.sub("", source)))


def marks_in_data(text: str) -> int:
    """The same in a TOML or JSON file."""
    return len(MARK.findall(re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE)))


def fingerprint(source: str) -> str:
    """Eight hexadecimal digits that change when anything but a comment or the spacing of a source changes."""
    return sha256(" ".join(COMMENT.sub("", source).split()).encode()).hexdigest()[:8]


def origin(source: str) -> str:
    """The fingerprint of the base language's file that a source was made from; empty where it does not say."""
    match = ORIGIN.match(source)
    return match[1] if match else ""


def to_translate(source: str) -> str:
    """A source to be written anew: its origin, then each line with `TODO` for its texts, below itself as a comment."""
    first = f"{{# {BASE_LANGUAGE} {fingerprint(source)} #}}\n"
    return first + "".join(_with_comment(lines) for lines in _lines(source))


def _with_comment(lines: str) -> str:
    marked = rewrite(lines, lambda text: TODO)
    if marked == lines:
        return lines
    shown = COMMENT.sub("", lines).strip().replace("#}", "# }").replace("{#", "{ #")
    return f"{{# {shown} #}}\n{marked}"


def _lines(source: str) -> Iterator[str]:
    """The lines of a source; those over which a block or a comment runs come together."""
    held = ""
    for line in source.splitlines(keepends=True):
        held += line
        open_ = PIECE.sub("", held)
        if not re.search(r"{[#%{]", open_):
            yield held
            held = ""
    if held:
        yield held


def _piece(piece: str, write: Write) -> str:
    if piece.startswith(("{#", "<")):
        return piece
    if piece.startswith(("{%", "{{")):
        return _block(piece, write)
    return "".join(_written(line, write) for line in piece.splitlines(keepends=True))


def _written(text: str, write: Write) -> str:
    """One stretch of text between its placeholders, the space around it left alone."""
    pieces = PLACEHOLDER.split(text)
    if not any(char.isalpha() for piece in pieces[::2] for char in piece):
        return text
    for at in range(0, len(pieces), 2):
        bare = pieces[at].strip()
        if any(char.isalpha() for char in bare):
            start = pieces[at].index(bare)
            pieces[at] = pieces[at][:start] + write(bare) + pieces[at][start + len(bare) :]
    return "".join(pieces)


def _block(block: str, write: Write) -> str:
    name = SETS.match(block)
    if block.startswith("{%") and (not name or name[1] in CODE_FIELDS):
        return block

    def string(match: re.Match[str]) -> str:
        before, after = block[: match.start()], block[match.end() :]
        if CODE_BEFORE.search(before) or KEY_AFTER.match(after):
            return match[0]
        inner = "".join(part if part.startswith("<") else _written(part, write) for part in TAG.split(match[1]))
        return f'"{inner}"'

    return STRING.sub(string, block)
