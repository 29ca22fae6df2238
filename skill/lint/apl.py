"""The screens and the sounds: APL and APL for Audio, as far as this project uses them.

The tables hold what the project relies on, and nothing more: what is not in them is either misspelt or new here, and
then it is looked up on Amazon's page and added. Amazon's own schemas are asked by `tests/apl_check.cjs` in `.ci/run`.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skill.alexa import apl
from skill.core.render import Screen
from skill.lint import apla
from skill.lint.apla import EXPRESSION
from skill.lint.content_tree import ContentTree
from skill.lint.finding import Finding, names
from skill.lint.json_lines import BrokenJson, Json, JsonKey

SCREENS_FOLDER = "skill/alexa/screens"

APL_VERSIONS = ("1.4", "1.5", "1.6", "1.7", "1.8", "1.9", "2022.1")
"""Versions that have all we use (`role` since 1.6, `AnimateItem` since 1.1) and that devices of 2022 show
(apl-latest-version)."""

DOCUMENT = names(
    "type version theme description resources commands mainTemplate settings styles layouts import onMount graphics"
)
"""apl-document."""

APL_PROPERTIES = names(
    "type when id description accessibilityLabel bind checked disabled display entities height inheritParentState "
    "maxHeight maxWidth minHeight minWidth onMount opacity padding paddingLeft paddingRight paddingTop paddingBottom "
    "role speech style transform width "
    # in a Container
    "alignSelf bottom grow left numbering position right shrink spacing top"
)
"""apl-component, apl-container."""
APL_COMPONENTS: Mapping[str, frozenset[str]] = {
    "Container": APL_PROPERTIES
    | names("alignItems data direction firstItem items item justifyContent lastItem numbered wrap"),
    "Frame": APL_PROPERTIES
    | names(
        "backgroundColor borderRadius borderColor borderWidth borderBottomLeftRadius borderBottomRightRadius "
        "borderTopLeftRadius borderTopRightRadius item items"
    ),
    "Text": APL_PROPERTIES
    | names(
        "color fontFamily fontSize fontStyle fontWeight letterSpacing lineHeight maxLines text textAlign "
        "textAlignVertical"
    ),
    "ScrollView": APL_PROPERTIES | names("item items onScroll"),
}
"""apl-container, apl-frame, apl-text, apl-scrollview."""

COMMAND = names("type when description delay sequencer screenLock")
COMMANDS: Mapping[str, frozenset[str]] = {
    "Idle": COMMAND,
    "Sequential": COMMAND | names("commands repeatCount data catch finally"),
    "Parallel": COMMAND | {"commands", "data"},
    "SetValue": COMMAND | names("componentId property value"),
    "AnimateItem": COMMAND | names("componentId duration easing repeatCount repeatMode value"),
    "SpeakItem": COMMAND | names("componentId align highlightMode minimumDwellTime"),
}
"""apl-standard-commands, apl-animate-item-command."""

GLOBALS = names("Math String Array true false null viewport environment event")
VIEWPORT = names("width height mode shape dpi theme pixelWidth pixelHeight minWidth maxWidth minHeight maxHeight")
"""apl-viewport-property."""
ENVIRONMENT = names(
    "agentName agentVersion allowOpenURL animation aplVersion disallowDialog disallowVideo documentAPLVersion "
    "extension fontScale lang layoutDirection screenMode screenReader timing"
)
"""apl-data-binding-evaluation."""

QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
BOUND_NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?:\.[A-Za-z_]\w*|\[\d+\])*")
RESOURCE = re.compile(r"@([A-Za-z]\w*)")
RESOURCES = ("colors", "dimensions", "strings", "numbers", "booleans", "easings", "gradients")


@dataclass(frozen=True)
class SentDocument:
    """What the skill sends along with a document."""

    datasources: Mapping[str, Any]
    commands: tuple[Any, ...] = ()


def check_screens(folder: Path, tree: ContentTree | None) -> Iterator[Finding]:
    """All findings about the documents in a folder, and about the sounds of every practice."""
    yield from check_documents(folder, sent_documents(tree))
    if tree:
        yield from apla.check_sounds(tree)


def check_documents(folder: Path, sent: Mapping[str, SentDocument]) -> Iterator[Finding]:
    """All findings about the documents in a folder."""
    for path in sorted(folder.glob("*.json")):
        file = f"{SCREENS_FOLDER}/{path.name}"
        try:
            document = Json.read(path)
        except BrokenJson as error:
            yield Finding(file, error.line, f"It is not JSON: {error.wrong}", "No screen would show it", "Mend it")
            continue
        yield from Document(file, document, sent.get(path.stem)).findings()


def sent_documents(tree: ContentTree | None) -> dict[str, SentDocument]:
    """What the skill sends with each of its documents, from the skill itself."""
    answer = apl.answer_screen(Screen("Title", "Words.", "Words?"), token="t")
    sent = {"answer": SentDocument(answer["datasources"])}
    for _, part, labels in apla.exercise_parts(tree) if tree else ():
        shown = apl.circle(part, token="t", title="Title", labels=labels)
        before = sent.get("circle", SentDocument({}))
        held = outputs(shown["datasources"])
        started = shown["document"].get("onMount", ())
        sent["circle"] = SentDocument(merged(before.datasources, held), (*before.commands, *started))
    return sent


def documents(folder: Path, tree: ContentTree) -> dict[str, Any]:
    """Every document with the commands that it is sent, for Amazon's own schemas."""
    sent = sent_documents(tree)
    return {
        path.stem: {
            "document": json.loads(path.read_text("utf-8")),
            "commands": list(sent[path.stem].commands) if path.stem in sent else [],
        }
        for path in sorted(folder.glob("*.json"))
    }


def outputs(datasources: Mapping[str, Any]) -> dict[str, Any]:
    """Data as the device has it: with what its transformers put in."""
    made: dict[str, Any] = {}
    for name, source in datasources.items():
        properties = dict(source.get("properties", {}))
        for transformer in source.get("transformers", ()):
            properties[transformer["outputName"]] = {"url": ""}
        made[name] = {**source, "properties": properties}
    return made


def merged(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Two tables in one, key by key."""
    both = dict(first)
    for key, value in second.items():
        old = both.get(key)
        both[key] = merged(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return both


class Document:
    """One APL document, walked through once."""

    def __init__(self, file: str, document: Json, sent: SentDocument | None) -> None:
        self.file = file
        self.json = document
        self.root: Mapping[str, Any] = document.data if isinstance(document.data, Mapping) else {}
        self.sent = sent
        self.parameters = frozenset(map(str, self.root.get("mainTemplate", {}).get("parameters", ())))
        self.own: Mapping[str, Any] = self.root.get("commands", {})
        self.ids: set[str] = set()
        self.resources: set[str] = set()

    def finding(self, path: tuple[JsonKey, ...], wrong: str, why: str, hint: str, *, severe: bool = True) -> Finding:
        """A finding at a place in the document."""
        return Finding(self.file, self.json.line(*path), wrong, why, hint, severe)

    def findings(self) -> Iterator[Finding]:
        """All that is wrong with it."""
        root = self.root
        if root.get("type") != "APL":
            yield self.finding(("type",), f"Its type is {root.get('type')!r}", "No device would show it", 'Set "APL"')
        if root.get("version") not in APL_VERSIONS:
            why = "The project relies on versions from 1.4 to 2022.1, which devices of the last years show"
            yield self.finding(
                ("version",), f"Its version is {root.get('version')!r}", why, f"Use one of {APL_VERSIONS}"
            )
        for key in sorted(set(root) - DOCUMENT):
            yield self.finding((key,), f"A document has no {key}", "It is ignored", "Look at its spelling")
        if self.sent is None:
            why = "It is kept for nothing"
            yield self.finding((), "Nothing sends this document", why, "Take it out", severe=False)
        always: set[str] = set()
        for block in root.get("resources", ()):
            for kind in RESOURCES:
                self.resources |= set(block.get(kind, ()))
                always |= set() if "when" in block else set(block.get(kind, ()))
        for name in sorted(self.resources - always):
            why = "A screen that none of the conditions fits has no such resource"
            yield self.finding(
                ("resources",), f"@{name} is set under a condition only", why, "Set it without one first"
            )
        self.ids = set(ids(root.get("mainTemplate", {})))
        yield from self.values(("resources",), root.get("resources", ()), frozenset())
        for name, command in self.own.items():
            scope = frozenset(command.get("parameters", ()))
            yield from self.commands(("commands", name, "commands"), command.get("commands", ()), scope)
        template = root.get("mainTemplate", {})
        key = "items" if "items" in template else "item"
        if not template.get(key):
            yield self.finding(("mainTemplate",), "It shows nothing", "The screen stays black", "Give it items")
        yield from self.components(("mainTemplate", key), template.get(key, ()), self.parameters)
        for command in self.sent.commands if self.sent else ():
            yield from self.command((), command, frozenset())

    def components(self, path: tuple[JsonKey, ...], items: Any, scope: frozenset[str]) -> Iterator[Finding]:
        """Components, and what is inside them."""
        rows = list(enumerate(items)) if isinstance(items, list) else [(None, items)]
        for at, item in rows:
            where = path if at is None else (*path, at)
            if not isinstance(item, Mapping):
                yield self.finding(where, f"{item!r} is no component", "It shows nothing", "Write an object")
                continue
            kind = str(item.get("type"))
            if kind not in APL_COMPONENTS:
                why = "A device shows nothing where it does not know the component"
                known = ", ".join(sorted(APL_COMPONENTS))
                yield self.finding(
                    (*where, "type"), f"The component {kind!r} is none that we use", why, f"The ones in use are {known}"
                )
                continue
            for key in sorted(set(item) - APL_COMPONENTS[kind]):
                hint = f"Look at its spelling, or add it to {Path(__file__).name}'s table with its page"
                yield self.finding((*where, key), f"{kind} has no property {key!r} that we know", "It is ignored", hint)
            inner = scope | {str(bound.get("name")) for bound in item.get("bind", ())}
            if "data" in item:
                inner |= {"data", "index", "length"}
            for key, value in item.items():
                if key in ("items", "item", "firstItem", "lastItem"):
                    yield from self.components((*where, key), value, inner)
                elif key.startswith("on"):
                    yield from self.commands((*where, key), value, inner | {"event"})
                else:
                    yield from self.values((*where, key), value, inner)
            if kind == "ScrollView" and not item.get("accessibilityLabel"):
                why = "A listener who cannot see the screen does not learn what moves there"
                yield self.finding(where, "A ScrollView has no accessibilityLabel", why, "Set one", severe=False)

    def commands(self, path: tuple[JsonKey, ...], items: Any, scope: frozenset[str]) -> Iterator[Finding]:
        """Some commands, in a list or alone."""
        for at, item in enumerate(items if isinstance(items, list) else [items]):
            yield from self.command((*path, at) if isinstance(items, list) else path, item, scope)

    def command(self, path: tuple[JsonKey, ...], command: Any, scope: frozenset[str]) -> Iterator[Finding]:
        """One command, of Amazon's or of the document's own."""
        kind = str(command.get("type")) if isinstance(command, Mapping) else "nothing"
        if kind in self.own:
            wanted = set(self.own[kind].get("parameters", ()))
            for key in sorted(wanted - set(command)):
                why = "A parameter that is not given is empty"
                yield self.finding(("commands", kind), f"{kind} is called without {key!r}", why, "Give it a value")
            for key in sorted(set(command) - wanted - COMMAND):
                yield self.finding(("commands", kind), f"{kind} takes no {key!r}", "It is ignored", "Declare it")
            return
        if kind not in COMMANDS:
            known = ", ".join(sorted({*COMMANDS, *self.own}))
            why = "An unknown command does nothing"
            yield self.finding(path, f"The command {kind!r} is none that we use", why, f"The ones in use are {known}")
            return
        for key in sorted(set(command) - COMMANDS[kind]):
            yield self.finding(
                (*path, key), f"{kind} has no {key!r} that we know", "It is ignored", "Mend its spelling"
            )
        target = command.get("componentId")
        if isinstance(target, str) and target not in self.ids and not target.startswith(":") and "$" not in target:
            why = "The command does nothing"
            yield self.finding(
                (*path, "componentId"), f"No component has the id {target!r}", why, "Mend the one or other"
            )
        for key, value in command.items():
            if key in ("commands", "catch", "finally"):
                yield from self.commands((*path, key), value, scope)
            else:
                yield from self.values((*path, key), value, scope)

    def values(self, path: tuple[JsonKey, ...], value: Any, scope: frozenset[str]) -> Iterator[Finding]:
        """Bindings and resources in a value of any kind."""
        if isinstance(value, Mapping):
            for key, inner in value.items():
                yield from self.values((*path, key), inner, scope)
        elif isinstance(value, list):
            for at, inner in enumerate(value):
                yield from self.values((*path, at), inner, scope)
        elif isinstance(value, str):
            pieces = [QUOTED.sub("", inside) for inside in EXPRESSION.findall(value)]
            for name in {name for piece in pieces for name in BOUND_NAME.findall(RESOURCE.sub("", piece))}:
                if wrong := self.unbound(name, scope):
                    why = "It would be empty on the screen"
                    yield self.finding(path, f"${{{name}}}: {wrong}", why, "Mend its name, or send it along")
            spoken_of = RESOURCE.findall(value if value.startswith("@") else " ".join(pieces))
            for name in sorted(set(spoken_of) - self.resources):
                why = "The screen falls back to a default"
                yield self.finding(path, f"There is no resource @{name}", why, "Add it to resources")

    def unbound(self, name: str, scope: frozenset[str]) -> str:
        """What is wrong with a bound name; empty when nothing is."""
        root, *steps = re.split(r"[.\[]", name.replace("]", ""))
        if root in ("viewport", "environment"):
            known = VIEWPORT if root == "viewport" else ENVIRONMENT
            return f"{root} has no {steps[0]}" if steps and steps[0] not in known else ""
        if root in self.parameters and root in scope:
            data: Any = self.sent.datasources if self.sent else None
            for step in steps if data is not None else ():
                if not isinstance(data, Mapping) or step not in data:
                    return f"the skill sends no {step} there"
                data = data[step]
            return ""
        return "" if root in scope or root in GLOBALS else f"nothing binds {root}"


def ids(node: Any) -> Iterator[str]:
    """All ids of components."""
    if isinstance(node, Mapping):
        if isinstance(node.get("id"), str):
            yield node["id"]
        node = list(node.values())
    if isinstance(node, list):
        for inner in node:
            yield from ids(inner)
