"""`soft-landing wyoming`: the agent behind a TCP port, for one client after the other or for many at once."""

import asyncio
import logging
import signal
from collections.abc import Awaitable
from contextlib import suppress
from functools import partial
from typing import TypeVar
from urllib.parse import urlsplit

from wyoming.asr import Transcript
from wyoming.error import Error
from wyoming.event import Event, async_read_event
from wyoming.handle import Handled, NotHandled
from wyoming.info import Attribution, Describe, HandleModel, HandleProgram, Info
from wyoming.ping import Ping, Pong
from wyoming.server import AsyncEventHandler, AsyncTcpServer

from skill.__about__ import __version__
from skill.core.assembly import build_skill
from skill.errors import ConfigurationError, whereabouts
from skill.wyoming.agent import Agent

log = logging.getLogger("skill")

NAME, DESCRIPTION = "Soft Landing", "General education for adults, with breathing and grounding exercises"
EVENT_BYTES = 64 * 1024
"""The most bytes of each part of an event; no transcript is a tenth as long."""
WAIT_SECONDS = 60
"""How long a client may take over the next part of an event, or over what it is sent."""
MOST_CLIENTS = 64
"""How many clients are talked to at once."""
TOO_MANY = "Too many are connected at once. Try again in a minute."
NO_EVENT = "That was no event of the Wyoming protocol, or one that is too long."
NOTHING_SAID = "There was nothing to answer. Send a transcript with its words as text."

Awaited = TypeVar("Awaited")


class TooLong(Exception):
    """An event that announces more than is read."""


class NoEvent(Exception):
    """What came is no event, or one that is too long; the message names the kind of error that said so."""


class BoundedReader:
    """A client's stream of which no part is waited for too long or read without end."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader

    async def readline(self) -> bytes:
        """The next line, within the stream's own limit, which is as long as `EVENT_BYTES`."""
        return await in_time(self._reader.readline())

    async def readexactly(self, count: int) -> bytes:
        """So many bytes; raises `TooLong`."""
        if count > EVENT_BYTES:
            raise TooLong
        return await in_time(self._reader.readexactly(count))

    def feed_eof(self) -> None:
        """End it from this side."""
        self._reader.feed_eof()


async def in_time(part: Awaitable[Awaited]) -> Awaited:
    """Something that has to come soon; raises `TimeoutError`."""
    async with asyncio.timeout(WAIT_SECONDS):
        return await part


class Client(AsyncEventHandler):
    """One connection."""

    def __init__(
        self, agent: Agent, clients: "set[Client]", reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """`clients` are those that are connected."""
        super().__init__(BoundedReader(reader), writer)  # type: ignore[arg-type]  # it reads by these two verbs only
        self.agent = agent
        self.clients = clients

    async def run(self) -> None:
        """Answer events until the client hangs up, falls silent, or sends what is none."""
        self.clients.add(self)
        try:
            if len(self.clients) > MOST_CLIENTS:
                await self.write_event(Error(TOO_MANY, "too-many").event())
                return
            while event := await self.next_event():
                await self.handle_event(event)
        except (OSError, EOFError):
            pass  # gone, or silent for too long
        except NoEvent as error:
            log.warning("wyoming: hung up on what is no event: %s", error)
            with suppress(OSError):
                await self.write_event(Error(NO_EVENT, "no-event").event())
        except Exception as error:  # the apology broke too
            log.error("wyoming: hung up: %s at %s", type(error).__name__, whereabouts(error))
        finally:
            self.clients.discard(self)
            self.writer.close()

    async def next_event(self) -> Event | None:
        """What comes next; none where the client hung up. Raises `NoEvent`."""
        try:
            return await async_read_event(self.reader)
        except (OSError, EOFError):
            raise
        except Exception as error:
            raise NoEvent(type(error).__name__) from None  # the error itself holds what was sent

    async def write_event(self, event: Event) -> None:
        """Send an event to a client that takes it; of one that does not, nothing is kept for later either."""
        try:
            await in_time(super().write_event(event))
        except TimeoutError:
            self.writer.transport.abort()
            raise

    async def handle_event(self, event: Event) -> bool:
        """Answer an event; one that is not for us is passed over, as the protocol has it."""
        if Describe.is_type(event.type):
            await self.write_event(info_of(self.agent).event())
        elif Ping.is_type(event.type):
            await self.write_event(Pong(text_in(event.data, "text") or None).event())
        elif Transcript.is_type(event.type):
            await self.write_event(answer_to(self.agent, event.data))
        return True


def answer_to(agent: Agent, data: object) -> Event:
    """What a transcript is answered by."""
    text, context = text_in(data, "text"), data.get("context") if isinstance(data, dict) else None
    if not text.strip():
        return NotHandled(NOTHING_SAID).event()
    conversation = text_in(context, "conversation_id")
    reply = agent.hear(text, conversation, text_in(data, "language"))
    carried = {"conversation_id": conversation} if conversation else None
    return (Handled if reply.understood else NotHandled)(reply.text, carried).event()


def text_in(data: object, key: str) -> str:
    """A text in what a client sent; empty where it sent none, or something else in its place."""
    value = data.get(key) if isinstance(data, dict) else None
    return value if isinstance(value, str) else ""


def info_of(agent: Agent) -> Info:
    """What there is: one program that answers words, in its languages."""
    us = Attribution(NAME, "")
    model = HandleModel(NAME, us, True, DESCRIPTION, __version__, languages=agent.languages)
    return Info(handle=[HandleProgram(NAME, us, True, DESCRIPTION, __version__, models=[model])])


def listening_place(uri: str) -> tuple[str, int]:
    """Host and port of an address such as `tcp://127.0.0.1:10400`; raises `ConfigurationError` for another."""
    try:
        parts = urlsplit(uri)
        host, port = parts.hostname, parts.port
    except ValueError:
        parts, host, port = None, None, None
    if not (parts and parts.scheme == "tcp" and host and port):
        raise ConfigurationError(f"{uri} is no address to listen at; write it like tcp://127.0.0.1:10400")
    return host, port


def serve_wyoming(uri: str, locale: str = "") -> None:
    """Serve until stopped; raises `ConfigurationError` for an address that cannot be had or a locale not spoken."""
    host, port = listening_place(uri)
    skill = build_skill()
    agent = Agent(skill, locale)
    skill.responses.warm()
    try:
        asyncio.run(until_stopped(AsyncTcpServer(host, port), agent, uri))
    except OSError as error:
        raise ConfigurationError(f"{uri} cannot be had: {error.strerror}; choose another") from error
    except KeyboardInterrupt:
        pass


async def until_stopped(server: AsyncTcpServer, agent: Agent, uri: str) -> None:
    """Listen, say so, and hang up on everybody when the process is told to end."""
    stopped = asyncio.Event()
    with suppress(NotImplementedError):  # on Windows, where Control-C alone stops it
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    await server.start(partial(Client, agent, set()))
    print(f"Soft Landing is listening at {uri}. Add it to Home Assistant, or stop it by Control-C.", flush=True)
    await stopped.wait()
    await server.stop()
