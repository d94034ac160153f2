//! Mails that are being queued again, and what came of it.

use crate::{
    command::Command,
    model::id::MailId,
    ui::{Ctx, sender::Ticket, sentence, widgets::Mood},
};

#[derive(Default)]
pub(super) struct Resending {
    tickets: Vec<Ticket>,
    queued: usize,
    refused: Vec<String>,
}

impl Resending {
    pub(super) fn is_busy(&self) -> bool {
        !self.tickets.is_empty()
    }

    pub(super) fn send(&mut self, ctx: &Ctx<'_>, mails: &[MailId]) {
        let send = |id: &MailId| ctx.commands.send(Command::ResendMail(*id));
        self.tickets.extend(mails.iter().map(send));
    }

    /// Says what came of it once all is known.
    pub(super) fn report(&mut self, ctx: &mut Ctx<'_>) {
        if self.tickets.is_empty() {
            return;
        }
        self.tickets.retain_mut(|ticket| match ticket.poll() {
            None => true,
            Some(Ok(_)) => {
                self.queued += 1;
                false
            }
            Some(Err(err)) => {
                self.refused.push(sentence(&err));
                false
            }
        });
        if self.is_busy() {
            return;
        }
        let Self {
            queued, refused, ..
        } = std::mem::take(self);
        match queued {
            0 => (),
            1 => ctx.toast(Mood::Success, "The mail is queued again"),
            some => ctx.toast(Mood::Success, format!("{some} mails are queued again")),
        }
        match refused.as_slice() {
            [] => (),
            [only] => ctx.toast(Mood::Danger, only.clone()),
            [first, rest @ ..] => {
                let text = format!("{first} So it is with {} more.", rest.len());
                ctx.toast(Mood::Danger, text);
            }
        }
    }
}
