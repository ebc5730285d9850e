"""The decoder: every format and mode upright on paper, all else a PhotoError, bombs before a pixel is unpacked."""

from __future__ import annotations

import io
import time
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps
from pillow_heif import register_heif_opener

from model import image_decoding
from model.image_decoding import Photo, PhotoError, PhotoProblem
from model.limits import IMAGE_LIMITS, ImageLimits
from tests.decoding import decode, decode_reduced

register_heif_opener()
Encode = Callable[..., bytes]


@pytest.fixture(scope="module")
def encode() -> Encode:
    def encode(image: Image.Image, form: str, **options: object) -> bytes:
        file = io.BytesIO()
        image.save(file, form, **options)
        return file.getvalue()

    return encode


@pytest.fixture(scope="module")
def corner() -> Image.Image:
    """White, 60 wide and 40 high, a dark block in the upper left corner."""
    pixels = np.full((40, 60, 3), 255, np.uint8)
    pixels[:16, :16] = (20, 40, 30)
    return Image.fromarray(pixels)


def problem_of(content: bytes) -> PhotoProblem:
    with pytest.raises(PhotoError) as error:
        decode_reduced(content, 300_000)
    return error.value.problem


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "HEIF", "AVIF", "PPM"])
def test_every_format_that_people_send_is_decoded(form: str, corner: Image.Image, encode: Encode) -> None:
    if form not in Image.SAVE:
        pytest.skip(f"this Pillow does not write {form}")
    pixels = decode(encode(corner, form))
    assert pixels.shape == (40, 60, 3)
    assert pixels[:12, :12].mean() < 60
    assert pixels[24:, 24:].mean() > 240


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr", "I", "I;16", "F"])
def test_every_pixel_mode_comes_out_as_grey_and_rgb(mode: str, corner: Image.Image, encode: Encode) -> None:
    form = "JPEG" if mode in {"CMYK", "YCbCr"} else "TIFF" if mode in {"F", "PA"} else "PNG"
    if mode == "I;16":
        image = Image.fromarray(np.asarray(corner.convert("L")).astype(np.uint16) * 257)
    elif mode == "I":
        image = Image.fromarray(np.asarray(corner.convert("L")).astype(np.int32) * 257)
        form = "TIFF"
    elif mode == "PA":
        image, form = corner.convert("RGBA").quantize(8), "PNG"
    else:
        image = corner.convert(mode)
    content = encode(image, form)
    for pixels in (decode(content), decode_reduced(content, 300_000).pixels):
        assert pixels.shape[:2] == (40, 60)
        assert pixels[:12, :12].mean() < 60
        assert pixels[24:, 24:].mean() > 240


@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_grey_of_16_bits_that_uses_fewer_is_as_bright(
    bits: int, form: str, corner: Image.Image, encode: Encode
) -> None:
    grey = np.asarray(corner.convert("L"))
    content = encode(Image.fromarray(grey.astype(np.uint16) << (bits - 8)), form)
    difference = decode(content)[:, :, 0].astype(int) - grey
    assert np.abs(difference).max() <= 1


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_exif_orientation_is_undone(orientation: int, form: str, corner: Image.Image, encode: Encode) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = encode(corner, form, exif=exif)
    with Image.open(io.BytesIO(content)) as image:
        wanted = np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
    assert np.array_equal(decode(content), wanted)
    photo = decode_reduced(content, 300_000)
    assert (photo.height, photo.width) == wanted.shape[:2]


def test_alpha_is_laid_on_white(encode: Encode) -> None:
    image = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (10, 10, 20, 30))
    pixels = decode(encode(image, "PNG"))
    assert pixels[0, 0].tolist() == [255, 255, 255]
    assert pixels[15, 15].tolist() == [0, 0, 0]


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_white_ink_on_nothing_does_not_vanish(form: str, encode: Encode) -> None:
    image = Image.new("RGBA", (40, 40), (255, 255, 255, 0))
    image.paste((255, 255, 255, 255), (10, 10, 20, 30))
    pixels = decode(encode(image, form, lossless=True))
    assert pixels[15, 15].min() > 250
    assert pixels[0, 0].max() < 5


def test_rounded_corners_of_a_white_screenshot_stay_white(encode: Encode) -> None:
    image = Image.new("RGBA", (40, 40), (255, 255, 255, 255))
    image.paste((0, 0, 0, 0), (0, 0, 4, 4))
    assert decode(encode(image, "PNG"))[0, 0].tolist() == [255, 255, 255]


def test_first_frame_of_a_gif_is_taken(encode: Encode) -> None:
    frames = [Image.new("L", (20, 20), level) for level in (200, 10)]
    assert decode(encode(frames[0], "GIF", save_all=True, append_images=frames[1:])).mean() == pytest.approx(200, abs=2)


def test_large_jpeg_is_reduced_while_it_is_decoded(encode: Encode) -> None:
    photo = decode_reduced(encode(Image.new("RGB", (4000, 3000), "white"), "JPEG"), 4 * 300_000)
    assert (photo.width, photo.height) == (4000, 3000)
    assert photo.pixels.shape == (1500, 2000)


def test_colour_is_kept_where_it_is_asked_for(encode: Encode) -> None:
    content = encode(Image.new("RGB", (40, 40), (250, 240, 20)), "JPEG", quality=95)
    assert decode_reduced(content, 1000, colour=True).pixels.shape[2] == 3
    assert decode_reduced(content, 1000).pixels.ndim == 2


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", PhotoProblem.EMPTY),
        (b"I am text and was named photo.jpg", PhotoProblem.NOT_AN_IMAGE),
        (b"\xff\xd8\xff", PhotoProblem.TRUNCATED),
        (bytes(25 * 1024 * 1024), PhotoProblem.TOO_LARGE),
        (bytes(IMAGE_LIMITS.file_bytes), PhotoProblem.NOT_AN_IMAGE),
    ],
    ids=["empty", "text", "three bytes of a JPEG", "25 MB", "exactly the limit"],
)
def test_bad_file_has_its_own_problem(content: bytes, problem: PhotoProblem) -> None:
    assert problem_of(content) is problem


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_truncated_file_is_an_error_of_its_own(form: str, share: float, encode: Encode) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (200, 300, 3), np.uint8)
    content = encode(Image.fromarray(noise), form)
    assert problem_of(content[: int(len(content) * share)]) is PhotoProblem.TRUNCATED


@pytest.mark.parametrize("side", [8_000, 20_000])
def test_picture_of_too_many_pixels_is_refused_in_milliseconds(side: int, encode: Encode) -> None:
    content = encode(Image.new("1", (side, side)), "PNG")
    start = time.perf_counter()
    assert problem_of(content) is PhotoProblem.TOO_MANY_PIXELS
    assert time.perf_counter() - start < 0.05


@pytest.mark.parametrize(
    ("limits", "problem"),
    [
        (ImageLimits(), None),
        (ImageLimits(file_bytes=200), PhotoProblem.TOO_LARGE),
        (ImageLimits(pixels=400 * 300 - 1), PhotoProblem.TOO_MANY_PIXELS),
        (ImageLimits(pixels=400 * 300), None),
    ],
)
def test_the_limits_decide_what_is_refused(
    limits: ImageLimits, problem: PhotoProblem | None, encode: Encode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(image_decoding, "IMAGE_LIMITS", limits)
    content = encode(Image.new("L", (400, 300), 200), "JPEG")
    if problem is None:
        assert decode_reduced(content, 1000).width == 400
    else:
        assert problem_of(content) is problem


def test_damaged_exif_is_no_reason_to_refuse(corner: Image.Image, encode: Encode) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    content = bytearray(encode(corner, "JPEG", exif=exif))
    place = content.index(b"Exif\x00\x00") + 6
    content[place : place + 8] = b"\xff" * 8
    assert isinstance(decode_reduced(bytes(content), 1000), Photo)


@settings(deadline=None, max_examples=150)
@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF", b"II*\x00"]),
)
def test_arbitrary_bytes_raise_nothing_but_photo_errors(content: bytes, start: bytes) -> None:
    try:
        pixels = decode(start + content)
    except PhotoError:
        return
    assert pixels.dtype == np.uint8


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_damaged_pictures_raise_nothing_but_photo_errors(
    data: st.DataObject, encode: Encode, corner: Image.Image
) -> None:
    form = data.draw(st.sampled_from(["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "HEIF"]))
    content = bytearray(encode(corner, form))
    for place, value in data.draw(
        st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), max_size=12)
    ):
        content[place] = value
    try:
        pixels = decode_reduced(bytes(content), 1000).pixels
    except PhotoError:
        return
    assert pixels.dtype == np.uint8
