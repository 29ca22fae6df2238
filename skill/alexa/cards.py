"""The card of a topic in the Alexa app."""

from skill.content.claims import Claims
from skill.content.markup import plain
from skill.content.reply import Reply
from skill.dialog.state import Session


def card(reply: Reply, session: Session, claims: Claims) -> dict[str, str] | None:
    """A topic's card: its title, its words and the section they rest on. Nothing else leaves a trace in the app.

    `claims` are those of the reply's language, with its headings.
    """
    if session.discreet or reply.safety or not reply.claims or not claims.is_topic(reply.response):
        return None
    text = plain(reply.body) or reply.gist
    headings = "; ".join(section.heading for section in claims.sections_of(reply.claims))
    if not headings:
        return None
    return {"title": reply.title, "content": f"{text}\n\n{claims.source_line.replace('{heading}', headings)}"}
