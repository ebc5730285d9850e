#!/bin/bash
# Installs digitbot as a systemd service on Debian and Ubuntu; run it again whenever something is to be put in order.
#
#   install.sh [install]     this version, from the checkout in which the script lies
#   install.sh upgrade       the same beside an installed one: backup, migration, restart; the old version stays
#   install.sh rollback      go back to the version of before, with all data
#   install.sh uninstall     remove program and units; database, key and settings stay (--purge removes them as well)
#
# Options of install and upgrade:
#   --train            with TensorFlow, for /retrain (2.2 GB instead of 0.45 GB); --serve: without (an upgrade keeps it)
#   --token-file FILE  the token of @BotFather; without it you are asked
#   --mnist FILE       an mnist.npz, for training; without it it is downloaded where that is possible
#   --wheels DIR       take all packages from this folder of wheels, none from a registry
#
# Each version lies in a virtual environment of its own, /opt/digitbot/versions/VERSION-HASH; /opt/digitbot/current is a
# link to one of them, changed in one step after everything else has succeeded.
set -euo pipefail
umask 022

source_folder=$(dirname "$(dirname "$(readlink -f "$0")")")
home=/opt/digitbot
settings=/etc/digitbot
units=(digitbot.service digitbot-backup.service digitbot-backup.timer)
command=/usr/local/bin/digitbot
start_seconds=120 # a first start makes the database and loads the networks: 5 s here, a minute on a slow card
kind='' token_file='' mnist='' wheels='' purge=no
stopped=no
changed=no # whether a running bot lacks a setting
scratch=''

say() { printf '%s\n' "$*"; }

fail() {
    printf 'install.sh: %s\n' "$1" >&2
    exit "${2:-1}"
}

# Whatever happens, a bot that was stopped here runs again, and nothing is left in /tmp.
clean_up() {
    if [ "$stopped" = yes ]; then systemctl start --no-block digitbot || true; fi
    if [ -n "$scratch" ]; then rm -rf "$scratch"; fi
}

version_of() { basename "$(readlink -f "$home/$1" || echo none)"; }

require_system() {
    [ "$(id -u)" = 0 ] || fail 'only root can do this: use sudo'
    [ -d /run/systemd/system ] || fail 'systemd does not run here: start the bot by hand (digitbot run), see docs/operations.md'
    grep -Eqs '^ID(_LIKE)?=.*(debian|ubuntu)' /etc/os-release ||
        fail 'this is neither Debian nor Ubuntu: docs/operations.md says under "Elsewhere" what to do by hand'
    exec 9>/run/digitbot-install.lock
    flock --nonblock 9 || fail 'another install.sh is running'
    trap clean_up EXIT
}

require_python() {
    if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
        say 'Installing python3-venv.'
        apt-get -qq update || true
        DEBIAN_FRONTEND=noninteractive apt-get -qq install -y python3-venv >/dev/null ||
            fail 'python3-venv could not be installed: apt-get install python3-venv'
    fi
    python3 -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' ||
        fail "digitbot needs Python 3.11, 3.12 or 3.13; this system has $(python3 --version): use a newer release of it"
}

# pip, from a registry or from a folder of wheels; every package that comes from there is checked against the locks.
install_packages() {
    local python=$1
    shift
    local from=()
    if [ -n "$wheels" ]; then from=(--no-index --find-links "$wheels"); fi
    "$python" -m pip --disable-pip-version-check install -q --no-cache-dir "${from[@]}" "$@"
}

# Sets wheel and version: the hash tells two builds of one version number apart.
build_wheel() {
    scratch=$(mktemp -d)
    say 'Building the wheel.'
    python3 -m venv "$scratch/build"
    install_packages "$scratch/build/bin/python" --require-hashes -r "$source_folder/locks/build.txt" ||
        fail 'the build tools could not be installed: is the package registry within reach?'
    # A copy, so that nothing is written into the checkout, nor a file of root's left there.
    mkdir "$scratch/tree"
    cp -r "$source_folder"/{pyproject.toml,README.md,LICENSE,bot,model,storage,training} "$scratch/tree"
    "$scratch/build/bin/python" -m pip --disable-pip-version-check wheel -q --no-deps \
        --no-build-isolation -w "$scratch" "$scratch/tree" || fail 'the wheel could not be built'
    wheel=$(echo "$scratch"/digitbot-*.whl)
    version=$(basename "$wheel" | cut -d- -f2)-$kind-$(cat "$wheel" "$source_folder"/{locks/$kind.txt,deploy/*} | sha256sum | cut -c1-8)
}

# A folder that lacks the file `complete` is what an interrupted installation left: it is made anew.
install_version() {
    local folder=$home/versions/$version
    if [ -e "$folder/complete" ]; then
        say "Version $version is here already."
        return
    fi
    say "Installing version $version: a minute or two."
    rm -rf "$folder"
    mkdir -p "$home/versions"
    python3 -m venv "$folder"
    install_packages "$folder/bin/python" --require-hashes -r "$source_folder/locks/$kind.txt" ||
        fail 'the packages could not be installed (is the package registry within reach?); nothing was changed'
    install_packages "$folder/bin/python" --no-deps "$wheel" || fail 'the wheel could not be installed; nothing was changed'
    cp -r "$source_folder"/{deploy,locks,docs,README.md} "$folder"
    chmod -R go+rX "$folder"
    "$folder/bin/digitbot" --version >/dev/null || fail "version $version does not start; nothing was changed"
    touch "$folder/complete"
}

read_token() {
    local token=''
    if [ -n "$token_file" ]; then
        token=$(tr -d '[:space:]' <"$token_file")
    elif [ -t 0 ]; then
        read -rsp 'Token of @BotFather (it is not shown): ' token
        echo
    else
        fail 'there is no token yet: name a file that holds it by --token-file' 78
    fi
    [[ $token =~ ^[0-9]+:[A-Za-z0-9_-]{20,}$ ]] || fail 'that is no token: @BotFather gives one like 123456:ABC-...' 78
    (umask 077 && printf '%s' "$token" >$settings/bot-token)
    changed=yes
}

install_settings() {
    mkdir -p $settings
    if [ ! -s $settings/bot-token ] || [ -n "$token_file" ]; then read_token; fi
    if [ ! -s $settings/encryption-key ]; then
        (umask 077 && head -c 32 /dev/urandom | base64 >$settings/encryption-key)
        say "The key of the database is $settings/encryption-key: copy it to a safe place. A lost key is lost data."
    fi
    if [ ! -e $settings/environment ]; then
        (umask 077 && printf '%s\n' '# Settings of digitbot (README.md lists them); after a change: systemctl restart digitbot' \
            '# /id in the chat tells you your id.' '#DIGITBOT_ADMINS=' >$settings/environment)
    fi
}

# MNIST is replayed by /retrain, which must not depend on a download. Serving goes on without it.
install_mnist() {
    local file=$home/mnist.npz cache=$home/keras load='from model import datasets; datasets.load("mnist")'
    if [ -n "$mnist" ]; then install -m 644 "$mnist" $file; fi
    if [ ! -e $file ]; then
        say 'Downloading MNIST.'
        if KERAS_HOME=$cache "$home/versions/$version/bin/python" -P -c "$load" 2>/dev/null; then
            install -m 644 $cache/datasets/mnist.npz $file
        else
            say "MNIST could not be downloaded. Without it /retrain trains the last layer only; later: install.sh --mnist FILE"
        fi
        rm -rf $cache
    fi
    if [ -e $file ] && ! grep -q '^DIGITBOT_MNIST=' $settings/environment; then
        echo "DIGITBOT_MNIST=$file" >>$settings/environment
        changed=yes
    fi
}

link() {
    ln -sfn "$2" "$home/$1.new"
    mv -T "$home/$1.new" "$home/$1"
}

# Units and command of the version $1; /opt/digitbot/current leads to it from now on.
make_current() {
    link current "versions/$1"
    local unit
    for unit in "${units[@]}"; do install -m 644 "$home/versions/$1/deploy/$unit" /etc/systemd/system/; done
    ln -sfn $home/current/deploy/digitbot.sh $command
    systemctl daemon-reload
}

stop_service() {
    if systemctl is-enabled -q digitbot; then stopped=yes; fi
    systemctl stop digitbot
}

# 0: it serves. 2: it waits for the network. 1: it has failed.
start_service() {
    stopped=no
    systemctl reset-failed digitbot 2>/dev/null || true
    systemctl enable -q digitbot.service digitbot-backup.timer
    systemctl start digitbot-backup.timer
    if [ $changed = yes ]; then systemctl stop digitbot; fi
    systemctl start --no-block digitbot
    local second
    for ((second = 0; second < start_seconds; second++)); do
        if systemctl is-active -q digitbot; then return 0; fi
        # A start that failed is tried again by systemd; here once is enough.
        if systemctl is-failed -q digitbot || [ "$(systemctl show -p NRestarts --value digitbot)" != 0 ]; then return 1; fi
        sleep 1
    done
    return 2
}

has_database() {
    [ -e /var/lib/digitbot/digitbot.db ] || grep -qs '^DIGITBOT_DATABASE_URL=.' $settings/environment
}

# By the version in folder $1.
back_up() {
    if has_database; then
        say 'Making a backup.'
        "$1/deploy/digitbot.sh" db backup --keep 14 || fail 'the backup failed: nothing was changed'
    fi
}

# The old version is stopped, backed up and kept; whatever fails, it is started again.
replace_version() {
    local old=$1 folder=$home/versions/$1
    stop_service
    back_up "$folder"
    "$home/versions/$version/deploy/digitbot.sh" db upgrade || fail "the database could not be migrated: $old goes on"
    link previous "versions/$old"
}

take_back() {
    say "Version $version does not start (journalctl -u digitbot): going back to $1."
    systemctl stop digitbot
    "$home/versions/$1/deploy/digitbot.sh" db upgrade || fail "and $1 cannot open the database: restore the backup from before"
    make_current "$1"
    rm -f $home/previous
    start_service || true
    fail "$version was not installed, $1 runs"
}

# An environment lies in the folder of each version; only the current one and the one of before are kept.
drop_old_versions() {
    local folder
    for folder in "$home"/versions/*; do
        case $(basename "$folder") in
            "$(version_of current)" | "$(version_of previous)") ;;
            *) rm -rf "$folder" ;;
        esac
    done
}

install_digitbot() {
    local old started=0
    old=$(version_of current)
    if [ -z "$kind" ]; then
        case $old in *-train-*) kind=train ;; *) kind=serve ;; esac
    fi
    require_python
    build_wheel
    install_version
    install_settings
    install_mnist
    if [ -e $home/current ] && [ "$old" != "$version" ]; then replace_version "$old"; fi
    make_current "$version"
    start_service || started=$?
    if [ "$started" = 1 ] && [ -e $home/previous ] && [ "$old" != "$version" ]; then take_back "$old"; fi
    drop_old_versions
    report "$started"
}

report() {
    case $1 in
        0) say "digitbot $(version_of current) serves." ;;
        1) fail 'digitbot does not start: journalctl -u digitbot says why' ;;
        *) say 'digitbot waits for Telegram: systemctl status digitbot' ;;
    esac
    if has_database && [ -z "$(ls -A /var/lib/digitbot/backups 2>/dev/null)" ]; then systemctl start digitbot-backup || true; fi
    say "Settings: $settings/environment. Key: $settings/encryption-key; a lost key is lost data."
    $command doctor || say 'digitbot runs; what is marked WRONG above can be corrected now.'
}

rollback() {
    local old new started=0
    [ -e $home/previous ] || fail 'there is no version of before'
    old=$(version_of previous) new=$(version_of current)
    stop_service
    back_up $home/current
    "$home/previous/deploy/digitbot.sh" db upgrade ||
        fail "$old cannot open this database, $new goes on: only the backup from before the upgrade would do, without what came since"
    make_current "$old"
    link previous "versions/$new"
    start_service || started=$?
    report "$started"
}

uninstall() {
    systemctl disable -q --now digitbot.service digitbot-backup.timer 2>/dev/null || true
    local unit
    for unit in "${units[@]}"; do rm -f "/etc/systemd/system/$unit"; done
    systemctl daemon-reload
    rm -rf $command $home
    if [ "$purge" = yes ]; then
        rm -rf /var/lib/private/digitbot /var/lib/digitbot /var/cache/private/digitbot /var/cache/digitbot $settings
        say 'digitbot, its database, its key and its settings are gone.'
    else
        say "digitbot is gone. Its database (/var/lib/private/digitbot), key and settings ($settings) are still here."
    fi
}

main() {
    local task=install
    case ${1-} in install | upgrade | rollback | uninstall) task=$1 && shift ;; esac
    while [ $# -gt 0 ]; do
        case $1 in
            --train) kind=train ;;
            --serve) kind=serve ;;
            --purge) purge=yes ;;
            --token-file | --mnist | --wheels)
                [ -r "${2-}" ] || fail "$1 needs something that can be read" 2
                case $1 in --token-file) token_file=$2 ;; --mnist) mnist=$2 ;; --wheels) wheels=$(readlink -f "$2") ;; esac
                shift
                ;;
            -h | --help) sed -n '2,/^set /s/^#\( \|$\)//p' "$0" && return ;;
            *) fail "$1 is unknown: --help tells what there is" 2 ;;
        esac
        shift
    done
    require_system
    case $task in
        rollback) rollback ;;
        uninstall) uninstall ;;
        upgrade) [ -e $home/current ] || fail 'digitbot is not installed yet: install.sh install' ;;&
        install | upgrade) install_digitbot ;;
    esac
    exit # bash reads a script line by line, and uninstall has removed this one
}

main "$@"
