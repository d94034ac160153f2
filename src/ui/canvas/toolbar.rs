//! The small bar on the canvas: undo, zoom, search. What finds no room is in its "More" menu.
//!
//! **Invariant:** each button does what the command of the same name does.

use egui::{
    Frame, Margin, Popup, PopupCloseBehavior, Rect, Response, Sense, Stroke, Ui, UiBuilder, Vec2,
    accesskit, vec2,
};

use super::{act::Act, commands::Commands};
use crate::ui::{
    icons::Icon,
    menu::MenuCommand,
    tokens::{Tokens, canvas, gap, radius, size},
    widgets::{Button, IconButton},
};

const BETWEEN: f32 = 2.0;
const ZOOM_WIDTH: f32 = 62.0;
const MENU_WIDTH: f32 = 250.0;

/// The buttons from left to right, in groups.
const GROUPS: [&[MenuCommand]; 3] = [
    &[MenuCommand::Undo, MenuCommand::Redo, MenuCommand::TidyUp],
    &[
        MenuCommand::ZoomOut,
        MenuCommand::NaturalSize,
        MenuCommand::ZoomIn,
        MenuCommand::Fit,
        MenuCommand::ZoomToSelection,
    ],
    &[MenuCommand::Find, MenuCommand::MiniMap],
];

/// Which of them stay where there is no room for all, the most wanted first.
const WANTED: [MenuCommand; 10] = [
    MenuCommand::Undo,
    MenuCommand::Redo,
    MenuCommand::Fit,
    MenuCommand::Find,
    MenuCommand::ZoomIn,
    MenuCommand::ZoomOut,
    MenuCommand::TidyUp,
    MenuCommand::MiniMap,
    MenuCommand::ZoomToSelection,
    MenuCommand::NaturalSize,
];

pub(super) struct Toolbar<'a> {
    pub(super) commands: Commands<'a>,
    pub(super) zoom: f32,
    pub(super) has_mini_map: bool,
}

impl Toolbar<'_> {
    /// In the lower left corner of `screen`. Also says which part of it is covered.
    pub(super) fn show(&self, ui: &mut Ui, screen: Rect) -> (Vec<Act>, Rect) {
        let tokens = Tokens::of(ui.theme());
        let room = screen.width() - 2.0 * (gap::M + gap::XS);
        let all: Vec<MenuCommand> = WANTED
            .into_iter()
            .filter(|it| self.commands.is_editing || !GROUPS[0].contains(it))
            .collect();
        let shown = fitting(&all, room);
        let hidden: Vec<MenuCommand> = GROUPS
            .into_iter()
            .flatten()
            .filter(|it| all.contains(it) && !shown.contains(it))
            .copied()
            .collect();
        let width = width_of(&shown, !hidden.is_empty()) + 2.0 * gap::XS;
        let height = size::CONTROL + 2.0 * gap::XS;
        let corner = screen.left_bottom() + vec2(gap::M, -gap::M - height);
        let area = Rect::from_min_size(corner, vec2(width, height));
        // The blocks below it must not see clicks that miss a button.
        let sense = Sense::CLICK | Sense::DRAG;
        ui.interact(area, ui.scope_id().with("toolbar"), sense);
        let mut acts = Vec::new();
        ui.scope_builder(UiBuilder::new().max_rect(area), |ui| {
            ui.ctx().accesskit_node_builder(ui.unique_id(), |node| {
                node.set_role(egui::Role::Toolbar);
                node.set_label("Canvas tools");
            });
            Frame::new()
                .fill(tokens.raised)
                .stroke(Stroke::new(size::LINE, tokens.border))
                .corner_radius(radius::CARD)
                .shadow(tokens.shadow_node)
                .inner_margin(Margin::same(4))
                .show(ui, |ui| {
                    ui.horizontal(|ui| {
                        ui.spacing_mut().item_spacing.x = BETWEEN;
                        acts = self.buttons(ui, &shown, &hidden);
                    });
                });
        });
        (acts, area)
    }

    fn buttons(&self, ui: &mut Ui, shown: &[MenuCommand], hidden: &[MenuCommand]) -> Vec<Act> {
        let mut acts = Vec::new();
        let mut is_first = true;
        for group in GROUPS {
            let mut group = group.iter().filter(|it| shown.contains(it)).peekable();
            if group.peek().is_some() && !std::mem::take(&mut is_first) {
                ui.add_space(gap::XS);
            }
            for command in group {
                let acts_now = self.possible(*command);
                if self.button(ui, *command, acts_now.as_ref().err()).clicked() {
                    acts.extend(acts_now.into_iter().flatten());
                }
            }
        }
        if !hidden.is_empty() {
            acts.extend(self.more(ui, hidden));
        }
        acts
    }

    /// What a press does, or why it can do nothing.
    fn possible(&self, command: MenuCommand) -> Result<Vec<Act>, &'static str> {
        match command {
            MenuCommand::ZoomOut if self.zoom <= canvas::ZOOM_MIN => Err("This is the smallest"),
            MenuCommand::ZoomIn if self.zoom >= canvas::ZOOM_MAX => Err("This is the largest"),
            _ => self.commands.acts(command),
        }
    }

    fn button(&self, ui: &mut Ui, command: MenuCommand, refusal: Option<&&str>) -> Response {
        if command == MenuCommand::NaturalSize {
            let percent = self.percent();
            let name = format!("Zoom is {percent}, set to 100 %");
            let wide = Vec2::new(ZOOM_WIDTH, size::CONTROL);
            let natural = ui.add_sized(wide, Button::quiet(&percent).name(&name));
            return natural.on_hover_text(command.with_keys(ui.ctx(), "Set to 100 %"));
        }
        let button = IconButton::new(command.icon(), name(command))
            .command(command)
            .enabled(refusal.is_none())
            .why_not(refusal.copied().unwrap_or_default());
        match self.is_pressed(command) {
            Some(is_pressed) => ui.add(button.selected(is_pressed)),
            None => ui.add(button),
        }
    }

    fn percent(&self) -> String {
        format!("{:.0} %", self.zoom * 100.0)
    }

    /// For a button that stays pressed.
    fn is_pressed(&self, command: MenuCommand) -> Option<bool> {
        (command == MenuCommand::MiniMap).then_some(self.has_mini_map)
    }

    fn more(&self, ui: &mut Ui, hidden: &[MenuCommand]) -> Vec<Act> {
        let button = ui.add(IconButton::new(Icon::More, "More canvas tools"));
        let is_open = Popup::is_id_open(ui.ctx(), Popup::default_response_id(&button));
        ui.ctx().accesskit_node_builder(button.id, |node| {
            node.set_has_popup(accesskit::HasPopup::Menu);
            node.set_expanded(is_open);
        });
        let mut acts = Vec::new();
        Popup::menu(&button)
            .close_behavior(PopupCloseBehavior::CloseOnClick)
            .accessible_name("More canvas tools")
            .width(MENU_WIDTH)
            .show(|ui| {
                ui.set_width(MENU_WIDTH);
                ui.spacing_mut().item_spacing.y = BETWEEN;
                for command in hidden {
                    let acts_now = self.possible(*command);
                    if self.line(ui, *command, acts_now.as_ref().err()).clicked() {
                        acts.extend(acts_now.into_iter().flatten());
                    }
                }
            });
        acts
    }

    fn line(&self, ui: &mut Ui, command: MenuCommand, refusal: Option<&&str>) -> Response {
        let is_pressed = self.is_pressed(command);
        let text = match is_pressed {
            Some(true) => "Hide the mini-map",
            Some(false) => "Show the mini-map",
            None => name(command),
        };
        let line = Button::quiet(text)
            .icon(command.icon())
            .name(name(command))
            .command(command)
            .enabled(refusal.is_none())
            .why_not(refusal.copied().unwrap_or_default());
        let response = ui.add(line);
        if let Some(is_pressed) = is_pressed {
            ui.ctx()
                .accesskit_node_builder(response.id, |node| node.set_toggled(is_pressed.into()));
        }
        response
    }
}

fn name(command: MenuCommand) -> &'static str {
    match command {
        MenuCommand::MiniMap => "Mini-map",
        MenuCommand::Find => "Find on the canvas",
        other => other.text(),
    }
}

fn width_of(commands: &[MenuCommand], has_more: bool) -> f32 {
    let width = |it: &MenuCommand| match it {
        MenuCommand::NaturalSize => ZOOM_WIDTH,
        _ => size::CONTROL,
    };
    let buttons: f32 = commands.iter().map(|it| width(it) + BETWEEN).sum();
    let is_shown = |group: &&&[MenuCommand]| group.iter().any(|it| commands.contains(it));
    let groups = GROUPS.iter().filter(is_shown).count();
    let gaps = groups.saturating_sub(1) as f32 * (gap::XS + BETWEEN);
    let more = if has_more { size::CONTROL } else { -BETWEEN };
    buttons + gaps + more
}

/// As many of them as find room, those that come first.
fn fitting(wanted: &[MenuCommand], room: f32) -> Vec<MenuCommand> {
    if width_of(wanted, false) <= room {
        return wanted.to_vec();
    }
    let fits = |count: &usize| {
        let some = wanted.get(..*count).unwrap_or_default();
        width_of(some, true) <= room
    };
    let count = (0..wanted.len()).rev().find(fits).unwrap_or(0);
    wanted.get(..count).unwrap_or_default().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_button_has_its_place_when_room_is_scarce() {
        let mut shown: Vec<MenuCommand> = GROUPS.into_iter().flatten().copied().collect();
        let mut wanted = WANTED.to_vec();
        shown.sort();
        wanted.sort();
        assert_eq!(shown, wanted);
    }

    #[test]
    fn the_bar_is_never_wider_than_its_room() {
        for room in [
            0.0_f32, 40.0, 100.0, 150.0, 222.0, 300.0, 340.0, 400.0, 2_000.0,
        ] {
            let shown = fitting(&WANTED, room);
            let has_more = shown.len() < WANTED.len();
            let width = width_of(&shown, has_more);
            assert!(width <= room.max(size::CONTROL), "{width} in {room}");
        }
        assert_eq!(fitting(&WANTED, 2_000.0), WANTED);
        assert_eq!(
            fitting(&WANTED, 100.0),
            [MenuCommand::Undo, MenuCommand::Redo]
        );
        assert_eq!(fitting(&WANTED, 10.0), []);
    }
}
