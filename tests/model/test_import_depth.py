"""How many modules of recognition one has to know to follow one of them."""

from __future__ import annotations

from functools import cache

import grimp

DEEPEST = 8  # modules that import each other in a row


def test_no_module_stands_on_more_than_seven_others_in_a_row() -> None:
    graph = grimp.build_graph("model")

    @cache
    def depth(module: str) -> int:
        return 1 + max(map(depth, graph.find_modules_directly_imported_by(module)), default=0)

    assert max(map(depth, graph.modules)) == DEEPEST
