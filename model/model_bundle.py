"""A model as it is served: LiteRT bytes and the card that belongs to them."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Self

from ai_edge_litert.interpreter import Interpreter

from model.errors import ModelLoadError
from model.model_card import CardError, ModelCard

CARD_NAME = "model_card.json"


@dataclass(frozen=True, slots=True)
class ModelBundle:
    """The bytes of one served model with its card.

    The file has one signature: ``images`` (n, 28, 28) uint8, 0..255, white ink on black, in; ``probabilities`` (n, 10)
    float32 and ``features`` (n, F) float32 out. Scaling and temperature are part of it, so that nothing else can be
    fed.
    """

    name: str
    content: bytes
    card: ModelCard

    @classmethod
    def load(cls, path: Path | str) -> Self:
        """Read NAME.tflite and the card beside it: NAME.json, else model_card.json; without one the card is a default
        one.

        Raises ``ModelLoadError`` for an unreadable file, a broken or foreign card, and bytes that LiteRT does not take.
        """
        path = Path(path)
        try:
            content = path.read_bytes()
            card = _card_beside(path)
        except (OSError, CardError) as error:
            raise ModelLoadError(f"The model {path} cannot be read: {error}") from error
        model = cls.of(
            content, card or ModelCard(name=path.stem, size_bytes=len(content), sha256=sha256(content).hexdigest())
        )
        model.interpreter()
        return model

    @classmethod
    def of(cls, content: bytes, card: ModelCard) -> Self:
        """Bytes and their card, wherever they come from; raises ``ModelLoadError`` where the checksum differs."""
        if not card.fits(content):
            raise ModelLoadError(f"The model {card.name} is damaged: its bytes do not match the checksum of its card.")
        return cls(card.name, content, card)

    @classmethod
    def base(cls) -> Self:
        """The model that comes with the package. Raises ``ModelLoadError``."""
        folder = files("model") / "base"
        try:
            card = ModelCard.from_json((folder / CARD_NAME).read_bytes())
            return cls.of((folder / "digits.tflite").read_bytes(), card)
        except (OSError, CardError) as error:
            raise ModelLoadError(f"The base model cannot be read: {error}") from error

    def interpreter(self, threads: int = 1) -> Interpreter:
        """A LiteRT interpreter of these bytes, whose signature has been looked at. Raises ``ModelLoadError``."""
        try:
            interpreter = Interpreter(model_content=self.content, num_threads=threads)
            runner = interpreter.get_signature_runner()
        except (ValueError, RuntimeError) as error:
            raise ModelLoadError(f"The model {self.name} is damaged: LiteRT cannot load it.") from error
        images = runner.get_input_details().get("images")
        outputs = runner.get_output_details()
        if images is None or tuple(images["shape_signature"]) != (-1, 28, 28) or images["dtype"].__name__ != "uint8":
            raise ModelLoadError(f"The model {self.name} does not take 28x28 digit images.")
        if not {"probabilities", "features"} <= outputs.keys() or outputs["probabilities"]["shape"][-1] != 10:
            raise ModelLoadError(f"The model {self.name} does not tell ten probabilities and its features.")
        return interpreter


def _card_beside(path: Path) -> ModelCard | None:
    for candidate in (path.with_suffix(".json"), path.with_name(CARD_NAME)):
        if candidate.is_file():
            return ModelCard.from_json(candidate.read_bytes())
    return None
