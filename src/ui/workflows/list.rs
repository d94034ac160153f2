//! All workflows.

use chrono_tz::Tz;
use egui::Ui;

use super::{
    Drafting, NextDue, failure,
    import::{Import, Imported},
    limit::LimitDialog,
    naming::Naming,
    rows::{self, WorkflowRow, WorkflowRows},
};
use crate::{
    command::Command,
    model::id::WorkflowId,
    ui::{
        Ctx, Route,
        icons::Icon,
        loaded::{Loaded, Shown},
        menu::MenuCommand,
        sentence,
        tokens::gap,
        widgets::{
            Answer, Banner, Button, Cells, Column, Confirm, IconButton, Mood, Table, card_table,
            empty_state, page_header, search_field, skeleton_rows,
        },
    },
};

const SEARCH: f32 = 320.0;

#[derive(Default)]
pub(super) struct ListPage {
    search: String,
    rows: Loaded<(String, Tz), WorkflowRows>,
    next: NextDue,
    selected: Option<usize>,
    dialog: Option<Dialog>,
    drafting: Drafting,
}

enum Dialog {
    Naming(Naming),
    Limit(LimitDialog),
    Import(Import),
    Delete { id: WorkflowId, name: String },
}

/// What was pressed on a row.
#[derive(Clone, Copy)]
enum Act {
    Open,
    Rename,
    Limit,
    Disable,
    Delete,
}

impl ListPage {
    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui) {
        self.next.prepare(ctx);
        let key = (self.search.clone(), ctx.zone());
        let (search, zone) = key.clone();
        let shown = self.rows.get(ctx, &key, move |store| {
            rows::read_workflows(store, &search, zone)
        });
        let total = match &shown {
            Shown::Value(it) => it.total,
            Shown::Loading | Shown::Failed(_) => 0,
        };
        let is_bare = total == 0 && !matches!(shown, Shown::Loading);
        let mut wanted = page_header(ui, "Workflows", &subtitle(total), |ui| {
            // Where nothing is yet, the page itself asks for the first one.
            let create = if is_bare {
                Button::secondary("New workflow")
            } else {
                Button::primary("New workflow")
            };
            let create = create.icon(Icon::Add);
            let create = ui.add(create.command(MenuCommand::NewWorkflow));
            let import = ui.add(Button::secondary("Import…").icon(Icon::Import));
            header_dialog(create.clicked(), import.clicked())
        });
        wanted = commanded(ctx).or(wanted);
        let mut act = None;
        match shown {
            Shown::Loading => skeleton_rows(ui, 6),
            Shown::Failed(err) => failure(ui, &sentence(err)),
            Shown::Value(found) if found.total == 0 => {
                if nothing_yet(ui) {
                    wanted = Some(Dialog::Naming(Naming::new_workflow()));
                }
            }
            Shown::Value(found) => {
                search_field(
                    ui,
                    "Search workflows",
                    "Search name or description",
                    SEARCH,
                    &mut self.search,
                );
                ui.add_space(gap::S);
                if found.rows.is_empty() {
                    let title = format!("No workflow holds “{}”", self.search.trim());
                    empty_state(ui, Icon::Search, &title, "Search for other words.", None);
                } else {
                    stuck(ctx, ui);
                    act = table(ctx, ui, (&found.rows, &self.next), &mut self.selected);
                }
            }
        }
        if let Some((act, row)) = act {
            wanted = Self::act_on(ctx, act, &row).or(wanted);
        }
        if let Some(wanted) = wanted {
            self.dialog = Some(wanted);
        }
        self.dialog_ui(ctx);
        self.drafting.ui(ctx);
    }

    fn act_on(ctx: &mut Ctx<'_>, act: Act, row: &WorkflowRow) -> Option<Dialog> {
        let (id, name) = (row.id, row.name.clone());
        match act {
            Act::Open => {
                ctx.go(Route::Workflow(id));
                None
            }
            Act::Rename => Some(Dialog::Naming(Naming::of(id, &name, &row.description))),
            Act::Limit => Some(Dialog::Limit(LimitDialog::new(id, &name))),
            Act::Disable => {
                super::disable(ctx, id, &name);
                None
            }
            Act::Delete => {
                if let Some(active) = row.active {
                    ctx.toast(
                        Mood::Warning,
                        format!("“{name}” runs: version {active} is active. Disable it first."),
                    );
                    return None;
                }
                Some(Dialog::Delete { id, name })
            }
        }
    }

    fn dialog_ui(&mut self, ctx: &mut Ctx<'_>) {
        let is_done = match &mut self.dialog {
            None => return,
            Some(Dialog::Naming(naming)) => naming.ui(ctx),
            Some(Dialog::Limit(limit)) => limit.ui(ctx),
            Some(Dialog::Import(import)) => match import.ui(ctx) {
                None => false,
                Some(Imported::Cancelled) => true,
                Some(Imported::Read(document)) => {
                    self.drafting.start(ctx, Command::Import(*document));
                    true
                }
            },
            Some(Dialog::Delete { id, name }) => {
                let answer = ask_to_delete(ctx, name);
                if answer == Some(Answer::Confirmed) {
                    ctx.send(Command::DeleteWorkflow(*id), format!("“{name}” is deleted"));
                }
                answer.is_some()
            }
        };
        if is_done {
            self.dialog = None;
        }
    }
}

pub(super) fn ask_to_delete(ctx: &Ctx<'_>, name: &str) -> Option<Answer> {
    let body = format!(
        "“{name}” and all its versions are deleted for good. History still shows what they did."
    );
    Confirm::new("Delete the workflow?", &body, "Delete")
        .danger()
        .show(ctx.egui)
}

fn subtitle(total: usize) -> String {
    match total {
        0 => String::new(),
        1 => "1 workflow".to_owned(),
        more => format!("{more} workflows"),
    }
}

/// What the command palette asks for.
fn commanded(ctx: &mut Ctx<'_>) -> Option<Dialog> {
    let offers = [MenuCommand::NewWorkflow, MenuCommand::ImportWorkflow];
    let chosen = ctx.list(&offers.map(MenuCommand::possible))?;
    header_dialog(
        chosen == MenuCommand::NewWorkflow,
        chosen == MenuCommand::ImportWorkflow,
    )
}

fn header_dialog(creates: bool, imports: bool) -> Option<Dialog> {
    if creates {
        Some(Dialog::Naming(Naming::new_workflow()))
    } else if imports {
        Some(Dialog::Import(Import::default()))
    } else {
        None
    }
}

fn nothing_yet(ui: &mut Ui) -> bool {
    empty_state(
        ui,
        Icon::Workflows,
        "No workflows yet",
        "A workflow decides who may sign up, and gives new users their groups and roles. Draw the \
         first one, or import one from a file.",
        Some("Create the first workflow"),
    )
}

/// What is active and cannot run.
fn stuck(ctx: &Ctx<'_>, ui: &mut Ui) {
    for stuck in &ctx.config.stuck {
        let text = format!(
            "“{}” does not run: version {} is active, but {}. Edit makes a draft to mend; until one is active, nobody comes in through this workflow.",
            stuck.workflow_name, stuck.number, stuck.reason
        );
        Banner::new(Mood::Danger, &text).show(ui);
        ui.add_space(gap::S);
    }
}

fn table(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    (rows, next): (&[WorkflowRow], &NextDue),
    selected: &mut Option<usize>,
) -> Option<(Act, WorkflowRow)> {
    let columns = [
        Column::initial("Name", 196.0).growing(),
        Column::rest("Description").optional(1),
        Column::exact("Active", 104.0),
        Column::exact("Runs", 172.0).optional(2),
        Column::exact("Draft", 72.0),
        Column::exact("Versions", 66.0).optional(3),
        Column::exact("Last changed", 140.0).optional(4),
        Column::exact("", 116.0),
    ];
    let mut pressed = None;
    let output = card_table(ui, |ui| {
        let table = Table::new("Workflows", &columns).opens_on_click();
        table.show(ui, rows.len(), selected, |cells, index| {
            if let Some(row) = rows.get(index)
                && let Some(act) = row_ui(ctx, cells, row, next)
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
    ctx: &Ctx<'_>,
    cells: &mut Cells<'_, '_, '_>,
    row: &WorkflowRow,
    next: &NextDue,
) -> Option<Act> {
    cells.strong(&row.name);
    cells.muted(&row.description.replace('\n', " "));
    match row.active {
        Some(_) if ctx.config.why_stuck(row.id).is_some() => {
            cells.badge(Mood::Danger, Icon::Error, "Does not run");
        }
        Some(number) => {
            let text = format!("Version {number}");
            cells.badge(Mood::Success, Icon::Activate, &text);
        }
        None => cells.badge(Mood::Neutral, Icon::Disable, "Not active"),
    }
    match super::runs(ctx, next, row.id) {
        Some(it) => cells.date(&it.short, &it.full),
        None => cells.muted(""),
    }
    if row.has_draft {
        cells.badge(Mood::Info, Icon::Draft, "Draft");
    } else {
        cells.muted("");
    }
    cells.muted(&row.versions);
    cells.muted(&row.changed);
    let mut act = None;
    cells.ui("", |ui| {
        ui.spacing_mut().item_spacing.x = 1.0;
        let name = |verb: &str| format!("{verb} {}", row.name);
        let rename = name("Rename");
        if ui
            .add(IconButton::new(Icon::Edit, &rename).small())
            .clicked()
        {
            act = Some(Act::Rename);
        }
        let limit = name("Limit of");
        if ui
            .add(IconButton::new(Icon::Shield, &limit).small())
            .clicked()
        {
            act = Some(Act::Limit);
        }
        let disable = name("Disable");
        let button = IconButton::new(Icon::Disable, &disable).small();
        if ui.add(button.enabled(row.active.is_some())).clicked() {
            act = Some(Act::Disable);
        }
        let delete = name("Delete");
        if ui
            .add(IconButton::new(Icon::Delete, &delete).small())
            .clicked()
        {
            act = Some(Act::Delete);
        }
    });
    act
}
