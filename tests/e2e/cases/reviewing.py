"""The interactive session."""

from cases.prompting import asks_to_type
from harness import DEV, UNATTENDED, case, expect, name_of, require

ADMINS = "/O=kubeadm:cluster-admins/CN=eve"
CHOICE = "a)pprove d)eny s)kip v)iew raw q)uit ?"


@case
def the_riskiest_comes_first_and_each_letter_does_what_it_says(bench):
    plain, critical = bench.create("/CN=jane"), bench.create(ADMINS)
    high = bench.create("/O=operators/CN=mallory", requestor=DEV)
    last = bench.create("/CN=joe", name="zz-last")
    with bench.terminal("review") as typist:
        typist.wait_for("Context test")
        typist.wait_for("[1 of 4]")
        typist.wait_for(f"CSR {name_of(critical)}")
        typist.wait_for(CHOICE)
        typist.answer("v\n")
        typist.wait_for(f'"request": "{critical["spec"]["request"]}"')
        typist.wait_for(CHOICE)
        typist.answer("?\n")
        typist.wait_for("leave it for later")
        typist.wait_for(CHOICE)
        typist.answer("s\n")
        typist.wait_for("[2 of 4]")
        typist.wait_for(f"CSR {name_of(high)}")
        typist.wait_for(CHOICE)
        typist.answer("d\n")
        typist.wait_for(f"Deny {name_of(high)}? [y/N]")
        typist.answer("y\n")
        typist.wait_for(f"{name_of(high)} denied")
        typist.wait_for("[3 of 4]")
        typist.wait_for(f"CSR {name_of(plain)}")
        typist.wait_for(CHOICE)
        typist.answer("a\n")
        typist.wait_for(f"Approve {name_of(plain)}? [y/N]")
        typist.answer("y\n")
        typist.wait_for(f"{name_of(plain)} approved")
        typist.wait_for("[4 of 4]")
        typist.wait_for(CHOICE)
        typist.answer("q\n")
        expect("the exit code", typist.ends(), 0)
    bench.is_denied(high)
    require("Approved" in bench.conditions(plain), "it is not approved")
    bench.is_untouched(critical)
    bench.is_untouched(last)


@case
def a_session_asks_for_the_group_of_a_critical_one(bench):
    csr = bench.create(ADMINS)
    with bench.terminal("review") as typist:
        typist.wait_for(CHOICE)
        typist.answer("a\n")
        asks_to_type(typist, "the group", "kubeadm:cluster-admins", csr)
        typist.answer("y\n")
        typist.wait_for("Not confirmed")
        typist.wait_for(CHOICE)
        typist.answer("\x04")
        expect("the exit code", typist.ends(), 0)
    bench.is_untouched(csr)


@case
def letters_typed_ahead_decide_nothing(bench):
    csr = bench.create()
    with bench.terminal("review") as typist:
        typist.type("a\ny\n")
        typist.wait_for(CHOICE)
        typist.stays(0.5)
        typist.answer("a\ny\n")
        typist.wait_for("[y/N]")
        typist.stays(0.5)
        bench.is_untouched(csr)
        typist.answer("\x03")
        expect("the exit code", typist.ends(), 130)
    bench.is_untouched(csr)


@case
def another_csr_under_the_name_is_not_decided_in_a_session(bench):
    csr = bench.create()
    with bench.terminal("review") as typist:
        typist.wait_for(CHOICE)
        new = bench.replace(csr, ADMINS)
        typist.answer("a\n")
        typist.wait_for("[y/N]")
        typist.answer("y\n")
        typist.wait_for("stale")
        expect("the exit code", typist.ends(), 4)
    bench.is_untouched(new)


@case
def the_unreviewable_is_offered_for_denial_only(bench):
    csr = bench.create("/CN=jane/CN=system:kube-controller-manager")
    with bench.terminal("review", name_of(csr)) as typist:
        typist.wait_for("Unreviewable")
        typist.wait_for("d)eny s)kip v)iew raw q)uit ?")
        require("a)pprove" not in typist.text, "approval is offered")
        typist.answer("a\n")
        typist.wait_for("d)eny s)kip v)iew raw q)uit ?")
        typist.answer("d\n")
        typist.wait_for("[y/N]")
        typist.answer("y\n")
        expect("the exit code", typist.ends(), 0)
    bench.is_denied(csr)


@case
def a_session_without_a_terminal_is_a_mistake_unless_nothing_is_pending(bench):
    bench.tool("review").exits(0).says("Nothing is pending")
    csr = bench.create(signer=UNATTENDED)
    bench.tool("review").is_one_error(2).says("terminal")
    bench.is_untouched(csr)


@case
def a_decision_made_during_a_session_is_told(bench):
    csr = bench.create(signer=UNATTENDED)
    with bench.terminal("review") as typist:
        typist.wait_for(CHOICE)
        bench.kubectl("certificate", "approve", name_of(csr)).exits(0)
        typist.answer("d\n")
        typist.wait_for("[y/N]")
        typist.answer("y\n")
        typist.wait_for("already Approved")
        expect("the exit code", typist.ends(), 1)
    bench.is_approved(csr)
