from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from model.model_bundle import ModelBundle
from training.__main__ import main
from training.synthesis import export_dataset

ROOT = Path(__file__).parents[2]


def run_training_command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run training as the bot does, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "training", *arguments],
        capture_output=True,
        text=True,
        cwd="/",
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        timeout=120,
        check=False,
    )


@pytest.fixture
def without_tensorflow(tmp_path: Path) -> str:
    """A PYTHONPATH on which TensorFlow and Keras cannot be found."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "class Absent:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.partition('.')[0] in ('tensorflow', 'keras', 'matplotlib'):\n"
        "            raise ModuleNotFoundError(f'No module named {name!r}', name=name)\n"
        "sys.meta_path.insert(0, Absent())\n"
    )
    return f"{tmp_path}{os.pathsep}{ROOT}"


def test_train_from_command_to_a_model_that_serves(tmp_path: Path) -> None:
    pytest.importorskip("tensorflow", reason="needs the train extra")
    pytest.importorskip("sklearn", reason="needs scikit-learn")
    out, log = tmp_path / "out", tmp_path / "log"
    done = run_training_command(
        "train",
        "digits",
        "--data=digits",
        "--steps=20",
        "--calibration-pages=6",
        "--json",
        f"--out={out}",
        f"--logdir={log}",
    )
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    names = [event.get("event") for event in events]
    assert names[0] == "started"
    assert names[-2:] == ["finished", None]
    assert sum(events[0]["classes"]) == events[0]["train"] == 1318
    result = events[-1]
    assert set(result) == {"test", "parameters", "seconds"}
    assert result["test"]["n"] == 360
    assert np.sum(result["test"]["confusion"]) == 360
    losses = [event["loss"] for event in events if event.get("event") == "progress"]
    assert losses[-1] < 0.7 * losses[0]
    model = ModelBundle.load(out / "digits.tflite")
    assert model.card.metrics["test"]["correct"] == result["test"]["correct"]
    assert model.card.parameters == result["parameters"]
    assert model.card.page_calibration is not None
    assert model.card.metrics["sure"]["pages"] == 6
    assert sorted(path.name for path in out.iterdir()) == ["digits.keras", "digits.tflite", "model_card.json"]
    assert b"validation_accuracy" in next(log.iterdir()).read_bytes()


def test_without_tensorflow_training_says_what_to_install(without_tensorflow: str) -> None:
    done = run_training_command("train", "digits", PYTHONPATH=without_tensorflow)
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "train extra" in done.stderr


@pytest.mark.parametrize("arguments", [("--help",), ("train", "--help")])
def test_help_needs_no_tensorflow(without_tensorflow: str, arguments: tuple[str, ...]) -> None:
    done = run_training_command(*arguments, PYTHONPATH=without_tensorflow)
    assert done.returncode == 0
    assert done.stderr == ""
    assert "train" in done.stdout


def test_the_help_of_train_has_an_example(without_tensorflow: str) -> None:
    assert (
        "digitbot train digits --data mnist"
        in run_training_command("train", "--help", PYTHONPATH=without_tensorflow).stdout
    )


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("teach",),
        ("train",),
        ("train", "resnet"),
        ("train", "digits", "--steps", "0"),
        ("train", "digits", "--epochs", "many"),
        ("train", "digits", "--epochs", "1", "--steps", "1"),
        ("train", "digits", "--seed", "-1"),
        ("train", "digits", "--calibration-pages", "-1"),
    ],
)
def test_bad_usage_is_status_2(without_tensorflow: str, arguments: tuple[str, ...]) -> None:
    done = run_training_command(*arguments, PYTHONPATH=without_tensorflow)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_pages_are_generated_without_tensorflow(without_tensorflow: str, tmp_path: Path) -> None:
    done = run_training_command(
        "generate", str(tmp_path / "pages"), "--n", "2", "--json", PYTHONPATH=without_tensorflow
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["pictures"] == 2


def test_an_interrupt_of_the_generator_is_one_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(export_dataset, "encode_jpeg", interrupted)
    assert main(["generate", str(tmp_path / "pages")]) == 130
    assert capsys.readouterr().err == "Stopped.\n"


@pytest.mark.usefixtures("settled")
def test_a_failed_job_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["train", "digits", "--data", f"npz:{tmp_path / 'nowhere.npz'}", f"--out={tmp_path}"])
    told = capsys.readouterr()
    assert status == 1
    assert told.out == ""
    assert told.err == f"digitbot: There is no file {tmp_path / 'nowhere.npz'}.\n"


@pytest.mark.usefixtures("settled", "digits")
def test_a_recipe_learns_and_tells_it_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    command = ["train", "softmax", "--data=digits", "--steps=150", "--calibration-pages=0", f"--logdir={tmp_path}"]
    assert main([*command, f"--out={out}"]) == 0
    told = capsys.readouterr()
    assert "batch 100/150: loss" in told.err
    assert "validation loss" in told.err
    assert told.out.startswith("test accuracy ")
    card = ModelBundle.load(out / "softmax.tflite").card
    assert card.metrics["test"]["accuracy"] > 0.8
    assert card.page_calibration is None
    log = next(path for path in tmp_path.iterdir() if "tfevents" in path.name).read_bytes()
    for expected in (b"batch/loss", b"epoch/validation_accuracy", b"test/confusion", b"test/misread", b"MatMul"):
        assert expected in log


def test_a_network_that_is_not_there_cannot_be_gone_on_from(tmp_path: Path) -> None:
    pytest.importorskip("tensorflow", reason="needs the train extra")
    done = run_training_command(
        "train", "digits", "--data", "digits", "--synthetic-digits", f"--from={tmp_path / 'no.keras'}"
    )
    assert done.returncode == 1
    assert done.stderr == f"digitbot: There is no network to start from: {tmp_path / 'no.keras'} is no file.\n"


@pytest.mark.usefixtures("settled", "digits")
def test_a_damaged_mnist_is_told_before_a_training_that_is_calibrated_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mnist.npz").write_bytes(b"PK half a file")
    monkeypatch.setenv("DIGITBOT_MNIST", str(tmp_path / "mnist.npz"))
    command = ["train", "softmax", "--data=digits", "--steps=1", "--json", f"--out={tmp_path / 'out'}"]
    assert main([*command, "--calibration-pages=4"]) == 1
    told = capsys.readouterr()
    assert "mnist.npz is no .npz file of digits" in told.err
    assert told.out == ""
    assert main([*command, "--calibration-pages=0"]) == 0


@pytest.mark.usefixtures("settled", "digits")
@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        ("--logdir", "summaries: File exists."),
        ("--interpolation=0.5", "--interpolation needs --from"),
        ("--from", "The .keras file of the model to train on from is damaged"),
        ("--out", "summaries: File exists."),
    ],
)
def test_what_cannot_be_done_is_said_before_a_run_begins(
    tmp_path: Path, option: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "summaries").write_bytes(b"")
    extra = [option] if "=" in option else [option, str(tmp_path / "summaries")]
    assert main(["train", "softmax", "--data=digits", "--steps=1", f"--out={tmp_path / 'out'}", *extra]) == 1
    told = capsys.readouterr()
    assert sentence in told.err
    assert told.err.count("\n") == 1
