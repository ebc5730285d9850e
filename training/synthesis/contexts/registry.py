"""All contexts by name, and pages of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from training.synthesis.conditions import CONDITIONS, Group, applied, mixed
from training.synthesis.contexts import dates, forms, grids, sums
from training.synthesis.contexts.draft import Draft
from training.synthesis.contexts.rendering import render
from training.synthesis.pages import Page
from training.synthesis.scene import Camera, Light, Paper, Scene, everyday
from training.synthesis.writers import SampleDigits

Context = Callable[[Draft], None]
PREFIX = "context:"

CONTEXTS: Mapping[str, Context] = {
    "dates": dates.dates,
    "times": dates.times,
    "sums": sums.sums,
    "equations": sums.equations,
    "column-sums": sums.column_sums,
    "fractions": sums.fractions,
    "form-boxes": forms.boxes,
    "form-combs": forms.combs,
    "form-lines": forms.lines,
    "form-fields": forms.fields,
    "sudoku": grids.sudoku,
    "dense-pages": grids.dense,
}
# What these change a context says itself, and a page held wrongly or a thumbnail may not tell enough.
_LEFT_OUT = (Group.FORM, Group.LAYOUT, Group.FILE)


def generate(
    seed: int | np.random.Generator | Sequence[int],
    context: str | None = None,
    conditions: Sequence[str] | None = None,
    *,
    sample_digits: SampleDigits | None = None,
) -> Page:
    """A page of a context of ``CONTEXTS`` (KeyError for others; None: any) under those conditions (None: a random
    mixture); the same seed and arguments give the same pixels. ``sample_digits`` are written with on half of the pages.
    """
    rng = np.random.default_rng(seed)
    context = str(rng.choice(list(CONTEXTS))) if context is None else context
    names = _mixture(rng) if conditions is None else tuple(conditions)
    scene = applied(everyday(rng), names, rng)
    scene = _medium(scene, rng) if not names else scene
    draft = Draft(scene, rng, sample_digits if rng.random() < 0.5 else None)
    CONTEXTS[context](draft)
    _keep_legible(draft)
    return render(draft, (PREFIX + context, *names))


def _mixture(rng: np.random.Generator) -> tuple[str, ...]:
    return tuple(name for name in mixed(rng) if CONDITIONS[name].group not in _LEFT_OUT)


def _medium(scene: Scene, rng: np.random.Generator) -> Scene:
    """A page without conditions is a photo, a scan, or drawn on a screen."""
    kind = rng.choice(["photo", "scan", "drawn"], p=[0.5, 0.3, 0.2])
    if kind == "photo":
        return scene
    camera = Camera(noise=0.0, quality=int(rng.integers(50, 95)))
    light = Light(level=1.0, slope=0.0)
    if kind == "scan":
        return replace(scene, camera=replace(camera, noise=float(rng.uniform(0, 2))), light=light,
                       paper=replace(scene.paper, colour=(255, 255, 255), texture=0.0))  # fmt: skip
    dark = rng.random() < 0.5
    colours: tuple[tuple[int, int, int], ...] = ((0, 0, 0),) if dark else ((255, 255, 255), (240, 240, 236))
    return replace(
        scene,
        camera=camera,
        light=light,
        pen=replace(scene.pen, grain=0.0, opacity=(1.0, 1.0), swell=0.05),
        ink=(255, 255, 255) if dark else scene.ink,
        paper=Paper(colour=colours[rng.integers(len(colours))], texture=0.0),
    )


def _keep_legible(draft: Draft) -> None:
    """A poor camera needs larger digits: pixels of a unit at least."""
    camera = draft.scene.camera
    least = max(draft.least, 24.0 if camera.quality and camera.quality < 30 else 0.0, 2.0 * camera.noise)
    draft.least = max(least, 20.0 if camera.blur else 0.0) / min(1.0, camera.scale)
