#!/bin/bash
# Runs a digitbot command beside the service, as the service sees it: its user, state folder, credentials and settings,
# all taken from the unit with its drop-ins. deploy/install.sh makes it /usr/local/bin/digitbot.
#
#   digitbot doctor
#   digitbot models list
#   digitbot db restore FILE
#
# Commands that read or write files where you are run as root instead, with the same settings; what they leave in the
# state folder is given to the service's user. Those that need neither state nor secrets run as you.
set -euo pipefail

program=$(dirname "$(dirname "$(readlink -f "$0")")")/bin/digitbot
state=/var/lib/digitbot
key=/etc/digitbot/encryption-key
# A machine that only trains has no token.
service=digitbot.service
if [ ! -e /etc/digitbot/bot-token ] && systemctl is-enabled -q digitbot-trainer.service 2>/dev/null; then service=digitbot-trainer.service; fi
keep_user='DynamicUser\|User\|StateDirectory\|StateDirectoryMode\|CacheDirectory\|WorkingDirectory'
keep_settings='UMask\|Environment\|EnvironmentFile\|LoadCredential\|LimitCORE'

fail() {
    printf 'digitbot: %s\n' "$1" >&2
    exit 1
}

need_service() {
    [ "$(id -u)" = 0 ] || fail 'only root may read the token and the key: use sudo'
    systemctl cat $service >/dev/null 2>&1 || fail 'the service is not installed: see deploy/install.sh'
}

# The directives of the service that match $1, as options of systemd-run, one a line.
options() {
    systemctl cat $service | sed -n -e 's|%S|/var/lib|g; s|%C|/var/cache|g' -e "s/^\\($1\\)=\\(..*\\)/--property=\\1=\\2/p"
}

run_unit() {
    local terminal=--pipe
    if [ -t 0 ] && [ -t 1 ]; then terminal=--pty; fi
    systemd-run --quiet --collect --wait "$terminal" "$@"
}

as_service() {
    need_service
    local given
    mapfile -t given < <(options "$keep_user\\|$keep_settings")
    run_unit "${given[@]}" -- "$program" "$@"
}

as_root() {
    need_service
    local given status=0
    mapfile -t given < <(options "$keep_settings")
    run_unit --same-dir "${given[@]}" --setenv=DIGITBOT_STATE=$state -- "$program" "$@" || status=$?
    if [ -L $state ]; then
        find $state/ -uid 0 -exec chown -h --reference=$state/ {} +
    fi
    return $status
}

rekey() {
    case " $* " in
        *' --key-file'* | *' -h '* | *' --help '*) as_root "$@" ;;
        *) as_root "$@" --key-file $key ;;
    esac
}

case "${1-} ${2-}" in
    'run '*) fail 'the bot is a service here: systemctl start digitbot, journalctl -u digitbot' ;;
    'trainer '*) fail 'the trainer is a service here: systemctl start digitbot-trainer, journalctl -u digitbot-trainer' ;;
    ' '* | -* | 'train '* | 'compare '* | 'demo '* | 'playground '* | 'samples generate') exec "$program" "$@" ;;
    'db rekey') rekey "$@" ;;
    'db upgrade' | 'db check' | 'models list' | 'models show' | 'models activate' | 'models rollback' | 'samples list') as_service "$@" ;;
    'db backup') case " $* " in *' --keep'*) as_service "$@" ;; *) as_root "$@" ;; esac ;;
    'doctor '* | 'finetune '*) as_service "$@" ;;
    *) as_root "$@" ;;
esac
