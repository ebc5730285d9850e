// Files: chosen, dropped, pasted; sent as photos, documents or stickers.

import { takeReply } from "./composer.js";
import { ask, isAsking } from "./dialogs.js";
import { $, bdi, el, toast } from "./dom.js";
import * as server from "./server.js";
import { currentChat, speakerIn } from "./state.js";

const PREVIEWED_TYPES = /^image\/(jpeg|png|gif|webp|bmp)$/;

function preview(file) {
  if (!PREVIEWED_TYPES.test(file.type)) return el("li", {}, el("span", {}, bdi(file.name)));
  const address = URL.createObjectURL(file);
  const image = el("img", { src: address, alt: file.name, on: { load: () => URL.revokeObjectURL(address) } });
  return el("li", {}, image);
}

/** Asks whether files go as photos, documents or stickers, and sends them. */
export async function chooseKind(files) {
  const chat = currentChat();
  if (!chat || !files.length) return;
  const dialog = $("sending");
  const form = dialog.querySelector("form");
  form.reset();
  form.elements.kind.value = files.every((file) => PREVIEWED_TYPES.test(file.type)) ? "photo" : "document";
  $("sending-title").textContent = files.length > 1 ? `Send ${files.length} files` : "Send a file";
  $("sending-list").replaceChildren(...files.map(preview));
  if ((await ask(dialog)) !== "send") return;
  await send(form.elements.kind.value, files, { caption: form.elements.caption.value, spoiler: form.elements.spoiler.checked });
}

/** Sends files in the chat that is shown; false where that failed, which is told. */
export async function send(kind, files, options = {}) {
  const chat = currentChat();
  try {
    await server.send(chat.id, speakerIn(chat), kind, files, { ...options, replyTo: takeReply() });
    return true;
  } catch (problem) {
    toast(problem.message);
    return false;
  }
}

const mayDrop = (event) => !isAsking() && [...(event.dataTransfer?.types ?? [])].includes("Files");

export const choose = () => $("files").click();

export function listen() {
  $("attach").addEventListener("click", choose);
  $("files").addEventListener("change", () => {
    chooseKind([...$("files").files]);
    $("files").value = "";
  });
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length && !isAsking()) {
      event.preventDefault();
      chooseKind(files);
    }
  });
  document.addEventListener("dragover", (event) => {
    if (!mayDrop(event)) return;
    event.preventDefault();
    $("drop").hidden = false;
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) $("drop").hidden = true;
  });
  document.addEventListener("drop", (event) => {
    if (!mayDrop(event)) return;
    event.preventDefault();
    $("drop").hidden = true;
    chooseKind([...event.dataTransfer.files]);
  });
}

async function sendFrom({ name, address }) {
  const content = await (await fetch(address)).blob();
  await send("photo", [new File([content], name, { type: content.type })]);
}

/** The row of sample photos; a click sends one. */
export async function showSamples() {
  const { samples } = await server.samples().catch(() => ({ samples: [] }));
  const items = samples.map((sample) => {
    const words = sample.name.replace(/\.\w+$/, "").replace(/[-_]/g, " ");
    return el("li", {}, el("button", { type: "button", title: words, on: { click: () => sendFrom(sample) } }, el("img", { src: sample.address, alt: `Send sample: ${words}` })));
  });
  $("sample-list").replaceChildren(...items);
  $("samples").hidden = !items.length;
}

/** Sends the last of the samples: two rows of digits. */
export const sendSample = () => $("sample-list").querySelector("li:last-child button")?.click();
