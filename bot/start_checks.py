"""Checks at the start of the bot: what the environment, the state folder and the clock hold is looked at once.

A fault that would end the bot later, with somebody else's exception, is one sentence here; what it can live with is a
warning.
"""

from __future__ import annotations

import difflib
import logging
import os
import re
import ssl
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final
from urllib.parse import urlsplit

import httpx

from bot.listening import check_listening
from bot.settings import Settings, SettingsError
from storage.errors import DatabaseFull, KeyUnusable, WrongKey, is_disk_full
from storage.retention import EARLIEST_TIME
from storage.sqlite_file import require_key
from storage.write_ahead_log import log_problem

log = logging.getLogger(__name__)

# What httpx reads of the environment; lower case wins, as in urllib.request.getproxies_environment.
_PROXIES: Final = ("http_proxy", "https_proxy", "all_proxy")
_SCHEMES: Final = ("http", "https", "socks5", "socks5h")
_PREFIX: Final = "DIGITBOT_"
_NO_VARIABLES: Final = frozenset({"DIGITBOT_INVITE"})  # DIGITBOT_USERS holds it
MNIST_VARIABLE: Final = "DIGITBOT_MNIST"  # read where data sets are loaded (``model.datasets``)
_PROBE_BYTES: Final = 1 << 16  # what a first start writes, and more
_OTHERS_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH
_OTHERS_ALL: Final = stat.S_IRWXG | stat.S_IRWXO
_HASHED_NAME: Final = re.compile(r"[0-9a-f]{8}\.\d+")  # of a certificate in a folder for OpenSSL


def check_start(settings: Settings, environment: Mapping[str, str] = os.environ, now: datetime | None = None) -> None:
    """Raises SettingsError, or DatabaseFull, for what the bot cannot start with; logs what it can."""
    check_environment(environment)
    check_storage(settings)
    if settings.backup_folder.exists() and not settings.backup_folder.is_dir():
        raise SettingsError(f"DIGITBOT_BACKUPS: {settings.backup_folder} is not a folder: name another")
    check_listening(settings)
    for warning in (*warnings(settings, now or datetime.now(UTC)), *doubtful_variables(environment)):
        log.warning("%s", warning)


def check_storage(settings: Settings) -> None:
    """Raises SettingsError, or DatabaseFull, for a state folder or a database that cannot be used."""
    _check_folder("DIGITBOT_STATE", settings.state)
    if settings.on_server:
        _check_driver()
    else:
        _check_file(settings)


def check_environment(environment: Mapping[str, str]) -> None:
    """Raises SettingsError for a proxy or certificates that cannot be used."""
    _check_proxies(environment)
    _check_certificates(environment)
    _check_http_client()


def exposed_paths(settings: Settings) -> Iterator[tuple[Path, str]]:
    """What others may use though it is the bot's alone, with the mode that chmod needs; nothing is changed."""
    database = () if settings.on_server else (settings.database_file.parent, settings.database_file)
    for path in dict.fromkeys((settings.state, *database)):
        if _mode(path) & _OTHERS_WRITE:
            yield path, "go-w"
    if settings.key is None and _mode(settings.key_file) & _OTHERS_ALL:
        yield settings.key_file, "0600"


def warnings(settings: Settings, now: datetime) -> Iterator[str]:
    """One sentence for each thing that should be otherwise. The key file's mode is corrected where it is ours."""
    if now < EARLIEST_TIME:
        yield f"The clock says {now:%Y-%m-%d}, which cannot be: set it; until then nothing expires."
    if not settings.on_server and (problem := log_problem(settings.database_file)):
        yield f"{settings.database_file}: {problem}"
    for path, mode in exposed_paths(settings):
        if path == settings.key_file:
            yield _close_key(path)
        else:
            yield f"Other users of this machine may write {path}: take that from them (chmod {mode})."


def doubtful_variables(environment: Mapping[str, str]) -> Iterator[str]:
    """One sentence for each variable that is probably a mistake, though the bot can go on with it."""
    known = {_PREFIX + name.upper() for name in Settings.model_fields} - _NO_VARIABLES | {MNIST_VARIABLE}
    for name in sorted(environment):
        if name.startswith(_PREFIX) and name not in known:
            (similar, *_) = difflib.get_close_matches(name, known, 1) or [""]
            meant = f"; is {similar} meant?" if similar else ""
            yield f"{name} is no setting of this version of digitbot and has no effect{meant}"
    mnist = environment.get(MNIST_VARIABLE)
    if mnist and not Path(mnist).is_file():
        yield f"{MNIST_VARIABLE}: there is no file {mnist}: training then changes the last layer only"


def exempt_from_proxies(host: str) -> None:
    """Let this process reach ``host`` directly, whatever proxy the environment names."""
    names = [os.environ.get(name, "") for name in ("no_proxy", "NO_PROXY")]
    hosts = next((each for each in names if each), "")
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = f"{hosts},{host}" if hosts else host


def _check_proxies(environment: Mapping[str, str]) -> None:
    for name in _PROXIES:
        variable = name if environment.get(name) else name.upper()
        if value := environment.get(variable):
            _check_proxy(variable, value)


def _check_proxy(variable: str, value: str) -> None:
    """The value stands in no sentence: it may hold a password."""
    try:
        url = urlsplit(value if "://" in value else f"http://{value}")
        usable = url.scheme.lower() in _SCHEMES and bool(url.hostname) and url.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise SettingsError(f"{variable}: must look like http://HOST:PORT or socks5://HOST:PORT")
    if url.scheme.lower().startswith("socks") and find_spec("socksio") is None:
        raise SettingsError(
            f"{variable}: a SOCKS proxy needs the package socksio, which is missing: pip install socksio where "
            "digitbot is installed, or name an http:// proxy"
        )


def _check_certificates(environment: Mapping[str, str]) -> None:
    """Of the variables that httpx reads, in its order."""
    if file := environment.get("SSL_CERT_FILE"):
        _check_certificate_file(file)
        return
    folders = environment.get("SSL_CERT_DIR")
    if folders and not any(_holds_certificates(Path(folder)) for folder in folders.split(os.pathsep)):
        raise SettingsError(
            "SSL_CERT_DIR: is no folder with certificates under OpenSSL's hashed names (openssl rehash makes them): "
            "name another, or unset it"
        )


def _check_certificate_file(file: str) -> None:
    try:
        ssl.create_default_context(cafile=file)
    except FileNotFoundError:
        raise SettingsError("SSL_CERT_FILE: there is no such file: name another, or unset it") from None
    except ssl.SSLError:
        raise SettingsError("SSL_CERT_FILE: holds no certificate in PEM form: name another, or unset it") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SettingsError(f"SSL_CERT_FILE: cannot be read ({reason}): name another, or unset it") from None


def _holds_certificates(folder: Path) -> bool:
    try:
        return any(_HASHED_NAME.fullmatch(each.name) for each in folder.iterdir())
    except OSError:
        return False


def _check_http_client() -> None:
    """Whatever else of the environment makes httpx fail, NO_PROXY among it."""
    try:
        httpx.AsyncClient()
    except Exception as error:  # noqa: BLE001 - of whatever kind
        raise SettingsError(
            f"the proxies and certificates of the environment cannot be used ({error}): see HTTPS_PROXY, NO_PROXY and "
            "SSL_CERT_FILE"
        ) from None


def _check_driver() -> None:
    """That of PostgreSQL, which is an extra. Whether the server answers shows when the database is opened."""
    if find_spec("asyncpg") is None:
        raise SettingsError(
            "DIGITBOT_DATABASE_URL: PostgreSQL needs the package asyncpg, which is missing: "
            "install digitbot[postgresql]"
        )


def _check_file(settings: Settings) -> None:
    """The database file's place and, where it is there, its key. Raises what opening it raises."""
    file = settings.database_file
    if file.is_dir():
        raise SettingsError(f"DIGITBOT_DATABASE_URL: {file} is a folder: name a file in it")
    if file.parent != settings.state:
        _check_folder("DIGITBOT_DATABASE_URL", file.parent)
    try:
        if settings.has_database:
            require_key(file, settings.keyring())
    except (KeyUnusable, WrongKey) as error:
        raise SettingsError(str(error)) from None


def _check_folder(variable: str, folder: Path) -> None:
    """Make the folder (0700) where it is missing, and write into it once."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=folder, prefix=".start-check-") as probe:
            probe.write(bytes(_PROBE_BYTES))
            probe.flush()
            os.fsync(probe.fileno())
    except (NotADirectoryError, FileExistsError):
        raise SettingsError(f"{variable}: {folder} is not a folder, or lies in none: name another") from None
    except OSError as error:
        if is_disk_full(error):
            raise DatabaseFull from None
        raise SettingsError(
            f"{variable}: {folder} cannot be written ({error.strerror}): name another, or let this user write there"
        ) from None


def _close_key(key_file: Path) -> str:
    """Take the key from others, where the file is this user's."""
    with suppress(OSError):
        key_file.chmod(stat.S_IRUSR | stat.S_IWUSR)
        return (
            f"{key_file} could be read by others and is closed to them now: where one of them is not to be trusted, "
            "stop the bot and change the key (digitbot db rekey)."
        )
    return f"Others may read the key {key_file}: take that from them (chmod 0600)."


def _mode(path: Path) -> int:
    """The permissions; none where there is nothing. A folder with the sticky bit protects what lies in it."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return 0
    return 0 if mode & stat.S_ISVTX else stat.S_IMODE(mode)
