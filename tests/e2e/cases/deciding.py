"""approve and deny without a terminal."""

import re

import api
from harness import BOSS, DEV, UNATTENDED, case, expect, name_of, require

APPROVED = "certificatesigningrequest.certificates.k8s.io/{} approved"
DENIED = "certificatesigningrequest.certificates.k8s.io/{} denied"
ADMINS = "/O=kubeadm:cluster-admins/CN=eve"
ACCEPT = ("--yes", "--accept", "subject-kubeadm-cluster-admins", "--max-risk", "high")


def managers(csr):
    return {entry["manager"] for entry in csr["metadata"]["managedFields"]}


@case
def an_approved_user_gets_the_certificate_that_was_predicted_and_logs_in(bench):
    key = bench.lab.path("key.pem")
    csr = bench.create("/O=developers/O=testers/CN=jane", key=key)
    predicted = bench.review(csr)
    expect("whether it would log in", predicted["identity"]["login"], True)
    run = bench.tool("approve", name_of(csr), "--yes").exits(0)
    run.prints(APPROVED.format(name_of(csr)) + "\n").says("Context test, server https://127.0.0.1", "user admin")

    certificate = bench.certificate(csr)
    path = bench.lab.path("issued.pem")
    path.write_text(certificate)
    subject = api.output("openssl", "x509", "-noout", "-subject", "-nameopt", "multiline,-align", "-in", str(path))
    names = re.findall(r"(commonName|organizationName) = (\S+)", subject)
    expect("the issued user", [value for kind, value in names if kind == "commonName"], [predicted["identity"]["user"]])
    expect("the issued groups", sorted(value for kind, value in names if kind == "organizationName"),
           sorted(predicted["identity"]["groups"]))
    usage = api.output("openssl", "x509", "-noout", "-ext", "extendedKeyUsage", "-in", str(path)).splitlines()[1].strip()
    expect("the issued extended usage", usage, "TLS Web Client Authentication")
    expect("the issued key", api.public_key("x509", certificate),
           api.output("openssl", "pkey", "-pubout", "-in", str(key)))

    hint = re.search(r"^Get the certificate: (.*)$", run.err, re.M)
    require(hint, "there is no hint how to fetch the certificate")
    fetched = bench.lab.run(["sh", "-c", hint[1]]).exits(0)
    expect("what the hint fetches", fetched.out, certificate)

    login = bench.lab.kubeconfig_of("jane", certificate=certificate, key=key)
    bench.kubectl("get", "--raw", "/api", KUBECONFIG=login).exits(0)
    bench.kubectl("get", "pods", KUBECONFIG=login).exits(1).says('User "jane" cannot list resource "pods"')


@case
def an_administrators_group_is_refused_and_nothing_is_written(bench):
    csr = bench.create(ADMINS)
    run = bench.tool("approve", name_of(csr), "--yes").exits(3)
    run.says("refused", "subject-kubeadm-cluster-admins (critical)")
    expect("standard output", run.out, "")
    bench.tool("approve", name_of(csr), "--yes", "--max-risk", "high").exits(3)
    bench.is_untouched(csr)


@case
def a_critical_finding_passes_if_it_is_accepted_for_a_named_csr(bench):
    csr = bench.create(ADMINS)
    bench.tool("approve", "--all", *ACCEPT).exits(3).says("named")
    bench.tool("approve", "--requestor", "boss", *ACCEPT).exits(3).says("named")
    bench.is_untouched(csr)
    bench.tool("approve", name_of(csr), *ACCEPT).exits(0).prints(APPROVED.format(name_of(csr)))
    require("Approved" in bench.conditions(csr), "it is not approved")


@case
def accepting_one_rule_lets_no_other_pass(bench):
    csr = bench.create("/O=kubeadm:cluster-admins/CN=system:kube-controller-manager")
    bench.tool("approve", name_of(csr), *ACCEPT).exits(3).says("subject-privileged-user (critical)")
    bench.is_untouched(csr)


@case
def high_risk_passes_only_by_threshold_or_acceptance(bench):
    csr = bench.create("/O=operators/CN=dev", requestor=DEV, signer=api.CLIENT)
    bench.tool("approve", name_of(csr), "--yes").exits(3).says("requestor-group-escalation (high)")
    bench.is_untouched(csr)
    bench.tool("approve", name_of(csr), "--yes", "--accept", "requestor-group-escalation").exits(0)
    other = bench.create("/O=operators/CN=dev", requestor=DEV)
    bench.tool("approve", name_of(other), "--yes", "--max-risk", "high").exits(0)


@case
def a_system_wide_limit_below_medium_refuses_medium(bench):
    csr = bench.create()
    bench.tool("approve", name_of(csr), "--yes", "--max-risk", "low").exits(3)
    bench.is_untouched(csr)


@case
def the_unreviewable_is_never_approved_and_can_be_denied(bench):
    # Which of two common names counts is not for a reviewer to guess.
    csr = bench.create("/CN=jane/CN=system:kube-controller-manager")
    review = bench.review(csr)
    require(review["unreviewable"], "it is reviewable")
    accept = [part for finding in review["findings"] for part in ("--accept", finding["rule"])]
    bench.tool("approve", name_of(csr), "--yes", "--max-risk", "high", *accept).exits(3).says("unreviewable")
    bench.tool("approve", name_of(csr), "--dry-run=server").exits(3)
    bench.is_untouched(csr)
    bench.tool("deny", name_of(csr), "--yes").exits(0)
    bench.is_denied(csr)


@case
def deny_denies_at_every_risk(bench):
    plain, critical = bench.create(), bench.create(ADMINS)
    for csr in (plain, critical):
        run = bench.tool("deny", name_of(csr), "--yes").exits(0)
        expect("standard output", run.out, DENIED.format(name_of(csr)) + "\n")
        bench.is_denied(csr)


@case
def a_decision_is_not_made_twice(bench):
    # A current server keeps field managers only of objects that had one when they were created, and of a CSR without
    # labels or annotations nobody manages anything: spec and status are reset.
    csr = bench.create(signer=UNATTENDED, labels={"team": "a"})
    bench.tool("approve", name_of(csr), "--yes", "--max-risk", "high").exits(0)
    approved = bench.now(csr)
    run = bench.tool("approve", name_of(csr), "--yes").exits(0)
    run.prints(APPROVED.format(name_of(csr))).says("already Approved", "reason CSRReviewApproved", approved["status"]["conditions"][0]["lastUpdateTime"],
                                                   "kubectl-csr-review (unauthenticated)")
    expect("the resourceVersion", bench.now(csr)["metadata"]["resourceVersion"], approved["metadata"]["resourceVersion"])


@case
def a_decision_is_not_turned_round(bench):
    approved, denied = bench.create(signer=UNATTENDED), bench.create(signer=UNATTENDED)
    bench.kubectl("certificate", "approve", name_of(approved)).exits(0)
    bench.kubectl("certificate", "deny", name_of(denied)).exits(0)
    bench.tool("deny", name_of(approved), "--yes").is_one_error().says("already Approved")
    bench.tool("approve", name_of(denied), "--yes").is_one_error().says("already Denied")
    bench.is_approved(approved)
    bench.is_denied(denied)


@case
def expect_binds_a_decision_to_what_was_seen(bench):
    csr = bench.create("/CN=jane")
    seen = bench.review(csr)["fingerprint"]
    new = bench.replace(csr, "/CN=mallory")
    for expected in (seen, f"{name_of(csr)}={seen}"):
        bench.tool("approve", name_of(csr), "--yes", "--expect", expected).is_one_error(4).says("stale", seen)
        bench.tool("deny", name_of(csr), "--yes", "--expect", expected).is_one_error(4)
    bench.is_untouched(new)
    bench.tool("approve", name_of(csr), "--yes", "--expect", bench.review(new)["fingerprint"]).exits(0)


@case
def expect_that_binds_nothing_is_a_mistake(bench):
    csr = bench.create()
    digest = f"sha256:{'0' * 64}"
    for arguments in [("--expect", "sha256:12"), ("--expect", f"other={digest}"), ("other", "--expect", digest)]:
        bench.tool("approve", name_of(csr), "--yes", *arguments).exits(2)
    bench.is_untouched(csr)


@case
def dry_runs_change_nothing(bench):
    csr = bench.create()
    for where, suffix in [("server", "(server dry run)"), ("client", "(dry run)")]:
        for more in [(), ("--yes",)]:
            run = bench.tool("approve", name_of(csr), f"--dry-run={where}", *more).exits(0)
            expect("standard output", run.out, f"{APPROVED.format(name_of(csr))} {suffix}\n")
            run.lacks("Get the certificate")
            bench.tool("deny", name_of(csr), f"--dry-run={where}", *more).exits(0).prints(suffix)
    bench.is_untouched(csr)


@case
def a_dry_run_with_yes_says_what_the_gate_says(bench):
    csr = bench.create(ADMINS)
    bench.tool("approve", name_of(csr), "--yes", "--dry-run=server").exits(3)
    bench.is_untouched(csr)


@case
def reason_message_and_manager_are_recorded_and_the_rest_survives(bench):
    labels, annotations = {"team": "a"}, {"example.com/ticket": "42 \u00fc"}
    csr = bench.create(signer=UNATTENDED, labels=labels, annotations=annotations)
    words = ("--reason", "TicketApproved", "--message", "See ticket 42.\nSecond line")
    bench.tool("approve", name_of(csr), "--yes", "--max-risk", "high", *words).exits(0)
    now = bench.now(csr)
    condition, = now["status"]["conditions"]
    expect("the condition", (condition["type"], condition["status"], condition["reason"], condition["message"]),
           ("Approved", "True", "TicketApproved", "See ticket 42.\nSecond line"))
    require(condition["lastUpdateTime"], "there is no time")
    require("kubectl-csr-review" in managers(now), f"the managers are {managers(now)}")
    for field, wanted in [("labels", labels), ("annotations", annotations), ("uid", csr["metadata"]["uid"])]:
        expect(field, now["metadata"][field], wanted)
    expect("the spec", now["spec"], csr["spec"])


@case
def the_condition_says_by_default_what_was_reviewed(bench):
    csr = bench.create(signer=UNATTENDED)
    fingerprint = bench.review(csr)["fingerprint"]
    bench.tool("deny", name_of(csr), "--yes").exits(0)
    condition, = bench.now(csr)["status"]["conditions"]
    expect("the reason", condition["reason"], "CSRReviewDenied")
    require(fingerprint in condition["message"], f"the message is {condition['message']!r}")


@case
def every_csr_is_tried_and_the_worst_decides(bench):
    good, critical, done = bench.create(), bench.create(ADMINS), bench.create(signer=UNATTENDED)
    bench.kubectl("certificate", "deny", name_of(done)).exits(0)
    names = [name_of(csr) for csr in (critical, good)]
    bench.tool("approve", *names, "--yes").exits(3).prints(APPROVED.format(name_of(good)))
    require("Approved" in bench.conditions(good), "the good one is not approved")
    last = bench.create()
    run = bench.tool("approve", name_of(critical), "no-such-csr", name_of(last), name_of(done), "--yes").exits(1)
    run.prints(APPROVED.format(name_of(last))).says("no-such-csr", "refused")
    bench.is_untouched(critical)


@case
def outcomes_come_as_json(bench):
    good, critical = bench.create(), bench.create(ADMINS)
    document = bench.tool("approve", name_of(good), name_of(critical), "--yes", "-o", "json").exits(3).json()
    expect("kind", document["kind"], "OutcomeList")
    seen = [(item["name"], item["decision"], item["outcome"], item["exitCode"]) for item in document["items"]]
    expect("the outcomes", seen, [(name_of(good), "approve", "done", 0), (name_of(critical), "approve", "refused", 3)])


@case
def a_selection_picks_the_pending_only(bench):
    mine, other, done = bench.create(requestor=DEV), bench.create(requestor=BOSS), bench.create(requestor=DEV, signer=UNATTENDED)
    bench.kubectl("certificate", "approve", name_of(done)).exits(0)
    run = bench.tool("deny", "--requestor", "dev", "--yes").exits(0)
    expect("standard output", run.out, DENIED.format(name_of(mine)) + "\n")
    bench.is_untouched(other)
    bench.is_approved(done)
    bench.tool("deny", "--requestor", "nobody", "--yes").exits(0).says("No resources found")


@case
def nothing_selected_is_a_mistake(bench):
    csr = bench.create()
    for verb in ("approve", "deny"):
        bench.tool(verb, "--yes").is_one_error(2)
        bench.tool(verb).is_one_error(2)
    bench.is_untouched(csr)


@case
def many_are_denied_at_once(bench):
    pem = api.request_pem("/CN=jane")
    csrs = [bench.create(pem=pem, signer=UNATTENDED) for _ in range(50)]
    run = bench.tool("deny", "--all", "--yes").exits(0)
    expect("the number of results", len(run.out.splitlines()), len(csrs))
    for csr in csrs:
        bench.is_denied(csr)


@case
def the_same_name_twice_is_decided_once(bench):
    csr = bench.create(signer=UNATTENDED)
    bench.tool("deny", name_of(csr), f"csr/{name_of(csr)}", "--yes").exits(0)
    bench.is_denied(csr)


@case
def what_is_being_deleted_or_has_failed_is_not_approved(bench):
    deleted, failed = bench.create(signer=UNATTENDED), bench.create(signer=UNATTENDED)
    path = api.path_of(name_of(deleted))
    deleted["metadata"]["finalizers"] = ["example.com/wait"]
    bench.server.must(200, "PUT", path, deleted)
    bench.server.must(200, "DELETE", path)
    failed["status"] = {"conditions": [{"type": "Failed", "status": "True", "reason": "Test"}]}
    bench.server.must(200, "PUT", f"{api.path_of(name_of(failed))}/status", failed)
    for csr, words in [(deleted, "being deleted"), (failed, "Failed")]:
        bench.tool("approve", name_of(csr), "--yes", "--max-risk", "high").exits(3).says(words)
        require("Approved" not in bench.conditions(csr), "it is approved")
    # A finalizer is somebody else's: it survives a denial.
    bench.tool("deny", name_of(deleted), "--yes").exits(0)
    now = bench.now(deleted)
    expect("the finalizers", now["metadata"]["finalizers"], ["example.com/wait"])
    now["metadata"]["finalizers"] = []
    bench.server.must(200, "PUT", path, now)


@case
def a_decision_that_is_made_and_cannot_be_told_is_a_failure(bench):
    csr = bench.create(signer=UNATTENDED)
    run = bench.lab.run(["sh", "-c", f"kubectl csr-review deny {name_of(csr)} --yes >/dev/full"])
    run.is_one_error()
    bench.is_denied(csr)
