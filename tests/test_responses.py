"""Every response in every locale and wording. The cases are found on disk, so new words bring their own tests."""

import re
from functools import cache
from pathlib import Path

import pytest

from skill.alexa.ssml import ssml
from skill.content.markup import plain
from skill.content.reply import Reply
from skill.content.responses import ResponseError, Responses
from skill.dialog.state import Session
from skill.lint import wording
from skill.lint.wording import NEVER_SAID, NOT_OVERHEARD, OUTSIDE, article, fingerprint, sixes
from skill.paths import folder

RESPONSES = Responses(folder("responses"))
TOPICS = tuple(section.intent for section in RESPONSES.claims.sections)


def is_practice(name: str) -> bool:
    """Practices are cues rather than prose and have their tests in `test_practice.py`."""
    return name.startswith(wording.PRACTICE)


def cases() -> list[tuple[str, str, bool]]:
    """Every locale, response and wording."""
    return [
        (locale, name, discreet)
        for locale in RESPONSES.locales
        for name in sorted(RESPONSES.names(locale))
        for discreet in (False, True)
        if not is_practice(name)
    ]


@cache
def replies(locale: str, name: str, discreet: bool) -> tuple[Reply, ...]:
    """A response in all its states and variants."""
    return tuple(wording.replies(RESPONSES, locale, name, discreet=discreet))


EVERY = pytest.mark.parametrize(
    ("locale", "name", "discreet"),
    [pytest.param(*case, id=f"{case[0]}/{case[1]}{'/discreet' * case[2]}") for case in cases()],
)


def spoken(reply: Reply) -> str:
    """All that is said of a reply, as text."""
    return plain(f"{reply.body} {reply.question}")


@EVERY
def test_is_spoken(locale: str, name: str, discreet: bool) -> None:
    """It renders, is well formed, brief, and says nothing that the voice never says."""
    from xml.etree import ElementTree

    for reply in replies(locale, name, discreet):
        speech = ssml(Session(discreet=discreet), reply.body, reply.question)
        ElementTree.fromstring(speech.replace("amazon:effect", "effect"))
        text = spoken(reply)
        assert text or name == "Onward", "says nothing; write some words"
        assert len(text.split()) <= 80, f"{len(text.split())} words are too many for one breath or two"
        for sentence in re.split(r"(?<=[.?])\s+", text):
            assert len(sentence.split()) <= (25 if reply.safety else 20), f"a sentence of over 20 words: {sentence}"
        everything = f"{text} {reply.gist} {reply.reprompt} {reply.title}".lower()
        assert not (found := NEVER_SAID.search(everything)), f"never said: {found.group() if found else ''}"
        if discreet:
            assert not (heard := NOT_OVERHEARD.search(everything)), (
                f"not fit to be overheard: {heard.group() if heard else ''}; write responses/en/discreet/{name}.ssml"
            )


@EVERY
def test_asks_or_closes(locale: str, name: str, discreet: bool) -> None:
    """A question is one question, with a reprompt that is no copy; what is offered exists."""
    for reply in replies(locale, name, discreet):
        if not reply.question:
            assert not reply.reprompt, "a reprompt without a question is never heard; remove it"
            assert not str(reply.body).rstrip().endswith("?"), "a question in the body would close the session"
            continue
        assert plain(reply.question).endswith("?")
        assert spoken(reply).count("?") == 1, "ask one question"
        assert reply.reprompt, "set a reprompt"
        assert plain(reply.reprompt) != plain(reply.question)
        if reply.offer:
            known = RESPONSES.has(reply.offer, locale) or reply.offer in wording.OFFERS_BESIDE_RESPONSES
            assert known, f"offers {reply.offer}, and there is no such response"


@EVERY
def test_pauses_are_brief(locale: str, name: str, discreet: bool) -> None:
    """Its pauses add up to less than ten seconds, above which Alexa may drop the speech."""
    for reply in replies(locale, name, discreet):
        speech = ssml(Session(), reply.body, reply.question)
        assert sum(int(found) for found in re.findall(r'time="(\d+)ms"', speech)) < 10_000
        assert "<emphasis" not in speech
        assert "pitch=" not in speech


@EVERY
def test_rests_on_claims(locale: str, name: str, discreet: bool) -> None:
    """Its claims exist; a fact from outside the article says so; a topic speaks claims of its own section."""
    known = {claim for section in RESPONSES.claims.sections for claim in section.claims}
    beyond = {fact.id for fact in RESPONSES.claims.beyond}
    for reply in replies(locale, name, discreet):
        assert set(reply.claims) <= known | beyond, "a claim id that responses/claims.toml does not have"
        if set(reply.claims) & beyond:
            assert OUTSIDE.search(spoken(reply)), "a fact from outside the article is spoken without its marker"


@pytest.mark.parametrize("topic", TOPICS)
def test_topic_speaks_every_claim(topic: str) -> None:
    """A topic's parts together speak every claim of its section, so that each can be reached by voice."""
    section = next(section for section in RESPONSES.claims.sections if section.intent == topic)
    spoken_claims: set[str] = set()
    for number in range(1, RESPONSES.parts(topic, "en-US") + 1):
        name = topic if number == 1 else f"{topic}.{number}"
        spoken_claims.update(RESPONSES.claims_of(name, "en-US"))
    assert set(section.claims) <= spoken_claims


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("discreet", [False, True], ids=["open", "discreet"])
def test_topic_is_whole(topic: str, discreet: bool) -> None:
    """Each part of a topic has a title, a gist, a question and an offer; each wording is its own; questions differ."""
    questions = []
    for number in range(1, RESPONSES.parts(topic, "en-US") + 1):
        name = topic if number == 1 else f"{topic}.{number}"
        reply = replies("en-US", name, discreet)[0]
        assert reply.title
        assert reply.gist
        assert reply.question
        assert reply.offer
        assert len(reply.gist.split()) <= 18
        if number == 1:
            assert reply.name
            words = len(plain(reply.body).split())
            assert (20 if discreet else 45) <= words <= 75
        assert reply.body != replies("en-US", name, not discreet)[0].body or not discreet
        questions.append(plain(reply.question))
    assert len(set(questions)) == len(questions)


def test_claims_are_whole() -> None:
    """Each section has claims, and is cited by a short form of its heading."""
    for section in RESPONSES.claims.sections:
        assert section.claims
        assert len(section.cited.split()) < 6, "cite a heading by fewer than six of its words"


def test_nothing_is_copied() -> None:
    """No response has a run of six words in common with the article."""
    fingerprints = article()
    copied = []
    for locale, name, discreet in cases():
        for reply in replies(locale, name, discreet):
            for text in (spoken(reply), reply.gist, reply.reprompt):
                copied += [f"{name}: {run}" for run in sixes(text) if fingerprint(run) in fingerprints]
    assert not copied, f"re-phrase: {copied[:5]}"


def test_misspelt_header_is_caught(tmp_path: Path) -> None:
    """A field that nobody reads is named, with the fields there are."""
    copy = mistaken(tmp_path, "BodyIntent", '{% set titel = "x" %}\nWords.')
    with pytest.raises(ResponseError, match=r"BodyIntent\.ssml sets titel, which nobody reads"):
        copy.render("BodyIntent", "en-US")


def test_undefined_name_is_caught(tmp_path: Path) -> None:
    """A name that means nothing is an error, not silence."""
    copy = mistaken(tmp_path, "BodyIntent", "Hello {{ nobody }}.")
    with pytest.raises(ResponseError, match="nobody"):
        copy.render("BodyIntent", "en-US")


def test_data_is_escaped(tmp_path: Path) -> None:
    """What comes in through a variable cannot break the speech."""
    copy = mistaken(tmp_path, "BodyIntent", "{% set question = thing %}{{ thing }}")
    reply = copy.render("BodyIntent", "en-US", variables={"thing": "you & <me>"})
    assert reply.body == "you &amp; &lt;me&gt;"
    assert reply.question == "you &amp; &lt;me&gt;"


def test_variants_come_again(tmp_path: Path) -> None:
    """Each turn has its variant, also one that shows late how many there are; what was rendered is kept."""
    copy = mistaken(
        tmp_path, "BodyIntent", '{{ vary("a", "b") }}{% if vary("x", "y") == "y" %}{{ vary("c", "d", "e") }}{% endif %}'
    )
    in_turn = [copy.render("BodyIntent", "en-US", variant=turn) for turn in range(60)]
    assert [str(reply.body) for reply in in_turn[:8]] == ["a", "bd", "a", "bc", "a", "be", "a", "bd"]
    again = [copy.render("BodyIntent", "en-US", variant=turn) for turn in range(60)]
    assert all(one is other for one, other in zip(in_turn, again, strict=True))


def test_one_without_variants_is_rendered_once(tmp_path: Path) -> None:
    """Its words are the same in every turn, so one rendering serves them all; its variables make another."""
    copy = mistaken(tmp_path, "BodyIntent", "{{ thing }}")
    in_turn = {id(copy.render("BodyIntent", "en-US", variant=turn, variables={"thing": "a"})) for turn in range(60)}
    assert len(in_turn) == 1
    assert copy.render("BodyIntent", "en-US", variables={"thing": "b"}).body == "b"
    assert copy.render("BodyIntent", "en-US", discreet=True, variables={"thing": "a"}).body != "a"


def test_nothing_is_written_unasked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiled templates are kept where `SOFT_LANDING_CACHE` says, and nowhere where it says nothing."""
    monkeypatch.delenv("SOFT_LANDING_CACHE", raising=False)
    copy = mistaken(tmp_path, "BodyIntent", "Words.")
    before = sorted(copy.folder.rglob("*"))
    copy.warm()
    assert sorted(copy.folder.rglob("*")) == before
    monkeypatch.setenv("SOFT_LANDING_CACHE", str(tmp_path / "made" / "cache"))
    Responses(copy.folder).warm()
    assert sorted(copy.folder.rglob("*")) == before
    assert len(list((tmp_path / "made" / "cache").iterdir())) == len(list(copy.folder.rglob("*.ssml")))
    assert Responses(copy.folder).render("BodyIntent", "en-US").body == "Words."
    monkeypatch.setenv("SOFT_LANDING_CACHE", str(copy.folder / "claims.toml"))
    with pytest.raises(ResponseError, match=r"SOFT_LANDING_CACHE names .*claims\.toml, which cannot be used"):
        Responses(copy.folder)


def mistaken(folder_: Path, name: str, words: str) -> Responses:
    """A copy of the responses with one file changed."""
    import shutil

    copy = folder_ / "responses"
    shutil.copytree(folder("responses"), copy)
    (copy / "en" / f"{name}.ssml").write_text(words)
    return Responses(copy)
