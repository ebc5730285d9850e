"""Camera model: perspective, focus, sensor noise, moiré and JPEG compression."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from training.synthesis.paper import Pixels
from training.synthesis.pens import Ink, grains
from training.synthesis.scene import Camera

# Homography (3, 3) float64: sheet -> frame, homogeneous pixel coordinates.
View = NDArray[np.float64]


def view(camera: Camera, width: int, height: int, rng: np.random.Generator) -> View | None:
    """The homography under which the sheet appears in the frame; None for the identity."""
    if not (camera.tilt or camera.margin or abs(camera.roll) > 0.05):
        return None
    size = np.array([width, height], np.float64)
    corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) * size
    middle = size / 2
    # With no margin the sheet reaches beyond the frame, so that its edge stays out of view.
    spread = 1 - camera.margin if camera.margin else 1 + 2.2 * np.sin(np.radians(abs(camera.roll)))
    outward = np.sign(corners - middle) * (-1 if camera.margin else 1)
    pushed = corners + outward * rng.random((4, 2)) * camera.tilt * size
    turn = np.radians(camera.roll)
    rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    moved = (pushed - middle) @ rotation * spread + middle
    moved += rng.uniform(-0.5, 0.5, 2) * camera.margin * size
    return np.asarray(cv2.getPerspectiveTransform(corners.astype(np.float32), moved.astype(np.float32)), np.float64)


def project(points: NDArray[np.float64], view: View) -> NDArray[np.float64]:
    """Points of the sheet (n, 2) in pixels of the frame."""
    return np.asarray(cv2.perspectiveTransform(points[None].astype(np.float64), view)[0], np.float64)


def further(view: View, share: float, width: int, height: int) -> View:
    """The same view from further off: everything ``share`` as large about the middle of the frame."""
    away = np.array([[share, 0, (1 - share) * width / 2], [0, share, (1 - share) * height / 2], [0, 0, 1]])
    return np.asarray(away @ view)


def look(sheet: Pixels, table: Pixels, ink: Ink, view: View) -> tuple[Pixels, Ink]:
    """The sheet warped onto the table by ``view``, and the ink warped alike."""
    size = (sheet.shape[1], sheet.shape[0])
    pixels = cv2.warpPerspective(
        sheet, view, size, dst=table.copy(), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT
    )
    return np.asarray(pixels, np.uint8), np.asarray(cv2.warpPerspective(ink, view, size), np.uint8)


def develop(pixels: Pixels, camera: Camera, unit: float, rng: np.random.Generator) -> Pixels:
    """Apply blur, size, sensor noise and compression. ``unit`` is the digits' height in pixels."""
    if camera.blur:
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), max(0.5, camera.blur * unit)), np.uint8)
    pixels = resized(pixels, camera.scale)
    if camera.noise:
        pixels = _noisy(pixels, camera, rng)
    return jpeg_compressed(pixels, camera.quality) if camera.quality else pixels


def resized(pixels: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    """Resize by ``scale``, to at least one pixel each way."""
    if scale == 1.0:
        return pixels
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, size, interpolation=how), np.uint8)


def jpeg_bytes(pixels: Pixels, quality: int) -> bytes:
    """RGB pixels (h, w, 3) as a JPEG file; ``quality`` of 100."""
    _, content = cv2.imencode(".jpg", pixels[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return content.tobytes()


def jpeg_compressed(pixels: Pixels, quality: int) -> Pixels:
    """Encode as JPEG and decode again."""
    content = np.frombuffer(jpeg_bytes(pixels, quality), np.uint8)
    return np.ascontiguousarray(np.asarray(cv2.imdecode(content, cv2.IMREAD_COLOR), np.uint8)[:, :, ::-1])


def moire(width: int, height: int, strength: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """Interference of a screen's pixels with the sensor's as a factor around 1, (height, width, 3) float32."""
    y, x = np.mgrid[0 : (height + 1) // 2, 0 : (width + 1) // 2].astype(np.float32) * 2
    bands = []
    for _ in range(2):
        across, down = rng.normal(0, 0.14, 2)
        bow = rng.normal(0, 0.00006, 2)
        bands.append(across * x + down * y + bow[0] * x * x + bow[1] * y * y)
    phase = rng.uniform(0, 1.2, 3)
    channels = [strength * (np.sin(bands[0] + shift) + 0.6 * np.sin(bands[1] - shift)) + 1 for shift in phase]
    fringes = cv2.merge([channel.astype(np.float32) for channel in channels])
    return np.asarray(cv2.resize(fringes, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def _noisy(pixels: Pixels, camera: Camera, rng: np.random.Generator) -> Pixels:
    """Sensor noise: mostly of brightness, a little of colour."""
    height, width = pixels.shape[:2]
    bright = grains(height, width, rng, size=camera.grain) * np.float32(camera.noise)
    channels = [
        cv2.add(
            channel, cv2.scaleAdd(grains(height, width, rng, size=camera.grain), 0.5 * camera.noise, bright), dtype=0
        )
        if camera.noise > 4
        else cv2.add(channel, bright, dtype=0)
        for channel in cv2.split(pixels)
    ]
    return np.asarray(cv2.merge(channels), np.uint8)
