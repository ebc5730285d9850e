// Writing: text, replies, edits of one's own messages.

import * as commands from "./commands.js";
import { $, toast } from "./dom.js";
import { summary, wordsOf } from "./message.js";
import * as server from "./server.js";
import { currentChat, messagesOf, speakerIn } from "./state.js";

const text = $("text");
let answered = null; // the message that the next one replies to
let edited = null; // the message that is being edited
let sending = false; // a second Enter sends nothing twice

function fit() {
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight, 160)}px`;
}

function showContext(title, message, iconName) {
  $("context-title").textContent = title;
  $("context-text").textContent = summary(message);
  $("context-icon").setAttribute("href", `#i-${iconName}`);
  $("context").hidden = false;
  text.focus();
}

export function reset() {
  if (edited) text.value = "";
  answered = edited = null;
  $("context").hidden = true;
  commands.close();
  fit();
}

export function reply(message) {
  reset();
  answered = message;
  showContext(`Reply to ${message.name}`, message, "reply");
}

export function edit(message) {
  reset();
  edited = message;
  text.value = wordsOf(message);
  showContext("Edit message", message, "pen");
  fit();
}

/** The id that what is sent next replies to; asked for once. */
export function takeReply() {
  const id = answered?.id ?? null;
  reset();
  return id;
}

/** Runs what sends words; then nothing is replied to or edited any more, and the menu is closed. */
async function deliver(send) {
  if (sending) return false;
  sending = true;
  try {
    await send();
    reset();
    return true;
  } catch (problem) {
    toast(problem.message);
    return false;
  } finally {
    sending = false;
  }
}

const say = (words) => server.say(currentChat().id, { from: speakerIn(currentChat()), text: words, reply_to: answered?.id });

async function send() {
  const words = text.value;
  if (!currentChat() || (!words.trim() && !edited)) return;
  commands.close();
  const sent = await deliver(() => (edited ? server.edit(edited.chat, edited.id, words) : say(words)));
  if (sent && text.value === words) text.value = "";
  fit();
}

/** Sends words as if they had been typed; what is being typed stays. */
export async function sendWords(words) {
  if ((await deliver(() => say(words))) && /^\/[a-z0-9_]*$/.test(text.value)) text.value = "";
}

function editLast() {
  const chat = currentChat();
  const own = [...messagesOf(chat.id).values()].filter((one) => one.from === speakerIn(chat) && !one.extra && one.kind !== "sticker");
  if (own.length) edit(own.reduce((one, other) => (one.id > other.id ? one : other)));
}

function key(event) {
  if (event.isComposing || commands.key(event)) return;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    send();
  } else if (event.key === "Escape") reset();
  else if (event.key === "ArrowUp" && !text.value && !edited) {
    event.preventDefault();
    editLast();
  }
}

export function listen() {
  text.addEventListener("keydown", key);
  text.addEventListener("input", fit);
  $("context-cancel").addEventListener("click", () => {
    reset();
    text.focus();
  });
  $("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    send();
    text.focus();
  });
  $("mention").addEventListener("click", () => {
    text.value = `${text.value.trimEnd()} ${$("mention").textContent} `.trimStart();
    text.focus();
  });
  commands.listen(sendWords);
}
