"""Notes on dark or busy ground, several people's writing on one page, very large and very small digits."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from training.synthesis.contexts import amounts, codes, dates, sums
from training.synthesis.contexts.draft import Draft
from training.synthesis.contexts.lists import word
from training.synthesis.paper import Pixels, table
from training.synthesis.pens import grains

_NOTE_PAPERS = ((250, 240, 150), (252, 214, 220), (206, 232, 208), (204, 224, 246), (250, 218, 176), (248, 247, 244))


def jotting(rng: np.random.Generator) -> str:
    """One line of anything with digits in it."""
    kinds = (
        lambda: codes.digits(rng, 1, 6),
        lambda: codes.phone_text(rng),
        lambda: sums.sum_text(rng),
        lambda: dates.date_text(rng),
        lambda: dates.time_text(rng),
        lambda: amounts.amount_text(rng),
        lambda: amounts.measure_text(rng),
    )
    return kinds[int(rng.choice(len(kinds), p=[0.34, 0.14, 0.14, 0.12, 0.08, 0.1, 0.08]))]()


def _jot(draft: Draft, rows: int) -> None:
    rng, pitch = draft.rng, float(draft.rng.uniform(1.4, 2.2))
    for row in range(rows):
        place, x, y = draft.new_row(), 0.0, row * pitch
        if rng.random() < 0.2:
            x = draft.put(draft.writer.words(word(rng)), x, y, row=place) + 0.7
        draft.put(draft.writer.line(jotting(rng)), x, y, row=place, gap=True)


def notes(draft: Draft) -> None:
    """A note of a few lines on a dark or busy table."""
    rng = draft.rng
    scene = draft.scene
    if sum(scene.paper.colour) > 330 and rng.random() < 0.6:
        scene = replace(scene, paper=replace(scene.paper, colour=_NOTE_PAPERS[rng.integers(len(_NOTE_PAPERS))]))
    camera = replace(scene.camera, roll=float(rng.normal(0, 7)), tilt=float(rng.uniform(0, 0.12)))
    draft.scene = replace(scene, camera=camera)
    draft.fill, draft.margin, draft.cut_out, draft.least = (0.6, 0.95), (0.2, 0.6), 0.0, 18.0
    draft.ground = busy_ground if rng.random() < 0.55 else dark_ground
    _jot(draft, int(rng.integers(1, 7)))


def several_writers(draft: Draft) -> None:
    """Each number by another person, with another pen and in another size."""
    rng = draft.rng
    writers = [draft.writer, *(draft.another_writer(_pen(draft)) for _ in range(int(rng.integers(1, 4))))]
    pitch = float(rng.uniform(1.6, 2.4))
    for row in range(int(rng.integers(2, 6))):
        place, x = draft.new_row(), 0.0
        for _ in range(int(rng.choice([1, 1, 2, 3]))):
            writer, size = writers[rng.integers(len(writers))], float(rng.uniform(0.6, 1.25))
            text = codes.digits(rng, 1, 5) if rng.random() < 0.6 else jotting(rng)
            line = writer.line(text, size=size)
            x = draft.put(line, x, row * pitch + 1 - size, row=place, gap=True) + float(rng.uniform(0.8, 2))


def _pen(draft: Draft) -> str:
    if sum(draft.scene.paper.colour) < 330:
        return draft.scene.pen.name
    return str(draft.rng.choice(["ball pen", "pencil", "fine liner", "marker"]))


def big_digits(draft: Draft) -> None:
    """One to four digits that fill the frame, often with a thick pen on rough paper."""
    rng = draft.rng
    draft.fill, draft.cut_out = (0.75, 0.97), 0.6
    texture = float(rng.uniform(0.01, 0.05)) if rng.random() < 0.4 else draft.scene.paper.texture
    draft.scene = replace(draft.scene, paper=replace(draft.scene.paper, texture=texture))
    draft.add(draft.writer.line(codes.digits(rng, 1, 4)), 0, 0)


def small_digits(draft: Draft) -> None:
    """A line or a few, small on a large photo."""
    rng = draft.rng
    draft.frames = ((1280, 960), (960, 1280), (1280, 720))
    draft.fill, draft.cut_out = (0.12, 0.4), 0.0
    draft.least = float(rng.uniform(14, 26))
    _jot(draft, int(rng.integers(1, 5)))


def dark_ground(width: int, height: int, rng: np.random.Generator) -> Pixels:
    """A dark table."""
    share = float(rng.uniform(0.2, 0.6))
    return np.asarray(cv2.convertScaleAbs(table(width, height, rng), alpha=share), np.uint8)


def busy_ground(width: int, height: int, rng: np.random.Generator) -> Pixels:
    """Cloth with stripes or checks, flecked stone, or a table with dark and bright things on it."""
    ground = table(width, height, rng)
    kind = int(rng.integers(4))
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    if kind < 2:
        pitch, angle = float(rng.uniform(8, 60)), float(rng.uniform(0, np.pi))
        waves = np.sin((x * np.cos(angle) + y * np.sin(angle)) * 2 * np.pi / pitch)
        if kind:
            waves = waves * np.sin((y * np.cos(angle) - x * np.sin(angle)) * 2 * np.pi / pitch)
        return np.asarray(np.clip(ground + (np.sign(waves) * rng.uniform(8, 50))[:, :, None], 0, 255), np.uint8)
    if kind == 2:
        flecks = sum(grains(height, width, rng, size=float(s)) * rng.uniform(4, 20) for s in (2, 5, 15))
        return np.asarray(np.clip(ground + np.asarray(flecks)[:, :, None], 0, 255), np.uint8)
    for _ in range(int(rng.integers(4, 14))):
        centre = (int(rng.integers(width)), int(rng.integers(height)))
        size = (float(rng.uniform(0.04, 0.6) * width), float(rng.uniform(0.02, 0.2) * height))
        corners = cv2.boxPoints((centre, size, float(rng.uniform(0, 180)))).astype(np.int32)
        cv2.fillPoly(ground, [corners], rng.integers(0, 256, 3).tolist(), cv2.LINE_AA)
    return ground
