"""A cluster that cannot be reached, logged in to, or made sense of: one sentence each, and no secret in it."""

import base64
import json
import pathlib

import api
from harness import case, expect, name_of, require

TOKEN = "s3cr3t-token-of-the-test"


def secrets(bench, path):
    """What must not be shown of a kubeconfig, in the pieces in which it could be."""
    texts = [TOKEN]
    for user in json.loads(pathlib.Path(path).read_text())["users"]:
        encoded = user["user"].get("client-key-data", "")
        texts += [encoded[40:80], base64.b64decode(encoded).decode()[60:100].strip()] if encoded else []
    return [text for text in texts if text]


def fails(bench, *arguments, kubeconfig=None, **more):
    run = bench.tool(*arguments, kubeconfig=kubeconfig, **more).is_one_error()
    return run.lacks(TOKEN, "PRIVATE KEY", *(secrets(bench, kubeconfig) if kubeconfig and pathlib.Path(kubeconfig).exists() else ()))


@case
def a_server_that_is_not_there(bench):
    kubeconfig = bench.lab.kubeconfig_of("jane", token=TOKEN)
    for arguments in [("list",), ("show", "x"), ("approve", "x", "--yes")]:
        fails(bench, *arguments, "--server", "https://127.0.0.1:1", kubeconfig=kubeconfig).says("https://127.0.0.1:1")


@case
def a_server_name_that_does_not_exist(bench):
    fails(bench, "list", "--server", "https://no-such-host.invalid:6443").says("no-such-host.invalid")


@case
def contexts_clusters_and_users_that_do_not_exist(bench):
    for flag in ("--context", "--cluster", "--user"):
        fails(bench, "list", flag, "no-such-thing").says("no-such-thing")


@case
def no_kubeconfig_where_one_is_named(bench):
    fails(bench, "list", kubeconfig="/nonexistent/kubeconfig")
    fails(bench, "list", "--kubeconfig", "/nonexistent/kubeconfig").says("/nonexistent/kubeconfig")


@case
def a_kubeconfig_that_is_none(bench):
    path = bench.lab.path("kubeconfig")
    path.write_text(f"apiVersion: v1\nkind: Config\nusers:\n- name: a\n  user: {{token: {TOKEN}\n")
    bench.tool("list", kubeconfig=str(path)).is_one_error().lacks(TOKEN).says(str(path))


@case
def a_token_that_nobody_knows(bench):
    kubeconfig = bench.lab.kubeconfig_of("jane", token=TOKEN)
    fails(bench, "list", kubeconfig=kubeconfig).says("credentials")


@case
def a_client_certificate_that_has_expired(bench):
    kubeconfig = bench.lab.kubeconfig_of("jane", "system:masters", days=("20200101000000Z", "20200102000000Z"))
    fails(bench, "list", kubeconfig=kubeconfig).says("expired")


@case
def a_server_of_another_ca(bench):
    folder = bench.lab.path("ca.crt").parent
    other = api.output("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                       "-keyout", str(folder / "key"), "-subj", "/CN=other", "-days", "30")
    kubeconfig = bench.lab.kubeconfig_of("jane", "system:masters", ca=other)
    for arguments in [("list",), ("approve", "x", "--yes")]:
        fails(bench, *arguments, kubeconfig=kubeconfig).says("certificate")


@case
def a_server_under_another_name(bench):
    fails(bench, "list", "--tls-server-name", "other.example.com").says("localhost, 127.0.0.1", "--tls-server-name")


@case
def an_unchecked_server_is_warned_about_before_a_decision(bench):
    csr = bench.create()
    run = bench.tool("deny", name_of(csr), "--yes", "--insecure-skip-tls-verify").exits(0).says("warning: ")
    require(run.err.index("warning: ") < run.err.index(name_of(csr)), "the warning comes too late")


@case
def a_server_that_is_no_api_server(bench):
    manager = [line.split()[1] for line in (bench.lab.control_plane / "pids").read_text().splitlines()
               if line.startswith("etcd ")]
    expect("the number of etcds", len(manager), 1)
    arguments = (pathlib.Path("/proc") / manager[0] / "cmdline").read_text().split("\0")
    url, = (argument.split("=", 1)[1] for argument in arguments if argument.startswith("--listen-client-urls="))
    fails(bench, "list", "--server", url).says(url)
    fails(bench, "list", "--server", url.replace("http:", "https:"))


@case
def plain_http_to_the_api_server(bench):
    server = (bench.lab.control_plane / "server").read_text().strip().replace("https:", "http:")
    kubeconfig = bench.lab.kubeconfig_of("jane", token=TOKEN)
    fails(bench, "list", "--server", server, kubeconfig=kubeconfig)


@case
def csrs_that_do_not_exist(bench):
    for arguments in [("show", "no-such-csr"), ("approve", "no-such-csr", "--yes"), ("deny", "no-such-csr", "--yes"),
                      ("review", "no-such-csr")]:
        bench.tool(*arguments).exits(1).says("error: ", 'there is no CSR "no-such-csr"')


@case
def flags_that_do_not_exist_or_contradict_each_other(bench):
    csr = bench.create()
    name = name_of(csr)
    for arguments in [("list", "--no-such-flag"), ("no-such-command",), ("approve", name, "--max-risk", "high"),
                      ("approve", name, "--yes", "--max-risk", "critical"),
                      ("approve", name, "--yes", "--accept", "no-such-rule"), ("approve", name, "--all", "--yes"),
                      ("approve", "pod/x", "--yes"), ("approve", name, "--yes", "--dry-run=never"),
                      ("deny", name, "--yes", "--accept", "subject-system-masters"), ("list", "--fail-on", "bad"), ()]:
        run = bench.tool(*arguments).exits(2)
        expect(f"standard output of {arguments}", run.out, "")
    bench.is_untouched(csr)


@case
def help_and_version_need_no_cluster(bench):
    for arguments in [("--help",), ("--version",), ("approve", "--help"), ("explain",),
                      ("explain", "subject-kubeadm-cluster-admins")]:
        run = bench.tool(*arguments, kubeconfig="/nonexistent/kubeconfig").exits(0)
        require(run.out and not run.err, f"{arguments} prints nothing, or not to standard output")


@case
def a_reader_that_has_seen_enough_is_no_error(bench):
    for _ in range(3):
        bench.create("/CN=jane")
    command = "kubectl csr-review list -o json | head -n 1; exit ${PIPESTATUS[0]}"
    run = bench.lab.run(["bash", "-c", command]).exits(0)
    expect("standard error", run.err, "")


@case
def the_kubeconfig_at_home_is_found(bench):
    home = bench.lab.path("home").parent
    (home / ".kube").mkdir()
    (home / ".kube" / "config").write_text(bench.lab.kubeconfig.read_text())
    csr = bench.create()
    bench.tool("list", HOME=str(home), kubeconfig="").exits(0).prints(name_of(csr))
