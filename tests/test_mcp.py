"""The tools of the Model Context Protocol: what they are, what they give, and that nothing of anybody stays."""

import asyncio
import base64
import json
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack, closing, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

pytest.importorskip("mcp", reason="the extra mcp is not installed: pip install 'soft-landing[mcp]'")

from mcp import Client
from mcp.client.client import MCPError  # type: ignore[attr-defined]
from speakers import mcp_served
from test_fuzz import MARK, deep, nested, odd

from skill.__main__ import main
from skill.core.skill import Skill
from skill.dialog.state import BYTES, Session, pack
from skill.exercises.builder import EXTRA
from skill.mcp import server
from skill.mcp.server import MOST_BYTES, MOST_OPEN
from skill.mcp.shapes import MOST_CONVERSATION, MOST_WORDS
from skill.mcp.tools import ToolRefused, exercises_of, session_in, tools

pytestmark = pytest.mark.slow

VERSIONS = ("2025-03-26", "2025-11-25")
"""What the Alexa+ client names in `initialize`, and what Amazon says it supports."""
TOOLS = ["answer", "list_topics", "guide_exercise", "safety_lines"]
SENT = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}


@pytest.fixture(scope="module")
def port(skill: Skill) -> Iterator[int]:
    """The server on a free port, with its real transport."""
    with mcp_served(skill) as port:
        yield port


def post(port: int, body: bytes, **headers: str) -> tuple[int, str]:
    """Send a body to the endpoint."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("POST", "/mcp", body, {**SENT, **headers})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def rpc(port: int, method: str, params: dict[str, Any] | None = None, **headers: str) -> dict[str, Any]:
    """One JSON-RPC request, and what came back."""
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}
    status, text = post(port, json.dumps(body).encode(), **headers)
    assert status == 200, text
    answer: dict[str, Any] = json.loads(text)
    return answer


def call(skill: Skill, name: str, **arguments: Any) -> dict[str, Any]:
    """One call, without the transport."""
    return tools(skill)[name].call(arguments)


def test_the_sdks_own_client_talks_to_it(port: int) -> None:
    """By the handshake and by the newest way it lists the tools, calls each, and takes what their schemas promise."""

    async def talk(mode: str) -> None:
        async with Client(f"http://127.0.0.1:{port}/mcp", mode=mode) as client:
            listed = (await client.list_tools()).tools
            assert [tool.name for tool in listed] == TOOLS
            for name, arguments in (
                ("answer", {"words": "why do i cry afterwards"}),
                ("list_topics", {}),
                ("guide_exercise", {"exercise": "even fives", "minutes": 2}),
                ("safety_lines", {"country": "GB"}),
            ):
                result = await client.call_tool(name, arguments)
                assert not result.is_error
                assert json.loads(result.content[0].text) == result.structured_content  # type: ignore[union-attr]
            refused = await client.call_tool("answer", {"words": ""})
            assert refused.is_error
            with pytest.raises(MCPError, match="the tools are answer, list_topics"):
                await client.call_tool("nothing", {})

    for mode in ("legacy", "auto"):
        run(talk(mode))


def run(talk: Coroutine[Any, Any, None]) -> None:
    """Run to the end."""
    asyncio.run(talk)


INSPECTOR = shutil.which("mcp-inspector")


@pytest.mark.skipif(not INSPECTOR, reason="the inspector is not installed: npm install @modelcontextprotocol/inspector")
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["tools/list"], '"readOnlyHint": true'),
        (["tools/call", "--tool-name", "answer", "--tool-arg", "words=hello"], '"word_for_word": false'),
        (["tools/call", "--tool-name", "safety_lines", "--tool-arg", "country=GB"], "0808 500 2222"),
    ],
)
def test_the_inspector_talks_to_it(port: int, words: list[str], says: str) -> None:
    """The protocol's own inspector, without a browser, reads the tools and calls them."""
    address = f"http://127.0.0.1:{port}/mcp"
    asked = [str(INSPECTOR), "--cli", address, "--transport", "http", "--method", *words]
    shown = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=120).stdout
    assert says in shown


@pytest.mark.parametrize("version", VERSIONS)
def test_it_speaks_the_versions_of_alexa(port: int, version: str) -> None:
    """The handshake that Amazon documents is answered in its own version, without a session to come back to."""
    client = {"name": "Alexa+ MCP Client", "version": "1.0.0"}
    asked = {"protocolVersion": version, "capabilities": {"roots": {"listChanged": True}}, "clientInfo": client}
    result = rpc(port, "initialize", asked)["result"]
    assert result["protocolVersion"] == version
    assert result["serverInfo"]["name"] == "soft-landing"
    assert "tools" in result["capabilities"]
    assert "word for word" in result["instructions"].replace("exactly as it stands", "word for word")
    named = {"MCP-Protocol-Version": version}
    assert [tool["name"] for tool in rpc(port, "tools/list", {}, **named)["result"]["tools"]] == TOOLS
    called = {"name": "answer", "arguments": {"words": "what is aftercare"}}
    assert not rpc(port, "tools/call", called, **named)["result"]["isError"]


def test_annotations_are_honest(port: int) -> None:
    """Each tool only reads, and reads nothing but our own words; what is said word for word is told with each."""
    for tool in rpc(port, "tools/list")["result"]["tools"]:
        hints = tool["annotations"]
        assert (hints["readOnlyHint"], hints["openWorldHint"], hints["destructiveHint"]) == (True, False, False)
        assert tool["inputSchema"]["additionalProperties"] is False
        for name, shape in tool["inputSchema"]["properties"].items():
            bounded = shape.keys() & {"maxLength", "maximum", "enum", "pattern"} or shape["type"] == "boolean"
            assert bounded, f"{tool['name']}.{name} has no bound"
        if tool["name"] != "list_topics":
            assert re.search("word_for_word|word for word", tool["description"])


def test_the_listing_has_the_tools(port: int) -> None:
    """What is told of the add-on is what is served."""
    page = (Path(__file__).parent.parent / "listing/add-on.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| .+ \| (.+) \|$", page, re.MULTILINE)
    assert [name for name, _ in rows] == [tool["name"] for tool in rpc(port, "tools/list")["result"]["tools"]]
    assert {hints for _, hints in rows} == {"read-only, no open world"}


@pytest.mark.parametrize("locale", ["en-US", "en-GB", "en-NZ", ""])
def test_what_must_be_said_word_for_word_is_marked(skill: Skill, locale: str) -> None:
    """Every safety answer and every number, in words that are Alexa's too; what is only explained is not."""
    place = skill.responses.place(locale)
    for words in ("he hit me", "i want to die", "i need a number", "i'm fifteen", "i was raped", "chest pain"):
        result = call(skill, "answer", words=words, locale=locale)
        assert result["word_for_word"], words
        if not place.known:
            assert not re.search(r"\d{3}", result["say"]), "no other country's number"
    assert not call(skill, "answer", words="what is aftercare", locale=locale)["word_for_word"]


def test_a_conversation_is_carried_by_the_client(skill: Skill) -> None:
    """Two talks at once do not meet, each goes on from what it hands back, and without it all begins anew."""
    told = call(skill, "answer", words="he hit me", locale="en-US")
    other = call(skill, "answer", words="what is aftercare", locale="en-US")
    assert call(skill, "answer", words="tell me more", conversation=other["conversation"])["word_for_word"] is False
    after = call(skill, "answer", words="can i text them", locale="en-US", conversation=told["conversation"])
    assert "88788" in after["say"]
    assert after["word_for_word"]
    assert "88788" not in call(skill, "answer", words="can i text them", locale="en-US")["say"]
    over = call(skill, "answer", words="stop", conversation=other["conversation"])
    assert (over["listens"], over["can_say_next"], over["conversation"]) == (False, [], "")


def test_silence_is_silence(skill: Skill) -> None:
    """Whoever asks for it hears nothing; each tool that speaks says so, and only the line that was given comes back."""
    told = call(skill, "answer", words="he hit me", locale="en-US")
    hushed = call(skill, "answer", words="shh", locale="en-US", conversation=told["conversation"])
    assert (hushed["say"], hushed["word_for_word"], hushed["listens"]) == ("", True, True)
    asked = {"words": "i need a number", "locale": "en-US", "conversation": hushed["conversation"]}
    assert "1 800 799 7233" in call(skill, "answer", **asked)["say"]
    for tool in ("answer", "guide_exercise", "safety_lines"):
        schema = tools(skill)[tool].gives.model_json_schema(mode="serialization")
        assert "say nothing at all" in schema["properties"]["say"]["description"]


def test_what_protects_is_carried_too(skill: Skill) -> None:
    """Whoever is under age, or must not hold a breath, is so in every tool."""
    minor = call(skill, "answer", words="i'm fifteen")["conversation"]
    assert call(skill, "answer", words="your body afterwards", conversation=minor)["word_for_word"]
    anxious = call(skill, "answer", words="i'm anxious afterwards")["conversation"]
    carried = session_in(skill, anxious)
    assert carried is not None
    assert not carried.holds
    guided = call(skill, "guide_exercise", exercise="box breathing", cautions_accepted=True, conversation=anxious)
    assert guided["steps"]
    assert not any("hold" in step["say"] for step in guided["steps"])


def test_a_topic_is_explained_by_its_name(skill: Skill) -> None:
    """Each name of the list leads to its topic, in every spelling."""
    for topic, name in zip(skill.conversation.catalogue.topics, call(skill, "list_topics")["topics"], strict=True):
        told = call(skill, "answer", words=f" {name['name'].upper()} ", locale="en-US")
        session = session_in(skill, told["conversation"])
        assert session is not None
        assert session.at == topic
        assert name["gist"]


@pytest.mark.parametrize("minutes", [1, 2, 3, 4, 5])
def test_an_exercise_has_steps_with_seconds(skill: Skill, minutes: int) -> None:
    """Every exercise for one lasts what was asked for, or what there is, and names no device to be stopped by."""
    for name, practice in exercises_of(skill).items():
        first = call(skill, "guide_exercise", exercise=name, minutes=minutes)
        accepted = {"cautions_accepted": True, "conversation": first["conversation"]}
        guided = first if first["steps"] else call(skill, "guide_exercise", exercise=name, minutes=minutes, **accepted)
        assert not [said for said in (guided["say"], *(step["say"] for step in guided["steps"])) if "Alexa" in said]
        assert guided["steps"], name
        assert round(sum(step["seconds"] for step in guided["steps"]), 3) == guided["seconds"]
        offered = min(skill.patterns[practice].minutes, key=lambda length: (abs(length - minutes), length))
        if skill.patterns[practice].phases:
            assert offered * 60 <= guided["seconds"] <= offered * 60 + EXTRA / 1000
        assert all(step["seconds"] <= 30 for step in guided["steps"])


def test_held_breaths_are_asked_about_first(skill: Skill) -> None:
    """Without a yes to the cautions there is no step of theirs, and all cautions are said as they stand."""
    for name, practice in exercises_of(skill).items():
        guided = call(skill, "guide_exercise", exercise=name)
        held = skill.patterns[practice].holds
        assert (not guided["steps"]) is held, name
        assert guided["word_for_word"] is bool(skill.patterns[practice].phases)
        if held:
            assert "pregnant" in guided["say"]
            unheard = call(skill, "guide_exercise", exercise=name, cautions_accepted=True)
            assert (unheard["say"], unheard["steps"]) == (guided["say"], []), "nobody said yes to what was not said"
            other = next(one for one, id_ in exercises_of(skill).items() if skill.patterns[id_].holds and one != name)
            accepted = {"exercise": name, "cautions_accepted": True}
            done = call(skill, "guide_exercise", conversation=guided["conversation"], **accepted)
            assert done["steps"]
            for earlier in (call(skill, "guide_exercise", exercise=other), done):
                again = call(skill, "guide_exercise", conversation=earlier["conversation"], **accepted)
                assert again["steps"] == [], "it was no yes to these"
            instead = call(skill, "answer", words="no", conversation=guided["conversation"])
            assert "hold" not in instead["say"].lower()
    assert not set(exercises_of(skill).values()) & {name for name in skill.patterns if name.endswith(".together")}


def test_an_answer_goes_at_the_listeners_pace(skill: Skill) -> None:
    """An exercise that is asked for in words has steps without seconds, and a word leads through them."""
    first = call(skill, "answer", words="even fives", locale="en-US")
    assert "at your own pace" in first["say"]
    assert first["can_say_next"] == ["yes", "no"]
    then = call(skill, "answer", words="next", locale="en-US", conversation=first["conversation"])
    assert then["say"].startswith("Breathe in for five")
    over = call(skill, "answer", words="next", locale="en-US", conversation=then["conversation"])
    assert over["say"].startswith("That was a general calming exercise, not from the article.")


def test_after_a_safety_answer_nothing_is_offered(skill: Skill) -> None:
    """An exercise that is asked for then is met by the same rules as on every speaker."""
    told = call(skill, "answer", words="i took pills, i want to die")["conversation"]
    guided = call(skill, "guide_exercise", exercise="even fives", conversation=told)
    assert guided["steps"] == []
    assert guided["word_for_word"]


def test_lines_are_those_of_the_table(skill: Skill) -> None:
    """A country has its own confirmed lines and no others, and one that nobody knows has none."""
    table = skill.responses.helplines.lines
    for locale in skill.responses.locales:
        lines = call(skill, "safety_lines", country=locale[-2:].lower())
        assert lines["word_for_word"]
        own = [line for line in table if line.locale == locale and line.confirmed]
        for told, one in zip(lines["lines"], own, strict=True):
            assert (told["need"], told["number"], told["name"]) == (one.need, one.number, one.name)
            assert (told["text"], told["text_word"], told["text_by"]) == (one.text, one.text_word, one.text_by)
        without_names = re.sub("|".join(re.escape(one.name) for one in own), "", lines["say"])
        said = re.findall(r"\d[\d ]+\d", without_names)
        assert said
        assert set(said) <= {one.number for one in own}
    assert call(skill, "safety_lines", country="uk") == call(skill, "safety_lines", country="GB"), "as people call it"
    nowhere = call(skill, "safety_lines", country="FR")
    assert (nowhere["lines"], re.findall(r"\d", nowhere["say"])) == ([], [])


@pytest.mark.parametrize(
    ("tool", "arguments", "says"),
    [
        ("answer", {}, "words"),
        ("answer", {"words": ""}, "words"),
        ("answer", {"words": f"{MARK} " * MOST_WORDS}, f"at most {MOST_WORDS}"),
        ("answer", {"words": 7}, "words"),
        ("answer", {"words": "hello", MARK: MARK}, "an argument that it does not take"),
        ("answer", {"words": "hello", "locale": MARK * 9}, "locale"),
        ("answer", {"words": "hello", "conversation": MARK}, "hand that back unchanged"),
        ("answer", {"words": "hello", "conversation": "W10="}, "hand that back unchanged"),
        ("answer", {"words": "hello", "conversation": "é"}, "hand that back unchanged"),
        ("guide_exercise", {"exercise": MARK}, "the exercises are longer breath out"),
        ("guide_exercise", {"exercise": "even fives", "minutes": 60}, "minutes"),
        (
            "safety_lines",
            {"country": MARK},
            "country: The listener's country, as two letters of ISO 3166: GB. It takes",
        ),
        ("list_topics", {"locale": None}, "locale"),
    ],
)
def test_errors_are_words_and_say_nothing_back(skill: Skill, tool: str, arguments: dict[str, Any], says: str) -> None:
    """What is wrong and what to do, and nothing of what was sent, neither in the words nor in what raised them."""
    with pytest.raises(ToolRefused) as refused:
        call(skill, tool, **arguments)
    assert says in str(refused.value)
    assert MARK not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_session_that_was_tampered_with_loses_what_was(skill: Skill) -> None:
    """It is read like Alexa's: what nobody wrote costs its own field, and what protects stays."""
    forged = {**pack(Session(closed=True)), "said": MARK, "rate": 99, "remembered": True}
    carried = base64.urlsafe_b64encode(json.dumps(forged).encode()).decode()
    session = session_in(skill, carried)
    assert session is not None
    assert (session.closed, session.said, session.rate) == (True, "", Session().rate)
    assert MARK not in json.dumps(call(skill, "answer", words="hello", conversation=carried))


def test_others_are_kept_out(port: int) -> None:
    """A page on the web cannot reach it by a name of its own, nothing but a POST is served, and bodies are bounded."""
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).encode()
    assert post(port, body)[0] == 200
    assert post(port, body, Host="evil.example")[0] == 421
    assert post(port, body, Origin="https://evil.example")[0] == 403
    assert post(port, b" " * (MOST_BYTES + 1))[0] == 413
    for method in ("GET", "DELETE", "PUT"):
        with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
            connection.request(method, "/mcp", headers=SENT)
            assert connection.getresponse().status == 405


def test_too_many_at_once_are_told_to_come_back(port: int) -> None:
    """From so many connections on, idle ones counted, nobody waits without a word; they are answered again after it."""
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).encode()
    with ExitStack() as idle:
        for _ in range(MOST_OPEN):
            idle.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
        assert post(port, body)[0] == 503
    for _ in range(100):
        if (status := post(port, body)[0]) == 200:
            break
        time.sleep(0.05)
    assert status == 200


HEAD = (
    "\r\n".join(
        (
            "POST /mcp HTTP/1.1",
            "Host: localhost:1",
            *(f"{name}: {value}" for name, value in SENT.items()),
            "Content-Length: 90",
        )
    ).encode()
    + b"\r\n\r\n"
)
"""What comes before a body of ninety bytes."""


def test_who_never_goes_on_is_hung_up_on(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a request holds a place for so long and no longer, and then others are answered again."""
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).encode()
    with ExitStack() as held:
        monkeypatch.setattr(server, "PATIENCE_SECONDS", 3)
        for number in range(MOST_OPEN - 1):
            half = held.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            half.sendall((b"", HEAD[:20], HEAD + b'{"')[number % 3])
        time.sleep(0.2)
        assert post(port, body)[0] == 503
        assert half.recv(1) == b""
        time.sleep(0.2)
        assert post(port, body)[0] == 200


def test_who_takes_nothing_is_hung_up_on(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers that nobody reads are waited with for so long and no longer."""
    gone, lost = threading.Event(), server.HastyProtocol.connection_lost
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).encode()
    request, got = HEAD.replace(b"90", str(len(body)).encode()) + body, 0
    whole = len(post(port, body)[1])
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(60)
        connection.connect(("127.0.0.1", port))
        ours = connection.getsockname()

        def told(self: server.HastyProtocol, error: Exception | None) -> None:
            lost(self, error)
            if self.client == ours:
                gone.set()

        monkeypatch.setattr(server.HastyProtocol, "connection_lost", told)
        monkeypatch.setattr(server, "PATIENCE_SECONDS", 0.5)
        with suppress(ConnectionError):
            connection.sendall(request * 100)
        assert gone.wait(60)
        with suppress(ConnectionError):
            while piece := connection.recv(65536):
                got += len(piece)
    assert got < 100 * whole


def test_a_connection_that_is_used_is_kept(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each answer begins the time anew."""
    monkeypatch.setattr(server, "PATIENCE_SECONDS", 2)
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).encode()
    with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.connect()
        begun = connection.sock
        for _ in range(4):
            connection.request("POST", "/mcp", body, SENT)
            answer = connection.getresponse()
            assert (answer.status, bool(answer.read())) == (200, True)
            time.sleep(0.8)
        assert connection.sock is begun


def test_the_longest_conversation_is_taken_back(skill: Skill) -> None:
    """A session of the most bytes that one may take is no longer than what the tools take."""
    longest = json.dumps({"said": "x" * BYTES})[:BYTES]
    assert len(base64.urlsafe_b64encode(longest.encode())) <= MOST_CONVERSATION
    with pytest.raises(ToolRefused, match="hand that back unchanged"):
        call(skill, "answer", words="hello", conversation="x" * MOST_CONVERSATION)
    with pytest.raises(ToolRefused, match=f"at most {MOST_CONVERSATION}"):
        call(skill, "answer", words="hello", conversation="x" * (MOST_CONVERSATION + 1))


def test_a_broken_turn_is_apologised_for(port: int, skill: Skill, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever breaks, the client hears an apology, and the log where it was, never what was said."""

    class Breaks:
        def __getattr__(self, name: str) -> Any:
            raise RuntimeError(MARK)

    own = tools(skill)["answer"]
    broken = type(own)(**{**own.__dict__, "run": lambda asked: Breaks().anything})
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("skill.mcp.server.tools", lambda skill: {"answer": broken})
        from skill.mcp.server import mcp_server

        async def talk() -> None:
            async with Client(mcp_server(skill)) as client:
                result = await client.call_tool("answer", {"words": MARK})
                assert result.is_error
                assert "something went wrong" in result.content[0].text  # type: ignore[union-attr]

        run(talk())
    assert "apologised: RuntimeError at test_mcp.py" in caplog.text
    assert MARK not in caplog.text


# -- Anything at all ---------------------------------------------------------------------------------------------------

often = settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
hostile = st.fixed_dictionaries(
    {
        "jsonrpc": st.sampled_from(["2.0", "1.0"]) | odd,
        "id": st.integers() | odd,
        "method": st.sampled_from(["tools/call", "tools/call", "tools/list", "initialize", "ping", "nothing"]) | odd,
        "params": st.fixed_dictionaries(
            {
                "name": st.sampled_from(TOOLS) | odd,
                "arguments": st.dictionaries(
                    st.sampled_from(["words", "conversation", "locale", "exercise", "minutes", "country"])
                    | odd.map(str),
                    odd | st.sampled_from(["even fives", "GB", "en-GB", "e30=", "W10="]),
                    max_size=5,
                )
                | odd,
            }
        )
        | odd,
    }
)


@often
@given(body=hostile.map(json.dumps).map(str.encode) | st.binary(max_size=200) | nested.map(json.dumps).map(str.encode))
@example(body=b"[" * 60_000)
@example(body=b'{"a":' * 10_000)
@example(body=b"\xff" * 10)
@example(body=b"")
@example(body=json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
                          "params": {"name": "answer", "arguments": {"words": "\ud800"}}}).encode())  # fmt: skip
def test_no_body_knocks_it_over(port: int, ear: Callable[[], str], body: bytes) -> None:
    """A body of any kind is answered in JSON or refused; never a 500, and nothing of it in a log."""
    status, text = post(port, body)
    assert status in (200, 202, 400, 404, 406, 413), text
    if status == 200:
        answer = json.loads(text)
        assert answer["jsonrpc"] == "2.0"
        assert {"result", "error"} & answer.keys()
    assert MARK not in ear()


@often
@given(drawn=deep, argument=st.sampled_from(["words", "conversation"]))
def test_no_depth_knocks_it_over(port: int, ear: Callable[[], str], drawn: tuple[int, Any], argument: str) -> None:
    """Lists in lists in lists as an argument are refused in words."""
    depth, leaf = drawn
    value = "[" * depth + json.dumps(str(leaf)) + "]" * depth
    asked = f'{{"name": "answer", "arguments": {{"{argument}": {value}}}}}'
    body = f'{{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {asked}}}'
    assert post(port, body.encode())[0] in (200, 400)
    assert MARK not in ear()


latin = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=30)


@often
@given(
    headers=st.dictionaries(
        st.sampled_from(
            ["MCP-Protocol-Version", "Mcp-Session-Id", "Content-Type", "Accept", "Origin", "Last-Event-ID"]
        ),
        latin | latin.map(lambda drawn: MARK + drawn) | st.sampled_from([*VERSIONS, "2026-07-28", "1", "text/plain"]),
        max_size=4,
    )
)
def test_no_headers_knock_it_over(port: int, ear: Callable[[], str], headers: dict[str, str]) -> None:
    """Any version, session or type is answered, refused or hung up on; never a 500, and no header in a log."""
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}).encode()
    with suppress(UnicodeEncodeError, ConnectionError):
        status, text = post(port, body, **headers)
        assert status < 500, text
    assert MARK not in ear()


# -- The command -------------------------------------------------------------------------------------------------------


def test_it_stays_on_this_machine_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another address is taken only with a word that says what it means."""
    monkeypatch.setattr("skill.mcp.server.serve_mcp", lambda host, port: None)
    for host in ("0.0.0.0", "192.168.1.5", "::", "example.com"):
        result = CliRunner().invoke(main, ["mcp", "--host", host])
        assert result.exit_code == 1
        assert "--without-verification" in result.output


@pytest.mark.parametrize(("words", "warns"), [(["--host", "0.0.0.0", "--without-verification"], True), ([], False)])
def test_the_command_serves_and_warns(words: list[str], warns: bool) -> None:
    """It says where it is, warns of what it was asked for, is for nobody else unless asked, and stops when told to."""
    words = [sys.executable, "-m", "skill", "mcp", "--port", "0", *words]
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}).encode()
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout
        assert server.stderr
        try:
            said = server.stdout.readline()
            found = re.search(r":(\d+)/mcp", said)
            assert found, said
            assert post(int(found[1]), body)[0] == 200
            assert post(int(found[1]), body, Host="mcp.example.org")[0] == (200 if warns else 421)
        finally:
            server.terminate()
        assert ("Nobody is verified" in server.stderr.read()) is warns


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line, and no traceback."""
    monkeypatch.setitem(sys.modules, "skill.mcp.server", None)
    result = CliRunner().invoke(main, ["mcp"])
    assert result.exit_code == 1
    assert "pip install 'soft-landing[mcp]'" in result.output
