"""What people see: texts, keyboards, pictures, and how readings and training runs are rendered as messages."""

__all__ = [
    "callback_data",
    "callback_signer",
    "command_menu",
    "keyboards",
    "open_questions",
    "pictures",
    "progress_message",
    "reading_message",
    "stale_buttons",
    "statistics_picture",
    "texts",
    "training_message",
]
