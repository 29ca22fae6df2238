"""A skill package as the ASK CLI takes it (version 2): the manifest, a model for every locale, the icons.

`ask deploy` in the folder written here is the only step that needs an account.
"""

import hashlib
import json
import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from skill.content.locales import language_of
from skill.content.responses import Responses
from skill.core.catalogue import roles_of
from skill.nlu.roles import IntentRoles
from skill.package.address import Endpoint
from skill.package.listing import locale_listing, most_specific, skill_listing
from skill.package.wide import widened

MARKER_FILE = "soft-landing-package.json"
"""Stands in a folder that we wrote, and lists what is ours in it."""

ICON_SIZES = (108, 512)
"""Width and height of the small and the large icon of the store, in pixels (Amazon's skill manifest)."""

VIEWPORTS = (
    ("HUB", "ROUND", 100, 599, 100, 599),
    ("HUB", "RECTANGLE", 960, 1279, 100, 599),
    ("HUB", "RECTANGLE", 960, 1279, 600, 959),
    ("HUB", "RECTANGLE", 1280, 1920, 600, 1279),
    ("HUB", "RECTANGLE", 1920, 2560, 960, 1279),
    ("HUB", "RECTANGLE", 960, 1279, 1920, 2560),
    ("MOBILE", "RECTANGLE", 600, 959, 320, 1920),
    ("MOBILE", "RECTANGLE", 960, 1279, 320, 1920),
    ("MOBILE", "RECTANGLE", 1280, 1920, 320, 1920),
    ("TV", "RECTANGLE", 960, 960, 540, 540),
)
"""Mode, shape, least and most width, least and most height: Amazon's viewport profiles (npm `apl-suggester`)."""


class PackageError(Exception):
    """The package cannot be made or written; the message says what to do."""


def page_address(address: str, name: str, locale: str, pages: Collection[str]) -> str:
    """Where a page is read in a locale: beside the common one, where `pages` has `de/privacy` or the like."""
    language = language_of(locale)
    folder, _, file = address.rpartition("/")
    return f"{folder}/{language}/{file}" if f"{language}/{name}" in pages else address


def manifest(listing: Path, locales: Iterable[str], endpoint: Endpoint, pages: Collection[str] = ()) -> dict[str, Any]:
    """The manifest (`skill.json`) for some locales; `pages` are those of their own. Raises `ListingError`."""
    whole = skill_listing(listing)
    words = {locale: locale_listing(listing, locale) for locale in sorted(locales)}
    small, large = (f"file://assets/images/{name}" for name in map(icon_name, ICON_SIZES))
    viewports = [
        {"mode": mode, "shape": shape, "minWidth": a, "maxWidth": b, "minHeight": c, "maxHeight": d}
        for mode, shape, a, b, c, d in VIEWPORTS
    ]
    return {
        "manifest": {
            "manifestVersion": "1.0",
            "publishingInformation": {
                "locales": {
                    locale: {
                        "name": text.name,
                        "summary": text.summary,
                        "description": text.description,
                        "examplePhrases": list(text.phrases),
                        "keywords": list(text.keywords),
                        "smallIconUri": small,
                        "largeIconUri": large,
                    }
                    for locale, text in words.items()
                },
                "category": whole.category,
                "testingInstructions": whole.testing,
                "distributionMode": "PUBLIC",
                # Only where there is a confirmed helpline to give.
                "isAvailableWorldwide": False,
                "distributionCountries": sorted({locale.split("-")[1] for locale in words}),
            },
            "apis": {
                "custom": {
                    "endpoint": endpoint.as_data(),
                    "interfaces": [{"type": "ALEXA_PRESENTATION_APL", "supportedViewports": viewports}],
                }
            },
            # The one event that we need: whoever disables the skill is forgotten.
            "events": {"endpoint": endpoint.as_data(), "subscriptions": [{"eventName": "SKILL_DISABLED"}]},
            "privacyAndCompliance": {
                "allowsPurchases": False,
                "usesPersonalInfo": False,
                "isChildDirected": False,
                "isExportCompliant": True,
                "containsAds": False,
                "locales": {
                    locale: {
                        "privacyPolicyUrl": page_address(endpoint.privacy, "privacy", locale, pages),
                        "termsOfUseUrl": page_address(endpoint.terms, "terms", locale, pages),
                    }
                    for locale in words
                },
            },
        }
    }


def package_files(
    endpoint: Endpoint,
    *,
    responses: Path,
    models: Path,
    listing: Path,
    evaluation: Path | None = None,
    listen_wide: bool = False,
) -> dict[str, bytes]:
    """All files of the package by their paths; raises `ListingError` or `PackageError`.

    With `evaluation`, a folder of test sets, also an annotation set of Amazon's for each of them. With `listen_wide`,
    the models take any sentence (`widened`).
    """
    words = Responses(responses)
    pages = words.pages()
    files = {
        "ask-resources.json": json_bytes(
            {
                "askcliResourcesVersion": "2020-03-31",
                "profiles": {"default": {"skillMetadata": {"src": "./skill-package"}}},
            }
        ),
        "skill-package/skill.json": json_bytes(manifest(listing, words.locales, endpoint, pages)),
    }
    for locale in words.locales:
        files[f"skill-package/interactionModels/custom/{locale}.json"] = model_file(
            models, locale, listen_wide=listen_wide
        )
    for size in ICON_SIZES:
        files[f"skill-package/assets/images/{icon_name(size)}"] = icon_file(listing, size)
    if not endpoint.certificate:
        files |= {f"pages/{name}.html": html.encode() for name, html in pages.items()}
    if evaluation is not None:
        files |= annotations(evaluation, models, roles_of(responses))
    return files


def model_file(models: Path, locale: str, *, listen_wide: bool = False) -> bytes:
    """The interaction model that counts for a locale, as it stands or listening wide; raises `PackageError`."""
    path = most_specific(models, locale, ".json")
    if path is None:
        raise PackageError(
            f"interaction_models/{locale.split('-')[0]}.json is missing: {locale} has words and nothing to listen for"
        )
    try:
        model = json.loads(found := path.read_bytes())
    except ValueError as error:
        raise PackageError(f"interaction_models/{path.name} is not JSON: {error}") from error
    try:
        return json_bytes(widened(model)) if listen_wide else found
    except (KeyError, TypeError) as error:
        raise PackageError(f"interaction_models/{path.name} has no list of intents; run soft-landing check") from error


def annotations(folder: Path, models: Path, roles: IntentRoles) -> dict[str, bytes]:
    """Amazon's annotation sets (NLU Annotation Set REST API) from test sets; raises `PackageError`.

    The best intent of a line is the one expected. Labels for which Alexa has no intent of ours to choose stay out.
    """
    from skill.nlu.evaluate import cases  # late: a package without annotations needs no encoder
    from skill.nlu.labels import Labels

    sets = sorted((folder / "choosing").glob("*.jsonl"))
    if not sets:
        raise PackageError(
            "there are no test sets to annotate: they are in tests/evaluation of a checkout, and an installed copy has "
            "none. Run it from a checkout, or leave --annotations out"
        )
    files, labels = {}, Labels(models, roles)
    for path in sets:
        try:
            lines = cases(path, labels)
        except (ValueError, KeyError) as error:
            raise PackageError(f"tests/evaluation/choosing/{path.name} cannot be read: {error}") from error
        data = [
            {"inputs": {"utterance": case.text}, "expected": [{"intent": {"name": name, "slots": {}}}]}
            for case in lines
            if (name := case.expect[0].removesuffix(".NextDoor"))
        ]
        files[f"annotations/{path.stem}.json"] = json_bytes({"data": data})
    return files


def icon_file(listing: Path, size: int) -> bytes:
    """The PNG file of an icon; raises `PackageError` where it is missing."""
    path = listing / icon_name(size)
    try:
        return path.read_bytes()
    except OSError as error:
        raise PackageError(
            f"listing/{path.name} cannot be read: {error.strerror}. python tools/draw_icons.py"
        ) from error


def icon_name(size: int) -> str:
    """The file of an icon."""
    return f"icon-{size}.png"


def json_bytes(value: Any) -> bytes:
    """A value as a JSON file that a person can read."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def write(files: Mapping[str, bytes], folder: Path) -> list[str]:
    """Write a package into a folder, and return what changed there; raises `PackageError` before anything is touched.

    A file that we did not write, or that was changed since, is never overwritten or deleted. What we wrote earlier and
    no longer belongs to the package (a locale that is gone) is deleted, because `ask deploy` would send it.
    """
    if folder.exists() and not folder.is_dir():
        raise PackageError(f"{folder} is a file; give the name of a folder with --out")
    ours = written_before(folder)
    there = {name: file_digest(folder, name) for name in {*files, *ours}}
    strange = sorted(
        name
        for name, found in there.items()
        if found not in ("", ours.get(name)) and (name not in files or found != sha256(files[name]))
    )
    if strange:
        raise PackageError(
            f"{folder} holds {', '.join(strange)}, which this command did not write or which was changed since. "
            "Nothing was touched. Move it away, or give another folder with --out"
        )
    changed = []
    for name, content in {**files, MARKER_FILE: marker(files)}.items():
        if file_digest(folder, name) != sha256(content):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = path.with_name(f".{path.name}.new")
            fresh.write_bytes(content)
            os.replace(fresh, path)
            changed.append(name)
    for name in sorted(set(ours) - set(files)):
        if there[name]:
            (folder / name).unlink()
            changed.append(name)
    return changed


def marker(files: Mapping[str, bytes]) -> bytes:
    """The list of what is ours, by fingerprint."""
    about = "Written by soft-landing package, which may replace these files as long as they are unchanged."
    return json_bytes({"about": about, "files": {name: sha256(content) for name, content in sorted(files.items())}})


def written_before(folder: Path) -> dict[str, str]:
    """What the mark in a folder says is ours; raises `PackageError` for a mark that is not one of ours."""
    path = folder / MARKER_FILE
    if not path.exists():
        return {}
    try:
        files = json.loads(path.read_bytes())["files"]
        if not all(type(value) is str and inside(name) for name, value in files.items()):
            raise ValueError(path)
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        raise PackageError(
            f"{path} is broken, so it cannot be told what is ours in {folder}. Give another folder with --out"
        ) from error
    return dict(files)


def inside(name: str) -> bool:
    """Whether a path stays in the folder that it is relative to."""
    return bool(name) and not name.startswith("/") and ".." not in name.split("/") and "\\" not in name


def file_digest(folder: Path, name: str) -> str:
    """A mark of what stands in a folder under a name; empty when nothing does.

    What is no plain file of that folder (a link, or a folder reached by one) is strange to us, whatever it holds.
    """
    path = folder / name
    steps = [path, *list(path.parents)[: name.count("/")]]
    if any(step.is_symlink() for step in steps) or any(step.exists() and not step.is_dir() for step in steps[1:]):
        return "elsewhere"
    if not path.exists():
        return ""
    return sha256(path.read_bytes()) if path.is_file() else "no file"


def sha256(content: bytes) -> str:
    """A fingerprint of some bytes."""
    return hashlib.sha256(content).hexdigest()
