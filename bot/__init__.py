"""The application: the Telegram bot, the command line, reports, and the local Bot API emulator.

Imports ``model`` and ``storage``; training is started as a child process and never imported. Import the modules
themselves: importing the package alone loads nothing.
"""

__all__ = [
    "active_model",
    "app",
    "application",
    "commands",
    "context",
    "errors",
    "filters",
    "identity",
    "lifecycle",
    "periodic_tasks",
    "rate_limiter",
    "retrying_request",
    "services",
    "settings",
    "supervision",
    "training_process",
    "training_service",
    "updates",
]
