//! What a watch counts, in Prometheus' text format.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use clap::ValueEnum as _;

use crate::csr::{Signer, Verdict};
use crate::risk::Severity;
use crate::ui::Escaped;

/// Requestors choose the names of signers: no more of them than so many become labels.
const MOST_SIGNERS: usize = 50;
/// The longest label, in bytes of its escaped form; what is longer counts among the others.
const LONGEST_LABEL: usize = 200;
const OTHER: &str = "other";
/// How long a lost watch is no failure.
const PATIENCE: Duration = Duration::from_secs(120);

/// How the watch stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Link {
    /// Nothing was listed yet.
    #[default]
    Starting,
    /// It is connected.
    Up,
    /// It is not, since then.
    Down(Instant),
}

/// All that is counted.
#[derive(Debug, Default)]
pub(super) struct Metrics {
    /// By verdict, signer and rule.
    decided: BTreeMap<(&'static str, String, String), u64>,
    /// By signer.
    refused: BTreeMap<String, u64>,
    failures: BTreeMap<&'static str, u64>,
    pending: BTreeMap<Severity, u64>,
    unknown_signers: u64,
    /// The signers that are labels.
    signers: BTreeSet<String>,
    link: Link,
}

impl Metrics {
    /// A decision was sent and is stored.
    pub(super) fn decided(&mut self, verdict: Verdict, signer: &str, rule: &str) {
        let verdict = match verdict {
            Verdict::Approved => "approved",
            Verdict::Denied => "denied",
        };
        let key = (verdict, self.signer(signer), label(rule));
        *self.decided.entry(key).or_default() += 1;
    }

    /// A decision was refused.
    pub(super) fn refused(&mut self, signer: &str) {
        let signer = self.signer(signer);
        *self.refused.entry(signer).or_default() += 1;
    }

    /// Something went wrong.
    pub(super) fn failure(&mut self, kind: &'static str) {
        *self.failures.entry(kind).or_default() += 1;
    }

    /// A CSR came for that signer.
    pub(super) fn came(&mut self, signer: &str) {
        let is_unknown = matches!(Signer::of(signer), Signer::Custom | Signer::Reserved);
        self.unknown_signers += u64::from(is_unknown);
    }

    /// CSRs with these risks wait, and no others.
    pub(super) fn pending(&mut self, risks: impl Iterator<Item = Severity>) {
        let all = Severity::value_variants().iter();
        self.pending = all.map(|&risk| (risk, 0)).collect();
        for risk in risks {
            *self.pending.entry(risk).or_default() += 1;
        }
    }

    /// Everything was listed.
    pub(super) fn synced(&mut self) {
        if self.link == Link::Starting {
            self.link = Link::Up;
        }
    }

    /// The watch is lost.
    pub(super) fn lost(&mut self, now: Instant) {
        if self.link == Link::Up {
            self.link = Link::Down(now);
        }
    }

    /// The watch goes on.
    pub(super) fn recovered(&mut self) {
        if self.link != Link::Starting {
            self.link = Link::Up;
        }
    }

    /// Whether what is pending is known, or was a short while ago.
    #[must_use]
    pub(super) fn is_healthy(&self, now: Instant) -> bool {
        match self.link {
            Link::Starting => false,
            Link::Up => true,
            Link::Down(since) => now.duration_since(since) < PATIENCE,
        }
    }

    /// The label of a signer.
    fn signer(&mut self, name: &str) -> String {
        let label = label(name);
        let is_known = Signer::BUILT_IN.contains(&name) || self.signers.contains(&label);
        if is_known {
            return label;
        }
        if self.signers.len() >= MOST_SIGNERS || label.len() > LONGEST_LABEL {
            return OTHER.to_owned();
        }
        self.signers.insert(label.clone());
        label
    }

    /// All of it as text.
    #[must_use]
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        let mut family = |name: &str, kind: &str, help: &str, rows: Vec<(String, u64)>| {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
            for (labels, value) in rows {
                let _ = writeln!(text, "{name}{labels} {value}");
            }
        };
        let decided = self.decided.iter().map(|((verdict, signer, rule), count)| {
            let labels = format!("{{verdict=\"{verdict}\",signer=\"{signer}\",rule=\"{rule}\"}}");
            (labels, *count)
        });
        family(
            "csr_review_decided_total",
            "counter",
            "Decisions that were sent and are stored.",
            decided.collect(),
        );
        let refused = self.refused.iter();
        family(
            "csr_review_refused_total",
            "counter",
            "Decisions that were refused.",
            refused
                .map(|(signer, count)| (format!("{{signer=\"{signer}\"}}"), *count))
                .collect(),
        );
        let failures = self.failures.iter();
        family(
            "csr_review_failures_total",
            "counter",
            "What went wrong: troubles of the watch, facts, unreadable objects, decisions.",
            failures
                .map(|(kind, count)| (format!("{{kind=\"{kind}\"}}"), *count))
                .collect(),
        );
        let pending = self.pending.iter();
        family(
            "csr_review_pending",
            "gauge",
            "CSRs that are selected and wait, by the risk that they were shown with.",
            pending
                .map(|(risk, count)| (format!("{{risk=\"{risk}\"}}"), *count))
                .collect(),
        );
        let alone = |value| vec![(String::new(), value)];
        family(
            "csr_review_unknown_signer_total",
            "counter",
            "CSRs for signers of which nothing is known.",
            alone(self.unknown_signers),
        );
        family(
            "csr_review_watch_connected",
            "gauge",
            "Whether what is pending is known right now.",
            alone(u64::from(self.link == Link::Up)),
        );
        let version = format!("{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"));
        family(
            "csr_review_build_info",
            "gauge",
            "The version of the program.",
            vec![(version, 1)],
        );
        text
    }
}

/// A text as it stands between the quotes of a label: visible, and with no end in it.
fn label(text: &str) -> String {
    let text = Escaped::new(text).to_string();
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_with_all_there_is() {
        let mut metrics = Metrics::default();
        metrics.synced();
        metrics.decided(
            Verdict::Approved,
            "kubernetes.io/kubelet-serving",
            "kubelets",
        );
        metrics.decided(
            Verdict::Approved,
            "kubernetes.io/kubelet-serving",
            "kubelets",
        );
        metrics.decided(Verdict::Denied, "a\"} 1\nup 0\\\u{202e}", "person");
        metrics.refused("example.com/x");
        metrics.failure("decision");
        metrics.came("example.com/x");
        metrics.came("kubernetes.io/kubelet-serving");
        metrics.pending([Severity::High, Severity::High].into_iter());
        let version = env!("CARGO_PKG_VERSION");
        insta::assert_snapshot!(metrics.text().replace(version, "[VERSION]"));
    }

    #[test]
    fn signers_do_not_become_labels_without_end() {
        let mut metrics = Metrics::default();
        for index in 0..80 {
            metrics.refused(&format!("example.com/{index}"));
        }
        metrics.refused("example.com/0");
        metrics.refused("kubernetes.io/kubelet-serving");
        metrics.refused(&"x".repeat(500));
        assert_eq!(metrics.refused.len(), MOST_SIGNERS + 2);
        assert_eq!(metrics.refused[OTHER], 31);
        assert_eq!(metrics.refused["example.com/0"], 2);
    }

    #[test]
    fn a_watch_that_is_lost_for_long_is_a_failure() {
        let mut metrics = Metrics::default();
        let start = Instant::now();
        metrics.lost(start);
        metrics.recovered();
        assert!(!metrics.is_healthy(start));
        metrics.synced();
        metrics.lost(start);
        metrics.lost(start + PATIENCE);
        metrics.synced();
        assert!(metrics.is_healthy(start + PATIENCE / 2));
        assert!(!metrics.is_healthy(start + PATIENCE));
        metrics.recovered();
        assert!(metrics.is_healthy(start + PATIENCE));
    }
}
