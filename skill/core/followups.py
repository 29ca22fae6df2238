"""What a listener's own words ask for where somebody may need help: before, at and after a safety answer.

Ages first, then calls for help, then disclosures and, while a safety answer stands, what follows from it. Everything
else is left to the rest of the understanding.
"""

from skill.content.followups import FollowUps, Match
from skill.core.skill import Skill
from skill.dialog import names
from skill.dialog.model import Catalogue, Request
from skill.dialog.state import Session
from skill.nlu.ages import StatedAge
from skill.nlu.classifier import Meaning

COVERED = 1 / 3
"""How much of what was said a phrase has to cover to count more than a disclosure that was heard in the rest of it."""
SURE = 0.95
"""How likely a disclosure has to be to take the place of a more pressing answer that stands: in few words the kind is
easily mistaken, and who was harmed is never to be taken for somebody who did harm."""
VARIANT = "variant"
"""The slot of a request for a safety answer that names its wording: `now`, `harmed`, `child` ..."""
MINOR = "minor"
"""The slot that says that the speaker is under age."""


def follow_up(skill: Skill, session: Session, text: str, locale: str, meaning: Meaning) -> Request | None:
    """The request that some words make where somebody may need help; none where they are like any other words.

    `meaning` is what was understood of them.
    """
    plain = skill.understanding.fold(text, locale)
    phrases, catalogue = skill.follow_ups_in(locale), skill.conversation.catalogue
    if not plain:
        return None
    age = skill.understanding.age(text, locale, asked=session.said == names.MINOR_CHECK)
    return (
        of_age(session, plain, meaning, age, phrases, catalogue)
        or called_for(session, plain, meaning, phrases, catalogue)
        or disclosed(session, plain, meaning, phrases, catalogue)
        or (following(session, plain, meaning, phrases, catalogue) if session.safe else None)
        or after_invitation(session, plain, phrases, catalogue)
    )


def of_age(
    session: Session, text: str, meaning: Meaning, age: StatedAge, phrases: FollowUps, catalogue: Catalogue
) -> Request | None:
    """What follows from an age: a stated one opens and closes the content, a guessed one is asked about."""
    if age.adult and (session.closed or session.said == names.MINOR_CHECK or meaning.intent == catalogue.minor):
        return Request(names.ADULT)
    kind = meaning.intent if meaning.intent in catalogue.safety else phrases.disclosed(text)
    harmed = phrases.variant(text, catalogue.minor)
    if age.under:
        if kind and kind != catalogue.minor and not catalogue.safety[kind].harmed:
            return worded(kind, phrases.variant(text, kind), minor=True)
        return worded(catalogue.minor, harmed or ("harmed" if kind and kind != catalogue.minor else ""))
    if meaning.intent != catalogue.minor or (meaning.exact and not age.child):
        return None
    if age.child and not (session.safe and phrases.follow_up(text, session.safe)):
        return worded(catalogue.minor, "child")
    return None if session.safe else Request(names.MINOR_CHECK)


def called_for(
    session: Session, text: str, meaning: Meaning, phrases: FollowUps, catalogue: Catalogue
) -> Request | None:
    """A call for help in so many words. While a safety answer stands only the emergency number goes before it."""
    match = phrases.cry(text)
    if not match:
        return None
    row = match.row
    if session.safe and row.leads not in catalogue.safety:
        return None
    told = meaning.intent in catalogue.safety and meaning.intent != row.leads
    if told and not covers(match, text):
        return None
    return worded(row.leads, row.variant)


def disclosed(
    session: Session, text: str, meaning: Meaning, phrases: FollowUps, catalogue: Catalogue
) -> Request | None:
    """A disclosure in its wording. While a safety answer stands, one that is new, or more pressing now."""
    told = {meaning.intent if meaning.intent != catalogue.minor or meaning.exact else "", phrases.disclosed(text)}
    kind = next((name for name in catalogue.safety if name in told), "")  # the most pressing
    if not kind:
        return None
    variant = phrases.variant(text, kind)
    if kind == meaning.intent and not meaning.exact and phrases.variant(text, session.safe):
        return None  # more of what stands: "i've got pills", of whoever wants to die
    if not session.safe or variant:
        return worded(kind, variant)
    if alike(kind, session.safe, catalogue) and not meaning.exact:
        return None
    match, order = phrases.follow_up(text, session.safe), list(catalogue.safety)
    pressing = session.safe not in order or order.index(kind) < order.index(session.safe)
    if match and (covers(match, text) or not pressing):
        return None
    was_harmed = session.safe in catalogue.safety and catalogue.safety[session.safe].harmed
    nearly = meaning.confidence >= SURE and (pressing or not was_harmed)
    surely = meaning.exact or nearly or kind != meaning.intent
    harmed = catalogue.safety[kind].harmed
    return worded(kind, "") if surely or (pressing and not match and not harmed) else None


def following(
    session: Session, text: str, meaning: Meaning, phrases: FollowUps, catalogue: Catalogue
) -> Request | None:
    """What is said to a safety answer that stands. Words that nobody foresaw are met with presence, never with more."""
    match = phrases.follow_up(text, session.safe)
    if variant := phrases.variant(text, session.safe, at_least=match.words if match else 1):
        return worded(session.safe, variant)
    if match:
        return Request(match.row.leads)
    return None if meaning.exact else Request(names.FALLBACK)


def after_invitation(session: Session, text: str, phrases: FollowUps, catalogue: Catalogue) -> Request | None:
    """Who was told which line is for what may ask of the lines as anybody may to whom one was named."""
    if session.said not in (names.HELPLINE, names.TELL_ME):
        return None
    match = phrases.follow_up(text, catalogue.unclear)
    return Request(match.row.leads) if match and is_follow_up(match.row.leads) else None


def is_follow_up(name: str) -> bool:
    """Whether a response is one of those that follow a safety answer."""
    return name.partition(".")[0] == names.AFTER


def covers(match: Match, text: str) -> bool:
    """Whether a phrase is most of what was said."""
    return match.words >= COVERED * len(text.split())


def alike(one: str, other: str, catalogue: Catalogue) -> bool:
    """Whether two safety answers do the same for the listener."""
    kinds = catalogue.safety
    return one == other or (other in kinds and kinds[other].like == one) or kinds[one].like == other


def worded(name: str, variant: str, *, minor: bool = False) -> Request:
    """A request for a safety answer in one of its wordings."""
    return Request(name, {**({VARIANT: variant} if variant else {}), **({MINOR: "yes"} if minor else {})})
