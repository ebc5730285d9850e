"""Whether a photo that was read again, for as many digits as somebody gave, convinces by itself.

The search for a requested count takes whatever comes nearest to it: it cuts clear digits apart, joins them and leaves
them out, and is often sure of what comes of that. Labels given in order would then stand under the wrong images.
"""

from __future__ import annotations

from typing import Final

from model.reading import Digit, Reading

SAME_BOX: Final = 0.7  # intersection over union from which two boxes hold the same digit
SAME_MARK: Final = 0.5  # and from which a digit is a mark that was left unread
OVERLOOKED: Final = 0.2  # share of a digit's box, up to which another may cover it where it is no part of that one


def is_convincing(second: Reading, first: Reading) -> bool:
    """Whether ``second``, read for a requested count, may take the place of ``first``, read without one.

    It may where all of its digits are sure and the first reading was not, and where each digit that the first was sure
    of is still there as it was: only what was doubtful before anybody gave a count is cut, joined or left out.
    """
    return second.sure and not first.sure and all(_is_kept(digit, second) for digit in first.digits if digit.sure)


def _is_kept(digit: Digit, reading: Reading) -> bool:
    return any(other.label == digit.label and digit.box.overlap(other.box) >= SAME_BOX for other in reading.digits)


def overlooked(second: Reading, first: Reading) -> tuple[int, ...]:
    """The positions of those digits of ``second`` where ``first`` read nothing."""
    return tuple(
        position
        for position, digit in enumerate(second.digits)
        if all(digit.box.shared(other.box) <= OVERLOOKED * digit.box.area for other in first.digits)
    )


def only_adds(second: Reading, first: Reading) -> bool:
    """Whether ``second`` has all digits of ``first`` as they were, and beside them only whole marks that ``first`` left
    unread: then nothing was split or joined to fit a count."""
    added = overlooked(second, first)
    is_kept = len(second.digits) - len(added) == len(first.digits) and all(
        _is_kept(digit, second) for digit in first.digits
    )
    marks = (second.digits[position].box for position in added)
    return is_kept and all(any(box.overlap(mark) >= SAME_MARK for mark in first.unread) for box in marks)
