"""Arrays of .npz files from outside, no larger than the limit, whatever their headers and their compression say."""

from __future__ import annotations

import math
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from model.limits import DATA_LIMITS
from model.regular_file import open_regular


def read_npz(path: Path, names: Iterable[str]) -> dict[str, NDArray[np.generic]]:
    """The arrays of these names that an .npz file holds, never pickled ones. Raises ``ValueError`` and ``OSError``."""
    try:
        with open_regular(path) as file, ZipFile(file) as archive:
            held = set(archive.namelist())
            return {name: _array(archive, f"{name}.npy") for name in names if f"{name}.npy" in held}
    except OSError:
        raise
    except Exception as error:  # archives, their compressions and NumPy's headers raise what they like at damaged bytes
        raise ValueError(str(error) or "it is damaged") from error


def _array(archive: ZipFile, name: str) -> NDArray[np.generic]:
    """One array, whose header is believed only if it fits its data."""
    if archive.getinfo(name).file_size > DATA_LIMITS.file_bytes:  # no more than it says is unpacked
        raise ValueError(f"{name} has more than {DATA_LIMITS.file_bytes // 2**20} MB")
    stream = BytesIO(archive.read(name))
    read_header = npy.read_array_header_1_0 if npy.read_magic(stream) == (1, 0) else npy.read_array_header_2_0
    shape, in_columns, dtype = read_header(stream)
    content, start = stream.getbuffer(), stream.tell()
    if dtype.hasobject or math.prod(shape) * dtype.itemsize != len(content) - start:
        raise ValueError(f"{name} is no whole array of numbers")
    return np.frombuffer(content, dtype, offset=start).reshape(shape, order="F" if in_columns else "C")
