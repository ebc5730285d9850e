"""Mistakes by kind: the kind says which step of recognition to look into."""

from __future__ import annotations

from enum import StrEnum

from model.evaluation.photo_metrics import ScoredPhoto


class MistakeKind(StrEnum):
    """What is wrong with a reading; the value heads its part of the page."""

    UNREADABLE = "Could not be opened"
    INVENTED = "Digits read where there are none"
    OVERLOOKED = "No digit found"
    TOO_FEW = "Too few digits"
    TOO_MANY = "Too many digits"
    OTHER_ROWS = "Right digits, other rows"
    MISREAD = "Right count, misread"

    @property
    def anchor(self) -> str:
        """The id of its part of the page."""
        return self.name.lower().replace("_", "-")


def kind_of(scored: ScoredPhoto) -> MistakeKind | None:
    """The kind of a photo's mistake; None where its reading is right."""
    if scored.right:
        return None
    if scored.reading is None:
        return MistakeKind.UNREADABLE
    label, text = (each.replace(" ", "") for each in (scored.photo.label, scored.text))
    if label == text:
        return MistakeKind.OTHER_ROWS
    if len(text) < len(label):
        return MistakeKind.TOO_FEW if text else MistakeKind.OVERLOOKED
    if len(text) > len(label):
        return MistakeKind.TOO_MANY if label else MistakeKind.INVENTED
    return MistakeKind.MISREAD
