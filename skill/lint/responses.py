"""The words: whether each response can be spoken, in every state, and is easy to follow by ear.

What Alexa's certification looks at (an open session ends with a question, a closed one does not), what her speech
takes, and what this skill asks of itself: brief, plain, nothing copied, nothing without a claim.
"""

import re
from collections.abc import Collection, Iterator
from itertools import chain
from pathlib import Path

from skill.alexa.ssml import SPEECH_CHARACTERS, ssml
from skill.content.locales import BASE_LANGUAGE, any_of, language_of
from skill.content.markup import plain
from skill.content.reply import Reply
from skill.content.responses import ResponseError
from skill.core.cards import card
from skill.core.interpret import QUESTION
from skill.dialog.model import Request, base_name
from skill.dialog.names import FALLBACK, GIVEN_BY_RULES, ONWARD, QUIET
from skill.dialog.rules import Conversation
from skill.dialog.state import RATES, Session
from skill.exercises.timeline import spoken
from skill.lint import exercises, readability, wording
from skill.lint.content_tree import RESPONSES_FOLDER, UNREADABLE, ContentTree, runs, unreadable
from skill.lint.finding import Finding
from skill.lint.interaction_model.model import Model, text
from skill.lint.json_lines import BrokenJson, line_of
from skill.lint.ssml import milliseconds, speech_problems
from skill.lint.topics import check_askable, check_sections, check_topics

MAX_WORDS = 80
"""The most words of one turn: two breaths of talk."""
MAX_SECONDS = 35
"""The most seconds of one turn at the usual rate. Amazon prints no figure; more is not held by ear."""
GRADED_FROM = 20
"""Turns of at least so many words are given a reading grade, where their language has one."""
MAX_GIST_WORDS = 18
"""The most words of an answer in one sentence."""


def check_responses(folder: Path, models: Path, drafts: Collection[str] = ()) -> Iterator[Finding]:
    """All findings about the words, each once however many locales read the same file."""
    try:
        words = ContentTree.read(folder, drafts)
    except UNREADABLE as error:
        yield unreadable(error, RESPONSES_FOLDER)
        return
    seen: set[tuple[str, int | None, str]] = set()
    checks = (
        check_routes(words, models),
        check_askable(words, models),
        check_texts(words),
        check_topics(words),
        check_claims(words),
        check_sections(words),
        exercises.check_exercises(words),
        check_pages(words),
    )
    for finding in chain.from_iterable(checks):
        key = (finding.file, finding.line, finding.wrong)
        if key not in seen:
            seen.add(key)
            yield finding


# Every intent has an answer, every answer a way to it.


def check_routes(words: ContentTree, models: Path) -> Iterator[Finding]:
    """Every intent has a response, or a move in the conversation; every response has a way to it."""
    intents: set[str] = set()
    rules = Conversation(words.catalogue)
    for path in sorted(models.glob("*.json")):
        if language_of(path.stem) not in words.responses.languages.served:
            continue
        try:
            model = Model.read(path)
        except BrokenJson:
            continue  # the model's own check says so
        for at, intent in model.rows("intents"):
            if not (name := text(intent, "name")):
                continue  # the model's own check says so
            intents.add(name)
            move = rules.answer(Request(name), Session())
            if move.response == FALLBACK and name not in (FALLBACK, QUESTION):
                yield model.finding(
                    ("interactionModel", "languageModel", "intents", at),
                    f"Nothing answers {name}",
                    "Whoever says one of its samples is told that it was not understood",
                    f"Write {RESPONSES_FOLDER}/{model.language}/{name}.ssml",
                )
    for locale in words.responses.locales:
        offered = {words.responses.header(name, locale).get("offer", "") for name in words.catalogue.names}
        known = intents | offered | set(words.patterns) | GIVEN_BY_RULES
        for name in sorted(words.responses.names(locale)):
            whole = base_name(name)
            near = {name, whole, name.rpartition(".")[0] or name, name.partition(".")[0]}
            if not near & known:
                yield Finding(
                    words.file(name, locale, discreet=False),
                    None,
                    f"No intent and no move of the conversation leads to {name}",
                    "Nobody ever hears it",
                    "Give the model an intent of that name, or take the file out",
                )


# Each text.


def check_texts(words: ContentTree, only: Collection[str] | None = None) -> Iterator[Finding]:
    """Every response, or only some, in every locale, wording, state and rate of speech."""
    done: set[tuple[str, bool, Reply]] = set()
    for locale in words.responses.locales:
        for discreet in (False, True):
            for name in sorted(words.responses.names(locale)):
                if name.startswith(wording.PRACTICE) or (only is not None and name not in only):
                    continue
                file = words.file(name, locale, discreet=discreet)
                try:
                    said = tuple(wording.replies(words.responses, locale, name, discreet=discreet))
                except UNREADABLE as error:
                    yield unreadable(error, file)
                    continue
                for reply in said:
                    if (file, discreet, reply) not in done:
                        done.add((file, discreet, reply))
                        yield from check_reply(words, file, locale, discreet, reply)


def check_reply(words: ContentTree, file: str, locale: str, discreet: bool, reply: Reply) -> Iterator[Finding]:
    """One response in one state."""
    source = words.source(file)

    def found(wrong: str, why: str, hint: str, *needles: str, severe: bool = True) -> Finding:
        return Finding(file, line_of(source, *needles), wrong, why, hint, severe)

    body, question, reprompt = plain(str(reply.body)), plain(str(reply.question)), plain(str(reply.reprompt))
    text = f"{body} {question}".strip()
    if text:
        yield from check_markup(file, source, discreet, reply)
    elif reply.response not in (ONWARD, QUIET):  # only its question is said; silence is what was asked for
        yield found("It says nothing", "Certification refuses an empty answer", "Write some words")
    if (count := len(text.split())) > MAX_WORDS:
        yield found(
            f"{count} words in one turn", f"More than {MAX_WORDS} are not held by ear", "Say less, or make a part 2"
        )
    pauses = sum(
        milliseconds(length) or 0 for length in re.findall(r'time="([^"]+)"', f"{reply.body} {reply.question}")
    )
    if (seconds := (spoken(text) + pauses) / 1000) > MAX_SECONDS:
        why = f"A turn has {MAX_SECONDS} s; who is talked at for longer stops listening"
        yield found(f"About {seconds:.0f} s of speech", why, "Say less, or make a part 2")
    limits = words.responses.language(locale).limits
    most = limits.safety_sentence_words if reply.safety else limits.sentence_words
    for sentence in readability.sentences(text):
        if (count := len(sentence.split())) > (most or count):
            why = "By ear a sentence is one breath"
            wrong = f"A sentence of {count} words: “{sentence}”"
            yield found(wrong, why, f"Make two of it, of {most} words at most", *runs(sentence))
    yield from check_language(words, file, locale, discreet, reply, text)
    yield from check_question(words, file, locale, reply, body, question, reprompt)
    yield from check_claims_of(words, file, locale, reply, text)
    yield from check_help(words, file, locale, reply, text)
    sent = card(reply, words.responses.claims_in(locale))
    if sent and len(sent.title) + len(sent.text) > SPEECH_CHARACTERS:
        yield found("Its card is too long", f"Alexa takes {SPEECH_CHARACTERS} characters", "Say less")
    if sent and not sent.title:
        yield found("Its card has no title", "A card without one looks broken in the app", "Set title")


def check_markup(file: str, source: str, discreet: bool, reply: Reply) -> Iterator[Finding]:
    """The speech as Alexa gets it, at every rate."""
    for rate in range(len(RATES)):
        session = Session(discreet=discreet, rate=rate)
        speeches = [ssml(session, reply.body, reply.question)] + (
            [ssml(session, reply.reprompt)] if reply.reprompt else []
        )
        for speech in speeches:
            for wrong, why, hint in speech_problems(speech):
                tags = re.findall(r"<[a-z:-]+", wrong)
                yield Finding(file, line_of(source, *tags), wrong, why, hint)


def check_language(
    words: ContentTree, file: str, locale: str, discreet: bool, reply: Reply, text: str
) -> Iterator[Finding]:
    """What is looked at by the lists and limits of a language."""
    source, language = words.source(file), words.responses.language(locale)
    parts = (text, reply.gist, plain(str(reply.reprompt)), reply.title)
    everything = " ".join(parts)
    why = "The voice commands, diagnoses and cheers nobody"
    looked_for = [(wording.never_said(language), "never said", why, "Say it in other words")]
    if discreet:
        hint = f"Write {RESPONSES_FOLDER}/{language.code}/discreet/{reply.response}.ssml"
        overheard = any_of(language.wording.overheard)
        looked_for.append((overheard, "not fit to be overheard", "Discreet words may be overheard", hint))
    for pattern, what, why, hint in looked_for:
        if heard := pattern.search(everything.lower()):
            where = line_of(source, *(f" {heard.group()}{after}" for after in (" ", ",", ".", "?")), heard.group())
            yield Finding(file, where, f"“{heard.group()}” is {what}", why, hint)
    if heard := wording.NOT_SPOKEN.search(everything):
        why = "Read aloud it is gibberish, and certification refuses code names on a card"
        wrong = f"“{heard.group()}” cannot be spoken"
        yield Finding(file, line_of(source, heard.group()), wrong, why, "Say it in words")
    most = language.limits.grade
    if most and len(text.split()) >= GRADED_FROM and (grade := readability.grade(text)) > most:
        yield Finding(
            file,
            None,
            f"Its reading grade is {grade:.1f}",
            f"Heard once, more than grade {most} is hard to follow (Kincaid 1975)",
            "Use shorter sentences and shorter words",
            severe=False,
        )
    for part in parts if language.code == BASE_LANGUAGE else ():  # which is the article's
        for run in wording.sixes(part):
            if wording.fingerprint(run) in words.article:
                why = "The article is not ours to quote"
                yield Finding(file, line_of(source, *runs(run)), f"“{run}” is copied", why, "Say it in other words")


def check_question(
    words: ContentTree, file: str, locale: str, reply: Reply, body: str, question: str, reprompt: str
) -> Iterator[Finding]:
    """A question keeps the session open, is asked once and last, and has a reprompt of its own."""
    source = words.source(file)

    def found(wrong: str, why: str, hint: str, *needles: str) -> Finding:
        return Finding(file, line_of(source, *needles), wrong, why, hint)

    if not question:
        if reprompt:
            why = "The session closes, so nobody hears the reprompt"
            yield found("A reprompt without a question", why, "Set a question, or take it out", "set reprompt")
        if body.endswith("?"):
            why = "The session closes on an open question; certification refuses that"
            yield found("It asks and does not listen", why, "Set the question in the header", body.split(". ")[-1])
        return
    if not question.endswith("?"):
        why = "An open session ends with a question; certification refuses another"
        yield found("Its question has no question mark", why, "End it with one", "set question")
    elif f"{body} {question}".count("?") > 1:
        yield found("It asks more than one question", "Nobody knows which to answer", "Ask one, and last", "?")
    if not reprompt:
        yield found("It has no reprompt", "Whoever is silent hears nothing more", "Set one", "set question")
    elif simple(reprompt) in (simple(question), simple(f"{body} {question}")):
        why = "Who did not answer it once may need other words"
        yield found("Its reprompt is a copy of its question", why, "Say it in other words", "set reprompt")
    if reply.offer and not (words.responses.has(reply.offer, locale) or reply.offer in wording.OFFERS_BESIDE_RESPONSES):
        wrong = f"It offers {reply.offer}, and there is no such response"
        yield found(wrong, "Yes would lead nowhere", "Name a response that there is", "set offer")


def check_claims_of(words: ContentTree, file: str, locale: str, reply: Reply, text: str) -> Iterator[Finding]:
    """What it rests on: known claims, and a marker for what is not the article's."""
    table = words.responses.claims
    known = {claim for section in table.sections for claim in section.claims}
    beyond = {fact.id for fact in table.beyond}
    for claim in sorted(set(reply.claims) - known - beyond):
        line = words.line(file, f"{claim} ", f'{claim}"', "set claims")
        why = "Nothing is taught that rests on no claim"
        yield Finding(file, line, f"There is no claim {claim}", why, f"Look it up in {RESPONSES_FOLDER}/claims.toml")
    markers = words.responses.language(locale).wording.outside
    if set(reply.claims) & beyond and markers and not any_of(markers).search(text):
        why = "A fact from elsewhere must not sound like the article's"
        hint = f"Say in the same breath that it isn't from the article: “{markers[0]}”"
        yield Finding(file, words.line(file, "set claims"), "A fact from outside the article has no marker", why, hint)
    if table.is_topic(reply.response):
        for needed in ("title", "gist", "question", "offer"):
            if not getattr(reply, needed):
                yield Finding(file, 1, f"A topic without a {needed}", "A topic's part has all four", f"Set {needed}")
        if len(reply.gist.split()) > MAX_GIST_WORDS:
            line = words.line(file, "set gist")
            why = "It is the answer in one sentence"
            yield Finding(
                file, line, f"Its gist has {len(reply.gist.split())} words", why, f"Use {MAX_GIST_WORDS} at most"
            )


MEDICAL = ("medical", "urgent-medicine")
"""The labels in `safety.toml` of answers that send to somebody who may judge."""
URGENT = "medical-emergency"


def check_help(words: ContentTree, file: str, locale: str, reply: Reply, text: str) -> Iterator[Finding]:
    """The answer to an emergency names the help that comes, a medical one somebody who may judge."""
    category = words.responses.safety.get(reply.response)
    own = words.responses.language(locale).wording
    urgent = (
        *own.emergency,
        *(re.escape(line.number) for line in words.responses.helplines.lines if line.locale == locale),
    )
    for labels, names, what in (
        ((URGENT,), own.emergency and urgent, "no help that comes: an emergency service, or an ambulance"),
        (MEDICAL, own.clinician, "nobody who may judge: a doctor, a nurse, a clinic"),
    ):
        if category and category.label in labels and names and not any_of(names).search(text):
            why = "Who is hurt has to know whom to call"
            yield Finding(file, None, f"It names {what}", why, f"Name one of {', '.join(names)}")


def check_claims(words: ContentTree) -> Iterator[Finding]:
    """Every claim is spoken by its topic, in every locale, so that each can be reached by voice."""
    file = f"{RESPONSES_FOLDER}/claims.toml"
    spoken_claims: set[str] = set()
    for locale in words.responses.locales:
        for name in words.responses.names(locale):
            spoken_claims.update(words.responses.claims_of(name, locale))
        for section in words.responses.claims.sections:
            said: set[str] = set()
            for number in range(1, words.responses.parts(section.intent, locale) + 1):
                part = section.intent if number == 1 else f"{section.intent}.{number}"
                said.update(words.responses.claims_of(part, locale))
            if not words.responses.has(section.intent, locale):
                line = words.line(file, f'intent = "{section.intent}"')
                hint = f"Write {RESPONSES_FOLDER}/{locale.split('-')[0]}/{section.intent}.ssml"
                yield Finding(file, line, f"{section.intent} has no words", "A section is a topic", hint)
                continue
            for claim in section.claims:
                if claim not in said:
                    why = f"No part of {section.intent} speaks it, so no listener can reach it"
                    hint = "Speak it in one of the parts, and name it in that part's claims"
                    yield Finding(file, words.line(file, f"{claim} ="), f"{claim} is never spoken", why, hint)
    practised = {fact for name in words.patterns for fact in practice_facts(words, name)}
    for fact in words.responses.claims.beyond:
        if fact.id not in spoken_claims | practised:
            line = words.line(file, f'"{fact.id}"')
            wrong = f"{fact.id} is never spoken"
            yield Finding(file, line, wrong, "It rests in the table for nothing", "Drop it", severe=False)


def practice_facts(words: ContentTree, name: str) -> tuple[str, ...]:
    """The facts beyond the article that a practice rests on."""
    return tuple(words.responses.header(name, words.responses.base_locale).get("beyond", "").split())


def check_pages(words: ContentTree) -> Iterator[Finding]:
    """The privacy page and the terms, which the store asks for."""
    try:
        words.responses.pages()
    except ResponseError as error:
        yield unreadable(error, RESPONSES_FOLDER)


def simple(text: str) -> str:
    """A text as it is heard: no case, no signs."""
    return " ".join(re.findall(r"[^\W_]+", text.lower()))
