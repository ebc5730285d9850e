from __future__ import annotations

import gzip
import struct
import time
import tracemalloc
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.error import URLError
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZipFile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from PIL import Image

from model import datasets
from model.datasets import Collection, DataBad, DataMissing, Samples, load, split
from model.limits import DATA_LIMITS, DataLimits


@st.composite
def samples(draw: st.DrawFn, least: int = 1) -> Samples:
    """A few digit images with dark borders, as digit images have."""
    count = draw(st.integers(least, 6))
    images = np.zeros((count, 28, 28), np.uint8)
    images[:, 4:24, 4:24] = draw(arrays(np.uint8, (count, 20, 20)))
    return Samples(images, draw(arrays(np.uint8, count, elements=st.integers(0, 9))))


def idx_bytes(array: NDArray[np.uint8]) -> bytes:
    """The idx form of an array of bytes."""
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


def assert_holds(got: Samples, wanted: Samples) -> None:
    np.testing.assert_array_equal(got.images, wanted.images)
    np.testing.assert_array_equal(got.labels, wanted.labels)
    assert got.images.dtype == got.labels.dtype == np.uint8


@given(samples(), samples())
@settings(deadline=None, max_examples=20)
def test_npz_gives_back_what_was_saved(tmp_path_factory: pytest.TempPathFactory, train: Samples, test: Samples) -> None:
    path = tmp_path_factory.mktemp("npz") / "digits.npz"
    np.savez(path, x_train=train.images, y_train=train.labels.astype(np.int64), x_test=test.images, y_test=test.labels)
    collection = load(f"npz:{path}")
    assert_holds(collection.train, train)
    assert_holds(collection.test, test)


@given(samples(), samples(), st.booleans())
@settings(deadline=None, max_examples=20)
def test_idx_gives_back_what_was_saved(
    tmp_path_factory: pytest.TempPathFactory, train: Samples, test: Samples, zipped: bool
) -> None:
    folder = tmp_path_factory.mktemp("idx")
    for half, held in (("train", train), ("t10k", test)):
        for kind, array in (("images-idx3-ubyte", held.images), ("labels-idx1-ubyte", held.labels)):
            content = idx_bytes(array)
            path = folder / (f"{half}-{kind}.gz" if zipped else f"{half}-{kind}")
            path.write_bytes(gzip.compress(content) if zipped else content)
    collection = load(f"idx:{folder}")
    assert_holds(collection.train, train)
    assert_holds(collection.test, test)


@given(samples())
@settings(deadline=None, max_examples=20)
def test_folders_give_back_what_was_saved(tmp_path_factory: pytest.TempPathFactory, held: Samples) -> None:
    folder = tmp_path_factory.mktemp("folder")
    for number, (image, label) in enumerate(zip(held.images, held.labels, strict=True)):
        (folder / str(label)).mkdir(exist_ok=True)
        Image.fromarray(image).save(folder / str(label) / f"{number}.png")
    order = np.argsort(held.labels, kind="stable")
    collection = load(f"folder:{folder}")
    assert_holds(collection.train, held.chosen(order))
    assert len(collection.test) == 0
    assert_holds(collection.measured, held.chosen(order))


def test_folders_in_train_and_test_are_the_halves(tmp_path: Path) -> None:
    for half, label in (("train", 3), ("test", 4)):
        (tmp_path / half / str(label)).mkdir(parents=True)
        Image.new("L", (28, 28), 0).save(tmp_path / half / str(label) / "a.png")
    collection = load(f"folder:{tmp_path}")
    assert collection.train.labels.tolist() == [3]
    assert collection.test.labels.tolist() == [4]


def test_either_half_of_an_npz_may_be_missing(tmp_path: Path) -> None:
    np.savez(tmp_path / "half.npz", x_test=np.zeros((2, 28, 28), np.uint8), y_test=np.array([1, 2]))
    collection = load(f"npz:{tmp_path / 'half.npz'}")
    assert len(collection.train) == 0
    assert collection.measured.labels.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("arrays_", "sentence"),
    [
        ({"x_train": np.zeros((2, 28, 28), np.uint8)}, "images without labels"),
        ({"x_train": np.zeros((2, 28, 28), np.float32), "y_train": np.zeros(2, int)}, "float32"),
        ({"x_train": np.zeros((2, 8, 8), np.uint8), "y_train": np.zeros(2, int)}, r"\(2, 8, 8\)"),
        ({"x_train": np.zeros((2, 28, 28), np.uint8), "y_train": np.zeros(3, int)}, "2 images"),
        ({"x_train": np.zeros((2, 28, 28), np.uint8), "y_train": np.array([1, 10])}, "label 10"),
        ({"x_train": np.zeros((2, 28, 28), np.uint8), "y_train": np.array([-1, 1])}, "label -1"),
        ({"x_train": np.zeros((2, 28, 28), np.uint8), "y_train": np.array([0.5, 1])}, "float64"),
        ({"x_train": np.array([object()]), "y_train": np.array([1])}, r"no \.npz file of digits"),
    ],
)
def test_an_npz_of_something_else_says_what_is_wrong(tmp_path: Path, arrays_: dict[str, Any], sentence: str) -> None:
    np.savez(tmp_path / "bad.npz", **arrays_)
    with pytest.raises(DataBad, match=sentence):
        load(f"npz:{tmp_path / 'bad.npz'}")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"text"])
def test_a_file_that_is_no_npz_is_bad(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.npz").write_bytes(content)
    with pytest.raises(DataBad, match=r"no \.npz file"):
        load(f"npz:{tmp_path / 'bad.npz'}")


@given(st.binary(max_size=60))
@settings(deadline=None, max_examples=50)
def test_any_bytes_as_idx_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("idx") / "t10k-labels-idx1-ubyte"
    path.write_bytes(content)
    try:
        array = datasets.read_idx(path)
    except DataBad:
        return
    assert idx_bytes(array) == content


def test_a_cut_off_idx_file_is_bad(tmp_path: Path) -> None:
    (tmp_path / "t10k-images-idx3-ubyte").write_bytes(idx_bytes(np.zeros((2, 28, 28), np.uint8))[:-1])
    (tmp_path / "t10k-labels-idx1-ubyte").write_bytes(idx_bytes(np.zeros(2, np.uint8)))
    with pytest.raises(DataBad, match="no whole idx file"):
        load(f"idx:{tmp_path}")


@pytest.mark.parametrize(
    ("name", "picture", "sentence"),
    [
        ("3/a.png", Image.new("L", (30, 28)), "30x28 pixels"),
        ("3/a.png", Image.new("L", (28, 28), 255), "dark on light"),
        ("three/a.png", Image.new("L", (28, 28)), "named 0 to 9"),
        ("10/a.png", Image.new("L", (28, 28)), "named 0 to 9"),
    ],
)
def test_a_folder_with_a_stranger_names_it(tmp_path: Path, name: str, picture: Image.Image, sentence: str) -> None:
    (tmp_path / name).parent.mkdir()
    picture.save(tmp_path / name)
    with pytest.raises(DataBad, match=sentence):
        load(f"folder:{tmp_path}")


def test_hidden_files_of_a_file_manager_are_no_digits(tmp_path: Path) -> None:
    (tmp_path / "3").mkdir()
    Image.new("L", (28, 28)).save(tmp_path / "3" / "a.png")
    (tmp_path / "3" / ".DS_Store").write_bytes(b"\0\0\0\1Bud1")
    (tmp_path / ".thumbnails").mkdir()
    assert load(f"folder:{tmp_path}").train.labels.tolist() == [3]


def test_a_file_that_is_no_picture_is_named(tmp_path: Path) -> None:
    (tmp_path / "3").mkdir()
    (tmp_path / "3" / "notes.png").write_text("not a picture")
    with pytest.raises(DataBad, match=r"notes\.png"):
        load(f"folder:{tmp_path}")


@pytest.mark.parametrize("kind", ["npz", "idx", "folder"])
def test_what_is_not_there_is_missing(tmp_path: Path, kind: str) -> None:
    with pytest.raises(DataMissing, match="nowhere"):
        load(f"{kind}:{tmp_path / 'nowhere'}")


@pytest.mark.parametrize("kind", ["npz", "idx", "folder"])
def test_the_home_of_a_user_who_is_not_there_is_missing(kind: str) -> None:
    with pytest.raises(DataMissing, match="~nobody_of_this_name"):
        load(f"{kind}:~nobody_of_this_name/digits")


@pytest.mark.parametrize("kind", ["idx", "folder"])
def test_an_empty_folder_has_no_digits(tmp_path: Path, kind: str) -> None:
    with pytest.raises(DataMissing, match="no digits"):
        load(f"{kind}:{tmp_path}")


@pytest.mark.parametrize("source", ["", "cifar", "npz", "npz:", "mnist:here", "digits:8"])
def test_an_unknown_source_is_told_which_there_are(source: str) -> None:
    with pytest.raises(DataBad, match="mnist, npz:FILE, idx:DIR, folder:DIR or digits"):
        load(source)


class TestMnist:
    """Where MNIST comes from; nothing here touches the network."""

    @pytest.fixture(autouse=True)
    def nothing_known(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.delenv("DIGITBOT_MNIST", raising=False)
        monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))

        def no_network(*_: object, **__: object) -> BytesIO:
            raise URLError("no network")

        monkeypatch.setattr(datasets, "urlopen", no_network)

    @staticmethod
    def saved(path: Path) -> bytes:
        path.parent.mkdir(parents=True, exist_ok=True)
        images = np.full((14, 28, 28), 7, np.uint8)
        np.savez(path, x_train=images, y_train=np.arange(14) % 10, x_test=images[:2], y_test=[3, 4])
        return path.read_bytes()

    def test_the_environment_names_a_file(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        self.saved(tmp_path / "named.npz")
        monkeypatch.setenv("DIGITBOT_MNIST", str(tmp_path / "named.npz"))
        assert load("mnist").test.labels.tolist() == [3, 4]

    def test_keras_s_own_cache_is_used(self) -> None:
        self.saved(datasets.keras_cache())
        assert load("mnist").test.labels.tolist() == [3, 4]

    def test_it_is_downloaded_once_into_keras_s_cache(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        content = self.saved(tmp_path / "remote.npz")
        asked: list[str] = []

        def network(address: str, timeout: float) -> BytesIO:
            asked.append(address)
            assert timeout > 0
            return BytesIO(content)

        monkeypatch.setattr(datasets, "urlopen", network)
        monkeypatch.setattr(datasets, "MNIST_SHA256", sha256(content).hexdigest())
        assert load("mnist").test.labels.tolist() == [3, 4]
        assert load("mnist").test.labels.tolist() == [3, 4]
        assert asked == [datasets.MNIST_ADDRESS]
        assert sorted(path.name for path in datasets.keras_cache().parent.iterdir()) == ["mnist.npz"]

    def test_a_download_of_something_else_is_not_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(datasets, "urlopen", lambda *_, **__: BytesIO(b"<html>log in</html>"))
        with pytest.raises(DataMissing, match="is not MNIST"):
            load("mnist")
        assert not datasets.keras_cache().exists()

    def test_without_any_of_them_the_three_ways_are_named(self) -> None:
        with pytest.raises(DataMissing, match=r"DIGITBOT_MNIST.*~/\.keras.*downloaded"):
            load("mnist")

    def test_a_named_file_that_is_not_there_is_named(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("DIGITBOT_MNIST", str(tmp_path / "gone.npz"))
        with pytest.raises(DataMissing, match=r"gone\.npz"):
            load("mnist")


def test_scikit_learn_s_digits_look_like_mnist() -> None:
    collection = load("digits")
    assert len(collection.train) + len(collection.test) == 1797
    assert min(collection.test.classes) > 20
    rows = np.arange(28)
    for image in collection.test.images[:100]:
        assert image.max() > 150
        assert abs((image.sum(axis=1) @ rows) / image.sum() - 14) < 0.5
        assert abs((image.sum(axis=0) @ rows) / image.sum() - 14) < 0.5


def numbered(train: int, test: int) -> Collection:
    """Digits that can be told apart by their first pixels."""
    images = np.zeros((train + test, 28, 28), np.uint8)
    images[:, 0, 0], images[:, 0, 1] = np.divmod(np.arange(train + test), 256)
    labels = (np.arange(train + test) % 10).astype(np.uint8)
    return Collection(Samples(images[:train], labels[:train]), Samples(images[train:], labels[train:]))


def test_of_60000_the_last_5000_validate() -> None:
    images, labels = np.zeros((60_000, 1, 1), np.uint8), (np.arange(60_000) % 7).astype(np.uint8)
    parts = split(Collection(Samples(images, labels), Samples(images[:10], labels[:10])))
    assert (len(parts.train), len(parts.validation), len(parts.test)) == (55_000, 5_000, 10)
    np.testing.assert_array_equal(parts.validation.labels, labels[55_000:])


@given(st.integers(14, 300), st.integers(0, 5))
@settings(deadline=None, max_examples=30)
def test_no_digit_is_in_two_parts_and_none_is_lost(train: int, test: int) -> None:
    parts = split(numbered(train, test))
    keys = [
        int(image[0, 0]) * 256 + int(image[0, 1])
        for part in (parts.train, parts.validation, parts.test)
        for image in part.images
    ]
    assert sorted(keys) == list(range(train + test))
    assert len(parts.validation)
    assert len(parts.test)


def test_a_collection_without_test_digits_is_split_alike_each_time() -> None:
    first, second = split(numbered(100, 0)), split(numbered(100, 0))
    assert first.test.digest() == second.test.digest()
    assert len(first.test) == 10


def test_too_few_digits_cannot_be_split() -> None:
    for count in (5, 12):
        with pytest.raises(DataMissing, match="too few to be split: at least 13 "):
            split(numbered(count, 0))
    assert len(split(numbered(13, 0)).validation) == 1


def test_the_digest_knows_images_from_labels_and_order() -> None:
    held = numbered(3, 0).train
    digests = {
        held.digest(),
        held.chosen(slice(None, None, -1)).digest(),
        Samples(held.images, held.labels[::-1].copy()).digest(),
    }
    assert len(digests) == 3
    assert held.digest() == numbered(3, 0).train.digest()


def npz_of(path: Path, header: bytes, data: bytes) -> None:
    """An .npz file whose array x_train has this header and these bytes."""
    padded = header + b" " * (-(len(header) + 11) % 64) + b"\n"
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr("x_train.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", len(padded)) + padded + data)
        archive.writestr("y_train.npy", b"")


@pytest.mark.parametrize("shape", ["(1000000000, 28, 28)", "(99999999999999999999, 28)", "(-1, 28, 28)", "(2, 28, 28)"])
def test_an_npz_whose_header_promises_more_than_there_is_is_bad(tmp_path: Path, shape: str) -> None:
    header = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}"
    npz_of(tmp_path / "bad.npz", header.encode(), bytes(784))
    with pytest.raises(DataBad, match=r"no \.npz file of digits"):
        load(f"npz:{tmp_path / 'bad.npz'}")


@pytest.mark.parametrize("header", [b"(" * 9000, b"-" * 9000 + b"1", b"{'descr': '''", b"[]"])
def test_an_npz_with_a_senseless_header_is_bad(tmp_path: Path, header: bytes) -> None:
    npz_of(tmp_path / "bad.npz", header, bytes(784))
    with pytest.raises(DataBad, match=r"no \.npz file of digits"):
        load(f"npz:{tmp_path / 'bad.npz'}")


@pytest.mark.parametrize("compression", [ZIP_DEFLATED, ZIP_BZIP2, ZIP_LZMA])
def test_an_npz_damaged_within_its_data_is_bad(tmp_path: Path, compression: int) -> None:
    with ZipFile(tmp_path / "bad.npz", "w", compression) as archive:
        archive.writestr("x_train.npy", bytes(range(256)) * 100)
    content = bytearray((tmp_path / "bad.npz").read_bytes())
    content[60:90] = bytes(30)
    (tmp_path / "bad.npz").write_bytes(content)
    with pytest.raises(DataBad, match=r"no \.npz file of digits: .+\."):
        load(f"npz:{tmp_path / 'bad.npz'}")


def test_an_npz_that_unpacks_to_too_much_is_bad_before_it_is_unpacked(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "bomb.npz", "w", ZIP_DEFLATED) as archive, archive.open("x_train.npy", "w") as file:
        for _ in range(DATA_LIMITS.file_bytes // 2**20 + 1):
            file.write(bytes(2**20))
    tracemalloc.start()
    with pytest.raises(DataBad, match="more than 748 MB"):
        load(f"npz:{tmp_path / 'bomb.npz'}")
    assert tracemalloc.get_traced_memory()[1] < 10 * 2**20
    tracemalloc.stop()


@pytest.mark.parametrize("name", ["t10k-labels-idx1-ubyte", "t10k-labels-idx1-ubyte.gz"])
def test_an_idx_file_that_holds_too_much_is_bad(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets, "DATA_LIMITS", DataLimits(file_bytes=2000))
    content = idx_bytes(np.zeros(4000, np.uint8))
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith("gz") else content)
    with pytest.raises(DataBad, match="holds more than"):
        datasets.read_idx(tmp_path / name)


def test_a_folder_of_too_many_pictures_is_bad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets, "DATA_LIMITS", DataLimits(digits=2))
    (tmp_path / "3").mkdir()
    for number in range(3):
        Image.new("L", (28, 28)).save(tmp_path / "3" / f"{number}.png")
    with pytest.raises(DataBad, match="more than 2 pictures"):
        load(f"folder:{tmp_path}")


def test_a_large_picture_in_a_folder_is_refused_by_its_header(tmp_path: Path) -> None:
    (tmp_path / "3").mkdir()
    Image.new("L", (7000, 7000)).save(tmp_path / "3" / "a.png")
    start = time.thread_time()
    with pytest.raises(DataBad, match="7000x7000 pixels"):
        load(f"folder:{tmp_path}")
    assert time.thread_time() - start < 0.1
