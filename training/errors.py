"""Training's own exceptions: each is raised with one sentence for a person, who learns from it what to do."""

from __future__ import annotations


class TrainingError(Exception):
    """A job cannot be done; the command says why in one sentence and ends with status 1."""


class InsufficientMemory(TrainingError):
    """Too little free memory to train; says how much there is and how much is needed."""


class NoReplayFeatures(TrainingError):
    """There are no stored features of base digits for this model."""


class NothingToTrainOn(TrainingError):
    """There is no correction to train on, or no database to take one from."""


class NoStartingNetwork(TrainingError):
    """The .keras file to start from is not there."""


class UnknownCondition(TrainingError, ValueError):
    """A name that is no condition of generated pages; names those that are."""


class MissingSampleDigit(TrainingError, ValueError):
    """A collection of sample digits lacks a digit that is to be written."""
