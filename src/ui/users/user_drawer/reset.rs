//! Another password for somebody, given by an admin: typed, or drawn at random and shown once.
//!
//! **Invariant:** it is checked, compared with earlier ones and hashed in the background, never in a
//! frame.

use egui::{Key, Ui};
use tokio::sync::oneshot;

use super::super::{import_dialog::buttons_ui, password_rules::rules_ui};
use crate::{
    command::{Command, CommandError, Reply, password},
    model::user::{NewPassword, User},
    ui::{
        Ctx,
        sender::Ticket,
        sentence,
        tokens::gap,
        widgets::{Banner, Button, Dialog, Mood, TextField, checkbox, copyable, segmented, text},
    },
};

pub(super) struct ResetDialog {
    user: User,
    way: Way,
    typed: String,
    again: String,
    must_change: bool,
    fault: Option<Fault>,
    progress: Progress,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Typed,
    Generated,
}

/// What has to be mended first.
enum Fault {
    Password(String),
    NotTheSame,
    Other(String),
}

/// How far it has come, and with which password.
enum Progress {
    Typing,
    Checking(oneshot::Receiver<Chosen>, String),
    Sent(Ticket, String),

    /// Shown until somebody closes it.
    Done(String),
}

type Chosen = Result<NewPassword, CommandError>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Reset,
    Close,
}

impl ResetDialog {
    pub(super) fn new(user: User) -> Self {
        Self {
            user,
            way: Way::Typed,
            typed: String::new(),
            again: String::new(),
            must_change: true,
            fault: None,
            progress: Progress::Typing,
        }
    }

    /// Says whether the dialog stays open.
    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>) -> bool {
        if self.advance(ctx) {
            return false;
        }
        let name = self.user.profile.username.as_str();
        if let Progress::Done(password) = &self.progress {
            let title = format!("The new password of {name}");
            let shown = Dialog::new(&title).show(ctx.egui, |ui, opening| {
                shown_ui(ui, password, self.must_change, opening)
            });
            return !(shown.inner || shown.dismissed);
        }
        let title = format!("Reset the password of {name}");
        let shown =
            Dialog::new(&title).show(ctx.egui, |ui, opening| self.body_ui(ctx, ui, opening));
        let is_idle = matches!(self.progress, Progress::Typing);
        match shown.inner {
            Some(Step::Reset) => self.begin(ctx),
            Some(Step::Close) => return false,
            // Whoever waits for a password that is shown once must not lose it.
            None => return !(shown.dismissed && is_idle),
        }
        true
    }

    fn body_ui(&mut self, ctx: &Ctx<'_>, ui: &mut Ui, opening: bool) -> Option<Step> {
        ui.spacing_mut().item_spacing.y = gap::M;
        if let Some(Fault::Other(reason)) = &self.fault {
            Banner::new(Mood::Danger, reason)
                .title("Not reset")
                .show(ui);
        }
        let ways = [(Way::Typed, "Type it"), (Way::Generated, "Generate it")];
        if segmented(ui, "Where the password comes from", &mut self.way, &ways) {
            self.fault = None;
        }
        let entered = match self.way {
            Way::Typed => self.fields_ui(ctx, ui, opening),
            Way::Generated => {
                let text = "A long one is drawn at random and shown once, for you to pass on.";
                text::paragraph(ui, text);
                false
            }
        };
        checkbox(
            ui,
            &mut self.must_change,
            "Has to change it at the next sign-in",
        );
        text::note(
            ui,
            "The user is signed out everywhere, and is told by mail.",
        );
        self.buttons_ui(ui, entered)
    }

    /// Says whether Enter was pressed in the last field.
    fn fields_ui(&mut self, ctx: &Ctx<'_>, ui: &mut Ui, opening: bool) -> bool {
        let error = match &self.fault {
            Some(Fault::Password(message)) => Some(format!("Password {message}")),
            _ => None,
        };
        let field = TextField::new("New password")
            .password()
            .required()
            .focus(opening)
            .error(error.as_deref());
        let mut changed = field.show(ui, &mut self.typed).changed();
        if !self.typed.is_empty() {
            let policy = &ctx.config.settings.password;
            rules_ui(ui, policy, &self.typed, &self.user.profile.own_texts());
        }
        let differs = matches!(self.fault, Some(Fault::NotTheSame));
        let again = TextField::new("The same again")
            .password()
            .required()
            .error(differs.then_some("This is another one: type the same twice"))
            .show(ui, &mut self.again);
        changed |= again.changed();
        if changed {
            self.fault = None;
        }
        again.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter))
    }

    fn buttons_ui(&self, ui: &mut Ui, entered: bool) -> Option<Step> {
        let is_idle = matches!(self.progress, Progress::Typing);
        let is_there = self.way == Way::Generated || !self.typed.is_empty();
        let (word, why_not) = if is_idle {
            ("Reset password", "Type a password first")
        } else {
            ("Checking…", "It is compared with earlier passwords")
        };
        let can = is_idle && is_there;
        let mut step = (entered && can).then_some(Step::Reset);
        buttons_ui(ui, |ui| {
            let reset = Button::primary(word).enabled(can).why_not(why_not);
            if ui.add(reset).clicked() {
                step = Some(Step::Reset);
            }
            if ui
                .add(Button::secondary("Cancel").enabled(is_idle))
                .clicked()
            {
                step = Some(Step::Close);
            }
        });
        step
    }

    fn begin(&mut self, ctx: &Ctx<'_>) {
        self.fault = None;
        let password = match self.way {
            Way::Generated => password::generate(&ctx.config.settings.password),
            Way::Typed if self.typed != self.again => {
                self.fault = Some(Fault::NotTheSame);
                return;
            }
            Way::Typed => self.typed.clone(),
        };
        let (store, id, must_change) = (ctx.store.clone(), self.user.id, self.must_change);
        let chosen = password.clone();
        let work = move || password::choose(&store, id, &chosen, must_change);
        let answer = ctx.background.run(ctx.egui, work);
        self.progress = Progress::Checking(answer, password);
    }

    /// Takes the next step when the last one is done. Says whether all is done.
    fn advance(&mut self, ctx: &mut Ctx<'_>) -> bool {
        if let Progress::Checking(answer, password) = &mut self.progress {
            let password = std::mem::take(password);
            match answer.try_recv() {
                Ok(Ok(chosen)) => {
                    let command = Command::ResetPassword {
                        user: self.user.id,
                        password: chosen,
                    };
                    self.progress = Progress::Sent(ctx.commands.send(command), password);
                }
                Ok(Err(err)) => self.refuse(err),
                Err(oneshot::error::TryRecvError::Empty) => {
                    if let Progress::Checking(_, kept) = &mut self.progress {
                        *kept = password;
                    }
                }
                Err(oneshot::error::TryRecvError::Closed) => {
                    let why = "The password could not be checked: look into the log.".to_owned();
                    self.stop(Fault::Other(why));
                }
            }
        }
        let Progress::Sent(ticket, password) = &mut self.progress else {
            return false;
        };
        let Some(outcome) = ticket.poll() else {
            return false;
        };
        let password = std::mem::take(password);
        match outcome {
            Ok(reply) => self.finish(ctx, password, &reply),
            Err(err) => {
                self.refuse(err);
                false
            }
        }
    }

    fn finish(&mut self, ctx: &mut Ctx<'_>, password: String, reply: &Reply) -> bool {
        let done = format!("The password of {} was reset", self.user.profile.username);
        ctx.toast_ran(done, reply);
        self.progress = Progress::Done(password);
        self.way == Way::Typed
    }

    fn refuse(&mut self, err: CommandError) {
        self.stop(match err {
            CommandError::Fields(errors) if self.way == Way::Typed => {
                let message = errors.into_iter().next().map(|it| it.message);
                Fault::Password(message.unwrap_or_default())
            }
            err => Fault::Other(sentence(&err)),
        });
    }

    fn stop(&mut self, fault: Fault) {
        self.progress = Progress::Typing;
        self.fault = Some(fault);
    }
}

/// The generated password; says whether it may go.
fn shown_ui(ui: &mut Ui, password: &str, must_change: bool, opening: bool) -> bool {
    ui.spacing_mut().item_spacing.y = gap::M;
    copyable(ui, "New password", password);
    let mut text =
        "It is shown only now. Pass it on in a way that nobody else can read.".to_owned();
    if must_change {
        text += " The user chooses another one at the next sign-in.";
    }
    text::paragraph(ui, &text);
    buttons_ui(ui, |ui| {
        let done = ui.add(Button::primary("Done"));
        if opening {
            done.request_focus();
        }
        done.clicked()
    })
}
