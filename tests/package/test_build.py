"""The package for Amazon: what stands in it, and how it is written into a folder."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from skill.content.responses import Responses
from skill.core.catalogue import roles_of
from skill.package import build
from skill.package.address import address_problems, read_endpoint
from skill.package.commands import package
from skill.paths import folder

pytestmark = pytest.mark.slow  # of the tools; a writer of words need not wait for it

LOCALES = Responses(folder("responses")).locales
ADDRESS = "https://skill.example.org/"
FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:soft-landing"
LISTING, MODELS = folder("listing"), folder("interaction_models")


def run(*words: str) -> Result:
    """Run `soft-landing package`."""
    return CliRunner().invoke(package, list(words))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package, written."""
    out = tmp_path_factory.mktemp("made") / "package"
    result = run("--endpoint", ADDRESS, "--out", str(out))
    assert result.exit_code == 0, result.output
    return out


@pytest.fixture(scope="module")
def manifest(made: Path) -> dict[str, Any]:
    """Its manifest."""
    return dict(json.loads((made / "skill-package/skill.json").read_text("utf-8"))["manifest"])


def files(root: Path) -> dict[str, bytes]:
    """All files under a folder."""
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_is_what_the_ask_cli_takes(made: Path) -> None:
    """The layout of an ASK CLI package, version 2, and nothing beside it but our own mark."""
    assert sorted(files(made)) == sorted(
        [
            "ask-resources.json",
            "skill-package/skill.json",
            "skill-package/assets/images/icon-108.png",
            "skill-package/assets/images/icon-512.png",
            "soft-landing-package.json",
            *(f"skill-package/interactionModels/custom/{locale}.json" for locale in LOCALES),
        ]
    )
    profile = json.loads((made / "ask-resources.json").read_text())["profiles"]["default"]
    assert profile == {"skillMetadata": {"src": "./skill-package"}}


def test_listens_wide_only_where_asked(made: Path, tmp_path: Path) -> None:
    """By the option every locale's model takes any sentence by one intent more, and nothing else changes."""
    assert run("--endpoint", ADDRESS, "--out", str(tmp_path / "wide"), "--listen-wide").exit_code == 0
    plain, wide = files(made), files(tmp_path / "wide")
    assert {name for name in plain if plain[name] != wide[name]} == {
        "soft-landing-package.json",
        *(f"skill-package/interactionModels/custom/{locale}.json" for locale in LOCALES),
    }
    for locale in LOCALES:
        name = f"skill-package/interactionModels/custom/{locale}.json"
        before, after = json.loads(plain[name]), json.loads(wide[name])
        intent = after["interactionModel"]["languageModel"]["intents"].pop()
        assert before == after
        assert intent == {
            "name": "WordsIntent",
            "slots": [{"name": "words", "type": "AMAZON.Person"}],
            "samples": ["{words}"],
        }


def test_says_what_listening_wide_is() -> None:
    """Nobody chooses it without having read that it is a workaround."""
    assert "workaround" in (said := " ".join(run("--help").output.split()))
    assert "does not document" in said
    assert "certification" in said


def test_every_model_has_its_dialog(made: Path) -> None:
    """What is elicited has its place in the model of every locale, or Alexa drops it."""
    for locale in LOCALES:
        model = json.loads((made / f"skill-package/interactionModels/custom/{locale}.json").read_text("utf-8"))
        intents = model["interactionModel"]["dialog"]["intents"]
        slots = {intent["name"]: [slot["name"] for slot in intent["slots"]] for intent in intents}
        assert slots == {"QuestionIntent": ["question"]}
        assert model["interactionModel"]["prompts"]


def test_the_most_specific_model_counts(tmp_path: Path) -> None:
    """A country's own model stands for it, whole, and its language's for the others."""
    (tmp_path / "en.json").write_text('{"of": "the language"}')
    (tmp_path / "en-GB.json").write_text('{"of": "the country"}')
    assert b"country" in build.model_file(tmp_path, "en-GB")
    assert b"language" in build.model_file(tmp_path, "en-US")
    with pytest.raises(build.PackageError, match=r"interaction_models/de\.json is missing"):
        build.model_file(tmp_path, "de-DE")
    with pytest.raises(build.PackageError, match=r"interaction_models/en-GB\.json has no list of intents"):
        build.model_file(tmp_path, "en-GB", listen_wide=True)


def test_the_manifest_says_what_is_true(manifest: Mapping[str, Any]) -> None:
    """Endpoint, screens, the event that forgets, privacy: as the skill is."""
    endpoint = {"uri": ADDRESS, "sslCertificateType": "Trusted"}
    custom = manifest["apis"]["custom"]
    assert custom["endpoint"] == endpoint
    assert [interface["type"] for interface in custom["interfaces"]] == ["ALEXA_PRESENTATION_APL"]
    assert manifest["events"] == {"endpoint": endpoint, "subscriptions": [{"eventName": "SKILL_DISABLED"}]}
    privacy = manifest["privacyAndCompliance"]
    assert [key for key, value in privacy.items() if value is True] == ["isExportCompliant"]
    assert privacy["locales"]["en-IN"] == {
        "privacyPolicyUrl": f"{ADDRESS}privacy",
        "termsOfUseUrl": f"{ADDRESS}terms",
    }
    published = manifest["publishingInformation"]
    assert published["distributionCountries"] == ["AU", "CA", "GB", "IN", "US"]
    assert sorted(published["locales"]) == list(LOCALES)


def test_the_icons_are_those_of_the_listing(made: Path) -> None:
    """The store gets the files of listing/ as they are; a missing one is named, with how to draw it."""
    for size in build.ICON_SIZES:
        name = build.icon_name(size)
        assert (made / "skill-package/assets/images" / name).read_bytes() == (LISTING / name).read_bytes()
    with pytest.raises(build.PackageError, match=r"listing/icon-108\.png cannot be read.*tools/draw_icons\.py"):
        build.icon_file(made, 108)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://skill.example.org/", "Alexa only calls https"),
        ("skill.example.org", "does not begin with https://"),
        ("https://", "names no host"),
        ("https:///path", "names no host"),
        ("https://192.0.2.7/", "is a number, not a name"),
        ("https://[2001:db8::1]/", "is a number, not a name"),
        ("https://skill.example.org:8443/", "only calls port 443"),
        ("https://skill.example.org:https/", "is not an address"),
        ("https://exa mple.org/", "is not an address"),
        ("https://skill.example.org/a b", "is not an address"),
        ("https://skill.exa\nmple.org/", "is not an address"),
        ("https://skill..example.org/", "is not an address"),
        ("https://.example.org/", "is not an address"),
        ("https://-skill.example.org/", "is not an address"),
        ("https://<skill>.example.org/", "is not an address"),
        ("https://./", "names no host"),
        ("https://skill.local./", "inside your own network"),
        ("https://skill.lan/", "inside your own network"),
        ("https://skill.home.arpa/", "inside your own network"),
        ("https://localhost/", "inside your own network"),
        ("https://me:secret@skill.example.org/", "leave it out"),
        ("arn:aws:s3:::bucket", "not the ARN of a Lambda function"),
        (FUNCTION, "--pages"),
    ],
)
def test_an_address_that_alexa_would_not_call_is_refused(address: str, said: str, tmp_path: Path) -> None:
    """The reason is given in plain words, and nothing is written."""
    result = run("--endpoint", address, "--out", str(tmp_path / "package"))
    assert result.exit_code == 1
    assert said in result.output
    assert "secret" not in result.output
    assert not (tmp_path / "package").exists()


@pytest.mark.parametrize(
    "address",
    [
        "https://skill.example.org",
        "https://flaws.example.org/alexa",
        "https://a.example.org:443/x",
        "https://abc.execute-api.us-east-1.amazonaws.com/dev",
        "https://x.lambda-url.eu-west-1.on.aws/",
        "https://x.lambda-url.eu-west-1.on.aws./",
        "https://bücher.example.org/",
        "https://xn--bcher-kva.example.org/",
        "https://skill-1234.eu-west-1.elb.amazonaws.com/",
    ],
)
def test_an_address_that_alexa_calls_is_taken(address: str) -> None:
    """A path may have Amazon's names in it, a host their letters, and Amazon's own hosts anything."""
    endpoint = read_endpoint(address, certificate="wildcard")
    assert endpoint.as_data() == {"uri": address, "sslCertificateType": "Wildcard"}
    assert endpoint.warnings == ()


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("alexa.example.org", "alexa"),
        ("my-alexa.example.org", "alexa"),
        ("amazonskill.example.org", "amazon"),
        ("aws.example.org", "aws"),
        ("myamazonaws.com", "amazon"),
        ("amazonaws.com.example.org", "amazon"),
        ("aws.example.aws", "aws"),
    ],
)
def test_one_of_amazons_names_in_a_host_is_a_warning(host: str, name: str, tmp_path: Path) -> None:
    """Alexa calls such a host, so there is a package; whoever wants to publish is told of the rule."""
    result = run("--endpoint", f"https://{host}/", "--out", str(tmp_path / "it"))
    assert result.exit_code == 0, result.output
    assert f"Warning: {host} has “{name}” in it" in result.stderr
    made = json.loads((tmp_path / "it/skill-package/skill.json").read_text("utf-8"))["manifest"]
    assert made["apis"]["custom"]["endpoint"]["uri"] == f"https://{host}/"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("https://skill.example.org:8443/", "only calls port 443"),
        ("https://skill.internal/", "inside your own network"),
        ("http://skill.example.org/", "Alexa only calls https"),
        ("arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:it", "not the ARN of a Lambda function"),
    ],
)
def test_a_refusal_can_be_overridden(address: str, said: str, tmp_path: Path) -> None:
    """Who knows better says so, and is told all the same; the refusal names the option."""
    words = ("--endpoint", address, "--pages", "https://pages.example.org/", "--out", str(tmp_path / "it"))
    refused = run(*words)
    assert (refused.exit_code, "--anyway" in refused.output, (tmp_path / "it").exists()) == (1, True, False)
    taken = run(*words, "--anyway")
    assert (taken.exit_code, said in taken.stderr) == (0, True)
    made = json.loads((tmp_path / "it/skill-package/skill.json").read_text("utf-8"))["manifest"]
    assert made["apis"]["custom"]["endpoint"]["uri"] == address


@pytest.mark.parametrize("words", [("skill",), ("https://[::1/",), ("https://",), (FUNCTION,)])
def test_nothing_makes_an_address_of_none(words: tuple[str], tmp_path: Path) -> None:
    """Where there is nothing to call, or no page to link to, there is nothing to insist on."""
    result = run("--endpoint", *words, "--anyway", "--out", str(tmp_path / "it"))
    assert (result.exit_code, "--anyway" in result.output, (tmp_path / "it").exists()) == (1, False, False)


def test_every_problem_of_an_address_is_told() -> None:
    """One look names all that speaks against an address."""
    said = [problem.said for problem in address_problems("http://alexa:8080/?x")]
    assert len(said) == 5, said


def test_a_function_brings_its_pages_along(tmp_path: Path) -> None:
    """A Lambda function has no certificate, and no pages but those that are put elsewhere."""
    result = run("--endpoint", FUNCTION, "--pages", "https://pages.example.org/skill", "--out", str(tmp_path / "it"))
    assert result.exit_code == 0, result.output
    made = json.loads((tmp_path / "it/skill-package/skill.json").read_text("utf-8"))["manifest"]
    assert made["apis"]["custom"]["endpoint"] == {"uri": FUNCTION}
    address = made["privacyAndCompliance"]["locales"]["en-US"]["privacyPolicyUrl"]
    assert address == "https://pages.example.org/skill/privacy.html"
    assert "<h1>Privacy</h1>" in (tmp_path / "it/pages/privacy.html").read_text("utf-8")


def test_annotations_are_amazons(tmp_path: Path) -> None:
    """Each test set becomes one annotation set, with an intent of the model for each utterance."""
    result = run("--endpoint", ADDRESS, "--out", str(tmp_path / "it"), "--annotations")
    assert result.exit_code == 0, result.output
    model = json.loads((MODELS / "en.json").read_text("utf-8"))["interactionModel"]["languageModel"]
    known = {intent["name"] for intent in model["intents"]}
    sets = sorted((tmp_path / "it/annotations").glob("*.json"))
    assert sets
    for path in sets:
        for row in json.loads(path.read_text("utf-8"))["data"]:
            assert row["inputs"]["utterance"]
            assert [expected["intent"]["name"] in known for expected in row["expected"]] == [True], row


def test_annotations_want_a_checkout(tmp_path: Path) -> None:
    """An installed copy has no test sets, and says so."""
    with pytest.raises(build.PackageError, match="Run it from a checkout"):
        build.annotations(tmp_path / "tests/evaluation", folder("interaction_models"), roles_of(folder("responses")))


def test_counts_the_files_of_the_package(tmp_path: Path) -> None:
    """What is counted as changed or deleted is among the files; our own mark is not."""
    words = ("--endpoint", ADDRESS, "--out", str(tmp_path))
    first = run(*words, "--annotations").output
    assert (found := re.search(r"(\d+) files, (\d+) of them changed\.", first))
    assert found[1] == found[2]
    sets = len(list((tmp_path / "annotations").iterdir()))
    assert f"{int(found[1]) - sets} files, 0 of them changed, and {sets} deleted." in run(*words).output


# -- Writing into a folder --------------------------------------------------------------------------------------------


def test_writes_again_only_what_changed(tmp_path: Path) -> None:
    """The same package again changes nothing; another endpoint changes the manifest."""
    content = {"a/b.json": b"1", "c.json": b"2"}
    assert set(build.write(content, tmp_path / "it")) == {*content, build.MARKER_FILE}
    assert build.write(content, tmp_path / "it") == []
    assert set(build.write({**content, "c.json": b"3"}, tmp_path / "it")) == {"c.json", build.MARKER_FILE}


def test_leaves_what_is_not_ours(tmp_path: Path) -> None:
    """The ASK CLI's own state, and whatever else stands there, stays as it is."""
    (tmp_path / ".ask").mkdir()
    (tmp_path / ".ask/ask-states.json").write_text("{}")
    (tmp_path / "notes.txt").write_text("mine")
    build.write({"a.json": b"1"}, tmp_path)
    build.write({"b.json": b"1"}, tmp_path)
    assert set(files(tmp_path)) == {".ask/ask-states.json", "notes.txt", "b.json", build.MARKER_FILE}


def foreign(root: Path) -> None:
    """A file of the same name that we did not write."""
    (root / "a.json").write_text("mine")


def changed(root: Path) -> None:
    """A file that we wrote, changed since."""
    build.write({"a.json": b"1"}, root)
    (root / "a.json").write_text("mine")


def changed_and_gone(root: Path) -> None:
    """A file that we wrote and no longer want, changed since."""
    build.write({"old.json": b"1"}, root)
    (root / "old.json").write_text("mine")


def linked(root: Path) -> None:
    """A link that leads elsewhere."""
    (root / "elsewhere").write_bytes(b"mine")
    (root / "a.json").symlink_to(root / "elsewhere")


def linked_folder(root: Path) -> None:
    """A folder that is a link."""
    (root / "other").mkdir()
    (root / "d").symlink_to(root / "other")


def broken_mark(root: Path) -> None:
    """A mark that nobody can read."""
    (root / build.MARKER_FILE).write_text("{")


def sly_mark(root: Path) -> None:
    """A mark that names files outside."""
    (root / build.MARKER_FILE).write_text(json.dumps({"files": {"../outside": "x"}}))


IN_THE_WAY = [foreign, changed, changed_and_gone, linked, linked_folder, broken_mark, sly_mark]


@pytest.mark.parametrize("before", IN_THE_WAY, ids=lambda found: found.__name__)
def test_touches_nothing_rather_than_destroy(tmp_path: Path, before: Any) -> None:
    """Where something in the way is not ours, it says which, and leaves all as it was."""
    root = tmp_path / "it"
    root.mkdir()
    before(root)
    there = files(root)
    with pytest.raises(build.PackageError, match="--out"):
        build.write({"a.json": b"2", "d/e.json": b"2"}, root)
    assert files(root) == there


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    """`--out` with the name of a file is refused in plain words."""
    (tmp_path / "file").write_text("mine")
    result = run("--endpoint", ADDRESS, "--out", str(tmp_path / "file"))
    assert (result.exit_code, result.output.count("is a file")) == (1, 1)
