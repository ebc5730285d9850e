// Text with its entities as elements. Offsets count UTF-16 units, as JavaScript's strings do.

import { el, toast } from "./dom.js";

const TAG_OF_ENTITY = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", blockquote: "blockquote", expandable_blockquote: "blockquote" };

async function copy(words) {
  try {
    await navigator.clipboard.writeText(words);
    toast("Copied");
  } catch {
    toast("This browser does not let the page copy");
  }
}

function link(address, children) {
  const safe = /^https?:\/\//i.test(address);
  return safe ? el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, children) : el("span", {}, children);
}

function mark(entity, words, children, onCommand) {
  if (TAG_OF_ENTITY[entity.type]) return el(TAG_OF_ENTITY[entity.type], {}, children);
  switch (entity.type) {
    case "code":
      return el("button", { type: "button", className: "code", title: "Copy", on: { click: () => copy(words) } }, children);
    case "pre":
      return el("pre", {}, el("code", {}, children));
    case "spoiler": {
      const hidden = el("button", { type: "button", className: "spoiler", ariaLabel: "Hidden text" }, el("span", {}, children));
      hidden.addEventListener("click", () => hidden.replaceWith(...hidden.firstChild.childNodes));
      return hidden;
    }
    case "bot_command":
      return el("button", { type: "button", className: "command", on: { click: () => onCommand(words) } }, children);
    case "text_link":
      return link(entity.url, children);
    case "url":
      return link(words, children);
    default:
      return el("span", { className: "mark" }, children);
  }
}

/** Nodes for a text: entities lie side by side or inside one another. */
export function nodes(text, entities, onCommand, start = 0, end = text.length) {
  const made = [];
  let at = start;
  let index = 0;
  while (index < entities.length) {
    const entity = entities[index];
    const stop = Math.min(entity.offset + entity.length, end);
    if (entity.offset < at || entity.offset >= end) {
      index += 1;
      continue;
    }
    let next = index + 1;
    while (next < entities.length && entities[next].offset < stop) next += 1;
    if (entity.offset > at) made.push(text.slice(at, entity.offset));
    const inside = nodes(text, entities.slice(index + 1, next), onCommand, entity.offset, stop);
    made.push(mark(entity, text.slice(entity.offset, stop), inside, onCommand));
    at = stop;
    index = next;
  }
  if (at < end) made.push(text.slice(at, end));
  return made;
}
