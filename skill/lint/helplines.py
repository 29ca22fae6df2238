"""The table of helplines: what is missing, what is unconfirmed, what is due for another look."""

import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from skill.content.helplines import HelplineError, Helplines
from skill.lint.finding import Finding

HELPLINES_FILE = "responses/helplines.toml"


def check_helplines(file: Path, locales: tuple[str, ...], today: date) -> Iterator[Finding]:
    """All findings about the table for the locales that we speak."""
    try:
        table = Helplines.load(file)
    except HelplineError as error:
        yield Finding(
            HELPLINES_FILE, None, str(error), "No safety answer can be given without the table", "Mend that row"
        )
        return
    rows = lines_of(file)
    for locale in locales:
        for need in table.needs:
            listed = [line for line in table.lines if (line.locale, line.need) == (locale, need)]
            try:
                table.choose(need, locale)
            except HelplineError:
                yield Finding(
                    HELPLINES_FILE,
                    None,
                    f"{locale} has no confirmed line for {need}, and none to give instead",
                    "A safety answer would have no number",
                    "Add a row with a source and the date of that source",
                )
                continue
            if any(line.said for line in listed) and not any(line.others for line in listed):
                yield Finding(
                    HELPLINES_FILE,
                    rows.get((locale, need, listed[0].number)),
                    f"{locale} has lines for {need} that one has to ask for, and none says for whom",
                    "Nobody would know that there is another line",
                    'Write others, such as "in Scotland", on the line that is given to whoever has said nothing',
                )
            if not any(line.confirmed for line in listed):
                instead = table.needs[need] or "emergency"
                yield Finding(
                    HELPLINES_FILE,
                    rows.get((locale, need, listed[0].number)) if listed else None,
                    f"{locale} has no confirmed line for {need}",
                    f"Its listeners are given the {instead} line instead",
                    "Confirm the number with its own service, and write down the source and the date",
                    severe=False,
                )
    for line in table.lines:
        if line.locale not in locales:
            continue
        where = rows.get((line.locale, line.need, line.number))
        if not line.confirmed:
            yield Finding(
                HELPLINES_FILE,
                where,
                f"{line.number} for {line.need} in {line.locale} is unconfirmed",
                "No dated source prints it, so it is not spoken",
                "Confirm it with its own service",
                severe=False,
            )
        elif line.review_by < today:
            yield Finding(
                HELPLINES_FILE,
                where,
                f"{line.number} for {line.need} in {line.locale} was to be looked at by {line.review_by}",
                "Numbers and hours change",
                "Look again, and move the dates on",
                severe=False,
            )


def lines_of(file: Path) -> dict[tuple[str, str, str], int]:
    """Where each row starts in the file, by locale, need and number."""
    found: dict[tuple[str, str, str], int] = {}
    starts = [
        number for number, text in enumerate(file.read_text("utf-8").splitlines(), 1) if text.strip() == "[[line]]"
    ]
    rows = tomllib.loads(file.read_text("utf-8"))["line"]
    for start, row in zip(starts, rows, strict=False):
        found.setdefault((str(row.get("locale")), str(row.get("need")), str(row.get("number"))), start)
    return found
