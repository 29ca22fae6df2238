"""Reads `responses/` and renders one response for a locale.

A response is a Jinja template whose header is a few `set` lines and whose body is plain prose. The file's name is the
name of the response; a folder is a locale or a language, and `discreet/` inside it holds the wordings fit to be
overheard. The most specific file counts: `en-GB/discreet`, `en/discreet`, `en-GB`, `en`.
"""

import os
import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined, Template, TemplateError
from jinja2.bccache import Bucket
from markupsafe import Markup

from skill.content.claims import Claims
from skill.content.followups import FollowUps
from skill.content.helplines import Helplines
from skill.content.locales import BASE_LANGUAGE, Language, Languages, language_of
from skill.content.markup import escaped, in_form, literal_markup, markup_fault
from skill.content.replies import load_replies
from skill.content.reply import HEADER, Reply, field_lines, literals
from skill.content.safety import load_safety
from skill.content.translation import TODO, count_todo
from skill.errors import ContentError

REPLIES_KEPT = 2_000
"""How many rendered replies are kept, about a kilobyte each: what listeners hear in five locales."""

CACHE = "SOFT_LANDING_CACHE"
"""The setting that names a folder for compiled templates."""


class ResponseError(ContentError):
    """A file in `responses/` cannot be spoken; the message names the file and says what to do."""


HEADINGS_FILE = "_claims.toml"
"""The headings of the article in another language."""
PART = re.compile(r"\.\d+$")
"""What follows the name of a response in that of its part: `BodyIntent.2`."""
TOLD = "told"
"""The variable that holds what the listener said of themselves, which chooses among helplines."""
STORE_PAGES = ("privacy", "terms")
HELPER_FILES = ("_voice", "_practice", "_place")
"""Files that others use, and that nobody hears by themselves."""


@dataclass(frozen=True)
class Place:
    """A locale, and the folders that its words are read from, the most specific first."""

    locale: str
    folders: tuple[str, ...]
    known: bool
    """False when we do not speak the listener's locale and fell back."""


class CompiledTemplates(FileSystemBytecodeCache):
    """Compiled templates in a folder. What cannot be written there is compiled anew at each start, and stops none."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a compiled template, where that can be done."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


def bytecode_cache() -> CompiledTemplates | None:
    """Where compiled templates are kept between starts: the folder that `SOFT_LANDING_CACHE` names, or nowhere."""
    folder = os.environ.get(CACHE, "").strip()
    if not folder:
        return None
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        return CompiledTemplates(folder)
    except OSError as error:
        raise ResponseError(
            f"{CACHE} names {folder}, which cannot be used: {error}; name a folder of your own"
        ) from error


class Responses:
    """Every response in every locale, compiled once and rendered on demand."""

    def __init__(self, folder: Path, spoken: Collection[str] = ()) -> None:
        """Read a folder. The languages in `spoken` are spoken even if they are drafts. Raises a `ContentError`."""
        self.folder = folder
        self.claims = Claims.load(folder / "claims.toml")
        self.languages = Languages.read(folder, spoken)
        self.locales = self.languages.locales
        self._claims = {
            code: self.claims.in_language(folder / code / HEADINGS_FILE, language.card_source)
            for code, language in self.languages.served.items()
        }
        self.helplines = Helplines.load(folder / "helplines.toml")
        self.safety = load_safety(folder / "safety.toml")
        self.replies = {code: load_replies(folder, code) for code in self.languages.served}
        """What is said back to a question, by language."""
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            auto_reload=False,
            cache_size=-1,
            bytecode_cache=bytecode_cache(),
        )
        spoken_folders = {*self.locales, *self.languages.served}
        sources = {
            file: path
            for path in folder.rglob("*.ssml")
            if (file := path.relative_to(folder).as_posix()).split("/")[0] in spoken_folders
        }
        texts = {file: path.read_text("utf-8") for file, path in sources.items()}
        self._marked = {file: number for file, text in texts.items() if (number := count_todo(text))}
        self._files = frozenset(texts) - set(self._marked)
        self._headers = {file: literals(texts[file]) for file in self._files}
        self._faults = {file: fault for file in self._files if (fault := markup_fault(literal_markup(texts[file])))}
        """What is wrong with the markup of a file, whatever it is rendered with."""
        self._varied = frozenset(Path(file).stem for file in self._files if "vary(" in texts[file])
        """The names of responses whose words differ from turn to turn."""
        self._called = frozenset(Path(file).stem for file in self._files if "{% set name " in texts[file])
        """The names of responses that the voice has a name for."""
        self._places: dict[str, Place] = {}
        self.follow_ups = {code: FollowUps.load(folder / code) for code in self.languages.served}
        """What listeners say to a safety answer, by language, as it is written."""
        self._helpers = cache(self._help)
        self._reply = lru_cache(REPLIES_KEPT)(self._render)

    def require_markup(self, plain: Collection[str]) -> None:
        """Raises `ResponseError` for files with malformed markup; the responses in `plain` are words without any."""
        faults = [f"responses/{file}:{fault}" for file, fault in self._faults.items() if Path(file).stem not in plain]
        if faults:
            raise ResponseError("; ".join(sorted(faults)))

    def warm(self) -> None:
        """Compile every response now rather than when somebody asks for it; raises `ResponseError` for a broken one."""
        for file in self._files:
            self._template(file)
        for locale in self.locales:
            self._helpers(self.place(locale))

    @property
    def base_locale(self) -> str:
        """The locale that the others are compared with, and of a listener whose language we do not speak."""
        return next(name for name in reversed(self.locales) if language_of(name) == BASE_LANGUAGE)

    def language(self, locale: str) -> Language:
        """The language that a locale is answered in."""
        return self.languages.all[language_of(self.place(locale).locale)]

    def claims_in(self, locale: str) -> Claims:
        """The claims with the headings of a locale's language."""
        return self._claims[self.language(locale).code]

    def place(self, locale: object) -> Place:
        """The folders for a locale; an unknown one falls back to its language, then to `BASE_LANGUAGE`."""
        wanted = locale if isinstance(locale, str) else ""
        if wanted in self._places:
            return self._places[wanted]
        language = wanted.split("-")[0]
        spoken = {name.split("-")[0] for name in self.locales}
        if wanted in self.locales:
            place = Place(wanted, (wanted, language), True)
        elif language in spoken:
            first = next(name for name in reversed(self.locales) if name.startswith(f"{language}-"))
            place = Place(first, (first, language), False)
        else:
            place = Place(self.base_locale, (self.base_locale, BASE_LANGUAGE), False)
        if place.known:
            self._places[wanted] = place
        return place

    def names(self, locale: str, *, discreet: bool = False) -> frozenset[str]:
        """The names of all responses that a locale can give."""
        folders = self._folders(self.place(locale), discreet)
        places = (file.rpartition("/") for file in self._files)
        return frozenset(
            name.removesuffix(".ssml") for parent, _, name in places if parent in folders and not name.startswith("_")
        )

    def has(self, name: str, locale: str) -> bool:
        """Whether there is a response of this name."""
        return self._file(name, self.place(locale), False) is not None

    def parts(self, name: str, locale: str) -> int:
        """How many parts a response has: 1, and one for each `.2`, `.3` ... beside it."""
        count = 1
        while self.has(f"{name}.{count + 1}", locale):
            count += 1
        return count

    def called(self, name: str, locale: str, form: str = "", *, discreet: bool = False) -> str:
        """What the voice calls a topic or a practice, in one of the forms that its language has.

        A name that inflects is a table of its forms, `{"": "die Fürsorge danach", "with": "der Fürsorge danach"}`. Its
        form `""` is given where it has not the one that is asked for. Empty for what has no name.
        """
        ways_in: Mapping[str, object] = self.ways_in(locale)
        if name not in ways_in and name not in self._called:
            return ""
        own = ways_in[name] if name in ways_in else self.module(name, locale, discreet=discreet).name
        return in_form(own, form)

    def path(self, name: str, locale: str, *, discreet: bool = False) -> str | None:
        """The file that a response of a locale is read from, such as `responses/en/BodyIntent.ssml`."""
        file = self._file(name, self.place(locale), discreet)
        return f"responses/{file}" if file else None

    def is_marked(self, file: str) -> bool:
        """Whether a file, such as `responses/de/BodyIntent.ssml`, has texts that are still to be written."""
        return file.removeprefix("responses/") in self._marked

    def ways_in(self, locale: str) -> Mapping[str, str]:
        """The intents that lead to more than one practice, each with what the voice calls it."""
        called: Mapping[str, str] = self._helpers(self.place(locale))["voice"].called
        return called

    def header(self, name: str, locale: str, *, discreet: bool = False) -> Mapping[str, str]:
        """What a response's header sets as a plain literal, without rendering it: `claims`, `safety`, `need` ..."""
        file = self._file(name, self.place(locale), discreet)
        return self._headers[file] if file else {}

    def claims_of(self, name: str, locale: str, *, discreet: bool = False) -> tuple[str, ...]:
        """The claims that a response's words rest on."""
        return tuple(self.header(name, locale, discreet=discreet).get("claims", "").split())

    def answers(self, locale: str) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        """The questions that parts answer, by response and part; of responses whose parts say none, nothing."""
        found: dict[str, dict[str, tuple[str, ...]]] = {}
        for name in sorted(self.names(locale)):
            if questions := field_lines(self.header(name, locale).get("answers", "")):
                found.setdefault(PART.sub("", name), {})[name] = questions
        return found

    def module(
        self,
        name: str,
        locale: str,
        *,
        discreet: bool = False,
        variant: int = 0,
        variables: Mapping[str, Any] | None = None,
    ) -> Any:
        """The rendered template itself, for a practice, whose cues are read from it one by one."""
        place = self.place(locale)
        file = self._file(name, place, discreet)
        if file is None:
            raise self._missing(name, place)
        helpers = self._helpers(place)
        told = (variables or {}).get(TOLD, ())
        context = {
            **helpers,
            "line": lambda need: self.helplines.spoken(need, place.locale, helpers["voice"].number, told),
            "called": lambda one, form="": self.called(one, place.locale, form, discreet=discreet),
            "gist": lambda one: self.header(one, place.locale).get("gist", ""),
            "vary": lambda *variants: variants[variant % len(variants)],
            "discreet": discreet,
            **(variables or {}),
        }
        try:
            return self._template(file).make_module(context)
        except TemplateError as error:
            raise ResponseError(f"responses/{file} cannot be rendered: {error}") from error

    def render(
        self,
        name: str,
        locale: str,
        *,
        discreet: bool = False,
        variant: int = 0,
        variables: Mapping[str, Any] | None = None,
    ) -> Reply:
        """One response in the listener's locale and wording.

        `variant` chooses among variants (`vary("Hello.", "Hi.")`), so the same number gives the same words.
        Raises `ResponseError` for a missing file, a broken template or a header field nobody reads.

        A reply depends on nothing else, so the last ones are kept. The values of `variables` are hashable, and two that
        are equal read the same.
        """
        values = tuple(variables.items()) if variables else ()
        chosen = variant if name in self._varied else 0
        return self._reply(name, self.place(locale).locale, discreet, chosen, values)

    def _render(
        self, name: str, locale: str, discreet: bool, variant: int, variables: tuple[tuple[str, Any], ...]
    ) -> Reply:
        module = self.module(name, locale, discreet=discreet, variant=variant, variables=dict(variables))
        header = {key: value for key, value in vars(module).items() if key[0] != "_"}
        unknown = sorted(set(header) - HEADER)
        if unknown:
            file = self._file(name, self.place(locale), discreet)
            raise ResponseError(
                f"responses/{file} sets {', '.join(unknown)}, which nobody reads; "
                f"the fields are {', '.join(sorted(HEADER))} (a private scrap begins with an underscore)"
            )
        try:
            for key in ("claims", "options"):
                header[key] = tuple(str(header.get(key, "")).split())
            header["answers"] = field_lines(header.get("answers", ""))
            for key in ("question", "reprompt"):
                header[key] = escaped(header.get(key, ""))
            for key in ("title", "gist", "offer", "instead", "why", "need"):
                header[key] = str(header.get(key, "")).strip()
            header["name"] = in_form(header.get("name", ""))
        except TemplateError as error:  # a field set to a name that means nothing
            file = self._file(name, self.place(locale), discreet)
            raise ResponseError(f"responses/{file} cannot be rendered: {error}") from error
        reply = Reply(name, Markup(" ".join(str(module).split())), **header)
        if fault := markup_fault(reply.body, reply.question, reply.reprompt):
            file = self._file(name, self.place(locale), discreet)
            raise ResponseError(f"responses/{file} is rendered as{fault.partition(':')[2]}")
        return reply

    def has_page(self, name: str, language: str) -> bool:
        """Whether a language has its own page of a name, and nothing on it is still to be written."""
        path = self.folder / language / f"_{name}.html"
        return path.is_file() and not count_todo(path.read_text("utf-8"))

    def pages(self) -> dict[str, str]:
        """The pages that the store listing needs, as HTML: `privacy`, `terms`, and `de/privacy` where German has it."""
        pages = {name: self.page(name) for name in STORE_PAGES}
        for code in self.languages.served:
            own = [name for name in STORE_PAGES if code != BASE_LANGUAGE and self.has_page(name, code)]
            pages |= {f"{code}/{name}": self.page(name, code) for name in own}
        return pages

    def page(self, name: str, language: str = BASE_LANGUAGE) -> str:
        """One of the plain web pages that the store listing needs, `privacy` or `terms`, as HTML."""
        file = f"{language}/_{name}.html"
        try:
            return self._environment.get_template(file).render()
        except TemplateError as error:
            raise ResponseError(f"responses/{file} cannot be rendered: {error}") from error

    def _folders(self, place: Place, discreet: bool) -> tuple[str, ...]:
        quiet = tuple(f"{folder}/discreet" for folder in place.folders)
        return quiet + place.folders if discreet else place.folders

    def _file(self, name: str, place: Place, discreet: bool) -> str | None:
        for folder in self._folders(place, discreet):
            if (file := f"{folder}/{name}.ssml") in self._files:
                return file
        return None

    def _template(self, file: str) -> Template:
        try:
            return self._environment.get_template(file)
        except TemplateError as error:
            raise ResponseError(f"responses/{file} is not a template: {error}") from error

    def _help(self, place: Place) -> dict[str, Any]:
        """The helpers at hand in every file: `voice`, `place` and `plural`, a number's CLDR category."""
        return {
            "voice": self._helper("_voice", place),
            "place": self._helper("_place", place),
            "plural": self.language(place.locale).plural,
        }

    def _helper(self, name: str, place: Place) -> Any:
        file = self._file(name, place, False)
        if file is None:
            raise self._missing(name, place)
        return self._template(file).make_module({})

    def _missing(self, name: str, place: Place) -> ResponseError:
        file = f"{place.folders[-1]}/{name}.ssml"
        if number := self._marked.get(file):
            return ResponseError(f"responses/{file} is not translated yet: {TODO} stands in it {number} times")
        by = "" if place.folders[-1] == BASE_LANGUAGE else f", by responses/{BASE_LANGUAGE}/{name}.ssml"
        return ResponseError(f"responses/{file} is missing; write it{by}")
