"""The assembly: `build_skill()` joins the parts of the skill, for every speaker."""

from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path

from skill.content.locales import BASE_LANGUAGE
from skill.content.responses import Responses
from skill.core.catalogue import catalogue, catalogues, intent_roles
from skill.core.completeness import require_complete
from skill.core.exercise import Exercises
from skill.core.reply_reader import ReplyReader
from skill.core.safety import require_whole
from skill.core.skill import ReplyTrace, Skill, VariantCycle
from skill.dialog.rules import Conversation
from skill.exercises.patterns import load_patterns
from skill.nlu.languages import LanguageModels
from skill.nlu.questions import QuestionIndex
from skill.paths import folder
from skill.settings.model import NoStore, SettingsStore


def build_skill(
    *,
    responses: Path | None = None,
    models: Path | None = None,
    drafts: Collection[str] = (),
    store: SettingsStore | None = None,
    seed: int = 0,
    on_reply: Callable[[ReplyTrace], None] | None = None,
) -> Skill:
    """The skill behind every speaker, joined from its parts.

    The languages in `drafts` are spoken though they are still being worked on. Raises a `ContentError` for a file of
    words, numbers or phrases that cannot be used, and for a safety answer or a complete language that is not whole.
    """
    words = Responses(responses or folder("responses"), drafts)
    patterns = load_patterns(words.folder / "patterns.toml")
    words.require_markup(patterns)
    names = catalogue(words, patterns)
    models = models or folder("interaction_models")
    understanding = LanguageModels.load(models, intent_roles(names), words.languages.served, required=(BASE_LANGUAGE,))
    complete = {code for code, language in words.languages.served.items() if language.status == "complete"}
    follow_ups = {
        code: rows.folded(partial(understanding.fold, locale=code)) for code, rows in words.follow_ups.items()
    }
    understood = {code: own for code, own in understanding.by_language.items() if code in complete}
    require_whole(words, models, understood, follow_ups)
    require_complete(words, names, models)
    conversation = Conversation(names)
    return Skill(
        words,
        patterns,
        Exercises(words, patterns),
        conversation,
        understanding,
        store or NoStore(),
        VariantCycle(seed),
        conversation.codes(),
        reply_readers(words, understanding),
        on_reply,
        {code: Conversation(own) for code, own in catalogues(words, names).items()},
        follow_ups,
        {
            code: QuestionIndex(words.answers(words.place(code).locale), partial(understanding.fold, locale=code))
            for code in words.languages.served
        },
    )


def reply_readers(words: Responses, understanding: LanguageModels) -> dict[str, ReplyReader]:
    """What reads a reply to a question, by language."""
    readers = {}
    for code, language in words.languages.served.items():
        heard = understanding.by_language.get(code)
        slots = heard.slots if heard else None
        readers[code] = ReplyReader(words.replies[code], language.speech.alternative, slots)
    return readers
