//! `tenure user update`: what an admin changes of somebody.

use clap::Args;

use super::{Changed, attributes, parse_attribute, ran, report};
use crate::{
    cli::{failure::Failure, names, session::Session},
    command::{Command, Reply},
    model::{
        event::Source,
        user::{ProfileForm, UserUpdate},
    },
    store::users,
};

#[derive(Args)]
#[command(group = clap::ArgGroup::new("change").multiple(true).required(true))]
pub(in crate::cli) struct Update {
    user: String,
    #[arg(long, group = "change", value_name = "NAME")]
    username: Option<String>,
    #[arg(long, group = "change")]
    email: Option<String>,
    #[arg(long, group = "change", value_name = "NAME")]
    first_name: Option<String>,
    #[arg(long, group = "change", value_name = "NAME")]
    last_name: Option<String>,
    #[arg(long, group = "change")]
    phone: Option<String>,
    /// A custom attribute, an empty value takes it away; can be given again
    #[arg(long = "attribute", group = "change", value_name = "NAME=VALUE", value_parser = parse_attribute)]
    attributes: Vec<(String, String)>,
}

pub(super) fn update(session: &mut Session, update: Update) -> Result<(), Failure> {
    let store = session.store()?;
    let mut user = store.read(|db| names::user(db, &update.user))?;
    let form = update.applied(user.profile.form())?;
    let command = Command::UpdateUser {
        id: user.id,
        update: Box::new(UserUpdate::profile(form)),
        source: Source::AdminDetails,
        // What is not named must stay as it is, also if somebody changes it at this moment.
        if_revision: Some(user.revision),
    };
    let reply = session.apply(&store, command)?;
    let is_same = reply == Reply::Done;
    if let Some(now) = store.read(|db| users::get(db, user.id))? {
        user = now;
    }
    let changed = Changed::new(&user, ran(reply));
    let who = changed.who();
    let sentence = if is_same {
        format!("the user {who} is so already")
    } else {
        format!("updated the user {who}")
    };
    report(session, &sentence, changed)
}

impl Update {
    fn applied(self, mut form: ProfileForm) -> Result<ProfileForm, Failure> {
        for (field, given) in [
            (&mut form.username, self.username),
            (&mut form.email, self.email),
            (&mut form.first_name, self.first_name),
            (&mut form.last_name, self.last_name),
            (&mut form.phone, self.phone),
        ] {
            if let Some(given) = given {
                *field = given;
            }
        }
        form.attributes.extend(attributes(self.attributes)?);
        Ok(form)
    }
}
