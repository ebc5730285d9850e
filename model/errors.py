"""The errors of recognition: one tree under ``ModelError``.

Each says in one sentence what is the matter and, where something can be done, what. Those of one module are defined
there (``CardError``, ``PhotoError``, ``DataMissing``, ``DataBad``, ``LabelsError``).
"""

from __future__ import annotations


class ModelError(Exception):
    """Anything that the package ``model`` refuses; its text is one sentence for a person."""


class ModelLoadError(ModelError):
    """A network that cannot serve: its file is missing or damaged, is not that of its card, or has another
    signature."""
