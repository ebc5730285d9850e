from __future__ import annotations

import keras
import numpy as np
import pytest

from model.detection.crops import SIDE
from model.detection.decoding import LEVELS
from model.detection.detector import DETECTOR_SIGNATURE
from model.detection.segmenter import SEGMENTER_SIGNATURE
from model.litert_session import LiteRtSession
from training.auxiliary import detector, segmenter
from training.auxiliary.page_pool import PagePool, rendered

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def pool() -> PagePool:
    return rendered(3, 24, None)


def test_the_same_seed_renders_the_same_pages(pool: PagePool) -> None:
    again = rendered(3, 24, None)
    np.testing.assert_array_equal(pool.crops[2], again.crops[2])
    assert pool.counts() == again.counts()


def mask_loss(model: keras.Model, pool: PagePool) -> float:
    """The mean loss of the masks of some crops."""
    logits = model.predict_on_batch(pool.crops[0][:64])["mask"]
    return float(segmenter.MaskLoss()(pool.crops[1][:64, ..., None] / np.float32(255), logits))


def test_a_segmenter_learns_and_serves_what_the_reader_asks_for(pool: PagePool) -> None:
    keras.utils.set_random_seed(1)
    model = segmenter.network()
    before = mask_loss(model, pool)
    segmenter.train(model, segmenter.CropBatches(pool, 16, seed=1, workers=1), epochs=2)
    assert mask_loss(model, pool) < before
    served = LiteRtSession(segmenter.served_bytes(model), SEGMENTER_SIGNATURE, name="segmenter")
    outputs = served.run(np.zeros((3, SIDE, SIDE, 2), np.uint8))
    np.testing.assert_allclose(outputs["kind"].sum(axis=1), 1, atol=1e-4)


@pytest.mark.parametrize("seed", range(4))
def test_the_first_two_batches_lie_and_stand(pool: PagePool, seed: int) -> None:
    batches = detector.ViewBatches(pool, 2, seed=seed, workers=1)
    (_, height, width, _), other = batches[0][0].shape, batches[1][0].shape
    assert height < width
    assert other[1] > other[2]
    assert sum(len(batches[at][0]) for at in range(len(batches))) == sum(
        len(views) // 2 * 2 for views, _ in pool.views.values()
    )


def test_a_detector_serves_maps_of_any_photo(pool: PagePool) -> None:
    model = detector.network()
    detector.train(model, detector.ViewBatches(pool, 4, seed=1, workers=1), epochs=1)
    served = LiteRtSession(detector.served_bytes(model), DETECTOR_SIGNATURE, name="detector")
    for height, width in ((288, 384), (256, 448)):
        maps = served.run(np.zeros((1, height, width, 3), np.uint8))
        for level in LEVELS:
            assert maps[f"level_{level.stride}"].shape[1:3] == (height // level.stride, width // level.stride)
