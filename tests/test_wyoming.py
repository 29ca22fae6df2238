"""The agent of the Wyoming protocol: what it answers, what it remembers, and that nothing knocks it over."""

import asyncio
import json
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import suppress
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

pytest.importorskip("wyoming", reason="the extra wyoming is not installed: pip install 'soft-landing[wyoming]'")

from speakers import free_port, wyoming_served
from test_fuzz import MARK, nested, odd
from wyoming.asr import Transcript
from wyoming.client import AsyncTcpClient
from wyoming.error import Error
from wyoming.event import Event
from wyoming.handle import Handled, NotHandled
from wyoming.info import Describe, Info
from wyoming.ping import Ping, Pong

from skill.__main__ import main
from skill.content.locales import Language
from skill.core.port import Heard, in_words
from skill.core.skill import Skill
from skill.errors import ConfigurationError
from skill.wyoming import server
from skill.wyoming.agent import CONVERSATION_SECONDS, MOST_CONVERSATIONS, MOST_ID, MOST_SPOKEN, Agent, Conversations
from skill.wyoming.server import listening_place

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def port(skill: Skill) -> Iterator[int]:
    """The agent behind its port, for listeners in Britain."""
    with wyoming_served(skill, "en-GB") as port:
        yield port


def run(talk: Coroutine[Any, Any, Any]) -> Any:
    """Run to the end."""
    return asyncio.run(asyncio.wait_for(talk, 60))


async def asked(port: int, *events: Event) -> list[Event | None]:
    """What some events are answered by, on one connection, by the package's own client."""
    async with AsyncTcpClient("127.0.0.1", port) as client:
        answers = []
        for event in events:
            await client.write_event(event)
            answers.append(await client.read_event())
        return answers


def say(port: int, *texts: str, conversation: str = "", language: str | None = None) -> list[Handled | NotHandled]:
    """What some words are answered by, each on a connection of its own, as Home Assistant sends them."""
    context = {"conversation_id": conversation} if conversation else None
    said: list[Handled | NotHandled] = []
    for text in texts:
        (event,) = run(asked(port, Transcript(text, context=context, language=language).event()))
        assert Handled.is_type(event.type) or NotHandled.is_type(event.type)
        said.append((Handled if Handled.is_type(event.type) else NotHandled).from_event(event))
    return said


def test_it_describes_itself(port: int, skill: Skill) -> None:
    """One program that answers words, in the languages that are spoken; nothing that hears, speaks or steers a home."""
    (event,) = run(asked(port, Describe().event()))
    info = Info.from_event(event)
    (program,) = info.handle
    assert (program.name, program.installed, program.supports_home_control) == ("Soft Landing", True, False)
    assert program.models[0].languages == ["en", *skill.responses.locales]
    assert [info.asr, info.tts, info.intent, info.wake, info.satellite] == [[], [], [], [], None]


def test_a_ping_is_answered(port: int) -> None:
    """So that a client can tell that it is there."""
    pongs = run(asked(port, Ping("here").event(), Event("ping")))
    assert [Pong.from_event(pong).text for pong in pongs] == ["here", None]


def test_a_conversation_goes_on_by_its_id(port: int) -> None:
    """A reply means what was offered there; in another conversation, and without an id, it does not."""
    first, second = say(port, "open soft landing", "yes", conversation="a")
    assert "Would you like a topic" in (first.text or "")
    assert "what aftercare is" in (second.text or "")
    assert first.context == {"conversation_id": "a"}
    (other,) = say(port, "yes", conversation="b")
    assert other.text != second.text
    alone = say(port, "open soft landing", "yes")
    assert alone[1].text == other.text
    assert alone[1].context is None


def test_a_conversation_that_is_over_is_forgotten(skill: Skill) -> None:
    """Goodbye leaves nothing behind."""
    agent = Agent(skill)
    agent.hear("he hit me", "a")
    assert len(agent.conversations) == 1
    agent.hear("stop", "a")
    assert len(agent.conversations) == 0


def test_silence_that_was_asked_for_says_nothing(skill: Skill) -> None:
    """Whoever came in hears nothing, and only the line that was given comes back when it is called for."""
    agent = Agent(skill, "en-US")
    told = agent.hear("he hit me", "a").text
    assert agent.hear("shh", "a").text == ""
    assert agent.hear("who are you talking to", "a").text == ""
    assert re.findall(r"(?:\d ){2}", agent.hear("i need a number", "a").text)
    assert re.findall(r"(?:\d ){2}", told)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


def test_conversations_are_bounded_in_time_and_number(skill: Skill) -> None:
    """A session is let go of after its silence, and the one that was silent longest where there are too many."""
    clock = Clock()
    agent = Agent(skill, conversations=Conversations(clock))
    agent.hear("open soft landing", "a")
    clock.time = CONVERSATION_SECONDS - 1
    yes = agent.hear("yes", "a").text
    clock.time += CONVERSATION_SECONDS - 1
    assert agent.hear("repeat that", "a").text == yes, "each word of it begins the time anew"
    clock.time += CONVERSATION_SECONDS
    assert agent.hear("repeat that", "a").text != yes
    for number in range(MOST_CONVERSATIONS + 5):
        agent.hear("open soft landing", f"many-{number}")
    assert len(agent.conversations) == MOST_CONVERSATIONS
    assert agent.conversations.recall("a") is None
    assert agent.conversations.recall("many-4") is None
    assert agent.conversations.recall("many-5")
    clock.time += CONVERSATION_SECONDS
    assert agent.conversations.recall("many-5") is None
    assert len(agent.conversations) == 0
    agent.hear("open soft landing", "x" * (MOST_ID + 1))
    assert len(agent.conversations) == 0


@pytest.mark.parametrize(
    ("own", "language", "number"),
    [
        ("en-GB", "", "0 8 0 8, 2 0 0 0, 2 4 7"),
        ("en-GB", "en", "0 8 0 8, 2 0 0 0, 2 4 7"),
        ("en-GB", "en-GB", "0 8 0 8, 2 0 0 0, 2 4 7"),
        ("en-GB", "en_us", "1, 8 0 0, 7 9 9, 7 2 3 3"),
        ("en-GB", "en-US", "1, 8 0 0, 7 9 9, 7 2 3 3"),
        ("en-GB", "en-NZ", ""),
        ("en-GB", "en_nz", ""),
        ("", "en", ""),
        ("", "", ""),
    ],
)
def test_numbers_are_those_of_the_listeners_country(skill: Skill, own: str, language: str, number: str) -> None:
    """That which was named, else that of the agent; and where no country is known, no number is guessed."""
    line = Agent(skill, own).hear("he hit me", language=language).text
    assert line.startswith("I'm sorry")
    assert number in line if number else not re.search(r"\d", line)
    assert not re.search(r"\d\d", line), "voices there would read it as hundreds and thousands"


def test_words_in_another_language_are_not_guessed_at(skill: Skill) -> None:
    """Whoever speaks one that is not spoken here is answered, and never by what their words would mean in English."""
    reply = Agent(skill, "en-GB").hear("what is aftercare", language="de")
    assert reply.text
    assert not reply.understood


def test_a_locale_that_is_not_spoken_is_refused(skill: Skill) -> None:
    """The operator is told which there are."""
    with pytest.raises(ConfigurationError, match="the locales are en-AU"):
        Agent(skill, "fr-FR")


def test_speech_has_no_marks(skill: Skill) -> None:
    """Whatever is said is plain words: no tags, no entities, and no sound that is not there."""
    agent = Agent(skill, "en-US")
    places = [*skill.conversation.catalogue.topics, *skill.patterns]
    for number, name in enumerate(places):
        words = agent.hear(f"open soft landing and {skill.responses.called(name, 'en-US')}", str(number)).text
        assert words
        assert not re.search(r"[<>&{}]|Alexa", words)


def test_a_practice_goes_at_the_listeners_pace(skill: Skill) -> None:
    """It begins with its cautions, goes on at a word, and ends; held breaths are asked about first."""
    agent = Agent(skill)
    first = agent.hear("box breathing", "a").text
    assert "pregnant" in first
    second = agent.hear("yes", "a").text
    assert "at your own pace" in second
    assert "hold for four" in second
    assert agent.hear("next", "a").text.startswith("Breathe in for four")
    assert agent.hear("okay", "a").text.startswith("That was a general calming exercise, not from the article.")
    assert len(agent.conversations) == 0


def test_what_is_not_understood_is_not_handled(port: int) -> None:
    """It is answered in words all the same; a transcript without words is told what it lacks."""
    (lost,) = say(port, "what is aftercare", language="de")
    (found,) = say(port, "what is aftercare", language="en")
    assert (type(lost), type(found)) == (NotHandled, Handled)
    assert lost.text
    for data in ({}, {"text": ""}, {"text": " "}, {"text": 7}, {"text": ["a"]}):
        (event,) = run(asked(port, Event("transcript", data)))
        assert NotHandled.from_event(event).text == server.NOTHING_SAID


def test_a_broken_turn_is_apologised_for(skill: Skill, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever breaks, the listener hears an apology, the session stays, and the log tells nothing of anyone."""
    agent = Agent(skill)
    agent.hear("open soft landing", MARK)
    with pytest.MonkeyPatch.context() as patched:

        def breaks(*anything: Any) -> None:
            raise RuntimeError(MARK)

        patched.setattr("skill.wyoming.agent.take_turn", breaks)
        sorry = agent.hear(MARK, MARK)
    assert not sorry.understood
    assert "something went wrong" in sorry.text
    assert "apologised: RuntimeError at test_wyoming.py" in caplog.text
    assert MARK not in caplog.text
    assert "what aftercare is" in agent.hear("yes", MARK).text


def test_where_even_the_apology_breaks_the_log_says_where(port: int, caplog: pytest.LogCaptureFixture) -> None:
    """The client is hung up on, and nothing that it said is written down."""
    with pytest.MonkeyPatch.context() as patched:

        def breaks(*anything: Any) -> None:
            raise RuntimeError(MARK)

        patched.setattr("skill.wyoming.server.answer_to", breaks)
        (answer,) = run(asked(port, Transcript(MARK).event()))
    assert answer is None
    assert "hung up: RuntimeError at test_wyoming.py" in caplog.text
    assert MARK not in caplog.text


def test_an_event_for_somebody_else_is_passed_over(port: int) -> None:
    """The protocol has many, and the next one for us is answered."""

    async def talk() -> None:
        async with AsyncTcpClient("127.0.0.1", port) as client:
            for kind in ("audio-start", "recognize", "nobody-knows"):
                await client.write_event(Event(kind, {"text": "hello"}))
            await client.write_event(Describe().event())
            answer = await client.read_event()
            assert answer
            assert Info.is_type(answer.type)

    run(talk())


def knock(port: int, sent: bytes, *, ends: bool = True) -> bytes:
    """Send bytes, and read whatever comes until the other side hangs up, be it in the middle of what was sent."""
    got = b""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection, suppress(OSError):
        connection.settimeout(30)
        connection.sendall(sent)
        if ends:
            connection.shutdown(socket.SHUT_WR)
        while piece := connection.recv(65536):
            got += piece
    return got


def events_in(got: bytes) -> list[dict[str, Any]]:
    """The events in what was received, each whole."""
    found = []
    while got:
        line, _, got = got.partition(b"\n")
        event = json.loads(line)
        length = event.get("data_length", 0)
        event["data"] = json.loads(got[:length] or b"{}")
        assert not event.get("payload_length")
        got = got[length:]
        found.append(event)
    return found


@pytest.mark.parametrize(
    "sent",
    [
        b'{"type": "transcript", "data_length": 4000000000}\n',
        b'{"type": "transcript", "payload_length": 70000}\n',
        b'{"type": "transcript", "data_length": 1e999}\n',
        b"[]\n",
        b"7\n",
        b'{"data": {}}\n',
        b'{"type": "transcript", "data": 7, "data_length": 2}\n{}',
        b'{"type": "transcript", "data_length": "x"}\n',
        b'{"type": "transcript", "data_length": 2.5}\nabc',
        b"[" * 60_000 + b"\n",
    ],
)
def test_what_is_no_event_is_told_so(port: int, sent: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """It is answered in words and hung up on at once, however much more is announced."""
    (answer,) = events_in(knock(port, sent, ends=False))
    assert Error(answer["data"]["text"], answer["data"]["code"]) == Error(server.NO_EVENT, "no-event")
    assert re.fullmatch(r"wyoming: hung up on what is no event: [A-Za-z]+", caplog.messages[-1]), "its kind only"


def test_too_many_clients_are_turned_away(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next one hears why; those that are there are answered on."""
    monkeypatch.setattr(server, "MOST_CLIENTS", 2)

    async def talk() -> None:
        async with AsyncTcpClient("127.0.0.1", port) as one, AsyncTcpClient("127.0.0.1", port) as two:
            for client in (one, two):
                await client.write_event(Describe().event())
                assert await client.read_event()
            async with AsyncTcpClient("127.0.0.1", port) as three:
                turned = await three.read_event()
                assert turned
                assert Error.from_event(turned).code == "too-many"
                assert await three.read_event() is None
            await one.write_event(Describe().event())
            assert await one.read_event()

    run(talk())


def test_who_never_goes_on_is_hung_up_on(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half an event holds a place for so long and no longer."""
    monkeypatch.setattr(server, "WAIT_SECONDS", 0.2)
    for half in (b"", b'{"type": ', b'{"type": "transcript", "data_length": 10}\n{'):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(half)
            assert connection.recv(1) == b""


def test_who_takes_nothing_is_hung_up_on(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers that nobody reads are waited with for so long and no longer, and then they are let go of."""
    monkeypatch.setattr(server, "WAIT_SECONDS", 0.2)
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(60)
        connection.connect(("127.0.0.1", port))
        with pytest.raises(ConnectionError):
            connection.sendall(line({"type": "describe"}) * 1_000_000)


def test_of_a_long_sentence_only_so_much_is_read(skill: Skill, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is answered all the same."""
    read = []

    def reads(languages: Mapping[str, Language], text: str, locale: str) -> Heard:
        read.append(len(text))
        return in_words(languages, text, locale)

    monkeypatch.setattr("skill.wyoming.agent.in_words", reads)
    assert Agent(skill).hear("what is aftercare " * 1000).text
    assert read == [MOST_SPOKEN]


# -- Anything at all ---------------------------------------------------------------------------------------------------

often = settings(deadline=None, max_examples=200, suppress_health_check=list(HealthCheck))
lengths = st.sampled_from([0, -1, 1, 10, 10**12, 1.5, "4", None, True]) | odd
hostile = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["transcript", "transcript", "describe", "ping", "handled", "error"]) | odd,
        "data": st.fixed_dictionaries(
            {
                "text": st.sampled_from(["yes", "open soft landing", "stop", "he hit me"]) | odd,
                "context": st.fixed_dictionaries({"conversation_id": st.sampled_from(["a", "", "b" * 500]) | odd})
                | odd,
                "language": st.sampled_from(["en", "en-GB", "de", ""]) | odd,
            }
        )
        | odd,
    },
    optional={"data_length": lengths, "payload_length": lengths, "version": odd},
)


def line(event: Any) -> bytes:
    """An event as it is sent, as lax as Python writes it."""
    return json.dumps(event).encode() + b"\n"


@often
@given(
    sent=hostile.map(line)
    | st.binary(max_size=200)
    | st.builds(lambda event, data: line(event) + data, hostile, st.binary(max_size=50))
    | nested.map(line)
)
@example(sent=line({"type": "transcript", "data": {"text": "\ud800"}}))
@example(sent=line({"type": "ping", "data": {"text": "\ud800"}}))
@example(sent=b"\xff\n")
@example(sent=b"")
def test_nothing_knocks_it_over(port: int, ear: Callable[[], str], sent: bytes) -> None:
    """Whatever comes is answered in whole events or hung up on; the next client is answered, and no word is logged."""
    for event in events_in(knock(port, sent)):
        assert event["type"] in ("info", "pong", "handled", "not-handled", "error")
        if event["type"] in ("handled", "not-handled"):
            assert MARK not in event["data"]["text"]
    (answer,) = run(asked(port, Describe().event()))
    assert answer
    assert MARK not in ear()
    assert "apologised" not in ear()


# -- The command -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("uri", "place"),
    [
        ("tcp://127.0.0.1:10400", ("127.0.0.1", 10400)),
        ("tcp://[::1]:7", ("::1", 7)),
        ("tcp://localhost", None),
        ("tcp://:10400", None),
        ("unix:///tmp/x", None),
        ("127.0.0.1:10400", None),
        ("tcp://127.0.0.1:x", None),
        ("tcp://127.0.0.1:99999", None),
        ("tcp://[", None),
        ("", None),
    ],
)
def test_an_address_is_read_or_refused(uri: str, place: tuple[str, int] | None) -> None:
    """Host and port by TCP; of anything else it is said how to write it."""
    if place:
        assert listening_place(uri) == place
        return
    with pytest.raises(ConfigurationError, match="write it like tcp://"):
        listening_place(uri)


def test_it_stays_on_this_machine_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another address is taken only with a word that says what it means."""
    monkeypatch.setattr("skill.wyoming.server.serve_wyoming", lambda uri, locale: None)
    for host in ("0.0.0.0", "192.168.1.5", "[::]", "example.com"):
        result = CliRunner().invoke(main, ["wyoming", "--uri", f"tcp://{host}:10400"])
        assert result.exit_code == 1
        assert "--without-verification" in result.output


def test_the_command_serves_and_warns() -> None:
    """It says where it is, warns of what it was asked for, answers, and stops when it is told to."""
    port = free_port()
    words = [sys.executable, "-m", "skill", "wyoming", "--uri", f"tcp://0.0.0.0:{port}", "--without-verification"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stderr
        try:
            assert str(port) in process.stdout.readline()
            assert run(asked(port, Describe().event()))[0]
            with socket.create_connection(("127.0.0.1", port), timeout=10) as silent:
                process.terminate()
                assert silent.recv(1) == b"", "whoever is there is hung up on"
            assert process.wait(30) == 0
        finally:
            process.kill()
        noted = process.stderr.read()
        assert "Nobody is verified" in noted
        assert "Traceback" not in noted


def test_a_port_that_is_taken_is_named() -> None:
    """One line, and no traceback."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = CliRunner().invoke(main, ["wyoming", "--uri", f"tcp://127.0.0.1:{taken.getsockname()[1]}"])
    assert result.exit_code == 1
    assert "cannot be had" in result.output
    assert "is listening" not in result.output


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line, and no traceback."""
    monkeypatch.setitem(sys.modules, "skill.wyoming.server", None)
    result = CliRunner().invoke(main, ["wyoming"])
    assert result.exit_code == 1
    assert "pip install 'soft-landing[wyoming]'" in result.output
