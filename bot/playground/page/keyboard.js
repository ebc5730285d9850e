// The buttons under a message, and what the bot answers to a press.

import { alert } from "./dialogs.js";
import { el, toast } from "./dom.js";
import * as server from "./server.js";
import { speakerIn, state } from "./state.js";

function showAnswer(answer) {
  if (answer.alert && answer.toast) alert(answer.toast);
  else if (answer.toast) toast(answer.toast);
  else if (answer.toast === null) toast("The bot did not answer");
}

/** The parameter of a link that opens the private chat with this bot (Telegram's deep links); null for another link. */
function startParameter(url) {
  const link = URL.canParse(url) ? new URL(url) : null;
  const isOurs = link?.hostname === "t.me" && link.pathname.slice(1).toLowerCase() === state.bot.username.toLowerCase();
  return isOurs ? (link.searchParams.get("start") ?? "") : null;
}

/** What Telegram's apps do with such a link: they open the private chat and send /start there. */
async function startInPrivate(person, parameter) {
  await server.say(person, { from: person, text: `/start ${parameter}`.trim() });
  document.dispatchEvent(new CustomEvent("open-chat", { detail: person }));
}

async function press(message, button, target) {
  const parameter = button.url ? startParameter(button.url) : null;
  if (parameter !== null) {
    startInPrivate(speakerIn(state.chats.get(message.chat)), parameter).catch((problem) => toast(problem.message));
    return;
  }
  if (button.url) {
    if (/^https?:\/\//i.test(button.url)) window.open(button.url, "_blank", "noopener,noreferrer");
    return;
  }
  target.setAttribute("aria-busy", "true");
  try {
    showAnswer(await server.press(message.chat, message.id, speakerIn(state.chats.get(message.chat)), button.data));
  } catch (problem) {
    toast(problem.message);
  } finally {
    target.removeAttribute("aria-busy");
  }
}

function key(message, button) {
  const made = el("button", { type: "button", dir: "auto", data: { style: button.style ?? "" } }, button.text);
  made.addEventListener("click", () => press(message, button, made));
  return made;
}

/** The buttons as a group with a name: the words above them, which say what the buttons are for. */
export function keyboard(message, name) {
  if (!message.buttons.length) return null;
  const rows = message.buttons.map((row) => el("div", { className: "keys" }, row.map((button) => key(message, button))));
  return el("div", { className: "keyboard", role: "group", ariaLabel: `Buttons: ${name}` }, rows);
}
