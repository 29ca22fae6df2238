// The microphone, where the browser recognises speech.

import { voice } from "./voice.js";
import { $, note, spokenLocale, word } from "./words.js";

const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
const REASONS = {
  "not-allowed": "no_microphone",
  "service-not-allowed": "no_recognition",
  "no-speech": "nothing_heard",
  network: "no_network",
};

export const microphone = {
  able: Boolean(Recognition),
  listening: null,
  heard: () => {},

  start() {
    voice.hush();
    const recognition = new Recognition();
    Object.assign(recognition, { lang: spokenLocale(), interimResults: true, maxAlternatives: 1 });
    let final = "";
    recognition.onresult = (event) => {
      const result = event.results[event.results.length - 1];
      $("text").value = result[0].transcript;
      if (result.isFinal) final = result[0].transcript;
    };
    recognition.onerror = ({ error }) => {
      if (error !== "aborted") note(word(REASONS[error] ?? "microphone_failed", { why: error }));
    };
    recognition.onend = () => {
      if (this.listening !== recognition) return;
      this.show(null);
      if (!final) return;
      $("text").value = "";
      this.heard(final);
    };
    this.show(recognition);
    note(word("listening"));
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
    $("microphone").setAttribute("aria-label", word(recognition ? "stop_listening" : "speak"));
  },
};
