#!/usr/bin/env python3
"""Fills a cluster with pending CSRs: fill.py KUBECONFIG COUNT [FIRST].

For measurements only: every CSR has a key and a request of its own, and the signer example.com/bench, which nobody
runs. They are called bench-000000 and so on, from FIRST on. It takes Python's package cryptography, and a kubeconfig
with client certificates in files or inline.
"""

import base64
import concurrent.futures
import http.client
import json
import ssl
import subprocess
import sys
import tempfile
import urllib.parse

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PROCESSES = 4


def kubeconfig(path):
    """The current context of a kubeconfig, as kubectl resolves it."""
    view = ["kubectl", "--kubeconfig", path, "config", "view", "--raw", "--minify", "-o", "json"]
    config = json.loads(subprocess.check_output(view))
    return config["clusters"][0]["cluster"], config["users"][0]["user"]


def tls(cluster, user):
    """A TLS context with the cluster's CA and the user's certificate."""

    def file(section, key):
        if key in section:
            return section[key]
        temporary = tempfile.NamedTemporaryFile(delete=False)
        temporary.write(base64.b64decode(section[key + "-data"]))
        temporary.close()
        return temporary.name

    context = ssl.create_default_context(cafile=file(cluster, "certificate-authority"))
    context.load_cert_chain(file(user, "client-certificate"), file(user, "client-key"))
    return context


def request(number):
    """A request for a user of its own, with a key of its own."""
    names = [(NameOID.ORGANIZATION_NAME, "bench"), (NameOID.COMMON_NAME, f"user-{number}")]
    subject = x509.Name([x509.NameAttribute(*name) for name in names])
    key = ec.generate_private_key(ec.SECP256R1())
    signed = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM)


def create(path, numbers):
    """Creates the CSRs of these numbers."""
    cluster, user = kubeconfig(path)
    host = urllib.parse.urlsplit(cluster["server"]).netloc
    connection = http.client.HTTPSConnection(host, context=tls(cluster, user))
    for number in numbers:
        body = {
            "apiVersion": "certificates.k8s.io/v1",
            "kind": "CertificateSigningRequest",
            "metadata": {"name": f"bench-{number:06}"},
            "spec": {
                "request": base64.b64encode(request(number)).decode(),
                "signerName": "example.com/bench",
                "usages": ["digital signature", "client auth"],
            },
        }
        url = "/apis/certificates.k8s.io/v1/certificatesigningrequests"
        headers = {"Content-Type": "application/json"}
        connection.request("POST", url, json.dumps(body), headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status not in (201, 409):
            sys.exit(f"{answer.status} {answer.reason}")


def fill(path, count, first=0):
    """Creates that many CSRs."""
    with concurrent.futures.ProcessPoolExecutor(PROCESSES) as pool:
        shares = [range(first + share, first + count, PROCESSES) for share in range(PROCESSES)]
        for _ in pool.map(create, [path] * PROCESSES, shares):
            pass


if __name__ == "__main__":
    fill(sys.argv[1], *map(int, sys.argv[2:]))
