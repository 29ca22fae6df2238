"""The speakers that others serve, started for a test on free ports of this machine."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from skill.core.skill import Skill


@contextmanager
def mcp_served(skill: Skill) -> Iterator[int]:
    """The tools with their real transport; the port that they are at."""
    from skill.mcp.server import mcp_app, server_of

    server, listening = server_of(mcp_app(skill)), socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield listening.getsockname()[1]
    server.should_exit = server.force_exit = True
    thread.join()
