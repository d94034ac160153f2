//! The "Try it" box: what the step would do for a real user, as it is edited now.
//!
//! It knows no store. What it wants to know is a [`TrialWish`] in each frame in which it is shown;
//! the screen answers with [`Trial::offer`] and [`Trial::learn`].

mod premise;
mod report;

use std::sync::Arc;

use egui::{Frame, Label, Margin, RichText, Ui};

use self::{
    premise::{Assumed, Premise},
    report::{Report, Verdict},
};
use super::{Around, Choices, section};
use crate::{
    model::{
        definition::{Node, NodeKind},
        id::UserId,
        sweep,
        text::fold,
        user::UserState,
    },
    ui::{
        fonts,
        icons::Icon,
        tokens::{Tokens, gap, radius, type_size},
        widgets::{Entry, Picker, text},
    },
};

/// What the box wants to know from the store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrialWish {
    /// The users that match this; all of them if it is empty.
    pub typed: Option<String>,

    /// What this user is like.
    pub user: Option<UserId>,
}

/// Some users of the directory.
#[derive(Debug, PartialEq, Eq)]
pub struct Candidates {
    /// What they match.
    pub typed: String,
    pub users: Vec<Entry<UserId>>,

    /// There are more than these.
    pub is_cut: bool,

    /// Nobody at all, whatever is typed.
    pub is_empty: bool,
}

/// A user as a workflow would see them now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    pub state: UserState,
    pub is_protected: bool,

    /// What scheduled tasks look at.
    pub dates: sweep::Facts,

    /// There was a sign of life; otherwise the account's creation stands for it.
    pub was_active: bool,
}

/// What became of the user who was chosen.
#[derive(Debug, PartialEq, Eq)]
pub enum Standing {
    Here(Box<Facts>),

    /// In the recycle bin, where no workflow sees them.
    Deleted,
    Gone,
}

/// Lives as long as the editor: another step is tried with the same user.
#[derive(Default)]
pub struct Trial {
    user: Option<Entry<UserId>>,
    premise: Premise,

    /// Somebody was chosen just now: the answer is to come into sight.
    reveals: bool,

    /// What is typed into the open list.
    typed: Option<String>,
    candidates: Option<Result<Arc<Candidates>, String>>,
    standing: Option<(UserId, Result<Arc<Standing>, String>)>,
    last: Option<Last>,
}

/// Worked out once per change instead of once per frame.
struct Last {
    kind: NodeKind,
    is_disabled: bool,
    assumed: Assumed,
    choices: Choices,
    standing: Arc<Standing>,
    report: Option<Report>,
}

impl Trial {
    /// The users that were asked for.
    pub fn offer(&mut self, candidates: Result<Arc<Candidates>, String>) {
        self.candidates = Some(candidates);
    }

    /// What the user who was asked about is like.
    pub fn learn(&mut self, user: UserId, standing: Result<Arc<Standing>, String>) {
        self.standing = Some((user, standing));
    }

    /// Shows the box for a step, if it asks anything. Returns what it wants to know.
    pub(super) fn show(&mut self, ui: &mut Ui, around: &Around<'_>, node: &Node) -> TrialWish {
        if !node.kind.is_step() {
            return TrialWish::default();
        }
        ui.separator();
        ui.push_id("trial", |ui| {
            section(ui, "Try it", |ui| {
                self.chooser(ui);
                if self.user.is_some() {
                    let trigger = around.trigger();
                    self.premise.source_ui(ui, trigger, &node.kind);
                }
                self.answer(ui, around, node);
            });
        });
        let is_idle = self.user.is_none().then(String::new);
        TrialWish {
            typed: self.typed.clone().or(is_idle),
            user: self.user.as_ref().map(|it| it.key),
        }
    }

    fn chooser(&mut self, ui: &mut Ui) {
        let candidates = match &self.candidates {
            Some(Ok(found)) => Some(found),
            Some(Err(reason)) => {
                super::complaint(ui, reason);
                None
            }
            None => None,
        };
        if self.user.is_none() && candidates.is_some_and(|it| it.is_empty) {
            let sentence =
                "There is nobody to try it with yet. Create a user on the Users screen first.";
            text::note(ui, sentence);
            return;
        }
        let none = Vec::new();
        let entries = candidates.map_or(&none, |it| &it.users);
        let help = match (&self.typed, candidates) {
            (Some(_), Some(found)) if found.is_cut => "There are more users: type on to find them.",
            _ => "See what this step would do for somebody. Nothing is changed.",
        };
        let mut chosen = None;
        let picker = Picker::new("User to try", entries)
            .placeholder("Choose a user…")
            .chosen_text(self.user.as_ref().map(|it| it.text.as_str()))
            .help(help)
            .narrowed_elsewhere();
        let picked = picker.show_one(ui, &mut chosen);
        let typed = picked.typed.clone().unwrap_or_default();
        let entry = chosen.and_then(|id| entries.iter().find(|it| it.key == id).cloned());
        let is_answer = candidates.is_some_and(|it| it.typed == typed);
        // Whoever types faster than the store answers does not want the first of an older list.
        if let Some(entry) = entry.filter(|it| is_answer || is_meant(it, &typed)) {
            self.user = Some(entry);
            self.premise.forget_earlier();
            self.reveals = true;
        }
        self.typed = picked.typed;
    }

    fn answer(&mut self, ui: &mut Ui, around: &Around<'_>, node: &Node) {
        let Some(user) = &self.user else {
            return;
        };
        let known = self.standing.as_ref().filter(|(id, _)| *id == user.key);
        let standing = match known {
            None => {
                text::note(ui, "Reading…");
                return;
            }
            Some((_, Err(reason))) => {
                super::complaint(ui, reason);
                return;
            }
            Some((_, Ok(standing))) => Arc::clone(standing),
        };
        match &*standing {
            Standing::Gone => {
                let text = format!("{} no longer exists. Choose somebody else.", user.text);
                verdict_ui(ui, Verdict::Open, &text);
            }
            Standing::Deleted => {
                let text = format!(
                    "{} is in the recycle bin, where no workflow sees anybody. Choose somebody else.",
                    user.text
                );
                verdict_ui(ui, Verdict::Open, &text);
            }
            Standing::Here(facts) => {
                self.ask(ui, around, node, &standing, facts);
                if let Some(report) = self.last.as_ref().and_then(|it| it.report.as_ref()) {
                    let answer = ui.vertical(|ui| report_ui(ui, report)).response;
                    if std::mem::take(&mut self.reveals) {
                        answer.scroll_to_me(None);
                    }
                }
            }
        }
    }

    /// Works the report out anew if anything has changed that it depends on.
    fn ask(
        &mut self,
        ui: &mut Ui,
        around: &Around<'_>,
        node: &Node,
        standing: &Arc<Standing>,
        facts: &Facts,
    ) {
        let (choices, user) = (around.choices, &facts.state);
        self.premise.earlier_ui(ui, around, &node.kind, user);
        let assumed = self.premise.assumed(around, &node.kind, user);
        let is_current = self.last.as_ref().is_some_and(|last| {
            last.kind == node.kind
                && last.is_disabled == node.is_disabled
                && last.assumed == assumed
                && last.choices.is_same(choices)
                && Arc::ptr_eq(&last.standing, standing)
        });
        if is_current {
            return;
        }
        self.last = Some(Last {
            kind: node.kind.clone(),
            is_disabled: node.is_disabled,
            report: Report::new(&node.kind, node.is_disabled, choices, facts, &assumed),
            assumed,
            choices: choices.clone(),
            standing: Arc::clone(standing),
        });
    }
}

fn is_meant(entry: &Entry<UserId>, typed: &str) -> bool {
    let wanted = fold(typed.trim());
    [&entry.text, &entry.detail]
        .iter()
        .any(|it| fold(it).contains(wanted.as_ref()))
}

fn report_ui(ui: &mut Ui, report: &Report) {
    verdict_ui(ui, report.verdict, &report.headline);
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = gap::XS;
        for line in &report.lines {
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = gap::S;
                ui.spacing_mut().interact_size.y = 0.0;
                ui.add_space(f32::from(line.depth) * gap::L);
                let tokens = Tokens::of(ui.theme());
                let (icon, word, ink) = match line.verdict {
                    Verdict::Yes => (Icon::Check, "Yes: ", tokens.success.ink),
                    Verdict::No => (Icon::Close, "No: ", tokens.danger.ink),
                    Verdict::Open => (Icon::Info, "", tokens.muted),
                };
                text::picture(ui, icon.sized(type_size::BODY, ink));
                let said = text::shown(&line.text);
                let font = fonts::regular(type_size::LABEL);
                let words = RichText::new(said.as_ref()).font(font).color(tokens.text);
                let response = ui.add(Label::new(words).wrap());
                ui.ctx().accesskit_node_builder(response.id, |node| {
                    node.set_value(format!("{word}{said}"));
                });
            });
        }
    });
}

/// The answer in one line, in colour, with an icon and in words.
fn verdict_ui(ui: &mut Ui, verdict: Verdict, sentence: &str) {
    let tokens = Tokens::of(ui.theme());
    let (icon, tone) = match verdict {
        Verdict::Yes => (Icon::Success, &tokens.success),
        Verdict::No => (Icon::Failed, &tokens.danger),
        Verdict::Open => (Icon::Info, &tokens.neutral),
    };
    Frame::new()
        .fill(tone.soft)
        .corner_radius(radius::CONTROL)
        .inner_margin(Margin::symmetric(10, 8))
        .show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            ui.horizontal_top(|ui| {
                ui.spacing_mut().interact_size.y = 0.0;
                text::picture(ui, icon.text(tone.ink));
                let words = RichText::new(text::shown(sentence))
                    .font(fonts::semibold(type_size::BODY))
                    .color(tone.ink);
                let response = ui.add(Label::new(words).wrap());
                ui.ctx().accesskit_node_builder(response.id, |node| {
                    node.set_live(egui::accesskit::Live::Polite);
                });
            });
        });
}
