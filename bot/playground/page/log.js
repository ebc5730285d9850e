// The messages of the chat that is shown, updated with the news.

import { $, el, toast } from "./dom.js";
import { element } from "./message.js";
import * as server from "./server.js";
import { currentChat, messagesOf, speakerIn, state } from "./state.js";

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
  const { description } = await server.menu(chat.id, speakerIn(chat)).catch(() => ({ description: "" }));
  if (messagesOf(chat.id).size || currentChat() !== chat) return;
  const start = async () => {
    try {
      await server.say(chat.id, { from: speakerIn(chat), text: "/start" });
    } catch (problem) {
      toast(problem.message);
    }
  };
  const words = description || "Send a photo of handwritten digits: draw one, attach one, or take a sample below.";
  log.replaceChildren(
    el("div", { className: "welcome" }, el("img", { src: "/page/icon.svg", alt: "", width: 72, height: 72 }), el("p", {}, words), el("button", { type: "button", className: "primary", on: { click: start } }, "Start")),
  );
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

/** Adds, replaces and removes messages. */
export function update(messages) {
  if (!messages.length) return;
  const follows = atEnd;
  log.querySelector(".welcome")?.remove();
  for (const message of messages) {
    if (!message.deleted) put(message);
    else {
      const gone = $(`m${message.id}`);
      const album = gone?.closest(".album");
      gone?.remove();
      if (album && !album.children.length) album.remove();
    }
  }
  if (follows || messages.some((message) => !message.bot && message.id === message.news)) {
    atEnd = true;
    scrollToEnd();
  }
}
