"""The playground's sample photos, by our own code: ``python -P -m training.synthesis.sample_photos bot/playground/samples``."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from training.synthesis import negatives, pages
from training.synthesis.export_dataset import encoded
from training.synthesis.pages import Page

# Small enough to travel with the package, large enough to look like photos.
QUALITY = 85


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture: its file name, its seed and conditions, and what is written (or which thing that is no digit)."""

    name: str
    seed: int
    conditions: tuple[str, ...] = ()
    text: str = ""
    subject: str = ""

    def page(self) -> Page:
        if self.subject:
            return negatives.generate(self.seed, self.subject, self.conditions)
        return pages.generate(self.seed, self.conditions, text=self.text)


SAMPLES: tuple[Sample, ...] = (
    Sample("seven.jpg", 101, (), "7"),
    Sample("427.jpg", 103, ("ball-pen",), "427"),
    Sample("two-rows.jpg", 101, ("ruled-paper", "ball-pen"), "427 15"),
    Sample("shadow.jpg", 102, ("hard-shadow", "blue-ink"), "3086"),
    Sample("chalk.jpg", 103, ("chalk",), "192"),
    Sample("marker.jpg", 109, ("frame-filling", "marker"), "5"),
    Sample("table.jpg", 101, ("table-edge", "pencil"), "64"),
    Sample("blank.jpg", 107, ("soft-shadow",), subject="blank"),
    Sample("doodle.jpg", 110, (), subject="figures"),
)


def main() -> None:
    """Write them all into the folder named on the command line."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for sample in SAMPLES:
        (folder / sample.name).write_bytes(encoded(sample.page(), QUALITY))


if __name__ == "__main__":
    main()
