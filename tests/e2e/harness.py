"""What the cases share: the cluster and the tool's folder (Lab), and a case's own things (Bench)."""

import base64
import contextlib
import copy
import itertools
import json
import os
import pathlib
import re
import secrets
import subprocess

import api
from checks import PATIENCE, Run, expect, require, wait_until  # noqa: F401 (the cases take them from here)
from terminal import Typist

# One that no controller acts on: the object changes only when somebody decides.
UNATTENDED = "example.com/unattended"
CLIENT_AUTH = ("digital signature", "key encipherment", "client auth")
# Who asks for certificates. An administrator's word for somebody new is ordinary, anybody else's is not.
BOSS = ("boss", "system:masters")
DEV = ("dev", "creators")
ROOT = pathlib.Path(__file__).resolve().parents[2]

CASES = []


def case(function):
    """Makes a function that takes a Bench a case. Its name says what should be seen."""
    CASES.append(function)
    return function


def since(minor, what):
    """Says that a case needs something that Kubernetes has since 1.minor. On older ones it is skipped."""
    def mark(function):
        function.since = (minor, what)
        return function
    return mark


class Lab:
    """The cluster, and a folder for what cases leave on the disk."""

    def __init__(self, folder, control_plane, kubectl, programs):
        self.folder = folder
        self.control_plane = control_plane
        self.kubeconfig = control_plane / "admin.kubeconfig"
        self.bin = folder / "bin"
        self.bin.mkdir()
        completer = ROOT / "completions" / "kubectl_complete-csr_review"
        for program in (pathlib.Path(kubectl), completer, *programs):
            (self.bin / program.name).symlink_to(program.resolve())
        (folder / "home").mkdir()
        # Nothing of the machine's settings, and no other plugin than the one under test.
        self.environment = {"PATH": f"{self.bin}:/usr/bin:/bin", "HOME": str(folder / "home"), "LC_ALL": "C.UTF-8",
                            "TERM": "xterm", "KUBECONFIG": str(self.kubeconfig)}
        os.environ["KUBECTL"] = str(self.bin / "kubectl")
        self.server = api.Server(str(self.kubeconfig))
        version = self.server.must(200, "GET", "/version")
        self.version = version["gitVersion"]
        self.minor = int(re.match(r"\d+", version["minor"]).group())
        client = json.loads(self.run(["kubectl", "version", "--client", "--output=json"]).out)["clientVersion"]
        self.kubectl_version = client["gitVersion"]
        self.kubectl_minor = int(re.match(r"\d+", client["minor"]).group())
        self.serial = itertools.count(1)
        self.granted = {}
        # Each flow that a case tried: what it is, the risks that it may have, and what it had.
        self.flows = []
        self.grant("creators", [{"apiGroups": ["certificates.k8s.io"], "resources": ["certificatesigningrequests"],
                                 "verbs": ["create"]}])

    def run(self, command, input=None, **environment):
        """Runs a command without a terminal."""
        # A new session has no terminal, wherever the tests are started.
        done = subprocess.run(command, env={**self.environment, **environment}, cwd=self.folder, text=True,
                              input=input, stdin=subprocess.DEVNULL if input is None else None,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
                              timeout=PATIENCE, errors="surrogateescape")
        return Run(command, done.returncode, done.stdout, done.stderr)

    def grant(self, group, rules, name=None):
        """Gives a group a ClusterRole of these rules, or the one of that name. It stays: other cases may give it too."""
        if self.granted.get(group) == (rules, name):
            return
        self.granted[group] = (rules, name)
        rbac = "/apis/rbac.authorization.k8s.io/v1"
        if name is None:
            name = f"e2e-{group}"
            self.server.must(201, "POST", f"{rbac}/clusterroles", {"metadata": {"name": name}, "rules": rules})
        self.server.must(201, "POST", f"{rbac}/clusterrolebindings", {
            "metadata": {"name": f"e2e-{group}"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": name},
            "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": group}]})

    def path(self, name):
        """A file of that name in a folder of its own."""
        folder = self.folder / f"files-{next(self.serial)}"
        folder.mkdir()
        return folder / name

    def kubeconfig_of(self, user, *groups, certificate=None, key=None, ca=None, days=None, token=None):
        """A kubeconfig for a user: with a certificate that the cluster's CA signs now, the one given, or a token."""
        path = self.path("kubeconfig")
        if token is None and certificate is None:
            key = path.with_name("key")
            certificate = self.certificate(path.parent, key, user, groups, days or ("20250101000000Z", "20491231235959Z"))
        data = {"certificate-authority-data": ca or (self.control_plane / "ca.crt").read_text()}
        login = {"token": token} if token else {
            "client-certificate-data": certificate, "client-key-data": pathlib.Path(key).read_text()}
        encoded = {name: text if name == "token" else base64.b64encode(text.encode()).decode()
                   for name, text in (data | login).items()}
        cluster = {"server": (self.control_plane / "server").read_text().strip(),
                   "certificate-authority-data": encoded.pop("certificate-authority-data")}
        path.write_text(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "lab",
            "contexts": [{"name": "lab", "context": {"cluster": "lab", "user": user}}],
            "clusters": [{"name": "lab", "cluster": cluster}],
            "users": [{"name": user, "user": encoded}]}))
        return str(path)

    def certificate(self, folder, key, user, groups, days):
        request, config = folder / "request.pem", folder / "ca.cnf"
        subject = "".join(f"/O={group}" for group in groups) + f"/CN={user}"
        request.write_text(api.request_pem(subject, key=str(key)))
        (folder / "index").touch()
        (folder / "new").mkdir()
        config.write_text(f"""[ca]
default_ca = lab
[lab]
database = {folder}/index
new_certs_dir = {folder}/new
rand_serial = yes
default_md = sha256
policy = any
x509_extensions = client
[any]
organizationName = optional
commonName = supplied
[client]
extendedKeyUsage = clientAuth
""")
        # Unlike `openssl x509` it can make a certificate that has expired already, in every version.
        return api.output("openssl", "ca", "-batch", "-notext", "-config", str(config), "-in", str(request),
                          "-cert", str(self.control_plane / "ca.crt"), "-keyfile", str(self.control_plane / "ca.key"),
                          "-startdate", days[0], "-enddate", days[1], "-preserveDN", "-utf8")


class Bench:
    """A case's own things: the CSRs and the Nodes that it makes are gone after it."""

    def __init__(self, lab):
        self.lab = lab
        self.server = lab.server
        self.made = []

    def manifest(self, subject="/CN=jane", *extensions, name=None, signer=api.CLIENT, usages=CLIENT_AUTH, pem=None,
                 key="/dev/null", **spec):
        """A CSR as it is created."""
        name = name or f"csr-{next(self.lab.serial)}"
        pem = pem or api.request_pem(subject, *extensions, key=str(key))
        return {"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest",
                "metadata": {"name": name},
                "spec": {"request": base64.b64encode(pem.encode()).decode(), "signerName": signer,
                         "usages": list(usages), **spec}}

    def create(self, subject="/CN=jane", *extensions, requestor=BOSS, kubeconfig=None, labels=None, annotations=None,
               **more):
        """Creates a CSR as its requestor, or as the user of a kubeconfig, and returns it as the server holds it."""
        manifest = self.manifest(subject, *extensions, **more)
        manifest["metadata"].update(labels=labels or {}, annotations=annotations or {})
        return self.post(manifest, requestor, kubeconfig)

    def post(self, manifest, requestor=BOSS, kubeconfig=None):
        """Creates a CSR of a manifest: admin impersonates the requestor, or the user of a kubeconfig logs in."""
        self.made.append(api.path_of(manifest["metadata"]["name"]))
        if kubeconfig is not None:
            return api.Server(kubeconfig).must(201, "POST", api.CSRS, manifest)
        user, *groups = requestor
        # As bytes, for http.client takes text for Latin-1.
        headers = [("Impersonate-User", user.encode()), *(("Impersonate-Group", group.encode()) for group in groups)]
        return self.server.must(201, "POST", api.CSRS, manifest, headers)

    def kubelet_usages(self, purpose):
        """The usages that a kubelet of the server's version asks for with an ECDSA key."""
        # Servers before 1.27 insist on the second, whatever the key.
        return ("digital signature", *(("key encipherment",) if self.lab.minor < 27 else ()), purpose)

    def bootstrap(self, node, kubeconfig, usages=None, key="/dev/null"):
        """Creates a kubelet's first CSR as the kubelet does; the key goes to a file."""
        user, group = f"system:node:{node}", "system:nodes"
        usages = usages or self.kubelet_usages("client auth")
        pem = api.request_pem(f"/O={group}/CN={user}", key=str(key))
        return self.create(pem=pem, name=api.kubelet_name(pem, user, [group], usages), signer=api.KUBELET_CLIENT,
                           usages=usages, kubeconfig=kubeconfig)

    def bootstrap_token(self, *groups):
        """Makes a bootstrap token for groups beside system:bootstrappers, and returns it with a kubeconfig of it."""
        token_id, secret = secrets.token_hex(3), secrets.token_hex(8)
        self.make("/api/v1/namespaces/kube-system/secrets", f"bootstrap-token-{token_id}", {
            "type": "bootstrap.kubernetes.io/token",
            "stringData": {"token-id": token_id, "token-secret": secret, "usage-bootstrap-authentication": "true",
                           "auth-extra-groups": ",".join(groups)}})
        token = f"{token_id}.{secret}"
        kubeconfig = self.lab.kubeconfig_of(f"system:bootstrap:{token_id}", token=token)
        # The server learns of new tokens by a watch.
        login = api.Server(kubeconfig)
        wait_until("a new bootstrap token", lambda: login.call("GET", "/version")[0] == 200)
        return token, kubeconfig

    def service_account(self, name, namespace="default"):
        """Makes a ServiceAccount, and returns it with a kubeconfig of a token for it."""
        accounts = f"/api/v1/namespaces/{namespace}/serviceaccounts"
        account = self.make(accounts, name)
        request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"audiences": []}}
        token = self.server.must(201, "POST", f"{accounts}/{name}/token", request)["status"]["token"]
        return account, self.lab.kubeconfig_of(f"system:serviceaccount:{namespace}:{name}", token=token)

    def make(self, kind, name, fields=None):
        """Creates an object in a collection. It is gone after the case."""
        self.made.append(f"{kind}/{name}")
        return self.server.must(201, "POST", kind, {"metadata": {"name": name}, **(fields or {})})

    def replace(self, csr, subject, requestor=BOSS):
        """Deletes a CSR and creates another one under its name."""
        self.server.must(200, "DELETE", api.path_of(csr["metadata"]["name"]))
        return self.create(subject, requestor=requestor, name=csr["metadata"]["name"])

    def node(self, name, *addresses, **status):
        """Creates a Node that reports its name and IP addresses, or without any has not reported yet; and more of its
        status."""
        path = f"/api/v1/nodes/{name}"
        self.make("/api/v1/nodes", name)
        if addresses:
            status["addresses"] = [*({"type": "InternalIP", "address": address} for address in addresses),
                                   {"type": "Hostname", "address": name}]

        def report():
            # Controllers write into a new node as well.
            made = self.server.must(200, "GET", path)
            made["status"].update(status)
            return self.server.call("PUT", f"{path}/status", made)[0] == 200
        wait_until("the status of a node", report)

    def relabel(self, csr, **labels):
        changed = copy.deepcopy(csr)
        changed["metadata"]["labels"] = labels
        return self.server.must(200, "PUT", api.path_of(csr["metadata"]["name"]), changed)

    def now(self, csr):
        return self.server.must(200, "GET", api.path_of(csr["metadata"]["name"]))

    def conditions(self, csr):
        return api.conditions(self.now(csr))

    def is_approved(self, csr):
        expect("the list of conditions", self.conditions(csr), ["Approved"])

    def is_denied(self, csr):
        expect("the list of conditions", self.conditions(csr), ["Denied"])

    def is_untouched(self, csr):
        now = self.now(csr)
        expect("the list of conditions", api.conditions(now), [])
        expect("the resourceVersion", now["metadata"]["resourceVersion"], csr["metadata"]["resourceVersion"])

    def tool(self, *arguments, kubeconfig=None, **more):
        """Runs the plugin through kubectl, without a terminal."""
        if kubeconfig is not None:
            more["KUBECONFIG"] = kubeconfig
        return self.lab.run(["kubectl", "csr-review", *arguments], **more)

    def kubectl(self, *arguments, **more):
        return self.lab.run(["kubectl", *arguments], **more)

    def review(self, csr):
        """What `show -o json` has to say about a CSR."""
        review, = self.tool("show", "-o", "json", "--", name_of(csr)).exits(0).json()["items"]
        return review

    def flow(self, what, wanted, csr, kubeconfig=None):
        """A flow of real clusters: its CSR has one of these risks. The table of all of them ends the run."""
        review, = self.tool("show", "-o", "json", "--", name_of(csr), kubeconfig=kubeconfig).exits(0).json()["items"]
        risks = wanted.split("/")
        got = "unreviewable" if review["unreviewable"] else review["risk"]
        self.lab.flows.append((what, wanted, got))
        found = [f"{finding['severity']} {finding['rule']}: {finding['message']} ({finding['evidence']})"
                 for finding in review["findings"]]
        require(got in risks, f"{what} is {got}, not {wanted}:\n" + "\n".join(found))
        return review

    @contextlib.contextmanager
    def terminal(self, *arguments, command=("kubectl", "csr-review")):
        """The plugin at a terminal, and somebody who types."""
        typist = Typist([*command, *arguments], self.lab.environment, str(self.lab.folder), PATIENCE)
        try:
            yield typist
        finally:
            typist.close()

    def certificate(self, csr):
        """Waits for the certificate, and returns it."""
        issued = wait_until("the certificate", lambda: self.now(csr).get("status", {}).get("certificate"))
        return base64.b64decode(issued).decode()

    def clean_up(self):
        for path in self.made:
            self.server.call("DELETE", path)


def name_of(csr):
    return csr["metadata"]["name"]
