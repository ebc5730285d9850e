"""The checks that ask Telegram."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import httpx
from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.commands import listed_commands
from bot.doctor.finding import Finding, Installation

CLOCK_TOLERANCE_S: Final = 30.0  # certificates and leases bear more; a clock that is kept in time is within one
NO_PRIVACY_POLICY = (
    "whether a privacy policy is set cannot be asked: @BotFather, /mybots, Edit Bot, Edit Privacy Policy sets it "
    "(docs/privacy.md is one to publish)"
)


async def examine_telegram(installation: Installation) -> tuple[Finding, ...]:
    """The token, and what stands in the bot's profile where the token is good."""
    settings = installation.settings
    if settings.token is None:
        mend = "ask @BotFather for a token and set DIGITBOT_TOKEN, or the credential bot-token"
        return (Finding("token", "there is none", mend),)
    token = settings.token.get_secret_value()
    bot = Bot(token, base_url=f"{settings.api_url}/bot", base_file_url=f"{settings.api_url}/file/bot")
    try:
        async with bot:
            found = check_token(bot), await check_profile(bot), check_group_privacy(bot)
            return (*found, await check_clock_by_telegram(installation))
    except InvalidToken:
        return (Finding("token", "Telegram does not know it", "set the token that @BotFather shows now"),)
    except TelegramError as error:
        mend = "check network, proxy and DIGITBOT_API_URL; a running bot waits until Telegram can be reached"
        return (Finding("token", f"Telegram cannot be asked ({error})", mend),)


def check_token(bot: Bot) -> Finding:
    """Of a bot that has asked getMe."""
    return Finding("token", f"it is that of @{bot.username}")


async def check_profile(bot: Bot) -> Finding:
    """What people see before they write: menu and description, which the bot sets, and what only BotFather can set.

    Raises TelegramError.
    """
    wanted = {command.name for command in listed_commands(admin=False)}
    absent = [f"/{name}" for name in sorted(wanted - {each.command for each in await bot.get_my_commands()})]
    if not (await bot.get_my_description()).description:
        absent.append("the description")
    if not (await bot.get_my_short_description()).short_description:
        absent.append("the about text")
    if absent:
        mend = (
            "start the bot once, which sets them, or set them with @BotFather (/setcommands, /setdescription, "
            "/setabouttext)"
        )
        return Finding("profile", f"missing: {', '.join(absent)}", mend)
    return Finding("profile", f"menu and description are set; {NO_PRIVACY_POLICY}")


def check_group_privacy(bot: Bot) -> Finding:
    """What only BotFather can set: whether the bot is sent all that is said in groups, of which it needs little."""
    me = bot.bot
    if me.can_read_all_group_messages:
        mend = "@BotFather, /setprivacy, Enable: in groups the bot reads what is addressed to it, and needs no more"
        return Finding("groups", "it is sent every message of its groups", mend)
    where = (
        "in groups it is sent only what is addressed to it" if me.can_join_groups else "it cannot be added to groups"
    )
    return Finding("groups", where)


async def check_clock_by_telegram(installation: Installation) -> Finding:
    """This machine's clock against the Date header of Telegram's answers (RFC 9110, 6.6.1)."""
    answered = None
    with suppress(httpx.HTTPError, KeyError, ValueError):
        async with httpx.AsyncClient(timeout=10) as client:
            response = await client.get(installation.settings.api_url)
        answered = parsedate_to_datetime(response.headers["Date"])
    if answered is None:
        return Finding("clock by Telegram", "Telegram's answer tells no time")
    ahead = (datetime.now(UTC) - answered).total_seconds()
    if abs(ahead) > CLOCK_TOLERANCE_S:
        direction = "ahead of" if ahead > 0 else "behind"
        mend = "have it kept in time: timedatectl set-ntp true"
        return Finding("clock by Telegram", f"this machine is {abs(ahead):,.0f} s {direction} Telegram", mend)
    return Finding("clock by Telegram", f"within {CLOCK_TOLERANCE_S:.0f} s of Telegram's")
