// The page: makes a person of the visitor, and shows the news as they come.

import * as attach from "./attach.js";
import * as chats from "./chats.js";
import * as commands from "./commands.js";
import * as composer from "./composer.js";
import * as dialogs from "./dialogs.js";
import { $, toast } from "./dom.js";
import * as draw from "./draw.js";
import * as drawer from "./drawer.js";
import * as log from "./log.js";
import * as server from "./server.js";
import { applyNews, state, store } from "./state.js";

function show(chat) {
  state.chat = chat;
  store();
  composer.reset();
  commands.close();
  chats.render(choose);
  log.show();
}

/** A visitor's choice; news that come afresh show a chat too, and leave the drawer as the visitor has it. */
function choose(chat) {
  drawer.close();
  show(chat);
}

/** The visitor's language: the first of the browser's that is offered. */
function language() {
  const wished = navigator.languages.map((tag) => tag.split("-")[0].toLowerCase());
  return wished.find((code) => state.languages.includes(code)) ?? state.languages[0];
}

/** The visitor is an admin: the demo's bot knows the ids that the playground gives to admins. */
async function addVisitor() {
  const made = await server.addVisitor(language());
  state.me = made.id;
  state.people.set(made.id, made);
  state.chats.set(made.chat, { id: made.chat, group: false, title: made.name, people: [made.id] });
}

async function onNews(news, afresh) {
  $("offline").hidden = news !== null;
  if (news === null) return;
  const messages = applyNews(news, afresh);
  if (state.me === null) await addVisitor();
  if (!state.chats.has(state.chat)) state.chat = state.me;
  if (afresh) show(state.chat);
  else {
    log.update(messages);
    chats.render(choose);
  }
}

log.setActions({ reply: composer.reply, edit: composer.edit, command: composer.sendWords });
dialogs.listen();
chats.listen(choose);
document.addEventListener("open-chat", (event) => choose(event.detail));
composer.listen();
attach.listen();
draw.listen();
attach.showSamples().catch((problem) => toast(problem.message));
server.follow(onNews);
