// A speaker in a page: words to the skill and back, its voice, its screen, and its exercises to the millisecond.
// Nothing is kept: no storage, no cookie. The tab's name is random and lives as long as the page.

const $ = (id) => document.getElementById(id);
const tab = crypto.randomUUID();
const still = matchMedia("(prefers-reduced-motion: reduce)");
const coarse = matchMedia("(pointer: coarse)");

function element(name, content = "", className = "") {
  const made = document.createElement(name);
  made.textContent = content;
  if (className) made.className = className;
  return made;
}

const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function note(text) {
  $("note").textContent = text;
}

/** Have a screen reader say something, also when it is the same as before. */
function announce(id, text) {
  $(id).textContent = "";
  requestAnimationFrame(() => ($(id).textContent = text));
}

/* ---- The language --------------------------------------------------------------------------------------------- */

const ENGLISH = {
  open: "open", yes: "yes", no: "no", help: "help", stop: "stop", alternative: ["or"],
  labels: { in: "In", "top-up": "And more", hold: "Hold", out: "Out", rest: "Hold" },
};
let speech = {}; // what is said in each locale, as the server has it

/** What is said in the chosen locale; in English where its language does not say. */
function own() {
  const words = speech[$("locale").value] ?? {};
  const said = Object.entries(words).filter(([, value]) => value && value.length !== 0);
  return { ...ENGLISH, ...Object.fromEntries(said) };
}

/** Screen readers and browsers read what is said in its own language. */
function speaksAs(locale) {
  for (const id of ["log", "next", "player", "screen", "card", "said", "cue"]) $(id).lang = locale;
}

/* ---- The voice ------------------------------------------------------------------------------------------------ */

const PAUSES = { none: 0, "x-weak": 100, weak: 250, medium: 400, strong: 700, "x-strong": 1000 };
const RATES = { "x-slow": 0.6, slow: 0.8, medium: 1, fast: 1.2, "x-fast": 1.4 };
const WHISPER = 0.35;

function milliseconds(time) {
  const [, number, unit] = /^([\d.]+)(ms|s)$/.exec(time ?? "") ?? [];
  return number ? Number(number) * (unit === "s" ? 1000 : 1) : 0;
}

function rated(value, rate) {
  if (value in RATES) return RATES[value];
  const percent = parseFloat(value);
  return Number.isFinite(percent) ? (rate * percent) / 100 : rate;
}

/** SSML as the steps of a plain voice: words with a rate and a volume, and pauses. */
export function steps(ssml) {
  // The prefix of Amazon's own tags is not declared in SSML, so an XML parser would refuse it.
  const xml = new DOMParser().parseFromString(ssml.replace(/(<\/?)amazon:/g, "$1amazon-"), "text/xml");
  const found = [];
  const pause = (ms) => ms && found.push({ pause: ms });
  function words(text, manner) {
    const last = found.at(-1);
    if (!text.trim()) return;
    if (last?.text && last.rate === manner.rate && last.volume === manner.volume) last.text += text;
    else found.push({ text, ...manner });
  }
  function walk(node, manner) {
    if (node.nodeType === Node.TEXT_NODE) return words(node.data, manner);
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    const own = { ...manner };
    const get = (name) => node.getAttribute(name);
    if (node.nodeName === "break") return pause(milliseconds(get("time")) || PAUSES[get("strength") ?? "medium"]);
    if (node.nodeName === "audio") return;
    if (node.nodeName === "sub") return words(get("alias") ?? node.textContent, manner);
    if (node.nodeName === "prosody" && get("rate")) own.rate = rated(get("rate"), manner.rate);
    if (node.nodeName === "amazon-effect" && get("name") === "whispered") own.volume = WHISPER;
    if (node.nodeName === "say-as" && /digits|telephone|characters|spell-out/.test(get("interpret-as"))) {
      return words([...node.textContent].join(" "), own);
    }
    for (const child of node.childNodes) walk(child, own);
    if (node.nodeName === "p" || node.nodeName === "s") pause(PAUSES[node.nodeName === "p" ? "strong" : "medium"]);
  }
  if (xml.querySelector("parsererror")) words(ssml.replace(/<[^>]*>/g, " "), { rate: 1, volume: 1 });
  else walk(xml.documentElement, { rate: 1, volume: 1 });
  return found;
}

const voice = {
  engine: window.speechSynthesis,
  turn: 0,

  get on() {
    return Boolean(this.engine) && $("aloud").checked;
  },

  /** A voice of this machine. Others send the words to their maker, and these words are nobody else's business. */
  get own() {
    const locale = $("locale").value.toLowerCase();
    const language = locale.split("-")[0];
    const near = this.engine
      .getVoices()
      .filter((each) => each.localService && each.lang.toLowerCase().split(/[-_]/)[0] === language);
    return near.find((each) => each.lang.replace("_", "-").toLowerCase() === locale) ?? near[0];
  },

  hush() {
    this.turn += 1;
    this.engine?.cancel();
  },

  /** Read SSML; resolves when it has been said, or when something else is said instead. */
  async read(ssml) {
    this.hush();
    const turn = this.turn;
    if (!this.on || !this.own) return;
    for (const { pause, text, ...manner } of steps(ssml)) {
      if (turn !== this.turn) return;
      if (pause) await later(pause);
      // Sentence by sentence: some engines fall silent in the middle of a long text.
      else for (const sentence of text.match(/[^.?!]+[.?!]*\s*/g) ?? []) {
        if (turn === this.turn) await this.utter(sentence.trim(), manner);
      }
    }
  },

  /** A cue of an exercise: whatever is still being said makes room, as on the device. */
  cue(text) {
    this.hush();
    if (this.on && this.own) this.utter(text, { rate: 0.9, volume: 1 });
  },

  utter(text, { rate, volume }) {
    const utterance = new SpeechSynthesisUtterance(text);
    Object.assign(utterance, { voice: this.own, lang: this.own.lang, rate, volume });
    this.engine.speak(utterance);
    const ended = new Promise((resolve) => (utterance.onend = utterance.onerror = resolve));
    // Some engines forget to say that they have finished.
    return Promise.race([ended, later(4000 + (text.length * 120) / rate)]);
  },
};

/* ---- The exercise --------------------------------------------------------------------------------------------- */

const BREATHS = new Set(["in", "top-up", "hold", "out", "rest"]);
// The sizes of the circle on a device's screen, so that both look the same.
const SMALL = 0.55;
const BEFORE_MORE = 0.92; // leaves room for a second sip of air
const STILL = 0.8;
const REAL_REST = 2000; // the voice calls a rest of this length a hold; a shorter one is only a turn of the breath
const READING = 240; // milliseconds a word: the time to read what would be spoken, when the voice is off

const spelled = (text) => text.toLowerCase().replace(/[^\p{L} ]/gu, "").trim();
const minutes = (ms) => `${Math.floor(ms / 60000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, "0")}`;

/** The cues put together into what a circle does: a counted breath is one phase. Each knows where its size goes. */
function phasesOf(timeline, labels = own().labels) {
  const phases = [];
  for (const { start, length, kind } of timeline) {
    const last = phases.at(-1);
    if (last?.kind === kind && BREATHS.has(kind)) last.length += length;
    else phases.push({ start, length, kind });
  }
  let size = SMALL;
  phases.forEach((phase, at) => {
    const goal = { in: phases[at + 1]?.kind === "top-up" ? BEFORE_MORE : 1, "top-up": 1, out: SMALL }[phase.kind];
    phase.from = size;
    phase.to = size = goal ?? size;
    const short = phase.kind === "rest" && phase.length < REAL_REST;
    phase.word = short ? "" : (labels[phase.kind] ?? "");
  });
  return phases;
}

const OUTSIDE = new Set(["say", "silence"]); // before and after the practice, a device shows its title
const player = {
  cues: [],
  run: null,

  /** Play a timeline; resolves with true when it has run to its end, with false when it was stopped. */
  play(timeline) {
    this.stop();
    this.cues.length = 0;
    if (!timeline.length) return Promise.resolve(true);
    const last = timeline.at(-1);
    const run = { timeline, phases: phasesOf(timeline), total: last.start + last.length, cue: 0, phase: -1 };
    $("player").hidden = false;
    document.body.classList.add("playing");
    $("caption").textContent = $("word").textContent = "";
    this.run = run;
    const done = new Promise((resolve) => (run.resolve = resolve));
    run.start = performance.now();
    this.advance();
    this.draw();
    $("player").scrollIntoView({ block: "nearest", behavior: still.matches ? "auto" : "smooth" });
    return done;
  },

  stop(finished = false) {
    const run = this.run;
    if (!run) return;
    this.run = null;
    clearTimeout(run.timer);
    cancelAnimationFrame(run.frame);
    if (!finished) voice.hush();
    const held = $("player").contains(document.activeElement);
    $("player").hidden = true;
    document.body.classList.remove("playing");
    if (held) $("text").focus();
    screen.glow("", "", SMALL);
    run.resolve(finished);
  },

  /** Fire every cue that is due, and wait for the next. Each wait is measured from the start, so no error adds up. */
  advance() {
    const run = this.run;
    if (!run) return;
    clearTimeout(run.timer);
    const due = [];
    while (run.cue < run.timeline.length && run.timeline[run.cue].start <= performance.now() - run.start) {
      const cue = run.timeline[run.cue++];
      due.push(cue);
      this.cues.push({ planned: cue.start, actual: performance.now() - run.start, kind: cue.kind, text: cue.text });
    }
    if (due.length) this.show(run, due.at(-1));
    const next = run.cue < run.timeline.length ? run.timeline[run.cue].start : run.total;
    const left = next - (performance.now() - run.start);
    if (run.cue === run.timeline.length && left <= 0) this.stop(true);
    else run.timer = setTimeout(() => this.advance(), Math.max(0, left));
  },

  show(run, cue) {
    const at = run.phases.findLastIndex((phase) => phase.start <= cue.start);
    const begins = at !== run.phase;
    run.phase = at;
    const { word } = run.phases[at];
    $("word").textContent = word;
    // A silence keeps what was said before it; the word in the circle is not repeated below it.
    if (cue.text || BREATHS.has(cue.kind)) {
      $("caption").textContent = spelled(cue.text) === spelled(word) ? "" : cue.text;
    }
    const said = cue.text || (begins ? word : "");
    if (said && !voice.on) announce("cue", said);
    if (cue.text) voice.cue(cue.text);
  },

  draw() {
    const run = this.run;
    if (!run) return;
    const now = performance.now() - run.start;
    this.advance();
    if (this.run !== run) return;
    const { start, length, from, to, word } = run.phases[run.phase];
    const part = Math.min(1, Math.max(0, (now - start) / length));
    const size = still.matches ? STILL : from + ((to - from) * (1 - Math.cos(Math.PI * part))) / 2;
    document.querySelector(".stage .breath").style.transform = `scale(${size.toFixed(4)})`;
    const { kind } = run.timeline[Math.max(0, run.cue - 1)];
    screen.glow(word.toLowerCase(), OUTSIDE.has(kind) ? screen.title() : $("caption").textContent, size);
    $("progress").style.transform = `scaleX(${Math.min(1, now / run.total).toFixed(4)})`;
    const clock = `${minutes(now)} of ${minutes(run.total)}`;
    if ($("clock").textContent !== clock) $("clock").textContent = clock;
    run.frame = requestAnimationFrame(() => this.draw());
  },
};

/* ---- The screen ----------------------------------------------------------------------------------------------- */

const RENDER = "Alexa.Presentation.APL.RenderDocument";

// Sizes are those of Amazon's viewport profiles, in dp.
const SHAPES = {
  Landscape: { mode: "HUB", shape: "rectangle", width: 1280, height: 800 },
  Small: { mode: "HUB", shape: "rectangle", width: 960, height: 480 },
  Portrait: { mode: "HUB", shape: "rectangle", width: 1080, height: 1920 },
  Round: { mode: "HUB", shape: "round", width: 480, height: 480 },
  TV: { mode: "TV", shape: "rectangle", width: 960, height: 540 },
};

/** Whether an APL condition holds, of the kind that resources use: comparisons of the viewport, joined by && and ||. */
export function holds(condition, viewport) {
  const compare = {
    "==": (a, b) => a === b, "!=": (a, b) => a !== b,
    ">=": (a, b) => a >= b, "<=": (a, b) => a <= b, ">": (a, b) => a > b, "<": (a, b) => a < b,
  };
  const value = (text) => {
    const [, name, words, number] = /^(?:viewport\.(\w+)|'([^']*)'|([\d.]+))$/.exec(text.trim()) ?? [];
    return name ? viewport[name] : (words ?? (number && Number(number)));
  };
  const one = (term) => {
    const [, left, sign, right] = /^(.+?)(==|!=|>=|<=|>|<)(.+)$/.exec(term) ?? [];
    const [a, b] = sign ? [value(left), value(right)] : [];
    return a !== undefined && b !== undefined && compare[sign](a, b);
  };
  const inner = condition.replace(/^\s*\$\{|\}\s*$/g, "");
  return inner.split("||").some((each) => each.split("&&").every(one));
}

const screen = {
  shape: "Landscape",
  shown: null,

  get on() {
    return $("screen-on").checked;
  },

  /** What an answer puts on the screen. One that says nothing about it leaves the screen as it was. */
  take(answer) {
    const directive = answer.response?.directives?.find((each) => each.type === RENDER);
    if (directive) this.shown = { document: directive.document ?? {}, ...directive.datasources };
    this.draw();
  },

  clear() {
    this.shown = null;
    this.draw();
  },

  /** Sizes and colours come from the document itself, for the chosen shape, so that this shows what a device gets. */
  draw() {
    const viewport = SHAPES[this.shape];
    const found = {};
    for (const each of this.shown?.document.resources ?? []) {
      if (!each.when || holds(each.when, viewport)) {
        Object.assign(found, each.colors, each.dimensions, each.strings);
      }
    }
    const style = $("screen").style;
    for (const name of ["paper", "ink", "soft", "circle"]) {
      if (/^#[0-9a-f]{6}$/i.test(found[name] ?? "")) style.setProperty(`--apl-${name}`, found[name]);
    }
    for (const name of ["edge", "gap", "titleSize", "textSize", "hintSize"]) {
      if (Number.isFinite(found[name])) style.setProperty(`--apl-${name}`, `${(found[name] / viewport.width) * 100}cqw`);
    }
    style.setProperty("--apl-align", found.align === "center" ? "center" : "left");
    style.setProperty("--shape", `${viewport.width} / ${viewport.height}`);
    style.setProperty("--shape-number", viewport.width / viewport.height);
    $("screen").dataset.shape = viewport.shape;
    const circle = this.shown?.circle;
    document.querySelector(".glow").hidden = !circle;
    if (circle && !player.run) this.glow("", this.title(), still.matches ? STILL : SMALL);
    const { title = "", text = "", hint = "" } = this.shown?.answer ?? {};
    for (const [id, words] of [["heading", title], ["text", text], ["hint", hint]]) {
      $(`screen-${id}`).textContent = words;
      $(`screen-${id}`).hidden = !words;
    }
    $("screen").hidden = $("shapes").hidden = !this.on;
    $("screenless").hidden = this.on;
    const scroller = $("screen-text");
    scroller.scrollTop = 0;
    scroller.tabIndex = scroller.scrollHeight > scroller.clientHeight + 1 ? 0 : -1;
  },

  title() {
    return this.shown?.circle?.properties?.title ?? "";
  },

  /** The circle of an exercise moves by the same clock as the page's own. */
  glow(word, line, size) {
    const glow = document.querySelector(".glow");
    glow.querySelector(".breath").style.transform = `scale(${size.toFixed(4)})`;
    glow.querySelector(".word").textContent = word;
    glow.querySelector(".line").textContent = word ? "" : line;
  },
};

/* ---- What can be said next ------------------------------------------------------------------------------------ */

const OPENERS = ["open soft landing", "ask soft landing why people cry afterwards", "ask soft landing for a calm minute"];
const PURPOSE = /^(yes|no|again|go back|go on|resume|stop|tell me more)\s+(?:for|to|if|when|is)\b.*$/;
const NOT_WORDS = /^(?:(?:the one you'd like|(?:name )?another topic|a topic)$|(?:shall|would|do|is|was|want)\b)/;

/** "Yes for the minute, tell me more, or stop?" as the words that it suggests; also after "Say" or "You could say". */
export function suggestions(reprompt, alternative = ENGLISH.alternative) {
  const or = alternative.join("|");
  const offers = new RegExp(`,? (?:${or}) |^say\\b|^you could say\\b`, "i");
  const choices = (reprompt ?? "").split(/[.?]\s*/).filter((each) => offers.test(each));
  return choices
    .flatMap((choice) => choice.split(new RegExp(`,\\s*(?:(?:${or})\\s+)?|\\s+(?:${or})\\s+`)))
    .map((piece) => piece.trim().toLowerCase())
    .map((piece) => piece.replace(/^(?:you (?:could|can) )?(?:say|ask|try|ready to)\s+/, "").replace(PURPOSE, "$1"))
    .filter((words) => words && !NOT_WORDS.test(words));
}

/** The names in a list that was read out: all that stands before the question at the end. */
export function listed(speech) {
  const list = speech.replace(/[^.]*\?$/, "");
  const names = list.split(/[.,]\s*/).map((each) => each.trim().replace(/^(?:There's|I have|then|and)\s+/i, ""));
  return names.filter(Boolean);
}

const english = () => $("locale").value.split("-")[0] === "en" || !$("locale").value;

function nextFor(turn) {
  const { open, yes, no, help, stop, alternative } = own();
  if (!turn?.session_open) return english() ? OPENERS : [`${open} soft landing`];
  const names = /the one you'd like/i.test(turn.reprompt ?? "") ? listed(turn.speech) : [];
  const asks = [turn.speech, turn.timeline?.at?.(-1)?.text].some((text) => text?.endsWith("?"));
  const words = asks ? [yes, no] : [];
  return [...new Set([...words, ...names, ...suggestions(turn.reprompt, alternative), help, stop])].slice(0, 9);
}

function suggest(turn) {
  $("next").replaceChildren(
    ...nextFor(turn).map((words) => {
      const button = element("button", words, "chip");
      button.type = "button";
      button.addEventListener("click", () => say(words));
      const item = element("li");
      item.append(button);
      return item;
    }),
  );
}

/* ---- The conversation ----------------------------------------------------------------------------------------- */

const heard = []; // what was typed, for the arrow keys
let recalled = 0;
let line = Promise.resolve(); // turns wait for one another
let acts = 0; // whoever has waited looks here whether something else has begun

function state(name) {
  const words = { none: "No session yet", open: "Session open", closed: "Session closed" };
  if ($("state").dataset.state === name) return;
  $("state").dataset.state = name;
  $("state").textContent = words[name];
}

async function post(body) {
  const answer = await fetch("/say", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ tab, locale: $("locale").value || "en-US", screen: screen.on, ...body }),
  });
  if (!answer.ok) throw new Error((await answer.text()).trim() || `${answer.status}`);
  return answer.json();
}

function who(name, text, className) {
  const row = element("p", "", className);
  row.append(element("span", name, "who"), element("span", text, "words"));
  return row;
}

function behind(turn) {
  const details = element("details", "", "behind");
  const sure = turn.intent ? `, ${Math.round(turn.confidence * 100)}% sure` : "";
  const name = turn.intent ?? (turn.offered.length ? `not sure: ${turn.offered.join(" or ")}` : "no intent");
  details.append(element("summary", `${name}${sure}, ${turn.milliseconds} ms`));
  details.addEventListener("toggle", () => {
    if (details.childElementCount > 1) return;
    for (const [title, value] of [["Request", turn.request], ["Response", turn.answer]]) {
      const json = element("pre", JSON.stringify(value, null, 2));
      Object.assign(json, { tabIndex: 0, ariaLabel: `${title} as JSON`, role: "region" });
      details.append(element("h3", title), json);
    }
  });
  return details;
}

function reveal(article) {
  const log = $("log");
  const fits = article.offsetHeight <= log.clientHeight;
  const top = fits ? log.scrollHeight : article.offsetTop - log.offsetTop - 8;
  log.scrollTo({ top, behavior: still.matches ? "auto" : "smooth" });
}

function divide(text) {
  if ($("log").lastElementChild?.matches(".turn")) $("log").append(element("p", text, "divider"));
}

function show(turn, article) {
  article.append(who("Soft Landing", turn.speech, "spoken"), behind(turn));
  state(turn.session_open ? "open" : "closed");
  if (turn.card) {
    $("card").replaceChildren(element("h3", turn.card.title ?? ""), element("p", turn.card.content ?? turn.card.text ?? ""));
  }
  screen.take(turn.answer);
  suggest(turn);
  // With the voice on, a screen reader would say everything twice; an exercise that brings its words says them itself.
  if (!voice.on && (turn.ssml || !turn.timeline?.length)) announce("said", `${turn.speech}${turn.session_open ? "" : " The session has closed."}`);
  if (!turn.session_open) divide("The session has closed. What you say next opens a new one.");
  reveal(article);
}

/** Whatever sounds, listens, or was about to, ends. */
function quiet() {
  acts += 1;
  player.stop();
  voice.hush();
  microphone.stop();
}

/** Say something to the speaker, as one would aloud: whatever it was saying or playing makes room. */
function say(text) {
  const words = text.trim();
  if (!words) return line;
  heard.push(words);
  recalled = heard.length;
  quiet();
  note("");
  line = line.then(() => turnOf(words));
  return line;
}

async function turnOf(words) {
  $("welcome").hidden = true;
  const article = element("article", "", "turn");
  article.append(who("You", words, "heard"));
  $("log").append(article);
  reveal(article);
  if (document.activeElement?.matches(".chip") && !coarse.matches) $("text").focus();
  try {
    const turn = await post({ text: words });
    show(turn, article);
    perform(turn);
  } catch (error) {
    const lost = error instanceof TypeError;
    const why = lost ? "No answer. Is soft-landing serve still running?" : `No answer: ${error.message}`;
    article.append(element("p", why, "lost"));
    note(why);
    reveal(article);
  }
}

/** What an answer sounds like: its words first, then the sound that it brings, as on a device. */
async function perform(turn) {
  const act = acts;
  const exercise = Array.isArray(turn.timeline) && turn.timeline.length ? turn.timeline : null;
  if (voice.on && voice.own) await voice.read(turn.ssml);
  else if (exercise && turn.ssml) {
    note("The exercise begins in a moment.");
    await later(turn.speech.split(" ").length * READING);
  }
  if (!exercise || act !== acts) return;
  note("");
  await player.play(exercise);
}

async function newSession() {
  quiet();
  note("");
  line = line.then(() => post({ end: true })).then(
    () => {
      divide("A new session.");
      state("none");
      screen.clear();
      suggest(null);
      note("The next words open a new session.");
    },
    () => note("No answer. Is soft-landing serve still running?"),
  );
  await line;
  if (!coarse.matches) $("text").focus();
}

/* ---- The microphone ------------------------------------------------------------------------------------------- */

const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;

const microphone = {
  listening: null,

  start() {
    voice.hush();
    const recognition = new Recognition();
    Object.assign(recognition, { lang: $("locale").value, interimResults: true, maxAlternatives: 1 });
    let final = "";
    recognition.onresult = (event) => {
      const result = event.results[event.results.length - 1];
      $("text").value = result[0].transcript;
      if (result.isFinal) final = result[0].transcript;
    };
    recognition.onerror = (event) => {
      const reasons = {
        "not-allowed": "The browser may not use the microphone here.",
        "service-not-allowed": "The browser may not recognise speech here.",
        "no-speech": "Nothing was heard.",
        network: "The browser's recognition could not be reached.",
      };
      if (event.error !== "aborted") note(reasons[event.error] ?? `The microphone: ${event.error}.`);
    };
    recognition.onend = () => {
      if (this.listening !== recognition) return;
      this.show(null);
      if (!final) return;
      $("text").value = "";
      say(final);
    };
    this.show(recognition);
    note("Listening. Some browsers send what they hear to their maker to recognise it; this page does not.");
    recognition.start();
  },

  stop() {
    const recognition = this.listening;
    this.show(null);
    recognition?.abort();
  },

  show(recognition) {
    this.listening = recognition;
    $("microphone").setAttribute("aria-pressed", String(Boolean(recognition)));
    $("microphone").setAttribute("aria-label", recognition ? "Stop listening" : "Speak");
  },
};

/* ---- The controls --------------------------------------------------------------------------------------------- */

$("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const words = $("text").value;
  $("text").value = "";
  say(words);
});

$("text").addEventListener("keydown", (event) => {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!step || event.isComposing) return;
  event.preventDefault();
  recalled = Math.min(heard.length, Math.max(0, recalled + step));
  $("text").value = heard[recalled] ?? "";
});

$("open").addEventListener("click", () => say(`${own().open} soft landing`));
$("stop").addEventListener("click", () => say(own().stop));
$("locale").addEventListener("change", () => speaksAs($("locale").value));
$("new").addEventListener("click", newSession);
$("halt").addEventListener("click", () => player.stop());
$("microphone").addEventListener("click", () => (microphone.listening ? microphone.stop() : microphone.start()));
$("screen-on").addEventListener("change", () => screen.draw());
$("aloud").addEventListener("change", () => {
  if (!voice.on) return voice.hush();
  note(voice.own ? "" : "This browser has no English voice of its own on this machine.");
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input[type=text], select, textarea");
  if (event.key === "Escape") {
    quiet();
    note("");
  } else if (event.key === "/" && !typing) {
    event.preventDefault();
    $("text").focus();
  }
});

// A hidden page has slow timers: catch up as soon as it is seen again.
document.addEventListener("visibilitychange", () => player.advance());

// Nothing stays behind on the server either: a page that closes ends its session.
addEventListener("pagehide", () => {
  quiet();
  const body = JSON.stringify({ tab, locale: $("locale").value || "en-US", end: true });
  navigator.sendBeacon("/say", new Blob([body], { type: "application/json" }));
});
addEventListener("pageshow", (event) => {
  if (event.persisted) state("closed");
});

for (const [name, { width, height }] of Object.entries(SHAPES)) {
  const label = element("label");
  const radio = Object.assign(element("input"), { type: "radio", name: "shape", value: name });
  radio.checked = name === screen.shape;
  radio.addEventListener("change", () => {
    screen.shape = name;
    screen.draw();
  });
  label.append(radio, element("span", name));
  label.title = `${width} by ${height} dp`;
  $("shapes").append(label);
}

$("microphone").hidden = !Recognition;
$("aloud-choice").hidden = !voice.engine;
suggest(null);
screen.draw();

try {
  const [locales, words] = await Promise.all(["/locales", "/speech"].map(async (path) => (await fetch(path)).json()));
  speech = words;
  const wanted = [...navigator.languages, "en-US"].find((each) => locales.includes(each)) ?? locales[0];
  $("locale").replaceChildren(...locales.map((each) => new Option(each, each, each === wanted, each === wanted)));
  speaksAs(wanted);
  suggest(null);
} catch {
  note("No answer. Is soft-landing serve still running?");
}

window.softLanding = {
  play: (timeline) => player.play(timeline),
  stop: () => player.stop(),
  cues: player.cues,
};
