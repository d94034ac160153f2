//! The value of a condition, in the widget that fits its attribute.

use egui::{TextEdit, Ui};

use super::Desk;
use crate::{
    model::{
        attribute::AttributeKind,
        condition::{ConditionError, Operator, Subject, Test},
        event::Source,
        task::TargetKind,
        text::{MAX_FIELD, fold},
        user::Status,
    },
    ui::widgets::{Combo, DateField, Picker, segmented},
};

/// A user without a value for an attribute.
const NOT_SET: &str = "Not set";

pub(super) fn show(ui: &mut Ui, desk: &Desk<'_>, place: &str, test: &mut Test) {
    let name = format!("Value of {place}");
    let is_date = matches!(kind(desk, &test.attribute), Some(AttributeKind::Date));
    if is_yes_no(desk, test) {
        yes_no(ui, &name, &mut test.value);
    } else if let Some(options) = options(desk, test) {
        choice(ui, &name, &test.attribute, options, &mut test.value);
    } else if is_date && is_whole(test.operator) {
        let field = DateField::new(&name, desk.choices.today()).label_hidden();
        field.show(ui, &mut test.value);
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

fn is_yes_no(desk: &Desk<'_>, test: &Test) -> bool {
    is_whole(test.operator) && matches!(kind(desk, &test.attribute), Some(AttributeKind::YesNo))
}

/// Only optional attributes are asked about, so that "not set" is an answer, too.
fn yes_no(ui: &mut Ui, name: &str, value: &mut String) {
    let options = [("yes", "Yes"), ("no", "No"), ("", NOT_SET)];
    let kept = AttributeKind::YesNo.parse(value);
    let kept = kept.map(Option::unwrap_or_default);
    // What is kept in another form stays as it is until somebody chooses.
    let mut chosen = options
        .iter()
        .map(|(it, _)| *it)
        .find(|it| kept.as_deref() == Ok(*it));
    if segmented(
        ui,
        name,
        &mut chosen,
        &options.map(|(it, label)| (Some(it), label)),
    ) && let Some(chosen) = chosen
    {
        chosen.clone_into(value);
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

fn choice(ui: &mut Ui, name: &str, subject: &Subject, options: Vec<String>, value: &mut String) {
    let mut options: Vec<(String, String)> =
        options.into_iter().map(|it| (it.clone(), it)).collect();
    if matches!(subject, Subject::Custom(_)) {
        options.push((String::new(), NOT_SET.to_owned()));
    }
    let is_same = |option: &str| fold(option) == fold(value);
    let same = options.iter().find(|(option, _)| is_same(option));
    let mut chosen = same.map_or_else(|| value.clone(), |(option, _)| option.clone());
    if same.is_none() {
        let label = if value.is_empty() {
            "Choose…".to_owned()
        } else {
            value.clone()
        };
        options.push((value.clone(), label));
    }
    let combo = Combo::new(name).label_hidden();
    if combo.show(ui, &mut chosen, &options).changed() {
        *value = chosen;
    }
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
        (Some(AttributeKind::Date), _) => "2031-12",
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
        let wrong = test.check().err()?;
        return desk.is_strict.then(|| match wrong {
            ConditionError::NotChosen(word) => format!("Choose a {word}"),
            other => format!("It {other}"),
        });
    }
    // Parts of a number or date are no number or date.
    if is_whole(test.operator) {
        let kind = kind(desk, &test.attribute)?;
        return kind.parse(&test.value).err().map(|it| it.to_string());
    }
    None
}
