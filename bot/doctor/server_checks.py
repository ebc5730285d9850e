"""The check of a database server: PostgreSQL."""

from __future__ import annotations

import asyncio
from typing import Final

from bot.doctor.finding import Finding, Installation
from storage.errors import StorageError
from storage.server.server_state import server_state

# Leases are kept by the clocks of the machines that take part, and bear a little more (storage.training_runs).
CLOCK_TOLERANCE_S: Final = 5.0


def check_database_server(installation: Installation) -> Finding:
    """Whether it answers; its version, encoding, clock, and how many processes use the database."""
    name, settings = "database server", installation.settings
    try:
        state = asyncio.run(server_state(settings.database, settings.present_keyring()))
    except StorageError as error:
        return Finding(
            name, f"{settings.database_name}: {error}", "see that the server runs, and DIGITBOT_DATABASE_URL"
        )
    result = (
        f"PostgreSQL {state.version} ({state.encoding}) answers, {state.processes} processes of digitbot use the "
        f"database of {state.size // 2**20:,} MB"
    )
    if abs(state.ahead) <= CLOCK_TOLERANCE_S:
        return Finding(name, result)
    direction = "ahead of" if state.ahead > 0 else "behind"
    result += f", and this machine's clock is {abs(state.ahead):,.0f} s {direction} the server's"
    return Finding(name, result, "have the clocks of all machines kept in time: timedatectl set-ntp true")
