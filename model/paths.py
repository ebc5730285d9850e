"""Segmentation lattice: the best path through all ways to cut regions apart and to put pieces together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from model.cuts import Split
from model.found import Found, Judge, judged
from model.ink import Ink
from model.reading import Box
from model.segment import Place, around, rows

_MOST_PIECES = 4  # of which one digit may be put together
_SEARCHED = 60  # places; where there are more, none is cut
_DOUBTFUL = 0.8  # likeness below which other ways to cut and join are tried
_WIDE = 0.6  # of the height: what two digits that run together take at least
_CLEAR = 0.9  # likeness from which a digit leaves nothing to try
_ONE = 0.97  # likeness from which it is one digit for all its width
_SEEMING = -1.5  # the most that one piece which looks like a digit speaks against leaving all of them out
_JUNK = -0.7  # score of taking what might be cut for no digit at all, beside its likeness

Spans = tuple[tuple[int, int], ...]  # of pieces: (first, after last)


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """What is read: its ``ink``, by which ``judge``, how high its digits are, and how many, where that is known."""

    ink: Ink
    judge: Judge
    height: float
    count: int | None


@dataclass(frozen=True, slots=True, eq=False)
class _Atom:
    """A piece that is not cut further: a whole place, or a slice of one.

    ``slices`` is into how many pieces the ``whole`` was cut, for the first of them; 0 for the others.
    """

    place: Place
    row: int
    whole: Found
    slices: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """What reads best where wide places are cut in one way: ``rows`` of digits, their ``score``, and whether anything
    wide was left out or reads badly (``doubtful``); ``weighed`` are all candidates that were scored."""

    rows: list[list[Found]]
    score: float
    doubtful: bool
    weighed: list[Found]

    @property
    def digits(self) -> int:
        return sum(map(len, self.rows))

    def is_whole(self, count: int | None) -> bool:
        """Whether nothing is left to try: all is read, and reads well."""
        return not self.doubtful if count is None else self.digits == count

    def rank(self, count: int | None) -> tuple[int, float]:
        return (0 if count is None else -abs(self.digits - count)), self.score


def best_path(fits: Sequence[Found], sheet: Sheet, split: Split) -> Path:
    """Find the best way through places of the digits' size; ``split`` says how wide ones come apart."""
    by_place = {id(each.place): each for each in fits}
    whole = len(fits) > _SEARCHED
    atoms = [
        atom
        for row, line in enumerate(rows([each.place for each in fits]))
        for place in line
        for atom in _atoms(by_place[id(place)], row, sheet, _whole if whole else split)
    ]
    edges = _edges(atoms, sheet)
    score, path = _best(atoms, edges, sheet.count)
    chosen: dict[int, list[Found]] = {}
    for start, stop in path:
        chosen.setdefault(atoms[start].row, []).append(edges[start, stop])
    read = {at for start, stop in path for at in range(start, stop) if edges[start, stop].likeness > _CLEAR}
    doubtful = any(at not in read and _is_wide(atom.whole, sheet) for at, atom in enumerate(atoms))
    return Path([chosen[row] for row in sorted(chosen)], score, doubtful, list(edges.values()))


def _whole(place: Place, _ink: Ink) -> list[Place]:
    return [place]


def _atoms(found: Found, row: int, sheet: Sheet, split: Split) -> list[_Atom]:
    pieces = split(found.place, sheet.ink) if _is_wide(found, sheet) else [found.place]
    return [_Atom(piece, row, found, len(pieces) if i == 0 else 0) for i, piece in enumerate(pieces)]


def _is_wide(found: Found, sheet: Sheet) -> bool:
    """Tell what may be several digits that run together."""
    box = found.place.box
    if box.width <= _WIDE * max(sheet.height, 0.6 * box.height) or box.height <= 0.5 * sheet.height:
        return False
    return found.likeness < _ONE or box.width > 1.3 * box.height or sheet.count is not None


def _edges(atoms: Sequence[_Atom], sheet: Sheet) -> dict[tuple[int, int], Found]:
    """Judge all ways to put up to four neighbouring pieces together: (first, after last) -> what they make."""
    edges = {(i, i + atom.slices): atom.whole for i, atom in enumerate(atoms) if atom.slices}
    spans = [
        (i, j)
        for i in range(len(atoms))
        for j in range(i + 1, min(i + _MOST_PIECES, len(atoms)) + 1)
        if (i, j) not in edges and _may_join(atoms[i:j], sheet)
    ]
    places = [Place.of(*(mark for atom in atoms[i:j] for mark in atom.place.marks)) for i, j in spans]
    return {**edges, **dict(zip(spans, judged(places, sheet.ink, sheet.judge), strict=True))}


def _may_join(atoms: Sequence[_Atom], sheet: Sheet) -> bool:
    if len(atoms) == 1:
        return True
    if len({atom.row for atom in atoms}) > 1:
        return False
    if sheet.count is None and all(atom.slices == 1 and atom.whole.likeness > _DOUBTFUL for atom in atoms):
        return False
    boxes = [atom.place.box for atom in atoms]
    whole = around(boxes)
    gaps = [_gap(a, b) for a, b in pairwise(boxes)]
    return whole.width <= 1.6 * sheet.height and whole.height <= 2.2 * sheet.height and max(gaps) <= 0.3 * whole.height


def _gap(a: Box, b: Box) -> int:
    return b.x - (a.x + a.width)


def _best(atoms: Sequence[_Atom], edges: Mapping[tuple[int, int], Found], count: int | None) -> tuple[float, Spans]:
    """Find the best path through the pieces by dynamic programming: each is part of a digit, or left out.

    Each state holds, for the pieces so far, the best score with n digits and the spans of those digits; where their
    count is free, n is left at 0.
    """
    states: list[dict[int, tuple[float, Spans]]] = [{0: (0.0, ())}]
    for stop in range(1, len(atoms) + 1):
        options: dict[int, tuple[float, Spans]] = {}
        for start in range(max(0, stop - _MOST_PIECES - 1), stop):
            if atoms[start].slices == stop - start:
                loss = _left_out(atoms[start], [edges.get((at, at + 1)) for at in range(start, stop)])
                for digits, (score, path) in states[start].items():
                    _keep(options, digits, score + loss, path)
            edge = edges.get((start, stop))
            if edge is not None:
                for digits, (score, path) in states[start].items():
                    more = digits + 1 if count is not None else 0
                    _keep(options, more, score + edge.score, (*path, (start, stop)))
        states.append(options)
    last = states[-1]
    return last[0 if count is None else min(last, key=lambda digits: (abs(digits - count), digits > count))]


def _left_out(atom: _Atom, pieces: Sequence[Found | None]) -> float:
    """Score leaving a whole place out; where it came apart into much that looks like digits, hardly."""
    if len(pieces) == 1:
        return atom.whole.loss
    digits = [max(_SEEMING, piece.loss) for piece in pieces if piece is not None and not piece.is_narrow]
    return atom.whole.loss + _JUNK + sum(digits)


def _keep(options: dict[int, tuple[float, Spans]], digits: int, score: float, path: Spans) -> None:
    if digits not in options or options[digits][0] < score:
        options[digits] = (score, path)
