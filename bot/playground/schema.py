"""Checks against python-telegram-bot's own types, which know every method, parameter and field of the Bot API.

A payload is right when PTB can read it, finds no field that it does not know, would write the same back, and
every plain value has the type that PTB's constructor names.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from functools import cache

import telegram
from telegram.constants import ChatType

from bot.playground.errors import PlaygroundError
from bot.playground.responses import Payload, bad_request

PTB_TIMEOUTS = {"read_timeout", "write_timeout", "connect_timeout", "pool_timeout"}
PTB_OWN_PARAMETERS = {"self", "filename", "api_kwargs", "contact", *PTB_TIMEOUTS}
"""Parameters of PTB's methods that the Bot API does not have."""
PLAIN_TYPES = {"int": int, "str": str, "bool": bool, "float": float}


class SchemaError(PlaygroundError):
    """A payload that the real Bot API could not have sent: a mistake in the playground."""


@cache
def methods() -> dict[str, str]:
    """Every method of the Bot API by its lower-case name (the server does not mind case)."""
    names = (name for name, _ in inspect.getmembers(telegram.Bot) if re.fullmatch(r"[a-z]+([A-Z]\w*)+", name))
    return {name.lower(): name for name in (*names, "close")}


@cache
def required(method: str) -> tuple[str, ...]:
    """Parameters that a call must have, as PTB's signature says."""
    parameters = inspect.signature(getattr(telegram.Bot, method)).parameters.values()
    needed = (one.name for one in parameters if one.default is inspect.Parameter.empty)
    return tuple(name for name in needed if name not in {"args", "kwargs", *PTB_OWN_PARAMETERS})


@cache
def names_chat(method: str) -> bool:
    """Whether calls of a method are for one chat: they name it, or a callback query that was sent in it."""
    parameters = inspect.signature(getattr(telegram.Bot, method, object)).parameters
    return not parameters.keys().isdisjoint({"chat_id", "callback_query_id"})


def check_parameters(method: str, given: set[str]) -> None:
    """Raises ApiError where a required parameter is missing."""
    for name in required(method):
        if name not in given:
            raise bad_request(f"parameter {name} is missing")


def check_result(method: str, result: object) -> None:
    """Raises SchemaError where a method could not have this result."""
    annotation = inspect.signature(getattr(telegram.Bot, method)).return_annotation
    kinds = re.findall(r"\w+", annotation if isinstance(annotation, str) else inspect.formatannotation(annotation))
    if isinstance(result, bool | str | int):
        if type(result).__name__ not in kinds:
            raise SchemaError(f"{method}: {result!r} is not {annotation}")
        return
    cls = next((found for kind in kinds if (found := _telegram_class(kind))), None)
    if cls is None:
        raise SchemaError(f"{method}: {result!r} is not {annotation}")
    if isinstance(result, list) is not ("tuple" in kinds):
        raise SchemaError(f"{method}: a list where one was expected, or the other way round")
    for one in result if isinstance(result, list) else [result]:
        check(cls, one)


def check_update(update: Payload) -> None:
    """Raises SchemaError where this is no update."""
    check(telegram.Update, update)


def check(cls: type[telegram.TelegramObject], payload: object) -> None:
    """Raises SchemaError where a payload is not one of ``cls``."""
    if not isinstance(payload, dict):
        raise SchemaError(f"{cls.__name__}: {payload!r} is no object")
    try:
        made = cls.de_json(payload, None)
        written = made.to_dict()
    except Exception as error:
        raise SchemaError(f"{cls.__name__}: {error}") from error
    for problem in (*_unknown(made, cls.__name__), *_different(payload, written, cls.__name__)):
        raise SchemaError(problem)
    for problem in _wrong_values(made, payload, cls.__name__):
        raise SchemaError(problem)


def _telegram_class(name: str) -> type[telegram.TelegramObject] | None:
    found = getattr(telegram, name, None)
    return found if inspect.isclass(found) and issubclass(found, telegram.TelegramObject) else None


def _parts(made: telegram.TelegramObject) -> Iterator[tuple[str, telegram.TelegramObject]]:
    """The objects inside an object, each with the name of its attribute."""
    for slot in _public_slots(type(made)):  # type: ignore[arg-type]  # classes can be hashed
        value = getattr(made, slot, None)
        for one in value if isinstance(value, list | tuple) else [value]:
            for part in one if isinstance(one, tuple) else [one]:
                if isinstance(part, telegram.TelegramObject):
                    yield slot, part


@cache
def _public_slots(cls: type[telegram.TelegramObject]) -> tuple[str, ...]:
    slots = {slot for base in cls.__mro__ for slot in getattr(base, "__slots__", ())}
    return tuple(sorted(slot for slot in slots if not slot.startswith("_")))


def _unknown(made: telegram.TelegramObject, where: str) -> Iterator[str]:
    if made.api_kwargs:
        yield f"{where}: unknown fields {sorted(made.api_kwargs)}"
    for name, part in _parts(made):
        yield from _unknown(part, f"{where}.{name}")


def _different(payload: object, written: object, where: str) -> Iterator[str]:
    """Where PTB would not write back what it was given; it may add fields of its own."""
    if isinstance(payload, dict) and isinstance(written, dict):
        for name, value in payload.items():
            if name not in written:
                yield f"{where}.{name}: lost"
            else:
                yield from _different(value, written[name], f"{where}.{name}")
    elif isinstance(payload, list) and isinstance(written, list | tuple) and len(payload) == len(written):
        for number, (one, other) in enumerate(zip(payload, written, strict=True)):
            yield from _different(one, other, f"{where}[{number}]")
    elif payload != written or isinstance(payload, bool) is not isinstance(written, bool):
        yield f"{where}: {payload!r} became {written!r}"


def _wrong_values(made: telegram.TelegramObject, payload: Payload, where: str) -> Iterator[str]:
    for name in _needed(type(made)):  # type: ignore[arg-type]  # classes can be hashed
        if payload.get("from" if name == "from_user" else name) is None:
            yield f"{where}.{name}: missing"
    for name, kinds in _plain_parameters(type(made)).items():  # type: ignore[arg-type]  # classes can be hashed
        value = payload.get("from" if name == "from_user" else name)
        if value is not None and not any(_is(value, kind) for kind in kinds):
            yield f"{where}.{name}: {value!r} is not {' or '.join(kinds)}"
    if isinstance(made, telegram.Chat) and payload.get("type") not in list(ChatType):
        yield f"{where}.type: {payload.get('type')!r} is no type of chat"
    for name, part in _parts(made):
        inside = payload.get("from" if name == "from_user" else name)
        if isinstance(inside, dict):
            yield from _wrong_values(part, inside, f"{where}.{name}")


def _is(value: object, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "bool"
    return isinstance(value, PLAIN_TYPES[kind]) or (kind == "float" and isinstance(value, int))


@cache
def _needed(cls: type[telegram.TelegramObject]) -> tuple[str, ...]:
    """Fields that every such object has: constructor parameters without a default. PTB itself lets some be missing."""
    parameters = list(inspect.signature(cls.__init__).parameters.values())[1:]
    named = (one for one in parameters if one.kind is not inspect.Parameter.VAR_KEYWORD)
    return tuple(one.name for one in named if one.default is inspect.Parameter.empty)


@cache
def _plain_parameters(cls: type[telegram.TelegramObject]) -> dict[str, tuple[str, ...]]:
    """Constructor parameters that take nothing but plain values, with the names of their types."""
    plain = {}
    for name, parameter in inspect.signature(cls.__init__).parameters.items():
        annotation = parameter.annotation
        text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
        words = set(re.findall(r"\w+", text)) - {"None", "Optional", "Union"}
        if words and words <= PLAIN_TYPES.keys():
            plain[name] = tuple(sorted(words))
    return plain
