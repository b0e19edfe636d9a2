# shellcheck shell=bash
# A current control plane: Kubernetes as a library, out of Go modules (folder current), and Debian's etcd.
#
# Sourced by assets.sh, never run.
# shellcheck disable=SC2034,SC2154 # It uses what is set here, and sets what is used here.

module=$here/current
# Only go.mod says which version it is.
current=$(awk '$1 == "k8s.io/kubernetes" { print substr($2, 2) }' "$module/go.mod")
current_go=$(awk '$1 == "go" { print $2 }' "$module/go.mod")
# Raise it when the way the binaries are made changes. A change of the module makes new ones by itself.
current_recipe=1
current_name=control-plane-$current-r$current_recipe-$(cat "$module"/{go.mod,go.sum,main.go} | sha256sum | head -c 8)

# Runs go, wherever its own settings would lead. None is downloaded in place of the one that is here.
run_go() {
    env -u GOROOT -u GOOS -u GOARCH -u GOEXPERIMENT -u GODEBUG \
        GO111MODULE=on GOWORK=off GOFLAGS=-mod=readonly GOTOOLCHAIN=local CGO_ENABLED=0 "$go" -C "$module" "$@"
}

# Sets $go to one that is new enough, or ends the script.
find_go() {
    local candidate
    for candidate in "$(type -P go)" /usr/local/go/bin/go /usr/lib/go-*/bin/go "$HOME"/sdk/go*/bin/go; do
        [[ -x $candidate ]] || continue
        go=$candidate
        # It refuses a module that asks for a newer one.
        ! run_go list -m >/dev/null 2>&1 || return 0
        say "$candidate is too old: $(GOTOOLCHAIN=local "$candidate" version)."
    done
    die "the current control plane needs Go $current_go or newer, on PATH or in /usr/local/go, or KUBEBUILDER_ASSETS."
}

# Fills folder $2, and works in folder $1.
make_current() {
    local scratch=$1 out=$2 began=$SECONDS variable minor=${current#*.} ldflags="-s -w"
    say "building Kubernetes $current from Go modules, once (5 to 20 minutes), with $(run_go version)."
    apt_begin "$scratch/apt" "$suite"
    unpack "$scratch/root" etcd-server
    cp "$scratch/root/usr/bin/etcd" "$out/"

    # Else the server would say that it is v0.0.0-master.
    for variable in gitVersion="v$current" gitMajor="${current%%.*}" gitMinor="${minor%%.*}"; do
        ldflags+=" -X k8s.io/component-base/version.$variable"
    done
    # Go's caches take 4 GB and are thrown away with the rest, unless the environment names some to keep.
    mkdir "$scratch/tmp"
    GOPATH=$scratch/gopath GOTMPDIR=$scratch/tmp GOCACHE=${GOCACHE:-$scratch/gocache} \
        run_go build -modcacherw -trimpath -buildvcs=false -ldflags "$ldflags" -o "$out/control-plane" .
    ln -s control-plane "$out/kube-apiserver"
    ln -s control-plane "$out/kube-controller-manager"
    report_built "$out" "$began"
}
