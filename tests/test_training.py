"""Learning gives the same file every time, and a mistake in what is learned is named."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from skill import paths
from skill.__main__ import main
from skill.core.catalogue import roles_of
from skill.lint.interaction_model.checks import check_learned
from skill.nlu.classifier import Understanding
from skill.nlu.files import digest
from skill.nlu.model_file import ModelFile, ModelFileError
from skill.nlu.phrases import PhraseError, Phrases
from skill.nlu.train import (
    PART_LINES,
    SHORT_THOUGHT,
    THOUGHTS,
    Example,
    TrainingError,
    in_step,
    needs_training,
    replies_of,
    train,
)

pytestmark = pytest.mark.slow

MODELS = Path(__file__).parent.parent / "interaction_models"
ROLES = roles_of(MODELS.parent / "responses")
FEW_STARTS = (
    "why am i",
    "is he always",
    "what makes us",
    "so it is all",
    "does sex make me",
    "talk about",
    "after it i am",
    "so",
)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A small model, so that learning takes a moment."""
    model = json.loads((MODELS / "en.json").read_text(encoding="utf-8"))
    intents = model["interactionModel"]["languageModel"]["intents"]
    for intent in intents:
        intent["samples"] = intent.get("samples", [])[:12]
    (tmp_path / "en.json").write_text(json.dumps(model), encoding="utf-8")
    lines = (MODELS / "en.utterances.txt").read_text(encoding="utf-8").splitlines()
    kept = [line for number, line in enumerate(lines) if line.startswith(("[", "#")) or number % 40 == 0]
    (tmp_path / "en.utterances.txt").write_text("\n".join(kept), encoding="utf-8")
    rows = (MODELS / "en.lines.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "en.lines.jsonl").write_text("".join(rows[::60]), encoding="utf-8")
    for name in ("en.words.toml", "labels.toml", "costs.toml", "encoder.onnx", "encoder.pieces"):
        shutil.copy(MODELS / name, tmp_path)
    return tmp_path


def test_reproducible(small: Path) -> None:
    """The same phrases give the same file, bit for bit."""
    first = train(small, ROLES).read_bytes()
    assert train(small, ROLES).read_bytes() == first


def test_learns_parts_that_enough_lines_name(small: Path) -> None:
    """A part of an answer with fewer lines is not learned, and words choose among the others."""
    own = [(f"topic:body.{part}", word) for part, word in ((1, "hormones"), (2, "down"), (3, "sleepy"))]
    rows = [
        {"text": f"{start} {word}", "expect": [label], "readers": 2}
        for label, word in own
        for start in FEW_STARTS[: PART_LINES - (word == "down")]
    ]
    lines = small / "en.lines.jsonl"
    kept = [line for line in lines.read_text("utf-8").splitlines() if not re.search(r"\.\d", line)]
    lines.write_text("\n".join([*kept, *map(json.dumps, rows)]) + "\n", encoding="utf-8")
    train(small, ROLES)
    learned = Understanding.load(small, "en", ROLES)
    assert learned.parts == ("BodyIntent", "BodyIntent.3")
    vectors = learned.encoder.embed("is everybody so sleepy")
    assert learned._fitting("BodyIntent", vectors)[0] == "BodyIntent.3"


REPLIES = {
    "no": ("nah", "nope", "no thanks", "not really", "i'd rather not", "please don't"),
    "yes": ("yeah", "sure", "go on then", "please do", "let's do it", "i'd like that"),
    "new": ("how long does it last", "i feel so sad", "tell me a joke", "my husband is crying"),
}


def write_replies(folder: Path, replies: Mapping[str, Sequence[str]]) -> Path:
    """Lines that people say back to a question, by what they mean."""
    path = folder / "en.replies.jsonl"
    rows = ({"text": text, "expect": [meaning], "readers": 1} for meaning, texts in replies.items() for text in texts)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_learns_what_replies_mean(small: Path) -> None:
    """A line said back to a question has no intent; what it means is told of any text that stands nowhere."""
    train(small, ROLES)
    assert not Understanding.load(small, "en", ROLES).hear("nah thanks mate").reply
    classes = Understanding.load(small, "en", ROLES).classes
    write_replies(small, REPLIES)
    assert not in_step(small)
    train(small, ROLES)
    learned = Understanding.load(small, "en", ROLES)
    assert learned.classes == classes
    assert learned.replies == ("new", "no", "yes")
    assert learned.hear("nah thanks mate").reply == "no"
    assert learned.hear("yeah sure do it").reply == "yes"


def test_lines_from_life_are_no_replies() -> None:
    """Short lines that ask or tell something are thoughts of their own, and together weigh half as much as they."""
    own = {"SadIntent": 1.0}
    found = [
        Example("nah", {}, from_life=True, replies={"no": 1.0}),
        Example("yeah", {}, from_life=True, replies={"yes": 0.6, "weak_yes": 0.4}),
        Example(" ".join(["sad"] * SHORT_THOUGHT), own, from_life=True),
        Example("he hit me", {"PartnerViolenceIntent": 1.0}, from_life=True),
        Example(" ".join(["sad"] * (SHORT_THOUGHT + 1)), own, from_life=True),
        Example("sad", own),
        Example("oh i see", {"AsideIntent": 1.0}, from_life=True),
    ]
    thought = {"new": THOUGHTS}
    assert replies_of(found, ROLES) == [found[0].replies, found[1].replies, thought, thought, {}, {}, {}]
    assert replies_of(found[2:], ROLES) == [{}, {}, {}, {}, {}]


def test_a_meaning_that_no_reply_has_is_named(small: Path) -> None:
    """With file, line and what there is to choose from."""
    write_replies(small, {"no": ["nah"], "nope": ["nope"]})
    with pytest.raises(
        PhraseError, match=r"en\.replies\.jsonl:2: a reply cannot mean 'nope'; it can mean yes, weak_yes"
    ):
        train(small, ROLES)


def test_learns_what_it_reads(small: Path) -> None:
    """A phrase added to the model is understood after training, and until then the file is out of step."""
    train(small, ROLES)
    assert in_step(small)
    path = small / "en.utterances.txt"
    path.write_text(
        path.read_text(encoding="utf-8") + "\n[NumbIntent]\nflibbertigibbet of the soul\n", encoding="utf-8"
    )
    assert not in_step(small)
    train(small, ROLES)
    assert in_step(small)
    assert Understanding.load(small, "en", ROLES).hear("flibbertigibbet of the soul").intent == "NumbIntent"


def test_learned_file_is_what_training_makes(learned_anew: Path) -> None:
    """The file in the tree is the one that its phrases give, but for what another processor's sums may change."""
    ours, theirs = ModelFile.read(MODELS / "en.learned"), ModelFile.read(learned_anew)
    assert ours.header == theirs.header, "run soft-landing train"
    assert ours.arrays.keys() == theirs.arrays.keys()
    for name, array in ours.arrays.items():
        assert np.allclose(array, theirs.arrays[name], atol=0.05), f"{name}: run soft-landing train"


def test_line_before_a_section_is_named(small: Path) -> None:
    """A mistake in the companion file is reported with its line."""
    (small / "en.utterances.txt").write_text("# a comment\nhello\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"utterances\.txt:2: an utterance before"):
        Phrases(small, "en")


def test_digest_is_of_the_phrases(small: Path) -> None:
    """Any change to the phrases changes the mark."""
    before = digest(small, "en")
    (small / "en.json").write_text((small / "en.json").read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert digest(small, "en") != before


def test_without_disclosures_nothing_is_learned(small: Path) -> None:
    """Phrases that tell no disclosure from anything else make no understanding."""
    for name in ("en.utterances.txt", "en.lines.jsonl"):
        (small / name).unlink()
    path = small / "en.json"
    model = json.loads(path.read_text(encoding="utf-8"))
    for intent in model["interactionModel"]["languageModel"]["intents"]:
        if intent["name"] in ROLES.safety:
            intent["samples"] = []
    path.write_text(json.dumps(model), encoding="utf-8")
    with pytest.raises(TrainingError, match="no phrases for a disclosure"):
        train(small, ROLES)


def test_a_language_needs_no_words_and_may_have_an_encoder(small: Path) -> None:
    """Model and phrases are enough to begin with; an encoder of its own that comes later puts the file out of step."""
    for name in ("en.words.toml", "en.lines.jsonl"):
        (small / name).unlink()
    train(small, ROLES)
    assert in_step(small)
    understanding = Understanding.load(small, "en", ROLES)
    assert understanding.hear("somebody raped me last night").safety > understanding.hear("why am i so sad").safety
    for name in ("encoder.onnx", "encoder.pieces"):
        shutil.copy(small / name, small / f"en.{name}")
    assert in_step(small), "the same numbers under another name"
    with (small / "en.encoder.pieces").open("a") as file:
        file.write("\n")
    assert not in_step(small)


@pytest.mark.parametrize("lack", ["encoder.onnx", "encoder.pieces"])
def test_an_encoder_that_cannot_be_used_is_named(small: Path, lack: str) -> None:
    """Without its numbers, or with something else in their place, the file is named and what to do is said."""
    train(small, ROLES)
    (small / lack).write_bytes(b"nothing of the kind")
    with pytest.raises(ModelFileError, match=rf"{lack}: no .* in it.*install"):
        Understanding.load(small, "en", ROLES)
    (small / lack).unlink()
    with pytest.raises(ModelFileError, match=rf"{lack}: .*install"):
        Understanding.load(small, "en", ROLES)


def test_a_label_that_is_none_is_named(small: Path) -> None:
    """A line whose label no intent has stops the training, with file, line and the nearest name."""
    (small / "en.lines.jsonl").write_text(
        '{"text": "so", "expect": ["aside"]}\n{"text": "a", "expect": ["feeling:sda"]}\n'
    )
    with pytest.raises(PhraseError, match=r"/en\.lines\.jsonl:2: feeling:sda is SdaIntent.*did you mean SadIntent"):
        train(small, ROLES)


@pytest.mark.parametrize("suffix", ["json", "utterances.txt", "words.toml", "lines.jsonl", "replies.jsonl"])
def test_needs_training(small: Path, suffix: str) -> None:
    """Whatever is learned from puts the file out of step when it changes."""
    assert needs_training(small, "en", ROLES)  # nothing was learned yet
    classes = ["SadIntent", *ROLES.safety]
    header = {"digest": digest(small, "en"), "classes": classes, "safety": sorted(ROLES.safety)}
    written = ModelFile(header, {})
    written.write(small / "en.learned")
    assert not needs_training(small, "en", ROLES)
    assert needs_training(small, "en", replace(ROLES, safety=(*ROLES.safety, "SadIntent")))
    with (small / f"en.{suffix}").open("ab") as file:
        file.write(b"\n")
    assert needs_training(small, "en", ROLES)


def test_a_missing_comma_is_named(small: Path) -> None:
    """A model that is no JSON is reported with file, line and column."""
    path = small / "en.json"
    path.write_text('{\n "interactionModel": {}\n "x": 1\n}', encoding="utf-8")
    with pytest.raises(PhraseError, match=r"/en\.json:3: it is not JSON: .* \(column 2\)"):
        train(small, ROLES)


def test_a_misspelt_heading_is_named(small: Path) -> None:
    """Phrases for an intent that does not exist stop the training, with file, line and the nearest name."""
    path = small / "en.utterances.txt"
    path.write_text("[SadIntent]\nboo hoo\n\n[TearyIntnet]\ntears everywhere\n", encoding="utf-8")
    with pytest.raises(PhraseError, match=r"/en\.utterances\.txt:4: .*'TearyIntnet'.*did you mean \[TearyIntent\]"):
        train(small, ROLES)


@pytest.fixture
def run(small: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command line over the small models."""
    real = paths.folder
    monkeypatch.setattr(paths, "folder", lambda name: small if name == "interaction_models" else real(name))
    return lambda *words: CliRunner().invoke(main, words)


def test_trains_only_what_is_out_of_step(small: Path, run: Callable[..., Result]) -> None:
    """The command writes nothing where nothing changed, and with --check it never does."""
    behind = run("train", "--check")
    assert behind.exit_code == 1
    assert "en.learned is out of step with its phrases. Run soft-landing train" in behind.output
    assert not (small / "en.learned").exists()
    assert "wrote" in run("train", "--all").output
    learned = (small / "en.learned").stat().st_mtime_ns
    assert "in step" in run("train").output
    assert run("train", "--check", "--all").exit_code == 0
    assert (small / "en.learned").stat().st_mtime_ns == learned


def test_a_slip_is_one_line(small: Path, run: Callable[..., Result]) -> None:
    """A mistake in what is learned is answered by the command line without a traceback."""
    (small / "en.json").write_text("{", encoding="utf-8")
    told = run("train")
    assert told.exit_code == 1
    assert re.fullmatch(r"Error: .*/en\.json:1: it is not JSON: .*\n", told.output)


def test_two_branches_that_add_a_phrase(tmp_path: Path) -> None:
    """Their learned files are never mixed: one stays whole, and is said to be out of step with the merged phrases."""

    def git(clone: Path, *words: str, check: bool = True) -> str:
        identity = ("-c", "user.name=a", "-c", "user.email=a@localhost", "-c", "commit.gpgsign=false")
        told = subprocess.run(["git", *identity, *words], cwd=clone, capture_output=True, text=True, check=False)
        assert not check or told.returncode == 0, told.stdout + told.stderr
        return told.stdout + told.stderr

    def learn(clone: Path, phrase: str, intent: str) -> bytes:
        path = clone / "en.utterances.txt"
        path.write_text(path.read_text("utf-8").replace(f"[{intent}]\n", f"[{intent}]\n{phrase}\n"), "utf-8")
        numbers = np.random.default_rng(len(phrase)).integers(-127, 127, 5000, dtype=np.int8)
        header = {
            "digest": digest(clone, "en"),
            "templates": {"as long as real ones": "x" * 10_000},
        }  # git guesses by it
        ModelFile(header, {"weights": numbers}).write(clone / "en.learned")
        return (clone / "en.learned").read_bytes()

    origin, first, second = tmp_path / "origin", tmp_path / "first", tmp_path / "second"
    origin.mkdir()
    git(origin, "init", "--quiet", "--initial-branch=main")
    shutil.copy(MODELS.parent / ".gitattributes", origin)
    sections = ("[SadIntent]", *("quux" * 9,) * 9, "[CalmIntent]")
    (origin / "en.utterances.txt").write_text("\n".join(sections) + "\n", "utf-8")
    (origin / "en.json").write_text("{}", "utf-8")
    learn(origin, "a", "SadIntent")
    git(origin, "add", ".")
    git(origin, "commit", "-qm", "begin")
    for clone in (first, second):
        git(tmp_path, "clone", "-q", str(origin), str(clone))
    learn(first, "blue as a monday", "SadIntent")
    git(first, "commit", "-qam", "sad")
    git(first, "push", "-q", "origin", "HEAD:sad")
    ours = learn(second, "calm as a pond", "CalmIntent")
    git(second, "commit", "-qam", "calm")
    git(second, "fetch", "-q")
    merged = git(second, "merge", "origin/sad", check=False)
    assert "CONFLICT" in merged
    assert "en.learned" in merged
    assert git(second, "diff", "--name-only", "--diff-filter=U").split() == ["en.learned"]
    assert (second / "en.learned").read_bytes() == ours
    phrases = (second / "en.utterances.txt").read_text("utf-8")
    assert "blue as a monday" in phrases
    assert "calm as a pond" in phrases
    assert needs_training(second, "en", ROLES)
    (finding,) = check_learned(second, ["en"])
    assert (finding.wrong, finding.hint) == ("It was learned from other phrases", "Run soft-landing train")
