"""The task of a fine-tune, loaded from the database: corrections, active model, and the root of its line."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files

from model.errors import ModelLoadError
from model.model_bundle import ModelBundle, base_checksum
from model.model_card import ModelCard
from storage import activations, base_models, model_versions, samples
from storage.database import Database
from storage.keyring import Keyring
from storage.samples import PERSON_SHARE, ReviewPolicy
from training.finetuning.acceptance_update import LabelledHypotheses
from training.finetuning.correction_samples import CorrectionSamples, from_samples


@dataclass(frozen=True, slots=True)
class Root:
    """The first of a line of model versions: its served model, and the .keras file to train on from."""

    served: ModelBundle
    keras: bytes

    @classmethod
    def base(cls) -> Root:
        """The base model of the package. Raises ``ModelLoadError``."""
        try:
            return cls(ModelBundle.base(), (files("model") / "base" / "digits.keras").read_bytes())
        except OSError as error:
            raise ModelLoadError(f"The base model cannot be fine-tuned: {error.filename}: {error.strerror}.") from error


@dataclass(frozen=True, slots=True)
class Task:
    """Everything that a fine-tune starts from; ``name`` is the candidate's, ``max_bytes`` the most that its .tflite
    and .keras file may have together (None: any size).

    ``root`` is that of the active version, or a newer base model of the package (``storage.base_models``): so an
    upgrade reaches bots that have fine-tuned. ``active_trained_on`` are the ids of the corrections that the active
    model was trained on; ``is_stale``: some of them were withdrawn since. ``review`` says which labels wait for an
    admin, ``person_share`` how much of the room for corrections one person's may take, 0..1. ``hypotheses`` are those
    that the acceptance decision is updated with: what people said is no digit, and corrections.
    """

    corrections: CorrectionSamples
    active: ModelBundle
    root: Root
    name: str
    max_bytes: int | None = None
    active_trained_on: frozenset[str] = frozenset()
    is_stale: bool = False
    review: ReviewPolicy = ReviewPolicy.ODD
    person_share: float = PERSON_SHARE
    hypotheses: LabelledHypotheses = field(default_factory=lambda: LabelledHypotheses.of(()))


def load_task(environment: Mapping[str, str] = os.environ, review: ReviewPolicy = ReviewPolicy.ODD) -> Task | None:
    """Load the task from the database ``DIGITBOT_DATABASE_URL`` with the key ``DIGITBOT_KEY``; ``None`` where they are
    not set.

    Raises ``StorageError`` and ``ModelLoadError``.
    """
    url, key = environment.get("DIGITBOT_DATABASE_URL"), environment.get("DIGITBOT_KEY")
    if not url or not key:
        return None
    return asyncio.run(_load_task(url, Keyring.from_text(key), review))


async def _load_task(url: str, keyring: Keyring, review: ReviewPolicy) -> Task:
    async with Database(url, keyring) as database, database.read() as session:
        approved_only = review is ReviewPolicy.ALL
        corrections = from_samples(await samples.trainable(session, approved_only=approved_only))
        decided = await samples.decided_hypotheses(session, approved_only=approved_only)
        hypotheses, trained_on = LabelledHypotheses.of(decided), await samples.active_trained_on(session)
        is_stale = await activations.is_stale(session)
        active = await activations.load_active(session)
        if active is None:
            base = Root.base()
            name = await model_versions.next_name(session, base.served.name)
            return Task(corrections, base.served, base, name, review=review, hypotheses=hypotheses)
        newer = await base_models.waiting_base(session, base_checksum())
        root = newer or await model_versions.get(session, active.version.root)
        content = await model_versions.content(session, root.name)
        name = await model_versions.next_name(session, root.name)
    if content.keras is None:
        raise ModelLoadError(f"The model {root.name} has no .keras file, so it cannot be fine-tuned.")
    return Task(
        corrections,
        ModelBundle.of(active.served, ModelCard.from_json(active.version.card)),
        Root(_with_information(ModelBundle.of(content.served, ModelCard.from_json(root.card))), content.keras),
        name,
        active_trained_on=trained_on,
        is_stale=is_stale,
        review=review,
        hypotheses=hypotheses,
    )


def _with_information(root: ModelBundle) -> ModelBundle:
    """A root with the page calibration of the package's card, where it is the same model and its own card is from
    before the calibration had any information."""
    base, own = ModelBundle.base(), root.card.page_calibration
    if root.content != base.content or (own is not None and own.information):
        return root
    card = replace(root.card, page_calibration=base.card.page_calibration, sure_threshold=base.card.sure_threshold)
    return replace(root, card=card)
