// A practice to the millisecond: its circle, its words, and its tones.

import { screen } from "./screen.js";
import { tones, voice } from "./voice.js";
import { $, announce, still, word } from "./words.js";

const BREATHS = new Set(["in", "top-up", "hold", "out", "rest"]);
// The sizes of the circle on a device's screen, so that both look the same.
const SMALL = 0.55;
const BEFORE_MORE = 0.92; // leaves room for a second sip of air
const STILL = 0.8;
const REAL_REST = 2000; // the voice calls a rest of this length a hold; a shorter one is only a turn of the breath

const spelled = (text) => text.toLowerCase().replace(/[^\p{L} ]/gu, "").trim();
const wave = (part) => (1 - Math.cos(2 * Math.PI * part)) / 2; // from nothing to one and back
const SWELL = 0.12; // how far the circle moves where no breath moves it
const SWELLS = 8000; // milliseconds, about

/** The cues put together into what a circle does: a counted breath is one phase. Each knows where its size goes. */
function phasesOf(timeline, labels = word("labels")) {
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

/** How large the circle is: as the breath has it, and otherwise it moves a little, so that nothing seems to stand. */
function sizeOf(run, { start, length, from, to }, now) {
  if (run.lead === undefined) return SMALL + SWELL * (1 + wave(now / SWELLS));
  if (now < run.lead) return SMALL + SWELL * wave((Math.max(1, Math.round(run.lead / SWELLS)) * now) / run.lead);
  const part = Math.min(1, Math.max(0, (now - start) / length));
  return from + ((to - from) * (1 - Math.cos(Math.PI * part))) / 2;
}

const OUTSIDE = new Set(["say", "silence"]); // before and after the practice, a device shows its title
export const player = {
  cues: [],
  run: null,

  /** Play a timeline; resolves with true when it has run to its end, with false when it was stopped. */
  play(timeline) {
    this.stop();
    this.cues.length = 0;
    if (!timeline.length) return Promise.resolve(true);
    const last = timeline.at(-1);
    const phases = phasesOf(timeline);
    const total = last.start + last.length;
    const lead = phases.find((phase) => BREATHS.has(phase.kind))?.start;
    const run = { timeline, phases, total, lead, cue: 0, phase: -1 };
    $("player").hidden = false;
    document.documentElement.classList.add("playing");
    $("caption").textContent = $("word").textContent = "";
    this.run = run;
    const done = new Promise((resolve) => (run.resolve = resolve));
    run.start = performance.now();
    this.advance();
    this.draw();
    if (!$("text").value) $("halt").focus();
    return done;
  },

  stop(finished = false) {
    const run = this.run;
    if (!run) return;
    this.run = null;
    clearTimeout(run.timer);
    cancelAnimationFrame(run.frame);
    if (!finished) voice.hush();
    tones.hush();
    const held = $("player").contains(document.activeElement);
    $("player").hidden = true;
    document.documentElement.classList.remove("playing");
    if (held) $("text").focus();
    screen.draw();
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
    const phase = run.phases[at];
    $("word").textContent = phase.word;
    // A silence keeps what was said before it; the word in the circle is not repeated below it.
    if (cue.text || BREATHS.has(cue.kind)) {
      $("caption").textContent = spelled(cue.text) === spelled(phase.word) ? "" : cue.text;
    }
    const said = cue.text || (begins ? phase.word : "");
    if (said && !voice.speaks) announce("cue", said);
    if (begins) tones.play(phase.kind, phase.length);
    if (cue.text) voice.cue(cue.text);
  },

  draw() {
    const run = this.run;
    if (!run) return;
    const now = performance.now() - run.start;
    this.advance();
    if (this.run !== run) return;
    const phase = run.phases[run.phase];
    const size = still.matches ? STILL : sizeOf(run, phase, now);
    document.querySelector(".stage .breath").style.transform = `scale(${size.toFixed(4)})`;
    const { kind } = run.timeline[Math.max(0, run.cue - 1)];
    screen.glow(phase.word.toLowerCase(), OUTSIDE.has(kind) ? screen.title() : $("caption").textContent, size);
    $("progress").style.transform = `scaleX(${Math.min(1, now / run.total).toFixed(4)})`;
    const count = now < run.lead ? String(Math.ceil((run.lead - now) / 1000)) : "";
    if ($("count").textContent !== count) $("count").textContent = count;
    run.frame = requestAnimationFrame(() => this.draw());
  },
};
