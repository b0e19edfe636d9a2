"""Names and texts that a requestor chooses, and that no screen and no shell should trust."""

from harness import UNATTENDED, case, expect, name_of, require

ODD = ["a b#c\nd", "$(id)", "--all", "-f", "a;b|c&d", "ünï", "\u202etxt.exe", "a\x1b[2Kb", "back\\slash\"quote'", "a?b"]


@case
def odd_names_are_listed_escaped(bench):
    csrs = [bench.create(name=name, signer=UNATTENDED) for name in ODD]
    for arguments in [("list",), ("list", "-o", "wide")]:
        run = bench.tool(*arguments).exits(0).lacks("\x1b", "\u202e", "\x9b")
        lines = [line for line in run.out.splitlines() if not line.startswith("NAME ")]
        expect("the number of lines", len(lines), len(csrs))
    # For programs, those that a shell reads as one word.
    run = bench.tool("list", "-o", "name").exits(1).says("left out names").lacks("\x1b", "\u202e", "\x9b")
    expect("the words", {line.partition("/")[2] for line in run.out.splitlines()}, {"--all", "-f"})
    document = bench.tool("list", "-o", "json").exits(0).lacks("\x1b", "\u202e").json()
    expect("the names in JSON", {item["name"] for item in document["items"]}, set(ODD))
    bench.tool("show", "--", *ODD).exits(0).lacks("\x1b", "\u202e", "\x9b")


@case
def odd_names_are_approved_as_they_are(bench):
    for name in ODD:
        csr = bench.create("/CN=jane", name=name)
        accept = ("--accept", "text-control", "--max-risk", "high")
        bench.tool("approve", "--yes", *accept, "--", name).exits(0).lacks("\x1b", "\u202e")
        require("Approved" in bench.conditions(csr), f"{name!r} is not approved")


@case
def odd_names_are_denied_all_at_once(bench):
    csrs = [bench.create(name=name, signer=UNATTENDED) for name in ODD]
    run = bench.tool("deny", "--yes", "--", *ODD).exits(0)
    expect("the number of results", len(run.out.splitlines()), len(ODD))
    for csr in csrs:
        bench.is_denied(csr)


@case
def an_option_as_a_name_selects_nothing_else(bench):
    other = bench.create("/CN=joe", signer=UNATTENDED)
    csr = bench.create("/CN=jane", name="--all", signer=UNATTENDED)
    bench.tool("deny", "--yes", "--", "--all").exits(0)
    bench.is_denied(csr)
    bench.is_untouched(other)


@case
def a_name_that_could_be_another_path_is_not_one(bench):
    csr = bench.create(signer=UNATTENDED)
    for name in ["..", ".", f"{name_of(csr)}/approval", f"../certificatesigningrequests/{name_of(csr)}", ""]:
        run = bench.tool("deny", "--yes", "--", name)
        require(run.status in (1, 2), f"{name!r} is taken: {run.out}{run.err}")
    bench.is_untouched(csr)


@case
def subjects_are_shown_escaped(bench):
    csr = bench.create("/O=a\x1b[31mred/CN=ja\u202ene", signer=UNATTENDED)
    expect("the user in JSON", bench.review(csr)["identity"]["user"], "ja\u202ene")
    for run in [bench.tool("list"), bench.tool("show", name_of(csr)), bench.tool("list", "-o", "json"),
                bench.tool("list", "-o", "yaml"), bench.tool("approve", name_of(csr), "--yes")]:
        run.lacks("\x1b", "\u202e")


@case
def a_requestors_name_is_shown_escaped(bench):
    bench.lab.grant("odd", None, name="e2e-creators")
    csr = bench.create(requestor=("eve\u00a0\u200badmin", "odd"))
    name = csr["spec"]["username"]
    expect("the requestor", name, "eve\u00a0\u200badmin")
    expect("the requestor in JSON", bench.review(csr)["requestor"]["username"], name)
    for arguments in [("list",), ("show", name_of(csr))]:
        bench.tool(*arguments).exits(0).lacks("\u200b", "\u00a0")
    bench.tool("list", "--requestor", name, "-o", "name").exits(0).prints(name_of(csr))
