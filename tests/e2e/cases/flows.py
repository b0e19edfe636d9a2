"""The flows of real clusters: each with requests as the real tool makes them, from whom the real cluster lets ask.

A tool that calls these dangerous is switched off, and one that calls their hostile neighbours harmless is no use.
"""

import json

import api
from harness import ROOT, case, expect, name_of, require

# The group that kubeadm gives its tokens.
JOINERS = "system:bootstrappers:kubeadm:default-node-token"
NODECLIENT = "system:certificates.k8s.io:certificatesigningrequests:nodeclient"
NODES = "/O=system:nodes/CN=system:node:"
MACHINE = {"conditions": [{"type": "Ready", "status": "True"}]}
LIFETIME = 86400


def for_a_day(bench):
    """The lifetime that the how-to asks for; servers before 1.22 have none."""
    return {"expirationSeconds": LIFETIME} if bench.lab.minor >= 22 else {}


def low(bench):
    """An administrator's CSR for a person who may do little: without a lifetime it is medium."""
    return "low" if bench.lab.minor >= 22 else "medium"


def join(bench, node, **more):
    """A kubelet's first CSR by a bootstrap token that may only create CSRs."""
    bench.lab.grant(JOINERS, None, name="system:node-bootstrapper")
    _, kubeconfig = bench.bootstrap_token(JOINERS)
    return bench.bootstrap(node, kubeconfig, **more)


def joined(bench, node, *addresses):
    """The kubeconfig of a node that has joined and reports these addresses."""
    key = bench.lab.path("key")
    first = join(bench, node, key=key)
    bench.tool("approve", name_of(first), "--yes").exits(0)
    certificate = bench.certificate(first)
    bench.node(node, *addresses, **MACHINE)
    return bench.lab.kubeconfig_of(f"system:node:{node}", certificate=certificate, key=key)


@case
def a_kubelet_joins_with_a_bootstrap_token(bench):
    bench.flow("kubelet bootstrap by token, new node", "info", join(bench, "flow-1"))
    if bench.lab.minor >= 27:
        usages = ("digital signature", "key encipherment", "client auth")
        bench.flow("the same with key encipherment", "info", join(bench, "flow-2", usages=usages))
    bench.node("flow-3", "192.0.2.3", **MACHINE)
    stolen = bench.flow("the same with the name of a running node", "critical", join(bench, "flow-3"))
    expect("the worst finding", stolen["findings"][0]["rule"], "node-bootstrap-existing-node")


@case
def a_kubelet_joins_while_nodes_cannot_be_read(bench):
    bench.lab.grant("half-blind", [
        {"apiGroups": ["certificates.k8s.io"], "resources": ["certificatesigningrequests"], "verbs": ["get", "list"]},
        {"apiGroups": ["rbac.authorization.k8s.io"], "verbs": ["list"],
         "resources": ["roles", "rolebindings", "clusterroles", "clusterrolebindings"]}])
    kubeconfig = bench.lab.kubeconfig_of("blind", "half-blind")
    # Whoever lacks SelfSubjectReview, as 1.20, is known by its certificate.
    bench.flow("kubelet bootstrap by token, nodes unread", "medium", join(bench, "flow-4"), kubeconfig=kubeconfig)


@case
def a_kubelet_joins_as_a_member_of_the_bootstrappers(bench):
    bench.lab.grant("system:bootstrappers", None, name="system:node-bootstrapper")
    usages = bench.kubelet_usages("client auth")
    csr = bench.create(NODES + "flow-5", signer=api.KUBELET_CLIENT, usages=usages, name="csr-5mgb5",
                       requestor=("kubelet-bootstrap", "system:bootstrappers"))
    bench.flow("kubelet bootstrap by a user in system:bootstrappers", "info", csr)


@case
def a_vendors_service_account_joins_nodes(bench):
    account, kubeconfig = bench.service_account("node-bootstrapper")
    subject = {"kind": "ServiceAccount", "namespace": "default", "name": account["metadata"]["name"]}
    for number, role in enumerate(("system:node-bootstrapper", NODECLIENT)):
        bench.make("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", f"flow-vendor-{number}", {
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
            "subjects": [subject]})
    # The controller manager approves it by the same right.
    csr = bench.bootstrap("flow-6", kubeconfig)
    bench.certificate(csr)
    bench.flow("kubelet bootstrap by a vendor's ServiceAccount", "info", csr)
    _, other = bench.service_account("web")
    bench.lab.grant("system:serviceaccounts:default", None, name="e2e-creators")
    bench.flow("the same by any other ServiceAccount", "high", bench.bootstrap("flow-7", other))


@case
def many_nodes_join_with_one_token(bench):
    bench.lab.grant(JOINERS, None, name="system:node-bootstrapper")
    _, kubeconfig = bench.bootstrap_token(JOINERS)
    csrs = [bench.bootstrap(f"flow-many-{number}", kubeconfig) for number in range(15)]
    bench.flow("fifteen nodes joined with one token", "info", csrs[-1])
    reviews = bench.tool("list", "-o", "json").exits(0).json()["items"]
    expect("the risks of all", {review["risk"] for review in reviews}, {"info"})
    policy = ROOT / "docs" / "policies" / "bootstrap.yaml"
    bench.tool("approve", "--all", "--policy", str(policy), "--yes").exits(0)
    for csr in csrs:
        require("Approved" in bench.conditions(csr), f"{name_of(csr)} is not approved by {policy.name}")


@case
def a_kubelet_renews_and_serves(bench):
    node = "flow-8"
    own = joined(bench, node, "192.0.2.8")
    renewal = bench.create(NODES + node, signer=api.KUBELET_CLIENT, usages=bench.kubelet_usages("client auth"),
                           kubeconfig=own, name="csr-x7k2p")
    bench.flow("kubelet client renewal by the node's own certificate", "info", renewal)
    serving = {"signer": api.KUBELET_SERVING, "usages": bench.kubelet_usages("server auth"), "kubeconfig": own}
    names = f"subjectAltName=DNS:{node},IP:192.0.2.8"
    csr = bench.create(NODES + node, names, **serving)
    bench.flow("kubelet serving, all names the node's own", "info", csr)
    bench.flow("kubelet serving, nodes unread", "high", csr,
               kubeconfig=bench.lab.kubeconfig_of("blind", "half-blind"))
    foreign = bench.create(NODES + node, names + ",IP:192.0.2.77", **serving)
    bench.flow("kubelet serving with an address that it does not report", "high", foreign)


@case
def a_kubelet_serves_before_its_node_reports_addresses(bench):
    own = joined(bench, "flow-9")
    csr = bench.create(NODES + "flow-9", "subjectAltName=DNS:flow-9,IP:192.0.2.9", signer=api.KUBELET_SERVING,
                       usages=bench.kubelet_usages("server auth"), kubeconfig=own)
    review = bench.flow("kubelet serving, node without addresses yet", "medium", csr)
    require("reports none yet" in review["findings"][0]["message"], f"it says {review['findings'][0]}")


def component(bench, node, prefix, group, kubeconfig, **more):
    return bench.create(f"/O={group}/CN={prefix}:{node}", kubeconfig=kubeconfig, **for_a_day(bench), **more)


@case
def network_plugins_request_an_identity_for_their_node(bench):
    node = "flow-10"
    own = joined(bench, node, "192.0.2.10")
    expected = low(bench)
    for what, prefix, group in (("OVN-Kubernetes", "system:ovn-node", "system:ovn-nodes"),
                                ("Multus", "system:multus", "system:multus")):
        bench.lab.grant(group, [
            {"apiGroups": [""], "resources": ["pods", "nodes"], "verbs": ["get", "list", "watch"]},
            {"apiGroups": ["certificates.k8s.io"], "resources": ["certificatesigningrequests"], "verbs": ["create"]}])
        key = bench.lab.path("key")
        first = component(bench, node, prefix, group, own, key=key)
        bench.flow(f"{what} identity of a node for itself", expected, first)
        bench.tool("approve", name_of(first), "--yes").exits(0)
        itself = bench.lab.kubeconfig_of(f"{prefix}:{node}", certificate=bench.certificate(first), key=key)
        waiting = component(bench, node, prefix, group, own)
        renewal = component(bench, node, prefix, group, itself)
        bench.flow(f"{what} renewal, while its node asks too", "info" if expected == "low" else "medium", renewal)
        bench.flow(f"{what} identity while its renewal waits", expected, waiting)
    bench.flow("another node's OVN identity", "critical",
               component(bench, "flow-11", "system:ovn-node", "system:ovn-nodes", own))


def bind_in_namespace(bench, role, group):
    bench.make("/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings", group, {
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": group}]})


def onboard(bench, group, user="joe", **more):
    return bench.create((f"/O={group}" if group else "") + f"/CN={user}", **for_a_day(bench), **more)


@case
def an_administrator_onboards_people(bench):
    lab = bench.lab
    lab.grant("flow-viewers", None, name="view")
    lab.grant("flow-rulers", None, name="cluster-admin")
    bind_in_namespace(bench, "edit", "flow-editors")
    bind_in_namespace(bench, "admin", "flow-owners")
    bench.flow("administrator for a person without rights", low(bench), onboard(bench, None))
    bench.flow("the same, reviewed by the same administrator", "medium",
               onboard(bench, None, kubeconfig=str(lab.kubeconfig)))
    bench.flow("administrator for a person with view", "low/medium", onboard(bench, "flow-viewers"))
    bench.flow("administrator for a person with edit in one namespace", "medium", onboard(bench, "flow-editors"))
    bench.flow("administrator for a person with admin in one namespace", "medium", onboard(bench, "flow-owners"))
    bench.flow("administrator for a person with cluster-admin", "critical", onboard(bench, "flow-rulers"))
    bench.flow("a requestor without all power for a person with view", "high",
               onboard(bench, "flow-viewers", requestor=("dev", "creators")))


@case
def colleagues_are_onboarded_in_an_hour(bench):
    csrs = [onboard(bench, None, user=f"colleague-{number}") for number in range(5)]
    review = bench.flow("five colleagues onboarded in an hour", low(bench), csrs[-1])
    rules = [finding["rule"] for finding in review["findings"]]
    require("history-flood" not in rules, f"it is called a flood: {rules}")


@case
def a_reviewer_who_may_not_grant_creates_for_another(bench):
    bench.lab.grant("flow-approvers", [
        {"apiGroups": ["certificates.k8s.io"], "resources": ["certificatesigningrequests"],
         "verbs": ["create", "get", "list"]},
        {"apiGroups": ["certificates.k8s.io"], "resources": ["certificatesigningrequests/approval"],
         "verbs": ["update"]},
        {"apiGroups": ["certificates.k8s.io"], "resources": ["signers"], "verbs": ["approve"],
         "resourceNames": ["kubernetes.io/kube-apiserver-client"]},
        {"apiGroups": ["rbac.authorization.k8s.io"], "verbs": ["list"],
         "resources": ["roles", "rolebindings", "clusterroles", "clusterrolebindings"]},
        {"apiGroups": [""], "resources": ["nodes"], "verbs": ["list"]},
        {"apiGroups": [""], "resources": ["services"], "verbs": ["get"]}])
    own = bench.lab.kubeconfig_of("approver", "flow-approvers")
    csr = onboard(bench, None, kubeconfig=own)
    review = bench.flow("a reviewer who may approve and not grant, for another", "high", csr, kubeconfig=own)
    expect("the worst finding", review["findings"][0]["rule"], "requestor-self-review")
    bench.tool("approve", name_of(csr), "--yes", kubeconfig=own).exits(3)


@case
def the_how_to_of_kubernetes_works_for_one_administrator(bench):
    """https://kubernetes.io/docs/tasks/tls/certificate-issue-client-csr/, with a current kubectl."""
    manifest = bench.manifest("/CN=myuser", name="myuser", usages=("client auth",), **for_a_day(bench))
    path = bench.lab.path("csr.json")
    path.write_text(json.dumps(manifest))
    bench.made.append(api.path_of("myuser"))
    # Clients of one version more than the server's do not know the schema of another.
    bench.kubectl("create", "-f", str(path), "--validate=false").exits(0)
    bench.flow("the how-to's CSR, created and reviewed by one administrator", "medium", bench.now(manifest))
    bench.tool("list").exits(0).prints("myuser")
    bench.tool("approve", "myuser", "--yes").exits(0).prints("myuser approved")
    bench.certificate(manifest)


@case
def a_person_renews_its_own_certificate(bench):
    key = bench.lab.path("key")
    first = onboard(bench, "creators", user="renewer", key=key)
    bench.tool("approve", name_of(first), "--yes").exits(0)
    own = bench.lab.kubeconfig_of("renewer", certificate=bench.certificate(first), key=key)
    csr = onboard(bench, "creators", user="renewer", kubeconfig=own)
    bench.flow("self-renewal within own groups", "info" if bench.lab.minor >= 22 else "medium", csr)


@case
def meshes_and_certificate_managers_have_signers_of_their_own(bench):
    both = ("digital signature", "key encipherment", "server auth", "client auth")
    server = ("digital signature", "key encipherment", "server auth")
    account, own = bench.service_account("cert-manager")
    bench.lab.grant("system:serviceaccounts:default", None, name="e2e-creators")
    for what, subject, extension, signer, usages in (
            ("cert-manager server certificate", "/CN=shop.example", "subjectAltName=DNS:shop.example",
             "issuers.cert-manager.io/shop.ca", server),
            ("cert-manager certificate without a common name", "/", "subjectAltName=DNS:shop.example",
             "clusterissuers.cert-manager.io/internal", server),
            ("Istio workload certificate, empty subject", "/",
             "subjectAltName=critical,URI:spiffe://cluster.local/ns/shop/sa/cart", "clusterissuers.istio.io/mesh", both),
            ("CSI driver certificate for a pod", "/", "subjectAltName=URI:spiffe://example.org/ns/shop/sa/till",
             "csi.example.org/workload", both),
            ("a database that listens on loopback too", "/CN=db", "subjectAltName=DNS:db.example,IP:127.0.0.1",
             "pki.example.org/databases", server)):
        csr = bench.create(subject, extension, signer=signer, usages=usages, kubeconfig=own, **for_a_day(bench))
        bench.flow(what, "medium", csr)


# What each tool writes, and what is found in it: certtool, cfssl, keytool and node-forge were asked for a DNS name,
# which has no place in a client's certificate.
TOOLS = {"openssl": "info", "go": "info", "cfssl": "medium", "keytool-label": "medium", "nss-label": "info",
         "certtool-label": "medium", "easyrsa": "info", "node-forge": "medium"}


@case
def requests_of_many_tools_are_ordinary(bench):
    for tool, risk in TOOLS.items():
        pem = (ROOT / "tests" / "fixtures" / "requests" / f"tool-{tool}.pem").read_text()
        csr = bench.create(pem=pem, requestor=("alice", "dev", "ops", "creators"), **for_a_day(bench))
        review = bench.flow(f"a request made by {tool.removesuffix('-label')}",
                            risk if bench.lab.minor >= 22 else "medium", csr)
        others = {finding["rule"] for finding in review["findings"] if finding["severity"] not in ("info", "low")}
        expect(f"what is found in {tool}", others - {"san-on-client", "expiry-long"}, set())
        # The next one is of the same user, and each has a key of its own.
        bench.server.must(200, "DELETE", api.path_of(name_of(csr)))


@case
def line_ends_and_blank_lines_change_nothing(bench):
    for what, change in (("CRLF", lambda pem: pem.replace("\n", "\r\n")),
                         ("blank lines around the block", lambda pem: "\n\n" + pem + "\n\n"),
                         ("base64 on one line", one_line)):
        pem = change(api.request_pem("/O=creators/CN=jane"))
        csr = bench.create(pem=pem, requestor=("jane", "creators"), **for_a_day(bench))
        bench.flow(f"a request with {what}", "info" if bench.lab.minor >= 22 else "medium", csr)
        bench.tool("approve", name_of(csr), "--yes").exits(0)
        bench.certificate(csr)


def one_line(pem):
    first, *body, last = pem.splitlines()
    return "\n".join((first, "".join(body), last, ""))
