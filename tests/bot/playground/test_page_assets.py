"""What the page is made of, and what it shows."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest

from bot.playground.client import Participant
from bot.playground.page_assets import PAGE_FOLDER, SAMPLES_FOLDER

FILES = sorted(path.name for path in PAGE_FOLDER.iterdir())


@pytest.mark.parametrize("path", ["/", "/playground", "/playground/"])
async def test_the_page_is_served(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "<title>digitbot playground</title>" in answer.text


@pytest.mark.parametrize("name", FILES)
async def test_its_files_are_served_with_their_types(client: httpx.AsyncClient, name: str) -> None:
    answer = await client.get(f"/page/{name}")
    kinds = {"js": "text/javascript", "css": "text/css", "html": "text/html", "svg": "image/svg+xml"}
    assert answer.headers["Content-Type"].startswith(kinds[name.rpartition(".")[2]])


@pytest.mark.parametrize("name", FILES)
def test_no_file_fetches_from_elsewhere_or_parses_text_as_html(name: str) -> None:
    """Addresses of namespaces are no fetches."""
    source = (PAGE_FOLDER / name).read_text().replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"""["'(]\s*(https?:)?//""", source)
    for way in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "DOMParser",
        " style=",
        "onclick=",
    ):
        assert way not in source


def test_every_control_of_the_page_has_a_name() -> None:
    source = (PAGE_FOLDER / "index.html").read_text()
    for button in re.findall(r"<button[^>]*>.*?</button>", source):
        assert "aria-label=" in button or re.sub(r"<[^>]+>", "", button).strip(), button
    for image in re.findall(r"<img[^>]*>", source):
        assert "alt=" in image


@pytest.mark.parametrize(
    "name", ["../page.js", "..%2fserver.py", "%2e%2e/guard.py", "nothing.js", "", "../../settings.py"]
)
async def test_nothing_outside_its_folder_is_served(client: httpx.AsyncClient, name: str) -> None:
    for folder in ("/page/", "/playground/samples/"):
        answer = await client.get(folder + name)
        assert answer.status_code == 404 or "samples" in answer.json()


async def test_samples_are_listed_and_served(client: httpx.AsyncClient) -> None:
    listed = (await client.get("/playground/samples")).json()["samples"]
    assert [one["name"] for one in listed] == sorted(path.name for path in SAMPLES_FOLDER.glob("*.jpg"))
    for one in listed:
        answer = await client.get(one["address"])
        assert answer.headers["Content-Type"] == "image/jpeg"


async def test_a_sent_page_is_a_download_and_runs_nowhere(client: httpx.AsyncClient, ann: Participant) -> None:
    sent = await ann.document(b"<script>alert(1)</script>", "evil.html")
    answer = await client.get(sent["files"][0])
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


async def test_a_sent_svg_is_a_download(client: httpx.AsyncClient, ann: Participant) -> None:
    sent = await ann.document(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg")
    assert (await client.get(sent["files"][0])).headers["Content-Type"] == "application/octet-stream"


async def test_pictures_are_shown_in_place(
    client: httpx.AsyncClient, ann: Participant, picture: Callable[..., bytes]
) -> None:
    sent = await ann.photo(picture())
    assert (await client.get(sent["files"][0])).headers["Content-Type"] == "image/jpeg"
    assert (await client.get("/playground/files/nothing")).status_code == 404
