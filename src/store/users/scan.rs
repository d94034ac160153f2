//! Going through the directory for a scheduled workflow: those whom its tasks may be looking for,
//! read as little as the tasks need.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

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

    /// Whether there was any since the account was created.
    pub was_ever_active: bool,
    pub password_changed: Option<Timestamp>,
    pub is_protected: bool,
    pub revision: u64,
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
     totp_secret IS NOT NULL, coalesce(last_activity, created), password_changed, is_protected, \
     last_activity IS NOT NULL, revision";

/// How far a scan has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    range: usize,
    at: Timestamp,
    id: UserId,
}

impl Wanted {
    fn ranges(&self) -> Vec<(Timestamp, Timestamp)> {
        match self {
            Self::InactiveSince(since) => vec![(Timestamp::MIN_UTC, *since)],
            Self::PasswordSet(ranges) => ranges.clone(),
        }
    }

    /// The moment that the ranges are about; an index has it.
    fn column(&self) -> &'static str {
        match self {
            Self::InactiveSince(_) => "coalesce(last_activity, created)",
            Self::PasswordSet(_) => "password_changed",
        }
    }
}

/// Up to `limit` of those who are wanted and not in the recycle bin, after `place`, and how far that
/// went; `None` at the end. No snapshot is held from one call to the next: going through a large
/// directory does not keep the log from being tidied.
pub fn scan(
    db: &Connection,
    wanted: &Wanted,
    place: Option<Place>,
    limit: usize,
) -> Result<(Vec<Candidate>, Option<Place>), StoreError> {
    let (column, ranges) = (wanted.column(), wanted.ranges());
    let sql = format!(
        "SELECT {COLUMNS}, {column} FROM users
         WHERE deleted IS NULL AND {column} IS NOT NULL AND {column} BETWEEN ?1 AND ?2
             AND ({column}, id) > (?3, ?4)
         ORDER BY {column}, id LIMIT ?5"
    );
    let mut statement = db.prepare_cached(&sql)?;
    let mut found = Vec::new();
    let start = place.map_or(0, |it| it.range);
    for (range, (first, last)) in ranges.iter().enumerate().skip(start) {
        let after = place.filter(|it| it.range == range);
        let (at, id) = after.map_or((*first, UserId::new(0)), |it| (it.at, it.id));
        let missing = (limit - found.len()) as i64;
        let mut rows = statement.query(params![At(at), At(*last), At(at), id, missing])?;
        let mut place = None;
        while let Some(row) = rows.next()? {
            let candidate = read_candidate(row)?;
            let at = row.get::<_, At>(14)?.0;
            let id = candidate.id;
            place = Some(Place { range, at, id });
            found.push(candidate);
        }
        if found.len() == limit {
            return Ok((found, place));
        }
    }
    Ok((found, None))
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
        was_ever_active: row.get(12)?,
        revision: row.get::<_, i64>(13)?.unsigned_abs(),
    })
}
