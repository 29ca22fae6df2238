"""What is said first: what it is for, one example that works, how to get a number, and nothing to blush at."""

import re
from itertools import product

import pytest
from conftest import Conversation

from skill.content.markup import plain
from skill.content.responses import Responses
from skill.paths import folder

RESPONSES = Responses(folder("responses"))
VARIANTS = 3


def said(discreet: bool, remembered: bool, variant: int, locale: str = "en-US") -> str:
    """The launch as it is heard."""
    values = {"remembered": remembered}
    reply = RESPONSES.render("LaunchRequest", locale, discreet=discreet, variant=variant, variables=values)
    return plain(f"{reply.body} {reply.question} {reply.reprompt}")


EXAMPLES = sorted(
    {
        found[1]
        for discreet, variant in product((False, True), range(VARIANTS))
        if (found := re.search(r"such as (.*?)\.", said(discreet, False, variant)))
    }
)


@pytest.mark.parametrize("locale", RESPONSES.locales)
def test_it_names_no_more_than_it_has_to(locale: str) -> None:
    """Nothing of sex until the listener speaks of it, and a number is always a sentence away."""
    for discreet, remembered, variant in product((False, True), (False, True), range(VARIANTS)):
        words = said(discreet, remembered, variant, locale)
        assert not re.search(r"\bsex|intima|climax|bed", words.lower()), words
        assert "Say, I need a number, any time." in words


def test_there_are_examples() -> None:
    """One in each greeting, of several."""
    assert len(EXAMPLES) >= VARIANTS


@pytest.mark.parametrize("example", EXAMPLES)
@pytest.mark.parametrize("words", ["{}", "tell me {}"])
def test_the_example_works(conversation: Conversation, example: str, words: str) -> None:
    """Said as it was heard, it is answered, and not by a question back."""
    conversation.hear("open soft landing")
    response = conversation.hear(words.format(example)).response
    assert not response.startswith(("AMAZON.", "WhichOne", "GentleCheck", "OutOfScope", "Explain", "TopicsIntent"))
