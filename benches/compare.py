#!/usr/bin/env python3
"""Times two commands in turn and compares them: compare.py [-n RUNS] 'COMMAND A' 'COMMAND B'.

Each run is a process of its own; wall time, CPU time and peak memory are the operating system's figures for
it. The first run of each is not counted. Medians are printed, and the median of the ratios A/B run by run,
which holds where the machine's speed drifts.
"""

import argparse
import os
import shlex
import statistics
import subprocess
import sys
import time

FIGURES = ["wall s", "cpu s", "peak MiB"]


def run(command):
    """Runs a command and returns wall seconds, CPU seconds and peak MiB."""
    start = time.monotonic()
    with open(os.devnull, "w") as null:
        child = subprocess.Popen(shlex.split(command), stdout=null, stderr=subprocess.PIPE)
        errors = child.stderr.read()
        _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{command}: exit code {child.returncode}: {errors.decode(errors='replace')}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def compare(runs, commands):
    """The figures of two commands that run in turn: for each, the median of A, of B, and of A/B."""
    results = ([], [])
    for number in range(runs + 1):
        for figures, command in zip(results, commands):
            figure = run(command)
            if number > 0:
                figures.append(figure)
    compared = {}
    for index, name in enumerate(FIGURES):
        a, b = ([result[index] for result in figures] for figures in results)
        ratio = statistics.median(one / other for one, other in zip(a, b))
        compared[name] = statistics.median(a), statistics.median(b), ratio
    return compared


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=7, help="counted runs of each command")
    parser.add_argument("commands", nargs=2)
    arguments = parser.parse_args()
    print(f"{'median of ' + str(arguments.n):<16}{'A':>10}{'B':>10}{'A/B':>10}")
    for name, (a, b, ratio) in compare(arguments.n, arguments.commands).items():
        print(f"{name:<16}{a:>10.3f}{b:>10.3f}{ratio:>10.2f}")


if __name__ == "__main__":
    main()
