"""What the cluster knows besides a CSR, and what is made of it: rights, nodes, other CSRs, who reviews."""

import api
from cases.rights import LOOK
from harness import case, expect, name_of

CSRS = {"group": "certificates.k8s.io", "resource": "certificatesigningrequests"}
SIGNERS = {"group": "certificates.k8s.io", "resource": "signers", "version": "*"}
RBAC = "/apis/rbac.authorization.k8s.io/v1"


def rules(review):
    return {finding["rule"]: finding["severity"] for finding in review["findings"]}


@case
def a_binding_makes_its_group_critical_and_is_named(bench):
    bench.lab.grant("platform", None, name="cluster-admin")
    csr = bench.create("/O=platform/CN=joe", expirationSeconds=3600)
    review = bench.review(csr)
    expect("the risk", review["risk"], "critical")
    expect("the finding", rules(review).get("subject-rbac-admin-equivalent"), "critical")
    power, = review["access"]["powers"]
    expect("the binding", power["binding"], "ClusterRoleBinding e2e-platform")
    bench.tool("show", name_of(csr)).exits(0).prints(
        "ClusterRoleBinding e2e-platform to ClusterRole cluster-admin, by group platform",
        "do everything: ClusterRoleBinding e2e-platform")
    run = bench.tool("approve", name_of(csr), "--yes", "--max-risk", "high").exits(3)
    run.says("subject-rbac-admin-equivalent (critical)")
    bench.is_untouched(csr)


@case
def without_a_look_at_rbac_it_is_high_and_unknown(bench):
    bench.lab.grant("sightless", [LOOK])
    kubeconfig = bench.lab.kubeconfig_of("rita", "sightless")
    csr = bench.create("/O=somebodys/CN=joe", expirationSeconds=3600)
    run = bench.tool("show", name_of(csr), "-o", "json", kubeconfig=kubeconfig).exits(0)
    run.says('resources: ["clusterroles", "roles", "clusterrolebindings", "rolebindings"], verbs: ["list"]')
    review, = run.json()["items"]
    expect("the risk", review["risk"], "high")
    expect("the finding", rules(review).get("subject-rbac-unknown"), "high")
    expect("what is known", review["access"]["known"], False)


@case
def where_roles_are_hidden_the_server_is_asked(bench):
    ask = {"apiGroups": ["authorization.k8s.io"], "resources": ["subjectaccessreviews"], "verbs": ["create"]}
    bench.lab.grant("askers", [LOOK, ask])
    bench.lab.grant("rulers", None, name="cluster-admin")
    kubeconfig = bench.lab.kubeconfig_of("rita", "askers")
    powerful, harmless = bench.create("/O=rulers/CN=joe"), bench.create("/O=nobodies/CN=sam")
    run = bench.tool("list", "-o", "json", kubeconfig=kubeconfig).exits(0)
    found = {review["name"]: rules(review) for review in run.json()["items"]}
    expect("of one", found[name_of(powerful)].get("subject-rbac-admin-equivalent"), "critical")
    # That no question was answered with yes says nothing of all the others.
    expect("of the other", found[name_of(harmless)].get("subject-rbac-unknown"), "high")


@case
def a_kubelet_serves_under_its_own_addresses_alone(bench):
    for name, address in [("e2e-one", "192.0.2.1"), ("e2e-two", "192.0.2.2")]:
        bench.node(name, address)
    kubelet = ("system:node:e2e-one", "system:nodes", "creators")
    service = bench.server.must(200, "GET", "/api/v1/namespaces/default/services/kubernetes")["spec"]["clusterIP"]

    def serving(*addresses):
        names = ",".join(["DNS:e2e-one", *(f"IP:{address}" for address in addresses)])
        csr = bench.create("/O=system:nodes/CN=system:node:e2e-one", f"subjectAltName={names}", requestor=kubelet,
                           signer=api.KUBELET_SERVING, usages=("digital signature", "server auth"))
        review = bench.review(csr)
        return review["risk"], rules(review)

    risk, found = serving("192.0.2.1")
    # Who asks for the same again supersedes it, which is worth no more than a word.
    expect("the risk of its own", (risk, found.get("node-serving-verified")), ("info", "info"))
    for address, rule in (("192.0.2.2", "node-serving-san-foreign"), (service, "san-apiserver")):
        risk, found = serving("192.0.2.1", address)
        expect(f"the risk with {address}", (risk, found.get(rule)), ("critical", "critical"))


@case
def a_request_that_two_strangers_submit_is_held_against_both(bench):
    pem = api.request_pem("/CN=joe")
    for csr in [bench.create(pem=pem, requestor=(user, "creators")) for user in ("trent", "mallory")]:
        expect("the finding", rules(bench.review(csr)).get("history-request-replay"), "critical")
        bench.tool("approve", name_of(csr), "--yes").exits(3).says("history-request-replay (critical)")


@case
def a_nodes_copy_is_held_against_the_node_and_blocks_no_owner(bench):
    pem = api.request_pem("/O=creators/CN=jane")
    own = bench.create(pem=pem, requestor=("jane", "creators"))
    # Every node can read CSRs, and so copy what is in them.
    copy = bench.create(pem=pem, requestor=("system:node:e2e-copier", "system:nodes", "creators"))
    expect("the finding of the copy", rules(bench.review(copy)).get("history-request-replay"), "critical")
    expect("the finding of the original", rules(bench.review(own)).get("history-request-replay"), "low")
    bench.tool("approve", name_of(copy), "--yes").exits(3)
    bench.tool("approve", name_of(own), "--yes").exits(0)


@case
def a_list_shows_the_newest_of_those_that_ask_for_the_same(bench):
    made = [bench.create("/CN=grouped", labels={"e2e": "grouped"}) for _ in range(3)]
    run = bench.tool("list", "-l", "e2e=grouped", "--group", "-o", "json").exits(0)
    newest, = run.json()["items"]
    expect("the number that it supersedes", len(newest["supersedes"]), 2)
    expect("the names", sorted([newest["name"], *newest["supersedes"]]), sorted(map(name_of, made)))


def may_approve(bench, user, groups):
    """The answers of the API server itself, to the questions that it asks when somebody approves."""
    headers = [("Impersonate-User", user.encode()), *(("Impersonate-Group", group.encode()) for group in groups)]

    def allowed(**attributes):
        body = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
                "spec": {"resourceAttributes": attributes}}
        path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
        return bench.server.must(201, "POST", path, body, headers)["status"]["allowed"]

    writes = any(allowed(**CSRS, subresource="approval", verb=verb, name="any") for verb in ("update", "patch"))
    names = (api.CLIENT, "kubernetes.io/*")
    return writes and any(allowed(**SIGNERS, verb="approve", name=name) for name in names)


@case
def who_can_says_what_the_server_says_of_ten_identities(bench):
    approval = {"apiGroups": ["certificates.k8s.io"], "resources": ["certificatesigningrequests/approval"]}
    signers = {"apiGroups": ["certificates.k8s.io"], "resources": ["signers"], "verbs": ["approve"]}
    grants = {
        "whole": [{**approval, "verbs": ["update"]}, signers],
        "patching": [{**approval, "verbs": ["patch"]}, {**signers, "resourceNames": [api.CLIENT]}],
        "domain": [{**approval, "verbs": ["*"]}, {**signers, "resourceNames": ["kubernetes.io/*"]}],
        "starred": [{**approval, "verbs": ["update"]}, {**signers, "resourceNames": ["*"]}],
        "half": [{**approval, "verbs": ["update"]}],
        "other-half": [signers],
        "other-signer": [{**approval, "verbs": ["update"]}, {**signers, "resourceNames": [api.KUBELET_SERVING]}],
        "request-only": [{**approval, "resources": ["certificatesigningrequests"], "verbs": ["update"]}, signers],
        "wildcard": [{"apiGroups": ["*"], "resources": ["*/approval", "signers"], "verbs": ["*"]}],
    }
    for group, given in grants.items():
        bench.lab.grant(f"who-{group}", given)
    identities = {f"who-{group}": ("somebody", [f"who-{group}"]) for group in grants}
    identities["system:masters"] = ("root", ["system:masters"])
    expect("the number of identities", len(identities), 10)
    run = bench.tool("who-can", "approve", "--signer", api.CLIENT, "-o", "json").exits(0)
    listed = {item["subject"]["name"] for item in run.json()["items"]}
    for name, (user, groups) in identities.items():
        server = may_approve(bench, user, [*groups, "system:authenticated"])
        expect(f"what who-can says of {name}", name in listed, server)
    expect("those who may", sorted(listed & set(identities)),
           ["system:masters", "who-domain", "who-patching", "who-whole", "who-wildcard"])


@case
def doctor_tells_who_can_review_from_who_cannot(bench):
    results = {row["CHECK"]: row["RESULT"] for row in bench.tool("doctor").exits(0).rows()}
    expect("what doctor says of list", results["list"], "ok")
    bench.lab.grant("onlookers", [LOOK])
    run = bench.tool("doctor", kubeconfig=bench.lab.kubeconfig_of("rita", "onlookers")).exits(1)
    run.prints("kind: ClusterRole", "certificatesigningrequests/approval")
