"""Free words are understood, and nobody's cry for help is taken for small talk."""

import json
import os
import re
import subprocess
import sys
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skill.alexa.handlers import build
from skill.core.catalogue import roles_of
from skill.core.skill import Skill
from skill.nlu import tokens
from skill.nlu.classifier import Meaning, Understanding
from skill.nlu.labels import lines
from skill.nlu.languages import LanguageModels
from skill.nlu.model_file import ModelFileError
from skill.nlu.phrases import Phrases, companion
from skill.nlu.roles import IN_DOUBT
from skill.nlu.samples import SampleIndex
from skill.nlu.slots import NumberReader, SlotReader
from skill.nlu.tokens import Tokenizer
from skill.nlu.train import in_step
from skill.nlu.words import WordLists, WordsError
from skill.simulator.device import Device, LastReply, intent_request

HOME = Path(__file__).parent.parent
MODELS = HOME / "interaction_models"
SETS = Path(__file__).parent / "evaluation"
WORDS = WordLists.load(MODELS, "en")
ROLES = roles_of(MODELS.parent / "responses")
ENGLISH = Understanding.load(MODELS, "en", ROLES)


@pytest.mark.parametrize(
    ("text", "intent", "slots"),
    [
        ("two minutes of box breathing with my girlfriend", None, {"pattern": "b-box", "duration": "PT2M"}),
        ("box", "BreathingIntent", {"pattern": "b-box"}),
        ("ten slow breaths", "BreathingIntent", {"rounds": "10"}),
        ("in for four hold for seven out for eight", "BreathingIntent", {"in": "4", "hold": "7", "out": "8"}),
        ("breathe in for 4 and out for 6", "BreathingIntent", {"in": "4", "out": "6"}),
        ("give me five rounds of box breathing", "BreathingIntent", {"pattern": "b-box", "rounds": "5"}),
        ("a body scan for a minute and a half", "GroundingIntent", {"technique": "g-scan", "duration": "PT1M30S"}),
        ("half a minute of box breathing", "BreathingIntent", {"pattern": "b-box", "duration": "PT30S"}),
        ("five four three two one please", "GroundingIntent", {"technique": "g-54321"}),
        ("2 minute body scan on my own", "GroundingIntent", {"technique": "g-scan", "company": "alone"}),
        ("four seven eight without the hold please", "BreathingIntent", {"pattern": "b-out-eight"}),
        ("i think i need quiet", "CheckInIntent", {"care": "p-quiet"}),
        ("body scan together", "TogetherIntent", {"technique": "g-scan"}),
        ("let's do the second one", "ChoiceIntent", {"place": "second"}),
        ("the latter please", "ChoiceIntent", {"place": "last"}),
        ("neither of them", "ChoiceIntent", {"place": "neither"}),
    ],
)
def test_wishes(text: str, intent: str | None, slots: dict[str, str]) -> None:
    """Which practice, how long, how often and with whom is read from free words."""
    meaning = ENGLISH.hear(text)
    if intent:
        assert meaning.intent == intent
    assert slots.items() <= dict(meaning.slots).items()


@pytest.mark.parametrize(
    "text",
    [
        "i was raped",
        "someone raped me",
        "i am being abused",
        "someone is abusing me",
        "i was beaten up by my husband",
        "my partner attacked me",
        "i want to commit suicide",
        "i want to kill myself",
        "my friend was raped",
        "he won't stop hitting me",
        "she is not breathing",
        "i can't breathe",
        "the condom broke",
        "i'm fifteen",
    ],
)
def test_hears_a_disclosure(text: str) -> None:
    """The pairs on which assistants have failed before (Kocaballi 2020), and their like, get a safety answer."""
    assert ENGLISH.hear(text).intent in ROLES.safety


@pytest.mark.parametrize(
    ("intent", "texts"),
    [
        (
            "HelplineIntent",
            ["i need a number", "help me", "please could i have a helpline number", "any number i could text"],
        ),
        ("EmergencyIntent", ["emergency", "call 911", "call 999 please", "police", "an ambulance quickly"]),
        (
            "QuietIntent",
            ["shh", "he's here", "my flatmate just came in", "dad's home", "quick someone is coming up"],
        ),
        ("WorseIntent", ["i feel dizzy", "my hands are tingling", "i can't breathe like this", "it's made me worse"]),
        ("AboutMeIntent", ["i'm gay", "i'm seventy", "i'm sixty seven", "is it for gay men as well", "i'm a plumber"]),
        ("DiscreetIntent", ["keep your voice down", "whisper", "discreet"]),
        ("AMAZON.HelpIntent", ["help", "can you help me"]),
    ],
)
def test_short_words_to_a_speaker(intent: str, texts: list[str]) -> None:
    """What people say to a speaker in a few words: that they need somebody, silence, or to say who they are."""
    assert {text: ENGLISH.hear(text).intent for text in texts} == dict.fromkeys(texts, intent)


@pytest.mark.parametrize(
    "text",
    [
        "he's here and i'm scared of him",
        "they can hear me and he'll hit me",
        "i need help he hurt me",
        "i'm gay and my dad hits me",
        "i'm married and he forces me",
        "i'm dizzy and bleeding",
        "i can't breathe he's choking me",
        "it's getting worse he hit me again",
    ],
)
def test_a_disclosure_behind_small_words(text: str) -> None:
    """Words that alone ask for silence, name oneself or tell of a practice do not drown what comes with them."""
    assert ENGLISH.hear(text).intent in ROLES.safety


@pytest.mark.parametrize(
    "text", ["dead tired", "that killed me", "i could die happy", "he hit the light", "it hurts that she left"]
)
def test_idioms_are_no_alarm(text: str) -> None:
    """Alarming words in harmless sayings get no helpline."""
    assert ENGLISH.hear(text).intent not in ROLES.safety


@pytest.fixture(scope="module")
def phrases() -> Phrases:
    """All that is learned from, read once."""
    return Phrases(MODELS, "en")


def test_samples_win(phrases: Phrases) -> None:
    """A phrase that stands in the model or beside it means what stands there."""
    for text, intent in phrases.rows:
        exact = ENGLISH.exactly(text)
        assert exact, text
        assert exact.intent == intent
    for text, intent in phrases.rows[::200]:  # the parts of an answer are chosen by the encoder, which takes its time
        assert ENGLISH.hear(text).intent == intent


DURATIONS = ("two minutes", "a minute", "90 seconds", "half a minute", "three quiet minutes", "a couple of minutes")
NUMBERS = ("4", "five", "twenty five", "10", "two", "25")


def filled() -> Iterator[str]:
    """Every sample with slots, six times, its slots filled with what they may hold."""
    model = json.loads((MODELS / "en.json").read_text("utf-8"))["interactionModel"]["languageModel"]
    values: dict[str, Sequence[str]] = {"AMAZON.DURATION": DURATIONS, "AMAZON.NUMBER": NUMBERS}
    for kind in model["types"]:
        names = [value["name"] for value in kind["values"]]
        values[kind["name"]] = [form for name in names for form in (name["value"], *name.get("synonyms", ()))]
    for intent in model["intents"]:
        slots = {slot["name"]: values.get(slot["type"]) for slot in intent.get("slots", ())}
        for sample, turn in product(intent["samples"], range(6)):
            if "{" in sample and all(slots.values()):
                yield sample.format(**{name: held[turn % len(held)] for name, held in slots.items() if held})


def test_slotted_samples_win(phrases: Phrases) -> None:
    """A sample with slots is known whatever fills them."""
    none = np.zeros(0, np.uint64), np.zeros(0, np.uint8)
    index = SampleIndex((), *none, phrases.templates, {name: pairs for name, pairs in phrases.types.items()}, WORDS)
    found = {text: index.intent(tokens.normal(text)) for text in filled()}
    assert len(found) > 500
    assert all(found.values())


def test_in_step() -> None:
    """The learned file belongs to the phrases beside it."""
    assert in_step(MODELS), "the phrases have changed since they were learned: run soft-landing train"


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"soft-landing weights 2\n", b"PK\x03\x04", b"soft-landing weights 2\n{}\n",
        b"soft-landing weights 2\n{\n", b"soft-landing weights 2\n[]\n", b"soft-landing weights 2\n{\"arrays\": 1}\n",
        b"soft-landing weights 2\n{\"arrays\": {\"idf\": [\"|O1\", [1]]}}\n?",
        b"soft-landing weights 2\n{\"arrays\": {\"idf\": [\"|u1\", [9]]}}\n?",
        b"soft-landing weights 2\n{\"arrays\": {\"idf\": [\"|u1\", [70368744177664]]}}\n?",
        b"soft-landing weights 2\n{\"arrays\": {\"idf\": [\"|u1\", [1000000000000000000000]]}}\n?",
        b"soft-landing weights 2\n" + b"[" * 100_000 + b"\n",
    ],
)  # fmt: skip
def test_broken_file_says_what_to_do(tmp_path: Path, raw: bytes) -> None:
    """A learned file that cannot be read names itself and the remedy."""
    path = tmp_path / "en.learned"
    path.write_bytes(raw)
    with pytest.raises(ModelFileError, match=r"en\.learned.*soft-landing train"):
        Understanding.load(tmp_path, "en", ROLES)


def test_small_and_plain() -> None:
    """The learned file is under five megabytes and holds numbers, nothing that runs; the encoder is under 40."""
    path = MODELS / "en.learned"
    assert path.stat().st_size < 5_000_000
    assert (MODELS / "encoder.onnx").stat().st_size < 40_000_000
    layout = json.loads(path.read_bytes().split(b"\n", 2)[1])["arrays"]
    assert layout
    assert all(re.fullmatch(r"[|<][iuf][1248]", kind) for kind, _ in layout.values())


def check(meaning: Meaning) -> None:
    """What holds of every answer."""
    assert 0 <= meaning.confidence <= 1
    assert 0 <= meaning.safety <= 1
    assert len(meaning.offered) in (0, 1, 2)
    if meaning.intent is None:
        assert set(meaning.offered) <= ROLES.offerable
        assert len(meaning.offered) in (0, 2)
    if meaning.intent == IN_DOUBT:
        assert meaning.offered[0] in ROLES.safety
        assert meaning.instead
        assert meaning.instead not in ROLES.safety


@given(st.text(max_size=300))
@settings(deadline=None)
def test_any_text_gets_an_answer(text: str) -> None:
    """No text whatever is an error."""
    check(ENGLISH.hear(text))


NOISE = "um he said no i i stop 2 minutes two box box breathing don't cry why aaaah"


@given(st.lists(st.sampled_from(NOISE.split())))
@settings(deadline=None)
def test_noise_gets_an_answer(found: list[str]) -> None:
    """Stutters, fillers, numbers and loose words are no error either."""
    check(ENGLISH.hear(" ".join(found)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00",
        "\ud800",
        "a" * 8000,
        "no " * 4000,
        "\u202e\u0301" * 4000,
        "\U0001f600",
        "9" * 8000,
        "'" * 50,
        "{pattern}",
    ],
    ids=lambda text: repr(text[:6]),
)
def test_odd_text(text: str) -> None:
    """Nothing, one long word, surrogates, marks and 8,000 characters pass through."""
    check(ENGLISH.hear(text))


def test_a_cry_in_a_long_story() -> None:
    """One sentence of need is heard in a long and harmless story."""
    story = "we had a lovely evening and cooked and watched a film and went to bed early " * 8
    meaning = ENGLISH.hear(story + "and then he held me down and forced me and i said stop " + story)
    assert meaning.intent in (*ROLES.safety, IN_DOUBT)


@pytest.mark.parametrize(
    ("heard", "same"),
    [
        ("Um, can't you uh SLOW down??", "can not you slow down"),
        ("sooooo tired", "so tired"),
        ("make you make you sleepy", "make you sleepy"),
        ("the the the light", "the light"),
        ("2 minutes", "two minutes"),
        ("i\u2019m fine", "i am fine"),
        ("dont stop", "do not stop"),
    ],
)
def test_words(heard: str, same: str) -> None:
    """Fillers, stutters, stretched letters, figures and contractions do not change the words."""
    assert Tokenizer(WORDS).tokens(tokens.normal(heard)) == same.split()


@given(st.text(max_size=60))
def test_normal_is_normal(text: str) -> None:
    """A normal text stays as it is."""
    once = tokens.normal(text)
    assert tokens.normal(once) == once or unicodedata.normalize("NFKC", once.lower()) != once


def test_no_phrase_of_a_test_is_learned(phrases: Phrases) -> None:
    """The sets that measure are never trained on."""
    learned = {text for text, _ in phrases.rows}
    learned |= {tokens.normal(line.text) for _, line in lines(MODELS / "en.lines.jsonl")}
    for path in SETS.rglob("*.jsonl"):
        if path.parent.name == "replies":
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            text = tokens.normal(json.loads(line)["text"])
            assert text not in learned or len(text.split()) < 7, f"{path.name}: {text}"


def test_a_phrase_stands_once() -> None:
    """The model and its companion share no phrase, and none stands under two intents."""
    model = json.loads((MODELS / "en.json").read_text(encoding="utf-8"))
    intents = model["interactionModel"]["languageModel"]["intents"]
    phrases = [tokens.normal(sample) for intent in intents for sample in intent.get("samples", ())]
    phrases += [tokens.normal(line) for _, line in companion(MODELS / "en.utterances.txt")]
    assert [phrase for phrase, times in Counter(phrases).items() if times > 1] == []


@pytest.mark.parametrize(
    ("phrase", "value"),
    [("four", 4), ("25", 25), ("twenty five", 25), ("twenty-five", 25), ("twenty 5", 25), ("five twenty", 5),
     ("twenty twelve", 20), ("ninety nine", 99)],
)  # fmt: skip
def test_numbers(phrase: str, value: int) -> None:
    """Tens and units make one number; of two that do not belong together, the first counts."""
    assert NumberReader(WORDS).value(phrase) == value


GERMAN = """
fillers = "äh ähm"
[contractions]
"'s" = "es"
[numbers]
null = 0
zwei = 2
"fünf" = 5
zwanzig = 20
"fünfundzwanzig" = 25
[durations]
adjectives = ["ruhige", "kurze"]
and_a_half = ["und eine halbe"]
[durations.amounts]
"eine halbe" = 0.5
"eine" = 1
"ein paar" = 3
[durations.units]
Minute = 60
minute = 60
minuten = 60
[rounds]
units = "runden atemzüge"
[practices]
alone = ["allein", "für mich"]
"""


def test_another_language_has_its_own_words(tmp_path: Path) -> None:
    """Fillers, numbers with umlauts and lengths of time come from its file, and what it lacks from nowhere."""
    (tmp_path / "de.words.toml").write_text(GERMAN, encoding="utf-8")
    words = WordLists.load(tmp_path, "de")
    tokenizer, numbers = Tokenizer(words), NumberReader(words)
    assert tokenizer.tokens("ähm ich um 25 uhr geht's 7 20 mal") == [
        "ich",
        "um",
        "fünfundzwanzig",
        "uhr",
        "geht",
        "es",
        "<number>",
        "zwanzig",
        "mal",
    ]
    assert numbers.length("fünf ruhige minuten") == "PT5M"
    assert numbers.length("eine halbe minute") == "PT30S"
    assert numbers.length("eine minute und eine halbe") == "PT1M30S"
    assert numbers.length("two minutes") == ""
    slots = SlotReader({"BreathPattern": [("kastenatmung", "b-box")]}, words)
    assert slots.read("BreathingIntent", "zwei minuten kastenatmung allein") == {
        "pattern": "b-box", "duration": "PT2M", "company": "alone",
    }  # fmt: skip
    assert slots.read("BreathingIntent", "together for two minutes, ten breaths") == {}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("filers = 'um'", "nobody reads filers; did you mean fillers?"),
        ("[durations]\nunit = 'x'", "nobody reads durations.unit; did you mean durations.units?|did you mean units?"),
        ("fillers = 3", "fillers holds 3, and should hold a list"),
        ("[numbers]\ntwo = 'two'", "numbers.two holds 'two', and should hold a whole number"),
        ("[practices]\nalone = ['(']", "practices.alone has '\\(', no regular expression"),
        ("fillers = [", "is not TOML"),
        ("durations = 'x'", "durations is 'x', and should be a table"),
    ],
)
def test_a_slip_in_the_words_is_named(tmp_path: Path, text: str, wrong: str) -> None:
    """A key that nobody reads and a value of another kind name the file and the key."""
    (tmp_path / "en.words.toml").write_text(text, encoding="utf-8")
    with pytest.raises(WordsError, match=rf"en\.words\.toml.*(?:{wrong})"):
        WordLists.load(tmp_path, "en")


def test_no_words_recognise_nothing() -> None:
    """Without any lists, a text is its own words, and no length, count or company is found in it."""
    empty = WordLists()
    assert Tokenizer(empty).tokens("um i can't 2") == ["um", "i", "cant", "<number>"]
    slots = SlotReader({}, empty)
    assert slots.read("BreathingIntent", "two minutes in four out six together ten breaths") == {}


def test_no_locale_is_read_by_another_language() -> None:
    """What nothing was learned for is not understood, and an English word in it is no reason to guess."""
    models = LanguageModels({"en": ENGLISH})
    assert models.hear("i was raped", "en-IN").intent == "AssaultIntent"
    for text in ("ich wurde vergewaltigt", "warum will die frau danach allein sein", "help", "i was raped"):
        for locale in ("de-DE", "fr-FR", "e-US", ""):
            assert models.hear(text, locale) == Meaning(None)


def test_the_skill_does_not_start_without_its_own_language(tmp_path: Path) -> None:
    """A language under work may lack what was learned; the one that all else stands on may not."""
    assert LanguageModels.load(tmp_path, ROLES, ("en",)).by_language == {}
    with pytest.raises(ModelFileError, match=r"en\.learned.*soft-landing train"):
        LanguageModels.load(tmp_path, ROLES, (), required=("en",))


def test_listeners_of_another_language_are_not_guessed_at(skill: Skill, invoke: Callable[[str], Any]) -> None:
    """Free words of a locale for which nothing was learned lead to the fallback; Alexa's own intents are answered."""
    trace = LastReply()
    device = Device(build(replace(skill, on_reply=trace)), skill.understanding, trace, locale="de-DE")
    device.send({"type": "LaunchRequest"})
    assert device.hear("warum will die frau danach allein sein").intent == "AMAZON.FallbackIntent"
    assert device.send(intent_request("QuestionIntent", {"question": "why do i want to die"})).intent == (
        "AMAZON.FallbackIntent"
    )
    assert device.send(intent_request("AssaultIntent", {})).intent == "AssaultIntent"
    assert device.send(intent_request("AMAZON.HelpIntent", {})).response


def test_understanding_needs_no_speaker() -> None:
    """The room stands alone: neither Flask nor cryptography nor the SDK comes in, and numpy's threads are one."""
    code = (
        "import os, sys, skill.nlu.classifier, skill.nlu.train, skill.nlu.baseline; "
        "print(sorted({'flask', 'cryptography', 'ask_sdk_core', 'jinja2'} & set(sys.modules)), "
        "os.environ['OPENBLAS_NUM_THREADS'])"
    )
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=HOME, env=environment
    )
    assert told.stdout.strip() == "[] 1"


def test_nothing_is_compiled_on_installing() -> None:
    """The wheel is Python and data: no build hook, no source in another language."""
    built = tomllib.loads((HOME / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]
    assert "hooks" not in str(built)
    assert not [*(HOME / "skill").rglob("*.c"), *(HOME / "skill").rglob("*.pyx")]
