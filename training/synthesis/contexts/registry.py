"""All contexts by name, and pages of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from training.synthesis.conditions import CONDITIONS, Group, applied, mixed
from training.synthesis.contexts import (
    amounts,
    cheques,
    codes,
    dates,
    forms,
    grids,
    lists,
    notes,
    overwritten,
    sums,
    written_tables,
)
from training.synthesis.contexts.draft import Draft
from training.synthesis.contexts.media import any_medium, binarised, is_scan, rule_page, takes_ruling
from training.synthesis.contexts.page_rendering import render
from training.synthesis.pages import UPRIGHT_DIGITS, Page
from training.synthesis.scene import everyday
from training.synthesis.writers import SampleDigits

Context = Callable[[Draft], None]
CONTEXT_PREFIX = "context:"

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
    "amounts": amounts.amounts,
    "units": amounts.units,
    "phones": codes.phones,
    "codes": codes.codes,
    "post-codes": codes.post_codes,
    "rows": codes.rows,
    "lists": lists.lists,
    "text-lines": lists.text_lines,
    "headed": lists.headed,
    "tables": written_tables.tables,
    "score-sheets": written_tables.score_sheets,
    "cheques": cheques.cheques,
    "notes": notes.notes,
    "several-writers": notes.several_writers,
    "struck-out": overwritten.struck_out,
    "overwritten": overwritten.overwritten,
    "big-digits": notes.big_digits,
    "small-digits": notes.small_digits,
}
# What these change a context says itself.
_LEFT_OUT = (Group.FORM, Group.LAYOUT)
# How often a page stands on ruled lines, and how many of the scans are black and white only.
_RULED, _BINARISED = 0.15, 0.4


def render_context_page(
    seed: int | np.random.Generator | Sequence[int],
    context: str | None = None,
    conditions: Sequence[str] | None = None,
    *,
    sample_digits: SampleDigits | None = None,
) -> Page:
    """A page of a context of ``CONTEXTS``; the same seed and arguments give the same pixels.

    ``context``: a name, None for any; ``conditions`` as in ``training.synthesis.conditions``, () for none, None for a
    random mixture; without any the page may be a scan or drawn on a screen. ``sample_digits`` are written with on half
    of the pages. Raises ``KeyError`` for an unknown name.
    """
    rng = np.random.default_rng(seed)
    context = str(rng.choice(list(CONTEXTS))) if context is None else context
    names = _mixture(rng) if conditions is None else tuple(conditions)
    scene = applied(everyday(rng), names, rng)
    scene = scene if names else any_medium(scene, rng)
    draft = Draft(scene, rng, sample_digits if rng.random() < 0.5 else None)
    CONTEXTS[context](draft)
    if conditions is None and scene.camera.turns and not _tells_way_up(draft):
        draft.scene = replace(draft.scene, camera=replace(draft.scene.camera, turns=0))
        names = tuple(name for name in names if not name.startswith("turned"))
    if takes_ruling(draft) and rng.random() < _RULED:
        rule_page(draft)
    _keep_legible(draft)
    page = render(draft, (CONTEXT_PREFIX + context, *names))
    if is_scan(draft.scene) and sum(draft.print_colour) < 340 and rng.random() < _BINARISED:
        return replace(page, pixels=binarised(page.pixels, rng))
    return page


def _mixture(rng: np.random.Generator) -> tuple[str, ...]:
    """Conditions of a page; half of those that would be held wrongly are not, and none is a thumbnail."""
    names = [name for name in mixed(rng) if CONDITIONS[name].group not in _LEFT_OUT and name != "thumbnail"]
    return tuple(name for name in names if not name.startswith("turned") or rng.random() < 0.5)


def _tells_way_up(draft: Draft) -> bool:
    """Whether somebody who holds the page wrongly sees it by its digits."""
    text = "".join(mark.character for mark in draft.marks if not mark.label)
    return len(text) >= 5 and sum(character in UPRIGHT_DIGITS for character in text) >= 2


def _keep_legible(draft: Draft) -> None:
    """A poor camera needs larger digits: pixels of a unit at least."""
    camera = draft.scene.camera
    least = max(draft.least, 28.0 if camera.quality and camera.quality < 30 else 0.0, 2.2 * camera.noise)
    draft.least = max(least, 22.0 if camera.blur else 0.0) / min(1.0, camera.scale)
