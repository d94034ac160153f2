//! Running a scheduled workflow now: first it is said whom it would hit.
//!
//! **Invariant:** looking writes nothing; the run itself plans anew, within the guardrails.

mod preview;

use egui::Ui;

use self::preview::{Outcome, Preview};
use super::{
    Ctx, Route,
    job::Job,
    sender::Ticket,
    sentence,
    tokens::{gap, size},
    widgets::{Banner, Button, Combo, Dialog, Mood, text},
};
use crate::{
    command::{Command, Reply, sweeps::SweepCommand},
    model::id::WorkflowId,
    store::config::ActiveVersion,
};

#[derive(Default)]
pub(super) struct RunDialog {
    workflow: Option<WorkflowId>,
    preview: Option<(WorkflowId, Looking)>,
    sent: Option<Ticket>,
    refusal: Option<String>,
}

/// How far the look at the directory is.
enum Looking {
    Going(Job<Outcome>),
    Done(Preview),
    Failed(String),
    Canceled,
}

/// What a button of the dialog asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Run,
    Close,
}

impl RunDialog {
    pub(super) fn of(workflow: WorkflowId) -> Self {
        Self {
            workflow: Some(workflow),
            ..Self::default()
        }
    }

    /// Says whether it is over.
    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>) -> bool {
        if self.is_begun(ctx) {
            return true;
        }
        let config = ctx.config.clone();
        let scheduled: Vec<&ActiveVersion> = scheduled(&config.active).collect();
        let first = scheduled.first().map(|it| it.workflow);
        self.workflow = self.workflow.or(first);
        let version = scheduled
            .iter()
            .find(|it| Some(it.workflow) == self.workflow);
        self.look(ctx, version.copied());
        let shown = Dialog::new("Run a workflow now")
            .width(size::DIALOG)
            .show(ctx.egui, |ui, opening| {
                self.contents_ui(ui, &scheduled, opening)
            });
        match shown.inner {
            Some(Step::Run) => self.run(ctx),
            Some(Step::Close) => return true,
            None => (),
        }
        shown.dismissed
    }

    fn contents_ui(
        &mut self,
        ui: &mut Ui,
        scheduled: &[&ActiveVersion],
        opening: bool,
    ) -> Option<Step> {
        let options: Vec<_> = scheduled
            .iter()
            .map(|it| (Some(it.workflow), it.workflow_name.as_str()))
            .collect();
        let is_runnable = options.iter().any(|it| it.0 == self.workflow);
        if options.is_empty() {
            text::paragraph(ui, "No workflow with a schedule is active.");
        } else if !is_runnable && self.workflow.is_some() {
            text::paragraph(ui, "This workflow is not active, or no schedule starts it.");
        } else {
            Combo::new("Workflow").show(ui, &mut self.workflow, &options);
            ui.add_space(gap::S);
            self.preview_ui(ui);
        }
        if let Some(refusal) = &self.refusal {
            ui.add_space(gap::S);
            Banner::new(Mood::Danger, refusal).show(ui);
        }
        ui.add_space(gap::M);
        let room = egui::vec2(ui.available_width(), size::CONTROL);
        let layout = egui::Layout::right_to_left(egui::Align::Center);
        ui.allocate_ui_with_layout(room, layout, |ui| {
            let is_going = matches!(self.preview, Some((_, Looking::Going(_))));
            let can = is_runnable && !is_going && self.sent.is_none();
            let run = Button::primary("Run now").enabled(can);
            let run = run.why_not("It is being counted whom it would hit");
            let run = ui.add(run).clicked();
            let cancel = ui.add(Button::secondary("Cancel"));
            if opening {
                cancel.request_focus();
            }
            match (run, cancel.clicked()) {
                (true, _) => Some(Step::Run),
                (_, true) => Some(Step::Close),
                _ => None,
            }
        })
        .inner
    }

    fn preview_ui(&mut self, ui: &mut Ui) {
        match &self.preview {
            None => (),
            Some((_, Looking::Going(job))) => job.ui(ui, "Looking whom it would hit"),
            Some((_, Looking::Canceled)) => {
                text::paragraph(ui, "It was not counted whom it would hit.");
            }
            Some((_, Looking::Failed(reason))) => {
                Banner::new(Mood::Danger, reason).show(ui);
            }
            Some((_, Looking::Done(preview))) => preview.ui(ui),
        }
    }

    /// Looks at the directory for the workflow that is chosen.
    fn look(&mut self, ctx: &Ctx<'_>, version: Option<&ActiveVersion>) {
        let Some(version) = version else {
            return;
        };
        if self
            .preview
            .as_ref()
            .is_none_or(|it| it.0 != version.workflow)
        {
            let (store, version, now) = (ctx.store.clone(), version.clone(), ctx.clock.now());
            let workflow = version.workflow;
            let look = move |state: &_| preview::look(&store, &version, now, state);
            let job = Job::start(ctx, 0, look).of("users looked at");
            self.preview = Some((workflow, Looking::Going(job)));
        }
        if let Some((_, looking)) = &mut self.preview
            && let Looking::Going(job) = looking
            && let Some(outcome) = job.poll()
        {
            *looking = match outcome {
                Ok(Ok(preview)) => Looking::Done(preview),
                Ok(Err(None)) => Looking::Canceled,
                Ok(Err(Some(err))) => Looking::Failed(sentence(&err)),
                Err(broken) => Looking::Failed(sentence(&broken)),
            };
        }
    }

    fn run(&mut self, ctx: &Ctx<'_>) {
        if let Some(workflow) = self.workflow {
            self.refusal = None;
            let command = Command::Sweep(Box::new(SweepCommand::Run(workflow)));
            self.sent = Some(ctx.commands.send(command));
        }
    }

    /// Whether the execution has begun; it is shown then.
    fn is_begun(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let Some(outcome) = self.sent.as_mut().and_then(Ticket::poll) else {
            return false;
        };
        self.sent = None;
        match outcome {
            Ok(Reply::Execution(execution)) => {
                ctx.toast(Mood::Success, "The execution has begun");
                ctx.go(Route::Execution(execution));
                true
            }
            Ok(_) => true,
            Err(err) => {
                self.refusal = Some(sentence(&err));
                false
            }
        }
    }
}

/// Those that a schedule starts.
pub(super) fn scheduled(active: &[ActiveVersion]) -> impl Iterator<Item = &ActiveVersion> {
    active.iter().filter(|it| {
        let trigger = it.definition.trigger();
        trigger.is_some_and(|it| it.schedule().is_some())
    })
}
