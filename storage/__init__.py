"""Persistence: everything SQL. Imports none of the other packages; knows neither Telegram nor pixels.

A session comes from ``database.Database``; one module of queries a noun works on it; every exception is a
``errors.StorageError``. Import the modules themselves: importing the package alone loads nothing.
"""

__all__ = [
    "activations",
    "backup",
    "base_models",
    "corrections",
    "database",
    "early_readings",
    "errors",
    "inbox",
    "integrity_check",
    "key_rotation",
    "keyring",
    "model_versions",
    "people",
    "personal",
    "processed_updates",
    "processes",
    "readings",
    "retention",
    "samples",
    "schema_version",
    "tables",
    "training_runs",
    "write_ahead_log",
]
