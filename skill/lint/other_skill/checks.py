"""The interaction models of any skill, by the rules of Amazon's that our own are looked at by."""

from collections.abc import Iterator
from dataclasses import replace

from skill.content.locales import Language, language_of
from skill.lint.content_tree import own_languages
from skill.lint.finding import Finding
from skill.lint.interaction_model.checks import check_model, check_parity, check_schema
from skill.lint.interaction_model.model import Model
from skill.lint.json_lines import BrokenJson, Json
from skill.lint.other_skill.layout import OtherSkill, locale_of
from skill.nlu.slots import NumberReader
from skill.nlu.words import WordLists
from skill.paths import folder


def check_other_models(skill: OtherSkill, language: str = "") -> Iterator[Finding]:
    """All findings about the models of a skill; `language` is that of a file whose name tells none."""
    languages = own_languages()
    models: dict[str, Model] = {}
    if skill.models:
        yield from check_schema(str(skill.place))
    for path in skill.models:
        code = language_of(locale_of(path)) or language
        if not code:
            wrong, why = "Its name tells no locale", "Nothing that depends on its language was looked at"
            hint = "Name it after its locale, such as en-US.json, or say --language en"
            yield Finding(str(path), None, wrong, why, hint, severe=False)
        try:
            models[str(path)] = model = Model(str(path), code, Json.read(path), path.stat().st_size, own=False)
        except BrokenJson as error:
            yield Finding(
                str(path), error.line, f"It is not JSON: {error.wrong}", "Amazon's build stops there", "Mend it"
            )
            continue
        words = WordLists.load(folder("interaction_models"), code) if code else WordLists()
        yield from check_model(model, (), languages.get(code) or Language(code), NumberReader(words))
    for finding in check_parity(models):
        yield replace(finding, severe=False)  # skills do grow one language at a time
