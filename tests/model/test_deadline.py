"""A reading that takes too long ends, and others at the same time go on."""

from __future__ import annotations

import asyncio
import io
import time
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest
from PIL import Image

from model.deadline import check_deadline, deadline
from model.image_decoding import PhotoError, PhotoProblem
from model.model_bundle import ModelBundle
from model.reader import Reader


def work(seconds: float) -> None:
    """Take so many seconds of this thread's processor time."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def blots() -> bytes:
    """A sheet full of blots of all forms, each of which may be a digit: half a second of search."""
    hills = cv2.GaussianBlur(np.random.default_rng(0).normal(size=(960, 1280)).astype(np.float32), (0, 0), 16)
    file = io.BytesIO()
    Image.fromarray(np.where(hills > 0.8 * hills.std(), 30, 230).astype(np.uint8)).save(file, "JPEG")
    return file.getvalue()


def test_work_after_the_deadline_is_refused() -> None:
    with deadline(0.02):
        check_deadline()
        work(0.03)
        with pytest.raises(PhotoError) as error:
            check_deadline()
    assert error.value.problem is PhotoProblem.TOO_COSTLY
    check_deadline()


def test_the_time_of_others_does_not_count() -> None:
    with deadline(0.05):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(work, 0.2).result()
            pool.submit(check_deadline).result()
        time.sleep(0.1)
        check_deadline()


def test_one_photos_deadline_is_not_anothers() -> None:
    with deadline(0.0), ThreadPoolExecutor(1) as pool:
        pool.submit(check_deadline).result()


def test_a_photo_that_takes_too_long_is_refused_and_the_next_is_read() -> None:
    model, content = ModelBundle.base(), blots()
    hasty = Reader(model, threads=1, seconds=0.05)
    start = time.thread_time()
    with pytest.raises(PhotoError) as error:
        hasty.read(content)
    assert error.value.problem is PhotoProblem.TOO_COSTLY
    assert time.thread_time() - start < 0.5
    blank = io.BytesIO()
    Image.new("L", (200, 200), 200).save(blank, "PNG")
    assert hasty.read(blank.getvalue()).text == ""


async def test_others_are_read_while_one_is_refused() -> None:
    blank = io.BytesIO()
    Image.new("L", (200, 200), 200).save(blank, "PNG")
    reader = Reader(ModelBundle.base(), threads=2, seconds=0.05)
    outcomes = await asyncio.gather(
        *(reader.read_async(content) for content in (blots(), blank.getvalue(), blots(), blank.getvalue())),
        return_exceptions=True,
    )
    assert [isinstance(outcome, PhotoError) for outcome in outcomes] == [True, False, True, False]
    reader.close()


async def test_no_more_photos_are_decoded_at_once_than_there_are_workers() -> None:
    reader, running, most = Reader(ModelBundle.base(), threads=2), 0, 0

    def job() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        time.sleep(0.02)
        running -= 1

    await asyncio.gather(*(reader.run_async(job) for _ in range(8)))
    assert most == 2
    reader.close()
