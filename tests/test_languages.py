"""Languages: one under work harms nobody, one that is set to complete is whole, or nothing starts."""

import shutil
from pathlib import Path

import pytest

from skill.alexa.handlers import build
from skill.app import build_skill, health
from skill.content.locales import LanguageError, check_spelling
from skill.content.responses import ResponseError, Responses
from skill.content.translation import to_translate
from skill.core.catalogue import catalogue
from skill.errors import ContentError
from skill.exercises.patterns import load as load_patterns
from skill.paths import folder
from skill.simulator.device import Device, LastReply, intent_request

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


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A copy of the models, to be added to."""
    copy = tmp_path / "interaction_models"
    shutil.copytree(folder("interaction_models"), copy)
    return copy


def finish(responses: Path, models: Path, language: str, country: str) -> None:
    """A language that is set to complete and is: English under another name, which is enough to start with."""
    shutil.copytree(responses / "en", responses / language)
    shutil.copytree(responses / "en-US", responses / f"{language}-{country}")
    path = responses / language / "language.toml"
    path.write_text(path.read_text("utf-8").replace('language = "en"', f'language = "{language}"'), "utf-8")
    for suffix in ("json", "learned"):
        shutil.copy(models / f"en.{suffix}", models / f"{language}.{suffix}")


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


@pytest.mark.parametrize(
    ("gone", "named"),
    [
        ("responses/es/MinorIntent.ssml", r"responses/es/MinorIntent\.ssml is missing"),
        ("responses/es/discreet/BodyIntent.ssml", r"responses/es/discreet/BodyIntent\.ssml is missing"),
        ("responses/es/_practice.ssml", r"responses/es/_practice\.ssml is missing"),
        ("responses/es/error.ssml", r"responses/es/error\.ssml is missing"),
        ("responses/es/b-box.ssml", r"responses/es/b-box\.ssml is missing"),
        ("responses/es-ES", "there is no locale of es"),
        ("interaction_models/es.json", r"interaction_models/es\.json is missing"),
        ("interaction_models/es.learned", r"interaction_models/es\.learned is missing"),
    ],
)
def test_a_complete_language_is_whole(responses: Path, models: Path, gone: str, named: str) -> None:
    """One piece missing, and nothing starts; the error names it."""
    finish(responses, models, "es", "ES")
    path = responses.parent / gone
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
    with pytest.raises(ContentError, match=named):
        build_skill(responses=responses, models=models)


def test_a_file_with_something_to_do_is_not_served(responses: Path, models: Path) -> None:
    """A text that is still to be written keeps a complete language from starting, and a draft from saying it."""
    finish(responses, models, "es", "ES")
    path = responses / "es" / "AnxiousIntent.ssml"
    path.write_text(to_translate(path.read_text("utf-8")), "utf-8")
    with pytest.raises(LanguageError, match=r"responses/es/AnxiousIntent\.ssml is still to be translated"):
        build_skill(responses=responses, models=models)
    toml = responses / "es" / "language.toml"
    toml.write_text(toml.read_text("utf-8").replace('"complete"', '"draft"'), "utf-8")
    assert "es-ES" not in build_skill(responses=responses, models=models).responses.locales
    skill = build_skill(responses=responses, models=models, drafts=["es"])
    assert "es-ES" in skill.responses.locales
    with pytest.raises(ResponseError, match="is not translated yet: TODO"):
        skill.responses.render("AnxiousIntent", "es-ES")


def test_a_topic_may_have_fewer_parts(responses: Path, models: Path) -> None:
    """Where a language tells a topic in five parts and English in six, the sixth "tell me more" is no apology."""
    finish(responses, models, "es", "ES")
    for path in ("es/BodyIntent.6.ssml", "es/discreet/BodyIntent.6.ssml"):
        (responses / path).unlink()
    trace = LastReply()
    skill = build_skill(responses=responses, models=models, on_reply=trace)
    given = {}
    for locale in ("en-US", "es-ES"):
        device = Device(build(skill), skill.understanding, trace, locale=locale)
        device.send(intent_request("BodyIntent", {}))
        given[locale] = [device.send(intent_request("MoreIntent", {})).response for _ in range(5)]
    assert given["en-US"] == [f"BodyIntent.{number}" for number in range(2, 7)]
    assert given["es-ES"] == [*given["en-US"][:4], "MoreIntent"]
