"""What the tools take and give, as the types that their schemas are made from. The descriptions are read by a model."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from skill.dialog.state import BYTES

MOST_WORDS, MOST_NAME, MOST_LOCALE = 1000, 100, 35
"""The most characters of an argument: more than anybody says in one breath, and a bound for a hostile request."""
MOST_CONVERSATION = 2 * BYTES
"""The same of a conversation: a session takes `BYTES` at most, and a third more as it is handed over."""

Locale = Annotated[
    str,
    Field(
        max_length=MOST_LOCALE,
        description="The listener's language and country, such as en-GB. It decides whose helpline numbers are given: "
        "leave it out unless it is known, and no country's numbers are guessed.",
    ),
]
Carried = Annotated[
    str,
    Field(
        max_length=MOST_CONVERSATION,
        description="The `conversation` of the last result, unchanged. Without it a new conversation begins, and what "
        "was said before is forgotten, also that the listener may need help.",
    ),
]


class Shape(BaseModel):
    """What all of them share: no field but their own."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Answer(Shape):
    """What `answer` takes."""

    words: Annotated[
        str,
        Field(
            min_length=1,
            max_length=MOST_WORDS,
            description="All that the listener just said, in their own words; or a topic's name from list_topics.",
        ),
    ]
    locale: Locale = ""
    conversation: Carried = ""


class ListTopics(Shape):
    """What `list_topics` takes."""

    locale: Locale = ""


class GuideExercise(Shape):
    """What `guide_exercise` takes."""

    exercise: Annotated[str, Field(max_length=MOST_NAME, description="Which one.")]
    minutes: Annotated[int, Field(ge=1, le=5, description="How long: 1, 2, 3 or 5; the nearest there is.")] = 1
    cautions_accepted: Annotated[
        bool,
        Field(
            description="True only once the listener has heard the cautions of a first result and said yes to them; "
            "hand over the `conversation` of that result, or it counts for nothing. Exercises with held breaths give "
            "their steps only then."
        ),
    ] = False
    locale: Locale = ""
    conversation: Carried = ""


class SafetyLines(Shape):
    """What `safety_lines` takes."""

    country: Annotated[
        str, Field(pattern="^[A-Za-z]{2}$", description="The listener's country, as two letters of ISO 3166: GB.")
    ]


class Said(Shape):
    """What is to be said to the listener."""

    say: Annotated[
        str, Field(description="What to say to the listener. Where empty, silence was asked for: say nothing at all.")
    ]
    word_for_word: Annotated[
        bool,
        Field(
            description="Where true, say `say` exactly as it stands, every number digit by digit, and nothing else: it "
            "is an answer to somebody who may need help, or has a caution or a number in it."
        ),
    ]


class ToolReply(Said):
    """What `answer` gives."""

    listens: Annotated[bool, Field(description="Whether a reply is waited for. Where false, the talk is over.")]
    can_say_next: Annotated[list[str], Field(description="What the listener could say to the question at its end.")]
    conversation: Annotated[str, Field(description="Hand it back with the listener's next words, unchanged.")]


class Topic(Shape):
    """One topic."""

    name: Annotated[str, Field(description="What to hand to `answer` as words, to have it explained.")]
    gist: Annotated[str, Field(description="The topic in one sentence.")]


class Topics(Shape):
    """What `list_topics` gives."""

    topics: list[Topic]


class GuidedStep(Shape):
    """A stretch of an exercise."""

    say: Annotated[str, Field(description="What to say at its beginning; empty for silence.")]
    seconds: Annotated[float, Field(description="How long it lasts, what is said included.")]


class Guide(Said):
    """What `guide_exercise` gives."""

    steps: Annotated[
        list[GuidedStep],
        Field(
            description="What to say after `say`, each step waited out before the next. Empty where `say` asks the "
            "listener something first: call again, or call `answer` with what they say."
        ),
    ]
    seconds: Annotated[float, Field(description="How long the steps take in all.")]
    conversation: Annotated[str, Field(description="Hand it back with the listener's next words, unchanged.")]


class SafetyLine(Shape):
    """One service."""

    need: Annotated[str, Field(description="What it is for.")]
    name: str
    number: Annotated[str, Field(description="Say it digit by digit, exactly as it stands.")]
    who: Annotated[str, Field(description="Whom it is for.")]
    hours: str
    text: Annotated[str, Field(description="The number that takes texts; empty where none is known.")]
    text_word: Annotated[str, Field(description="What to text to it first, where it asks for a word.")]
    text_by: Annotated[str, Field(description="Whose number for texts it is, where texts go to another service.")]
    confirmed: Annotated[str, Field(description="The day of the source that prints the number.")]
    source: str


class Lines(Said):
    """What `safety_lines` gives."""

    lines: Annotated[list[SafetyLine], Field(description="All lines that are known there; empty where none is known.")]
