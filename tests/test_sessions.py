"""Two hundred sessions of twelve turns: how often a listener hears the same sentence, question or marker again.

The listener is made up: seeded, curious, at times short, and never asks for the same thing again in the same words.
What was said is compared by the sentence. One of three words or fewer is a noise; what is said for safety's sake, of
stopping and of a number, is meant to be the same each time. Neither is counted.
"""

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from conftest import Conversation

from skill.lint.readability import sentences

pytestmark = pytest.mark.slow

SESSIONS, TURNS = 200, 12

ASKS = (
    "what is aftercare", "what happens in my body afterwards", "what does oxytocin do", "why do people cry afterwards",
    "is it normal to want to be alone", "why does aftercare matter", "what if we skip it", "how do i bring it up",
    "what do i do for her when she cries", "how do we make it a habit", "we want different things",
    "does it last", "how does it bring us closer", "how can i be more mindful about it", "what can we do tonight",
    "why does he go quiet afterwards", "why am i so sleepy after", "what about consent",
)  # fmt: skip
FEELINGS = (
    "i feel sad", "i feel lonely", "i'm so close to him right now", "i feel numb", "i'm ashamed", "i'm restless",
    "i feel calm", "i'm worn out", "i feel irritable", "he feels far away", "it was all too much",
)  # fmt: skip
CALM = ("breathe with me", "ground me", "a body scan", "hand on heart", "kind words", "something for me alone")
SMALL = (
    "yes", "yes please", "no", "tell me more", "go on", "next", "what else is there", "topics", "shorter", "slower",
    "what exercises are there", "where is that from", "hm", "the second one", "not sure", "what can i say",
    "you're sweet", "i'm married", "my cat just came in", "can you order a pizza",
)  # fmt: skip
MOVES: tuple[tuple[tuple[str, ...], int], ...] = ((ASKS, 4), (FEELINGS, 2), (CALM, 1), (SMALL, 7))
"""What the listener may say, and how often, beside one another."""

MEANT = re.compile(r"i need a number|stop any time|dizzy|helpline|call 911|remember|forget me", re.IGNORECASE)
"""What is to be the same each time."""
MARKER = re.compile(r"\bthe article\b", re.IGNORECASE)

BOUNDS = {"sentences": 0.055, "questions": 0.24, "openings": 0.28, "markers": 0.05}
"""The most that is allowed, a share each: of sentences that were said before in the session; of questions that were;
of questions that begin with the two words of the one before; of answers that name the article twice, or right after
one that did. Sixty sessions had 4.1 %, 19.7 %, 23.4 % and 2.5 %; the bounds lie two standard errors above."""


@dataclass
class Heard:
    """What was counted over all sessions."""

    turns: int = 0
    all: Counter[str] = field(default_factory=Counter)
    again: Counter[str] = field(default_factory=Counter)
    which: Counter[str] = field(default_factory=Counter)
    """The sentences and questions that came again."""

    @property
    def shares(self) -> dict[str, float]:
        """How much of each came again."""
        return {kind: self.again[kind] / self.all[kind] for kind in BOUNDS}


def said_by(conversation: Conversation, seed: int) -> Iterator[str]:
    """What the skill says in a session."""
    kinds, weights = zip(*MOVES, strict=True)
    chance, asked, turns = random.Random(seed), set[str](), 1
    conversation.device.hang_up()
    yield conversation.hear("open soft landing").speech
    while turns < TURNS:
        text = chance.choice(chance.choices(kinds, weights)[0])
        if text in asked and text not in SMALL:
            continue
        asked.add(text)
        turns += 1
        yield conversation.hear(text).speech


def counted(conversation: Conversation) -> Heard:
    """The sentences, questions, their openings and the markers of all sessions."""
    heard = Heard()
    for seed in range(SESSIONS):
        before: set[str] = set()
        opening, marked = "", False
        for speech in said_by(conversation, seed):
            heard.turns += 1
            told = [one for one in sentences(speech) if len(one.split()) > 3 and not MEANT.search(one)]
            if told:
                heard.all["markers"] += 1
                marks = sum(len(MARKER.findall(one)) for one in told)
                heard.again["markers"] += marks > 1 or (marks > 0 and marked)
                marked = marks > 0
            for one in told:
                kind = "questions" if one.endswith("?") else "sentences"
                heard.all[kind] += 1
                if one.lower() in before:
                    heard.again[kind] += 1
                    heard.which[one] += 1
                if kind == "questions":
                    begins = " ".join(one.lower().split()[:2])
                    heard.all["openings"] += 1
                    heard.again["openings"] += begins == opening
                    opening = begins
            before |= {one.lower() for one in told}
    return heard


def test_little_is_said_twice(conversation: Conversation) -> None:
    """Of all that is said, no more than the bounds comes again."""
    heard = counted(conversation)
    assert heard.turns == SESSIONS * TURNS
    most = ", ".join(f"{number} x {text!r}" for text, number in heard.which.most_common(12))
    assert {kind for kind, share in heard.shares.items() if share > BOUNDS[kind]} == set(), f"{heard.shares}; {most}"
