"""A listener wanders: through every state and every request there is no dead end, no error and no circle."""

import random

import pytest
from conftest import Conversation

from skill.alexa.log import controls
from skill.core.skill import Skill

pytestmark = pytest.mark.slow

ASKED = (
    "LaunchRequest",
    "LongerIntent",
    "DiscreetIntent",
    "OpenIntent",
    "AgainIntent",
    "DifferentIntent",
)


@pytest.fixture(scope="session")
def places(skill: Skill) -> list[str]:
    """Everything that can be asked for."""
    catalogue, ways = skill.conversation.catalogue, sorted(controls(skill.conversation) - {*ASKED})
    return [*catalogue.topics, *sorted(catalogue.feelings), *catalogue.safety, *ways, *ASKED]


def test_every_request_answers_in_every_state(conversation: Conversation, places: list[str]) -> None:
    """Whatever was said before, whatever is asked next gets words; an open session asks, a closed one does not."""
    for before in places:
        for after in places:
            conversation.device.hang_up()
            conversation.say(before)
            turn = conversation.say(after)
            assert turn.response not in ("", "error"), f"{before}, then {after}"
            assert turn.speech or after == "QuietIntent", f"{before}, then {after}: silence"
            plays = any(name.startswith("Alexa.") for name in turn.directives)
            assert turn.session_open == turn.speech.endswith("?") or plays, f"{before}, then {after}"
            assert (turn.reprompt is not None) == turn.session_open


@pytest.mark.parametrize("way_out", ["AMAZON.StopIntent", "AMAZON.CancelIntent", "AMAZON.NavigateHomeIntent"])
def test_there_is_a_way_out_of_everything(conversation: Conversation, places: list[str], way_out: str) -> None:
    """Stop and cancel close from every state."""
    for place in places:
        conversation.device.hang_up()
        conversation.say(place)
        assert not conversation.say(way_out).session_open, place


def test_every_practice_stops_in_the_middle(conversation: Conversation, skill: Skill) -> None:
    """Whatever is playing, stop ends it at once and kindly; for two as well."""
    for practice in skill.conversation.catalogue.practices:
        conversation.device.hang_up()
        turn = conversation.say(practice)
        assert turn.timeline, practice
        stopped = conversation.say("AMAZON.StopIntent")
        assert stopped.response == "AMAZON.StopIntent"
        assert not stopped.session_open
        assert stopped.directives == []


def test_help_asks_in_every_state(conversation: Conversation, places: list[str]) -> None:
    """Help keeps the session open and ends with a question."""
    for place in places:
        conversation.device.hang_up()
        conversation.say(place)
        turn = conversation.say("AMAZON.HelpIntent")
        assert turn.session_open
        assert turn.speech.endswith("?")


def test_yes_wanders_without_a_circle(conversation: Conversation, skill: Skill) -> None:
    """Saying yes to everything, from any topic, ends; on the way no answer is given twice."""
    for topic in skill.conversation.catalogue.topics:
        conversation.device.hang_up()
        turn = conversation.say(topic)
        said = [turn.speech]
        for _ in range(150):
            if not turn.session_open:
                break
            turn = conversation.say("AMAZON.YesIntent")
            assert turn.speech not in said, f"from {topic}, said twice: {turn.speech}"
            said.append(turn.speech)
        else:
            pytest.fail(f"from {topic}, yes never ends")


@pytest.mark.parametrize("seed", range(5))
def test_wandering_at_random(conversation: Conversation, places: list[str], seed: int) -> None:
    """Long random conversations stay sound."""
    dice = random.Random(seed)
    for _ in range(300):
        turn = conversation.say(dice.choice(places))
        assert turn.response not in ("", "error")
        assert turn.speech
