"""The colours of every picture, drawn by the bot or by training.

Any two of ``MEANINGS`` differ by more than 20 CIEDE2000, seen normally, with deuteranopia, protanopia and tritanopia
(Machado et al. 2009; tests/model/test_palette.py measures it). No mark is told by its colour alone: see
``bot.pictures.mark_styles``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

SURE: Final = "#008276"  # a digit that is sure; what was right
UNSURE: Final = "#fec60a"  # a digit that is asked about
UNREAD: Final = "#b91700"  # a mark that could not be read; what was wrong
QUANTITY: Final = "#2424cc"  # bars and lines: how many, how likely
INK: Final = "#1b1b1f"  # writing, and frames of what is light
PAPER: Final = "#ffffff"  # the ground, and writing on what is dark

MEANINGS: Final[Mapping[str, str]] = MappingProxyType(
    {"sure": SURE, "unsure": UNSURE, "unread": UNREAD, "quantity": QUANTITY, "ink": INK, "paper": PAPER}
)

# For order only, without a meaning of their own.
GRID: Final = "#d4d6d9"
GROUND: Final = "#f3f4f5"
SOFT_INK: Final = "#5a5f66"
