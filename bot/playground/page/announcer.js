// What a screen reader says of itself: new messages, and what became of earlier ones. Never the history of a chat.

import { $, el } from "./dom.js";
import { summary } from "./message.js";

function sentence(message) {
  const buttons = message.buttons.flat().map((button) => button.text);
  return `${message.name}: ${summary(message)}${buttons.length ? ` (buttons: ${buttons.join(", ")})` : ""}`;
}

export function announce(words) {
  $("announcer").replaceChildren(...words.map((one) => el("p", {}, one)));
}

/** Announces messages that others sent or changed. */
export function announceMessages(messages, speaker) {
  const heard = messages.filter((message) => !message.deleted && !message.extra && message.from !== speaker);
  if (heard.length) announce(heard.map(sentence));
}
