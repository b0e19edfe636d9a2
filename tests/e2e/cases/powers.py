"""What rights in a cluster are worth: those that the server knows, its own accounts, and what others authorize."""

import json

import api
from cases.rights import KNOW, LOOK
from harness import ROOT, case, expect, name_of, require, since, wait_until

RBAC = "/apis/rbac.authorization.k8s.io/v1"
BINDINGS = {"apiGroups": ["rbac.authorization.k8s.io"], "resources": ["clusterrolebindings"]}
LEVELS = ("none", "info", "low", "medium", "high", "critical")
# The controllers' own accounts that can take over the cluster by what they are bound to.
CRITICAL = ("clusterrole-aggregation-controller", "generic-garbage-collector", "namespace-controller",
            "resourcequota-controller", "certificate-controller", "bootstrap-signer", "token-cleaner",
            "daemon-set-controller", "replicaset-controller", "replication-controller", "job-controller",
            "statefulset-controller", "cronjob-controller", "deployment-controller", "persistent-volume-binder")
HIGH = ("root-ca-cert-publisher", "cloud-provider", "node-controller", "ttl-controller", "attachdetach-controller",
        "horizontal-pod-autoscaler", "pod-garbage-collector", "ttl-after-finished-controller")


def discovery(server):
    """Every right that the server knows, as tests/fixtures/discovery.txt has it."""
    paths = [("-", "/api/v1")]
    for group in server.must(200, "GET", "/apis")["groups"]:
        paths += [(group["name"], f"/apis/{version['groupVersion']}") for version in group["versions"]]
    for group, path in paths:
        for resource in server.must(200, "GET", path)["resources"]:
            scope = "namespaced" if resource["namespaced"] else "cluster"
            yield from ((group, resource["name"], scope, verb) for verb in resource["verbs"])


@case
def every_right_that_the_server_knows_is_rated(bench):
    lines = (ROOT / "tests" / "fixtures" / "discovery.txt").read_text().splitlines()
    rated = {(group, resource, scope, verb)
             for group, resource, scope, verbs in (line.split(" ") for line in lines if not line.startswith("#"))
             for verb in verbs.split(",")}
    known = set(discovery(bench.server))
    require(len(known) > 300, f"the server knows {len(known)} rights")
    expect("what is not rated; a row of src/facts/access/table rates it", sorted(known - rated), [])


def requested(bench, subject, bindings):
    """The identity of a binding's subject, in openssl's form."""
    name = subject["name"].replace("/", "\\/")
    if subject["kind"] == "Group":
        return f"/O={name}/CN=somebody"
    user = f"system:serviceaccount:{subject['namespace']}:{name}" if subject.get("namespace") else name
    if len(user) <= 64:
        return f"/CN={user}"
    # openssl takes no longer common name. Another user of the same roles is as good.
    user = f"like-{name}"[:64]
    for number, binding in enumerate(bindings):
        path = f"{RBAC}/clusterrolebindings"
        bench.server.must(201, "POST", path, {
            "metadata": {"name": f"e2e-{user}-{number}"}, "roleRef": binding["roleRef"],
            "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user}]})
        bench.made.append(f"{path}/e2e-{user}-{number}")
    return f"/CN={user}"


@case
def the_accounts_of_the_control_plane_are_rated(bench):
    bindings = [binding for resource in ("clusterrolebindings", "rolebindings")
                for binding in bench.server.must(200, "GET", f"{RBAC}/{resource}")["items"]
                if binding["metadata"].get("labels", {}).get("kubernetes.io/bootstrapping")]
    held = {}
    for binding in bindings:
        for subject in binding.get("subjects", []):
            if subject["name"] != "system:masters":
                held.setdefault(subject["name"], (subject, []))[1].append(binding)
    require(len(held) > 30, f"the server binds {sorted(held)}")
    names = {name_of(bench.create(requested(bench, *of))): name for name, of in held.items()}
    worst = {}
    for review in bench.tool("list", "-o", "json").exits(0).json()["items"]:
        if review["name"] in names:
            name, powers = names[review["name"]], review["access"]["powers"]
            unrated = [power for power in powers if power["power"] == "blast-other"]
            expect(f"what is not rated of {name}", unrated, [])
            worst[name] = max((power["severity"] for power in powers), key=LEVELS.index)
    expect("those that were looked at", sorted(worst), sorted(held))
    for level, accounts in (("critical", CRITICAL), ("high", HIGH)):
        there = [account for account in accounts if account in held]
        require(len(there) >= len(accounts) - 2, f"the server binds {there} of {accounts}")
        for account in there:
            expect(f"the worst power of {account}", worst[account], level)
    for group in ("system:authenticated", "system:unauthenticated"):
        expect(f"the worst power of {group}", worst[group], "info")


@case
def rights_to_impersonate_for_single_requests_are_power(bench):
    bench.lab.grant("single", [
        {"apiGroups": ["authentication.k8s.io"], "resources": ["users", "groups"], "verbs": ["impersonate:user-info"]},
        {**BINDINGS, "verbs": ["impersonate-on:user-info:create"]}])
    bench.lab.grant("single-half", [{**BINDINGS, "verbs": ["impersonate-on:user-info:create"]}])
    review = bench.review(bench.create("/O=single/CN=joe", expirationSeconds=3600))
    power = review["access"]["powers"][0]
    expect("the power", (power["power"], power["severity"]), ("blast-impersonate-constrained", "critical"))
    review = bench.review(bench.create("/O=single-half/CN=joe", expirationSeconds=3600))
    expect("the worst power of one half", review["access"]["powers"][0]["severity"], "low")


@since(36, "constrained impersonation")
@case
def who_may_impersonate_for_single_requests_takes_over(bench):
    bench.lab.grant("takers", [
        {"apiGroups": ["authentication.k8s.io"], "resources": ["users", "groups"], "verbs": ["impersonate:user-info"]},
        {**BINDINGS, "verbs": ["impersonate-on:user-info:create"]}])
    bench.lab.grant("owners", None, name="cluster-admin")
    joe = api.Server(bench.lab.kubeconfig_of("joe", "takers"))
    binding = {"metadata": {"name": "e2e-taken"}, "subjects": [
        {"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "joe"}],
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"}}
    path = f"{RBAC}/clusterrolebindings"
    joe.must(403, "POST", path, binding)
    bench.made.append(f"{path}/e2e-taken")
    joe.must(201, "POST", path, binding, [("Impersonate-User", b"ann"), ("Impersonate-Group", b"owners")])
    wait_until("all power", lambda: joe.call("GET", "/api/v1/secrets")[0] == 200)


@case
def creating_and_patching_by_one_name_creates(bench):
    csrs = {"apiGroups": ["certificates.k8s.io"], "resources": ["certificatesigningrequests"],
            "resourceNames": ["e2e-applied"]}
    bench.lab.grant("name-creators", [{**csrs, "verbs": ["create"]}])
    bench.lab.grant("name-patchers", [{**csrs, "verbs": ["patch"]}])
    manifest = bench.lab.path("csr.json")
    manifest.write_text(json.dumps(bench.manifest("/CN=joe", name="e2e-applied")))
    bench.made.append(api.path_of("e2e-applied"))
    for groups, status in [(["name-creators"], 1), (["name-patchers"], 1), (["name-creators", "name-patchers"], 0)]:
        who = [part for group in groups for part in ("--as-group", group)]
        bench.kubectl("apply", "--server-side", "--validate=false", "-f", str(manifest), "--as", "joe", *who).exits(status)
    bench.server.must(201, "POST", f"{RBAC}/clusterrolebindings", {
        "metadata": {"name": "e2e-name-both"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "e2e-name-patchers"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "name-creators"}]})
    bench.made.append(f"{RBAC}/clusterrolebindings/e2e-name-both")
    run = bench.tool("who-can", "create", "-o", "json").exits(0)
    names = [item["subject"]["name"] for item in run.json()["items"]]
    require("name-creators" in names and "name-patchers" not in names, f"they can create: {names}")


@case
def what_another_authorizer_allows_is_seen_before_a_decision(bench):
    admin, nobody = bench.create("/CN=abac-admin"), bench.create("/CN=abac-nobody")
    run = bench.tool("approve", name_of(admin), name_of(nobody), "--yes", "--max-risk", "high").exits(3)
    run.says(f"error: {name_of(admin)}: refused", "subject-rbac-admin-equivalent (critical)")
    run.prints(f"{name_of(nobody)} approved").lacks(f"{name_of(admin)} approved")
    bench.is_untouched(admin)
    bench.tool("show", name_of(admin)).exits(0).prints("the API server says so (SubjectAccessReview)")
    # Without the right to ask, it is RBAC's word alone.
    bench.lab.grant("unasking", [LOOK, *(rule for rule in KNOW if "subjectaccessreviews" not in rule["resources"])])
    kubeconfig = bench.lab.kubeconfig_of("rita", "unasking")
    run = bench.tool("show", name_of(admin), kubeconfig=kubeconfig).exits(0)
    run.prints("has no RBAC rights today", "authorizers other than RBAC were not checked")
    run.says("warning: not checked: authorizers other than RBAC", 'resources: ["subjectaccessreviews"]')
