// What a device with a screen would show of an answer, from the document that the skill sends it.

import { $, element, word } from "./words.js";

const RESTING = 0.7; // the circle before a practice and after it
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

export const screen = {
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
    if (circle && !document.documentElement.classList.contains("playing")) this.glow("", this.title(), RESTING);
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

for (const [name, { width, height }] of Object.entries(SHAPES)) {
  const label = element("label");
  const radio = Object.assign(element("input"), { type: "radio", name: "shape", value: name });
  radio.checked = name === screen.shape;
  radio.addEventListener("change", () => {
    screen.shape = name;
    screen.draw();
  });
  label.append(radio, element("span"));
  label.title = `${width} × ${height} dp`;
  $("shapes").append(label);
}

/** The shapes by their names in the page's language. */
export function nameShapes() {
  document.querySelectorAll("#shapes span").forEach((span, at) => (span.textContent = word("shapes")[at]));
}

$("screen-on").addEventListener("change", () => screen.draw());
