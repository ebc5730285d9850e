"""The networks of a reader: each that is damaged in the package is left out, and photos are read without it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from model.model_bundle import ModelBundle
from model.networks import NetworkFactories
from model.reader import Reader


@pytest.fixture(scope="module")
def photo() -> bytes:
    """A seven on grey paper."""
    paper = np.full((300, 400), 210, np.uint8)
    cv2.polylines(paper, [np.array([(160, 90), (230, 88), (190, 220)], np.int32)], False, 40, 9, cv2.LINE_AA)
    return bytes(cv2.imencode(".png", paper)[1])


@pytest.mark.parametrize("network", ["detector", "segmenter"])
def test_a_network_with_changed_bytes_is_left_out_and_photos_are_read(
    network: str, package: Path, damage: Callable[[Path], None], photo: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    damage(package / f"{network}.tflite")
    reader = Reader.base()
    assert reader.degraded == (network,)
    assert f"without the network {network}" in caplog.text
    reading = reader.read(photo)
    assert reading.text == "7"
    assert not reading.sure


def test_both_may_be_damaged_at_once(package: Path, photo: bytes) -> None:
    for network in ("detector", "segmenter"):
        (package / f"{network}.tflite").write_bytes(b"no network")
    reader = Reader.base()
    assert reader.degraded == ("detector", "segmenter")
    assert reader.read(photo).text == "7"


def test_a_network_of_another_signature_is_left_out(package: Path) -> None:
    for suffix in (".tflite", ".json"):
        shutil.copy(package / f"segmenter{suffix}", package / f"detector{suffix}")
    assert NetworkFactories.packaged().missing == ("detector",)


def test_nothing_is_missing_from_a_sound_package() -> None:
    assert NetworkFactories.packaged().missing == ()
    assert Reader(ModelBundle.base()).degraded == ()
