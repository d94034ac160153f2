//! The Settings screen: one form, saved as a whole.
//!
//! **Invariant:** what was typed is lost only when somebody says so.

mod about;
mod appearance;
mod branding;
mod expiring;
mod form;
mod guard;
mod logo;
mod mail;
mod password;
mod portal;

use egui::{CentralPanel, Frame, Margin, Panel, ScrollArea, Ui};

use self::{
    expiring::Expiring,
    form::{Errors, Field, Form},
    guard::Guard,
    logo::Logo,
    mail::Mail,
};
pub(super) use self::{
    form::whole_number,
    guard::{allowed_words, limit_fields},
};
use super::{
    Ctx, Route,
    menu::MenuCommand,
    sender::Ticket,
    sentence,
    tokens::{Tokens, gap},
    widgets::{Answer, Banner, Button, Confirm, Mood, TextField, card, page_header, text},
    zones::Zones,
};
use crate::{command::Command, model::settings::Settings};

/// The form is no wider than this: one column of it can still be read.
const COLUMN: f32 = 620.0;

#[derive(Default)]
pub(super) struct SettingsScreen {
    form: Option<Typed>,
    errors: Errors,

    /// Settings on their way into the store.
    saving: Option<(Ticket, Settings)>,
    refusal: Option<String>,

    /// Where to go once it is decided what becomes of the changes.
    leaving: Option<Route>,
    zones: Zones,
    logo: Logo,
    mail: Mail,
    tried_password: String,
    expiring: Expiring,
    guard: Guard,
}

/// What is typed, and what it began with.
struct Typed {
    form: Form,
    first: Form,
}

impl SettingsScreen {
    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui) {
        self.receive(ctx);
        let stored = Form::of(&ctx.config.settings);
        if !self.is_changed() && self.saving.is_none() {
            let first = stored.clone();
            self.form = Some(Typed {
                form: stored.clone(),
                first,
            });
        }
        if let Some(typed) = &mut self.form {
            // Saved by its own drawer, also while other settings are being changed.
            typed.form.follow_mail(&stored);
            typed.first.follow_mail(&stored);
        }
        if ctx.list(&[MenuCommand::SetUpMail.possible()]).is_some() {
            self.mail.open();
        }
        self.mail.drawer_ui(ctx, ui);
        self.footer_ui(ctx, ui);
        let frame = Frame::new()
            .fill(Tokens::of(ui.theme()).background)
            .inner_margin(Margin::same(gap::XL as i8));
        CentralPanel::default().frame(frame).show(ui, |ui| {
            page_header(ui, "Settings", "What holds for the whole program", |_| ());
            ScrollArea::vertical()
                .auto_shrink(false)
                .show(ui, |ui| self.body_ui(ctx, ui, &stored));
        });
        self.leaving_ui(ctx);
    }

    /// Whether the screen can be left for another one; if not, it asks.
    pub(super) fn may_leave(&mut self, to: Route) -> bool {
        if to == Route::Settings {
            return true;
        }
        if !self.mail.may_leave(to) {
            return false;
        }
        if !self.is_changed() {
            return true;
        }
        self.leaving = Some(to);
        false
    }

    fn is_changed(&self) -> bool {
        let typed = self.form.as_ref();
        typed.is_some_and(|it| it.form != it.first)
    }

    fn receive(&mut self, ctx: &mut Ctx<'_>) {
        let Some((mut ticket, settings)) = self.saving.take() else {
            return;
        };
        match ticket.poll() {
            None => self.saving = Some((ticket, settings)),
            Some(Ok(_)) => {
                // What was typed while it was being saved stays a change.
                if let Some(typed) = &mut self.form {
                    let is_same = typed.form.read().as_ref() == Ok(&settings);
                    typed.first = Form::of(&settings);
                    if is_same {
                        typed.form = typed.first.clone();
                    }
                }
                ctx.toast(Mood::Success, "Settings saved");
                if let Some(route) = self.leaving.take() {
                    ctx.go(route);
                }
            }
            Some(Err(err)) => {
                self.leaving = None;
                self.refusal = Some(sentence(&err));
            }
        }
    }

    fn footer_ui(&mut self, ctx: &Ctx<'_>, ui: &mut Ui) {
        let tokens = Tokens::of(ui.theme());
        let frame = Frame::new()
            .fill(tokens.surface)
            .inner_margin(Margin::symmetric(gap::XL as i8, gap::M as i8));
        Panel::bottom("settings footer")
            .frame(frame)
            .resizable(false)
            .show(ui, |ui| {
                ui.horizontal(|ui| {
                    let can = self.is_changed() && self.saving.is_none();
                    let why_not = "Nothing has been changed";
                    let save = Button::primary("Save").enabled(can).why_not(why_not);
                    if ui.add(save).clicked() {
                        self.save(ctx);
                    }
                    let discard = Button::secondary("Discard").enabled(can).why_not(why_not);
                    if ui.add(discard).clicked() {
                        self.discard();
                    }
                    ui.add_space(gap::S);
                    if !self.errors.is_empty() {
                        let text = "Not saved: mend what is marked in red.";
                        text::strong(ui, text);
                    } else if can {
                        text::muted(ui, "You have unsaved changes");
                    }
                });
            });
    }

    fn body_ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui, stored: &Form) {
        ui.spacing_mut().item_spacing.y = gap::L;
        if let Some(refusal) = &self.refusal {
            Banner::new(Mood::Danger, refusal).show(ui);
        }
        let Some(typed) = &mut self.form else {
            return;
        };
        if typed.form != typed.first && typed.first != *stored && self.saving.is_none() {
            let text = "Somebody else has saved other settings in the meantime. Saving replaces \
                theirs; Discard shows them.";
            Banner::new(Mood::Warning, text).show(ui);
        }
        let before = typed.form.clone();
        let errors = &self.errors;
        let (form, zones) = (&mut typed.form, &self.zones);
        let (logo, mail) = (&mut self.logo, &mut self.mail);
        let (tried, expiring) = (&mut self.tried_password, &mut self.expiring);
        let guard = &mut self.guard;
        let mut left = |ui: &mut Ui, ctx: &mut Ctx<'_>, form: &mut Form| {
            card(ui, "Appearance", appearance::ui);
            card(ui, "Portal", |ui| portal::ui(ctx, ui, form, errors));
            card(ui, "Mail", |ui| mail.ui(ctx, ui));
            card(ui, "Branding", |ui| {
                branding::ui(ui, form, errors);
                ui.add_space(gap::M);
                logo.ui(ctx, ui);
            });
            card(ui, "Time zone", |ui| zones.ui(ui, &mut form.time_zone));
        };
        let mut right = |ui: &mut Ui, ctx: &mut Ctx<'_>, form: &mut Form| {
            card(ui, "Password policy", |ui| {
                password::ui(ctx, ui, form, errors, (tried, expiring));
            });
            card(ui, "Directory", |ui| directory_ui(ui, form, errors));
            card(ui, "Guardrails", |ui| guard.ui(ctx, ui, form, errors));
            card(ui, "About", |ui| about::ui(ctx, ui));
        };
        if ui.available_width() < 1.6 * COLUMN {
            ui.set_max_width(ui.available_width().min(1.2 * COLUMN));
            left(ui, ctx, form);
            right(ui, ctx, form);
        } else {
            ui.set_max_width(ui.available_width().min(2.4 * COLUMN + gap::L));
            ui.spacing_mut().item_spacing.x = gap::L;
            ui.columns(2, |columns| {
                if let [first, second] = columns {
                    // Columns justify text, which tears words apart.
                    first.vertical(|ui| left(ui, ctx, form));
                    second.vertical(|ui| right(ui, ctx, form));
                }
            });
        }
        if typed.form != before {
            self.errors.clear();
            self.refusal = None;
        }
    }

    fn save(&mut self, ctx: &Ctx<'_>) {
        let Some(typed) = &self.form else {
            return;
        };
        self.refusal = None;
        match typed.form.read() {
            Ok(settings) => {
                self.errors.clear();
                let command = Command::SaveSettings(Box::new(settings.clone()));
                self.saving = Some((ctx.commands.send(command), settings));
            }
            Err(errors) => {
                self.leaving = None;
                self.errors = errors;
            }
        }
    }

    fn discard(&mut self) {
        self.form = None;
        self.errors.clear();
        self.refusal = None;
    }

    fn leaving_ui(&mut self, ctx: &mut Ctx<'_>) {
        let Some(route) = self.leaving.filter(|_| self.saving.is_none()) else {
            return;
        };
        let body = "Your changes to the settings have not been saved.";
        let question = Confirm::new("Leave without saving?", body, "Discard changes").danger();
        match question.show(ctx.egui) {
            Some(Answer::Confirmed) => {
                self.leaving = None;
                self.discard();
                ctx.go(route);
            }
            Some(Answer::Cancelled) => self.leaving = None,
            None => (),
        }
    }
}

fn directory_ui(ui: &mut Ui, form: &mut Form, errors: &Errors) {
    TextField::new("Days in the recycle bin")
        .help("How long deleted users can be restored. 0 removes them at once.")
        .error(error_at(errors, Field::RecycleDays))
        .limit(6)
        .show(ui, &mut form.recycle_days);
}

fn error_at(errors: &Errors, field: Field) -> Option<&str> {
    let found = errors.iter().find(|(at, _)| *at == field);
    found.map(|(_, text)| text.as_str())
}

/// Two fields beside each other.
fn pair(ui: &mut Ui, contents: impl FnOnce(&mut Ui, &mut Ui)) {
    ui.columns(2, |columns| {
        if let [left, right] = columns {
            left.vertical(|left| right.vertical(|right| contents(left, right)));
        }
    });
}
