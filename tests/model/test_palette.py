"""The palette: any two colours that mean different things look different, to the colour-blind too."""

from __future__ import annotations

from itertools import combinations

import pytest

from bot.pictures.mark_styles import NUMBER_STYLE, SURE_STYLE, UNREAD_STYLE, UNSURE_STYLE, MarkStyle
from model import palette
from tests.colour_difference import VISION, Lab, ciede2000, contrast, lab

# Table 1 of Sharma, Wu and Dalal (2005): pairs that wrong implementations fail.
PUBLISHED: tuple[tuple[Lab, Lab, float], ...] = (
    ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
    ((50.0, 3.1571, -77.2803), (50.0, 0.0, -82.7485), 2.8615),
    ((50.0, 2.8361, -74.0200), (50.0, 0.0, -82.7485), 3.4412),
    ((50.0, -1.3802, -84.2814), (50.0, 0.0, -82.7485), 1.0000),
    ((50.0, -1.1848, -84.8006), (50.0, 0.0, -82.7485), 1.0000),
    ((50.0, -0.9009, -85.5211), (50.0, 0.0, -82.7485), 1.0000),
    ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
    ((50.0, -1.0, 2.0), (50.0, 0.0, 0.0), 2.3669),
    ((50.0, 2.4900, -0.0010), (50.0, -2.4900, 0.0009), 7.1792),
    ((50.0, 2.4900, -0.0010), (50.0, -2.4900, 0.0010), 7.1792),
    ((50.0, 2.4900, -0.0010), (50.0, -2.4900, 0.0011), 7.2195),
    ((50.0, 2.4900, -0.0010), (50.0, -2.4900, 0.0012), 7.2195),
    ((50.0, -0.0010, 2.4900), (50.0, 0.0009, -2.4900), 4.8045),
    ((50.0, -0.0010, 2.4900), (50.0, 0.0010, -2.4900), 4.8045),
    ((50.0, -0.0010, 2.4900), (50.0, 0.0011, -2.4900), 4.7461),
    ((50.0, 2.5, 0.0), (50.0, 0.0, -2.5), 4.3065),
    ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
)


@pytest.mark.parametrize(("one", "other", "difference"), PUBLISHED)
def test_the_measure_gives_the_published_differences(one: Lab, other: Lab, difference: float) -> None:
    assert ciede2000(one, other) == pytest.approx(difference, abs=5e-5)


def test_red_and_green_look_alike_without_one_kind_of_cone() -> None:
    def difference(vision: str) -> float:
        return ciede2000(lab("#d4604d", vision), lab("#a8bf6a", vision))

    assert difference("deuteranopia") < difference("normal") / 2
    assert lab("#808080", "protanopia") == pytest.approx(lab("#808080"), abs=0.01)


@pytest.mark.parametrize("vision", VISION)
def test_colours_of_different_meaning_differ_by_more_than_twenty(vision: str) -> None:
    seen = {name: lab(colour, vision) for name, colour in palette.MEANINGS.items()}
    alike = {
        pair: round(ciede2000(seen[pair[0]], seen[pair[1]]), 1)
        for pair in combinations(seen, 2)
        if ciede2000(seen[pair[0]], seen[pair[1]]) <= 20
    }
    assert not alike


@pytest.mark.parametrize("style", [SURE_STYLE, UNSURE_STYLE, UNREAD_STYLE, NUMBER_STYLE])
def test_what_is_written_on_a_label_can_be_read(style: MarkStyle) -> None:
    """WCAG 2 asks for 4.5. The rim has the same colour, so an outline stands out on paper of its own colour too."""
    assert contrast(style.colour, style.contrast) >= 4.5
