"""The digits of a report: every misread digit image, by what it is and what it was read as."""

from __future__ import annotations

from collections import defaultdict
from html import escape

from bot.report.markup import digit, element, percent, table
from model.classification.classifier import Predictions
from model.datasets import Samples
from model.evaluation.digit_metrics import Scores

MOST = 2000  # digit images on one page: a browser still scrolls through them


def part(samples: Samples, classified: Predictions, scores: Scores) -> str:
    """The numbers, the confusion matrix, and a contact sheet a confusion, the commonest first."""
    groups: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for i in (classified.labels != samples.labels).nonzero()[0].tolist():
        groups[int(samples.labels[i]), int(classified.labels[i])].append(i)
    wrong = scores.n - scores.correct
    heading = f"{wrong:,} of {scores.n:,} digits misread" if wrong else f"All {scores.n:,} digits right"
    lines = [element("h2", escape(heading)), _numbers(scores), _confusion(scores)]
    if wrong > MOST:
        lines.append(element("p", f"The {MOST:,} of the commonest confusions are shown.", class_="sentence"))
    left, sections = MOST, []
    for (true, read), places in sorted(groups.items(), key=lambda group: -len(group[1])):
        sure_first = sorted(places, key=lambda i: -float(classified.confidences[i]))[:left]
        left -= len(sure_first)
        tiles = [_tile(samples, classified, i) for i in sure_first]
        if tiles:
            title = element("h3", escape(f"{true} read as {read} ({len(places)})"))
            sections.append(element("section", title, element("div", *tiles, class_="sheet")))
    return "\n".join([*lines, element("div", *sections, class_="confusions")])


def _numbers(scores: Scores) -> str:
    rows = [
        ("Digits right", percent(scores.accuracy, 2), f"{scores.correct:,} of {scores.n:,}"),
        ("Mean loss", f"{scores.loss:.4f}", "nats"),
        ("Calibration error", percent(scores.ece, 2), "expected"),
    ]
    return table(rows, class_="numbers")


def _confusion(scores: Scores) -> str:
    head = ["is, read as", *map(str, range(10))]
    rows = [[str(true), *(str(count or "·") for count in row)] for true, row in enumerate(scores.confusion.tolist())]
    return table(rows, head, class_="confusion")


def _tile(samples: Samples, classified: Predictions, i: int) -> str:
    true, read, confidence = int(samples.labels[i]), int(classified.labels[i]), float(classified.confidences[i])
    picture = digit(samples.images[i], f"a {true}, read as {read}, {percent(confidence)} sure")
    caption = element("figcaption", f"{true} → ", element("b", str(read)), f" {percent(confidence, 0)}")
    return element("figure", picture, caption, title=f"number {i}")
