"""Speech: SSML at the listener's rate, and a practice counted in speech where its sound cannot be played."""

from html import escape
from itertools import groupby

from markupsafe import Markup
from markupsafe import escape as as_markup

from skill.alexa.apla import BREATH
from skill.dialog.state import RATES, Session
from skill.exercises.timeline import Cue, Part, spoken

SPEECH_CHARACTERS = 8000
"""The most that Alexa takes as speech or as the text of a card (Amazon's response reference)."""
COUNTED_BREAKS = 9_500
"""The pauses of one SSML response, in milliseconds; Alexa may drop a response whose pauses pass ten seconds."""
COUNTED_CHARACTERS = 7_500
"""The most characters of a counted practice: below `SPEECH_CHARACTERS`, for the tags around it and a question."""


def ssml(session: Session, *words: str) -> str:
    """Some words as SSML, markup or plain, at the listener's rate, whispered where discretion was asked for.

    Only the rate is changed: emphasis and pitch would bring back an older voice.
    """
    inner = " ".join([as_markup(part) for part in words if part])
    inner = f'<prosody rate="{RATES[session.rate]}%">{inner}</prosody>'
    if session.discreet:
        inner = f'<amazon:effect name="whispered">{inner}</amazon:effect>'
    return f"<speak>{inner}</speak>"


def counted_speech(part: Part) -> Markup:
    """One part as speech with pauses of less than ten seconds in all, without `<speak>`.

    The fallback where APL for Audio cannot be used. Make the timeline with one minute and `counting="whole"`: then time
    passes in counting, as one sentence a second, and the pauses that are left share `COUNTED_BREAKS`. A part that is
    too long for one response ends early, after a whole round or step, and keeps its last words.
    """
    wished = sum(pause_of(cue) for cue in part.cues)
    share = min(1.0, COUNTED_BREAKS / wished) if wished else 0.0
    pieces = [(cue, sentence(cue, share)) for cue in part.cues]
    closing = [piece for cue, piece in pieces if cue.kind == "say"][-1 - (len(part.cues) > 2) :]
    kept, room = "", COUNTED_CHARACTERS - sum(map(len, closing))
    for _, block in groupby(pieces, lambda piece: (piece[0].round, piece[0].start * (not piece[0].round))):
        text = " ".join(piece for _, piece in block)
        if len(kept) + len(text) > room:
            return Markup(" ".join([kept.strip(), *closing]))
        kept += f" {text}"
    return Markup(kept.strip())


def pause_of(cue: Cue) -> int:
    """The silence in a cue that counting does not fill."""
    return 0 if cue.kind in BREATH and cue.text else max(0, cue.length - spoken(cue.text))


def sentence(cue: Cue, share: float) -> str:
    """A cue as a sentence and its share of the pauses."""
    text = escape(cue.text, quote=False)
    if text and text[-1] not in ".?":
        text += "."
    pause = int(pause_of(cue) * share)
    return f'{text} <break time="{pause}ms"/>'.strip() if pause >= 20 else text
