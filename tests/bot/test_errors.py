"""Every exception of a package has one root, and one sentence for a person."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

import pytest

import bot
import storage
from bot.errors import BotError
from bot.handlers.error_handler import _sentence
from bot.messages.texts import texts_for
from storage.errors import CorrectionError, CorrectionProblem, DatabaseFull, LeaseLost, RunInProgress, StorageError


def exceptions_of(package: ModuleType) -> set[type[BaseException]]:
    names = [
        package.__name__,
        *(found.name for found in pkgutil.walk_packages(package.__path__, package.__name__ + ".")),
    ]
    modules = [importlib.import_module(name) for name in names if "migrations" not in name]
    return {
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, BaseException)
        and value.__module__ == module.__name__
        and not issubclass(value, AssertionError)  # what the client for tests raises is for pytest
    }


@pytest.mark.parametrize(("package", "root"), [(bot, BotError), (storage, StorageError)], ids=["bot", "storage"])
def test_every_exception_of_a_package_derives_from_its_root(package: ModuleType, root: type[Exception]) -> None:
    exceptions = exceptions_of(package)
    assert len(exceptions) > 10
    assert [error for error in exceptions if not issubclass(error, root)] == []


@pytest.mark.parametrize(
    "error", [*map(CorrectionError, CorrectionProblem), RunInProgress(12), LeaseLost(), DatabaseFull()], ids=repr
)
def test_a_storage_error_says_one_sentence(error: StorageError) -> None:
    assert str(error)[0].isupper()
    assert str(error).endswith(".")
    assert str(error).count(".") == 1


@pytest.mark.parametrize(
    ("error", "is_trouble"), [(DatabaseFull(), True), (CorrectionError(CorrectionProblem.GONE), False)], ids=repr
)
def test_a_refused_request_is_not_told_as_database_trouble(error: StorageError, is_trouble: bool) -> None:
    assert ("database" in _sentence(texts_for("en"), error, "1a2b")) is is_trouble


@pytest.mark.parametrize("package", ["bot", "storage", "bot.handlers", "bot.messages", "bot.photos"])
def test_a_package_names_modules_that_are_there(package: str) -> None:
    module = importlib.import_module(package)
    for name in module.__all__:
        importlib.import_module(f"{package}.{name}")
