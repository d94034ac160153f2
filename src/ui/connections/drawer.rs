//! One connection: made, changed, tested, deleted.

use egui::Ui;

use super::{
    Wish,
    claims::claims_ui,
    draft::{Draft, Field, fault, usual_button},
    trial::Trial,
};
use crate::{
    command::{Command, CommandError, ConnectionCommand, Reply},
    model::{
        connection::{CALLBACK, Connection, ConnectionSpec, SecretChange},
        id::ConnectionId,
        text::MAX_FIELD,
    },
    store::{Store, StoreError, connections},
    ui::{
        Ctx,
        icons::Icon,
        loaded::{Loaded, Shown},
        sender::Ticket,
        sentence,
        widgets::{
            Answer, Banner, Button, Confirm, Drawer, DrawerAnswer, Mood, TextField, checkbox,
            copyable, section, text,
        },
    },
};

/// So many of those who sign in through it are named.
const NAMED: usize = 5;

pub(super) struct ConnectionDrawer {
    /// What is edited; `None` while it is being made.
    connection: Option<Connection>,
    base: Draft,
    draft: Draft,
    fault: Option<(Field, String)>,

    /// The field that takes the keyboard in the next frame.
    focus: Option<Field>,
    refusal: Option<String>,
    saving: Option<Ticket>,
    deleting: Option<Ticket>,
    confirms: bool,
    linked: Loaded<ConnectionId, Linked>,
    trial: Trial,
}

/// Who signs in through it: some names, and how many there are.
struct Linked {
    names: Vec<String>,
    count: u64,
}

impl ConnectionDrawer {
    pub(super) fn create() -> Self {
        Self {
            focus: Some(Field::Name),
            ..Self::new(None, &ConnectionSpec::new("", "", ""))
        }
    }

    pub(super) fn edit(connection: Connection) -> Self {
        let spec = connection.spec.clone();
        Self::new(Some(connection), &spec)
    }

    fn new(connection: Option<Connection>, spec: &ConnectionSpec) -> Self {
        let draft = Draft::of(spec);
        Self {
            connection,
            base: draft.clone(),
            draft,
            fault: None,
            focus: None,
            refusal: None,
            saving: None,
            deleting: None,
            confirms: false,
            linked: Loaded::default(),
            trial: Trial::default(),
        }
    }

    pub(super) fn has_changes(&self) -> bool {
        self.draft != self.base
    }

    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui) -> Option<Wish> {
        if self.is_saved(ctx) || self.is_deleted(ctx) {
            return Some(Wish::Done);
        }
        let (title, save) = match &self.connection {
            None => ("New connection".to_owned(), "Create connection"),
            Some(it) => (it.spec.name.clone(), "Save"),
        };
        let can_save = self.saving.is_none() && (self.connection.is_none() || self.has_changes());
        let answer = Drawer::new(&title)
            .icon(Icon::Connections)
            .save_word(save)
            .can_save(can_save, "Nothing has been changed")
            .show(ui, |ui| self.body_ui(ctx, ui));
        match answer {
            Some(DrawerAnswer::Save) => self.save(ctx),
            Some(DrawerAnswer::Cancel) => return Some(Wish::Close),
            None => (),
        }
        self.confirm_ui(ctx);
        None
    }

    fn body_ui(&mut self, ctx: &Ctx<'_>, ui: &mut Ui) {
        if let Some(refusal) = &self.refusal {
            Banner::new(Mood::Danger, refusal)
                .title("Not saved")
                .show(ui);
        }
        redirect_ui(ctx, ui);
        let before = self.draft.clone();
        section(ui, "Provider", "", |ui| self.provider_ui(ui));
        let about = "Which claim fills which field. A claim that is not sent changes nothing.";
        section(ui, "Profile", about, |ui| {
            let error = error_at(self.fault.as_ref(), Field::Claims);
            claims_ui(ui, &mut self.draft.claims, &ctx.config.attributes, error);
        });
        section(ui, "Who may sign in", "", |ui| self.rules_ui(ui));
        if self.draft != before {
            self.fault = None;
            self.refusal = None;
        }
        self.trial.ui(ctx, ui, &self.draft.spec());
        if self.connection.is_some() {
            let about = "Those who sign in through it stay users.";
            section(ui, "Delete", about, |ui| {
                let button = Button::secondary("Delete connection").icon(Icon::Delete);
                if ui.add(button).clicked() {
                    self.confirms = true;
                }
            });
        }
    }

    fn provider_ui(&mut self, ui: &mut Ui) {
        self.field(ui, Field::Name, "Name", "What you call it here.", |it| {
            &mut it.name
        });
        let help = "The provider’s address, exactly as it writes it itself.";
        self.field(ui, Field::Issuer, "Issuer", help, |it| &mut it.issuer);
        let help = "What the provider calls this program.";
        self.field(ui, Field::ClientId, "Client id", help, |it| {
            &mut it.client_id
        });
        self.secret_ui(ui);
        let help = "With spaces between them; openid is always asked for.";
        self.field(ui, Field::Scopes, "Scopes", help, |it| &mut it.scopes);
        let usual = usual_button(self.draft.name.trim());
        let edit = TextField::new("Button")
            .hint(&usual)
            .help("What the sign-in page says.")
            .limit(MAX_FIELD)
            .error(error_at(self.fault.as_ref(), Field::Button));
        edit.show(ui, &mut self.draft.button);
    }

    fn field(
        &mut self,
        ui: &mut Ui,
        field: Field,
        label: &str,
        help: &str,
        value: impl FnOnce(&mut Draft) -> &mut String,
    ) {
        let focus = self.focus.take_if(|it| *it == field).is_some();
        let mut edit = TextField::new(label)
            .help(help)
            .focus(focus)
            .error(error_at(self.fault.as_ref(), field));
        if field != Field::Scopes {
            edit = edit.required();
        }
        let response = edit.show(ui, value(&mut self.draft));
        if focus {
            response.scroll_to_me(None);
        }
    }

    fn secret_ui(&mut self, ui: &mut Ui) {
        let is_kept = self.connection.as_ref().is_some_and(|it| it.has_secret);
        let help = if is_kept {
            "One is kept and never shown. Leave it empty to keep it."
        } else {
            "As the provider gives it out; empty for a client without one."
        };
        let focus = self.focus.take_if(|it| *it == Field::Secret).is_some();
        let edit = TextField::new("Client secret")
            .password()
            .help(help)
            .focus(focus)
            .error(error_at(self.fault.as_ref(), Field::Secret));
        edit.show(ui, &mut self.draft.secret);
        if is_kept && self.draft.secret.is_empty() {
            checkbox(
                ui,
                &mut self.draft.forgets_secret,
                "Forget the secret that is kept",
            );
        }
    }

    fn rules_ui(&mut self, ui: &mut Ui) {
        checkbox(ui, &mut self.draft.is_enabled, "Enabled");
        let label = "Link by verified email";
        checkbox(ui, &mut self.draft.links_verified_email, label);
        text::note(
            ui,
            "Somebody new with the email address of a user becomes that user, if the provider says \
             that it has verified the address. Only for providers that you trust with all your \
             users. Without it, the user’s password is asked for once.",
        );
    }

    fn save(&mut self, ctx: &Ctx<'_>) {
        self.refusal = None;
        self.fault = None;
        let secret = match self.draft.secret_change() {
            Ok(secret) => secret,
            Err(err) => return self.refuse(&err.into()),
        };
        let spec = Box::new(self.draft.spec());
        let command = match &self.connection {
            Some(it) => Command::from(ConnectionCommand::Update {
                id: it.id,
                spec,
                secret,
            }),
            None => Command::from(ConnectionCommand::Create {
                spec,
                secret: match secret {
                    SecretChange::Set(secret) => Some(secret),
                    SecretChange::Keep | SecretChange::Remove => None,
                },
            }),
        };
        self.saving = Some(ctx.commands.send(command));
    }

    fn refuse(&mut self, err: &CommandError) {
        match fault(err) {
            Some((field, text)) => {
                self.focus = Some(field);
                self.fault = Some((field, text));
            }
            None => self.refusal = Some(sentence(err)),
        }
    }

    fn is_saved(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let Some(outcome) = self.saving.as_mut().and_then(Ticket::poll) else {
            return false;
        };
        self.saving = None;
        let name = self.draft.name.trim();
        match outcome {
            Ok(reply) => {
                let done = match reply {
                    Reply::Connection(_) => "created",
                    _ => "saved",
                };
                ctx.toast(Mood::Success, format!("{name} was {done}"));
                true
            }
            Err(err) => {
                self.refuse(&err);
                false
            }
        }
    }

    fn is_deleted(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let Some(outcome) = self.deleting.as_mut().and_then(Ticket::poll) else {
            return false;
        };
        self.deleting = None;
        match outcome {
            Ok(_) => {
                ctx.toast(Mood::Success, format!("{} was deleted", self.base.name));
                true
            }
            Err(err) => {
                self.refusal = Some(sentence(&err));
                false
            }
        }
    }

    /// Says who signs in through it before it is gone.
    fn confirm_ui(&mut self, ctx: &Ctx<'_>) {
        let Some(connection) = self.connection.as_ref().filter(|_| self.confirms) else {
            return;
        };
        let id = connection.id;
        let linked = match self.linked.get(ctx, &id, move |store| linked(store, id)) {
            Shown::Value(linked) => Some(linked),
            Shown::Loading | Shown::Failed(_) => None,
        };
        let title = format!("Delete the connection {}?", connection.spec.name);
        let body = meaning(linked);
        let confirm = Confirm::new(&title, &body, "Delete").danger();
        match confirm.show(ctx.egui) {
            Some(Answer::Confirmed) => {
                self.confirms = false;
                self.deleting = Some(
                    ctx.commands
                        .send(Command::from(ConnectionCommand::Delete(id))),
                );
            }
            Some(Answer::Cancelled) => self.confirms = false,
            None => (),
        }
    }
}

fn error_at(fault: Option<&(Field, String)>, field: Field) -> Option<&str> {
    let found = fault.filter(|(at, _)| *at == field);
    found.map(|(_, text)| text.as_str())
}

/// What the provider has to be told.
fn redirect_ui(ctx: &Ctx<'_>, ui: &mut Ui) {
    let portal = &ctx.config.settings.portal;
    let about = "Register Tenure at the provider first, as a web application with this address.";
    section(ui, "Tell the provider", about, |ui| {
        copyable(ui, "Redirect URI", &portal.redirect_uri());
        if !portal.has_known_address() {
            let text = format!(
                "Put the address at which people reach the portal before {CALLBACK}: only whoever \
                 set up the proxy knows it."
            );
            text::note(ui, &text);
        }
    });
}

fn linked(store: &Store, id: ConnectionId) -> Result<Linked, StoreError> {
    store.read(|db| {
        Ok(Linked {
            names: connections::usernames(db, id, NAMED)?,
            count: connections::count_users(db, id)?,
        })
    })
}

/// What it means to delete a connection through which these sign in.
fn meaning(linked: Option<&Linked>) -> String {
    let who = match linked {
        None => "Nobody can sign in through it any more.".to_owned(),
        Some(Linked { count: 0, .. }) => "Nobody signs in through it.".to_owned(),
        Some(Linked { count: 1, names }) => {
            format!("{} signs in through it.", names.concat())
        }
        Some(Linked { count, names }) => {
            let mut some = names.clone();
            let rest = count.saturating_sub(names.len() as u64);
            if rest > 0 {
                some.push(format!("{rest} more"));
            }
            format!(
                "{} sign in through it.",
                crate::model::text::list(&some, "and")
            )
        }
    };
    let stay = "They stay users, but without a password they cannot sign in until they get one.";
    match linked {
        Some(Linked { count: 0, .. }) => who,
        _ => format!("{who}\n\n{stay}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deleting_is_explained_with_who_signs_in() {
        let linked = |names: &[&str], count| Linked {
            names: names.iter().map(|it| (*it).to_owned()).collect(),
            count,
        };
        let said = |linked: &Linked| meaning(Some(linked));
        assert_eq!(said(&linked(&[], 0)), "Nobody signs in through it.");
        assert!(said(&linked(&["ada"], 1)).starts_with("ada signs in through it."));
        let some = said(&linked(&["ada", "bob"], 12));
        assert!(
            some.starts_with("ada, bob and 10 more sign in through it."),
            "{some}"
        );
        assert!(meaning(None).contains("without a password"));
    }
}
