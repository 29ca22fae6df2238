"""Learning gives the same file every time, and measuring counts right."""

import json
import shutil
from pathlib import Path

import pytest

from skill.core.catalogue import roles_of
from skill.nlu.classifier import Understanding
from skill.nlu.train import Phrases, cases, digest, evaluate, in_step, intent_of, report, train

pytestmark = pytest.mark.slow

MODELS = Path(__file__).parent.parent / "interaction_models"
ROLES = roles_of(MODELS.parent / "responses")


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
    for path in MODELS.glob("en.*"):
        if path.suffix not in (".json", ".txt", ".learned"):
            shutil.copy(path, tmp_path)
    return tmp_path


def test_reproducible(small: Path) -> None:
    """The same phrases give the same file, bit for bit."""
    first = train(small, ROLES).read_bytes()
    assert train(small, ROLES).read_bytes() == first


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
    """The file in the tree is the one that its phrases give."""
    assert learned_anew.read_bytes() == (MODELS / "en.learned").read_bytes(), "run soft-landing train"


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


@pytest.mark.parametrize(
    ("label", "intent"),
    [
        ("topic:why-it-matters", "WhyItMattersIntent"),
        ("feeling:sad", "SadIntent"),
        ("safety:medical", "MedicalIntent"),
        ("practice:breathing:box", "BreathingIntent"),
        ("benign:breathing", "BreathingIntent"),
        ("benign:body", "BodyIntent"),
        ("scope:next-door", "OutOfScopeIntent.NextDoor"),
        ("control:stop", "AMAZON.StopIntent"),
        ("BodyIntent", "BodyIntent"),
    ],
)
def test_labels(label: str, intent: str) -> None:
    """The labels of test sets are our intents."""
    assert intent_of(label, ROLES.labels) == intent


def test_evaluate(tmp_path: Path) -> None:
    """The figures count what they say they count."""
    path = tmp_path / "set.jsonl"
    rows = [
        {"text": "i was raped", "expect": ["safety:assault"]},
        {"text": "what is aftercare", "expect": "topic:overview"},
        {"text": "what is aftercare", "expect": ["topic:lasting", "topic:overview"]},
        {"text": "what is aftercare", "expect": ["topic:lasting"]},
    ]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    found = evaluate(path, Understanding.load(MODELS, "en", ROLES))
    assert (found["count"], found["disclosures"], found["noticed"], found["ordinary"]) == (4, 1, 1.0, 3)
    assert found["right"] == pytest.approx(2 / 3, abs=1e-3)
    assert found["confusions"] == [["LastingIntent", "OverviewIntent", 1]]
    assert "disclosures noticed" in report(found)
    json.dumps(found)


def test_bad_line_is_named(tmp_path: Path) -> None:
    """A test set with a mistake says where."""
    path = tmp_path / "set.jsonl"
    path.write_text('{"text": "hello"}\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"set\.jsonl:1: not"):
        cases(path, ROLES)
