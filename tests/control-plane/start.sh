#!/usr/bin/env bash
# Usage: start.sh [--on current|oldest] DIR
#
# Starts etcd, kube-apiserver and kube-controller-manager on free loopback ports and leaves them running when all
# are ready. Of the two control planes that assets.sh can get the current one is taken if not told. DIR gets what a client needs: admin.kubeconfig, ca.crt, ca.key and server (the URL, written last);
# also the logs and pids (NAME PID STARTED lines), by which stop.sh DIR ends them.
set -euo pipefail
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$here/lib.sh"

on=current
if [[ ${1:-} == --on && $# -ge 2 ]]; then
    on=$2
    shift 2
fi
[[ $# -eq 1 && -n $1 && $on == @(current|oldest) ]] || die "usage: start.sh [--on current|oldest] DIR"
exec </dev/null
umask 077
need openssl setsid

limit=90

mkdir -p "$1"
dir=$(realpath "$1")
if [[ -f $dir/pids ]]; then
    while read -r name pid started; do
        ! alive "$pid" "$started" || die "$name already runs in $dir; stop.sh ends it."
    done <"$dir/pids"
fi
rm -rf "$dir"/{etcd,pids,server,admin.kubeconfig}

answer=$("$here/assets.sh" "$on")
{ read -r assets && read -r kubectl; } <<<"$answer"

# Whatever goes wrong, and also on Ctrl-C, nothing is left running.
trap '"$here/stop.sh" "$dir"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Makes DIR/$1.key as the flags that follow say.
new_key() {
    openssl genpkey -out "$dir/$1.key" "${@:2}" 2>"$dir/openssl.log" || die "openssl: $(<"$dir/openssl.log")"
}

# Makes DIR/$1.key and DIR/$1.crt, signed by the CA, for subject $2 with the extensions of section $3.
new_certificate() {
    new_key "$1" "${ec[@]}"
    openssl req -new -config "$dir/openssl.cnf" -key "$dir/$1.key" -subj "$2" |
        openssl x509 -req -CA "$dir/ca.crt" -CAkey "$dir/ca.key" -set_serial "0x$(openssl rand -hex 15)" -days 3650 \
            -extfile "$dir/openssl.cnf" -extensions "$3" -out "$dir/$1.crt" 2>"$dir/openssl.log" ||
        die "openssl: $(<"$dir/openssl.log")"
}

make_pki() {
    local ec=(-algorithm EC -pkeyopt ec_paramgen_curve:P-256)
    # A configuration of our own: the machine's may add extensions.
    cat >"$dir/openssl.cnf" <<'END'
[req]
distinguished_name = subject
prompt = no
[subject]
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, digitalSignature, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost, IP:127.0.0.1
authorityKeyIdentifier = keyid
[client]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = clientAuth
authorityKeyIdentifier = keyid
END
    new_key ca "${ec[@]}"
    openssl req -new -x509 -config "$dir/openssl.cnf" -extensions ca -key "$dir/ca.key" -subj /CN=test-control-plane \
        -set_serial "0x$(openssl rand -hex 15)" -days 3650 -out "$dir/ca.crt"
    new_certificate serving /CN=kube-apiserver server
    new_certificate admin /O=system:masters/CN=admin client
    new_certificate controller-manager /CN=system:kube-controller-manager client
    new_key service-account -algorithm RSA -pkeyopt rsa_keygen_bits:2048
}

# Writes DIR/$1.kubeconfig, which logs in to server $2 with the certificate $1. It refers to no file, so it can be
# moved.
write_kubeconfig() {
    cat >"$dir/$1.kubeconfig" <<END
apiVersion: v1
kind: Config
current-context: test
contexts:
- name: test
  context: {cluster: test, user: $1}
clusters:
- name: test
  cluster:
    server: $2
    certificate-authority-data: $(base64 -w 0 "$dir/ca.crt")
users:
- name: $1
  user:
    client-certificate-data: $(base64 -w 0 "$dir/$1.crt")
    client-key-data: $(base64 -w 0 "$dir/$1.key")
END
}

# Prints a port that nothing uses now, from below the range out of which the kernel serves outgoing connections.
free_port() {
    local port pattern
    while :; do
        port=$((10000 + RANDOM % 20000))
        printf -v pattern ':%04X ' "$port"
        grep -qsF "$pattern" /proc/net/tcp /proc/net/tcp6 || break
    done
    printf '%s\n' "$port"
}

# Runs program $1 of the assets in the background, with the arguments that follow.
daemon() {
    local name=$1
    shift
    (
        # A file or pipe of the caller that stayed open here would keep the caller's reader waiting for its end.
        for fd in "/proc/$BASHPID/fd"/*; do
            fd=${fd##*/}
            ((fd <= 2 || fd == 255)) || exec {fd}>&-
        done
        cd "$dir"
        # A session of its own, out of reach of the terminal's signals. No environment, for etcd takes settings from
        # it; on arm64 etcd runs only if told to.
        exec setsid env -i PATH="$PATH" HOME="$dir" ETCD_UNSUPPORTED_ARCH=arm64 "$assets/$name" "$@" \
            </dev/null >"$dir/$name.log" 2>&1
    ) &
    local pid=$!
    # The shell would report its end.
    disown "$pid"
    printf '%s %s %s\n' "$name" "$pid" "$(started_at "$pid")" >>"$dir/pids"
}

# Whether program $1 of the assets has a flag whose help reads $2.
has_flag() { [[ $("$assets/$1" --help 2>&1) == *"$2"* ]]; }

# Asks the API server for path $1, or another server that flags after it name.
ask() {
    "$kubectl" --kubeconfig="$dir/admin.kubeconfig" --request-timeout=5s get --raw="$1" "${@:2}" >"$dir/answer" 2>&1
}

# Waits until the command $2... succeeds. Fails if some daemon ended because another process was quicker to take
# its port; exits if one ended otherwise, or if time is up.
wait_for() {
    local what=$1 name pid started
    shift
    until "$@"; do
        while read -r name pid started; do
            alive "$pid" "$started" && continue
            ! grep -qF 'address already in use' "$dir/$name.log" || return
            give_up "$name ended by itself" "$name"
        done <"$dir/pids"
        ((SECONDS < limit)) || give_up "$what is not up after $limit s" "$what"
        sleep 0.2
    done
}

give_up() {
    local log=$dir/$2.log
    say "$1. The end of $log:"
    tail -n 25 "$log" >&2
    [[ ! -s $dir/answer ]] || say "last answer: $(tail -n 5 "$dir/answer")"
    exit 1
}

launch() {
    local etcd_port api_port manager_port server
    rm -rf "$dir/etcd" "$dir/answer"
    : >"$dir/pids"

    etcd_port=$(free_port)
    # The data is thrown away after the tests, and waiting for the disk is most of what etcd does.
    daemon etcd --data-dir="$dir/etcd" --listen-client-urls="http://127.0.0.1:$etcd_port" \
        --advertise-client-urls="http://127.0.0.1:$etcd_port" --listen-peer-urls=http://127.0.0.1:0 "${etcd_extra[@]}"
    wait_for etcd grep -qsF 'ready to serve client requests' "$dir/etcd.log" || return

    api_port=$(free_port)
    server=https://127.0.0.1:$api_port
    write_kubeconfig admin "$server"
    write_kubeconfig controller-manager "$server"
    # Its address is given, for a machine without a network has no other, and it is not announced to the cluster,
    # where a loopback address is not allowed.
    # As a cloud's authorizer does, it allows what no binding shows.
    cat >"$dir/abac.jsonl" <<'END'
{"apiVersion": "abac.authorization.kubernetes.io/v1beta1", "kind": "Policy", "spec": {"user": "abac-admin", "namespace": "*", "resource": "*", "apiGroup": "*"}}
END
    daemon kube-apiserver --etcd-servers="http://127.0.0.1:$etcd_port" \
        --bind-address=127.0.0.1 --secure-port="$api_port" \
        --advertise-address=127.0.0.1 --endpoint-reconciler-type=none \
        --cert-dir="$dir" --tls-cert-file="$dir/serving.crt" --tls-private-key-file="$dir/serving.key" \
        --client-ca-file="$dir/ca.crt" --service-account-key-file="$dir/service-account.key" \
        --service-account-signing-key-file="$dir/service-account.key" \
        --service-account-issuer=https://kubernetes.default.svc --service-cluster-ip-range=10.0.0.0/24 \
        --authorization-mode=Node,RBAC,ABAC --authorization-policy-file="$dir/abac.jsonl" --enable-bootstrap-token-auth
    wait_for kube-apiserver ask /readyz || return

    manager_port=$(free_port)
    daemon kube-controller-manager --kubeconfig="$dir/controller-manager.kubeconfig" \
        --bind-address=127.0.0.1 --secure-port="$manager_port" \
        --tls-cert-file="$dir/serving.crt" --tls-private-key-file="$dir/serving.key" \
        --cluster-signing-cert-file="$dir/ca.crt" --cluster-signing-key-file="$dir/ca.key" \
        --service-account-private-key-file="$dir/service-account.key" \
        --use-service-account-credentials --leader-elect=false "${manager_extra[@]}"
    wait_for kube-controller-manager ask /healthz --server="https://127.0.0.1:$manager_port" || return
    # One of its controllers makes this: they run.
    wait_for kube-controller-manager ask /api/v1/namespaces/default/serviceaccounts/default || return

    printf '%s\n' "$server" >"$dir/server"
}

make_pki
etcd_extra=()
! has_flag etcd --unsafe-no-fsync || etcd_extra+=(--unsafe-no-fsync)
manager_extra=()
# Up to 1.23 it also listens on a port without TLS, always the same one, unless told not to. Later ones lack the flag.
! has_flag kube-controller-manager '--port int' || manager_extra+=(--port=0)
# It makes this folder, by default in /usr.
! has_flag kube-controller-manager --flex-volume-plugin-dir || manager_extra+=(--flex-volume-plugin-dir="$dir/plugins")

SECONDS=0
for attempt in 1 2 3 4 5; do
    ! launch || break
    "$here/stop.sh" "$dir"
    ((attempt < 5)) || die "other processes took a port $attempt times."
    say "another process took a port; trying again."
done
trap - EXIT
say "ready in $SECONDS s: $(<"$dir/server"), kubeconfig $dir/admin.kubeconfig"
