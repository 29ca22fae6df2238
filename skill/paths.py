"""Where the words and the models stand: beside the package in a checkout, inside it in an installed wheel."""

from pathlib import Path

HERE = Path(__file__).parent


def folder(name: str) -> Path:
    """The folder of a name: `responses`, `interaction_models` or `listing`."""
    inside = HERE / name
    return inside if inside.is_dir() else HERE.parent / name
