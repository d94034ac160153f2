//! The outbox: mails on their way out, what became of them, and sending them again.
//!
//! `list` shows mails, `details` one of them beside the list. **Invariant:** the mail that is shown beside
//! the list is the one that was opened, wherever in the list it stands by now.

mod details;
mod list;
mod resend;

use egui::{CentralPanel, Frame, Margin, Ui};

use self::{details::Details, list::List, resend::Resending};
use super::{
    Ctx, Route,
    icons::Icon,
    sending::Sending,
    templates,
    tokens::{Tokens, gap},
    widgets::{Answer, Button, Confirm, Mood},
};
use crate::{
    model::{id::MailId, mail::MailState},
    store::outbox::Kept,
};

#[derive(Default)]
pub(super) struct OutboxScreen {
    list: List,
    details: Option<Box<Details>>,
    sending: Sending,
    resending: Resending,

    /// Mails that were sent already, and whether they are wanted twice is asked.
    asked: Vec<MailId>,
}

/// What the list or the details ask the screen for.
enum Wish {
    Open(MailId),
    Close,
    Resend(Vec<Kept>),
}

impl OutboxScreen {
    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui) {
        self.resending.report(ctx);
        let mut wish = self.details.as_mut().and_then(|it| it.ui(ctx, ui));
        let frame = Frame::new()
            .fill(Tokens::of(ui.theme()).background)
            .inner_margin(Margin::same(gap::XL as i8));
        CentralPanel::default().frame(frame).show(ui, |ui| {
            wish = self.page_ui(ctx, ui).or_else(|| wish.take());
        });
        match wish {
            Some(Wish::Open(id)) => self.details = Some(Box::new(Details::new(id))),
            Some(Wish::Close) => self.details = None,
            Some(Wish::Resend(mails)) => self.resend(ctx, &mails),
            None => (),
        }
        self.ask(ctx);
    }

    fn page_ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui) -> Option<Wish> {
        let mut wish = None;
        let picked = self.list.picked();
        templates::header_ui(ctx, ui, Route::Outbox, |ui| {
            let word = match picked.len() {
                0 | 1 => "Resend mail".to_owned(),
                some => format!("Resend {some} mails"),
            };
            let button = Button::primary(&word).icon(Icon::Refresh);
            let can = !picked.is_empty() && !self.resending.is_busy();
            let why_not = "Select mails that failed or were sent first";
            if ui.add(button.enabled(can).why_not(why_not)).clicked() {
                wish = Some(Wish::Resend(picked));
            }
        });
        if self.sending.ui(ctx, ui, true) {
            ui.add_space(gap::S);
        }
        let shown = self.details.as_ref().map(|it| it.id());
        let inner = self.list.ui(ctx, ui, shown);
        wish.or(inner)
    }

    /// What was sent already is asked about: its recipient gets it twice.
    fn resend(&mut self, ctx: &Ctx<'_>, mails: &[Kept]) {
        let all: Vec<MailId> = mails.iter().map(|it| it.id).collect();
        if mails.iter().any(|it| it.state == MailState::Sent) {
            self.asked = all;
        } else {
            self.send(ctx, &all);
        }
    }

    fn ask(&mut self, ctx: &Ctx<'_>) {
        if self.asked.is_empty() {
            return;
        }
        let (title, body) = match self.asked.as_slice() {
            [_] => (
                "Send this mail once more?",
                "It was sent already: its recipient gets it a second time.",
            ),
            _ => (
                "Send these mails once more?",
                "Some of them were sent already: their recipients get them a second time.",
            ),
        };
        match Confirm::new(title, body, "Send once more").show(ctx.egui) {
            Some(Answer::Confirmed) => {
                let mails = std::mem::take(&mut self.asked);
                self.send(ctx, &mails);
            }
            Some(Answer::Cancelled) => self.asked.clear(),
            None => (),
        }
    }

    fn send(&mut self, ctx: &Ctx<'_>, mails: &[MailId]) {
        self.resending.send(ctx, mails);
        self.list.pick_none();
    }
}

fn mood(state: MailState) -> (Mood, Icon) {
    match state {
        MailState::Queued => (Mood::Neutral, Icon::Waiting),
        MailState::Sending => (Mood::Info, Icon::Running),
        MailState::Sent => (Mood::Success, Icon::Success),
        MailState::Failed => (Mood::Danger, Icon::Failed),
        MailState::NoAddress => (Mood::Warning, Icon::Warning),
    }
}

/// Whether it can be sent again as far as its state goes.
fn can_resend(state: MailState) -> bool {
    matches!(state, MailState::Sent | MailState::Failed)
}

/// What the server, or our own rules, last said.
fn said(mail: &Kept) -> String {
    match &mail.answer {
        None => String::new(),
        Some(answer) => match answer.code {
            Some(code) => format!("{code} {}", answer.text),
            None => super::sentence(&answer.text),
        },
    }
}
