// An empty chat: who the bot is, and what there is to try, with a picture of it.

import * as attach from "./attach.js";
import * as commands from "./commands.js";
import { $ } from "./dom.js";
import * as draw from "./draw.js";
import * as server from "./server.js";
import { speakerIn, state } from "./state.js";

const FALLBACK = "Send a photo of handwritten digits: draw one, attach one, or take a sample.";

/** What the buttons of the picture do; `say` sends words. */
function actions(say) {
  return { start: () => say("/start"), sample: attach.sendSample, draw: draw.open, attach: attach.choose, admin: commands.toggle };
}

/** The element for a chat without messages. */
export async function welcome(chat, say) {
  const { description } = await server.menu(chat.id, speakerIn(chat)).catch(() => ({ description: "" }));
  const made = $("welcome").content.firstElementChild.cloneNode(true);
  made.querySelector(".description").textContent = description || FALLBACK;
  made.querySelector(".for-admins").hidden = !state.people.get(speakerIn(chat))?.admin;
  for (const [name, act] of Object.entries(actions(say))) made.querySelector(`[data-act="${name}"]`).addEventListener("click", act);
  return made;
}
