//! `tenure user list`: users by name.

use clap::Args;
use rusqlite::Connection;
use serde::Serialize;

use super::Row;
use crate::{
    cli::{
        failure::Failure,
        names,
        output::{Table, remark},
        session::{Session, time_zone},
        when,
    },
    model::{
        text,
        user::{Status, User},
    },
    store::users,
};

/// How many users a list shows unless somebody wants another number.
const SHOWN: usize = 100;

#[derive(Args)]
pub(in crate::cli) struct Listing {
    /// Only those whose name, username or email holds this
    #[arg(long)]
    search: Option<String>,
    /// Only those with this status: active, disabled, locked or pending
    #[arg(long, value_parser = parse_status)]
    status: Option<Status>,
    /// Only those in this group
    #[arg(long)]
    group: Option<String>,
    /// Only those with this role
    #[arg(long)]
    role: Option<String>,
    /// Those in the recycle bin instead of all others
    #[arg(long)]
    deleted: bool,
    /// Begin after this username
    #[arg(long, conflicts_with = "search")]
    after: Option<String>,
    /// How many at most
    #[arg(long, default_value_t = SHOWN, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=1_000_000))]
    limit: usize,
}

#[derive(Serialize)]
struct Rows {
    users: Vec<Row>,
    next: Option<String>,
}

fn parse_status(typed: &str) -> Result<Status, String> {
    let wanted = text::fold(typed);
    let found = Status::ALL
        .into_iter()
        .find(|it| text::fold(it.label()) == wanted);
    found.ok_or_else(|| "choose one of active, disabled, locked and pending".to_owned())
}

pub(super) fn list(session: &mut Session, listing: &Listing) -> Result<(), Failure> {
    let store = session.store()?;
    let (found, next) = store.read(|db| page(db, listing))?;
    let zone = time_zone(&store)?;
    if session.out.is_json {
        let rows = found.into_iter().map(|user| Row::new(user, None));
        let users = rows.collect::<Result<_, _>>()?;
        return session.out.json(&Rows { users, next });
    }
    let mut table = Table::new(&["ID", "USERNAME", "EMAIL", "NAME", "STATUS", "CREATED"]);
    let count = found.len();
    for user in found {
        let profile = &user.profile;
        let name = format!("{} {}", profile.first_name, profile.last_name);
        table.push(vec![
            format!("#{}", user.id),
            profile.username.as_str().to_owned(),
            profile.email.as_str().to_owned(),
            name.trim().to_owned(),
            user.status.label().to_owned(),
            when::shown(user.created, zone),
        ]);
    }
    session.out.table(&table)?;
    if let Some(next) = next {
        session.out.flush()?;
        remark(&format!(
            "the first {count} are shown; go on with --after {next:?}"
        ));
    }
    Ok(())
}

/// The users of a list, and after whom the next page begins.
fn page(db: &Connection, listing: &Listing) -> Result<(Vec<User>, Option<String>), Failure> {
    let group = listing.group.as_deref();
    let role = listing.role.as_deref();
    let filter = users::Filter {
        status: listing.status,
        group: group
            .map(|name| names::group(db, name))
            .transpose()?
            .map(|it| it.id),
        role: role
            .map(|name| names::role(db, name))
            .transpose()?
            .map(|it| it.id),
        last: None,
        is_deleted: listing.deleted,
    };
    if let Some(search) = listing.search.as_deref().filter(|it| !it.trim().is_empty()) {
        let found = users::find(db, &filter, search, listing.limit)?;
        return Ok((found.users, None));
    }
    let listed = users::page(db, &filter, listing.after.as_deref(), listing.limit)?;
    Ok((listed.users, listed.next))
}
