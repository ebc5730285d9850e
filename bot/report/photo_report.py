"""The photos of a report: each mistake with its boxes, its digit images and what the network made of them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from bot.messages.pictures import draw_reading
from bot.messages.texts import texts_for
from bot.report.markup import digit, element, image, percent, table
from bot.report.mistake_kinds import Kind, kind_of
from bot.report.report_page import writing
from model.evaluation.photo_metrics import PhotoScores, ScoredPhoto
from model.image_decoding import PhotoError, decode
from model.reading import Digit

PICTURES = "mistakes"  # the folder beside the page


def part(scored: Sequence[ScoredPhoto], scores: PhotoScores, folder: Path) -> str:
    """All mistakes by kind, under the numbers; their pictures go into ``folder``/mistakes. Raises ReportError."""
    groups = {kind: [photo for photo in scored if kind_of(photo) is kind] for kind in Kind}
    found = {kind: _worst_first(photos) for kind, photos in groups.items() if photos}
    total = sum(map(len, found.values()))
    heading = f"{total} of {len(scored)} photos were not read exactly" if total else f"All {len(scored)} photos right"
    sections = [element("h2", escape(heading)), _numbers(scores), _contents(found)]
    number = 0
    for kind, photos in found.items():
        cards = []
        for photo in photos:
            number += 1
            with writing():
                cards.append(_card(photo, folder / PICTURES / f"{number:04d}.jpg"))
        title = element("h3", escape(f"{kind} ({len(photos)})"))
        sections.append(element("section", title, *cards, id=kind.name.lower().replace("_", "-")))
    return "\n".join(sections)


def _worst_first(photos: Sequence[ScoredPhoto]) -> list[ScoredPhoto]:
    """Wrong and sure of it comes before wrong and asking."""
    return sorted(photos, key=lambda photo: not (photo.reading and photo.reading.sure))


def _numbers(scores: PhotoScores) -> str:
    single, several, none, sure, times = scores.single, scores.several, scores.none, scores.sure, scores.milliseconds
    rows = [
        ("Photos read exactly", percent(scores.exact), f"of {scores.photos}"),
        ("One digit", percent(single.accuracy), f"of {single.n}"),
        ("Several digits, all right", percent(several.exact), f"of {several.n}"),
        ("Several digits, edits a digit", percent(several.digit_error_rate), ""),
        ("No digit, and some claimed", str(none.false_readings), f"of {none.n}"),
        ("Sure", percent(sure.share), "of those with digits read"),
        ("Right where sure", percent(sure.right, 2), ""),
        ("Time, half of the photos", _milliseconds(times.p50), "at most"),
        ("Time, 95 of 100 photos", _milliseconds(times.p95), "at most"),
    ]
    return table(rows, class_="numbers")


def _milliseconds(time: float | None) -> str:
    return "–" if time is None else f"{time:.1f} ms"


def _contents(found: dict[Kind, list[ScoredPhoto]]) -> str:
    """How many of each kind, and how many of those were sure, with links to them."""
    items = []
    for kind, photos in found.items():
        link = element("a", escape(kind), href=f"#{kind.name.lower().replace('_', '-')}")
        sure = sum(bool(photo.reading and photo.reading.sure) for photo in photos)
        items.append(element("li", link, f" {len(photos)}", f", {sure} of them sure" if sure else ""))
    return element("ul", *items) if items else ""


def _card(scored: ScoredPhoto, place: Path) -> str:
    """One mistake; a photo that cannot be opened has its sentence instead of a picture."""
    if scored.reading is None:
        picture = element("p", escape(_why(scored.photo.path)), class_="sentence")
    else:
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(draw_reading(scored.photo.path.read_bytes(), scored.reading))
        picture = _linked(place, scored)
    said = [element("h4", escape(scored.photo.path.name)), _wanted_and_got(scored)]
    said.append(element("div", *_digits(scored), class_="digits"))
    return element("article", picture, element("div", *said, class_="said"))


def _why(path: Path) -> str:
    """Why a photo was not read."""
    try:
        decode(path.read_bytes())
    except PhotoError as error:
        return texts_for("en").photo_problem(error.problem)
    except OSError as error:
        return f"The file cannot be read: {error.strerror}."
    return "The file could not be read then, and can be now."


def _linked(place: Path, scored: ScoredPhoto) -> str:
    source = f"{PICTURES}/{place.name}"
    shown = image(source, f"the photo, read as {scored.text or 'nothing'}", loading="lazy", class_="photo")
    return element("a", shown, href=source)


def _wanted_and_got(scored: ScoredPhoto) -> str:
    sure = bool(scored.reading and scored.reading.sure)
    badge = element("span", "sure" if sure else "not sure", class_="badge sure" if sure else "badge")
    wanted, got = (element("b", escape(text or "no digit")) for text in (scored.photo.label, scored.text))
    return element("p", "is ", wanted, ", read as ", got, " ", badge if scored.text else "", class_="verdict")


def _digits(scored: ScoredPhoto) -> list[str]:
    """Every digit image with its ten probabilities; those known to be wrong are marked."""
    if scored.reading is None:
        return []
    wanted, digits = scored.photo.label.replace(" ", ""), scored.reading.digits
    known = len(wanted) == len(digits)
    return [_digit(each, wrong=known and str(each.label) != wanted[i]) for i, each in enumerate(digits)]


def _digit(found: Digit, *, wrong: bool) -> str:
    words = f"read {found.label}, {percent(found.confidence)}"
    picture = digit(found.image, f"the digit image: {words}")
    state = "" if found.sure else " asking"
    caption = element("figcaption", element("b", str(found.label)), f" {percent(found.confidence)}")
    return element("figure", picture, caption, _bars(found), class_=f"one{' wrong' if wrong else ''}{state}")


def _bars(found: Digit) -> str:
    """Ten columns, one a class, as high as its probability."""
    columns = [
        element("i", element("s", style=f"height:{max(1, round(share * 32))}px"), str(label), title=f"{share:.4f}")
        for label, share in enumerate(found.probabilities)
    ]
    return element("div", *columns, class_="bars")
