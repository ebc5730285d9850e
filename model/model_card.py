"""The model card (Mitchell et al. 2019): what a model is, where it comes from and how good it is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Self, TypeGuard

from model.errors import ModelError
from model.hypotheses.page_calibration import PageCalibration

DEFAULT_SURE = 0.9  # page-calibrated confidence (0..1) on cards that name none


class CardError(ModelError):
    """A model card that cannot be used: not JSON, not an object, or a value of the wrong kind."""


def _empty() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ModelCard:
    """Everything that is known about one served model; each field has a default, so that old cards stay readable.

    ``sha256`` is that of the served bytes ("" where unknown), ``size_bytes`` their number. ``temperature`` divides the
    logits and is already baked into the served file; ``tta_degrees`` says by how many degrees a digit image is rotated
    either way to be classified (0: as it is). ``page_calibration`` decides by the networks' outputs what stands on a
    photo, and ``sure_threshold`` is the probability (0..1) that all of it was read right from which on it is sure.
    Without a page calibration nothing is sure, whatever the threshold. ``data`` names the training data and
    ``data_digest`` its SHA-256; ``parent`` is the model it was trained from, ``root`` the first of that line (both ""
    for a base model).
    ``created`` is ISO 8601 in UTC. ``extra`` holds keys of newer cards, written out again unchanged.
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
    page_calibration: PageCalibration | None = None
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
            _written(raw)
        except (ValueError, RecursionError) as error:
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
        raw = {name: _plain(value) for name, value in raw.items()}
        return _ROW_OF_NUMBERS.sub(lambda row: " ".join(row.group().split()), _written({**raw, **self.extra})) + "\n"

    def fits(self, content: bytes) -> bool:
        """Whether the card is that of these served bytes; a card without a checksum fits any."""
        return not self.sha256 or self.sha256 == sha256(content).hexdigest()


def test_accuracy(metrics: Mapping[str, Any]) -> tuple[float, int] | None:
    """The accuracy (0..1) on MNIST's test digits and their number, from a card's or a version's ``metrics``.

    None where they were not measured, or where the card of a model from outside has something else there.
    """
    test = metrics.get("test")
    accuracy, count = (test.get("accuracy"), test.get("n")) if isinstance(test, dict) else (None, None)
    return (accuracy, int(count)) if _is_number(accuracy) and _is_number(count) else None


# A confusion matrix reads best as a matrix: ten lines of ten numbers. Within a text no line ends.
_ROW_OF_NUMBERS = re.compile(r"\[\n[\d\s.,-]+\]")
_NUMBERS = {"temperature", "sure_threshold"}
_WIDEST = 30.0  # degrees: a digit turned further is another, or none
_LARGEST = 2**63  # what no number of a card reaches, nor a database holds
_COUNTS = {"seed", "parameters", "size_bytes"}
_TABLES = {"versions", "metrics"}
# Old names of keys: such cards are in people's registries and stay readable.
_RENAMED = {"views": "tta_degrees"}


def _written(raw: object) -> str:
    """JSON as cards have it. Raises ``ValueError`` for what JSON in UTF-8 lacks: NaN, infinity, half characters."""
    text = json.dumps(raw, indent=2, ensure_ascii=False, allow_nan=False)
    text.encode()
    return text


def _plain(value: object) -> object:
    """A field's value as JSON has it."""
    if isinstance(value, PageCalibration):
        return asdict(value)
    return dict(value) if isinstance(value, Mapping) else value


def _checked(key: str, value: object) -> Any:  # noqa: ANN401 - JSON values, checked one by one
    """The value of a known key, of its kind, tables frozen; raises ``CardError``."""
    if key in _TABLES and isinstance(value, dict):
        return MappingProxyType(value)
    if key == "page_calibration":
        return _page_calibration(value)
    if not _fitting(key, value):
        raise CardError(f"The model card's {key} is {value!r}.")
    return value


def _page_calibration(value: object) -> PageCalibration | None:
    """``{"label": [...], "digit": [...], "page": [...], "information": [...]}``, numbers for each feature, or null; the
    last may be missing. Raises ``CardError``.

    Those of other versions of the package, fitted to other features, count as none.
    """
    if value is None:
        return None
    if not isinstance(value, dict):
        raise CardError(f"The model card's page_calibration is {value!r}.")
    weights = [value.get(name, []) for name in ("label", "digit", "page", "information")]
    if not all(isinstance(each, list) and all(map(_is_number, each)) for each in weights):
        raise CardError(f"The model card's page_calibration is {value!r}.")
    calibration = PageCalibration(*(tuple(map(float, each)) for each in weights))
    return calibration if calibration.is_complete else None


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LARGEST


def _fitting(key: str, value: object) -> bool:
    if key in _TABLES:
        return False
    if key in _NUMBERS:
        return _is_number(value) and value > 0
    if key == "tta_degrees":
        return _is_number(value) and 0 <= value <= _WIDEST
    if key in _COUNTS:
        return (isinstance(value, int) and _is_number(value)) or (key == "seed" and value is None)
    return isinstance(value, str)
