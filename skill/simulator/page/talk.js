// The conversation: words to the skill and back, what can be said next, and nothing lost while nobody answers.

import { microphone } from "./microphone.js";
import { player } from "./player.js";
import { screen } from "./screen.js";
import { voice } from "./voice.js";
import { $, announce, button, coarse, element, later, low, note, spokenLocale, still, word } from "./words.js";

const READING = 240; // milliseconds a word: the time to read what would be spoken, where no voice says it
const tab = crypto.randomUUID(); // lives as long as the page, and is kept nowhere
let line = Promise.resolve(); // turns wait for one another
export const said = { all: [], at: 0 }; // for the arrow keys
let acts = 0; // whoever has waited looks here whether something else has begun

/** Whatever sounds, or was about to, ends. */
export function quiet() {
  acts += 1;
  player.stop();
  voice.hush();
  microphone.stop();
}

/* ---- What can be said next ------------------------------------------------------------------------------------ */

function chips(place, phrases) {
  $(place).replaceChildren(
    ...phrases.map((words) => {
      const item = element("li");
      item.append(button(words, "chip", () => say(words)));
      return item;
    }),
  );
}

/** The open question's own options, as the skill has them; without a session, questions to begin with. */
export function suggest(turn) {
  chips("questions", word("questions"));
  chips("next", turn?.session_open ? [...turn.choices, word("stop_word")] : word("questions"));
  $("offers").hidden = !$("welcome").hidden;
}

/* ---- A turn --------------------------------------------------------------------------------------------------- */

export function state(name) {
  $("state").dataset.state = name;
  $("state").textContent = word(`session_${name}`);
}

const body = (more) => JSON.stringify({ tab, locale: spokenLocale(), screen: screen.on, ...more });

async function post(more) {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch("/say", { method: "POST", headers, body: body(more) });
  if (!answer.ok) throw new Error((await answer.text()).trim() || `${answer.status}`);
  return answer.json();
}

function who(name, className, ...parts) {
  const row = element("p", "", className);
  const words = element("span", "", "words");
  words.append(...parts);
  row.append(element("span", `${name}: `, "unseen"), words);
  return row;
}

/** A number is kept on one line, and the words that lead to help can be tapped where they stand. */
function withHelp(text) {
  const help = word("help");
  const parts = text.replace(/\d[\d ]+\d/g, (number) => number.replaceAll(" ", "\u00a0")).split(help);
  return parts.flatMap((part, at) => (at ? [button(help, "help", () => say(help)), part] : [part]));
}

/** An answer; the question at its end stands by itself. */
function spoken(text) {
  const [, before = "", question = ""] = /^(.*[.!?] )?([^.!?]+\?)$/s.exec(text) ?? [, text];
  const parts = withHelp(before);
  if (question) parts.push(element("span", question, "question"));
  return who("Soft Landing", "spoken", ...parts);
}

function behind(turn) {
  const details = element("details", "", "behind");
  const { intent, offered, milliseconds: ms } = turn;
  const known = intent ? "sure" : offered.length ? "unsure" : "no_intent";
  const values = { intent, offered: offered.join(", "), percent: Math.round(turn.confidence * 100), ms };
  details.append(element("summary", word(known, values)));
  details.addEventListener("toggle", () => {
    if (details.childElementCount > 1) return;
    for (const [title, value] of [[word("request"), turn.request], [word("response"), turn.answer]]) {
      const json = element("pre", JSON.stringify(value, null, 2));
      Object.assign(json, { tabIndex: 0, ariaLabel: `${title}, JSON`, role: "region" });
      details.append(element("h3", title), json);
    }
    details.scrollIntoView({ block: "nearest" });
  });
  return details;
}

/** The newest is seen to its end, or from its beginning where it is too long for that. */
export function reveal(article) {
  const log = $("log");
  const fits = !low.matches && article.offsetHeight <= log.clientHeight;
  const behavior = still.matches ? "auto" : "smooth";
  if (fits) log.lastElementChild.scrollIntoView({ block: "end", behavior });
  else article.scrollIntoView({ block: "start", behavior });
}

function divide(text) {
  if ($("log").lastElementChild?.matches(".turn")) $("log").append(element("p", text, "divider"));
}

/** Say something to the speaker, as one would aloud: whatever it was saying or playing makes room. */
export function say(text) {
  const words = text.trim();
  if (!words) return line;
  said.at = said.all.push(words);
  const article = element("article", "", "turn");
  article.append(who(word("you"), "heard", words));
  return ask(words, article);
}

function ask(words, article) {
  quiet();
  note("");
  line = line.then(() => turnOf(words, article));
  return line;
}

async function turnOf(words, article) {
  $("welcome").hidden = true;
  document.documentElement.classList.add("begun");
  $("new").hidden = false;
  $("log").append(article);
  reveal(article);
  if (!coarse.matches) $("text").focus();
  try {
    const turn = await post({ text: words });
    show(turn, article);
    perform(turn, article);
  } catch (error) {
    lose(error, words, article);
  }
}

/** What was said stands there still, and can be said again. */
function lose(error, words, article) {
  const lost = element("div", "", "lost");
  const why = error instanceof TypeError ? word("away") : word("refused", { why: error.message });
  const again = button(word("retry"), "plain", () => {
    lost.remove();
    ask(words, article);
  });
  lost.role = "alert";
  lost.append(element("p", why), again);
  article.append(lost);
  $("offers").hidden = true;
  reveal(article);
}

function show(turn, article) {
  article.append(spoken(turn.speech), behind(turn));
  state(turn.session_open ? "open" : "closed");
  if (turn.card) {
    const { title = "", content, text } = turn.card;
    $("card").replaceChildren(element("h3", title), element("p", content ?? text ?? ""));
  }
  screen.take(turn.answer);
  suggest(turn);
  const closed = turn.session_open ? "" : word("closed");
  // With a voice, a screen reader would say everything twice; a practice that brings its words says them itself.
  if (!voice.speaks && (turn.ssml || !turn.timeline.length)) announce("said", `${turn.speech} ${closed}`.trim());
  if (closed) divide(closed);
  reveal(article);
}

/** What an answer sounds like: its words first, then the sound that it brings, as on a device. */
async function perform(turn, article) {
  const act = acts;
  const practice = turn.timeline.length ? turn.timeline : null;
  if (voice.speaks) await voice.read(turn.ssml);
  else if (practice && turn.ssml) {
    note(word("soon"));
    await later(turn.speech.split(" ").length * READING);
  }
  if (!practice || act !== acts) return;
  note("");
  const whole = await player.play(practice);
  if (act === acts) close(practice, whole, article);
}

/** The question that ends a practice stays, also where it was not waited for: what can be said next answers it. */
function close(practice, whole, article) {
  const last = practice.at(-1).text;
  if (!whole) article.append(element("p", word("stopped"), "aside"));
  if (last.endsWith("?")) article.append(spoken(last));
  if (!whole && last.endsWith("?")) announce("said", last);
  reveal(article);
}

export async function newSession() {
  quiet();
  note("");
  line = line.then(() => post({ end: true })).then(
    () => {
      divide(word("new_said"));
      state("none");
      screen.clear();
      suggest(null);
      reveal($("log").lastElementChild);
    },
    () => note(word("away")),
  );
  await line;
  if (!coarse.matches) $("text").focus();
}

/** Nothing stays behind on the server either: a page that closes ends its session. */
export function leave() {
  quiet();
  navigator.sendBeacon("/say", new Blob([body({ end: true })], { type: "application/json" }));
}
