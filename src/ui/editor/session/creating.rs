//! Groups and roles that the drawer asked for: sent to the store, and put where they were wanted.

use super::Session;
use crate::{
    command::{Command, CommandError, Reply},
    model::task::{Target, TargetKind},
    ui::{Ctx, canvas::Arrival, context::Pending, sender::Ticket, sentence, widgets::Mood},
};

/// A group or role that the drawer asked for.
pub(super) struct Creating {
    ticket: Ticket,
    kind: TargetKind,
    name: String,
}

impl Session {
    pub(super) fn create(&mut self, kind: TargetKind, name: String) {
        let (named, description) = (name.clone(), String::new());
        let command = match kind {
            TargetKind::Group => Command::CreateGroup {
                name: named,
                description,
            },
            TargetKind::Role => Command::CreateRole {
                name: named,
                description,
            },
        };
        let ticket = self.commands.send(command);
        self.creating.push(Creating { ticket, kind, name });
    }

    pub(super) fn receive_targets(&mut self, ctx: &mut Ctx<'_>) {
        let mut creating = std::mem::take(&mut self.creating);
        creating.retain_mut(|it| {
            let outcome = it.ticket.poll();
            let is_there = outcome.is_some();
            if let Some(outcome) = outcome {
                self.receive_target(ctx, it, outcome);
            }
            !is_there
        });
        self.creating = creating;
    }

    fn receive_target(
        &mut self,
        ctx: &mut Ctx<'_>,
        asked: &Creating,
        outcome: Result<Reply, CommandError>,
    ) {
        let Creating { kind, name, .. } = asked;
        let word = kind.word();
        let id = match outcome {
            Ok(Reply::Group(id)) => id.number(),
            Ok(Reply::Role(id)) => id.number(),
            other => {
                let reason = match other {
                    Err(err) => sentence(&err),
                    Ok(_) => sentence(&format!("no {word} was created")),
                };
                if !self.editor.refused(*kind, name, reason.clone()) {
                    ctx.toast(Mood::Danger, reason);
                }
                return;
            }
        };
        self.directory.add(*kind, id, name);
        self.choices = self.directory.choices();
        let target = Target {
            id: Some(id),
            name: name.clone(),
        };
        let there = match self.editor.created(*kind, target) {
            Arrival::Shown => return,
            Arrival::Elsewhere { step } => {
                format!("the {word} “{name}” was created and added to “{step}”")
            }
            Arrival::Nowhere => {
                format!("the {word} “{name}” was created, but what asked for it is gone")
            }
        };
        ctx.toast(Mood::Info, sentence(&there));
    }

    /// The groups and roles on their way when the screen is left: they will be there, but in no rule.
    pub(in crate::ui::editor) fn unfinished(&mut self) -> Vec<Pending> {
        let creating = std::mem::take(&mut self.creating).into_iter();
        let pending = creating.map(|it| Pending {
            done: format!(
                "The {} “{}” was created, but is in no rule: the canvas was left before.",
                it.kind.word(),
                it.name
            ),
            ticket: it.ticket,
            undo: None,
        });
        pending.collect()
    }
}
