//! How a condition compares.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    Equal,
    NotEqual,
    Contains,
    NotContains,
    StartWith,
    EndWith,

    /// The update changed it. Every difference counts, also one of capital letters alone.
    Changed,

    /// The update changed it, and it is this now.
    ChangedTo,

    /// The update changed it, and it was this before.
    ChangedFrom,
}

impl Operator {
    pub const ALL: [Self; 9] = [
        Self::Equal,
        Self::NotEqual,
        Self::Contains,
        Self::NotContains,
        Self::StartWith,
        Self::EndWith,
        Self::Changed,
        Self::ChangedTo,
        Self::ChangedFrom,
    ];

    pub fn label(self) -> &'static str {
        match self {
            Self::Equal => "Equal",
            Self::NotEqual => "Not Equal",
            Self::Contains => "Contains",
            Self::NotContains => "Not Contains",
            Self::StartWith => "Start With",
            Self::EndWith => "End With",
            Self::Changed => "Changed",
            Self::ChangedTo => "Changed To",
            Self::ChangedFrom => "Changed From",
        }
    }

    /// As a sentence says it: "Email *contains* @example.org".
    pub fn words(self) -> &'static str {
        match self {
            Self::Equal => "is",
            Self::NotEqual => "is not",
            Self::Contains => "contains",
            Self::NotContains => "does not contain",
            Self::StartWith => "starts with",
            Self::EndWith => "ends with",
            Self::Changed => "changed",
            Self::ChangedTo => "changed to",
            Self::ChangedFrom => "changed from",
        }
    }

    /// Whether it denies what another operator says.
    pub fn is_negative(self) -> bool {
        matches!(self, Self::NotEqual | Self::NotContains)
    }

    /// Whether it compares what was before an update with what is now.
    pub fn looks_back(self) -> bool {
        matches!(self, Self::Changed | Self::ChangedTo | Self::ChangedFrom)
    }

    /// Whether there is something to compare with.
    pub fn takes_value(self) -> bool {
        self != Self::Changed
    }

    /// Whether it asks for a whole value: the empty one is one, too.
    pub fn is_whole(self) -> bool {
        matches!(
            self,
            Self::Equal | Self::NotEqual | Self::ChangedTo | Self::ChangedFrom
        )
    }

    /// Whether one value is what it asks for, or what it denies; on folded texts.
    pub(super) fn accepts(self, actual: &str, wanted: &str) -> bool {
        match self {
            Self::Equal | Self::NotEqual | Self::ChangedTo | Self::ChangedFrom => actual == wanted,
            Self::Contains | Self::NotContains => actual.contains(wanted),
            Self::StartWith => actual.starts_with(wanted),
            Self::EndWith => actual.ends_with(wanted),
            Self::Changed => true,
        }
    }
}
