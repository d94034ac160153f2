//! The dialog before a version becomes the one that runs: errors must be mended first, warnings
//! want a reason, which the audit keeps.

use egui::{ScrollArea, Ui};

use super::buttons;
use crate::{
    command::{Command, CommandError},
    model::{
        definition::Definition,
        id::VersionId,
        problem::{Problem, Severity},
        text::MAX_DESCRIPTION,
    },
    store::{Store, StoreError, known, workflows},
    ui::{
        Ctx, Route,
        loaded::{Loaded, Shown},
        sender::Ticket,
        sentence,
        tokens::{Tokens, gap, size},
        widgets::{Answer, Banner, Button, Dialog, Mood, TextField, skeleton_rows, text},
    },
};

pub(crate) struct Activation {
    version: VersionId,
    checked: Loaded<VersionId, Option<Checked>>,
    reason: String,
    refusal: Option<String>,
    ticket: Option<Ticket>,
}

/// What the dialog says about a version.
#[derive(Clone)]
struct Checked {
    workflow: String,
    number: u32,

    /// The version that runs now.
    active: Option<u32>,
    problems: Vec<Line>,
}

#[derive(Clone)]
struct Line {
    severity: Severity,
    sentence: String,
}

/// What was pressed.
enum Pressed {
    Activate,
    Open,
    Cancel,
}

impl Checked {
    fn has(&self, severity: Severity) -> bool {
        self.problems.iter().any(|it| it.severity == severity)
    }
}

impl Activation {
    pub(crate) fn new(version: VersionId) -> Self {
        Self {
            version,
            checked: Loaded::default(),
            reason: String::new(),
            refusal: None,
            ticket: None,
        }
    }

    /// Says whether it is done.
    pub(crate) fn ui(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let version = self.version;
        let shown = self
            .checked
            .get(ctx, &version, move |store| check(store, version));
        let checked = match shown {
            Shown::Value(checked) => checked.clone(),
            Shown::Loading => None,
            Shown::Failed(err) => {
                self.refusal = Some(sentence(err));
                None
            }
        };
        let title = checked.as_ref().map_or_else(
            || "Activate this version?".to_owned(),
            |it| format!("Activate version {}?", it.number),
        );
        let shown = Dialog::new(&title).show(ctx.egui, |ui, opening| {
            self.contents(ui, checked.as_ref(), opening)
        });
        match shown.inner {
            Some(Pressed::Activate) => {
                self.ticket = Some(ctx.commands.send(Command::Activate {
                    version,
                    reason: self.reason.clone(),
                }));
            }
            Some(Pressed::Open) => {
                ctx.go(Route::Editor(version));
                return true;
            }
            Some(Pressed::Cancel) => return true,
            None if shown.dismissed => return true,
            None => (),
        }
        self.receive(ctx, checked.as_ref())
    }

    fn contents(
        &mut self,
        ui: &mut Ui,
        checked: Option<&Checked>,
        opening: bool,
    ) -> Option<Pressed> {
        ui.spacing_mut().item_spacing.y = gap::M;
        if let Some(refusal) = &self.refusal {
            Banner::new(Mood::Danger, refusal).show(ui);
        }
        let Some(checked) = checked else {
            skeleton_rows(ui, 2);
            return buttons(ui, None, "Cancel").map(|_| Pressed::Cancel);
        };
        if checked.has(Severity::Error) {
            return blocked(ui, checked);
        }
        text::paragraph(ui, &checked.consequence());
        let needs_reason = checked.has(Severity::Warning);
        if needs_reason {
            lines(ui, checked);
            TextField::new("Reason")
                .help("The audit keeps it together with the warnings.")
                .required()
                .lines(2)
                .limit(MAX_DESCRIPTION)
                .focus(opening)
                .show(ui, &mut self.reason);
        }
        let has_reason = !needs_reason || !self.reason.trim().is_empty();
        let word =
            Button::primary("Activate").why_not("Give a reason for doing it in spite of this");
        let can = has_reason && self.ticket.is_none();
        buttons(ui, Some((word, can)), "Cancel").map(|answer| match answer {
            Answer::Confirmed => Pressed::Activate,
            Answer::Cancelled => Pressed::Cancel,
        })
    }

    fn receive(&mut self, ctx: &mut Ctx<'_>, checked: Option<&Checked>) -> bool {
        let Some(outcome) = self.ticket.as_mut().and_then(Ticket::poll) else {
            return false;
        };
        self.ticket = None;
        match outcome {
            Ok(_) => {
                let done = checked.map_or_else(
                    || "The version is active".to_owned(),
                    |it| format!("Version {} of “{}” is active", it.number, it.workflow),
                );
                ctx.toast(Mood::Success, done);
                true
            }
            // The directory has changed since it was looked at: the list shows it in a moment.
            Err(CommandError::Problems(_) | CommandError::NeedsReason(_)) => {
                self.checked = Loaded::default();
                false
            }
            Err(err) => {
                self.refusal = Some(sentence(&err));
                false
            }
        }
    }
}

impl Checked {
    fn consequence(&self) -> String {
        let name = &self.workflow;
        let number = self.number;
        match self.active {
            Some(active) if active != number => format!(
                "Version {number} of “{name}” runs from now on, in place of version {active}, \
                 which becomes a published one."
            ),
            _ => format!("Version {number} of “{name}” runs from now on."),
        }
    }
}

fn blocked(ui: &mut Ui, checked: &Checked) -> Option<Pressed> {
    text::paragraph(ui, "It cannot run like this. Mend what is wrong first:");
    lines(ui, checked);
    let open = Button::primary("Show on the canvas");
    buttons(ui, Some((open, true)), "Close").map(|answer| match answer {
        Answer::Confirmed => Pressed::Open,
        Answer::Cancelled => Pressed::Cancel,
    })
}

fn lines(ui: &mut Ui, checked: &Checked) {
    let tokens = Tokens::of(ui.theme());
    ScrollArea::vertical()
        .max_height(size::POPUP_HEIGHT)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = gap::S;
            for line in &checked.problems {
                let mood = match line.severity {
                    Severity::Error => Mood::Danger,
                    Severity::Warning => Mood::Warning,
                };
                ui.horizontal_top(|ui| {
                    text::picture(ui, mood.icon().text(mood.tone(tokens).ink));
                    text::paragraph(ui, &line.sentence);
                });
            }
        });
}

/// `None` if the version was deleted.
fn check(store: &Store, id: VersionId) -> Result<Option<Checked>, StoreError> {
    store.read(|db| {
        let (Some(version), Some(drawn)) = (workflows::version(db, id)?, workflows::drawn(db, id)?)
        else {
            return Ok(None);
        };
        let Some(workflow) = workflows::get(db, version.workflow)? else {
            return Ok(None);
        };
        let known = known::known(db, &drawn.definition)?;
        let problems = drawn.definition.all_problems(&known);
        let line = |it: &Problem| Line {
            severity: it.severity(),
            sentence: described(&drawn.definition, it),
        };
        Ok(Some(Checked {
            workflow: workflow.name,
            number: version.number,
            active: workflows::active_version(db, version.workflow)?.map(|it| it.number),
            problems: problems.iter().map(line).collect(),
        }))
    })
}

/// "Company address: choose at least one condition."
fn described(definition: &Definition, problem: &Problem) -> String {
    let node = problem.node.and_then(|id| definition.node(id));
    match node {
        Some(node) => format!("{}: {}.", node.title(), problem.kind),
        None => sentence(&problem.kind),
    }
}
