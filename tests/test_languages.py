"""Languages: one under work harms nobody, one that is set to complete is whole, or nothing starts."""

import shutil
from pathlib import Path

import pytest

from skill.alexa.handlers import build
from skill.app import build_skill, health
from skill.content.locales import LanguageError, check_spelling
from skill.content.responses import Responses
from skill.core.catalogue import catalogue
from skill.exercises.patterns import load as load_patterns
from skill.paths import folder
from skill.simulator.device import Device, LastReply

DISCLOSURES = ("i was raped", "i want to kill myself", "call an ambulance", "i am fifteen", "i can't stop crying")


@pytest.fixture
def responses(tmp_path: Path) -> Path:
    """A copy of the words, to be changed."""
    copy = tmp_path / "responses"
    shutil.copytree(folder("responses"), copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def begin(responses: Path, language: str, country: str) -> None:
    """A translator's first commit: three files, as they are in English."""
    for target, source in (
        (f"{language}/_voice.ssml", "en/_voice.ssml"),
        (f"{language}-{country}/_place.ssml", "en-US/_place.ssml"),
        (f"{language}/LaunchRequest.ssml", "en/LaunchRequest.ssml"),
    ):
        (responses / target).parent.mkdir(exist_ok=True)
        shutil.copy(responses / source, responses / target)


def device(responses: Path, **settings: str) -> Device:
    """A speaker in a tree of words."""
    trace = LastReply()
    skill = build_skill(responses=responses, on_reply=trace)
    return Device(build(skill), skill.understanding, trace, **settings)


@pytest.mark.parametrize(("language", "country"), [("es", "ES"), ("aa", "ET")], ids=["after en", "before en"])
def test_a_begun_language_changes_nothing(responses: Path, language: str, country: str) -> None:
    """Three files of a new language change no English answer, no catalogue, and are served to nobody."""
    locale = f"{language}-{country}"
    before = device(responses)
    spoken = {text: before.hear(text).speech for text in DISCLOSURES if not before.hang_up()}
    words = Responses(responses)
    whole = catalogue(words, load_patterns(responses / "patterns.toml"))
    begin(responses, language, country)
    after = device(responses)
    for text in DISCLOSURES:
        after.hang_up()
        assert after.hear(text).speech == spoken[text]
    words = Responses(responses)
    assert catalogue(words, load_patterns(responses / "patterns.toml")) == whole
    assert locale not in words.locales
    assert locale not in health(words)["locales"]
    after.locale = locale
    after.hang_up()
    turn = after.hear("i was raped")
    assert "local emergency number" in turn.speech, "no other country's number is guessed"


def test_a_broken_draft_changes_nothing(responses: Path) -> None:
    """A template that cannot be compiled, in a language under work, keeps nobody else from being answered."""
    begin(responses, "de", "DE")
    (responses / "de" / "BodyIntent.ssml").write_text("{% if %}")
    words = Responses(responses)
    words.warm()
    assert words.locales == Responses(folder("responses")).locales


@pytest.mark.parametrize(
    ("name", "spelling"),
    [("de_DE", "de-DE"), ("de-at", "de-AT"), ("DE-de", "de-DE"), ("De", "de"), ("german", "such as de or de-DE")],
)
def test_a_misspelt_locale_is_refused(responses: Path, name: str, spelling: str) -> None:
    """A folder that Alexa would never ask for is answered with the right spelling."""
    with pytest.raises(LanguageError, match=spelling):
        check_spelling(name)
    (responses / name).mkdir()
    with pytest.raises(LanguageError, match=name):
        Responses(responses)


def test_a_copied_language_file_is_refused(responses: Path) -> None:
    """Who copies the whole of English has copied its status too, and is told."""
    shutil.copytree(responses / "en", responses / "de")
    with pytest.raises(LanguageError, match=r"de/language\.toml is the file of 'en'"):
        Responses(responses)


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ('status = "complete"', 'status = "done"', "status is one of draft, complete"),
        ('status = "complete"', 'status = "draft"', 'does not say status = "complete"'),
        ("sentence_words = 20", "sentence_word = 20", "did you mean 'sentence_words'"),
        ("sentence_words = 20", 'sentence_words = "20"', "sentence_words is a whole number"),
        ('open = ["open"', 'open = [1, "open"', "each entry of open is text in quotes"),
        ('outside = ["isn', 'outside = ["(", "isn', r"outside has '\('"),
        ("{heading}", "heading", "card_source lacks {heading}"),
        ("[speech]", "[speach]", "did you mean 'speech'"),
        ('"AMAZON.StopIntent" = [', '"AMAZON.StopIntent" = [1, ', "AMAZON.StopIntent is a list of phrases"),
    ],
)
def test_a_mistake_in_a_language_file_is_named(responses: Path, old: str, new: str, wrong: str) -> None:
    """A slip is answered with the file and the mend."""
    path = responses / "en" / "language.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(LanguageError, match=wrong) as caught:
        Responses(responses)
    assert "responses/en/language.toml" in str(caught.value)
