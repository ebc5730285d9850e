"""The callback data of the buttons (at most 64 bytes with their signature, Bot API InlineKeyboardButton)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

from storage.tables import NOT_A_DIGIT


class ButtonAction(StrEnum):
    """What a button does; one letter, because it is part of every button's callback data."""

    RIGHT = "r"  # the reading is right
    OPEN = "o"  # show the labels for one digit
    LABEL = "l"  # this digit is that label
    BACK = "b"  # from the labels back to the digits
    DIGITS = "d"  # the photo shows these digits, whatever count was read
    SHOW_INPUT = "s"  # send the digit images that the network was given
    CONSENT = "c"  # label 1: corrections may be used for training, 0: they may not; target: the question's version
    FORGET = "f"  # label 1: delete this reading (0: everything) of mine, 0: do not
    CANCEL = "x"  # end this training run
    ACTIVATE = "a"  # make this model version active
    REVIEW = "v"  # offer to approve or reject this sample
    LANGUAGE = "n"  # write in this language from now on
    OWN_SAMPLES = "m"  # show the samples of whoever presses, those before this one (0: the newest)
    DELETE_SAMPLE = "k"  # label 0: offer to delete this sample of mine, 1: delete it
    DECIDE = "w"  # label 1: approve this sample (0: all on the sheet), 0: reject


READING_ACTIONS: Final = frozenset(
    {
        ButtonAction.RIGHT,
        ButtonAction.OPEN,
        ButtonAction.LABEL,
        ButtonAction.BACK,
        ButtonAction.DIGITS,
        ButtonAction.SHOW_INPUT,
    }
)
"""Their target is a reading."""
ADMIN_ACTIONS: Final = frozenset({ButtonAction.CANCEL, ButtonAction.ACTIVATE, ButtonAction.REVIEW, ButtonAction.DECIDE})
PERSONAL_ACTIONS: Final = frozenset(
    {
        ButtonAction.CONSENT,
        ButtonAction.FORGET,
        ButtonAction.LANGUAGE,
        ButtonAction.OWN_SAMPLES,
        ButtonAction.DELETE_SAMPLE,
    }
)
"""They decide what is kept of whoever presses, and how the bot writes to them."""

_MAX_ID = 2**63 - 1  # SQLite's largest integer
UNDER_PRIVACY: Final = 1  # position of a consent button that stands under /privacy, which asks nothing
MAX_CARRIED_DIGITS: Final = 18  # with a 1 before them still below _MAX_ID


@dataclass(frozen=True, slots=True)
class CallbackData:
    """The data of one button. ``target`` is the id of what it acts on, a reading, training run, model version or sample
    (0: none), ``position`` a digit's place, in the reading from 0 and on a contact sheet from 1; of ``DIGITS`` it is
    those digits with a 1 before them, so that nothing has to be stored while a question is open.
    """

    action: ButtonAction
    target: int = 0
    position: int = 0
    label: int = 0

    @classmethod
    def of_digits(cls, reading: int, digits: str) -> Self:
        """The data of a button that stands for these digits. Raises ValueError for over ``MAX_CARRIED_DIGITS``."""
        if len(digits) > MAX_CARRIED_DIGITS:
            raise ValueError(f"callback data carry at most {MAX_CARRIED_DIGITS} digits, not {len(digits)}")
        return cls(ButtonAction.DIGITS, reading, int(f"1{digits}"))

    @classmethod
    def of_language(cls, code: str) -> Self:
        """The data of a button that chooses a language by its ISO 639 code; ``""``: that of the Telegram client."""
        return cls(ButtonAction.LANGUAGE, int.from_bytes(code.encode("ascii")))

    @property
    def language(self) -> str:
        """What ``of_language`` was given. Raises ValueError where it is no such code."""
        return self.target.to_bytes(8).lstrip(b"\0").decode("ascii")

    @property
    def digits(self) -> str:
        """What ``of_digits`` was given; ``""`` where the photo shows none."""
        return str(self.position)[1:]

    def pack(self) -> str:
        """``"l:1234:0:7"``."""
        return f"{self.action}:{self.target}:{self.position}:{self.label}"

    @classmethod
    def parse(cls, data: str) -> Self:
        """The opposite of ``pack``. Raises ValueError for anything that ``pack`` does not write."""
        action, *numbers = data.split(":")
        if len(numbers) != 3 or not all(number.isascii() and number.isdigit() for number in numbers):
            raise ValueError(f"not callback data of ours: {data!r}")
        parsed = cls(ButtonAction(action), *map(int, numbers))
        if parsed.label > NOT_A_DIGIT or max(parsed.target, parsed.position) > _MAX_ID or parsed.pack() != data:
            raise ValueError(f"not callback data of ours: {data!r}")
        return parsed
