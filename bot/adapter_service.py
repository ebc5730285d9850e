"""Personal adapters in the bot: trained in a worker thread when a person corrects, used for that person's photos."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Self

import numpy as np

from bot.identity import is_private
from bot.periodic_tasks import cancel_all
from model.errors import ModelError
from model.personal_training import CorrectedDigits, PersonalTrainer
from model.personalization import Personalization
from model.reader import Reader
from storage import personal_adapters
from storage.database import Database
from storage.errors import StorageError
from storage.personal_adapters import AdapterRecord, Corrections, LabelledImage

log = logging.getLogger(__name__)

DEBOUNCE_S = 0.3  # corrections that follow one another sooner are trained on at once
LONGEST_WAIT_S = 5.0  # of a photo for a training under way: of 50 corrections 0.3 to 0.8 s, a process's first 2 s more
MOST_TRAININGS = 5  # one after another, while further corrections arrive or the model changes


class PersonalAdapters:
    """The personal adapters of one bot: kept in the database, trained one at a time; leaving the context ends that.

    In groups they are used where ``groups`` names the group.
    """

    def __init__(self, database: Database, reader: Reader, groups: frozenset[int]) -> None:
        self._database = database
        self._reader = reader
        self._groups = groups
        self._trainer = PersonalTrainer()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="personal adapter")
        self._tasks: dict[int, asyncio.Task[None]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await cancel_all(self._tasks.values())
        await asyncio.to_thread(self._worker.shutdown, cancel_futures=True)

    def schedule(self, telegram_id: int) -> None:
        """Train in the background on what this person has corrected, where that has changed."""
        if telegram_id not in self._tasks:
            task = asyncio.create_task(self._train(telegram_id), name="training of a personal adapter")
            self._tasks[telegram_id] = task
            task.add_done_callback(lambda _: self._tasks.pop(telegram_id, None))

    async def of(self, telegram_id: int, chat_id: int) -> Personalization | None:
        """What this person's corrections change in a photo of theirs in this chat; None where that is nothing.

        Where it is being trained, the photo waits for it, but not for long. Without the database there is none.
        """
        if not is_private(chat_id) and chat_id not in self._groups:
            return None
        try:
            record = await self._find(telegram_id)
            if record is not None and not record.fits(self._model_sha256):
                self.schedule(telegram_id)
                await asyncio.wait([self._tasks[telegram_id]], timeout=LONGEST_WAIT_S)
                record = await self._find(telegram_id)
        except StorageError as error:
            log.warning("a photo is read without what its person taught: %s", error)
            return None
        if record is None or record.content is None or not record.fits(self._model_sha256):
            return None
        return Personalization.from_bytes(record.model_sha256, record.content)

    @property
    def _model_sha256(self) -> str:
        return self._reader.model.card.sha256

    async def _find(self, telegram_id: int) -> AdapterRecord | None:
        async with self._database.read() as session:
            return await personal_adapters.find(session, telegram_id)

    async def _train(self, telegram_id: int) -> None:
        """Train until the stored adapter is that of the person's corrections; a failure is logged, and the next photo
        tries again."""
        await asyncio.sleep(DEBOUNCE_S)
        try:
            for _ in range(MOST_TRAININGS):
                record = await self._find(telegram_id)
                if record is None or record.fits(self._model_sha256):
                    return
                await self._train_once(record.person_id)
        except (StorageError, ModelError) as error:
            log.warning("a personal adapter could not be trained: %s", error)

    async def _train_once(self, person_id: int) -> None:
        model = self._reader.model
        async with self._database.read() as session:
            corrections = await personal_adapters.corrections_of(session, person_id, model.card.sha256)
        digits = corrected_digits(corrections, model.name)
        loop = asyncio.get_running_loop()
        trained = await loop.run_in_executor(self._worker, self._trainer.train, model, digits)
        content = trained.to_bytes() if trained else None
        async with self._database.write() as session:
            await personal_adapters.store(session, person_id, model.card.sha256, corrections, content)


def corrected_digits(corrections: Corrections, model: str) -> CorrectedDigits:
    """Stored corrections as arrays; the probabilities are those of the version with this name alone."""
    images = np.frombuffer(b"".join(digit.image for digit in corrections.digits), np.uint8)
    acts = [digit.act for digit in corrections.digits]
    return CorrectedDigits(
        images.reshape(-1, 28, 28),
        np.array([digit.label for digit in corrections.digits], np.int64),
        np.unique(acts, return_inverse=True)[1].astype(np.int64).ravel(),
        np.array([_read_by(digit, model) for digit in corrections.digits], np.float32).reshape(-1, 10),
        np.array([digit.is_trained_on for digit in corrections.digits], bool),
    )


def _read_by(digit: LabelledImage, model: str) -> tuple[float, ...]:
    is_known = digit.model == model and digit.probabilities is not None and len(digit.probabilities) == 10
    return digit.probabilities or () if is_known else (0.0,) * 10
