"""`soft-landing check --folder`: anybody's skill, whatever its layout, and whatever stands in it."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from skill.lint.commands import CHECK_NAMES, OTHER_CHECK_NAMES, check
from skill.lint.finding import Finding
from skill.lint.interaction_model import schema
from skill.lint.other_skill.checks import check_other_models
from skill.lint.other_skill.layout import NoSkill, find_skill
from skill.lint.other_skill.manifest import check_other_manifest
from skill.lint.runner import run_other_checks
from skill.package.address import read_endpoint
from skill.package.build import manifest as own_manifest
from skill.package.commands import package
from skill.paths import folder

from .mistakes import caught, line_in, show
from .other_skills import FUNCTION, SKILLS, facts, manifest, model, resources, written
from .small_model import small
from .strange import strange

pytestmark = pytest.mark.slow

Row = tuple[str, str, str, str]
"""Error or warning, the file, what stands on its line, and what is wrong there."""

GB, FR, US, JP = "models/en-GB.json", "interactionModels/custom/fr-FR.json", "en-US.json", "ja-JP.json"
EXPECTED: dict[str, list[Row]] = {
    "facts": [],
    "buses": [
        ("error", GB, '"{stop}"', "“{stop}” is nothing but free words"),
        ("error", GB, "line {line} at", "“line {line} at {stop}” has another slot beside free words"),
        ("error", GB, "when?", "“when? at {stop}” holds ?"),
        ("warning", GB, "the 42", "“the 42 at {stop}” holds 2 4"),
        ("error", "skill.json", "isAvailableWorldwide", "It is not for the whole world, and names no country"),
        ("warning", "skill.json", "for help", "en-GB: the first phrase asks for something"),
    ],
    "music": [
        ("error", FR, '"intent": "PlayIntent"', "It has no name"),
        ("error", FR, '"intent": "NextIntent"', "It has no name"),
        ("error", "skill.json", "aaa", "The summary of fr-FR has 161 characters; 1 to 160 fit"),
        ("error", "skill.json", "small.png", "fr-FR: there is no file file://assets/small.png"),
        ("error", "skill.json", '"endpoint"', "apis.custom.endpoint has no sslCertificateType"),
        ("error", "skill.json", '"uri"', "apis.custom.endpoint: port 8843: Alexa only calls port 443"),
        ("warning", "skill.json", '"uri"', "apis.custom.endpoint: alexa.example.org has “alexa” in it"),
    ],
    "chat": [
        ("error", US, '"sad"', "“sad” and “glad” have the id '1'"),
        ("error", US, "", "There is no prompt 'Elicit.Mood'"),
        ("warning", US, "jarvis", "“jarvis” is one word"),
        ("warning", US, '"{query}"', "“{query}” is nothing but slots"),
        ("warning", US, "Tell me", "“Tell me {query}” has a capital letter"),
        ("warning", JP, "interactionModel", "The dialog has no slot 'mood' of AskIntent"),
        ("warning", JP, '"intents"', "AskIntent is missing"),
        ("warning", JP, '"intents"', "TimerIntent stands only here"),
        ("error", "skill.json", '"en-UK"', "en-UK has words for the store, and no model"),
        ("warning", "skill.json", '"en-UK"', "'en-UK' is no locale of Alexa's"),
        ("error", "skill.json", "XXXX", "apis.custom.endpoint: arn:aws:lambda:us-east-1:XXXXXXXXXXXX:function:chat is"),
        ("error", "skill.json", '"privacyAndCompliance"', "en-US has no privacyPolicyUrl"),
        ("error", "skill.json", '"privacyAndCompliance"', "en-UK has no privacyPolicyUrl"),
        ("error", "skill.json", '"privacyAndCompliance"', "ja-JP has no privacyPolicyUrl"),
        ("warning", "skill.json", '"privacyAndCompliance"', "Nothing is said of containsAds"),
    ],
    "radio": [
        ("error", "de-DE.json", "{,}", "It is not JSON"),
        ("error", "en-GB.json", "{channel}", "“put {channel} on” uses {channel}, which its intent does not declare"),
        ("warning", "en-GB.json", "my radio", "Of its two words one is “my”"),
        ("warning", "en-GB.json", '"intents"', "AMAZON.FallbackIntent is missing"),
        ("warning", "en-GB.json", '"samples"', "AMAZON.HelpIntent has samples"),
        ("warning", "en-GB.json", "play  ", "“play  {station}” has spaces to spare"),
        ("warning", "en-GB.json", "", "PlayIntent has “play {station}” twice"),
        ("warning", "en-GB.json", "play jazz", "“play jazz” in OffIntent is also “play {station}” in PlayIntent"),
        ("warning", "en-GB.json", "shut up", "“shut up” in OffIntent is also “shut up” in AMAZON.StopIntent"),
        ("warning", "en-GB.json", "", "Station lists “jazz” twice"),
        ("warning", "en-GB.json", '"value": "news"', "Station: “news” has “news” 2 times among its value and synonyms"),
        ("warning", "en-GB.json", '"value": "debates"', "Station: “talk” stands for “news” and for “debates”"),
        ("warning", "", "", "There is no skill.json"),
    ],
}
"""All that is found in each of the five, but for keys of another format. The line is that of the text or before it."""


def findings_of(place: Path, language: str = "") -> list[Finding]:
    """All findings about a skill."""
    return [finding for result in run_other_checks(find_skill(place), language) for finding in result.findings]


@pytest.mark.parametrize("name", SKILLS)
def test_five_skills(name: str, tmp_path: Path) -> None:
    """Each mistake is found once, as an error or a warning, in its file and on its line, and nothing else is."""
    SKILLS[name](tmp_path)
    found = findings_of(tmp_path)
    left = [one for one in found if "which Amazon does not know" not in one.wrong]
    for kind, file, on, wrong in EXPECTED[name]:
        matching = [
            one
            for one in left
            if one.wrong.startswith(wrong) and one.file.endswith(file) and one.severe == (kind == "error")
            if not on or line_in(Path(one.file), on) - (one.line or 0) in (0, 1)
        ]
        assert len(matching) == 1, f"{wrong}:\n{show(left)}"
        left.remove(matching[0])
    assert not left, show(left)
    assert all(one.why and one.hint for one in found)
    assert not [one for one in found if one.severe and "which Amazon does not know" in one.wrong]
    if schema.installed():
        assert len(found) - len(EXPECTED[name]) == (4 if name == "music" else 0)


def run(*words: str) -> Result:
    """Run `soft-landing check`."""
    return CliRunner().invoke(check, list(words))


@pytest.mark.parametrize(("name", "status", "strict"), [("facts", 0, 0), ("buses", 1, 1), ("radio", 1, 1)])
def test_the_exit_status_is_that_of_check(name: str, status: int, strict: int, tmp_path: Path) -> None:
    """An error fails, and strictly a warning does; what was found stands with its place."""
    SKILLS[name](tmp_path)
    result = run("--folder", str(tmp_path))
    assert result.exit_code == status, result.output
    assert run("--folder", str(tmp_path), "--strict").exit_code == strict
    if name == "buses":
        assert f"error: {tmp_path}/models/en-GB.json:39: “{{stop}}” is nothing but free words." in result.output


def test_only_warnings_fail_strictly(tmp_path: Path) -> None:
    """Without a manifest and with a pronoun in its name, a skill passes, but not strictly."""
    written(tmp_path / "en-GB.json", model("my radio", {"name": "PlayIntent", "samples": ["play"]}))
    assert run("--folder", str(tmp_path)).exit_code == 0
    assert run("--folder", str(tmp_path), "--strict").exit_code == 1


def test_lines_for_scripts(tmp_path: Path) -> None:
    """As JSON each finding is an object, with the check that found it, and --only takes one of the two."""
    SKILLS["buses"](tmp_path)
    lines = [json.loads(line) for line in run("--folder", str(tmp_path), "--json").output.splitlines()]
    assert {line["check"] for line in lines} == {"model", "listing"}
    for name in OTHER_CHECK_NAMES:
        some = [
            json.loads(line) for line in run("--folder", str(tmp_path), "--json", "--only", name).output.splitlines()
        ]
        assert some == [line for line in lines if line["check"] == name]
    assert set(OTHER_CHECK_NAMES) < set(CHECK_NAMES)


@pytest.mark.parametrize(
    ("words", "said"),
    [(("--url", "https://skill.example.org/"), "leave --url out"), (("--only", "words"), "all but model and listing")],
)
def test_what_only_our_own_skill_has_is_refused(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    """Another skill is files; whoever asks for more hears so."""
    facts(tmp_path)
    result = run("--folder", str(tmp_path), *words)
    assert (result.exit_code, said in " ".join(result.output.split())) == (2, True)


def test_a_folder_without_a_skill(tmp_path: Path) -> None:
    """It says what to give instead, and a folder that is not there is no folder."""
    written(tmp_path / "package.json", {"name": "x"})
    result = run("--folder", str(tmp_path))
    assert (result.exit_code, "holds no skill" in result.output) == (2, True)
    assert run("--folder", str(tmp_path / "nowhere")).exit_code == 2
    written(tmp_path / "skills/b/skill-package/skill.json", {"manifest": {}})
    written(tmp_path / "skills/a/skill-package/skill.json", {"manifest": {}})
    with pytest.raises(NoSkill, match=r"There is one in .*skills.a.skill-package$"):
        find_skill(tmp_path)


# -- Where things stand -----------------------------------------------------------------------------------------------


def test_a_single_model(tmp_path: Path) -> None:
    """A file by itself: its language is in its name, or said; where neither is so, that is a warning."""
    whole = model("my radio", {"name": "PlayIntent", "samples": ["play"]})
    for name, language, wrongs in (
        ("en-GB.json", "", ["Of its two words one is “my”"]),
        ("model_en_GB.json", "", ["Of its two words one is “my”"]),
        ("model.json", "en", ["Of its two words one is “my”"]),
        ("model.json", "", ["Its name tells no locale"]),
        ("de-DE.json", "en", []),
    ):
        written(tmp_path / name, whole)
        assert [one.wrong for one in findings_of(tmp_path / name, language)] == wrongs


def test_a_single_manifest(tmp_path: Path) -> None:
    """A manifest by itself is looked at without asking for models."""
    written(tmp_path / "skill.json", manifest({"uri": FUNCTION}, phrases={"en-US": ["Alexa, open space facts"]}))
    assert show(findings_of(tmp_path / "skill.json")) == "nothing was found"
    (tmp_path / "skill.json").write_text("{", "utf-8")
    assert [one.wrong[:14] for one in findings_of(tmp_path / "skill.json")] == ["It is not JSON"]


def test_files_from_windows(tmp_path: Path) -> None:
    """A byte order mark is said once, and all the rest is looked at; another encoding is named."""
    facts(tmp_path)
    package = tmp_path / "skill-package"
    for path in (package / "skill.json", package / "interactionModels/custom/en-US.json"):
        path.write_bytes(path.read_text("utf-8").replace("space facts", "space fact").encode("utf-8-sig"))
    found = findings_of(tmp_path)
    assert [(one.line, one.severe) for one in found if one.wrong == "A byte order mark stands in front"] == [
        (1, False), (1, False)
    ]  # fmt: skip
    assert len(found) == 2, show(found)
    german = package / "interactionModels/custom/de-DE.json"
    german.write_bytes(german.read_text("utf-8").encode("utf-16"))
    assert caught(findings_of(tmp_path), "it is not written as UTF-8").severe


def test_a_package_may_stand_elsewhere(tmp_path: Path) -> None:
    """The ASK CLI says where, and whether it makes the endpoint by itself."""
    facts(tmp_path)
    (tmp_path / "skill-package").rename(tmp_path / "src")
    whole = json.loads((tmp_path / "src/skill.json").read_text("utf-8"))
    del whole["manifest"]["apis"]["custom"]["endpoint"]
    written(tmp_path / "src/skill.json", whole)
    written(tmp_path / "ask-resources.json", resources("src"))
    assert [one.wrong for one in findings_of(tmp_path)] == ["There is no endpoint"]
    written(tmp_path / "ask-resources.json", resources("src", skillInfrastructure={"type": "@ask-cli/lambda-deployer"}))
    assert show(findings_of(tmp_path)) == "nothing was found"
    assert show(findings_of(tmp_path / "src")).count("There is no endpoint") == 1


@pytest.mark.parametrize(
    "content", ["", "[]", "null", '{"profiles": []}', '{"profiles": {"default": null}}', "{", '{"profiles": {"a": {}}}']
)
def test_a_strange_file_of_the_cli_is_passed_over(content: str, tmp_path: Path) -> None:
    """Then the package is looked for where it usually stands."""
    facts(tmp_path)
    (tmp_path / "ask-resources.json").write_text(content, "utf-8")
    assert show(findings_of(tmp_path)) == "nothing was found"


@pytest.mark.parametrize("src", ["nowhere", "\0", "x" * 5000, "../../../../..", "/"])
def test_a_strange_place_is_passed_over(src: str, tmp_path: Path) -> None:
    """A place that no system has, or that holds no skill, is none."""
    facts(tmp_path)
    written(tmp_path / "ask-resources.json", resources(src))
    assert find_skill(tmp_path).manifest == tmp_path / "skill-package/skill.json"


def test_our_own_package_passes(tmp_path: Path) -> None:
    """What `soft-landing package` writes has no error in it, by what is asked of everybody."""
    made = CliRunner().invoke(package, ["--endpoint", "https://skill.example.org/", "--out", str(tmp_path)])
    assert made.exit_code == 0
    assert not [str(one) for one in findings_of(tmp_path) if one.severe]


def test_what_amazon_takes_is_no_error(tmp_path: Path) -> None:
    """What only we keep to, and what only helps, is a warning for others."""
    whole = model("space facts", {"name": "GetFactIntent", "samples": ["a fact", "Tell me two", "a fact", ""]})
    spoken = whole["interactionModel"]["languageModel"]
    spoken["intents"] = [
        *spoken["intents"][:3],
        {"name": "AMAZON.ScrollDownIntent", "samples": []},
        {"name": "AMAZON.SearchAction<object@Event>", "samples": []},
        {"name": "AMAZON.FallbackIntent", "samples": ["whatever"]},
        *spoken["intents"][5:],
    ]
    written(tmp_path / "en-US.json", whole)
    found = findings_of(tmp_path / "en-US.json")
    assert sorted((one.severe, one.wrong) for one in found) == [
        (False, "AMAZON.NavigateHomeIntent is missing"),
        (False, "GetFactIntent has “a fact” twice"),
        (False, "“Tell me two” has a capital letter"),
        (True, "AMAZON.FallbackIntent has samples"),
        (True, "“” has spaces to spare"),
    ]
    assert not [one for one in found if "utterances.txt" in one.hint]


# -- The manifest -----------------------------------------------------------------------------------------------------


def look_at_manifest(tmp_path: Path, whole: Any) -> list[Finding]:
    """The findings about a manifest, beside the models of a skill that has nothing wrong."""
    facts(tmp_path)
    written(tmp_path / "skill-package/skill.json", whole)
    return list(check_other_manifest(find_skill(tmp_path)))


MANIFEST_MISTAKES: dict[str, tuple[str, Any, str]] = {
    "no version": ("manifestVersion", None, "The version is not “1.0”"),
    "a country and the world": ("publishingInformation.distributionCountries", ["US"], "names countries"),
    "no category": ("publishingInformation.category", "", "There is no category"),
    "long instructions": ("publishingInformation.testingInstructions", "a" * 4001, "have 4001 characters"),
    "no locales": ("publishingInformation.locales", {}, "No locale has words for the store"),
    "a name of 51": ("publishingInformation.locales.en-US.name", "a" * 51, "The name of en-US has 51 characters"),
    "no description": ("publishingInformation.locales.en-US.description", "", "The description of en-US has 0"),
    "no phrases": ("publishingInformation.locales.en-US.examplePhrases", [], "0 example phrases"),
    "four phrases": ("publishingInformation.locales.de-DE.examplePhrases", ["a", "b", "c", "d"], "4 example phrases"),
    "an unknown phrase": (
        "publishingInformation.locales.en-US.examplePhrases",
        ["Alexa, open space facts", "Alexa, ask space facts to sing"],
        "“to sing” is no sample of any intent",
    ),
    "a first question": (
        "publishingInformation.locales.en-US.examplePhrases",
        ["Alexa, ask space facts to tell me a fact"],
        "the first phrase asks for something",
    ),
    "no wake word": (
        "publishingInformation.locales.en-US.examplePhrases",
        ["Alexa, open space facts", "open space facts"],
        "“open space facts” does not begin with",
    ),
    "another name": (
        "publishingInformation.locales.de-DE.examplePhrases",
        ["Alexa, öffne das Weltall"],
        "does not name the skill, “weltraum wissen”",
    ),
    "31 keywords": ("publishingInformation.locales.en-US.keywords", ["a"] * 31, "en-US has 31 keywords"),
    "an icon by http": ("publishingInformation.locales.en-US.largeIconUri", "http://x/y.png", "largeIconUri is 'http"),
    "no icon": ("publishingInformation.locales.en-US.largeIconUri", "", "en-US has no largeIconUri"),
    "not for export": ("privacyAndCompliance.isExportCompliant", False, "It is not export compliant"),
    "a policy by http": ("privacyAndCompliance.locales", {"en-US": {"privacyPolicyUrl": "http://x/"}}, "is not https"),
    "no apis": ("apis", {}, "There are no apis"),
    "no endpoint": ("apis.custom", {}, "There is no endpoint"),
    "an endpoint of nothing": ("apis.custom.endpoint", {}, "apis.custom.endpoint has no uri"),
    "a placeholder": ("apis.custom.endpoint.uri", "ask-custom-how-to-default", "does not begin with https://"),
    "an endpoint by http": ("apis.custom.endpoint.uri", "http://skill.example.org/", "is http; Alexa only calls https"),
    "a region's endpoint": (
        "apis.custom.regions",
        {"EU": {"endpoint": {"uri": "https://localhost/"}}},
        "apis.custom.regions.EU.endpoint: localhost is a name inside",
    ),
    "an endpoint for events": (
        "events",
        {"endpoint": {"uri": "https://192.0.2.7/"}},
        "events.endpoint: 192.0.2.7 is a",
    ),
}
SEVERE_MANIFEST = {
    *(
        "no version",
        "long instructions",
        "no locales",
        "a name of 51",
        "no description",
        "31 keywords",
        "an icon by http",
    ),
    *("no apis", "an endpoint of nothing", "a placeholder", "an endpoint by http", "a region's endpoint"),
    "an endpoint for events",
}


@pytest.mark.parametrize("name", MANIFEST_MISTAKES)
def test_manifest_mistakes(name: str, tmp_path: Path) -> None:
    """Each mistake is named, with a line, as an error where Amazon does not take it and as a warning elsewhere."""
    place, value, wrong = MANIFEST_MISTAKES[name]
    phrases = {"en-US": ["Alexa, open space facts"], "de-DE": ["Alexa, öffne weltraum wissen"]}
    whole = manifest({"uri": FUNCTION}, phrases=phrases)
    assert show(look_at_manifest(tmp_path, whole)) == "nothing was found"
    around = whole["manifest"]
    *way, last = place.split(".")
    for key in way:
        around = around[key]
    around[last] = value
    finding = caught(look_at_manifest(tmp_path, whole), wrong)
    assert (finding.severe, bool(finding.line)) == (name in SEVERE_MANIFEST, True)


@pytest.mark.skipif(not schema.installed(), reason="ask-smapi-model is not installed")
@pytest.mark.parametrize(
    ("key", "value", "wrong", "severe"),
    [
        ("anythingNew", True, "has the key 'anythingNew'", False),
        ("distributionMode", "ANYTHING_NEW", "is 'ANYTHING_NEW', which Amazon does not know", False),
        ("distributionMode", 5, "is 5, which Amazon does not know", True),
        ("isAvailableWorldwide", "true", "is a text and should be true or false", True),
    ],
)
def test_what_is_newer_than_amazons_classes_is_a_warning(
    key: str, value: Any, wrong: str, severe: bool, tmp_path: Path
) -> None:
    """They are of 2023: what they do not know may be right by now; a number for a word never is."""
    phrases = {"en-US": ["Alexa, open space facts"], "de-DE": ["Alexa, öffne weltraum wissen"]}
    whole = manifest({"uri": FUNCTION}, phrases=phrases, **{key: value})
    finding = caught(look_at_manifest(tmp_path, whole), wrong)
    assert (finding.severe, finding.line) == (severe, line_in(tmp_path / "skill-package/skill.json", f'"{key}"'))


def test_a_locale_needs_both(tmp_path: Path) -> None:
    """A model without words for the store is named, and words without a model."""
    phrases = {"en-US": ["Alexa, open space facts"], "it-IT": ["Alexa, apri space facts"]}
    found = look_at_manifest(tmp_path, manifest({"uri": FUNCTION}, phrases=phrases))
    assert [one.wrong for one in found if one.severe] == [
        "de-DE has a model, and no words for the store",
        "it-IT has words for the store, and no model",
    ]


def test_an_older_key_is_read(tmp_path: Path) -> None:
    """What stands under the key of the first ASK CLI, or under none, is looked at as well, and the key is named."""
    inside = manifest({"uri": FUNCTION}, phrases={"en-US": [], "de-DE": []})["manifest"]
    for whole in ({"skillManifest": inside}, inside):
        found = look_at_manifest(tmp_path, whole)
        assert caught(found, "There is no manifest in it").severe
        caught(found, "en-US: 0 example phrases")


def test_icons_beside_the_manifest_are_measured(tmp_path: Path) -> None:
    """An icon of another size is named, and so is one that is not there."""
    facts(tmp_path)
    whole = json.loads((tmp_path / "skill-package/skill.json").read_text("utf-8"))
    shown = whole["manifest"]["publishingInformation"]["locales"]["en-US"]
    shown |= {"smallIconUri": "file://assets/icon.png", "largeIconUri": "file://assets/icon.png"}
    image = tmp_path / "skill-package/assets/icon.png"
    image.parent.mkdir()
    image.write_bytes((folder("listing") / "icon-108.png").read_bytes())
    written(tmp_path / "skill-package/skill.json", whole)
    assert [one.wrong for one in check_other_manifest(find_skill(tmp_path))] == [
        "en-US: file://assets/icon.png is 108×108"
    ]


# -- Whatever stands in them ------------------------------------------------------------------------------------------


def own() -> dict[str, Any]:
    """The manifest of our own package, for one locale."""
    return own_manifest(folder("listing"), ["en-US"], read_endpoint("https://skill.example.org/"))


@pytest.mark.parametrize(("seed", "count", "at_once"), [(21, 300, 1), (22, 150, 4)])
def test_no_change_to_a_manifest_stops_the_check(seed: int, count: int, at_once: int, tmp_path: Path) -> None:
    """Small changes anywhere in our own manifest, by a seed: the check goes on to its end, and findings have lines."""
    facts(tmp_path)
    for what, whole in strange(own(), seed, count, at_once=at_once):
        written_as_it_is(tmp_path / "skill-package/skill.json", whole)
        try:
            found = list(check_other_manifest(find_skill(tmp_path)))
        except Exception as error:
            raise AssertionError(what) from error
        assert all(one.line for one in found), what


@pytest.mark.parametrize(("seed", "count", "at_once"), [(23, 60, 1), (24, 60, 4)])
def test_no_change_to_another_model_stops_the_check(seed: int, count: int, at_once: int, tmp_path: Path) -> None:
    """The same for a model, in a language that we know and in one that we do not."""
    facts(tmp_path)
    for number, (what, whole) in enumerate(strange(small(), seed, count, at_once=at_once)):
        written_as_it_is(
            tmp_path / f"skill-package/interactionModels/custom/{('en-US', 'de-DE')[number % 2]}.json", whole
        )
        try:
            skill = find_skill(tmp_path)
            list(check_other_models(skill))
            list(check_other_manifest(skill))
        except Exception as error:
            raise AssertionError(what) from error


def written_as_it_is(path: Path, data: Any) -> None:
    """A JSON file of whatever JSON can hold, half characters included."""
    path.write_text(json.dumps(data, indent=1), "utf-8")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_files_that_may_not_be_read(tmp_path: Path) -> None:
    """They are findings like any other."""
    facts(tmp_path)
    (tmp_path / "skill-package/skill.json").chmod(0)
    caught(findings_of(tmp_path), "It is not JSON")


def test_no_skill_is_an_error_with_a_hint(tmp_path: Path) -> None:
    """From Python it is an exception that says what to give."""
    with pytest.raises(NoSkill, match="or one model file"):
        find_skill(tmp_path)
