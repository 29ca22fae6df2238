"""The endpoint: what is refused, what is answered, and what is written down."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from amazon import Amazon
from flask import Flask, Response, request
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder, TestResponse, run_wsgi_app

from skill.alexa.endpoint import add_routes
from skill.alexa.log import RequestLog, controls
from skill.app import create_app
from skill.content.responses import Responses
from skill.core.skill import Skill
from skill.dialog.model import PracticeKind, SafetyKind
from skill.dialog.rules import Conversation
from skill.errors import ConfigurationError
from skill.paths import folder
from skill.settings.model import Settings
from skill.settings.sqlite import SqliteStore

pytestmark = pytest.mark.slow  # no word that a writer changes can break it

ID = "amzn1.ask.skill.0b2c3d4e"
MARK = "zanzibar"
"""A word that stands for what somebody said or who they are: it is never found in a log."""


@pytest.fixture(scope="session")
def amazon() -> Amazon:
    """Amazon's signer, with a certificate authority of our own."""
    return Amazon()


@pytest.fixture(scope="session")
def client(amazon: Amazon) -> FlaskClient:
    """The production app, trusting that authority."""
    return create_app(ID, trust_roots=amazon.roots, fetch=amazon.fetch).test_client()


def envelope(request: Any = None, **changes: Any) -> dict[str, Any]:
    """A request as Alexa sends it."""
    body: dict[str, Any] = {
        "version": "1.0",
        "session": {
            "new": True,
            "sessionId": f"amzn1.echo-api.session.{MARK}",
            "application": {"applicationId": ID},
            "user": {"userId": f"amzn1.ask.account.{MARK}"},
        },
        "context": {
            "System": {
                "application": {"applicationId": ID},
                "user": {"userId": f"amzn1.ask.account.{MARK}"},
                "device": {"deviceId": f"amzn1.ask.device.{MARK}", "supportedInterfaces": {}},
                "apiEndpoint": "https://api.amazonalexa.com",
                "apiAccessToken": MARK,
            }
        },
        "request": {
            "type": "LaunchRequest",
            "requestId": f"amzn1.echo-api.request.{MARK}",
            "timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "locale": "en-US",
        },
    }
    body["request"].update(request or {})
    return {key: value for key, value in {**body, **changes}.items() if value is not None}


def post(client: FlaskClient, amazon: Amazon, body: Any) -> TestResponse:
    """Send a signed request."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post("/", data=raw, headers=amazon.sign(raw), content_type="application/json")


def intent(name: str, **slots: str) -> dict[str, Any]:
    """An intent request."""
    filled = {key: {"name": key, "value": value, "confirmationStatus": "NONE"} for key, value in slots.items()}
    return {"type": "IntentRequest", "intent": {"name": name, "confirmationStatus": "NONE", "slots": filled}}


def test_answers_a_signed_launch(client: FlaskClient, amazon: Amazon) -> None:
    """A request that Alexa signed is answered with speech, a question and an open session."""
    answer = post(client, amazon, envelope())
    assert answer.status_code == 200
    assert answer.content_type == "application/json"
    response = answer.get_json()["response"]
    assert response["outputSpeech"]["ssml"].startswith("<speak>")
    assert response["shouldEndSession"] is False


REFUSED: Mapping[str, Callable[[dict[str, str]], dict[str, str]]] = {
    "no headers": lambda headers: {},
    "empty certificate url": lambda headers: headers | {"SignatureCertChainUrl": ""},
    "wrong certificate url": lambda headers: headers | {"SignatureCertChainUrl": "https://example.com/echo.api/x.pem"},
    "another path": lambda headers: headers | {"SignatureCertChainUrl": "https://s3.amazonaws.com/EcHo.aPi/x.pem"},
    "broken port": lambda headers: headers | {"SignatureCertChainUrl": "https://s3.amazonaws.com:x/echo.api/x.pem"},
    "no signature": lambda headers: {k: v for k, v in headers.items() if k != "Signature-256"},
    "empty signature": lambda headers: headers | {"Signature-256": ""},
    "signature that is no base64": lambda headers: headers | {"Signature-256": "%%%"},
    "wrong signature": lambda headers: headers | {"Signature-256": "QUJD"},
    "the old signature alone": lambda headers: {
        "Signature": headers["Signature-256"],
        "SignatureCertChainUrl": headers["SignatureCertChainUrl"],
    },
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(client: FlaskClient, amazon: Amazon, case: str, caplog: pytest.LogCaptureFixture) -> None:
    """What Amazon's certification probes is answered 400, with one line that says how to mend it."""
    raw = json.dumps(envelope()).encode()
    with caplog.at_level(logging.INFO):
        answer = client.post("/", data=raw, headers=REFUSED[case](amazon.sign(raw)))
    assert answer.status_code == 400
    assert len(answer.text) < 80
    lines = [json.loads(record.message) for record in caplog.records if record.name == "skill.requests"]
    assert len(lines) == 1
    assert lines[0]["outcome"] == "refused"
    assert lines[0]["rule"]
    assert lines[0]["hint"]
    assert MARK not in caplog.text


def stale(seconds: int) -> dict[str, Any]:
    """A launch with an old timestamp."""
    when = datetime.now(UTC) - timedelta(seconds=seconds)
    return envelope({"timestamp": when.strftime("%Y-%m-%dT%H:%M:%SZ")})


OTHER = {"context": {"System": {"application": {"applicationId": "amzn1.ask.skill.other"}}}}


@pytest.mark.parametrize(
    "body",
    [
        stale(600),
        stale(-3000),
        envelope({"timestamp": None}),
        envelope(**OTHER),
        envelope(context=None),
        envelope(request=None) | {"request": []},
        [],
        "text",
        b"\xff\xfe",
        b"",
        b"[" * 60_000,
    ],
    ids=[
        "old",
        "from the future",
        "no time",
        "other skill",
        "no context",
        "no request",
        "list",
        "text",
        "bytes",
        "empty",
        "deep",
    ],
)
def test_refuses_signed(client: FlaskClient, amazon: Amazon, body: Any) -> None:
    """A signature is not enough: what is old, meant for another skill or no envelope is refused as well."""
    assert post(client, amazon, body).status_code == 400


def test_refuses_a_changed_body(client: FlaskClient, amazon: Amazon) -> None:
    """The signature covers the exact bytes."""
    raw = json.dumps(envelope()).encode()
    assert client.post("/", data=raw + b" ", headers=amazon.sign(raw)).status_code == 400


def test_refuses_a_large_body(client: FlaskClient, amazon: Amazon) -> None:
    """A body over 128 KB is refused, even signed."""
    assert post(client, amazon, envelope(padding="x" * 129 * 1024)).status_code == 400


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_takes_posts_only(client: FlaskClient, method: str) -> None:
    """Alexa posts; every other method is 405."""
    assert client.open("/", method=method).status_code == 405


@pytest.mark.parametrize("path", ["/?verify=false", "/?local=1"])
def test_has_no_way_round(client: FlaskClient, path: str) -> None:
    """No parameter lets an unsigned request in."""
    assert client.post(path, json=envelope()).status_code == 400


def test_has_no_page(client: FlaskClient) -> None:
    """The page and its paths belong to the local speaker alone."""
    for path in ("/say", "/page/index.html", "/page/page.js"):
        assert client.get(path).status_code in (404, 405)


def test_tells_its_health(client: FlaskClient) -> None:
    """The host learns version, locales and the age of the words, and nothing about anyone."""
    health = client.get("/health").get_json()
    assert sorted(health) == ["locales", "version", "words_changed"]
    assert health["locales"] == list(Responses(folder("responses")).locales)


@pytest.mark.parametrize(("page", "words"), [("privacy", "By default, nothing."), ("terms", "not medical advice")])
def test_shows_the_pages_of_the_listing(client: FlaskClient, page: str, words: str) -> None:
    """The privacy and terms pages that a store listing links to are plain HTML that loads nothing."""
    answer = client.get(f"/{page}")
    assert answer.content_type.startswith("text/html")
    assert words in answer.text
    assert "http" not in answer.text


def test_needs_an_application_id(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the skill's id it refuses to start, and says what to set."""
    monkeypatch.delenv("SOFT_LANDING_APPLICATION_ID", raising=False)
    with pytest.raises(ConfigurationError, match="SOFT_LANDING_APPLICATION_ID"):
        create_app()


@pytest.mark.parametrize(
    "request_",
    [
        {"type": "SessionEndedRequest", "reason": "USER_INITIATED"},
        {"type": "SessionEndedRequest", "reason": "PLAYTIME_LIMIT_REACHED"},
        {"type": "AlexaSkillEvent.SkillEnabled"},
        {"type": "AlexaSkillEvent.SkillDisabled"},
        {
            "type": "System.ExceptionEncountered",
            "error": {"type": "INVALID_RESPONSE", "message": MARK},
            "cause": {"requestId": MARK},
        },
        {"type": "Alexa.Presentation.APL.RuntimeError", "token": "x", "errors": []},
        {"type": "Alexa.Presentation.APLA.RuntimeError", "token": "x", "errors": []},
        {"type": "Something.Nobody.Knows"},
    ],
    ids=lambda request_: f"{request_['type']}-{request_.get('reason', '')}",
)
def test_answers_with_nothing(client: FlaskClient, amazon: Amazon, request_: dict[str, Any]) -> None:
    """What cannot or need not be answered gets an empty valid response."""
    answer = post(client, amazon, envelope(request_))
    assert answer.status_code == 200
    data = answer.get_json()
    assert data["version"] == "1.0"
    assert "outputSpeech" not in data.get("response", {})


@pytest.mark.parametrize("kind", [None, 7, {}])
def test_a_request_of_no_type_keeps_its_session(
    client: FlaskClient, amazon: Amazon, kind: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """What Alexa signed and nobody can understand is answered with nothing; the log names the field and no value."""
    session = {**envelope()["session"], "new": False, "attributes": {"rate": 2, "discreet": True}}
    with caplog.at_level(logging.INFO):
        answer = post(client, amazon, envelope({"type": kind}, session=session))
    assert answer.get_json()["response"] == {}
    assert answer.get_json()["sessionAttributes"] == session["attributes"]
    [line] = [json.loads(record.message) for record in caplog.records if record.name == "skill.requests"]
    assert (line["outcome"], line["field"]) == ("unread", "request.type")


@pytest.mark.parametrize("odd", ['"\\ud83d"', "1" * 400, "1e999", "-1" + "0" * 40])
def test_json_of_any_kind_is_read(client: FlaskClient, amazon: Amazon, odd: str) -> None:
    """Half a character or an endless number in a field that nobody reads does not shut the door."""
    body = json.dumps(envelope(version="odd")).replace('"odd"', odd).encode()
    assert post(client, amazon, body).get_json()["response"]["outputSpeech"]


@pytest.mark.parametrize("body", [b"", b"[" * 5000, b"[]", b'"x"', b"{}{}", b"\xff{}", "{}".encode("utf-16")])
def test_what_is_no_json_object_is_refused(client: FlaskClient, amazon: Amazon, body: bytes) -> None:
    """Signed or not, anything else is refused."""
    assert post(client, amazon, body).status_code == 400


def test_volunteers_for_nothing(client: FlaskClient, amazon: Amazon) -> None:
    """Asked whether it can serve somebody who did not name it, it says no."""
    asked = intent("BodyIntent") | {"type": "CanFulfillIntentRequest"}
    response = post(client, amazon, envelope(asked)).get_json()["response"]
    assert response["canFulfillIntent"]["canFulfill"] == "NO"
    assert "outputSpeech" not in response


@pytest.mark.parametrize(
    ("name", "logged"),
    [
        ("BodyIntent", None),
        ("AssaultIntent", None),
        ("TearyIntent", None),
        ("AMAZON.HelpIntent", "AMAZON.HelpIntent"),
        (MARK, None),
    ],
)
def test_logs_one_line(
    client: FlaskClient, amazon: Amazon, name: str, logged: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    """One line a request: type, control, locale, outcome, milliseconds; never a topic, a word or an id."""
    with caplog.at_level(logging.INFO):
        post(client, amazon, envelope(intent(name, question=MARK)))
    lines = [json.loads(record.message) for record in caplog.records if record.name == "skill.requests"]
    assert len(lines) == 1
    line = lines[0]
    assert line.pop("milliseconds") >= 0
    assert line == {"request": "IntentRequest", "locale": "en-US", "outcome": "answered"} | (
        {"intent": logged} if logged else {}
    )
    assert MARK not in caplog.text
    assert "Intent" not in caplog.text.replace("IntentRequest", "").replace("AMAZON.HelpIntent", "")


@pytest.mark.parametrize(("sent", "logged"), [("en_gb", "en-GB"), ("fr-FR", "fr-FR"), (MARK, None), ("en", None)])
def test_logs_a_locale_and_nothing_in_its_place(
    client: FlaskClient, amazon: Amazon, sent: str, logged: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    """A locale in its usual spelling; what is none is not written."""
    with caplog.at_level(logging.INFO, "skill.requests"):
        post(client, amazon, envelope({"locale": sent}))
    (line,) = [json.loads(record.message) for record in caplog.records if record.name == "skill.requests"]
    assert line.get("locale") == logged
    assert MARK not in caplog.text


def test_names_no_private_intent(client: FlaskClient, amazon: Amazon, caplog: pytest.LogCaptureFixture) -> None:
    """Of all intents of the model only those that steer the conversation are named in the log."""
    steering = {
        "AMAZON.HelpIntent", "AMAZON.StopIntent", "AMAZON.CancelIntent", "AMAZON.NavigateHomeIntent",
        "AMAZON.FallbackIntent", "AMAZON.YesIntent", "AMAZON.NoIntent", "AMAZON.RepeatIntent", "AMAZON.NextIntent",
        "AMAZON.PreviousIntent", "AMAZON.StartOverIntent", "AMAZON.PauseIntent", "AMAZON.ResumeIntent", "MoreIntent",
        "TopicsIntent", "PracticesIntent", "ShorterIntent", "SlowerIntent", "FasterIntent", "SourceIntent",
        "DiscreetIntent", "OpenIntent",
    }  # fmt: skip
    model = json.loads((folder("interaction_models") / "en.json").read_text("utf-8"))
    every = {row["name"] for row in model["interactionModel"]["languageModel"]["intents"]}
    with caplog.at_level(logging.INFO):
        for name in sorted(every):
            post(client, amazon, envelope(intent(name)))
    named = {json.loads(record.message).get("intent") for record in caplog.records if record.name == "skill.requests"}
    assert named - {None} == steering
    assert not any(name in caplog.text for name in every - steering)


def test_a_new_topic_is_private(skill: Skill) -> None:
    """What is added as a topic, a feeling, a practice or a safety answer is never a control."""
    private = replace(
        skill.conversation.catalogue,
        topics=("MoreIntent",),
        parts={},
        safety={"SourceIntent": SafetyKind("crisis")},
        feelings=frozenset({"OpenIntent"}),
        practices={"SlowerIntent": PracticeKind()},
        names=frozenset({"MoreIntent", "SourceIntent", "OpenIntent", "SlowerIntent", "TogetherIntent", "FasterIntent"}),
    )
    assert controls(Conversation(private)) == {"FasterIntent"}


def test_flask_sees_alexa(amazon: Amazon) -> None:
    """What a maintainer hooks into the Flask app is called for Alexa's requests, answered and refused ones."""
    app = create_app(ID, trust_roots=amazon.roots, fetch=amazon.fetch)
    seen: list[tuple[str, Any]] = []

    @app.before_request
    def before() -> None:
        seen.append(("before", request.endpoint))

    @app.after_request
    def after(response: Response) -> Response:
        seen.append(("after", response.status_code))
        response.headers["X-Metrics"] = "1"
        return response

    @app.teardown_request
    def teardown(error: BaseException | None) -> None:
        seen.append(("teardown", error))

    client = app.test_client()
    answer = post(client, amazon, envelope())
    assert (answer.status_code, answer.headers["X-Metrics"]) == (200, "1")
    assert client.post("/", data=b"{}").status_code == 400
    each = [("before", "alexa"), ("after", 200), ("teardown", None)]
    assert seen == [*each, each[0], ("after", 400), each[2]]


def test_a_hook_may_read_the_body(amazon: Amazon) -> None:
    """What was read before is verified and answered all the same."""
    app = create_app(ID, trust_roots=amazon.roots, fetch=amazon.fetch)
    lengths: list[int] = []
    app.before_request(lambda: lengths.append(len(request.get_data())))
    assert post(app.test_client(), amazon, envelope()).status_code == 200
    assert lengths[0] > 100


def cut_off(body: bytes, headers: dict[str, str], promised: int) -> dict[str, Any]:
    """A request whose body ends before its promised length."""
    made = EnvironBuilder(
        method="POST", data=body, headers=list(headers.items()), content_type="application/json"
    ).get_environ()
    return {**made, "CONTENT_LENGTH": str(promised)}


def test_refuses_a_body_cut_off(client: FlaskClient, amazon: Amazon, caplog: pytest.LogCaptureFixture) -> None:
    """A body shorter than was promised is refused, even with a signature over what came."""
    raw = json.dumps(envelope()).encode()
    with caplog.at_level(logging.INFO):
        status = run_wsgi_app(client.application, cut_off(raw, amazon.sign(raw), len(raw) + 5))[1]
    assert status == "400 BAD REQUEST"
    [line] = [json.loads(record.message) for record in caplog.records if record.name == "skill.requests"]
    assert (line["outcome"], line["rule"]) == ("refused", "body")
    assert "proxy" in line["hint"]


class Trusting:
    """A verifier that believes everybody."""

    def verify_signature(self, headers: Any, body: bytes) -> None:
        """Good."""

    def verify_envelope(self, envelope: Any) -> None:
        """Good."""


@pytest.mark.parametrize("answer", ["raises", "is no JSON"])
def test_a_broken_skill_is_no_500(answer: str, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever breaks in or behind the skill, Alexa gets a valid response, and the log has a line without words."""

    def broken(envelope: Any) -> dict[str, Any]:
        if answer == "raises":
            raise ValueError(MARK)
        return {"response": MARK.encode()}

    app = Flask("broken")
    add_routes(app, broken, Trusting(), RequestLog(()), {}, {})  # type: ignore[arg-type]
    with caplog.at_level(logging.INFO):
        response = app.test_client().post("/", json=envelope())
    assert (response.status_code, response.get_json()) == (200, {"version": "1.0", "response": {}})
    assert [json.loads(each.message)["outcome"] for each in caplog.records if each.name == "skill.requests"] == [
        "broken"
    ]
    assert MARK not in caplog.text


TIMES: Mapping[str, Callable[[datetime], object]] = {
    "whole seconds": lambda now: now.strftime("%Y-%m-%dT%H:%M:%SZ"),
    "milliseconds": lambda now: now.strftime("%Y-%m-%dT%H:%M:%S.123Z"),
    "nanoseconds": lambda now: now.strftime("%Y-%m-%dT%H:%M:%S.123456789Z"),
    "an offset": lambda now: now.isoformat(),
    "epoch seconds": lambda now: int(now.timestamp()),
    "epoch seconds with fractions": lambda now: now.timestamp(),
    "epoch milliseconds": lambda now: int(now.timestamp() * 1000),
}
"""How a time has been seen written."""


@pytest.fixture(scope="module")
def remembering(amazon: Amazon, tmp_path_factory: pytest.TempPathFactory) -> tuple[FlaskClient, SqliteStore]:
    """The production app, and the store that it keeps settings in."""
    store = SqliteStore(tmp_path_factory.mktemp("store") / "settings.db", "secret")
    return create_app(ID, trust_roots=amazon.roots, fetch=amazon.fetch, store=store).test_client(), store


@pytest.mark.parametrize("written", TIMES)
def test_a_time_is_a_time_at_the_door_and_behind_it(
    remembering: tuple[FlaskClient, SqliteStore], amazon: Amazon, written: str
) -> None:
    """However a time is written: a launch and a disclosure are answered, and who disables the skill is forgotten."""
    client, store = remembering
    user = f"amzn1.ask.account.{MARK}"
    store.keep(user, Settings())
    now = {"timestamp": TIMES[written](datetime.now(UTC))}
    for asked, said in ((now, "Soft Landing"), ({**intent("SelfHarmIntent"), **now}, "Lifeline")):
        answer = post(client, amazon, envelope(asked))
        assert answer.status_code == 200
        assert said in answer.get_json()["response"]["outputSpeech"]["ssml"]
    an_hour_ago = {"timestamp": TIMES[written](datetime.now(UTC) - timedelta(minutes=59))}
    assert post(client, amazon, envelope(an_hour_ago)).status_code == 400
    event = envelope({"type": "AlexaSkillEvent.SkillDisabled", **an_hour_ago}, session=None)
    assert post(client, amazon, event).status_code == 200
    assert store.recall(user) is None


def test_speaks_an_unknown_locale(client: FlaskClient, amazon: Amazon, caplog: pytest.LogCaptureFixture) -> None:
    """A locale that we do not speak falls back, and the log says so."""
    with caplog.at_level(logging.INFO):
        answer = post(client, amazon, envelope({"locale": "fr-FR"}))
    assert answer.get_json()["response"]["outputSpeech"]["ssml"]
    assert "locale fr-FR is not spoken here; answered in en-US" in caplog.text


def test_apologises(amazon: Amazon, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever breaks behind the door is an apology to the listener and a place in the log, without their words."""
    from skill.dialog.rules import Conversation

    def break_(self: Any, request: Any, session: Any) -> Any:
        raise ValueError(MARK)

    client = create_app(ID, trust_roots=amazon.roots, fetch=amazon.fetch).test_client()
    monkeypatch.setattr(Conversation, "answer", break_)
    answer = post(client, amazon, envelope(intent("BodyIntent")))
    assert "went wrong" in answer.get_json()["response"]["outputSpeech"]["ssml"]
    assert "apologised: ValueError at test_web.py" in caplog.text
    assert MARK not in caplog.text
