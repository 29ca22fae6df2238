"""Languages: one under work harms nobody, one that is set to complete is whole, or nothing starts."""

import json
import re
import shutil
from pathlib import Path

import pytest

from skill.alexa.handlers import build
from skill.app import build_skill, health
from skill.content.locales import Language, LanguageError, Speech, Wording, check_spelling
from skill.content.responses import ResponseError, Responses
from skill.content.translation import rewrite_texts, source_fingerprint, to_translate
from skill.core.catalogue import catalogue
from skill.core.port import opening_of
from skill.errors import ContentError
from skill.exercises.builder import timeline
from skill.exercises.patterns import load_patterns
from skill.exercises.wording import words_from
from skill.lint.content_tree import ContentTree
from skill.lint.exercises import check_exercises
from skill.lint.interaction_model.checks import check_models
from skill.lint.languages import check_languages
from skill.lint.listing import check_manifest, model_phrases
from skill.lint.responses import check_texts
from skill.paths import folder
from skill.simulator.device import Device, LastReply, intent_request

pytestmark = pytest.mark.slow  # of the tools; a writer of words need not wait for it

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


def device(responses: Path) -> Device:
    """A speaker in a tree of words."""
    trace = LastReply()
    skill = build_skill(responses=responses, on_reply=trace)
    return Device(build(skill), skill.understanding, trace)


def spoken_by(device: Device) -> dict[str, str]:
    """What is said to each disclosure, in a session of its own."""
    said = {}
    for text in DISCLOSURES:
        device.hang_up()
        said[text] = device.hear(text).speech
    return said


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
    for suffix in ("json", "learned", "words.toml"):
        shutil.copy(models / f"en.{suffix}", models / f"{language}.{suffix}")


def test_a_complete_language_changes_no_catalogue(responses: Path, models: Path) -> None:
    """What there is to say is read from the base language, also where a later one writes its names otherwise."""
    patterns = load_patterns(responses / "patterns.toml")
    before = catalogue(Responses(responses), patterns)
    finish(responses, models, "es", "ES")
    path = responses / "es" / "SadIntent.ssml"
    path.write_text(re.sub(r'set name = ("[^"]*")', r'set name = {"": \1}', path.read_text("utf-8")), "utf-8")
    words = Responses(responses)
    assert words.locales[-1] == "es-ES"
    assert catalogue(words, patterns) == before


@pytest.mark.parametrize(("language", "country"), [("es", "ES"), ("aa", "ET")], ids=["after en", "before en"])
def test_a_begun_language_changes_nothing(responses: Path, language: str, country: str) -> None:
    """Three files of a new language change no English answer, no catalogue, and are served to nobody."""
    locale = f"{language}-{country}"
    before = spoken_by(device(responses))
    words = Responses(responses)
    whole = catalogue(words, load_patterns(responses / "patterns.toml"))
    begin(responses, language, country)
    after = device(responses)
    assert spoken_by(after) == before
    words = Responses(responses)
    assert catalogue(words, load_patterns(responses / "patterns.toml")) == whole
    assert locale not in words.locales
    assert locale not in health(words)["locales"]
    after.locale = locale
    after.hang_up()
    turn = after.send(intent_request("AssaultIntent", {}))
    assert "local emergency number" in turn.speech, "no other country's number is guessed"
    assert after.hear("i was raped").intent == "AMAZON.FallbackIntent", "nor are its words read as English ones"


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
        ('outside = ["', 'outside = ["(", "', r"outside has '\('"),
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


def wrongs(responses: Path, models: Path) -> list[str]:
    """What the check of the languages finds, errors and warnings."""
    return [str(finding) for finding in check_languages(responses, models)]


def change(path: Path, old: str, new: str) -> None:
    """Replace a text that has to be there."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ('"3": "three minutes", ', "", "lengths has no '3'"),
        ('"breath.other": "{number} breaths"', '"breath.few": "{number} breaths"', "lengths has no 'breath.other'"),
        ('"{number} breaths"', '"{Zahl} breaths"', "lengths 'breath.other' has {Zahl}"),
        ('"{number} breaths"', '"breaths"', "lengths 'breath.other' has no {number}"),
        ('"{name}, {length}."', '"{Name}, {length}."', "opening has {Name}"),
        ("A quiet moment, {length}.", "A quiet moment.", "opening_discreet has no {length}"),
        ('set bare = {"in":', 'set bare = {"ein":', "bare has no 'in'"),
        ('"top-up": "and more", "hold": "hold"', '"top-up": "und noch etwas", "hold": "hold"', "takes 1.04 s of 1"),
        ("thirty-nine forty", "thirty-nine", "numbers has 39 entries"),
    ],
)
def test_a_mistake_in_a_practice_is_found(responses: Path, models: Path, old: str, new: str, wrong: str) -> None:
    """What would be an apology, or silence, in every practice of a language is found before a listener does."""
    finish(responses, models, "es", "ES")
    change(responses / "es" / "_practice.ssml", old, new)
    assert any(wrong in found for found in wrongs(responses, models))


def test_practices_are_timed_in_each_language(responses: Path, models: Path) -> None:
    """An opening that is too long in one language is found there, whatever the others say."""
    finish(responses, models, "es", "ES")
    change(responses / "es" / "_practice.ssml", "Stop if you feel dizzy.", "Stop any time. " * 6)
    tree = ContentTree.read(responses)
    found = {finding.file for finding in check_exercises(tree, ["b-even"]) if "b-even begins after" in finding.wrong}
    assert found == {"responses/es/_practice.ssml"}


def test_english_under_another_name_is_found(responses: Path, models: Path) -> None:
    """A copied file is named, one by one; so is one whose English has changed since."""
    finish(responses, models, "es", "ES")
    path = responses / "es" / "AnxiousIntent.ssml"
    source = path.read_text("utf-8")
    path.write_text(f"{{# en {source_fingerprint(source)} #}}\n" + rewrite_texts(source, str.upper), "utf-8")
    found = wrongs(responses, models)
    assert any("responses/es/BodyIntent.ssml: It reads as in en" in one for one in found)
    assert not any("es/AnxiousIntent.ssml" in one for one in found)
    change(responses / "en" / "AnxiousIntent.ssml", "set title", "set  title")
    assert not any("es/AnxiousIntent.ssml" in one for one in wrongs(responses, models)), "spacing is no change"
    (responses / "en" / "AnxiousIntent.ssml").write_text(source + "One more sentence.\n", "utf-8")
    assert any("warning: responses/es/AnxiousIntent.ssml:1: It may be out" in one for one in wrongs(responses, models))


def test_a_language_is_judged_by_its_own_words(responses: Path, models: Path) -> None:
    """English lists say nothing about Spanish; its own do, and what it has none of is said once."""
    finish(responses, models, "es", "ES")
    toml = responses / "es" / "language.toml"
    toml.write_text('language = "es"\nstatus = "complete"\ncard_source = "“{heading}”"\n', "utf-8")
    path = responses / "es" / "BodyIntent.ssml"
    path.write_text(path.read_text("utf-8") + "No te he entendido, and her violencia.\n", "utf-8")
    discreet = responses / "es" / "discreet" / "BodyIntent.ssml"
    discreet.write_text(discreet.read_text("utf-8") + "Violación.\n", "utf-8")

    def found() -> list[str]:
        tree = ContentTree.read(responses)
        return [
            str(finding) for finding in check_texts(tree, ["BodyIntent"]) if finding.file.startswith("responses/es/")
        ]

    assert found() == []
    assert [one for one in wrongs(responses, models) if "Not checked for es: wording.outside, wording.never" in one]
    toml.write_text(toml.read_text("utf-8") + '[wording]\nnever = ["violencia"]\noverheard = ["violación"]\n', "utf-8")
    assert sorted(one.partition(": “")[2].split(". ")[0] for one in found()) == [
        "violación” is not fit to be overheard",
        "violencia” is never said",
    ]


def test_a_marker_in_its_own_words_is_taken(responses: Path, models: Path) -> None:
    """A fact from outside of the article is marked by what the language has for it."""
    finish(responses, models, "de", "DE")
    name = next(name for name in sorted(Responses(responses).names("en-US")) if "X-" in claims_of(responses, name))
    path = responses / "de" / f"{name}.ssml"
    path.write_text(re.sub("isn't from the article|outside the article", "steht nicht im Artikel", path.read_text()))

    def found() -> list[str]:
        findings = check_texts(ContentTree.read(responses), [name])
        return [finding.file for finding in findings if "has no marker" in finding.wrong]

    assert found() == [f"responses/de/{name}.ssml"]
    change(responses / "de" / "language.toml", '"(?:isn\'t|not) from the article"', '"nicht im Artikel"')
    assert found() == []


def claims_of(responses: Path, name: str) -> str:
    """The claims of an English response."""
    return Responses(responses).header(name, "en-US").get("claims", "")


@pytest.mark.parametrize(
    ("language", "number", "category"), [("pl", 2, "few"), ("pl", 5, "many"), ("pl", 1, "one"), ("ar", 2, "two")]
)
def test_plurals_are_those_of_the_language(responses: Path, language: str, number: int, category: str) -> None:
    """So many breaths are said by the plural rule of the language, with numbers of their own."""
    assert Language(language).plural(number) == category
    assert Language("xx", plurals=language).plural(number) == category
    with pytest.raises(LanguageError, match="CLDR has no plural rule for 'xx'"):
        Language("xx").plural(1)
    words = Responses(responses)
    own, common = ({**vars(words.module(name, "en-US"))} for name in ("b-even", "_practice"))
    own["body"] = "Gently."
    common["lengths"] = {
        "breath.one": "{number} oddech",
        "breath.few": "{number} oddechy",
        "breath.two": "{number} both",
    }
    common["lengths"] |= {"breath.many": "{number} oddechów"}
    common["numbers_of_breaths"] = "jeden, dwa, trzy, cztery, pięć"
    said = words_from(own, common, plural=Language(language).plural)
    assert said.numbers[0] == "one"
    shown = {"one": "jeden oddech", "few": "dwa oddechy", "many": "pięć oddechów", "two": "dwa both"}
    assert said.number_of("breath", number) == shown[category]
    patterns = load_patterns(responses / "patterns.toml")
    assert shown[category] in timeline(patterns["b-even"], said, rounds=number).cues[0].text


def test_names_inflect(responses: Path, models: Path) -> None:
    """A name, and a helpline's, may have forms; where one is missing the name itself is said."""
    finish(responses, models, "de", "DE")
    path = responses / "de" / "BodyIntent.ssml"
    forms = '{"": "die Fürsorge danach", "with": "der Fürsorge danach"}'
    path.write_text(re.sub(r'set name = "[^"]*"', f"set name = {forms}", path.read_text("utf-8")), "utf-8")
    path = responses / "de" / "AMAZON.StopIntent.ssml"
    path.write_text(
        '{{ called("BodyIntent") }} / {{ called("BodyIntent", "with") }} / {{ called("BodyIntent", "of") }} / '
        '{{ line("emergency").called("with") }} / {{ line("crisis").called("with") }} / {{ plural(2) }}',
        "utf-8",
    )
    table = responses / "helplines.toml"
    rows = table.read_text("utf-8").split("[[line]]")
    at = next(at for at, row in enumerate(rows) if 'locale = "de-DE"' in row and 'need = "emergency"' in row)
    rows[at] = rows[at].rstrip() + '\nforms = { with = "dem Notruf" }\n\n'
    table.write_text("[[line]]".join(rows), "utf-8")
    words = Responses(responses)
    crisis = words.helplines.choose("crisis", "de-DE").name
    said = str(words.render("AMAZON.StopIntent", "de-DE").body)
    assert said == f"die Fürsorge danach / der Fürsorge danach / die Fürsorge danach / dem Notruf / {crisis} / other"
    assert words.render("BodyIntent", "de-DE").name == "die Fürsorge danach"


def test_listing_and_model_are_judged_by_their_language(tmp_path: Path) -> None:
    """Promises, verbs, launch words and Amazon's own phrases are those of the language; English ones mean nothing."""
    model = {"languageModel": {"invocationName": "open water", "intents": [
        {"name": "AMAZON.StopIntent", "samples": []}, {"name": "BodyIntent", "samples": ["halt", "was ist das"]},
    ]}}  # fmt: skip
    (tmp_path / "de.json").write_text(json.dumps({"interactionModel": model}), "utf-8")
    shown = {"name": "Sanft", "summary": "heals and heilt", "description": "x", "keywords": []}
    shown["examplePhrases"] = [
        "Alexa, open open water",
        "Alexa, starte open water für was ist das",
        "Alexa, starte open water",
    ]
    made = {"manifest": {
        "publishingInformation": {"locales": {"de-DE": shown}, "category": "x", "testingInstructions": "x"},
        "privacyAndCompliance": {"locales": {}},
    }}  # fmt: skip

    def found(language: Language) -> str:
        languages = {"de": language}
        phrases = model_phrases(tmp_path, "de-DE")
        findings = [*check_models(tmp_path, ["de-DE"], languages), *check_manifest(made, phrases, {}, "x", languages)]
        return "\n".join(finding.wrong for finding in findings)

    nothing = found(Language("de"))
    assert "promises too much" not in nothing
    assert "does not open a skill" not in nothing
    assert "a launch word" not in nothing
    assert "“halt”" not in nothing
    german = Language(
        "de",
        wording=Wording(promises=("heilt",)),
        speech=Speech(open=("starte",), connect=("für",), launch_words=("open",)),
        built_in={"AMAZON.StopIntent": ("halt",)},
    )
    own = found(german)
    assert "“heilt” promises too much" in own
    assert "“open” does not open a skill" in own
    assert "“open water” holds “open”, a launch word" in own
    assert "“halt” in BodyIntent is also “halt” in AMAZON.StopIntent" in own
    assert "is no sample of any intent" not in own


def test_a_session_is_opened_in_its_language() -> None:
    """By the verbs of the locale's language, and by English ones."""
    languages = {"de": Language("de", speech=Speech(open=("öffne", "frage"), connect=("nach",)))}
    languages["en"] = Language("en", speech=Speech(open=("open",), connect=("for",)))
    for text, locale in (
        ("Öffne Soft Landing", "de-DE"),
        ("open soft landing", "de-DE"),
        ("open soft landing", "en-US"),
    ):
        assert opening_of(languages, locale).fullmatch(text)
    assert opening_of(languages, "de-DE").fullmatch("frage soft landing nach")
    assert not opening_of(languages, "en-US").match("öffne soft landing")
