#!/usr/bin/env bash
# Usage: assets.sh
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

# Only the answer goes to stdout, whatever the tools below print.
exec 3>&1 1>&2 </dev/null
export LC_ALL=C

suite=bookworm
kubernetes=1.20.2
go=1.19
# Raise it when the way the binaries are made changes, so that old caches are not taken for new ones.
recipe=1

programs=(etcd kube-apiserver kube-controller-manager)

make_kubectl() {
    local scratch=$1 out=$2
    apt_begin "$scratch/apt" "$suite"
    unpack "$scratch/root" kubernetes-client
    cp "$scratch/root/usr/bin/kubectl" "$out/"
}

make_control_plane() {
    local scratch=$1 out=$2 root=$1/root began=$SECONDS
    need tar gzip
    say "building Kubernetes $kubernetes from Debian's source package, once (4 to 20 minutes)."
    apt_begin "$scratch/apt" "$suite"
    unpack "$root" etcd-server "golang-$go-go" "golang-$go-src"
    cp "$root/usr/bin/etcd" "$out/"

    # Downloading suffices: apt checks it against the signed index, and Debian's patches are to kubectl only.
    mkdir "$scratch/source"
    (cd "$scratch/source" && apt_get source --download-only --only-source kubernetes)
    local tarball
    tarball=$(echo "$scratch"/source/kubernetes_*.orig.tar.gz)
    [[ $tarball =~ [_y]"$kubernetes"\.orig\.tar\.gz$ ]] ||
        die "$suite no longer has Kubernetes $kubernetes: ${tarball##*/}."
    local tree=$scratch/gopath/src/k8s.io/kubernetes
    mkdir -p "$tree"
    tar --extract --gzip --file="$tarball" --directory="$tree" --strip-components=1

    (build_kubernetes "$scratch" "$tree" "$root/usr/lib/go-$go" "$out")

    local program
    for program in "${programs[@]}"; do
        say "built: $("$out/$program" --version | head -n 1)"
    done
    say "done in $((SECONDS - began)) s."
}

# Builds kube-apiserver and kube-controller-manager from folder $2, with the Go in folder $3, into folder $4.
build_kubernetes() {
    local scratch=$1 tree=$2 goroot=$3 out=$4
    cd "$tree"
    mkdir "$scratch/tmp"
    # Sources of this age have no modules of use here: GOPATH mode takes all from their vendor folder.
    local go_env=(
        env -i LC_ALL=C PATH="$goroot/bin:$PATH" HOME="$scratch" TMPDIR="$scratch/tmp"
        GOROOT="$goroot" GOPATH="$scratch/gopath" GOCACHE="$scratch/gocache"
        GOENV=off GOPROXY=off GO111MODULE=off CGO_ENABLED=0
    )

    # The source package lacks the one generated file that the API server needs: the description of its types.
    say "generating the API description."
    "${go_env[@]}" go build -o "$scratch/openapi-gen" ./vendor/k8s.io/kube-openapi/cmd/openapi-gen
    local folders=() folder packages
    for folder in pkg cmd plugin vendor/k8s.io/*; do
        [[ $folder == */@(code-generator|sample-apiserver) ]] || folders+=("$folder")
    done
    packages=$(grep -rl --include='*.go' '^// +k8s:openapi-gen=' "${folders[@]}" |
        sed 's|^|k8s.io/kubernetes/|; s|/[^/]*$||' | sort -u | paste -sd ,)
    "${go_env[@]}" "$scratch/openapi-gen" --logtostderr -i "$packages" -p k8s.io/kubernetes/pkg/generated/openapi \
        -O zz_generated.openapi -h hack/boilerplate/boilerplate.generatego.txt -r "$scratch/openapi-violations"

    # Without it the server would say that it is version 0.0.0. It is kept in two places, and both are asked.
    local package minor=${kubernetes#*.} ldflags="-s -w"
    for package in component-base/version client-go/pkg/version; do
        package=k8s.io/kubernetes/vendor/k8s.io/$package
        ldflags+=" -X $package.gitVersion=v$kubernetes"
        ldflags+=" -X $package.gitMajor=${kubernetes%%.*} -X $package.gitMinor=${minor%%.*}"
    done
    say "compiling kube-apiserver and kube-controller-manager."
    # Cloud providers are half of the code, and nothing here uses them.
    "${go_env[@]}" go build -trimpath -tags providerless -ldflags "$ldflags" -o "$out/" \
        ./cmd/kube-apiserver ./cmd/kube-controller-manager
}

if [[ -n ${KUBEBUILDER_ASSETS:-} ]]; then
    assets=$(realpath "$KUBEBUILDER_ASSETS")
    source_of=KUBEBUILDER_ASSETS
else
    name=control-plane-$kubernetes-r$recipe
    cached "$name" make_control_plane
    assets=$cache/$name
    source_of="Debian's packages"
fi
for program in "${programs[@]}"; do
    [[ -x $assets/$program ]] || die "no program $program in $assets ($source_of)."
done
say "control plane: $assets ($source_of)."

if kubectl=$(type -P kubectl); then
    say "kubectl: $kubectl (on PATH)."
elif [[ -x $assets/kubectl ]]; then
    kubectl=$assets/kubectl
    say "kubectl: $kubectl ($source_of)."
else
    name=kubectl-$kubernetes-r$recipe
    cached "$name" make_kubectl
    kubectl=$cache/$name/kubectl
    say "kubectl: $kubectl (Debian's kubernetes-client)."
fi

printf '%s\n' "$assets" "$kubectl" >&3
