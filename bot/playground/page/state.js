// State of the page: people, chats, messages, and which chat is shown.

const STORAGE_KEY = "digitbot-playground";

function stored() {
  try {
    return JSON.parse(localStorage.getItem(STORAGE_KEY)) ?? {};
  } catch {
    return {};
  }
}

export const state = {
  bot: null,
  people: new Map(),
  chats: new Map(),
  messages: new Map(), // chat -> Map(id -> message)
  unread: new Map(), // chat -> count
  doing: {},
  chat: stored().chat ?? null, // the chat that is shown
  me: null, // the visitor's own person, the same for every browser
  languages: [], // those that people can have
  speakers: new Map(), // group -> person who speaks there
};

export function store() {
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify({ chat: state.chat }));
  } catch {
    // This browser stores nothing: the next visit starts in the visitor's own chat.
  }
}

export const currentChat = () => state.chats.get(state.chat);
export const messagesOf = (chat) => state.messages.get(chat) ?? new Map();

/** Who speaks in a chat. */
export function speakerIn(chat) {
  if (!chat.group) return chat.people[0];
  return state.speakers.get(chat.id) ?? (chat.people.includes(state.me) ? state.me : chat.people[0]);
}

/** Applies news; returns the messages that are new or changed in the chat that is shown. */
export function applyNews(news, afresh) {
  if (afresh) {
    state.messages.clear();
    state.unread.clear();
  }
  state.bot = news.bot;
  state.me = news.visitor;
  state.languages = news.languages;
  state.people = new Map(news.people.map((person) => [person.id, person]));
  state.chats = new Map(news.chats.map((chat) => [chat.id, chat]));
  state.doing = news.doing;
  return news.messages.filter((message) => {
    if (!state.messages.has(message.chat)) state.messages.set(message.chat, new Map());
    const known = state.messages.get(message.chat);
    const fresh = !known.has(message.id);
    if (message.deleted) known.delete(message.id);
    else known.set(message.id, message);
    if (fresh && message.bot && !afresh && message.chat !== state.chat) {
      state.unread.set(message.chat, (state.unread.get(message.chat) ?? 0) + 1);
    }
    return message.chat === state.chat;
  });
}
