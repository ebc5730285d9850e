"""The decision about a photo, with what its person's corrections change in it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from model.classification.personal_adapter import PersonalAdapter, classifier_evidence
from model.hypotheses.decision import Decided, understand
from model.hypotheses.hypothesis import Hypotheses
from model.hypotheses.page_calibration import PageCalibration


def adapt_labels(
    found: Hypotheses, decided: Decided, adapter: PersonalAdapter, weights: PageCalibration, unexplained: float
) -> Decided:
    """The decision with the labels of what is read adapted; what is read as digits stays.

    No photo gets surer by it: where a label that is read changed, nothing is understood, as nobody has counted how many
    of such labels are right; elsewhere what the adapter makes more doubtful counts, and what it makes likelier does
    not.
    """
    accepted, labels = decided.accepted, decided.labels.copy()
    evidence = classifier_evidence(found.classified[accepted], sum(weights.label))
    labels[accepted] = adapter.adapt(labels[accepted], evidence, found.features[accepted])
    adapted = replace(decided, labels=labels)
    if np.any(labels[accepted].argmax(axis=1) != decided.labels[accepted].argmax(axis=1)):
        return replace(adapted, understood=0.0)
    understood = understand(found, adapted, weights, unexplained).understood
    return replace(adapted, understood=min(understood, decided.understood))
