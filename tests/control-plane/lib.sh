# shellcheck shell=bash
# What the scripts of this folder share. Sourced, never run.

say() { printf 'control-plane: %s\n' "$*" >&2; }

die() {
    say "$*"
    exit 1
}

need() {
    local tool
    for tool in "$@"; do
        command -v "$tool" >/dev/null || die "$tool is needed and not on PATH."
    done
}

# Prints when process $1 started, in ticks since the machine did; fails if it is gone or a zombie.
# With the pid this names one process for good: a pid is used again, a pair of both is not.
started_at() {
    local stat
    { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return
    # The second field is the program's name in parentheses and may hold anything: cut through the last one.
    read -ra stat <<<"${stat##*) }"
    [[ ${stat[0]} != [ZX] ]] || return
    printf '%s\n' "${stat[19]}"
}

# Whether process $1 still is the one that started at $2.
alive() { [[ -n $2 && $(started_at "$1") == "$2" ]]; }
