"""The page of the local speaker, in headless Chromium: a conversation, the screen and the card, and exact exercises."""

import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("selenium", reason="selenium is not installed: pip install 'soft-landing[test]'")

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed: apt-get install chromium"),
    pytest.mark.skipif(not DRIVER, reason="chromedriver is not installed: apt-get install chromium-driver"),
]

WAIT = 10
WIDTHS = (320, 390, 768, 1280, 1920)
LATE = 50
"""How far a cue may be from its planned time, in milliseconds."""

FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip

# The least contrast of any text with what lies behind it, by the formula of WCAG 2.2, and the text that has it.
CONTRAST = """
const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
  .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
const behind = (node) => {
  for (let at = node; at; at = at.parentElement) {
    const [r, g, b, a = 1] = parse(getComputedStyle(at).backgroundColor);
    if (a === 1) return [r, g, b];
  }
};
let least = [21, ""];
for (const node of document.querySelectorAll("body *")) {
  const own = [...node.childNodes].some((each) => each.nodeType === 3 && each.data.trim());
  if (!own || !node.checkVisibility()) continue;
  const [one, other] = [light(parse(getComputedStyle(node).color)), light(behind(node))];
  const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  if (ratio < least[0]) least = [ratio, `${node.tagName}.${node.className} ${node.textContent.slice(0, 40)}`];
}
return least;
"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where `soft-landing serve` answers, on a free loopback port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    where = f"http://127.0.0.1:{port}/"
    command = [sys.executable, "-m", "skill", "serve", "--port", str(port)]
    with subprocess.Popen(
        command, cwd=Path(__file__).parents[1], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            until = time.monotonic() + 120
            while not answers(f"{where}health"):
                assert server.poll() is None, "soft-landing serve has stopped"
                assert time.monotonic() < until, "soft-landing serve does not answer"
                time.sleep(0.1)
            yield where
        finally:
            server.terminate()


def answers(where: str) -> bool:
    """Whether somebody answers there."""
    try:
        with urllib.request.urlopen(where, timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """A headless Chromium with a profile of its own. It is told its driver, so that nothing is downloaded."""
    options = ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = Chrome(options=options, service=Service(DRIVER))
    driver.set_script_timeout(40)
    try:
        yield driver
    finally:
        driver.quit()


class Page:
    """The page as somebody at the keyboard meets it."""

    def __init__(self, driver: Chrome, address: str) -> None:
        self.driver, self.address = driver, address

    def open(self) -> None:
        """A fresh page in a fresh session."""
        self.driver.get(self.address)
        self.wait(lambda: self.run("return Boolean(window.softLanding)"))

    def all(self, selector: str) -> list[WebElement]:
        """All elements of a kind."""
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> WebElement:
        """The only element of its kind."""
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def texts(self, selector: str) -> list[str]:
        """What elements of a kind say."""
        return [" ".join(each.text.split()) for each in self.all(selector)]

    def run(self, script: str, *values: Any) -> Any:
        """Run a script in the page."""
        return self.driver.execute_script(script, *values)

    def wait(self, true: Callable[[], Any]) -> None:
        """Wait until something is so."""
        WebDriverWait(self.driver, WAIT, poll_frequency=0.05).until(lambda _: true())

    def answered(self, act: Callable[[], Any]) -> str:
        """Do something that says words to the speaker, and wait for the answer."""
        before = len(self.all(".turn .behind"))
        act()
        self.wait(lambda: len(self.all(".turn .behind")) > before)
        return self.texts(".spoken .words")[-1]

    def say(self, words: str) -> str:
        """Type something, press Enter, and read the answer."""
        return self.answered(lambda: self.one("#text").send_keys(words, Keys.ENTER))

    def state(self) -> str:
        """What the page says about the session."""
        return str(self.run("return document.querySelector('#state').textContent"))

    def show_workings(self) -> None:
        """What stands behind its switch: intents, envelopes, the device."""
        if not self.one("#workings").is_selected():
            self.one("#workings").click()

    def envelopes(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The newest request and response, unfolded."""
        self.show_workings()
        self.run("arguments[0].click()", self.all(".behind summary")[-1])  # the talk may still be scrolling to it
        self.wait(lambda: self.all(".turn:last-of-type .behind pre"))
        request, response = (json.loads(text) for text in self.texts(".turn:last-of-type .behind pre")[-2:])
        return request, response

    def module(self, file: str, name: str, *values: Any) -> Any:
        """What a function of one of the page's own scripts makes of some values."""
        script = "return import(`/page/${arguments[0]}.js`).then((page) => page[arguments[1]](...arguments[2]))"
        return self.run(script, file, name, values)

    def play(self, timeline: list[dict[str, Any]]) -> None:
        """Start an exercise. `window.finished` is set at its end: whether it ran to it, and after how long."""
        self.run(
            "window.finished = null; window.began = performance.now(); window.softLanding.play(arguments[0])"
            ".then((whole) => { window.finished = [whole, performance.now() - window.began]; }); ",
            timeline,
        )
        assert self.one("#player").is_displayed()

    def wait_for_end(self) -> None:
        """Wait until the exercise has ended or was stopped."""
        WebDriverWait(self.driver, 30).until(lambda _: self.run("return window.finished"))

    def size(self, width: int, height: int = 800) -> None:
        """The window, without its frame."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def is_still(self) -> bool:
        """Whether no colour is on its way to another."""
        return not self.run("return document.getAnimations().some((each) => each instanceof CSSTransition)")

    def prefer(self, **features: str) -> None:
        """What the person has asked of their system, such as `color_scheme="dark"`."""
        asked = [{"name": f"prefers-{name.replace('_', '-')}", "value": value} for name, value in features.items()]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": asked})


@pytest.fixture
def page(chromium: Chrome, address: str) -> Iterator[Page]:
    """The page, freshly opened; whatever a test does there, the console stays empty."""
    held = Page(chromium, address)
    held.size(1280)
    held.prefer(color_scheme="light", reduced_motion="no-preference")
    chromium.get_log("browser")  # type: ignore[no-untyped-call]
    held.open()
    yield held
    assert chromium.get_log("browser") == []  # type: ignore[no-untyped-call]


def cues(*rows: tuple[str, int, str]) -> list[dict[str, Any]]:
    """A timeline of kinds, lengths and texts."""
    made, at = [], 0
    for kind, length, text in rows:
        made.append({"start": at, "length": length, "kind": kind, "text": text})
        at += length
    return made


BREATHS = cues(
    ("say", 1100, "Keep it easy."), ("silence", 700, ""),
    ("in", 500, "in"), ("in", 500, "two"), ("in", 480, "three"), ("hold", 900, "and hold"), ("out", 1700, "and out"),
    ("rest", 300, ""), ("in", 900, "in"), ("top-up", 600, "and more"), ("hold", 730, "hold"), ("out", 1500, "out"),
    ("natural", 700, "Still here."), ("silence", 333, ""), ("say", 1057, "That was it."),
)  # fmt: skip


def test_ten_turns(page: Page) -> None:
    """Ten things typed are ten turns on the page, each with an answer; the session opens, closes, and opens anew."""
    assert page.state() == "No session yet"
    said = ["open soft landing", "topics", "yes", "tell me more", "repeat that",
            "is consent still important afterwards", "shorter", "where is that from", "help", "stop"]  # fmt: skip
    spoken = []
    for words in said:
        spoken.append(page.say(words))
        assert page.state() == ("Session closed" if words == "stop" else "Session open")
    assert page.texts(".heard .words") == said
    assert page.texts(".spoken .words") == spoken
    assert all(spoken)
    assert spoken[0].startswith(("Hello", "Welcome"))
    assert page.one(".divider").text.startswith("Take care.")
    page.wait(lambda: page.run("return document.querySelector('#said').textContent").startswith(spoken[-1]))
    page.say("open soft landing")
    assert page.state() == "Session open"


def test_screen_and_card(page: Page) -> None:
    """A topic is shown on the screen, until the device has none, and leaves a card on request."""
    page.show_workings()
    assert "No card" in page.one("#card").text
    spoken = page.say("is consent still important afterwards")
    request, response = page.envelopes()
    assert "Alexa.Presentation.APL" in request["context"]["System"]["device"]["supportedInterfaces"]
    answer = response["response"]["directives"][0]["datasources"]["answer"]
    assert [page.one(f"#screen-{part}").text for part in ("heading", "text", "hint")] == [
        answer["title"], answer["text"], answer["hint"]]  # fmt: skip
    assert answer["text"] in spoken
    assert "No card" in page.one("#card").text
    page.say("send it to my phone")
    card = page.envelopes()[1]["response"]["card"]
    assert page.one("#card h3").text == card["title"]
    assert page.run("return document.querySelector('#card p').textContent") == card["content"]

    page.one("#screen-on").click()
    assert not page.one("#screen").is_displayed()
    page.say("help")
    request, response = page.envelopes()
    assert request["context"]["System"]["device"]["supportedInterfaces"] == {}
    assert "Alexa.Presentation" not in json.dumps(response)


def test_shapes(page: Page) -> None:
    """Each shape of screen gets the proportions and the sizes that the document itself has for it."""
    page.show_workings()
    page.say("is consent still important afterwards")
    seen = {}
    for label in page.all("#shapes label"):
        label.click()
        width, height, size = page.run(
            "const screen = document.querySelector('#screen');"
            "const text = getComputedStyle(document.querySelector('#screen-text'));"
            "return [screen.clientWidth, screen.clientHeight, parseFloat(text.fontSize)]"
        )
        seen[label.text] = (round(width / height, 1), round(size / width * 1000))
    assert seen["Round"] == (1.0, round(24 / 480 * 1000))
    assert seen["Landscape"] == (1.6, round(44 / 1280 * 1000))
    assert seen["Portrait"][0] == 0.6
    assert seen["TV"] == (1.8, round(28 / 960 * 1000))
    assert len(set(seen.values())) == len(seen) == 5


def test_conditions(page: Page) -> None:
    """A resource's condition is read as APL reads it; one that the page cannot read does not hold."""
    viewport = {"shape": "rectangle", "mode": "HUB", "width": 960, "height": 480}
    for condition, expected in {
        "${viewport.shape == 'round'}": False,
        "${viewport.shape != 'round' && viewport.height < 600 && viewport.width >= 960}": True,
        "${viewport.shape == 'round' || viewport.mode == 'HUB'}": True,
        "${viewport.height > viewport.width}": False,
        "${viewport.width > viewport.height}": True,
        "${environment.somethingElse}": False,
    }.items():
        assert page.module("screen", "holds", condition, viewport) is expected, condition


def test_first_view(page: Page) -> None:
    """It says in one line what this is for, asks for sound first, has three questions, and says what is kept."""
    assert "aftercare" in page.one(".lead").text
    buttons = [each.get_attribute("id") for each in page.all("button") if each.is_displayed()]
    assert buttons[0] == "sound-on"
    assert len(page.all("#questions button")) == 3
    privacy = page.one("#privacy").text
    assert page.say("what do you keep").startswith(privacy)


def test_chips(page: Page) -> None:
    """What can be said next stands there to be clicked, as the session has it, and a click says it."""
    page.answered(page.one("#questions button").click)
    assert page.texts(".heard .words") == ["Why did I cry?"]
    assert page.texts("#next button") == ["tell me more", "a calm minute", "stop"]
    page.say("topics")
    assert page.texts("#next button")[:2] == ["what aftercare is", "your body afterwards"]
    page.answered(page.all("#next button")[-1].click)
    assert page.state() == "Session closed"
    assert page.texts("#next button") == ["Why did I cry?", "We're both tired", "Breathe with me"]


def test_help_is_a_tap_away(page: Page) -> None:
    """The words that an answer says lead to help can be tapped in it, and a number is not broken between two lines."""
    page.say("why did i cry")
    assert "1 800 656 4673" in page.answered(page.one(".help").click)
    assert page.texts(".heard .words")[-1] == "I need a number"
    spoken = page.run("return [...document.querySelectorAll('.spoken')].at(-1).textContent")
    assert "1\u00a0800\u00a0656\u00a04673" in spoken


def test_workings(page: Page) -> None:
    """Intents, envelopes and the device stand behind one switch, which is off."""
    page.say("is consent still important afterwards")
    hidden = [page.one(each) for each in (".behind summary", "#device", "#screen", "#card")]
    assert not any(each.is_displayed() for each in hidden)
    page.show_workings()
    assert all(each.is_displayed() for each in hidden)
    assert page.one(".behind summary").text.startswith("ConsentIntent, ")


def test_voice(page: Page) -> None:
    """The voice keeps SSML's pauses, its rate and its whisper, and reads a number digit by digit."""
    ssml = (
        '<speak><amazon:effect name="whispered"><prosody rate="80%">Hello &amp; welcome. <break time="600ms"/>'
        'Call <say-as interpret-as="digits">988</say-as>.</prosody></amazon:effect><break time="1.5s"/>Bye.</speak>'
    )
    quiet = {"rate": 0.8, "volume": 0.35}
    assert page.module("voice", "steps", ssml) == [
        {"text": "Hello & welcome. ", **quiet},
        {"pause": 600},
        {"text": "Call 9 8 8.", **quiet},
        {"pause": 1500},
        {"text": "Bye.", "rate": 1, "volume": 1},
    ]


def test_aloud(page: Page) -> None:
    """The page is silent until it is asked to read aloud, and then it uses voices of this machine only."""
    page.run(
        "window.uttered = [];"
        "speechSynthesis.getVoices = () => ["
        "  {lang: 'en-US', localService: false, name: 'far'}, {lang: 'en_US', localService: true, name: 'near'}];"
        "window.SpeechSynthesisUtterance = function (text) { this.text = text; };"
        "speechSynthesis.speak = (each) => { window.uttered.push([each.text, each.voice.name]); each.onend?.(); "
        "  setTimeout(() => each.onend()); };"
    )
    page.say("open soft landing")
    assert page.run("return window.uttered") == []
    page.one("#aloud").click()
    spoken = page.say("help")
    page.wait(lambda: page.run("return window.uttered.map(([text]) => text).join(' ')") == spoken)
    assert {name for _, name in page.run("return window.uttered")} == {"near"}


def test_locales_and_new_session(page: Page) -> None:
    """The locale goes out with the request, and a new session starts without what the last one remembered."""
    locales = page.texts("#locale option")
    assert {"en-US", "en-GB", "en-IN"} <= set(locales)
    page.all("#locale option")[locales.index("en-GB")].click()
    page.say("open soft landing")
    request, _ = page.envelopes()
    assert request["request"]["locale"] == "en-GB"
    page.one("#new").click()
    page.wait(lambda: page.state() == "No session yet")
    page.say("help")
    request, _ = page.envelopes()
    assert request["session"]["new"] is True
    assert request["session"]["attributes"] == {}


def test_keyboard(page: Page) -> None:
    """Everything can be done from the keyboard: the field has the focus, gets it back, and remembers what was said."""
    focused = "return document.activeElement.id"
    assert page.run(focused) == "text"
    page.answered(lambda: page.one("#questions button").send_keys(Keys.ENTER))
    assert page.run(focused) == "text"
    page.one("#text").send_keys(Keys.ARROW_UP)
    assert page.one("#text").get_property("value") == "Why did I cry?"
    page.one("#text").send_keys(Keys.ARROW_DOWN)
    assert page.one("#text").get_property("value") == ""
    page.one("#new").send_keys("/")
    assert page.run(focused) == "text"
    page.play(BREATHS)
    assert page.run(focused) == "halt"
    page.one("#halt").send_keys(Keys.ENTER)
    page.wait_for_end()
    assert page.run(focused) == "text"
    page.show_workings()
    names = page.run(
        "return [...document.querySelectorAll('button, input, select, summary')]"
        ".filter((each) => each.checkVisibility())"
        ".map((each) => (each.labels?.[0]?.textContent || each.ariaLabel || each.textContent).trim())"
    )
    assert all(names)


def test_nothing_is_kept(page: Page, address: str) -> None:
    """Nothing is stored in the browser, and nothing is fetched from anywhere else."""
    page.say("open soft landing")
    assert page.run("return [localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    fetched = page.run("return performance.getEntriesByType('resource').map((each) => each.name)")
    assert fetched
    assert all(name.startswith(address) for name in fetched)


@pytest.mark.parametrize("width", WIDTHS)
def test_widths(page: Page, width: int) -> None:
    """Nothing has to be scrolled sideways, from a small phone to a wide desktop, whatever is said or played."""
    page.size(width, 640)
    room = "const {scrollWidth, clientWidth} = document.documentElement; return scrollWidth - clientWidth"
    assert page.run("return window.innerWidth") == width
    assert page.run(room) == 0
    page.say("is consent still important afterwards")
    page.say("w" * 300)
    page.envelopes()
    assert page.run(room) == 0
    page.play(BREATHS)
    assert page.run(room) == 0
    assert page.run(
        "const bottom = (name) => document.querySelector(name).getBoundingClientRect().bottom;"
        "return bottom('.desk') <= bottom('.talk')"
    )


def test_a_long_talk_scrolls_in_its_place(page: Page) -> None:
    """The newest answer is seen to its end, and the page itself does not scroll beside the talk."""
    page.size(390, 640)
    for words in ("topics", "tell me more", "tell me more", "is consent still important afterwards", "shorter"):
        page.say(words)
    page.wait(
        lambda: page.run(
            "const box = (each) => [...document.querySelectorAll(each)].at(-1).getBoundingClientRect();"
            "return box('.heard').top >= box('#log').top && box('.question').bottom <= box('#log').bottom"
        )
    )
    room = "const {scrollHeight, clientHeight} = document.documentElement; return scrollHeight - clientHeight"
    assert page.run(room) == 0


def test_a_low_window(page: Page) -> None:
    """On a phone on its side all of the talk can be reached, and a practice is seen whole, with its Stop."""
    page.size(844, 390)
    page.say("is consent still important afterwards")
    assert page.run("const log = document.querySelector('#log'); return log.scrollHeight - log.clientHeight") == 0
    page.play(BREATHS)
    assert page.run("return document.querySelector('.desk').getBoundingClientRect().bottom <= innerHeight")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast(page: Page, scheme: str) -> None:
    """All text can be read: its contrast is at least 4.5 to 1, in light and in dark."""
    page.prefer(color_scheme=scheme)
    page.say("is consent still important afterwards")
    page.envelopes()
    page.wait(page.is_still)
    ratio, text = page.run(CONTRAST)
    assert ratio >= 4.5, text
    page.play(BREATHS)
    page.wait(page.is_still)
    ratio, text = page.run(CONTRAST)
    assert ratio >= 4.5, text


def test_no_answer(page: Page) -> None:
    """When the speaker does not answer, what was said stays, says so once, and can be said again."""
    page.run("window.real = window.fetch; window.fetch = () => Promise.reject(new TypeError('gone'))")
    page.one("#text").send_keys("topics", Keys.ENTER)
    page.wait(lambda: len(page.all(".turn .lost")) == 1)
    assert page.texts(".heard .words") == ["topics"]
    assert page.one("#note").text == ""
    assert not page.one("#offers").is_displayed()
    page.one(".lost button").click()
    page.wait(lambda: len(page.all(".turn .lost")) == 1)
    page.run("window.fetch = window.real")
    assert page.answered(page.one(".lost button").click).startswith("There's what aftercare is.")
    assert page.all(".lost") == []
    assert page.texts(".heard .words") == ["topics"]


def test_exercise_timing(page: Page) -> None:
    """Every cue of an exercise falls within 50 ms of its planned time, and the circle follows the breath."""
    page.play(BREATHS)
    page.run(
        "window.sizes = []; const circle = document.querySelector('.stage .breath');"
        "(function look() { window.sizes.push([performance.now() - window.began, circle.getBoundingClientRect().width,"
        "document.querySelector('#word').textContent]); if (!window.finished) requestAnimationFrame(look); })();"
    )
    page.wait_for_end()
    fired = page.run("return window.softLanding.cues")
    assert [cue["planned"] for cue in fired] == [cue["start"] for cue in BREATHS]
    assert [cue["text"] for cue in fired] == [cue["text"] for cue in BREATHS]
    assert max(abs(cue["actual"] - cue["planned"]) for cue in fired) <= LATE
    total = BREATHS[-1]["start"] + BREATHS[-1]["length"]
    assert page.run("return window.finished") == [True, pytest.approx(total, abs=LATE)]
    assert not page.one("#player").is_displayed()

    looks = page.run("return window.sizes")
    words = [word for at, (_, _, word) in enumerate(looks) if at == 0 or looks[at - 1][2] != word]
    assert [word for word in words if word] == ["In", "Hold", "Out", "In", "And more", "Hold", "Out"]

    def width(at: int) -> float:
        """How wide the circle was at a time."""
        return float(min(looks, key=lambda look: abs(look[0] - at))[1])

    start, end = 1800, 3280
    assert width(start) < width((start + end) // 2) < width(end)
    assert width(end) == pytest.approx(width(end + 800), rel=0.02)  # held
    assert width(end + 900 + 1700) == pytest.approx(width(start), rel=0.05)  # out again


def test_exercise_without_motion(page: Page) -> None:
    """For somebody who asked for less motion the circle stays still, and the words still change."""
    page.prefer(reduced_motion="reduce")
    page.play(cues(("in", 400, "in"), ("hold", 400, "hold"), ("out", 400, "and out")))
    page.run(
        "window.sizes = new Set(); window.words = new Set();"
        "(function look() { window.sizes.add(document.querySelector('.stage .breath').style.transform);"
        "window.words.add(document.querySelector('#word').textContent);"
        "if (!window.finished) requestAnimationFrame(look); })();"
    )
    page.wait_for_end()
    assert page.run("return [...window.sizes].length") == 1
    assert {"Hold", "Out"} <= set(page.run("return [...window.words]"))


def test_exercise_stops(page: Page) -> None:
    """An exercise stops at its button and at Escape without a word to the skill, and at whatever is said."""
    page.play(BREATHS)
    page.one("#halt").click()
    page.wait_for_end()
    page.play(BREATHS)
    assert page.one("#caption").text == "Keep it easy."
    page.one("#text").send_keys(Keys.ESCAPE)
    page.wait_for_end()
    assert page.texts(".turn") == []
    page.play(BREATHS)
    page.say("stop")
    page.wait_for_end()
    assert page.run("return window.finished[0]") is False
    fired = page.run("return window.softLanding.cues.length")
    time.sleep(1.5)
    assert page.run("return window.softLanding.cues.length") == fired


def test_exercise_with_a_screen(page: Page) -> None:
    """On a screen a practice begins at once, its circle moves there too, and it yields to what is said."""
    page.show_workings()
    page.say("breathe with me")
    page.wait(lambda: page.one("#player").is_displayed())
    assert page.one("#caption").text == page.run("return window.softLanding.cues[0].text")
    assert page.one(".glow").is_displayed()
    WebDriverWait(page.driver, 40).until(lambda _: page.texts(".stage .word, .glow .word") == ["In", "in"])
    page.say("stop")
    assert not page.one("#player").is_displayed()
    assert page.state() == "Session closed"


def test_exercise_after_words(page: Page) -> None:
    """On a speaker a practice begins at once too; where words come before its sound, once they can have been read."""
    page.show_workings()
    page.one("#screen-on").click()
    page.say("breathe with me")
    page.wait(lambda: page.one("#player").is_displayed())
    page.one("#halt").click()
    page.run(
        "const real = window.fetch; window.fetch = async (...request) => {"
        "  const answer = await (await real(...request)).json();"
        "  return new Response(JSON.stringify({...answer, ssml: '<speak>Two slow rounds.</speak>'}));"
        "};"
    )
    page.say("breathe with me")
    assert page.one("#note").text == "It begins in a moment."
    assert not page.one("#player").is_displayed()
    page.wait(lambda: page.one("#player").is_displayed())
    assert page.one("#note").text == ""
    page.one("#halt").click()
    assert page.state() == "Session open"


def test_exercise_is_announced_and_dims(page: Page) -> None:
    """The circle moves and counts down before the first breath; nothing else is bright, and all comes back."""
    light = page.run("return getComputedStyle(document.documentElement).getPropertyValue('--paper')")
    page.play(cues(("say", 6000, "Keep it easy."), ("in", 3000, "in"), ("out", 700, "out")))
    scale = "return document.querySelector('.stage .breath').style.transform"
    seen, before = int(page.one("#count").text), page.run(scale)
    page.wait(lambda: int(page.one("#count").text) < seen)
    assert page.run(scale) != before
    paper, seen_beside = page.run(
        "const paper = getComputedStyle(document.documentElement).getPropertyValue('--paper');"
        "const seen = (each) => document.querySelector(each).checkVisibility({visibilityProperty: true});"
        "return [paper, ['#log', '#next', '.top', '#workings'].filter(seen)]"
    )
    assert paper != light
    assert seen_beside == []
    page.wait(lambda: page.run("return [document.querySelector('#word').textContent,"
                               "document.querySelector('#count').textContent]") == ["In", ""])  # fmt: skip
    page.wait_for_end()
    assert page.one("#log").is_displayed()
    assert page.run("return getComputedStyle(document.documentElement).getPropertyValue('--paper')") == light


@pytest.mark.parametrize("whole", [True, False])
def test_the_question_after_a_practice_stays(page: Page, whole: bool) -> None:
    """The question that ends a practice stands in the talk, and what can be said answers it."""
    asked = "Another round, or rest here?"
    timeline = cues(("say", 600 if whole else 60000, "Keep it easy."), ("in", 600, "in"), ("say", 600, asked))
    page.run(
        "const real = window.fetch; window.fetch = async (...request) =>"
        "  new Response(JSON.stringify({...await (await real(...request)).json(), timeline: window.timeline}));"
        "window.timeline = arguments[0]",
        timeline,
    )
    page.say("breathe with me")
    if not whole:
        page.wait(lambda: page.one("#player").is_displayed())
        page.one("#halt").click()
    page.wait(lambda: page.texts(".spoken .words")[-1] == asked)
    assert page.texts(".aside") == ([] if whole else ["Stopped early."])
    assert page.texts("#next button") == ["another round", "rest here", "a different one", "slower", "stop"]


def test_tones(page: Page) -> None:
    """With sound, a breath in and a breath out each have a soft tone of their own; without, there is none."""
    page.play(BREATHS)
    page.wait_for_end()
    assert page.run("return window.softLanding.tones") == []
    page.one("#sound-on").click()
    assert page.one("#sound-on").get_attribute("aria-pressed") == "true"
    page.run("window.softLanding.tones.length = 0")
    page.play(BREATHS)
    page.wait_for_end()
    assert page.run("return window.softLanding.tones") == ["in", "out", "in", "top-up", "out"]
    page.one("#sound-off").click()
    assert not page.run("return document.querySelector('#aloud').checked")


def test_microphone(page: Page) -> None:
    """Where the browser recognises speech, what it heard is said; where it does not, there is no button."""
    heard = {"results": [[{"transcript": "open soft landing"}]]}
    for fake in (
        "window.SpeechRecognition = class { start() { setTimeout(() => {"
        f"  const event = {json.dumps(heard)}; event.results[0].isFinal = true; this.onresult(event); this.onend();"
        "}); } abort() {} };",
        "window.SpeechRecognition = window.webkitSpeechRecognition = undefined;",
    ):
        script = page.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": fake})
        page.open()
        page.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", script)
        if "class" in fake:
            page.answered(page.one("#microphone").click)
            assert page.texts(".heard .words") == ["open soft landing"]
            assert page.one("#microphone").get_attribute("aria-pressed") == "false"
        else:
            assert not page.one("#microphone").is_displayed()
