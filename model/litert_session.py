"""One LiteRT network in memory: bytes with a known signature in, arrays out."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from model.errors import ModelLoadError


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """What one tensor of a signature is: its ``shape``, None for a side of any length, and its ``dtype``."""

    shape: tuple[int | None, ...]
    dtype: type[np.generic]

    def __str__(self) -> str:
        return f"({', '.join('any' if side is None else str(side) for side in self.shape)}) {self.dtype.__name__}"

    def accepts(self, details: Mapping[str, Any]) -> bool:
        """Whether a tensor, by LiteRT's details, has this dtype, as many sides, and each that is given here."""
        sides = tuple(details["shape_signature"])
        same = len(sides) == len(self.shape) and all(a in (None, b) for a, b in zip(self.shape, sides, strict=True))
        return same and details["dtype"] is self.dtype


@dataclass(frozen=True, slots=True)
class Signature:
    """The tensors of a network by name: one input, and the outputs that are used; a file may have more of these.

    ``usual`` is the shape of an input for which memory is allocated at first; () for 1 as each side of any length.
    """

    input: str
    takes: TensorSpec
    gives: Mapping[str, TensorSpec]
    usual: tuple[int, ...] = ()

    def __str__(self) -> str:
        outputs = " and ".join(f"{name} {spec}" for name, spec in self.gives.items())
        return f"{self.input} {self.takes} in, {outputs} out"

    def indices(self, interpreter: Interpreter) -> tuple[int, dict[str, int]] | None:
        """The numbers of the input and the output tensors in a file; None where it has another signature."""
        # The runner must not be kept: while it lives, LiteRT refuses to resize.
        runner = interpreter.get_signature_runner()
        image, outputs = runner.get_input_details().get(self.input), runner.get_output_details()
        if image is None or not self.takes.accepts(image):
            return None
        if not all(name in outputs and spec.accepts(outputs[name]) for name, spec in self.gives.items()):
            return None
        return int(image["index"]), {name: int(outputs[name]["index"]) for name in self.gives}


class LiteRtSession:
    """One interpreter of one network. Thread-safe: threads take turns.

    ``content`` are the bytes of the .tflite file, ``name`` is what errors call it, ``threads`` are LiteRT's own.
    Memory for an input of the signature's usual shape is allocated at once, so that the first photo does not wait for
    it.

    Raises ``ModelLoadError`` for bytes that LiteRT does not take, and for those of another signature.
    """

    def __init__(self, content: bytes, signature: Signature, *, name: str, threads: int = 1) -> None:
        self._name = name
        self._lock = threading.Lock()
        try:
            self._interpreter = Interpreter(model_content=content, num_threads=threads)
            indices = signature.indices(self._interpreter)
        except (ValueError, RuntimeError) as error:
            raise ModelLoadError(f"The model {name} is damaged: LiteRT cannot load it.") from error
        if indices is None:
            raise ModelLoadError(f"The model {name} is of another kind: what is needed has {signature}.")
        self._input, self._outputs = indices
        self._shape: tuple[int, ...] = ()
        self._resize(signature.usual or tuple(side or 1 for side in signature.takes.shape))

    def run(self, batch: NDArray[np.generic]) -> dict[str, NDArray[Any]]:
        """The outputs by name, in arrays of the caller's own, for a batch of the signature's shape and dtype.

        Raises ``ModelLoadError`` where the network fails at it.
        """
        with self._lock:
            self._resize(batch.shape)
            try:
                self._interpreter.set_tensor(self._input, np.ascontiguousarray(batch))
                self._interpreter.invoke()
            except RuntimeError as error:
                raise self._cannot_run() from error
            return {name: self._interpreter.get_tensor(index) for name, index in self._outputs.items()}

    def _resize(self, shape: tuple[int, ...]) -> None:
        if shape == self._shape:
            return
        try:
            self._interpreter.resize_tensor_input(self._input, shape)
            _DELEGATE_NOTE.withheld(self._interpreter.allocate_tensors)
        except RuntimeError as error:
            raise self._cannot_run() from error
        self._shape = shape

    def _cannot_run(self) -> ModelLoadError:
        return ModelLoadError(f"The model {self._name} is damaged: LiteRT cannot run it.")


class _DelegateNote:
    """LiteRT's line "INFO: Created TensorFlow Lite XNNPACK delegate for CPU.", written by C++ to file descriptor 2 at
    the first allocation of a process.

    LiteRT 2.3 has no option for it (TF_CPP_MIN_LOG_LEVEL and Abseil's variables do not reach its logger), so that
    once, for some 2 ms, the descriptor leads to a file; whatever else arrives there is handed on.
    """

    TEXT = b"INFO: Created TensorFlow Lite XNNPACK delegate for CPU.\n"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_due = True

    def withheld(self, allocate: Callable[[], None]) -> None:
        """Allocate; the first time, without the note."""
        if not self._is_due:
            allocate()
            return
        with self._lock, ExitStack() as stack:
            with suppress(OSError):  # no standard error, or no folder for temporary files: then the note appears
                stack.enter_context(_stderr_without(self.TEXT))
            allocate()
            self._is_due = False


@contextmanager
def _stderr_without(text: bytes) -> Iterator[None]:
    """Hold back what is written to file descriptor 2 inside, and write it afterwards less ``text``."""
    stderr = os.dup(2)
    try:
        with TemporaryFile() as said:
            os.dup2(said.fileno(), 2)
            try:
                yield
            finally:
                os.dup2(stderr, 2)
                said.seek(0)
                os.write(stderr, said.read().replace(text, b""))
    finally:
        os.close(stderr)


_DELEGATE_NOTE = _DelegateNote()  # one a process, as the note is
