//! The versions of one workflow.

use chrono_tz::Tz;
use egui::Ui;

use super::{
    Activation, Drafting,
    export::Export,
    failure,
    limit::LimitDialog,
    list,
    naming::Naming,
    note::NoteDialog,
    rows::{self, VersionRow, VersionRows},
    status_look,
};
use crate::{
    command::{Command, CommandError},
    model::{
        id::{VersionId, WorkflowId},
        version::{VersionStatus, Workflow},
    },
    ui::{
        Ctx, Route,
        icons::Icon,
        loaded::{Loaded, Shown},
        menu::MenuCommand,
        sentence,
        widgets::{
            Answer, Button, Cells, Column, Confirm, IconButton, Mood, Table, card_table,
            empty_state, page_header_with_back, skeleton_rows,
        },
    },
};

/// A list that is narrower than this says less.
const NARROW: f32 = 720.0;

/// Below this width left beside the other actions, one of them has no words.
const NARROW_HEADER: f32 = 540.0;

#[derive(Default)]
pub(super) struct VersionsPage {
    /// Everything below is about this one.
    workflow: Option<WorkflowId>,
    rows: Loaded<Tz, Option<VersionRows>>,
    selected: Option<usize>,
    dialog: Option<Dialog>,
    drafting: Drafting,
}

enum Dialog {
    Naming(Naming),
    Note(NoteDialog),
    Export(Export),
    Activation(Activation),
    Limit(LimitDialog),
    Delete(Workflow),
    DeleteVersion { id: VersionId, number: u32 },
}

/// What was pressed beside the name of the workflow.
#[derive(Clone, Copy)]
enum Pressed {
    Back,
    NewDraft,
    Rename,
    Limit,
    Disable,
    Delete,
}

/// What was pressed on a version.
#[derive(Clone, Copy)]
enum Act {
    Open,
    Edit,
    Activate,
    Compare,
    Note,
    Export,
    Delete,
}

impl VersionsPage {
    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui, id: WorkflowId) {
        if self.workflow != Some(id) {
            *self = Self {
                workflow: Some(id),
                ..Self::default()
            };
        }
        let zone = ctx.zone();
        let shown = self.rows.get(ctx, &zone, move |store| {
            rows::read_versions(store, id, zone)
        });
        let found = match shown {
            Shown::Value(found) => found,
            Shown::Failed(err) => return failure(ui, &sentence(err)),
            Shown::Loading => return skeleton_rows(ui, 6),
        };
        let Some(found) = found else {
            return gone(ctx, ui);
        };
        let pressed = header(ui, found);
        let newest = found.rows.first();
        let compare = MenuCommand::CompareVersions;
        let compared = newest.and_then(|it| found.compared(it));
        let offer = match compared {
            Some(_) => compare.possible(),
            None => compare.refused("There is no other version yet"),
        };
        let chosen = ctx.offer(&[offer, MenuCommand::LimitWorkflow.possible()]);
        let is_wanted = chosen == Some(MenuCommand::CompareVersions);
        let is_limited = chosen == Some(MenuCommand::LimitWorkflow);
        let pressed = pressed.or_else(|| is_limited.then_some(Pressed::Limit));
        let act = table(ui, &found.rows, &mut self.selected);
        let workflow = found.workflow.clone();
        let of_row = act.as_ref().and_then(|(act, row)| match act {
            Act::Compare => found.compared(row),
            _ => None,
        });
        if let Some((old, new)) = of_row.or_else(|| compared.filter(|_| is_wanted)) {
            ctx.go(Route::Compare { old, new });
        }
        if let Some(pressed) = pressed {
            let active = found.active().map(|it| it.version.number);
            self.press(ctx, pressed, workflow.clone(), active);
        }
        if let Some((act, row)) = act {
            self.act(ctx, act, &workflow, &row);
        }
        self.drafting.ui(ctx);
        self.dialog_ui(ctx);
    }

    fn press(
        &mut self,
        ctx: &mut Ctx<'_>,
        pressed: Pressed,
        workflow: Workflow,
        active: Option<u32>,
    ) {
        self.dialog = match pressed {
            Pressed::Back => {
                ctx.go(Route::Workflows);
                None
            }
            Pressed::NewDraft => {
                self.drafting.draft(ctx, workflow.id);
                None
            }
            Pressed::Rename => Some(Dialog::Naming(Naming::of(
                workflow.id,
                &workflow.name,
                &workflow.description,
            ))),
            Pressed::Limit => Some(Dialog::Limit(LimitDialog::new(workflow.id, &workflow.name))),
            Pressed::Disable => {
                super::disable(ctx, workflow.id, &workflow.name);
                None
            }
            Pressed::Delete => match active {
                Some(number) => {
                    refuse_active(ctx, number);
                    None
                }
                None => Some(Dialog::Delete(workflow)),
            },
        };
    }

    fn act(&mut self, ctx: &mut Ctx<'_>, act: Act, workflow: &Workflow, row: &VersionRow) {
        let (id, number) = (row.id(), row.version.number);
        match act {
            Act::Open => ctx.go(Route::Editor(id)),
            // Done above, where the other versions are known.
            Act::Compare => (),
            Act::Edit if row.version.status == VersionStatus::Draft => ctx.go(Route::Editor(id)),
            Act::Edit => self.drafting.draft_from(ctx, &row.version),
            Act::Activate => self.dialog = Some(Dialog::Activation(Activation::new(id))),
            Act::Note => self.dialog = Some(Dialog::Note(NoteDialog::new(&row.version))),
            Act::Export => {
                self.dialog = Some(Dialog::Export(Export::new(workflow, id, number)));
            }
            Act::Delete if row.is_active() => refuse_active(ctx, number),
            Act::Delete => self.dialog = Some(Dialog::DeleteVersion { id, number }),
        }
    }

    fn dialog_ui(&mut self, ctx: &mut Ctx<'_>) {
        let confirmed = Some(Answer::Confirmed);
        let is_done = match &mut self.dialog {
            None => return,
            Some(Dialog::Naming(naming)) => naming.ui(ctx),
            Some(Dialog::Note(note)) => note.ui(ctx),
            Some(Dialog::Export(export)) => export.ui(ctx),
            Some(Dialog::Activation(activation)) => activation.ui(ctx),
            Some(Dialog::Limit(limit)) => limit.ui(ctx),
            Some(Dialog::Delete(workflow)) => {
                let answer = list::ask_to_delete(ctx, &workflow.name);
                if answer == confirmed {
                    let done = format!("“{}” is deleted", workflow.name);
                    ctx.send(Command::DeleteWorkflow(workflow.id), done);
                    ctx.go(Route::Workflows);
                }
                answer.is_some()
            }
            Some(Dialog::DeleteVersion { id, number }) => {
                let title = format!("Delete version {number}?");
                let body = "It is deleted for good. History still shows what it did.";
                let question = Confirm::new(&title, body, "Delete").danger();
                let answer = question.show(ctx.egui);
                if answer == confirmed {
                    let done = format!("Version {number} is deleted");
                    ctx.send(Command::DeleteVersion(*id), done);
                }
                answer.is_some()
            }
        };
        if is_done {
            self.dialog = None;
        }
    }
}

/// In the words of the command that would refuse it.
fn refuse_active(ctx: &mut Ctx<'_>, number: u32) {
    ctx.toast(
        Mood::Warning,
        sentence(&CommandError::ActiveVersion(number)),
    );
}

fn gone(ctx: &mut Ctx<'_>, ui: &mut Ui) {
    let sentence = "It was deleted. History still shows what it did.";
    let title = "This workflow no longer exists";
    empty_state(ui, Icon::Workflows, title, sentence, None);
    ui.vertical_centered(|ui| {
        if ui.add(Button::primary("Show workflows")).clicked() {
            ctx.go(Route::Workflows);
        }
    });
}

fn header(ui: &mut Ui, found: &VersionRows) -> Option<Pressed> {
    let workflow = &found.workflow;
    let back = "Back to all workflows";
    let description = workflow.description.replace('\n', " ");
    let (is_back, pressed) = page_header_with_back(ui, back, &workflow.name, &description, |ui| {
        actions(ui, found)
    });
    pressed.or_else(|| is_back.then_some(Pressed::Back))
}

/// From right to left, the most important one first.
fn actions(ui: &mut Ui, found: &VersionRows) -> Option<Pressed> {
    let mut pressed = None;
    let mut action = |ui: &mut Ui, button: Button<'_>, what| {
        if ui.add(button).clicked() {
            pressed = Some(what);
        }
    };
    let new = Button::primary("New draft").icon(Icon::Add);
    action(ui, new, Pressed::NewDraft);
    let rename = Button::secondary("Rename…").icon(Icon::Edit);
    action(ui, rename, Pressed::Rename);
    // Where room is short, the name of the workflow needs it.
    let limits = if ui.available_width() < NARROW_HEADER {
        ui.add(IconButton::new(Icon::Shield, "Limit…"))
    } else {
        ui.add(Button::secondary("Limit…").icon(Icon::Shield))
    };
    let is_limited = limits.clicked();
    let mut action = |ui: &mut Ui, button: Button<'_>, what| {
        if ui.add(button).clicked() {
            pressed = Some(what);
        }
    };
    if found.active().is_some() {
        let disable = Button::secondary("Disable").icon(Icon::Disable);
        action(ui, disable, Pressed::Disable);
    }
    let delete = Button::quiet("Delete…").icon(Icon::Delete);
    action(ui, delete.name("Delete workflow"), Pressed::Delete);
    pressed.or_else(|| is_limited.then_some(Pressed::Limit))
}

fn table(
    ui: &mut Ui,
    rows: &[VersionRow],
    selected: &mut Option<usize>,
) -> Option<(Act, VersionRow)> {
    if rows.is_empty() {
        let sentence = "Make a new draft to draw it again.";
        empty_state(ui, Icon::Draft, "No versions", sentence, None);
        return None;
    }
    // Where room is short, the day of the last change is enough.
    let is_narrow = ui.available_width() < NARROW;
    let (author, changed) = if is_narrow {
        (64.0, 62.0)
    } else {
        (90.0, 138.0)
    };
    let columns = [
        Column::exact("Version", 54.0),
        Column::exact("Status", 92.0),
        Column::rest("Note"),
        Column::initial("Author", author).optional(1),
        Column::exact("Created", 138.0).optional(3),
        Column::exact("Changed", changed).optional(2),
        Column::exact("Runs", 44.0),
        Column::exact("", 190.0),
    ];
    let mut pressed = None;
    let output = card_table(ui, |ui| {
        let table = Table::new("Versions", &columns).opens_on_click();
        table.show(ui, rows.len(), selected, |cells, index| {
            if let Some(row) = rows.get(index)
                && let Some(act) = row_ui(cells, row, rows.len() > 1, is_narrow)
            {
                pressed = Some((act, index));
            }
        })
    });
    let opened = output.opened.map(|index| (Act::Open, index));
    let (act, index) = pressed.or(opened)?;
    rows.get(index).map(|row| (act, row.clone()))
}

fn row_ui(
    cells: &mut Cells<'_, '_, '_>,
    row: &VersionRow,
    can_compare: bool,
    is_narrow: bool,
) -> Option<Act> {
    let version = &row.version;
    cells.strong(&version.number.to_string());
    let (mood, icon) = status_look(version.status);
    cells.badge(mood, icon, version.status.label());
    cells.text(&version.note.replace('\n', " "));
    cells.muted(&version.author);
    cells.muted(&row.created);
    if is_narrow {
        let day: Vec<&str> = row.changed.split(' ').take(2).collect();
        cells.date(&day.join(" "), &row.changed);
    } else {
        cells.muted(&row.changed);
    }
    cells.muted(&row.runs.to_string());
    let mut act = None;
    cells.ui("", |ui| {
        ui.spacing_mut().item_spacing.x = 1.0;
        let mut button = |icon: Icon, verb: &str, what: Act| {
            let name = format!("{verb} version {}", version.number);
            if ui.add(IconButton::new(icon, &name).small()).clicked() {
                act = Some(what);
            }
        };
        if version.status == VersionStatus::Draft {
            button(Icon::Edit, "Edit", Act::Edit);
        } else {
            button(Icon::Preview, "Preview", Act::Open);
            button(Icon::Edit, "Make a draft from", Act::Edit);
        }
        if !row.is_active() {
            button(Icon::Activate, "Activate", Act::Activate);
        }
        if can_compare {
            button(Icon::Compare, "Compare", Act::Compare);
        }
        button(Icon::File, "Write a note on", Act::Note);
        button(Icon::Export, "Export", Act::Export);
        button(Icon::Delete, "Delete", Act::Delete);
    });
    act
}
