"""The loop closes: corrections in the chat, /retrain, a better model that answers at once, and the way back."""

from __future__ import annotations

import asyncio
import io
import os
import re
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image
from sqlalchemy import update

from storage import model_versions, samples, training_runs
from storage.samples import Sample
from storage.tables import NOT_A_DIGIT, ModelVersion, utc_now
from tests.drawings import letter_s, plain_one

LONG = 240.0  # seconds; TensorFlow alone takes ten to start on a busy machine


@pytest.fixture
def odd_sevens() -> Callable[..., bytes]:
    """Pages of a writer who writes sevens like ones: an upright stroke with a short flag."""

    def draw(seed: int, count: int = 5) -> bytes:
        rng = np.random.default_rng(seed)
        page = np.full((300, 140 * count + 60, 3), 240, np.uint8)
        for place in range(count):
            x, lean = 90 + 140 * place + int(rng.integers(-8, 9)), int(rng.integers(-4, 8))
            top, bottom = 60 + int(rng.integers(-10, 11)), 240 + int(rng.integers(-10, 11))
            flag = (x - int(rng.integers(32, 40)), top + int(rng.integers(27, 35)))
            points = np.array([flag, (x, top), (x - lean, bottom)], np.int32)
            cv2.polylines(page, [points], isClosed=False, color=(40, 40, 40), thickness=int(rng.integers(9, 14)))
        return bytes(cv2.imencode(".jpg", page)[1])

    return draw


async def teach(admin: Any, odd_sevens: Callable[..., bytes], pages: int = 16) -> None:
    """Send pages of ones that are meant as sevens, correct them, and consent."""
    for number in range(pages):
        await admin.photo(odd_sevens(number))
        answer = await admin.reply()
        assert "1" in admin.words(answer)
        await admin.says("/correct 77777", reply_to=answer)
        assert "Corrected: 77777" in admin.words(await admin.reply())
        if number == 0:
            await admin.press(await admin.reply(), "Yes, keep it to learn from")


async def read(person: Any, content: bytes) -> str:
    """What the bot reads on a photo, without what else it says."""
    await person.photo(content)
    words = str(person.words(await person.reply()))
    return "".join(sign for sign in words.partition("sure")[0].partition("but")[0] if sign.isdecimal())


async def sevens(person: Any, odd_sevens: Callable[..., bytes]) -> int:
    """How many of 15 sevens that no model was trained on are read as such."""
    return sum([(await read(person, odd_sevens(seed))).count("7") for seed in (1000, 1001, 1002)])


async def retrained(admin: Any) -> Any:
    """The last state of the message that follows a run."""
    await admin.says("/retrain")
    message = await admin.reply()
    assert "starts" in admin.words(message)
    assert admin.labels(message) == ["Cancel"]
    return await admin.until(
        lambda: next((m for m in admin.messages.values() if m["id"] == message["id"] and not m["buttons"]), None), LONG
    )


@pytest.mark.slow
@pytest.mark.parametrize("mnist", [True, False], ids=["with MNIST", "without MNIST"])
async def test_a_writers_sevens_are_learnt_without_a_restart_and_rolled_back(
    bots: Any,
    people: Any,
    odd_sevens: Callable[..., bytes],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    mnist: bool,
) -> None:
    if not mnist:
        monkeypatch.setenv("DIGITBOT_MNIST", str(tmp_path / "nowhere.npz"))
    elif "DIGITBOT_MNIST" not in os.environ:
        pytest.skip("needs MNIST: set DIGITBOT_MNIST")
    await bots.start()
    admin = await people("Owner", admin=True)
    other = await people("Ann")  # for whom no personal adapter reads
    assert await sevens(other, odd_sevens) <= 2
    await teach(admin, odd_sevens)
    end = admin.words(await retrained(admin))
    assert "base-3 made active" in end, end
    assert re.search(r"Corrections it was not trained on: fixes \d+ of 80, breaks 0\.", end), end
    assert ("MNIST test" in end) == mnist
    assert ("only the last layer was trained" in end) != mnist
    figures = await admin.reply()
    assert figures["files"]
    assert await sevens(other, odd_sevens) >= 13
    await admin.says("/retrain")
    assert "nothing new" in admin.words(await admin.reply())
    await admin.says("/rollback")
    assert "base-2 answers now" in admin.words(await admin.reply())
    assert await sevens(other, odd_sevens) <= 2
    await admin.says("/models")
    listing = await admin.reply()
    assert "base-2 · active" in admin.words(listing)
    await admin.press(listing, "Make base-3 active")
    assert "base-3 answers now" in admin.words(await admin.reply())
    assert await sevens(other, odd_sevens) >= 13


@pytest.mark.slow
async def test_what_was_called_no_digit_is_less_likely_one_for_the_version_trained_then(
    bot: Any, people: Any, odd_sevens: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITBOT_MNIST", "/nowhere.npz")
    before = bot.services.reader.model.card
    firmness = tuple((100.0 * np.eye(len(before.page_calibration.digit))).ravel().tolist())
    card = replace(before, page_calibration=replace(before.page_calibration, information=firmness))
    async with bot.services.database.write() as session:
        stored = update(ModelVersion).where(ModelVersion.name == "base-2").values(card=card.to_json())
        assert (await session.execute(stored)).rowcount == 1
    owner = await people("Owner", admin=True)
    await teach(owner, odd_sevens, pages=8)
    await owner.photo(letter_s(0))
    answer = await owner.reply()
    await owner.press(answer, "It's another digit")
    await owner.press(await owner.changed(answer), "Not a digit")
    end = owner.words(await retrained(owner))
    assert "base-3 made active" in end, end
    assert "Trained on 41 corrections" in end
    async with bot.services.database.read() as session:
        *_, mark = await samples.decided_hypotheses(session)
    assert mark.label == NOT_A_DIGIT
    assert mark.hypothesis_features is not None
    both = card.page_calibration.digit, bot.services.reader.model.card.page_calibration.digit
    odds = [weights[0] + np.dot(weights[1:], mark.hypothesis_features) for weights in both]
    assert odds[1] < odds[0]


@pytest.fixture
async def admin(bot: Any, people: Any) -> Any:
    """An admin, with stored corrections that a run can train on."""
    from storage import samples

    rng = np.random.default_rng(1)
    images = [
        cv2.line(np.zeros((28, 28), np.uint8), (14, 4), (14 + int(rng.integers(3)), 24), 255, 2) for _ in range(20)
    ]
    new = [Sample(samples.new_uid(), image.tobytes(), 1, utc_now()) for image in images]
    async with bot.services.database.write() as session:
        await samples.add(session, new)
    return await people("Owner", admin=True)


async def begun(bot: Any, admin: Any) -> Any:
    """Start a run and wait until its child works; the message that follows it."""
    await admin.says("/retrain")
    message = await admin.reply()
    while not bot.services.training_service.active or child_of(bot)._process is None:
        await asyncio.sleep(0.05)
    return message


def child_of(bot: Any) -> Any:
    """The training process of the one active run."""
    return next(iter(bot.services.training_service.active)).process


async def over(admin: Any, message: Any, said: str, seconds: float = 20) -> None:
    def ended() -> Any:
        now = admin.messages.get(message["id"])
        return now if now and said in admin.words(now) else None

    await admin.until(ended, seconds, f"a run to end with {said!r}")


async def states(bot: Any) -> list[str]:
    async with bot.services.database.read() as session:
        return [str(run.state) for run in await training_runs.listing(session)]


async def test_only_admins_retrain(bot: Any, ann: Any) -> None:
    for command in ("/retrain", "/models", "/rollback"):
        await ann.says(command)
        assert "Only admins" in ann.words(await ann.reply())


async def test_a_bot_without_admins_tells_how_to_become_one(bots: Any, people: Any) -> None:
    await bots.start(admins=frozenset())
    ann = await people("Ann")
    await ann.says("/retrain")
    assert "DIGITBOT_ADMINS" in ann.words(await ann.reply())


async def test_nothing_new_is_no_reason_to_train(bot: Any, people: Any) -> None:
    owner = await people("Owner", admin=True)
    await owner.says("/retrain")
    assert "nothing new" in owner.words(await owner.reply())
    assert await states(bot) == []


async def test_an_edited_retrain_starts_nothing(bot: Any, admin: Any) -> None:
    said = await admin.says("/id")
    await admin.reply()
    await admin.edits(said, "/retrain")
    await admin.silence()
    assert await states(bot) == []


async def test_cancel_ends_the_child_and_a_new_run_can_start(bot: Any, admin: Any) -> None:
    message = await begun(bot, admin)
    process = child_of(bot)._process
    assert (await admin.press(message, "Cancel"))["toast"] == "The run is being ended."
    await over(admin, message, "was cancelled")
    assert process.returncode is not None
    assert await states(bot) == ["cancelled"]
    again = await begun(bot, admin)
    assert "Training run 2" in admin.words(again)


async def test_a_second_retrain_is_refused_also_from_another_process(
    bot: Any, admin: Any, page: Callable[..., bytes]
) -> None:
    await begun(bot, admin)
    await admin.says("/retrain")
    assert "Training run 1 is in progress" in admin.words(await admin.reply())
    # Another process has nothing in common with this one but the file.
    from bot.training_service import TrainingService
    from storage.database import Database
    from storage.errors import RunInProgress

    settings = bot.services.settings
    async with Database(settings.database, settings.keyring()) as database:
        with pytest.raises(RunInProgress):
            await TrainingService(settings, database, bot.services.active_model).start(1)
    # Photos are answered meanwhile.
    await admin.photo(page("42"))
    assert "42" in admin.words(await admin.reply())


async def test_a_run_whose_message_cannot_be_sent_is_over(bot: Any, admin: Any, people: Any) -> None:
    await people.fault("sendMessage", 1, status=400)
    await admin.says("/retrain")
    for _ in ("that something went wrong", "a notice of it"):
        await admin.reply()
    assert await states(bot) == ["failed"]
    assert "Training run 2" in admin.words(await begun(bot, admin))


async def test_a_killed_child_is_told_and_leaves_nothing_half_active(bot: Any, admin: Any) -> None:
    message = await begun(bot, admin)
    child_of(bot)._process.send_signal(signal.SIGKILL)
    await over(admin, message, "SIGKILL")
    assert await states(bot) == ["failed"]
    async with bot.services.database.read() as session:
        assert [version.name for version in await model_versions.listing(session)] == ["base-2"]
    assert not list((bot.services.settings.state / "training").iterdir())


async def test_a_stopped_bot_ends_its_child_first_and_in_time(bot: Any, admin: Any, people: Any) -> None:
    message = await begun(bot, admin)
    process = child_of(bot)._process
    async with asyncio.timeout(10):
        await bot.end()
    assert process.returncode is not None
    assert "being stopped" in admin.words(await admin.latest(message))


async def test_the_child_knows_no_token_and_ends_when_its_bot_dies(bot: Any, admin: Any) -> None:
    await begun(bot, admin)
    child = child_of(bot)
    environment = Path(f"/proc/{child._process.pid}/environ")
    if environment.exists():
        assert bot.services.settings.required_token().encode() not in environment.read_bytes()
    child._process.stdin.close()  # what a kill -9 of the bot does to the child
    async with asyncio.timeout(60):
        await child._process.wait()
    assert child._process.returncode == -signal.SIGTERM


@pytest.mark.slow
async def test_a_model_made_active_meanwhile_is_not_overridden_by_a_candidate_judged_against_another(
    bot: Any, admin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from storage import activations
    from storage.model_versions import NewVersion

    monkeypatch.setenv("DIGITBOT_MNIST", "/nowhere.npz")
    message = await begun(bot, admin)
    await over(admin, message, "s left", LONG)  # by now it knows which model it is compared with
    base = bot.services.reader.model
    async with bot.services.database.write() as session:
        await model_versions.add(
            session, NewVersion("other-1", base.content + b" ", base.card.to_json()), max_bytes=None
        )
        await activations.activate(session, "other-1")
    await over(admin, message, "another model was made active meanwhile", LONG)
    async with bot.services.database.read() as session:
        active = next(version.name for version in await model_versions.listing(session) if version.active)
    assert active == "other-1"
    assert await states(bot) == ["failed"]


@pytest.mark.slow
async def test_a_full_disk_while_the_model_is_stored_ends_the_run_and_changes_nothing(
    bot: Any, admin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from storage.errors import DatabaseFull

    async def refuse(*_: object, **__: object) -> None:
        raise DatabaseFull

    monkeypatch.setattr(model_versions, "add", refuse)
    monkeypatch.setenv("DIGITBOT_MNIST", "/nowhere.npz")
    end = admin.words(await retrained(admin))
    assert "disk is full" in end
    assert await states(bot) == ["failed"]


@pytest.mark.slow
async def test_a_single_correction_is_no_gain_and_is_not_held_back(
    bot: Any, people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITBOT_MNIST", "/nowhere.npz")
    owner = await people("Owner", admin=True)
    await owner.photo(plain_one(1))
    answer = await owner.reply()
    await owner.says("/correct 7", reply_to=answer)
    await owner.reply()
    await owner.press(await owner.reply(), "Yes, keep it to learn from")
    first = owner.words(await retrained(owner))
    assert "nothing gained, the model stays" in first
    assert "1 label looks wrong and was left out: /review shows it" in first
    untrained = Image.open(io.BytesIO(await owner.bytes_of(await owner.reply())))
    await owner.says("/review")
    await owner.press(await owner.reply(), "Approve all 1")
    second = owner.words(await retrained(owner))
    trained = Image.open(io.BytesIO(await owner.bytes_of(await owner.reply())))
    assert 1000 < trained.width <= trained.height <= 1280  # upright for a phone, with its learning curve
    assert trained.width == untrained.width > untrained.height  # nothing was trained: there is no curve
    assert "nothing gained, the model stays" in second
    assert "Corrections it was not trained on: fixes 0 of 1, breaks 0." in second
    assert "Trained on 1 correction " in second
    assert await states(bot) == ["refused", "refused"]


@pytest.mark.slow
async def test_labels_that_contradict_each_other_make_no_model_active(
    bot: Any, people: Any, odd_sevens: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same strokes are called 7 on one photo and 1 on the next."""
    monkeypatch.setenv("DIGITBOT_MNIST", "/nowhere.npz")
    owner = await people("Owner", admin=True)
    for number in range(8):
        await owner.photo(odd_sevens(number // 2))
        answer = await owner.reply()
        await owner.says("/correct " + ("77777", "11111")[number % 2], reply_to=answer)
        await owner.reply()
        if number == 0:
            await owner.press(await owner.reply(), "Yes, keep it to learn from")
    assert "nothing gained, the model stays" in owner.words(await retrained(owner))
    assert await states(bot) == ["refused"]


async def test_not_a_digit_is_no_class_to_learn(bot: Any, people: Any) -> None:
    from storage import samples

    async with bot.services.database.write() as session:
        await samples.add(session, [Sample(samples.new_uid(), bytes(784), NOT_A_DIGIT, utc_now())])
    owner = await people("Owner", admin=True)
    await owner.says("/retrain")
    assert "nothing new" in owner.words(await owner.reply())


async def test_a_damaged_version_is_skipped_and_the_admins_are_told(bots: Any, people: Any) -> None:
    from sqlalchemy import update

    from storage import activations
    from storage.model_versions import NewVersion
    from storage.tables import ModelVersion

    first = await bots.start()
    owner = await people("Owner", admin=True)
    await owner.says("/id")
    await owner.reply()
    base = first.services.reader.model
    async with first.services.database.write() as session:
        await model_versions.add(
            session, NewVersion("base-3", base.content, base.card.to_json(), parent="base-2"), max_bytes=None
        )
        await activations.activate(session, "base-3")
        await session.execute(update(ModelVersion).where(ModelVersion.name == "base-3").values(served=b"damaged"))
    await first.end()
    await bots.start()
    said = owner.words(await owner.reply())
    assert "skipped: base-3" in said
    assert "base-2 answers" in said


@pytest.mark.parametrize("network", ["detector", "segmenter"])
async def test_a_damaged_auxiliary_network_does_not_stop_the_bot_and_the_admins_are_told(
    bots: Any,
    people: Any,
    page: Callable[..., bytes],
    package: Path,
    damage: Callable[[Path], None],
    network: str,
) -> None:
    first = await bots.start()
    owner = await people("Owner", admin=True)
    await owner.says("/id")
    await owner.reply()
    await first.end()
    damage(package / f"{network}.tflite")
    second = await bots.start()
    said = owner.words(await owner.reply())
    assert f"Damaged in the installed package: {network}." in said
    assert "base-2 answers" in said
    assert second.services.reader.degraded == (network,)
    await owner.photo(page("427"))
    assert "427" in owner.words(await owner.reply())


async def test_a_damaged_base_model_is_replaced_by_the_one_of_the_registry(
    bots: Any, people: Any, page: Callable[..., bytes], package: Path, damage: Callable[[Path], None]
) -> None:
    first = await bots.start()
    owner = await people("Owner", admin=True)
    await owner.says("/id")
    await owner.reply()
    await first.end()
    damage(package / "digits.tflite")
    await bots.start()
    said = owner.words(await owner.reply())
    assert "Damaged in the installed package: digits." in said
    assert "base-2 answers" in said
    await owner.photo(page("427"))
    assert "427" in owner.words(await owner.reply())


async def test_without_any_sound_model_the_bot_does_not_start_and_says_why(
    bots: Any, package: Path, damage: Callable[[Path], None]
) -> None:
    from model.errors import ModelLoadError

    damage(package / "digits.tflite")
    with pytest.raises(ModelLoadError, match="base-2 is damaged"):
        await bots.start()
