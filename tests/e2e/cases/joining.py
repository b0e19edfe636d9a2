"""CSRs of those who log in with credentials of their own: kubelets, nodes and ServiceAccounts."""

import api
from harness import case, expect, name_of

JOINERS = "system:bootstrappers:e2e"


def requestor(bench, csr):
    return bench.review(csr)["requestor"]


def as_the_server_holds_it(csr):
    spec = csr["spec"]
    return {"username": spec["username"], "uid": spec.get("uid"), "groups": spec["groups"],
            "extra": spec.get("extra", {})}


def join(bench, node, key="/dev/null"):
    """A kubelet's first CSR by a bootstrap token."""
    bench.lab.grant(JOINERS, None, name="system:node-bootstrapper")
    token, kubeconfig = bench.bootstrap_token(JOINERS)
    return token, bench.bootstrap(node, kubeconfig, key=key)


@case
def a_bootstrap_tokens_csr_is_shown_with_the_token_and_its_groups(bench):
    token, csr = join(bench, "joining-1")
    seen = requestor(bench, csr)
    expect("the requestor", seen, as_the_server_holds_it(csr))
    expect("the user", seen["username"], f"system:bootstrap:{token[:6]}")
    expect("the groups", sorted(seen["groups"]), sorted(["system:bootstrappers", JOINERS, "system:authenticated"]))
    expect("the length of the name", len(name_of(csr)), len("node-csr-") + 43)
    bench.tool("list").exits(0).prints(name_of(csr), "system:node:joining-1")


@case
def a_service_accounts_csr_is_shown_with_its_uid(bench):
    account, kubeconfig = bench.service_account("joiner")
    bench.lab.grant("system:serviceaccounts:default", None, name="e2e-creators")
    csr = bench.create("/CN=jane", kubeconfig=kubeconfig)
    seen = requestor(bench, csr)
    expect("the requestor", seen, as_the_server_holds_it(csr))
    expect("the user", seen["username"], "system:serviceaccount:default:joiner")
    expect("the uid", seen["uid"], account["metadata"]["uid"])


@case
def a_node_asks_for_its_serving_certificate_with_the_one_that_it_was_issued(bench):
    node, key = "joining-2", bench.lab.path("key")
    _, first = join(bench, node, key)
    bench.node(node, "192.0.2.7", conditions=[{"type": "Ready", "status": "True"}])
    # By kubectl: the verdict on the first request is not what is tried here.
    bench.kubectl("certificate", "approve", name_of(first)).exits(0)
    own = bench.lab.kubeconfig_of(f"system:node:{node}", certificate=bench.certificate(first), key=key)
    csr = bench.create(f"/O=system:nodes/CN=system:node:{node}", f"subjectAltName=DNS:{node},IP:192.0.2.7",
                       signer=api.KUBELET_SERVING, usages=bench.kubelet_usages("server auth"), kubeconfig=own)
    review = bench.review(csr)
    expect("the requestor", review["requestor"], as_the_server_holds_it(csr))
    expect("the user", review["requestor"]["username"], f"system:node:{node}")
    expect("the identity", review["identity"]["user"], review["requestor"]["username"])
    expect("the risk", review["risk"], "info")
