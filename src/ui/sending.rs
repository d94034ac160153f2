//! Why no mail is sent at the moment, wherever that matters.

use egui::Ui;

use super::{
    Ctx,
    loaded::{Loaded, Shown},
    menu::MenuCommand,
    sentence,
    widgets::{Banner, Mood},
};
use crate::store::pause::{self, Pause};

#[derive(Default)]
pub(super) struct Sending {
    pause: Loaded<(), Option<Pause>>,
}

impl Sending {
    /// A banner while nothing is sent; `leads` adds the way to the settings. Says whether there is one.
    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui, leads: bool) -> bool {
        let (title, text, word) = if ctx.config.settings.mail.is_set_up() {
            let pause = match self.pause.get(ctx, &(), |store| store.read(pause::get)) {
                Shown::Value(Some(pause)) => pause,
                Shown::Loading | Shown::Value(None) | Shown::Failed(_) => return false,
            };
            let since = ctx.moment(pause.since);
            let next = ctx.moment(pause.until);
            let text = format!(
                "{} Mails wait in the outbox since {since}. It is tried again on {next}, and as soon \
                 as the settings change.",
                sentence(&pause.reason)
            );
            ("Sending is paused", text, "Change mail settings")
        } else {
            let text = "Mails wait in the outbox until there is a mail server to send them.";
            ("No mail server is set up", text.to_owned(), "Set up mail")
        };
        let banner = Banner::new(Mood::Warning, &text).title(title);
        let banner = if leads { banner.action(word) } else { banner };
        if banner.show(ui) {
            ctx.go_and(MenuCommand::SetUpMail);
        }
        true
    }
}
