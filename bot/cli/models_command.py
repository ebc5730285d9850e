"""`digitbot models`: the registry of model versions; a running bot follows a change within seconds."""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import secrets
import zipfile
import zlib
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from bot.active_model import register_base
from bot.cli._arguments import CommandFailed, Commands, command
from bot.cli._database import settings_with_database
from bot.retraining.run_execution import TRAINED_ON_LIST
from bot.settings import Settings
from bot.tried_models import TriedModels
from bot.version_loading import require_usable
from model.errors import ModelLoadError
from model.model_bundle import CARD_NAME, ModelBundle
from model.model_card import CardError, ModelCard, test_accuracy
from storage import activations, model_versions
from storage.database import Database
from storage.errors import UnknownVersion, VersionNameUnsafe
from storage.model_versions import NewVersion, VersionRecord

T = TypeVar("T")


MAX_LIST_BYTES = 10_000_000  # of ids of samples: 300,000
LIST_HEAD = ("version", "stored (UTC)", "MNIST test", "trained from", "")


def add(commands: Commands) -> None:
    what = "list, show, activate, roll back, pin, import or export model versions"
    parts = command(commands, "models", what, "digitbot models list", run).add_subparsers(metavar="WHAT", required=True)
    _add_list(parts)
    command(parts, "show", "one version's card", "digitbot models show base-2", show).add_argument("name", metavar="ID")
    what = "let a version answer"
    command(parts, "activate", what, "digitbot models activate base-2", activate).add_argument("name", metavar="ID")
    what = "let the version answer that was active before"
    command(parts, "rollback", what, "digitbot models rollback", rollback)
    what = "keep a version however many newer ones there are"
    command(parts, "pin", what, "digitbot models pin base-2", pin).add_argument("name", metavar="ID")
    what = "let a pinned version be deleted when it is old"
    command(parts, "unpin", what, "digitbot models unpin base-2", unpin).add_argument("name", metavar="ID")
    _add_import(parts)
    _add_export(parts)


def _add_list(parts: Commands) -> None:
    what = "all versions, the newest first, with their accuracy on MNIST's test digits and where they come from"
    parser = command(parts, "list", what, "digitbot models list --json", list_models)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def _add_import(parts: Commands) -> None:
    what = "add a model that was trained elsewhere to the registry"
    example = "digitbot models import runs/digits/digits.tflite --name digits-1"
    parser = command(parts, "import", what, example, import_model)
    parser.add_argument("file", type=Path, metavar="FILE", help="a .tflite file, its card and its .keras beside it")
    parser.add_argument("--name", metavar="ID", help="the name of its version (default: its card's name)")


def _add_export(parts: Commands) -> None:
    parser = command(parts, "export", "write a version's files", "digitbot models export base-2 my-model", export_model)
    parser.add_argument("name", metavar="ID")
    parser.add_argument("folder", type=Path, metavar="DIR")


def run(_: argparse.Namespace) -> int:
    raise CommandFailed("say what: list, show, activate, rollback, pin, unpin, import or export", 2)


def list_models(options: argparse.Namespace) -> int:
    versions = _in_registry(model_versions.listing)
    if options.json:
        for version in versions:
            print(_json(version))
    else:
        print(_table([LIST_HEAD, *map(_cells, versions)]))
    return 0


def show(options: argparse.Namespace) -> int:
    print(_in_registry(lambda session: model_versions.get(session, options.name)).card, end="")
    return 0


def activate(options: argparse.Namespace) -> int:
    settings = settings_with_database()
    asyncio.run(_require_usable(settings, options.name))
    version = _in_registry(lambda session: activations.activate(session, options.name))
    print(f"{version.name} answers now")
    return 0


def rollback(_: argparse.Namespace) -> int:
    version = _in_registry(activations.rollback)
    if version is None:
        raise CommandFailed("there is no version before the active one")
    print(f"{version.name} answers now")
    return 0


def pin(options: argparse.Namespace) -> int:
    _in_registry(lambda session: model_versions.pin(session, options.name))
    print(f"{options.name} is kept")
    return 0


def unpin(options: argparse.Namespace) -> int:
    _in_registry(lambda session: model_versions.pin(session, options.name, pinned=False))
    print(f"{options.name} is deleted when there are enough newer ones")
    return 0


def import_model(options: argparse.Namespace) -> int:
    settings = Settings.load()
    model = ModelBundle.read(options.file, max_bytes=settings.model_bytes)
    name = options.name or model.name
    if not model_versions.is_name(name):
        raise VersionNameUnsafe
    root, trained_on = model.card.root or None, _trained_on(options.file.with_name(TRAINED_ON_LIST))
    if root and not trained_on:
        raise CommandFailed(
            f"{name} was fine-tuned from {root}: import that one, and let /retrain fine-tune it here; or put the "
            f"{TRAINED_ON_LIST} that digitbot finetune wrote beside it, so that consent can still be withdrawn"
        )
    keras = _trainable(options.file.with_suffix(".keras"), settings.model_bytes)
    asyncio.run(TriedModels(settings.tried_models_file).require(model))
    card = replace(model.card, name=name)
    metrics = json.dumps(dict(card.metrics))
    new = NewVersion(name, model.content, card.to_json(), keras, metrics, root, trained_on if root else (), root)
    limit = settings.model_bytes
    try:
        version = _in_registry(lambda session: model_versions.add(session, new, max_bytes=limit), create=True)
    except UnknownVersion:
        raise CommandFailed(
            f"{root}, from which {name} was fine-tuned, is not in this registry: import it first"
        ) from None
    print(f"{version.name} is in the registry; digitbot models activate {version.name} lets it answer")
    if keras is None:
        print(f"without {options.file.stem}.keras it can answer, but not be fine-tuned on corrections")
    return 0


def _trained_on(file: Path) -> tuple[str, ...]:
    """The ids of the samples that a fine-tune was trained on; () where there is no such file. Raises CommandFailed."""
    if not file.is_file():
        return ()
    if file.stat().st_size > MAX_LIST_BYTES:
        raise CommandFailed(f"{file} is larger than {MAX_LIST_BYTES:,} bytes")
    ids = tuple(file.read_text("utf-8", errors="replace").split())
    if not all(re.fullmatch("[0-9a-f]{32}", each) for each in ids):
        raise CommandFailed(f"{file} holds something else than the ids of samples")
    return ids


def _trainable(file: Path, max_bytes: int) -> bytes | None:
    """The .keras file, a ZIP archive whose checksums are right. Raises CommandFailed."""
    if not file.is_file():
        return None
    if file.stat().st_size > max_bytes:
        raise CommandFailed(f"{file} is larger than {max_bytes:,} bytes")
    try:
        with zipfile.ZipFile(file) as archive:
            sound = sum(member.file_size for member in archive.infolist()) <= max_bytes and archive.testzip() is None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, zlib.error):
        sound = False
    if not sound:
        raise CommandFailed(f"{file} is damaged: it is no .keras archive, or its checksums are wrong")
    return file.read_bytes()


def export_model(options: argparse.Namespace) -> int:
    version = _in_registry(lambda session: model_versions.get(session, options.name))
    if not model_versions.is_name(version.name):
        raise CommandFailed(f"{version.name} cannot be the name of a file: it was stored by an older digitbot")
    _require_no_other(options.folder / CARD_NAME, version.name)
    content = _in_registry(lambda session: model_versions.content(session, options.name))
    options.folder.mkdir(parents=True, exist_ok=True)
    served = options.folder / f"{version.name}.tflite"
    _write(served, content.served)
    _write(options.folder / CARD_NAME, version.card.encode())
    if content.keras is not None:
        _write(options.folder / f"{version.name}.keras", content.keras)
    print(served)
    return 0


def _require_no_other(card: Path, name: str) -> None:
    """Raises CommandFailed where this is the card of another model, which would lie there without one."""
    with suppress(CardError):
        other = ModelCard.from_json(card.read_bytes()).name if card.is_file() else name
        if other != name:
            raise CommandFailed(f"{card.parent} holds the model {other}: name another folder")


def _write(path: Path, content: bytes) -> None:
    """In one step; a link of that name is replaced, never followed out of the folder."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with draft.open("xb") as file:
            file.write(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


async def _require_usable(settings: Settings, name: str) -> None:
    async with Database(settings.database, settings.keyring()) as database:
        await require_usable(database, name, TriedModels(settings.tried_models_file))


def _in_registry(work: Callable[[AsyncSession], Awaitable[T]], *, create: bool = False) -> T:
    """Do the work in one transaction. Where there is no registry, ``create`` makes one; else raises CommandFailed."""

    async def opened(settings: Settings) -> T:
        async with Database(settings.database, settings.keyring()) as database, database.write() as session:
            with suppress(ModelLoadError):  # damaged in the package: the registry can be managed all the same
                await register_base(session, ModelBundle.base())
            return await work(session)

    return asyncio.run(opened(Settings.load() if create else settings_with_database()))


def _json(version: VersionRecord) -> str:
    values = {**asdict(version), "created_at": version.created_at.isoformat(), "metrics": json.loads(version.metrics)}
    return json.dumps({name: value for name, value in values.items() if name not in {"card", "created_by", "id"}})


def _cells(version: VersionRecord) -> tuple[str, ...]:
    """A version's row under ``LIST_HEAD``."""
    measured = test_accuracy(ModelCard.from_json(version.card).metrics)
    accuracy = f"{measured[0]:.2%} of {measured[1]:,}" if measured else "not measured"
    # A root is its own root: no correction has trained it, and every fine-tuning starts from one.
    trained_from = "scratch" if version.root == version.name else f"{version.root}, with corrections"
    notes = ["active"] * version.active + ["pinned"] * version.pinned + ["to be retrained"] * version.needs_retraining
    return version.name, f"{version.created_at:%Y-%m-%d %H:%M}", accuracy, trained_from, ", ".join(notes)


def _table(rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells, each column as wide as its widest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    padded = ("  ".join(f"{cell:{width}s}" for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in padded)
