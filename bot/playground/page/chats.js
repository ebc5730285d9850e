// The list of chats, and the dialogs that make people and groups.

import { ask } from "./dialogs.js";
import { $, bdi, el, setWords, toast } from "./dom.js";
import * as drawer from "./drawer.js";
import * as server from "./server.js";
import { currentChat, speakerIn, state } from "./state.js";

const ACTIONS = { typing: "is typing…", upload_photo: "is sending a photo…", upload_document: "is sending a file…" };
const TINTS = 6;

function initials(title) {
  return [...title.trim()].slice(0, 1).join("").toUpperCase();
}

function chatEntry(chat, index, choose) {
  const person = state.people.get(chat.people[0]);
  const unread = state.unread.get(chat.id);
  const about = chat.group ? `${chat.people.length + 1} members` : [chat.id === state.me ? "you" : null, person.admin ? "admin" : null, person.language].filter(Boolean).join(" · ");
  const avatar = el("span", { className: `avatar tint${index % TINTS}${chat.group ? " many" : ""}`, ariaHidden: "true" }, initials(chat.title));
  const count = unread ? el("span", { className: "unread", ariaLabel: `${unread} new` }, String(unread)) : null;
  const button = el("button", { type: "button", on: { click: () => choose(chat.id) } }, avatar, el("span", { className: "about" }, el("b", {}, bdi(chat.title)), el("small", {}, about)), count);
  if (chat.id === state.chat) button.setAttribute("aria-current", "true");
  return el("li", {}, button);
}

/** Renders the list of chats and the heading. */
export function render(choose) {
  const focused = document.activeElement?.closest("#chats li");
  const index = focused ? [...$("chats").children].indexOf(focused) : -1;
  $("chats").replaceChildren(...[...state.chats.values()].map((chat, number) => chatEntry(chat, number, choose)));
  if (index >= 0) $("chats").children[index]?.querySelector("button").focus();
  const chat = currentChat();
  if (!chat) return;
  renderHeading(chat);
  renderSpeakers(chat);
}

function renderHeading(chat) {
  setWords($("title"), bdi(chat.group ? chat.title : state.bot.name));
  setWords($("handle"), `@${state.bot.username}`);
  const action = state.doing[chat.id];
  const names = chat.people.flatMap((id, index) => [index ? ", " : "", bdi(state.people.get(id).name)]);
  const about = chat.group ? names : ["talking as ", bdi(chat.title)];
  setWords($("doing"), ...(action ? [ACTIONS[action] ?? "is busy…"] : about));
  $("doing").classList.toggle("busy", Boolean(action));
}

/** Who may speak in a group; rendered anew only for other people, so that an open list stays open. */
function renderSpeakers(chat) {
  $("speaker-label").hidden = $("group-hint").hidden = !chat.group;
  setWords($("mention"), `@${state.bot.username}`);
  if (!chat.group) return;
  const offered = [...$("speaker").options].map((option) => Number(option.value));
  if (offered.join() !== chat.people.join()) {
    $("speaker").replaceChildren(...chat.people.map((id) => el("option", { value: id, dir: "auto" }, state.people.get(id).name)));
  }
  $("speaker").value = speakerIn(chat);
}

export function listen(choose) {
  $("new-person").addEventListener("click", () => newPerson(choose));
  $("new-group").addEventListener("click", () => newGroup(choose));
  $("speaker").addEventListener("change", () => {
    state.speakers.set(state.chat, Number($("speaker").value));
    choose(state.chat);
  });
  drawer.listen();
}

function languageOptions() {
  const names = new Intl.DisplayNames(["en"], { type: "language" });
  return state.languages.map((code) => el("option", { value: code }, names.of(code)));
}

async function newPerson(choose) {
  const form = $("person").querySelector("form");
  form.elements.language.replaceChildren(...languageOptions());
  form.reset();
  if ((await ask($("person"))) !== "make") return;
  try {
    const made = await server.addPerson({ name: form.elements.name.value, language: form.elements.language.value, admin: form.elements.admin.checked });
    state.people.set(made.id, made);
    state.chats.set(made.chat, { id: made.chat, group: false, title: made.name, people: [made.id] });
    choose(made.chat);
  } catch (problem) {
    toast(problem.message);
  }
}

async function newGroup(choose) {
  const form = $("group").querySelector("form");
  form.reset();
  $("members").replaceChildren(...[...state.people.values()].map((person) => el("label", {}, el("input", { type: "checkbox", value: person.id, checked: true }), bdi(person.name))));
  if ((await ask($("group"))) !== "make") return;
  const people = [...$("members").querySelectorAll("input:checked")].map((box) => Number(box.value));
  try {
    const made = await server.addGroup({ title: form.elements.title.value, people });
    state.chats.set(made.chat, { id: made.chat, group: true, title: made.title, people: made.people });
    choose(made.chat);
  } catch (problem) {
    toast(problem.message);
  }
}
