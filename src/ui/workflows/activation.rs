//! The dialog before a version becomes the one that runs: errors must be mended first, warnings
//! want a reason, which the audit keeps.

use std::sync::Arc;

use egui::{Align, Layout, ScrollArea, Ui, vec2};

use super::buttons;
use crate::{
    command::{
        Command, CommandError,
        sweeps::{self, HIT},
    },
    model::{
        Timestamp,
        compare::{self, Change, Comparison, Mark},
        definition::Definition,
        id::VersionId,
        problem::{Problem, Severity},
        text::MAX_DESCRIPTION,
        version::VersionStatus,
    },
    store::{Store, StoreError, known, workflows},
    ui::{
        Ctx, Route,
        compare::ChangeList,
        icons::Icon,
        loaded::{Loaded, Shown},
        printed,
        sender::Ticket,
        sentence,
        tokens::{Tokens, gap, size},
        widgets::{Answer, Banner, Button, Dialog, Mood, TextField, skeleton_rows, text},
    },
};

/// The steps that are listed in words at most.
const LISTED: usize = 50;

pub(crate) struct Activation {
    version: VersionId,
    checked: Loaded<VersionId, Option<Arc<Checked>>>,
    changes: ChangeList,
    reason: String,
    refusal: Option<String>,
    ticket: Option<Ticket>,
}

/// What the dialog says about a version.
struct Checked {
    workflow: String,
    number: u32,

    /// The version that runs now.
    active: Option<u32>,
    difference: Difference,
    problems: Vec<Line>,

    /// Whom it would disable or delete; as many as are named at most.
    hit: Vec<String>,

    /// When that was looked up.
    at: Timestamp,
}

/// What will be different from now on.
enum Difference {
    /// Nothing runs now: what the version does.
    First(Vec<String>),
    From {
        active: VersionId,
        comparison: Comparison,
    },
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
    Compare(VersionId),
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
            changes: ChangeList::default(),
            reason: String::new(),
            refusal: None,
            ticket: None,
        }
    }

    /// Says whether it is done.
    pub(crate) fn ui(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let (version, now) = (self.version, ctx.clock.now());
        let shown = self.checked.get(ctx, &version, move |store| {
            check(store, version, now).map(|found| found.map(Arc::new))
        });
        let checked = match shown {
            Shown::Value(checked) => checked.clone(),
            Shown::Loading => None,
            Shown::Failed(err) => {
                self.refusal = Some(sentence(err));
                None
            }
        };
        let checked = checked.as_deref();
        let at = checked.map_or_else(String::new, |it| ctx.moment(it.at));
        let title = checked.map_or_else(
            || "Activate this version?".to_owned(),
            |it| format!("Activate version {}?", it.number),
        );
        let shown = Dialog::new(&title).show(ctx.egui, |ui, opening| {
            self.contents(ui, (checked, &at), opening)
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
            Some(Pressed::Compare(active)) => {
                ctx.go(Route::Compare {
                    old: active,
                    new: version,
                });
                return true;
            }
            Some(Pressed::Cancel) => return true,
            None if shown.dismissed => return true,
            None => (),
        }
        self.receive(ctx, checked)
    }

    fn contents(
        &mut self,
        ui: &mut Ui,
        (checked, at): (Option<&Checked>, &str),
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
        let compared = self.difference(ui, &checked.difference);
        hit_ui(ui, &checked.hit, at);
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
        let answer = buttons(ui, Some((word, can)), "Cancel").map(|answer| match answer {
            Answer::Confirmed => Pressed::Activate,
            Answer::Cancelled => Pressed::Cancel,
        });
        answer.or(compared)
    }

    /// What it does, or what is different from the version that runs now.
    fn difference(&mut self, ui: &mut Ui, difference: &Difference) -> Option<Pressed> {
        let (active, comparison) = match difference {
            Difference::First(steps) => {
                text::strong(ui, "What it does");
                steps_ui(ui, steps);
                return None;
            }
            Difference::From { active, comparison } => (*active, comparison),
        };
        let mut pressed = None;
        ui.horizontal(|ui| {
            text::strong(ui, "What changes");
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let show = Button::secondary("Show side by side").icon(Icon::Compare);
                if ui.add(show.small()).clicked() {
                    pressed = Some(Pressed::Compare(active));
                }
            });
        });
        text::note(ui, &in_words(comparison));
        if !comparison.is_same() {
            self.list(ui, &comparison.changes);
        }
        pressed
    }

    fn list(&mut self, ui: &mut Ui, changes: &[Change]) {
        let height = self.changes.height(changes, ui.available_width());
        let room = vec2(ui.available_width(), height.min(size::POPUP_HEIGHT));
        ui.allocate_ui(room, |ui| {
            ui.set_height(room.y);
            self.changes.show(ui, changes);
        });
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

/// "Nothing changes in what it does" or how much does.
fn in_words(comparison: &Comparison) -> String {
    let moved = comparison.count(Mark::Moved);
    if comparison.is_effective() {
        return format!("{}.", comparison.summary());
    }
    let what = match (comparison.is_same(), moved) {
        (true, 0) => "the drawings are the same",
        (true, _) => "only places on the canvas differ",
        (false, _) => "only names and notes differ",
    };
    format!("Nothing changes in what it does: {what}.")
}

fn steps_ui(ui: &mut Ui, steps: &[String]) {
    ScrollArea::vertical()
        .id_salt("what it does")
        .max_height(size::POPUP_HEIGHT)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = gap::XS;
            for (index, step) in steps.iter().take(LISTED).enumerate() {
                text::paragraph(ui, &format!("{}. {step}", index + 1));
            }
            if steps.len() > LISTED {
                let more = steps.len() - LISTED;
                text::note(ui, &format!("And {more} more, which the canvas shows."));
            }
        });
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

/// Whom an execution would disable or delete, as of `at`.
fn hit_ui(ui: &mut Ui, hit: &[String], at: &str) {
    if hit.is_empty() {
        return;
    }
    let heading = match hit.len() {
        HIT.. => format!("Today it would disable or delete at least {HIT} users, these first:"),
        1 => "Today it would disable or delete 1 user:".to_owned(),
        many => format!("Today it would disable or delete {many} users:"),
    };
    text::strong(ui, &heading);
    text::note(
        ui,
        &format!("As of {at}. Each execution looks through the directory anew."),
    );
    ScrollArea::vertical()
        .id_salt("whom it would hit")
        .max_height(size::POPUP_HEIGHT / 2.0)
        .auto_shrink([false, true])
        .show(ui, |ui| text::paragraph(ui, &hit.join(", ")));
}

/// `None` if the version was deleted.
fn check(store: &Store, id: VersionId, now: Timestamp) -> Result<Option<Checked>, StoreError> {
    store.read_with_config(|db, config| {
        let (Some(version), Some(drawn)) = (workflows::version(db, id)?, workflows::drawn(db, id)?)
        else {
            return Ok(None);
        };
        let Some(workflow) = workflows::get(db, version.workflow)? else {
            return Ok(None);
        };
        let of = (workflow.id, workflow.name.as_str(), &drawn.definition);
        let (known, hit, wrong) = match sweeps::known(db, &config, of, now) {
            Ok((known, hit)) => (known, hit, None),
            Err(CommandError::Store(err)) => return Err(err),
            Err(err) => (known::known(db, &drawn.definition)?, Vec::new(), Some(err)),
        };
        let hit = hit.into_iter().map(|it| it.person.username).collect();
        let problems = drawn.definition.all_problems(&known);
        let line = |it: &Problem| Line {
            severity: it.severity(),
            sentence: described(&drawn.definition, it),
        };
        let mut problems: Vec<Line> = problems.iter().map(line).collect();
        let is_unsaved = version.status == VersionStatus::Draft && drawn.unsaved.is_some();
        let unsaved = is_unsaved.then_some(CommandError::Unsaved(version.number));
        for err in [wrong, unsaved].into_iter().flatten() {
            let error = Line {
                severity: Severity::Error,
                sentence: sentence(&err),
            };
            problems.insert(0, error);
        }
        let active = workflows::active_version(db, version.workflow)?;
        let running = match &active {
            Some(active) => workflows::drawn(db, active.id)?,
            None => None,
        };
        let difference = match (&active, running) {
            (Some(active), Some(running)) => Difference::From {
                active: active.id,
                comparison: compare::compare(&running.definition, &drawn.definition),
            },
            _ => Difference::First(compare::describe(&drawn.definition)),
        };
        Ok(Some(Checked {
            difference,
            workflow: workflow.name,
            number: version.number,
            active: active.map(|it| it.number),
            problems,
            hit,
            at: now,
        }))
    })
}

/// "Company address: choose at least one condition."
fn described(definition: &Definition, problem: &Problem) -> String {
    let node = problem.node.and_then(|id| definition.node(id));
    match node {
        Some(node) => {
            let kind = printed(&problem.kind.to_string());
            format!("{}: {kind}.", node.title())
        }
        None => sentence(&problem.kind),
    }
}
