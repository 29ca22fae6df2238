"""What every test has at hand: the skill in this process, and one verb to talk to it."""

import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from skill.alexa.handlers import build
from skill.app import build_skill
from skill.core.skill import Skill
from skill.paths import folder
from skill.simulator.device import Device, Exchange, LastReply, intent_request

# No test looks at a clock. What is looked for at random on a desk is the same every time where a change has to land.
settings.register_profile("desk", deadline=None)
settings.register_profile("landing", deadline=None, derandomize=True)
settings.load_profile("landing" if os.environ.get("CI") else "desk")


TRAINS = """
from pathlib import Path
from sys import argv
from skill.core.catalogue import roles_of
from skill.nlu.train import train
from skill.paths import folder
train(Path(argv[1]), roles_of(folder("responses")))
"""
TRAINING = pytest.StashKey[tuple[Path, "subprocess.Popen[bytes]"]]()
"""Learning takes a minute or two, so it goes on beside the other tests from the beginning."""


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begin to learn the phrases in the tree anew, where a test will ask for it."""
    if session.config.option.collectonly or not any(
        "learned_anew" in getattr(item, "fixturenames", ()) for item in session.items
    ):
        return
    copied = Path(tempfile.mkdtemp(prefix="learned-"))
    for path in folder("interaction_models").iterdir():
        shutil.copy(path, copied)
    (copied / "en.learned").unlink()
    session.config.stash[TRAINING] = (copied, subprocess.Popen([sys.executable, "-c", TRAINS, str(copied)]))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave no process and no folder behind."""
    if TRAINING in config.stash:
        copied, process = config.stash[TRAINING]
        process.kill()
        process.wait()
        shutil.rmtree(copied)


@pytest.fixture(scope="session")
def learned_anew(request: pytest.FixtureRequest) -> Path:
    """What training makes of the phrases in the tree."""
    copied, process = request.config.stash[TRAINING]
    assert process.wait() == 0
    return copied / "en.learned"


class Conversation:
    """One listener talking to the skill by the names of Alexa's requests."""

    def __init__(self, device: Device) -> None:
        self.device = device

    def say(self, name: str, **slots: str) -> Exchange:
        """Send one request, such as `AMAZON.YesIntent`, and return what came back."""
        if name == "LaunchRequest":
            return self.device.send({"type": name})
        return self.device.send(intent_request(name, slots))

    def hear(self, text: str) -> Exchange:
        """Say something in one's own words."""
        return self.device.hear(text)


@pytest.fixture(scope="session")
def trace() -> LastReply:
    """Sees what the skill of this test session answers."""
    return LastReply()


@pytest.fixture(scope="session")
def skill(trace: LastReply) -> Skill:
    """The rooms behind the door, built once."""
    return build_skill(on_reply=trace)


@pytest.fixture(scope="session")
def invoke(skill: Skill) -> Callable[[str], dict[str, Any]]:
    """The skill as a plain function."""
    return build(skill)


@pytest.fixture
def conversation(invoke: Callable[[str], dict[str, Any]], skill: Skill, trace: LastReply) -> Conversation:
    """A fresh session in en-US, without a screen."""
    return Conversation(Device(invoke, skill.understanding, trace))


class Ear(logging.Handler):
    """Keeps what is logged, by whomever."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        self.lines.append(record.getMessage() + str(record.exc_info or ""))


@pytest.fixture
def ear() -> Iterator[Callable[[], str]]:
    """What was logged as an operator would see it."""
    heard, root = Ear(), logging.getLogger()
    root.addHandler(heard)
    yield lambda: "\n".join(heard.lines)
    root.removeHandler(heard)
