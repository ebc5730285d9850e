// The menu over the text field: the bot's commands for this person, or in a group the @names, as they are typed.

import { announce } from "./announcer.js";
import { $, bdi, el, toast } from "./dom.js";
import * as server from "./server.js";
import { currentChat, speakerIn, state } from "./state.js";

const list = $("commands");
const text = $("text");
let chosen = -1;
let asked = 0; // counts openings and closings: an answer that comes after the next one is too late
let offers = [];
let run = () => {};

export const isOpen = () => !list.hidden;

export function close() {
  asked += 1;
  list.hidden = true;
  chosen = -1;
  $("menu").setAttribute("aria-expanded", "false");
  text.removeAttribute("aria-activedescendant");
}

function mark(index) {
  const options = [...list.children];
  chosen = (index + options.length) % options.length;
  options.forEach((option, number) => option.setAttribute("aria-selected", String(number === chosen)));
  options[chosen].scrollIntoView({ block: "nearest" });
  text.setAttribute("aria-activedescendant", options[chosen].id);
}

function namesIn(chat, beginning) {
  const members = [state.bot, ...chat.people.map((id) => state.people.get(id))];
  return members.filter((one) => one.username.startsWith(beginning)).map((one) => ({ words: `@${one.username}`, about: one.name }));
}

/** What fits the end of what was typed: commands can be sent as they are, names are part of a sentence. */
async function fitting(typed) {
  const chat = currentChat();
  const [, name] = /(?:^|\s)@(\w*)$/.exec(typed) ?? [];
  if (name !== undefined) return chat.group ? namesIn(chat, name.toLowerCase()) : [];
  const [, beginning] = /^\/([a-z0-9_]*)$/.exec(typed) ?? [];
  if (beginning === undefined) return [];
  const { commands } = await server.menu(chat.id, speakerIn(chat)).catch(() => ({ commands: [] }));
  return commands.filter((one) => one.command.startsWith(beginning)).map((one) => ({ words: `/${one.command}`, about: one.description, complete: true }));
}

function option(offer, number) {
  return el("li", { id: `command${number}`, role: "option", on: { click: () => pick(offer) } }, el("b", {}, offer.words), el("span", {}, bdi(offer.about)));
}

/** Shows what fits; true where there is something. */
async function open(typed) {
  const mine = (asked += 1);
  const found = await fitting(typed);
  if (mine !== asked) return false;
  if (!found.length) {
    close();
    return false;
  }
  const before = offers[chosen]?.words; // chosen while the answer was under way
  offers = found;
  chosen = -1;
  list.replaceChildren(...offers.map(option));
  list.hidden = false;
  $("menu").setAttribute("aria-expanded", "true");
  text.removeAttribute("aria-activedescendant");
  if (before) mark(Math.max(offers.findIndex((offer) => offer.words === before), 0)); // the first where it is gone
  announce([`${offers.length} to choose from, with the arrow keys`]);
  return true;
}

function complete(offer) {
  text.value = offer.complete ? `${offer.words} ` : text.value.replace(/\S*$/, `${offer.words} `);
  close();
  text.focus();
}

function pick(offer) {
  if (!offer.complete) return complete(offer);
  close();
  return run(offer.words);
}

/** Arrow keys, Tab, Enter and Escape while the menu is open; true where the key was meant for it. */
export function key(event) {
  if (!isOpen()) return false;
  if (event.key === "Escape") close();
  else if (event.key === "ArrowDown") mark(chosen + 1);
  else if (event.key === "ArrowUp") mark(chosen < 0 ? -1 : chosen - 1);
  else if (event.key === "Enter" && chosen >= 0) pick(offers[chosen]);
  else if (event.key === "Tab" && chosen >= 0) complete(offers[chosen]);
  else return false;
  event.preventDefault();
  return true;
}

/** All commands, or none where they are shown. */
export async function toggle(event) {
  const touched = event.pointerType === "touch"; // where the field's keyboard would cover the menu
  if (isOpen()) close();
  else if (await open("/")) mark(0);
  else toast("The bot has set no commands.");
  if (!touched) text.focus();
}

const belongs = (target) => target?.closest?.("#commands, #menu, #text") !== null;

export function listen(sendCommand) {
  run = sendCommand;
  $("menu").addEventListener("click", toggle);
  text.addEventListener("input", () => open(text.value));
  document.addEventListener("pointerdown", (event) => belongs(event.target) || close());
  $("below").addEventListener("focusout", (event) => event.relatedTarget && !belongs(event.relatedTarget) && close());
}
