//! The list of changes in words. Only the lines in sight are laid out, however many there are.

use egui::{
    EventFilter, Key, Modifiers, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo,
    epaint::text::{LayoutJob, TextWrapping},
    pos2, vec2,
};

use crate::{
    model::compare::Change,
    ui::{
        canvas::mark_look,
        fonts,
        tokens::{Tokens, gap, radius, size, type_size},
        widgets::{focus_ring, say_selected, text::shown},
    },
};

/// Height of a line of text, and how wide a letter is on average.
const LINE: f32 = 17.0;
const LETTER: f32 = 6.5;

/// A sentence that is longer than this is cut; the whole of it is in the tooltip.
const MOST_LINES: usize = 6;

const TEXT_LEFT: f32 = 2.0 * gap::M + type_size::ICON;

#[derive(Default)]
pub(in crate::ui) struct ChangeList {
    pub(in crate::ui) selected: Option<usize>,

    /// Where each line begins, and where the last one ends, at this width.
    tops: Vec<f32>,
    width: f32,
}

impl ChangeList {
    /// In the room that is left. Returns what was chosen.
    pub(in crate::ui) fn show(&mut self, ui: &mut Ui, changes: &[Change]) -> Option<usize> {
        let width = ui.available_width() - size::SCROLL_BAR;
        self.measure(changes, width);
        let area = Rect::from_min_size(ui.cursor().min, ui.available_size());
        let id = ui.make_persistent_id("changes");
        let list = ui.interact(area, id, Sense::focusable_noninteractive());
        list.widget_info(|| WidgetInfo::labeled(Role::ListBox, true, "Changes"));
        let moved = self.keyboard(ui, &list, changes.len());
        let total = self.tops.last().copied().unwrap_or_default();
        let mut chosen = moved;
        ScrollArea::vertical()
            .id_salt("list of changes")
            .auto_shrink([false, false])
            .show_viewport(ui, |ui, viewport| {
                ui.set_height(total);
                ui.set_width(width);
                let origin = ui.min_rect().min;
                let first = self.tops.partition_point(|top| *top <= viewport.top());
                for index in first.saturating_sub(1)..changes.len() {
                    let (Some(top), Some(bottom)) =
                        (self.tops.get(index), self.tops.get(index + 1))
                    else {
                        break;
                    };
                    if *top > viewport.bottom() {
                        break;
                    }
                    let rect = Rect::from_min_max(
                        pos2(origin.x, origin.y + top),
                        pos2(origin.x + width, origin.y + bottom),
                    );
                    if let Some(change) = changes.get(index)
                        && row(ui, rect, index, change, self.selected == Some(index))
                    {
                        chosen = Some(index);
                        list.request_focus();
                    }
                }
                if let Some(index) = moved
                    && let (Some(top), Some(bottom)) =
                        (self.tops.get(index), self.tops.get(index + 1))
                {
                    let rows = origin.y + top..=origin.y + bottom;
                    ui.scroll_to_rect(Rect::from_x_y_ranges(area.x_range(), rows), None);
                }
            });
        if list.has_focus() {
            focus_ring(ui, area.shrink(2.0), radius::CONTROL);
        }
        self.selected = chosen.or(self.selected);
        chosen
    }

    /// How high the whole list is at this width.
    pub(in crate::ui) fn height(&mut self, changes: &[Change], width: f32) -> f32 {
        self.measure(changes, width - size::SCROLL_BAR);
        self.tops.last().copied().unwrap_or_default()
    }

    fn measure(&mut self, changes: &[Change], width: f32) {
        let is_measured = (self.width - width).abs() < 0.5 && self.tops.len() == changes.len() + 1;
        if is_measured {
            return;
        }
        self.width = width;
        let letters = ((width - TEXT_LEFT - gap::M) / LETTER).max(10.0);
        let mut top = 0.0;
        self.tops = vec![top];
        for change in changes {
            let lines = (change.sentence.chars().count() as f32 / letters).ceil();
            top += lines.clamp(1.0, MOST_LINES as f32) * LINE + 2.0 * gap::S;
            self.tops.push(top);
        }
    }

    fn keyboard(&self, ui: &Ui, list: &egui::Response, count: usize) -> Option<usize> {
        let last = count.checked_sub(1)?;
        if !list.has_focus() {
            return None;
        }
        let filter = EventFilter {
            vertical_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(list.id, filter));
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        let at = self.selected;
        let wanted = if pressed(Key::ArrowDown) {
            at.map_or(0, |it| (it + 1).min(last))
        } else if pressed(Key::ArrowUp) {
            at.map_or(last, |it| it.saturating_sub(1))
        } else if pressed(Key::Home) {
            0
        } else if pressed(Key::End) {
            last
        } else if pressed(Key::Enter) {
            at?
        } else {
            return None;
        };
        Some(wanted)
    }
}

/// One change. Says whether it was chosen.
fn row(ui: &Ui, rect: Rect, index: usize, change: &Change, is_selected: bool) -> bool {
    let tokens = Tokens::of(ui.theme());
    let sentence = shown(&change.sentence);
    let id = ui.scope_id().with(("change", index));
    let response = ui.interact(rect, id, Sense::CLICK);
    response.widget_info(|| {
        WidgetInfo::selected(Role::ListBoxOption, true, is_selected, sentence.as_ref())
    });
    say_selected(&response, is_selected);
    let painter = ui.painter();
    let inside = rect.shrink2(vec2(gap::XS, 1.0));
    if is_selected {
        painter.rect_filled(inside, radius::CONTROL, tokens.selection);
    } else if response.hovered() {
        painter.rect_filled(inside, radius::CONTROL, tokens.sunken);
    }
    let (mood, icon) = mark_look(change.mark);
    painter.text(
        pos2(rect.left() + gap::M, rect.top() + gap::S + LINE / 2.0),
        egui::Align2::LEFT_CENTER,
        icon.glyph(),
        fonts::icon(type_size::ICON),
        mood.tone(tokens).ink,
    );
    let font = fonts::regular(type_size::LABEL);
    let mut job = LayoutJob::simple(
        sentence.clone().into_owned(),
        font,
        tokens.text,
        rect.width() - TEXT_LEFT - gap::M,
    );
    let lines = ((rect.height() - 2.0 * gap::S) / LINE).round() as usize;
    job.wrap = TextWrapping {
        max_rows: lines.max(1),
        ..job.wrap
    };
    let galley = painter.layout_job(job);
    let top = rect.top() + gap::S;
    let is_cut = galley.elided;
    painter.galley(pos2(rect.left() + TEXT_LEFT, top), galley, tokens.text);
    let is_clicked = response.clicked();
    if is_cut {
        response.on_hover_text(sentence);
    }
    is_clicked
}
