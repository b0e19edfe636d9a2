"""An API server, spoken to without the tool under test, and the little of openssl that tests need."""

import base64
import contextlib
import copy
import hashlib
import http.client
import json
import os
import ssl
import subprocess
import tempfile
import urllib.parse

CSRS = "/apis/certificates.k8s.io/v1/certificatesigningrequests"
CLIENT = "kubernetes.io/kube-apiserver-client"
KUBELET_CLIENT = "kubernetes.io/kube-apiserver-client-kubelet"
KUBELET_SERVING = "kubernetes.io/kubelet-serving"


class Unexpected(Exception):
    """Something else was seen than what was asked for."""


def expect(seen, wanted, what):
    if seen != wanted:
        raise Unexpected(f"{what} is {seen!r}, not {wanted!r}")


class Server:
    """The API server of a kubeconfig, as the user of its current context."""

    def __init__(self, kubeconfig):
        # kubectl reads the file, for Python has no YAML.
        kubectl = os.environ.get("KUBECTL", "kubectl")
        config = json.loads(output(kubectl, "config", "view", f"--kubeconfig={kubeconfig}",
                                   "--raw", "--minify", "--flatten", "--output=json"))
        cluster = config["clusters"][0]["cluster"]
        user = config["users"][0]["user"]
        self.url = urllib.parse.urlsplit(cluster["server"])
        ca = base64.b64decode(cluster["certificate-authority-data"]).decode()
        self.tls = ssl.create_default_context(cadata=ca)
        self.login = []
        if "token" in user:
            self.login.append(("Authorization", f"Bearer {user['token']}"))
            return
        with tempfile.NamedTemporaryFile() as pair:
            for part in ("client-certificate-data", "client-key-data"):
                pair.write(base64.b64decode(user[part]))
            pair.flush()
            self.tls.load_cert_chain(pair.name)

    def call(self, method, path, body=None, headers=None):
        """Returns the status and the object that the server answers with."""
        connection = http.client.HTTPSConnection(self.url.hostname, self.url.port, context=self.tls, timeout=30)
        with contextlib.closing(connection):
            connection.putrequest(method, path)
            content = b"" if body is None else json.dumps(body).encode()
            fixed = {"Content-Type": "application/json", "Accept": "application/json", "Content-Length": len(content)}
            # A header may come more than once: impersonated groups do.
            for header, value in [*fixed.items(), *self.login, *(headers or [])]:
                connection.putheader(header, value)
            connection.endheaders(content)
            response = connection.getresponse()
            answer = response.read().decode(errors="replace")
        with contextlib.suppress(ValueError):
            answer = json.loads(answer)
        return response.status, answer

    def must(self, status, method, path, body=None, headers=None):
        """Does the same, and requires a status."""
        seen, answer = self.call(method, path, body, headers)
        if seen != status:
            why = answer.get("message") if isinstance(answer, dict) else answer
            raise Unexpected(f"{method} {path} answers {seen} ({why}), not {status}")
        return answer


def output(*command):
    return subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True, text=True).stdout


def path_of(name):
    return f"{CSRS}/{urllib.parse.quote(name, safe='')}"


def request_pem(subject, *extensions, key="/dev/null"):
    """A new key's request for a subject in openssl's form, such as /O=group/CN=user; the key goes to a file."""
    options = [part for extension in extensions for part in ("-addext", extension)]
    return output("openssl", "req", "-new", "-utf8", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                  "-keyout", key, "-subj", subject, *options)


def public_key(kind, pem):
    command = ["openssl", kind, "-noout", "-pubkey"]
    return subprocess.run(command, input=pem, check=True, capture_output=True, text=True).stdout


def kubelet_name(pem, user, groups, usages):
    """The name that a kubelet gives to the CSR of its first request, which makes the same one again after a restart."""
    key = base64.b64decode("".join(public_key("req", pem).splitlines()[1:-1]))

    def encoded(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=")
    parts = [key, *(text.encode() for text in (user, *groups, *usages))]
    digest = hashlib.new("sha512_256", b"".join(encoded(part) + b"|" for part in parts)).digest()
    return f"node-csr-{encoded(digest).decode()}"


def conditions(csr):
    return [condition["type"] for condition in csr.get("status", {}).get("conditions", [])]


def decided(csr, kind):
    """A copy of the whole object with one more condition, which is what a reviewer sends."""
    csr = copy.deepcopy(csr)
    csr.setdefault("status", {}).setdefault("conditions", []).append(
        {"type": kind, "status": "True", "reason": "Probe", "message": "by a probe"})
    return csr
