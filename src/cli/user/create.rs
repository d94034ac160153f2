//! `tenure user create`: somebody new, past the registration workflows.

use clap::Args;

use super::{Changed, all_ran, attributes, parse_attribute, password, report};
use crate::{
    cli::{
        failure::{Code, Failure},
        names,
        session::Session,
    },
    command::{Command, CommandError, NewUser, Registered, Reply, password as hashing},
    model::{event::Source, id::ExecutionId, user::ProfileForm},
    store::Store,
};

#[derive(Args)]
pub(in crate::cli) struct Creation {
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

pub(super) fn create(session: &mut Session, creation: Creation) -> Result<(), Failure> {
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
    let created = Changed {
        id: user,
        username: &username,
        password: None,
        executions: all_ran(executions),
    };
    let sentence = format!("created the user {}", created.who());
    report(session, &sentence, created)
}

fn not_accepted(username: &str, executions: &[ExecutionId]) -> Failure {
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
        .map_err(CommandError::Fields)?;
    let password_hash = if creation.password_stdin {
        let password = password::read()?;
        hashing::check(&config.settings.password, &form, &password).map_err(Failure::invalid)?;
        let hash = hashing::hash(&password).map_err(|err| Failure::new(Code::Refused, err))?;
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
