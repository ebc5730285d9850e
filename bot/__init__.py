"""The front door: everything Telegram. Imports the eye and the memory; starts the school as a child process."""
