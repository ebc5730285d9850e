"""What people see: texts, keyboards, and how readings and training runs are rendered as messages."""

__all__ = [
    "callback_data",
    "callback_signer",
    "command_menu",
    "keyboards",
    "open_questions",
    "progress_message",
    "reading_message",
    "stale_buttons",
    "texts",
    "training_message",
]
