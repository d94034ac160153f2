//! The dialog that sends a test mail through the outbox.

use egui::{Align, Key, Layout, Ui, vec2};

use crate::{
    command::{Command, TestMail},
    ui::{
        Ctx, Route, ToastAction,
        sender::Ticket,
        sentence,
        tokens::size,
        widgets::{Button, Dialog, TextField, text},
    },
};

#[derive(Default)]
pub(super) struct TestDialog {
    address: String,
    error: Option<String>,
    sending: Option<Ticket>,
}

impl TestDialog {
    /// `mail` is what would be sent, but for its address. Says whether the dialog stays open.
    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>, mail: &TestMail, whom: &str) -> bool {
        if self.is_sent(ctx) {
            return false;
        }
        let is_set_up = ctx.config.settings.mail.is_set_up();
        let shown = Dialog::new("Send a test mail").show(ctx.egui, |ui, opening| {
            let about = format!(
                "The text as it is typed, saved or not, with the values of {whom}. It goes through \
                 the outbox like any other mail."
            );
            text::paragraph(ui, &about);
            if !is_set_up {
                text::note(
                    ui,
                    "No mail server is set up yet: it waits until there is one.",
                );
            }
            let field = TextField::new("Send it to")
                .hint("you@example.org")
                .error(self.error.as_deref())
                .focus(opening)
                .show(ui, &mut self.address);
            if field.changed() {
                self.error = None;
            }
            let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            self.buttons_ui(ui, entered)
        });
        match shown.inner {
            Some(Step::Send) => {
                let mail = TestMail {
                    address: self.address.clone(),
                    ..mail.clone()
                };
                let command = Command::SendTestMail(Box::new(mail));
                self.sending = Some(ctx.commands.send(command));
                !self.is_sent(ctx)
            }
            Some(Step::Close) => false,
            None => !shown.dismissed,
        }
    }

    fn buttons_ui(&self, ui: &mut Ui, entered: bool) -> Option<Step> {
        let can = self.sending.is_none() && !self.address.trim().is_empty();
        let mut step = (entered && can).then_some(Step::Send);
        let room = vec2(ui.available_width(), size::CONTROL);
        ui.allocate_ui_with_layout(room, Layout::right_to_left(Align::Center), |ui| {
            let send = Button::primary("Send test mail").enabled(can);
            if ui.add(send.why_not("Type an address first")).clicked() {
                step = Some(Step::Send);
            }
            if ui.add(Button::secondary("Cancel")).clicked() {
                step = Some(Step::Close);
            }
        });
        step
    }

    fn is_sent(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let Some(outcome) = self.sending.as_mut().and_then(Ticket::poll) else {
            return false;
        };
        self.sending = None;
        match outcome {
            Ok(_) => {
                let text = format!("The test mail to {} is queued", self.address.trim());
                ctx.toast_with(text, "Show", ToastAction::Go(Route::Outbox));
                true
            }
            Err(err) => {
                self.error = Some(sentence(&err));
                false
            }
        }
    }
}

enum Step {
    Send,
    Close,
}
