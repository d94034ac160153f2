//! A date: typed as 2031-12-24, or chosen in a calendar.
//!
//! What is typed stays as it is, right or wrong: whoever keeps it says what is wrong with it.

mod calendar;

use chrono::NaiveDate;
use egui::{
    Align, Id, Key, Layout, Modifiers, Popup, PopupCloseBehavior, RectAlign, Response, RichText,
    TextEdit, Ui, vec2,
};

use self::calendar::{Page, parsed};
use super::{IconButton, field::FieldFrame};
use crate::{
    model::text::MAX_FIELD,
    ui::{
        icons::Icon,
        tokens::{gap, size},
    },
};

#[must_use = "call `show`"]
pub struct DateField<'a> {
    frame: FieldFrame<'a>,
    label_shown: bool,
    today: NaiveDate,
    focus: bool,
}

impl<'a> DateField<'a> {
    /// The calendar opens at `today` while no date is set, and marks it.
    pub fn new(label: &'a str, today: NaiveDate) -> Self {
        Self {
            frame: FieldFrame::new(label),
            label_shown: true,
            today,
            focus: false,
        }
    }

    /// The label is the accessible name only.
    pub fn label_hidden(mut self) -> Self {
        self.label_shown = false;
        self
    }

    pub fn help(mut self, help: &'a str) -> Self {
        self.frame.help = Some(help);
        self
    }

    pub fn error(mut self, error: Option<&'a str>) -> Self {
        self.frame.error = error;
        self
    }

    pub fn required(mut self) -> Self {
        self.frame.required = true;
        self
    }

    /// Takes the keyboard in this frame. Pass `true` for one frame only.
    pub fn focus(mut self, focus: bool) -> Self {
        self.focus = focus;
        self
    }

    /// The response is that of the text, and has `changed()` when a date was chosen, too.
    pub fn show(self, ui: &mut Ui, value: &mut String) -> Response {
        let (label, today, focus) = (self.frame.label, self.today, self.focus);
        if self.label_shown {
            self.frame
                .show(ui, |ui| date_ui(ui, label, today, focus, value))
        } else {
            date_ui(ui, label, today, focus, value).accessible_name(label)
        }
    }
}

fn date_ui(
    ui: &mut Ui,
    label: &str,
    today: NaiveDate,
    focus: bool,
    value: &mut String,
) -> Response {
    let id = ui.make_persistent_id((label, "date"));
    let room = vec2(ui.available_width(), size::CONTROL);
    let layout = Layout::right_to_left(Align::Center);
    ui.allocate_ui_with_layout(room, layout, |ui| {
        ui.spacing_mut().item_spacing.x = gap::XS;
        let name = format!("Calendar for {label}");
        let button = ui.add(IconButton::new(Icon::Calendar, &name));
        let edit = TextEdit::singleline(value)
            .id(id)
            .hint_text(RichText::new("2031-12-24"))
            .char_limit(MAX_FIELD)
            .desired_width(ui.available_width());
        let mut text = ui.add(edit);
        if focus {
            text.request_focus();
        }
        let wants_calendar = text.has_focus()
            && ui.input_mut(|input| input.consume_key(Modifiers::ALT, Key::ArrowDown));
        if let Some(date) = popup(ui, &button, wants_calendar, today, value) {
            *value = date.format("%Y-%m-%d").to_string();
            text.mark_changed();
        }
        text
    })
    .inner
}

/// The calendar under its button. Returns the date that was chosen.
fn popup(
    ui: &Ui,
    button: &Response,
    opens: bool,
    today: NaiveDate,
    value: &str,
) -> Option<NaiveDate> {
    let popup_id = Popup::default_response_id(button);
    let memory_id: Id = button.id.with("page");
    if opens {
        Popup::open_id(ui.ctx(), popup_id);
    }
    let is_opening = ui.ctx().read_response(popup_id).is_none() || button.clicked() || opens;
    if is_opening {
        let page = Page::at(parsed(value).unwrap_or(today));
        ui.data_mut(|data| data.insert_temp(memory_id, page));
    }
    let chosen = Popup::from_toggle_button_response(button)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .align(RectAlign::BOTTOM_END)
        .accessible_name("Calendar")
        .gap(gap::XS)
        .show(|ui| {
            let page: Option<Page> = ui.data(|data| data.get_temp(memory_id));
            let mut page = page.unwrap_or_else(|| Page::at(today));
            let chosen = page.ui(ui, memory_id, today, parsed(value));
            ui.data_mut(|data| data.insert_temp(memory_id, page));
            chosen
        })?
        .inner;
    let escaped = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
    if chosen.is_some() {
        Popup::close_id(ui.ctx(), popup_id);
    }
    if chosen.is_some() || escaped {
        button.request_focus();
    }
    chosen
}

#[cfg(test)]
mod tests;
