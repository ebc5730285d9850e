"""Domain-randomization conditions of capture and layout (view, lens, file, arrangement), each a change to a scene."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from training.synthesis import appearance_conditions
from training.synthesis.scene import Change, Contact, Edge, Occlusion, Scene


def out_of_focus(scene: Scene, rng: np.random.Generator) -> Scene:
    """Blurred, yet readable."""
    layout = replace(scene.layout, size=max(0.12, scene.layout.size))
    return replace(scene, layout=layout, camera=replace(scene.camera, blur=float(rng.uniform(0.03, 0.065))))


def webcam_noise(scene: Scene, rng: np.random.Generator) -> Scene:
    """A noisy sensor at 640 x 480."""
    camera = replace(scene.camera, noise=float(rng.uniform(7, 16)), grain=float(rng.uniform(1, 1.8)), quality=70)
    return replace(
        scene, width=640, height=480, camera=camera, layout=replace(scene.layout, size=max(0.1, scene.layout.size))
    )


def jpeg_blocks(scene: Scene, rng: np.random.Generator) -> Scene:
    """JPEG compression strong enough to show its blocks."""
    layout = replace(scene.layout, size=max(0.1, scene.layout.size))
    return replace(scene, layout=layout, camera=replace(scene.camera, quality=int(rng.integers(8, 22))))


def tiny_digits(scene: Scene, rng: np.random.Generator) -> Scene:
    """Digits of 2 to 4.5 % of the frame."""
    width, height = (1280, 960) if rng.random() < 0.5 else (960, 1280)
    layout = replace(scene.layout, size=float(rng.uniform(0.021, 0.045)))
    return replace(scene, width=width, height=height, layout=layout)


def frame_filling(scene: Scene, rng: np.random.Generator) -> Scene:
    """One digit of 70 to 90 % of the frame."""
    layout = replace(scene.layout, size=float(rng.uniform(0.7, 0.9)), rows=(1, 1), digits=(1, 1))
    return replace(scene, layout=layout)


def edge(how: Edge) -> Change:
    """Digits at the edge of the frame or over it."""

    def change(scene: Scene, _rng: np.random.Generator) -> Scene:
        size = float(np.clip(scene.layout.size, 0.12, 0.6))
        return replace(scene, layout=replace(scene.layout, edge=how, size=size), camera=replace(scene.camera, roll=0.0))

    return change


def slanted_lines(scene: Scene, rng: np.random.Generator) -> Scene:
    """Rows that rise or fall."""
    slant = float(rng.uniform(4, 14) * rng.choice([-1, 1]))
    return replace(scene, layout=replace(scene.layout, slant=slant, digits=(3, 7), size=float(rng.uniform(0.08, 0.2))))


def several_rows(scene: Scene, rng: np.random.Generator) -> Scene:
    """Two to five rows."""
    layout = replace(scene.layout, rows=(2, 5), digits=(1, 7), row_gap=(0.25, 0.8), size=float(rng.uniform(0.07, 0.16)))
    return replace(scene, layout=layout)


def uneven_spacing(scene: Scene, rng: np.random.Generator) -> Scene:
    """Wide and narrow gaps, digits of different size."""
    layout = replace(
        scene.layout,
        rows=(1, 3),
        digits=(2, 6),
        gap=(0.1, 1.6),
        row_gap=(0.35, 1.3),
        ragged=0.08,
        size=float(rng.uniform(0.07, 0.2)),
    )
    return replace(scene, layout=layout)


def contact(how: Contact) -> Change:
    """Neighbours that touch or overlap."""

    def change(scene: Scene, rng: np.random.Generator) -> Scene:
        layout = replace(scene.layout, contact=how, digits=(2, 4), rows=(1, 1), size=float(rng.uniform(0.12, 0.4)))
        return replace(scene, layout=layout)

    return change


def broken_strokes(scene: Scene, rng: np.random.Generator) -> Scene:
    """Strokes with gaps: a separate bar of a 5, an open 4, dotted and dashed lines."""
    size = float(rng.uniform(0.15, 0.5))
    layout = replace(scene.layout, breaks=0.6, forms={5: ("broken bar",), 4: ("open", "wide open")}, size=size)
    return replace(appearance_conditions.pen("ball pen" if rng.random() < 0.5 else "pencil")(scene, rng), layout=layout)


def form(label: int, *names: str) -> Change:
    """A page that holds the digit ``label``, written in one of the forms of those names."""

    def change(scene: Scene, _rng: np.random.Generator) -> Scene:
        return replace(scene, layout=replace(scene.layout, forms={label: names}))

    return change


def table_edge(scene: Scene, rng: np.random.Generator) -> Scene:
    """The whole sheet, and the table around it."""
    camera = replace(
        scene.camera,
        margin=float(rng.uniform(0.12, 0.4)),
        roll=float(rng.normal(0, 6)),
        tilt=float(rng.uniform(0, 0.05)),
    )
    return replace(scene, camera=camera)


def fingers(scene: Scene, _rng: np.random.Generator) -> Scene:
    """Occlusion: fingertips that hold the sheet."""
    return replace(
        scene, occlusions=(Occlusion.FINGERS,), layout=replace(scene.layout, size=min(scene.layout.size, 0.4))
    )


def second_sheet(scene: Scene, _rng: np.random.Generator) -> Scene:
    """Occlusion: another sheet in view."""
    return replace(
        scene, occlusions=(Occlusion.SHEET,), layout=replace(scene.layout, size=min(scene.layout.size, 0.35))
    )


def perspective(scene: Scene, rng: np.random.Generator) -> Scene:
    """Photographed from the side."""
    camera = replace(scene.camera, tilt=float(rng.uniform(0.08, 0.2)), roll=float(rng.normal(0, 4)))
    if rng.random() < 0.5:
        camera = replace(camera, margin=float(rng.uniform(0.02, 0.15)))
    return replace(scene, camera=camera)


def turned(turns: int) -> Change:
    """A page rotated by so many clockwise quarter turns."""

    def change(scene: Scene, _rng: np.random.Generator) -> Scene:
        layout = replace(scene.layout, digits=(4, 7), upright=True, size=min(scene.layout.size, 0.3))
        return replace(scene, layout=layout, camera=replace(scene.camera, turns=turns))

    return change


def twelve_megapixels(scene: Scene, rng: np.random.Generator) -> Scene:
    """A file of 4000 x 3000 pixels, as cameras write."""
    width, height = (1000, 750) if rng.random() < 0.5 else (750, 1000)
    return replace(scene, width=width, height=height, camera=replace(scene.camera, scale=4.0, grain=2.0, noise=3.0))


def thumbnail(scene: Scene, rng: np.random.Generator) -> Scene:
    """90 pixels on the longer side."""
    width, height = (360, 270) if rng.random() < 0.5 else (270, 360)
    layout = replace(scene.layout, size=float(rng.uniform(0.3, 0.75)), digits=(1, 3), rows=(1, 1))
    camera = replace(scene.camera, scale=0.25, quality=int(rng.integers(60, 90)))
    return replace(scene, width=width, height=height, layout=layout, camera=camera)
