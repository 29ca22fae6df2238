"""`SECURITY.md` and `docs/faults.md` promise only what a test holds, and what is installed is what was pinned."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
PINNED = re.compile(
    r"""
    ^([a-z0-9]+(?:-[a-z0-9]+)*)==\d[a-z0-9.+!]*        # one version
    ([ ];[ ]python_version[ ][=<>]=[ ]"3\.\d+")?       # on some Pythons only
    (?:[ ]\\\n[ ]{4}--hash=sha256:[0-9a-f]{64})+\n    # each of its files
    """,
    re.MULTILINE | re.VERBOSE,
)


@pytest.mark.parametrize("page", ["SECURITY.md", "docs/faults.md"])
def test_each_promise_has_its_test(page: str) -> None:
    """Every row names tests, and they are there."""
    text = (ROOT / page).read_text("utf-8")
    for row in re.findall(r"^\| (?!-|promise|what happened|\*\*).+\|$", text, re.MULTILINE):
        assert NAMED.search(row), f"{page}: no test holds this: {row}"
    for file, name in NAMED.findall(text):
        tests = (ROOT / file).read_text("utf-8") if (ROOT / file).is_file() else ""
        assert re.search(rf"^(async )?def {name}\(", tests, re.MULTILINE), (
            f"{page} names {file}::{name}, which is not there"
        )


def without_remarks(text: str) -> str:
    """The lines that pip reads."""
    return re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)


def loose(text: str) -> str:
    """What of a list of packages is no version with its hashes."""
    return PINNED.sub("", without_remarks(text)).strip()


HASH = f" \\\n    --hash=sha256:{'a' * 64}"


@pytest.mark.parametrize(
    "pinned",
    [
        f"a-b==1.0.post1{HASH}\n",
        f"a==1{HASH}{HASH}\n# a remark\nb==2{HASH}\n",
        f'a==1 ; python_version == "3.13"{HASH}\n',
        f'a==1 ; python_version >= "3.13"{HASH}\n',
    ],
)
def test_what_is_pinned(pinned: str) -> None:
    """A version with the hashes of its files, for every Python or for some."""
    assert loose(pinned) == ""


@pytest.mark.parametrize(
    "unpinned",
    [
        "a==1\n",
        'a==1 ; python_version == "3.13"\n',
        f"a>=1{HASH}\n",
        f"a==1.*{HASH}\n",
        f'a ; python_version == "3.13"{HASH}\n',
        f'a==1 ; python_version == "3.13{HASH}\n',
        f"a==1 ; python_version == 3.13{HASH}\n",
        f'a==1 ; python_version == "3.13" or "a" == "a"{HASH}\n',
        f'a==1 ; platform_machine == "x86_64"{HASH}\n',
        f"a==1 ;{HASH}\n",
        "a==1 \\\n    --hash=sha256:abc\n",
        f"a==1 \\\n    --hash=md5:{'a' * 64}\n",
        f"a @ https://example.org/a.whl{HASH}\n",
        "--index-url https://example.org/simple\n",
        f"a==1{HASH}\nb==2\n",
    ],
)
def test_what_is_not_pinned(unpinned: str) -> None:
    """A version without hashes, hashes without a version, a marker that is none or another, an address."""
    assert loose(unpinned)


def test_every_dependency_is_pinned_by_its_hash() -> None:
    """`constraints.txt` holds nothing but versions with hashes, no address, and all that `pyproject.toml` asks for."""
    text = (ROOT / "constraints.txt").read_text("utf-8")
    assert loose(text) == ""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    names = {re.split(r"[\[<>=~! ;]", one, maxsplit=1)[0].lower() for one in asked} - {"soft-landing"}
    missing = names - {name for name, marker in PINNED.findall(without_remarks(text)) if not marker}
    assert not missing, f"constraints.txt lacks {', '.join(sorted(missing))}; its first lines say how to make it anew"


def test_every_dependency_has_its_reason() -> None:
    """In `pyproject.toml` a comment beside each dependency says what it is for."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    whole = tomllib.loads(text)
    project, asked = whole["project"], list(whole["build-system"]["requires"])
    asked += [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    for one in asked:
        lines = [line for line in text.splitlines() if f'"{one}"' in line]
        assert any("  # " in line for line in lines), f"pyproject.toml gives no reason for {one}"
