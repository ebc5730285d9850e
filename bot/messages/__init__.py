"""What people see: texts, keyboards, pictures, and how readings and training runs are rendered as messages."""

__all__ = [
    "callback_data",
    "callback_signer",
    "command_menu",
    "keyboards",
    "pictures",
    "progress_message",
    "reading_message",
    "statistics_picture",
    "texts",
    "training_message",
]
