"""What a person's corrections change in reading that person's photos."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Self

import numpy as np
from numpy.typing import NDArray

from model.classification.personal_adapter import PersonalAdapter
from model.classification.rejected_marks import RejectedMarks


@dataclass(frozen=True, slots=True, eq=False)
class Personalization:
    """What one person's corrections change, with one model: ``model`` is the SHA-256 of its served file. With any other
    it has no effect, since the features are that model's own.

    ``adapter``: how digits are labelled; ``rejected``: what is no digit. None where nothing is known of that.
    """

    model: str
    adapter: PersonalAdapter | None = None
    rejected: RejectedMarks | None = None

    def to_bytes(self) -> bytes:
        arrays: dict[str, NDArray[np.generic]] = {}
        if self.adapter is not None:
            arrays |= {"centres": self.adapter.centres, "weights": self.adapter.weights}
            arrays["limit"] = np.array(self.adapter.limit)
        if self.rejected is not None:
            arrays |= {"marks": self.rejected.centres, "least": self.rejected.least}
        np.savez(buffer := BytesIO(), allow_pickle=False, **arrays)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, model: str, content: bytes) -> Self:
        """What ``to_bytes`` gave, of this ``model``."""
        with np.load(BytesIO(content), allow_pickle=False) as stored:
            arrays = dict(stored)
        adapter = rejected = None
        if "centres" in arrays:
            adapter = PersonalAdapter(arrays["centres"], arrays["weights"], float(arrays["limit"]))
        if "marks" in arrays:
            rejected = RejectedMarks(arrays["marks"], arrays["least"])
        return cls(model, adapter, rejected)
