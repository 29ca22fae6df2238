"""The card in a speaker's app: an answer in writing, for whoever asked to have it sent."""

from dataclasses import dataclass

from skill.content.claims import Claims
from skill.content.markup import plain
from skill.content.reply import Reply


@dataclass(frozen=True)
class Card:
    """What an app keeps of an answer until somebody deletes it there."""

    title: str
    text: str


def card(reply: Reply, claims: Claims) -> Card | None:
    """An answer's title, its words and the sections that they rest on; none of what teaches nothing.

    `claims` are those of the reply's language, with its headings.
    """
    headings = "; ".join(section.heading for section in claims.sections_of(reply.claims))
    if reply.safety or not headings:
        return None
    return Card(reply.title, f"{plain(reply.body)}\n\n{claims.source_line.replace('{heading}', headings)}")
