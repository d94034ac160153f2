//! The comparison of two versions of a workflow: side by side on the canvas, in words, and as text.

mod as_text;
mod changes;
mod facts;
mod opened;

use std::sync::Arc;

use egui::{Align, CentralPanel, Frame, Layout, Margin, Panel, Ui, vec2};

pub(super) use self::changes::ChangeList;
use self::{facts::Facts, opened::Opened};
use super::{
    Ctx, Route, fonts,
    icons::Icon,
    loaded::{Loaded, Shown},
    menu::MenuCommand,
    sentence,
    tokens::{Tokens, gap, size, type_size},
    widgets::{
        Banner, Button, Combo, IconButton, Mood, empty_state, icon_button, segmented,
        skeleton_rows, text,
    },
    workflows,
};
use crate::model::{id::VersionId, version::Version};

#[derive(Default)]
pub(super) struct CompareScreen {
    facts: Loaded<(VersionId, VersionId), Option<Arc<Facts>>>,
    opened: Option<Opened>,
    tab: Tab,

    /// Where Back leads; the versions of the workflow unless it was opened elsewhere.
    from: Option<Route>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Tab {
    #[default]
    Canvas,
    Text,
}

/// What was pressed in the bar.
enum Pressed {
    Back,
    Copy,
    Choose(VersionId, VersionId),
}

impl CompareScreen {
    /// The screen is about to be shown, coming from another one.
    pub(super) fn enter(&mut self, from: Route) {
        self.from = matches!(from, Route::Editor(_)).then_some(from);
    }

    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui, old: VersionId, new: VersionId) {
        let shown = self.facts.get(ctx, &(old, new), move |store| {
            facts::read(store, old, new).map(|found| found.map(Arc::new))
        });
        let facts = match shown {
            Shown::Loading => {
                workflows::page(ui, |ui| skeleton_rows(ui, 6));
                return;
            }
            Shown::Failed(err) => {
                let reason = sentence(err);
                workflows::page(ui, |ui| Banner::new(Mood::Danger, &reason).show(ui));
                return;
            }
            Shown::Value(None) => {
                workflows::page(ui, |ui| gone(ctx, ui));
                return;
            }
            Shown::Value(Some(facts)) => Arc::clone(facts),
        };
        if self
            .opened
            .as_ref()
            .is_none_or(|it| !is_same(&it.facts, &facts))
        {
            self.opened = Some(Opened::new(Arc::clone(&facts)));
        }
        let pressed = bar(ui, &facts, (old, new), &mut self.tab);
        let commanded = ctx.offer(&[MenuCommand::ShowVersions.possible()]);
        if commanded == Some(MenuCommand::ShowVersions) {
            ctx.go(Route::Workflow(facts.workflow.id));
        }
        let escaped = match (&mut self.opened, self.tab) {
            (Some(opened), Tab::Canvas) => opened.side_by_side(ctx, ui),
            (Some(opened), Tab::Text) => {
                CentralPanel::no_frame().show(ui, |ui| as_text(ui, opened));
                ui.input_mut(|it| it.consume_key(egui::Modifiers::NONE, egui::Key::Escape))
            }
            (None, _) => false,
        };
        match pressed {
            Some(Pressed::Back) => self.back(ctx, &facts),
            Some(Pressed::Choose(old, new)) => ctx.go(Route::Compare { old, new }),
            Some(Pressed::Copy) => {
                ctx.egui.copy_text(facts.unified());
                ctx.toast(Mood::Success, "The differences are on the clipboard");
            }
            None if escaped => self.back(ctx, &facts),
            None => (),
        }
    }

    fn back(&self, ctx: &mut Ctx<'_>, facts: &Facts) {
        ctx.go(self.from.unwrap_or(Route::Workflow(facts.workflow.id)));
    }
}

/// Whether what is shown is still what the store says; otherwise both are drawn anew.
fn is_same(shown: &Arc<Facts>, now: &Arc<Facts>) -> bool {
    Arc::ptr_eq(shown, now)
        || (shown.old.version == now.old.version
            && shown.new.version == now.new.version
            && shown.old.definition == now.old.definition
            && shown.new.definition == now.new.definition)
}

fn as_text(ui: &mut Ui, opened: &mut Opened) {
    if opened
        .facts
        .lines
        .iter()
        .all(|it| it.old.is_some() && it.new.is_some())
    {
        let sentence = "Choose other versions above.";
        empty_state(ui, Icon::Check, "Both are the same text", sentence, None);
        return;
    }
    opened.text.show(ui, &opened.facts.lines);
}

fn bar(
    ui: &mut Ui,
    facts: &Facts,
    (old, new): (VersionId, VersionId),
    tab: &mut Tab,
) -> Option<Pressed> {
    let tokens = Tokens::of(ui.theme());
    let frame = Frame::new()
        .fill(tokens.surface)
        .inner_margin(Margin::symmetric(12, 0));
    Panel::top("compare bar")
        .exact_size(size::TOP_BAR)
        .resizable(false)
        .frame(frame)
        .show(ui, |ui| {
            let room = vec2(ui.available_width(), ui.available_height());
            ui.allocate_ui_with_layout(room, Layout::right_to_left(Align::Center), |ui| {
                let mut pressed = None;
                let views = [(Tab::Canvas, "Side by side"), (Tab::Text, "As text")];
                // Its parts stand from left to right.
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    segmented(ui, "View", tab, &views);
                });
                if *tab == Tab::Text {
                    let copy = IconButton::new(Icon::Copy, "Copy the differences");
                    if ui.add(copy).clicked() {
                        pressed = Some(Pressed::Copy);
                    }
                }
                ui.add_space(gap::S);
                let left = ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    choice(ui, facts, (old, new))
                });
                left.inner.or(pressed)
            })
            .inner
        })
        .inner
}

/// Back, the name, and which two are compared.
fn choice(ui: &mut Ui, facts: &Facts, chosen: (VersionId, VersionId)) -> Option<Pressed> {
    let tokens = Tokens::of(ui.theme());
    let mut pressed = None;
    if icon_button(ui, Icon::Back, "Back").clicked() {
        pressed = Some(Pressed::Back);
    }
    let pickers = (ui.available_width() * 0.36).clamp(120.0, 230.0);
    let rest = 2.0 * pickers + size::CONTROL + 4.0 * gap::S;
    ui.scope(|ui| {
        ui.set_max_width((ui.available_width() - rest).max(0.0));
        if ui.available_width() > 60.0 {
            let font = fonts::semibold(type_size::HEADING);
            text::elided(ui, &facts.workflow.name, font, tokens.text);
        }
    });
    let options: Vec<(VersionId, String)> = facts.versions.iter().map(option).collect();
    let (mut old, mut new) = chosen;
    let picker = |name| Combo::new(name).label_hidden().width(pickers);
    picker("Older version").show(ui, &mut old, &options);
    if icon_button(ui, Icon::Swap, "Swap the versions").clicked() {
        std::mem::swap(&mut old, &mut new);
    }
    picker("Newer version").show(ui, &mut new, &options);
    if (old, new) != chosen {
        pressed = Some(Pressed::Choose(old, new));
    }
    pressed
}

/// "Version 3, draft: From version 2"
fn option(version: &Version) -> (VersionId, String) {
    let status = version.status.label().to_lowercase();
    let mut words = format!("Version {}, {status}", version.number);
    if let Some(note) = version.note.lines().next() {
        words = format!("{words}: {note}");
    }
    (version.id, words)
}

fn gone(ctx: &mut Ctx<'_>, ui: &mut Ui) {
    let sentence = "It was deleted in the meantime. History still shows what it did.";
    let title = "One of these versions no longer exists";
    empty_state(ui, Icon::Compare, title, sentence, None);
    ui.vertical_centered(|ui| {
        if ui.add(Button::primary("Show workflows")).clicked() {
            ctx.go(Route::Workflows);
        }
    });
}
