"""`soft-landing add-language` and `soft-landing languages` on the command line."""

from datetime import date

import click


@click.command("add-language")
@click.argument("language")
@click.option("--country", default="", help="The first country, such as DE.")
@click.option("--address", default="", help="How listeners are addressed, such as du: a note for writers.")
def add_language(language: str, country: str, address: str) -> None:
    """Lay out the files of LANGUAGE, such as de, with the English beside each line and TODO where words go."""
    from skill.content.locales import LANGUAGE_NAME
    from skill.languages import scaffold
    from skill.paths import folder

    if not LANGUAGE_NAME.fullmatch(language) and not country and "-" in language.replace("_", "-"):
        language, country = language.replace("_", "-").split("-", 1)
        raise click.ClickException(
            f"a language and a country are two words: soft-landing add-language {language.lower()} "
            f"--country {country.upper()}"
        )
    files = scaffold.write_language(folder("responses").parent, language, country, address, date.today())
    click.echo(f"wrote {len(files)} files, among them:")
    for name in [name for name in files if not name.endswith(".ssml")]:
        click.echo(f"  {name}")
    if f"{language}-{country}" not in scaffold.ALEXA_LOCALES:
        click.echo(f"Alexa does not list {language}-{country} among her locales, so no package can be sent with it.")
    click.echo(f"docs/translator.md goes on from here; soft-landing languages {language} lists what is to do.")


@click.command("languages")
@click.argument("language", default="")
def list_languages(language: str) -> None:
    """How far each language has come; with LANGUAGE, all that it lacks to be complete."""
    from skill.languages.coverage import coverage, coverages
    from skill.paths import folder

    places = folder("responses"), folder("interaction_models")
    rows = [coverage(*places, language)] if language else list(coverages(*places))
    click.echo("language  status    required  responses  samples  phrases  learned  helplines  out of date")
    for row in rows:
        learned = "yes" if row.learned else "no"
        click.echo(
            f"{row.language:<9} {row.status:<9} {ratio(row.required):>8} {ratio(row.responses):>10} {row.samples:>8} "
            f"{row.phrases:>8}  {learned:<7} {ratio(row.helplines):>10} {len(row.out_of_date):>12}"
        )
    for line in (*rows[0].missing, *(f"{file} may be out of date" for file in rows[0].out_of_date)) if language else ():
        click.echo(f"  {line}")


def ratio(counts: tuple[int, int]) -> str:
    """So many of so many."""
    return f"{counts[0]}/{counts[1]}"
