"""What a row of settings holds, and what it says in a new session; which store an address opens."""

import sys
from pathlib import Path

import pytest

from skill.dialog.state import Exercise, Session
from skill.settings import open_store
from skill.settings.model import NoStore, Settings, StoreError, row_key
from skill.settings.sqlite import SqliteStore

pytestmark = pytest.mark.slow  # no word that a writer changes can break it

USER = "amzn1.ask.account.zanzibar"


def test_settings_are_settings_only() -> None:
    """What is kept is what the privacy page lists: no topic, feeling or practice."""
    session = Session(said="BodyIntent", at="BodyIntent", safe="AssaultIntent", discreet=True)
    settings = Settings.of(session, "en-US")
    assert settings == Settings(discreet=True, language="en-US")
    assert set(vars(settings)) == {"discreet", "rate", "minutes", "counting", "language"}


def test_settings_go_to_a_session_and_back() -> None:
    """A session that starts with settings has the same ones to keep."""
    settings = Settings(discreet=True, rate=2, minutes=3, counting="whole", language="en-GB")
    assert Settings.of(settings.session(), "en-GB") == settings
    assert settings.session().remembered


def test_odd_settings_are_mended() -> None:
    """A value out of its range is left at its usual one."""
    assert Settings(rate=99, minutes=7, counting="x").session() == Session(remembered=True, exercise=Exercise())


def test_reads_rows_of_another_release() -> None:
    """A setting that the other release has no more has its default; one that this release does not know is ignored."""
    assert Settings.read({"discreet": True, "volume": [3]}) == Settings(discreet=True)


@pytest.mark.parametrize(
    "row",
    [None, [], "discreet", 1, {}, {"topic": "x"}, {"discreet": 1}, {"rate": True}, {"rate": 1.0}, {"counting": None}],
)
def test_rubbish_is_a_store_error(row: object) -> None:
    """A row without any setting, or with one of another type, is no settings."""
    with pytest.raises(StoreError, match="holds no settings"):
        Settings.read(row)


def test_a_row_is_under_a_keyed_hash() -> None:
    """The key is the listener's alone, and nothing without the secret; an id that is no text in UTF-8 has one too."""
    keys = {row_key(secret, user) for secret in ("secret", "other") for user in (USER, USER + "x", "\ud800")}
    assert len(keys) == 6
    assert all(len(key) == 64 and USER not in key for key in keys)


def test_no_store_is_empty() -> None:
    """Nothing is found or deleted in it, and whoever wants to keep something is told what to set."""
    assert NoStore().recall(USER) is None
    assert NoStore().forget(USER) is False
    with pytest.raises(StoreError, match="set SOFT_LANDING_SECRET"):
        NoStore().keep(USER, Settings())


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("listeners/x.db", "listeners/x.db"),
        ("sqlite://x.db", "x.db"),
        ("sqlite:///x.db", "/x.db"),
        ("", "soft-landing.db"),
    ],
)
def test_an_address_is_a_file(address: str, name: str) -> None:
    """A path, with `sqlite://` before it or without; by default a file in the current folder."""
    store = open_store(address, "secret")
    assert isinstance(store, SqliteStore)
    assert store._file == Path(name)


def test_the_environment_is_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Address and secret are those that the operator set; without a secret there is no store."""
    monkeypatch.setenv("SOFT_LANDING_STORE", str(tmp_path / "settings.db"))
    monkeypatch.delenv("SOFT_LANDING_SECRET", raising=False)
    assert isinstance(open_store(), NoStore)
    monkeypatch.setenv("SOFT_LANDING_SECRET", "secret")
    open_store().keep(USER, Settings(minutes=3))
    assert SqliteStore(tmp_path / "settings.db", "secret").recall(USER) == Settings(minutes=3)


@pytest.mark.parametrize("address", ["redis://x", "dynamodb://", "x://dynamodb://listeners"])
def test_other_addresses_are_refused(address: str) -> None:
    """What is neither a file nor a table is refused at the start."""
    with pytest.raises(StoreError, match="neither a file nor dynamodb://TABLE"):
        open_store(address, "secret")


def test_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without boto3 the error says what to install."""
    monkeypatch.delitem(sys.modules, "skill.settings.dynamodb", raising=False)
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(StoreError, match=r"pip install 'soft-landing\[dynamodb\]'"):
        open_store("dynamodb://listeners", "secret")
