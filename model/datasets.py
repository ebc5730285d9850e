"""Datasets of labelled digit images: MNIST, .npz files, idx files, folders of pictures, scikit-learn's digits."""

from __future__ import annotations

import gzip
import os
import struct
import tempfile
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import MappingProxyType
from typing import Self
from urllib.error import URLError
from urllib.request import urlopen

import cv2
import numpy as np
from numpy.typing import NDArray

from model.array_files import read_npz
from model.errors import ModelError
from model.image_decoding import PhotoError, PictureFile
from model.limits import DATA_LIMITS

# The address and the checksum of Keras's own `keras.datasets.mnist.load_data`.
MNIST_ADDRESS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
MNIST_SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
THREE_WAYS = (
    "name a file with DIGITBOT_MNIST=/path/to/mnist.npz, put it where Keras keeps it (~/.keras/datasets/mnist.npz), "
    "or connect to the network so that it can be downloaded there"
)


class DataMissing(ModelError):
    """Data that is not there; says in one sentence what is missing and what can be done."""


class DataBad(ModelError):
    """Data that is there but is no collection of digit images; says in one sentence what is wrong with it."""


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Digit images ``images`` (n, 28, 28) uint8, white ink on black, with ``labels`` (n,) uint8, 0 to 9."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.images)

    @property
    def classes(self) -> list[int]:
        """How many there are of each label, 0 to 9."""
        return [int(count) for count in np.bincount(self.labels, minlength=10)]

    def digest(self) -> str:
        """SHA-256 of images and labels, hexadecimal: it names exactly this data on a model's card."""
        return sha256(self.images.tobytes() + self.labels.tobytes()).hexdigest()

    @classmethod
    def none(cls) -> Self:
        """No digits."""
        return cls(np.empty((0, 28, 28), np.uint8), np.empty(0, np.uint8))

    def chosen(self, which: slice | NDArray[np.intp] | NDArray[np.bool_]) -> Samples:
        return Samples(self.images[which], self.labels[which])

    def joined(self, other: Samples) -> Samples:
        return Samples(np.concatenate([self.images, other.images]), np.concatenate([self.labels, other.labels]))


@dataclass(frozen=True, slots=True, eq=False)
class Collection:
    """A dataset: training digits and test digits; either half may be empty."""

    train: Samples
    test: Samples

    @property
    def measured(self) -> Samples:
        """The digits that a model is measured on: the test digits, or all where the source has no test half."""
        return self.test if len(self.test) else self.train


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Digits to train on, to validate on (all choices are made by these), and to report on and for nothing else."""

    train: Samples
    validation: Samples
    test: Samples


def load(source: str) -> Collection:
    """Load ``mnist``, ``npz:FILE``, ``idx:DIR``, ``folder:DIR`` or ``digits``. Raises ``DataMissing`` and
    ``DataBad``."""
    kind, _, place = source.partition(":")
    if kind in _PLAIN and not place:
        return _PLAIN[kind]()
    if kind in _PLACED and place:
        path = Path(place)
        with suppress(RuntimeError):  # a user who is not there: then there is no such path either
            path = path.expanduser()
        return _PLACED[kind](path)
    raise DataBad(f"There is no data source {source!r}: give mnist, npz:FILE, idx:DIR, folder:DIR or digits.")


def split(collection: Collection) -> Split:
    """Split as the tutorials split MNIST: the last twelfth of the training digits validates, 5,000 of 60,000.

    A collection without test digits is shuffled, always in the same way, and a tenth of it becomes the test digits.
    Raises ``DataMissing`` for one too small to be split.
    """
    train, test = collection.train, collection.test
    if not len(test):
        train = train.chosen(np.random.default_rng(28).permutation(len(train)))
        held = len(train) // 10
        train, test = train.chosen(slice(held, None)), train.chosen(slice(held))
    held = len(train) // 12
    if not held or not len(test):
        raise DataMissing(f"{len(train)} training digits are too few to be split: at least 13 are needed.")
    return Split(train.chosen(slice(-held)), train.chosen(slice(-held, None)), test)


def _mnist() -> Collection:
    named = os.environ.get("DIGITBOT_MNIST")
    if named:
        if not Path(named).is_file():
            raise DataMissing(f"There is no MNIST: DIGITBOT_MNIST names {named}, which is no file; {THREE_WAYS}.")
        return _npz(Path(named))
    cached = keras_cache()
    if not cached.is_file():
        _download(cached)
    return _npz(cached)


def has_mnist() -> bool:
    """Whether ``load("mnist")`` needs no download."""
    return bool(os.environ.get("DIGITBOT_MNIST")) or keras_cache().is_file()


def keras_cache() -> Path:
    """The file in which Keras caches MNIST (its ``get_file``: KERAS_HOME, else ~/.keras; then datasets/).

    For a user without a home folder it is in the temporary folder, as Keras has it then.
    """
    home = os.environ.get("KERAS_HOME")
    try:
        folder = Path(home) if home else Path.home() / ".keras"
    except RuntimeError:
        folder = Path(tempfile.gettempdir()) / ".keras"
    return folder / "datasets" / "mnist.npz"


def _download(target: Path) -> None:
    """Download MNIST into Keras's cache, whole or not at all."""
    try:
        with urlopen(MNIST_ADDRESS, timeout=30) as answer:
            content = answer.read()
    except (URLError, OSError) as error:
        raise DataMissing(f"There is no MNIST here and it cannot be downloaded ({error}): {THREE_WAYS}.") from error
    if sha256(content).hexdigest() != MNIST_SHA256:
        raise DataMissing(f"What came from {MNIST_ADDRESS} is not MNIST: {THREE_WAYS}.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=target.parent, delete=False) as file:
        file.write(content)
    Path(file.name).replace(target)


def _npz(path: Path) -> Collection:
    """Keras's names x_train, y_train, x_test, y_test; either half may be missing."""
    if not path.is_file():
        raise DataMissing(f"There is no file {path}.")
    try:
        held = read_npz(path, ("x_train", "y_train", "x_test", "y_test"))
    except (ValueError, OSError) as error:
        raise DataBad(f"{path} is no .npz file of digits: {error}.") from error
    halves = (_half(path, held.get(f"x_{half}"), held.get(f"y_{half}")) for half in ("train", "test"))
    return _collection(path, *halves)


def _idx(folder: Path) -> Collection:
    """The four files of MNIST's own page, gzipped or not (LeCun et al.: big-endian, magic 2051 and 2049)."""
    if not folder.is_dir():
        raise DataMissing(f"There is no folder {folder}.")
    halves = []
    for half in ("train", "t10k"):
        images, labels = (_idx_file(folder, f"{half}-{kind}") for kind in ("images-idx3-ubyte", "labels-idx1-ubyte"))
        halves.append(_half(folder, images, labels))
    return _collection(folder, *halves)


def _idx_file(folder: Path, name: str) -> NDArray[np.uint8] | None:
    for path in (folder / name, folder / f"{name}.gz", folder / name.replace("-idx", ".idx")):
        if path.is_file():
            return read_idx(path)
    return None


def read_idx(path: Path) -> NDArray[np.uint8]:
    """One idx file of bytes, of any shape. Raises ``DataBad``."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            content = file.read(DATA_LIMITS.file_bytes + 1)
        if len(content) > DATA_LIMITS.file_bytes:
            raise DataBad(f"{path} holds more than {DATA_LIMITS.file_bytes // 2**20} MB.")
        zeros, kind, dimensions = struct.unpack_from(">HBB", content)
        shape = struct.unpack_from(f">{dimensions}I", content, 4)
        if zeros or kind != 8:
            raise DataBad(f"{path} is no idx file of bytes.")
        return np.frombuffer(content, np.uint8, offset=4 + 4 * dimensions).reshape(shape)
    except (struct.error, ValueError, EOFError, OSError, zlib.error) as error:
        raise DataBad(f"{path} is no whole idx file: {error}.") from error


def _folder(folder: Path) -> Collection:
    """One folder a digit, 0 to 9, or such folders in train/ and test/; 28x28 pictures, white ink on black."""
    if not folder.is_dir():
        raise DataMissing(f"There is no folder {folder}.")
    train, test = folder / "train", folder / "test"
    if not (train.is_dir() or test.is_dir()):
        train = folder
    halves = (_one_folder_a_digit(half) if half.is_dir() else Samples.none() for half in (train, test))
    return _collection(folder, *halves)


def _one_folder_a_digit(folder: Path) -> Samples:
    images: list[NDArray[np.uint8]] = []
    labels: list[int] = []
    for inner in (each for each in _entries(folder) if each.is_dir()):
        if inner.name not in {str(label) for label in range(10)}:
            raise DataBad(f"{inner} is no folder of one digit: the folders are named 0 to 9.")
        for path in (each for each in _entries(inner) if each.is_file()):
            if len(images) == DATA_LIMITS.digits:
                raise DataBad(f"{folder} holds more than {DATA_LIMITS.digits:,} pictures: import it in parts.")
            images.append(_picture(path))
            labels.append(int(inner.name))
    return Samples(np.array(images, np.uint8).reshape(-1, 28, 28), np.array(labels, np.uint8))


def _entries(folder: Path) -> list[Path]:
    """What a folder shows; file managers keep hidden files of their own in it."""
    return sorted(each for each in folder.iterdir() if not each.name.startswith("."))


def _picture(path: Path) -> NDArray[np.uint8]:
    try:
        photo = PictureFile.at(path)
        width, height = photo.size
        if (width, height) != (28, 28):
            raise DataBad(f"{path} is {width}x{height} pixels: digit images are 28x28.")
        pixels = photo.whole().pixels
    except PhotoError as error:
        raise DataBad(f"{path} cannot be read as a picture: {error.problem}.") from error
    except OSError as error:
        raise DataBad(f"{path} cannot be read as a picture: {error}.") from error
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    if np.median(border) > 127:
        raise DataBad(f"{path} is dark on light: digit images are white ink on black.")
    return np.asarray(grey, np.uint8)


def _scikit_digits() -> Collection:
    """The 1,797 UCI digits that come with scikit-learn, brought from 8x8 into MNIST's format; the last fifth tests."""
    try:
        from sklearn.datasets import load_digits  # noqa: PLC0415 - an extra, needed for this source only
    except ModuleNotFoundError as error:
        raise DataMissing("The source digits needs scikit-learn: install the digits extra.") from error
    held = load_digits()
    images = np.array([_enlarged(small) for small in held.images.astype(np.float32)], np.uint8)
    labels = held.target.astype(np.uint8)
    samples, first = Samples(images, labels), len(images) * 4 // 5
    return Collection(samples.chosen(slice(first)), samples.chosen(slice(first, None)))


def _enlarged(small: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(8, 8) in 0..16 -> (28, 28) in 0..255: 20 pixels high, centred by mass."""
    large = np.clip(cv2.resize(small, (20, 20), interpolation=cv2.INTER_CUBIC) * (255 / 16), 0, 255)
    moments = cv2.moments(large)
    across, down = 14 - moments["m10"] / moments["m00"], 14 - moments["m01"] / moments["m00"]
    shift = np.array([[1, 0, across], [0, 1, down]], np.float64)
    return np.asarray(cv2.warpAffine(large, shift, (28, 28)).round(), np.uint8)


def _half(place: Path, images: NDArray[np.generic] | None, labels: NDArray[np.generic] | None) -> Samples:
    """One half of a collection, checked. Raises ``DataBad``."""
    if images is None and labels is None:
        return Samples.none()
    if images is None or labels is None:
        raise DataBad(f"{place} holds images without labels or labels without images.")
    if images.ndim != 3 or images.shape[1:] != (28, 28) or images.dtype != np.uint8:
        raise DataBad(f"The images of {place} are {images.shape} {images.dtype}: digit images are (n, 28, 28) uint8.")
    if labels.shape != images.shape[:1] or labels.dtype.kind not in "iu":
        raise DataBad(f"{place} has {len(images)} images, and labels of shape {labels.shape} {labels.dtype}.")
    wrong = np.setdiff1d(labels, np.arange(10))
    if wrong.size:
        raise DataBad(f"{place} holds the label {wrong[0]}: labels are 0 to 9.")
    return Samples(images.astype(np.uint8, copy=False), labels.astype(np.uint8))


def _collection(place: Path, train: Samples, test: Samples) -> Collection:
    if not len(train) and not len(test):
        raise DataMissing(f"There are no digits in {place}.")
    return Collection(train, test)


_PLAIN: Mapping[str, Callable[[], Collection]] = MappingProxyType({"mnist": _mnist, "digits": _scikit_digits})
_PLACED: Mapping[str, Callable[[Path], Collection]] = MappingProxyType({"npz": _npz, "idx": _idx, "folder": _folder})
