#!/bin/bash
# Installs digitbot as a systemd service on Debian and Ubuntu; run it again whenever something is to be put in order.
#
#   install.sh [install]     this version, from the checkout in which the script lies
#   install.sh upgrade       the same beside an installed one: backup, migration, restart; the old version stays
#   install.sh rollback      go back to the version of before, with all data
#   install.sh uninstall     remove program and units; database, key and settings stay (--purge removes them as well)
#
# Options of install and upgrade:
#   --train            with TensorFlow, for /retrain (2.2 GB instead of 0.45 GB); --serve: without (an upgrade keeps it);
#                      --cuda: with TensorFlow for Nvidia GPUs, beside --trainer
#   --instances N      N processes by webhook, 2 to 9, for digitbot.target; 1: digitbot.service again (an upgrade keeps it)
#   --trainer          no bot on this machine: it takes the training runs of bots elsewhere (an upgrade keeps it)
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
units=(digitbot{,@,-trainer,-backup}.service digitbot.target digitbot-backup.timer)
nvidia=/etc/systemd/system/digitbot-trainer.service.d/nvidia.conf
command=/usr/local/bin/digitbot
start_seconds=120 # a first start makes the database and loads the networks: 5 s here, a minute on a slow card
kind='' token_file='' mnist='' wheels='' purge=no instances='' trainer=no
services=() # the units that run here
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
    if [ "$stopped" = yes ]; then systemctl start --no-block "${services[@]}" || true; fi
    if [ -n "$scratch" ]; then rm -rf "$scratch"; fi
}

version_of() { basename "$(readlink -f "$home/$1" || echo none)"; }

# What runs here is what is enabled; where nothing is yet, one process that serves.
find_services() {
    local unit
    for unit in digitbot.service digitbot.target digitbot@{1..9}.service digitbot-trainer.service; do
        if systemctl is-enabled -q "$unit" 2>/dev/null; then services+=("$unit"); fi
    done
    if [ ${#services[@]} = 0 ]; then services=(digitbot.service); fi
}

# What the options ask for instead; a trainer beside the bots stays.
choose_services() {
    local before=("${services[@]}") unit
    case $trainer$instances in
        yes) services=(digitbot-trainer.service) ;;
        no) return ;;
        no1) services=(digitbot.service) ;;
        *)
            services=(digitbot.target)
            for ((unit = 1; unit <= instances; unit++)); do services+=("digitbot@$unit.service"); done
            ;;
    esac
    for unit in "${before[@]}"; do
        case " ${services[*]} " in *" $unit "*) continue ;; esac
        if [ "$unit" = digitbot-trainer.service ]; then services+=("$unit"); else systemctl disable -q --now "$unit"; fi
    done
}

# Whether no bot runs on this machine, or none will.
only_trains() { [ $trainer = yes ] || [ "$instances${services[*]}" = digitbot-trainer.service ]; }

# Whether the settings have the variable $1 with a value that begins with $2, which systemd allows to be quoted.
is_set() { grep -Eqs "^[[:space:]]*$1=[[:space:]]*[\"']?$2" "$settings/environment"; }

# An editor may have left the last line without its end.
add_setting() {
    if [ -n "$(tail -c 1 "$settings/environment")" ]; then echo >>"$settings/environment"; fi
    echo "$1" >>"$settings/environment"
    changed=yes
}

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
    copy_deploy
    version=$(basename "$wheel" | cut -d- -f2)-$kind-$(cat "$wheel" "$source_folder"/locks/{$kind,postgresql}.txt "$scratch"/deploy/* | sha256sum | cut -c1-8)
}

# The files of deploy/ alone: a folder in it holds the secrets of containers (deploy/compose.yaml).
copy_deploy() {
    local file
    mkdir "$scratch/deploy"
    for file in "$source_folder"/deploy/*; do
        if [ -f "$file" ]; then cp "$file" "$scratch/deploy"; fi
    done
}

# Whether the version in folder $1 starts. After an upgrade of the system to another Python it does not.
runs() { "$1/bin/digitbot" --version >/dev/null 2>&1; }

# A folder that lacks the file `complete` is what an interrupted installation left: it is made anew.
install_version() {
    local folder=$home/versions/$version locks=$source_folder/locks
    if [ -e "$folder/complete" ] && runs "$folder"; then
        say "Version $version is here already."
        return
    fi
    say "Installing version $version: a minute or two."
    rm -rf "$folder"
    mkdir -p "$home/versions"
    python3 -m venv "$folder"
    install_packages "$folder/bin/python" --require-hashes -r "$locks/$kind.txt" -r "$locks/postgresql.txt" ||
        fail 'the packages could not be installed (is the package registry within reach?); nothing was changed'
    install_packages "$folder/bin/python" --no-deps "$wheel" || fail 'the wheel could not be installed; nothing was changed'
    cp -r "$scratch/deploy" "$source_folder"/{locks,docs,README.md} "$folder"
    chmod -R go+rX "$folder"
    runs "$folder" || fail "version $version does not start; nothing was changed"
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

# What several processes and a trainer need, before anything is changed.
require_shared() {
    if [ $trainer = yes ]; then
        is_set DIGITBOT_DATABASE_URL 'postgresql\+asyncpg://.' ||
            fail "a trainer needs the bots' database: DIGITBOT_DATABASE_URL=postgresql+asyncpg://... in $settings/environment" 78
        [ -s $settings/encryption-key ] || fail "a trainer needs the bots' key: copy it to $settings/encryption-key" 78
    elif [ "${instances:-1}" != 1 ]; then
        is_set DIGITBOT_WEBHOOK_URL "[^\"']" ||
            fail "several processes need a webhook behind a proxy: DIGITBOT_WEBHOOK_URL=... in $settings/environment" 78
        ! is_set DIGITBOT_WEBHOOK_LISTEN unix: ||
            fail "several processes listen on ports: take DIGITBOT_WEBHOOK_LISTEN out of $settings/environment" 78
    fi
}

install_settings() {
    mkdir -p $settings
    # What was copied there by hand, a key or a password, may be readable for everybody.
    chmod -f go= "$settings"/{bot-token,environment,encryption-key*} || true
    if only_trains; then return; fi
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
    if [ -e $file ] && ! is_set DIGITBOT_MNIST ''; then add_setting "DIGITBOT_MNIST=$file"; fi
}

link() {
    ln -sfn "$2" "$home/$1.new"
    mv -T "$home/$1.new" "$home/$1"
}

# Units and command of the version $1; /opt/digitbot/current leads to it from now on.
make_current() {
    link current "versions/$1"
    local unit deploy=$home/versions/$1/deploy
    for unit in "${units[@]}"; do
        # A version of before may lack some.
        if [ -e "$deploy/$unit" ]; then install -m 644 "$deploy/$unit" /etc/systemd/system/; else rm -f "/etc/systemd/system/$unit"; fi
    done
    case $1 in *-cuda-*) install -D -m 644 "$deploy/digitbot-trainer-nvidia.conf" $nvidia ;; *) rm -f $nvidia ;; esac
    ln -sfn $home/current/deploy/digitbot.sh $command
    systemctl daemon-reload
}

stop_services() {
    if systemctl is-enabled -q "${services[@]}"; then stopped=yes; fi
    systemctl stop "${services[@]}"
}

# 0: all run. 2: one waits for the network. 1: one has failed.
start_services() {
    stopped=no
    systemctl reset-failed "${services[@]}" 2>/dev/null || true
    systemctl enable -q "${services[@]}"
    if ! only_trains; then
        systemctl enable -q digitbot-backup.timer
        systemctl start digitbot-backup.timer
    fi
    if [ $changed = yes ]; then systemctl stop "${services[@]}"; fi
    systemctl start --no-block "${services[@]}"
    local second unit active
    for ((second = 0; second < start_seconds; second++)); do
        active=0
        for unit in "${services[@]}"; do
            if systemctl is-active -q "$unit"; then
                active=$((active + 1))
            # A start that failed is tried again by systemd; here once is enough.
            elif systemctl is-failed -q "$unit" || [[ $(systemctl show -p NRestarts --value "$unit") = [1-9]* ]]; then
                return 1
            fi
        done
        if [ $active = ${#services[@]} ]; then return 0; fi
        sleep 1
    done
    return 2
}

has_database() {
    [ -e /var/lib/digitbot/digitbot.db ] || is_set DIGITBOT_DATABASE_URL .
}

# By the version in folder $1. A trainer leaves the database to the bots' machine.
back_up() {
    if has_database && ! only_trains; then
        say 'Making a backup.'
        "$1/deploy/digitbot.sh" db backup --keep 14 || fail 'the backup failed: nothing was changed'
    fi
}

# By the version in folder $1.
migrate() { only_trains || "$1/deploy/digitbot.sh" db upgrade; }

# The old version is stopped, backed up and kept; whatever fails, it is started again.
replace_version() {
    local old=$1 folder=$home/versions/$1
    runs "$folder" || folder=$home/versions/$version
    stop_services
    back_up "$folder"
    migrate "$home/versions/$version" || fail "the database could not be migrated: $old goes on"
    link previous "versions/$old"
}

take_back() {
    say "Version $version does not start (journalctl -u digitbot): going back to $1."
    systemctl stop "${services[@]}"
    migrate "$home/versions/$1" || fail "and $1 cannot open the database: restore the backup from before"
    make_current "$1"
    rm -f $home/previous
    start_services || true
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
        case $old in *-train-*) kind=train ;; *-cuda-*) kind=cuda ;; *) kind=serve ;; esac
        if [ $trainer = yes ] && [ $kind = serve ]; then kind=train; fi
    fi
    require_shared
    require_python
    build_wheel
    install_version
    install_settings
    install_mnist
    if [ -e $home/current ] && [ "$old" != "$version" ]; then replace_version "$old"; fi
    make_current "$version"
    choose_services
    start_services || started=$?
    if [ "$started" = 1 ] && [ -e $home/previous ] && [ "$old" != "$version" ]; then take_back "$old"; fi
    drop_old_versions
    report "$started"
}

report() {
    case $1 in
        0) if only_trains; then say "digitbot $(version_of current) trains."; else say "digitbot $(version_of current) serves."; fi ;;
        1) fail "digitbot does not start: journalctl -u 'digitbot*' says why" ;;
        *) say "digitbot waits for Telegram: systemctl status 'digitbot*'" ;;
    esac
    if only_trains; then return; fi
    if has_database && [ -z "$(ls -A /var/lib/digitbot/backups 2>/dev/null)" ]; then systemctl start digitbot-backup || true; fi
    say "Settings: $settings/environment. Key: $settings/encryption-key; a lost key is lost data."
    $command doctor || say 'digitbot runs; what is marked WRONG above can be corrected now.'
}

rollback() {
    local old new started=0
    [ -e $home/previous ] || fail 'there is no version of before'
    old=$(version_of previous) new=$(version_of current)
    stop_services
    back_up $home/current
    migrate $home/previous ||
        fail "$old cannot open this database, $new goes on: only the backup from before the upgrade would do, without what came since"
    make_current "$old"
    link previous "versions/$new"
    start_services || started=$?
    report "$started"
}

uninstall() {
    local unit
    for unit in "${services[@]}" digitbot-backup.timer; do systemctl disable -q --now "$unit" 2>/dev/null || true; done
    for unit in "${units[@]}"; do rm -f "/etc/systemd/system/$unit"; done
    rm -f $nvidia
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
            --cuda) kind=cuda ;;
            --trainer) trainer=yes ;;
            --instances)
                [[ ${2-} =~ ^[1-9]$ ]] || fail '--instances needs a number from 1 to 9' 2
                instances=$2
                shift
                ;;
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
    [ $trainer = no ] || [ -z "$instances" ] || fail '--trainer is for a machine without bots: not beside --instances' 2
    require_system
    find_services
    case $task in
        rollback) rollback ;;
        uninstall) uninstall ;;
        upgrade) [ -e $home/current ] || fail 'digitbot is not installed yet: install.sh install' ;;&
        install | upgrade) install_digitbot ;;
    esac
    exit # bash reads a script line by line, and uninstall has removed this one
}

main "$@"
