//! What the "Try it" box of the drawer wants to know from the store.

use std::sync::Arc;

use rusqlite::Connection;

use crate::{
    model::{
        id::UserId,
        sweep::{self, PasswordAge},
        user::User,
    },
    store::{Store, StoreError, reminders, settings_row, users},
    ui::{
        Ctx,
        canvas::{
            Editor,
            drawer::{Candidates, Facts, Standing, TrialWish},
        },
        loaded::{Loaded, Shown},
        sentence,
        widgets::Entry,
    },
};

/// How many users are offered at once; whoever wants another one types on.
const OFFERED: usize = 30;

#[derive(Default)]
pub(super) struct Trying {
    candidates: Loaded<String, Arc<Candidates>>,
    standing: Loaded<UserId, Arc<Standing>>,
}

impl Trying {
    /// Answers what the box asked for in this frame.
    pub(super) fn answer(&mut self, ctx: &Ctx<'_>, wish: TrialWish, editor: &mut Editor) {
        if let Some(typed) = wish.typed {
            let wanted = typed.clone();
            let shown = self
                .candidates
                .get(ctx, &typed, move |store| candidates(store, &wanted));
            match shown {
                Shown::Loading => (),
                Shown::Failed(err) => editor.trial().offer(Err(sentence(err))),
                Shown::Value(found) => editor.trial().offer(Ok(Arc::clone(found))),
            }
        }
        if let Some(id) = wish.user {
            let shown = match self
                .standing
                .get(ctx, &id, move |store| standing(store, id))
            {
                Shown::Loading => None,
                Shown::Failed(err) => Some(Err(sentence(err))),
                Shown::Value(found) => Some(Ok(Arc::clone(found))),
            };
            if let Some(shown) = shown.filter(|_| self.standing.is_for(&id)) {
                editor.trial().learn(id, shown);
            }
        }
    }
}

fn candidates(store: &Store, typed: &str) -> Result<Arc<Candidates>, StoreError> {
    store.read(|db| {
        let everybody = users::Filter::default();
        let (found, is_cut) = if typed.trim().is_empty() {
            let listed = users::page(db, &everybody, None, OFFERED)?;
            (listed.users, listed.next.is_some())
        } else {
            let found = users::find(db, &everybody, typed, OFFERED)?;
            (found.users, found.is_cut)
        };
        let is_empty = found.is_empty() && users::count(db)? == 0;
        Ok(Arc::new(Candidates {
            typed: typed.to_owned(),
            users: found.iter().map(entry).collect(),
            is_cut,
            is_empty,
        }))
    })
}

/// "ada", and in grey "Ada Lovelace · ada@example.org"
fn entry(user: &User) -> Entry<UserId> {
    let profile = &user.profile;
    let name = format!("{} {}", profile.first_name, profile.last_name);
    let detail = match name.trim() {
        "" => profile.email.to_string(),
        name => format!("{name} · {}", profile.email),
    };
    Entry::new(user.id, profile.username.to_string()).detail(detail)
}

/// What scheduled tasks look at.
fn dates(db: &Connection, user: &User) -> Result<sweep::Facts, StoreError> {
    let policy = settings_row::get(db)?.password;
    let password = match (user.password_changed, user.password_expires(&policy)) {
        (Some(changed), Some(expires)) => Some(PasswordAge {
            changed,
            expires,
            mailed: reminders::of(db, user.id, changed)?,
        }),
        _ => None,
    };
    Ok(sweep::Facts {
        last_activity: user.last_activity.unwrap_or(user.created),
        password,
    })
}

fn standing(store: &Store, id: UserId) -> Result<Arc<Standing>, StoreError> {
    store.read(|db| {
        let standing = match users::get(db, id)? {
            None => Standing::Gone,
            Some(user) if user.deleted.is_some() => Standing::Deleted,
            Some(user) => Standing::Here(Box::new(Facts {
                state: users::state(db, &user)?,
                is_protected: user.is_protected,
                dates: dates(db, &user)?,
                was_active: user.last_activity.is_some(),
            })),
        };
        Ok(Arc::new(standing))
    })
}
