//! The list of shortcuts.
//!
//! **Invariant:** every shortcut of [`MenuCommand`] is on it, because it is made from them.

use egui::{Context, Grid, Key, Modifiers, RichText, Role, ScrollArea, Ui, WidgetInfo};

use super::{
    fonts,
    front::Front,
    menu::{MenuCommand, Part, written},
    tokens::{Tokens, gap, radius, size, type_size},
    widgets::{Button, Dialog, search_field, text},
};

/// What hands do on the canvas that is no command, and what it does.
const GESTURES: &[(&str, &str)] = &[
    ("Arrows", "Walk along the edges"),
    (
        "Tab, Shift+Tab",
        "To the next block, port or button, and back",
    ),
    ("Ctrl and an arrow", "Move the selected blocks"),
    ("Esc", "Close what is open, then the selection"),
    ("Drag a block", "Move it and what is selected with it"),
    (
        "Drag from a port",
        "Connect it, or choose a step where it is dropped",
    ),
    (
        "Shift and a click",
        "Add a block to the selection, or take it out",
    ),
    ("Shift and drag", "Select every block in a rectangle"),
    ("Space and drag, or the middle button", "Move the view"),
    ("Wheel", "Scroll the view"),
    ("Ctrl and the wheel, or a pinch", "Zoom"),
    ("Double-click", "Open a block in the drawer"),
    ("Right-click", "Open the menu of a block"),
];

/// A line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    keys: String,
    text: &'static str,
}

#[derive(Default)]
pub(super) struct Sheet {
    front: Front,
    typed: String,
}

impl Sheet {
    pub(super) fn is_open(&self) -> bool {
        self.front.is_open()
    }

    pub(super) fn open(&mut self, egui: &Context) {
        self.front.open(egui);
        self.typed.clear();
    }

    /// Before anything is drawn: F1 closes what F1 has opened.
    pub(super) fn take_keys(&mut self, egui: &Context) {
        if !self.is_open() {
            return;
        }
        let leaves = egui.input_mut(|input| {
            input.consume_key(Modifiers::NONE, Key::Escape) || MenuCommand::Shortcuts.takes(input)
        });
        if leaves {
            self.front.close(egui);
        }
    }

    /// Returns where its button leads.
    pub(super) fn ui(&mut self, egui: &Context) -> Option<MenuCommand> {
        if !self.is_open() {
            self.front.end(egui);
            return None;
        }
        let room = egui.content_rect().size();
        let sheet = Dialog::new("Shortcuts").width(size::SHEET);
        let shown = sheet.show(egui, |ui, opening| {
            let search = search_field(
                ui,
                "Search shortcuts",
                "Search keys or what they do",
                size::DIALOG,
                &mut self.typed,
            );
            if opening {
                search.request_focus();
            }
            ui.add_space(gap::XS);
            let chrome = 5.0 * size::CONTROL + 2.0 * gap::XXL;
            let height = (room.y - chrome).max(2.0 * size::CONTROL);
            // As high from the first frame on: nothing moves under the pointer.
            ScrollArea::vertical()
                .id_salt("shortcuts")
                .max_height(height)
                .min_scrolled_height(height)
                .auto_shrink([false, true])
                .show(ui, |ui| {
                    // The words keep off the scroll bar.
                    ui.set_max_width(ui.available_width() - gap::M);
                    parts_ui(ui, &self.typed);
                });
            ui.add_space(gap::XS);
            footer_ui(ui)
        });
        let leaves = shown.dismissed || shown.inner != Footer::Stay;
        if leaves {
            self.front.close(egui);
        }
        (shown.inner == Footer::Handbook).then_some(MenuCommand::GoHandbook)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Footer {
    Stay,
    Close,
    Handbook,
}

fn footer_ui(ui: &mut Ui) -> Footer {
    let room = egui::vec2(ui.available_width(), size::CONTROL);
    let layout = egui::Layout::right_to_left(egui::Align::Center);
    ui.allocate_ui_with_layout(room, layout, |ui| {
        let closes = ui.add(Button::primary("Close")).clicked();
        let handbook = Button::secondary("Read the handbook").icon(super::icons::Icon::Handbook);
        match (closes, ui.add(handbook).clicked()) {
            (_, true) => Footer::Handbook,
            (true, false) => Footer::Close,
            (false, false) => Footer::Stay,
        }
    })
    .inner
}

/// In two columns where they fit; a part is never torn apart.
fn parts_ui(ui: &mut Ui, typed: &str) {
    let parts = parts(ui.ctx(), typed);
    if parts.is_empty() {
        text::muted(ui, &format!("No shortcut holds “{}”", typed.trim()));
        return;
    }
    let is_wide = ui.available_width() >= size::SHEET_WIDE;
    let count = if is_wide { 2 } else { 1 };
    let total: usize = parts.iter().map(|(_, lines)| lines.len() + 2).sum();
    ui.columns(count, |columns| {
        let mut seen = 0;
        for (heading, lines) in &parts {
            // In the column in which its middle lies.
            let middle = seen + lines.len() / 2;
            let column = usize::from(is_wide && 2 * middle > total);
            seen += lines.len() + 2;
            if let Some(ui) = columns.get_mut(column) {
                part_ui(ui, heading, lines);
            }
        }
    });
}

/// The lines that hold every word that was typed, under their headings.
fn parts(egui: &Context, typed: &str) -> Vec<(&'static str, Vec<Line>)> {
    let typed = typed.to_lowercase();
    let holds = |line: &Line| {
        let line = format!("{} {}", line.keys, line.text).to_lowercase();
        typed.split_whitespace().all(|word| line.contains(word))
    };
    let of_part = |part: Part| {
        let commands = MenuCommand::ALL.iter().filter(|it| it.part() == part);
        let lines = commands.filter_map(|it| line(egui, *it)).filter(holds);
        (part.label(), lines.collect::<Vec<_>>())
    };
    let gestures = GESTURES.iter().map(|(keys, text)| Line {
        keys: named(egui, keys),
        text,
    });
    let mut parts: Vec<_> = Part::ALL.into_iter().map(of_part).collect();
    parts.push(("Hands on the canvas", gestures.filter(holds).collect()));
    parts.retain(|(_, lines)| !lines.is_empty());
    parts
}

fn line(egui: &Context, command: MenuCommand) -> Option<Line> {
    let keys: Vec<String> = command
        .shortcuts()
        .iter()
        .map(|it| written(egui, it))
        .collect();
    (!keys.is_empty()).then(|| Line {
        keys: keys.join(" or "),
        text: command.text(),
    })
}

/// The key that is Ctrl elsewhere has another name on a Mac.
fn named(egui: &Context, keys: &str) -> String {
    if egui.os().is_mac() {
        keys.replace("Ctrl", "Cmd")
    } else {
        keys.to_owned()
    }
}

fn part_ui(ui: &mut Ui, heading: &str, lines: &[Line]) {
    text::heading(ui, heading);
    let keys_width = (ui.available_width() * 0.42).min(size::KEY_COLUMN + gap::XXL);
    ui.spacing_mut().interact_size.y = 0.0;
    Grid::new(heading)
        .num_columns(2)
        .spacing([gap::M, gap::S])
        .show(ui, |ui| {
            for line in lines {
                ui.vertical(|ui| {
                    ui.set_width(keys_width);
                    keys_ui(ui, &line.keys);
                });
                ui.vertical(|ui| {
                    ui.set_width(ui.available_width());
                    ui.add(egui::Label::new(line.text).wrap());
                });
                ui.end_row();
            }
        });
    ui.add_space(gap::L);
}

fn keys_ui(ui: &mut Ui, keys: &str) {
    let tokens = Tokens::of(ui.theme());
    let frame = egui::Frame::new()
        .fill(tokens.neutral.soft)
        .corner_radius(radius::SMALL)
        .inner_margin(egui::Margin::symmetric(6, 2));
    frame.show(ui, |ui| {
        let keys_text = RichText::new(keys)
            .font(fonts::regular(type_size::SMALL))
            .color(tokens.text);
        let label = ui.add(egui::Label::new(keys_text).wrap());
        label.widget_info(|| WidgetInfo::labeled(Role::Label, true, keys));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shortcut_is_on_the_list() {
        let egui = Context::default();
        let parts = parts(&egui, "");
        let lines: Vec<&Line> = parts.iter().flat_map(|(_, lines)| lines).collect();
        let mut count = 0;
        for command in MenuCommand::ALL {
            for shortcut in command.shortcuts() {
                let keys = written(&egui, &shortcut);
                let is_listed = lines.iter().any(|it| {
                    it.text == command.text() && it.keys.split(" or ").any(|it| it == keys)
                });
                assert!(is_listed, "{command:?}: {keys}");
                count += 1;
            }
        }
        assert!(count > 30);
    }

    #[test]
    fn it_is_searched_by_key_and_by_meaning() {
        let egui = Context::default();
        let found = |typed: &str| {
            let parts = parts(&egui, typed);
            let lines = parts.iter().flat_map(|(_, lines)| lines);
            lines.map(|it| it.text).collect::<Vec<_>>()
        };
        assert_eq!(found("ctrl+k"), ["Search or jump…"]);
        assert_eq!(found("REDO"), ["Redo"]);
        assert_eq!(found("rectangle"), ["Select every block in a rectangle"]);
        assert!(found("xyzzy").is_empty());
    }
}
