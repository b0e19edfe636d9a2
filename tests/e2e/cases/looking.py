"""list and show."""

import base64
import re

import api
from harness import BOSS, CLIENT_AUTH, DEV, UNATTENDED, case, expect, name_of, require, since

COLUMNS = ["NAME", "RISK", "USER", "GROUPS", "REQUESTOR", "USAGES", "SIGNERNAME", "AGE", "CONDITION"]
MORE_COLUMNS = ["REQUESTEDDURATION", "KEY", "SANS", "FINDINGS"]


@case
def nothing_pending_is_said_and_is_no_error(bench):
    run = bench.tool("list").exits(0).says("No resources found")
    expect("standard output", run.out, "")


@case
def list_works_under_both_names(bench):
    csr = bench.create("/O=developers/CN=jane")
    runs = [bench.kubectl("csr-review", "list"), bench.kubectl("csr", "review", "list")]
    for run in runs:
        row, = run.exits(0).rows()
        expect("the columns", list(row), COLUMNS)
        require(re.fullmatch(r"\d+s", row.pop("AGE")), "AGE is no age")
        expect("the row", row, {
            "NAME": name_of(csr), "RISK": "medium", "USER": "jane", "GROUPS": "developers", "REQUESTOR": "boss",
            "USAGES": ", ".join(csr["spec"]["usages"]), "SIGNERNAME": api.CLIENT, "CONDITION": "Pending"})
        expect("standard error", run.err, "")


@case
def list_is_riskiest_first_and_then_by_name(bench):
    for name, subject in [("b-plain", "/CN=jane"), ("a-plain", "/CN=june"), ("c-critical", "/O=kubeadm:cluster-admins/CN=eve")]:
        bench.create(subject, name=name)
    bench.create("/O=operators/CN=mallory", name="d-high", requestor=DEV)
    rows = bench.tool("list").exits(0).rows()
    expect("the names", [row["NAME"] for row in rows], ["c-critical", "d-high", "a-plain", "b-plain"])
    expect("the risks", [row["RISK"] for row in rows], ["critical", "high", "medium", "medium"])


@case
def wide_list_has_more_columns(bench):
    bench.create("/CN=jane", "subjectAltName=DNS:jane.example.com", name="jane")
    row, = bench.tool("list", "-o", "wide").exits(0).rows()
    expect("the columns", list(row), COLUMNS + MORE_COLUMNS)
    expect("KEY", row["KEY"], "P-256")
    expect("SANS", row["SANS"], "jane.example.com")
    require("requestor-subject-mismatch" in row["FINDINGS"].split(","), f"FINDINGS is {row['FINDINGS']}")
    bare = bench.tool("list", "--no-headers").exits(0)
    require(bare.out.startswith("jane "), "the titles are not left out")


@case
def list_shows_the_pending_and_with_all_the_decided_too(bench):
    approved, denied, pending = (bench.create(signer=UNATTENDED) for _ in range(3))
    bench.kubectl("certificate", "approve", name_of(approved)).exits(0)
    bench.kubectl("certificate", "deny", name_of(denied)).exits(0)
    expect("the pending", [row["NAME"] for row in bench.tool("list").exits(0).rows()], [name_of(pending)])
    rows = bench.tool("list", "--all").exits(0).rows()
    expect("the conditions", {row["NAME"]: row["CONDITION"] for row in rows},
           {name_of(approved): "Approved", name_of(denied): "Denied", name_of(pending): "Pending"})


@case
def lists_can_be_narrowed(bench):
    jane = bench.create("/CN=jane", labels={"team": "a"})
    joe = bench.create("/CN=joe", requestor=DEV, signer=UNATTENDED, labels={"team": "b"})
    eve = bench.create("/O=kubeadm:cluster-admins/CN=eve")

    def names(*flags):
        return set(bench.tool("list", "-o", "name", *flags).exits(0).out.split())

    def of(*csrs):
        return {f"certificatesigningrequest.certificates.k8s.io/{name_of(csr)}" for csr in csrs}

    expect("-l", names("-l", "team=a"), of(jane))
    expect("--signer", names("--signer", UNATTENDED), of(joe))
    expect("--field-selector", names("--field-selector", f"spec.signerName!={UNATTENDED}"), of(jane, eve))
    expect("--requestor", names("--requestor", "boss"), of(jane, eve))
    expect("--min-risk", names("--min-risk", "critical"), of(eve))
    expect("--min-risk and --requestor", names("--min-risk", "critical", "--requestor", "dev"), set())


@case
def names_go_to_kubectl_and_back(bench):
    csr = bench.create()
    names = bench.tool("list", "-o", "name").exits(0).out.split()
    bench.kubectl("get", *names).exits(0).prints(name_of(csr))
    theirs = bench.kubectl("get", "csr", "-o", "name").exits(0).out.split()
    expect("kubectl's names", theirs, names)
    bench.tool("show", *theirs).exits(0).prints(f"CSR {name_of(csr)}")


@case
def json_holds_what_the_contract_promises(bench):
    csr = bench.create("/O=developers/O=testers/CN=jane", "subjectAltName=DNS:a.example.com,IP:192.0.2.7,email:j@example.com",
                       usages=("digital signature", "client auth"))
    document = bench.tool("list", "-o", "json").exits(0).json()
    expect("apiVersion and kind", (document["apiVersion"], document["kind"]), ("csr-review/v1", "ReviewList"))
    review, = document["items"]
    expect("show's review", bench.review(csr), review)
    expect("the fields", set(review), {
        "name", "uid", "resourceVersion", "createdAt", "condition", "signerName", "usages", "expirationSeconds",
        "requestor", "request", "identity", "specSha256", "fingerprint", "risk", "unreviewable", "doomed", "findings",
        "access", "supersedes"})
    meta, spec = csr["metadata"], csr["spec"]
    for field, wanted in [("name", meta["name"]), ("uid", meta["uid"]), ("resourceVersion", meta["resourceVersion"]),
                          ("createdAt", meta["creationTimestamp"]), ("condition", "Pending"),
                          ("signerName", spec["signerName"]), ("usages", spec["usages"]), ("expirationSeconds", None),
                          ("identity", {"user": "jane", "groups": ["developers", "testers"], "login": True}),
                          ("risk", "medium"), ("unreviewable", None), ("doomed", None)]:
        expect(field, review[field], wanted)
    expect("requestor", (review["requestor"]["username"], review["requestor"]["groups"]), ("boss", spec["groups"]))
    request = review["request"]
    for field, wanted in [("error", None), ("subject", "CN=jane,O=testers,O=developers"), ("dnsNames", ["a.example.com"]),
                          ("ipAddresses", ["192.0.2.7"]), ("emailAddresses", ["j@example.com"]), ("uris", []),
                          ("otherNames", [])]:
        expect(f"request.{field}", request[field], wanted)
    expect("the curve", request["key"]["curve"], "P-256")
    expect("the signature", request["signature"]["verdict"], "valid")
    for field in ("specSha256", "fingerprint"):
        require(re.fullmatch(r"sha256:[0-9a-f]{64}", review[field]), f"{field} is {review[field]}")
    for finding in review["findings"]:
        expect("a finding's fields", set(finding), {"rule", "severity", "message", "evidence", "advice"})


@case
def the_fingerprint_is_of_the_object_and_the_spec_digest_of_what_would_be_signed(bench):
    first = bench.create()
    one = bench.review(first)
    pem = base64.b64decode(first["spec"]["request"]).decode()
    bench.server.must(200, "DELETE", api.path_of(name_of(first)))
    other = bench.review(bench.create(name=name_of(first), pem=pem))
    expect("specSha256", other["specSha256"], one["specSha256"])
    require(other["fingerprint"] != one["fingerprint"], "another object has the same fingerprint")


@case
def show_says_what_decides(bench):
    csr = bench.create("/O=kubeadm:cluster-admins/CN=eve")
    review = bench.review(csr)
    run = bench.tool("show", name_of(csr)).exits(0)
    run.prints("Risk critical", "subject-kubeadm-cluster-admins", "eve", "boss", api.CLIENT, review["request"]["sha256"],
               review["fingerprint"])
    expect("standard error", run.err, "")


@case
def what_cannot_be_shown_does_not_hide_what_can(bench):
    csr = bench.create()
    bench.tool("show", "no-such-csr", name_of(csr)).exits(1).prints(f"CSR {name_of(csr)}").says("error: ", "no-such-csr")


@case
def a_list_is_a_gate_for_ci(bench):
    bench.create("/O=operators/CN=mallory", requestor=DEV)
    bench.tool("list", "--fail-on", "critical").exits(0)
    bench.tool("list", "--fail-on", "high").exits(3).prints("mallory")
    bench.tool("list", "--fail-on", "medium", "-o", "json").exits(3).prints("mallory")


@case
def a_second_page_of_the_list_is_shown_too(bench):
    pem = api.request_pem("/CN=jane")
    wanted = {name_of(bench.create(pem=pem, signer=UNATTENDED)) for _ in range(510)}
    rows = bench.tool("list").exits(0).rows()
    expect("the number of rows", len(rows), len(wanted))
    expect("the names", {row["NAME"] for row in rows}, wanted)
    expect("the number of items", len(bench.tool("list", "-o", "json").exits(0).json()["items"]), len(wanted))


@case
@since(22, "spec.expirationSeconds")
def a_lifetime_that_is_asked_for_is_shown(bench):
    csr = bench.create(expirationSeconds=3600)
    expect("expirationSeconds", bench.review(csr)["expirationSeconds"], 3600)
    row, = bench.tool("list", "-o", "wide").exits(0).rows()
    expect("REQUESTEDDURATION", row["REQUESTEDDURATION"], "60m")


@case
def ones_own_request_is_found_also_where_the_certificate_alone_says_who_one_is(bench):
    mine = bench.create("/CN=jane", requestor=("admin", *BOSS[1:]))
    rules = {finding["rule"] for finding in bench.review(mine)["findings"]}
    require("requestor-self-review" in rules, f"the findings are {rules}")


@case
def a_kubelets_first_request_is_ordinary(bench):
    bench.lab.grant("system:bootstrappers", None, name="system:node-bootstrapper")
    csr = bench.create("/O=system:nodes/CN=system:node:node-1", signer=api.KUBELET_CLIENT, usages=CLIENT_AUTH,
                       requestor=("system:bootstrap:abcdef", "system:bootstrappers"))
    review = bench.review(csr)
    require(review["risk"] in ("info", "low", "medium"), f"the risk is {review['risk']}: {review['findings']}")
    expect("doomed", review["doomed"], None)
