//! Both versions as text, with what differs marked by colour and sign. Unchanged parts are folded
//! away until somebody asks for them; only the lines in sight are drawn.

use std::collections::BTreeSet;

use egui::{Align2, FontId, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2};

use crate::{
    model::compare::{Fold, Line, Sign, folded},
    ui::{
        fonts,
        icons::Icon,
        tokens::{Tokens, gap, radius, size, type_size},
        widgets::{focus_ring, text::shown},
    },
};

const ROW: f32 = 20.0;

/// Room for each number, and for the sign.
const NUMBER: f32 = 52.0;
const SIGN: f32 = 22.0;

/// A letter of the fixed-width font is this wide at its size of 1.
const LETTER: f32 = 0.62;

#[derive(Default)]
pub(super) struct TextView {
    folds: Vec<Fold>,

    /// Those that were opened, by their place in `folds`.
    opened: BTreeSet<usize>,
    rows: Vec<Row>,

    /// Letters of the longest line.
    longest: usize,
}

#[derive(Clone, Copy)]
enum Row {
    Line(usize),
    Folded { fold: usize, count: usize },
}

impl TextView {
    pub(super) fn new(lines: &[Line]) -> Self {
        let mut view = Self {
            folds: folded(lines),
            longest: lines
                .iter()
                .map(|it| it.text.chars().count())
                .max()
                .unwrap_or(0),
            ..Self::default()
        };
        view.arrange();
        view
    }

    fn arrange(&mut self) {
        self.rows.clear();
        for (fold, part) in self.folds.iter().enumerate() {
            match part {
                Fold::Hidden(range) if !self.opened.contains(&fold) => {
                    let count = range.len();
                    self.rows.push(Row::Folded { fold, count });
                }
                Fold::Shown(range) | Fold::Hidden(range) => {
                    self.rows.extend(range.clone().map(Row::Line));
                }
            }
        }
    }

    /// In the room that is left.
    pub(super) fn show(&mut self, ui: &mut Ui, lines: &[Line]) {
        let tokens = Tokens::of(ui.theme());
        ui.painter()
            .rect_filled(ui.available_rect_before_wrap(), 0.0, tokens.field);
        let text = self.longest as f32 * LETTER * type_size::MONOSPACE;
        let width = (2.0 * NUMBER + SIGN + text + gap::XL).max(ui.available_width());
        let mut wanted = None;
        ui.spacing_mut().item_spacing.y = 0.0;
        ScrollArea::both()
            .id_salt("both as text")
            .auto_shrink([false, false])
            .show_rows(ui, ROW, self.rows.len(), |ui, range| {
                ui.set_width(width);
                for row in self.rows.get(range).unwrap_or_default() {
                    let (_, rect) = ui.allocate_space(egui::vec2(width, ROW));
                    match *row {
                        Row::Line(at) => {
                            if let Some(line) = lines.get(at) {
                                line_ui(ui, rect, at, line);
                            }
                        }
                        Row::Folded { fold, count } => {
                            if fold_ui(ui, rect, fold, count) {
                                wanted = Some(fold);
                            }
                        }
                    }
                }
            });
        if let Some(fold) = wanted {
            self.opened.insert(fold);
            self.arrange();
        }
    }
}

fn line_ui(ui: &Ui, rect: Rect, at: usize, line: &Line) {
    let tokens = Tokens::of(ui.theme());
    let tone = match line.sign {
        Sign::Same => None,
        Sign::Removed => Some(tokens.danger),
        Sign::Added => Some(tokens.success),
    };
    let text = shown(&line.text);
    let response = ui.interact(rect, ui.scope_id().with(("line", at)), Sense::hover());
    response.widget_info(|| {
        let name = match (line.sign, line.old, line.new) {
            (Sign::Removed, Some(number), _) => format!("Removed line {number}: {}", text.trim()),
            (Sign::Added, _, Some(number)) => format!("Added line {number}: {}", text.trim()),
            _ => text.trim().to_owned(),
        };
        WidgetInfo::labeled(Role::Label, true, name)
    });
    let painter = ui.painter();
    if let Some(tone) = tone {
        painter.rect_filled(rect, 0.0, tone.soft);
    }
    let font = FontId::monospace(type_size::MONOSPACE);
    let y = rect.center().y;
    let muted = tokens.muted;
    let number = |right: f32, number: Option<usize>| {
        if let Some(number) = number {
            let at = pos2(rect.left() + right - gap::S, y);
            painter.text(at, Align2::RIGHT_CENTER, number, font.clone(), muted);
        }
    };
    number(NUMBER, line.old);
    number(2.0 * NUMBER, line.new);
    let left = rect.left() + 2.0 * NUMBER;
    let ink = tone.map_or(tokens.muted, |it| it.ink);
    let sign = pos2(left + SIGN / 2.0, y);
    painter.text(
        sign,
        Align2::CENTER_CENTER,
        line.sign.character(),
        font.clone(),
        ink,
    );
    let at = pos2(left + SIGN, y);
    let ink = if tone.is_some() {
        tokens.text
    } else {
        tokens.muted
    };
    painter.text(at, Align2::LEFT_CENTER, text, font, ink);
}

/// What stands where unchanged lines were folded away. Says whether they are wanted.
fn fold_ui(ui: &Ui, rect: Rect, fold: usize, count: usize) -> bool {
    let tokens = Tokens::of(ui.theme());
    let lines = if count == 1 { "line" } else { "lines" };
    let name = format!("Show {count} unchanged {lines}");
    let response = ui.interact(rect, ui.scope_id().with(("fold", fold)), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    let painter = ui.painter();
    let is_hot = response.hovered() || response.has_focus();
    painter.rect_filled(rect, 0.0, tokens.sunken);
    let ink = if is_hot {
        tokens.accent.ink
    } else {
        tokens.muted
    };
    let y = rect.center().y;
    let at = pos2(rect.left() + 2.0 * NUMBER + SIGN / 2.0, y);
    let glyph = fonts::icon(type_size::SMALL);
    painter.text(
        at,
        Align2::CENTER_CENTER,
        Icon::Chevrons.glyph(),
        glyph,
        ink,
    );
    let at = pos2(rect.left() + 2.0 * NUMBER + SIGN, y);
    painter.text(
        at,
        Align2::LEFT_CENTER,
        &name,
        fonts::regular(type_size::SMALL),
        ink,
    );
    if response.has_focus() {
        let visible = rect.intersect(ui.clip_rect());
        focus_ring(ui, visible.shrink(size::FOCUS), radius::SMALL);
    }
    response.clicked()
}
