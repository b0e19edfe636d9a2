//! What is made from the code is what the code says: docs/cli.md, docs/risks.md, docs/powers.md and the scripts in
//! completions/.
//!
//! `UPDATE_DOCS=1 cargo test --locked --test it docs` writes them anew.

use std::fmt::Write as _;

use clap::ValueEnum as _;
use csr_review::facts::access::{Claim, PowerKind, claims};
use csr_review::risk::{Kind, Match, PRIVILEGED, Severity, rules};

use crate::support::env::{Env, TOOL_OF_KUBECTL};
use crate::support::generated::{commands, help, is, verbs};

#[test]
fn the_page_of_the_command_line() {
    let mut page = "\
# The command line

Made from the tool's own help; see [exit-codes.md](exit-codes.md) for how commands end.

The tool answers to `kubectl csr-review` and to `kubectl csr review`. The connection options, listed here once,
go with every command and mean what they mean to kubectl.

"
    .to_owned();
    section(&mut page, "kubectl csr-review", &help(""));
    for command in commands() {
        let text = help(&command);
        section(&mut page, &command, &without_connection(&text));
        for verb in verbs(&text) {
            let command = format!("{command} {verb}");
            section(&mut page, &command, &without_connection(&help(&command)));
        }
    }
    page.pop();
    is("docs/cli.md", &page);
}

fn section(page: &mut String, title: &str, help: &str) {
    let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
    let help = lines.join("\n");
    write!(page, "## {title}\n\n```text\n{}\n```\n\n", help.trim_end()).expect("a string takes it");
}

/// The options that every command has would drown the ones that it has alone.
fn without_connection(help: &str) -> String {
    let (head, rest) = help
        .split_once("Connection options:\n")
        .expect("the connection options have a heading");
    match rest.find("Examples:\n") {
        Some(at) => head.to_owned() + &rest[at..],
        None => head.to_owned(),
    }
}

#[test]
fn the_page_of_the_rules() {
    let mut page = "\
# Risks

Made from the catalogue in the code; `kubectl csr-review explain RULE` shows the same.

A rule that fires is a finding, with the text that it found. Each finding has a severity, and the risk of a CSR is
the highest among its findings: never a sum. A rule has its severity *at most*: a name that matters less to the
signer, or a flow that fits exactly, makes it lower; nothing that the requestor controls does. What was not checked,
because it was not asked or may not be read, never lowers a severity. Some findings make a CSR **unreviewable**:
nobody can say with certainty what would be signed, so it is never approved, in any mode. It can always be denied.
What rights in the cluster are worth: [powers.md](powers.md).

"
    .to_owned();
    page.push_str(
        "| severity | meaning | to approve, type | with `--yes`, a finding |\n|---|---|---|---|\n",
    );
    for severity in Severity::value_variants() {
        let meaning = severity
            .to_possible_value()
            .and_then(|value| value.get_help().map(ToString::to_string))
            .expect("every severity says what it means");
        let (asked, unattended) = match severity {
            Severity::None | Severity::Info | Severity::Low | Severity::Medium => {
                ("y", "passes, unless `--max-risk` is lower")
            }
            Severity::High => (
                "`approve` and the CSR's name",
                "passes with `--max-risk high`, or where the rule is named with `--accept`",
            ),
            Severity::Critical => (
                "`approve` and the group that a critical finding names, else the user",
                "passes only where the rule is named with `--accept` and the CSR by its name",
            ),
        };
        row(&mut page, &[severity.as_str(), &meaning, asked, unattended]);
    }
    page.push_str(
        "\nInstead of a text that is empty, longer than 64 characters or not printable ASCII, the first 8 digits of the\n\
         fingerprint are typed behind `approve`. Denying asks y at every risk, and passes with `--yes`.\n\n## The rules\n\n\
         | rule | at most | fires if a CSR |\n|---|---|---|\n",
    );
    for rule in rules() {
        let link = format!("[{id}](#{id})", id = rule.id);
        row(&mut page, &[&link, rule.severity.as_str(), rule.title]);
    }
    for rule in rules() {
        write!(
            page,
            "\n### {}\n\nFires if a CSR {}. At most {}.\n\n- Why: {}\n- What to do: {}\n- Source: {}\n",
            rule.id,
            plain(rule.title),
            rule.severity,
            plain(rule.why),
            plain(rule.advice),
            plain(rule.source),
        )
        .expect("a string takes it");
    }
    page.push_str(
        "\n## Names that are known to be powerful\n\n\
         What `subject-privileged-user` and `subject-privileged-group` look for, besides `system:masters` and\n\
         `kubeadm:cluster-admins`, which have rules of their own. `…` stands for any ending; the first row that\n\
         matches counts.\n\n\
         | name | is a | severity | of | power |\n|---|---|---|---|---|\n",
    );
    for name in PRIVILEGED {
        let ending = match name.matching {
            Match::Exact => "",
            Match::Prefix => "…",
        };
        let kind = match name.kind {
            Kind::User => "user",
            Kind::Group => "group",
        };
        row(
            &mut page,
            &[
                &format!("`{}{ending}`", name.name),
                kind,
                name.severity.as_str(),
                name.origin,
                name.power,
            ],
        );
    }
    is("docs/risks.md", &page);
}

fn row(page: &mut String, cells: &[&str]) {
    let cells: Vec<String> = cells.iter().map(|cell| plain(cell)).collect();
    writeln!(page, "| {} |", cells.join(" | ")).expect("a string takes it");
}

#[test]
fn the_page_of_the_powers() {
    let mut page = "\
# Powers

Made from the table in the code. What an identity could do in the cluster is rated by what its rights can lead to; the
worst of it is a finding of its certificate ([risks.md](risks.md)). `who-can --closure` goes by the same table.

- Rights are the union of all rules of all roles that are bound to the user and its groups. Powers that take two rights
  have them from any two rules.
- A level holds cluster-wide. A RoleBinding gives one step less in an ordinary namespace, and two where the rule is for
  single names and these hold something back. kube-system, and each namespace in which a ServiceAccount has a critical
  power, count as the whole cluster.
- Every right in the discovery of Kubernetes 1.37 and 1.20 stands here, and so do custom resources that many clusters
  have. What does not is **not rated**, which is never harmless: verbs that are not of the API's own are high, writes and
  subresources medium, reads low. `blast-other` says which right it is.
- Other authorizers than RBAC show in the answer to a SubjectAccessReview for everything, and in nothing else.

| power | at most | with it one can |
|---|---|---|
"
    .to_owned();
    for kind in PowerKind::all() {
        let link = format!("[{id}](#{id})", id = kind.id());
        row(&mut page, &[&link, worst(kind).as_str(), kind.title()]);
    }
    for kind in PowerKind::all() {
        let (id, title, why) = (kind.id(), kind.title(), kind.why());
        write!(
            page,
            "\n### {id}\n\nWith it one can {title}. {}\n\n",
            plain(why)
        )
        .expect("a string takes it");
        page.push_str("| level | rights | where |\n|---|---|---|\n");
        for claim in claims_of(kind) {
            let rights = rights(claim);
            let level = claim.severity().as_str();
            row(&mut page, &[level, &rights, &claim.place()]);
        }
        for (severity, rights) in kind.besides() {
            row(&mut page, &[severity.as_str(), rights, ""]);
        }
    }
    is("docs/powers.md", &page);
}

fn claims_of(kind: PowerKind) -> Vec<&'static Claim> {
    let mut of: Vec<&Claim> = claims().filter(|claim| claim.kind() == kind).collect();
    of.sort_by_key(|claim| std::cmp::Reverse(claim.severity()));
    of
}

fn worst(kind: PowerKind) -> Severity {
    let rated = claims_of(kind).into_iter().map(Claim::severity);
    let besides = kind.besides().iter().map(|(severity, _)| *severity);
    rated.chain(besides).max().unwrap_or_default()
}

/// `create, update deployments, jobs (apps, batch)`.
fn rights(claim: &Claim) -> String {
    let groups: Vec<&str> = claim
        .groups()
        .iter()
        .copied()
        .filter(|group| !group.is_empty())
        .collect();
    let groups = if groups.is_empty() {
        String::new()
    } else {
        format!(" ({})", groups.join(", "))
    };
    let verbs = claim.verbs().join(", ");
    format!("{verbs}: {}{groups}", claim.resources().join(", "))
}

/// Text that Markdown must not take for markup.
fn plain(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "\\<")
}

#[test]
fn the_completion_scripts() {
    let env = Env::new();
    for (shell, file) in [
        ("bash", "kubectl-csr_review.bash"),
        ("fish", "kubectl-csr_review.fish"),
        ("powershell", "kubectl-csr_review.ps1"),
        ("zsh", "_kubectl-csr_review"),
    ] {
        let output = env.program(TOOL_OF_KUBECTL, ["completion", shell]).run();
        let output = output.code(0).quiet();
        is(&format!("completions/{file}"), output.raw_stdout());
    }
}
