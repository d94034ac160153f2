//! Going through the directory for a scheduled workflow: those whom its tasks may be looking for,
//! read as little as the tasks need.

use rusqlite::{Connection, OptionalExtension as _, Row};

use crate::{
    model::{
        Timestamp,
        id::UserId,
        sweep::{Facts, PasswordAge},
        user::UserState,
    },
    store::{
        StoreError, members, reminders,
        sql::{self, At},
    },
};

/// Whom to look at: every user whom the tasks find, and perhaps some more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Without a sign of life since then.
    InactiveSince(Timestamp),

    /// Whose password was set within one of these, each from its first moment up to its last. They do
    /// not overlap.
    PasswordSet(Vec<(Timestamp, Timestamp)>),
}

/// A user as the tasks see one.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub id: UserId,
    pub state: UserState,
    pub last_activity: Timestamp,
    pub password_changed: Option<Timestamp>,
    pub is_protected: bool,
}

impl Candidate {
    /// What the tasks look at; passwords live this long, or for ever.
    pub fn facts(
        &self,
        db: &Connection,
        lifetime: Option<chrono::TimeDelta>,
    ) -> Result<Facts, StoreError> {
        let password = match (self.password_changed, lifetime) {
            (Some(changed), Some(lifetime)) => Some(PasswordAge {
                changed,
                expires: changed + lifetime,
                mailed: reminders::of(db, self.id, changed)?,
            }),
            _ => None,
        };
        Ok(Facts {
            last_activity: self.last_activity,
            password,
        })
    }

    /// Reads the groups and roles, where conditions ask for them.
    pub fn read_memberships(&mut self, db: &Connection) -> Result<(), StoreError> {
        self.state.groups = members::groups_of(db, self.id)?;
        self.state.roles = members::roles_of(db, self.id)?;
        Ok(())
    }
}

const COLUMNS: &str = "id, username, email, first_name, last_name, phone, attributes, status, \
     totp_secret IS NOT NULL, coalesce(last_activity, created), password_changed, is_protected";

/// Hands out everyone who is wanted and not in the recycle bin.
pub fn scan<E: From<StoreError>>(
    db: &Connection,
    wanted: &Wanted,
    mut each: impl FnMut(Candidate) -> Result<(), E>,
) -> Result<(), E> {
    let (condition, ranges) = match wanted {
        Wanted::InactiveSince(since) => (
            "coalesce(last_activity, created) BETWEEN ?1 AND ?2",
            vec![(Timestamp::MIN_UTC, *since)],
        ),
        Wanted::PasswordSet(ranges) => (
            "password_changed IS NOT NULL AND password_changed BETWEEN ?1 AND ?2",
            ranges.clone(),
        ),
    };
    let sql = format!("SELECT {COLUMNS} FROM users WHERE deleted IS NULL AND {condition}");
    for (first, last) in ranges {
        let read = |err| E::from(StoreError::from(err));
        let mut statement = db.prepare_cached(&sql).map_err(read)?;
        let mut rows = statement.query([At(first), At(last)]).map_err(read)?;
        while let Some(row) = rows.next().map_err(read)? {
            each(read_candidate(row).map_err(read)?)?;
        }
    }
    Ok(())
}

/// One user as they are now; `None` in the recycle bin.
pub fn candidate(db: &Connection, id: UserId) -> Result<Option<Candidate>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM users WHERE id = ?1 AND deleted IS NULL");
    let mut statement = db.prepare_cached(&sql)?;
    Ok(statement.query_row([id], read_candidate).optional()?)
}

fn read_candidate(row: &Row<'_>) -> rusqlite::Result<Candidate> {
    Ok(Candidate {
        id: row.get(0)?,
        state: UserState {
            username: row.get(1)?,
            email: row.get(2)?,
            first_name: row.get(3)?,
            last_name: row.get(4)?,
            phone: row.get(5)?,
            attributes: sql::from_json(row, 6)?,
            status: sql::from_word(row, 7)?,
            mfa: super::mfa(row.get(8)?),
            groups: [].into(),
            roles: [].into(),
        },
        last_activity: row.get::<_, At>(9)?.0,
        password_changed: row.get::<_, Option<At>>(10)?.map(|it| it.0),
        is_protected: row.get(11)?,
    })
}
