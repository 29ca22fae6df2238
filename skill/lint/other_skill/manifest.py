"""The manifest of any skill, `skill.json`: what Amazon does not take, and what certification sends back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skill.content.locales import language_of
from skill.lint.content_tree import own_languages
from skill.lint.finding import Finding, names
from skill.lint.interaction_model import schema
from skill.lint.interaction_model.checks import MARKED
from skill.lint.interaction_model.model import Model, listed, numbered, table, text
from skill.lint.json_lines import BrokenJson, Json, JsonKey
from skill.lint.listing import (
    FIELD_LENGTHS,
    MAX_KEYWORD_CHARACTERS,
    MAX_KEYWORDS,
    MAX_TESTING_CHARACTERS,
    ModelPhrases,
    check_phrases,
    phrases_of,
    png_size,
)
from skill.lint.other_skill.layout import OtherSkill, is_there
from skill.package.address import Weight, address_problems, function_problems
from skill.package.build import ICON_SIZES

LOCALES = names("ar-SA de-DE en-AU en-CA en-GB en-IN en-US es-ES es-MX es-US fr-CA fr-FR hi-IN it-IT ja-JP nl-NL pt-BR")
"""Where Alexa speaks; there may be more by now."""
ANSWERS = ("allowsPurchases", "usesPersonalInfo", "isChildDirected", "isExportCompliant", "containsAds")
"""What certification asks of every skill."""
ICONS = dict(zip(("smallIconUri", "largeIconUri"), ICON_SIZES, strict=True))
FILE_SCHEME = "file://"
WHY_REFUSED = "Amazon does not take the manifest"
WHY_CERTIFIED = "Certification asks for it"

JsonPath = tuple[JsonKey, ...]


@dataclass(frozen=True)
class Manifest:
    """A manifest, ready to be looked at."""

    file: str
    json: Json

    @property
    def top(self) -> tuple[str, ...]:
        """The keys around what Amazon calls the manifest."""
        found = [key for key in ("manifest", "skillManifest") if key in table(self.json.data)]
        return (found[0],) if found else ()

    @property
    def whole(self) -> Mapping[str, Any]:
        """The manifest itself."""
        return table(table(self.json.data).get(self.top[0])) if self.top else table(self.json.data)

    def under(self, *path: str) -> Mapping[str, Any]:
        """The object at the end of a path of keys; an empty one where there is none."""
        found = self.whole
        for key in path:
            found = table(found.get(key))
        return found

    def finding(self, path: JsonPath, wrong: str, why: str, hint: str, *, severe: bool = True) -> Finding:
        """A finding at a place in the file."""
        return Finding(self.file, self.json.line(*self.top, *path), wrong, why, hint, severe)


def check_other_manifest(skill: OtherSkill) -> Iterator[Finding]:
    """All findings about the manifest of a skill."""
    if skill.manifest is None:
        if skill.place.is_dir():
            wrong, why = "There is no skill.json", "Without a manifest there is nothing to deploy"
            yield Finding(str(skill.place), None, wrong, why, "Write one, as ask new does", severe=False)
        return
    file = str(skill.manifest)
    try:
        manifest = Manifest(file, Json.read(skill.manifest))
    except BrokenJson as error:
        yield Finding(file, error.line, f"It is not JSON: {error.wrong}", WHY_REFUSED, "Mend it")
        return
    yield from check_frame(manifest)
    if manifest.whole:
        yield from check_published(manifest, skill)
        yield from check_answers(manifest)
        yield from check_apis(manifest, skill)


def check_frame(manifest: Manifest) -> Iterator[Finding]:
    """The keys around it, its version, and what Amazon's classes say of all that is in it."""
    if manifest.json.marked:
        yield Finding(manifest.file, 1, *MARKED, severe=False)
    for line, key in manifest.json.repeated:
        why = "Only the last one is read"
        yield Finding(manifest.file, line, f"The key {key!r} stands twice", why, "Leave one of them")
    if manifest.top != ("manifest",) or not manifest.whole:
        hint = 'Put it into {"manifest": {…}}'
        yield manifest.finding((), "There is no manifest in it", WHY_REFUSED, hint)
    if manifest.whole and manifest.whole.get("manifestVersion") != "1.0":
        wrong = "The version is not “1.0”"
        yield manifest.finding(("manifestVersion",), wrong, WHY_REFUSED, 'Set "manifestVersion": "1.0"')
    if schema.installed():
        for misfit in schema.misfits({"manifest": manifest.whole}, schema.MANIFEST):
            if misfit.path[-1] != "sourceDir":  # which the ASK CLI version 1 reads, and takes out
                yield manifest.finding(
                    misfit.path[1:],
                    misfit.wrong,
                    "Amazon refuses or ignores it",
                    misfit.hint,
                    severe=not misfit.unknown,
                )


def check_published(manifest: Manifest, skill: OtherSkill) -> Iterator[Finding]:
    """What the store shows, and whether there is a model behind each locale."""
    place = "publishingInformation"
    published = manifest.under(place)
    shown = manifest.under(place, "locales")
    if not shown:
        yield manifest.finding((place, "locales"), "No locale has words for the store", WHY_REFUSED, "Write them")
    for locale in shown:
        yield from check_locale(manifest, locale, skill)
    if "custom" in manifest.under("apis"):
        for locale in sorted(set(skill.locales) - set(shown)):
            wrong = f"{locale} has a model, and no words for the store"
            yield manifest.finding((place, "locales"), wrong, WHY_REFUSED, "Write them, or take the model out")
        for locale in sorted(set(shown) - set(skill.locales)) if skill.locales or skill.place.is_dir() else ():
            wrong = f"{locale} has words for the store, and no model"
            hint = f"Write {locale}.json beside the other models, or take the locale out"
            yield manifest.finding((place, "locales", locale), wrong, "Alexa has nothing to listen for there", hint)
    for key in ("category", "testingInstructions"):
        if not text(published, key):
            yield manifest.finding((place,), f"There is no {key}", WHY_CERTIFIED, "Write it", severe=False)
    length = len(text(published, "testingInstructions"))
    if length > MAX_TESTING_CHARACTERS:
        wrong = f"The testing instructions have {length} characters; {MAX_TESTING_CHARACTERS} fit"
        yield manifest.finding((place, "testingInstructions"), wrong, WHY_REFUSED, "Shorten them")
    everywhere, countries = published.get("isAvailableWorldwide"), published.get("distributionCountries")
    if everywhere is False and not countries:
        wrong, hint = "It is not for the whole world, and names no country", "List distributionCountries"
        yield manifest.finding((place, "isAvailableWorldwide"), wrong, WHY_REFUSED, hint)
    if everywhere is True and countries:
        wrong, why = "It is for the whole world, and names countries", "Only one of the two can hold"
        yield manifest.finding((place, "distributionCountries"), wrong, why, "Drop one of the two", severe=False)


def check_locale(manifest: Manifest, locale: str, skill: OtherSkill) -> Iterator[Finding]:
    """What the store shows in one locale."""
    path = ("publishingInformation", "locales", locale)
    shown = manifest.under(*path)
    if locale not in LOCALES:
        why = "Alexa speaks in none that is called so, as far as is known here"
        hint = f"Use one of {', '.join(sorted(LOCALES))}"
        yield manifest.finding(path, f"{locale!r} is no locale of Alexa's", why, hint, severe=False)
    for key, (least, most) in FIELD_LENGTHS.items():
        length = len(text(shown, key))
        if not least <= length <= most:
            wrong = f"The {key} of {locale} has {length} characters; {least} to {most} fit"
            yield manifest.finding((*path, key), wrong, WHY_REFUSED, "Shorten it" if length > most else "Write it")
    phrases = dict((phrase, at) for at, phrase in listed(shown.get("examplePhrases")))

    def at_phrase(key: str, wrong: str, why: str, hint: str, *, severe: bool = True) -> Finding:
        number = phrases.get(key[1:-1])
        where = (*path, "examplePhrases") if number is None else (*path, "examplePhrases", number)
        return manifest.finding(where, f"{locale}: {wrong}", why, hint, severe=severe)

    language = own_languages().get(language_of(locale))
    yield from check_phrases(list(phrases), language, other_phrases(skill, locale), at_phrase, own=False)
    keywords = [keyword for _, keyword in listed(shown.get("keywords"))]
    if len(keywords) > MAX_KEYWORDS or any(len(keyword) > MAX_KEYWORD_CHARACTERS for keyword in keywords):
        wrong = f"{locale} has {len(keywords)} keywords, the longest of {max(map(len, keywords))} characters"
        hint = f"Keep to {MAX_KEYWORDS} of {MAX_KEYWORD_CHARACTERS} characters"
        yield manifest.finding((*path, "keywords"), wrong, WHY_REFUSED, hint)
    for key, size in ICONS.items():
        yield from check_icon_address(manifest, (*path, key), text(shown, key), size)


def other_phrases(skill: OtherSkill, locale: str) -> ModelPhrases | None:
    """What the model of a locale listens for; none where there is none to be read."""
    if (path := skill.locales.get(locale)) is None:
        return None
    try:
        return phrases_of(Model(str(path), "", Json.read(path), 0, own=False))
    except BrokenJson:
        return None


def check_icon_address(manifest: Manifest, path: tuple[str, ...], address: str, size: int) -> Iterator[Finding]:
    """One icon: it is given, where Amazon can fetch it, and of its size where it lies beside the manifest."""
    key, locale = path[-1], path[-2]
    if not address:
        yield manifest.finding(
            path, f"{locale} has no {key}", WHY_CERTIFIED, f"Give one of {size}×{size}", severe=False
        )
    elif address.startswith(FILE_SCHEME):
        image = Path(manifest.file).parent / address.removeprefix(FILE_SCHEME)
        if not is_there(image):
            why = "ask deploy looks for it beside the manifest"
            yield manifest.finding(path, f"{locale}: there is no file {address}", why, "Put it there")
        elif (found := size_of(image)) not in (None, (size, size)):
            wrong = f"{locale}: {address} is {'×'.join(map(str, found or ()))}"
            yield manifest.finding(path, wrong, f"The store takes {size}×{size}", "Draw it in its size")
    elif not address.startswith("https://"):
        hint = "Give an https address, or file://assets/… beside the manifest"
        yield manifest.finding(path, f"{locale}: {key} is {address!r}", "Amazon cannot fetch it", hint)


def size_of(image: Path) -> tuple[int, int] | None:
    """Width and height of a PNG file; none for another kind of file, and for one that cannot be read."""
    try:
        return png_size(image.read_bytes())
    except OSError:
        return None


def check_answers(manifest: Manifest) -> Iterator[Finding]:
    """What a skill says of privacy and compliance."""
    place = "privacyAndCompliance"
    answers = manifest.under(place)
    if missing := [key for key in ANSWERS if key not in answers]:
        wrong = f"Nothing is said of {', '.join(missing)}"
        yield manifest.finding((place,), wrong, WHY_CERTIFIED, "Say true or false", severe=False)
    if answers.get("isExportCompliant") is False:
        why = "What is not may not be published"
        yield manifest.finding(
            (place, "isExportCompliant"), "It is not export compliant", why, "See to it", severe=False
        )
    needed = answers.get("usesPersonalInfo") is True or bool(numbered(manifest.whole.get("permissions")))
    for locale in manifest.under("publishingInformation", "locales"):
        address = text(manifest.under(place, "locales", locale), "privacyPolicyUrl")
        if not address and needed:
            why = "Who asks for personal information or permissions has to have one"
            yield manifest.finding((place,), f"{locale} has no privacyPolicyUrl", why, "Give the address of a page")
        elif address and not address.startswith("https://"):
            wrong, why = f"{locale}: privacyPolicyUrl is not https", "A reviewer opens it"
            yield manifest.finding((place, "locales", locale), wrong, why, "Give an https address", severe=False)


def check_apis(manifest: Manifest, skill: OtherSkill) -> Iterator[Finding]:
    """Where Alexa sends requests to."""
    apis, custom = manifest.under("apis"), manifest.under("apis", "custom")
    if not apis:
        yield manifest.finding(("apis",), "There are no apis", "It is no kind of skill", 'Add "apis": {"custom": {…}}')
    elif "custom" in apis and not skill.filled_in and not {"endpoint", "regions"} & custom.keys():
        why = "Alexa has nowhere to send requests to, unless a tool of yours fills it in"
        yield manifest.finding(("apis", "custom"), "There is no endpoint", why, "Give one", severe=False)
    for path in (("apis", "custom"), ("events",)):
        around = manifest.under(*path)
        regions = [(*path, "regions", region) for region in table(around.get("regions"))]
        for where in (path, *regions):
            if "endpoint" in manifest.under(*where):
                yield from check_endpoint_address(manifest, (*where, "endpoint"), skill)


def check_endpoint_address(manifest: Manifest, path: tuple[str, ...], skill: OtherSkill) -> Iterator[Finding]:
    """One endpoint: an address that Alexa calls, with its certificate."""
    endpoint = manifest.under(*path)
    address, place = text(endpoint, "uri"), ".".join(path)
    if "sourceDir" in endpoint or (skill.filled_in and not address):
        return  # the ASK CLI makes the function, and writes its address there
    if not address:
        why = "Alexa has nowhere to send requests to"
        yield manifest.finding(path, f"{place} has no uri", why, "Give the ARN of a function or an https address")
        return
    for problem in function_problems(address) if address.startswith("arn:") else address_problems(address):
        doubt = problem.weight is Weight.DOUBT
        why = "Reviewers look at it" if doubt else "Alexa does not call it"
        hint = "Give the ARN of a function, or an https address that anybody can reach"
        yield manifest.finding((*path, "uri"), f"{place}: {problem.said}", why, hint, severe=not doubt)
    if address.startswith("https://") and not text(endpoint, "sslCertificateType"):
        wrong, hint = f"{place} has no sslCertificateType", "Say Trusted, Wildcard or SelfSigned"
        yield manifest.finding(path, wrong, WHY_REFUSED, hint)
