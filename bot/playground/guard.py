"""Who may talk to the playground: programs and pages of this machine, no foreign web page.

It listens on the loopback address alone; what remains is the visitor's own browser, sent here by a foreign page:
under a foreign name that resolves to 127.0.0.1 (DNS rebinding, seen in Host), or by a form or script (seen in
Origin and Sec-Fetch-Site, https://www.w3.org/TR/fetch-metadata/).
"""

from __future__ import annotations

from urllib.parse import urlsplit

from tornado.httputil import HTTPServerRequest
from tornado.web import RequestHandler

LOOPBACK_NAMES = {"127.0.0.1", "localhost", "::1"}
"""The host names of this machine: the only ones that requests may come to and updates are pushed to."""
SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def refusal(request: HTTPServerRequest) -> str | None:
    """Why a request is not served, in one sentence; None where it is."""
    if _name(f"//{request.host}") not in LOOPBACK_NAMES:
        return "The playground answers to 127.0.0.1 and localhost only."
    origin = request.headers.get("Origin")
    if origin is not None and origin.lower() != f"http://{request.host}".lower():
        return "The playground takes nothing from pages of other origins."
    site = request.headers.get("Sec-Fetch-Site", "none")
    navigates = request.headers.get("Sec-Fetch-Mode") == "navigate" and request.method == "GET"
    if site not in {"none", "same-origin"} and not navigates:
        return "The playground takes nothing from pages of other sites."
    return None


def _name(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


class GuardedHandler(RequestHandler):
    """A handler that serves this machine's own pages and programs only, with strict headers."""

    def set_default_headers(self) -> None:
        for name, value in SECURITY_HEADERS.items():
            self.set_header(name, value)

    def prepare(self) -> None:
        if reason := refusal(self.request):
            self.set_status(403)
            self.finish({"error": reason})

    def write_error(self, status_code: int, **_: object) -> None:  # noqa: ARG002  (tornado's)
        self.finish({"error": f"{self._reason}."})
