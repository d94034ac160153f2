//! `tenure role`: the roles of the directory.

use clap::Subcommand;
use serde::Serialize;

use super::{
    failure::Failure,
    names,
    output::{Table, remark},
    session::Session,
    workflow::users_of_target,
};
use crate::{
    command::{Command, Reply},
    model::{group::Role, id::RoleId, task::TargetKind},
    store::{StoreError, roles},
};

/// How many are read at once.
const PAGE: usize = 1_000;

#[derive(Subcommand)]
pub(super) enum Verb {
    /// All roles
    ///
    /// JSON: {"roles": [{"id", "name", "description", "holders", "is_protected", "is_default"}]}
    List {
        /// Only those whose name holds this
        #[arg(long, default_value = "")]
        search: String,
    },
    /// Make a role
    ///
    /// JSON: {"id", "name"}
    Create {
        name: String,
        #[arg(long, default_value = "")]
        description: String,
    },
    /// Delete a role; those who have it stay
    ///
    /// JSON: {"id", "name"}
    Delete { name: String },
}

#[derive(Serialize)]
struct Row {
    id: RoleId,
    name: String,
    description: String,
    holders: u64,
    is_protected: bool,
    is_default: bool,
}

#[derive(Serialize)]
struct Rows {
    roles: Vec<Row>,
}

#[derive(Serialize)]
struct Changed<'a> {
    id: RoleId,
    name: &'a str,
}

pub(super) fn run(session: &mut Session, verb: Verb) -> Result<(), Failure> {
    match verb {
        Verb::List { search } => list(session, &search),
        Verb::Create { name, description } => create(session, name, description),
        Verb::Delete { name } => delete(session, &name),
    }
}

fn list(session: &mut Session, search: &str) -> Result<(), Failure> {
    let rows = session.store()?.read(|db| {
        let mut rows: Vec<Row> = Vec::new();
        loop {
            let after = rows.last().map(|it| it.name.clone());
            let page = roles::page(db, search, after.as_deref(), PAGE)?;
            let is_last = page.len() < PAGE;
            for role in page {
                let holders = roles::count_holders(db, role.id)?;
                rows.push(Row::new(role, holders));
            }
            if is_last {
                return Ok::<_, StoreError>(rows);
            }
        }
    })?;
    if session.out.is_json {
        return session.out.json(&Rows { roles: rows });
    }
    let mut table = Table::new(&[
        "ID",
        "NAME",
        "HOLDERS",
        "DEFAULT",
        "PROTECTED",
        "DESCRIPTION",
    ]);
    for row in rows {
        table.push(vec![
            format!("#{}", row.id),
            row.name,
            row.holders.to_string(),
            yes_no(row.is_default),
            yes_no(row.is_protected),
            row.description,
        ]);
    }
    session.out.table(&table)
}

fn yes_no(is: bool) -> String {
    if is { "yes" } else { "no" }.to_owned()
}

fn create(session: &mut Session, name: String, description: String) -> Result<(), Failure> {
    let store = session.store()?;
    let typed = name.clone();
    let reply = session.apply(&store, Command::CreateRole { name, description })?;
    let Reply::Role(id) = reply else {
        return Ok(());
    };
    let role = store.read(|db| roles::get(db, id))?;
    let name = role.map_or(typed, |it| it.name);
    if session.out.is_json {
        return session.out.json(&Changed { id, name: &name });
    }
    session
        .out
        .line(format!("created the role {name:?} (#{id})"))
}

fn delete(session: &mut Session, name: &str) -> Result<(), Failure> {
    let store = session.store()?;
    let Role { id, name, .. } = store.read(|db| names::role(db, name))?;
    session.apply(&store, Command::DeleteRole(id))?;
    for workflow in users_of_target(&store, TargetKind::Role, id.number())? {
        remark(&format!(
            "tenure: the active workflow {workflow:?} still names this role, and will fail there"
        ));
    }
    if session.out.is_json {
        return session.out.json(&Changed { id, name: &name });
    }
    session.out.line(format!("deleted the role {name:?}"))
}

impl Row {
    fn new(role: Role, holders: u64) -> Self {
        Self {
            id: role.id,
            name: role.name,
            description: role.description,
            holders,
            is_protected: role.is_protected,
            is_default: role.is_default,
        }
    }
}
