// The playground's control side, as README.md beside this folder documents it.

async function request(method, path, body) {
  const options = { method };
  if (body instanceof FormData) options.body = body;
  else if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers = { "Content-Type": "application/json" };
  }
  const answer = await fetch(`/playground/${path}`, options);
  const content = await answer.json();
  if (!answer.ok) throw new Error(content.error);
  return content;
}

export const addPerson = (person) => request("POST", "people", person);
export const addVisitor = (language) => request("PUT", "visitor", { language });
export const addGroup = (group) => request("POST", "groups", group);
export const say = (chat, message) => request("POST", `chats/${chat}/messages`, message);
export const edit = (chat, message, text) => request("PUT", `chats/${chat}/messages/${message}`, { text });
export const menu = (chat, person) => request("GET", `chats/${chat}/menu?person=${person}`);
export const samples = () => request("GET", "samples");

export function press(chat, message, person, button) {
  return request("POST", `chats/${chat}/messages/${message}/press`, { from: person, button });
}

/** Files with a caption; kind is photo, document or sticker. */
export function send(chat, person, kind, files, { caption = "", spoiler = false, replyTo = null } = {}) {
  const form = new FormData();
  form.set("from", person);
  if (caption) form.set("caption", caption);
  if (spoiler) form.set("spoiler", "true");
  if (replyTo) form.set("reply_to", replyTo);
  for (const file of files) form.append(kind, file, file.name);
  return request("POST", `chats/${chat}/messages`, form);
}

/** Calls back with all news as they come; with null whenever the playground cannot be reached. */
export async function follow(onNews) {
  let after = 0;
  let bot = null;
  for (;;) {
    try {
      const news = await request("GET", `news?after=${after}&wait=25`);
      if (bot !== null && news.bot.id !== bot && after > 0) {
        after = 0; // another playground answers now: begin anew
        bot = null;
        continue;
      }
      await onNews(news, after === 0);
      after = news.news;
      bot = news.bot.id;
    } catch (problem) {
      console.warn(problem);
      await onNews(null, false);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}
