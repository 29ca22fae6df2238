"""The command line: a speaker to talk to, and what an operator or a writer needs."""

import io
import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from skill.__about__ import __version__
from skill.doctor.commands import doctor
from skill.errors import ConfigurationError, ContentError
from skill.languages.commands import add_language, list_languages
from skill.lint.commands import check
from skill.mcp.commands import mcp
from skill.package.commands import package
from skill.wyoming.commands import wyoming

UNWRITTEN = "(silence: this answer is still to be translated)"


class Commands(click.Group):
    """The commands. A slip in a file or a setting is answered in one line, by whichever of them meets it."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except (ConfigurationError, ContentError) as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Soft Landing: a calm voice skill about care after sex."""


@main.command()
@click.option("--port", default=8080, show_default=True, help="Where the page listens.")
@click.option("--host", default="127.0.0.1", show_default=True, help="A loopback address; no other is taken.")
def serve(port: int, host: str) -> None:
    """Run the skill on this machine, with a page that stands for the speaker."""
    from skill.loopback import NotLoopback
    from skill.simulator.server import serve_locally

    try:
        serve_locally(host, port)
    except NotLoopback as error:
        raise click.ClickException(str(error)) from error


Command = Callable[..., None]


def aloud(command: Command) -> Command:
    """The options of a command that speaks in the terminal."""
    file = click.Path(exists=True, dir_okay=False, path_type=Path)
    command = click.option("--piper", type=file, metavar="FILE", help="Say it with this voice of piper's, an .onnx.")(
        command
    )
    return click.option("--voice", is_flag=True, help="Say it too, with espeak-ng.")(command)


@main.command()
@click.option("--locale", default="en-US", show_default=True)
@click.option("--screen/--no-screen", default=False, help="Stand for a device with a screen.")
@click.option("--draft", is_flag=True, help="Speak the locale's language though it is still being worked on.")
@aloud
def talk(locale: str, screen: bool, draft: bool, voice: bool, piper: Path | None) -> None:
    """Talk to the skill in this terminal. Practices play in their own time; Control-C stops one."""
    from skill.content.locales import language_of
    from skill.simulator.terminal import converse

    drafts = [language_of(locale)] if draft else []
    converse(locale=locale, screen=screen, drafts=drafts, aloud=voice, piper=piper)


@main.command()
@click.argument("text", nargs=-1, required=True)
@click.option("--locale", default="en-US", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a turn.")
@click.option("--each", is_flag=True, help="A fresh session for every line.")
@click.option("--screen", is_flag=True, help="Stand for a device with a screen.")
@click.option("--draft", is_flag=True, help="Speak the locale's language though it is still being worked on.")
def ask(text: tuple[str, ...], locale: str, as_json: bool, each: bool, screen: bool, draft: bool) -> None:
    """Say TEXT, each a turn of one session, and print the answers. `-` reads one utterance a line."""
    from skill.content.locales import language_of
    from skill.simulator.device import new_device

    device = new_device(drafts=[language_of(locale)] if draft else [], locale=locale, screen=screen)
    lines: Iterable[str] = text
    if text == ("-",):
        lines = io.TextIOWrapper(sys.stdin.buffer, "utf-8", errors="replace")
    for line in lines:
        line = line.rstrip("\r\n")
        if each:
            device.hang_up()
        turn = device.hear(line)
        if as_json:
            print(json.dumps(turn.as_line(), ensure_ascii=False), flush=not sys.stdout.isatty() and not each)
        else:
            print(f"> {line}\n{turn.speech or UNWRITTEN * draft}\n")


@main.command()
@click.argument("practice")
@click.option("--minutes", type=click.IntRange(1, 5), help="How long; the nearest length there is.")
@click.option("--rounds", type=click.IntRange(1, 40), help="So many breaths instead.")
@click.option("--pace", type=click.Choice(["slow", "usual", "fast"]), default="usual", show_default=True)
@click.option("--discreet", is_flag=True, help="Without its name.")
@click.option("--locale", default="en-US", show_default=True)
@click.option("--wav", type=click.Path(dir_okay=False, path_type=Path), help="Render it with espeak-ng to this file.")
@click.option("--plot", type=click.Path(dir_okay=False, path_type=Path), help="Draw it as SVG to this file.")
@aloud
def listen(
    practice: str,
    minutes: int | None,
    rounds: int | None,
    pace: str,
    discreet: bool,
    locale: str,
    wav: Path | None,
    plot: Path | None,
    voice: bool,
    piper: Path | None,
) -> None:
    """Go through PRACTICE (such as b-long-out, or "box breathing") in the terminal, or write it to a file."""
    from skill.simulator import listening

    line, language = listening.find(practice, minutes, rounds, pace, discreet, locale)
    if wav:
        listening.write_wav(line, wav, language)
    if plot:
        listening.write_plot(line, plot)
    if not wav and not plot:
        listening.listen(line, listening.voice_for(language, voice, piper))


@main.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE..."
)
@click.option("--language", default="en", show_default=True, help="The language of the files.")
@click.option("--json", "as_json", is_flag=True, help="The whole report as JSON.")
@click.option("--record", is_flag=True, help="Write what was answered to each line to baseline.json beside the files.")
def evaluate(files: tuple[Path, ...], language: str, as_json: bool, record: bool) -> None:
    """How well the understanding does on each FILE, a JSON object {"text", "expect"} a line.

    With a baseline.json beside a file, also which lines changed since that was recorded.
    """
    from skill.core.catalogue import roles_of
    from skill.nlu import baseline
    from skill.nlu.classifier import Understanding
    from skill.nlu.evaluate import cases, figures, judged, report
    from skill.nlu.labels import Labels
    from skill.paths import folder

    models, roles = folder("interaction_models"), roles_of(folder("responses"))
    labels, understanding = Labels(models, roles, language), Understanding.load(models, language, roles)
    rows = {}
    for file in files:
        lines = cases(file, labels)
        rows[file] = [judged(case, understanding.hear(case.text), labels) for case in lines]
        found = figures(rows[file])
        recorded = baseline.read_baseline(file.parent).get(file.stem, {})
        changed = [change for change in baseline.changes(lines, rows[file], recorded, labels) if change]
        if as_json:
            click.echo(json.dumps(found, ensure_ascii=False, indent=2))
            continue
        click.echo(f"{file.name}: {report(found)}")
        if recorded:
            click.echo("\n".join(["\nsince the record", *map(str, changed)]) if changed else "\nas recorded")
    if record:
        for place in {file.parent for file in files}:
            found_there = {file.stem: lines for file, lines in rows.items() if file.parent == place}
            click.echo(f"wrote {baseline.write_baseline(place, found_there)}", err=True)


@main.command()
@click.option("--language", default="en", show_default=True, help="The language to learn.")
@click.option("--all", "every", is_flag=True, help="Every language that has a model.")
@click.option("--check", "only_check", is_flag=True, help="Write nothing; fail where something has to be learned.")
@click.option("--force", is_flag=True, help="Learn even what is in step, after a change in how it is learned.")
def train(language: str, every: bool, only_check: bool, force: bool) -> None:
    """Learn the phrases of interaction_models/ anew, where a writer has changed them."""
    from skill.core.catalogue import roles_of
    from skill.nlu.languages import languages
    from skill.nlu.train import needs_training
    from skill.nlu.train import train as learn
    from skill.paths import folder

    models, roles = folder("interaction_models"), roles_of(folder("responses"))
    behind = []
    for one in languages(models, "json") if every else [language]:
        if not (force or needs_training(models, one, roles)):
            click.echo(f"interaction_models/{one}.learned is in step with its phrases")
        elif only_check:
            behind.append(f"interaction_models/{one}.learned is out of step with its phrases")
        else:
            click.echo(f"wrote {learn(models, roles, one)}")
    if behind:
        raise click.ClickException("; ".join(behind) + ". Run soft-landing train --all, and commit what it writes")


for command in (mcp, wyoming, check, package, doctor, add_language, list_languages):
    main.add_command(command)


if __name__ == "__main__":
    main(prog_name="soft-landing")
