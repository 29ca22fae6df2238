"""The port: what reaches a speaker as what is asked, and what a speaker is told of an answer."""

from dataclasses import replace
from itertools import chain

import pytest
from markupsafe import Markup

from skill.content.locales import Language, Speech
from skill.content.reply import Reply
from skill.core.answer import Recipient
from skill.core.port import Heard, apology, in_words, locale_of_words, somebody, take_turn
from skill.core.render import Playback, Rendered
from skill.core.skill import Skill
from skill.dialog.state import Session
from skill.exercises.timeline import Cue, Part
from skill.settings.model import NoStore, Settings, StoreError

US = "en-US"
SOMEBODY = Recipient("", US, True)
LANGUAGES = {
    "de": Language("de", speech=Speech(open=("öffne", "frage"), connect=("nach",)),
                   built_in={"AMAZON.StopIntent": ("halt",)}),
    "en": Language("en", speech=Speech(open=("open", "ask"), connect=("for", "why")),
                   built_in={"AMAZON.StopIntent": ("stop",), "AMAZON.CancelIntent": ("never mind",)}),
}  # fmt: skip


def words(text: str, *, opens: bool = False, locale: str = US) -> Heard:
    """Free words."""
    return Heard("QuestionIntent", words={"question": text}, locale=locale, opens=opens)


@pytest.mark.parametrize(
    ("text", "locale", "heard"),
    [
        ("open soft landing", US, Heard("LaunchRequest")),
        (" Open Soft Landing. ", US, Heard("LaunchRequest")),
        ("öffne soft landing", "de-DE", Heard("LaunchRequest")),
        ("open soft landing", "de-DE", Heard("LaunchRequest")),
        ("öffne soft landing", US, words("öffne soft landing")),
        ("ask soft landing why people cry", US, words("people cry", opens=True)),
        ("Stop!", US, Heard("AMAZON.StopIntent")),
        ("never mind", US, Heard("AMAZON.CancelIntent")),
        ("ask soft landing for stop", US, Heard("AMAZON.StopIntent")),
        ("stop it he's hurting me", US, words("stop it he's hurting me")),
        ("halt", "de-DE", Heard("AMAZON.StopIntent")),
        ("stop", "de-DE", words("stop", locale="de-DE")),
        ("stop", "fr-FR", Heard("AMAZON.StopIntent")),
        ("", US, words("")),
    ],
)
def test_what_is_heard_in_words(text: str, locale: str, heard: Heard) -> None:
    """The name opens, a way out is one by itself only, and all else is handed over as it was said."""
    assert in_words(LANGUAGES, text, locale) == heard


def test_words_of_safety_are_fixed(skill: Skill) -> None:
    """Whatever names a number or answers somebody who may need help, and what is said while that stands."""

    def fixed(name: str, session: Session | None = None) -> bool:
        return take_turn(skill, Heard(name), session, SOMEBODY).fixed

    catalogue = skill.conversation.catalogue
    assert all(map(fixed, chain(catalogue.safety, ("HelplineIntent", "WorseIntent", "GentleCheck", "MinorCheck"))))
    assert take_turn(skill, Heard("BreathingIntent", {"pattern": "b-box"}), None, SOMEBODY).fixed, "cautions"
    assert not any(map(fixed, chain(catalogue.topics, catalogue.feelings, ("LaunchRequest", "AMAZON.StopIntent"))))
    abroad = Recipient("", US, False)
    for name in ("HelplineIntent", "WorseIntent", *catalogue.safety):
        assert take_turn(skill, Heard(name), None, abroad).fixed, name
    told = take_turn(skill, Heard("AssaultIntent"), None, SOMEBODY).session
    assert fixed("AMAZON.YesIntent", told)
    assert fixed("AMAZON.StopIntent", told)
    assert fixed("BodyIntent", Session(door="AssaultIntent"))
    assert fixed("BodyIntent", Session(closed=True))
    for timed in (True, False):
        begins = Recipient("", US, True, timed=timed)
        assert [take_turn(skill, Heard(name), None, begins).fixed for name in ("b-even", "g-orient")] == [True, False]
        assert not take_turn(skill, Heard("b-even"), Session(cautioned=True), begins).fixed


PART = Part((Cue(0, 1000, "say", "Even fives."), Cue(1000, 5000, "in", "in")))
SILENT, ASKS = Reply("x", Markup("")), Reply("x", Markup("A &amp; <b>b</b>."), question=Markup("Go on?"))


@pytest.mark.parametrize(
    ("rendered", "speech", "text", "listens"),
    [
        (Rendered(SILENT, Session()), "", "", False),
        (Rendered(SILENT, Session(), rests=True), "", "", True),
        (Rendered(ASKS, Session()), "A &amp; <b>b</b>. Go on?", "A & b. Go on?", False),
        (Rendered(replace(ASKS, reprompt=Markup("?")), Session()), "A &amp; <b>b</b>. Go on?", "A & b. Go on?", True),
        (Rendered(SILENT, Session(), Playback(PART)), "", "Even fives.", False),
    ],
)
def test_what_a_speaker_is_told(rendered: Rendered, speech: str, text: str, listens: bool) -> None:
    """Speech with its marks and in plain words, the words that open a practice, and whether it goes on listening."""
    assert (rendered.speech, rendered.text, rendered.listens) == (speech, text, listens)


class Broken(NoStore):
    """A store that is away."""

    def recall(self, user: str) -> Settings | None:
        """Raises `StoreError`."""
        raise StoreError("away")


def test_a_first_turn_recalls_and_an_apology_asks_nobody(skill: Skill) -> None:
    """Without a session the listener's own settings begin one; an apology keeps the session that stands."""

    class Kept(NoStore):
        def recall(self, user: str) -> Settings | None:
            return Settings(discreet=user == "somebody")

    kept = replace(skill, store=Kept())
    for user in ("somebody", "other"):
        began = take_turn(kept, Heard("LaunchRequest"), None, Recipient(user, US, True)).session
        assert began.discreet is (user == "somebody")
    assert not take_turn(kept, Heard("LaunchRequest"), Session(), Recipient("somebody", US, True)).session.discreet
    sorry = apology(replace(skill, store=Broken()), Session(safe="AssaultIntent", discreet=True), US)
    assert (sorry.reply.response, sorry.session.safe, sorry.session.discreet) == ("error", "AssaultIntent", True)
    assert sorry.screen is None
    assert sorry.fixed


@pytest.mark.parametrize(
    ("named", "locale", "known"),
    [
        ("en-GB", "en-GB", True),
        ("en_gb", "en-GB", True),
        ("EN-gb", "en-GB", True),
        ("en-UK", "en-GB", True),
        ("en_uk", "en-GB", True),
        ("en", US, False),
        ("en-NZ", US, False),
        ("fr-FR", US, False),
        ("", US, False),
    ],
)
def test_somebody_is_known_by_a_locale_only(skill: Skill, named: str, locale: str, known: bool) -> None:
    """Any spelling does, and whose country is not spoken here is told no other country's number."""
    assert somebody(skill, named, timed=False) == Recipient("", locale, known, timed=False)


@pytest.mark.parametrize(
    ("named", "locale"),
    [("en-GB", "en-GB"), ("en_gb", "en-GB"), ("", US), ("de", "de"), ("de_AT", "de-AT"), ("en-NZ", "en-NZ")],
)
def test_words_are_in_the_locale_that_was_named(skill: Skill, named: str, locale: str) -> None:
    """Also where it is not spoken here, so that nobody guesses at them in another language."""
    assert locale_of_words(named, somebody(skill, named, timed=True)) == locale


def test_nothing_is_kept_for_nobody(skill: Skill, caplog: pytest.LogCaptureFixture) -> None:
    """Where a speaker knows no listener, settings are not kept, it is said so, and the log has nothing to mend."""
    asked = take_turn(skill, Heard("ForgetMeIntent"), Session(remembered=True), SOMEBODY)
    assert take_turn(skill, Heard("AMAZON.YesIntent"), asked.session, SOMEBODY).reply.response == "Forgotten.nothing"
    wish = take_turn(skill, Heard("RememberIntent"), Session(), SOMEBODY)
    assert (wish.reply.response, wish.session.offer) == ("RememberIntent.nobody", "TopicsIntent"), (
        "nobody is asked in vain"
    )
    open_before = Session(asked="RememberIntent", offer="Remembered")
    said = take_turn(skill, Heard("AMAZON.YesIntent"), open_before, SOMEBODY).reply.response
    assert said == "Remembered.failed"
    assert not caplog.records


def test_nobody_is_told_what_a_speaker_did_not_do(skill: Skill) -> None:
    """Without an account there is no app to send to, and a voice that keeps no time is neither slowed nor quickened."""
    told = take_turn(skill, Heard("BodyIntent"), None, SOMEBODY).session
    for session in (told, Session(), replace(told, discreet=True)):
        sent = take_turn(skill, Heard("SendIntent"), session, SOMEBODY)
        assert (sent.reply.response, sent.card) == ("SendIntent.nobody", None)
    assert take_turn(skill, Heard("SendIntent"), told, Recipient("somebody", US, True)).card
    plainly = Recipient("", US, True, timed=False)
    for wish, says in (("SlowerIntent", "as slow as I go"), ("FasterIntent", "as quick as I go")):
        kept = take_turn(skill, Heard(wish), told, plainly)
        assert says in kept.text
        assert kept.session.rate == told.rate
        assert says not in take_turn(skill, Heard(wish), told, SOMEBODY).text


def test_words_are_in_their_own_locale(skill: Skill) -> None:
    """They may be in another language than that of the answer, and then nobody guesses at them."""
    assert take_turn(skill, words("what is aftercare"), None, SOMEBODY).reply.response == "OverviewIntent"
    spoken = replace(words("what is aftercare"), locale="de-DE")
    assert take_turn(skill, spoken, None, SOMEBODY).reply.response == "AMAZON.FallbackIntent"
