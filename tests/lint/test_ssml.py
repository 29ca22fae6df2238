"""What Alexa does not take as speech is named."""

import pytest

from skill.lint.ssml import speech_problems

from .mistakes import named

SPEECH_MISTAKES = [
    ("malformed", "<speak>a & b</speak>", "malformed"),
    ("no speak", "<p>Words.</p>", "begins with <p>"),
    ("speak in speak", "<speak><speak>Words.</speak></speak>", "inside <speak>"),
    ("an unknown tag", "<speak><mark name='a'/>Words.</speak>", "is no tag"),
    ("a rate too slow", '<speak><prosody rate="10%">Words.</prosody></speak>', 'rate="10%"'),
    ("a pitch too high", '<speak><prosody pitch="+60%">Words.</prosody></speak>', 'pitch="+60%"'),
    ("too loud", '<speak><prosody volume="+6dB">Words.</prosody></speak>', 'volume="+6dB"'),
    ("prosody of nothing", "<speak><prosody>Words.</prosody></speak>", "sets nothing"),
    ("another effect", '<speak><amazon:effect name="drc">Words.</amazon:effect></speak>', 'name="drc"'),
    ("another emotion", '<speak><amazon:emotion name="calm" intensity="low">W.</amazon:emotion></speak>', "calm"),
    ("another voice", '<speak><voice name="Nobody">Words.</voice></speak>', 'name="Nobody"'),
    ("another language", '<speak><lang xml:lang="xx-XX">Words.</lang></speak>', "xx-XX"),
    ("an unknown way to say", '<speak><say-as interpret-as="song">W.</say-as></speak>', "song"),
    ("a sound without TLS", '<speak><audio src="http://a.example/a.mp3"/>W.</speak>', "http:"),
    ("six sounds", "<speak>" + '<audio src="https://a.example/a.mp3"/>' * 6 + "</speak>", "6 sounds"),
    ("a break without a unit", '<speak>W.<break time="3"/></speak>', 'time="3"'),
    ("words in a break", "<speak><break>W.</break></speak>", "something inside"),
    ("nothing said", '<speak><break time="1s"/></speak>', "Nothing is said"),
    ("too long", f"<speak>{'word ' * 1700}</speak>", "characters of speech"),
]


@pytest.mark.parametrize(("speech", "wrong"), named(SPEECH_MISTAKES))
def test_speech_mistakes(speech: str, wrong: str) -> None:
    """What Alexa does not take as speech is named."""
    assert any(wrong in found for found, _, _ in speech_problems(speech)), list(speech_problems(speech))


def test_good_speech_has_no_speech_problems() -> None:
    """All of Alexa's tags as Amazon's page shows them are taken."""
    good = (
        '<speak><p><s>A <w role="amazon:VB">read</w> <sub alias="aluminium">Al</sub>.</s></p>'
        '<break strength="weak"/><break time="1.5s"/><phoneme alphabet="ipa" ph="pɪˈkɑːn">pecan</phoneme>'
        '<say-as interpret-as="date" format="mdy">1/2/2026</say-as><voice name="Amy">B</voice>'
        '<lang xml:lang="fr-FR">Paris</lang><amazon:emotion name="excited" intensity="low">C</amazon:emotion>'
        '<amazon:domain name="long-form">D</amazon:domain><audio src="soundbank://soundlibrary/a/b"/>'
        '<prosody rate="90%" volume="+2dB">E</prosody><amazon:effect name="whispered">F</amazon:effect></speak>'
    )
    assert not list(speech_problems(good))
