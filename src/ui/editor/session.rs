//! One version on the canvas, from opening to leaving.
//!
//! **Invariant:** what is drawn is kept in the store as soon as the store has taken what was drawn
//! before, so that neither leaving nor a crash loses it.

mod creating;
mod others;

use std::sync::Arc;

use egui::Ui;

use self::creating::Creating;
use super::{
    DISCARDED,
    opened::{Directory, Opened},
    trying::Trying,
};
use crate::{
    command::Command,
    model::{
        Timestamp, definition::Definition, id::VersionId, problem::Problem, version::VersionStatus,
    },
    ui::{
        Ctx, Route,
        canvas::{
            CanvasMode, Editor,
            drawer::{Choices, DrawerRequest},
        },
        loaded::Loaded,
        sender::{CommandSender, Ticket},
        sentence,
        widgets::Mood,
    },
};

/// No draft has this revision: it is to be sent again.
const NOT_KEPT: u64 = u64::MAX;

pub(super) struct Session {
    version: VersionId,
    editor: Editor,
    commands: CommandSender,

    /// What the store was last seen to say.
    opened: Arc<Opened>,
    directory: Directory,
    choices: Choices,

    /// As last saved.
    saved: Definition,

    /// When this window saved it last, or a moment later.
    saved_at: Option<Timestamp>,

    /// The state of the draft that the store has, or has been sent.
    kept: u64,

    /// The state of the draft in which a discard left it.
    discarded: Option<u64>,

    /// The store refused it, or could not take it.
    is_lost: bool,
    keeping: Option<Ticket>,
    saving: Option<Saving>,
    creating: Vec<Creating>,

    /// Whether the draft at this state differs from the saved one.
    compared: (u64, bool),

    /// It was opened with changes that nobody had saved.
    is_restored: bool,
    checked: Loaded<u64, Vec<Problem>>,
    to_check: Option<(u64, Arc<Definition>)>,
    shown_check: Option<u64>,
    trying: Trying,
}

struct Saving {
    ticket: Ticket,
    definition: Definition,
    then_activate: bool,
}

impl Session {
    pub(super) fn new(opened: Arc<Opened>, commands: CommandSender) -> Self {
        let drawn = &opened.drawn;
        let is_draft = opened.version.status == VersionStatus::Draft;
        let unsaved = drawn.unsaved.clone().filter(|_| is_draft);
        let is_restored = unsaved.is_some();
        let editor = Editor::new(unsaved.unwrap_or_else(|| drawn.definition.clone()));
        Self {
            version: opened.version.id,
            commands,
            directory: opened.directory.clone(),
            choices: opened.directory.choices(),
            saved: drawn.definition.clone(),
            saved_at: None,
            kept: 0,
            discarded: None,
            is_lost: false,
            keeping: None,
            saving: None,
            creating: Vec::new(),
            compared: (0, is_restored),
            is_restored,
            checked: Loaded::default(),
            to_check: None,
            shown_check: None,
            trying: Trying::default(),
            editor,
            opened,
        }
    }

    pub(super) fn version(&self) -> VersionId {
        self.version
    }

    pub(super) fn opened(&self) -> &Opened {
        &self.opened
    }

    pub(super) fn is_draft(&self) -> bool {
        self.opened.version.status == VersionStatus::Draft
    }

    pub(super) fn is_restored(&self) -> bool {
        self.is_restored
    }

    pub(super) fn is_saving(&self) -> bool {
        self.saving.is_some()
    }

    /// Whether there is something that Save would save.
    pub(super) fn is_changed(&self) -> bool {
        self.compared.1 || self.editor.is_unfinished()
    }

    /// The store has something newer to say.
    pub(super) fn refresh(&mut self, ctx: &mut Ctx<'_>, opened: &Arc<Opened>) {
        if Arc::ptr_eq(&self.opened, opened) {
            return;
        }
        let before = std::mem::replace(&mut self.opened, Arc::clone(opened));
        if self.directory != opened.directory {
            self.directory = opened.directory.clone();
            self.choices = self.directory.choices();
            self.shown_check = None;
        }
        let (was, is) = (&before.version, &opened.version);
        if (was.changed, was.status) != (is.changed, is.status) && self.saving.is_none() {
            self.follow_others(ctx, &opened.drawn.definition);
        }
    }

    fn show_saved(&mut self) {
        self.editor.finish();
        let saved = self.saved.clone();
        self.editor.canvas().edit(|definition| *definition = saved);
        self.compare_again();
    }

    /// Canvas and drawer, in the room that is left.
    pub(super) fn canvas_ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui) {
        let mode = if self.is_draft() {
            CanvasMode::Edit
        } else {
            CanvasMode::Preview
        };
        let offers = self.editor.canvas().offers(mode);
        if let Some(command) = ctx.list(&offers) {
            self.editor.canvas().command(command);
        }
        self.choices.set_now(ctx.clock.now());
        let outcome = self.editor.ui(ui, &self.choices, mode);
        if let Some(notice) = outcome.notice {
            ctx.toast(Mood::Warning, sentence(&notice));
        }
        match outcome.request {
            Some(DrawerRequest::Create { kind, name }) => self.create(kind, name),
            Some(DrawerRequest::ShowSettings) => ctx.go(Route::Settings),
            None => (),
        }
        self.trying.answer(ctx, outcome.trial, &mut self.editor);
        self.check(ctx);
        self.keep();
        let revision = self.editor.canvas().revision();
        if self.discarded.take_if(|at| *at != revision).is_some() {
            ctx.wishes.toasts.withdraw(DISCARDED);
        }
    }

    /// What became of the commands on their way. Says whether the version may be activated now.
    pub(super) fn receive(&mut self, ctx: &mut Ctx<'_>) -> bool {
        self.receive_targets(ctx);
        if let Some(outcome) = self.keeping.as_mut().and_then(Ticket::poll) {
            self.keeping = None;
            self.is_lost = outcome.is_err();
            if let Err(err) = outcome {
                let what = format!("the drawing could not be kept: {err}");
                ctx.toast(Mood::Danger, sentence(&what));
            }
        }
        let Some(saving) = &mut self.saving else {
            return false;
        };
        let Some(outcome) = saving.ticket.poll() else {
            return false;
        };
        let saved = self.saving.take();
        match (outcome, saved) {
            (Ok(_), Some(saving)) => {
                self.is_lost = false;
                self.saved = saving.definition;
                self.saved_at = Some(ctx.clock.now());
                self.is_restored = false;
                self.compare_again();
                if !saving.then_activate {
                    ctx.toast(Mood::Success, "Draft saved");
                }
                saving.then_activate
            }
            (Err(err), _) => {
                self.is_lost = true;
                ctx.toast(Mood::Danger, sentence(&err));
                false
            }
            (Ok(_), None) => false,
        }
    }

    /// Saves the draft, with the word that is being typed.
    pub(super) fn save(&mut self, then_activate: bool) {
        if self.saving.is_some() {
            return;
        }
        self.editor.finish();
        let definition = self.editor.draft().clone();
        self.kept = self.editor.canvas().revision();
        self.saving = Some(Saving {
            ticket: self.commands.send(Command::SaveDraft {
                version: self.version,
                definition: definition.clone(),
            }),
            definition,
            then_activate,
        });
    }

    /// Goes back to what was last saved. That can be undone like any other change.
    pub(super) fn discard(&mut self) {
        self.show_saved();
        self.discarded = Some(self.editor.canvas().revision());
        self.is_restored = false;
    }

    /// Keeps what is drawn, and the word that is being typed, before the screen is left. The ticket
    /// says when the store has it.
    pub(super) fn leave(mut self) -> Option<Ticket> {
        if !self.is_draft() {
            return None;
        }
        self.editor.finish();
        let was_kept = self.kept;
        if self.editor.canvas().revision() == was_kept && !self.is_lost {
            let saving = self.saving.map(|it| it.ticket);
            return self.keeping.or(saving);
        }
        self.compare();
        let unsaved = self.compared.1.then(|| self.editor.draft().clone());
        Some(self.send_unsaved(unsaved))
    }

    /// Sends what is drawn to the store, with the word that is being typed.
    pub(super) fn pause(&mut self) {
        self.editor.finish();
        self.compare();
        let now = self.editor.canvas().revision();
        if now != self.kept && self.is_draft() {
            let unsaved = self.compared.1.then(|| self.editor.draft().clone());
            // Commands keep their order: what was on its way arrives before.
            self.keeping = Some(self.send_unsaved(unsaved));
            self.kept = now;
        }
    }

    fn keep(&mut self) {
        self.compare();
        let now = self.editor.canvas().revision();
        let is_busy = self.keeping.is_some() || self.saving.is_some();
        if now == self.kept || is_busy || !self.is_draft() {
            return;
        }
        let unsaved = self.compared.1.then(|| self.editor.draft().clone());
        self.keeping = Some(self.send_unsaved(unsaved));
        self.kept = now;
    }

    fn send_unsaved(&self, definition: Option<Definition>) -> Ticket {
        self.commands.send(Command::KeepUnsaved {
            version: self.version,
            definition,
        })
    }

    /// Once per change instead of once per frame.
    fn compare(&mut self) {
        if self.compared.0 != self.editor.canvas().revision() {
            self.compare_again();
        }
    }

    fn compare_again(&mut self) {
        let is_changed = *self.editor.draft() != self.saved;
        self.compared = (self.editor.canvas().revision(), is_changed);
    }

    /// The problems of a large drawing are worked out in the background.
    fn check(&mut self, ctx: &Ctx<'_>) {
        if self.editor.checks_at_once() {
            return;
        }
        let now = self.editor.canvas().meaning();
        if self.to_check.as_ref().is_none_or(|(at, _)| *at != now) {
            self.to_check = Some((now, Arc::new(self.editor.draft().clone())));
        }
        let Some((_, definition)) = &self.to_check else {
            return;
        };
        let (definition, choices) = (Arc::clone(definition), self.choices.clone());
        self.checked.get(ctx, &now, move |_| {
            Ok(definition.all_problems(choices.known()))
        });
        if self.checked.is_for(&now)
            && self.shown_check != Some(now)
            && let Some(problems) = self.checked.value()
        {
            self.editor.set_problems(problems.clone());
            self.shown_check = Some(now);
        }
    }
}
