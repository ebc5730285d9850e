"""The networks of a reader: each that is damaged in the package is left out, and photos are read without it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest

from model.model_bundle import ModelBundle
from model.networks import Networks
from model.reader import Reader
from model.reading import Box


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
    assert Networks.packaged().missing == ("detector",)


def test_nothing_is_missing_from_a_sound_package() -> None:
    assert Networks.packaged().missing == ()
    assert Reader(ModelBundle.base()).degraded == ()


def test_readings_side_by_side_are_those_of_one_after_the_other(photo: bytes) -> None:
    small = cv2.imdecode(np.frombuffer(photo, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert small is not None
    paper = np.full((900, 900), 210, np.uint8)
    paper[300:375, 300:400] = cv2.resize(small, (100, 75), interpolation=cv2.INTER_AREA)
    contents = [photo, bytes(cv2.imencode(".png", paper)[1]), bytes(cv2.imencode(".png", small[:, ::-1])[1])] * 4
    reader = Reader.base()
    expected = [_told(reader, content) for content in contents]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(partial(_told, reader), contents)) == expected


def _told(reader: Reader, content: bytes) -> list[tuple[Box, tuple[float, ...]]]:
    reading = reader.read(content)
    return [(digit.box, digit.probabilities) for digit in (*reading.digits, *reading.possible)]
