"""What a reviewer has to be allowed, and how a lack of it is told."""

import api
from harness import ROOT, UNATTENDED, case, expect, name_of, require

CERTIFICATES = "certificates.k8s.io"
LOOK = {"apiGroups": [CERTIFICATES], "resources": ["certificatesigningrequests"], "verbs": ["get", "list", "watch"]}
DECIDE = {"apiGroups": [CERTIFICATES], "resources": ["certificatesigningrequests/approval"], "verbs": ["update"]}
SIGN_OFF = {"apiGroups": [CERTIFICATES], "resources": ["signers"], "verbs": ["approve"], "resourceNames": [api.CLIENT]}
# What a CSR is judged by; without it there is no telling what the identity could do.
KNOW = [
    {"apiGroups": ["rbac.authorization.k8s.io"], "verbs": ["list"],
     "resources": ["clusterroles", "clusterrolebindings", "roles", "rolebindings"]},
    {"apiGroups": [""], "resources": ["nodes"], "verbs": ["list"]},
    {"apiGroups": [""], "resources": ["services"], "resourceNames": ["kubernetes"], "verbs": ["get"]},
    {"apiGroups": ["authorization.k8s.io"], "resources": ["subjectaccessreviews"], "verbs": ["create"]},
]
SECRETS = ("PRIVATE KEY", "BEGIN CERTIFICATE")


def member(bench, group, *rules):
    """A kubeconfig of somebody whose group may do what the rules say."""
    bench.lab.grant(group, [*rules, *KNOW])
    return bench.lab.kubeconfig_of("rita", group)


def decides(bench, kubeconfig):
    approve, deny = bench.create("/CN=jane"), bench.create("/CN=joe")
    bench.tool("list", kubeconfig=kubeconfig).exits(0).prints(name_of(approve), name_of(deny))
    bench.tool("show", name_of(approve), kubeconfig=kubeconfig).exits(0)
    bench.tool("approve", name_of(approve), "--dry-run=server", kubeconfig=kubeconfig).exits(0)
    bench.is_untouched(approve)
    run = bench.tool("approve", name_of(approve), "--yes", kubeconfig=kubeconfig).exits(0)
    run.says("user rita").lacks("warning:")
    bench.tool("deny", name_of(deny), "--yes", kubeconfig=kubeconfig).exits(0)
    bench.certificate(approve)
    bench.is_denied(deny)


@case
def the_least_rights_suffice(bench):
    decides(bench, member(bench, "reviewers", LOOK, DECIDE, SIGN_OFF))


def documented(bench, name):
    """A kubeconfig of a member of the group to which a file of docs/rbac gives its role."""
    path = ROOT / "docs" / "rbac" / f"{name}.yaml"
    # A kubectl much newer than the server cannot check it, and the server does anyway.
    made = bench.kubectl("apply", "--validate=false", "-f", str(path)).exits(0)
    made.prints(f"csr-{name} created", f"csr-{name}s created")
    return bench.lab.kubeconfig_of("rita", f"csr-{name}s")


@case
def the_documented_reviewer_can_decide(bench):
    decides(bench, documented(bench, "reviewer"))


@case
def the_documented_reader_can_only_look(bench):
    kubeconfig = documented(bench, "reader")
    csr = bench.create()
    bench.tool("list", kubeconfig=kubeconfig).exits(0).prints(name_of(csr))
    bench.tool("show", name_of(csr), kubeconfig=kubeconfig).exits(0)
    is_refused(bench.tool("deny", name_of(csr), "--yes", kubeconfig=kubeconfig), "approval")
    bench.is_untouched(csr)


@case
def a_signers_whole_domain_can_be_granted(bench):
    whole = {**SIGN_OFF, "resourceNames": ["kubernetes.io/*"]}
    decides(bench, member(bench, "domain-reviewers", LOOK, DECIDE, whole))


def is_refused(run, *words):
    run.is_one_error().says("not allowed to", "hint: ", "ClusterRole", *words).lacks(*SECRETS)
    require("user not permitted to approve" not in run.out, "the refusal stands among the results")


@case
def lacking_the_signer_is_told_with_the_rule(bench):
    kubeconfig = member(bench, "signerless", LOOK, DECIDE)
    csr = bench.create()
    for verb in ("approve", "deny"):
        for more in [("--yes",), ("--dry-run=server",)]:
            run = bench.tool(verb, name_of(csr), *more, kubeconfig=kubeconfig)
            is_refused(run, name_of(csr), 'resources: ["signers"]', 'verbs: ["approve"]', api.CLIENT)
    bench.is_untouched(csr)


@case
def another_signer_is_not_granted_by_one(bench):
    kubeconfig = member(bench, "one-signer", LOOK, DECIDE, SIGN_OFF)
    csr = bench.create(signer=UNATTENDED)
    run = bench.tool("deny", name_of(csr), "--yes", kubeconfig=kubeconfig)
    is_refused(run, 'resources: ["signers"]', UNATTENDED)
    bench.is_untouched(csr)


@case
def lacking_the_approval_is_told_with_the_rule(bench):
    kubeconfig = member(bench, "lookers", LOOK, SIGN_OFF)
    csr = bench.create()
    run = bench.tool("approve", name_of(csr), "--yes", kubeconfig=kubeconfig)
    is_refused(run, 'resources: ["certificatesigningrequests/approval"]', 'verbs: ["update"]')
    bench.is_untouched(csr)


@case
def lacking_the_list_is_told_with_the_rule(bench):
    kubeconfig = bench.lab.kubeconfig_of("rita", "nobodies")
    csr = bench.create()
    for arguments in [("list",), ("show", name_of(csr)), ("review",), ("approve", "--all", "--yes"),
                      ("deny", name_of(csr), "--yes")]:
        run = bench.tool(*arguments, kubeconfig=kubeconfig)
        is_refused(run, 'resources: ["certificatesigningrequests"]', "rita")
    bench.is_untouched(csr)


@case
def impersonation_is_decided_by_the_server(bench):
    csr = bench.create()
    run = bench.tool("approve", name_of(csr), "--yes", "--as", "nobody")
    is_refused(run, "nobody")
    bench.is_untouched(csr)
    kubeconfig = bench.lab.kubeconfig_of("rita", "nobodies")
    run = bench.tool("list", "--as", "admin", "--as-group", "system:masters", kubeconfig=kubeconfig)
    run.is_one_error().says("impersonate")
    run = bench.tool("deny", name_of(csr), "--yes", "--as", "helper", "--as-group", "system:masters").exits(0)
    run.says("user helper")
    expect("the list of conditions", bench.conditions(csr), ["Denied"])


@case
def the_documented_auditor_finds_out_who_can(bench):
    bench.lab.grant("writers", [DECIDE])
    bench.lab.grant("both", [DECIDE, SIGN_OFF])
    kubeconfig = documented(bench, "auditor")
    # A real cluster's own roles and controllers are many. The server has to agree about every one of them.
    for action in ("approve", "sign", "create"):
        more = ("--closure",) if action == "approve" else ()
        run = bench.tool("who-can", action, "--confirm", "-o", "json", *more, kubeconfig=kubeconfig).exits(0)
        document = run.json()
        expect("what is not understood", document["problems"], [])
        require(document["items"], f"nobody can {action}")
        for item in document["items"]:
            expect(f"who says that {item['subject']} can {action}", item["seenBy"], "both")
        if action == "approve":
            holders = [item["subject"]["name"] for item in document["items"]]
            require("both" in holders and "writers" not in holders, f"they can approve: {holders}")
            halves = [half["subject"]["name"] for half in document["halves"]]
            require("writers" in halves, f"they have half of the right: {halves}")
            require(document["closure"], "nobody is one step away")
    run = bench.tool("who-can", "approve", "--closure", kubeconfig=bench.lab.kubeconfig_of("rita", "strangers"))
    run.exits(1).says("not allowed to list clusterroles", "not allowed to list rolebindings").lacks(*SECRETS)
    expect("the standard output", run.out, "")
