// The messages of the chat that is shown, updated with the news.

import { announceMessages } from "./announcer.js";
import { $, el, focusText } from "./dom.js";
import { element } from "./message.js";
import { currentChat, messagesOf, speakerIn, state } from "./state.js";
import { welcome } from "./welcome.js";

const log = $("log");
let actions = {};

export const setActions = (given) => (actions = given);

let atEnd = true; // whether the reader looks at the end, and wants to stay there

function scrollToEnd() {
  log.scrollTop = log.scrollHeight;
}

log.addEventListener("scroll", () => (atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60));
new ResizeObserver(() => atEnd && scrollToEnd()).observe(log);

/** A picture that has loaded makes the log longer: stay at the end of it. */
function follow(node) {
  for (const image of node.querySelectorAll("img")) image.addEventListener("load", () => atEnd && scrollToEnd(), { once: true });
}

function put(message) {
  const made = element(message, actions);
  const old = $(`m${message.id}`);
  if (old) old.replaceWith(made);
  else if (message.album && log.lastElementChild?.dataset.album === message.album) log.lastElementChild.append(made);
  else if (message.album) log.append(el("div", { className: `album ${made.className}`, data: { album: message.album } }, made));
  else log.append(made);
  follow(made);
  return made;
}

async function showWelcome(chat) {
  const made = await welcome(chat, actions.command);
  if (messagesOf(chat.id).size || currentChat() !== chat) return;
  log.replaceChildren(made);
  atEnd = false; // it is read from its beginning
  log.scrollTop = 0;
}

function leaveWelcome() {
  const shown = log.querySelector(".welcome");
  if (!shown) return;
  const focused = shown.contains(document.activeElement);
  shown.remove();
  atEnd = true;
  if (focused) focusText();
}

/** Changes the log. Where that takes the focused button away, the focus goes to what is in its place. */
function keepingFocus(change) {
  const focused = document.activeElement;
  const article = focused.closest("#log article");
  change();
  if (!article || focused.isConnected) return;
  const made = $(article.id);
  const buttons = [...(made?.querySelectorAll(".keyboard button") ?? [])];
  const next = buttons.find((button) => button.textContent === focused.textContent) ?? buttons[0] ?? made ?? log;
  next.focus({ preventScroll: true });
}

/** Shows a chat from its beginning. */
export function show() {
  const chat = currentChat();
  log.replaceChildren();
  if (!chat) return;
  const known = [...messagesOf(chat.id).values()].sort((one, other) => one.id - other.id);
  for (const message of known) put(message);
  if (!known.length) showWelcome(chat);
  state.unread.delete(chat.id);
  atEnd = true;
  scrollToEnd();
}

function remove(message) {
  const gone = $(`m${message.id}`);
  const album = gone?.closest(".album");
  gone?.remove();
  if (album && !album.children.length) album.remove();
}

/** Adds, replaces and removes messages. */
export function update(messages) {
  if (!messages.length) return;
  leaveWelcome();
  const follows = atEnd;
  keepingFocus(() => messages.forEach((message) => (message.deleted ? remove(message) : put(message))));
  announceMessages(messages, speakerIn(currentChat()));
  if (follows || messages.some((message) => !message.bot && message.id === message.news)) {
    atEnd = true;
    scrollToEnd();
  }
}
