// On phones the list of chats is a drawer over the chat, which cannot be reached meanwhile.

import { $ } from "./dom.js";
import { isAsking } from "./dialogs.js";

const isOpen = () => document.body.classList.contains("side");

function set(open) {
  document.body.classList.toggle("side", open);
  $("main").inert = open;
  $("open-side").setAttribute("aria-expanded", String(open));
}

export function open() {
  set(true);
  $("close-side").focus();
}

/** Closes it; the focus returns to the button that opens it. */
export function close() {
  if (!isOpen()) return;
  set(false);
  $("open-side").focus();
}

export function listen() {
  $("open-side").addEventListener("click", open);
  $("close-side").addEventListener("click", close);
  document.addEventListener("keydown", (event) => event.key === "Escape" && !isAsking() && close());
  document.addEventListener("click", (event) => {
    if (!event.target.closest("#side, #open-side, dialog")) close();
  });
  matchMedia("(max-width: 720px)").addEventListener("change", close);
}
