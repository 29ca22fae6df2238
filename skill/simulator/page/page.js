// A speaker in a page: its controls. Nothing is kept, neither in a store of the browser nor in a cookie.

import { microphone } from "./microphone.js";
import { player } from "./player.js";
import { nameShapes, screen } from "./screen.js";
import { leave, newSession, quiet, reveal, said, say, state, suggest } from "./talk.js";
import { tones, voice } from "./voice.js";
import { $, locales, note, speakIn, spokenLocale, word } from "./words.js";

/* ---- The field ------------------------------------------------------------------------------------------------ */

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
  said.at = Math.min(said.all.length, Math.max(0, said.at + step));
  $("text").value = said.all[said.at] ?? "";
});

/* ---- Sound, settings, workings -------------------------------------------------------------------------------- */

function sound(on, sample = on) {
  $("aloud").checked = on;
  $("sound-on").setAttribute("aria-pressed", String(on));
  $("sound-off").setAttribute("aria-pressed", String(!on));
  if (on) tones.wake();
  else quietly();
  if (sample) tones.play("in", 2000);
  note(on && !voice.own ? word("no_voice") : "");
}

function quietly() {
  voice.hush();
  tones.hush();
}

function chooseLocale(locale) {
  speakIn(locale);
  nameShapes();
  state($("state").dataset.state);
  microphone.show(microphone.listening);
}

function showWorkings() {
  const on = $("workings").checked;
  document.documentElement.classList.toggle("working", on);
  $("device").hidden = !on;
  screen.draw();
  if ($("welcome").hidden) reveal($("log").lastElementChild);
}

// Some browsers learn their voices late.
voice.engine?.addEventListener?.("voiceschanged", () => {
  if (voice.own && $("note").textContent === word("no_voice")) note("");
});

$("sound-on").addEventListener("click", () => sound(true));
$("sound-off").addEventListener("click", () => sound(false));
$("aloud").addEventListener("change", () => sound($("aloud").checked));
$("workings").addEventListener("change", showWorkings);
$("new").addEventListener("click", newSession);
$("halt").addEventListener("click", () => player.stop());
$("microphone").addEventListener("click", () => (microphone.listening ? microphone.stop() : microphone.start()));
$("locale").addEventListener("change", () => {
  chooseLocale($("locale").value);
  if (!$("welcome").hidden) suggest(null);
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input[type=text], select, textarea");
  if (event.key === "Escape") {
    if (player.run) return player.stop();
    quiet();
    note("");
  } else if (event.key === "/" && !typing) {
    event.preventDefault();
    $("text").focus();
  }
});

// A hidden page has slow timers: catch up as soon as it is seen again.
document.addEventListener("visibilitychange", () => player.advance());
addEventListener("pagehide", leave);
addEventListener("pageshow", (event) => {
  if (event.persisted) state("closed");
});

microphone.heard = say;
$("microphone").hidden = !microphone.able;
const here = spokenLocale();
$("locale").replaceChildren(...locales.map((each) => new Option(each, each, each === here, each === here)));
chooseLocale(here);
suggest(null);
showWorkings();

window.softLanding = { play: (timeline) => player.play(timeline), cues: player.cues, tones: tones.played };
