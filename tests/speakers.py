"""The speakers that others serve, started for a test on free ports of this machine."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from skill.core.skill import Skill


def free_port() -> int:
    """One that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


@contextmanager
def mcp_served(skill: Skill) -> Iterator[int]:
    """The tools with their real transport; the port that they are at."""
    from skill.mcp.server import mcp_app, server_of

    server, listening = server_of(mcp_app(skill)), socket.create_server(("127.0.0.1", 0))
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65536)  # so that nobody's system holds megabytes for us
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield listening.getsockname()[1]
    server.should_exit = server.force_exit = True
    thread.join()


@contextmanager
def wyoming_served(skill: Skill, locale: str) -> Iterator[int]:
    """The agent for listeners of a locale; the port that it is at."""
    from functools import partial

    from wyoming.server import AsyncTcpServer

    from skill.wyoming.agent import Agent
    from skill.wyoming.server import Client

    port, loop = free_port(), asyncio.new_event_loop()
    clients: set[Client] = set()
    listening, started = AsyncTcpServer("127.0.0.1", port), threading.Event()

    def serve() -> None:
        loop.run_until_complete(listening.start(partial(Client, Agent(skill, locale), clients)))
        started.set()
        loop.run_forever()

    async def end() -> None:
        await listening.stop()
        async with asyncio.timeout(10):
            while clients:
                await asyncio.sleep(0.01)

    thread = threading.Thread(target=serve)
    thread.start()
    started.wait(30)
    yield port
    try:
        asyncio.run_coroutine_threadsafe(end(), loop).result(30)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
