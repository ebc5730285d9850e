"""Nobody but this machine's own programs and pages is served."""

from __future__ import annotations

import socket

import httpx
import pytest

from bot.playground import Playground
from bot.playground.client import People

PATHS = ["/", "/playground/people", "/playground/books", "/playground/samples", "/page/page.js"]


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "10.0.0.1", "[::2]", ""]
)
@pytest.mark.parametrize("path", PATHS)
async def test_foreign_names_are_refused(client: httpx.AsyncClient, host: str, path: str) -> None:
    answer = await client.get(path, headers={"Host": host})
    assert answer.status_code == 403
    assert answer.json() == {"error": "The playground answers to 127.0.0.1 and localhost only."}


async def test_the_bot_api_is_guarded_too(client: httpx.AsyncClient, playground: Playground) -> None:
    path = f"/bot{playground.token}/getMe"
    assert (await client.post(path, headers={"Host": "evil.example"})).status_code == 403
    assert (await client.post(path, headers={"Origin": "https://evil.example"})).status_code == 403
    assert (await client.post(path)).status_code == 200


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1", "http://localhost"]
)
async def test_pages_of_other_origins_are_refused(client: httpx.AsyncClient, people: People, origin: str) -> None:
    answer = await client.post("/playground/people", json={"name": "Eve"}, headers={"Origin": origin})
    assert answer.status_code == 403
    assert (await client.get("/playground/people")).json() == []


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_other_sites_may_link_to_the_page_and_nothing_else(client: httpx.AsyncClient, site: str) -> None:
    followed = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate"}
    assert (await client.get("/", headers=followed)).status_code == 200
    assert (
        await client.get("/playground/books", headers={"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors"})
    ).status_code == 403
    assert (await client.post("/playground/people", json={"name": "Eve"}, headers=followed)).status_code == 403


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST"])
async def test_own_names_and_own_origin_are_served(
    client: httpx.AsyncClient, playground: Playground, name: str
) -> None:
    host = f"{name}:{playground.address.rpartition(':')[2]}"
    headers = {"Host": host, "Origin": f"http://{host.lower()}", "Sec-Fetch-Site": "same-origin"}
    answer = await client.post("/playground/people", json={"name": "Ann"}, headers=headers)
    assert answer.status_code == 200


async def test_it_listens_on_one_address_alone(playground: Playground) -> None:
    """Not even on this machine's other loopback addresses."""
    port = int(playground.address.rpartition(":")[2])
    with socket.socket() as other:
        other.settimeout(2)
        assert other.connect_ex(("127.0.0.2", port)) != 0


@pytest.mark.parametrize("path", PATHS)
async def test_every_answer_has_strict_headers(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in headers
