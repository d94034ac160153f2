//! `tenure user show`: one user, whole.

use chrono_tz::Tz;
use rusqlite::Connection;
use serde::Serialize;

use super::Row;
use crate::{
    cli::{
        failure::Failure,
        names,
        output::Table,
        session::{Session, time_zone},
        when,
    },
    model::{
        Timestamp,
        password::PasswordPolicy,
        user::{MfaMethod, User},
    },
    store::{
        StoreError, credentials,
        identities::{self, Linked},
        sessions,
    },
};

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    row: Row,
    sign_in: SignIn,
}

/// How somebody proves who they are.
#[derive(Serialize)]
struct SignIn {
    locked_until: Option<Timestamp>,
    password_expires: Option<Timestamp>,
    mfa: Vec<MfaMethod>,
    recovery_codes: u64,
    sessions: usize,
    identities: Vec<Linked>,
}

pub(super) fn show(session: &mut Session, name: &str) -> Result<(), Failure> {
    let store = session.store()?;
    let policy = store.config()?.settings.password.clone();
    let now = session.clock.now();
    let shown = store.read(|db| {
        let user = names::user(db, name)?;
        let sign_in = SignIn::read(db, &user, &policy, now)?;
        let row = Row::new(user, Some(db))?;
        Ok::<_, Failure>(Shown { row, sign_in })
    })?;
    if session.out.is_json {
        return session.out.json(&shown);
    }
    let zone = time_zone(&store)?;
    let mut table = Table::new(&["", ""]);
    shown.row.describe(&mut table, zone);
    shown.sign_in.describe(&mut table, zone);
    session.out.details(&table)
}

impl SignIn {
    fn read(
        db: &Connection,
        user: &User,
        policy: &PasswordPolicy,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let open = sessions::of_user(db, user.id)?;
        Ok(Self {
            locked_until: user.locked_until.filter(|_| user.is_locked(now)),
            password_expires: user.password_expires(policy),
            mfa: user.mfa.iter().copied().collect(),
            recovery_codes: credentials::count_recovery_codes(db, user.id)?,
            sessions: open.iter().filter(|it| !it.is_over(now)).count(),
            identities: identities::of_user(db, user.id)?,
        })
    }

    fn describe(&self, table: &mut Table, zone: Tz) {
        let mut say = |label: &str, value: String| table.push(vec![label.to_owned(), value]);
        if let Some(until) = self.locked_until {
            say("Locked until", when::shown(until, zone));
        }
        if let Some(at) = self.password_expires {
            say("Password expires", when::shown(at, zone));
        }
        let methods: Vec<_> = self.mfa.iter().map(|it| it.label()).collect();
        if methods.is_empty() {
            say("Second factor", "none".to_owned());
        } else {
            say("Second factor", methods.join(", "));
            say("Recovery codes left", self.recovery_codes.to_string());
        }
        say("Sessions", self.sessions.to_string());
        for linked in &self.identities {
            let through = linked.connection.as_ref().unwrap_or(&linked.issuer);
            say(
                "Signs in through",
                format!("{through} as {}", linked.subject),
            );
        }
    }
}

impl Row {
    fn describe(&self, table: &mut Table, zone: Tz) {
        let list = |names: &Option<Vec<String>>| names.clone().unwrap_or_default().join(", ");
        let mut say = |label: &str, value: String| table.push(vec![label.to_owned(), value]);
        say("Username", format!("{} (#{})", self.username, self.id));
        say("Email", self.email.clone());
        say("Name", format!("{} {}", self.first_name, self.last_name));
        say("Phone", self.phone.clone());
        say("Status", self.status.label().to_owned());
        if let Some(external_id) = &self.external_id {
            say("External id", external_id.clone());
        }
        say("Groups", list(&self.groups));
        say("Roles", list(&self.roles));
        for (name, value) in &self.attributes {
            say(name, value.clone());
        }
        if self.is_protected {
            say("Protected", "yes".to_owned());
        }
        if let Some(deleted) = self.deleted {
            say("In the recycle bin", when::shown(deleted, zone));
        }
        say("Created", when::shown(self.created, zone));
        say(
            "Last sign-in",
            when::shown_or_never(self.last_sign_in, zone),
        );
        say(
            "Last activity",
            when::shown_or_never(self.last_activity, zone),
        );
        let mut password = when::shown_or_never(self.password_changed, zone);
        if self.must_change_password {
            password += ", has to be changed at the next sign-in";
        }
        say("Password set", password);
    }
}
