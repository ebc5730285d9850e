"""The settings: what the environment says, and one sentence where it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, default_state
from storage.database import Database
from storage.errors import KeyUnusable

TOKEN = "1:" + "t" * 35


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable of the machine reaches these tests, and no file of theirs reaches the machine."""
    import os

    for name in [name for name in os.environ if name.startswith("DIGITBOT_")]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    monkeypatch.delenv("STATE_DIRECTORY", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


def test_nothing_set_is_an_open_bot_without_a_token() -> None:
    settings = Settings.load()
    assert settings.open_to_all
    assert settings.api_url == "https://api.telegram.org"
    with pytest.raises(SettingsError, match="DIGITBOT_TOKEN is not set"):
        settings.required_token()


def test_admins_are_ids_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITBOT_ADMINS", "12, 34,")
    assert Settings.load().admins == {12, 34}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DIGITBOT_ADMINS", "ann", "Telegram ids separated by commas"),
        ("DIGITBOT_ADMINS", "12,1087968824", "names nobody"),
        ("DIGITBOT_USERS", "136817688", "names nobody"),
        ("DIGITBOT_TOKEN", "secret-but-no-token", "is not a bot token"),
        ("DIGITBOT_API_URL", "localhost:8081", "http://"),
        ("DIGITBOT_LOG_LEVEL", "loud", "DEBUG, INFO"),
        ("DIGITBOT_KEEP_DAYS", "0", "greater than or equal to 1"),
    ],
)
def test_a_wrong_value_is_named_in_one_sentence_without_being_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    assert str(caught.value).startswith(name + ":")
    assert said in str(caught.value)
    assert "secret-but-no-token" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_users_are_ids_or_an_invite_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITBOT_USERS", "5,6")
    assert Settings.load().users == {5, 6}
    monkeypatch.setenv("DIGITBOT_USERS", "marmalade")
    settings = Settings.load()
    assert not settings.users
    assert settings.invite is not None
    assert settings.invite.get_secret_value() == "marmalade"
    assert not settings.open_to_all


def test_the_invite_word_has_no_variable_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITBOT_INVITE", "marmalade")
    assert Settings.load().open_to_all


def test_a_credential_file_brings_the_token_and_the_environment_wins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "bot-token").write_text(TOKEN + "\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert Settings.load().required_token() == TOKEN
    monkeypatch.setenv("DIGITBOT_TOKEN", "2:" + "u" * 35)
    assert Settings.load().required_token().startswith("2:")


def test_secrets_do_not_show_in_the_settings_own_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITBOT_TOKEN", TOKEN)
    assert TOKEN not in repr(Settings.load())


def test_state_lies_where_systemd_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", "/var/lib/digitbot")
    assert default_state() == Path("/var/lib/digitbot")


def test_the_database_lies_in_the_state_unless_an_address_is_given(tmp_path: Path) -> None:
    assert Settings.load(state=tmp_path).database == f"sqlite+aiosqlite:///{tmp_path}/digitbot.db"
    assert Settings.load(database_url="sqlite+aiosqlite:////elsewhere.db").database.endswith("elsewhere.db")


def test_a_key_is_made_once_and_never_beside_a_database_that_has_another(tmp_path: Path) -> None:
    settings = Settings.load(state=tmp_path)
    key = settings.keyring().to_text()
    assert settings.keyring().to_text() == key
    (tmp_path / "digitbot.db").touch()
    (tmp_path / "encryption-key").unlink()
    with pytest.raises(KeyUnusable):
        settings.keyring()
    assert not (tmp_path / "encryption-key").exists()


@pytest.mark.parametrize("name", ["with spaces", "%20", "a?b#c", "ünï", "50%", "a:b@c"])
def test_database_and_key_lie_in_one_folder_whatever_its_name(tmp_path: Path, name: str) -> None:
    settings = Settings.load(state=tmp_path / name)
    assert settings.database_file == tmp_path / name / "digitbot.db"
    assert Database(settings.database, settings.keyring()).path == settings.database_file
    assert settings.key_file.parent == tmp_path / name


@pytest.mark.parametrize(
    "url",
    ["digitbot.db", "sqlite:///digitbot.db", "postgresql://host/name", "sqlite+aiosqlite://", "sqlite+aiosqlite:///:memory:",
     "sqlite+aiosqlite:////a.db?mode=ro", "sqlite+aiosqlite://host/a.db", "://", "a://b:c/d"],
)  # fmt: skip
def test_another_form_of_database_address_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="DIGITBOT_DATABASE_URL: must look like"):
        Settings.load(database_url=url)


def test_the_state_is_an_absolute_path_and_no_unexpanded_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings.load(state="here").state == tmp_path / "here"
    with pytest.raises(SettingsError, match="~"):
        Settings.load(state="~/digitbot")


def test_an_empty_variable_is_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DIGITBOT_STATE", "")
    monkeypatch.setenv("DIGITBOT_KEEP_DAYS", "")
    assert (Settings.load().state, Settings.load().keep_days) == (tmp_path / "digitbot", 7)


def test_a_relative_xdg_folder_is_ignored(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_state() == tmp_path / ".local" / "state" / "digitbot"


def test_a_user_without_a_home_is_told_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setattr(Path, "home", no_home)
    with pytest.raises(SettingsError, match="DIGITBOT_STATE is not set"):
        Settings.load()


def test_labels_wait_for_a_review_where_they_are_odd_unless_the_owner_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from bot.training_process import finetune_arguments

    assert finetune_arguments(Settings.load()) == ["--review", "odd", "--person-share", "0.5"]
    monkeypatch.setenv("DIGITBOT_REVIEW", "all")
    monkeypatch.setenv("DIGITBOT_PERSON_SHARE", "0.25")
    assert finetune_arguments(Settings.load()) == ["--review", "all", "--person-share", "0.25"]


@pytest.mark.parametrize(("name", "value"), [("REVIEW", "some"), ("PERSON_SHARE", "0"), ("PERSON_SHARE", "1.5")])
def test_a_review_or_a_share_that_there_is_not_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"DIGITBOT_{name}", value)
    with pytest.raises(SettingsError, match=f"DIGITBOT_{name}"):
        Settings.load()
