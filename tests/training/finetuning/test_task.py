from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from model.hypotheses.page_calibration import HYPOTHESIS_FEATURES
from model.model_bundle import ModelBundle
from storage import activations, model_versions, samples
from storage.database import Database
from storage.errors import WrongKey
from storage.keyring import Keyring
from storage.model_versions import NewVersion
from storage.samples import Sample
from storage.tables import NOT_A_DIGIT
from training.finetuning.task import Root, Task, load_task


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The environment that the bot gives its training process."""
    return {
        "DIGITBOT_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'digitbot.db'}",
        "DIGITBOT_KEY": Keyring.generate().to_text(),
    }


def fill(environment: dict[str, str], *, versions: tuple[NewVersion, ...] = (), active: str = "") -> None:
    """Ten samples, and model versions of which one is active."""

    async def write() -> None:
        keyring = Keyring.from_text(environment["DIGITBOT_KEY"])
        async with Database(environment["DIGITBOT_DATABASE_URL"], keyring) as database, database.write() as session:
            moment = datetime.now(UTC)
            await samples.add(session, [Sample(f"{n:032x}", bytes(784), n, moment) for n in range(10)])
            for version in versions:
                await model_versions.add(session, version, max_bytes=None)
            if active:
                await activations.activate(session, active)

    asyncio.run(write())


def store(environment: dict[str, str], new: list[Sample]) -> None:
    async def write() -> None:
        keyring = Keyring.from_text(environment["DIGITBOT_KEY"])
        async with Database(environment["DIGITBOT_DATABASE_URL"], keyring) as database, database.write() as session:
            await samples.add(session, new)

    asyncio.run(write())


def found(environment: dict[str, str]) -> Task:
    given = load_task(environment)
    assert given is not None
    return given


def test_without_a_database_there_is_no_task() -> None:
    assert load_task({}) is None
    assert load_task({"DIGITBOT_KEY": Keyring.generate().to_text()}) is None


def test_with_no_version_stored_the_base_model_is_active_and_root(environment: dict[str, str]) -> None:
    fill(environment)
    given = found(environment)
    assert len(given.corrections) == 10
    assert given.active == given.root.served == ModelBundle.base()
    assert given.root == Root.base()
    assert given.name == "base-3"


def test_training_starts_from_the_root_not_from_the_active_version(environment: dict[str, str]) -> None:
    base = Root.base()
    first = NewVersion("base-1", base.served.content, base.served.card.to_json(), base.keras)
    second = NewVersion("base-2", base.served.content, base.served.card.to_json(), b"its own", parent="base-1")
    fill(environment, versions=(first, second), active="base-2")
    given = found(environment)
    assert given.root == base
    assert given.active.content == base.served.content
    assert given.name == "base-3"


def test_what_is_no_digit_is_there_for_the_acceptance_decision_alone(environment: dict[str, str]) -> None:
    fill(environment)
    features = tuple(float(number) for number in range(len(HYPOTHESIS_FEATURES)))
    moment = datetime.now(UTC)
    marks = [Sample(f"{n:032x}", bytes(784), NOT_A_DIGIT, moment, hypothesis_features=features) for n in (20, 21)]
    digit = Sample(f"{22:032x}", bytes(784), 4, moment, hypothesis_features=features)
    store(environment, [*marks, digit, replace(marks[0], uid=f"{23:032x}", hypothesis_features=None)])
    given = found(environment)
    assert len(given.corrections) == 11
    assert given.hypotheses.uids == (marks[0].uid, marks[1].uid, digit.uid)
    assert given.hypotheses.is_digit.tolist() == [False, False, True]
    assert given.hypotheses.features.tolist() == [list(features)] * 3


@pytest.mark.parametrize("is_known", [True, False], ids=["its own", "the package's"])
def test_a_stored_base_has_its_own_calibration_or_that_of_the_package_where_it_lacks_information(
    environment: dict[str, str], *, is_known: bool
) -> None:
    base = Root.base()
    assert base.served.card.page_calibration is not None
    information = (1.0,) * len(base.served.card.page_calibration.digit) ** 2 if is_known else ()
    stored = replace(base.served.card.page_calibration, page=(-1.0,) * 10, information=information)
    card = replace(base.served.card, page_calibration=stored)
    fill(
        environment, versions=(NewVersion("base-1", base.served.content, card.to_json(), base.keras),), active="base-1"
    )
    expected = stored if is_known else base.served.card.page_calibration
    assert found(environment).root.served.card.page_calibration == expected


def test_a_wrong_key_is_refused(environment: dict[str, str]) -> None:
    fill(environment)
    environment["DIGITBOT_KEY"] = Keyring.generate().to_text()
    with pytest.raises(WrongKey):
        load_task(environment)


def test_training_starts_from_a_newer_base_of_the_package_and_is_compared_with_the_active_version(
    environment: dict[str, str], upgrade: Callable[[], str]
) -> None:
    old = Root.base()
    first = NewVersion("base-2", old.served.content, old.served.card.to_json(), old.keras)
    tuned = NewVersion("base-3", old.served.content, old.served.card.to_json(), b"its own", parent="base-2")
    name = upgrade()
    new = ModelBundle.base()
    newer = NewVersion(name, new.content, new.card.to_json(), old.keras)
    fill(environment, versions=(first, tuned, newer), active="base-3")
    given = found(environment)
    assert given.root.served == new
    assert given.active.content == old.served.content
    assert given.name == "base-10"
