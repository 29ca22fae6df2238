// What is heard: the browser's own voice, and two soft tones that need none.

import { $, later, spokenLocale } from "./words.js";

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

export const voice = {
  engine: window.speechSynthesis,
  turn: 0,

  /** Whether sound is wanted. */
  get on() {
    return $("aloud").checked;
  },

  /** Whether it will be heard in words. */
  get speaks() {
    return this.on && Boolean(this.own);
  },

  /** A voice of this machine. Others send the words to their maker, and these words are nobody else's business. */
  get own() {
    const locale = spokenLocale().toLowerCase();
    const language = locale.split("-")[0];
    const near = (this.engine?.getVoices() ?? [])
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
    if (!this.speaks) return;
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
    if (this.speaks) this.utter(text, { rate: 0.9, volume: 1 });
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

/* ---- Tones ---------------------------------------------------------------------------------------------------- */

const PITCH = { in: 261.63, "top-up": 293.66, out: 196 }; // C, D above it, and G below: in rises, out comes home
const LOUD = 0.11;
const SWELL = 0.5; // seconds
const LONGEST = 4;

export const tones = {
  context: null,
  played: [],

  /** Browsers let a page sound only after a click, so it begins with the one that asks for sound. */
  wake() {
    this.context ??= new AudioContext();
    this.context.resume();
  },

  /** A tone for a part of a breath, as long as that lasts: it swells, and is gone before the next one. */
  play(kind, length) {
    if (!voice.on || !PITCH[kind]) return;
    this.wake();
    this.played.push(kind);
    const now = this.context.currentTime;
    const end = now + Math.min(length / 1000, LONGEST);
    const gain = new GainNode(this.context, { gain: 0 });
    gain.connect(this.context.destination);
    gain.gain.linearRampToValueAtTime(LOUD, Math.min(now + SWELL, (now + end) / 2));
    gain.gain.linearRampToValueAtTime(0, end);
    for (const [overtone, share] of [[1, 1], [2, 0.18]]) {
      const part = new GainNode(this.context, { gain: share });
      const tone = new OscillatorNode(this.context, { frequency: PITCH[kind] * overtone });
      tone.connect(part).connect(gain);
      tone.start(now);
      tone.stop(end);
    }
    this.gain = gain;
  },

  hush() {
    if (!this.gain) return;
    this.gain.gain.cancelScheduledValues(0);
    this.gain.gain.setTargetAtTime(0, this.context.currentTime, 0.08);
    this.gain = null;
  },
};
