from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from training.arguments import RecipeName

pytest.importorskip("tensorflow", reason="needs the train extra")


def test_every_recipe_can_be_asked_for_by_its_name() -> None:
    from training.classifier.recipes import RECIPES

    assert list(RECIPES) == [str(name) for name in RecipeName]
    assert all(name == recipe.name for name, recipe in RECIPES.items())


@pytest.mark.parametrize("name", list(RecipeName))
def test_every_network_takes_digit_images_and_has_features(name: RecipeName) -> None:
    from training.classifier.recipes import RECIPES

    model = RECIPES[name].build()
    assert model.input.shape == (None, 28, 28)
    assert model.input.dtype == "uint8"
    assert model.output.shape == (None, 10)
    assert len(model.get_layer("features").output.shape) == 2


def test_the_digits_network_has_the_size_it_is_said_to_have() -> None:
    from training.classifier.recipes import RECIPES

    model = RECIPES["digits"].build()
    assert model.count_params() == 604_650
    assert model.get_layer("features").output.shape == (None, 64)


def test_arguments_are_read_without_tensorflow() -> None:
    code = "import sys, training.__main__; print('tensorflow' in sys.modules, 'keras' in sys.modules)"
    root = Path(__file__).parents[3]
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=root)
    assert told.stdout.split() == ["False", "False"]
