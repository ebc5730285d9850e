"""How fast photos are answered while a training run goes on: `.venv/bin/python tests/benchmarks/during_training.py`.

Reads the same synthetic photo again and again, first alone, then beside a fine-tuning with /retrain's low priority, and
prints both medians and their ratio. Needs the train extra; MNIST is used where it can be had.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np

from model.reader import Reader
from training.synthesis.pages import render_page

READS = 200


def corrections(path: Path) -> None:
    """Write a hundred made-up corrections to train on."""
    rng = np.random.default_rng(1)
    images = [
        cv2.line(np.zeros((28, 28), np.uint8), (14, 4), (int(rng.integers(8, 15)), 24), 255, 2) for _ in range(100)
    ]
    np.savez(path, images=np.stack(images), labels=np.full(100, 1, np.uint8))


def median(reader: Reader, photo: bytes) -> float:
    """Milliseconds from bytes to Reading, one photo every 20 ms."""
    times = []
    for _ in range(READS):
        start = time.perf_counter()
        reader.read(photo)
        times.append(time.perf_counter() - start)
        time.sleep(0.02)
    return statistics.median(times) * 1000


def main() -> None:
    page = render_page(1, (), text="427").pixels
    photo = bytes(cv2.imencode(".jpg", cv2.cvtColor(page, cv2.COLOR_RGB2BGR))[1])
    reader = Reader.base()
    reader.read(photo)
    alone = median(reader, photo)
    with tempfile.TemporaryDirectory() as folder:
        corrections(Path(folder, "corrections.npz"))
        command = [sys.executable, "-P", "-m", "training", "finetune", "--json", "--with-parent"]
        command += ["--corrections", f"{folder}/corrections.npz", "--out", f"{folder}/out"]
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        while '"progress"' not in child.stdout.readline() and child.poll() is None:
            pass
        beside = median(reader, photo)
        trained = child.poll() is None
        child.kill()
        child.communicate()
    print(f"alone {alone:.1f} ms, beside a training run {beside:.1f} ms: {beside / alone:.2f}x (n = {READS} each)")
    if not trained:
        print("the run ended before the reads did: the second number is too low")


if __name__ == "__main__":
    main()
