# shellcheck shell=bash
# The oldest control plane: Debian's Kubernetes, built from its source package with Debian's Go of the time.
#
# Sourced by assets.sh, never run.
# shellcheck disable=SC2034,SC2154 # It uses what is set here, and sets what is used here.

oldest=1.20.2
oldest_go=1.19
# Raise it when the way the binaries are made changes, so that old caches are not taken for new ones.
oldest_recipe=1
oldest_name=control-plane-$oldest-r$oldest_recipe

# Fills folder $2, and works in folder $1.
make_oldest() {
    local scratch=$1 out=$2 root=$1/root began=$SECONDS
    need tar gzip
    say "building Kubernetes $oldest from Debian's source package, once (4 to 20 minutes)."
    apt_begin "$scratch/apt" "$suite"
    unpack "$root" etcd-server "golang-$oldest_go-go" "golang-$oldest_go-src"
    cp "$root/usr/bin/etcd" "$out/"

    # Downloading suffices: apt checks it against the signed index, and Debian's patches are to kubectl only.
    mkdir "$scratch/source"
    (cd "$scratch/source" && apt_get source --download-only --only-source kubernetes)
    local tarball
    tarball=$(echo "$scratch"/source/kubernetes_*.orig.tar.gz)
    [[ $tarball =~ [_y]"$oldest"\.orig\.tar\.gz$ ]] ||
        die "$suite no longer has Kubernetes $oldest: ${tarball##*/}."
    local tree=$scratch/gopath/src/k8s.io/kubernetes
    mkdir -p "$tree"
    tar --extract --gzip --file="$tarball" --directory="$tree" --strip-components=1

    (build_oldest "$scratch" "$tree" "$root/usr/lib/go-$oldest_go" "$out")

    report_built "$out" "$began"
}

# Builds kube-apiserver and kube-controller-manager from folder $2, with the Go in folder $3, into folder $4.
build_oldest() {
    local scratch=$1 tree=$2 goroot=$3 out=$4
    cd "$tree" || exit
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
    local package minor=${oldest#*.} ldflags="-s -w"
    for package in component-base/version client-go/pkg/version; do
        package=k8s.io/kubernetes/vendor/k8s.io/$package
        ldflags+=" -X $package.gitVersion=v$oldest"
        ldflags+=" -X $package.gitMajor=${oldest%%.*} -X $package.gitMinor=${minor%%.*}"
    done
    say "compiling kube-apiserver and kube-controller-manager."
    # Cloud providers are half of the code, and nothing here uses them.
    "${go_env[@]}" go build -trimpath -tags providerless -ldflags "$ldflags" -o "$out/" \
        ./cmd/kube-apiserver ./cmd/kube-controller-manager
}
