// Dialogs: opened as a question with one answer; closed by Escape, by a press beside them, and after use.

import { $ } from "./dom.js";

/** Opens a dialog and returns how it was closed: the value of the button, "" where it was dismissed. */
export function ask(dialog) {
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true }));
}

export const isAsking = () => document.querySelector("dialog[open]") !== null;

export function alert(words) {
  $("alert-text").textContent = words;
  return ask($("alert"));
}

/** Shows a picture as large as the window allows. */
export function enlarge(address, words) {
  const image = $("viewer").querySelector("img");
  image.src = address;
  image.alt = words;
  return ask($("viewer"));
}

function isBeside(dialog, event) {
  const box = dialog.getBoundingClientRect();
  const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  return event.target === dialog && !inside;
}

/** A press that begins and ends beside the dialog: a stroke or a selection that runs out of it dismisses nothing. */
function dismissBeside(dialog) {
  let pressed = false;
  dialog.addEventListener("pointerdown", (event) => (pressed = isBeside(dialog, event)));
  dialog.addEventListener("click", (event) => pressed && isBeside(dialog, event) && dialog.close());
}

export function listen() {
  for (const dialog of document.querySelectorAll("dialog")) {
    dismissBeside(dialog);
    for (const button of dialog.querySelectorAll(".dismiss")) button.addEventListener("click", () => dialog.close());
  }
  $("viewer").addEventListener("click", () => $("viewer").close());
}
