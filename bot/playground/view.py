"""Messages as the page and the tests see them: flat, with addresses in place of file ids."""

from __future__ import annotations

from bot.playground.chat_members import Chat, User
from bot.playground.files import DocumentFile
from bot.playground.keyboard import Keyboard
from bot.playground.message import Message
from bot.playground.responses import Payload


def message_view(message: Message, root: str) -> Payload:
    """One message; ``root`` is the address of the playground, for the addresses of files."""
    view: Payload = {
        "id": message.id,
        "news": message.news,
        "chat": message.chat.id,
        "from": message.sender.id,
        "name": message.sender.name,
        "bot": message.by_bot,
        "date": message.date,
        "reply_to": message.reply_to,
        "buttons": _rows(message.keyboard),
        "files": [],
        "edited": message.edited is not None,
        "deleted": message.deleted,
    }
    if message.deleted:
        return view
    view["caption" if message.media else "text"] = message.text.content if message.text else ""
    view["entities"] = [entity.payload() for entity in message.text.entities] if message.text else []
    extras = {
        "topic": message.topic,
        "album": message.album,
        "reaction": message.reaction,
        "extra": dict(message.extra) or None,
    }
    return view | _files(message, root) | {name: value for name, value in extras.items() if value}


def user_view(person: User) -> Payload:
    """A person, with the id of their private chat."""
    identity = {"id": person.id, "chat": person.id, "name": person.name, "username": person.username}
    return identity | {"language": person.language, "admin": person.admin}


def chat_view(chat: Chat) -> Payload:
    """A chat, with the ids of its people."""
    title = chat.title or chat.people[0].name
    people = [person.id for person in chat.people]
    return {
        "id": chat.id,
        "group": chat.is_group,
        "forum": chat.is_forum,
        "upgraded_to": chat.upgraded_to,
        "title": title,
        "people": people,
    }


def _rows(keyboard: Keyboard | None) -> list[list[Payload]]:
    if keyboard is None:
        return []
    return [
        [{"text": one.text, "data": one.data, "url": one.url, "style": one.style} for one in row]
        for row in keyboard.rows
    ]


def _files(message: Message, root: str) -> Payload:
    if message.media is None:
        return {}
    file = message.media.file
    about: Payload = {
        "kind": message.media.kind,
        "files": [f"{root}/playground/files/{file.id}"],
        "file_name": file.name,
        "mime": file.mime,
        "size": file.size,
        "width": file.width,
        "height": file.height,
        "spoiler": message.spoiler,
    }
    if isinstance(message.media, DocumentFile) and message.media.thumbnail:
        about["thumbnail"] = f"{root}/playground/files/{message.media.thumbnail.id}"
    return about
