"""Stored features: replayed digits as the features that the base model makes of them, a byte each, in the package."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.array_files import read_npz

STORED_FEATURES: Final = "replay_features.npz"
_NAMES: Final = ("sha256", "low", "step", "train_bytes", "train_labels")


@dataclass(frozen=True, slots=True, eq=False)
class LabelledFeatures:
    """Features (n, F) float32 of digits, and their labels (n,) uint8, 0 to 9."""

    features: NDArray[np.float32]
    labels: NDArray[np.uint8]


def dequantised(low: NDArray[np.float32], step: NDArray[np.float32], stored: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The features (n, F) that bytes (n, F) stand for: a byte b of feature f for ``low[f] + b * step[f]``."""
    return np.asarray(low + stored * step, np.float32)


def packaged_features() -> tuple[str, LabelledFeatures]:
    """The replayed training digits of the package, and the SHA-256 of the model whose features they are.

    Raises ``ValueError`` and ``OSError``.
    """
    with as_file(files("model") / "base" / STORED_FEATURES) as path:
        arrays = read_npz(path, _NAMES)
    if missing := set(_NAMES) - set(arrays):
        raise ValueError(f"{STORED_FEATURES} holds no {min(missing)}")
    low, step = (np.asarray(arrays[name], np.float32) for name in ("low", "step"))
    features = dequantised(low, step, np.asarray(arrays["train_bytes"], np.uint8))
    return str(arrays["sha256"]), LabelledFeatures(features, np.asarray(arrays["train_labels"], np.uint8))
