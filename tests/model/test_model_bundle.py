from __future__ import annotations

import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from model import model_bundle
from model.errors import ModelLoadError
from model.model_bundle import CARD_NAME, ModelBundle, PackagedNetwork
from model.model_card import ModelCard

BASE = Path(__file__).parents[2] / "model" / "base"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a model and its card."""
    shutil.copy(BASE / "digits.tflite", tmp_path)
    shutil.copy(BASE / CARD_NAME, tmp_path)
    return tmp_path


def test_the_base_model_comes_with_a_card_that_fits() -> None:
    model = ModelBundle.base()
    assert model.name == model.card.name == "base-2"
    assert model.card.sha256 == sha256(model.content).hexdigest()
    assert model.card.size_bytes == len(model.content) < 3_000_000


@pytest.mark.parametrize("network", PackagedNetwork)
def test_each_network_of_the_package_comes_with_a_card_that_fits(network: PackagedNetwork) -> None:
    bundle = ModelBundle.packaged(network)
    assert bundle.name == bundle.card.name
    assert bundle.name != network
    assert bundle.card.sha256 == sha256(bundle.content).hexdigest()
    assert bundle.card.size_bytes == len(bundle.content)
    assert bundle.card.parameters > 0


@pytest.mark.parametrize("network", PackagedNetwork)
@pytest.mark.parametrize("damage", ["a changed byte", "no file", "no card"])
def test_a_damaged_network_of_the_package_is_named(
    network: PackagedNetwork, damage: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copytree(BASE, tmp_path / "base")
    served = tmp_path / "base" / f"{network}.tflite"
    if damage == "a changed byte":
        content = bytearray(served.read_bytes())
        content[len(content) // 2] ^= 1
        served.write_bytes(content)
    elif damage == "no file":
        served.unlink()
    else:
        card = CARD_NAME if network is PackagedNetwork.DIGITS else f"{network}.json"
        (tmp_path / "base" / card).write_text("no card")
    monkeypatch.setattr(model_bundle, "files", lambda _: tmp_path)
    with pytest.raises(ModelLoadError, match="base-2" if network == "digits" and "byte" in damage else network):
        ModelBundle.packaged(network)


def test_there_is_no_other_network_in_the_package() -> None:
    with pytest.raises(ValueError, match="letters"):
        ModelBundle.packaged("letters")


def test_the_base_model_keeps_what_its_card_must_promise() -> None:
    test = ModelBundle.base().card.metrics["test"]
    assert test["n"] == 10_000
    assert test["accuracy"] >= 0.993


def test_a_model_is_loaded_with_the_card_beside_it(folder: Path) -> None:
    assert ModelBundle.load(folder / "digits.tflite").card == ModelBundle.base().card


def test_a_card_of_the_model_s_own_name_comes_first(folder: Path) -> None:
    content = (folder / "digits.tflite").read_bytes()
    (folder / "digits.json").write_text(ModelCard(name="mine", sha256=sha256(content).hexdigest()).to_json())
    assert ModelBundle.load(folder / "digits.tflite").name == "mine"


def test_a_model_without_a_card_gets_a_default_one(folder: Path) -> None:
    (folder / CARD_NAME).unlink()
    model = ModelBundle.load(folder / "digits.tflite")
    assert model.name == "digits"
    assert model.card.fits(model.content)


@pytest.mark.parametrize("at", [0, 4, 600_000, -1])
def test_one_changed_byte_is_noticed(folder: Path, at: int) -> None:
    content = bytearray((folder / "digits.tflite").read_bytes())
    content[at] ^= 1
    (folder / "digits.tflite").write_bytes(content)
    with pytest.raises(ModelLoadError, match="do not match the checksum"):
        ModelBundle.load(folder / "digits.tflite")


@pytest.mark.parametrize("content", [b"", b"no model", b"\0" * 4096])
def test_what_litert_cannot_load_is_damaged(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.tflite"
    path.write_bytes(content)
    with pytest.raises(ModelLoadError, match="LiteRT cannot load it"):
        ModelBundle.load(path)


def test_a_truncated_model_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "short.tflite"
    path.write_bytes(ModelBundle.base().content[:100_000])
    with pytest.raises(ModelLoadError):
        ModelBundle.load(path)


def test_a_missing_model_says_which(tmp_path: Path) -> None:
    with pytest.raises(ModelLoadError, match=r"nowhere\.tflite"):
        ModelBundle.load(tmp_path / "nowhere.tflite")


def test_a_card_that_is_no_card_makes_the_model_unusable(folder: Path) -> None:
    (folder / CARD_NAME).write_text("{")
    with pytest.raises(ModelLoadError, match="not JSON"):
        ModelBundle.load(folder / "digits.tflite")


def test_the_card_of_another_model_is_refused(folder: Path) -> None:
    (folder / CARD_NAME).write_text(ModelCard(name="other", sha256="0" * 64).to_json())
    with pytest.raises(ModelLoadError, match="other"):
        ModelBundle.load(folder / "digits.tflite")


def test_the_package_is_imported_without_tensorflow() -> None:
    modules = sorted(f"model.{path.stem}" for path in BASE.parent.glob("*.py") if path.stem != "__init__")
    code = f"import sys, {', '.join(modules)}; print({{name.partition('.')[0] for name in sys.modules}})"
    root = BASE.parents[1]
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=root)
    assert "'model'" in loaded.stdout
    assert not {"'tensorflow'", "'keras'", "'matplotlib'"} & set(loaded.stdout.strip("{}\n").split(", "))
