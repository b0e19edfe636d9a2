#!/usr/bin/env python3
"""Fills a cluster with pending CSRs: fill.py KUBECONFIG COUNT.

For measurements only: every CSR has a key and a request of its own, made by openssl, and the signer
example.com/bench, which nobody runs. The kubeconfig must use client certificates in files or inline.
"""

import base64
import concurrent.futures
import http.client
import json
import os
import ssl
import subprocess
import sys
import tempfile
import threading
import urllib.parse


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
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", os.devnull]
    make = ["openssl", "req", *key, "-subj", f"/CN=user-{number}/O=bench"]
    return subprocess.check_output(make, stderr=subprocess.DEVNULL)


def main():
    path, count = sys.argv[1], int(sys.argv[2])
    cluster, user = kubeconfig(path)
    context = tls(cluster, user)
    host = urllib.parse.urlsplit(cluster["server"]).netloc
    local = threading.local()

    def create(number):
        if not hasattr(local, "connection"):
            local.connection = http.client.HTTPSConnection(host, context=context)
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
        local.connection.request("POST", url, json.dumps(body), headers)
        answer = local.connection.getresponse()
        answer.read()
        if answer.status not in (201, 409):
            sys.exit(f"{answer.status} {answer.reason}")

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for _ in pool.map(create, range(count)):
            pass


main()
