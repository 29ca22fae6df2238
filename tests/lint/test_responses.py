"""Each check of the responses fails on a deliberate mistake."""

import json
from pathlib import Path

import pytest

from skill.lint import wording
from skill.lint.content_tree import ContentTree
from skill.lint.responses import check_claims, check_responses, check_routes, check_texts
from skill.lint.walk import check_conversation

from .bodies import BODY, CALM, HEAD, SAD, said
from .mistakes import Change, caught, line_in, named, removed, replaced, show, written
from .small_model import small, with_intent, without

pytestmark = pytest.mark.slow

WORD_MISTAKES = [
    ("a template that is none", said("{% if %}Words."), "is not a template", "{% if %}"),
    ("a name that means nothing", said("Words. {{ nobody }}"), "nobody", "nobody"),
    ("a header that nobody reads", said(CALM, "set gist", "set gits"), "sets gits, which nobody reads", None),
    ("an ampersand as markup", said("You {{ '&'|safe }} me."), "malformed", None),
    ("a tag that is left open", said("<p>You and me."), "malformed", None),
    (
        "a tag of another voice",
        said('<amazon:breath duration="long"/> Words.'),
        "is no tag of Alexa's",
        "<amazon:breath",
    ),
    ("an attribute that is not known", said('Words. <break length="1s"/>'), "has no attribute length", "<break"),
    ("a pause out of range", said('Words. <break time="12s"/>'), "a pause over ten seconds", None),
    ("a value out of range", said('Words. <break time="12"/>'), 'time="12"', "<break"),
    ("an attribute that is missing", said("<say-as>Words.</say-as>"), "lacks interpret-as", "<say-as"),
    ("emphasis", said('<emphasis level="strong">Words.</emphasis>'), "changes emphasis or pitch", "<emphasis"),
    (
        "pauses of ten seconds in all",
        said('A.<break time="6s"/> B.<break time="5s"/> C.'),
        "pauses add up to 11 s",
        None,
    ),
    ("no words", said("", "Would you like more?", ""), "says nothing", None),
    ("too many words", said("Quiet words. " * 45), "words in one turn", None),
    ("too many seconds", said("Extraordinarily considerate companionship. " * 16), "s of speech", None),
    ("a long sentence", said("You and you " * 8 + "end."), "A sentence of 25 words", "You and you"),
    (
        "hard words",
        said("Physiological stabilisation necessitates considerable interpersonal reciprocity. " * 4),
        "reading grade",
        None,
    ),
    ("a word that is never said", said("You should\nrest now."), "“should” is never said", "should"),
    ("an exclamation", said("Words!"), "“!” is never said", None),
    ("a web address", said("Look at www.example.com for more."), "cannot be spoken", "www."),
    ("a code name", said("That was the BodyIntent again."), "cannot be spoken", "was the BodyIntent"),
    (
        "a reprompt that nobody hears",
        said(CALM, "Would you like more?", ""),
        "A reprompt without a question",
        "reprompt",
    ),
    (
        "a question that nobody may answer",
        written(BODY, '{% set title = "Quux" %}\n\nIs that so?\n'),
        "It asks and does not listen",
        "Is that so?",
    ),
    ("a question without its mark", said(CALM, "more?", "more."), "has no question mark", "set question"),
    ("two questions", said("Is that so? It is."), "more than one question", None),
    ("no reprompt", said(CALM, "More, or stop?", ""), "has no reprompt", "set question"),
    ("a reprompt that is a copy", said(CALM, "More, or stop?", "Would you like more?"), "is a copy", "set reprompt"),
    ("an offer of nothing", said(CALM, "SadIntent", "QuuxIntent"), "offers QuuxIntent", "set offer"),
    ("a claim that is not there", said(CALM, "C-body-1", "C-body-99"), "There is no claim C-body-99", "set claims"),
    ("a foreign fact without a marker", said(CALM, "C-body-1", "X-1"), "has no marker", "set claims"),
    ("a topic without its gist", said(CALM, "Quux.", ""), "without a gist", None),
    ("a gist of 19 words", said(CALM, "Quux.", "You and " * 9 + "me."), "Its gist has 19 words", "set gist"),
]


@pytest.mark.parametrize(("change", "wrong", "on"), named(WORD_MISTAKES))
def test_word_mistakes(scrap: Path, change: Change, wrong: str, on: str | None) -> None:
    """A mistake in a response is named with its file, and with its line where there is one."""
    change(scrap)
    finding = caught(check_texts(ContentTree.read(scrap / "responses"), ("BodyIntent",)), wrong)
    assert finding.file == BODY
    if on:
        assert finding.line == line_in(scrap / BODY, on)


def test_overheard_words_are_found_in_the_discreet_file(scrap: Path) -> None:
    """What may not be overheard is named where it stands, or where another wording is to be written."""
    quiet = "responses/en/discreet/BodyIntent.ssml"
    written(quiet, HEAD + "After sex you may rest.\n")(scrap)
    finding = caught(
        check_texts(ContentTree.read(scrap / "responses"), ("BodyIntent",)), "“sex” is not fit to be overheard"
    )
    assert (finding.file, finding.line) == (quiet, 9)
    removed(quiet)(scrap)
    finding = caught(check_texts(ContentTree.read(scrap / "responses"), ("BodyIntent",)), "not fit to be overheard")
    assert finding.hint == f"Write {quiet}"


def test_missing_helpers_are_found(scrap: Path) -> None:
    """Without `_voice.ssml` nothing can be spoken, and the finding says so."""
    removed("responses/en/_voice.ssml")(scrap)
    finding = caught(check_responses(scrap / "responses", scrap / "interaction_models"), "_voice.ssml is missing")
    assert finding.file == "responses/en/_voice.ssml"


def test_copied_words_are_found(scrap: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Six words in a row from the article are named."""
    run = "calm words that once were printed"
    monkeypatch.setattr(wording, "article", lambda: frozenset({wording.fingerprint(run)}))
    said("These are calm words that once\nwere printed elsewhere.")(scrap)
    finding = caught(check_texts(ContentTree.read(scrap / "responses"), ("BodyIntent",)), "is copied")
    assert finding.line == 9


def test_unspoken_claims_are_found(copy: Path) -> None:
    """A claim that no part speaks, and a section without words, are named in the table."""
    replaced(BODY, "C-body-3 ", "")(copy)
    removed("responses/en/SkippingIntent.ssml")(copy)
    found = list(check_claims(ContentTree.read(copy / "responses")))
    table = copy / "responses" / "claims.toml"
    assert caught(found, "C-body-3 is never spoken").line == line_in(table, "C-body-3 =")
    assert caught(found, "SkippingIntent has no words").line == line_in(table, '"SkippingIntent"')


def test_intents_and_responses_belong_together(copy: Path) -> None:
    """An intent that nothing answers and a response that nothing leads to are named."""
    whole = small()
    with_intent(name="QuuxIntent")(whole)
    written("responses/en/Quince.ssml", "Words.\n")(copy)
    models = copy / "models"
    models.mkdir()
    (models / "en.json").write_text(json.dumps(whole, indent=2), "utf-8")
    found = list(check_routes(ContentTree.read(copy / "responses"), models))
    assert caught(found, "Nothing answers QuuxIntent").line == line_in(models / "en.json", '"QuuxIntent"')
    assert caught(found, "leads to Quince").file == "responses/en/Quince.ssml"
    assert len(found) == 2, show(found)


def test_each_part_of_the_check_runs(copy: Path) -> None:
    """One mistake for each of the checks that `--only words` consists of, and each is named once."""
    models = copy / "models"
    models.mkdir()
    whole = small()
    with_intent(name="QuuxIntent")(whole)
    without("SadIntent")(whole)
    (models / "en.json").write_text(json.dumps(whole), "utf-8")
    for change in (
        replaced(BODY, "{% set gist", '{% set name = "" %}{% set gist'),
        replaced(SAD, "{% set gist", "{% set title = _quux %}{% set gist"),
        replaced("responses/claims.toml", "C-consent-1 =", "C-consent-11 ="),
        replaced("responses/patterns.toml", 'swap = "b-even"', 'swap = "b-478"'),
        removed("responses/en/_privacy.html"),
    ):
        change(copy)
    found = list(check_responses(copy / "responses", models))
    for wrong in (
        "Nothing answers QuuxIntent",
        "There is no intent SadIntent",
        "BodyIntent has no name",
        "_quux",
        "There is no claim C-consent-1",
        "C-consent-11 is never spoken",
        "has no swap without holds",
        "_privacy.html",
    ):
        assert caught(found, wrong)
    assert len({(one.file, one.line, one.wrong) for one in found}) == len(found)


UNREADABLE_MISTAKES = [
    ("claims that are no table", written("responses/claims.toml", "[[section]\n"), "claims.toml"),
    ("a helpline of no need", replaced("responses/helplines.toml", 'need = "', 'need = "quux'), "helplines.toml"),
    ("a pattern with an unknown key", replaced("responses/patterns.toml", "in = ", "inn = "), "patterns.toml"),
]


@pytest.mark.parametrize(("change", "file"), named(UNREADABLE_MISTAKES))
def test_what_cannot_be_read_is_a_finding(scrap: Path, change: Change, file: str) -> None:
    """A table that cannot be read is a finding, not a traceback, for every part that needs it."""
    change(scrap)
    nothing = scrap / "none"
    nothing.mkdir()
    for found in (check_responses(scrap / "responses", nothing), check_conversation(scrap / "responses", nothing)):
        assert any(file in f"{one.file} {one.wrong}" for one in found)
