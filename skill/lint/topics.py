"""The topics: whether each is whole in both wordings, can be asked for in enough ways, and rests on its own section."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from skill.alexa.log import controls
from skill.content.markup import plain
from skill.dialog.rules import Conversation
from skill.lint import wording
from skill.lint.content_tree import RESPONSES_FOLDER, UNREADABLE, ContentTree
from skill.lint.finding import Finding
from skill.lint.interaction_model.model import LANGUAGE_MODEL, Model, listed, text
from skill.lint.json_lines import BrokenJson

TOPIC_WORDS = {False: (45, 75), True: (20, 75)}
"""The least and the most words of a topic's first part, by whether it is discreet. Counted in English only."""
MIN_SAMPLES = 60
"""The fewest different samples of a topic: people ask about one thing in very many ways."""
MAX_CITED_WORDS = 5
"""The most words of a heading that the voice cites; six in a row would be a quotation."""


def check_topics(words: ContentTree) -> Iterator[Finding]:
    """Every topic in every locale and wording: a name, a length, words of its own, and a new question in each part."""
    seen: set[str] = set()
    for locale in words.responses.locales:
        for section in words.responses.claims.sections:
            for discreet in (False, True):
                file = words.file(section.intent, locale, discreet=discreet)
                if words.responses.has(section.intent, locale) and file not in seen:
                    seen.add(file)
                    try:
                        yield from check_topic(words, section.intent, locale, discreet)
                    except UNREADABLE:
                        continue  # the check of the text says so


def check_topic(words: ContentTree, topic: str, locale: str, discreet: bool) -> Iterator[Finding]:
    """One topic in one locale and wording, all its parts."""
    questions: dict[str, str] = {}
    for number in range(1, words.responses.parts(topic, locale) + 1):
        name = topic if number == 1 else f"{topic}.{number}"
        file = words.file(name, locale, discreet=discreet)
        reply = next(wording.replies(words.responses, locale, name, discreet=discreet))
        if number == 1 and not reply.name:
            yield Finding(file, 1, f"{topic} has no name", "It cannot be named in a list or an offer", "Set name")
        count = len(plain(str(reply.body)).split())
        least, most = TOPIC_WORDS[discreet]
        if number == 1 and locale.startswith("en") and not least <= count <= most:
            why = "The first part answers the question and no more; the rest is for “tell me more”"
            yield Finding(file, None, f"{topic} has {count} words", why, f"Use {least} to {most}")
        if discreet and reply.body == next(wording.replies(words.responses, locale, name, discreet=False)).body:
            hint = f"Write {RESPONSES_FOLDER}/{locale.split('-')[0]}/discreet/{name}.ssml in words of its own"
            yield Finding(file, None, f"{name} says the same when discreet", "It may be overheard", hint)
        question = plain(str(reply.question))
        if question and question in questions:
            why = "Whoever goes on is asked the same again"
            wrong = f"{name} asks what {questions[question]} asks"
            yield Finding(
                file, words.line(file, "set question"), wrong, why, "Ask it in other words, or something else"
            )
        questions.setdefault(question, name)


def check_sections(words: ContentTree) -> Iterator[Finding]:
    """The table of claims: no heading is quoted at length. That each id names its section is seen when it is read."""
    file = f"{RESPONSES_FOLDER}/claims.toml"
    for section in words.responses.claims.sections:
        if (count := len(section.cited.split())) > MAX_CITED_WORDS:
            line = words.line(file, f'cited = "{section.cited}"')
            wrong = f"{section.intent} cites its heading by {count} words"
            yield Finding(file, line, wrong, "The article is not ours to quote", f"Use {MAX_CITED_WORDS} at most")


def check_askable(words: ContentTree, models: Path) -> Iterator[Finding]:
    """Every topic, feeling, safety answer and control is an intent of every model; a topic has many samples."""
    catalogue = words.catalogue
    steering = controls(Conversation(catalogue))
    needed = (*catalogue.topics, *sorted(catalogue.feelings), *catalogue.safety, *sorted(steering))
    for path in sorted(models.glob("*.json")):
        try:
            model = Model.read(path)
        except BrokenJson:
            continue  # the model's own check says so
        intents: Mapping[str, int] = {text(row, "name"): at for at, row in reversed(model.rows("intents"))}
        for name in needed:
            if name not in intents:
                why = "Nobody can ask for it"
                yield model.finding((*LANGUAGE_MODEL, "intents"), f"There is no intent {name}", why, "Add it")
            elif name in catalogue.topics:
                samples = {sample.lower() for _, sample in listed(model.intents[name].get("samples"))}
                if len(samples) < MIN_SAMPLES:
                    path_ = (*LANGUAGE_MODEL, "intents", intents[name])
                    why = "A topic is asked for in very many ways"
                    wrong = f"{name} has {len(samples)} different samples"
                    yield model.finding(path_, wrong, why, f"Write {MIN_SAMPLES} or more")
