"""A safety answer, a topic and a feeling are files and nothing else: each is added here as CONTRIBUTING.md says."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from additions import Tree
from rubric import findings, judges

from skill.core.catalogue import roles_of
from skill.errors import ContentError
from skill.lint.content_tree import ContentTree
from skill.lint.helplines import check_helplines
from skill.lint.responses import check_claims, check_routes, check_texts
from skill.nlu.labels import Labels
from skill.simulator.device import Device, intent_request

pytestmark = pytest.mark.slow  # of the tools; a writer of words need not wait for it

# -- The book ---------------------------------------------------------------------------------------------------------


def add_safety(tree: Tree) -> None:
    """ "A writer adds a safety answer", steps 1 to 5, with a need of its own."""
    tree.change("helplines.toml", 'sober = "emergency"\n', 'sober = "emergency"\nstalking = "crisis"\n')
    tree.append(
        "helplines.toml",
        '\n[[line]]\nlocale = "en-US"\nneed = "stalking"\nname = "the Stalking Line"\nnumber = "1 800 555 0100"\n'
        'who = "anyone"\nhours = "24/7"\nsource = "made up"\nconfirmed = 2026-01-01\nreview_by = 2099-01-01\n',
    )
    tree.change(
        "safety.toml",
        "[MinorIntent]",
        '[StalkingIntent]\nlabel = "stalking"\nneed = "stalking"\nharmed = true\n\n[MinorIntent]',
    )
    header = (
        '{% set title = "Soft Landing" %}\n{% set safety = true %}\n{% set need = "stalking" %}\n'
        '{% set question = "Shall I say that again?" %}\n'
        '{% set reprompt = "Again, stop, or go back if I misheard?" %}\n{% set _line = line("stalking") %}\n\n'
    )
    open_words = "I'm sorry. Being followed is frightening, and it isn't your fault.\nYou can talk to {{ _line.name }}"
    tree.write(
        "en/StalkingIntent.ssml",
        f'{header}{open_words}, at {{{{ _line.number }}}}.\nIn danger, call {{{{ line("emergency").number }}}}.\n',
    )
    tree.write(
        "en/discreet/StalkingIntent.ssml",
        f"{header}I'm sorry. It isn't your fault.\nThere's a confidential line, at {{{{ _line.number }}}}.\n"
        'In danger, call {{ line("emergency").number }}.\n',
    )
    tree.add_intent(
        "StalkingIntent",
        "i am being stalked",
        "my ex is stalking me",
        "someone keeps following me home",
        "someone follows me everywhere i go",
        "i have a stalker",
        "my ex waits outside my house every night",
        "someone put a tracker on my car",
        "my ex keeps following me and will not stop",
    )


ASKS = ("tell me about", "what does the article say about", "is there any good in", "how about", "what about")


def add_topic(tree: Tree) -> None:
    """ "A writer adds a topic", steps 1 to 5."""
    tree.change(
        "claims.toml",
        '[[section]]\ntopic = "habits"',
        '[[section]]\ntopic = "bath"\nintent = "BathIntent"\nheading = "Warm Water"\ncited = "Warm Water"\n'
        '[section.claims]\nC-bath-1 = "A warm bath may help some people rest."\n\n[[section]]\ntopic = "habits"',
    )
    tree.write(
        "en/BathIntent.ssml",
        '{% set title = "A warm bath" %}\n{% set name = "a warm bath" %}\n{% set claims = "C-bath-1" %}\n'
        '{% set gist = "The article says a warm bath may help some people rest." %}\n'
        '{% set question = "Shall we take a slow minute now, or leave it there?" %}\n'
        '{% set reprompt = "Slow minute, another topic, or stop?" %}\n{% set offer = "p-slow" %}\n\n'
        "Warm water can be a soft way to end the evening.\nThe article says it may help some people rest.\n"
        "It can be a bath, a shower, or a warm cloth on the neck.\nYou can share it, or have it to yourself.\n"
        "If you'd sooner stay where you are, that's fine too.\n",
    )
    tree.write(
        "en/discreet/BathIntent.ssml",
        '{% set title = "Warm water" %}\n{% set name = "warm water" %}\n{% set claims = "C-bath-1" %}\n'
        '{% set gist = "Warm water may help some people rest." %}\n'
        '{% set question = "A slow minute now, or leave it there?" %}\n'
        '{% set reprompt = "Slow minute, another topic, or stop?" %}\n{% set offer = "p-slow" %}\n\n'
        "Warm water may help some people rest, the article says.\nIt can be a bath, or a warm cloth on the neck.\n"
        "Staying where you are is fine too.\n",
    )
    tree.add_intent(
        "BathIntent", *(f"{ask} {what}" for ask in ASKS for what in ("a warm bath", "taking a bath", "a hot bath"))
    )


def add_feeling(tree: Tree) -> None:
    """ "A writer adds a feeling"."""
    header = (
        '{% set title = "Feeling sleepy" %}\n{% set name = "feeling sleepy" %}\n{% set claims = "C-body-5" %}\n'
        '{% set gist = "The article says tiredness may have to do with prolactin." %}\n'
        '{% set question = "Would a quiet minute help, or not now?" %}\n'
        '{% set reprompt = "Yes for the minute, tell me more, or stop?" %}\n{% set offer = "g-heart" %}\n\n'
    )
    tree.write(
        "en/SleepyIntent.ssml",
        f"{header}Sleepy. That's a fine thing to be.\nThe article says a hormone may play a part.\n",
    )
    tree.write("en/discreet/SleepyIntent.ssml", f"{header}Sleepy. That's fine.\nA hormone may play a part.\n")
    tree.add_intent(
        "SleepyIntent", "i am so sleepy now", "i feel sleepy", "my eyes fall shut", "i could sleep right now"
    )


TODAY = date(2026, 6, 1)
ADDED = ("StalkingIntent", "BathIntent", "SleepyIntent")


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """A copy of the tree with all three, and what was learned from it."""
    tree = Tree.small(tmp_path_factory.mktemp("grown"))
    for add in (add_safety, add_topic, add_feeling):
        add(tree)
    tree.train()
    return tree


@pytest.fixture(scope="module")
def only_device(grown: Tree) -> Device:
    """A device whose skill was built from it."""
    return grown.device()


@pytest.fixture
def device(only_device: Device) -> Device:
    """The same in a fresh session in en-US."""
    only_device.hang_up()
    only_device.locale = "en-US"
    return only_device


# -- A safety answer --------------------------------------------------------------------------------------------------


def question(text: str) -> dict[str, object]:
    """Free words, as Alexa sends them."""
    return intent_request("QuestionIntent", {"question": text})


@pytest.mark.parametrize(
    "request_json",
    [
        pytest.param(intent_request("StalkingIntent", {}), id="by its intent"),
        pytest.param(question("my ex is stalking me"), id="by a sample in free words"),
        pytest.param(question("i think i am being stalked by my ex"), id="by words of one's own"),
    ],
)
def test_a_safety_answer_is_given(device: Device, request_json: dict[str, object]) -> None:
    """By its intent and in free words it gives its own line, and leaves no card."""
    turn = device.send(request_json)
    assert turn.response == "StalkingIntent"
    assert "1 800 555 0100" in turn.speech
    assert turn.session_open
    assert turn.card is None


@pytest.mark.parametrize("slot", ["pattern", "technique", "care", "duration"])
def test_a_safety_answer_is_heard_in_a_slot(device: Device, slot: str) -> None:
    """It is heard where Alexa took the words for a slot's value."""
    request = intent_request("BreathingIntent", {})
    request["intent"]["slots"] = {slot: {"name": slot, "value": "my ex is stalking me"}}
    assert device.send(request).response == "StalkingIntent"


def test_a_safety_answer_is_in_order(device: Device, grown: Tree) -> None:
    """Of two disclosures in one request the one that stands earlier in the table is answered."""
    request = intent_request("TogetherIntent", {})
    said = {
        "pattern": grown.sample("MinorIntent"),
        "technique": "i have a stalker",
        "care": grown.sample("MedicalIntent"),
    }
    request["intent"]["slots"] = {name: {"name": name, "value": value} for name, value in said.items()}
    assert device.send(request).response == "StalkingIntent"


def test_a_safety_answer_leaves_quiet(device: Device) -> None:
    """What its row says holds afterwards: it repeats, no topic is told, and calm comes after its line."""
    first = device.send(intent_request("StalkingIntent", {}))
    assert device.send(intent_request("AMAZON.RepeatIntent", {})).speech == first.speech
    assert device.send(intent_request("SkippingIntent", {})).response == "After"
    calm = device.send(intent_request("BreathingIntent", {}))
    assert calm.response == "SafetyCalm"
    assert "1 800 555 0100" in calm.speech


def test_a_safety_answer_gives_way_abroad(device: Device) -> None:
    """Where its need has no line, the one that stands instead is spoken; in an unknown country no number is."""
    device.locale = "en-AU"
    assert "13 11 14" in device.send(intent_request("StalkingIntent", {})).speech
    device.hang_up()
    device.locale = "en-NZ"
    assert not re.search(r"\d", device.send(intent_request("StalkingIntent", {})).speech)


@pytest.mark.parametrize("discreet", [False, True], ids=["open", "discreet"])
def test_a_safety_answer_is_judged(grown: Tree, discreet: bool) -> None:
    """The rubric judges it without having heard of it, and what hurts is found."""
    responses = ContentTree.read(grown.responses).responses
    label = judges(responses.safety)["StalkingIntent"]
    for locale in responses.locales:
        reply = responses.render("StalkingIntent", locale, discreet=discreet)
        assert not findings(label, f"{reply.body} {reply.question}", locale=locale)
    assert findings(label, "Are you sure? Call 988.", locale="en-US")
    assert findings(label, "I'm sorry.", locale="en-US")


def test_a_safety_answer_is_measured(grown: Tree) -> None:
    """Test sets can name it by its label."""
    assert Labels(grown.models, roles_of(grown.responses)).intent("safety:stalking") == "StalkingIntent"


def test_helplines_know_the_need(grown: Tree) -> None:
    """The check of helplines takes the new need as it takes the others."""
    found = [
        finding.wrong for finding in check_helplines(grown.responses / "helplines.toml", ("en-US", "en-AU"), TODAY)
    ]
    assert "en-AU has no confirmed line for stalking" in found
    assert not [
        wrong for wrong in found if "stalking in en-US" in wrong or "en-US has no confirmed line for stal" in wrong
    ]


# -- Half a safety answer ---------------------------------------------------------------------------------------------


def without_row(tree: Tree) -> None:
    """Takes its table out of safety.toml."""
    tree.change("safety.toml", '[StalkingIntent]\nlabel = "stalking"\nneed = "stalking"\nharmed = true\n', "")


def without_samples(tree: Tree) -> None:
    """Takes its samples out of the model."""
    model = tree.model()
    model["interactionModel"]["languageModel"]["intents"][-3]["samples"] = []
    tree.write_model(model)


def without_intent(tree: Tree) -> None:
    """Takes its intent out of the model."""
    model = tree.model()
    del model["interactionModel"]["languageModel"]["intents"][-3]
    tree.write_model(model)


def learned_as_ordinary(tree: Tree) -> None:
    """Learns its phrases while it has no row, and then gives it one."""
    path = tree.responses / "safety.toml"
    text = path.read_text("utf-8")
    without_row(tree)
    tree.train()
    path.write_text(text, "utf-8")


HALVES: dict[str, tuple[Callable[[Tree], object], str]] = {
    "no row": (
        without_row,
        r"responses/safety\.toml has no table \[StalkingIntent\], and responses/en/StalkingIntent\.ssml is a safety",
    ),
    "no response": (
        lambda tree: (tree.responses / "en/StalkingIntent.ssml").unlink(),
        r"responses/en/StalkingIntent\.ssml is missing; write the answer",
    ),
    "no discreet twin": (
        lambda tree: (tree.responses / "en/discreet/StalkingIntent.ssml").unlink(),
        r"responses/en/discreet/StalkingIntent\.ssml is missing; write the wording fit to be overheard",
    ),
    "does not say so": (
        lambda tree: tree.change("en/StalkingIntent.ssml", "{% set safety = true %}\n", ""),
        r"responses/en/StalkingIntent\.ssml .* add \{% set safety = true %\}",
    ),
    "its twin does not say so": (
        lambda tree: tree.change("en/discreet/StalkingIntent.ssml", "{% set safety = true %}\n", ""),
        r"responses/en/discreet/StalkingIntent\.ssml .* add \{% set safety = true %\}",
    ),
    "another need": (
        lambda tree: tree.change("en/StalkingIntent.ssml", 'need = "stalking"', 'need = "crisis"'),
        r"responses/en/StalkingIntent\.ssml sets need = 'crisis', and responses/safety\.toml has 'stalking'",
    ),
    "no samples": (without_samples, r"interaction_models/en\.json has no intent StalkingIntent with samples"),
    "no intent": (without_intent, r"interaction_models/en\.json has no intent StalkingIntent with samples"),
    "not learned": (
        lambda tree: (
            Tree.small(tree.responses.parent / "old").models.joinpath("en.learned").replace(tree.models / "en.learned")
        ),
        r"interaction_models/en\.learned has not learned StalkingIntent as a safety answer; run soft-landing train",
    ),
    "learned as ordinary": (
        learned_as_ordinary,
        r"interaction_models/en\.learned has not learned StalkingIntent as a safety answer; run soft-landing train",
    ),
    "an unknown need": (
        lambda tree: tree.change("helplines.toml", 'stalking = "crisis"\n', ""),
        r"responses/helplines\.toml:\d+: the need 'stalking' is none of emergency, crisis",
    ),
    "no helpline": (
        lambda tree: tree.change("helplines.toml", 'stalking = "crisis"\n', 'stalking = ""\n'),
        r"responses/helplines\.toml has no confirmed line for stalking in en-AU; add one",
    ),
}


@pytest.mark.parametrize("half", HALVES)
def test_half_a_safety_answer_is_refused(grown: Tree, tmp_path: Path, half: str) -> None:
    """The skill does not start, and the message names the file, what it lacks and what to do."""
    take_away, message = HALVES[half]
    tree = grown.copy(tmp_path)
    take_away(tree)
    with pytest.raises(ContentError, match=message):
        tree.device()


# -- A topic and a feeling --------------------------------------------------------------------------------------------


def test_the_words_are_found_well(grown: Tree) -> None:
    """The checks find nothing to complain of in what was added, nor in the tables."""
    tree = ContentTree.read(grown.responses)
    names = [name for name in tree.catalogue.names if name.partition(".")[0] in ADDED]
    assert len(names) == len(ADDED)
    assert [str(finding) for finding in check_texts(tree, names) if finding.severe] == []
    assert [str(finding) for finding in check_claims(tree) if finding.severe] == []
    assert [str(finding) for finding in check_routes(tree, grown.models)] == []


def test_a_topic_is_met(device: Device) -> None:
    """It is understood, stands in the list in its place, and the conversation leads on to it."""
    assert device.hear("tell me about a warm bath").response == "BathIntent"
    device.hang_up()
    device.send(intent_request("SkippingIntent", {}))
    assert device.send(intent_request("AMAZON.NextIntent", {})).response == "BathIntent"
    device.hang_up()
    pages = [device.send(intent_request("TopicsIntent", {}))]
    while pages[-1].response == "TopicsIntent":
        pages.append(device.send(intent_request("MoreIntent", {})))
    assert sum("a warm bath" in page.speech for page in pages) >= 1


def test_a_feeling_is_met(device: Device) -> None:
    """It is understood, help knows where one is, and it stands in no list of topics."""
    assert device.hear("i feel sleepy").response == "SleepyIntent"
    assert "feel" in device.send(intent_request("AMAZON.HelpIntent", {})).speech
    assert device.send(intent_request("AMAZON.YesIntent", {})).response == "b-long-out"


def test_what_was_added_may_be_offered(grown: Tree) -> None:
    """Both may be asked about: "was that about a warm bath, or feeling sleepy?"."""
    roles = roles_of(grown.responses)
    assert {"BathIntent", "SleepyIntent"} <= roles.offerable
    assert "BathIntent" in roles.topics
    assert "SleepyIntent" in roles.feelings
