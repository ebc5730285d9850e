"""The `digitbot` command line: one module a command, each with its arguments and what it prints.

``bot.cli.main.main`` is the entry point.
"""

__all__ = ["main"]
