"""The card: what a model is, where it comes from and how good it is. A model never travels without it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Self, TypeGuard

from model.errors import ModelError

# Above this confidence a digit of a model without a card counts as sure.
DEFAULT_SURE = 0.9


class CardError(ModelError):
    """A card that is no card: not JSON, not an object, or a value of the wrong kind."""


def _empty() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ModelCard:
    """Everything that is known about one served model; each field has a default, so that old cards stay readable.

    ``sha256`` is that of the served bytes ("" where unknown), ``size_bytes`` their number. ``temperature`` divides the
    logits and is already baked into the served file; ``sure_threshold`` is the confidence from which on a digit counts
    as sure; ``views`` says by how many degrees a digit is turned either way to be looked at (0: as it is).
    ``data`` names the training data and ``data_digest`` its SHA-256; ``parent`` is the model it was trained
    from, ``root`` the first of that line (both "" for a base model). ``created`` is ISO 8601 in UTC. ``extra`` holds
    keys of newer cards, written out again unchanged.
    """

    name: str = "unnamed"
    recipe: str = ""
    created: str = ""
    command: str = ""
    versions: Mapping[str, str] = field(default_factory=_empty)
    seed: int | None = None
    data: str = ""
    data_digest: str = ""
    license: str = ""
    parameters: int = 0
    size_bytes: int = 0
    sha256: str = ""
    metrics: Mapping[str, Any] = field(default_factory=_empty)
    temperature: float = 1.0
    sure_threshold: float = DEFAULT_SURE
    tta_degrees: float = 0.0
    parent: str = ""
    root: str = ""
    extra: Mapping[str, Any] = field(default_factory=_empty)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read a card; missing keys get their defaults, unknown ones are kept. Raises ``CardError``."""
        try:
            raw = json.loads(text)
        except ValueError as error:
            raise CardError(f"The model card is not JSON: {error}.") from error
        if not isinstance(raw, dict):
            raise CardError("The model card is not a JSON object.")
        raw = {_RENAMED.get(key, key): value for key, value in raw.items()}
        known = {each.name for each in fields(cls)} - {"extra"}
        values = {key: _checked(key, value) for key, value in raw.items() if key in known}
        extra = {key: value for key, value in raw.items() if key not in known}
        return cls(**values, extra=MappingProxyType(extra))

    def to_json(self) -> str:
        """The card as indented JSON with a final newline; ``from_json`` gives back an equal card."""
        raw = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "extra"}
        raw = {name: dict(value) if isinstance(value, Mapping) else value for name, value in raw.items()}
        text = json.dumps({**raw, **self.extra}, indent=2, ensure_ascii=False, allow_nan=False)
        return _ROW_OF_NUMBERS.sub(lambda row: " ".join(row.group().split()), text) + "\n"

    def fits(self, content: bytes) -> bool:
        """Whether the card is that of these served bytes; a card without a checksum fits any."""
        return not self.sha256 or self.sha256 == sha256(content).hexdigest()


# A confusion matrix reads best as a matrix: ten lines of ten numbers.
_ROW_OF_NUMBERS = re.compile(r"\[[\d\s.,]+\]")
_NUMBERS = {"temperature", "sure_threshold"}
_WIDEST = 30.0  # degrees: a digit turned further is another, or none
_COUNTS = {"seed", "parameters", "size_bytes"}
_TABLES = {"versions", "metrics"}
# What a key was called on cards of before: those are in people's registries and stay readable.
_RENAMED = {"views": "tta_degrees"}


def _checked(key: str, value: object) -> Any:  # noqa: ANN401 - JSON values, checked one by one
    """The value of a known key, of its kind, tables frozen; raises ``CardError``."""
    if key in _TABLES and isinstance(value, dict):
        return MappingProxyType(value)
    if not _fitting(key, value):
        raise CardError(f"The model card's {key} is {value!r}.")
    return value


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _fitting(key: str, value: object) -> bool:
    if key in _TABLES:
        return False
    if key in _NUMBERS:
        return _is_number(value) and value > 0
    if key == "tta_degrees":
        return _is_number(value) and 0 <= value <= _WIDEST
    if key in _COUNTS:
        return (isinstance(value, int) and not isinstance(value, bool)) or (key == "seed" and value is None)
    return isinstance(value, str)
