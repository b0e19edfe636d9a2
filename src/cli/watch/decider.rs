//! Who decides about what arrives.

use std::io;

use serde_json::value::RawValue;

use crate::cluster::Cluster;
use crate::csr::{Csr, Verdict};
use crate::facts::Facts;
use crate::policy::{Action, Policy};
use crate::review::{Answer, Decision, Ground, Prompter, Terminal, Wording};

use super::super::Context;
use super::super::decide::{Desk, Judge, Target, Unattended};
use super::super::failure::Failure;
use super::super::interrupt::Hold;
use super::super::outcome::{Delivery, Outcome};
use super::super::record::{Journal, Ready};
use super::super::results;
use super::super::review::{self, Asking, Step};

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

/// How decisions are made here, whoever makes them.
pub(super) struct House {
    /// The words of the conditions.
    pub(super) wording: Wording,
    pub(super) no_self_approval: bool,
    /// Where they are recorded.
    pub(super) journal: Journal,
}

impl House {
    fn judge<'a>(&self, facts: &'a Facts) -> Judge<'a> {
        Judge {
            facts,
            no_self_approval: self.no_self_approval,
        }
    }

    fn desk<'a>(&'a self, cluster: &'a Cluster, facts: &'a Facts, verdict: Verdict) -> Desk<'a> {
        Desk {
            cluster,
            judge: self.judge(facts),
            verdict,
            wording: &self.wording,
            delivery: Delivery::Send,
            journal: &self.journal,
        }
    }
}

/// Who decides, as the command line says.
pub(super) enum Whoever {
    /// `--review`: somebody at the terminal.
    Person(Terminal),
    /// `--policy` with `--yes`.
    Policy(Policy),
}

/// Who is to decide and how, before anything is known of the cluster.
pub(super) struct Intent {
    pub(super) by: Whoever,
    pub(super) wording: Wording,
    pub(super) no_self_approval: bool,
    pub(super) record: Ready,
}

impl Intent {
    /// Finds out where and as whom decisions are made.
    ///
    /// # Errors
    /// If they cannot be recorded as asked for.
    pub(super) async fn begin(self, cluster: &Cluster, facts: &Facts) -> Result<Decider, Failure> {
        Ok(Decider {
            by: self.by,
            house: House {
                wording: self.wording,
                no_self_approval: self.no_self_approval,
                journal: self.record.open(cluster, facts, None).await?,
            },
        })
    }
}

/// Decides about each CSR that arrives: it is asked once for each uid, unless nothing came of that.
pub(super) struct Decider {
    by: Whoever,
    house: House,
}

impl Decider {
    /// Whether a decision takes its time, so that others may come meanwhile.
    pub(super) fn waits(&self) -> bool {
        matches!(self.by, Whoever::Person(_))
    }

    /// Decides. It looks at nothing but the case: what the watch sent may be old. While it holds, the program is
    /// not ended by a signal; what is sent is sent under the hold, and stays under it until it was told.
    pub(super) async fn decide(
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
        let house = &self.house;
        let reviewed = house.judge(facts).judge(csr, object);
        match &mut self.by {
            Whoever::Policy(policy) => {
                results::summary(&mut context.ui, &reviewed)?;
                let ruling = reviewed.ruling(policy);
                results::ruling(&mut context.ui, &reviewed, &ruling)?;
                let verdict = match ruling.action {
                    Action::Deny => Verdict::Denied,
                    Action::Approve | Action::Ask => Verdict::Approved,
                };
                let rule = ruling.rule.map(|rule| rule.name.clone());
                let target = Target::selected(&reviewed.csr().name);
                let desk = house.desk(cluster, facts, verdict);
                let how = Unattended::Ruled(policy);
                let outcome = desk.unattended(&target, reviewed, how).await;
                Ok(Ruling::Ended {
                    outcome: desk.note(outcome).await,
                    verdict,
                    rule: rule.unwrap_or_default(),
                })
            }
            Whoever::Person(terminal) => {
                let deliver = async |decision: Decision<'_>| {
                    let target = Target::named(&decision.reviewed().csr().name);
                    let desk = house.desk(cluster, facts, decision.verdict());
                    desk.send_confirmed(&target, decision).await
                };
                let note = async |outcome: Outcome, verdict| {
                    house.desk(cluster, facts, verdict).note(outcome).await
                };
                let asking = Asking {
                    policy: None,
                    facts,
                    deliver: &deliver,
                    note: &note,
                };
                let mut prompter = Pausing { terminal, hold };
                let step = review::one(&reviewed, &asking, &mut prompter, context).await?;
                Ok(match step {
                    Step::Decided(outcome, verdict) => Ruling::Ended {
                        outcome,
                        verdict,
                        rule: Ground::Person.as_str().to_owned(),
                    },
                    Step::Skipped => Ruling::Left,
                    Step::Quit => Ruling::Quit,
                })
            }
        }
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
