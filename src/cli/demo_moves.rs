//! What happens to people of the demo's company after they came: they change departments, one by an
//! admin's hand, one by a program that speaks SCIM.

use std::net::SocketAddr;

use super::{
    demo_http::Browser,
    failure::{Code, Failure},
    session::Session,
};
use crate::{
    command::{Command, tokens::Secret},
    model::{
        event::Source,
        token::Scope,
        user::{User, UserUpdate},
    },
    store::{Store, users},
};

/// Who moves by an admin's hand, and who by a program, and to which department.
const BY_ADMIN: (&str, &str) = ("chien-shiung", "Engineering");
const BY_PROGRAM: (&str, &str) = ("omar.khayyam", "Support");

/// Moves both; says how many moved.
pub(super) fn run(session: &Session, store: &Store, address: SocketAddr) -> Result<usize, Failure> {
    by_admin(session, store)?;
    by_program(session, store, address)?;
    Ok(2)
}

fn by_admin(session: &Session, store: &Store) -> Result<(), Failure> {
    let (username, department) = BY_ADMIN;
    let user = found(store, username)?;
    let mut form = user.profile.form();
    let attributes = &mut form.attributes;
    attributes.insert("department".to_owned(), department.to_owned());
    let update = UserUpdate::profile(form);
    let command = Command::update(user.id, update, Source::AdminDetails);
    session.apply(store, command)?;
    Ok(())
}

fn by_program(session: &Session, store: &Store, address: SocketAddr) -> Result<(), Failure> {
    let (username, department) = BY_PROGRAM;
    let user = found(store, username)?;
    let secret = Secret::draw();
    let token = secret.token("Payroll", Scope::Write, None);
    session.apply(store, Command::CreateToken(Box::new(token)))?;
    let path = format!("/scim/v2/Users/{}", user.id);
    let body = format!(
        r#"{{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":"{department}"}}]}}"#
    );
    let answer = Browser::new(address).patch(&path, secret.as_str(), &body);
    match answer {
        Ok(answer) if answer.status < 300 => Ok(()),
        Ok(answer) => Err(failed(format!(
            "it answers {}: {}",
            answer.status, answer.body
        ))),
        Err(err) => Err(failed(err.to_string())),
    }
}

fn found(store: &Store, username: &str) -> Result<User, Failure> {
    let user = store.read(|db| users::by_username(db, username))?;
    user.ok_or_else(|| failed(format!("{username} is not there")))
}

fn failed(reason: String) -> Failure {
    Failure::new(
        Code::Refused,
        format!("nobody could be moved through the API: {reason}"),
    )
}
