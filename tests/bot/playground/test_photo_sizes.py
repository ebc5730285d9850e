"""What Telegram does to pictures."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image

from bot.playground.photo_sizes import NotAPhotoError, photo_sizes, sticker, thumbnail


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


@pytest.mark.parametrize(
    ("size", "sides"),
    [
        ((4000, 3000), [90, 320, 800, 1280]),
        ((1280, 720), [90, 320, 800, 1280]),
        ((500, 300), [90, 320, 500]),
        ((28, 28), [28]),
    ],
)
def test_a_photo_has_real_sizes_and_is_never_enlarged(
    picture: Callable[..., bytes], size: tuple[int, int], sides: list[int]
) -> None:
    made = photo_sizes(picture(*size))
    assert [max(one.width, one.height) for one in made] == sides
    for one in made:
        image = opened(one.content)
        assert (image.format, image.size) == ("JPEG", (one.width, one.height))


def test_transparency_is_laid_on_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(out, "PNG")
    assert opened(photo_sizes(out.getvalue())[0].content).getpixel((20, 20)) == (255, 255, 255)


def test_a_turned_photo_is_turned_upright(picture: Callable[..., bytes]) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    made = photo_sizes(picture(640, 480, exif=exif.tobytes()))[-1]
    assert (made.width, made.height) == (480, 640)
    assert not opened(made.content).getexif()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "IMAGE_PROCESS_FAILED"),
        (b"not a picture", "IMAGE_PROCESS_FAILED"),
        (b"x" * (10 * 1024 * 1024 + 1), "too big for a photo"),
    ],
)
def test_what_is_no_photo_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(NotAPhotoError, match=reason):
        photo_sizes(content)


def test_a_truncated_photo_is_refused(picture: Callable[..., bytes]) -> None:
    with pytest.raises(NotAPhotoError, match="IMAGE_PROCESS_FAILED"):
        photo_sizes(picture()[:3000])


@pytest.mark.parametrize("size", [(6000, 5000), (2100, 100)])
def test_telegrams_limits_of_dimensions_hold(picture: Callable[..., bytes], size: tuple[int, int]) -> None:
    with pytest.raises(NotAPhotoError, match="PHOTO_INVALID_DIMENSIONS"):
        photo_sizes(picture(*size, mode="L"))


def test_a_sticker_is_webp_of_512_pixels(picture: Callable[..., bytes]) -> None:
    made = sticker(picture(256, 128, "PNG"))
    assert opened(made.content).format == "WEBP"
    assert (made.width, made.height) == (512, 256)


def test_only_pictures_have_thumbnails(picture: Callable[..., bytes]) -> None:
    made = thumbnail(picture(2000, 1000, "PNG"))
    assert made is not None
    assert (made.width, made.height) == (320, 160)
    assert thumbnail(b"text") is None
