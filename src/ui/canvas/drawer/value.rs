//! The value of a condition, in the widget that fits its attribute.

use egui::{TextEdit, Ui};

use super::Desk;
use crate::{
    model::{
        attribute::AttributeKind,
        condition::{Operator, Subject, Test},
        event::Source,
        task::TargetKind,
        text::MAX_FIELD,
        user::Status,
    },
    ui::widgets::{Combo, Picker},
};

pub(super) fn show(ui: &mut Ui, desk: &Desk<'_>, place: &str, test: &mut Test) {
    let name = format!("Value of {place}");
    if let Some(options) = options(desk, test) {
        choice(ui, &name, options, &mut test.value);
    } else if let (Some(kind), true) = (named(&test.attribute), is_whole(test.operator)) {
        target_name(ui, desk, &name, kind, &mut test.value);
    } else {
        let edit = TextEdit::singleline(&mut test.value)
            .hint_text(hint(desk, test.operator, &test.attribute))
            .char_limit(MAX_FIELD)
            .desired_width(f32::INFINITY);
        ui.add(edit).accessible_name(name);
    }
}

fn is_whole(operator: Operator) -> bool {
    matches!(operator, Operator::Equal | Operator::NotEqual)
}

fn named(subject: &Subject) -> Option<TargetKind> {
    match subject {
        Subject::Group => Some(TargetKind::Group),
        Subject::Role => Some(TargetKind::Role),
        _ => None,
    }
}

fn kind<'a>(desk: &Desk<'a>, subject: &Subject) -> Option<&'a AttributeKind> {
    let Subject::Custom(name) = subject else {
        return None;
    };
    desk.choices.attribute(name).map(|it| &it.spec.kind)
}

/// The values that there are, where there is a fixed list and the operator asks for one of them.
pub(super) fn options(desk: &Desk<'_>, test: &Test) -> Option<Vec<String>> {
    if !is_whole(test.operator) {
        return None;
    }
    let all = |labels: &[&str]| labels.iter().map(|it| (*it).to_owned()).collect();
    match (&test.attribute, kind(desk, &test.attribute)) {
        (Subject::UserStatus, _) => Some(all(&Status::ALL.map(Status::label))),
        (Subject::Source, _) => Some(all(&Source::ALL.map(Source::label))),
        (_, Some(AttributeKind::YesNo)) => Some(all(&["yes", "no"])),
        (_, Some(AttributeKind::Choice { options })) => Some(options.clone()),
        _ => None,
    }
}

/// A value to begin with after another attribute was chosen.
pub(super) fn begin(desk: &Desk<'_>, test: &mut Test) {
    let is_listed = |test: &Test| options(desk, test).is_some();
    let whole = Test {
        operator: Operator::Equal,
        ..test.clone()
    };
    if is_listed(&whole) || named(&test.attribute).is_some() {
        if !is_whole(test.operator) {
            test.operator = Operator::Equal;
        }
        let first = options(desk, test).and_then(|it| it.into_iter().next());
        test.value = first.unwrap_or_default();
    } else {
        test.value.clear();
    }
}

fn choice(ui: &mut Ui, name: &str, options: Vec<String>, value: &mut String) {
    let mut options: Vec<(String, String)> =
        options.into_iter().map(|it| (it.clone(), it)).collect();
    let is_same = |option: &str| option.to_lowercase() == value.to_lowercase();
    if let Some((option, _)) = options.iter().find(|(option, _)| is_same(option)) {
        value.clone_from(option);
    } else {
        let label = if value.is_empty() {
            "(no value)".to_owned()
        } else {
            value.clone()
        };
        options.push((value.clone(), label));
    }
    Combo::new(name).label_hidden().show(ui, value, &options);
}

fn target_name(ui: &mut Ui, desk: &Desk<'_>, name: &str, kind: TargetKind, value: &mut String) {
    let memory = ui.scope_id().with(("typed", name));
    let typed: String = ui.data(|data| data.get_temp(memory)).unwrap_or_default();
    let entries = desk.choices.names(kind, &typed);
    let placeholder = if value.is_empty() {
        format!("Choose a {}…", kind.word())
    } else {
        value.clone()
    };
    let mut chosen = None;
    let picker = Picker::new(name, &entries)
        .placeholder(&placeholder)
        .narrowed_elsewhere();
    let picked = picker.show_one(ui, &mut chosen);
    ui.data_mut(|data| data.insert_temp(memory, picked.typed.unwrap_or_default()));
    if let Some(chosen) = chosen {
        *value = chosen;
    }
}

fn hint(desk: &Desk<'_>, operator: Operator, subject: &Subject) -> &'static str {
    match (kind(desk, subject), subject) {
        (Some(AttributeKind::Date), _) => "2031-12-24",
        (Some(AttributeKind::Number), _) => "12",
        (_, Subject::Email) if operator == Operator::EndWith => "@example.org",
        _ => "",
    }
}

/// What is wrong with a condition as it stands.
pub(super) fn complaint(desk: &Desk<'_>, test: &Test) -> Option<String> {
    if let Subject::Custom(name) = &test.attribute {
        match desk.choices.attribute(name) {
            None => return Some(format!("The attribute “{name}” does not exist")),
            Some(it) if it.spec.is_required => {
                return Some(format!(
                    "The attribute “{name}” is required, only optional ones can be asked about"
                ));
            }
            Some(_) => (),
        }
    }
    if test.value.trim().is_empty() {
        if !is_whole(test.operator) {
            return desk.is_strict.then(|| "Write a value".to_owned());
        }
        let kind = named(&test.attribute)?;
        return desk.is_strict.then(|| format!("Choose a {}", kind.word()));
    }
    // Parts of a number or date are no number or date.
    if is_whole(test.operator) {
        let kind = kind(desk, &test.attribute)?;
        return kind.parse(&test.value).err().map(|it| it.to_string());
    }
    None
}
