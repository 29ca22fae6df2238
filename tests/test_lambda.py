"""The skill as a Lambda function, called with recorded events."""

import importlib
import json
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from skill import lambda_handler
from skill.errors import ConfigurationError
from skill.settings.sqlite import SqliteStore

pytestmark = pytest.mark.slow  # no word that a writer changes can break it

ID = "amzn1.ask.skill.0b2c3d4e"
MARK = "zanzibar"
"""A word that stands for what somebody said or who they are: it is never found in a log."""

LONG_AGO = "2019-06-01T12:00:00Z"
"""Lambda may be called again with the same event; how old it is does not matter there."""

Event = dict[str, Any]


def event(request: Event, *, application: str = ID, session: bool = True) -> Event:
    """An event as Lambda hands it over."""
    user = {"userId": f"amzn1.ask.account.{MARK}"}
    told: Event = {
        "version": "1.0",
        "session": {
            "new": True,
            "sessionId": f"amzn1.echo-api.session.{MARK}",
            "application": {"applicationId": application},
            "attributes": {},
            "user": user,
        },
        "context": {
            "System": {
                "application": {"applicationId": application},
                "user": user,
                "device": {"deviceId": f"amzn1.ask.device.{MARK}", "supportedInterfaces": {}},
                "apiEndpoint": "https://api.amazonalexa.com",
                "apiAccessToken": MARK,
            }
        },
        "request": {"requestId": f"amzn1.echo-api.request.{MARK}", "timestamp": LONG_AGO, "locale": "en-GB", **request},
    }
    if not session:
        del told["session"]
    return told


def intent(name: str) -> Event:
    """An intent request without slots."""
    return {"type": "IntentRequest", "intent": {"name": name, "confirmationStatus": "NONE", "slots": {}}}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> SqliteStore:
    """A store for the few settings."""
    return SqliteStore(tmp_path_factory.mktemp("store") / "settings.db", "a long random text")


@pytest.fixture(scope="module")
def answer(store: SqliteStore) -> Callable[[Event], Event]:
    """The skill as the function knows it."""
    made = lambda_handler.create_handler(ID, store=store)
    return lambda told: dict(made(told))


def test_answers_a_launch(answer: Callable[[Event], Event]) -> None:
    """A request is answered like at the door, however old it is."""
    response = answer(event({"type": "LaunchRequest"}))["response"]
    assert response["outputSpeech"]["ssml"].startswith("<speak>")
    assert response["shouldEndSession"] is False


def test_goes_on_with_a_session(answer: Callable[[Event], Event]) -> None:
    """What the session remembers goes back and forth: yes leads to what was offered."""
    first = answer(event(intent("BodyIntent")))
    second = event(intent("AMAZON.RepeatIntent"))
    second["session"] |= {"new": False, "attributes": first["sessionAttributes"]}
    assert answer(second)["response"]["outputSpeech"] == first["response"]["outputSpeech"]


@pytest.mark.parametrize(
    "request_type",
    ["SessionEndedRequest", "AlexaSkillEvent.SkillDisabled", "System.ExceptionEncountered", "Alexa.Something.New"],
)
def test_is_silent_where_nobody_waits(answer: Callable[[Event], Event], request_type: str) -> None:
    """Requests that take no speech, and those that nobody knows yet, get an empty answer; some have no session."""
    told = event({"type": request_type}, session=request_type == "SessionEndedRequest")
    assert "outputSpeech" not in answer(told)["response"]


def test_disabling_the_skill_forgets(answer: Callable[[Event], Event], store: SqliteStore) -> None:
    """Whoever asked to be remembered is forgotten with the skill."""
    user = f"amzn1.ask.account.{MARK}"
    asked = answer(event(intent("RememberIntent")))
    agreed = event(intent("AMAZON.YesIntent"))
    agreed["session"] |= {"new": False, "attributes": asked["sessionAttributes"]}
    answer(agreed)
    assert store.recall(user) is not None
    answer(event({"type": "AlexaSkillEvent.SkillDisabled"}, session=False))
    assert store.recall(user) is None


@pytest.mark.parametrize(
    "told",
    [
        event({"type": "LaunchRequest"}, application="amzn1.ask.skill.another"),
        event({"type": "LaunchRequest"}, application=""),
        {**event({"type": "LaunchRequest"}), "context": {}},
        {**event({"type": "LaunchRequest"}), "session": {"application": {"applicationId": "amzn1.ask.skill.another"}}},
        {"request": {"type": "LaunchRequest"}},
        {"context": None},
    ],
    ids=["another", "empty", "no context", "two minds", "a request alone", "a context of nothing"],
)
def test_another_skill_is_not_answered(
    answer: Callable[[Event], Event], told: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """A trigger that lets everybody in is not enough to be answered."""
    with caplog.at_level(logging.INFO, "skill"), pytest.raises(lambda_handler.NotThisSkill):
        answer(told)
    assert '"rule":"application-id"' in caplog.text


@pytest.mark.parametrize(
    "odd",
    [{"requestContext": {}}, {"httpMethod": "POST"}, {"session": {"application": {"applicationId": None}}}],
    ids=["a new field", "another", "an id of nothing"],
)
def test_an_odd_field_beside_the_request_costs_nothing(answer: Callable[[Event], Event], odd: dict[str, Any]) -> None:
    """A request for this skill is one whatever stands beside it, as it is at the door of the app."""
    assert "outputSpeech" in answer({**event({"type": "LaunchRequest"}), **odd})["response"]


BODY = json.dumps(event({"type": "LaunchRequest"}))
HTTP_EVENTS: dict[str, Event] = {
    "function url or http api": {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/",
        "headers": {"signature-256": MARK, "content-type": "application/json"},
        "requestContext": {"domainName": "x.lambda-url.eu-west-1.on.aws", "http": {"method": "POST", "path": "/"}},
        "body": BODY,
        "isBase64Encoded": False,
    },
    "rest api": {
        "resource": "/",
        "path": "/",
        "httpMethod": "POST",
        "headers": {"Signature-256": MARK},
        "requestContext": {"stage": "dev", "httpMethod": "POST", "resourcePath": "/"},
        "body": BODY,
    },
    "load balancer": {
        "requestContext": {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/a/b"}},
        "httpMethod": "POST",
        "path": "/",
        "body": BODY,
    },
    "a gateway's request, made by hand": {"httpMethod": "POST", "path": "/", "body": BODY},
}
OTHER_EVENTS: dict[str, Any] = {
    "the console's test": {"key1": "value1", "key2": "value2", "key3": "value3"},
    "a smart-home directive": {"directive": {"header": {"namespace": "Alexa", "name": "ReportState"}, "payload": {}}},
    "a schedule": {"version": "0", "source": "aws.events", "detail-type": "Scheduled Event", "detail": {}},
    "a queue": {"Records": [{"eventSource": "aws:sqs", "body": BODY}]},
    "nothing": {},
    "a list": [],
    "none": None,
    "a text": BODY,
}


@pytest.mark.parametrize(
    ("told", "rule", "said", "hint"),
    [
        *[
            pytest.param(told, "http-event", "an HTTP event", "let Alexa call the function itself", id=name)
            for name, told in HTTP_EVENTS.items()
        ],
        *[
            pytest.param(told, "no-request", "no request for a custom skill", "take other triggers away", id=name)
            for name, told in OTHER_EVENTS.items()
        ],
    ],
)
def test_what_is_no_request_for_a_skill_is_told_apart(
    answer: Callable[[Event], Event], told: Any, rule: str, said: str, hint: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A function that is wired by HTTP, or called by something else, says what it is and what to do, and of nobody."""
    with caplog.at_level(logging.INFO, "skill"), pytest.raises(lambda_handler.NotThisSkill, match=said) as raised:
        answer(told)
    assert hint in str(raised.value)
    (line,) = [json.loads(record.message) for record in caplog.records if record.name == "skill.requests"]
    assert (line["outcome"], line["rule"], hint in line["hint"]) == ("refused", rule, True)
    assert MARK not in f"{caplog.text}{raised.value}"


def test_the_log_is_of_nobody(answer: Callable[[Event], Event], caplog: pytest.LogCaptureFixture) -> None:
    """One line a request: what kind it was and how it went."""
    with caplog.at_level(logging.DEBUG):
        answer(event(intent("AMAZON.HelpIntent")))
        answer(event(intent("SadIntent")))
    assert '"intent":"AMAZON.HelpIntent"' in caplog.text
    assert "SadIntent" not in caplog.text
    assert MARK not in caplog.text


def test_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an application id it does not start, and says why."""
    monkeypatch.delenv("SOFT_LANDING_APPLICATION_ID", raising=False)
    with pytest.raises(ConfigurationError, match="SOFT_LANDING_APPLICATION_ID"):
        lambda_handler.create_handler()


@pytest.fixture
def function(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """The module as Lambda loads it: in its environment, with its settings."""
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "soft-landing")
    monkeypatch.setenv("SOFT_LANDING_APPLICATION_ID", ID)
    monkeypatch.setenv("SOFT_LANDING_STORE", str(tmp_path / "settings.db"))
    level = logging.getLogger("skill").level
    lambda_handler.ready.cache_clear()
    yield importlib.reload(lambda_handler)
    monkeypatch.undo()
    logging.getLogger("skill").setLevel(level)
    lambda_handler.ready.cache_clear()
    importlib.reload(lambda_handler)


def test_is_built_once_while_the_function_starts(function: Any) -> None:
    """Nobody waits for the words to be read: they are there before the first request, and stay."""
    assert function.ready.cache_info().misses == 1
    for _ in range(2):
        assert json.dumps(function.handler(event({"type": "LaunchRequest"}), None))
    assert function.ready.cache_info().misses == 1


def test_needs_no_web_server() -> None:
    """The function loads neither Flask nor what verifies certificates."""
    asked = (
        "import sys, skill.lambda_handler; print(sorted({'flask', 'werkzeug', 'cryptography.x509'} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


@pytest.mark.parametrize(("request_", "field"), [({"type": None}, "request.type"), ({"type": 5}, "request.type")])
def test_silence_is_not_taken_for_an_answer(
    answer: Callable[[Event], Event], request_: Event, field: str, caplog: pytest.LogCaptureFixture
) -> None:
    """What could not be read is answered with nothing, and the log says so, with the field."""
    with caplog.at_level(logging.INFO, "skill"):
        assert answer(event(request_))["response"] == {}
    [line] = [json.loads(record.message) for record in caplog.records if record.name == "skill.requests"]
    assert (line["outcome"], line["field"]) == ("unread", field)
