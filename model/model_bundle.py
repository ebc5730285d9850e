"""A network as it is served: LiteRT bytes and the card that belongs to them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Self

import numpy as np

from model.errors import ModelLoadError
from model.litert_session import LiteRtSession, Signature, TensorSpec
from model.model_card import CardError, ModelCard

CARD_NAME = "model_card.json"
MAX_CARD_BYTES = 1_000_000  # ours have 5,000

DIGITS_SIGNATURE = Signature(
    "images",
    TensorSpec((None, 28, 28), np.uint8),
    {"probabilities": TensorSpec((None, 10), np.float32), "features": TensorSpec((None, None), np.float32)},
)


class PackagedNetwork(StrEnum):
    """The networks that come with the package, by the names of their files in ``model/base``."""

    DIGITS = "digits"
    DETECTOR = "detector"
    SEGMENTER = "segmenter"


@dataclass(frozen=True, slots=True)
class ModelBundle:
    """The bytes of one served network with its card: the digit classifier, or one of the two that find digits and cut
    them out.

    A classifier has one signature: ``images`` (n, 28, 28) uint8, 0..255, white ink on black, in; ``probabilities``
    (n, 10) float32 and ``features`` (n, F) float32 out. Scaling and temperature are part of it, so that nothing else
    can be fed.
    """

    name: str
    content: bytes
    card: ModelCard

    @classmethod
    def of(cls, content: bytes, card: ModelCard) -> Self:
        """Bytes and their card, wherever they come from. Raises ``ModelLoadError`` where the checksum differs."""
        if not card.fits(content):
            raise ModelLoadError(f"The model {card.name} is damaged: its bytes do not match the checksum of its card.")
        return cls(card.name, content, card)

    @classmethod
    def load(cls, path: Path | str) -> Self:
        """``read`` a classifier and load it once in LiteRT; only for files of our own making: what is damaged may end
        the process. Others go through ``trial.try_model`` first.

        Raises ``ModelLoadError``, also for bytes that LiteRT does not take.
        """
        model = cls.read(path)
        model.session(DIGITS_SIGNATURE)
        return model

    @classmethod
    def read(cls, path: Path | str, *, max_bytes: int | None = None) -> Self:
        """Read a classifier, NAME.tflite, and the card beside it: NAME.json, else model_card.json; without one the card
        is a default one.

        Raises ``ModelLoadError`` for an unreadable file or one larger than ``max_bytes``, and for a broken card or that
        of another model.
        """
        path = Path(path)
        try:
            content = _limited(path, max_bytes)
            card = _card_beside(path)
        except (OSError, CardError) as error:
            raise ModelLoadError(f"The model {path} cannot be read: {error}") from error
        default = ModelCard(name=path.stem, size_bytes=len(content), sha256=sha256(content).hexdigest())
        return cls.of(content, card or default)

    @classmethod
    def packaged(cls, network: PackagedNetwork | str) -> Self:
        """One of the networks that come with the package: "digits", "detector" or "segmenter".

        Raises ``ModelLoadError`` where its files are missing or damaged, ``ValueError`` for any other name.
        """
        network = PackagedNetwork(network)
        card_name = CARD_NAME if network is PackagedNetwork.DIGITS else f"{network}.json"
        folder = files("model") / "base"
        try:
            card = ModelCard.from_json((folder / card_name).read_bytes())
            return cls.of((folder / f"{network}.tflite").read_bytes(), card)
        except (OSError, CardError) as error:
            raise ModelLoadError(f"The network {network} of this package cannot be read: {error}") from error

    @classmethod
    def base(cls) -> Self:
        """The classifier that comes with the package. Raises ``ModelLoadError``."""
        return cls.packaged(PackagedNetwork.DIGITS)

    def session(self, signature: Signature, threads: int = 1) -> LiteRtSession:
        """A LiteRT session of these bytes, for one thread. Raises ``ModelLoadError`` for another signature too."""
        return LiteRtSession(self.content, signature, name=self.name, threads=threads)


def base_checksum() -> str:
    """SHA-256 of the served file of the classifier that comes with the package; "" where that is damaged."""
    try:
        return sha256(ModelBundle.base().content).hexdigest()
    except ModelLoadError:
        return ""


def _limited(path: Path, max_bytes: int | None) -> bytes:
    """A regular file's bytes, without reading more than ``max_bytes`` of a larger one. Raises ``ModelLoadError``."""
    if not path.is_file():
        raise ModelLoadError(f"The model {path} cannot be read: it is no file.")
    if max_bytes is not None and path.stat().st_size > max_bytes:
        raise ModelLoadError(f"The model {path} is larger than {max_bytes:,} bytes.")
    return path.read_bytes()


def _card_beside(path: Path) -> ModelCard | None:
    for candidate in (path.with_suffix(".json"), path.with_name(CARD_NAME)):
        if candidate.is_file():
            return ModelCard.from_json(_limited(candidate, MAX_CARD_BYTES))
    return None
