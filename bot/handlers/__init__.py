"""The handlers: one module a topic, one class a module, each made with the application's ``Services``."""

__all__ = [
    "access",
    "account_commands",
    "admin_menus",
    "callback_queries",
    "cancellation",
    "chat_migration",
    "consent_dialog",
    "correction_commands",
    "data_commands",
    "error_handler",
    "group_admins",
    "model_commands",
    "photo_messages",
    "private_answers",
    "review_commands",
    "sample_deletion",
]
