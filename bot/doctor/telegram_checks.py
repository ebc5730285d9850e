"""The checks that ask Telegram."""

from __future__ import annotations

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.commands import listed_commands
from bot.doctor.finding import Finding, Installation

NO_PRIVACY_POLICY = (
    "whether a privacy policy is set cannot be asked: @BotFather, /mybots, Edit Bot, Edit Privacy Policy sets it"
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
            return check_token(bot), await check_profile(bot)
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
    missing = sorted(wanted - {command.command for command in await bot.get_my_commands()})
    description = (await bot.get_my_description()).description
    if missing or not description:
        absent = [*(f"/{name}" for name in missing), *["the description"] * (not description)]
        mend = "start the bot once, which sets them, or set them with @BotFather (/setcommands, /setdescription)"
        return Finding("profile", f"missing: {', '.join(absent)}", mend)
    return Finding("profile", f"menu and description are set; {NO_PRIVACY_POLICY}")
