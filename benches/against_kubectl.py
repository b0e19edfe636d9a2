#!/usr/bin/env python3
"""Measures the tool beside kubectl, on one control plane, in one run: against_kubectl.py [-n RUNS] [--large COUNT].

It takes `cargo build --release --locked`, kubectl and openssl on the PATH, and Python's package cryptography; the
control plane is the oldest of the end-to-end tests. The commands of a pair run in turn, and the ratio is the median of
those of the turns. The table that it prints is the one of docs/benchmarks.md. Approving with kubectl takes some
minutes: its client sends five requests a second.
"""

import argparse
import os
import pathlib
import platform
import subprocess
import sys
import tempfile
import time

from compare import compare, run

HERE = pathlib.Path(__file__).resolve().parent.parent
TOOL = HERE / "target/release/kubectl-csr-review"
RAW = "/apis/certificates.k8s.io/v1/certificatesigningrequests"
MANY = 10_000
DECIDED = 1_000


def row(what, figures, names=("wall s", "peak MiB")):
    """A row of the table for each figure."""
    for name in names:
        a, b, ratio = figures[name]
        unit = " MiB" if name == "peak MiB" else " s"
        label, digits = ("peak memory", 0) if unit == " MiB" else ("wall time", 3)
        print(f"| {what}: {label} | {a:.{digits}f}{unit} | {b:.{digits}f}{unit} | {ratio:.2f} |", flush=True)


def machine(kubectl):
    """What it was measured on."""
    model = next(line for line in open("/proc/cpuinfo") if line.startswith("model name"))
    versions = [
        subprocess.check_output(["rustc", "--version"], text=True).strip(),
        "kubectl " + subprocess.check_output([kubectl, "version", "--client"], text=True).splitlines()[0].strip(),
    ]
    cores = os.cpu_count()
    return f"{cores} cores, {model.split(':')[1].strip()}, {platform.system()} {platform.release()}; " + "; ".join(versions)


def fill(config, count):
    """Fills the cluster: in a process of its own, for what this one holds counts in the memory of those it starts."""
    subprocess.check_call([sys.executable, HERE / "benches/fill.py", config, str(count)])


def signatures():
    """How long all cores take to verify the signatures of as many requests, with nothing else to do."""
    command = ["openssl", "speed", "-seconds", "3", "-multi", str(os.cpu_count()), "ecdsap256"]
    line = subprocess.check_output(command, text=True, stderr=subprocess.DEVNULL).splitlines()[-1]
    return MANY / float(line.split()[-1])


def rate(command, first):
    """Decisions a second, of as many CSRs from this number on."""
    names = " ".join(f"bench-{number:06}" for number in range(first, first + DECIDED))
    return DECIDED / run(f"{command} {names}")[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=7, help="counted runs of each command")
    parser.add_argument("--large", type=int, default=50_000, help="how many CSRs the largest list has; 0 for none")
    parser.add_argument("--kubectl", default="kubectl", help="not a program that looks for the right one to run")
    arguments = parser.parse_args()
    kubectl, runs = arguments.kubectl, arguments.n
    if not TOOL.exists():
        sys.exit(f"{TOOL} is missing: cargo build --release --locked")
    folder = tempfile.mkdtemp(prefix="bench-")
    subprocess.check_call([HERE / "tests/control-plane/start.sh", "--on", "oldest", folder], stdout=sys.stderr)
    try:
        config = f"{folder}/admin.kubeconfig"
        ours, theirs = f"{TOOL} list --kubeconfig {config}", f"{kubectl} --kubeconfig {config} get csr"
        raw = f"{kubectl} --kubeconfig {config} get --raw {RAW}"
        print(f"{machine(kubectl)}; {time.strftime('%Y-%m-%d')}; medians of {runs} runs\n")
        print(f"To verify {MANY} ECDSA P-256 signatures, openssl takes {signatures():.3f} s on all cores.\n")
        print("| | csr-review | kubectl | ratio |\n|---|---|---|---|")
        row("--help", compare(3 * runs, [f"{TOOL} --help", f"{kubectl} --help"]))
        fill(config, 1)
        row("list of one CSR", compare(3 * runs, [ours, theirs]))
        fill(config, MANY)
        row(f"list of {MANY} CSRs", compare(runs, [ours, theirs]))
        row("the same beside one raw GET of the list", compare(runs, [ours, raw]), ["wall s"])
        alone = f"{ours} --facts=none"
        row(f"list --facts=none of {MANY} CSRs", compare(runs, [alone, theirs]))
        many = rate(f"{TOOL} approve --kubeconfig {config} --yes --max-risk high", 0)
        if arguments.large:
            fill(config, arguments.large)
            row(f"list of {arguments.large} CSRs", compare(3, [ours, theirs]))
        # Its client's limit is all that counts here, not how many CSRs there are.
        few = rate(f"{kubectl} --kubeconfig {config} certificate approve", DECIDED)
        print(f"| approving {DECIDED} CSRs by name, a second | {many:.0f} | {few:.1f} | {many / few:.0f} |", flush=True)
    finally:
        subprocess.check_call([HERE / "tests/control-plane/stop.sh", folder], stdout=sys.stderr)


main()
