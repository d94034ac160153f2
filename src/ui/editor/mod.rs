//! The Editor screen: one version on the canvas.
//!
//! Drafts can be drawn on; active and published versions are only looked at, because what runs and
//! what ran must stay as it was.

mod bar;
mod opened;
mod session;
mod trying;

use std::sync::Arc;

use egui::{CentralPanel, Frame, Margin, Panel, Ui};

use self::{bar::Pressed, opened::Opened, session::Session};
use super::{
    Ctx, Route, ToastAction,
    context::Wishes,
    icons::Icon,
    loaded::{Loaded, Shown},
    menu::MenuCommand,
    sender::Ticket,
    sentence,
    tokens::Tokens,
    widgets::{Banner, Button, Mood, Toast, empty_state, skeleton_rows},
    workflows::{self, Activation, Drafting, LimitDialog, NextDue},
};
use crate::model::{id::VersionId, version::VersionStatus};

/// What the toast is about that takes a discard back: until something else is drawn.
const DISCARDED: &str = "discarded";

#[derive(Default)]
pub(super) struct EditorScreen {
    opened: Loaded<VersionId, Option<Arc<Opened>>>,
    session: Option<Session>,

    /// What was drawn last, on its way to the store when the screen was left.
    leaving: Option<Ticket>,
    activation: Option<Activation>,
    limit: Option<LimitDialog>,
    next: NextDue,
    drafting: Drafting,
}

impl EditorScreen {
    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui, version: VersionId) {
        // A version is not read while its drawing is still on the way to the store.
        if self.leaving.is_some() {
            workflows::page(ui, |ui| skeleton_rows(ui, 6));
            return;
        }
        let shown = self.opened.get(ctx, &version, move |store| {
            opened::read(store, version).map(|found| found.map(Arc::new))
        });
        let opened = match shown {
            Shown::Loading => {
                workflows::page(ui, |ui| skeleton_rows(ui, 6));
                return;
            }
            Shown::Failed(err) => {
                let reason = sentence(err);
                workflows::page(ui, |ui| Banner::new(Mood::Danger, &reason).show(ui));
                return;
            }
            Shown::Value(None) => {
                workflows::page(ui, |ui| gone(ctx, ui));
                return;
            }
            Shown::Value(Some(opened)) => Arc::clone(opened),
        };
        if self
            .session
            .as_ref()
            .is_none_or(|it| it.version() != version)
        {
            self.session = Some(Session::new(Arc::clone(&opened), ctx.commands.clone()));
        }
        let Some(session) = &mut self.session else {
            return;
        };
        session.refresh(ctx, &opened);
        if session.receive(ctx) {
            self.activation = Some(Activation::new(version));
        }
        self.next.prepare(ctx);
        let pressed =
            bar::show(ctx, ui, session, &self.next).or_else(|| bar::commanded(ctx, session));
        let pressed = banner(ctx, ui, session).or(pressed);
        CentralPanel::no_frame().show(ui, |ui| session.canvas_ui(ctx, ui));
        if let Some(pressed) = pressed {
            self.act(ctx, pressed, &opened);
        }
        self.dialogs(ctx);
    }

    /// The screen is about to be left: what was drawn is kept.
    pub(super) fn leave(&mut self, wishes: &mut Wishes) {
        wishes.toasts.withdraw(DISCARDED);
        if let Some(mut session) = self.session.take() {
            wishes.tickets.extend(session.unfinished());
            self.leaving = session.leave();
        }
        *self = Self {
            leaving: self.leaving.take(),
            ..Self::default()
        };
    }

    /// The window has closed, and all that was sent was answered: nobody but the log can be told.
    pub(super) fn report_loss(&mut self) {
        if let Some(Err(err)) = self.leaving.as_mut().and_then(Ticket::poll) {
            tracing::error!("what was drawn last could not be kept: {err}");
        }
    }

    /// What is drawn now is to be seen elsewhere, and drawing will go on.
    pub(super) fn pause(&mut self, wishes: &mut Wishes) {
        wishes.toasts.withdraw(DISCARDED);
        if let Some(session) = &mut self.session {
            session.pause();
        }
    }

    /// Whether this version is open.
    pub(super) fn shows(&self, version: VersionId) -> bool {
        let session = self.session.as_ref();
        session.is_some_and(|it| it.version() == version)
    }

    /// Says, on whatever screen, if what was drawn last could not be kept.
    pub(super) fn report(&mut self, wishes: &mut Wishes) {
        let Some(outcome) = self.leaving.as_mut().and_then(Ticket::poll) else {
            return;
        };
        self.leaving = None;
        if let Err(err) = outcome {
            let what = format!("what you drew could not be kept: {err}");
            let toast = Toast::new(Mood::Danger, sentence(&what));
            wishes.toasts.push(toast);
        }
    }

    fn act(&mut self, ctx: &mut Ctx<'_>, pressed: Pressed, opened: &Opened) {
        let Some(session) = &mut self.session else {
            return;
        };
        match pressed {
            Pressed::Back => ctx.go(Route::Workflow(opened.workflow.id)),
            Pressed::Save => session.save(false),
            Pressed::Activate if session.is_draft() && session.is_changed() => session.save(true),
            Pressed::Activate => self.activation = Some(Activation::new(opened.version.id)),
            Pressed::Discard => {
                session.discard();
                let undo = ToastAction::Do(MenuCommand::Undo);
                let toast = Toast::new(Mood::Success, "Changes discarded").about(DISCARDED);
                ctx.wishes.toasts.push(toast.action("Undo", undo));
            }
            Pressed::Disable => {
                workflows::disable(ctx, opened.workflow.id, &opened.workflow.name);
            }
            Pressed::Limit => {
                let workflow = &opened.workflow;
                self.limit = Some(LimitDialog::new(workflow.id, &workflow.name));
            }
            Pressed::Compare => {
                if let Some((old, new)) = opened.compared {
                    ctx.go(Route::Compare { old, new });
                }
            }
            Pressed::Edit => self.drafting.draft_from(ctx, &opened.version),
        }
    }

    fn dialogs(&mut self, ctx: &mut Ctx<'_>) {
        self.drafting.ui(ctx);
        if let Some(activation) = &mut self.activation
            && activation.ui(ctx)
        {
            self.activation = None;
        }
        if let Some(limit) = &mut self.limit
            && limit.ui(ctx)
        {
            self.limit = None;
        }
    }
}

/// Why this version cannot be drawn on, or what was restored.
fn banner(ctx: &Ctx<'_>, ui: &mut Ui, session: &Session) -> Option<Pressed> {
    let opened = session.opened();
    let status = opened.version.status;
    if status == VersionStatus::Draft && !session.is_restored() {
        return None;
    }
    let tokens = Tokens::of(ui.theme());
    let frame = Frame::new()
        .fill(tokens.surface)
        .inner_margin(Margin::symmetric(12, 8));
    Panel::top("editor banner")
        .resizable(false)
        .frame(frame)
        .show(ui, |ui| {
            if status == VersionStatus::Draft {
                let saved = ctx.moment(opened.version.changed);
                let text = format!(
                    "Unsaved changes to this draft were restored. It was last saved on {saved}."
                );
                let banner = Banner::new(Mood::Info, &text).action("Discard");
                return banner.show(ui).then_some(Pressed::Discard);
            }
            let stuck = ctx.config.why_stuck(opened.workflow.id);
            if let Some(reason) = stuck.filter(|_| status == VersionStatus::Active) {
                let text = format!(
                    "This version is active and does not run, because {reason}. Edit makes a new draft from it, to mend and activate."
                );
                Banner::new(Mood::Danger, &text).show(ui);
                return None;
            }
            let text = format!(
                "This version is {} and cannot be changed. Edit makes a new draft from it.",
                status.label().to_lowercase()
            );
            Banner::new(Mood::Info, &text).show(ui);
            None
        })
        .inner
}

fn gone(ctx: &mut Ctx<'_>, ui: &mut Ui) {
    let sentence = "It was deleted in the meantime. History still shows what it did.";
    empty_state(
        ui,
        Icon::Workflows,
        "This version no longer exists",
        sentence,
        None,
    );
    ui.vertical_centered(|ui| {
        if ui.add(Button::primary("Show workflows")).clicked() {
            ctx.go(Route::Workflows);
        }
    });
}
