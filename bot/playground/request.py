"""One call of a Bot API method: its parameters and files, whichever way they were sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.playground.responses import bad_request


@dataclass(frozen=True)
class Upload:
    """A file in a multipart body."""

    name: str
    content: bytes
    mime: str = ""


@dataclass(frozen=True)
class ApiRequest:
    """Parameters are strings, as forms send them; what is nested is JSON in a string."""

    method: str
    fields: Mapping[str, str] = field(default_factory=dict)
    uploads: Mapping[str, Upload] = field(default_factory=dict)

    @classmethod
    def of_json(cls, method: str, body: Mapping[str, object]) -> ApiRequest:
        """A call whose body was one JSON object."""
        plain = {
            name: one if isinstance(one, str) else json.dumps(one) for name, one in body.items() if one is not None
        }
        return cls(method, plain)

    def text(self, name: str) -> str:
        return self.fields.get(name, "")

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in {"true", "1", "yes"}

    def integer(self, name: str, default: int = 0) -> int:
        """A whole number; raises ApiError where something else was sent."""
        value = self.text(name)
        try:
            return int(value) if value else default
        except ValueError:
            raise bad_request(f"invalid {name} specified") from None

    def json(self, name: str) -> object:
        """A nested parameter; None where it is missing; raises ApiError where it is no JSON."""
        value = self.text(name)
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None

    def objects(self, name: str) -> list[dict[str, object]]:
        """A nested list of objects; raises ApiError where it is something else."""
        value = self.json(name)
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise bad_request(f"can't parse {name}: expected an Array of objects")
        return value
