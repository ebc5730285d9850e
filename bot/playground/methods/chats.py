"""Methods about chats and their members."""

from __future__ import annotations

from bot.playground.chat_members import Chat, User
from bot.playground.methods.lookups import ApiMethod, chat_of
from bot.playground.request import ApiRequest
from bot.playground.responses import Payload, bad_request
from bot.playground.state import PlaygroundState

GIFT_TYPES = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")

ADMIN_RIGHTS = (
    *("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats"),
    *("can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories"),
    *("can_edit_stories", "can_delete_stories"),
)


class ChatMethods:
    """What the bot can learn of a chat."""

    def __init__(self, state: PlaygroundState) -> None:
        self._state = state
        self.table: dict[str, ApiMethod] = {
            "getChat": self.chat,
            "getChatMember": self.member,
            "getChatMemberCount": self.count,
            "getChatAdministrators": self.administrators,
            "leaveChat": self.leave,
        }

    async def chat(self, call: ApiRequest) -> Payload:
        chat = chat_of(self._state, call)
        gifts = {"accepted_gift_types": dict.fromkeys(GIFT_TYPES, False)}
        return {**chat.payload(), "accent_color_id": 0, "max_reaction_count": 11, **gifts}

    async def member(self, call: ApiRequest) -> Payload:
        chat, number = chat_of(self._state, call), call.integer("user_id")
        for person in (*chat.people, self._state.bot):
            if person.id == number:
                return _member(chat, person)
        raise bad_request("member not found" if number in self._state.people else "invalid user_id specified")

    async def count(self, call: ApiRequest) -> int:
        return len(chat_of(self._state, call).people) + 1

    async def administrators(self, call: ApiRequest) -> list[Payload]:
        chat = chat_of(self._state, call)
        if not chat.is_group:
            raise bad_request("there are no administrators in the private chat")
        return [_member(chat, person) for person in chat.people if chat.is_admin(person)]

    async def leave(self, call: ApiRequest) -> bool:
        chat = chat_of(self._state, call)
        if not chat.is_group:
            raise bad_request("chat member status can't be changed in private chats")
        self._state.let_bot_write(chat, allowed=False)
        return True


def _member(chat: Chat, person: User) -> Payload:
    """The first person of a group owns it."""
    if chat.is_group and person == chat.people[0]:
        return {"status": "creator", "user": person.payload(), "is_anonymous": False}
    if chat.is_admin(person):
        return {"status": "administrator", "user": person.payload(), **dict.fromkeys(ADMIN_RIGHTS, False)}
    return {"status": "member", "user": person.payload()}
