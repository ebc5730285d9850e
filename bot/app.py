"""The application: every handler, in the order in which they are tried."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from telegram import Update
from telegram.ext import (
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    Defaults,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot import commands
from bot.application import DigitbotApplication
from bot.context import App, Context
from bot.filters import Addressed, AsksForPicture, InAddressedAlbum, RepliesElsewhere
from bot.handlers.access import Access
from bot.handlers.account_commands import AccountCommands
from bot.handlers.admin_menus import AdminMenus
from bot.handlers.callback_queries import ButtonCallbacks
from bot.handlers.cancellation import Cancellation
from bot.handlers.chat_migration import ChatMigration
from bot.handlers.correction_commands import CorrectionCommands
from bot.handlers.data_commands import DataCommands
from bot.handlers.error_handler import ErrorHandler
from bot.handlers.guest_messages import GuestMessages
from bot.handlers.language_commands import LanguageCommands
from bot.handlers.model_commands import ModelCommands
from bot.handlers.other_messages import ANSWERS, OtherMessages
from bot.handlers.photo_messages import PhotoMessages
from bot.handlers.review_commands import ReviewCommands
from bot.handlers.sample_deletion import SampleDeletion
from bot.messages import command_menu
from bot.messages.callback_data import ButtonAction
from bot.periodic_tasks import PeriodicTasks
from bot.rate_limiter import ChatRateLimiter
from bot.retraining.run_follower import LOOK_INTERVAL_S, RunFollower
from bot.retrying_request import RetryingRequest
from bot.services import Services
from bot.settings import Settings
from bot.updates.dispatcher import Dispatcher
from bot.updates.message_kinds import Treated, Treatment
from bot.updates.update_parsing import UpdatesRequest

HandlerMethod = Callable[[Update, Context], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Handlers:
    """The handlers by topic; ``commands.COMMANDS`` names their methods as ``"account.start"``."""

    access: Access
    account: AccountCommands
    photos: PhotoMessages
    corrections: CorrectionCommands
    models: ModelCommands
    data: DataCommands
    reviews: ReviewCommands
    languages: LanguageCommands
    buttons: ButtonCallbacks
    others: OtherMessages
    guests: GuestMessages
    migration: ChatMigration
    cancellation: Cancellation
    own_samples: SampleDeletion

    @classmethod
    def of(cls, services: Services, dispatcher: Dispatcher) -> Handlers:
        return cls(
            access=Access(services),
            account=AccountCommands(services),
            photos=PhotoMessages(services, dispatcher),
            corrections=CorrectionCommands(services),
            models=ModelCommands(services),
            data=DataCommands(services),
            reviews=ReviewCommands(services),
            languages=LanguageCommands(services),
            buttons=ButtonCallbacks(services),
            others=OtherMessages(services),
            guests=GuestMessages(services),
            migration=ChatMigration(services),
            cancellation=Cancellation(services),
            own_samples=SampleDeletion(services),
        )

    def method(self, path: str) -> HandlerMethod:
        """The method of a path such as ``"account.start"``."""
        handler: HandlerMethod = attrgetter(path)(self)
        return handler


def build_application(settings: Settings, services: Services | None = None) -> DigitbotApplication:
    """The bot, not yet started. ``services`` are entered in post_init and left in post_shutdown; by default its own.

    Raises SettingsError without a token, and what making ``Services`` raises.
    """
    token, services = settings.required_token(), services or Services(settings)
    resources, following = AsyncExitStack(), AsyncExitStack()

    async def post_init(app: App) -> None:
        await resources.enter_async_context(services)
        admins = {admin: await services.languages.of_id(admin) for admin in sorted(services.settings.admins)}
        await command_menu.publish(app.bot, admins)
        follower = await following.enter_async_context(RunFollower(services, app.bot))
        tasks = await following.enter_async_context(PeriodicTasks(services.on_task_failed))
        tasks.start("following training runs", LOOK_INTERVAL_S, follower.run)

    async def post_stop(_: App) -> None:
        """A training run ends while its message can still be edited."""
        await following.aclose()
        await services.training_service.stop()

    async def post_shutdown(_: App) -> None:
        await resources.aclose()

    app = (
        ApplicationBuilder()
        .application_class(DigitbotApplication, {"services": services})
        .context_types(ContextTypes(context=Context))
        .updater(None)
        .token(token)
        .base_url(f"{settings.api_url}/bot")
        .base_file_url(f"{settings.api_url}/file/bot")
        .request(RetryingRequest.with_timeouts(services.metrics.count_failed_call))
        .get_updates_request(UpdatesRequest(services.metrics.count_failed_call, connection_pool_size=1))
        .rate_limiter(ChatRateLimiter())
        # Whoever deletes what they asked, as people do in groups, gets the answer all the same.
        .defaults(Defaults(allow_sending_without_reply=True))
        .post_init(post_init)
        .post_stop(post_stop)
        .post_shutdown(post_shutdown)
        .build()
    )
    if not isinstance(app, DigitbotApplication):
        raise TypeError("PTB made another application than it was asked for")
    app.events.listen()
    services.metrics.waiting.set_function(lambda: app.dispatcher.waiting)
    _add_handlers(app, Handlers.of(services, app.dispatcher))
    return app


def _add_handlers(app: DigitbotApplication, handlers: Handlers) -> None:
    """Order matters: within a group the first handler whose filter fits answers, and no other."""
    # An edited message never acts again, though it may be answered; in groups the bot answers only when addressed.
    new = filters.UpdateType.MESSAGE
    to_us = new & Addressed()

    # The first of all: every answer, a refusal too, is in the language of whoever asked.
    app.add_handler(TypeHandler(Update, app.services.languages.note), group=-2)
    # Before all others: where users are listed, updates of anybody else end here.
    app.add_handler(TypeHandler(Update, handlers.access.check), group=-1)

    # "/start privacy", from the deep link of a button in a group, before /start.
    for command in commands.COMMANDS:
        if command.in_private:
            linked = new & filters.ChatType.PRIVATE & filters.Regex(rf"^/start {command.name}$")
            app.add_handler(CommandHandler("start", handlers.method(command.handler), linked))
    for command in commands.COMMANDS:  # no two share a name, so their order does not matter
        app.add_handler(CommandHandler(command.names, handlers.method(command.handler), new))

    # The buttons of training runs, model versions and reviews before the pattern-less handler of all others.
    admin_buttons = f"^[{ButtonAction.CANCEL}{ButtonAction.ACTIVATE}]:"
    app.add_handler(CallbackQueryHandler(handlers.models.handle_button, admin_buttons))
    review_buttons = f"^[{ButtonAction.REVIEW}{ButtonAction.DECIDE}]:"
    app.add_handler(CallbackQueryHandler(handlers.reviews.handle_button, review_buttons))
    app.add_handler(CallbackQueryHandler(handlers.languages.handle_button, f"^{ButtonAction.LANGUAGE}:"))
    own_samples = f"^[{ButtonAction.OWN_SAMPLES}{ButtonAction.DELETE_SAMPLE}]:"
    app.add_handler(CallbackQueryHandler(handlers.own_samples.handle_button, own_samples))
    app.add_handler(CallbackQueryHandler(handlers.buttons.handle))

    app.add_handler(MessageHandler(filters.UpdateType.GUEST_MESSAGE, handlers.guests.answer))

    stills = Treated(Treatment.PICTURE)
    # Photos with a correction in the caption before all other photos.
    edited = filters.UpdateType.EDITED_MESSAGE & Addressed()
    for command in commands.COMMANDS:
        if command.caption_handler:
            captioned = stills & filters.CaptionRegex(commands.caption_pattern(command))
            app.add_handler(MessageHandler(to_us & captioned, handlers.method(command.caption_handler)))
            app.add_handler(MessageHandler(edited & captioned, handlers.others.explain_edit))
    to_us_or_album = to_us | (new & InAddressedAlbum(app.dispatcher.albums))
    app.add_handler(MessageHandler(to_us_or_album & stills, handlers.photos.read))
    app.add_handler(MessageHandler(to_us & Treated(*ANSWERS), handlers.others.refuse))

    app.add_handler(MessageHandler(new & filters.StatusUpdate.MIGRATE, handlers.migration.handle))

    # What is left: unknown commands before other text, replies before other text, text before everything else.
    app.add_handler(MessageHandler(to_us & filters.COMMAND, handlers.account.unknown_command))
    # "@digits_bot what is this?" in reply to a picture of a group.
    app.add_handler(MessageHandler(to_us & filters.ChatType.GROUPS & AsksForPicture(), handlers.photos.read_replied))
    # A reply to another chat's message is one too, and corrects nothing.
    replies = filters.REPLY | RepliesElsewhere()
    app.add_handler(MessageHandler(to_us & filters.TEXT & replies, handlers.corrections.correct_by_reply))
    app.add_handler(MessageHandler(to_us & filters.TEXT, handlers.account.hint))
    app.add_handler(MessageHandler(to_us & Treated(Treatment.OTHER), handlers.account.hint))

    # Beside whatever answers: an admin's first message is the first moment at which their menu can be set.
    admins = new & filters.ChatType.PRIVATE & filters.User(app.services.settings.admins)
    app.add_handler(MessageHandler(admins, AdminMenus().set_once), group=1)

    app.add_error_handler(ErrorHandler(app.dispatcher, app.services.metrics, app.events, app.services.languages).handle)
