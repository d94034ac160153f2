//! `tenure group`: the groups of the directory.

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
    model::{group::Group, id::GroupId, task::TargetKind},
    store::{StoreError, groups},
};

/// How many are read at once.
const PAGE: usize = 1_000;

#[derive(Subcommand)]
pub(super) enum Verb {
    /// All groups
    ///
    /// JSON: {"groups": [{"id", "name", "description", "members", "is_protected", "is_everyone"}]}
    List {
        /// Only those whose name holds this
        #[arg(long, default_value = "")]
        search: String,
    },
    /// Make a group
    ///
    /// JSON: {"id", "name"}
    Create {
        name: String,
        #[arg(long, default_value = "")]
        description: String,
    },
    /// Delete a group; its members stay
    ///
    /// JSON: {"id", "name"}
    Delete { name: String },
}

#[derive(Serialize)]
struct Row {
    id: GroupId,
    name: String,
    description: String,
    members: u64,
    is_protected: bool,
    is_everyone: bool,
}

#[derive(Serialize)]
struct Rows {
    groups: Vec<Row>,
}

#[derive(Serialize)]
struct Changed<'a> {
    id: GroupId,
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
            let page = groups::page(db, search, after.as_deref(), PAGE)?;
            let is_last = page.len() < PAGE;
            for group in page {
                let members = groups::count_members(db, &group)?;
                rows.push(Row::new(group, members));
            }
            if is_last {
                return Ok::<_, StoreError>(rows);
            }
        }
    })?;
    if session.out.is_json {
        return session.out.json(&Rows { groups: rows });
    }
    let mut table = Table::new(&["ID", "NAME", "MEMBERS", "PROTECTED", "DESCRIPTION"]);
    for row in rows {
        table.push(vec![
            format!("#{}", row.id),
            row.name,
            row.members.to_string(),
            if row.is_protected { "yes" } else { "no" }.to_owned(),
            row.description,
        ]);
    }
    session.out.table(&table)
}

fn create(session: &mut Session, name: String, description: String) -> Result<(), Failure> {
    let store = session.store()?;
    let typed = name.clone();
    let reply = session.apply(&store, Command::CreateGroup { name, description })?;
    let Reply::Group(id) = reply else {
        return Ok(());
    };
    let group = store.read(|db| groups::get(db, id))?;
    let name = group.map_or(typed, |it| it.name);
    if session.out.is_json {
        return session.out.json(&Changed { id, name: &name });
    }
    session
        .out
        .line(format!("created the group {name:?} (#{id})"))
}

fn delete(session: &mut Session, name: &str) -> Result<(), Failure> {
    let store = session.store()?;
    let Group { id, name, .. } = store.read(|db| names::group(db, name))?;
    session.apply(&store, Command::DeleteGroup(id))?;
    for workflow in users_of_target(&store, TargetKind::Group, id.number())? {
        remark(&format!(
            "tenure: the active workflow {workflow:?} still names this group, and will fail there"
        ));
    }
    if session.out.is_json {
        return session.out.json(&Changed { id, name: &name });
    }
    session.out.line(format!("deleted the group {name:?}"))
}

impl Row {
    fn new(group: Group, members: u64) -> Self {
        Self {
            id: group.id,
            name: group.name,
            description: group.description,
            members,
            is_protected: group.is_protected,
            is_everyone: group.is_everyone,
        }
    }
}
