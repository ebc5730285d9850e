"""Recognition: a grey photo to the digits on it. Candidates are generated, each is judged in several ways, and one
fitted decision is taken about all of them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Self

import numpy as np
from numpy.typing import NDArray

from model.classification.classifier import Classifier
from model.detection import detector as detectors
from model.detection import segmenter as segmenters
from model.detection.detector import Detector
from model.detection.passes import Detections, detect
from model.detection.segmenter import Segmenter
from model.detection.unexplained import unexplained
from model.hypotheses.decision import Decided, Decision
from model.hypotheses.hypothesis import Hypotheses, hypotheses
from model.image_decoding import Pixels
from model.litert_session import LiteRtSession
from model.model_bundle import ModelBundle
from model.reading_order import rows

AREA = 4 * 640 * 480  # pixels that a photo is decoded to at least: small digits are cut out of them
_KNOWN = 0.3  # detector's score from which another mark is known to be one


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What was ``found`` on a photo, and where the detector saw it."""

    detections: Detections
    found: Hypotheses


@dataclass(frozen=True, slots=True, eq=False)
class Recognition:
    """What was ``decided`` about all that was found; ``rows`` of indices of hypotheses as they are read; ``unread``
    (m, 4): boxes of marks of a digit's size that nothing explains, in pixels of the upright photo."""

    judged: Judged
    decided: Decided
    rows: list[list[int]]
    unread: NDArray[np.float32]


class Recognizer:
    """The networks of one thread, and the decision. Not thread-safe."""

    def __init__(self, detector: Detector, segmenter: Segmenter, classifier: Classifier, decision: Decision) -> None:
        self._detector, self._segmenter, self._classifier = detector, segmenter, classifier
        self._decision = decision

    @classmethod
    def packaged(cls) -> Self:
        """With the networks that come with the package. Raises ``ModelLoadError``."""
        base = files("model") / "base"
        sessions = [
            LiteRtSession((base / f"{name}.tflite").read_bytes(), signature, name=name)
            for name, signature in (("detector", detectors.SIGNATURE), ("segmenter", segmenters.SIGNATURE))
        ]
        return cls(Detector(sessions[0]), Segmenter(sessions[1]), Classifier(ModelBundle.base()), Decision.base())

    def hypotheses(self, grey: Pixels) -> Judged:
        """Find and judge all candidates of a grey photo (h, w) uint8."""
        found = detect(grey, self._detector)
        return Judged(found, hypotheses(found, self._segmenter, self._classifier))

    def unexplained(self, judged: Judged, accepted: NDArray[np.int64]) -> NDArray[np.float32]:
        """Marks of a digit's size that neither the accepted hypotheses nor known other marks explain."""
        candidates = judged.detections.candidates
        others = candidates.boxes[candidates.other >= _KNOWN]
        grey, small = judged.detections.grey, judged.detections.small
        return unexplained(small, judged.found.boxes[accepted], others, grey.shape[1] / small.shape[1])

    def recognize(self, grey: Pixels) -> Recognition:
        """Read a grey photo."""
        judged = self.hypotheses(grey)
        shape = judged.detections.grey.shape
        first = self._decision.decide(judged.found, shape, 0.0)
        unread = self.unexplained(judged, first.accepted)
        decided = self._decision.decide(judged.found, shape, float(len(unread)))
        order = rows(judged.found.boxes[decided.accepted])
        return Recognition(judged, decided, [[int(decided.accepted[i]) for i in row] for row in order], unread)
