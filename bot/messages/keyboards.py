"""The inline keyboards; every button is signed for the one who may press it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.messages.callback_data import UNDER_PRIVACY, ButtonAction, CallbackData
from bot.messages.callback_signer import ANY_ADMIN, CallbackSigner
from bot.messages.texts import Texts
from storage.people import CONSENT_VERSION
from storage.tables import NOT_A_DIGIT

# Telegram shows eight buttons in a row and takes a hundred under a message (limits seen in its clients).
MAX_ROW_BUTTONS = 8
MAX_DIGIT_BUTTONS = 90


def private_chat(texts: Texts, link: str) -> InlineKeyboardMarkup:
    """[ Open our private chat ], for whoever taps it."""
    return InlineKeyboardMarkup([[InlineKeyboardButton(texts.open_private_chat, url=link)]])


@dataclass(frozen=True, slots=True)
class Keyboards:
    """The keyboards for one owner, in their language.

    ``owner``: the id of the ``bot.identity.Sender`` for whom the buttons work. ``pressable``: whether they can press
    any; an answer to somebody who cannot has none.
    """

    texts: Texts
    signer: CallbackSigner
    owner: int
    pressable: bool = True

    def one_digit(self, reading: int, *, labelled: bool = False) -> InlineKeyboardMarkup:
        """[ Right ] [ It's another digit ] / [ What you saw ]; nothing is left to confirm where it is ``labelled``."""
        another = self._button(self.texts.another_digit, ButtonAction.OPEN, reading)
        right = [] if labelled else [self._button(self.texts.right, ButtonAction.RIGHT, reading)]
        show_input = self._button(self.texts.show_input, ButtonAction.SHOW_INPUT, reading)
        return InlineKeyboardMarkup([[*right, another], [show_input]])

    def likely_labels(self, reading: int, labels: Sequence[int]) -> InlineKeyboardMarkup:
        """The likely labels of the one digit first, then all others."""
        return InlineKeyboardMarkup(
            [
                [self._button(str(label), ButtonAction.LABEL, reading, 0, label) for label in labels],
                [
                    self._button(self.texts.another_digit, ButtonAction.OPEN, reading),
                    self._button(self.texts.show_input, ButtonAction.SHOW_INPUT, reading),
                ],
            ]
        )

    def possible_digit(self, reading: int) -> InlineKeyboardMarkup:
        """[ Yes ] [ It's another digit ] / [ Not a digit ] [ What you saw ]."""
        return InlineKeyboardMarkup(
            [
                [
                    self._button(self.texts.yes, ButtonAction.RIGHT, reading),
                    self._button(self.texts.another_digit, ButtonAction.OPEN, reading),
                ],
                [
                    self._button(self.texts.not_a_digit, ButtonAction.LABEL, reading, 0, NOT_A_DIGIT),
                    self._button(self.texts.show_input, ButtonAction.SHOW_INPUT, reading),
                ],
            ]
        )

    def several_digits(
        self, reading: int, rows: Iterable[Sequence[tuple[int, str]]], *, labelled: bool = False
    ) -> InlineKeyboardMarkup:
        """One button a digit, laid out as on the paper; ``rows`` hold (position, text of the button).

        Nothing is left to confirm where all are ``labelled``.
        """
        lines: list[list[InlineKeyboardButton]] = []
        for row in rows:
            buttons = [
                self._button(text, ButtonAction.OPEN, reading, position)
                for position, text in row
                if position < MAX_DIGIT_BUTTONS
            ]
            lines += [buttons[start : start + MAX_ROW_BUTTONS] for start in range(0, len(buttons), MAX_ROW_BUTTONS)]
        right = [] if labelled else [self._button(self.texts.all_right, ButtonAction.RIGHT, reading)]
        lines.append([*right, self._button(self.texts.show_input, ButtonAction.SHOW_INPUT, reading)])
        return InlineKeyboardMarkup(lines)

    def labels(self, reading: int, position: int) -> InlineKeyboardMarkup:
        """0-9 in two rows of five, then [ Not a digit ] [ Back ]."""
        digits = [self._button(str(label), ButtonAction.LABEL, reading, position, label) for label in range(10)]
        return InlineKeyboardMarkup(
            [
                digits[:5],
                digits[5:],
                [
                    self._button(self.texts.not_a_digit, ButtonAction.LABEL, reading, position, NOT_A_DIGIT),
                    self._button(self.texts.back, ButtonAction.BACK, reading),
                ],
            ]
        )

    def given_digits(self, reading: int, given: str, read: str) -> InlineKeyboardMarkup:
        """[ 4271 ] [ it is 427 ]: the digits that the person gave, and those that were read (``""``: none).

        Raises ValueError where there are more than callback data carry.
        """
        return InlineKeyboardMarkup(
            [
                [
                    self._signed(given, CallbackData.of_digits(reading, given)),
                    self._signed(self.texts.as_read(read), CallbackData.of_digits(reading, read)),
                ]
            ]
        )

    def consent(self) -> InlineKeyboardMarkup:
        """The consent question's buttons."""
        return InlineKeyboardMarkup(self._consent_rows())

    def privacy(self, *, has_samples: bool) -> InlineKeyboardMarkup:
        """The same under /privacy, and where there are samples the button that shows them."""
        return InlineKeyboardMarkup([*self._consent_rows(UNDER_PRIVACY), *[[self._show_samples()]] * has_samples])

    def languages(self, choices: Sequence[tuple[str, str]]) -> InlineKeyboardMarkup:
        """A button for each (code, name) of a language, two a row, then [ As in Telegram ]."""
        buttons = [self._signed(name, CallbackData.of_language(code)) for code, name in choices]
        rows = [buttons[at : at + 2] for at in range(0, len(buttons), 2)]
        return InlineKeyboardMarkup(
            [*rows, [self._signed(self.texts.language_automatic, CallbackData.of_language(""))]]
        )

    def show_samples(self) -> InlineKeyboardMarkup:
        """[ Delete single samples ]."""
        return InlineKeyboardMarkup([[self._show_samples()]])

    def own_samples(
        self, places: Sequence[tuple[int, int]], opened: int = 0, *, older: int = 0
    ) -> InlineKeyboardMarkup:
        """The places of a person's own samples, (place, number of the sample) each, then [ Delete ] of the ``opened``
        one, and [ Older ] where there are samples before the one with the number ``older``."""
        buttons = [
            self._button(f"· {place} ·" if number == opened else str(place), ButtonAction.DELETE_SAMPLE, number, place)
            for place, number in places
        ]
        rows = [buttons[at : at + MAX_ROW_BUTTONS] for at in range(0, len(buttons), MAX_ROW_BUTTONS)]
        for place, number in places:
            if number == opened:
                rows.append([self._button(self.texts.delete_one(place), ButtonAction.DELETE_SAMPLE, number, place, 1)])
        if older:
            rows.append([self._button(self.texts.older, ButtonAction.OWN_SAMPLES, older)])
        return InlineKeyboardMarkup(rows)

    def forget(self, reading: int = 0) -> InlineKeyboardMarkup:
        """The confirming buttons of /forget: for one reading, or for everything."""
        yes = self.texts.forget_reading_yes if reading else self.texts.forget_yes
        return InlineKeyboardMarkup(
            [
                [
                    self._button(yes, ButtonAction.FORGET, reading, label=1),
                    self._button(self.texts.forget_no, ButtonAction.FORGET, reading, label=0),
                ]
            ]
        )

    def cancel(self, run: int) -> InlineKeyboardMarkup:
        """The button under a training run's progress, for every admin."""
        return InlineKeyboardMarkup([[self._admin_button(self.texts.cancel, ButtonAction.CANCEL, run)]])

    def versions(self, choices: Iterable[tuple[int, str]]) -> InlineKeyboardMarkup | None:
        """One [ Make NAME active ] a row for each (id, name), for every admin; None where there is none."""
        rows = [
            [self._admin_button(self.texts.make_active(name), ButtonAction.ACTIVATE, version_id)]
            for version_id, name in choices
        ]
        return InlineKeyboardMarkup(rows) if rows else None

    def review(self, places: Sequence[tuple[int, int]], opened: int = 0) -> InlineKeyboardMarkup:
        """The places of a contact sheet's digits, (place, number of the sample) each, then [ Approve ] [ Reject ] of
        the ``opened`` one and of all; for every admin."""
        numbers = [self._review_button(place, number, is_open=number == opened) for place, number in places]
        rows = [numbers[at : at + MAX_ROW_BUTTONS] for at in range(0, len(numbers), MAX_ROW_BUTTONS)]
        for place, number in places:
            if number == opened:
                rows.append(self._decisions(number, self.texts.approve(place), self.texts.reject(place)))
        rows.append(self._decisions(0, self.texts.approve_all(len(places)), self.texts.reject_all(len(places))))
        return InlineKeyboardMarkup(rows)

    def _review_button(self, place: int, number: int, *, is_open: bool) -> InlineKeyboardButton:
        data = CallbackData(ButtonAction.REVIEW, number, place)
        text = f"· {place} ·" if is_open else str(place)
        return InlineKeyboardButton(text, callback_data=self.signer.sign(data, ANY_ADMIN))

    def _decisions(self, number: int, approve: str, reject: str) -> list[InlineKeyboardButton]:
        pairs = (
            (approve, CallbackData(ButtonAction.DECIDE, number, label=1)),
            (reject, CallbackData(ButtonAction.DECIDE, number)),
        )
        return [InlineKeyboardButton(text, callback_data=self.signer.sign(data, ANY_ADMIN)) for text, data in pairs]

    def _consent_rows(self, position: int = 0) -> list[list[InlineKeyboardButton]]:
        return [
            [self._button(self.texts.consent_yes, ButtonAction.CONSENT, CONSENT_VERSION, position, 1)],
            [self._button(self.texts.consent_no, ButtonAction.CONSENT, CONSENT_VERSION, position, 0)],
        ]

    def _show_samples(self) -> InlineKeyboardButton:
        return self._button(self.texts.delete_single, ButtonAction.OWN_SAMPLES)

    def _button(
        self, text: str, action: ButtonAction, target: int = 0, position: int = 0, label: int = 0
    ) -> InlineKeyboardButton:
        return self._signed(text, CallbackData(action, target, position, label))

    def _signed(self, text: str, data: CallbackData) -> InlineKeyboardButton:
        return InlineKeyboardButton(text, callback_data=self.signer.sign(data, self.owner))

    def _admin_button(self, text: str, action: ButtonAction, target: int) -> InlineKeyboardButton:
        data = CallbackData(action, target)
        return InlineKeyboardButton(text, callback_data=self.signer.sign(data, ANY_ADMIN))
