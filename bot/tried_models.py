"""Models that have passed their trial on this machine, remembered by checksum in a small file beside the database."""

from __future__ import annotations

import logging
import os
import platform
import secrets
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from model.errors import ModelLoadError
from model.model_bundle import ModelBundle
from model.trial import try_model

log = logging.getLogger(__name__)

MAX_TRIED = 200


class TriedModels:
    """Tries each model once (``model.trial``), before this process loads it.

    The base model of the package needs no trial. Another LiteRT or another kind of processor asks for a new one: it may
    fail where this one did not. Without a ``file`` nothing is remembered.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._passed: set[str] = set()

    async def require(self, model: ModelBundle) -> None:
        """Raises ``ModelLoadError`` for a model that does not pass."""
        key = _key(model.content)
        if key in self._passed or key in self._remembered():
            return
        if not _is_packaged(model.content):
            await try_model(model.content, model.name)
            self._remember(key)
        self._passed.add(key)

    def _remembered(self) -> list[str]:
        if self._file is None:
            return []
        try:
            return self._file.read_text("ascii").splitlines()
        except (OSError, UnicodeDecodeError):
            return []

    def _remember(self, key: str) -> None:
        """In one step; where it cannot be written, the next start tries the model again."""
        if self._file is None:
            return
        draft = self._file.with_name(f".{self._file.name}.{secrets.token_hex(8)}")
        try:
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.writelines(f"{each}\n" for each in [*self._remembered(), key][-MAX_TRIED:])
            draft.replace(self._file)
        except OSError as error:
            log.warning("the trial of a model could not be remembered: %s", error)
            with suppress(OSError):
                draft.unlink(missing_ok=True)


def _key(content: bytes) -> str:
    return f"{sha256(content).hexdigest()} ai-edge-litert-{version('ai-edge-litert')} {platform.machine()}"


def _is_packaged(content: bytes) -> bool:
    with suppress(ModelLoadError):
        return ModelBundle.base().content == content
    return False
