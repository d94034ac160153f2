//! What a screen works with.

use std::sync::Arc;

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::{
    background::Background,
    commands::{self, Chosen},
    menu::{MenuCommand, Offer},
    ran,
    route::Route,
    sender::{CommandSender, Ticket},
    widgets::{Mood, Toast, Toasts},
};
use crate::{
    clock::Clock,
    command::{Actor, Command, Reply},
    model::Timestamp,
    runtime::State as RuntimeState,
    store::{Config, Store},
};

/// Handed to the screen that is shown, for one frame.
pub struct Ctx<'a> {
    pub egui: &'a egui::Context,
    pub store: &'a Store,
    pub background: &'a Background,
    pub commands: &'a CommandSender,
    pub clock: &'a Clock,

    /// In whose name commands are applied.
    pub actor: &'a Actor,

    /// What the background runtime of this process is doing.
    pub runtime: &'a RuntimeState,

    /// What admins have set up, as last read.
    pub config: &'a Arc<Config>,

    /// Goes up with every change of the store.
    pub revision: u64,

    /// Seconds, for pauses.
    pub time: f64,
    pub(super) wishes: &'a mut Wishes,
}

/// What a screen asks of the window around it.
#[derive(Default)]
pub(super) struct Wishes {
    pub(super) route: Option<Route>,
    pub(super) toasts: Toasts<ToastAction>,
    pub(super) tickets: Vec<Pending>,

    /// What the screen that is shown can do in this frame.
    pub(super) offers: Vec<Offer>,

    /// What was chosen elsewhere, as in the command palette, until the screen takes it.
    pub(super) chosen: Option<Chosen>,
}

/// A command on its way, what to say when it is done, and how it could be taken back then.
pub(super) struct Pending {
    pub(super) ticket: Ticket,
    pub(super) done: String,
    pub(super) undo: Option<ToastAction>,
}

/// What the button of a toast does.
#[derive(Clone, Debug)]
pub enum ToastAction {
    Go(Route),
    Send { command: Box<Command>, done: String },
    Do(MenuCommand),
}

impl Ctx<'_> {
    /// Shows another screen from the next frame on.
    pub fn go(&mut self, route: Route) {
        self.wishes.route = Some(route);
    }

    /// Shows another screen, where something is done at once.
    pub fn go_and(&mut self, command: MenuCommand) {
        commands::choose(self.wishes, None, command);
        self.egui.request_repaint();
    }

    /// Lists what can be done now, and what cannot, and returns what is to be done: what was chosen
    /// in the command palette, or whose shortcut was pressed.
    pub fn offer(&mut self, offers: &[Offer]) -> Option<MenuCommand> {
        if let Some(chosen) = self.list(offers) {
            return Some(chosen);
        }
        let has_dialog = |memory: &egui::Memory| memory.top_modal_layer().is_some();
        if self.egui.memory(has_dialog) {
            return None;
        }
        let pressed = offers
            .iter()
            .find(|it| self.egui.input_mut(|input| it.command.takes(input)));
        pressed
            .filter(|it| it.refusal.is_none())
            .map(|it| it.command)
    }

    /// The same for commands whose shortcuts somebody else listens to: the canvas for its own, the
    /// window for those that can be done from every screen.
    pub fn list(&mut self, offers: &[Offer]) -> Option<MenuCommand> {
        self.wishes.offers.extend(offers);
        let is_chosen = |it: &Chosen| {
            let found = offers.iter().find(|offer| offer.command == it.command);
            found.is_some_and(|offer| offer.refusal.is_none())
        };
        let chosen = self.wishes.chosen.take_if(|it| is_chosen(it));
        chosen.map(|it| it.command)
    }

    /// Sends a command, and says `done` when it was done, or why not.
    pub fn send(&mut self, command: Command, done: impl Into<String>) {
        self.wishes.tickets.push(Pending {
            ticket: self.commands.send(command),
            done: done.into(),
            undo: None,
        });
    }

    /// The same for what can be taken back: instead of being asked before, people are offered the
    /// way back.
    pub fn send_undoable(&mut self, command: Command, done: impl Into<String>, undo: ToastAction) {
        self.wishes.tickets.push(Pending {
            ticket: self.commands.send(command),
            done: done.into(),
            undo: Some(undo),
        });
    }

    /// Says that something was done, and what ran because of it.
    pub fn toast_ran(&mut self, done: String, reply: &Reply) {
        let started = match reply {
            Reply::Updated(started) => started.as_slice(),
            _ => &[],
        };
        self.wishes.toasts.push(ran::toast(done, started));
    }

    pub fn toast(&mut self, mood: Mood, text: impl Into<String>) {
        self.wishes.toasts.push(Toast::new(mood, text));
    }

    /// Says that something was done, with a button that takes it back or shows it.
    pub fn toast_with(&mut self, text: impl Into<String>, word: &str, action: ToastAction) {
        let toast = Toast::new(Mood::Success, text).action(word, action);
        self.wishes.toasts.push(toast);
    }

    /// The same, of what was done but not as wished.
    pub fn warn_with(&mut self, text: impl Into<String>, word: &str, action: ToastAction) {
        let toast = Toast::new(Mood::Warning, text).action(word, action);
        self.wishes.toasts.push(toast);
    }

    /// The zone in which people read times.
    pub fn zone(&self) -> Tz {
        self.config.settings.zone()
    }

    /// The day that it is in the zone of the settings.
    pub fn today(&self) -> NaiveDate {
        self.clock.now().with_timezone(&self.zone()).date_naive()
    }

    /// "24 Dec 2031, 18:00" in the zone of the settings.
    pub fn moment(&self, at: Timestamp) -> String {
        moment(at, self.zone())
    }

    /// The same to the second and with the zone, for tooltips and details.
    pub fn moment_full(&self, at: Timestamp) -> String {
        at.with_timezone(&self.zone())
            .format("%-d %b %Y, %H:%M:%S%.3f %Z")
            .to_string()
    }
}

/// "24 Dec 2031, 18:00"
pub fn moment(at: Timestamp, zone: Tz) -> String {
    at.with_timezone(&zone)
        .format("%-d %b %Y, %H:%M")
        .to_string()
}

impl Wishes {
    /// Tells what became of commands that nobody else waits for.
    pub(super) fn report(&mut self) {
        let mut outcomes = Vec::new();
        self.tickets.retain_mut(|it| match it.ticket.poll() {
            Some(outcome) => {
                outcomes.push((outcome, std::mem::take(&mut it.done), it.undo.take()));
                false
            }
            None => true,
        });
        for (outcome, done, undo) in outcomes {
            let toast = match (outcome, undo) {
                (Ok(_), None) if done.is_empty() => continue,
                (Ok(Reply::Updated(started)), None) => ran::toast(done, &started),
                (Ok(_), None) => Toast::new(Mood::Success, done),
                (Ok(_), Some(undo)) => Toast::new(Mood::Success, done).action("Undo", undo),
                (Err(err), _) => Toast::new(Mood::Danger, sentence(&err)),
            };
            self.toasts.push(toast);
        }
    }
}

/// An error as people read it: with a capital letter, printed quotes and a full stop.
pub fn sentence(err: &impl ToString) -> String {
    let text = printed(&err.to_string());
    let mut letters = text.chars();
    let capital: String = letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default();
    if capital.ends_with(['.', '!', '?', ':']) {
        capital
    } else {
        capital + "."
    }
}

/// With the quotes of print in place of those of a typewriter, which errors have for the sake of
/// terminals and of whoever searches for them.
pub fn printed(text: &str) -> String {
    let mut before = ' ';
    text.chars()
        .map(|letter| {
            let opens = before.is_whitespace() || "([“".contains(before);
            before = letter;
            match letter {
                '"' if opens => '“',
                '"' => '”',
                other => other,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_becomes_a_sentence_with_the_quotes_of_print() {
        let text = sentence(&"the group \"All of \"us\"\" is gone (\"x\")");
        assert_eq!(text, "The group “All of “us”” is gone (“x”).");
    }
}
