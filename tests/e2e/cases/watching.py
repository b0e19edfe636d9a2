"""Policies and watches: what is decided with nobody looking."""

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import time

import api
from harness import ROOT, UNATTENDED, case, expect, name_of, require, wait_until

SERVING = ROOT / "docs" / "policies" / "kubelet-serving.yaml"
# The longest that hundreds of decisions may take, in seconds.
LONG = 240


def serving(bench, name, *addresses):
    """The request of a node's kubelet for a serving certificate."""
    names = ",".join([f"DNS:{name}", *(f"IP:{address}" for address in addresses)])
    return bench.create(f"/O=system:nodes/CN=system:node:{name}", f"subjectAltName={names}", signer=api.KUBELET_SERVING,
                        requestor=(f"system:node:{name}", "system:nodes", "creators"), labels={"e2e": "fleet"},
                        usages=("digital signature", "key encipherment", "server auth"))


@case
def a_policy_approves_fifty_and_leaves_three_with_reasons(bench):
    fleet = {f"fleet-{number}": f"192.0.2.{number + 1}" for number in range(50)}
    for name, address in fleet.items():
        bench.node(name, address)
    good = [serving(bench, name, address) for name, address in fleet.items()]
    bad = [
        serving(bench, "fleet-7", fleet["fleet-8"]),  # Another's address.
        serving(bench, "fleet-99", "192.0.2.99"),  # There is no such Node.
        serving(bench, "fleet-3", fleet["fleet-3"], "198.51.100.1"),  # An address too many.
    ]
    trace = bench.tool("policy", "explain", str(SERVING), *map(name_of, bad)).exits(0)
    expect("the number of refusals", trace.out.count("fails require.namesBelongToNode"), 3)
    run = bench.tool("approve", "-l", "e2e=fleet", "--policy", str(SERVING), "--yes").exits(3)
    expect("the number of approved ones", run.out.count(" approved\n"), 50)
    for csr in bad:
        run.says(f"error: {name_of(csr)}: refused: ")
        bench.is_untouched(csr)
    for csr in good:
        bench.is_approved(csr)


class Watches:
    """Two watches side by side, each with a record of its own."""

    def __init__(self, bench, policy):
        self.folder = bench.lab.path("watch").parent
        self.runs = [self.start(bench, policy, number) for number in range(2)]

    def start(self, bench, policy, number):
        words = ["watch", "--policy", str(policy), "--yes", "--record", str(self.folder / f"record-{number}")]
        with open(self.folder / f"out-{number}", "wb") as out, open(self.folder / f"err-{number}", "wb") as err:
            return subprocess.Popen([bench.lab.bin / "kubectl-csr_review", *words], env=bench.lab.environment,
                                    cwd=self.folder, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                    start_new_session=True)

    def stop(self):
        """Ends them as a cluster would, and returns their exit codes."""
        for run in self.runs:
            run.send_signal(signal.SIGTERM)
        return [run.wait(timeout=30) for run in self.runs]

    def told(self, what):
        return [(self.folder / f"{what}-{number}").read_text() for number in range(2)]

    def close(self):
        for run in self.runs:
            run.kill()
            run.wait()


def restart_the_server(lab):
    """Ends the API server in the hard way, and starts it again as it was."""
    pids = lab.control_plane / "pids"
    lines = pids.read_text().splitlines()
    index = next(index for index, line in enumerate(lines) if line.startswith("kube-apiserver "))
    process = pathlib.Path("/proc") / lines[index].split()[1]
    command = (process / "cmdline").read_bytes().split(b"\0")[:-1]
    environment = dict(pair.split(b"=", 1) for pair in (process / "environ").read_bytes().split(b"\0") if pair)
    os.kill(int(process.name), signal.SIGKILL)
    # Its parent is not here, so that it cannot be waited for: its port has to be free again.
    wait_until("the end of the API server", lambda: ended(process))
    # Long enough for everybody to ask in vain: it listens long before it answers, and whoever comes then only waits.
    time.sleep(1)
    with open(lab.control_plane / "kube-apiserver.log", "ab") as log:
        again = subprocess.Popen(command, env=environment, cwd=lab.control_plane, stdin=subprocess.DEVNULL, stdout=log,
                                 stderr=log, start_new_session=True)
    # The second field is the program's name; stop.sh knows a process by its number and when it started.
    started = pathlib.Path(f"/proc/{again.pid}/stat").read_text().rpartition(")")[2].split()[19]
    lines[index] = f"kube-apiserver {again.pid} {started}"
    pids.write_text("\n".join(lines) + "\n")
    wait_until("the API server", lambda: answers(lab))


def ended(process):
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except FileNotFoundError:
        return True


def answers(lab):
    with contextlib.suppress(OSError):
        return lab.server.call("GET", "/readyz")[0] == 200


@case
def two_watches_outlive_their_server_and_decide_each_once(bench):
    policy = bench.lab.path("policy.yaml")
    policy.write_text(json.dumps({"apiVersion": "csr-review/v1", "kind": "Policy", "rules": [{
        "name": "workers", "match": {"signers": [UNATTENDED]},
        "require": {"users": ["worker-*"], "findings": {"maxRisk": "high"}}, "then": "approve"}]}))
    made = {}

    def create(count):
        for _ in range(count):
            csr = bench.create(f"/CN=worker-{len(made)}", signer=UNATTENDED, labels={"e2e": "watched"})
            made[name_of(csr)] = csr["metadata"]["uid"]

    def approved():
        listed = bench.server.must(200, "GET", f"{api.CSRS}?labelSelector=e2e%3Dwatched")["items"]
        return {name_of(csr): csr["metadata"]["uid"] for csr in listed if api.conditions(csr) == ["Approved"]}

    def wait_for_all():
        end = time.monotonic() + LONG
        while approved() != made:
            require(time.monotonic() < end, f"{len(approved())} of {len(made)} approved in {LONG} s: "
                                            f"{[text[-2000:] for text in watches.told('err')]}")
            time.sleep(0.5)

    create(100)
    watches = Watches(bench, policy)
    try:
        create(150)
        # While they are at work.
        restart_the_server(bench.lab)
        create(250)
        wait_for_all()
        expect("the exit codes", watches.stop(), [0, 0])
    finally:
        watches.close()
    for told in watches.told("err"):
        require("connect" in told, f"a watch did not notice that the server went away: {told[-2000:]}")
    lines = [json.loads(line) for record in watches.told("record") for line in record.splitlines()]
    sent = {line["uid"] for line in lines if line["phase"] == "intent"}
    expect("the number of those that were sent and are not in a record", len(set(made.values()) - sent), 0)
    done = [line["uid"] for line in lines if line["phase"] == "result" and line["outcome"] == "done"]
    expect("the number of those that both say they decided", len(done) - len(set(done)), 0)
    # An answer that the server's end took away is all that may lack.
    require(len(made) - len(done) <= 2, f"{len(done)} of {len(made)} are said to be done")
