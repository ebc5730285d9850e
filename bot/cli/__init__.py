"""The `digitbot` command line: one module a command, each with its arguments and what it prints."""
