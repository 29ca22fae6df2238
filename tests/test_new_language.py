"""docs/translator.md, followed to the letter for an invented language, whose words are English by ROT13.

Its code is `xx`, which ISO 639 has not given to anybody and which has two letters, as all of Alexa's have; `XA` is a
country for private use. It counts as Polish does, so that each plural category is needed.
"""

import codecs
import json
import re
import shlex
import shutil
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from rubric import findings_elsewhere, judges

import skill.paths
from skill.__main__ import main
from skill.alexa.handlers import build
from skill.app import build_skill, health
from skill.content.locales import Languages
from skill.content.responses import Responses
from skill.content.translation import rewrite_texts, source_fingerprint
from skill.core.skill import Skill
from skill.dialog.variables import variables_of
from skill.lint.finding import Finding
from skill.lint.runner import LintTargets, run_checks
from skill.package.address import read_endpoint
from skill.package.build import package_files
from skill.paths import folder
from skill.simulator.device import Device, LastReply, intent_request
from skill.simulator.page import page_words

pytestmark = pytest.mark.slow

TOP = Path(__file__).parent.parent
LANGUAGE, COUNTRY, LOCALE = "xx", "XA", "xx-XA"
SAFETY_SCENES, SCENES, SAMPLES = 100, 25, 60
"""How many phrases of an intent are learned: about what docs/translator.md asks for."""
KEPT = re.compile(r"(\{\w*\}|\\.)")
"""Placeholders, slots and the letters of regular expressions stay as they are."""

STEPS = (
    "soft-landing add-language de --country DE --address du",
    "soft-landing languages de",
    'soft-landing ask --draft --locale de-DE "was ist aftercare"',
    "soft-landing check --language de",
    "soft-landing train --language de",
)


def rot13(text: str) -> str:
    """Every letter of a text thirteen further on; English again by the same."""
    return "".join(part if at % 2 else codecs.encode(part, "rot13") for at, part in enumerate(KEPT.split(text)))


def translated(value: Any) -> Any:
    """All texts in some data, keys left alone."""
    if isinstance(value, str):
        return rot13(value)
    if isinstance(value, list):
        return [translated(one) for one in value]
    return {key: translated(one) for key, one in value.items()} if isinstance(value, Mapping) else value


def as_toml(data: Mapping[str, Any], name: str = "") -> str:
    """Some data as TOML."""
    rows = [f"{json.dumps(key)} = {in_line(value)}" for key, value in data.items() if not isinstance(value, Mapping)]
    tables = [(f"{name}{json.dumps(key)}", value) for key, value in data.items() if isinstance(value, Mapping)]
    inner = [f"\n[{key}]\n{as_toml(value, f'{key}.')}" for key, value in tables]
    return "\n".join([*rows, *inner]) + "\n"


def in_line(value: Any) -> str:
    """A value as TOML writes it behind its key."""
    if isinstance(value, list):
        return f"[{', '.join(map(in_line, value))}]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(key)} = {in_line(one)}" for key, one in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value).lower()


def some(phrases: list[str], most: int) -> list[str]:
    """So many phrases at most, from all over a list."""
    return [phrases[at * len(phrases) // most] for at in range(most)] if len(phrases) > most else phrases


class Translator:
    """Somebody who does what docs/translator.md says, in a copy of the tree."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.steps = iter(documented())

    def step(self, command: str) -> Result:
        """The next command on the page, which has to be this one, with the invented language in the place of German."""
        line = next(self.steps)
        assert shlex.split(line)[1] == command
        for german, own in INSTEAD:
            line = line.replace(german, own)
        return CliRunner().invoke(main, shlex.split(line)[1:])

    def read(self, file: str) -> str:
        """A file of the tree."""
        return (self.root / file).read_text("utf-8")

    def write(self, file: str, text: str) -> None:
        """Write a file of the tree."""
        (self.root / file).write_text(text, "utf-8")

    def write_responses(self) -> None:
        """Section "Write what it says"."""
        base = self.root / "responses" / "en"
        for path in [*base.rglob("*.ssml"), *base.glob("_[pt]*.html")]:
            name = path.relative_to(base).as_posix()
            if name == "_page.html":
                continue
            source = path.read_text("utf-8")
            text = rewrite_texts(source, rot13)
            if name == "_practice.ssml":
                assert '"breath.one"' in text
                few = ", ".join(f'"{what}.{kind}": "{{number}} {kind}"' for what in WHAT for kind in ("few", "many"))
                text = re.sub(r'"(?:breath|round)\.other": "[^"]*"', "", text).replace('"script"', f'{few}, "script"')
                text = re.sub(r",\s*,", ",", text)
            self.write(f"responses/{LANGUAGE}/{name}", f"{{# en {source_fingerprint(source)} #}}\n{text}")
        place = rewrite_texts(self.read("responses/en-US/_place.ssml"), rot13)
        self.write(f"responses/{LOCALE}/_place.ssml", place)
        headings = tomllib.loads(self.read("responses/claims.toml"))["section"]
        rows = {row["topic"]: {key: rot13(row[key]) for key in ("heading", "cited")} for row in headings}
        self.write(f"responses/{LANGUAGE}/_claims.toml", as_toml(rows))

    def fill_in_language_file(self, status: str) -> None:
        """Section "Fill in language.toml"."""
        data = translated(tomllib.loads(self.read("responses/en/language.toml")))
        data |= {"language": LANGUAGE, "status": status, "plurals": "pl"}
        del data["limits"]["grade"]
        self.write(f"responses/{LANGUAGE}/language.toml", as_toml(data))
        replies = re.sub(
            r"= (\[.*?\])$",
            lambda found: "= " + re.sub('"([^"]*)"', lambda phrase: f'"{rot13(phrase[1])}"', found[1]),
            self.read("responses/en/replies.toml"),
            flags=re.DOTALL | re.MULTILINE,
        )
        self.write(f"responses/{LANGUAGE}/replies.toml", replies)
        page = translated(tomllib.loads(self.read("responses/en/page.toml")))
        self.write(f"responses/{LANGUAGE}/page.toml", as_toml(page))
        follow_ups = self.read(f"responses/{LANGUAGE}/followups.toml")
        self.write(f"responses/{LANGUAGE}/followups.toml", follow_ups.replace('["TODO"]', '["gnyx gb zr"]'))

    def confirm_helplines(self) -> None:
        """Section "Whom it names"."""
        before, *rows = self.read("responses/helplines.toml").split("[[line]]")
        for at, row in enumerate(rows):
            if f'"{LOCALE}"' in row:
                written = row.replace('name = "TODO"', 'name = "gur yvar"').replace(
                    'number = "TODO"', 'number = "1 12"'
                )
                rows[at] = written.replace("TODO", "tried").replace("confirmed = false", "confirmed = 2026-01-01")
        self.write("responses/helplines.toml", "[[line]]".join([before, *rows]))

    def write_phrases(self) -> None:
        """Section "What it listens for"."""
        model = json.loads(self.read(f"interaction_models/{LANGUAGE}.json"))
        own, base = (
            one["interactionModel"]["languageModel"]
            for one in (model, json.loads(self.read("interaction_models/en.json")))
        )
        for intent, english in zip(own["intents"], base["intents"], strict=True):
            intent["samples"] = [rot13(sample) for sample in some(english.get("samples", []), SAMPLES)]
            for slot, theirs in zip(intent.get("slots", []), english.get("slots", []), strict=True):
                slot |= {"samples": translated(theirs["samples"])} if "samples" in theirs else {}
        for kind, english in zip(own["types"], base["types"], strict=True):
            for value, theirs in zip(kind["values"], english["values"], strict=True):
                value["name"] = translated(theirs["name"])
        english = json.loads(self.read("interaction_models/en.json"))["interactionModel"]["prompts"]
        for prompt, theirs in zip(model["interactionModel"]["prompts"], english, strict=True):
            assert [one["value"] for one in prompt["variations"]] == ["TODO"]
            prompt["variations"] = [{**one, "value": rot13(one["value"])} for one in theirs["variations"]]
        self.write(f"interaction_models/{LANGUAGE}.json", json.dumps(model, ensure_ascii=False))
        wanted = tomllib.loads(self.read("responses/safety.toml"))
        sections = re.split(r"^\[([^\]]+)\]$", self.read("interaction_models/en.utterances.txt"), flags=re.MULTILINE)
        lines = []
        for heading, text in zip(sections[1::2], sections[2::2], strict=True):
            phrases = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
            near = heading in wanted or heading.startswith("OutOfScope")
            lines += [f"[{heading}]", *map(rot13, some(phrases, SAFETY_SCENES if near else SCENES))]
        self.write(f"interaction_models/{LANGUAGE}.utterances.txt", "\n".join(lines) + "\n")
        (self.root / f"interaction_models/{LANGUAGE}.english.txt").unlink()
        words = self.root / "interaction_models/en.words.toml"
        if words.is_file():
            text = as_toml(words_of(tomllib.loads(words.read_text("utf-8"))))
            self.write(f"interaction_models/{LANGUAGE}.words.toml", text)

    def write_encoder(self) -> None:
        """Section "What it listens for": an encoder that knows the language, here English in other letters."""
        models = self.root / "interaction_models"
        shutil.copy(models / "encoder.onnx", models / f"{LANGUAGE}.encoder.onnx")
        pieces = json.loads((models / "encoder.pieces").read_text("utf-8"))
        known = pieces["model"]["vocab"]
        pieces["model"]["vocab"] = {piece if piece[0] == "[" else rot13(piece): at for piece, at in known.items()}
        self.write(f"interaction_models/{LANGUAGE}.encoder.pieces", json.dumps(pieces))

    def write_listing(self) -> None:
        """Section "Finish"."""
        data = translated(tomllib.loads(self.read("listing/en.toml")))
        verb = tomllib.loads(self.read(f"responses/{LANGUAGE}/language.toml"))["speech"]["open"][0]
        intents = json.loads(self.read(f"interaction_models/{LANGUAGE}.json"))["interactionModel"]["languageModel"]
        samples = {intent["name"]: intent["samples"] for intent in intents["intents"]}
        asked = [next(sample for sample in samples[name] if "{" not in sample) for name in ("BodyIntent", "SadIntent")]
        data["name"] = "Soft Landing"
        data["phrases"] = [f"Alexa, {verb} soft landing {words}".strip() for words in ("", *asked)]
        self.write(f"listing/{LANGUAGE}.toml", as_toml(data))


INSTEAD = (
    ("de-DE", LOCALE),
    ("DE", COUNTRY),
    (" de", f" {LANGUAGE}"),
    ("was ist aftercare", rot13("what is aftercare")),
)
WHAT = ("breath", "round")


def words_of(lists: Mapping[str, Any]) -> dict[str, Any]:
    """The word lists of English in the invented language: words are also the keys of some tables."""
    made: dict[str, Any] = translated(lists)
    for path in (("rewrites",), ("contractions",), ("numbers",), ("durations", "amounts"), ("durations", "units")):
        table = made
        for key in path[:-1]:
            table = table.get(key, {})
        if path[-1] in table:
            table[path[-1]] = {rot13(key): value for key, value in table[path[-1]].items()}
    return made


def documented() -> list[str]:
    """The commands on the page, in their order."""
    lines = (TOP / "docs" / "translator.md").read_text("utf-8").splitlines()
    return [line.strip() for line in lines if line.startswith("    soft-landing ")]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of all words, in which `soft-landing` works."""
    root = tmp_path_factory.mktemp("tree")
    for name in ("responses", "interaction_models", "listing"):
        shutil.copytree(folder(name), root / name, ignore=shutil.ignore_patterns("__pycache__"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(skill.paths, "HERE", root / "skill")
        yield root


@pytest.fixture(scope="module")
def english(tree: Path) -> dict[tuple[str, bool], Any]:
    """All that is said in English before there is another language."""
    return said(Responses(tree / "responses"), "en-US")


def said(words: Responses, locale: str) -> dict[tuple[str, bool], Any]:
    """Every response of a locale that needs no variable, in both wordings."""
    found = {}
    for name in sorted(words.names(locale)):
        if name[:2] not in ("b-", "g-", "p-") and not variables_of(name):
            for discreet in (False, True):
                found[name, discreet] = words.render(name, locale, discreet=discreet)
    return found


@pytest.fixture(scope="module")
def results(tree: Path, english: dict[tuple[str, bool], Any]) -> dict[str, Result]:
    """What each command on the page says; what the page asks for between them is done between them."""
    translator = Translator(tree)
    results = {"add-language": translator.step("add-language")}
    results["begun"] = translator.step("languages")
    results["unwritten"] = translator.step("ask")
    translator.write_responses()
    translator.fill_in_language_file("draft")
    translator.confirm_helplines()
    results["unfinished"] = translator.step("check")
    translator.write_phrases()
    translator.write_encoder()
    results["train"] = translator.step("train")
    translator.write_listing()
    invoke: Callable[..., Result] = CliRunner().invoke
    results["draft"] = invoke(main, ["ask", "--draft", "--locale", LOCALE, rot13("i was raped")])
    results["locales of a draft"] = invoke(main, ["languages", LANGUAGE])
    results["check"] = invoke(main, ["check", "--language", LANGUAGE])
    assert LOCALE not in Responses(tree / "responses").locales, "a draft is served to nobody"
    translator.fill_in_language_file("complete")
    return results


@pytest.fixture(scope="module")
def trace() -> LastReply:
    """Sees what is answered."""
    return LastReply()


@pytest.fixture(scope="module")
def built(tree: Path, results: dict[str, Result], trace: LastReply) -> Skill:
    """The skill with the invented language in it."""
    return build_skill(on_reply=trace)


@pytest.fixture
def device(built: Skill, trace: LastReply) -> Device:
    """A speaker in the invented country."""
    return Device(build(built), built.understanding, trace, locale=LOCALE)


def test_the_page_has_these_steps() -> None:
    """A step more or less on the page has to be followed here as well."""
    assert tuple(documented()) == STEPS


def test_the_commands_say_what_the_page_says(results: dict[str, Result]) -> None:
    """Each of them works, and what is to do becomes less until nothing is left."""
    assert results["add-language"].exit_code == 0, results["add-language"].output
    assert "Alexa does not list xx-XA" in results["add-language"].output
    begun = results["begun"].output
    assert re.search(r"^xx +draft +0/\d+ +0/\d+ +0 +0  no ", begun, re.MULTILINE), begun
    assert "responses/xx/AssaultIntent.ssml is still to be translated" in begun
    assert "TODO" not in results["unwritten"].output
    assert "still to be translated" in results["unwritten"].output
    assert results["unfinished"].exit_code == 1, "there is no model yet"
    assert results["train"].exit_code == 0, results["train"].output
    assert "xx.learned" in results["train"].output
    assert rot13("sorry") in results["draft"].output
    finished = results["locales of a draft"].output
    assert re.search(r"^xx +draft +(\d+)/\1 +(\d+)/\2 +\d+ +\d+  yes +7/7 +0\n$", finished, re.MULTILINE), finished


def test_check_has_no_error(tree: Path, results: dict[str, Result], built: Skill) -> None:
    """It was looked at as a draft, and is as a complete language, beside English."""
    assert results["check"].exit_code == 0, results["check"].output
    targets = LintTargets(
        tree / "responses", tree / "interaction_models", TOP / "skill/alexa/screens", tree / "listing"
    )
    found: list[Finding] = [finding for result in run_checks(targets) for finding in result.findings]
    assert not [str(finding) for finding in found if finding.severe]
    assert not [str(finding) for finding in found if "Not checked for xx" in finding.wrong]


def test_english_is_as_it_was(tree: Path, built: Skill, english: dict[tuple[str, bool], Any]) -> None:
    """Not a word of it has changed."""
    assert said(built.responses, "en-US") == english


def test_every_word_is_its_own(built: Skill) -> None:
    """Nothing that is said is English: every response reads as English by turning its letters back."""
    for name, discreet in said(built.responses, LOCALE):
        own, base = (built.responses.render(name, one, discreet=discreet) for one in (LOCALE, "en-US"))
        if not own.need and not own.safety and "say-as" not in str(base.body):  # a number is another country's
            assert rot13(own.title) == base.title
            assert rot13(str(own.gist)) == base.gist
            assert len(str(own.body).split()) == len(str(base.body).split())
        for word in re.findall(r"[a-z]{4,}", re.sub(r"<[^>]*>", "", f"{own.body} {own.question}".lower())):
            assert word not in {"with", "your", "that", "would", "like", "help"}


def test_the_page_speaks_it(built: Skill) -> None:
    """The speaker's page says all of its words in it."""
    own, base = page_words(built, LOCALE), page_words(built, "en-US")
    assert all(own[key] == translated(base[key]) for key in base)


def test_it_is_served(tree: Path, built: Skill) -> None:
    """The server says so, and the package has its model, its listing and its own pages."""
    assert LOCALE in health(built.responses)["locales"]
    files = package_files(
        read_endpoint("https://skill.example.org/"),
        responses=tree / "responses", models=tree / "interaction_models", listing=tree / "listing",
    )  # fmt: skip
    assert f"skill-package/interactionModels/custom/{LOCALE}.json" in files
    manifest = json.loads(files["skill-package/skill.json"])["manifest"]
    assert COUNTRY in manifest["publishingInformation"]["distributionCountries"]
    addresses = manifest["privacyAndCompliance"]["locales"]
    assert addresses[LOCALE]["privacyPolicyUrl"] == "https://skill.example.org/xx/privacy"
    assert addresses["en-US"]["privacyPolicyUrl"] == "https://skill.example.org/privacy"
    assert rot13("Privacy") in built.responses.pages()["xx/privacy"]


def test_it_answers_in_its_own_words(device: Device, built: Skill) -> None:
    """A topic, its card and the part that it cites; an exercise, its plural and its own count."""
    turn = device.hear(f"{rot13('ask')} soft landing {rot13('what is aftercare')}")
    assert turn.response == "OverviewIntent"
    turn = device.send(intent_request("SendIntent", {}))
    assert turn.card
    assert turn.card["content"].splitlines()[-1] == rot13("Source: the article, “Opening”.")
    assert rot13("Opening") in device.send(intent_request("SourceIntent", {})).speech
    for rounds, kind in ((3, "few"), (5, "many")):
        device.hang_up()
        turn = device.send(intent_request("BreathingIntent", {"pattern": "b-even", "rounds": str(rounds)}))
        assert kind in turn.speech


def test_its_safety_answers_pass_the_rubric(built: Skill) -> None:
    """By its own words for help, and its own emergency number."""
    language = built.responses.language(LOCALE)
    for name, label in judges(built.responses.safety).items():
        reply = built.responses.render(name, LOCALE)
        assert not findings_elsewhere(label, str(reply.body), wording=language.wording, emergency="1 12"), name
    asked = str(built.responses.render("MedicalIntent", LOCALE).body).replace("1 12", "")
    for word in language.wording.clinician:
        asked = re.sub(word, "", asked)
    assert findings_elsewhere("medical", asked, wording=language.wording, emergency="1 12")


def test_it_hears_with_its_own_ear(device: Device, built: Skill, results: dict[str, Result]) -> None:
    """Disclosures that it has not learned word for word are noticed, and English words mean nothing in it."""
    path = TOP / "tests/evaluation/choosing/disclosures_short.jsonl"
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    safety = built.conversation.catalogue.safety
    noticed = [built.understanding.hear(rot13(line["text"].lower()), LOCALE) for line in lines]
    missed = [line["text"] for line, meaning in zip(lines, noticed, strict=True) if not careful(meaning.intent, safety)]
    assert len(missed) <= len(lines) // 20, missed
    turn = device.hear(rot13("i was raped"))
    assert turn.response == "AssaultIntent"
    assert "1 12" in turn.speech
    assert rot13("believe") in turn.speech
    for words, locale in (("i was raped", LOCALE), (rot13("i was raped"), "en-US")):
        assert str(built.understanding.hear(words, locale).intent) not in safety


def careful(intent: str | None, safety: Mapping[str, Any]) -> bool:
    """Whether somebody who disclosed something is answered, or asked."""
    return str(intent) in safety or intent == "GentleCheck"


def test_a_plural_rule_of_its_own(tree: Path, built: Skill) -> None:
    """It counts as it says that it does."""
    language = Languages.read(tree / "responses").all[LANGUAGE]
    assert language.plural_categories == ("one", "few", "many")


def test_dates_are_real(built: Skill) -> None:
    """The numbers that were confirmed are, and nothing else is spoken."""
    lines = [line for line in built.responses.helplines.lines if line.locale == LOCALE]
    assert all(line.confirmed == date(2026, 1, 1) and line.number == "1 12" for line in lines)
