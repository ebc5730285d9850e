"""`digitbot run`, `demo` and `playground`: the bot against Telegram, with the playground, and the playground alone."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import ctypes
import json
import os
import resource
import sys
import webbrowser
from collections.abc import Coroutine
from functools import partial
from pathlib import Path

from pydantic import SecretStr

from bot.app import build_application
from bot.cli._arguments import CommandFailed, Commands, command
from bot.lifecycle import serve, stopped_by_signals
from bot.messages.catalogue import catalogue_languages
from bot.monitoring import logs
from bot.playground import Playground, TokenFormError
from bot.settings import Settings, SettingsError, TrainerPlace, user_state
from bot.start_checks import check_start, exempt_from_proxies
from bot.updates.polling import FetchingFailed
from storage.errors import KeyUnusable, WrongKey

PORT = 8765
M_ARENA_MAX = -8  # of glibc's malloc.h


def add(commands: Commands) -> None:
    command(commands, "run", "run the bot against Telegram", "DIGITBOT_TOKEN=123456:ABC-... digitbot run", run)
    what = "run the bot and a chat page on this machine, without a token"
    parser = command(commands, "demo", what, "digitbot demo --port 9000 --no-browser", demo)
    _add_page_options(parser)
    where = "where the demo's database lies (default: ~/.local/state/digitbot-demo, apart from the real bot's)"
    parser.add_argument("--state", type=Path, metavar="DIR", help=where)
    what = "run the chat page and its Bot API alone, for a bot started beside it with DIGITBOT_API_URL"
    parser = command(commands, "playground", what, "digitbot playground --port 9000 --no-browser", playground)
    _add_page_options(parser)
    parser.add_argument("--token", help="that the bot will use (default: a new one)")


def _add_page_options(parser: argparse.ArgumentParser) -> None:
    default = f"of the page (default: {PORT}, or another where that is taken; 0: any)"
    parser.add_argument("--port", type=_port, metavar="N", help=default)
    parser.add_argument("--no-browser", action="store_true", help="do not open the page in a browser")


def _port(text: str) -> int:
    if not (text.isdecimal() and int(text) <= 65535):
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)


def run(_: argparse.Namespace) -> int:
    settings = Settings.load()
    logs.configure(settings.log_level, [settings.required_token()])
    forbid_core_dumps()
    share_heaps()
    check_start(settings)
    return _finished(_run(settings))


async def _run(settings: Settings) -> None:
    with stopped_by_signals() as stop:
        await serve(build_application(settings), settings, stop, partial(_say, "digitbot is running; Ctrl-C ends it"))


def forbid_core_dumps() -> None:
    """A dump would hold the photos that are being read, the token and the key, in the clear; children inherit this."""
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def share_heaps() -> None:
    """Let all threads allocate from two heaps of glibc: each has one of its own by default, and keeps there what it has
    freed. 327 MB under load instead of 359, at the same processor time; other C libraries are left as they are."""
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)


def demo(options: argparse.Namespace) -> int:
    return _finished(_demo(options))


async def _demo(options: argparse.Namespace) -> None:
    """One event loop for both; the bot is given only the playground's address and a token of it."""
    playground = await _playground(options.port)
    try:
        settings = demo_settings(playground, options.state)
        logs.configure("WARNING" if settings.log_level == "INFO" else settings.log_level, [playground.token])
        forbid_core_dumps()
        exempt_from_proxies("127.0.0.1")
        check_start(settings)
        with stopped_by_signals() as stop:
            welcome = partial(_welcome, playground.address, options.no_browser)
            await serve(build_application(settings), settings, stop, welcome)
    finally:
        await playground.stop()


def playground(options: argparse.Namespace) -> int:
    asyncio.run(_serve_playground(options))
    return 0


async def _serve_playground(options: argparse.Namespace) -> None:
    """Its state is in this process: it stays while bots beside it end and start."""
    try:
        playground = await _playground(options.port, options.token)
    except TokenFormError as error:
        raise CommandFailed(f"--token: {error}", 2) from None
    logs.configure("WARNING", [playground.token])
    address = {"address": playground.address, "token": playground.token, "admins": list(playground.admin_ids)}
    try:
        with stopped_by_signals() as stop:
            print(json.dumps(address), flush=True)
            _open_page(playground.address, options.no_browser)
            await stop.wait()
    finally:
        await playground.stop()


async def _playground(port: int | None, token: str | None = None) -> Playground:
    """On the port that was asked for; on the usual one, or any free one, where none was. Raises TokenFormError."""
    for choice in (PORT, 0) if port is None else (port,):
        playground = Playground(choice, token, languages=catalogue_languages())
        try:
            await playground.start()
        except OSError as error:
            reason = os.strerror(error.errno or 0)
        else:
            return playground
    raise CommandFailed(f"port {port} cannot be used ({reason}): choose another with --port")


def demo_state() -> Path:
    """A folder of the demo's own: what is drawn on its page must never train the real bot."""
    return user_state("digitbot-demo")


def demo_settings(playground: Playground, state: Path | None) -> Settings:
    """The settings of the environment, but for what belongs to the real bot: its users, its database and its key.

    ``state`` is a folder that was named for this demo. Raises SettingsError.
    """
    own = {"state": demo_state(), "key": None} if state is None else {"state": state}
    return Settings.load(
        token=SecretStr(playground.token),
        api_url=playground.address,
        admins=frozenset(playground.admin_ids),
        users=frozenset(),
        invite=None,
        webhook_url="",
        database_url="",
        trainer=TrainerPlace.OWN,
        **own,
    )


def _welcome(address: str, no_browser: bool) -> None:
    print(f"digitbot is ready: open {address}/ and send it a photo (Ctrl-C ends it)", flush=True)
    _open_page(address, no_browser)


def _open_page(address: str, no_browser: bool) -> None:
    if not no_browser and sys.stdout.isatty():
        webbrowser.open(f"{address}/")


def _finished(serving: Coroutine[None, None, None]) -> int:
    try:
        asyncio.run(serving)
    except (KeyUnusable, WrongKey) as error:
        # Exit status of bad settings, so that systemd does not start the bot again and again.
        raise SettingsError(str(error)) from None
    except FetchingFailed as error:
        raise CommandFailed(str(error)) from None
    return 0


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
