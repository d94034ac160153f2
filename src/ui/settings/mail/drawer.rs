//! The drawer in which sending is set up and tested.

use egui::Ui;

use super::{
    authority::Authority,
    draft::{Draft, Fault, Field, PasswordEdit},
    recipients::recipients_ui,
    trial::Trial,
};
use crate::{
    command::{Command, CommandError},
    model::smtp::{MailSettings, Security},
    ui::{
        Ctx,
        icons::Icon,
        sender::Ticket,
        sentence,
        widgets::{
            Banner, Button, Combo, Drawer, DrawerAnswer, Mood, TextField, badge, section, text,
        },
    },
};

pub(super) struct MailDrawer {
    base: Draft,
    draft: Draft,

    /// What the settings were when the drawer opened.
    stored: MailSettings,
    has_password: bool,
    fault: Option<Fault>,

    /// The field that takes the keyboard in the next frame.
    focus: Option<Field>,
    refusal: Option<String>,
    saving: Option<Ticket>,
    authority: Authority,
    trial: Trial,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// It has done its work.
    Done,

    /// Close it, asking if something is unsaved.
    Close,
}

impl MailDrawer {
    pub(super) fn new(settings: &MailSettings, has_password: bool) -> Self {
        let draft = Draft::of(settings, has_password);
        Self {
            base: draft.clone(),
            draft,
            stored: settings.clone(),
            has_password,
            fault: None,
            focus: Some(Field::Host),
            refusal: None,
            saving: None,
            authority: Authority::default(),
            trial: Trial::default(),
        }
    }

    pub(super) fn has_changes(&self) -> bool {
        self.draft != self.base
    }

    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui) -> Option<Wish> {
        if self.is_saved(ctx) {
            return Some(Wish::Done);
        }
        let can_save = self.saving.is_none() && self.has_changes();
        let answer = Drawer::new("Mail settings")
            .icon(Icon::Mail)
            .save_word("Save mail settings")
            .can_save(can_save, "Nothing has been changed")
            .show(ui, |ui| self.body_ui(ctx, ui));
        match answer {
            Some(DrawerAnswer::Save) => self.save(ctx),
            Some(DrawerAnswer::Cancel) => return Some(Wish::Close),
            None => (),
        }
        None
    }

    fn body_ui(&mut self, ctx: &Ctx<'_>, ui: &mut Ui) {
        if let Some(refusal) = &self.refusal {
            Banner::new(Mood::Danger, refusal)
                .title("Not saved")
                .show(ui);
        }
        if ctx.config.settings.mail != self.stored {
            let text = "Somebody else has saved other mail settings in the meantime. Saving replaces \
                        theirs.";
            Banner::new(Mood::Warning, text).show(ui);
        }
        let before = self.draft.clone();
        let about = "The server that takes mails from this machine, as its operator names it.";
        section(ui, "Mail server", about, |ui| self.server_ui(ui));
        section(ui, "Sender", "", |ui| {
            let help = "The address that mails come from.";
            self.field(ui, Field::FromAddress, "From address", help, |it| {
                &mut it.from_address
            });
            let help = "What stands beside the address; may be empty.";
            self.field(ui, Field::FromName, "From name", help, |it| {
                &mut it.from_name
            });
        });
        let about = "Admins who get what workflows report. Each gets a mail of their own.";
        let fault = section(ui, "Reports", about, |ui| self.recipients_ui(ui));
        let about = "For servers that take only so many mails.";
        section(ui, "Limit", about, |ui| {
            let help = "Empty for as many as the server takes.";
            self.field(ui, Field::PerMinute, "Mails a minute", help, |it| {
                &mut it.per_minute
            });
        });
        let about = "Only for a server whose certificate this machine does not trust by itself.";
        section(ui, "Own certificate authority", about, |ui| {
            let edit = TextField::new("Certificates")
                .hint("-----BEGIN CERTIFICATE-----")
                .help("As PEM, one after another.")
                .focus(self.takes_focus(Field::Authority));
            let error = error_at(self.fault.as_ref(), Field::Authority).map(str::to_owned);
            let edit = edit.error(error.as_deref());
            self.authority.ui(ctx, ui, &mut self.draft.authority, edit);
        });
        if self.draft != before {
            self.fault = None;
            self.refusal = None;
        }
        if fault.is_some() {
            self.fault = fault;
        }
        self.trial.ui(ctx, ui, &self.draft);
    }

    fn server_ui(&mut self, ui: &mut Ui) {
        let help = "Its name, without a port.";
        self.field(ui, Field::Host, "Server", help, |it| &mut it.host);
        let before = self.draft.security;
        let options = Security::ALL.map(|it| (it, it.label()));
        Combo::new("Encryption")
            .help(meaning(before))
            .error(error_at(self.fault.as_ref(), Field::Security))
            .show(ui, &mut self.draft.security, &options);
        if self.draft.security != before {
            self.draft.choose_security(before);
        }
        self.field(ui, Field::Port, "Port", "", |it| &mut it.port);
        let help = "Empty for a server that lets this machine send without signing in.";
        self.field(ui, Field::Username, "User name", help, |it| {
            &mut it.username
        });
        self.password_ui(ui);
    }

    /// The password can be replaced and removed, and never looked at.
    fn password_ui(&mut self, ui: &mut Ui) {
        let focus = self.takes_focus(Field::Password);
        let fault = self.fault.clone();
        let error = error_at(fault.as_ref(), Field::Password);
        let edit = &mut self.draft.password;
        let typed = match edit {
            PasswordEdit::Type(typed) => typed,
            PasswordEdit::Keep | PasswordEdit::Remove => {
                *edit = kept_ui(ui, edit, error);
                return;
            }
        };
        TextField::new("Password")
            .password()
            .error(error)
            .focus(focus)
            .show(ui, typed);
        if self.has_password {
            let keep = Button::quiet("Keep the saved one").icon(Icon::Restore);
            if ui.add(keep).clicked() {
                *edit = PasswordEdit::Keep;
            }
        }
    }

    fn recipients_ui(&mut self, ui: &mut Ui) -> Option<Fault> {
        let focus = self.takes_focus(Field::Recipients);
        let error = error_at(self.fault.as_ref(), Field::Recipients);
        recipients_ui(ui, &mut self.draft, error, focus)
    }

    fn field(
        &mut self,
        ui: &mut Ui,
        field: Field,
        label: &str,
        help: &str,
        value: impl FnOnce(&mut Draft) -> &mut String,
    ) {
        let focus = self.takes_focus(field);
        let mut edit = TextField::new(label)
            .focus(focus)
            .error(error_at(self.fault.as_ref(), field));
        if !help.is_empty() {
            edit = edit.help(help);
        }
        if matches!(field, Field::Host | Field::Port | Field::FromAddress) {
            edit = edit.required();
        }
        let response = edit.show(ui, value(&mut self.draft));
        if focus {
            response.scroll_to_me(None);
        }
    }

    fn takes_focus(&mut self, field: Field) -> bool {
        self.focus.take_if(|it| *it == field).is_some()
    }

    fn save(&mut self, ctx: &Ctx<'_>) {
        self.refusal = None;
        self.fault = None;
        let settings = self.draft.settings();
        match settings.and_then(|it| Ok((it, self.draft.password_change()?))) {
            Ok((settings, password)) => {
                let settings = Box::new(settings);
                let command = Command::SaveMail { settings, password };
                self.saving = Some(ctx.commands.send(command));
            }
            Err(fault) => self.refuse_at(fault),
        }
    }

    fn is_saved(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let Some(outcome) = self.saving.as_mut().and_then(Ticket::poll) else {
            return false;
        };
        self.saving = None;
        match outcome {
            Ok(_) => {
                ctx.toast(Mood::Success, "Mail settings saved");
                true
            }
            Err(err) => {
                self.refuse(&err);
                false
            }
        }
    }

    fn refuse(&mut self, err: &CommandError) {
        match self.draft.place(err) {
            Some(fault) => self.refuse_at(fault),
            None => self.refusal = Some(sentence(err)),
        }
    }

    fn refuse_at(&mut self, fault: Fault) {
        if fault.0 == Field::Password {
            // It has to be typed, wherever it was kept before.
            let typed = match &mut self.draft.password {
                PasswordEdit::Type(typed) => std::mem::take(typed),
                PasswordEdit::Keep | PasswordEdit::Remove => String::new(),
            };
            self.draft.password = PasswordEdit::Type(typed);
        }
        self.focus = Some(fault.0);
        self.fault = Some(fault);
    }
}

/// What is kept, or will be no more; returns what is to become of it.
fn kept_ui(ui: &mut Ui, edit: &PasswordEdit, error: Option<&str>) -> PasswordEdit {
    let mut next = edit.clone();
    text::strong(ui, "Password");
    ui.horizontal(|ui| {
        if *edit == PasswordEdit::Remove {
            badge(ui, Mood::Warning, Icon::Delete, "Removed when you save");
            if ui.add(Button::quiet("Keep it").small()).clicked() {
                next = PasswordEdit::Keep;
            }
            return;
        }
        badge(ui, Mood::Success, Icon::Lock, "Saved");
        let change = Button::secondary("Change").name("Change password").small();
        if ui.add(change).clicked() {
            next = PasswordEdit::Type(String::new());
        }
        let remove = Button::quiet("Remove").name("Remove password").small();
        if ui.add(remove).clicked() {
            next = PasswordEdit::Remove;
        }
    });
    if let Some(error) = error {
        Banner::new(Mood::Danger, error).show(ui);
    }
    next
}

fn meaning(security: Security) -> &'static str {
    match security {
        Security::None => "Everything can be read on its way: only for a server on this machine.",
        Security::StartTls => "Begins in the clear and is encrypted before anything is said.",
        Security::Tls => "Encrypted from the first byte.",
    }
}

fn error_at(fault: Option<&Fault>, field: Field) -> Option<&str> {
    let found = fault.filter(|(at, _)| *at == field);
    found.map(|(_, text)| text.as_str())
}
