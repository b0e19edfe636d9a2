"""Plans: decided by one, sent by another."""

import json

from cases.rights import DECIDE, LOOK, SIGN_OFF, member
from harness import UNATTENDED, case, expect, name_of, require

WHICH = {"apiGroups": [""], "resources": ["namespaces"], "resourceNames": ["kube-system"], "verbs": ["get"]}
APPROVED = "certificatesigningrequest.certificates.k8s.io/{} approved"


def planned(bench, csr, *words, verb="approve"):
    path = bench.lab.path("plan.json")
    run = bench.tool(verb, name_of(csr), "--yes", *words, "--plan", str(path)).exits(0)
    run.prints(" (planned)").says("Plan with 1 decision written to", "nothing was sent")
    return path


@case
def a_plan_is_applied_by_somebody_with_a_reviewers_rights(bench):
    csr = bench.create("/O=developers/CN=jane")
    path = planned(bench, csr)
    bench.is_untouched(csr)
    plan = json.loads(path.read_text())
    uid = bench.server.must(200, "GET", "/api/v1/namespaces/kube-system")["metadata"]["uid"]
    expect("the plan's cluster", plan["cluster"]["uid"], uid)
    other = member(bench, "appliers", LOOK, DECIDE, SIGN_OFF, WHICH)
    run = bench.tool("apply", str(path), kubeconfig=other).exits(2)
    run.says(f"approve {name_of(csr)}: medium risk, user jane", "no terminal to ask at")
    bench.is_untouched(csr)
    run = bench.tool("apply", str(path), "--yes", kubeconfig=other).exits(0)
    expect("standard output", run.out, APPROVED.format(name_of(csr)) + "\n")
    run.lacks("cannot be checked")
    require("Approved" in bench.conditions(csr), "it is not approved")
    approved = bench.now(csr)["status"]["conditions"]
    bench.tool("apply", str(path)).exits(0).says("already Approved")
    expect("the conditions", bench.now(csr)["status"]["conditions"], approved)


@case
def a_plan_is_for_what_was_there(bench):
    csr = bench.create("/CN=jane", signer=UNATTENDED)
    path = planned(bench, csr, "--max-risk", "high")
    new = bench.replace(csr, "/CN=mallory")
    bench.tool("apply", str(path), "--yes").is_one_error(4).says("stale", "it differs from the plan in uid")
    bench.is_untouched(new)


@case
def a_plan_is_for_its_cluster(bench):
    csr = bench.create()
    path = planned(bench, csr, "--reason", "No", verb="deny")
    plan = json.loads(path.read_text())
    elsewhere = {**plan, "cluster": {**plan["cluster"], "uid": "elsewhere"}}
    path.write_text(json.dumps(elsewhere))
    bench.tool("apply", str(path), "--yes").is_one_error(4).says("the plan is for another cluster")
    bench.is_untouched(csr)
    path.write_text(json.dumps(plan))
    bench.tool("apply", str(path), "--yes", "--dry-run=server").exits(0).prints("denied (server dry run)")
    bench.is_untouched(csr)
    bench.tool("apply", str(path), "--yes").exits(0)
    bench.is_denied(csr)


@case
def a_plan_from_a_file_is_applied_to_its_like(bench):
    manifest = bench.manifest("/CN=jane")
    file, plan = bench.lab.path("csr.json"), bench.lab.path("plan.json")
    file.write_text(json.dumps(manifest))
    with bench.terminal("review", "-f", str(file), "--plan", str(plan), "--server", "https://127.0.0.1:9") as typist:
        typist.wait_for("a)pprove d)eny")
        typist.answer("a\n")
        typist.wait_for("? [y/N]")
        typist.answer("y\n")
        typist.wait_for("nothing was sent")
    csr = bench.post(manifest)
    with bench.terminal("apply", str(plan)) as typist:
        typist.wait_for("Carry out the plan: approve 1? [y/N]")
        typist.answer("y\n")
        typist.wait_for(APPROVED.format(name_of(csr)))
    require("Approved" in bench.conditions(csr), "it is not approved")
