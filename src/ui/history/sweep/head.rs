//! The upper part of a scheduled execution: what it is, when, and how far it has come.

use egui::Ui;

use super::asking::Asking;
use crate::{
    model::{
        execution::Status,
        sweep::{ItemState, Stage},
    },
    store::sweeps::Sweep,
    ui::{
        Ctx, Route,
        history::{export, facts::Facts, mood, words},
        icons::Icon,
        menu::MenuCommand,
        moment,
        numbers::{exceeded, grouped, users},
        sentence,
        tokens::{gap, size},
        widgets::{Banner, Button, IconButton, Mood, badge, page_header_with_back, progress, text},
    },
};

/// Below this height only what matters most is said, so that there is room for the users.
const SHORT: f32 = 560.0;

/// What was pressed in it.
pub(super) enum Wish {
    Ask(Asking),
    RunNow,

    /// Only the users that are so.
    Show(ItemState),
}

pub(super) fn header_ui(ctx: &mut Ctx<'_>, ui: &mut Ui, facts: &Facts) -> Option<Wish> {
    let it = &facts.summary;
    let title = format!("{}, version {}", it.workflow_name, it.version_number);
    let subtitle = subtitle(ctx, facts);
    let mut wish = None;
    let is_narrow = ui.available_width() < size::NARROW_WINDOW;
    let actions = |ui: &mut Ui| {
        let copies = if is_narrow {
            ui.add(IconButton::new(Icon::Copy, "Copy JSON"))
        } else {
            ui.add(Button::secondary("Copy JSON").icon(Icon::Copy))
        };
        if copies.clicked() {
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
        let run = Button::secondary("Run now…").icon(Icon::Activate);
        let run = run
            .enabled(facts.has_workflow)
            .why_not("The workflow was deleted");
        if ui.add(run).clicked() {
            wish = Some(Wish::RunNow);
        }
    };
    let back = "Back to the list";
    let (is_back, ()) = page_header_with_back(ui, back, &title, &subtitle, actions);
    if is_back {
        ctx.go(Route::History);
    }
    wish
}

/// "12 users · due 24 Dec 2030, 12:00 in Europe/Berlin"
fn subtitle(ctx: &Ctx<'_>, facts: &Facts) -> String {
    let it = &facts.summary;
    let Some(sweep) = &facts.sweep else {
        return format!("Nobody · {}", ctx.moment_full(it.at));
    };
    let zone = sweep.moment.zone;
    let when = match (sweep.due, &facts.asked_by) {
        (Some(due), _) => format!("due {} in {zone}", moment(due, zone)),
        (None, Some(who)) => format!("run by hand by {who}, {}", ctx.moment(it.at)),
        (None, None) => format!("run by hand, {}", ctx.moment(it.at)),
    };
    format!("{} · {when}", words::affected(sweep))
}

/// Badges, what an admin wants to know first, and how far it has come.
pub(super) fn state_ui(ctx: &Ctx<'_>, ui: &mut Ui, facts: &Facts) -> Option<Wish> {
    let is_short = ui.available_height() < SHORT;
    badges_ui(ui, facts);
    if let Some(sweep) = &facts.sweep {
        let remark = remark(ctx, facts, sweep);
        if !remark.is_empty() {
            text::note(ui, &remark);
        }
    }
    ui.add_space(gap::S);
    let wish = banner_ui(ui, facts, is_short);
    let sweep = facts.sweep.as_ref()?;
    let wish = progress_ui(ui, sweep).or(wish);
    ui.add_space(gap::S);
    wish
}

fn badges_ui(ui: &mut Ui, facts: &Facts) {
    let it = &facts.summary;
    ui.horizontal(|ui| {
        let (mood, icon) = mood(it.status);
        badge(
            ui,
            mood,
            icon,
            &words::status(it.status, facts.sweep.as_ref()),
        );
        badge(ui, Mood::Neutral, Icon::Calendar, &it.trigger);
        if !facts.has_workflow {
            badge(ui, Mood::Neutral, Icon::Delete, "Workflow deleted since");
        } else if !facts.has_version {
            badge(ui, Mood::Neutral, Icon::Delete, "Version deleted since");
        }
        if let Some(sweep) = &facts.sweep {
            let counts = &sweep.progress;
            let counted = [
                (Mood::Success, Icon::Success, counts.done, "done"),
                (Mood::Neutral, Icon::Skipped, counts.skipped, "skipped"),
                (Mood::Info, Icon::Shield, counts.protected, "protected"),
                (Mood::Danger, Icon::Failed, counts.failed, "failed"),
                (Mood::Neutral, Icon::Close, counts.discarded, "discarded"),
            ];
            for (mood, icon, count, word) in counted.into_iter().filter(|it| it.2 > 0) {
                badge(ui, mood, icon, &format!("{} {word}", grouped(count)));
            }
        }
    });
}

/// The stage, when it began if that was late, and what was missed before.
fn remark(ctx: &Ctx<'_>, facts: &Facts, sweep: &Sweep) -> String {
    let stage = words::stage(sweep.stage).map(str::to_owned);
    let mut said: Vec<String> = stage.into_iter().collect();
    if let Some(due) = sweep.due
        && sweep.moment.at > due
    {
        said.push(format!("Begun late, {}", ctx.moment(facts.summary.at)));
    }
    match sweep.missed {
        0 => (),
        1 => said.push("1 due time before it was missed and got no execution".to_owned()),
        many => said.push(format!(
            "{} due times before it were missed and got no execution",
            grouped(many.into())
        )),
    }
    said.join(" · ")
}

fn banner_ui(ui: &mut Ui, facts: &Facts, is_short: bool) -> Option<Wish> {
    let it = &facts.summary;
    let error = it.error.as_deref().map(|error| sentence(&error));
    let error = error.unwrap_or_default();
    let stage = facts.sweep.as_ref().map(|it| it.stage);
    let mut wish = None;
    match (it.status, &facts.sweep) {
        (Status::Quarantined, Some(sweep)) => {
            let why = sweep.exceeded.map_or(error, |it| exceeded(&it));
            if is_short {
                Banner::new(Mood::Danger, &why).show(ui);
                ui.add_space(gap::S);
                return None;
            }
            let text = format!(
                "{why} Nothing has happened yet: look at the users, then release all or some of \
                 them, or discard the execution."
            );
            Banner::new(Mood::Danger, &text)
                .title("A guardrail stopped this execution")
                .show(ui);
        }
        (Status::Failed, _) => {
            Banner::new(Mood::Danger, &error)
                .title("This execution failed")
                .show(ui);
        }
        (Status::Canceled, Some(sweep)) if stage == Some(Stage::Stopped) => {
            let text = format!("{error} {} wait.", users(sweep.progress.planned));
            let banner = Banner::new(Mood::Warning, &text).title("Stopped");
            if banner.action("Discard…").show(ui) {
                wish = Some(Wish::Ask(Asking::Discard));
            }
        }
        (Status::Canceled, _) => {
            Banner::new(Mood::Info, &error).title("Canceled").show(ui);
        }
        (Status::CompletedWithErrors, Some(sweep)) => {
            let text = format!(
                "{} could not be dealt with; the list says why.",
                users(sweep.progress.failed)
            );
            if Banner::new(Mood::Warning, &text)
                .action("Show them")
                .show(ui)
            {
                wish = Some(Wish::Show(ItemState::Failed));
            }
        }
        _ => return None,
    }
    ui.add_space(gap::S);
    wish
}

/// The bar, with what can be done about it.
fn progress_ui(ui: &mut Ui, sweep: &Sweep) -> Option<Wish> {
    let counts = &sweep.progress;
    let fraction = counts.ended() as f32 / counts.total().max(1) as f32;
    let of_total = format!("{} users", words::of_total(counts));
    let (name, detail, fraction, word) = match sweep.stage {
        Stage::Planning => ("Planning", words::affected(sweep), 0.0, "Stop…"),
        Stage::Applying => ("Applying", of_total, fraction, "Stop…"),
        Stage::Reporting => ("Reporting", of_total, fraction, "Stop…"),
        Stage::Stopped => ("Stopped", of_total, fraction, "Resume…"),
        Stage::Quarantined | Stage::Ended => return None,
    };
    let asking = match sweep.stage {
        Stage::Stopped => Asking::Resume,
        _ => Asking::Stop,
    };
    progress(ui, name, &detail, fraction, Some(word)).then_some(Wish::Ask(asking))
}

/// What the command palette asks for.
pub(super) fn commanded(ctx: &mut Ctx<'_>, facts: &Facts) -> Option<Wish> {
    let stage = facts.sweep.as_ref().map(|it| it.stage);
    let offers = [
        match stage {
            Some(stage) if stage.is_open() => MenuCommand::StopExecution.possible(),
            _ => MenuCommand::StopExecution.refused("This execution is not running"),
        },
        match stage {
            Some(Stage::Stopped) => MenuCommand::ResumeExecution.possible(),
            _ => MenuCommand::ResumeExecution.refused("This execution was not stopped"),
        },
    ];
    match ctx.list(&offers)? {
        MenuCommand::StopExecution => Some(Wish::Ask(Asking::Stop)),
        _ => Some(Wish::Ask(Asking::Resume)),
    }
}
