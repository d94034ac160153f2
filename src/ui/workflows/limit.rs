//! The dialog in which a workflow follows the limit of the settings or gets one of its own.

use egui::Ui;

use super::buttons;
use crate::{
    command::{Command, sweeps::SweepCommand},
    model::{guard::Limit, id::WorkflowId},
    store::{Store, StoreError, users, workflows},
    ui::{
        Ctx,
        loaded::{Loaded, Shown},
        numbers::users as counted,
        sender::Ticket,
        sentence,
        settings::{allowed_words, limit_fields, whole_number},
        tokens::gap,
        widgets::{Answer, Banner, Button, Dialog, Mood, radio, skeleton_rows, text},
    },
};

pub(crate) struct LimitDialog {
    workflow: WorkflowId,
    name: String,
    stored: Loaded<(), Stored>,

    /// `None` until what is stored is known.
    typed: Option<Typed>,

    /// Whether the first control has been given the keyboard.
    is_open: bool,
    refusal: Option<String>,
    ticket: Option<Ticket>,
}

#[derive(Clone, Copy)]
struct Stored {
    own: Option<Limit>,

    /// How many users there are.
    directory: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Typed {
    is_own: bool,
    users: String,
    percent: String,
}

/// What is wrong with the number of users, and with the share.
type Errors = [Option<String>; 2];

impl Typed {
    /// A limit of its own begins as that of the settings.
    fn of(own: Option<Limit>, general: Limit) -> Self {
        let limit = own.unwrap_or(general);
        Self {
            is_own: own.is_some(),
            users: limit.users.to_string(),
            percent: limit.percent.to_string(),
        }
    }

    fn read(&self) -> Result<Option<Limit>, Errors> {
        if !self.is_own {
            return Ok(None);
        }
        match (whole_number(&self.users), whole_number(&self.percent)) {
            (Ok(users), Ok(percent)) => {
                let limit = Limit { users, percent }.checked();
                limit.map(Some).map_err(|err| [None, Some(sentence(&err))])
            }
            (users, percent) => Err([users.err(), percent.err()]),
        }
    }
}

impl LimitDialog {
    pub(crate) fn new(workflow: WorkflowId, name: &str) -> Self {
        Self {
            workflow,
            name: name.to_owned(),
            stored: Loaded::default(),
            typed: None,
            is_open: false,
            refusal: None,
            ticket: None,
        }
    }

    /// Says whether it is done.
    pub(crate) fn ui(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let general = ctx.config.settings.guard.limit;
        let directory = self.prepare(ctx, general);
        let title = format!("Limit of “{}”", self.name);
        let shown =
            Dialog::new(&title).show(ctx.egui, |ui, _| self.contents(ui, general, directory));
        match shown.inner {
            Some(Answer::Confirmed) => self.send(ctx),
            Some(Answer::Cancelled) => return true,
            None if shown.dismissed => return true,
            None => (),
        }
        self.receive(ctx)
    }

    /// Reads what is stored; returns the size of the directory.
    fn prepare(&mut self, ctx: &Ctx<'_>, general: Limit) -> u64 {
        let workflow = self.workflow;
        let fetch = move |store: &Store| {
            store.read(|db| {
                let own = workflows::limit(db, workflow)?;
                let directory = users::count(db)?;
                Ok::<_, StoreError>(Stored { own, directory })
            })
        };
        match self.stored.get(ctx, &(), fetch) {
            Shown::Loading => 0,
            Shown::Failed(err) => {
                self.refusal = Some(sentence(err));
                0
            }
            Shown::Value(stored) => {
                self.typed
                    .get_or_insert_with(|| Typed::of(stored.own, general));
                stored.directory
            }
        }
    }

    fn contents(&mut self, ui: &mut Ui, general: Limit, directory: u64) -> Option<Answer> {
        ui.spacing_mut().item_spacing.y = gap::M;
        if let Some(refusal) = &self.refusal {
            Banner::new(Mood::Danger, refusal).show(ui);
        }
        let Some(typed) = &mut self.typed else {
            skeleton_rows(ui, 2);
            return buttons(ui, None, "Cancel");
        };
        text::paragraph(
            ui,
            "How many users one execution of this workflow may disable or delete. One with more \
             waits in quarantine until an administrator decides. Executions that events start have \
             no such limit.",
        );
        let follows = radio(ui, &mut typed.is_own, false, &followed(general));
        let own = radio(ui, &mut typed.is_own, true, "A limit of its own");
        if !std::mem::replace(&mut self.is_open, true) {
            if typed.is_own { own } else { follows }.request_focus();
        }
        let mut entered = false;
        if typed.is_own {
            let [users, percent] = typed.read().err().unwrap_or_default();
            let errors = [users.as_deref(), percent.as_deref()];
            entered = limit_fields(ui, (&mut typed.users, &mut typed.percent), errors);
        }
        let read = typed.read();
        if let Ok(limit) = &read {
            let allowed = limit.unwrap_or(general).allowed(directory);
            text::note(ui, &allowed_words(allowed, directory));
        }
        ui.add_space(gap::XS);
        let can = read.is_ok() && self.ticket.is_none();
        let save = Button::primary("Save").why_not("Mend what is marked in red");
        let answer = buttons(ui, Some((save, can)), "Cancel");
        answer.or_else(|| (entered && can).then_some(Answer::Confirmed))
    }

    fn send(&mut self, ctx: &Ctx<'_>) {
        let Some(Ok(limit)) = self.typed.as_ref().map(Typed::read) else {
            return;
        };
        self.refusal = None;
        let workflow = self.workflow;
        let set = SweepCommand::SetLimit { workflow, limit };
        self.ticket = Some(ctx.commands.send(Command::Sweep(Box::new(set))));
    }

    fn receive(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let Some(outcome) = self.ticket.as_mut().and_then(Ticket::poll) else {
            return false;
        };
        self.ticket = None;
        match outcome {
            Ok(_) => {
                let is_own = self.typed.as_ref().is_some_and(|it| it.is_own);
                let done = if is_own {
                    format!("“{}” has a limit of its own", self.name)
                } else {
                    format!("“{}” follows the limit of the settings", self.name)
                };
                ctx.toast(Mood::Success, done);
                true
            }
            Err(err) => {
                self.refusal = Some(sentence(&err));
                false
            }
        }
    }
}

/// "Follow the settings: 100 users or 10 %, whichever is more"
fn followed(general: Limit) -> String {
    let Limit { users, percent } = general;
    let users = counted(users.into());
    format!("Follow the settings: {users} or {percent} %, whichever is more")
}

#[cfg(test)]
mod tests {
    use super::*;

    const GENERAL: Limit = Limit {
        users: 100,
        percent: 10,
    };

    #[track_caller]
    fn check(users: &str, percent: &str, expected: Result<Limit, [Option<&str>; 2]>) {
        let typed = Typed {
            is_own: true,
            users: users.to_owned(),
            percent: percent.to_owned(),
        };
        let expected = expected
            .map(Some)
            .map_err(|it| it.map(|text| text.map(str::to_owned)));
        assert_eq!(typed.read(), expected);
    }

    #[test]
    fn what_cannot_be_a_limit_is_said_at_its_field() {
        let number = Some("Write a whole number, such as 30.");
        let limit = |users, percent| Ok(Limit { users, percent });
        check(" 7 ", "0", limit(7, 0));
        check("4294967295", "100", limit(u32::MAX, 100));
        check("", "1", Err([number, None]));
        check("7", "ten", Err([None, number]));
        check("-1", "1.5", Err([number, number]));
        check("4294967296", "1", Err([number, None]));
        let share = Some("A share is between 0 and 100 percent.");
        check("7", "101", Err([None, share]));
    }

    #[test]
    fn who_follows_the_settings_has_no_limit_of_their_own() {
        let own = Limit {
            users: 3,
            percent: 1,
        };
        assert_eq!(Typed::of(Some(own), GENERAL).read(), Ok(Some(own)));
        let mut typed = Typed::of(None, GENERAL);
        assert_eq!(typed.read(), Ok(None));
        typed.is_own = true;
        assert_eq!(typed.read(), Ok(Some(GENERAL)));
        typed.users = "nonsense".to_owned();
        typed.is_own = false;
        assert_eq!(typed.read(), Ok(None));
    }
}
