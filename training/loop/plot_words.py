"""The words in the figures of training runs; importable without matplotlib."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace
from typing import Self
from unicodedata import category


@dataclass(frozen=True, slots=True)
class PlotWords:
    """Title and axes of a learning curve, the names of its two lines, and the axes of a confusion matrix."""

    learning_curve: str = "Learning curve"
    epoch: str = "epoch"
    accuracy: str = "accuracy, %"
    training: str = "training digits, augmented"
    validation: str = "validation digits"
    read_as: str = "read as"
    true_digit: str = "is"


@dataclass(frozen=True, slots=True)
class FigureWords(PlotWords):
    """Everything that is written in the picture of a fine-tune. In ``gained`` numbers are filled in by name: ``fixed``,
    ``misread`` and ``broken``."""

    before: str = "before"
    after: str = "after"
    gained: str = "Corrections it was not trained on: {fixed} of {misread} misread ones fixed, {broken} broken"

    @classmethod
    def parse(cls, text: str) -> Self:
        """From a JSON object of texts; what it leaves out is English. Raises ValueError."""
        words = json.loads(text)
        names = {each.name for each in fields(cls)}
        is_object = isinstance(words, dict) and words.keys() <= names
        if not is_object or not all(isinstance(word, str) for word in words.values()):
            raise ValueError(f"must be a JSON object of texts by these names: {', '.join(sorted(names))}")
        # Marks of direction and isolation have no glyph.
        parsed = cls(**{name: "".join(each for each in word if category(each) != "Cf") for name, word in words.items()})
        try:
            parsed.gained.format(fixed=0, misread=0, broken=0)
        except (LookupError, AttributeError, ValueError) as error:
            raise ValueError("gained: no other numbers than {fixed}, {misread} and {broken} are filled in") from error
        return parsed

    @property
    def numbered(self) -> Self:
        """Numbers in the place of the words, in the order of the fields, for a font that lacks their letters: the
        caption explains them, and tells the gain anyway."""
        names = [each.name for each in fields(self) if each.name != "gained"]
        numbers = {name: f"({number})" for number, name in enumerate(names, start=1)}
        return replace(self, **numbers, gained="+{fixed} \u2212{broken} / {misread}")
