//! The fields of a profile, with what is wrong with them.

use std::borrow::Cow;

use chrono::NaiveDate;
use egui::{Align, Ui};

use crate::{
    model::{
        attribute::{Attribute, AttributeKind},
        user::{FieldError, ProfileForm, field_label},
    },
    ui::widgets::{Combo, DateField, TextField, text},
};

/// A profile while it is being typed.
#[derive(Default)]
pub(super) struct Fields {
    pub(super) form: ProfileForm,
    pub(super) faults: Faults,
}

/// What was wrong with the fields when they were last checked.
#[derive(Default)]
pub(super) struct Faults {
    errors: Vec<FieldError>,

    /// The field that takes the keyboard in the next frame.
    focus: Option<String>,
}

impl Faults {
    /// Shows these errors at their fields, and leads to the first one.
    pub(super) fn refuse(&mut self, errors: Vec<FieldError>) {
        self.focus = errors.first().map(|err| err.field.clone());
        self.errors = errors;
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    pub(super) fn focus(&mut self, field: &str) {
        self.focus = Some(field.to_owned());
    }

    /// The whole sentence about a field.
    pub(super) fn of(&self, field: &str, label: &str) -> Option<String> {
        let error = self.errors.iter().find(|err| err.field == field)?;
        Some(format!("{label} {}", error.message))
    }

    /// Whether the field should take the keyboard; true once.
    pub(super) fn takes_focus(&mut self, field: &str) -> bool {
        self.focus.take_if(|it| it == field).is_some()
    }

    /// What was wrong with a field is forgotten when it is changed.
    pub(super) fn forget(&mut self, field: &str) {
        self.errors.retain(|err| err.field != field);
    }
}

impl Fields {
    pub(super) fn new(form: ProfileForm) -> Self {
        Self {
            form,
            faults: Faults::default(),
        }
    }

    /// A value for an attribute that no longer exists cannot be kept.
    pub(super) fn drop_unknown(&mut self, attributes: &[Attribute]) {
        let known = |name: &String| attributes.iter().any(|it| it.spec.name == *name);
        self.form
            .attributes
            .retain(|name, value| known(name) && !value.is_empty());
    }

    pub(super) fn ui(&mut self, ui: &mut Ui, attributes: &[Attribute], today: NaiveDate) {
        let Self { form, faults } = self;
        text_ui(ui, faults, "username", true, "", &mut form.username);
        text_ui(
            ui,
            faults,
            "email",
            true,
            "ada@example.org",
            &mut form.email,
        );
        text_ui(ui, faults, "first_name", false, "", &mut form.first_name);
        text_ui(ui, faults, "last_name", false, "", &mut form.last_name);
        text_ui(ui, faults, "phone", false, "", &mut form.phone);
        for attribute in attributes {
            attribute_ui(ui, faults, attribute, today, form);
        }
    }
}

fn text_ui(
    ui: &mut Ui,
    faults: &mut Faults,
    field: &str,
    is_required: bool,
    hint: &str,
    value: &mut String,
) {
    let label = field_label(field);
    let error = faults.of(field, label);
    let is_led_to = faults.takes_focus(field);
    let mut edit = TextField::new(label)
        .hint(hint)
        .error(error.as_deref())
        .focus(is_led_to);
    if is_required {
        edit = edit.required();
    }
    let hidden = invisible(value);
    if let Some(hidden) = &hidden {
        edit = edit.help(hidden);
    }
    let response = edit.show(ui, value);
    if is_led_to {
        response.scroll_to_me(Some(Align::Center));
    }
    if response.changed() {
        faults.forget(field);
    }
}

/// What a text field cannot show: characters that take no room or turn the direction.
fn invisible(value: &str) -> Option<String> {
    match text::shown(value) {
        Cow::Borrowed(_) => None,
        Cow::Owned(shown) => Some(format!("Holds invisible characters: {shown}")),
    }
}

/// The control that fits the attribute's type.
fn attribute_ui(
    ui: &mut Ui,
    faults: &mut Faults,
    attribute: &Attribute,
    today: NaiveDate,
    form: &mut ProfileForm,
) {
    let spec = &attribute.spec;
    let name = spec.name.as_str();
    let error = faults.of(name, &spec.label);
    let focus = faults.takes_focus(name);
    let mut value = form.attributes.get(name).cloned().unwrap_or_default();
    let choices = match &spec.kind {
        AttributeKind::YesNo => Some(vec![
            ("yes".to_owned(), "Yes".to_owned()),
            ("no".to_owned(), "No".to_owned()),
        ]),
        AttributeKind::Choice { options } => {
            Some(options.iter().map(|it| (it.clone(), it.clone())).collect())
        }
        AttributeKind::Text | AttributeKind::Number | AttributeKind::Date => None,
    };
    let hidden = invisible(&value);
    let response = ui.push_id(("attribute", name), |ui| {
        if let Some(choices) = choices {
            let options = with_current(choices, &value, spec.is_required);
            let mut combo = Combo::new(&spec.label).error(error.as_deref());
            if spec.is_required {
                combo = combo.required();
            }
            return combo.show(ui, &mut value, &options);
        }
        if spec.kind == AttributeKind::Date {
            let mut edit = DateField::new(&spec.label, today)
                .error(error.as_deref())
                .focus(focus);
            if spec.is_required {
                edit = edit.required();
            }
            return edit.show(ui, &mut value);
        }
        let mut edit = TextField::new(&spec.label)
            .hint(hint(&spec.kind))
            .error(error.as_deref())
            .focus(focus);
        if let Some(hidden) = &hidden {
            edit = edit.help(hidden);
        }
        if spec.is_required {
            edit = edit.required();
        }
        edit.show(ui, &mut value)
    });
    if focus {
        response.inner.scroll_to_me(Some(Align::Center));
    }
    if response.inner.changed() {
        faults.forget(name);
        if value.is_empty() {
            form.attributes.remove(name);
        } else {
            form.attributes.insert(name.to_owned(), value);
        }
    }
}

/// The options, with "none" if that is one, and with a value that is no longer offered.
fn with_current(
    mut options: Vec<(String, String)>,
    value: &str,
    is_required: bool,
) -> Vec<(String, String)> {
    if !value.is_empty() && !options.iter().any(|(it, _)| it == value) {
        options.push((value.to_owned(), format!("{value} (no longer offered)")));
    }
    if !is_required || value.is_empty() {
        options.insert(0, (String::new(), "Not set".to_owned()));
    }
    options
}

fn hint(kind: &AttributeKind) -> &'static str {
    match kind {
        AttributeKind::Number => "12 or -3.5",
        AttributeKind::Text
        | AttributeKind::YesNo
        | AttributeKind::Date
        | AttributeKind::Choice { .. } => "",
    }
}
