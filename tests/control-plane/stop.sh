#!/usr/bin/env bash
# Usage: stop.sh DIR
#
# Ends what start.sh DIR started. Nothing to end is no error.
set -euo pipefail
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$here/lib.sh"

[[ $# -eq 1 && -n $1 ]] || die "usage: stop.sh DIR"
dir=$1
[[ -f $dir/pids ]] || exit 0

# Sends signal $1 to those still alive, last started first, and fails if there was none.
signal_all() {
    local signal=$1 pid started found=1
    while read -r _ pid started; do
        alive "$pid" "$started" || continue
        found=0
        kill -s "$signal" "$pid" 2>/dev/null || true
    done < <(tac "$dir/pids")
    return $found
}

# Signal 0 only asks. Time is given for a clean end first, then little.
wait_gone() {
    local ticks=$1
    while signal_all 0; do
        ((ticks-- > 0)) || return 1
        sleep 0.1
    done
}

signal_all TERM || true
if ! wait_gone 50; then
    signal_all KILL || true
    wait_gone 50 || die "some process of $dir outlives SIGKILL: $(<"$dir/pids")"
fi
rm -f "$dir/pids" "$dir/server"
