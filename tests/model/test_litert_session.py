"""One LiteRT network: its signature, its shapes, what is damaged, and that LiteRT says nothing about it."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model.errors import ModelLoadError
from model.litert_session import LiteRtSession, TensorSpec
from model.model_bundle import DIGITS_SIGNATURE, ModelBundle

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def content() -> bytes:
    return ModelBundle.base().content


@pytest.fixture(scope="module")
def session(content: bytes) -> LiteRtSession:
    return LiteRtSession(content, DIGITS_SIGNATURE, name="base")


def test_batches_of_any_length_take_turns(session: LiteRtSession) -> None:
    images = np.random.default_rng(1).integers(0, 256, (5, 28, 28), np.uint8)
    together = session.run(images)["probabilities"]
    for count in (1, 3, 5, 1):
        outputs = session.run(images[:count])
        assert set(outputs) == {"probabilities", "features"}
        np.testing.assert_allclose(outputs["probabilities"], together[:count], atol=1e-5)


def test_threads_take_turns_at_a_session(session: LiteRtSession) -> None:
    images = np.random.default_rng(2).integers(0, 256, (24, 28, 28), np.uint8)
    batches = [images[:1], images[1:4], images[4:9], images[9:]]
    expected = [session.run(batch)["features"] for batch in batches]

    def wrong(number: int) -> int:
        """How many of so many runs of a batch give other features than it has."""
        runs = (session.run(batches[number])["features"] for _ in range(40))
        return sum(not np.array_equal(features, expected[number]) for features in runs)

    with ThreadPoolExecutor(len(batches)) as threads:
        assert list(threads.map(wrong, range(len(batches)))) == [0] * len(batches)


def test_outputs_are_the_callers_own(session: LiteRtSession) -> None:
    first = session.run(np.zeros((1, 28, 28), np.uint8))["features"]
    before = first.copy()
    session.run(np.full((1, 28, 28), 255, np.uint8))
    np.testing.assert_array_equal(first, before)


@pytest.mark.parametrize(
    "signature",
    [
        replace(DIGITS_SIGNATURE, input="pictures"),
        replace(DIGITS_SIGNATURE, takes=TensorSpec((None, 32, 32), np.uint8)),
        replace(DIGITS_SIGNATURE, takes=TensorSpec((None, 28, 28), np.float32)),
        replace(DIGITS_SIGNATURE, takes=TensorSpec((None, 28, 28, 1), np.uint8)),
        replace(DIGITS_SIGNATURE, gives={"likeness": TensorSpec((None, 1), np.float32)}),
        replace(DIGITS_SIGNATURE, gives={"probabilities": TensorSpec((None, 11), np.float32)}),
    ],
)
def test_a_network_of_another_signature_is_refused(content: bytes, signature: object) -> None:
    with pytest.raises(ModelLoadError, match=r"^The model base is of another kind: what is needed has .+ out\.$"):
        LiteRtSession(content, signature, name="base")  # type: ignore[arg-type]


@pytest.mark.parametrize("network", ["detector", "segmenter"])
def test_no_auxiliary_network_passes_for_a_digit_model(network: str) -> None:
    with pytest.raises(ModelLoadError, match=network):
        ModelBundle.packaged(network).session(DIGITS_SIGNATURE)


@pytest.mark.parametrize("damaged", [b"", b"no model", b"\0" * 4096, b"TFL3" * 100])
def test_what_litert_cannot_load_is_damaged(damaged: bytes) -> None:
    with pytest.raises(ModelLoadError, match="The model mine is damaged: LiteRT cannot load it"):
        LiteRtSession(damaged, DIGITS_SIGNATURE, name="mine")


def test_litert_says_nothing_on_stderr_and_others_still_do() -> None:
    code = """
import os, sys
from model.litert_session import _DELEGATE_NOTE, LiteRtSession
from model.model_bundle import DIGITS_SIGNATURE, ModelBundle
_DELEGATE_NOTE.withheld(lambda: os.write(2, b"before\\n" + _DELEGATE_NOTE.TEXT + b"after\\n") and None)
os.write(2, b"between\\n")
_DELEGATE_NOTE._is_due = True
LiteRtSession(ModelBundle.base().content, DIGITS_SIGNATURE, name="base")
print("end", file=sys.stderr)
"""
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT)
    assert run.stderr == "before\nafter\nbetween\nend\n"


def test_without_standard_error_networks_load_all_the_same() -> None:
    code = "import os; os.close(2); from model.model_bundle import *; ModelBundle.base().session(DIGITS_SIGNATURE)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT)
    assert run.returncode == 0
