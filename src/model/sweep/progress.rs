//! How far a scheduled execution has come.

use serde::{Deserialize, Serialize};

use super::ItemState;
use crate::model::execution::Status;

/// What is done next with a scheduled execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The directory is gone through; nothing has happened yet.
    Planning,

    /// Waits for an admin.
    Quarantined,
    Applying,

    /// The reports to admins are made.
    Reporting,

    /// An admin stopped it; it can go on.
    Stopped,
    Ended,
}

/// How many of its users are where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    pub planned: u64,
    pub done: u64,
    pub skipped: u64,
    pub protected: u64,
    pub failed: u64,
    pub discarded: u64,
}

impl Stage {
    /// Whether the engine has something to do with it.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Planning | Self::Applying | Self::Reporting)
    }
}

impl Progress {
    pub fn of(&mut self, state: ItemState) -> &mut u64 {
        match state {
            ItemState::Planned => &mut self.planned,
            ItemState::Done => &mut self.done,
            ItemState::Skipped => &mut self.skipped,
            ItemState::Protected => &mut self.protected,
            ItemState::Failed => &mut self.failed,
            ItemState::Discarded => &mut self.discarded,
        }
    }

    /// One that was planned has come to this.
    pub fn count(&mut self, state: ItemState) {
        self.planned = self.planned.saturating_sub(1);
        *self.of(state) += 1;
    }

    pub fn total(&self) -> u64 {
        self.planned + self.ended()
    }

    /// Of how many is known what became of them.
    pub fn ended(&self) -> u64 {
        self.done + self.skipped + self.protected + self.failed + self.discarded
    }

    /// How an execution ends with it.
    pub fn status(&self) -> Status {
        if self.failed > 0 {
            Status::CompletedWithErrors
        } else {
            Status::Succeeded
        }
    }

    /// "12 done, 1 protected"; "nobody" where there is none.
    pub fn sentence(&self) -> String {
        let parts = [
            (self.planned, "to do"),
            (self.done, "done"),
            (self.skipped, "skipped"),
            (self.protected, "protected"),
            (self.failed, "failed"),
            (self.discarded, "discarded"),
        ];
        let said: Vec<String> = parts
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        if said.is_empty() {
            "nobody".to_owned()
        } else {
            said.join(", ")
        }
    }
}
