"""Requests in files."""

import base64
import json

import api
from harness import UNATTENDED, case, expect, name_of, require, since

NOWHERE = "/nonexistent/kubeconfig"


def written(bench, manifest, name="csr.json"):
    path = bench.lab.path(name)
    path.write_text(json.dumps(manifest))
    return str(path)


def as_yaml(manifest):
    spec = manifest["spec"]
    usages = "".join(f"\n  - {usage}" for usage in spec["usages"])
    return f"""# Made by hand
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata:
  name: {manifest["metadata"]["name"]}
spec:
  request: {spec["request"]}
  signerName: {spec["signerName"]}
  usages:{usages}
"""


@case
def what_equals_its_file_is_approved(bench):
    for suffix, text in [("json", json.dumps), ("yaml", as_yaml)]:
        manifest = bench.manifest(signer=UNATTENDED)
        path = bench.lab.path(f"csr.{suffix}")
        path.write_text(text(manifest))
        csr = bench.post(manifest)
        bench.tool("approve", "-f", str(path), "--yes", "--max-risk", "high").exits(0).prints(f"{name_of(csr)} approved")
        bench.is_approved(csr)


@case
def the_manifest_that_kubectl_created_is_approved(bench):
    manifest = bench.manifest(signer=UNATTENDED)
    path = bench.lab.path("csr.yaml")
    path.write_text(as_yaml(manifest))
    bench.made.append(api.path_of(name_of(manifest)))
    bench.kubectl("apply", "-f", str(path)).exits(0)
    bench.tool("approve", "-f", str(path), "--yes", "--max-risk", "high").exits(0)
    bench.is_approved(manifest)


@case
def what_differs_from_its_file_is_left_alone(bench):
    manifest = bench.manifest("/CN=jane")
    other = bench.manifest("/CN=mallory", name=name_of(manifest))
    path = written(bench, manifest)
    csr = bench.post(other)
    run = bench.tool("approve", "-f", path, "--yes").is_one_error(4)
    run.says("spec.request", "CN=jane", "CN=mallory")
    bench.tool("deny", "-f", path, "--yes").is_one_error(4)
    bench.is_untouched(csr)


@case
def a_signer_or_a_usage_that_differs_is_told(bench):
    manifest = bench.manifest(signer=UNATTENDED)
    csr = bench.post(manifest)
    for field, value in [("signerName", "example.com/other"), ("usages", ["client auth"])]:
        changed = {**manifest, "spec": {**manifest["spec"], field: value}}
        bench.tool("approve", "-f", written(bench, changed), "--yes").is_one_error(4).says(f"spec.{field}")
    bench.is_untouched(csr)


@case
def the_object_as_it_was_saved_binds_uid_and_requestor(bench):
    csr = bench.create("/CN=jane", signer=UNATTENDED)
    saved = written(bench, csr)
    bench.tool("approve", "-f", saved, "--dry-run=server").exits(0)
    manifest = {key: csr[key] for key in ("apiVersion", "kind")} | {
        "metadata": {"name": name_of(csr)},
        "spec": {key: csr["spec"][key] for key in ("request", "signerName", "usages")}}
    bench.kubectl("delete", "csr", name_of(csr)).exits(0)
    new = bench.post(manifest)
    bench.tool("approve", "-f", saved, "--yes", "--max-risk", "high").is_one_error(4).says("metadata.uid")
    bench.is_untouched(new)


@case
def a_bare_request_names_nothing_on_the_cluster(bench):
    csr = bench.create(name="jane")
    path = bench.lab.path("jane.pem")
    path.write_bytes(base64.b64decode(csr["spec"]["request"]))
    for verb in ("approve", "deny"):
        bench.tool(verb, "-f", str(path), "--yes").is_one_error(2)
    bench.is_untouched(csr)


@case
def files_are_looked_at_without_any_cluster(bench):
    path = written(bench, bench.manifest("/O=developers/CN=jane"))
    row, = bench.tool("list", "-f", path, kubeconfig=NOWHERE).exits(0).rows()
    expect("the user and the groups", (row["USER"], row["GROUPS"]), ("jane", "developers"))
    review, = bench.tool("show", "-f", path, "-o", "json", kubeconfig=NOWHERE).exits(0).json()["items"]
    expect("the fingerprint", review["fingerprint"], None)
    run = bench.tool("list", "-f", "-", input=json.dumps(bench.manifest("/CN=joe")), kubeconfig=NOWHERE).exits(0)
    run.prints("joe")


@case
def the_digest_of_a_file_is_that_of_the_csr(bench):
    manifest = bench.manifest()
    path = written(bench, manifest)
    review, = bench.tool("show", "-f", path, "-o", "json").exits(0).json()["items"]
    expect("specSha256", review["specSha256"], bench.review(bench.post(manifest))["specSha256"])


@case
def a_folder_is_a_gate_for_ci(bench):
    folder = bench.lab.path("jane.json").parent
    (folder / "jane.json").write_text(json.dumps(bench.manifest("/CN=jane")))
    (folder / "notes.txt").write_text("not a request")
    gate = ("list", "-f", str(folder), "--fail-on", "high")
    bench.tool(*gate, kubeconfig=NOWHERE).exits(0)
    (folder / "eve.yaml").write_text(as_yaml(bench.manifest("/O=kubeadm:cluster-admins/CN=eve")))
    run = bench.tool(*gate, kubeconfig=NOWHERE).exits(3)
    expect("the users", [row["USER"] for row in run.rows()], ["eve", "jane"])
    # Repositories hold other kinds too; what cannot be read at all may be anything.
    (folder / "eve.yaml").write_text("kind: Secret\napiVersion: v1\n")
    bench.tool(*gate, kubeconfig=NOWHERE).exits(0).says("passed over", "eve.yaml")
    (folder / "eve.yaml").write_text("kind: [")
    bench.tool(*gate, kubeconfig=NOWHERE).exits(3).says("eve.yaml")


@case
def a_file_that_is_no_request_stops_everything(bench):
    manifest = bench.manifest(signer=UNATTENDED)
    csr = bench.post(manifest)
    folder = bench.lab.path("a.json").parent
    (folder / "a.json").write_text(json.dumps(manifest))
    (folder / "b.yaml").write_text("kind: [")
    bench.tool("approve", "-f", str(folder), "--yes").is_one_error()
    bench.tool("approve", "-f", "/nonexistent.yaml", "--yes").is_one_error()
    bench.is_untouched(csr)


@case
def a_file_whose_csr_is_not_there_is_told(bench):
    manifest = bench.manifest()
    run = bench.tool("approve", "-f", written(bench, manifest), "--yes").is_one_error()
    require(name_of(manifest) in run.err, "the name is not told")


# Changes of a manifest, by path; None takes a field away. What a server makes of each is asked.
CHANGES = (
    {}, {"spec.signerName": None}, {"spec.signerName": "kube-apiserver-client"}, {"spec.signerName": "example/clients"},
    {"spec.signerName": "Example.com/clients"}, {"spec.signerName": "example.com/Clients"},
    {"spec.signerName": "example.com/team-a.clients"}, {"spec.signerName": "example.com/a/b"},
    {"spec.signerName": "example.com/" + "a." * 200 + "a"}, {"spec.signerName": "kubernetes.io/legacy-unknown"},
    {"spec.expirationSeconds": 599}, {"spec.expirationSeconds": 600}, {"spec.expirationSeconds": 2**31 - 1},
    {"spec.expirationSeconds": 2**31}, {"spec.expirationSeconds": 3600.0}, {"spec.expirationSeconds": "3600"},
    {"spec.expirationSeconds": 3600.5}, {"spec.usages": []}, {"spec.usages": ["client auth", "client auth"]},
    {"spec.usages": ["Client Auth"]}, {"spec.usages": "client auth"}, {"spec.expirationSecond": 3600},
    {"spec.username": "admin"}, {"spec.request": "JVBERi0="}, {"spec.request": "%%"},
    {"metadata.labels": {"team": "a b"}}, {"metadata.labels": {"a b": "team"}}, {"metadata.labels": {"team": 42}},
    {"metadata.labels": {"example.com/team": ""}}, {"metadata.annotations": {"A/b": "any\ntext"}},
    {"metadata.annotations": {"-": ""}}, {"metadata.annotations": {"a": "x" * 2**18}},
    {"metadata.finalizers": ["hold"]}, {"metadata.finalizers": ["example.com/hold"]},
    {"metadata.ownerReferences": [{"apiVersion": "v1", "kind": "Node", "name": "n"}]}, {"metadata.name": "a b"},
    {"metadata.name": "a%b"}, {"metadata.name": None, "metadata.generateName": "a-"}, {"metadata.namespace": "x"},
    {"status.conditions": [{"type": "Approved", "status": "True"}]},
)


@case
@since(22, "spec.expirationSeconds")
def a_gate_says_of_a_manifest_what_create_says(bench):
    taken = 0
    for changes in CHANGES:
        manifest = bench.manifest(signer=UNATTENDED)
        for path, value in changes.items():
            part, field = path.split(".")
            manifest.setdefault(part, {})[field] = value
            if value is None:
                del manifest[part][field]
        path = written(bench, manifest)
        created = bench.kubectl("create", "--dry-run=server", "-f", path)
        gate = bench.tool("list", "-f", path, "--fail-on", "critical", kubeconfig=NOWHERE)
        if (created.status == 0) != (gate.status == 0):
            gate.fail(f"{str(changes)[:200]}: create exits {created.status} and says {created.err}")
        taken += created.status == 0
    require(10 <= taken <= len(CHANGES) - 20, f"{taken} of {len(CHANGES)} are taken")
