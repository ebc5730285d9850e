// The command menu: what the bot has set for this person in this chat, filtered by what is typed.

import { $, el } from "./dom.js";
import * as server from "./server.js";
import { currentChat, speakerIn } from "./state.js";

const list = $("commands");
const text = $("text");
let chosen = -1;
let run = () => {};

export const isOpen = () => !list.hidden;

export function close() {
  list.hidden = true;
  chosen = -1;
  $("menu").setAttribute("aria-expanded", "false");
  text.removeAttribute("aria-activedescendant");
}

function mark(index) {
  const options = [...list.children];
  if (!options.length) return;
  chosen = (index + options.length) % options.length;
  options.forEach((option, number) => option.setAttribute("aria-selected", String(number === chosen)));
  options[chosen].scrollIntoView({ block: "nearest" });
  text.setAttribute("aria-activedescendant", options[chosen].id);
}

/** Shows the commands that begin with what was typed; all of them for "". */
export async function open(beginning = "") {
  const chat = currentChat();
  if (!chat) return;
  const { commands } = await server.menu(chat.id, speakerIn(chat));
  const fitting = commands.filter((one) => one.command.startsWith(beginning));
  const options = fitting.map((one, number) =>
    el("li", { id: `command${number}`, role: "option", data: { command: one.command }, on: { click: () => pick(one.command) } }, el("b", {}, `/${one.command}`), el("span", {}, one.description)),
  );
  if (!options.length && !beginning) options.push(el("li", { role: "option", ariaDisabled: "true" }, "The bot has set no commands."));
  list.replaceChildren(...options);
  list.hidden = !options.length;
  chosen = -1;
  $("menu").setAttribute("aria-expanded", String(!list.hidden));
}

function pick(command) {
  close();
  run(`/${command}`);
}

/** Arrow keys, Tab, Enter and Escape while the menu is open; true where the key was meant for it. */
export function key(event) {
  if (!isOpen()) return false;
  if (event.key === "Escape") close();
  else if (event.key === "ArrowDown") mark(chosen + 1);
  else if (event.key === "ArrowUp") mark(chosen < 0 ? -1 : chosen - 1);
  else if ((event.key === "Enter" || event.key === "Tab") && chosen >= 0 && list.children[chosen].dataset.command) {
    const { command } = list.children[chosen].dataset;
    if (event.key === "Enter") pick(command);
    else {
      text.value = `/${command} `;
      close();
    }
  } else return false;
  event.preventDefault();
  return true;
}

export function listen(sendCommand) {
  run = sendCommand;
  $("menu").addEventListener("click", () => {
    if (isOpen()) close();
    else open().then(() => mark(0));
    text.focus();
  });
  text.addEventListener("input", () => {
    const typed = /^\/([a-z0-9_]*)$/.exec(text.value);
    if (typed) open(typed[1]);
    else close();
  });
}
