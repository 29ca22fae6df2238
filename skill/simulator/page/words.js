// The page's elements, and its words: they stand in responses/, and the server has put them into the page.

export const $ = (id) => document.getElementById(id);
export const still = matchMedia("(prefers-reduced-motion: reduce)");
export const coarse = matchMedia("(pointer: coarse)");
export const low = matchMedia("(max-height: 36rem)"); // as in the styles: all of the page scrolls
export const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const all = JSON.parse($("words").textContent);
export const locales = Object.keys(all);
let locale = document.documentElement.lang;

export const spokenLocale = () => locale;

/** A text of the page in the chosen locale, with values in the places of their names. */
export function word(key, values = {}) {
  const text = all[locale][key];
  return typeof text === "string" ? text.replace(/{(\w+)}/g, (_, name) => values[name] ?? "") : text;
}

/** Everything that has a word gets it in this locale; screen readers read it in its language. */
export function speakIn(chosen) {
  locale = document.documentElement.lang = chosen;
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = word(node.dataset.word);
  for (const node of document.querySelectorAll("[data-words]")) {
    for (const pair of node.dataset.words.split(" ")) {
      const [attribute, key] = pair.split(":");
      node.setAttribute(attribute, word(key));
    }
  }
}

export function element(name, content = "", className = "") {
  const made = document.createElement(name);
  made.textContent = content;
  if (className) made.className = className;
  return made;
}

export function button(text, className, act) {
  const made = Object.assign(element("button", text, className), { type: "button" });
  made.addEventListener("click", act);
  return made;
}

export function note(text) {
  $("note").textContent = text;
}

/** Have a screen reader say something, also when it is the same as before. */
export function announce(id, text) {
  $(id).textContent = "";
  requestAnimationFrame(() => ($(id).textContent = text));
}
