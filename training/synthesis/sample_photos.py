"""The playground's sample photos, rendered as pages.

python -P -m training.synthesis.sample_photos bot/playground/samples
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from training.output_files import run_in_folder
from training.synthesis import negatives, pages
from training.synthesis.export_dataset import encode_jpeg
from training.synthesis.pages import Page

SAMPLE_JPEG_QUALITY = 85  # of 100; keeps each file of the package below 120 kB


@dataclass(frozen=True, slots=True)
class SamplePhoto:
    """One photo: its file name, seed and conditions, and the text written or the subject of ``negatives``."""

    name: str
    seed: int
    conditions: tuple[str, ...] = ()
    text: str = ""
    subject: str = ""

    def page(self) -> Page:
        if self.subject:
            return negatives.render_negative_page(self.seed, self.subject, self.conditions)
        return pages.render_page(self.seed, self.conditions, text=self.text)


SAMPLE_PHOTOS: tuple[SamplePhoto, ...] = (
    SamplePhoto("seven.jpg", 101, (), "7"),
    SamplePhoto("427.jpg", 103, ("ball-pen",), "427"),
    SamplePhoto("two-rows.jpg", 101, ("ruled-paper", "ball-pen"), "427 15"),
    SamplePhoto("shadow.jpg", 102, ("hard-shadow", "blue-ink"), "3086"),
    SamplePhoto("chalk.jpg", 103, ("chalk",), "192"),
    SamplePhoto("marker.jpg", 109, ("frame-filling", "marker"), "5"),
    SamplePhoto("table.jpg", 101, ("table-edge", "pencil"), "64"),
    SamplePhoto("blank.jpg", 107, ("soft-shadow",), subject="blank"),
    SamplePhoto("doodle.jpg", 110, (), subject="figures"),
)


def write_sample_photos(folder: Path) -> None:
    """Write all of them."""
    for sample in SAMPLE_PHOTOS:
        (folder / sample.name).write_bytes(encode_jpeg(sample.page(), SAMPLE_JPEG_QUALITY))


if __name__ == "__main__":
    raise SystemExit(run_in_folder(write_sample_photos, __doc__))
