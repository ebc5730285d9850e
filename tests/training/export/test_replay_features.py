from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model.classification.classifier import Classifier
from model.classification.stored_features import STORED_FEATURES
from model.datasets import Split
from model.model_bundle import ModelBundle
from training.errors import NoReplayFeatures
from training.export.replay_features import TRAIN_DIGITS, ReplayFeatures, replay_subset

BASE = Path(__file__).parents[3] / "model" / "base" / STORED_FEATURES


@pytest.fixture(scope="module")
def stored(digits: Split) -> ReplayFeatures:
    return ReplayFeatures.of(ModelBundle.base(), digits, seed=1)


def test_a_byte_a_feature_is_near_enough(stored: ReplayFeatures, digits: Split) -> None:
    features = Classifier(ModelBundle.base()).classify(digits.validation.images).features
    assert np.all(np.abs(stored.validation.features - features) <= stored.step / 2 + 1e-5)
    np.testing.assert_array_equal(stored.validation.labels, digits.validation.labels)
    np.testing.assert_array_equal(stored.quantise(features), stored.validation_bytes)


def test_features_beyond_the_scale_are_cut_off(stored: ReplayFeatures) -> None:
    low, high = stored.low - 5, stored.low + stored.step * 300
    assert stored.quantise(np.stack([low, high])).tolist() == [[0] * 64, [255] * 64]


def test_it_survives_the_disk_for_the_same_model_only(stored: ReplayFeatures, tmp_path: Path) -> None:
    base = ModelBundle.base()
    stored.save(tmp_path / "r.npz")
    again = ReplayFeatures.load(tmp_path / "r.npz", base)
    np.testing.assert_array_equal(again.train.features, stored.train.features)
    other = replace(base, content=base.content + b"\0")
    with pytest.raises(NoReplayFeatures, match="not those of the model base-2"):
        ReplayFeatures.load(tmp_path / "r.npz", other)


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04junk"])
def test_a_missing_or_damaged_file_gives_no_replay_features(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "r.npz").write_bytes(content)
    with pytest.raises(NoReplayFeatures, match="no stored digits"):
        ReplayFeatures.load(tmp_path / "r.npz", ModelBundle.base())


def test_a_file_damaged_within_its_data_gives_no_replay_features(stored: ReplayFeatures, tmp_path: Path) -> None:
    stored.save(tmp_path / "r.npz")
    content = bytearray((tmp_path / "r.npz").read_bytes())
    content[60:120] = bytes(60)
    (tmp_path / "r.npz").write_bytes(content)
    with pytest.raises(NoReplayFeatures, match="no stored digits"):
        ReplayFeatures.load(tmp_path / "r.npz", ModelBundle.base())


def test_the_base_model_travels_with_its_features() -> None:
    stored = ReplayFeatures.load(BASE, ModelBundle.base())
    assert stored.train_bytes.shape == (4_000, 64)
    assert stored.validation_bytes.shape == (5_000, 64)
    assert BASE.stat().st_size < 700_000


def test_the_digits_to_replay_are_chosen_by_the_seed(digits: Split) -> None:
    many = digits.train.joined(digits.train).joined(digits.train).joined(digits.train)
    assert len(replay_subset(many, 1)) == TRAIN_DIGITS
    assert replay_subset(many, 1).digest() == replay_subset(many, 1).digest()
    assert replay_subset(many, 1).digest() != replay_subset(many, 2).digest()
    assert len(replay_subset(digits.train, 1)) == len(digits.train)
