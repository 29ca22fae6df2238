"""What a listener can have kept, through the whole skill: asked once, forgotten at once, and never needed."""

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Conversation

from skill.alexa.handlers import build
from skill.core.skill import Skill
from skill.settings.model import NoStore, Settings, SettingsStore, StoreError
from skill.settings.sqlite import SqliteStore
from skill.simulator.device import Device, LastReply

Speaking = Callable[[SettingsStore], Conversation]


@pytest.fixture
def speaking(skill: Skill, trace: LastReply) -> Speaking:
    """Gives a listener whose settings go to a store."""

    def with_store(store: SettingsStore) -> Conversation:
        return Conversation(Device(build(replace(skill, store=store)), skill.understanding, trace))

    return with_store


def test_nothing_is_kept_unasked(speaking: Speaking, tmp_path: Path) -> None:
    """A whole conversation leaves no file."""
    file = tmp_path / "settings.db"
    conversation = speaking(SqliteStore(file, "secret"))
    for name in ("LaunchRequest", "BodyIntent", "DiscreetIntent", "SlowerIntent", "TearyIntent", "RememberIntent"):
        conversation.say(name)
    conversation.say("AMAZON.NoIntent")
    assert not file.exists()


def test_remembered_then_forgotten(speaking: Speaking, tmp_path: Path) -> None:
    """Asked once, settings come back in the next session; forgotten, they do not."""
    conversation = speaking(SqliteStore(tmp_path / "settings.db", "secret"))
    conversation.say("DiscreetIntent")
    conversation.say("SlowerIntent")
    assert conversation.say("RememberIntent").response == "RememberIntent"
    assert conversation.say("AMAZON.YesIntent").response == "Remembered"
    conversation.device.hang_up()
    greeting = conversation.say("LaunchRequest")
    assert "whispered" in greeting.ssml
    assert 'rate="88%"' in greeting.ssml
    assert "not a doctor" not in greeting.speech
    assert conversation.say("ForgetMeIntent").response == "ForgetMeIntent"
    done = conversation.say("AMAZON.YesIntent")
    assert done.response == "Forgotten"
    assert "delete what I just said" in done.speech
    conversation.device.hang_up()
    assert "whispered" not in conversation.say("LaunchRequest").ssml


def test_a_change_is_kept_for_who_is_remembered(speaking: Speaking, tmp_path: Path) -> None:
    """Once remembered, a later change is kept as well."""
    store = SqliteStore(tmp_path / "settings.db", "secret")
    conversation = speaking(store)
    conversation.say("RememberIntent")
    conversation.say("AMAZON.YesIntent")
    conversation.say("BreathingIntent", duration="PT3M")
    assert store.recall(conversation.device.user) == Settings(minutes=3, language="en-US")


class Counting(SqliteStore):
    """A store that counts what is written to it."""

    written = 0

    def keep(self, user: str, settings: Settings) -> None:
        """Keep, and count."""
        self.written += 1
        super().keep(user, settings)


def test_only_a_change_is_written(speaking: Speaking, tmp_path: Path) -> None:
    """Turns that change no setting write nothing, in this session and the next; a change is written once."""
    store = Counting(tmp_path / "settings.db", "secret")
    conversation = speaking(store)
    for name in ("BodyIntent", "DiscreetIntent", "RememberIntent"):
        conversation.say(name)
    assert store.written == 0
    conversation.say("AMAZON.YesIntent")
    assert store.written == 1
    for name in ("BodyIntent", "AMAZON.RepeatIntent", "TearyIntent"):
        conversation.say(name)
    conversation.device.hang_up()
    for name in ("LaunchRequest", "EmotionsIntent", "DiscreetIntent"):
        conversation.say(name)
    assert store.written == 1
    for name in ("SlowerIntent", "BodyIntent", "AMAZON.HelpIntent"):
        conversation.say(name)
    assert store.written == 2


def test_forgetting_works_from_anywhere(speaking: Speaking, tmp_path: Path) -> None:
    """After a safety answer too, with nothing stored it says so."""
    conversation = speaking(SqliteStore(tmp_path / "settings.db", "secret"))
    conversation.say("AssaultIntent")
    conversation.say("ForgetMeIntent")
    assert conversation.say("AMAZON.YesIntent").response == "Forgotten.nothing"


def test_disabling_the_skill_forgets(speaking: Speaking, tmp_path: Path) -> None:
    """`AlexaSkillEvent.SkillDisabled` deletes what was kept."""
    store = SqliteStore(tmp_path / "settings.db", "secret")
    conversation = speaking(store)
    conversation.say("RememberIntent")
    conversation.say("AMAZON.YesIntent")
    assert store.recall(conversation.device.user)
    envelope = conversation.device.envelope({"type": "AlexaSkillEvent.SkillDisabled"})
    del envelope["session"]
    conversation.device.invoke(json.dumps(envelope))
    assert store.recall(conversation.device.user) is None


def test_who_cannot_be_read_is_answered_without_settings(
    speaking: Speaking, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A listener's id of a strange shape is nobody's: answered like anybody else, and nothing is kept."""
    conversation = speaking(SqliteStore(tmp_path / "settings.db", "secret"))
    envelope = conversation.device.envelope({"type": "LaunchRequest"})
    envelope["context"]["System"]["user"] = {"userId": "u", "permissions": {"scopes": 5}}
    answer = conversation.device.invoke(json.dumps(envelope))
    assert "Soft Landing" in answer["response"]["outputSpeech"]["ssml"]
    assert not caplog.records


def test_an_ended_session_is_told_nothing(speaking: Speaking, tmp_path: Path) -> None:
    """What came with the end of a session does not go back."""
    conversation = speaking(SqliteStore(tmp_path / "settings.db", "secret"))
    conversation.say("BodyIntent")
    envelope = conversation.device.envelope({"type": "SessionEndedRequest", "reason": "USER_INITIATED"})
    assert envelope["session"]["attributes"]
    answer = conversation.device.invoke(json.dumps(envelope))
    assert not answer.get("sessionAttributes")
    assert answer["response"] == {}


class Broken(NoStore):
    """A store that is down."""

    def recall(self, user: str) -> Settings | None:
        """Does not answer."""
        raise StoreError("the table of settings did not answer")

    def keep(self, user: str, settings: Settings) -> None:
        """Does not answer."""
        self.recall(user)

    def forget(self, user: str) -> bool:
        """Does not answer."""
        return self.recall(user) is not None


def test_a_broken_store_costs_nothing(speaking: Speaking, caplog: pytest.LogCaptureFixture) -> None:
    """The answer comes without settings, and one line in the log says why."""
    conversation = speaking(Broken())
    with caplog.at_level(logging.WARNING):
        turn = conversation.say("BodyIntent")
    assert turn.response == "BodyIntent"
    assert [record.getMessage() for record in caplog.records] == ["store: the table of settings did not answer"]


def test_who_could_not_be_forgotten_is_noted(speaking: Speaking, caplog: pytest.LogCaptureFixture) -> None:
    """Disabling the skill while the store is down is no usual fault of a store: the log says what is left undone."""
    conversation = speaking(Broken())
    conversation.device.invoke(json.dumps(conversation.device.envelope({"type": "AlexaSkillEvent.SkillDisabled"})))
    assert [record.getMessage() for record in caplog.records] == [
        "store: who disabled the skill is not forgotten; the table of settings did not answer"
    ]


def test_a_failed_wish_is_not_called_done(speaking: Speaking) -> None:
    """What could not be kept or deleted is said truthfully."""
    conversation = speaking(NoStore())
    conversation.say("RememberIntent")
    assert conversation.say("AMAZON.YesIntent").response == "Remembered.failed"


def test_nothing_of_a_session_comes_unprompted_in_the_next(speaking: Speaking, tmp_path: Path) -> None:
    """A new session starts with the same greeting whatever was said in the last one."""
    conversation = speaking(SqliteStore(tmp_path / "settings.db", "secret"))
    for name in ("AssaultIntent", "TearyIntent", "BodyIntent", "b-long-out"):
        conversation.say(name)
        conversation.say("AMAZON.StopIntent")
        turn = conversation.say("LaunchRequest")
        assert turn.response == "LaunchRequest"
        assert "last time" not in turn.speech
        conversation.say("AMAZON.StopIntent")
