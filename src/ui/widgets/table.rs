//! Tables of any length: only the rows in sight are asked for.
//!
//! The table takes the keyboard as a whole. Up and Down move the selection, Enter opens the
//! selected row, and assistive technology reads a row as the text of its cells.

use std::ops::Range;

use egui::{
    EventFilter, Id, Key, Layout, Modifiers, Rect, Response, Role, Sense, Stroke, Ui, UiBuilder,
    WidgetInfo,
};
use egui_extras::{TableBuilder, TableRow};

use super::{Mood, badge, focus_ring, say_selected, text};
use crate::ui::{
    fonts,
    icons::Icon,
    tokens::{Tokens, gap, radius, size, type_size},
};

/// What a column without a width of its own must have at least.
const LEAST: f32 = 110.0;

/// How much of the spare room such a column takes, beside columns that grow by their width.
const APPETITE: f32 = 400.0;

/// Widths that were chosen by hand hold until the table is so much wider or narrower.
const STEP: f32 = 160.0;

/// A column: its heading, and how wide it is.
#[derive(Clone, Copy, Debug)]
pub struct Column<'a> {
    heading: &'a str,
    width: Width,
    grows: bool,

    /// 0 for a column that is always there.
    rank: u8,
}

#[derive(Clone, Copy, Debug)]
enum Width {
    Exact(f32),
    Initial(f32),
    Rest,
}

impl<'a> Column<'a> {
    /// As wide as it is, always.
    pub fn exact(heading: &'a str, width: f32) -> Self {
        Self {
            heading,
            width: Width::Exact(width),
            grows: false,
            rank: 0,
        }
    }

    /// Can be made wider and narrower by hand.
    pub fn initial(heading: &'a str, width: f32) -> Self {
        Self {
            heading,
            width: Width::Initial(width),
            grows: false,
            rank: 0,
        }
    }

    /// Takes what is left. One such column per table.
    pub fn rest(heading: &'a str) -> Self {
        Self {
            heading,
            width: Width::Rest,
            grows: false,
            rank: 0,
        }
    }

    /// In a wide table it takes its share of the room that nobody needs: for names, which are cut
    /// off otherwise while there is room beside them.
    #[must_use]
    pub fn growing(mut self) -> Self {
        self.grows = true;
        self
    }

    /// Left out where the room is too small for all: the column of the highest rank first. The row
    /// still tells assistive technology what would stand there.
    #[must_use]
    pub fn optional(mut self, rank: u8) -> Self {
        self.rank = rank;
        self
    }

    /// What it takes at least to be of use.
    fn least(self) -> f32 {
        match self.width {
            Width::Exact(width) | Width::Initial(width) => width,
            Width::Rest => LEAST,
        }
    }

    fn is_resizable(self) -> bool {
        matches!(self.width, Width::Initial(_))
    }

    fn build(self) -> egui_extras::Column {
        match self.width {
            Width::Exact(width) => egui_extras::Column::exact(width),
            Width::Initial(width) => egui_extras::Column::initial(width)
                .resizable(true)
                .at_least(60.0),
            Width::Rest => egui_extras::Column::remainder().at_least(80.0),
        }
        .clip(true)
    }
}

/// Which columns fit into `room`.
fn fitting(columns: &[Column<'_>], room: f32) -> Vec<bool> {
    let mut fits = vec![true; columns.len()];
    loop {
        let shown = columns.iter().zip(&fits).filter(|(_, fits)| **fits);
        let needed: f32 = shown.map(|(column, _)| column.least() + gap::S).sum();
        let expendable = columns.iter().enumerate();
        let expendable = expendable.filter(|(index, it)| it.rank > 0 && fits[*index]);
        match expendable.max_by_key(|(_, it)| it.rank) {
            Some((index, _)) if needed > room => fits[index] = false,
            _ => return fits,
        }
    }
}

/// Shares out what is left of `room` when everybody has what they need. Where that is too much
/// already, names have to be cut before whole columns hang over the edge.
fn widen(columns: &mut [Column<'_>], room: f32) {
    let needed: f32 = columns.iter().map(|it| it.least() + gap::S).sum();
    let spare = room - needed;
    let wish = |it: &Column<'_>| match it.width {
        Width::Initial(width) if it.grows => width,
        Width::Rest => APPETITE,
        Width::Initial(_) | Width::Exact(_) => 0.0,
    };
    let grows = |it: &&Column<'_>| it.grows || spare > 0.0;
    let all: f32 = columns.iter().filter(grows).map(wish).sum();
    for column in columns.iter_mut().filter(|it| it.grows) {
        let share = spare * wish(column) / all.max(1.0);
        if let Width::Initial(width) = &mut column.width {
            *width = (*width + share).max(LEAST.min(*width));
        }
    }
}

/// What happened in this frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableOutput {
    /// Another row is selected now.
    pub selected: Option<usize>,
    /// A row was double-clicked, or Enter was pressed on it.
    pub opened: Option<usize>,
    /// The rows that were in sight: fetch more when its end comes near.
    pub visible: Range<usize>,
}

#[must_use = "call `show`"]
pub struct Table<'a> {
    name: &'a str,
    columns: &'a [Column<'a>],
    opens_on_click: bool,
    height: Option<f32>,
}

impl<'a> Table<'a> {
    /// `name` is its accessible name, and its identity on the page.
    pub fn new(name: &'a str, columns: &'a [Column<'a>]) -> Self {
        Self {
            name,
            columns,
            opens_on_click: false,
            height: None,
        }
    }

    /// One click opens a row, instead of two.
    pub fn opens_on_click(mut self) -> Self {
        self.opens_on_click = true;
        self
    }

    /// Otherwise it takes the room that is left.
    pub fn height(mut self, height: f32) -> Self {
        self.height = Some(height);
        self
    }

    /// `cells` draws one row, a call per column in order.
    pub fn show(
        self,
        ui: &mut Ui,
        rows: usize,
        selected: &mut Option<usize>,
        mut cells: impl FnMut(&mut Cells<'_, '_, '_>, usize),
    ) -> TableOutput {
        let id = ui.make_persistent_id(("table", self.name));
        let height = self.height.unwrap_or_else(|| ui.available_height());
        let area = Rect::from_min_size(ui.cursor().min, egui::vec2(ui.available_width(), height));
        let table = ui.interact(area, id, Sense::focusable_noninteractive());
        let name = text::shown(self.name);
        table.widget_info(|| WidgetInfo::labeled(Role::Table, ui.is_enabled(), &name));
        let mut output = TableOutput {
            visible: rows..rows,
            ..TableOutput::default()
        };
        let moved = keyboard(ui, &table, rows, selected, &mut output);

        let fits = fitting(self.columns, ui.available_width());
        let mut visible: Option<Range<usize>> = None;
        let mut body = |mut row: TableRow<'_, '_>| {
            let index = row.index();
            visible = Some(
                visible
                    .take()
                    .map_or(index..index + 1, |seen| seen.start..index + 1),
            );
            let is_selected = *selected == Some(index);
            let row_id = id.with(index);
            let mut drawn = Cells {
                row: &mut row,
                row_id,
                fits: &fits,
                column: 0,
                selected: is_selected,
                area,
                name: Vec::new(),
                response: None,
            };
            cells(&mut drawn, index);
            let Some(response) = drawn.finish() else {
                return;
            };
            if response.clicked() {
                table.request_focus();
                *selected = Some(index);
                output.selected = Some(index);
            }
            if response.double_clicked() || (self.opens_on_click && response.clicked()) {
                output.opened = Some(index);
            }
        };
        let shown = self.columns.iter().zip(&fits).filter(|(_, fits)| **fits);
        let mut shown: Vec<Column<'_>> = shown.map(|(column, _)| *column).collect();
        // Somebody has to take what is left.
        if !shown.iter().any(|it| matches!(it.width, Width::Rest))
            && let Some(column) = shown.iter_mut().find(|it| it.is_resizable())
        {
            column.width = Width::Rest;
        }
        let step = (ui.available_width() / STEP).floor();
        widen(&mut shown, step * STEP);
        self.build(ui, &shown, height, moved, rows, &mut body);
        output.visible = visible.unwrap_or(0..0);

        if let Some(index) = *selected {
            ui.ctx().accesskit_node_builder(id, |node| {
                node.set_row_count(rows);
                if output.visible.contains(&index) {
                    node.set_active_descendant(id.with(index).accesskit_id());
                }
            });
        }
        let is_by_key = by_key(ui, id);
        if table.has_focus() && is_by_key {
            focus_ring(ui, area.shrink(3.0), radius::SMALL);
        }
        output
    }

    fn build(
        &self,
        ui: &mut Ui,
        columns: &[Column<'_>],
        height: f32,
        scroll_to: Option<usize>,
        rows: usize,
        body: &mut dyn FnMut(TableRow<'_, '_>),
    ) {
        let tokens = Tokens::of(ui.theme());
        let top = ui.cursor().min;
        let width = ui.available_width();
        let id = ui.make_persistent_id(("table", self.name));
        ui.scope_builder(UiBuilder::new().id_salt(id), |ui| {
            ui.spacing_mut().item_spacing = egui::vec2(gap::S, 0.0);
            // The lines between columns appear when the pointer comes to drag them.
            ui.visuals_mut().widgets.noninteractive.bg_stroke = Stroke::NONE;
            let step = (width / STEP) as u32;
            let salt = Id::unique(("columns", columns.len(), step));
            let state = ui.scope_id().with(egui::IdSalt::new(salt));
            let mut table = TableBuilder::new(ui)
                .id_salt(salt)
                .auto_shrink(false)
                .max_scroll_height(height - size::TABLE_HEADER)
                .min_scrolled_height(0.0)
                .cell_layout(Layout::left_to_right(egui::Align::Center));
            for column in columns {
                table = table.column(column.build());
            }
            if let Some(index) = scroll_to {
                table = table.scroll_to_row(index, None);
            }
            table
                .header(size::TABLE_HEADER, |mut header| {
                    for column in columns {
                        header.col(|ui| {
                            ui.add_space(gap::S);
                            let font = fonts::semibold(type_size::SMALL);
                            let heading = text::elided(ui, column.heading, font, tokens.muted);
                            ui.ctx().accesskit_node_builder(heading.id, |node| {
                                node.set_role(Role::ColumnHeader);
                                node.set_label(match column.heading {
                                    "" => "Actions".to_owned(),
                                    heading => heading.to_owned(),
                                });
                            });
                        });
                    }
                })
                .body(|rows_body| rows_body.rows(size::ROW, rows, body));
            name_resizers(ui, state, columns);
        });
        let line = Stroke::new(size::LINE, tokens.border);
        ui.painter()
            .hline(top.x..=top.x + width, top.y + size::TABLE_HEADER, line);
    }
}

/// The lines between columns that can be dragged.
fn name_resizers(ui: &Ui, table: Id, columns: &[Column<'_>]) {
    for (index, column) in columns.iter().enumerate() {
        if column.is_resizable() {
            let line = table.with("resize_column").with(index);
            ui.ctx().accesskit_node_builder(line, |node| {
                node.set_role(Role::Splitter);
                node.set_label(format!("Width of {}", column.heading));
            });
        }
    }
}

/// Up, Down, Home, End and Enter, while the table has the keyboard. Returns the row to scroll to.
fn keyboard(
    ui: &Ui,
    table: &Response,
    rows: usize,
    selected: &mut Option<usize>,
    output: &mut TableOutput,
) -> Option<usize> {
    if !table.has_focus() || rows == 0 {
        return None;
    }
    let filter = EventFilter {
        vertical_arrows: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(table.id, filter));
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let last = rows - 1;
    let page = 10;
    let wanted = if pressed(Key::ArrowDown) {
        Some(selected.map_or(0, |row| (row + 1).min(last)))
    } else if pressed(Key::ArrowUp) {
        Some(selected.map_or(last, |row| row.saturating_sub(1)))
    } else if pressed(Key::PageDown) {
        Some(selected.map_or(0, |row| (row + page).min(last)))
    } else if pressed(Key::PageUp) {
        Some(selected.map_or(0, |row| row.saturating_sub(page)))
    } else if pressed(Key::Home) {
        Some(0)
    } else if pressed(Key::End) {
        Some(last)
    } else {
        None
    };
    if wanted.is_some() && wanted != *selected {
        *selected = wanted;
        output.selected = wanted;
    }
    if let Some(row) = *selected
        && pressed(Key::Enter)
    {
        output.opened = Some(row);
    }
    wanted
}

/// The cells of one row.
pub struct Cells<'r, 'a, 'b> {
    row: &'r mut TableRow<'a, 'b>,
    row_id: Id,

    /// Which columns are shown, and which one comes next.
    fits: &'r [bool],
    column: usize,
    selected: bool,
    area: Rect,
    name: Vec<String>,
    response: Option<Response>,
}

impl Cells<'_, '_, '_> {
    pub fn text(&mut self, value: &str) {
        self.named(value, |ui| {
            text::body(ui, value);
        });
    }

    pub fn strong(&mut self, value: &str) {
        self.named(value, |ui| {
            text::strong(ui, value);
        });
    }

    pub fn muted(&mut self, value: &str) {
        self.named(value, |ui| {
            text::muted(ui, value);
        });
    }

    /// `short` in the cell, `full` in its tooltip.
    pub fn date(&mut self, short: &str, full: &str) {
        self.named(short, |ui| {
            let response = text::muted(ui, short);
            response.on_hover_text(text::shown(full));
        });
    }

    pub fn badge(&mut self, mood: Mood, icon: Icon, value: &str) {
        self.named(value, |ui| {
            badge(ui, mood, icon, value);
        });
    }

    /// Text with an icon before it.
    pub fn icon_text(&mut self, icon: Icon, value: &str) {
        self.named(value, |ui| {
            let muted = Tokens::of(ui.theme()).muted;
            text::picture(ui, icon.text(muted));
            text::body(ui, value);
        });
    }

    /// Anything else, such as buttons. `name` is what it adds to the name of the row.
    pub fn ui(&mut self, name: &str, contents: impl FnOnce(&mut Ui)) {
        self.named(name, contents);
    }

    fn named(&mut self, name: &str, contents: impl FnOnce(&mut Ui)) {
        if !name.is_empty() {
            self.name.push(text::shown(name).into_owned());
        }
        let is_shown = self.fits.get(self.column).copied().unwrap_or(true);
        self.column += 1;
        if !is_shown {
            return;
        }
        let first = self.response.is_none();
        let (row_id, area, selected) = (self.row_id, self.area, self.selected);
        let mut response = None;
        self.row.col(|ui| {
            if first {
                response = Some(row_response(ui, row_id, area, selected));
            }
            ui.add_space(gap::S);
            contents(ui);
        });
        self.response = self.response.take().or(response);
    }

    /// Names the row, and says what was done to it.
    fn finish(self) -> Option<Response> {
        let name = self.name.join(", ");
        let response = self.response?;
        response.widget_info(|| WidgetInfo::selected(Role::Row, true, self.selected, &name));
        say_selected(&response, self.selected);
        Some(response)
    }
}

/// Senses clicks on the whole row. It comes before the cells, so that buttons in them stay on top.
fn row_response(ui: &mut Ui, id: Id, area: Rect, selected: bool) -> Response {
    let cell = ui.max_rect();
    let rect = Rect::from_x_y_ranges(area.x_range(), cell.y_range());
    let mut wide = ui.new_child(UiBuilder::new().max_rect(rect));
    wide.set_clip_rect(Rect::from_x_y_ranges(
        area.x_range(),
        ui.clip_rect().y_range(),
    ));
    let response = wide.interact(rect, id, Sense::CLICK);
    let tokens = Tokens::of(ui.theme());
    if selected {
        wide.painter()
            .rect_filled(rect, radius::SMALL, tokens.selection);
    } else if response.hovered() {
        wide.painter()
            .rect_filled(rect, 0.0, tokens.sunken.gamma_multiply(0.6));
    }
    let line = Stroke::new(size::LINE, tokens.border.gamma_multiply(0.6));
    wide.painter()
        .hline(rect.x_range(), rect.bottom() - 0.5, line);
    response
}

/// Whether the keyboard was used last. Whoever clicks on a row sees which one it was without a ring.
fn by_key(ui: &Ui, id: Id) -> bool {
    let id = id.with("by key");
    let now = ui.input(|input| {
        let pressed = |event: &egui::Event| matches!(event, egui::Event::Key { pressed: true, .. });
        if input.pointer.any_pressed() || input.pointer.any_released() {
            Some(false)
        } else {
            input.events.iter().any(pressed).then_some(true)
        }
    });
    ui.data_mut(|data| {
        let is_by_key = data.get_temp_mut_or(id, true);
        *is_by_key = now.unwrap_or(*is_by_key);
        *is_by_key
    })
}
