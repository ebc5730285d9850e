"""From a decoded picture of any Pillow mode to upright 8-bit pixels on paper, reduced before it is converted."""

from __future__ import annotations

import numpy as np
from PIL import Image

from model.reading import Pixels

_ORIENTATION = 0x0112  # EXIF 2.32, 4.6.4: tag 274
_MAX_EXIF_BYTES = 128 * 1024  # larger blocks are not searched for it
# White in pictures of more than 8 bits: cameras and scanners of 10, 12 and 14 bits write them into 16.
_RANGES = (1.0, *(2.0**bits - 1 for bits in (8, 10, 12, 14, 16)))
_BRIGHT = 170  # grey level (0..255) from which ink on transparency is taken for chalk


def upright_pixels(image: Image.Image, mode: str, area: int | None) -> Pixels:
    """The pixels of a loaded picture, contiguous (h, w) with ``mode`` "L" or (h, w, 3) with "RGB", uint8.

    With ``area`` they are reduced by a whole number to no fewer than so many. Transparent pixels become paper.
    """
    factor = 1 if area is None else max(1, int((image.width * image.height / area) ** 0.5))
    return np.ascontiguousarray(_turned(_flat(image, mode, factor), _orientation(image)))


def _orientation(image: Image.Image) -> int:
    """Read the EXIF orientation, 1 to 8; damaged EXIF data says nothing."""
    try:
        if len(image.info.get("exif", b"")) > _MAX_EXIF_BYTES:
            return 1
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # noqa: BLE001 - EXIF blocks are written by anybody
        return 1


def _turned(pixels: Pixels, orientation: int) -> Pixels:
    """Undo the eight EXIF orientations (EXIF 2.32, table 6)."""
    if orientation in (5, 6, 7, 8):
        pixels = np.swapaxes(pixels, 0, 1)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return pixels


def _flat(image: Image.Image, mode: str, factor: int) -> Pixels:
    """Bring any Pillow mode to 8-bit ``mode`` ("L" or "RGB"), ``factor`` times smaller each way."""
    if image.mode.startswith(("I", "F")):
        grey = _eight_bits(image, factor)
        return grey if mode == "L" else np.repeat(grey[:, :, None], 3, axis=2)
    if image.has_transparency_data:
        image = _on_paper(_reduced(image if image.mode == "RGBA" else image.convert("RGBA"), factor))
    elif image.mode in {"1", "P"}:  # of numbers that cannot be averaged
        image = _reduced(image.convert("L" if image.mode == "1" else "RGB"), factor)
    else:
        image = _reduced(image, factor)
    if image.mode == "LAB":
        image = image.getchannel("L")
    return np.asarray(image if image.mode == mode else image.convert(mode), dtype=np.uint8)  # it would copy


def _reduced(image: Image.Image, factor: int) -> Image.Image:
    return image.reduce(factor) if factor > 1 else image


def _eight_bits(image: Image.Image, factor: int) -> Pixels:
    """Scale 16-bit, 32-bit and float grey to 0..255 by the range they use: one of ``_RANGES``, or up to their own
    maximum."""
    if factor > 1:
        image = _reduced(image.convert("I") if image.mode.startswith("I;16") else image, factor)
    values = np.nan_to_num(np.asarray(image).astype(np.float32), posinf=0, neginf=0)
    values -= min(0.0, float(values.min()))
    top = float(values.max())
    full = next((limit for limit in _RANGES if top <= limit), top)
    return np.asarray(values * (255.0 / full), dtype=np.uint8)


def _on_paper(image: Image.Image) -> Image.Image:
    """Composite an RGBA picture onto white, or onto black where bright ink on nothing would vanish."""
    visible = np.asarray(image.getchannel("A")) > 127
    count = int(np.count_nonzero(visible))
    bright = count > 0 and float(np.asarray(image.convert("L"))[visible].mean()) > _BRIGHT
    paper = Image.new("RGB", image.size, "black" if 2 * count < visible.size and bright else "white")
    paper.paste(image, mask=image)
    return paper
