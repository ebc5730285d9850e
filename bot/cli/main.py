"""The `digitbot` command: one parser, one place where errors become a sentence and an exit status."""

from __future__ import annotations

import argparse
import io
import os
import sys
import traceback
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from bot.cli import (
    db_command,
    doctor_command,
    evaluate_command,
    models_command,
    read_command,
    samples_command,
    serve_commands,
    trainer_command,
)
from bot.cli._arguments import CommandFailed, Parser
from bot.cli.model_selection import UnknownModel
from bot.settings import Settings, SettingsError
from bot.training_process import ONE_BLAS_THREAD, finetune_arguments
from model.errors import ModelError
from storage.errors import StorageError

USAGE = """\
digitbot reads photographed handwritten digits, in a Telegram chat or here.

  digitbot demo                    the bot and a chat page on this machine, no token needed
  digitbot run                     the bot against Telegram (DIGITBOT_TOKEN)
  digitbot read photo.jpg          read pictures on this machine"""

# These need TensorFlow and run in a process of their own: bot imports nothing of training.
TRAINING_COMMANDS = {
    "train": "train a recipe from scratch",
    "finetune": "what /retrain starts: train the root model on corrections and replayed base data",
    "compare": "train recipes and print one table of them",
}
BAD_SETTINGS = 78  # EX_CONFIG, sysexits.h: systemd must not restart (RestartPreventExitStatus)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0 for success, 1 for a failed job, 2 for bad usage, 78 for bad settings.

    Raises SystemExit after --help and --version (0) and where the arguments cannot be parsed (2).
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that lacks a character gets its escape instead
            stream.reconfigure(errors="backslashreplace")
    status = 1
    try:
        status = _run(given)
    except CommandFailed as error:
        status = _tell(str(error), error.status)
    except SettingsError as error:
        status = _tell(str(error), BAD_SETTINGS)
    except (ModelError, StorageError, UnknownModel) as error:
        status = _tell(str(error), 1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # as after `| head`: nobody reads the rest
    except KeyboardInterrupt:
        status = 130
    except OSError as error:
        status = _tell(f"{error.filename or 'A file'} cannot be used: {error.strerror or error}.", 1)
    except Exception as error:  # noqa: BLE001 - a person gets a sentence, never a traceback
        status = _tell(_unforeseen(error), 1)
    return status


def _run(given: list[str]) -> int:
    if given and given[0] in TRAINING_COMMANDS:
        return run_training_command(given)
    if given[:2] == ["samples", "generate"]:
        return run_training_command(given[1:])
    options = build_parser().parse_args(given)
    return int(options.run(options))


def run_training_command(arguments: Sequence[str]) -> int:
    """Become `python -P -m training ...`: signals, output and exit status are then the training's own."""
    command, *rest = arguments
    if command == "finetune":
        settings = Settings.load()
        os.environ.update(_storage_environment(settings) | ONE_BLAS_THREAD)
        rest = [*finetune_arguments(settings), *rest]
    os.execv(sys.executable, [sys.executable, "-P", "-m", "training", command, *rest])  # noqa: S606


def _storage_environment(settings: Settings) -> dict[str, str]:
    """The database with the corrections, and its key; nothing where no bot ever ran here. Raises SettingsError."""
    if not settings.has_database:
        return {}
    return {"DIGITBOT_DATABASE_URL": settings.database, "DIGITBOT_KEY": settings.keyring().to_text()}


def build_parser() -> argparse.ArgumentParser:
    """The parser of every command but those of training, which are only listed."""
    parser = Parser(prog="digitbot", description=USAGE, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--version", action="version", version=f"digitbot {_installed_version()}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    maintaining = (models_command, samples_command, db_command, doctor_command)
    for module in (serve_commands, trainer_command, read_command, evaluate_command, *maintaining):
        module.add(commands)
    for name, help_text in TRAINING_COMMANDS.items():
        commands.add_parser(name, help=help_text, add_help=False)  # main() hands these over before parsing
    return parser


def _installed_version() -> str:
    """As pyproject.toml has it, the one place where it is written."""
    try:
        return version("digitbot")
    except PackageNotFoundError:
        return "(not installed)"


def _unforeseen(error: Exception) -> str:
    """What is needed to find the mistake, on one line."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    what = " ".join(str(error).split())[:200]
    return f"an unforeseen error, please report it: {type(error).__name__} in {last.name}, line {last.lineno}: {what}"


def _tell(sentence: str, status: int) -> int:
    print(f"digitbot: {sentence}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
