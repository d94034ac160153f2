//! What identifies a stored thing: a number that the store never gives out twice.

use std::{fmt, hash, marker::PhantomData, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{
    attribute::Attribute,
    connection::Connection,
    event::Event,
    execution::Execution,
    group::{Group, Role},
    mail::Mail,
    user::User,
    version::{Version, Workflow},
};

/// Identifies a `T`. Two kinds of identifier cannot be mixed up.
pub struct Id<T> {
    number: i64,
    kind: PhantomData<fn() -> T>,
}

pub type UserId = Id<User>;
pub type GroupId = Id<Group>;
pub type RoleId = Id<Role>;
pub type AttributeId = Id<Attribute>;
pub type ConnectionId = Id<Connection>;
pub type WorkflowId = Id<Workflow>;
pub type VersionId = Id<Version>;
pub type EventId = Id<Event>;
pub type ExecutionId = Id<Execution>;
pub type MailId = Id<Mail>;

impl<T> Id<T> {
    pub const fn new(number: i64) -> Self {
        Self {
            number,
            kind: PhantomData,
        }
    }

    pub const fn number(self) -> i64 {
        self.number
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Id<T> {}

impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl<T> Eq for Id<T> {}

impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.number.cmp(&other.number)
    }
}

impl<T> hash::Hash for Id<T> {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.number.hash(state);
    }
}

impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.number)
    }
}

impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.number.fmt(f)
    }
}

impl<T> FromStr for Id<T> {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self::new)
    }
}

impl<T> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.number.serialize(serializer)
    }
}

impl<'de, T> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        i64::deserialize(deserializer).map(Self::new)
    }
}
