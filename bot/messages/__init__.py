"""What people see: texts, keyboards, and how readings and training runs are rendered as messages."""

__all__ = [
    "callback_data",
    "callback_signer",
    "command_menu",
    "keyboards",
    "progress_message",
    "reading_message",
    "texts",
    "training_message",
]
