"""What a person's corrections change in reading a photo: theirs alone, with one model alone, and never surer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
import pytest
from numpy.typing import NDArray

from model import personal_training
from model.classification.classifier import Classifier
from model.classification.personal_adapter import PersonalAdapter
from model.classification.predictions import Predictions
from model.classification.rejected_marks import RejectedMarks
from model.classification.replay_digits import replay_predictions
from model.hypotheses.decision import adapt_labels
from model.model_bundle import ModelBundle
from model.personal_training import NOT_A_DIGIT_LABEL, CorrectedDigits, PersonalTrainer
from model.personalization import Personalization
from model.reader import Reader
from model.reading import Reading
from tests.drawings import barred_two

TAUGHT = 6
MEMORIZED = np.where(np.arange(10) == 2, 0.91, 0.01).astype(np.float32)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(ModelBundle.base(), threads=1)


@pytest.fixture(scope="module")
def corrected(reader: Reader) -> CorrectedDigits:
    images = np.array([reader.read(barred_two(seed)).digits[0].image for seed in range(TAUGHT)])
    unknown, none = np.zeros((TAUGHT, 10), np.float32), np.zeros(TAUGHT, bool)
    return CorrectedDigits(images, np.full(TAUGHT, 2), np.arange(TAUGHT), unknown, none)


@pytest.fixture(scope="module")
def person(reader: Reader, corrected: CorrectedDigits) -> Personalization:
    trained = PersonalTrainer().train(reader.model, corrected)
    assert trained is not None
    return trained


@pytest.fixture(scope="module")
def adapter(person: Personalization) -> PersonalAdapter:
    assert person.adapter is not None
    return person.adapter


def told(reading: Reading) -> tuple[object, ...]:
    """All of a reading but its time and images."""
    return reading.text, reading.sure, [(d.confidence, d.probabilities, d.box, d.sure) for d in reading.digits]


def test_a_photo_is_read_as_its_person_taught_and_is_not_sure(reader: Reader, person: Personalization) -> None:
    before = reader.read(barred_two(100))
    after = reader.read(barred_two(100), person=person)
    assert (before.text, after.text) == ("7", "2")
    assert [digit.taught_from for digit in after.digits] == [7]
    assert not after.sure
    assert after.digits[0].second == 7


def test_without_a_person_the_answer_is_the_same_to_the_bit(reader: Reader, person: Personalization) -> None:
    before = told(reader.read(barred_two(100)))
    reader.read(barred_two(100), person=person)
    assert told(reader.read(barred_two(100))) == before


def test_another_models_personalization_has_no_effect(reader: Reader, person: Personalization) -> None:
    other = replace(person, model="0" * 64)
    assert told(reader.read(barred_two(100), person=other)) == told(reader.read(barred_two(100)))


def test_no_photo_gets_surer(reader: Reader, adapter: PersonalAdapter) -> None:
    """Whatever the adapter says: where it says more for the label that is read already, that does not count."""
    _, seen = reader.examine(barred_two(100))
    found, weights = seen.judged.found, ModelBundle.base().card.page_calibration
    assert weights is not None
    agreeing = replace(adapter, weights=np.zeros_like(adapter.weights))
    agreeing.weights[:, seen.decided.labels[seen.decided.accepted[0]].argmax()] = 3
    doubtful = replace(seen.decided, understood=0.3)
    assert adapt_labels(found, doubtful, agreeing, weights, 0.0).understood <= 0.3
    assert adapt_labels(found, doubtful, adapter, weights, 0.0).understood == 0.0


def test_it_takes_less_than_a_millisecond_a_photo(reader: Reader, adapter: PersonalAdapter) -> None:
    _, seen = reader.examine(barred_two(100))
    # The most that an adapter holds, and a photo of ten digits.
    centres = np.tile(adapter.centres, (67, 1))[:400]
    largest = replace(adapter, centres=centres, weights=np.zeros((400, 10), np.float32))
    features = np.tile(seen.judged.found.features[:1], (10, 1))
    times = []
    for _ in range(20):
        start = perf_counter()
        largest.adapt(np.full((10, 10), 0.1), np.full((10, 10), 0.1, np.float32), features)
        times.append(perf_counter() - start)
    assert min(times) < 1e-3


def test_bytes_give_the_same_personalization(person: Personalization, adapter: PersonalAdapter) -> None:
    mark = RejectedMarks(adapter.centres[:1], np.array([0.97], np.float32))
    for before in (person, replace(person, rejected=mark), Personalization(person.model, rejected=mark)):
        again = Personalization.from_bytes(person.model, before.to_bytes())
        assert (again.adapter is None) == (before.adapter is None)
        assert (again.rejected is None) == (before.rejected is None)
        assert again.to_bytes() == before.to_bytes()


def test_what_is_no_digit_is_left_out_and_teaches_no_label(reader: Reader, corrected: CorrectedDigits) -> None:
    no_digits = replace(corrected, labels=np.full(TAUGHT, NOT_A_DIGIT_LABEL))
    taught = PersonalTrainer().train(reader.model, no_digits)
    assert taught is not None
    assert taught.adapter is None
    first = reader.read(barred_two(0))
    assert first.text == "7"
    again = reader.read(barred_two(0), person=taught)
    assert (again.text, again.sure, again.left_out, again.unread) == ("", False, (first.digits[0].box,), ())
    assert reader.read(barred_two(100), person=taught).text == ""


def test_a_count_that_was_given_counts_more_than_what_is_left_out(reader: Reader, corrected: CorrectedDigits) -> None:
    no_digits = replace(corrected, labels=np.full(TAUGHT, NOT_A_DIGIT_LABEL))
    taught = PersonalTrainer().train(reader.model, no_digits)
    assert reader.read(barred_two(0), count=1, person=taught).text == "7"


def test_replayed_digits_are_computed_once_a_model(
    reader: Reader, corrected: CorrectedDigits, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed: list[str] = []

    def counted(model: ModelBundle) -> object:
        computed.append(model.name)
        return replay_predictions(model)

    monkeypatch.setattr(personal_training, "replay_predictions", counted)
    trainer = PersonalTrainer()
    trainer.train(reader.model, corrected)
    trainer.train(reader.model, corrected)
    assert computed == [reader.model.name]


@dataclass(frozen=True)
class MemorizedTwos:
    """Stands in for the classifier of the version ``tuned``, which reads as a 2 all that it was trained on."""

    model: ModelBundle

    def classify(self, images: NDArray[np.uint8]) -> Predictions:
        predictions = Classifier(ModelBundle.base()).classify(images)
        if self.model.name != "tuned":
            return predictions
        return replace(predictions, probabilities=np.tile(MEMORIZED, (len(images), 1)))


@pytest.mark.parametrize(
    ("root", "is_trained_on", "is_taught"), [("base-2", True, True), ("base-2", False, False), ("other", True, False)]
)
def test_a_version_that_was_trained_on_corrections_leaves_their_person_an_adapter(
    corrected: CorrectedDigits, monkeypatch: pytest.MonkeyPatch, root: str, is_trained_on: bool, is_taught: bool
) -> None:
    base = ModelBundle.base()
    replayed = replay_predictions(base)
    monkeypatch.setattr(personal_training, "Classifier", MemorizedTwos)
    monkeypatch.setattr(personal_training, "replay_predictions", lambda model: replayed)
    tuned = replace(base, name="tuned", card=replace(base.card, root=root, sha256="f" * 64))
    known = replace(corrected, is_trained_on=np.full(TAUGHT, is_trained_on))
    assert (PersonalTrainer().train(tuned, known) is not None) == is_taught


def test_the_packages_replayed_digits_are_read_as_the_base_model_reads_digits(reader: Reader) -> None:
    replayed = replay_predictions(reader.model)
    assert replayed is not None
    predictions, labels = replayed
    assert predictions.features.shape == (4_000, 64)
    assert (predictions.labels == labels).mean() > 0.99
    drawn = Classifier(reader.model).classify(np.zeros((1, 28, 28), np.uint8))
    assert drawn.features.shape[1] == predictions.features.shape[1]
