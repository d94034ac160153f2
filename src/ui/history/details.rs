//! One execution: what happened, its walk on the canvas, and its steps.

use egui::{Frame, Margin, Panel, Ui};

use super::{
    changes::changes_ui,
    export,
    facts::{Facts, Presence},
    mood,
    step::step_ui,
    sweep::SweepPage,
    walked::{Walked, deciding, walked},
};
use crate::{
    model::{
        event::EventKind,
        execution::{Decision, Status},
        id::{ExecutionId, UserId},
    },
    ui::{
        Ctx, Route,
        canvas::{Canvas, CanvasMode, WalkView, node_icon},
        icons::Icon,
        loaded::{Loaded, Shown},
        sentence,
        tokens::{Tokens, gap, size},
        widgets::{
            Banner, Button, Column, Mood, Table, badge, empty_state, page_header_with_back,
            skeleton_rows,
        },
    },
};

/// The steps that are listed before the list scrolls: fewer below what was updated.
const LISTED: usize = 7;
const LISTED_BELOW: usize = 5;

#[derive(Default)]
pub(super) struct DetailsPage {
    facts: Loaded<ExecutionId, Option<Facts>>,
    opened: Option<Opened>,
    sweep: SweepPage,
}

/// What is prepared once per execution.
struct Opened {
    id: ExecutionId,
    steps: Vec<Walked>,
    walk: WalkView,
    canvas: Option<Canvas>,
    selected: Option<usize>,
}

impl DetailsPage {
    /// Shows what a scheduled execution did with this user, once it is shown.
    pub(super) fn show_user(&mut self, execution: ExecutionId, user: UserId) {
        self.sweep.show_user(execution, user);
    }

    /// Returns the user whose history is wanted.
    pub(super) fn ui(
        &mut self,
        ctx: &mut Ctx<'_>,
        ui: &mut Ui,
        id: ExecutionId,
    ) -> Option<(UserId, String)> {
        let shown = self
            .facts
            .get(ctx, &id, move |store| Facts::load(store, id));
        let error = match shown {
            Shown::Failed(err) => Some(sentence(err)),
            Shown::Loading | Shown::Value(_) => None,
        };
        if let Some(error) = error {
            Banner::new(Mood::Danger, &error).show(ui);
            return None;
        }
        let known = self.facts.value().filter(|_| self.facts.is_for(&id));
        let Some(known) = known else {
            skeleton_rows(ui, 8);
            return None;
        };
        let Some(facts) = known else {
            let text = "There is no execution with this number.";
            empty_state(ui, Icon::History, "Not found", text, None);
            return None;
        };
        if facts.summary.event.is_none() {
            return self.sweep.ui(ctx, ui, facts);
        }
        if self.opened.as_ref().is_none_or(|it| it.id != id) {
            self.opened = Some(Opened::new(id, facts));
        }
        let wish = header_ui(ctx, ui, facts);
        if let Some(opened) = &mut self.opened {
            banner_ui(ui, facts, &opened.steps);
            opened.ui(ctx, ui, facts);
        }
        wish
    }
}

fn header_ui(ctx: &mut Ctx<'_>, ui: &mut Ui, facts: &Facts) -> Option<(UserId, String)> {
    let it = &facts.summary;
    let title = format!("{}, version {}", it.workflow_name, it.version_number);
    let source = facts.event.as_ref().map_or("", |it| it.source.label());
    let subtitle = format!("{} · {} · {source}", it.subject, ctx.moment_full(it.at));
    let mut wish = None;
    let mut actions = |ui: &mut Ui| {
        if ui
            .add(Button::secondary("Copy JSON").icon(Icon::Copy))
            .clicked()
        {
            ctx.egui.copy_text(export::one(facts));
            ctx.toast(Mood::Success, "The execution is on the clipboard");
        }
        let workflow = Button::secondary("Open workflow").icon(Icon::Workflows);
        let workflow = workflow
            .enabled(facts.has_workflow)
            .why_not("The workflow was deleted");
        if ui.add(workflow).clicked() {
            ctx.go(if facts.has_version {
                Route::Editor(it.version)
            } else {
                Route::Workflow(it.workflow)
            });
        }
        let user = Button::secondary("This user’s history").icon(Icon::User);
        let user = user
            .enabled(it.user.is_some())
            .why_not("Nobody was created");
        if ui.add(user).clicked() {
            wish = it.user.map(|id| (id, it.subject.clone()));
        }
    };
    let back = "Back to the list";
    let (is_back, ()) = page_header_with_back(ui, back, &title, &subtitle, &mut actions);
    if is_back {
        ctx.go(Route::History);
    }
    ui.horizontal(|ui| {
        let (mood, icon) = mood(it.status);
        badge(ui, mood, icon, it.status.label());
        badge(ui, Mood::Neutral, Icon::Trigger, &it.trigger);
        if !facts.has_workflow {
            badge(ui, Mood::Neutral, Icon::Delete, "Workflow deleted since");
        } else if !facts.has_version {
            badge(ui, Mood::Neutral, Icon::Delete, "Version deleted since");
        }
        match facts.user {
            Presence::Here | Presence::NeverCreated => (),
            Presence::InRecycleBin => {
                badge(
                    ui,
                    Mood::Neutral,
                    Icon::RecycleBin,
                    "User in the recycle bin",
                );
            }
            Presence::Gone => {
                badge(ui, Mood::Neutral, Icon::UserDisabled, "User deleted since");
            }
        }
    });
    ui.add_space(gap::S);
    wish
}

/// What an admin wants to know first.
fn banner_ui(ui: &mut Ui, facts: &Facts, steps: &[Walked]) {
    let decided = deciding(steps).and_then(|index| steps.get(index));
    match facts.summary.status {
        Status::Succeeded
        | Status::CompletedWithErrors
        | Status::Queued
        | Status::Running
        | Status::Quarantined
        | Status::Canceled => (),
        Status::Failed => {
            let failure = decided.and_then(|it| it.step.failure.as_deref());
            // A version that cannot run fails without a step.
            let error = failure.map(|it| &it.error).or(facts.summary.error.as_ref());
            if let Some(error) = error {
                Banner::new(Mood::Danger, &sentence(error))
                    .title("This execution failed")
                    .show(ui);
            }
        }
        Status::Filtered => {
            let turned_away = decided.filter(|it| it.step.decision == Decision::Otherwise);
            let by = match turned_away {
                None => "The workflow ended before its event.".to_owned(),
                Some(it) => format!(
                    "The filter “{}” did not let {} pass.",
                    it.title(),
                    facts.summary.subject
                ),
            };
            let (title, so) = match (facts.event.as_ref().map(|it| it.kind), facts.user) {
                (Some(EventKind::UserUpdated), _) => {
                    ("Nothing was done", "The update itself stays.")
                }
                (_, Presence::NeverCreated) => ("Turned away", "Nobody was created."),
                _ => (
                    "Turned away",
                    "Another workflow let the user pass, so the user was created.",
                ),
            };
            Banner::new(Mood::Warning, &format!("{by} {so}"))
                .title(title)
                .show(ui);
        }
    }
    ui.add_space(gap::S);
}

impl Opened {
    fn new(id: ExecutionId, facts: &Facts) -> Self {
        let steps = walked(facts);
        Self {
            id,
            walk: WalkView::of(&facts.steps),
            canvas: facts.definition.clone().map(Canvas::new),
            selected: deciding(&steps)
                .or_else(|| steps.iter().rposition(|it| !it.effects.is_empty()))
                .or_else(|| steps.len().checked_sub(1)),
            steps,
        }
    }

    fn ui(&mut self, ctx: &Ctx<'_>, ui: &mut Ui, facts: &Facts) {
        let tokens = Tokens::of(ui.theme());
        let frame = Frame::new()
            .fill(tokens.surface)
            .inner_margin(Margin::same(gap::M as i8));
        let share = (ui.available_width() * 0.46).clamp(size::DRAWER, 720.0);
        Panel::right("steps")
            .default_size(share)
            .min_size(size::DRAWER_MIN)
            .frame(frame)
            .show(ui, |ui| {
                changes_ui(ui, &facts.changes, &ctx.config.attributes);
                let listed = if facts.changes.is_empty() {
                    LISTED
                } else {
                    LISTED_BELOW
                };
                self.steps_ui(ctx, ui, listed);
            });
        let before = self.canvas.as_ref().map(|it| it.selected().clone());
        let Some(canvas) = &mut self.canvas else {
            let text = "The steps at the right tell what happened.";
            empty_state(ui, Icon::Workflows, "The drawing is lost", text, None);
            return;
        };
        canvas.ui(ui, CanvasMode::Walk(&self.walk));
        let after = canvas.selected();
        if before.as_ref() != Some(after)
            && let Some(node) = after.first()
        {
            let at = self.steps.iter().position(|it| it.id == *node);
            self.selected = at.or(self.selected);
        }
    }

    fn steps_ui(&mut self, ctx: &Ctx<'_>, ui: &mut Ui, listed: usize) {
        let columns = [
            Column::initial("Step", 190.0),
            Column::rest("What it decided"),
        ];
        let listed = self.steps.len().clamp(1, listed) as f32;
        let steps = &self.steps;
        let output = Table::new("Steps", &columns)
            .height(size::TABLE_HEADER + listed * size::ROW)
            .show(ui, steps.len(), &mut self.selected, |cells, index| {
                let Some(it) = steps.get(index) else {
                    return;
                };
                cells.icon_text(icon(it), it.title());
                let is_changed = |(_, changed): &(String, bool)| *changed;
                if it.is_failed() {
                    cells.badge(Mood::Danger, Icon::Failed, "Failed");
                } else if it.effects.iter().any(is_changed) {
                    cells.badge(Mood::Success, Icon::Check, &it.step.decision.sentence());
                } else {
                    cells.text(&it.step.decision.sentence());
                }
            });
        if output.selected.is_some()
            && let (Some(node), Some(canvas)) = (self.selected_node(), &mut self.canvas)
        {
            canvas.show_node(node);
        }
        ui.add_space(gap::S);
        if let Some(it) = self.selected.and_then(|index| self.steps.get(index)) {
            egui::ScrollArea::vertical()
                .id_salt(("step", self.id, it.id.0))
                .auto_shrink(false)
                .show(ui, |ui| step_ui(ctx, ui, it));
        }
    }

    fn selected_node(&self) -> Option<crate::model::definition::NodeId> {
        self.steps.get(self.selected?).map(|it| it.id)
    }
}

/// The one that the node has on the canvas.
fn icon(it: &Walked) -> Icon {
    let kind = it.node.as_ref().map(|it| &it.kind);
    kind.map_or(Icon::End, node_icon)
}
