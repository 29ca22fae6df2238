"""Each check of the words for the store fails on a deliberate mistake."""

import re
import shutil
from pathlib import Path

import pytest

from skill.content.responses import Responses
from skill.lint.listing import check_listing, check_manifest, model_phrases
from skill.package.address import Endpoint
from skill.package.build import manifest
from skill.package.listing import locale_listing
from skill.paths import folder

pytestmark = pytest.mark.slow

LOCALES = Responses(folder("responses")).locales
LISTING, MODELS = folder("listing"), folder("interaction_models")


def test_the_store_has_nothing_to_say() -> None:
    """The words as they stand are fit for the store, in every locale."""
    assert [str(finding) for finding in check_listing(LISTING, MODELS, LOCALES)] == []


MISTAKES = {
    "a long summary": ("summary = ", f'summary = "{"a" * 161}"', "161 characters"),
    "no name": ("name = ", 'name = ""', "the name has 0 characters"),
    "a long name": ("name = ", f'name = "{"a" * 51}"', "51 characters"),
    "no disclaimer": ("disclaimer = ", 'disclaimer = ""', "disclaimer is empty"),
    "no source": ("source = ", 'source = ""', "source is empty"),
    "no description": ("about = ", 'about = ""', "about is empty"),
    "a long description": ("about = ", f'about = "{"a" * 4000}"', "the description has"),
    "a promise": ("summary = ", 'summary = "It heals you."', "“heals” promises too much"),
    "many keywords": ("keywords = ", f"keywords = {[str(number) for number in range(31)]}", "31 keywords"),
    "a long keyword": ("keywords = ", f'keywords = ["{"a" * 151}"]', "1 of them too long"),
    "a keyword twice": ("keywords = ", 'keywords = ["a", "a"]', "1 twice"),
    "two phrases": ("phrases = ", 'phrases = ["Alexa, open soft landing"]', "1 example phrases"),
    "no wake word": ("phrases = ", 'phrases = ["open soft landing"]', "does not begin with “Alexa,”"),
    "another skill": ("phrases = ", 'phrases = ["Alexa, open hard landing"]', "does not name the skill"),
    "no opening": ("phrases = ", 'phrases = ["Alexa, do soft landing"]', "“do” does not open a skill"),
    "a first question": ("phrases = ", 'phrases = ["Alexa, ask soft landing for help"]', "the first phrase asks"),
    "no sample": (
        "phrases = ",
        'phrases = ["Alexa, open soft landing", "Alexa, ask soft landing to sing"]',
        "“to sing” is no sample",
    ),
    "a long phrase": ("phrases = ", f'phrases = ["Alexa, open soft landing {"a" * 200}"]', "over 200 characters"),
    "no list": ("keywords = ", 'keywords = "calm"', "keywords is not a list of texts"),
    "a number": ("name = ", "name = 7", "name is not a text"),
    "a misspelt key": ("name = ", 'nmae = "Soft Landing"', "has no name"),
    "an unknown key": ("name = ", 'name = "Soft Landing"\nslogan = "softly"', "sets slogan, which nobody reads"),
    "no TOML": ("name = ", "name = Soft Landing", "is not TOML"),
}


def with_mistake(text: str, start: str, instead: str) -> str:
    """A file with one of its values replaced."""
    key = re.escape(start)
    value = r'(?:"""(?s:.*?)"""|\[(?s:.*?)\n\]|"[^"\n]*")'
    changed_text, count = re.subn(rf"^{key}{value}$", lambda found: instead, text, flags=re.MULTILINE)
    assert count == 1, start
    return changed_text


@pytest.mark.parametrize(("start", "instead", "said"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_found(start: str, instead: str, said: str, tmp_path: Path) -> None:
    """Each mistake in the words for the store is named, with its file."""
    shutil.copytree(LISTING, tmp_path, dirs_exist_ok=True)
    english = tmp_path / "en.toml"
    english.write_text(with_mistake(english.read_text("utf-8"), start, instead), "utf-8")
    found = [str(finding) for finding in check_listing(tmp_path, MODELS, ["en-US"])]
    assert any(said in finding and "listing/en.toml" in finding for finding in found), found


@pytest.mark.parametrize(
    ("start", "instead", "said"),
    [
        ("category = ", 'category = "CHILDRENS_GAMES"', "is no category for this skill"),
        ("testing = ", 'testing = ""', "the testing instructions have 0 characters"),
        ("testing = ", f'testing = "{"a" * 4001}"', "have 4001 characters"),
        ("category = ", "category = 7", "category is not a text"),
    ],
)
def test_a_mistake_about_the_whole_is_found(start: str, instead: str, said: str, tmp_path: Path) -> None:
    """What is the same in every language is looked at as well, once."""
    shutil.copytree(LISTING, tmp_path, dirs_exist_ok=True)
    file = tmp_path / "skill.toml"
    file.write_text(with_mistake(file.read_text("utf-8"), start, instead), "utf-8")
    found = [str(finding) for finding in check_listing(tmp_path, MODELS, LOCALES)]
    assert len(found) == 1
    assert said in found[0]
    assert "listing/skill.toml" in found[0]


def test_the_line_of_a_mistake_is_given(tmp_path: Path) -> None:
    """A translator is led to the line."""
    shutil.copytree(LISTING, tmp_path, dirs_exist_ok=True)
    english = tmp_path / "en.toml"
    text = with_mistake(english.read_text("utf-8"), "summary = ", f'summary = "{"a" * 161}"')
    english.write_text(text, "utf-8")
    (finding,) = check_listing(tmp_path, MODELS, ["en-US"])
    assert text.splitlines()[(finding.line or 0) - 1].startswith("summary =")


def test_a_language_without_words_is_missed() -> None:
    """A locale that nobody described for the store is named, with the file to write."""
    found = [str(finding) for finding in check_listing(LISTING, MODELS, ["de-DE"])]
    assert len(found) == 1
    assert "listing/de.toml" in found[0]
    assert "Copy listing/en.toml" in found[0]


def test_a_country_may_have_its_own_words(tmp_path: Path) -> None:
    """The most specific file counts."""
    english = (LISTING / "en.toml").read_text("utf-8")
    (tmp_path / "en.toml").write_text(english, "utf-8")
    (tmp_path / "en-GB.toml").write_text(english.replace("Calm, plain words", "Quiet, plain words"), "utf-8")
    assert locale_listing(tmp_path, "en-GB").summary.startswith("Quiet")
    assert locale_listing(tmp_path, "en-US").summary.startswith("Calm")


def test_a_page_without_https_is_found() -> None:
    """Reviewers open the privacy page."""
    bare = Endpoint("https://skill.example.org/", "Trusted", "http://skill.example.org/privacy", "")
    made = manifest(LISTING, ["en-US"], bare)
    found = [finding.wrong for finding in check_manifest(made, model_phrases(MODELS, "en-US"), {}, "listing/en.toml")]
    assert found == [f"en-US has no {key} that begins with https://" for key in ("privacyPolicyUrl", "termsOfUseUrl")]


@pytest.mark.parametrize(
    ("image", "said"),
    [((LISTING / "icon-512.png").read_bytes(), "is 512×512"), (b"GIF89a", "is no PNG"), (None, "is no PNG")],
)
def test_an_icon_of_another_size_is_found(image: bytes | None, said: str, tmp_path: Path) -> None:
    """The store takes two sizes."""
    shutil.copytree(LISTING, tmp_path / "listing")
    (tmp_path / "listing" / "icon-108.png").unlink()
    if image is not None:
        (tmp_path / "listing" / "icon-108.png").write_bytes(image)
    (finding,) = check_listing(tmp_path / "listing", MODELS, ["en-US"])
    assert said in finding.wrong
    assert finding.file == "listing/icon-108.png"
