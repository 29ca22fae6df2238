"""What every test has at hand: the skill in this process, and one verb to talk to it."""

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings

from skill import build_house
from skill.handlers import build
from skill.replies import House
from skill.speaker.device import Device, Turn, Watched, intent_request

# No test looks at a clock. What is looked for at random on a desk is the same every time where a change has to land.
settings.register_profile("desk", deadline=None)
settings.register_profile("landing", deadline=None, derandomize=True)
settings.load_profile("landing" if os.environ.get("CI") else "desk")


class Conversation:
    """One listener talking to the skill by the names of Alexa's requests."""

    def __init__(self, device: Device) -> None:
        self.device = device

    def say(self, name: str, **slots: str) -> Turn:
        """Send one request, such as `AMAZON.YesIntent`, and return what came back."""
        if name == "LaunchRequest":
            return self.device.send({"type": name})
        return self.device.send(intent_request(name, slots))

    def hear(self, text: str) -> Turn:
        """Say something in one's own words."""
        return self.device.hear(text)


@pytest.fixture(scope="session")
def watched() -> Watched:
    """Sees what the skill of this test session answers."""
    return Watched()


@pytest.fixture(scope="session")
def house(watched: Watched) -> House:
    """The rooms behind the door, built once."""
    return build_house(watch=watched)


@pytest.fixture(scope="session")
def skill(house: House) -> Callable[[str], dict[str, Any]]:
    """The skill as a plain function."""
    return build(house)


@pytest.fixture
def conversation(skill: Callable[[str], dict[str, Any]], house: House, watched: Watched) -> Conversation:
    """A fresh session in en-US, without a screen."""
    return Conversation(Device(skill, house.understanding, watched))
