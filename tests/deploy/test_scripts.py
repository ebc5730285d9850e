"""The shell scripts of the deployment: clean for shellcheck, and one sentence for what they cannot do."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"
SCRIPTS = sorted(DEPLOY.glob("*.sh"))
shellcheck = shutil.which("shellcheck")


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([DEPLOY / script, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL)


def install(folder: Path, commands: str) -> subprocess.CompletedProcess[str]:
    """Run functions of the installer, with what it installs, and the checkout, in a folder."""
    functions = (DEPLOY / "install.sh").read_text("utf-8").removesuffix('main "$@"\n')
    places = f"home={folder}/opt settings={folder}/etc source_folder={folder} scratch={folder}/scratch"
    return subprocess.run(["bash", "-c", f"{functions}\n{places}\n{commands}"], capture_output=True, text=True)


def settings_file(folder: Path, content: str) -> Path:
    file = folder / "etc/environment"
    file.parent.mkdir()
    file.write_text(content, "utf-8")
    return file


@pytest.mark.skipif(shellcheck is None, reason="needs shellcheck: apt install shellcheck")
def test_shellcheck_finds_nothing() -> None:
    done = subprocess.run([shellcheck or "", *SCRIPTS], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_installer_says_how_it_is_called() -> None:
    done = run("install.sh", "--help")
    assert done.returncode == 0
    options = ("--train", "--instances N", "--trainer", "--cuda", "--token-file FILE", "--mnist FILE", "--wheels DIR")
    for part in ("upgrade", "rollback", "uninstall", *options):
        assert part in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--no-such-option"], "--no-such-option is unknown"),
        (["remove"], "remove is unknown"),
        (["install", "--token-file", "/nowhere/token"], "--token-file needs something that can be read"),
        (["--mnist"], "--mnist needs something that can be read"),
        (["--instances", "0"], "--instances needs a number from 1 to 9"),
        (["--instances"], "--instances needs a number from 1 to 9"),
        (["--trainer", "--instances", "2"], "--trainer is for a machine without bots"),
    ],
)
def test_bad_usage_of_the_installer_is_one_sentence(arguments: list[str], said: str) -> None:
    done = run("install.sh", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(Path("/run/systemd/system").exists(), reason="systemd runs here: it might install something")
@pytest.mark.parametrize("task", ["install", "upgrade", "rollback", "uninstall"])
def test_without_systemd_or_root_nothing_is_touched(task: str) -> None:
    done = run("install.sh", task)
    assert done.returncode == 1
    assert "only root can do this" in done.stderr or "systemd does not run here" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(Path("/etc/systemd/system/digitbot.service").exists(), reason="digitbot is installed here")
def test_a_command_beside_no_service_says_what_is_missing() -> None:
    for arguments in (["doctor"], ["db", "restore", "backup.db"], ["db", "rekey"]):
        done = run("digitbot.sh", *arguments)
        assert done.returncode == 1
        assert "use sudo" in done.stderr or "the service is not installed" in done.stderr
    assert "systemctl start digitbot" in run("digitbot.sh", "run").stderr
    assert "systemctl start digitbot-trainer" in run("digitbot.sh", "trainer").stderr


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_setting_is_added_as_a_line_of_its_own(tmp_path: Path, end: str) -> None:
    file = settings_file(tmp_path, f"DIGITBOT_ADMINS=1{end}")
    (tmp_path / "opt").mkdir()
    (tmp_path / "opt/mnist.npz").touch()
    assert install(tmp_path, "install_mnist; install_mnist").returncode == 0
    assert file.read_text("utf-8") == f"DIGITBOT_ADMINS=1\nDIGITBOT_MNIST={tmp_path}/opt/mnist.npz\n"


@pytest.mark.parametrize("line", ["{}={}", '{}="{}"', "{}='{}'", " {}= {}"])
def test_a_setting_counts_however_it_is_written(tmp_path: Path, line: str) -> None:
    url = line.format("DIGITBOT_DATABASE_URL", "postgresql+asyncpg://digitbot@/digitbot")
    settings_file(tmp_path, url + '\nDIGITBOT_WEBHOOK_URL=""\n')
    (tmp_path / "etc/encryption-key").write_text("key")
    assert install(tmp_path, "trainer=yes; require_shared; has_database").returncode == 0
    several = install(tmp_path, "instances=2; require_shared")
    assert (several.returncode, "need a webhook" in several.stderr) == (78, True)


def test_secrets_that_were_put_there_by_hand_are_closed_to_others(tmp_path: Path) -> None:
    file = settings_file(tmp_path, "PGPASSWORD=secret\n")
    key = file.with_name("encryption-key")
    for each in (file, key, file.with_name("postgresql.pem")):
        each.touch()
        each.chmod(0o644)
    assert install(tmp_path, "trainer=yes; install_settings").returncode == 0
    modes = {each.name: each.stat().st_mode & 0o777 for each in file.parent.iterdir()}
    assert modes == {"environment": 0o600, "encryption-key": 0o600, "postgresql.pem": 0o644}


def test_the_secrets_of_containers_are_not_installed(tmp_path: Path) -> None:
    secrets = tmp_path / "deploy/secrets"
    secrets.mkdir(parents=True)
    (secrets / "bot-token").touch()
    (tmp_path / "deploy/install.sh").touch(0o755)
    (tmp_path / "scratch").mkdir()
    assert install(tmp_path, "copy_deploy").returncode == 0
    (copied,) = (tmp_path / "scratch").rglob("*.*")
    assert (copied.name, copied.stat().st_mode & 0o777) == ("install.sh", 0o755)
    assert not [*(tmp_path / "scratch").rglob("*token*")]


# What makes a virtual environment, and fills it with packages.
VENV = """
python3() { mkdir -p "$3/bin"; printf '#!/bin/sh\n' >"$3/bin/digitbot"; chmod +x "$3/bin/digitbot"; }
install_packages() { :; }
kind=serve wheel=digitbot.whl
"""


def test_a_version_whose_python_is_gone_is_installed_anew(tmp_path: Path) -> None:
    for name in ("scratch/deploy", "locks", "docs"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "README.md").touch()
    assert "Installing version 1" in install(tmp_path, f"{VENV} version=1; install_version").stdout
    assert "here already" in install(tmp_path, f"{VENV} version=1; install_version").stdout
    program = tmp_path / "opt/versions/1/bin/digitbot"
    program.write_text("#!/opt/digitbot/no/such/python\n")
    assert "Installing version 1" in install(tmp_path, f"{VENV} version=1; install_version").stdout
    assert program.read_text() == "#!/bin/sh\n"


@pytest.mark.parametrize(("interpreter", "used"), [("/bin/sh", "old"), ("/no/such/python", "new")])
def test_the_backup_before_an_upgrade_is_made_by_a_version_that_runs(
    tmp_path: Path, interpreter: str, used: str
) -> None:
    program = tmp_path / "opt/versions/old/bin/digitbot"
    program.parent.mkdir(parents=True)
    program.touch(0o755)
    program.write_text(f"#!{interpreter}\n")
    mocked = "stop_services() { :; }; back_up() { basename $1; }; migrate() { :; }; link() { :; }"
    assert install(tmp_path, f"{mocked}; version=new; replace_version old").stdout == f"{used}\n"
