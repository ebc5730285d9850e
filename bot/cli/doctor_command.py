"""`digitbot doctor`: check this installation, and say how to mend what is wrong."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
from collections.abc import Iterator
from dataclasses import asdict

from bot.cli._arguments import Commands, command
from bot.doctor import Finding, Installation, examine, examine_telegram
from bot.settings import Settings, SettingsError
from bot.start_checks import doubtful_variables


def add(commands: Commands) -> None:
    what = "check this installation, and say how to mend what is wrong; exit status 0 where all is well"
    parser = command(commands, "doctor", what, "digitbot doctor --json", run)
    parser.add_argument("--json", action="store_true", help="one JSON object a line: check, well, result, mend")


def run(options: argparse.Namespace) -> int:
    logging.getLogger("httpx").setLevel(logging.WARNING)  # its lines hold addresses with the token
    is_well = True
    for finding in _findings():
        is_well &= finding.is_well
        print(_json(finding) if options.json else _line(finding), flush=True)
    return 0 if is_well else 1


def _findings() -> Iterator[Finding]:
    try:
        installation = Installation(Settings.load())
    except SettingsError as error:
        yield Finding("settings", str(error), "correct that variable")
        return
    doubtful = " ".join(f"{sentence}." for sentence in doubtful_variables(os.environ))
    yield Finding("settings", doubtful or "all of them can be used", "correct or unset that variable" * bool(doubtful))
    local = list(examine(installation))
    yield from local
    if all(finding.is_well for finding in local if finding.check == "network settings"):
        yield from asyncio.run(examine_telegram(installation))


def _line(finding: Finding) -> str:
    mark = "ok    " if finding.is_well else "WRONG "
    mend = f"\n      To mend it: {finding.mend}." if finding.mend else ""
    return f"{mark}{finding.check}: {finding.result.removesuffix('.')}.{mend}"


def _json(finding: Finding) -> str:
    values = asdict(finding)
    return json.dumps({"check": values.pop("check"), "well": finding.is_well, **values}, ensure_ascii=False)
