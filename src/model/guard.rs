//! Guardrails: how many users an execution may hit before a person has looked.
//!
//! **Invariant:** a limit counts what is planned, before the first effect.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// How many users may be disabled or deleted at once: the larger of a count and a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    pub users: u32,

    /// Of the directory.
    pub percent: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GuardSettings {
    /// For workflows that have none of their own.
    pub limit: Limit,

    /// How often workflows may take something away within an hour, because of events.
    pub burst: Burst,
}

/// How many destructive effects the events of a rolling hour may bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Burst(pub u32);

/// More users than the limit allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{affected} of {directory} users would be disabled or deleted, and the limit is {allowed}")]
pub struct Exceeded {
    pub affected: u64,
    pub directory: u64,
    pub allowed: u64,
}

/// More than the limit of an hour allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "events have taken away {lately} groups and roles within an hour, and the limit is {allowed}"
)]
pub struct BurstExceeded {
    pub lately: u64,
    pub allowed: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GuardError {
    #[error("a share is between 0 and 100 percent")]
    BadPercent,
}

impl Default for Limit {
    fn default() -> Self {
        Self {
            users: 100,
            percent: 10,
        }
    }
}

impl Default for Burst {
    fn default() -> Self {
        Self(1_000)
    }
}

impl Burst {
    /// Over how long a burst is counted.
    pub const PERIOD: TimeDelta = TimeDelta::hours(1);

    /// Whether so many more are allowed after those of the last hour.
    pub fn check(self, lately: u64, more: u64) -> Result<(), BurstExceeded> {
        if more > 0 && lately.saturating_add(more) > u64::from(self.0) {
            return Err(BurstExceeded {
                lately,
                allowed: self.0,
            });
        }
        Ok(())
    }
}

impl Limit {
    /// How many of a directory of this size.
    pub fn allowed(self, directory: u64) -> u64 {
        let share = directory.saturating_mul(self.percent.into()) / 100;
        share.max(self.users.into())
    }

    pub fn check(self, affected: u64, directory: u64) -> Result<(), Exceeded> {
        let allowed = self.allowed(directory);
        if affected > allowed {
            return Err(Exceeded {
                affected,
                directory,
                allowed,
            });
        }
        Ok(())
    }

    pub fn checked(self) -> Result<Self, GuardError> {
        if self.percent > 100 {
            return Err(GuardError::BadPercent);
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(users: u32, percent: u32, directory: u64, allowed: u64) {
        let limit = Limit { users, percent };
        assert_eq!(limit.allowed(directory), allowed);
        assert_eq!(limit.check(allowed, directory), Ok(()));
        assert!(limit.check(allowed + 1, directory).is_err());
    }

    #[test]
    fn the_larger_of_count_and_share_is_allowed() {
        check(100, 10, 0, 100);
        check(100, 10, 999, 100);
        check(100, 10, 1_010, 101);
        check(100, 10, 1_000_000, 100_000);
        check(0, 0, 1_000_000, 0);
        check(0, 100, 7, 7);
        check(
            u32::MAX,
            100,
            u64::from(u32::MAX) * 2,
            u64::from(u32::MAX) * 2,
        );
    }

    #[test]
    fn a_share_of_more_than_all_is_refused() {
        let limit = |percent| Limit { users: 1, percent };
        assert_eq!(limit(100).checked(), Ok(limit(100)));
        assert_eq!(limit(101).checked(), Err(GuardError::BadPercent));
    }
}
