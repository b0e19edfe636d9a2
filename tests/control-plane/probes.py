#!/usr/bin/env python3
"""Usage: probes.py KUBECONFIG

Checks on a live server what the tool takes for granted about it. Prints `ok NAME` or `not ok NAME: what was seen`
for each, and exits with 1 if any is not ok. Needs kubectl (or $KUBECTL), openssl and an administrator's certificate
in the kubeconfig. It removes the CSRs that it makes.
"""

import base64
import copy
import secrets
import sys
import time

from api import (CLIENT, CSRS, KUBELET_CLIENT, KUBELET_SERVING, Server, Unexpected, conditions, decided, expect,
                 path_of, public_key, request_pem)

# One that no controller acts on: the object changes only when a probe changes it.
UNATTENDED = "example.com/probes"
ISSUED_WITHIN = 5.0


class Probes:
    """The probes, listed in PROBES, and what they share. A probe's name says what should be seen."""

    def __init__(self, server):
        self.server = server
        self.made = []

    def create(self, suffix="", signer=UNATTENDED, pem=None, **metadata):
        name = f"probe-{secrets.token_hex(4)}{suffix}"
        pem = pem or request_pem(f"/O=probes/CN={secrets.token_hex(4)}")
        csr = {
            "apiVersion": "certificates.k8s.io/v1",
            "kind": "CertificateSigningRequest",
            "metadata": {"name": name, **metadata},
            "spec": {
                "request": base64.b64encode(pem.encode()).decode(),
                "signerName": signer,
                # Old servers insist on the second for kubelets, whatever the key.
                "usages": ["digital signature", "key encipherment",
                           "server auth" if signer == KUBELET_SERVING else "client auth"],
            },
        }
        self.made.append(name)
        return self.server.must(201, "POST", CSRS, csr)

    def get(self, csr):
        return self.server.must(200, "GET", path_of(csr["metadata"]["name"]))

    def decide(self, csr, kind="Approved", status=200, query=""):
        path = path_of(csr["metadata"]["name"]) + "/approval" + query
        return self.server.must(status, "PUT", path, decided(csr, kind))

    def untouched(self, csr):
        now = self.get(csr)
        expect(conditions(now), [], "the list of conditions afterwards")
        return now

    def stale_resource_version_is_a_conflict(self):
        csr = self.create()
        newer = copy.deepcopy(csr)
        newer["metadata"]["labels"] = {"changed": "since"}
        self.server.must(200, "PUT", path_of(csr["metadata"]["name"]), newer)
        self.decide(csr, status=409)
        self.untouched(csr)

    def wrong_uid_is_a_conflict(self):
        csr = self.create()
        other = copy.deepcopy(csr)
        other["metadata"]["uid"] = "00000000-0000-4000-8000-000000000000"
        self.decide(other, status=409)
        self.untouched(csr)

    def recreated_under_the_same_name_is_a_conflict(self):
        csr = self.create()
        path = path_of(csr["metadata"]["name"])
        self.server.must(200, "DELETE", path)
        again = copy.deepcopy(csr)
        again["metadata"] = {"name": csr["metadata"]["name"]}
        self.server.must(201, "POST", CSRS, again)
        self.decide(csr, status=409)
        self.untouched(csr)

    def dry_run_stores_nothing(self):
        csr = self.create()
        answer = self.decide(csr, query="?dryRun=All")
        expect(conditions(answer), ["Approved"], "the list of conditions in the answer")
        now = self.untouched(csr)
        expect(now["metadata"]["resourceVersion"], csr["metadata"]["resourceVersion"], "the resourceVersion afterwards")

    def name_with_odd_characters_is_accepted_and_approved(self):
        csr = self.create(suffix="a b#c\nd")
        expect(self.get(csr)["metadata"]["uid"], csr["metadata"]["uid"], "the uid read by the encoded name")
        self.decide(csr)
        expect(conditions(self.get(csr)), ["Approved"], "the list of conditions afterwards")

    def labels_survive_a_decision(self):
        labels, annotations = {"team": "probes"}, {"example.com/note": "kept"}
        csr = self.create(labels=labels, annotations=annotations)
        self.decide(csr)
        now = self.get(csr)["metadata"]
        expect(now.get("labels"), labels, "the labels afterwards")
        expect(now.get("annotations"), annotations, "the annotations afterwards")

    def approved_cannot_be_denied_too(self):
        csr = self.create()
        self.decide(csr)
        self.decide(self.get(csr), kind="Denied", status=422)
        expect(conditions(self.get(csr)), ["Approved"], "the list of conditions afterwards")

    def approved_client_is_issued(self):
        self.issued(CLIENT, request_pem("/O=probes/CN=someone"))

    def approved_kubelet_client_is_issued(self):
        self.issued(KUBELET_CLIENT, request_pem("/O=system:nodes/CN=system:node:probe"))

    def approved_kubelet_serving_is_issued(self):
        self.issued(KUBELET_SERVING, request_pem("/O=system:nodes/CN=system:node:probe", "subjectAltName=DNS:probe"))

    def issued(self, signer, pem):
        csr = self.create(signer=signer, pem=pem)
        began = time.monotonic()
        # A controller may approve a kubelet's request of an administrator by itself, at any moment.
        path = path_of(csr["metadata"]["name"]) + "/approval"
        while "Approved" not in conditions(csr):
            status, answer = self.server.call("PUT", path, decided(csr, "Approved"))
            if status not in (200, 409):
                raise Unexpected(f"PUT {path} answers {status}: {answer}")
            csr = self.get(csr)
        while not csr.get("status", {}).get("certificate"):
            if "Failed" in conditions(csr):
                raise Unexpected(f"it failed: {csr['status']['conditions']}")
            if time.monotonic() - began > ISSUED_WITHIN:
                raise Unexpected(f"no certificate {ISSUED_WITHIN:g} s after the approval")
            time.sleep(0.05)
            csr = self.get(csr)
        certificate = base64.b64decode(csr["status"]["certificate"]).decode()
        expect(public_key("x509", certificate), public_key("req", pem), "the certificate's public key")

    def clean_up(self):
        for name in self.made:
            self.server.call("DELETE", path_of(name))


PROBES = [
    Probes.stale_resource_version_is_a_conflict,
    Probes.wrong_uid_is_a_conflict,
    Probes.recreated_under_the_same_name_is_a_conflict,
    Probes.dry_run_stores_nothing,
    Probes.name_with_odd_characters_is_accepted_and_approved,
    Probes.labels_survive_a_decision,
    Probes.approved_cannot_be_denied_too,
    Probes.approved_client_is_issued,
    Probes.approved_kubelet_client_is_issued,
    Probes.approved_kubelet_serving_is_issued,
]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    server = Server(sys.argv[1])
    probes = Probes(server)
    failed = 0
    print("server:", server.must(200, "GET", "/version")["gitVersion"], file=sys.stderr)
    try:
        for probe in PROBES:
            try:
                probe(probes)
                print(f"ok {probe.__name__}")
            except Exception as seen:  # One probe's failure must not hide what the others see.
                failed += 1
                print(f"not ok {probe.__name__}: {seen}")
    finally:
        probes.clean_up()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
