//! Audit entries, and the chain of hashes that shows whether one was changed.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::Timestamp;

/// One administrative act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    pub at: Timestamp,
    pub actor: String,
    pub via: Via,

    /// Noun and verb: `user.create`.
    pub action: String,

    /// What it was done to, as people call it.
    pub resource: String,

    /// `None` when it was done; otherwise why it was not.
    pub refusal: Option<String>,

    /// The values before and after, as JSON; secrets are never in it.
    pub before: Option<String>,
    pub after: Option<String>,
}

/// From where an act came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    App,
    CommandLine,
    Portal,
    Api,
}

pub type Hash = [u8; 32];

/// What the first entry follows.
pub const GENESIS: Hash = [0; 32];

impl Via {
    pub fn label(self) -> &'static str {
        match self {
            Self::App => "App",
            Self::CommandLine => "Command line",
            Self::Portal => "Portal",
            Self::Api => "API",
        }
    }
}

impl AuditEntry {
    /// The hash of this entry as the one that follows `previous`. Every field goes in with its
    /// length, so that no two different entries are the same bytes.
    pub fn hash(&self, previous: &Hash) -> Hash {
        let mut hasher = Sha256::new();
        hasher.update(previous);
        hasher.update(self.at.timestamp_micros().to_le_bytes());
        let fields = [
            Some(self.actor.as_str()),
            Some(self.via.label()),
            Some(self.action.as_str()),
            Some(self.resource.as_str()),
            self.refusal.as_deref(),
            self.before.as_deref(),
            self.after.as_deref(),
        ];
        for field in fields {
            match field {
                Some(text) => {
                    hasher.update((text.len() as u64).to_le_bytes());
                    hasher.update(text);
                }
                None => hasher.update(u64::MAX.to_le_bytes()),
            }
        }
        hasher.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> AuditEntry {
        AuditEntry {
            at: Timestamp::UNIX_EPOCH,
            actor: "grace".to_owned(),
            via: Via::App,
            action: "user.create".to_owned(),
            resource: "ada".to_owned(),
            refusal: None,
            before: None,
            after: Some("{}".to_owned()),
        }
    }

    #[test]
    fn every_field_and_the_place_in_the_chain_count() {
        let original = entry().hash(&GENESIS);
        let changes: [fn(&mut AuditEntry); 8] = [
            |it| it.at += chrono::TimeDelta::microseconds(1),
            |it| it.actor.push('x'),
            |it| it.via = Via::Portal,
            |it| it.action.push('x'),
            |it| it.resource.push('x'),
            |it| it.refusal = Some(String::new()),
            |it| it.before = Some(String::new()),
            |it| it.after = None,
        ];
        for change in changes {
            let mut changed = entry();
            change(&mut changed);
            assert_ne!(changed.hash(&GENESIS), original, "{changed:?}");
        }
        assert_ne!(entry().hash(&original), original);
    }

    #[test]
    fn letters_cannot_wander_between_fields() {
        let mut other = entry();
        other.action = "user.creat".to_owned();
        other.resource = "eada".to_owned();
        assert_ne!(other.hash(&GENESIS), entry().hash(&GENESIS));
    }
}
