"""The settings: environment variables and systemd credentials, checked once at the start."""

from __future__ import annotations

import hashlib
import os
import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import BotError
from bot.identity import SHARED_IDS
from storage.backends import POSTGRESQL_DRIVER, SQLITE_DRIVER, sqlite_address, url_of, without_password
from storage.keyring import Keyring
from storage.samples import PERSON_SHARE, ReviewPolicy

TELEGRAM_API_URL = "https://api.telegram.org"
WEBHOOK_PORTS = (443, 80, 88, 8443)  # Bot API, setWebhook
MAX_ID = 2**52  # Bot API, User: an id has at most 52 significant bits


UNIX_PREFIX = "unix:"  # of a socket's path, as nginx and Caddy spell it
MAX_SOCKET_PATH = 107  # bytes, unix(7)


class TrainerPlace(StrEnum):
    """Where training runs are carried out: by the bot itself, or by a process of its own (`digitbot trainer`)."""

    OWN = "own"
    SEPARATE = "separate"


class SettingsError(BotError):
    """The settings cannot be used; the message is one sentence that names the variable and what to do."""


def default_state() -> Path:
    """The default state folder: systemd's StateDirectory, else the XDG state folder. Raises SettingsError."""
    if systemd := os.environ.get("STATE_DIRECTORY"):
        return Path(systemd.split(":")[0])
    return user_state("digitbot")


def user_state(name: str) -> Path:
    """This user's state folder for a program of that name (XDG Base Directory Specification, which has a relative
    XDG_STATE_HOME ignored).

    Raises SettingsError for a user without a home folder, as in a container under any user id.
    """
    xdg = Path(os.environ.get("XDG_STATE_HOME", ""))
    if xdg.is_absolute():
        return xdg / name
    try:
        return Path.home() / ".local" / "state" / name
    except RuntimeError:
        raise SettingsError(
            "DIGITBOT_STATE is not set and this user has no home folder: set it to a folder that this user may write"
        ) from None


class Settings(BaseSettings):
    """Every ``DIGITBOT_*`` variable. Secrets may come as systemd credentials instead (systemd.exec(5), CREDENTIALS)."""

    model_config = SettingsConfigDict(
        env_prefix="DIGITBOT_", env_ignore_empty=True, frozen=True, hide_input_in_errors=True
    )

    token: SecretStr | None = None
    admins: Annotated[frozenset[int], NoDecode] = frozenset()
    users: Annotated[frozenset[int], NoDecode] = Field(default=frozenset(), description="ids; empty: everybody")
    invite: SecretStr | None = Field(default=None, description="the invite word that gives a person access")
    state: Path = Field(default_factory=default_state)
    database_url: str = ""
    backups: Path | None = Field(default=None, description="folder of digitbot db backup --keep")
    key: SecretStr | None = None
    api_url: str = TELEGRAM_API_URL
    webhook_url: str = ""
    webhook_listen: str = Field(default="127.0.0.1", description="an address of this machine, or unix:/PATH")
    webhook_port: int = Field(default=8080, ge=1, le=65535)
    metrics_port: int | None = Field(default=None, ge=1, le=65535, description="of /metrics on 127.0.0.1; none: off")
    personal_groups: Annotated[frozenset[int], NoDecode] = Field(
        default=frozenset(), description="ids of groups where each person's photos are read as that person taught"
    )
    keep_days: int = Field(default=7, ge=1, le=36_500, description="days for which a reading can be corrected")
    retrain_after: int = Field(default=100, ge=0, description="new samples that make an update due; 0: never told")
    reading_threads: int = Field(default=2, ge=1, le=64, description="photos that are read at once")
    photos_per_minute: int | None = Field(
        default=None, ge=1, le=10_000, description="of one person; none: no limit, which admins never have"
    )
    model_bytes: int = Field(
        default=100_000_000, ge=1_000_000, description="the most bytes of a model: served file and .keras file together"
    )
    review: ReviewPolicy = Field(
        default=ReviewPolicy.ODD, description="which labels wait for an admin's /review before they are trained on"
    )
    person_share: float = Field(
        default=PERSON_SHARE, gt=0, le=1, description="the most that one person takes of a run's room for corrections"
    )
    trainer: TrainerPlace = Field(default=TrainerPlace.OWN, description="what carries out training runs")
    log_level: str = "INFO"

    @classmethod
    def load(cls, **overrides: object) -> Self:
        """Settings from the environment. Raises SettingsError with one sentence for the first thing that is wrong."""
        try:
            access = {"invite": None} if "users" in overrides else _users()
            return cls(**{**access, **overrides})  # type: ignore[arg-type]  # pydantic checks them
        except ValidationError as error:
            first = error.errors()[0]
            sentence = first["msg"].removeprefix("Value error, ")  # of several settings together: names one itself
            name = f"DIGITBOT_{first['loc'][0]}: ".upper() if first["loc"] else ""
            raise SettingsError(name + sentence) from None

    @field_validator("admins", "users", "personal_groups", mode="before")
    @classmethod
    def _ids(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            ids = frozenset(int(part) for part in value.replace(",", " ").split())
        except ValueError:
            raise ValueError("must be Telegram ids separated by commas; /id tells a person theirs") from None
        if value.strip() and not ids:
            raise ValueError("names nobody: put in Telegram ids, or unset it")
        return ids

    @field_validator("admins", "users")
    @classmethod
    def _name_somebody(cls, value: frozenset[int], info: ValidationInfo) -> frozenset[int]:
        """Users may be channels, whose ids are negative; admins may not."""
        least = 1 if info.field_name == "admins" else -MAX_ID
        if wrong := [each for each in value if not least <= each <= MAX_ID]:
            raise ValueError(f"{wrong[0]} cannot be the id of one; /id tells a person theirs in a private chat")
        if shared := value & SHARED_IDS:
            raise ValueError(
                f"{min(shared)} is an id that all anonymous admins or channels of Telegram share, so it names nobody; "
                "take it out, and put in a person's own id, which /id tells them in a private chat"
            )
        return value

    @field_validator("personal_groups")
    @classmethod
    def _name_groups(cls, value: frozenset[int]) -> frozenset[int]:
        if wrong := [each for each in value if not -MAX_ID <= each < 0]:
            raise ValueError(f"{wrong[0]} cannot be the id of a group: those are negative numbers")
        return value

    @field_validator("token")
    @classmethod
    def _token_form(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"\d+:[\w-]{20,}", value.get_secret_value()):
            raise ValueError("is not a bot token; @BotFather gives one that looks like 123456:ABC-...")
        return value

    @field_validator("api_url", "webhook_url")
    @classmethod
    def _address(cls, value: str) -> str:
        try:
            parts = urlsplit(value)
            is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:  # a port that is no number, brackets that do not close
            is_address = False
        if value and not (is_address and not re.search(r"\s", value)):
            raise ValueError("must be an address that begins with http:// or https:// and a host, and maybe a port")
        return value.rstrip("/")

    @field_validator("state", "backups")
    @classmethod
    def _folder(cls, value: Path | None) -> Path | None:
        """Absolute, so that database and key lie together wherever a child process works."""
        if value is None:
            return None
        if value.parts[:1] == ("~",):
            raise ValueError("no shell has replaced the ~: give the whole path")
        return value.absolute()

    @field_validator("database_url")
    @classmethod
    def _database_form(cls, value: str) -> str:
        if not value:
            return value
        url = url_of(value)
        is_file = url.drivername == SQLITE_DRIVER and not (url.host or url.query)
        if not (is_file or url.drivername == POSTGRESQL_DRIVER) or url.database in {None, "", ":memory:"}:
            raise ValueError(
                "must look like sqlite+aiosqlite:////FOLDER/digitbot.db, with ? and % as %3F and %25, or like "
                "postgresql+asyncpg://USER:PASSWORD@HOST/NAME"
            )
        return value

    @field_validator("webhook_listen")
    @classmethod
    def _socket_path(cls, value: str) -> str:
        path = value.removeprefix(UNIX_PREFIX)
        if value.startswith(UNIX_PREFIX) and not (path.startswith("/") and len(os.fsencode(path)) <= MAX_SOCKET_PATH):
            raise ValueError(f"must be an address, or unix: and an absolute path of at most {MAX_SOCKET_PATH} bytes")
        return value

    @field_validator("log_level")
    @classmethod
    def _level(cls, value: str) -> str:
        if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @model_validator(mode="before")
    @classmethod
    def _credentials(cls, values: dict[str, object]) -> dict[str, object]:
        """A credential file is used only where there is no explicit value."""
        for field, credential in (("token", "bot-token"), ("key", "encryption-key")):
            if not values.get(field):
                values[field] = _credential(credential)
        return values

    @model_validator(mode="after")
    def _webhook_is_reachable(self) -> Self:
        if self.webhook_url and not self.webhook_url.startswith("https://") and self.api_url == TELEGRAM_API_URL:
            raise ValueError("DIGITBOT_WEBHOOK_URL must begin with https://: Telegram delivers nowhere else")
        port = urlsplit(self.webhook_url).port if self.webhook_url else None
        if port not in {None, *WEBHOOK_PORTS} and self.api_url == TELEGRAM_API_URL:
            ports = ", ".join(map(str, WEBHOOK_PORTS))
            raise ValueError(f"DIGITBOT_WEBHOOK_URL: Telegram delivers to the ports {ports} alone, and not to {port}")
        return self

    @property
    def database(self) -> str:
        """The SQLAlchemy address of the database."""
        if self.database_url:
            return self.database_url
        return sqlite_address(self.state / "digitbot.db")

    @property
    def on_server(self) -> bool:
        """Whether a server keeps the database (PostgreSQL), and no file."""
        return url_of(self.database).drivername == POSTGRESQL_DRIVER

    @property
    def database_file(self) -> Path:
        """The SQLite file. Raises SettingsError where a server keeps the database."""
        if self.on_server:
            raise SettingsError("DIGITBOT_DATABASE_URL: this works on an SQLite file, and a server keeps this database")
        return Path(url_of(self.database).database or "")

    @property
    def database_name(self) -> str:
        """The database as a sentence may name it: its file, or its address without the password."""
        return without_password(self.database) if self.on_server else str(self.database_file)

    @property
    def replaced_file(self) -> Path:
        """The SQLite file; where a server keeps the database, the file in the state folder that it would be: backups
        of what was replaced are named after it."""
        return self.state / "digitbot.db" if self.on_server else self.database_file

    @property
    def tried_models_file(self) -> Path:
        """Where ``bot.tried_models`` remembers what this machine has tried."""
        return (self.state if self.on_server else self.database_file.parent) / "tried-models"

    @property
    def has_database(self) -> bool:
        """Whether the database is there; what is on a server is taken to be. Raises SettingsError where the folder of
        the file cannot be searched."""
        if self.on_server:
            return True
        try:
            return self.database_file.exists()
        except OSError as error:
            raise SettingsError(
                f"DIGITBOT_STATE: {self.database_file} cannot be reached ({error.strerror}): choose a folder that "
                "this user may use"
            ) from None

    @property
    def key_file(self) -> Path:
        """The key file, used unless a setting or a credential gives the key; apart from the database."""
        return self.state / "encryption-key"

    @property
    def backup_folder(self) -> Path:
        """Where `digitbot db backup --keep` puts its backups."""
        return self.backups or self.state / "backups"

    @property
    def open_to_all(self) -> bool:
        return not self.users and self.invite is None

    def keyring(self) -> Keyring:
        """The key of the database: from the settings, else from the key file, which is made at the first start.

        Raises KeyUnusable, also where there is a database but no key file: a new key could not open it; and
        SettingsError where the state folder cannot be reached.
        """
        if self.key is not None:
            return Keyring.from_text(self.key.get_secret_value())
        if self.on_server or not self.has_database:  # whether a server's database is new shows when it is opened
            return Keyring.load_or_create(self.key_file)
        return Keyring.load(self.key_file)

    def present_keyring(self) -> Keyring:
        """The same, but never a new key. Raises KeyUnusable where there is none."""
        return self.keyring() if self.key is not None else Keyring.load(self.key_file)

    def webhook_secret(self) -> str:
        """The secret token of each webhook delivery (setWebhook, secret_token), derived from the bot's token."""
        return hashlib.sha256(b"digitbot webhook " + self.required_token().encode()).hexdigest()

    def required_token(self) -> str:
        """The token; raises SettingsError where there is none."""
        if self.token is None:
            raise SettingsError(
                "DIGITBOT_TOKEN is not set: ask @BotFather for a token, or try the bot without one by `digitbot demo`"
            )
        return self.token.get_secret_value()


def _credential(name: str) -> str | None:
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    path = Path(folder, name) if folder else None
    if path is None or not path.is_file():
        return None
    try:
        return path.read_text("utf-8").strip() or None
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"the credential {name} cannot be read") from None


def _users() -> dict[str, object]:
    """DIGITBOT_USERS holds ids or an invite word: one variable, two fields. Raises SettingsError for anything else."""
    value = os.environ.get("DIGITBOT_USERS", "").strip()
    if not value or re.fullmatch(r"[-\d,\s]+", value):
        return {"invite": None}
    if re.search(r"[,;]", value) or re.fullmatch(r"[\d\s!-/:-@]+", value):
        raise SettingsError(
            "DIGITBOT_USERS: must be Telegram ids separated by commas, or an invite word, with letters and without "
            "commas; /id tells a person theirs"
        )
    return {"users": frozenset(), "invite": SecretStr(value)}
