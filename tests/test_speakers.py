"""The same words on every speaker: ten turns of one talk, each with the same answer wherever it is had."""

import asyncio
import json
import re
from collections.abc import Callable
from unittest.mock import patch

import pytest
from amazon import Amazon
from click.testing import CliRunner
from speakers import mcp_served, wyoming_served

from skill.__main__ import main
from skill.app import build_skill, create_app
from skill.core.port import in_words, somebody, take_turn
from skill.simulator.device import APPLICATION, Device, LastReply
from skill.simulator.server import create_app as create_page
from skill.simulator.terminal import TERMINAL_HELP

pytestmark = pytest.mark.slow

LOCALE = "en-US"
TALK = (
    "open soft landing",
    "he goes quiet after and i think it's a rejection",
    "tell me more",
    "keep it short",
    "topics",
    "the second one",
    "five senses at my own pace",
    "next",
    "he hit me",
    "can i text them",
)


def alexa() -> list[str]:
    """Signed requests at the production app's door."""
    amazon, trace = Amazon(), LastReply()
    app = create_app(APPLICATION, trust_roots=amazon.roots, fetch=amazon.fetch, on_reply=trace)
    client = app.test_client()

    def knock(envelope: str) -> dict[str, object]:
        raw = envelope.encode()
        answer = client.post("/", data=raw, headers=amazon.sign(raw), content_type="application/json")
        assert answer.status_code == 200
        data: dict[str, object] = answer.get_json()
        return data

    device = Device(knock, build_skill().understanding, trace, locale=LOCALE)
    return [device.hear(words).speech for words in TALK]


def page() -> list[str]:
    """What the page on one's own machine is told."""
    client = create_page().test_client()
    said = [client.post("/say", json={"tab": "a", "locale": LOCALE, "text": words}) for words in TALK]
    return [answer.get_json()["speech"] for answer in said]


def terminal() -> list[str]:
    """What stands in the terminal; it opens the skill by itself, and practices are not waited for."""
    with patch("skill.simulator.terminal.play"):
        shown = CliRunner().invoke(main, ["talk", "--locale", LOCALE], input="\n".join([*TALK[1:], ":quit", ""])).output
    turns = re.split(r"^you> ", shown.partition(TERMINAL_HELP)[2], flags=re.MULTILINE)
    said = [" ".join(re.sub(r"\[.*|\(the session.*", "", turn, flags=re.DOTALL).split()) for turn in turns]
    return said[: len(TALK)]


def script() -> list[str]:
    """One JSON object a turn."""
    shown = CliRunner().invoke(main, ["ask", "--json", "--locale", LOCALE, *TALK]).output
    return [json.loads(line)["speech"] for line in shown.splitlines()]


def mcp() -> list[str]:
    """The SDK's own client, which hands the conversation back."""
    pytest.importorskip("mcp", reason="the extra mcp is not installed: pip install 'soft-landing[mcp]'")
    from mcp import Client

    async def talk(port: int) -> list[str]:
        said, conversation = [], ""
        async with Client(f"http://127.0.0.1:{port}/mcp") as client:
            for words in TALK:
                asked = {"words": words, "locale": LOCALE, "conversation": conversation}
                result = (await client.call_tool("answer", asked)).structured_content
                assert result
                said.append(result["say"])
                conversation = result["conversation"]
        return said

    with mcp_served(build_skill()) as port:
        return asyncio.run(talk(port))


def wyoming() -> list[str]:
    """The package's own client, on a connection for each turn, as Home Assistant has it."""
    pytest.importorskip("wyoming", reason="the extra wyoming is not installed: pip install 'soft-landing[wyoming]'")
    from wyoming.asr import Transcript
    from wyoming.client import AsyncTcpClient
    from wyoming.handle import Handled

    async def talk(port: int) -> list[str]:
        said = []
        for words in TALK:
            async with AsyncTcpClient("127.0.0.1", port) as client:
                await client.write_event(Transcript(words, context={"conversation_id": "a"}, language="en").event())
                answer = await client.read_event()
            assert answer
            assert Handled.is_type(answer.type)
            said.append(Handled.from_event(answer).text or "")
        return said

    with wyoming_served(build_skill(), LOCALE) as port:
        return asyncio.run(talk(port))


def printed(text: str) -> str:
    """A text with its numbers as one, since plain voices are given them digit by digit."""
    return re.sub(r"(?<=\d),? (?=\d)", "", text)


@pytest.fixture(scope="module")
def answers() -> list[str]:
    """What the port itself says."""
    skill, session, said = build_skill(), None, []
    here = somebody(skill, LOCALE, timed=True)
    for words in TALK:
        rendered = take_turn(skill, in_words(skill.responses.languages.all, words, LOCALE), session, here)
        session = rendered.session
        said.append(rendered.text)
    return said


@pytest.mark.parametrize("speaker", [alexa, page, terminal, script, mcp, wyoming], ids=lambda one: one.__name__)
def test_the_same_words_have_the_same_answers(speaker: Callable[[], list[str]], answers: list[str]) -> None:
    """Whoever says these ten things hears the same ten answers, a practice, a safety answer and a number among them."""
    said = speaker()
    assert len(said) == len(TALK)
    for words, heard, answer in zip(TALK, said, answers, strict=True):
        assert printed(heard) == printed(answer), words
    assert len(set(said)) == len(TALK)
    assert re.search(r"\d{3}", printed(said[-1]))
