# shellcheck shell=bash
# Programs out of Debian's packages, which are fetched with apt's checks and unpacked, not installed: none of the
# machine's apt settings, lists or locks is touched. What is made of them is kept in the cache.
#
# Sourced, never run, by scripts that have `say`, `die` and `need`.

export DEBIAN_FRONTEND=noninteractive

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
cache=$(realpath -m "${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-csr-review")

# Makes folder $1 of the cache, unless it is there, by calling $2 with a scratch folder and the folder to fill.
# It gets its name only when it is whole. One process makes it, others wait for that one.
cached() {
    local final=$cache/$1 make=$2 scratch=$cache/$1.partial lock
    [[ -d $final ]] && return
    need flock apt-get dpkg-deb
    mkdir -p "$cache"
    # What make runs inherits the lock, so that it is not free while a program of a killed script is at work.
    exec {lock}>"$cache/$1.lock"
    flock --nonblock "$lock" || {
        say "waiting for another process that makes $final."
        flock "$lock"
    }
    if [[ ! -d $final ]]; then
        # shellcheck disable=SC2064 # The name of now is meant.
        trap "rm -rf $(printf %q "$scratch")" EXIT
        rm -rf "$scratch"
        mkdir -p "$scratch/out"
        "$make" "$scratch" "$scratch/out"
        mv -T "$scratch/out" "$final"
        rm -rf "$scratch"
        trap - EXIT
    fi
    exec {lock}>&-
}

# Prepares apt-get to work inside folder $1 alone, with Debian's suites $2... The machine's settings still tell it of
# proxies and the like.
apt_begin() {
    apt=$1
    local suite mirror
    [[ -r $keyring ]] || die "$keyring is needed to check Debian's packages (package debian-archive-keyring)."
    mkdir -p "$apt"/{lists,cache/archives}/partial
    : >"$apt/status"
    for suite in "${@:2}"; do
        mirror=http://deb.debian.org/debian
        [[ $suite != *-security ]] || mirror+=-security
        cat <<END
deb [signed-by=$keyring target=Packages] $mirror $suite main
deb-src [signed-by=$keyring target=Sources] $mirror $suite main
END
    done >"$apt/sources.list"
    cat >"$apt/apt.conf" <<END
Dir::Etc::SourceList "$apt/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Dir::State::Lists "$apt/lists";
Dir::State::Status "$apt/status";
Dir::Cache "$apt/cache";
APT::Default-Release "";
APT::Update::Error-Mode "any";
Acquire::Retries "3";
// A signature that is missing or wrong is an error, whatever the machine's settings say.
Acquire::AllowInsecureRepositories "false";
Acquire::AllowDowngradeToInsecureRepositories "false";
APT::Get::AllowUnauthenticated "false";
// The user that apt would change to may have no way into a home folder.
APT::Sandbox::User "root";
// These act on the machine's own lists and packages.
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
END
    apt_get update
}

apt_get() { apt-get --quiet=2 --config-file="$apt/apt.conf" "$@"; }

# Unpacks the Debian packages $2... into folder $1.
unpack() {
    local root=$1 deb
    shift
    mkdir -p "$apt/debs"
    (cd "$apt/debs" && apt_get download "$@")
    for deb in "$apt"/debs/*.deb; do
        dpkg-deb --extract "$deb" "$root"
        rm "$deb"
    done
}
