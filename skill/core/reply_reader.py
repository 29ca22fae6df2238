"""Reads a reply by the words of the open question, in one language. It knows no session and no sound: words in, a
request of the conversation out.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from skill.content.replies import MEANINGS, QuestionWords, ReplyWords
from skill.core.word_match import SHORT, all_within, begins, contains, echoes, fits, ordered
from skill.dialog import names
from skill.dialog.model import Request
from skill.dialog.reply_rules import PLACE
from skill.nlu.slots import SlotReader
from skill.nlu.tokens import normal

SCENE = 15
"""From so many words on something is told, and no reply to a question."""

NOS = {
    "no": Request(names.NO),
    "later": Request(names.CHOICE, {PLACE: "neither"}),
    "leave": Request(names.NO, {"ends": "yes"}),
}
"""What the kinds of no ask for: the other way of the question, nothing for now, and a goodbye."""
REQUESTS = {"unsure": names.NOT_SURE, "again": names.REPEAT, "why": names.EXPLAIN, "listening": names.LISTENING}
"""What a meaning asks for, where it is no yes or no; any other is a place among the options."""

QUESTIONS = frozenset({"why", "again", "either", "unsure", "listening"})
"""The meanings that a reply with a question word at its beginning may have: "what would you pick"."""

STARTS = ("yes", "weak_yes", "no", "later", "leave", "neither", "either", "unsure", "listening")
"""The meanings that more words may follow: "no i meant my boyfriend", "fair enough, a calm minute"."""

FORMS_KEPT = 4096
"""How many phrases are kept in their forms: more than a language's file has."""
FEW = 3
"""The most words of a question without content that asks what was meant: "why is it", not "how can i be like this"."""


@dataclass(frozen=True)
class ReadReply:
    """A reply as far as its words and the open question tell."""

    request: Request
    rest: str = ""
    """What was said after a yes or a no, still to be understood; empty where nothing is left."""
    whole: bool = True
    """Whether the words explain all that was said. Where they do not, a disclosure in it comes first."""


@dataclass(frozen=True)
class OpenQuestion:
    """The question that stands, with the words that choose what it offers."""

    asked: str = ""
    offer: str = ""
    """What "yes" leads to."""
    sentence: str = ""
    spoken: str = ""
    """The whole of what was said, with the sentence at its end."""
    practice: bool = False
    """Whether a practice is offered."""
    practices: frozenset[str] = frozenset()
    """Those of the options that are practices: asked what one is, nobody is put into it."""
    options: Sequence[tuple[str, Sequence[str]]] = ()
    """What can be chosen, in order, each with its phrases."""
    beside: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What its sentences name besides, such as "tell me more" in the reprompt, with its phrases."""
    others: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What can be chosen by exactly its phrase though nobody named it."""


class ReplyReader:
    """The replies of one language."""

    def __init__(self, words: ReplyWords, alternative: Iterable[str], slots: SlotReader | None = None) -> None:
        """`alternative` are the words between the two ways of a question ("or"); `slots` reads lengths of time, and
        whether something is for two.
        """
        self.words = words
        self._openers = ordered(words.openers)
        joined = {phrase: phrase if phrase.startswith("'") else f" {phrase}" for phrase in words.closers}
        self._closers = sorted(joined.values(), key=len, reverse=True)
        """With what stands before each: nothing for "'s good", which is said with the word before it."""
        self._asks, self._negations = frozenset(map(normal, words.asks)), frozenset(map(normal, words.negations))
        self._yes, self._tells = frozenset(map(normal, words.means.get("yes", ()))), frozenset(map(normal, words.tells))
        self._reasons = ordered(words.reasons)
        self._joints, self._not_no = ordered(words.joints), ordered(words.not_no)
        self.forms = lru_cache(FORMS_KEPT)(self._forms)
        self.content = lru_cache(FORMS_KEPT)(self._content)
        self._empty = frozenset(map(normal, words.empty))
        self._means = {normal(phrase): meaning for meaning, listed in words.means.items() for phrase in listed}
        starts = (phrase for meaning in STARTS for phrase in words.means.get(meaning, ()))
        self._starts = tuple(phrase for phrase in ordered(starts) if phrase not in self._tells)  # "that was alright"
        self._refusals, self._changes = ordered(words.refusals), ordered(words.changes)
        self._anywhere = {
            form: name for name, listed in words.anywhere.items() for phrase in listed for form in self.forms(phrase)
        }
        self._practice = {name: tuple(map(normal, listed)) for name, listed in words.practice.items()}
        self._alternative = re.compile(rf",?\s+(?:{'|'.join(map(re.escape, alternative)) or '(?!)'})\s+", re.IGNORECASE)
        self._numbers = slots.numbers if slots else None
        self._for_two = slots.is_for_two if slots else lambda text: False
        self._unsafe_moment = slots.is_unsafe_moment if slots else lambda text: False
        self._advice, self._wishes = ordered(words.advice), ordered(words.wishes)
        self._asks_back = ordered(phrase for phrase in words.means.get("why", ()) if phrase.count(" ") >= 2)

    def clauses(self, question: str) -> list[str]:
        """The ways of a question: "a topic" and "a calm minute" of "Would you like a topic, or a calm minute?"."""
        return [normal(clause) for clause in self._alternative.split(question)]

    def parts(self, question: str) -> list[str]:
        """Its ways also where commas stand between them: "topics", "a calm minute" and "stop"."""
        last = question.rsplit(". ", 1)[-1]
        return [part for clause in self._alternative.split(last) for part in map(normal, clause.split(",")) if part]

    def _content(self, phrase: str) -> frozenset[str]:
        """The words of a phrase that can choose an option."""
        return frozenset(normal(phrase).split()) - self._empty

    def bare(self, text: str) -> str:
        """A reply without what it opens and closes with."""
        before = ""
        while text != before:
            before, text = text, self.opened(text)
            for phrase in self._closers:
                text = text.removesuffix(phrase)
        return text

    def opened(self, text: str) -> str:
        """A reply without what it opens with."""
        before = ""
        while text != before:
            before = text
            for phrase in self._openers:
                text = text.removeprefix(f"{phrase} ")
        return text

    def _forms(self, phrase: str) -> frozenset[str]:
        """A phrase as it may stand in a reply: whole, and without what it opens and closes with."""
        return frozenset((normal(phrase), self.bare(normal(phrase))))

    def read(self, text: str, question: OpenQuestion | None = None, *, practising: bool = False) -> ReadReply | None:
        """What a reply asks for; none where its words are a new thought.

        `practising` is whether a practice is where we are, so that "that helped" and "two minutes" are about it.
        """
        whole = normal(text)
        for phrase in self._changes:  # "leave it, oh wait, a breathing one"
            before, _, after = whole.partition(f" {phrase} ")
            if before and after and (last := self.read(after, question, practising=practising)):
                return last
        bare = self.bare(whole)
        own = self.words.questions.get(question.asked, QuestionWords()) if question else QuestionWords()
        if question and (request := self._own(own, whole, bare)):
            return ReadReply(request)
        if question and (request := self._held_in(own, whole)):
            return ReadReply(request, whole=False)
        if (practising or (question and question.practice)) and self._is_unfit(whole, own):
            return ReadReply(Request(names.NOT_NOW), whole=False)
        if any({whole, bare} & self.forms(phrase) for phrase in self.words.names.get(names.STOP, ())):
            return ReadReply(Request(names.STOP))
        if question and "leave" in (self._means.get(whole), self._means.get(bare)):
            return ReadReply(Request(names.NO) if own.consent else NOS["leave"])
        if question and (request := self._named(bare, question)):
            return ReadReply(request)
        if question and self._refuses(bare, question):
            return ReadReply(Request(names.NO))
        if practising and (request := self._about_practice(whole, bare)):
            return ReadReply(request, whole=False)
        if request := self._meant(whole, bare, own, question):
            return ReadReply(request)
        if name := self._anywhere.get(bare) or self._anywhere.get(whole):
            return ReadReply(Request(name))
        if not question:
            return None
        if len(whole.split()) < SCENE and any(begins(whole, phrase) for phrase in self._asks_back):
            return ReadReply(Request(names.EXPLAIN), whole=False)
        if len(whole.split()) <= SHORT and (request := self._short(whole, bare, own, question)):
            return ReadReply(request, whole=False)
        return self._begun(whole, own, question, practising)

    def meant(self, meaning: str, text: str, question: OpenQuestion) -> Request | None:
        """What a meaning that was learned of some words asks for, where this question is open.

        What begins with a question word, or is long, answers no question, whatever it sounds like.
        """
        said = normal(text).split()
        asks = self._asks.issuperset(said[:1])
        if meaning not in MEANINGS or (asks and meaning not in QUESTIONS) or len(said) >= SCENE:
            return None
        return self._asked_for(meaning, self.words.questions.get(question.asked, QuestionWords()))

    def has_yes(self, text: str) -> bool:
        """Whether a reply begins or ends with a yes of one word."""
        said = normal(text).split()
        return bool(said) and not self._yes.isdisjoint((said[0], said[-1]))

    def expected(self, asked: str) -> tuple[str, ...]:
        """The safety answers whose words are a plain reply to a question."""
        return self.words.questions.get(asked, QuestionWords()).expects

    def chooses_silence(self, text: str, asked: str) -> bool:
        """Whether a reply takes up the silence that a question offers."""
        own = self.words.questions.get(asked, QuestionWords())
        return any({normal(text), self.bare(normal(text))} & self.forms(phrase) for phrase in own.ends)

    def own_reply(self, text: str, asked: str) -> Request | None:
        """What is said back to one question only, by its own list of words."""
        own, whole = self.words.questions.get(asked, QuestionWords()), normal(text)
        first, _, rest = whole.partition(" ")
        behind = rest if self._means.get(first) in ("yes", "no") else ""  # "no, it was fine", "yes, something did"
        return self._own(own, whole, self.bare(whole)) or (
            self._own(own, behind, self.bare(behind)) if behind else None
        )

    def asks(self, text: str) -> bool:
        """Whether a question word stands in some words."""
        return not self._asks.isdisjoint(normal(text).split())

    def wants_to_hear(self, text: str) -> bool:
        """Whether words ask for something: with a question word, or as a wish."""
        return self.asks(text) or any(begins(normal(text), phrase) for phrase in self._wishes)

    def is_reason(self, text: str) -> bool:
        """Whether words only say why, or for whom, somebody says yes or no."""
        said = normal(text)
        return any(begins(said, phrase) for phrase in self._reasons)

    def is_statement(self, text: str) -> bool:
        """Whether words tell of somebody and ask for nothing."""
        said = normal(text).split()
        return bool(said) and said[0] in self._tells and self._asks.isdisjoint(said)

    def _own(self, own: QuestionWords, whole: str, bare: str) -> Request | None:
        """What is said back to this question only, as the whole reply."""
        ways = ((own.yes, names.YES), (own.no, names.NO), (own.unsure, names.NOT_SURE), (own.why, names.EXPLAIN))
        for listed, name in ways:
            if any({whole, bare} & self.forms(phrase) for phrase in listed):
                return Request(name)
        return None

    def _held_in(self, own: QuestionWords, whole: str) -> Request | None:
        """The same, by a phrase anywhere in a short reply."""
        if any(begins(whole, normal(phrase)) for phrase in own.why_if):
            return Request(names.EXPLAIN)
        if contains(whole, map(normal, own.no_if)):
            return Request(names.NO)
        return Request(names.NOT_SURE) if contains(whole, map(normal, own.unsure_if)) else None

    def _short(self, whole: str, bare: str, own: QuestionWords, question: OpenQuestion) -> Request | None:
        """What a few words ask for that no list has whole: why, an option, or the practice for two."""
        if any(whole.endswith(f" {phrase}") for phrase in self._asks_back):
            return Request(names.EXPLAIN)
        if question.options and any(begins(bare, phrase) for phrase in self._advice):
            return Request(names.CHOICE, {PLACE: "either"})
        if request := self._chosen(bare, question) or self._led_by(bare, question):
            return request
        for_two = question.practice and not own.consent and self._for_two(whole)
        return Request(names.TOGETHER, {"pattern": question.offer}) if for_two else None

    def _named(self, bare: str, question: OpenQuestion) -> Request | None:
        """An option, or what the reprompt names, by exactly its phrase."""
        for name, phrases in (*question.options, *question.beside.items(), *question.others.items()):
            if any(bare in self.forms(phrase) for phrase in phrases):
                return Request(name)
        return None

    def _about_practice(self, whole: str, bare: str) -> Request | None:
        """What is said during a practice or after it."""
        for name, phrases in self._practice.items():
            if contains(whole, phrases):
                return Request(name)
        if self._numbers and self._numbers.duration.fullmatch(bare):
            return Request(names.BREATHING, {"duration": self._numbers.length(bare)})
        if self._numbers and self._numbers.number.fullmatch(bare):  # "make it five"
            return Request(names.BREATHING, {"duration": f"PT{self._numbers.value(bare)}M"})
        return None

    def _meant(self, whole: str, bare: str, own: QuestionWords, question: OpenQuestion | None) -> Request | None:
        """A yes, a no, a place or a listening noise as the whole reply."""
        found = (self._means.get(form) for form in (whole, self.opened(whole), bare))
        meaning = next(filter(None, found), "listening" if bare in self._openers else None)
        if meaning == "why" and question and whole != bare and bare in normal(question.sentence).split():
            return Request(names.YES)  # "tell me why", where that was offered
        if meaning is None or not question:
            return Request(names.LISTENING) if meaning == "listening" else None
        return self._asked_for(meaning, own)

    def _asked_for(self, meaning: str, own: QuestionWords) -> Request:
        """What a meaning asks for where a question is open."""
        if meaning in NOS:
            return Request(names.NO) if own.consent else NOS[meaning]
        if meaning in ("yes", "weak_yes"):
            return Request(names.NOT_SURE if own.consent and meaning == "weak_yes" else names.YES)
        if name := REQUESTS.get(meaning):
            return Request(name)
        return Request(names.NOT_SURE) if own.consent else Request(names.CHOICE, {PLACE: meaning})

    def _chosen(self, bare: str, question: OpenQuestion) -> Request | None:
        """The one option that has all the words of a reply."""
        # "No, just the simple stuff" wants it; "no habits" does not.
        first, _, rest = bare.partition(" ")
        instead = self._means.get(first) == "no" and rest.partition(" ")[0] in self._empty
        negated = not self._negations.isdisjoint((rest if instead else bare).split())
        asking = not self._asks.isdisjoint(bare.split())
        wanted = self.content(bare) - self._negations - self._asks
        ways = (*question.options, *question.beside.items())
        fitting = {
            name
            for name, phrases in ways
            if fits(wanted, frozenset().union(*map(self.content, phrases))) or any(echoes(bare, one) for one in phrases)
        }
        if len(fitting) != 1:
            of_it = all_within(wanted, self.content(question.spoken)) if wanted else len(bare.split()) <= FEW
            return Request(names.EXPLAIN) if asking and of_it else None
        if negated:
            return Request(names.NO)
        name = fitting.pop()
        return Request(names.EXPLAIN) if asking and name in question.practices else Request(name)

    def _begun(self, whole: str, own: QuestionWords, question: OpenQuestion, practising: bool) -> ReadReply | None:
        """A yes or a no with more behind it; a scene that happens to begin like one is none."""
        if len(whole.split()) >= SCENE or any(begins(whole, phrase) for phrase in self._not_no):
            return None
        start = next((phrase for phrase in self._starts if begins(whole, phrase)), "")
        if not start and (opened := self.opened(whole)) != whole:
            return self._begun(opened, own, question, practising)
        if not start:
            return None
        says = self._means[start]
        rest = told = whole[len(start) :].strip()
        for joint in self._joints:
            if begins(rest, joint):
                rest = rest[len(joint) :].strip()
        more = self.read(rest, question, practising=practising) if rest else None
        if says in ("weak_yes", "unsure") and own.consent:
            return ReadReply(Request(names.NOT_SURE), whole=bool(more and more.whole))
        if says not in ("yes", "weak_yes", *NOS):
            plain = self._meant(start, start, own, question)
            heard = more and more.request.name not in (names.LISTENING, names.NOT_SURE)
            if not more:
                return ReadReply(plain, rest, whole=False) if plain and says == "neither" else None
            return more if heard else ReadReply(plain or more.request, whole=more.whole)
        plain = Request(names.YES) if says not in NOS else Request(names.NO) if own.consent else NOS[says]
        if more is None and plain.name == names.NO and self._of_the_subject(rest, question):
            return ReadReply(plain, whole=False)
        if more is None:
            named = self._mentioned(rest, question) if plain.name == names.YES else None
            return ReadReply(named, whole=False) if named else ReadReply(plain, rest, whole=not rest)
        wanted = self.content(rest) - self._asks
        asks = plain.name == names.YES and more.request.name == names.EXPLAIN
        if asks and all_within(wanted, self.content(question.sentence)):
            return ReadReply(plain, whole=False) if wanted else more  # "yep, what happens", of what was offered
        leaves = more.request in NOS.values() and rest != told
        turns_round = leaves if plain.name == names.YES else more.request.name == names.YES
        if turns_round:
            return ReadReply(plain, whole=more.whole)  # "leave it, yeah", and "yes, then i'll sleep"
        same = more.request.name == plain.name or more.request.name in (names.LISTENING, names.NOT_SURE)
        goodbye = more.request.name == plain.name and bool(more.request.slots)  # "no, let's stop"
        return ReadReply(plain, more.rest, whole=more.whole) if same and not goodbye else more

    def _is_unfit(self, whole: str, own: QuestionWords) -> bool:
        """Whether a reply tells of a moment that is none for a practice; at the gate for two it may be the other's."""
        return (
            len(whole.split()) < SCENE and not (own.consent and self.is_statement(whole)) and self._unsafe_moment(whole)
        )

    def _refuses(self, bare: str, question: OpenQuestion) -> bool:
        """Whether a reply says no to whatever it names, unless that is to stop: "no, i don't want to breathe"."""
        first, _, rest = bare.partition(" ")
        bare = rest if rest and self._means.get(first) == "no" else bare
        refused = next((phrase for phrase in self._refusals if begins(bare, phrase)), "")
        named = self._named(self.bare(bare[len(refused) :].strip()), question) if refused else None
        return named is not None and named.name != names.STOP

    def _of_the_subject(self, text: str, question: OpenQuestion) -> bool:
        """Whether words behind a no begin with what was asked about: "no habits tonight"."""
        first = next((word for word in text.split() if word not in self._empty), "")
        return bool(first) and all_within((first, first), self.content(question.sentence))

    def _led_by(self, bare: str, question: OpenQuestion) -> Request | None:
        """The one option whose name, two words of it, comes first in a reply: "gentle start sounds like me"."""
        words = bare.split()
        if not self._negations.isdisjoint(words) or not self._asks.isdisjoint(words):
            return None
        ways = {name for name, phrases in question.options for phrase in phrases
                if " " in phrase and begins(bare, normal(phrase))}  # fmt: skip
        return Request(ways.pop()) if len(ways) == 1 else None

    def _mentioned(self, text: str, question: OpenQuestion) -> Request | None:
        """The one option whose name stands among other words; behind a yes it is meant."""
        found = {name for name, phrases in question.options if contains(text, map(normal, phrases))}
        return Request(found.pop()) if len(found) == 1 else None
