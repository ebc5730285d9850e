"""Training runs: carried out by the bot or by a separate trainer, and followed in the chat."""
