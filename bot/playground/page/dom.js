// Small helpers for the document. Text only ever enters it as text: nothing here parses HTML.

export const $ = (id) => document.getElementById(id);

/** An element with properties and children; strings become text. */
export function el(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") for (const [event, handler] of Object.entries(value)) made.addEventListener(event, handler);
    else if (name === "data") Object.assign(made.dataset, value);
    else if (name in made && name !== "list") made[name] = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

/** One of the drawings at the end of index.html. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

/** A name as it is written, left to right or right to left, whatever stands around it. */
export const bdi = (name) => el("bdi", {}, name);

/** Sets the words of a live region, which speaks at every change: an equal text is none. */
export function setWords(node, ...words) {
  const made = el("span", {}, words);
  if (node.textContent !== made.textContent) node.replaceChildren(...made.childNodes);
}

/** Puts the cursor where one writes, but on touch screens, where that would open the keyboard. */
export function focusText() {
  if (matchMedia("(hover: hover)").matches) $("text").focus();
}

let fading;

/** A note that fades. */
export function toast(words) {
  const note = $("toast");
  note.hidden = false;
  note.textContent = words;
  clearTimeout(fading);
  fading = setTimeout(() => (note.hidden = true), 2000 + 40 * words.length);
}
