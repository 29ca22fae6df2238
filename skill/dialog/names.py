"""The names of intents and responses that a rule is about. What no rule is about has a file, and no constant here."""

# The field's standard requests. They keep the names that Amazon published, under which interaction models, response
# files, tables of rules and other people's tools know them: here they are names and nothing else, on every speaker.
LAUNCH = "LaunchRequest"
HELP = "AMAZON.HelpIntent"
STOP = "AMAZON.StopIntent"
CANCEL = "AMAZON.CancelIntent"
HOME = "AMAZON.NavigateHomeIntent"
FALLBACK = "AMAZON.FallbackIntent"
YES = "AMAZON.YesIntent"
NO = "AMAZON.NoIntent"
REPEAT = "AMAZON.RepeatIntent"
NEXT = "AMAZON.NextIntent"
PREVIOUS = "AMAZON.PreviousIntent"
START_OVER = "AMAZON.StartOverIntent"
PAUSE = "AMAZON.PauseIntent"
RESUME = "AMAZON.ResumeIntent"

# Our controls.
MORE = "MoreIntent"
LIST_TOPICS = "TopicsIntent"
LIST_PRACTICES = "PracticesIntent"
SHORTER = "ShorterIntent"
LONGER = "LongerIntent"
SLOWER = "SlowerIntent"
FASTER = "FasterIntent"
SOURCE = "SourceIntent"
DISCREET = "DiscreetIntent"
OPEN = "OpenIntent"
WRONG = "WrongIntent"
CHOICE = "ChoiceIntent"
"""One of the options of the open question, by its place: the slot `place`."""
QUIET = "QuietIntent"
"""Silence at once: no words, nothing on a screen, the session closed."""
OUT_OF_SCOPE = "OutOfScopeIntent"
TURNS_AWAY = frozenset({"ExplicitIntent", "AbuseIntent", "QuietIntent", "WorseIntent"})
"""What would hurt somebody who told of harm in words that were taken for this."""
SEND = "SendIntent"
"""What was heard last goes into the speaker's app, as a card; nothing else ever does."""
PRIVACY = "PrivacyIntent"
FORGET_ME = "ForgetMeIntent"
HELPLINE = "HelplineIntent"
"""Which line is for what."""

# Practices, and what changes one.
BREATHING = "BreathingIntent"
GROUNDING = "GroundingIntent"
TOGETHER = "TogetherIntent"
CHECK_IN = "CheckInIntent"
AGAIN = "AgainIntent"
DIFFERENT = "DifferentIntent"
QUIETER = "QuieterIntent"
COUNT = "CountIntent"
NO_COUNT = "NoCountIntent"
SOUND = "SoundIntent"
OWN_PACE = "OwnPaceIntent"
WORSE = "WorseIntent"
"""A practice does no good."""

# What only an offer leads to.
HOLD_GO = "HoldScreen.go"
"""Yes to held breaths, once their cautions were heard."""
ALONE = "TogetherIntent.solo"
"""No, or a maybe, at the gate for two."""
PRACTICE_ON = "PracticeOn"
"""The second part of a long practice."""

# What a reply to an open question leads to (`responses/<language>/replies.toml`).
EXPLAIN = "Explain"
"""Why that was asked, and the question once more."""
NOT_SURE = "NotSure"
"""Either is fine: the first option is offered alone."""
LISTENING = "Listening"
"""A listening noise: the question stays open."""
ASIDE = "AsideIntent"
"""What is no request at all: a remark, a word to somebody in the room."""
GLAD = "Glad"
"""A practice did good."""
NOT_NOW = "NotNow"
"""A practice is not begun while driving or in water."""

# What only a rule leads to, here or in `skill/core`.
GENTLE_CHECK = "GentleCheck"
WHICH = "WhichOne"
OTHER_READING = "OtherReading"
"""At the end of an answer, whether it was about something else: what else the words may have meant."""
ASIDE_ABOUT = "AsideAbout"
"""The same where nothing was asked: it offers what a remark may have been about."""
ONWARD = "Onward"
DOOR = "Door"
"""The sentence that leads to help, beside an answer that may not be all that is needed."""
HOLD_SCREEN = "HoldScreen"
PRACTICE_ABOUT = "PracticeAbout"
"""What a practice is, to who asks what it is; it is offered then."""
PRACTICE_STEP = "PracticeStep"
PRACTICE_HALF = "PracticeHalf"
PRACTICE_END = "PracticeEnd"
PRACTICE_OVER = "PracticeOver"
REST = "PracticeRest"
SAFETY_QUIET = "SafetyQuiet"
SAFETY_CALM = "SafetyCalm"
SAFETY_WRONG = "SafetyWrong"
SAFETY_GOODBYE = "SafetyGoodbye"
SAFETY_ANYWHERE = "SafetyAnywhere"
"""The safety answer that names no line: for a country without one here, and for a need that is not known."""
MINOR_AGAIN = "MinorAgain"
MINOR_CHECK = "MinorCheck"
"""Whether somebody is of age, where words only sound like a child's."""
ADULT = "MinorCheck.adult"
"""Somebody said to be eighteen or more."""
AFTER = "After"
"""Presence, and the line once more: what is said to anything unforeseen after a safety answer. What was foreseen has
an answer of its own, such as `After.text`, and words that lead to it in `followups.toml`."""
AFTER_STAY = "After.stay"
"""Presence without a number: to the second in a row of what nobody foresaw."""
AFTER_MORE = "After.more"
"""What the short answer of a discreet session leaves out."""
AFTER_TEXT = "After.text"
"""The number that takes texts."""
AFTER_RING = "After.ring"
"""In an emergency, the number for whoever asks what to do."""
AFTER_FEELING = "After.feeling"
"""It offers to look around the room."""
TELL_ME = "TellMe"
"""To somebody who takes an invitation to tell something."""
PANIC = "Panic"
"""To somebody in a panic: the room first, and no pacing."""
FORGOTTEN = "Forgotten"
DOOR_CLOSED = "SafetyWrong.door"
APOLOGY = "error"

GIVEN_BY_RULES = frozenset(
    {LAUNCH, GENTLE_CHECK, WHICH, ONWARD, HOLD_SCREEN, PRACTICE_STEP, PRACTICE_HALF, PRACTICE_END, PRACTICE_OVER, REST}
    | {OTHER_READING, ASIDE_ABOUT, PRACTICE_ABOUT, DOOR, DOOR_CLOSED, EXPLAIN, NOT_SURE, LISTENING, GLAD, NOT_NOW}
    | {SAFETY_QUIET, SAFETY_CALM, SAFETY_WRONG, SAFETY_GOODBYE, SAFETY_ANYWHERE, MINOR_AGAIN, MINOR_CHECK}
    | {AFTER, TELL_ME, PANIC, APOLOGY}
)
"""Responses that no intent, offer or pattern is named after: a rule of the conversation leads to them."""

ASIDES = frozenset({EXPLAIN, LISTENING})
"""Responses after which the question that was open is asked again."""

OTHER_MEANT = frozenset({OTHER_READING, ASIDE_ABOUT})
"""What asks whether something else was meant than what was answered."""

CALLS_BACK = frozenset({HELPLINE, REPEAT, RESUME, LAUNCH})
"""What ends a silence that was asked for while a safety answer stood."""

CLOSING = frozenset({STOP, CANCEL, HOME})
"""What ends a session from everywhere."""

# Patterns that a rule chooses.
USUAL_BREATHING = "b-long-out"
USUAL_GROUNDING = "g-orient"
"""Eyes open, facts of the room: fit for everybody (content reference, grounding)."""
OWN_COUNT = "b-own"
"""The listener's own count ("in for four, out for seven")."""
SENSES = "g-54321"
"""The one that can be taken at one's own pace."""
SHARED_BREATHING = "b-shared"
"""The usual one for two."""
