"""Why a picture cannot be read."""

from __future__ import annotations

from enum import StrEnum

from model.errors import ModelError


class PhotoProblem(StrEnum):
    """Why a file cannot be read."""

    EMPTY = "empty"
    TOO_LARGE = "too large"
    TOO_MANY_PIXELS = "too many pixels"
    TOO_LONG = "one side too long"
    TOO_COSTLY = "too costly"
    DEADLY = "the process ended while it was read"
    NOT_AN_IMAGE = "not an image"
    TRUNCATED = "truncated"


class PhotoError(ModelError):
    """Bytes that are no picture that can be read; ``problem`` says why."""

    def __init__(self, problem: PhotoProblem) -> None:
        super().__init__(f"The picture cannot be read: {problem}.")
        self.problem = problem
