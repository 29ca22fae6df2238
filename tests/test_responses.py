"""How a response is read and rendered. What the words of this tree have to be is checked by `soft-landing check`."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from skill.content.helplines import Helplines
from skill.content.markup import digit_by_digit
from skill.content.responses import Place, ResponseError, Responses
from skill.paths import folder


def test_misspelt_header_is_caught(tmp_path: Path) -> None:
    """A field that nobody reads is named, with the fields there are."""
    copy = mistaken(tmp_path, "BodyIntent", '{% set titel = "x" %}\nWords.')
    with pytest.raises(ResponseError, match=r"BodyIntent\.ssml sets titel, which nobody reads"):
        copy.render("BodyIntent", "en-US")


@pytest.mark.parametrize(
    "words", ["Hello {{ nobody }}.", "{% set title = nobody %}Hello.", "{% set claims = nobody %}"]
)
def test_undefined_name_is_caught(tmp_path: Path, words: str) -> None:
    """A name that means nothing is an error, not silence, in the words and in the header."""
    copy = mistaken(tmp_path, "BodyIntent", words)
    with pytest.raises(ResponseError, match="nobody"):
        copy.render("BodyIntent", "en-US")


def test_data_is_escaped(tmp_path: Path) -> None:
    """What comes in through a variable cannot break the speech."""
    copy = mistaken(tmp_path, "BodyIntent", "{% set question = thing %}{{ thing }}")
    reply = copy.render("BodyIntent", "en-US", variables={"thing": "you & <me>"})
    assert reply.body == "you &amp; &lt;me&gt;"
    assert reply.question == "you &amp; &lt;me&gt;"


def test_variants_come_again(tmp_path: Path) -> None:
    """Each turn has its variant, also one that shows late how many there are; what was rendered is kept."""
    copy = mistaken(
        tmp_path, "BodyIntent", '{{ vary("a", "b") }}{% if vary("x", "y") == "y" %}{{ vary("c", "d", "e") }}{% endif %}'
    )
    in_turn = [copy.render("BodyIntent", "en-US", variant=turn) for turn in range(60)]
    assert [str(reply.body) for reply in in_turn[:8]] == ["a", "bd", "a", "bc", "a", "be", "a", "bd"]
    again = [copy.render("BodyIntent", "en-US", variant=turn) for turn in range(60)]
    assert all(one is other for one, other in zip(in_turn, again, strict=True))


def test_one_without_variants_is_rendered_once(tmp_path: Path) -> None:
    """Its words are the same in every turn, so one rendering serves them all; its variables make another."""
    copy = mistaken(tmp_path, "BodyIntent", "{{ thing }}")
    in_turn = {id(copy.render("BodyIntent", "en-US", variant=turn, variables={"thing": "a"})) for turn in range(60)}
    assert len(in_turn) == 1
    assert copy.render("BodyIntent", "en-US", variables={"thing": "b"}).body == "b"


@pytest.mark.parametrize(
    ("locale", "read", "folders", "known"),
    [
        ("en-GB", "en-GB", ("en-GB", "en"), True),
        ("en-NZ", "en-US", ("en-US", "en"), False),
        ("fr-FR", "en-US", ("en-US", "en"), False),
        ("", "en-US", ("en-US", "en"), False),
        (None, "en-US", ("en-US", "en"), False),
    ],
)
def test_a_country_that_is_not_spoken_reads_the_last(
    locale: object, read: str, folders: tuple[str, str], known: bool
) -> None:
    """Of its language's locales, else of the base language's, the last in the alphabet; it is not known as theirs."""
    assert Responses(folder("responses")).place(locale) == Place(read, folders, known)


def test_the_line_for_anyone_comes_first() -> None:
    """Of the confirmed lines for a need, wherever in the table they stand; without one, the first that is for some."""
    table = Helplines.load(folder("responses") / "helplines.toml")
    anyone = replace(table.choose("sexual-violence", "en-GB"), who="anyone")
    women, men = (replace(anyone, who=who, name=who) for who in ("women", "men"))
    unconfirmed = replace(anyone, confirmed=None)
    for lines, chosen in (
        ((women, men, anyone), anyone),
        ((anyone, women), anyone),
        ((unconfirmed, women, men), women),
    ):
        assert Helplines(lines, table.needs).choose("sexual-violence", "en-GB") == chosen


def test_nothing_is_written_unasked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiled templates are kept where `SOFT_LANDING_CACHE` says, and nowhere where it says nothing."""
    monkeypatch.delenv("SOFT_LANDING_CACHE", raising=False)
    copy = mistaken(tmp_path, "BodyIntent", "Words.")
    before = sorted(copy.folder.rglob("*"))
    copy.warm()
    assert sorted(copy.folder.rglob("*")) == before
    monkeypatch.setenv("SOFT_LANDING_CACHE", str(tmp_path / "made" / "cache"))
    Responses(copy.folder).warm()
    assert sorted(copy.folder.rglob("*")) == before
    assert len(list((tmp_path / "made" / "cache").iterdir())) == len(list(copy.folder.rglob("*.ssml")))
    assert Responses(copy.folder).render("BodyIntent", "en-US").body == "Words."
    gone = Responses(copy.folder)
    shutil.rmtree(tmp_path / "made")
    gone.warm()
    assert gone.render("BodyIntent", "en-US").body == "Words.", "what cannot be kept is compiled all the same"
    monkeypatch.setenv("SOFT_LANDING_CACHE", str(copy.folder / "claims.toml"))
    with pytest.raises(ResponseError, match=r"SOFT_LANDING_CACHE names .*claims\.toml, which cannot be used"):
        Responses(copy.folder)


def mistaken(folder_: Path, name: str, words: str) -> Responses:
    """A copy of the helpers and tables, with one response."""

    def left_out(_: str, names: list[str]) -> list[str]:
        return [one for one in names if one.endswith(".ssml") and not one.startswith("_")]

    copy = folder_ / "responses"
    shutil.copytree(folder("responses"), copy, ignore=left_out)
    (copy / "en" / f"{name}.ssml").write_text(words)
    return Responses(copy)


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("call 999.", "call 9 9 9."),
        ("at 0808 2000 247, or 13 11 14", "at 0 8 0 8, 2 0 0 0, 2 4 7, or 1 3, 1 1, 1 4"),
        ("text START to 88788.", "text START to 8 8 7 8 8."),
        ("1800RESPECT", "1 8 0 0 RESPECT"),
        ("18, or 5 4", "18, or 5 4"),
    ],
)
def test_a_number_is_said_digit_by_digit(printed: str, said: str) -> None:
    """A voice that reads plain words would make nine hundred and ninety-nine of it."""
    assert digit_by_digit(printed) == said
