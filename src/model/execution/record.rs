//! What is written down of a run: how it ended, and each of its steps.

use serde::{Deserialize, Serialize};

use crate::model::{
    Timestamp,
    definition::{Node, NodeId},
    effect::Performed,
    text,
    user::UserState,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Reached an End.
    Succeeded,

    /// A step failed, and its `failed` output was left open.
    Failed,

    /// Left the workflow before its Event.
    Filtered,

    /// Waits for its turn.
    Queued,
    Running,

    /// Some of its users could not be dealt with.
    CompletedWithErrors,

    /// A guardrail stopped it before its first effect.
    Quarantined,

    /// An admin stopped it, or decided against it.
    Canceled,
}

/// What a node decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Start, Trigger, Event, End, or a disabled step.
    Passed,
    Matched,
    Otherwise,

    /// A task ran: the positions of the rules that matched.
    Performed {
        rules: Vec<usize>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        is_fallback: bool,
    },

    /// A scheduled task looks for users like this one.
    Found,

    /// It looks for others.
    NotFound,
    Skipped(Skip),
}

/// Why a task did not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Skip {
    Disabled,
    ConditionNotMet,
    ConditionalPerformed,

    /// The user is disabled, and the task only disables.
    AlreadyDisabled,
}

/// The record of one node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    pub node: NodeId,
    pub decision: Decision,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<Performed>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Box<Failure>>,
}

/// Why a step failed, with everything that it takes to understand it later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// One plain sentence.
    pub error: String,

    /// What led to it, the outermost first.
    pub causes: Vec<String>,

    /// What to do about it.
    pub remedy: String,
    pub attempt: u32,
    pub at: Timestamp,

    /// The user before the step.
    pub state: UserState,

    /// The step as it was configured.
    pub node: Node,
}

impl Status {
    pub const ALL: [Self; 8] = [
        Self::Succeeded,
        Self::CompletedWithErrors,
        Self::Failed,
        Self::Filtered,
        Self::Quarantined,
        Self::Canceled,
        Self::Queued,
        Self::Running,
    ];

    pub fn label(self) -> &'static str {
        match self {
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Filtered => "Filtered",
            Self::Queued => "Queued",
            Self::Running => "Running",
            Self::CompletedWithErrors => "Completed with errors",
            Self::Quarantined => "Quarantined",
            Self::Canceled => "Canceled",
        }
    }
}

impl Decision {
    /// What a person reads about it.
    pub fn sentence(&self) -> String {
        match self {
            Self::Passed => "Passed".to_owned(),
            Self::Matched => "The conditions match".to_owned(),
            Self::Otherwise => "The conditions do not match".to_owned(),
            Self::Performed {
                is_fallback: true, ..
            } => "No rule matched, the fallback applies".to_owned(),
            Self::Performed { rules, .. } if rules.is_empty() => {
                "No rule matched, and there is no fallback".to_owned()
            }
            Self::Performed { rules, .. } => {
                let numbers: Vec<String> = rules.iter().map(|it| (it + 1).to_string()).collect();
                let word = if rules.len() == 1 { "Rule" } else { "Rules" };
                format!("{word} {} matched", text::list(&numbers, "and"))
            }
            Self::Found => "The user is one of those looked for".to_owned(),
            Self::NotFound => "The user is not one of those looked for".to_owned(),
            Self::Skipped(Skip::AlreadyDisabled) => {
                "Skipped: the user is disabled already".to_owned()
            }
            Self::Skipped(Skip::Disabled) => "Skipped: this step is disabled".to_owned(),
            Self::Skipped(Skip::ConditionNotMet) => {
                "Skipped: its conditions do not match".to_owned()
            }
            Self::Skipped(Skip::ConditionalPerformed) => {
                "Skipped: a conditional task was performed before".to_owned()
            }
        }
    }
}
