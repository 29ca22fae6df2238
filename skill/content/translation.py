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

TEMPLATE_PIECE = re.compile(r"({#.*?#}|<(?:{{.*?}}|[^<>{])*>|{%.*?%}|{{.*?}})", re.DOTALL)
TEMPLATE_COMMENT = re.compile(r"{#.*?#}", re.DOTALL)
SPEECH_TAG = re.compile(r"(<[^>]*>)")
QUOTED_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
PLACEHOLDER = re.compile(r"({\w*})")
TODO_MARK = re.compile(rf"\b{TODO}\b")
ORIGIN = re.compile(rf"{{# {BASE_LANGUAGE} ([0-9a-f]{{8}}) #}}\n")

SETS = re.compile(r"{%-?\s*set\s+(\w+)\s*=")
CODE_FIELDS = frozenset(
    {"claims", "beyond", "offer", "instead", "options", "need", "safety", "no_holds", "_asked", "_offered"}
)
"""Header fields whose strings are names."""
CODE_BEFORE = re.compile(r"(?:[=!]=|\bin|\b(?:line|split|default)\()\s*$")
"""Before a string that is a name or is compared."""
KEY_AFTER = re.compile(r"\s*(?::|[=!]=)")
"""After the key of a table, or what is compared."""

Rewriter = Callable[[str], str]


def rewrite_texts(source: str, write: Rewriter) -> str:
    """A source with every text as `write` gives it; comments, blocks, tags and `{placeholders}` stay as they are."""
    return "".join(_piece(piece, write) for piece in TEMPLATE_PIECE.split(source))


def translatable_texts(source: str) -> list[str]:
    """The texts of a source, in order, each a stretch without a tag, a block or a placeholder."""
    found: list[str] = []

    def note(text: str) -> str:
        found.append(" ".join(text.split()))
        return text

    rewrite_texts(source, note)
    return found


def count_todo(source: str) -> int:
    """How many texts are still to be written."""
    return len(TODO_MARK.findall(TEMPLATE_COMMENT.sub("", source)))


def count_todo_in_data(text: str) -> int:
    """The same in a TOML or JSON file."""
    return len(TODO_MARK.findall(re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE)))


def source_fingerprint(source: str) -> str:
    """Eight hexadecimal digits that change when anything but a comment or the spacing of a source changes."""
    return sha256(" ".join(TEMPLATE_COMMENT.sub("", source).split()).encode()).hexdigest()[:8]


def source_origin(source: str) -> str:
    """The fingerprint of the base language's file that a source was made from; empty where it does not say."""
    match = ORIGIN.match(source)
    return match[1] if match else ""


def to_translate(source: str) -> str:
    """A source to be written anew: its origin, then each line with `TODO` for its texts, below itself as a comment."""
    first = f"{{# {BASE_LANGUAGE} {source_fingerprint(source)} #}}\n"
    return first + "".join(_with_comment(lines) for lines in _lines(source))


def _with_comment(lines: str) -> str:
    marked = rewrite_texts(lines, lambda text: TODO)
    if marked == lines:
        return lines
    shown = TEMPLATE_COMMENT.sub("", lines).strip().replace("#}", "# }").replace("{#", "{ #")
    return f"{{# {shown} #}}\n{marked}"


def _lines(source: str) -> Iterator[str]:
    """The lines of a source; those over which a block or a comment runs come together."""
    held = ""
    for line in source.splitlines(keepends=True):
        held += line
        open_ = TEMPLATE_PIECE.sub("", held)
        if not re.search(r"{[#%{]", open_):
            yield held
            held = ""
    if held:
        yield held


def _piece(piece: str, write: Rewriter) -> str:
    if piece.startswith(("{#", "<")):
        return piece
    if piece.startswith(("{%", "{{")):
        return _block(piece, write)
    return "".join(_written(line, write) for line in piece.splitlines(keepends=True))


def _written(text: str, write: Rewriter) -> str:
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


def _block(block: str, write: Rewriter) -> str:
    name = SETS.match(block)
    if block.startswith("{%") and (not name or name[1] in CODE_FIELDS):
        return block

    def string(match: re.Match[str]) -> str:
        before, after = block[: match.start()], block[match.end() :]
        if CODE_BEFORE.search(before) or KEY_AFTER.match(after):
            return match[0]
        inner = "".join(part if part.startswith("<") else _written(part, write) for part in SPEECH_TAG.split(match[1]))
        return f'"{inner}"'

    return QUOTED_STRING.sub(string, block)
