"""The root of this package's exceptions; each class is defined beside the code that raises it."""

from __future__ import annotations


class BotError(Exception):
    """The base of all; ``str()`` is one sentence for a person, ``sentence`` where the raiser gives none."""

    sentence = "The bot cannot do this."

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or self.sentence)
