//! Who decides about what arrives.

use std::io;

use serde_json::value::RawValue;

use crate::cluster::Cluster;
use crate::csr::{Csr, Verdict};
use crate::facts::Facts;
use crate::review::{Answer, Ground, Prompter, Terminal, Wording};

use super::super::Context;
use super::super::decide::{Desk, Judge};
use super::super::interrupt::Hold;
use super::super::outcome::Outcome;
use super::super::review::{self, Step};

/// A CSR that waits for a decision, as it was read just now.
pub(super) struct Case<'a> {
    /// Where.
    pub(super) cluster: &'a Cluster,
    /// What is known besides.
    pub(super) facts: &'a Facts,
    /// The CSR.
    pub(super) csr: Csr,
    /// The object that it was read from.
    pub(super) object: Box<RawValue>,
}

/// What was decided.
pub(super) enum Ruling {
    /// Nothing, and there is nothing to tell.
    Left,
    /// Something came of it, by this rule: a policy's, or the ground of the decision.
    Ended {
        outcome: Outcome,
        verdict: Verdict,
        rule: String,
    },
    /// Nothing, and the watch is to end.
    Quit,
}

/// Decides about each CSR that arrives: it is asked once for each uid, as long as the program runs.
pub(super) trait Decider {
    /// Whether a decision takes its time, so that others may come meanwhile.
    const WAITS: bool;

    /// Decides. It should look at nothing but the case: what the watch sent may be old. While it holds, the program is not ended by a signal; what is sent must be sent under the hold,
    /// and stays under it until it was told.
    async fn decide(
        &mut self,
        case: Case<'_>,
        hold: &mut Hold,
        context: &mut Context,
    ) -> anyhow::Result<Ruling>;
}

/// `--review`: somebody at the terminal.
pub(super) struct Person {
    pub(super) terminal: Terminal,
    pub(super) wording: Wording,
    pub(super) no_self_approval: bool,
}

impl Decider for Person {
    const WAITS: bool = true;

    async fn decide(
        &mut self,
        case: Case<'_>,
        hold: &mut Hold,
        context: &mut Context,
    ) -> anyhow::Result<Ruling> {
        let Case {
            cluster,
            facts,
            csr,
            object,
        } = case;
        let judge = Judge {
            facts,
            no_self_approval: self.no_self_approval,
        };
        let reviewed = judge.judge(csr, object);
        let desk = |verdict| Desk {
            cluster,
            judge,
            verdict,
            wording: &self.wording,
            dry_run: None,
        };
        let mut prompter = Pausing {
            terminal: &mut self.terminal,
            hold,
        };
        Ok(
            match review::one(&reviewed, &desk, &mut prompter, context).await? {
                Step::Decided(outcome, verdict) => Ruling::Ended {
                    outcome,
                    verdict,
                    rule: Ground::Person.as_str().to_owned(),
                },
                Step::Skipped => Ruling::Left,
                Step::Quit => Ruling::Quit,
            },
        )
    }
}

/// Lets the program be ended while a question is open.
struct Pausing<'a> {
    terminal: &'a mut Terminal,
    hold: &'a mut Hold,
}

impl Prompter for Pausing<'_> {
    fn ask(&mut self, question: &str) -> io::Result<Answer> {
        self.hold.release();
        let answer = self.terminal.ask(question)?;
        // An answer to a program that is ending comes too late.
        Ok(if self.hold.renew() {
            answer
        } else {
            Answer::End
        })
    }
}
