// One message as an element.

import { enlarge } from "./dialogs.js";
import { $, bdi, el, icon } from "./dom.js";
import { keyboard } from "./keyboard.js";
import { messagesOf, speakerIn, state } from "./state.js";
import { nodes } from "./words.js";

export const wordsOf = (message) => message.text ?? message.caption ?? "";

/** A line that stands for a message in a quotation. */
export function summary(message) {
  const kinds = { photo: "Photo", document: message.file_name ?? "File", sticker: "Sticker" };
  return wordsOf(message) || kinds[message.kind] || "Message";
}

const time = (seconds) => new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

function size(bytes) {
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function picture(message) {
  const words = wordsOf(message) || `Picture from ${message.name}`;
  const image = el("img", { src: message.files[0], alt: words, width: message.width, height: message.height, loading: "lazy" });
  if (message.kind === "sticker") return image;
  const frame = el("button", { type: "button", className: message.spoiler ? "picture hidden" : "picture" }, image);
  frame.setAttribute("aria-label", message.spoiler ? "Show the hidden picture" : `Enlarge the picture: ${words}`);
  frame.addEventListener("click", () => {
    if (frame.classList.contains("hidden")) {
      frame.classList.remove("hidden");
      frame.setAttribute("aria-label", `Enlarge the picture: ${words}`);
    } else enlarge(message.files[0], words);
  });
  return frame;
}

function file(message) {
  const symbol = message.thumbnail ? el("img", { src: message.thumbnail, alt: "" }) : el("span", { className: "symbol" }, icon("file"));
  const about = el("span", {}, el("b", {}, bdi(message.file_name)), el("small", {}, `${size(message.size)} · ${message.mime}`));
  return el("a", { className: "file", href: message.files[0], download: message.file_name }, symbol, about);
}

function media(message) {
  if (!message.kind) return null;
  return message.kind === "document" ? file(message) : picture(message);
}

function quotation(message) {
  if (!message.reply_to) return null;
  const answered = messagesOf(message.chat).get(message.reply_to);
  const jump = () => {
    const target = $(`m${message.reply_to}`);
    target?.scrollIntoView({ block: "center", behavior: "smooth" });
    target?.focus({ preventScroll: true });
  };
  const words = answered ? [el("b", {}, bdi(answered.name)), el("span", {}, bdi(summary(answered)))] : [el("span", {}, "Deleted message")];
  const name = `In reply to ${answered ? `${answered.name}: ${summary(answered)}` : "a deleted message"}`;
  return el("button", { type: "button", className: "quotation", ariaLabel: name, on: { click: jump } }, words);
}

function service(message) {
  const words = message.extra.group_chat_created ? " made the group" : ` sent: ${Object.keys(message.extra).join(", ")}`;
  return el("article", { id: `m${message.id}`, className: "service", tabIndex: -1 }, el("span", {}, bdi(message.name), words));
}

/** The element; `actions` has reply(message), edit(message) and command(words). */
export function element(message, actions) {
  if (message.extra) return service(message);
  const own = message.from === speakerIn(state.chats.get(message.chat));
  const words = wordsOf(message);
  const text = words ? el("span", { className: "words" }, nodes(words, message.entities, actions.command)) : null;
  const foot = el("footer", { dir: "ltr" }, message.reaction ? el("span", { className: "reaction" }, message.reaction) : null, message.edited ? "edited " : "", el("time", {}, time(message.date)));
  const tools = el(
    "div",
    { className: "tools" },
    el("button", { type: "button", className: "icon", title: "Reply", ariaLabel: `Reply to: ${summary(message)}`, on: { click: () => actions.reply(message) } }, icon("reply")),
    own && message.kind !== "sticker" ? el("button", { type: "button", className: "icon", title: "Edit", ariaLabel: `Edit: ${summary(message)}`, on: { click: () => actions.edit(message) } }, icon("pen")) : null,
  );
  const name = state.chats.get(message.chat).group ? el("header", {}, bdi(message.name)) : null;
  const bubble = el("div", { className: `bubble ${message.kind ?? "plain"}${message.kind && !words ? " bare" : ""}` }, own ? null : name, quotation(message), media(message), el("div", { className: "body", dir: "auto" }, text, foot));
  const side = own ? "own" : message.bot ? "bot" : "other";
  return el("article", { id: `m${message.id}`, className: side, tabIndex: -1, ariaLabel: `${own ? "You" : message.name}: ${summary(message)}` }, el("div", { className: "line" }, bubble, tools), keyboard(message, summary(message)));
}
