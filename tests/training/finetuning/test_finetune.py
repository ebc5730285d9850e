from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.typing import NDArray

from model import datasets
from model.classification.classifier import Classifier
from model.datasets import DataMissing, Samples, Split
from model.hypotheses.page_calibration import HYPOTHESIS_FEATURES
from model.model_bundle import ModelBundle
from storage.samples import ReviewPolicy, Sample
from storage.tables import NOT_A_DIGIT
from training.__main__ import main
from training.finetuning.correction_samples import CorrectionSamples, from_npz
from training.loop.events import StageReached

if TYPE_CHECKING:
    from training.finetuning.evaluation import FinetuneOutcome
    from training.finetuning.task import Task
    from training.loop.events import Event

ROOT = Path(__file__).parents[3]

pytest.importorskip("tensorflow", reason="needs the train extra")
pytestmark = pytest.mark.usefixtures("settled")


@pytest.fixture(scope="module")
def corrections(sevens: Samples, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of thirty corrections of the writer whose 7s look like 1s."""
    path = tmp_path_factory.mktemp("corrections") / "sevens.npz"
    np.savez(path, images=sevens.images[:30], labels=sevens.labels[:30])
    return path


@pytest.fixture(scope="module")
def task(corrections: Path) -> Task:
    from training.finetuning.task import Root, Task

    root = Root.base()
    return Task(from_npz(corrections), root.served, root, "base-3")


@pytest.fixture
def no_mnist(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine that has no MNIST and gets none."""

    def offline(*_: object, **__: object) -> None:
        raise OSError("no network")

    monkeypatch.delenv("DIGITBOT_MNIST", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(datasets, "urlopen", offline)


def ignore(_: Event) -> None:
    """Hear nothing."""


@pytest.mark.usefixtures("no_mnist")
def test_without_mnist_the_last_layer_learns_and_the_ways_to_mnist_are_named(task: Task, sevens: Samples) -> None:
    from training.finetuning.finetune import finetune_task

    outcome = finetune_task(task, 1, None, ignore)
    assert "DIGITBOT_MNIST" in outcome.without_mnist
    assert outcome.validation.before.n == outcome.validation.after.n == 5_000
    assert outcome.test is None
    assert outcome.verdict.promoted
    card, base = outcome.candidate.served.card, task.root.served.card
    assert base.page_calibration is not None
    assert card.page_calibration == base.page_calibration.by_classifier
    assert card.sure_threshold == base.sure_threshold
    unseen = sevens.images[30:]
    assert (Classifier(task.active).classify(unseen).labels == 7).mean() < 0.5
    assert (Classifier(outcome.candidate.served).classify(unseen).labels == 7).mean() > 0.8


@pytest.mark.usefixtures("no_mnist")
def test_what_people_called_no_digit_joins_the_acceptance_decision(task: Task) -> None:
    from training.finetuning.acceptance_update import LabelledHypotheses

    calibration = task.root.served.card.page_calibration
    assert calibration is not None
    firmness = tuple((100.0 * np.eye(len(calibration.digit))).ravel().tolist())
    calibration = replace(calibration, information=firmness)
    served = replace(task.root.served, card=replace(task.root.served.card, page_calibration=calibration))
    features = np.where(np.arange(len(HYPOTHESIS_FEATURES)) < 3, 2.0, 0.0)
    marks = [
        Sample(f"mark-{n}", bytes(784), NOT_A_DIGIT, datetime.now(UTC), hypothesis_features=tuple(features.tolist()))
        for n in range(20)
    ]
    given = replace(task, root=replace(task.root, served=served), hypotheses=LabelledHypotheses.of(marks))
    outcome = tuned(given, task.corrections)
    after = outcome.candidate.served.card.page_calibration
    assert after is not None
    assert after.label == calibration.by_classifier.label
    odds = [weights[0] + np.dot(weights[1:], features) for weights in (calibration.digit, after.digit)]
    assert odds[1] < odds[0] - 0.5
    assert set(outcome.trained_on) == {*task.corrections.uids, *(mark.uid for mark in marks)}


@pytest.mark.usefixtures("no_mnist")
@pytest.mark.slow
def test_the_same_data_gives_the_same_bytes(task: Task) -> None:
    from training.finetuning.finetune import finetune_task
    from training.loop.fit import seed_everything

    def served() -> bytes:
        seed_everything(3)
        return finetune_task(task, 3, None, ignore).candidate.served.content

    assert served() == served()


@pytest.mark.slow
def test_with_base_data_the_last_layers_learn_and_are_measured_on_pictures(
    task: Task, sevens: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    from training.finetuning import finetune, promotion_gate, update

    monkeypatch.setattr(promotion_gate, "ALLOWED_ACCURACY_DROP", 0.04)  # of 119 validation digits; 0.001 would be none
    events: list[Event] = []
    outcome = finetune.finetune_task(task, 1, "digits", events.append)
    assert outcome.without_mnist == ""
    assert outcome.test is not None
    assert outcome.test.after.n == 360
    assert outcome.validation.after.n == 119
    assert (Classifier(outcome.candidate.served).classify(sevens.images[30:]).labels == 7).mean() > 0.6
    card = outcome.candidate.served.card
    assert (card.parent, card.root, card.name, card.seed) == ("base-2", "base-2", "base-3", 1)
    base = task.root.served.card
    assert base.page_calibration is not None
    assert (card.page_calibration, card.sure_threshold) == (base.page_calibration.by_classifier, base.sure_threshold)
    assert card.data_digest == task.corrections.digest()
    assert card.metrics["gate"]["verdict"] == ("promoted" if outcome.verdict.promoted else "refused")
    assert [event.name for event in events].count("epoch") == update.LAST_LAYERS_EPOCHS
    shares = [event.share for event in events if isinstance(event, StageReached)]
    assert shares == sorted(shares)
    assert shares[0] > 0.1
    assert 0.8 < shares[-1] < 1


@pytest.mark.slow
def test_where_the_last_layer_decides_nothing_the_last_layers_do(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last layer alone fixes two of the thirty, the last layers all."""
    from training.finetuning import finetune
    from training.finetuning.cross_validation import CrossValidation
    from training.finetuning.last_layers_validation import LastLayersValidation

    by_root = Classifier(task.active).classify(task.corrections.samples.images).labels
    two = np.where(np.isin(np.arange(30), np.flatnonzero(by_root != 7)[:2]), 7, by_root)
    monkeypatch.setattr(CrossValidation, "readings", lambda *_: two)
    monkeypatch.setattr(LastLayersValidation, "readings", lambda *_: np.full(30, 7))
    events: list[Event] = []
    outcome = finetune.finetune_task(task, 1, "digits", events.append)
    assert outcome.corrections.fixed == outcome.corrections.misread > 5
    shares = {event.stage: event.share for event in events if isinstance(event, StageReached)}
    assert shares["training"] > shares["cross-validating the last layers"] + 0.2
    assert list(shares.values()) == sorted(shares.values())


@pytest.mark.usefixtures("no_mnist")
def test_held_out_corrections_are_never_trained_on(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    """Held-out digits get a label that differs from all others, which would be found in the training set."""
    from training.finetuning import feature_tuning, finetune

    marked, is_holdout = task.corrections.samples.labels.copy(), np.arange(30) % 5 == 0
    marked[is_holdout] = 4
    corrections = replace(
        task.corrections, samples=Samples(task.corrections.samples.images, marked), is_holdout=is_holdout
    )
    seen: list[Samples] = []

    def watched(_model: object, _recipe: object, copies: Samples, *_: object) -> list[Event]:
        seen.append(copies)
        return []

    monkeypatch.setattr(feature_tuning, "tune_last_layer", watched)
    outcome = finetune.finetune_task(replace(task, corrections=corrections, review=ReviewPolicy.OFF), 1, None, ignore)
    assert set(seen[0].labels.tolist()) == {7}
    assert len(outcome.trained_on) == 24
    assert outcome.corrections.misread + outcome.corrections.right == 6


def tuned(task: Task, corrections: CorrectionSamples, **changes: Any) -> FinetuneOutcome:
    """The outcome of a fine-tune on other corrections, by features."""
    from training.finetuning.finetune import finetune_task

    return finetune_task(replace(task, corrections=corrections, **changes), 1, None, ignore)


def relabelled(corrections: CorrectionSamples, labels: NDArray[np.uint8]) -> CorrectionSamples:
    return replace(corrections, samples=Samples(corrections.samples.images, labels))


@pytest.mark.usefixtures("no_mnist")
def test_false_labels_of_plain_digits_are_left_out_and_gain_nothing(task: Task, digits: Split) -> None:
    """Ten digits of one person, six of them with another label."""
    plain = digits.train.chosen(slice(10))
    labels = plain.labels.copy()
    labels[:6] = (labels[:6] + 3) % 10
    numbers = np.arange(10)
    corrections = CorrectionSamples(
        Samples(plain.images, labels), tuple("abcdefghij"), numbers * 0, numbers, numbers < 0, numbers < 0
    )
    outcome = tuned(task, corrections)
    assert not outcome.verdict.promoted
    assert outcome.doubtful == 10
    assert outcome.trained_on == ()
    approved = replace(corrections, is_approved=numbers >= 0)
    assert tuned(task, approved).doubtful == 0


@pytest.mark.usefixtures("no_mnist")
def test_contradictory_labels_gain_nothing(task: Task) -> None:
    """Every other 7 of the same hand is called a 1."""
    labels = np.where(np.arange(30) % 2, 7, 1).astype(np.uint8)
    outcome = tuned(task, relabelled(task.corrections, labels))
    assert "corrections" in outcome.verdict.as_json()["refused_for"]


@pytest.mark.usefixtures("no_mnist")
def test_one_correction_is_trained_on_and_gains_nothing(task: Task) -> None:
    outcome = tuned(task, task.corrections.chosen(np.arange(30) == 0))
    assert len(outcome.trained_on) == 1
    assert outcome.corrections.misread == 1
    assert outcome.verdict.as_json()["refused_for"][0] == "corrections"


@pytest.mark.usefixtures("no_mnist")
def test_what_the_active_model_was_trained_on_is_no_gain_over_it(task: Task) -> None:
    """The active model knows these corrections by heart: what is cross-validated for both decides."""
    first = tuned(task, task.corrections)
    assert first.verdict.promoted
    again = {"active": first.candidate.served, "active_trained_on": frozenset(first.trained_on)}
    assert not tuned(task, task.corrections, **again).verdict.promoted
    assert tuned(task, task.corrections, **again, is_stale=True).verdict.promoted


@pytest.mark.usefixtures("no_mnist")
def test_another_root_without_mnist_is_told_how_to_get_it(task: Task) -> None:
    from training.errors import NoReplayFeatures
    from training.finetuning.finetune import finetune_task
    from training.finetuning.task import Root

    served = replace(task.root.served, content=task.root.served.content + b"\0")
    with pytest.raises(NoReplayFeatures, match="DIGITBOT_MNIST"):
        finetune_task(replace(task, root=Root(served, task.root.keras)), 1, None, ignore)


def test_base_data_that_was_asked_for_must_be_there(task: Task) -> None:
    from training.finetuning.finetune import finetune_task

    with pytest.raises(DataMissing, match="nowhere"):
        finetune_task(task, 1, "npz:nowhere.npz", ignore)


def run(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    """``finetune`` as the bot starts it, where there is no MNIST, with a proxy that answers nobody."""
    unset = ("DIGITBOT_MNIST", "DIGITBOT_DATABASE_URL", "DIGITBOT_KEY")
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    proxy = {"https_proxy": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"}
    return subprocess.run(
        [sys.executable, "-P", "-m", "training", "finetune", *arguments],
        capture_output=True,
        text=True,
        cwd="/",
        env={**environment, **proxy, "PYTHONPATH": str(ROOT), "KERAS_HOME": str(home)},
        timeout=180,
        check=False,
    )


def test_from_command_to_candidate_and_verdict(corrections: Path, tmp_path: Path) -> None:
    out = tmp_path / "tuned"
    done = run(f"--corrections={corrections}", f"--out={out}", "--json", home=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["event"] for line in lines[:-1] if "event" in line][:2] == ["stage", "stage"]
    assert "started" in {line.get("event") for line in lines}
    assert max(len(line) for line in done.stdout.splitlines()) < 16_384  # readers of lines have their limits
    result = lines[-1]
    assert result["verdict"] == "promoted"
    assert result["validation"]["n"] == 5_000
    assert "DIGITBOT_MNIST" in result["without_mnist"]
    assert ModelBundle.load(Path(result["model"])).name == result["name"]
    assert len((out / "trained_on.txt").read_text().split()) == result["trained_on"]
    assert (out / "result.png").read_bytes().startswith(b"\x89PNG")


def test_a_candidate_beyond_the_size_limit_is_refused(corrections: Path, tmp_path: Path) -> None:
    """The limit is for both files: the .tflite alone would fit."""
    limit = len(ModelBundle.base().content) + 500_000
    out = tmp_path / "tuned"
    done = run(f"--corrections={corrections}", f"--out={out}", f"--max-model-bytes={limit}", "--json", home=tmp_path)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    served = Path(result["model"])
    size = served.stat().st_size + served.with_suffix(".keras").stat().st_size
    assert served.stat().st_size < limit < size
    assert result["refused_for"] == ["size"]
    assert result["checks"][-1] == {"name": "size", "passed": False, "value": size, "limit": limit, "n": 0}


def test_with_nothing_to_train_on_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    np.savez(tmp_path / "none.npz", images=np.zeros((0, 28, 28), np.uint8), labels=np.zeros(0, int))
    assert main(["finetune", f"--corrections={tmp_path / 'none.npz'}", f"--out={tmp_path}"]) == 1
    told = capsys.readouterr().err
    assert told.startswith("digitbot: There is nothing to train on")
    assert len(told.splitlines()) == 1


def test_without_a_database_it_says_what_to_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DIGITBOT_DATABASE_URL", raising=False)
    assert main(["finetune", f"--out={tmp_path}"]) == 1
    assert "set DIGITBOT_DATABASE_URL and DIGITBOT_KEY" in capsys.readouterr().err


def test_what_it_cannot_write_or_replay_is_told_before_the_training(
    corrections: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from training.finetuning import finetune

    (mnist := tmp_path / "mnist.npz").write_bytes(b"PK half a file")
    monkeypatch.setenv("DIGITBOT_MNIST", str(mnist))
    for name in ("tune_network", "tune_on_features"):
        monkeypatch.setattr(finetune, name, lambda *_: pytest.fail("it began"))
    for out, sentence in ((mnist, f"{mnist}: File exists."), (tmp_path / "out", "mnist.npz is no .npz file of digits")):
        assert main(["finetune", f"--corrections={corrections}", f"--out={out}"]) == 1
        (line,) = capsys.readouterr().err.splitlines()
        assert sentence in line


def test_a_candidates_temperature_is_the_roots_changed_as_its_logits_are() -> None:
    from training.finetuning.evaluation import candidate_temperature

    rng, root = np.random.default_rng(0), ModelBundle.base()
    logits = rng.normal(0, 3, (5_000, 10))
    labels = (logits + rng.gumbel(size=logits.shape)).argmax(axis=1).astype(np.uint8)
    same, hotter = (
        candidate_temperature(root, logits.astype(np.float32), (logits * by).astype(np.float32), labels)
        for by in (1, 2)
    )
    assert same == pytest.approx(root.card.temperature)
    assert hotter == pytest.approx(2 * root.card.temperature, rel=0.02)
