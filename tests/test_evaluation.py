"""Measuring counts right, and the understanding is as good as it was recorded."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from skill.__main__ import main
from skill.core.catalogue import roles_of
from skill.nlu import baseline
from skill.nlu.classifier import Meaning, Understanding
from skill.nlu.evaluate import Case, cases, evaluate, figures, judged, judged_lines, report
from skill.nlu.labels import Labels
from skill.nlu.phrases import PhraseError
from skill.nlu.roles import IN_DOUBT

pytestmark = pytest.mark.slow  # no word that a writer changes can break it

HOME = Path(__file__).parent.parent
MODELS = HOME / "interaction_models"
SETS = HOME / "tests" / "evaluation"
ROLES = roles_of(HOME / "responses")
LABELS = Labels(MODELS, ROLES)
ENGLISH = Understanding.load(MODELS, "en", ROLES)


@pytest.mark.parametrize(
    ("label", "intent"),
    [
        ("topic:why-it-matters", "WhyItMattersIntent"),
        ("topic:body.3", "BodyIntent"),
        ("feeling:sad", "SadIntent"),
        ("safety:medical", "MedicalIntent"),
        ("practice:breathing:box", "BreathingIntent"),
        ("benign:breathing", "BreathingIntent"),
        ("benign:body", "BodyIntent"),
        ("scope:next-door", "OutOfScopeIntent.NextDoor"),
        ("control:stop", "AMAZON.StopIntent"),
        ("BodyIntent", "BodyIntent"),
        ("aside", "AsideIntent"),
    ],
)
def test_labels(label: str, intent: str) -> None:
    """The labels of test sets are our intents."""
    assert LABELS.intent(label) == intent


def test_a_label_names_a_part() -> None:
    """A number at its end is the part of the answer; the first one has the intent's own name. No part is made up."""
    parts = [LABELS.part(label) for label in ("topic:body.1", "topic:body.6", "feeling:sad.2", "topic:body", "aside")]
    assert parts == ["BodyIntent", "BodyIntent.6", "SadIntent.2", "", ""]
    for label in ("topic:body.7", "topic:body.0", "control:stop.2"):
        with pytest.raises(ValueError, match=rf"{label} is a part of [\w.]+, which has [16]"):
            LABELS.part(label)


def test_what_does_the_same_is_right() -> None:
    """A set may name one of several intents whose answers do the same, and the best stays first."""
    assert LABELS.accepted(["topic:body", "control:stop"]) == (
        "BodyIntent", "AMAZON.StopIntent", "AMAZON.CancelIntent", "AMAZON.NavigateHomeIntent",
    )  # fmt: skip
    assert LABELS.accepted(["safety:assault"]) == ("AssaultIntent", "UnsureIntent")


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
    found = evaluate(path, ENGLISH, LABELS)
    assert (found["count"], found["disclosures"], found["noticed"], found["ordinary"]) == (4, 1, 1.0, 3)
    assert found["right"] == pytest.approx(2 / 3, abs=1e-3)
    assert found["confusions"] == [["LastingIntent", "OverviewIntent", 1]]
    assert "disclosures noticed" in report(found)
    json.dumps(found)


def test_a_part_is_right_where_its_answer_is() -> None:
    """The likeliest part counts, and the first one where nothing was learned of them; a wrong answer has none."""
    case = Case("what makes me sleepy", ("BodyIntent",), "topic", parts=("BodyIntent.3",))
    first = replace(case, parts=("BodyIntent",))
    asked = Meaning("BodyIntent", parts=("BodyIntent.3", "BodyIntent"))
    wanted = [(case, asked, True), (first, asked, False), (first, Meaning("BodyIntent"), True)]
    wanted += [(case, Meaning("BodyIntent"), False), (case, replace(asked, intent="SadIntent"), False)]
    for one, meaning, right in wanted:
        assert judged(one, meaning, LABELS)["part"] is right
    wanted.append((line("tired", "BodyIntent"), asked, False))
    assert figures([judged(one, meaning, LABELS) for one, meaning, _ in wanted])["part"] == 0.4


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ('{"text": "hello"}', "not .*expect"),
        ('{"text": "hello", "expect": []}', "not .*expect"),
        (
            '{"text": "hello", "expect": ["topic:bodie"]}',
            "BodieIntent, which the model has not; did you mean BodyIntent?",
        ),
        ('{"text": "hello" "expect": 1}', "not JSON: .*column 18"),
        ("[]", "not .*expect"),
    ],
)
def test_bad_line_is_named(tmp_path: Path, line: str, wrong: str) -> None:
    """A test set with a mistake says where."""
    path = tmp_path / "set.jsonl"
    path.write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(PhraseError, match=rf"set\.jsonl:2: .*{wrong}"):
        cases(path, LABELS)


BOUNDS: dict[str, dict[str, float]] = {
    "never/everyday": {"right": 0.87, "false_alarms": 0.05, "doors": 0.1, "hurt": 0.05},
    "never/scenes": {"right": 0.8, "two": 0.85, "false_alarms": 0.04, "doors": 0.15, "hurt": 0.04},
    "never/pages": {"right": 0.56, "two": 0.64, "false_alarms": 0.08, "doors": 0.29, "hurt": 0.05, "noticed": 0.95},
    "never/hidden": {"noticed": 0.95, "right_safety": 0.73, "hurt": 0.17},
    "never/pairs": {"noticed": 0.95, "right_safety": 0.86, "false_alarms": 0.28},
    "never/nextdoor": {"nothing_taught": 0.84, "false_alarms": 0.06, "doors": 0.14},
    "never/questions": {"right": 0.88, "two": 0.9, "confidently_wrong": 0.1},
    "never/parts": {"right": 0.65, "two": 0.73, "part": 0.6},
    "choosing/disclosures": {"noticed": 0.96},
    "choosing/disclosures_short": {"noticed": 0.98},
    "choosing/letters_disclosures": {"noticed": 0.96},
}
"""What a set has to reach, as a share: of wrong lines at most, or of right ones at least. Nothing was chosen by a
never-set, so a failure names no line of it: a miss may be looked at when the set is retired. For `never/` they lie some
four points, about six lines, beside what was found (docs/understanding.md)."""
AT_MOST = ("confidently_wrong", "false_alarms", "doors", "hurt")


@pytest.mark.parametrize("name", BOUNDS)
def test_bounds(name: str) -> None:
    """Understanding is as good as it has to be."""
    found = evaluate(SETS / f"{name}.jsonl", ENGLISH, LABELS)
    short = {
        figure: (found[figure], bound)
        for figure, bound in BOUNDS[name].items()
        if (found[figure] > bound if figure in AT_MOST else found[figure] < bound)
    }
    assert not short, f"{name}: {short}"


@pytest.mark.parametrize("name", sorted(path.stem for path in (SETS / "choosing").glob("*.jsonl")))
def test_nothing_slid_back(name: str) -> None:
    """Understanding is as good as it was recorded, but for what chance does; lines that changed sides are named."""
    path = SETS / "choosing" / f"{name}.jsonl"
    lines, rows = cases(path, LABELS), judged_lines(path, ENGLISH, LABELS)
    record = baseline.read_baseline(path.parent)[name]
    assert {case.text for case in lines} == record.keys(), (
        f"{name} has other lines than the record: soft-landing evaluate --record tests/evaluation/choosing/{name}.jsonl"
    )
    slid = [change for change in baseline.changes(lines, rows, record, LABELS) if change.slid_back]
    assert not slid, "\n".join([name, *map(str, slid)])


def line(text: str, intent: str) -> Case:
    """A line that asks for a topic."""
    return Case(text, (intent,), LABELS.family(intent))


@pytest.mark.parametrize(
    ("worse", "better", "slid_back"),
    [(0, 0, False), (4, 0, False), (5, 0, True), (6, 1, False), (7, 1, True), (3, 3, False), (0, 9, False)],
)
def test_chance(worse: int, better: int, slid_back: bool) -> None:
    """Four lines worse may be chance, five are not, and lines that became better count on the other side."""
    right, wrong = "BodyIntent", "ConsentIntent"
    lines = [line(f"line {number}", right) for number in range(worse + better + 2)]
    then = {case.text: right if place < worse else wrong for place, case in enumerate(lines)}
    now = [wrong if place < worse else right for place in range(worse + better)] + [wrong, wrong]
    rows = [judged(case, Meaning(answer), LABELS) for case, answer in zip(lines, now, strict=True)]
    first = next(change for change in baseline.changes(lines, rows, then, LABELS) if change.figure == "right")
    assert (len(first.worse), len(first.better), first.slid_back) == (worse, better, slid_back)
    assert bool(first) == bool(worse or better)
    if worse:
        assert f"right: {2 + worse} lines went wrong, {2 + better} in the record" in str(first)
        assert "worse: line 0\n    (BodyIntent) BodyIntent -> ConsentIntent" in str(first)


@pytest.mark.parametrize(
    "meaning",
    [
        Meaning(None), Meaning("BodyIntent"), Meaning(None, offered=("BodyIntent", "SadIntent")),
        Meaning(IN_DOUBT, offered=("AssaultIntent",), instead="BodyIntent"),
    ],
)  # fmt: skip
def test_the_record_tells_every_answer(tmp_path: Path, meaning: Meaning) -> None:
    """An intent, two that were offered, a gentle check and nothing come out of the record as they went in."""
    row = judged(line("a", "BodyIntent"), meaning, LABELS)
    baseline.write_baseline(tmp_path, {"one": [row]})
    baseline.write_baseline(tmp_path, {"two": []})
    recorded = baseline.read_baseline(tmp_path)
    assert recorded.keys() == {"one", "two"}
    assert baseline.meaning_of(recorded["one"]["a"]) == meaning


def test_evaluate_records_and_compares(tmp_path: Path) -> None:
    """The command writes the record, says what has changed since, and names a mistake without a traceback."""
    path = tmp_path / "some.jsonl"
    path.write_text('{"text": "what is aftercare", "expect": "topic:overview"}\n', "utf-8")

    def run(*words: str) -> str:
        told = CliRunner().invoke(main, ["evaluate", *words, str(path)])
        assert told.exception is None or isinstance(told.exception, SystemExit)
        return told.output

    assert "since the record" not in run("--record")
    assert "as recorded" in run()
    (tmp_path / baseline.BASELINE_FILE).write_text('{"some": {"what is aftercare": "BodyIntent"}}', "utf-8")
    assert "better: what is aftercare\n    (OverviewIntent) BodyIntent -> OverviewIntent" in run()
    assert json.loads(run("--json"))["right"] == 1.0
    path.write_text('{"text": "what is aftercare"}\n', "utf-8")
    assert run().startswith(f"Error: {path}:1: not ")
    assert "de.json: it cannot be read" in run("--language", "de")
