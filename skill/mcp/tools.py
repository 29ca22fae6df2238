"""The four tools: arguments in, a result in words out, by the port of `core` and the tables of `content`.

A conversation travels in the results and comes back with the arguments, as a session does with Alexa: nothing of
anybody stays here.
"""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import BaseModel, ValidationError

from skill.content.markup import plain
from skill.core.port import Heard, in_words, iso_country, locale_of_words, somebody, take_turn
from skill.core.render import Rendered
from skill.core.replies import choices
from skill.core.skill import Skill
from skill.dialog.names import BREATHING, HELPLINE, HOLD_SCREEN, YES
from skill.dialog.state import Session, pack, unpack
from skill.mcp.shapes import (
    Answer,
    Guide,
    GuidedStep,
    GuideExercise,
    Lines,
    ListTopics,
    SafetyLine,
    SafetyLines,
    ToolReply,
    Topic,
    Topics,
)

WORD_FOR_WORD = (
    "Where `word_for_word` is true, say `say` exactly as it stands, numbers digit by digit: do not shorten it, soften "
    "it or add to it."
)


class ToolRefused(Exception):
    """A call that cannot be answered; the message says what to do, and holds nothing of what was sent."""


@dataclass(frozen=True)
class Tool:
    """One tool as a client sees it, and what it does."""

    name: str
    title: str
    description: str
    takes: type[BaseModel]
    gives: type[BaseModel]
    schema: Mapping[str, Any]
    run: Callable[[Any], BaseModel]

    def call(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The result as data; raises `ToolRefused`."""
        try:
            asked = self.takes.model_validate(arguments)
        except ValidationError as error:
            raise ToolRefused(self.complaint(error)) from None  # the error itself holds what was sent
        return self.run(asked).model_dump()

    def complaint(self, error: ValidationError) -> str:
        """What is wrong with some arguments, without any of them."""
        wrong = []
        for each in error.errors(include_url=False, include_input=False, include_context=False):
            field = each["loc"][0] if each["loc"] else ""
            known = self.takes.model_fields.get(str(field))
            why = known.description if known and each["type"] == "string_pattern_mismatch" else each["msg"]
            wrong.append(f"{field}: {why}".rstrip(".") if known else "there is an argument that it does not take")
        fields = ", ".join(self.takes.model_fields)
        return f"{self.name} cannot be called like that. {'; '.join(dict.fromkeys(wrong))}. It takes {fields}."


def tools(skill: Skill) -> Mapping[str, Tool]:
    """The tools of a skill by their names."""
    exercises = exercises_of(skill)
    guide = GuideExercise.model_json_schema()
    guide["properties"]["exercise"]["enum"] = [*exercises]
    held = ", ".join(name for name, pattern in exercises.items() if skill.patterns[pattern].holds)
    made = [
        Tool(
            "answer",
            "Answer about aftercare",
            "Call it whenever an adult asks or tells something about the time after sex: feelings, the body, "
            "closeness, talking about it, consent, a partner; or replies to an earlier result, or asks for help. It "
            "returns what to say, short and not explicit, drawn from one article, with fixed answers and helplines "
            f"where somebody may be in danger, hurt or under age. {WORD_FOR_WORD} It is education and no medical "
            "advice.",
            Answer,
            ToolReply,
            Answer.model_json_schema(),
            partial(answer_tool, skill, topic_names(skill)),
        ),
        Tool(
            "list_topics",
            "List the topics",
            "Call it when the listener wants to know what there is to hear about. It returns the topics, each with a "
            "name for `answer` and its gist.",
            ListTopics,
            Topics,
            ListTopics.model_json_schema(),
            partial(topics_tool, skill),
        ),
        Tool(
            "guide_exercise",
            "Guide an exercise",
            "Call it when the listener wants a breathing, grounding or calming exercise in timed steps. It returns "
            "what to say first, then steps with their seconds. Exercises with held breaths return their cautions "
            f"first: {held}. {WORD_FOR_WORD} Where steps cannot be waited out, use `answer` in its place, which goes "
            "at the listener's own pace.",
            GuideExercise,
            Guide,
            guide,
            partial(guide_tool, skill, exercises),
        ),
        Tool(
            "safety_lines",
            "Helplines of a country",
            "Call it when somebody wants a number to call in a country that they named. It returns confirmed "
            "helplines, or that none is known there. Say `say` and every number word for word and digit by digit, and "
            "never a number from anywhere else. For somebody who tells what happened, use `answer`.",
            SafetyLines,
            Lines,
            SafetyLines.model_json_schema(),
            partial(lines_tool, skill),
        ),
    ]
    return {tool.name: tool for tool in made}


def exercises_of(skill: Skill) -> dict[str, str]:
    """The exercises for one by what they are called; those for two are asked for in words, behind their gate."""
    locale, kinds = skill.responses.base_locale, skill.conversation.catalogue.practices
    alone = (name for name in kinds if not kinds[name].together and skill.patterns[name].id != "b-own")
    return {skill.responses.called(name, locale): name for name in alone}


def topic_names(skill: Skill) -> dict[str, dict[str, str]]:
    """The topics by what they are called, by locale."""
    topics = skill.conversation.catalogue.topics
    return {
        locale: {skill.responses.called(topic, locale).casefold(): topic for topic in topics}
        for locale in skill.responses.locales
    }


def answer_tool(skill: Skill, topics: Mapping[str, Mapping[str, str]], asked: Answer) -> ToolReply:
    """One turn of the talk; a topic may be named as the list names it."""
    here = somebody(skill, asked.locale, timed=False)
    topic = topics[here.locale].get(asked.words.strip().casefold())
    spoken = locale_of_words(asked.locale, here)
    heard = Heard(topic) if topic else in_words(skill.responses.languages.all, asked.words, spoken)
    rendered = take_turn(skill, heard, session_in(skill, asked.conversation), here)
    return ToolReply(
        say=rendered.text,
        word_for_word=rendered.fixed,
        listens=rendered.listens,
        can_say_next=list(choices(skill, rendered.session, here.locale)) if rendered.listens else [],
        conversation=handed_over(rendered),
    )


def topics_tool(skill: Skill, asked: ListTopics) -> Topics:
    """All topics in the article's order."""
    locale = somebody(skill, asked.locale, timed=False).locale
    topics = skill.conversation.catalogue.topics
    gists = [skill.responses.render(topic, locale).gist for topic in topics]
    names = [skill.responses.called(topic, locale) for topic in topics]
    return Topics(topics=[Topic(name=name, gist=gist) for name, gist in zip(names, gists, strict=True)])


def guide_tool(skill: Skill, exercises: Mapping[str, str], asked: GuideExercise) -> Guide:
    """An exercise in timed steps, begun by the same rules as anywhere: who is to be asked first is asked first."""
    pattern = exercises.get(asked.exercise.strip().casefold())
    if pattern is None:
        raise ToolRefused(f"there is no such exercise; the exercises are {', '.join(exercises)}.")
    here = somebody(skill, asked.locale, timed=True)
    wish = Heard(BREATHING, {"pattern": pattern, "duration": f"PT{asked.minutes}M"})
    before = session_in(skill, asked.conversation)
    rendered = take_turn(skill, wish, before, here)
    if rendered.reply.response == HOLD_SCREEN and asked.cautions_accepted and heard_cautions(before, pattern):
        rendered = take_turn(skill, Heard(YES), rendered.session, here)
    if not rendered.playback:
        asks, fixed = rendered.text, rendered.fixed
        return Guide(say=asks, word_for_word=fixed, steps=[], seconds=0, conversation=handed_over(rendered))
    made = skill.exercises.prepare(rendered.session, here.locale)
    _, *phases = (phase for part in made.timeline.parts for phase in part.phases)
    steps = [GuidedStep(say=phase.text, seconds=phase.length / 1000) for phase in phases]
    return Guide(
        say=rendered.text.replace(f" {made.words.stop}", ""),  # how an Echo is stopped
        word_for_word=rendered.fixed,
        steps=steps,
        seconds=sum(phase.length for phase in phases) / 1000,
        conversation=handed_over(rendered),
    )


def heard_cautions(session: Session | None, pattern: str) -> bool:
    """Whether the cautions of an exercise are what the last result said: nobody says yes to what was not said."""
    return session is not None and session.asked == HOLD_SCREEN and session.exercise.practice == pattern


def lines_tool(skill: Skill, asked: SafetyLines) -> Lines:
    """What there is in a country, as it is said to anybody who asks which line is for what."""
    country = iso_country(asked.country)
    locale = next((one for one in skill.responses.locales if one.endswith(f"-{country}")), f"en-{country}")
    here = somebody(skill, locale, timed=False)
    lines = [line for line in skill.responses.helplines.lines if line.locale == locale and line.confirmed]
    return Lines(
        say=plain(take_turn(skill, Heard(HELPLINE), None, here).reply.body),
        word_for_word=True,
        lines=[
            SafetyLine(
                need=line.need,
                name=line.name,
                number=line.number,
                who=line.who,
                hours=line.hours,
                text=line.text,
                text_word=line.text_word,
                text_by=line.text_by,
                confirmed=str(line.confirmed),
                source=line.source,
            )
            for line in lines
        ],
    )


def handed_over(rendered: Rendered) -> str:
    """The session after an answer, for the client to carry; empty where the talk is over."""
    if not rendered.listens:
        return ""
    return urlsafe_b64encode(json.dumps(pack(rendered.session), separators=(",", ":")).encode()).decode()


def session_in(skill: Skill, text: str) -> Session | None:
    """The session that a client carried; raises `ToolRefused` for what is none, since what protects would be lost."""
    if not text:
        return None
    try:
        attributes = json.loads(urlsafe_b64decode(text.encode()))
    except (binascii.Error, ValueError, RecursionError):
        attributes = None
    if not isinstance(attributes, dict):
        raise ToolRefused(
            "conversation is not what an earlier result gave: hand that back unchanged, or leave it out to begin anew."
        )
    return unpack(attributes, skill.codes)
