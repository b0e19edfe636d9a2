"""approve and deny at a terminal."""

import api
from harness import DEV, UNATTENDED, case, expect, name_of, require

ADMINS = "/O=kubeadm:cluster-admins/CN=eve"


def asks_yes_or_no(typist, csr, verb="Approve"):
    typist.wait_for(f"{verb} {name_of(csr)}? [y/N]")


def asks_to_type(typist, what, text, csr):
    typist.wait_for(f"Type approve {text} ({what}) to approve {name_of(csr)}:")


@case
def y_approves_what_was_shown(bench):
    csr = bench.create("/O=developers/CN=jane")
    with bench.terminal("approve", name_of(csr)) as typist:
        typist.wait_for("Context test, server https://127.0.0.1")
        typist.wait_for("Risk medium")
        typist.wait_for("developers")
        asks_yes_or_no(typist, csr)
        bench.is_untouched(csr)
        typist.answer("y\n")
        typist.wait_for(f"{name_of(csr)} approved")
        expect("the exit code", typist.ends(), 0)
        require(typist.modes_are_as_before(), "the terminal's modes have changed")
    require("Approved" in bench.conditions(csr), "it is not approved")


@case
def no_is_the_default(bench):
    csr = bench.create()
    for answer in ["\n", "n\n", "x\n", "yy\n", "\x04", "y\x04\x04"]:
        with bench.terminal("approve", name_of(csr)) as typist:
            asks_yes_or_no(typist, csr)
            typist.answer(answer)
            expect(f"the exit code after {answer!r}", typist.ends(), 5)
    bench.is_untouched(csr)


@case
def keys_typed_ahead_answer_nothing(bench):
    csr = bench.create()
    with bench.terminal("approve", name_of(csr)) as typist:
        # All at once and before anything is shown: what a slow machine types later may well be an answer.
        typist.type("y\ny\ny\n")
        asks_yes_or_no(typist, csr)
        typist.stays(1)
        bench.is_untouched(csr)
        typist.answer("\n")
        expect("the exit code", typist.ends(), 5)
    bench.is_untouched(csr)


@case
def an_interrupt_leaves_everything_as_it_was(bench):
    csr = bench.create()
    with bench.terminal("approve", name_of(csr)) as typist:
        asks_yes_or_no(typist, csr)
        typist.answer("y\x03")
        expect("the exit code", typist.ends(), 130)
        require(typist.modes_are_as_before(), "the terminal's modes have changed")
    bench.is_untouched(csr)


@case
def high_risk_takes_the_name(bench):
    csr = bench.create("/O=operators/CN=dev", requestor=DEV)
    right = f"approve {name_of(csr)}"
    for answer, status in [("y", 5), (name_of(csr), 5), (right + " ", 5), (right, 0)]:
        with bench.terminal("approve", name_of(csr)) as typist:
            asks_to_type(typist, "the CSR's name", name_of(csr), csr)
            typist.answer(answer + "\n")
            expect(f"the exit code after {answer!r}", typist.ends(), status)
        if status:
            bench.is_untouched(csr)
    require("Approved" in bench.conditions(csr), "it is not approved")


@case
def critical_risk_takes_the_group(bench):
    csr = bench.create(ADMINS)
    right = "approve kubeadm:cluster-admins"
    for answer, status in [("y", 5), (name_of(csr), 5), (right[:-1], 5), (right, 0)]:
        with bench.terminal("approve", name_of(csr)) as typist:
            asks_to_type(typist, "the group", "kubeadm:cluster-admins", csr)
            typist.answer(answer + "\n")
            expect(f"the exit code after {answer!r}", typist.ends(), status)
        if status:
            bench.is_untouched(csr)
    require("Approved" in bench.conditions(csr), "it is not approved")


@case
def what_cannot_be_typed_takes_the_fingerprint(bench):
    csr = bench.create("/O=operators/CN=dev", requestor=DEV, name="n" * 65)
    digits = bench.review(csr)["fingerprint"].removeprefix("sha256:")[:8]
    with bench.terminal("approve", "--", name_of(csr)) as typist:
        asks_to_type(typist, "the first 8 digits of the fingerprint", digits, csr)
        typist.answer(f"approve {digits}\n")
        expect("the exit code", typist.ends(), 0)
    require("Approved" in bench.conditions(csr), "it is not approved")


@case
def the_unreviewable_is_not_offered(bench):
    csr = bench.create("/CN=jane/CN=system:kube-controller-manager")
    with bench.terminal("approve", name_of(csr)) as typist:
        typist.wait_for("unreviewable")
        expect("the exit code", typist.ends(), 3)
    bench.is_untouched(csr)


@case
def a_denial_takes_y_at_every_risk(bench):
    csr = bench.create(ADMINS)
    with bench.terminal("deny", name_of(csr)) as typist:
        asks_yes_or_no(typist, csr, "Deny")
        typist.answer("y\n")
        expect("the exit code", typist.ends(), 0)
    bench.is_denied(csr)


@case
def each_answer_is_for_one_csr(bench):
    first, second = bench.create("/CN=jane", signer=UNATTENDED), bench.create("/CN=joe", signer=UNATTENDED)
    with bench.terminal("deny", name_of(first), name_of(second)) as typist:
        asks_yes_or_no(typist, first, "Deny")
        typist.answer("y\ny\n")
        asks_yes_or_no(typist, second, "Deny")
        bench.is_denied(first)
        typist.stays(0.5)
        bench.is_untouched(second)
        typist.answer("\n")
        expect("the exit code", typist.ends(), 5)
    bench.is_untouched(second)


@case
def without_a_terminal_nothing_is_sent(bench):
    csr = bench.create()
    for command in ["yes | kubectl csr-review {} {}", "kubectl csr-review {} {} </dev/null"]:
        for verb in ("approve", "deny"):
            run = bench.lab.run(["sh", "-c", command.format(verb, name_of(csr))])
            run.is_one_error(2).says("no terminal", "--yes")
    bench.is_untouched(csr)


@case
def a_pipe_does_not_answer_for_a_person(bench):
    csr = bench.create()
    with bench.terminal(f"yes | kubectl csr-review approve {name_of(csr)}", command=("sh", "-c")) as typist:
        asks_yes_or_no(typist, csr)
        typist.stays(1)
        typist.answer("\x04")
        expect("the exit code", typist.ends(), 5)
    bench.is_untouched(csr)


@case
def a_prompt_that_nobody_sees_is_not_put(bench):
    csr = bench.create()
    with bench.terminal(f"kubectl csr-review approve {name_of(csr)} 2>{bench.lab.path('err')}", command=("sh", "-c")) as typist:
        expect("the exit code", typist.ends(), 2)
    bench.is_untouched(csr)


@case
def results_can_be_piped_away_from_the_prompt(bench):
    csr = bench.create(signer=UNATTENDED)
    path = bench.lab.path("out")
    with bench.terminal(f"kubectl csr-review deny {name_of(csr)} >{path}", command=("sh", "-c")) as typist:
        asks_yes_or_no(typist, csr, "Deny")
        typist.answer("y\n")
        expect("the exit code", typist.ends(), 0)
    expect("standard output", path.read_text(), f"certificatesigningrequest.certificates.k8s.io/{name_of(csr)} denied\n")


@case
def another_csr_under_the_name_is_not_approved_by_the_old_ones_answer(bench):
    csr = bench.create("/CN=jane")
    with bench.terminal("approve", name_of(csr)) as typist:
        asks_yes_or_no(typist, csr)
        new = bench.replace(csr, "/O=kubeadm:cluster-admins/CN=mallory")
        typist.answer("y\n")
        typist.wait_for("error: ")
        typist.wait_for("stale")
        expect("the exit code", typist.ends(), 4)
    bench.is_untouched(new)


@case
def the_same_request_created_again_is_another_csr(bench):
    manifest = bench.manifest("/CN=jane", signer=UNATTENDED)
    csr = bench.post(manifest)
    with bench.terminal("deny", name_of(csr)) as typist:
        asks_yes_or_no(typist, csr, "Deny")
        bench.server.must(200, "DELETE", api.path_of(name_of(csr)))
        new = bench.post(manifest)
        typist.answer("y\n")
        expect("the exit code", typist.ends(), 4)
    bench.is_untouched(new)


@case
def a_csr_deleted_before_the_answer_is_stale(bench):
    csr = bench.create("/CN=jane")
    with bench.terminal("approve", name_of(csr)) as typist:
        asks_yes_or_no(typist, csr)
        bench.server.must(200, "DELETE", api.path_of(name_of(csr)))
        typist.answer("y\n")
        typist.wait_for("stale")
        expect("the exit code", typist.ends(), 4)


@case
def a_label_set_before_the_answer_changes_nothing_that_was_reviewed(bench):
    csr = bench.create("/CN=jane", signer=UNATTENDED)
    with bench.terminal("deny", name_of(csr)) as typist:
        asks_yes_or_no(typist, csr, "Deny")
        bench.relabel(csr, team="b")
        typist.answer("y\n")
        expect("the exit code", typist.ends(), 0)
    bench.is_denied(csr)
    expect("the labels", bench.now(csr)["metadata"]["labels"], {"team": "b"})


@case
def a_decision_of_somebody_else_before_the_answer_is_told(bench):
    for verb, status, words in [("deny", 0, "already Denied"), ("approve", 1, "already Denied")]:
        # Its own renewal, and not of somebody who was denied before: no risk that asks for more than y.
        csr = bench.create(f"/CN=who-{verb}", requestor=(f"who-{verb}", "creators"))
        with bench.terminal(verb, name_of(csr)) as typist:
            asks_yes_or_no(typist, csr, verb.capitalize())
            bench.kubectl("certificate", "deny", name_of(csr)).exits(0)
            typist.answer("y\n")
            typist.wait_for(words)
            expect("the exit code", typist.ends(), status)
        bench.is_denied(csr)


@case
def a_window_that_is_closed_answers_nothing(bench):
    csr = bench.create()
    with bench.terminal("approve", name_of(csr)) as typist:
        asks_yes_or_no(typist, csr)
        typist.type("y")
        typist.hang_up()
    bench.is_untouched(csr)


@case
def with_yes_nobody_is_asked(bench):
    csr = bench.create(signer=UNATTENDED)
    with bench.terminal("deny", name_of(csr), "--yes") as typist:
        expect("the exit code", typist.ends(), 0)
        require("[y/N]" not in typist.text, "it asks")
    bench.is_denied(csr)
