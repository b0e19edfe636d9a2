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


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=7, help="counted runs of each command")
    parser.add_argument("commands", nargs=2)
    arguments = parser.parse_args()
    runs = ([], [])
    for number in range(arguments.n + 1):
        for results, command in zip(runs, arguments.commands):
            result = run(command)
            if number > 0:
                results.append(result)
    print(f"{'median of ' + str(arguments.n):<16}{'A':>10}{'B':>10}{'A/B':>10}")
    for index, figure in enumerate(["wall s", "cpu s", "peak MiB"]):
        a, b = ([result[index] for result in results] for results in runs)
        ratio = statistics.median(one / other for one, other in zip(a, b))
        print(f"{figure:<16}{statistics.median(a):>10.3f}{statistics.median(b):>10.3f}{ratio:>10.2f}")


main()
