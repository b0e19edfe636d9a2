"""Completion through kubectl."""

from harness import case, name_of, require


def completed(bench, *words):
    """What kubectl offers for the last word, without the descriptions."""
    # An older kubectl does not complete plugins: then what a newer one runs is run.
    command = ["kubectl", "__complete", "csr-review"] if bench.lab.kubectl_minor >= 26 else ["kubectl_complete-csr_review"]
    lines = bench.lab.run([*command, *words]).exits(0).out.splitlines()
    return [line.split("\t")[0] for line in lines if not line.startswith(":")]


@case
def kubectl_completes_the_commands(bench):
    offered = completed(bench, "")
    require({"list", "show", "review", "approve", "deny"} <= set(offered), f"it offers {offered}")
    require("approve" in completed(bench, "app"), "it does not complete app")


@case
def kubectl_completes_names_of_the_pending(bench):
    pending, done = bench.create(name="completing-pending"), bench.create(name="completing-done")
    bench.tool("deny", name_of(done), "--yes").exits(0)
    bench.create(name="completing $(id)")
    require(completed(bench, "approve", "completing-") == [name_of(pending)], "it offers others than the pending one")


@case
def kubectl_completes_flags_and_their_values(bench):
    require("--max-risk" in completed(bench, "approve", "--m"), "it does not offer --max-risk")
    require(completed(bench, "approve", "x", "--max-risk", "h") == ["high"], "it does not offer high")
