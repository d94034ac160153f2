//! The menu of a block, an edge or the ground: what can be done with it, and why something cannot.
//!
//! The lines are commands; what they mean is decided in [`super::commands`], as for every key.

use egui::{
    Align2, EventFilter, Id, Key, Modifiers, Popup, PopupCloseBehavior, Pos2, Rect, Response, Role,
    Sense, Ui, WidgetInfo, vec2,
};

use super::commands::Commands;
use crate::ui::{
    fonts,
    menu::{MenuCommand, Offer},
    tokens::{Tokens, gap, radius, type_size},
};

const WIDTH: f32 = 264.0;
const LINE: f32 = 30.0;

/// What a menu is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    Blocks,
    Edge,
    Ground,
}

pub(super) struct ContextMenu {
    about: About,
    at: Pos2,
    line: usize,
    is_opening: bool,
}

impl About {
    fn name(self) -> &'static str {
        match self {
            Self::Blocks => "Menu of the block",
            Self::Edge => "Menu of the line",
            Self::Ground => "Menu of the canvas",
        }
    }

    /// In groups, with a line between them.
    fn commands(self) -> &'static [&'static [MenuCommand]] {
        match self {
            Self::Blocks => &[
                &[
                    MenuCommand::Open,
                    MenuCommand::Rename,
                    MenuCommand::ToggleDisabled,
                    MenuCommand::AddStep,
                ],
                &[
                    MenuCommand::Cut,
                    MenuCommand::Copy,
                    MenuCommand::Paste,
                    MenuCommand::Duplicate,
                ],
                &[MenuCommand::Delete],
            ],
            Self::Edge => &[
                &[MenuCommand::AddStep, MenuCommand::Paste],
                &[MenuCommand::Delete],
            ],
            Self::Ground => &[
                &[MenuCommand::Paste, MenuCommand::SelectAll],
                &[MenuCommand::AddNote, MenuCommand::TidyUp],
                &[MenuCommand::Undo, MenuCommand::Redo],
                &[MenuCommand::Fit, MenuCommand::NaturalSize],
            ],
        }
    }
}

impl ContextMenu {
    pub(super) fn new(about: About, at: Pos2) -> Self {
        Self {
            about,
            at,
            line: 0,
            is_opening: true,
        }
    }

    pub(super) fn at(&self) -> Pos2 {
        self.at
    }

    /// What was chosen, and whether the menu stays open.
    pub(super) fn show(&mut self, ui: &Ui, commands: &Commands<'_>) -> (Option<MenuCommand>, bool) {
        let mut is_open = true;
        let mut chosen = None;
        let id = ui.scope_id().with("context menu");
        let anchor = Rect::from_center_size(self.at, vec2(1.0, 1.0));
        let escaped = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
        Popup::new(id, ui.ctx().clone(), anchor, ui.layer_id())
            .open_bool(&mut is_open)
            .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
            .accessible_name(self.about.name())
            .width(WIDTH)
            .gap(2.0)
            .show(|ui| {
                ui.set_width(WIDTH);
                ui.ctx().accesskit_node_builder(ui.unique_id(), |node| {
                    node.set_role(Role::Menu);
                    node.set_label(self.about.name());
                });
                chosen = self.lines(ui, commands);
            });
        self.is_opening = false;
        let stays = is_open && !escaped && chosen.is_none();
        (chosen, stays)
    }

    fn lines(&mut self, ui: &mut Ui, commands: &Commands<'_>) -> Option<MenuCommand> {
        let groups = self.about.commands();
        let count: usize = groups.iter().map(|group| group.len()).sum();
        let moved = self.walk(ui, count);
        let mut chosen = None;
        let mut index = 0;
        ui.spacing_mut().item_spacing.y = 0.0;
        for (number, group) in groups.iter().enumerate() {
            if number > 0 {
                ui.add_space(gap::XS);
                ui.separator();
                ui.add_space(gap::XS);
            }
            for command in *group {
                let offer = commands.offer(*command);
                let row = line(ui, offer, ui.scope_id().with(("line", index)));
                let is_set = moved || self.is_opening;
                if is_set && index == self.line {
                    row.request_focus();
                    keep_arrows(ui, row.id);
                } else if !is_set && row.has_focus() {
                    // Tab or a screen reader may have brought the keyboard here.
                    self.line = index;
                    keep_arrows(ui, row.id);
                }
                if row.clicked() && offer.refusal.is_none() {
                    chosen = Some(*command);
                }
                index += 1;
            }
        }
        chosen
    }

    /// Up, Down, Home and End go from line to line, around at the ends.
    fn walk(&mut self, ui: &Ui, count: usize) -> bool {
        let before = self.line;
        ui.input_mut(|input| {
            let mut take = |key| input.consume_key(Modifiers::NONE, key);
            if take(Key::ArrowUp) {
                self.line = self.line.checked_sub(1).unwrap_or(count - 1);
            }
            if take(Key::ArrowDown) {
                self.line = (self.line + 1) % count;
            }
            if take(Key::Home) {
                self.line = 0;
            }
            if take(Key::End) {
                self.line = count - 1;
            }
        });
        self.line != before
    }
}

fn keep_arrows(ui: &Ui, row: Id) {
    let filter = EventFilter {
        horizontal_arrows: true,
        vertical_arrows: true,
        escape: true,
        tab: false,
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(row, filter));
}

fn line(ui: &mut Ui, offer: Offer, id: Id) -> Response {
    let tokens = Tokens::of(ui.theme());
    let (_, rect) = ui.allocate_space(vec2(ui.available_width(), LINE));
    let response = ui.interact(rect, id, Sense::click());
    let command = offer.command;
    let is_possible = offer.refusal.is_none();
    response.widget_info(|| WidgetInfo::labeled(Role::MenuItem, is_possible, command.text()));
    let shortcut = command
        .shortcuts()
        .first()
        .map(|it| ui.ctx().format_shortcut(it));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        if let Some(shortcut) = &shortcut {
            node.set_keyboard_shortcut(shortcut.clone());
        }
        if let Some(why) = offer.refusal {
            node.set_description(why);
        }
    });
    let painter = ui.painter();
    if response.hovered() || response.has_focus() {
        let fill = if is_possible {
            tokens.selection
        } else {
            tokens.sunken
        };
        painter.rect_filled(rect, radius::SMALL, fill);
    }
    let strength = if is_possible { 1.0 } else { 0.55 };
    let faded = |color: egui::Color32| color.gamma_multiply(strength);
    let left = rect.left_center() + vec2(gap::M + 4.0, 0.0);
    let icon = fonts::icon(type_size::ICON);
    let glyph = command.icon().glyph();
    painter.text(
        left,
        Align2::CENTER_CENTER,
        glyph,
        icon,
        faded(tokens.muted),
    );
    let words = left + vec2(gap::L + 2.0, 0.0);
    let font = fonts::regular(type_size::BODY);
    painter.text(
        words,
        Align2::LEFT_CENTER,
        command.text(),
        font,
        faded(tokens.text),
    );
    if let Some(shortcut) = shortcut {
        let right = rect.right_center() - vec2(gap::S, 0.0);
        let font = fonts::regular(type_size::SMALL);
        painter.text(
            right,
            Align2::RIGHT_CENTER,
            shortcut,
            font,
            faded(tokens.muted),
        );
    }
    match offer.refusal {
        Some(why) => response.on_hover_text(why),
        None => response,
    }
}
