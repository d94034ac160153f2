//! How mails are sent: a summary in the settings, and a drawer in which it is set up.
//!
//! **Invariant:** what was typed into the drawer is thrown away only after asking, and the password that
//! is kept is never fetched to be shown.

mod authority;
mod draft;
mod drawer;
mod recipients;
mod trial;

use egui::Ui;

use self::drawer::{MailDrawer, Wish};
use crate::{
    model::smtp::MailSettings,
    store::settings_row,
    ui::{
        Ctx, Route,
        icons::Icon,
        loaded::{Loaded, Shown},
        sending::Sending,
        tokens::gap,
        widgets::{Answer, Button, Confirm, key_values, text},
    },
};

#[derive(Default)]
pub(super) struct Mail {
    sending: Sending,
    has_password: Loaded<(), bool>,

    /// Whether the drawer is to open as soon as it is known what is kept.
    opens: bool,
    drawer: Option<Box<MailDrawer>>,
    asked: Option<Asked>,
}

/// What waits for the answer whether the changes may be lost.
#[derive(Clone, Copy)]
enum Asked {
    Close,
    Leave(Route),
}

impl Mail {
    pub(super) fn open(&mut self) {
        self.opens = true;
    }

    /// Shown before what fills the middle: it takes the right side.
    pub(super) fn drawer_ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui) {
        let has_password =
            |store: &crate::store::Store| store.read(settings_row::has_mail_password);
        let kept = match self.has_password.get(ctx, &(), has_password) {
            Shown::Value(kept) => Some(*kept),
            Shown::Loading | Shown::Failed(_) => None,
        };
        if let Some(kept) = kept.filter(|_| std::mem::take(&mut self.opens))
            && self.drawer.is_none()
        {
            let settings = &ctx.config.settings.mail;
            self.drawer = Some(Box::new(MailDrawer::new(settings, kept)));
        }
        match self.drawer.as_mut().and_then(|it| it.ui(ctx, ui)) {
            Some(Wish::Close) if self.has_changes() => self.asked = Some(Asked::Close),
            Some(Wish::Close | Wish::Done) => self.drawer = None,
            None => (),
        }
        self.ask(ctx);
    }

    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui) {
        ui.spacing_mut().item_spacing.y = gap::S;
        let mail = ctx.config.settings.mail.clone();
        let is_set_up = mail.is_set_up();
        if !self.sending.ui(ctx, ui, false) {
            text::muted(ui, "Mails are sent.");
        }
        if is_set_up {
            summary_ui(ui, &mail);
        }
        let word = if is_set_up {
            "Change mail settings…"
        } else {
            "Set up mail…"
        };
        if ui.add(Button::secondary(word).icon(Icon::Mail)).clicked() {
            self.opens = true;
        }
    }

    /// Whether the screen can be left for another one; if not, it asks.
    pub(super) fn may_leave(&mut self, to: Route) -> bool {
        if self.has_changes() {
            self.asked = Some(Asked::Leave(to));
            return false;
        }
        self.drawer = None;
        true
    }

    fn has_changes(&self) -> bool {
        self.drawer.as_ref().is_some_and(|it| it.has_changes())
    }

    fn ask(&mut self, ctx: &mut Ctx<'_>) {
        let Some(asked) = self.asked else {
            return;
        };
        let body = "What you have changed in the mail settings is not saved yet.";
        let question = Confirm::new("Discard your changes?", body, "Discard changes").danger();
        match question.show(ctx.egui) {
            Some(Answer::Confirmed) => {
                self.asked = None;
                self.drawer = None;
                if let Asked::Leave(route) = asked {
                    ctx.go(route);
                }
            }
            Some(Answer::Cancelled) => self.asked = None,
            None => (),
        }
    }
}

fn summary_ui(ui: &mut Ui, mail: &MailSettings) {
    let server = format!(
        "{}, port {}, {}",
        mail.host,
        mail.port,
        mail.security.label()
    );
    let from = match mail.from_name.as_str() {
        "" => mail.from_address.clone(),
        name => format!("{name} <{}>", mail.from_address),
    };
    let reports = match mail.report_recipients.as_slice() {
        [] => "nobody: name somebody before a workflow reports".to_owned(),
        [only] => only.clone(),
        [first, rest @ ..] => format!("{first} and {} more", rest.len()),
    };
    let limit = match mail.per_minute {
        0 => "none".to_owned(),
        1 => "1 mail a minute".to_owned(),
        some => format!("{some} mails a minute"),
    };
    key_values(
        ui,
        "mail",
        &[
            ("Server", &server),
            ("Mails come from", &from),
            ("Reports go to", &reports),
            ("Send limit", &limit),
        ],
    );
}
