//! What is read about one user, and how users are put into words.

use std::collections::BTreeMap;

use crate::{
    model::{
        Timestamp,
        id::UserId,
        session::{Session, Stage},
        user::{Profile, Status, User},
    },
    store::{
        Store, StoreError, credentials,
        identities::{self, Linked},
        members, sessions, users,
    },
    ui::{icons::Icon, widgets::Mood},
};

/// A user with the groups and roles they have, by number, and how they sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Details {
    pub(super) user: User,
    pub(super) groups: BTreeMap<i64, String>,
    pub(super) roles: BTreeMap<i64, String>,
    pub(super) recovery_codes: u64,

    /// Also those that are over and have not been forgotten yet.
    pub(super) sessions: Vec<Session>,
    pub(super) identities: Vec<Linked>,
}

impl Details {
    /// Where the user is signed in at this moment.
    pub(super) fn open_sessions(&self, now: Timestamp) -> impl Iterator<Item = &Session> {
        let is_open = move |it: &&Session| it.stage == Stage::SignedIn && !it.is_over(now);
        self.sessions.iter().filter(is_open)
    }
}

/// `None` once the user is gone or in the recycle bin.
pub(super) fn fetch(store: &Store, id: UserId) -> Result<Option<Details>, StoreError> {
    store.read(|db| {
        let user = users::get(db, id)?.filter(|user| user.deleted.is_none());
        let Some(user) = user else {
            return Ok(None);
        };
        let groups = members::groups_of(db, id)?;
        let roles = members::roles_of(db, id)?;
        Ok(Some(Details {
            user,
            groups: groups
                .into_iter()
                .map(|(id, name)| (id.number(), name))
                .collect(),
            roles: roles
                .into_iter()
                .map(|(id, name)| (id.number(), name))
                .collect(),
            recovery_codes: credentials::count_recovery_codes(db, id)?,
            sessions: sessions::of_user(db, id)?,
            identities: identities::of_user(db, id)?,
        }))
    })
}

/// First and last name; empty if neither is known.
pub(super) fn full_name(profile: &Profile) -> String {
    let name = format!("{} {}", profile.first_name, profile.last_name);
    name.trim().to_owned()
}

pub(super) fn status_look(status: Status) -> (Mood, Icon) {
    match status {
        Status::Active => (Mood::Success, Icon::Success),
        Status::Disabled => (Mood::Neutral, Icon::UserDisabled),
        Status::Locked => (Mood::Warning, Icon::Lock),
        Status::Pending => (Mood::Info, Icon::Waiting),
    }
}
