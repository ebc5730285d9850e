"""`digitbot models`: the registry from the command line; a running bot follows within seconds."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from bot.active_model import register_base
from bot.cli._arguments import CommandFailed, Commands, command
from bot.settings import Settings
from model.errors import ModelLoadError
from model.model_bundle import CARD_NAME, ModelBundle
from storage import activations, model_versions
from storage.database import Database
from storage.model_versions import NewVersion, VersionRecord

T = TypeVar("T")


def add(commands: Commands) -> None:
    what = "the model versions: list, show, activate, go back, bring in, take out"
    parts = command(commands, "models", what, "digitbot models list", run).add_subparsers(metavar="WHAT", required=True)
    listing = command(parts, "list", "all versions, the newest first", "digitbot models list --json", list_models)
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    command(parts, "show", "one version's card", "digitbot models show base-1", show).add_argument("name", metavar="ID")
    making = command(parts, "activate", "let a version answer", "digitbot models activate base-2", activate)
    making.add_argument("name", metavar="ID")
    command(parts, "rollback", "go back to the version before", "digitbot models rollback", rollback)
    bringing = command(parts, "import", "take a model in", "digitbot models import runs/digits/digits.tflite", bring_in)
    bringing.add_argument("file", type=Path, metavar="FILE", help="a .tflite file, its card and its .keras beside it")
    bringing.add_argument("--name", metavar="ID", help="what it is to be called (default: its card's name)")
    taking = command(parts, "export", "write a version's files", "digitbot models export base-2 my-model", take_out)
    taking.add_argument("name", metavar="ID")
    taking.add_argument("folder", type=Path, metavar="DIR")


def run(_: argparse.Namespace) -> int:
    raise CommandFailed("say what: list, show, activate, rollback, import or export", 2)


def list_models(options: argparse.Namespace) -> int:
    for version in _do(model_versions.listing):
        print(_json(version) if options.json else _line(version))
    return 0


def show(options: argparse.Namespace) -> int:
    print(_do(lambda session: model_versions.get(session, options.name)).card, end="")
    return 0


def activate(options: argparse.Namespace) -> int:
    print(f"{_do(lambda session: activations.activate(session, options.name)).name} answers now")
    return 0


def rollback(_: argparse.Namespace) -> int:
    version = _do(activations.rollback)
    if version is None:
        raise CommandFailed("there is no version before the active one")
    print(f"{version.name} answers now")
    return 0


def bring_in(options: argparse.Namespace) -> int:
    model = ModelBundle.load(options.file)
    name = options.name or model.name
    trainable = options.file.with_suffix(".keras")
    if model.card.root:
        raise CommandFailed(
            f"{name} was made from {model.card.root}: only a root can be brought in, /retrain makes the rest"
        )
    card = replace(model.card, name=name)
    keras = trainable.read_bytes() if trainable.is_file() else None
    new = NewVersion(name, model.content, card.to_json(), keras, json.dumps(dict(card.metrics)))
    limit = Settings.load().model_bytes
    version = _do(lambda session: model_versions.add(session, new, limit=limit), makes=True)
    print(f"{version.name} is in the registry; digitbot models activate {version.name} lets it answer")
    if keras is None:
        print(f"without {trainable.name} it can answer, but not learn from corrections")
    return 0


def take_out(options: argparse.Namespace) -> int:
    version = _do(lambda session: model_versions.get(session, options.name))
    content = _do(lambda session: model_versions.content(session, options.name))
    options.folder.mkdir(parents=True, exist_ok=True)
    served = options.folder / f"{version.name}.tflite"
    served.write_bytes(content.served)
    (options.folder / CARD_NAME).write_text(version.card)
    if content.keras is not None:
        served.with_suffix(".keras").write_bytes(content.keras)
    print(served)
    return 0


def _do(work: Callable[[AsyncSession], Awaitable[T]], *, makes: bool = False) -> T:
    """Do one thing with the registry, in one transaction; only what ``makes`` something makes a registry too."""

    async def opened(settings: Settings) -> T:
        async with Database(settings.database, settings.keyring()) as database, database.write() as session:
            with suppress(ModelLoadError):  # damaged in the package: the registry can be managed all the same
                await register_base(session, ModelBundle.base())
            return await work(session)

    settings = Settings.load()
    if not makes and not settings.database_file.exists():
        raise CommandFailed(f"there is no database at {settings.database_file}: name its folder with DIGITBOT_STATE")
    return asyncio.run(opened(settings))


def _json(version: VersionRecord) -> str:
    values = {**asdict(version), "created_at": version.created_at.isoformat(), "metrics": json.loads(version.metrics)}
    return json.dumps({name: value for name, value in values.items() if name not in {"card", "created_by", "id"}})


def _line(version: VersionRecord) -> str:
    notes = ["active"] * version.active + ["pinned"] * version.pinned + ["to be retrained"] * version.needs_retraining
    kind = f"from {version.root}" if version.root != version.name else "root"
    return "  ".join([f"{version.name:20s}", f"{version.created_at:%Y-%m-%d %H:%M}", kind, ", ".join(notes)]).rstrip()
