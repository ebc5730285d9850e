"""The memory: everything SQL. Imports neither the bot, the school nor the eye; never Telegram, never pixels."""
