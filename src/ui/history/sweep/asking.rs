//! The questions before something is decided about a scheduled execution.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::chosen::Chosen;
use crate::{
    command::{Command, sweeps::SweepCommand},
    model::{
        id::{ExecutionId, UserId},
        sweep::{ItemState, Stage},
    },
    store::{Store, StoreError, items, sweeps::Sweep},
    ui::{
        Ctx,
        history::{facts::Facts, words},
        numbers::{grouped, users},
        sentence,
        widgets::{Answer, Confirm, Mood},
    },
};

pub(super) enum Asking {
    Stop,
    Resume,
    Discard,
    ReleaseAll,
    ReleaseSome(Arc<Chosen>),

    /// Who was chosen is read from the store, to be released.
    Collecting(oneshot::Receiver<Result<Vec<UserId>, StoreError>>),
}

/// What a question says.
struct Words {
    title: String,
    body: String,
    word: &'static str,
    is_danger: bool,
}

impl Asking {
    /// Says whether it is over.
    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>, facts: &Facts, sweep: &Sweep) -> bool {
        if let Self::Collecting(users) = self {
            return release_collected(ctx, sweep, users);
        }
        let days = ctx.config.settings.directory.recycle_days;
        let consequence = words::consequence(facts.definition.as_ref(), days);
        let Some(said) = self.words(sweep, &consequence) else {
            return true;
        };
        let mut question = Confirm::new(&said.title, &said.body, said.word);
        if said.is_danger {
            question = question.danger();
        }
        match question.show(ctx.egui) {
            Some(Answer::Confirmed) => self.decide(ctx, sweep),
            Some(Answer::Cancelled) => true,
            None => false,
        }
    }

    fn words(&self, sweep: &Sweep, consequence: &str) -> Option<Words> {
        let planned = sweep.progress.planned;
        Some(match self {
            Self::Stop => Words {
                title: "Stop this execution?".to_owned(),
                body: stop_body(sweep),
                word: "Stop",
                is_danger: false,
            },
            Self::Resume => Words {
                title: "Resume this execution?".to_owned(),
                body: resume_body(sweep, consequence),
                word: "Resume",
                is_danger: false,
            },
            Self::Discard => Words {
                title: "Discard this execution?".to_owned(),
                body: discard_body(sweep),
                word: "Discard",
                is_danger: true,
            },
            Self::ReleaseAll => Words {
                title: format!("Release all {}?", users(planned)),
                body: format!("This goes on for {}. {consequence}", users(planned)),
                word: "Release all",
                is_danger: true,
            },
            Self::ReleaseSome(chosen) => {
                let count = chosen.count(planned);
                let rest = planned.saturating_sub(count);
                Words {
                    title: format!("Release {}?", users(count)),
                    body: format!(
                        "This goes on for {}. {consequence} The other {} are discarded: nothing \
                         happens to them.",
                        users(count),
                        grouped(rest),
                    ),
                    word: "Release selected",
                    is_danger: true,
                }
            }
            Self::Collecting(_) => return None,
        })
    }

    fn decide(&mut self, ctx: &mut Ctx<'_>, sweep: &Sweep) -> bool {
        let execution = sweep.execution;
        let (command, done) = match self {
            Self::Stop => (SweepCommand::Stop(execution), "The execution was stopped"),
            Self::Resume => (SweepCommand::Resume(execution), "The execution goes on"),
            Self::Discard => (
                SweepCommand::Discard(execution),
                "The execution was discarded",
            ),
            Self::ReleaseAll => (
                SweepCommand::Release {
                    execution,
                    only: None,
                },
                "All its users were released",
            ),
            Self::ReleaseSome(chosen) => {
                let (store, chosen) = (ctx.store.clone(), Arc::clone(chosen));
                let collect = move || collect(&store, execution, &chosen);
                *self = Self::Collecting(ctx.background.run(ctx.egui, collect));
                return false;
            }
            Self::Collecting(_) => return true,
        };
        ctx.send(Command::Sweep(Box::new(command)), done);
        true
    }
}

fn stop_body(sweep: &Sweep) -> String {
    let progress = &sweep.progress;
    match sweep.stage {
        Stage::Planning => "Nothing has happened to anybody yet. It can be resumed, and is then \
             planned again."
            .to_owned(),
        _ => format!(
            "{} users have been dealt with: what was done stays done. The other {} wait until you \
             resume or discard it.",
            words::of_total(progress),
            grouped(progress.planned)
        ),
    }
}

fn resume_body(sweep: &Sweep, consequence: &str) -> String {
    match sweep.resume {
        Some(Stage::Planning) | None => "The directory is gone through again; the guardrails are \
             asked before anything happens."
            .to_owned(),
        Some(_) => format!(
            "It goes on for {}. {consequence}",
            users(sweep.progress.planned)
        ),
    }
}

fn discard_body(sweep: &Sweep) -> String {
    let (planned, ended) = (sweep.progress.planned, sweep.progress.ended());
    let rest = format!(
        "Nothing happens to {}, and the execution cannot go on afterwards. The next due time plans \
         anew.",
        match planned {
            0 => "anybody".to_owned(),
            count => users(count),
        }
    );
    match ended {
        0 => rest,
        ended => format!("{rest} What was done for {} stays done.", users(ended)),
    }
}

/// The planned users that are chosen.
fn collect(
    store: &Store,
    execution: ExecutionId,
    chosen: &Chosen,
) -> Result<Vec<UserId>, StoreError> {
    let mut found = Vec::new();
    store.read(|db| {
        items::each(db, execution, |item| {
            if item.state == ItemState::Planned && chosen.has(item.user) {
                found.push(item.user);
            }
            Ok::<_, StoreError>(())
        })
    })?;
    Ok(found)
}

fn release_collected(
    ctx: &mut Ctx<'_>,
    sweep: &Sweep,
    collected: &mut oneshot::Receiver<Result<Vec<UserId>, StoreError>>,
) -> bool {
    match collected.try_recv() {
        Err(oneshot::error::TryRecvError::Empty) => return false,
        Err(oneshot::error::TryRecvError::Closed) => {
            ctx.toast(Mood::Danger, "The selected users could not be read.");
        }
        Ok(Err(err)) => ctx.toast(Mood::Danger, sentence(&err)),
        Ok(Ok(only)) => {
            let done = format!("{} released", users(only.len() as u64));
            let command = SweepCommand::Release {
                execution: sweep.execution,
                only: Some(only),
            };
            ctx.send(Command::Sweep(Box::new(command)), done);
        }
    }
    true
}
