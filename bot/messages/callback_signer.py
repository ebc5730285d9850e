"""Callback data that say whom they are for: signed when a keyboard is made, checked when a button is pressed.

A client can send any callback data under any message, so what a button may do cannot rest on where it stands.
"""

from __future__ import annotations

import base64
import hmac
from typing import Final

from bot.messages.callback_data import CallbackData
from storage.keyring import Keyring

MAC_BYTES: Final = 12  # 16 characters; with the longest data before them 61 of the 64 bytes of callback data
# The owner of the buttons that every admin may press; no Telegram id is 0.
ANY_ADMIN: Final = 0


class CallbackSigner:
    """Appends a truncated HMAC-SHA256 over the data and the id of the button's owner, with the database's key."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def sign(self, data: CallbackData, owner: int) -> str:
        """``"l:1234:0:7:"`` and the MAC in base64."""
        packed = data.pack()
        return f"{packed}:{self._mac(packed, owner)}"

    @staticmethod
    def parse(signed: str) -> CallbackData:
        """The data, not yet checked. Raises ValueError for what ``sign`` does not write, such as unsigned data."""
        packed, _, mac = signed.rpartition(":")
        if len(mac) != MAC_BYTES * 4 // 3:
            raise ValueError(f"not signed: {signed!r}")
        return CallbackData.parse(packed)

    def is_for(self, signed: str, owner: int) -> bool:
        """Whether this bot made these callback data for this owner."""
        packed, _, mac = signed.rpartition(":")
        return hmac.compare_digest(mac.encode(errors="replace"), self._mac(packed, owner).encode())

    def _mac(self, packed: str, owner: int) -> str:
        mac = self._keyring.hmac(owner, f"callback data {packed}")[:MAC_BYTES]
        return base64.urlsafe_b64encode(mac).decode("ascii")
