//! `tenure user`: people of the directory.

use std::io::Read as _;

use clap::{Args, Subcommand};
use rusqlite::Connection;
use serde::Serialize;

use super::{
    failure::{Code, Failure},
    names,
    output::{Table, remark},
    session::{Session, time_zone},
    user_export, user_import, when,
};
use crate::{
    command::{Command, NewUser, Registered, Reply, password},
    model::{
        Timestamp,
        attribute::Values,
        event::Source,
        execution::Status as ExecutionStatus,
        id::{ExecutionId, UserId},
        text,
        user::{ProfileForm, Status, User},
    },
    store::{Store, StoreError, members, users},
};

/// How many users a list shows unless somebody wants another number.
const SHOWN: usize = 100;

/// More than any policy allows; what is longer is no password.
const LONGEST_PASSWORD: u64 = 64 * 1024;

#[derive(Subcommand)]
pub(super) enum Verb {
    /// Users by name
    ///
    /// JSON: {"users": [a user as in "show", without groups and roles], "next": name or null}
    List(Listing),
    /// One user with groups and roles
    ///
    /// JSON: {"id", "username", "email", "first_name", "last_name", "phone", "status",
    /// "attributes": {}, "groups": [], "roles": [], "created", "last_sign_in", "last_activity",
    /// "password_changed", "must_change_password", "is_protected", "deleted"}
    Show { name: String },
    /// Create a user, if the registration workflows let it pass
    ///
    /// JSON: {"id", "username", "executions": [{"id", "status"}]}
    Create(Box<Creation>),
    /// Add, update and delete users from a CSV file
    Import(user_import::Options),
    /// Write all users to a CSV or JSON file
    Export(user_export::Options),
}

#[derive(Args)]
pub(super) struct Listing {
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

#[derive(Args)]
pub(super) struct Creation {
    username: String,
    #[arg(long)]
    email: String,
    #[arg(long, default_value = "")]
    first_name: String,
    #[arg(long, default_value = "")]
    last_name: String,
    #[arg(long, default_value = "")]
    phone: String,
    /// A custom attribute; can be given again
    #[arg(long = "attribute", value_name = "NAME=VALUE", value_parser = parse_attribute)]
    attributes: Vec<(String, String)>,
    /// A group to join afterwards; can be given again
    #[arg(long = "group", value_name = "GROUP")]
    groups: Vec<String>,
    /// A role to get afterwards; can be given again
    #[arg(long = "role", value_name = "ROLE")]
    roles: Vec<String>,
    /// Read the password from the first line of standard input; without it the user is Pending
    #[arg(long)]
    password_stdin: bool,
    /// The user has to choose another password at the first sign-in
    #[arg(long, requires = "password_stdin")]
    must_change_password: bool,
}

/// A user as machines read one.
#[derive(Serialize)]
pub(super) struct Row {
    id: UserId,
    username: String,
    email: String,
    first_name: String,
    last_name: String,
    phone: String,
    status: Status,
    attributes: Values,
    #[serde(skip_serializing_if = "Option::is_none")]
    groups: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    roles: Option<Vec<String>>,
    created: Timestamp,
    last_sign_in: Option<Timestamp>,
    last_activity: Option<Timestamp>,
    password_changed: Option<Timestamp>,
    must_change_password: bool,
    is_protected: bool,
    deleted: Option<Timestamp>,
}

#[derive(Serialize)]
struct Rows {
    users: Vec<Row>,
    next: Option<String>,
}

#[derive(Serialize)]
struct Created<'a> {
    id: UserId,
    username: &'a str,
    executions: Vec<Ran>,
}

#[derive(Serialize)]
struct Ran {
    id: ExecutionId,
    status: ExecutionStatus,
}

pub(super) fn run(session: &mut Session, verb: Verb) -> Result<(), Failure> {
    match verb {
        Verb::List(listing) => list(session, &listing),
        Verb::Show { name } => show(session, &name),
        Verb::Create(creation) => create(session, *creation),
        Verb::Import(options) => user_import::run(session, &options),
        Verb::Export(options) => user_export::run(session, &options),
    }
}

fn parse_status(typed: &str) -> Result<Status, String> {
    let wanted = text::fold(typed);
    let found = Status::ALL
        .into_iter()
        .find(|it| text::fold(it.label()) == wanted);
    found.ok_or_else(|| "choose one of active, disabled, locked and pending".to_owned())
}

fn parse_attribute(typed: &str) -> Result<(String, String), String> {
    let halves = typed
        .split_once('=')
        .filter(|(name, _)| !name.trim().is_empty());
    let (name, value) = halves.ok_or("write it like department=Sales")?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

impl Row {
    /// With groups and roles if there is a database to ask.
    pub(super) fn new(user: User, db: Option<&Connection>) -> Result<Self, StoreError> {
        let (groups, roles) = match db {
            Some(db) => (
                Some(members::groups_of(db, user.id)?.into_values().collect()),
                Some(members::roles_of(db, user.id)?.into_values().collect()),
            ),
            None => (None, None),
        };
        let profile = user.profile.form();
        Ok(Self {
            id: user.id,
            username: profile.username,
            email: profile.email,
            first_name: profile.first_name,
            last_name: profile.last_name,
            phone: profile.phone,
            status: user.status,
            attributes: profile.attributes,
            groups,
            roles,
            created: user.created,
            last_sign_in: user.last_sign_in,
            last_activity: user.last_activity,
            password_changed: user.password_changed,
            must_change_password: user.must_change_password,
            is_protected: user.is_protected,
            deleted: user.deleted,
        })
    }
}

fn list(session: &mut Session, listing: &Listing) -> Result<(), Failure> {
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
        is_deleted: listing.deleted,
    };
    if let Some(search) = listing.search.as_deref().filter(|it| !it.trim().is_empty()) {
        let found = users::find(db, &filter, search, listing.limit)?;
        return Ok((found.users, None));
    }
    let listed = users::page(db, &filter, listing.after.as_deref(), listing.limit)?;
    Ok((listed.users, listed.next))
}

fn show(session: &mut Session, name: &str) -> Result<(), Failure> {
    let store = session.store()?;
    let row = store.read(|db| {
        let user = names::user(db, name)?;
        Ok::<_, Failure>(Row::new(user, Some(db))?)
    })?;
    if session.out.is_json {
        return session.out.json(&row);
    }
    let zone = time_zone(&store)?;
    let list = |names: &Option<Vec<String>>| names.clone().unwrap_or_default().join(", ");
    let mut table = Table::new(&["", ""]);
    let mut say = |label: &str, value: String| table.push(vec![label.to_owned(), value]);
    say("Username", format!("{} (#{})", row.username, row.id));
    say("Email", row.email.clone());
    say("Name", format!("{} {}", row.first_name, row.last_name));
    say("Phone", row.phone.clone());
    say("Status", row.status.label().to_owned());
    say("Groups", list(&row.groups));
    say("Roles", list(&row.roles));
    for (name, value) in &row.attributes {
        say(name, value.clone());
    }
    say("Created", when::shown(row.created, zone));
    say("Last sign-in", when::shown_or_never(row.last_sign_in, zone));
    say(
        "Last activity",
        when::shown_or_never(row.last_activity, zone),
    );
    say(
        "Password set",
        when::shown_or_never(row.password_changed, zone),
    );
    if row.is_protected {
        say("Protected", "yes".to_owned());
    }
    if let Some(deleted) = row.deleted {
        say("In the recycle bin", when::shown(deleted, zone));
    }
    session.out.details(&table)
}

fn create(session: &mut Session, creation: Creation) -> Result<(), Failure> {
    let store = session.store()?;
    // Before anybody is created: a wrong name must not leave half of what was asked for.
    let (groups, roles) = store.read(|db| {
        let group = |name: &String| names::group(db, name).map(|it| it.id);
        let role = |name: &String| names::role(db, name).map(|it| it.id);
        let groups: Vec<_> = creation
            .groups
            .iter()
            .map(group)
            .collect::<Result<_, _>>()?;
        let roles: Vec<_> = creation.roles.iter().map(role).collect::<Result<_, _>>()?;
        Ok::<_, Failure>((groups, roles))
    })?;
    let username = creation.username.trim().to_owned();
    let new = new_user(&store, creation)?;
    let reply = session.apply(&store, Command::Register(new))?;
    let (user, executions) = match reply {
        Reply::Registered(Registered::Created { user, executions }) => (user, executions),
        Reply::Registered(Registered::NotAccepted { executions }) => {
            return Err(not_accepted(&username, &executions));
        }
        _ => return Ok(()),
    };
    for group in groups {
        session.apply(&store, Command::AddToGroup { user, group })?;
    }
    for role in roles {
        session.apply(&store, Command::GiveRole { user, role })?;
    }
    report(session, user, &username, executions)
}

fn report(
    session: &mut Session,
    user: UserId,
    username: &str,
    executions: Vec<(ExecutionId, ExecutionStatus)>,
) -> Result<(), Failure> {
    let ran = |(id, status)| Ran { id, status };
    let executions: Vec<Ran> = executions.into_iter().map(ran).collect();
    if session.out.is_json {
        return session.out.json(&Created {
            id: user,
            username,
            executions,
        });
    }
    session
        .out
        .line(format!("created the user {username:?} (#{user})"))?;
    for Ran { id, status } in executions {
        session
            .out
            .line(format!("execution {id}: {}", status.label()))?;
    }
    Ok(())
}

pub(super) fn not_accepted(username: &str, executions: &[ExecutionId]) -> Failure {
    let look = executions.first().map_or(String::new(), |id| {
        format!(": \"tenure history show {id}\" says which filter it was")
    });
    Failure::new(
        Code::Refused,
        format!("no registration workflow let {username:?} pass, so nobody was created{look}"),
    )
}

fn new_user(store: &Store, creation: Creation) -> Result<NewUser, Failure> {
    let form = ProfileForm {
        username: creation.username,
        email: creation.email,
        first_name: creation.first_name,
        last_name: creation.last_name,
        phone: creation.phone,
        attributes: attributes(creation.attributes)?,
    };
    let config = store.config()?;
    // What is wrong with the form is said before a password is asked for and hashed.
    form.check(&config.attributes)
        .map_err(crate::command::CommandError::Fields)?;
    let password_hash = if creation.password_stdin {
        let password = read_password()?;
        password::check(&config.settings.password, &form, &password).map_err(Failure::invalid)?;
        let hash = password::hash(&password).map_err(|err| Failure::new(Code::Refused, err))?;
        Some(hash)
    } else {
        None
    };
    Ok(NewUser {
        password_hash,
        must_change_password: creation.must_change_password,
        ..NewUser::new(form, Source::AdminPortal)
    })
}

fn attributes(given: Vec<(String, String)>) -> Result<Values, Failure> {
    let mut values = Values::new();
    for (name, value) in given {
        if values.contains_key(&name) {
            return Err(Failure::invalid(format!(
                "the attribute {name:?} is given twice"
            )));
        }
        values.insert(name, value);
    }
    Ok(values)
}

/// The first line of standard input.
fn read_password() -> Result<String, Failure> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .take(LONGEST_PASSWORD)
        .read_to_end(&mut bytes)
        .map_err(|err| Failure::invalid(format!("the password cannot be read: {err}")))?;
    let text = String::from_utf8(bytes)
        .ok()
        .ok_or_else(|| Failure::invalid("the password is not UTF-8 text"))?;
    let line = text.split('\n').next().unwrap_or_default();
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}
