"""Reads `responses/` and renders one response for a locale.

A response is a Jinja template whose header is a few `set` lines and whose body is plain prose. The file's name is the
name of the response; a folder is a locale or a language, and `discreet/` inside it holds the wordings fit to be
overheard. The most specific file counts: `en-GB/discreet`, `en/discreet`, `en-GB`, `en`.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from functools import partial
from math import lcm
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined, Template, TemplateError
from jinja2.bccache import Bucket
from markupsafe import Markup

from skill.content.claims import Claims
from skill.content.helplines import Helplines
from skill.content.markup import escaped
from skill.content.safety import load as load_safety
from skill.errors import ContentError

LANGUAGE = "en"
"""The language of a listener whose own we do not speak."""

PART = re.compile(r"(?P<whole>.+?)\.(?P<number>[2-9])")
"""`BodyIntent.2` is the second part of `BodyIntent`: what "tell me more" leads to."""


NO_WORDS = Markup("")

REPLIES_KEPT = 2_000
"""How many rendered replies are kept: more than there are without variables, and a bound for what variables make."""


class ResponseError(ContentError):
    """A file in `responses/` cannot be spoken; the message names the file and says what to do."""


@dataclass(frozen=True)
class Reply:
    """A response once rendered. The fields with a default are what a file's header may set."""

    response: str
    """The response's name, such as `BodyIntent.2`."""
    body: Markup
    """What is said before the question, as SSML without `<speak>`."""
    title: str = ""
    """Heads the card and the screen."""
    name: str = ""
    """What the voice calls this topic or practice, such as "your body afterwards"."""
    claims: tuple[str, ...] = ()
    """Ids of the claims that it speaks."""
    gist: str = ""
    """The answer in one sentence, for a listener who wants it shorter."""
    question: Markup = NO_WORDS
    """Spoken last. A reply with a question keeps the session open, one without closes it."""
    reprompt: Markup = NO_WORDS
    """Said once, in other words, when nobody answers the question."""
    offer: str = ""
    """The response that "yes" leads to."""
    safety: bool = False
    """Whether it answers somebody who may need help: fixed words, no card, no menu."""
    need: str = ""
    """Which helpline a safety answer names."""
    no_holds: bool = False
    """Whether held breaths are not given for the rest of the session, as to somebody anxious."""


HEADER = frozenset(field.name for field in fields(Reply)) - {"response", "body"}


@dataclass(frozen=True)
class Place:
    """A locale, and the folders that its words are read from, the most specific first."""

    locale: str
    folders: tuple[str, ...]
    known: bool
    """False when we do not speak the listener's locale and fell back."""


class Compiled(FileSystemBytecodeCache):
    """Compiled templates in `__pycache__` beside their sources, as Python keeps its own: each by its source's checksum.

    It is a convenience: where the folder cannot be written, templates are compiled at every start.
    """

    def __init__(self, folder: Path) -> None:
        kept = folder / "__pycache__"
        with suppress(OSError):
            kept.mkdir(exist_ok=True)
        super().__init__(str(kept))

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read what is there."""
        with suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Write what was compiled, if that is possible."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


class Responses:
    """Every response in every locale, compiled once and rendered on demand."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.claims = Claims.load(folder / "claims.toml")
        self.helplines = Helplines.load(folder / "helplines.toml")
        self.safety = load_safety(folder / "safety.toml")
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            auto_reload=False,
            cache_size=-1,
            bytecode_cache=Compiled(folder),
        )
        sources = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.ssml")}
        self._files = frozenset(sources)
        self._headers = {file: literals(path.read_text("utf-8")) for file, path in sources.items()}
        languages = {file.split("/")[0] for file in self._files}
        self.locales = tuple(sorted(name for name in languages if "-" in name))
        self._places: dict[str, Place] = {}
        self._helpers: dict[str, dict[str, Any]] = {}
        self._called: dict[tuple[str, str, bool], str] = {}
        self._modules: dict[tuple[str, str, bool], Any] = {}
        self._replies: dict[Any, Reply] = {}
        self._periods: dict[Any, int] = {}
        self._alike: dict[Reply, Reply] = {}

    def warm(self) -> None:
        """Compile every response now rather than when somebody asks for it; raises `ResponseError` for a broken one."""
        for file in self._files:
            self._template(file)
        for locale in self.locales:
            self._help(self.place(locale))

    def place(self, locale: object) -> Place:
        """The folders for a locale; an unknown one falls back to its language, then to `LANGUAGE`."""
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
            first = next(name for name in reversed(self.locales) if name.startswith(f"{LANGUAGE}-"))
            place = Place(first, (first, LANGUAGE), False)
        if place.known:
            self._places[wanted] = place
        return place

    def names(self, locale: str, *, discreet: bool = False) -> frozenset[str]:
        """The names of all responses that a locale can give."""
        folders = self._folders(self.place(locale), discreet)
        return frozenset(
            Path(file).stem
            for file in self._files
            if Path(file).parent.as_posix() in folders and not Path(file).name.startswith("_")
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

    def called(self, name: str, locale: str, *, discreet: bool = False) -> str:
        """What the voice calls a topic or a practice."""
        key = (name, self.place(locale).locale, discreet)
        if key not in self._called:
            ways_in = self.ways_in(locale)
            if name in ways_in:
                self._called[key] = ways_in[name]
            else:
                module = self.module(name, locale, discreet=discreet)
                self._called[key] = str(getattr(module, "name", "")).strip()
        return self._called[key]

    def path(self, name: str, locale: str, *, discreet: bool = False) -> str | None:
        """The file that a response of a locale is read from, such as `responses/en/BodyIntent.ssml`."""
        file = self._file(name, self.place(locale), discreet)
        return f"responses/{file}" if file else None

    def ways_in(self, locale: str) -> Mapping[str, str]:
        """The intents that lead to more than one practice, each with what the voice calls it."""
        called: Mapping[str, str] = self._help(self.place(locale))["voice"].called
        return called

    def header(self, name: str, locale: str, *, discreet: bool = False) -> Mapping[str, str]:
        """What a response's header sets as a plain literal, without rendering it: `claims`, `safety`, `need` ..."""
        file = self._file(name, self.place(locale), discreet)
        return self._headers[file] if file else {}

    def claims_of(self, name: str, locale: str, *, discreet: bool = False) -> tuple[str, ...]:
        """The claims that a response's words rest on."""
        return tuple(self.header(name, locale, discreet=discreet).get("claims", "").split())

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
        key = (name, place.locale, discreet)
        if not variant and not variables and key in self._modules:
            return self._modules[key]
        file = self._file(name, place, discreet)
        if file is None:
            raise ResponseError(f"responses/{place.folders[-1]}/{name}.ssml is missing; write it")
        context = {
            **self._help(place),
            "called": partial(self.called, locale=place.locale, discreet=discreet),
            "vary": Variants(variant),
            "discreet": discreet,
            **(variables or {}),
        }
        try:
            module = self._template(file).make_module(context)
        except TemplateError as error:
            raise ResponseError(f"responses/{file} cannot be rendered: {error}") from error
        if not variant and not variables:
            self._modules[key] = module
        return module

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

        A reply depends on nothing else, so it is rendered once, and comes again after as many turns as it has variants.
        """
        values = tuple((variables or {}).items())
        key = (name, self.place(locale).locale, discreet, values) if all(map(constant, values)) else None
        period = self._periods.get(key, 0)
        kept = self._replies.get((key, period, variant % period)) if period else None
        if kept:
            return kept
        vary = Variants(variant)
        reply = self._render(name, locale, discreet, {"vary": vary, **(variables or {})})
        if key:
            if len(self._replies) >= REPLIES_KEPT:
                for full in (self._replies, self._alike, self._periods):
                    full.clear()
            reply = self._alike.setdefault(reply, reply)  # many locales and turns have the same words: held once
            period = self._periods[key] = lcm(period or 1, *vary.asked)
            self._replies[(key, period, variant % period)] = reply
        return reply

    def _render(self, name: str, locale: str, discreet: bool, variables: Mapping[str, Any]) -> Reply:
        module = self.module(name, locale, discreet=discreet, variables=variables)
        header = {key: value for key, value in vars(module).items() if key[0] != "_"}
        unknown = sorted(set(header) - HEADER)
        if unknown:
            file = self._file(name, self.place(locale), discreet)
            raise ResponseError(
                f"responses/{file} sets {', '.join(unknown)}, which nobody reads; "
                f"the fields are {', '.join(sorted(HEADER))} (a private scrap begins with an underscore)"
            )
        header["claims"] = tuple(str(header.get("claims", "")).split())
        for key in ("question", "reprompt"):
            header[key] = escaped(header.get(key, ""))
        for key in ("title", "name", "gist", "offer", "need"):
            header[key] = str(header.get(key, "")).strip()
        return Reply(name, Markup(" ".join(str(module).split())), **header)

    def page(self, name: str) -> str:
        """One of the plain web pages that the store listing needs, `privacy` or `terms`, as HTML."""
        file = f"{LANGUAGE}/_{name}.html"
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
        """The helpers at hand in every file: `voice`, `place` and `line`."""
        if place.locale not in self._helpers:
            voice = self._helper("_voice", place)
            self._helpers[place.locale] = {
                "voice": voice,
                "place": self._helper("_place", place),
                "line": lambda need: self.helplines.spoken(need, place.locale, voice.number),
            }
        return self._helpers[place.locale]

    def _helper(self, name: str, place: Place) -> Any:
        file = self._file(name, place, False)
        if file is None:
            raise ResponseError(f"responses/{place.folders[-1]}/{name}.ssml is missing; copy it from responses/en")
        return self._template(file).make_module({})


class Variants:
    """`vary("Hello.", "Hi.")` in a response: the variants in order, one a turn."""

    def __init__(self, variant: int) -> None:
        self.variant = variant
        self.asked: set[int] = set()
        """Among how many variants each call chose."""

    def __call__(self, *variants: str) -> str:
        self.asked.add(len(variants))
        return variants[self.variant % len(variants)]


def literals(source: str) -> dict[str, str]:
    """The `set` lines of a header whose value is a plain literal."""
    return {key: value for key, value in re.findall(r"""{% set (\w+) = "?([^"{}~]*?)"? %}""", source)}


def constant(variable: tuple[str, object]) -> bool:
    """Whether a variable's value can stand in a key: it is equal to another only if it reads the same."""
    value = variable[1]
    return type(value) in (str, bool) or (type(value) is tuple and all(type(each) is str for each in value))
