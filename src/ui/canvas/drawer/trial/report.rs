//! What a step would do for one user, in words. Pure: it asks the conditions and the task
//! themselves, as an execution does, and only puts their answers into sentences.

mod reason;
mod sweep;

use self::reason::reason;
use super::{Facts, premise::Assumed};
use crate::{
    model::{
        condition::{Condition, ConditionError, Seen, Subject, Test},
        definition::NodeKind,
        effect::{Applied, Effect, Refusal},
        execution::{Decision, Skip},
        plan::Outcome,
        task::{RunMode, Task},
        text::list,
    },
    ui::{canvas::drawer::Choices, sentence},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Yes,
    No,

    /// Neither: something is missing, or nothing is asked.
    Open,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) verdict: Verdict,
    pub(super) depth: u8,
    pub(super) text: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Report {
    pub(super) verdict: Verdict,
    pub(super) headline: String,
    pub(super) lines: Vec<Line>,
}

/// What the sentences are made with.
struct Teller<'a> {
    choices: &'a Choices,
    facts: &'a Facts,
    seen: Seen<'a>,
    lines: Vec<Line>,
}

/// Whether the answer depends on where the change came from.
pub(super) fn asks_for_source(kind: &NodeKind) -> bool {
    tests(kind).any(|test| test.attribute == Subject::Source)
}

/// The attributes of which it asks whether they changed, in the order in which it does.
pub(super) fn looked_back_at(kind: &NodeKind) -> Vec<Subject> {
    let mut asked = Vec::new();
    for test in tests(kind) {
        let is_asked = test.operator.looks_back() && test.attribute.why_constant().is_none();
        if is_asked && !asked.contains(&test.attribute) {
            asked.push(test.attribute.clone());
        }
    }
    asked
}

fn tests(kind: &NodeKind) -> impl Iterator<Item = &Test> {
    conditions(kind).into_iter().flat_map(Condition::tests)
}

fn conditions(kind: &NodeKind) -> Vec<&Condition> {
    match kind {
        NodeKind::Filter(condition) => condition.iter().collect(),
        NodeKind::Task(task) => task.conditions().collect(),
        _ => Vec::new(),
    }
}

impl Report {
    /// `None` for a step that asks nothing.
    pub(super) fn new(
        kind: &NodeKind,
        is_disabled: bool,
        choices: &Choices,
        facts: &Facts,
        assumed: &Assumed,
    ) -> Option<Self> {
        let seen = Seen {
            user: &facts.state,
            before: assumed.before.as_ref(),
            source: assumed.source,
            sweep: assumed.moment.as_ref().map(|it| (&facts.dates, it)),
        };
        let mut teller = Teller {
            choices,
            facts,
            seen,
            lines: Vec::new(),
        };
        let wrong = conditions(kind).iter().find_map(|it| it.check().err());
        let (verdict, headline) = match kind {
            NodeKind::Filter(condition) => teller.filter(condition.as_ref(), is_disabled),
            NodeKind::Task(task) => teller.task(task, is_disabled),
            NodeKind::Sweep(task) => teller.sweep(task, is_disabled),
            _ => return None,
        };
        let (verdict, headline) = match wrong {
            Some(wrong) if !is_disabled => {
                let headline = format!("Cannot be answered yet: this step {wrong}");
                (Verdict::Open, headline)
            }
            _ => (verdict, headline),
        };
        Some(Self {
            verdict,
            headline,
            lines: teller.lines,
        })
    }
}

impl Teller<'_> {
    fn name(&self) -> &str {
        &self.facts.state.username
    }

    fn say(&mut self, verdict: Verdict, depth: u8, text: impl Into<String>) {
        let text = text.into();
        self.lines.push(Line {
            verdict,
            depth,
            text,
        });
    }

    fn filter(&mut self, condition: Option<&Condition>, is_disabled: bool) -> (Verdict, String) {
        let name = self.name().to_owned();
        let Some(condition) = condition.filter(|it| !it.tests().is_empty()) else {
            let headline = "Cannot be answered yet: there is no condition".to_owned();
            return (Verdict::Open, headline);
        };
        if is_disabled {
            let headline = format!("{name} would pass: this filter is disabled");
            return (Verdict::Yes, headline);
        }
        self.condition(condition, 0);
        if condition.holds(self.seen) {
            (Verdict::Yes, format!("{name} would pass"))
        } else {
            (Verdict::No, format!("{name} would not pass"))
        }
    }

    fn task(&mut self, task: &Task, is_disabled: bool) -> (Verdict, String) {
        let name = self.name().to_owned();
        if is_disabled {
            let headline = format!("Nothing would happen to {name}: this task is disabled");
            return (Verdict::No, headline);
        }
        let (decision, effects) = task.decide(self.seen, false);
        if let RunMode::Conditional(when) = &task.mode {
            let runs = when.holds(self.seen);
            self.say(
                said(runs),
                0,
                if runs {
                    "The task runs"
                } else {
                    "The task does not run"
                },
            );
            self.condition(when, 1);
        }
        if decision == Decision::Skipped(Skip::ConditionNotMet) {
            let headline = format!("The task would not run for {name}");
            return (Verdict::No, headline);
        }
        if task.mode == RunMode::Fallback {
            let text = "The task runs, if no conditional task ran before";
            self.say(Verdict::Open, 0, text);
        }
        self.rules(task);
        let (verdict, headline) = match &decision {
            Decision::Performed {
                is_fallback: true, ..
            } => (
                Verdict::Yes,
                format!("No rule applies to {name}, but the fallback does"),
            ),
            Decision::Performed { rules, .. } if rules.is_empty() => {
                let text = format!("Nothing would happen to {name}: no rule applies");
                (Verdict::No, text)
            }
            Decision::Performed { rules, .. } => {
                let numbers: Vec<String> = rules.iter().map(|it| (it + 1).to_string()).collect();
                let (word, verb) = match numbers.len() {
                    1 => ("Rule", "applies"),
                    _ => ("Rules", "apply"),
                };
                let text = format!("{word} {} {verb} to {name}", list(&numbers, "and"));
                (Verdict::Yes, text)
            }
            other => (Verdict::Open, other.sentence()),
        };
        if self.effects(&effects) {
            return (Verdict::No, format!("The step would fail for {name}"));
        }
        if verdict == Verdict::Yes && effects.is_empty() {
            let text = format!("No {} is chosen yet", task.action.target_kind().word());
            self.say(Verdict::Open, 0, text);
        }
        (verdict, headline)
    }

    fn rules(&mut self, task: &Task) {
        for (number, rule) in (1..).zip(&task.rules) {
            match &rule.when {
                None => self.say(Verdict::Yes, 0, format!("Rule {number} always applies")),
                Some(when) => {
                    let applies = when.holds(self.seen);
                    let word = if applies { "applies" } else { "does not apply" };
                    self.say(said(applies), 0, format!("Rule {number} {word}"));
                    self.condition(when, 1);
                }
            }
        }
    }

    /// Says whether they are refused.
    fn effects(&mut self, effects: &[Effect]) -> bool {
        let outcome = self.outcome(effects);
        let is_refused = outcome.is_err();
        match outcome {
            Err(refused) => {
                let text = format!("The step would fail: {}", refused.refusal);
                self.say(Verdict::No, 0, sentence(&text));
            }
            Ok(performed) => {
                for it in performed {
                    let verdict = match it.applied {
                        Applied::Changed => Verdict::Yes,
                        Applied::NoOp => Verdict::Open,
                    };
                    self.say(verdict, 0, it.sentence());
                }
            }
        }
        is_refused
    }

    fn outcome(&self, effects: &[Effect]) -> Outcome {
        let strips = effects.iter().find(|it| it.strips());
        if let Some(effect) = strips.filter(|_| self.facts.is_protected) {
            return Err(crate::model::plan::Refused {
                effect: effect.clone(),
                refusal: Refusal::UserProtected(self.name().to_owned()),
            });
        }
        self.choices.known().perform(&self.facts.state, effects)
    }

    fn condition(&mut self, condition: &Condition, depth: u8) {
        let (parts, is_any) = match condition {
            Condition::Test(test) => {
                let label = label(self.choices, &test.attribute);
                if let Err(wrong) = test.check() {
                    let text = match wrong {
                        ConditionError::NeverChanges(_) | ConditionError::NeedlessValue => {
                            format!("{label}: it {wrong}")
                        }
                        _ => format!("{label}: no value yet"),
                    };
                    self.say(Verdict::Open, depth, text);
                } else {
                    let finding = test.finding(self.seen);
                    self.say(said(finding.holds), depth, reason(&label, &finding));
                }
                return;
            }
            Condition::All(parts) => (parts, false),
            Condition::Any(parts) => (parts, true),
        };
        if parts.is_empty() {
            self.say(Verdict::Open, depth, "A group without conditions");
            return;
        }
        if let [only] = parts.as_slice() {
            return self.condition(only, depth);
        }
        let holds = condition.holds(self.seen);
        let text = match (is_any, holds) {
            (false, true) => "All of these hold",
            (false, false) => "Not all of these hold",
            (true, true) => "At least one of these holds",
            (true, false) => "None of these holds",
        };
        self.say(said(holds), depth, text);
        for part in parts {
            self.condition(part, depth + 1);
        }
    }
}

/// What people call an attribute in this directory.
pub(super) fn label(choices: &Choices, subject: &Subject) -> String {
    match subject {
        Subject::Custom(name) => {
            let found = choices.attribute(name);
            found.map_or_else(|| name.clone(), |it| it.spec.label.clone())
        }
        built_in => built_in.label().to_owned(),
    }
}

fn said(holds: bool) -> Verdict {
    if holds { Verdict::Yes } else { Verdict::No }
}

#[cfg(test)]
mod tests;
