"""The rooms of `skill/`: imports run one way, each outside library has its room, and a name means one thing.

Imports are read from the source, so one inside a function or under `TYPE_CHECKING` counts like any other.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from itertools import chain
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # no word that a writer changes can break it

SKILL = Path(__file__).parent.parent / "skill"
MAX_LINES = 400

LEAVES = {"__about__", "errors", "loopback", "paths"}
"""Modules that import nothing of ours, and that every room may use."""
CONTENT = {"content", "exercises"}
CORE = {"core", "settings", "nlu", "dialog", *CONTENT}
MAY_USE: Mapping[str, set[str]] = {
    "content": set(),
    "exercises": set(),
    "dialog": {"exercises"},
    "nlu": set(),
    "settings": {"dialog"},
    "core": {"settings", "nlu", "dialog", *CONTENT},
    "alexa": CORE,
    "app": {"alexa", *CORE},
    "mcp": CORE,
    "wyoming": CORE,
    "simulator": {"app", "alexa", *CORE},
    "package": {"core", "nlu", "content"},
    "lint": {"package", "simulator", "app", "alexa", *CORE},
    "languages": {"lint", *CORE},
    "doctor": {"package", "alexa", "content"},
    "lambda_handler": {"app", "alexa", "settings"},
    "__init__": {"app"},
    "__main__": {"doctor", "lint", "package", "languages", "simulator", "mcp", "wyoming", *CORE},
    **{leaf: set() for leaf in LEAVES},
}
"""Every room, and every module that stands by itself, with the rooms that it may import."""

LIBRARIES: Mapping[str, set[str]] = {
    "flask": {"alexa", "simulator", "app", "__init__", "lint"},
    "werkzeug": {"alexa", "simulator"},
    "ask_sdk_core": {"alexa"},
    "ask_sdk_model": {"alexa"},
    "ask_smapi_model": {"lint"},
    "cryptography": {"alexa", "doctor", "app", "lint"},
    "certifi": {"alexa", "doctor"},
    "orjson": {"alexa"},
    "dateutil": {"alexa"},
    "gunicorn": {"simulator"},
    "babel": {"content"},
    "jinja2": {"content"},
    "markupsafe": {"content", "core", "alexa", "lint"},
    "numpy": {"nlu"},
    "onnxruntime": {"nlu"},
    "tokenizers": {"nlu"},
    "sklearn": {"nlu"},
    "threadpoolctl": {"nlu"},
    "boto3": {"settings"},
    "botocore": {"settings"},
    "click": {"__main__", "doctor", "languages", "lint", "package", "simulator", "mcp", "wyoming"},
    "mcp": {"mcp"},
    "pydantic": {"mcp"},
    "starlette": {"mcp"},
    "uvicorn": {"mcp"},
    "wyoming": {"wyoming"},
}
"""Every outside library, and the rooms that may import it. Lint takes cryptography to sign as Alexa does, and flask for
the type of the app that it tries."""

SHARED_NAMES: Mapping[str, str] = {
    "log": "each module's own logger, as the standard library has it",
    "create_app": "the same app: `skill` imports `skill.app` late, and the simulator serves one of its own",
}
"""Public names that may stand in more than one module, and why."""


@cache
def modules() -> Mapping[str, ast.Module]:
    """Every module of `skill/` by its dotted name, parsed; a room's own `__init__.py` by the name of the room."""
    found = {}
    for path in sorted(SKILL.rglob("*.py")):
        parts = path.relative_to(SKILL.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = ast.parse(path.read_text("utf-8"))
    return found


def room_of(module: str) -> str:
    """The room that a module stands in; a module beside the rooms is its own."""
    return module.split(".")[1] if "." in module else "__init__"


def imports_of(module: str) -> Iterator[str]:
    """The dotted names that a module imports, wherever in it the import stands."""
    for node in ast.walk(modules()[module]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module}: import by the whole name"
            name = node.module or ""
            for alias in node.names:
                whole = f"{name}.{alias.name}"
                yield whole if whole in modules() else name


def own_imports(module: str) -> set[str]:
    """The modules of `skill/` that a module imports."""
    return {name for name in imports_of(module) if name in modules() and name != module}


def held(broken: Iterator[str]) -> None:
    """Fail with a line for each rule that is broken."""
    lines = sorted(set(broken))
    if lines:
        pytest.fail("\n".join(lines), pytrace=False)


def test_every_room_has_its_place() -> None:
    """A new room is entered in the table above."""
    assert {room_of(module) for module in modules()} == set(MAY_USE)


def test_imports_run_one_way() -> None:
    """A room imports only what stands below it."""
    held(
        f"{module} imports {other}, and {room_of(module)} may not use {room_of(other)}"
        for module in modules()
        for other in own_imports(module)
        if room_of(other) != room_of(module) and room_of(other) not in MAY_USE[room_of(module)] | LEAVES
    )


def test_the_table_has_no_circle() -> None:
    """The table above is itself a way from top to foot."""
    list(TopologicalSorter(MAY_USE).static_order())


def test_no_modules_import_each_other() -> None:
    """There is no circle among modules, late imports included."""

    def circles() -> Iterator[str]:
        graph = {module: sorted(own_imports(module)) for module in modules()}
        try:
            list(TopologicalSorter(graph).static_order())
        except CycleError as error:
            yield " > ".join(error.args[1])

    held(circles())


def test_each_library_has_its_room() -> None:
    """An outside library is imported only in the rooms that it is meant for."""
    held(
        f"{module} imports {library}, which is for {', '.join(sorted(LIBRARIES.get(library, ()))) or 'no room'}"
        for module in modules()
        for library in {name.split(".")[0] for name in imports_of(module)}
        if library not in {*sys.stdlib_module_names, "skill"} and room_of(module) not in LIBRARIES.get(library, set())
    )


def test_each_room_has_one_sentence() -> None:
    """Each room's `__init__.py` says in one sentence what it is, who may use it and what may never enter."""

    def silent() -> Iterator[str]:
        for folder in sorted({path.parent for path in SKILL.rglob("*.py")}):
            name = ".".join(folder.relative_to(SKILL.parent).parts)
            said = ast.get_docstring(modules()[name]) or "" if name in modules() else ""
            if not said.endswith(".") or ". " in said or ".\n" in said:
                yield f"{name}/__init__.py does not say its rule in one sentence"

    held(silent())


def test_a_name_means_one_thing() -> None:
    """No public name is defined at the top of two modules."""
    owners: dict[str, list[str]] = defaultdict(list)
    for module, tree in modules().items():
        for name in chain.from_iterable(map(defined, tree.body)):
            if not name.startswith("_"):
                owners[name].append(module)
    held(
        f"{name} is defined in {' and '.join(sorted(set(where)))}"
        for name, where in owners.items()
        if len(set(where)) > 1 and name not in SHARED_NAMES
    )


def defined(node: ast.stmt) -> Iterator[str]:
    """The names that a statement at the top of a module defines; a command's function is named by the command line."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        if not any("command(" in ast.unparse(one) or "group(" in ast.unparse(one) for one in node.decorator_list):
            yield node.name
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            yield from (one.id for one in ast.walk(target) if isinstance(one, ast.Name))


def test_the_core_knows_no_speaker() -> None:
    """Below the speakers nothing is said of any, but for the standard names in the one file that explains them."""
    speakers = re.compile(r"alexa|\bapla?\b|AMAZON\.|\bmcp\b|wyoming|home assistant", re.IGNORECASE)
    names = SKILL / "dialog" / "names.py"
    files = [path for room in ("content", "core", "dialog", "exercises") for path in (SKILL / room).rglob("*.py")]
    held(
        f"{path.relative_to(SKILL.parent)}:{number} is about one speaker: {line.strip()}"
        for path in files
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if speakers.search(line.replace(' = "AMAZON.', "") if path == names else line)
    )


def test_no_file_is_long() -> None:
    """A module of over 400 lines wants to be two."""
    held(
        f"{path.relative_to(SKILL.parent)} has more than {MAX_LINES} lines"
        for path in SKILL.rglob("*.py")
        if len(path.read_text("utf-8").splitlines()) > MAX_LINES
    )


def test_the_readme_draws_every_room() -> None:
    """Nothing of the house is missing from its drawing."""
    readme = (SKILL.parent / "README.md").read_text("utf-8")
    drawing = readme[readme.index("## The house") :]
    rooms = {f"{path.name}/" for path in SKILL.iterdir() if path.is_dir() and any(path.glob("*.py"))}
    files = {path.name for path in SKILL.glob("*.py")} - {"__init__.py"}
    assert not [name for name in sorted(rooms | files) if name not in drawing]
