"""Mistakes by their kind: what went wrong says where in the eye to look."""

from __future__ import annotations

from enum import StrEnum

from model.evaluation.photo_metrics import ScoredPhoto


class Kind(StrEnum):
    """What is wrong with a reading; the value heads its part of the page."""

    UNREADABLE = "Could not be opened"
    INVENTED = "Digits read where there are none"
    OVERLOOKED = "No digit found"
    TOO_FEW = "Too few digits"
    TOO_MANY = "Too many digits"
    OTHER_ROWS = "Right digits, other rows"
    MISREAD = "Right count, misread"


def kind_of(scored: ScoredPhoto) -> Kind | None:
    """Say what is wrong; None where nothing is."""
    if scored.right:
        return None
    if scored.reading is None:
        return Kind.UNREADABLE
    wanted, got = (text.replace(" ", "") for text in (scored.photo.label, scored.text))
    if wanted == got:
        return Kind.OTHER_ROWS
    if len(got) < len(wanted):
        return Kind.TOO_FEW if got else Kind.OVERLOOKED
    if len(got) > len(wanted):
        return Kind.TOO_MANY if wanted else Kind.INVENTED
    return Kind.MISREAD
