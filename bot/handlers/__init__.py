"""The handlers: one module a topic, one class a module, each made with the application's ``Services``."""

__all__ = [
    "access",
    "account_commands",
    "callback_queries",
    "consent_dialog",
    "correction_commands",
    "data_commands",
    "error_handler",
    "model_commands",
    "photo_messages",
    "review_commands",
    "sample_deletion",
]
