//! The value of a condition, in the widget that fits its attribute.

use egui::{TextEdit, Ui};

use super::{Choices, Desk};
use crate::{
    model::{
        attribute::AttributeKind,
        condition::{ConditionError, Operator, Subject, Test},
        event::{EventKind, Source},
        task::TargetKind,
        text::{MAX_FIELD, fold},
        user::{MfaMethod, Status},
    },
    ui::widgets::{Combo, DateField, Picker, segmented},
};

/// A user without a value for an attribute, and one without a second factor.
const NOT_SET: &str = "Not set";
const NO_METHOD: &str = "None";

/// Nothing, if the operator takes no value.
pub(super) fn show(ui: &mut Ui, desk: &Desk<'_>, place: &str, test: &mut Test) {
    if !test.operator.takes_value() {
        return;
    }
    let name = format!("Value of {place}");
    let is_whole = test.operator.is_whole();
    match (
        kind(desk.choices, &test.attribute),
        named(&test.attribute),
        options(desk, test),
    ) {
        (Some(AttributeKind::YesNo), ..) if is_whole => yes_no(ui, &name, &mut test.value),
        (.., Some(options)) => choice(ui, &name, options, &mut test.value),
        (Some(AttributeKind::Date), ..) if is_whole => {
            let field = DateField::new(&name, desk.choices.today()).label_hidden();
            field.show(ui, &mut test.value);
        }
        (_, Some(kind), _) if is_whole => target_name(ui, desk, &name, kind, &mut test.value),
        _ => {
            let edit = TextEdit::singleline(&mut test.value)
                .hint_text(hint(desk, test.operator, &test.attribute))
                .char_limit(MAX_FIELD)
                .desired_width(f32::INFINITY);
            ui.add(edit).accessible_name(name);
        }
    }
}

fn named(subject: &Subject) -> Option<TargetKind> {
    match subject {
        Subject::Group => Some(TargetKind::Group),
        Subject::Role => Some(TargetKind::Role),
        _ => None,
    }
}

fn kind<'a>(choices: &'a Choices, subject: &Subject) -> Option<&'a AttributeKind> {
    let Subject::Custom(name) = subject else {
        return None;
    };
    choices.attribute(name).map(|it| &it.spec.kind)
}

/// A value as it is kept, and what people read.
type Choice = (String, String);

/// The values that there are, where there is a fixed list and the operator asks for one of them.
fn options(desk: &Desk<'_>, test: &Test) -> Option<Vec<Choice>> {
    if !test.operator.is_whole() {
        return None;
    }
    if test.attribute == Subject::Source {
        let sources = desk.event.map_or(&Source::ALL[..], EventKind::sources);
        return Some(as_written(sources.iter().map(|it| it.label())));
    }
    listed(desk.choices, &test.attribute)
}

/// The values that a user can have, where there is a fixed list of them.
pub(super) fn listed(choices: &Choices, subject: &Subject) -> Option<Vec<Choice>> {
    let with_none = |mut all: Vec<Choice>, none: &str| {
        all.push((String::new(), none.to_owned()));
        all
    };
    match (subject, kind(choices, subject)) {
        (Subject::UserStatus, _) => Some(as_written(Status::ALL.into_iter().map(Status::label))),
        (Subject::MfaMethod, _) => {
            let labels = MfaMethod::ALL.into_iter().map(MfaMethod::label);
            Some(with_none(as_written(labels), NO_METHOD))
        }
        (_, Some(AttributeKind::YesNo)) => {
            let both = [("yes", "Yes"), ("no", "No")];
            let both = both.map(|(value, label)| (value.to_owned(), label.to_owned()));
            Some(with_none(both.to_vec(), NOT_SET))
        }
        (_, Some(AttributeKind::Choice { options })) => {
            let options = options.iter().map(String::as_str);
            Some(with_none(as_written(options), NOT_SET))
        }
        _ => None,
    }
}

fn as_written<'a>(values: impl Iterator<Item = &'a str>) -> Vec<Choice> {
    values.map(|it| (it.to_owned(), it.to_owned())).collect()
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

/// An operator and a value to begin with after another attribute was chosen.
pub(super) fn begin(desk: &Desk<'_>, test: &mut Test) {
    let is_listed = |test: &Test| options(desk, test).is_some();
    let whole = Test {
        operator: Operator::Equal,
        ..test.clone()
    };
    let is_chosen = is_listed(&whole) || named(&test.attribute).is_some();
    let is_constant = test.attribute.why_constant().is_some();
    let operator = test.operator;
    if (operator.looks_back() && is_constant)
        || (is_chosen && operator.takes_value() && !operator.is_whole())
    {
        test.operator = Operator::Equal;
    }
    test.value.clear();
    begin_value(desk, test);
}

/// A value to begin with where one has to be chosen from a list.
pub(super) fn begin_value(desk: &Desk<'_>, test: &mut Test) {
    if !test.operator.takes_value() {
        test.value.clear();
    } else if test.value.is_empty() {
        let first = options(desk, test).and_then(|it| it.into_iter().next());
        test.value = first.map(|(value, _)| value).unwrap_or_default();
    }
}

/// The operators that can be asked about its attribute; its own is among them.
pub(super) fn operators(desk: &Desk<'_>, test: &Test) -> Vec<(Operator, &'static str)> {
    let is_listed = options(desk, test).is_some();
    let is_update = desk.event == Some(EventKind::UserUpdated);
    let has_trigger = desk.event.is_some() || desk.is_scheduled;
    let has_past = (is_update || !has_trigger) && test.attribute.why_constant().is_none();
    let fits = |it: &Operator| {
        let is_possible = if it.looks_back() {
            has_past
        } else {
            !is_listed || it.is_whole()
        };
        is_possible || *it == test.operator
    };
    let all = Operator::ALL.into_iter().filter(fits);
    all.map(|it| (it, it.label())).collect()
}

fn choice(ui: &mut Ui, name: &str, mut options: Vec<Choice>, value: &mut String) {
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
    let placeholder = format!("Choose a {}…", kind.word());
    let mut chosen = None;
    let picker = Picker::new(name, &entries)
        .placeholder(&placeholder)
        .chosen_text(Some(value.as_str()).filter(|it| !it.is_empty()))
        .narrowed_elsewhere();
    let picked = picker.show_one(ui, &mut chosen);
    ui.data_mut(|data| data.insert_temp(memory, picked.typed.unwrap_or_default()));
    if let Some(chosen) = chosen {
        *value = chosen;
    }
}

fn hint(desk: &Desk<'_>, operator: Operator, subject: &Subject) -> &'static str {
    match (kind(desk.choices, subject), subject) {
        (Some(AttributeKind::Date), _) => "2031-12",
        (Some(AttributeKind::Number), _) => "12",
        (_, Subject::Email) if operator == Operator::EndWith => "@example.org",
        _ if operator.looks_back() => "Empty",
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
    if let Err(wrong @ (ConditionError::NeverChanges(_) | ConditionError::NeedlessValue)) =
        test.check()
    {
        return Some(format!("It {wrong}"));
    }
    if test.operator.looks_back() && desk.event == Some(EventKind::UserCreated) {
        return Some("It never holds: a new user had no values before".to_owned());
    }
    if desk.is_scheduled {
        if test.operator.looks_back() {
            return Some("It never holds: a schedule changes nobody before it asks".to_owned());
        }
        if test.attribute == Subject::Source {
            return Some("It has no meaning here: a schedule has no source".to_owned());
        }
    }
    if !test.operator.takes_value() {
        return None;
    }
    if test.value.trim().is_empty() {
        if !test.operator.is_whole() {
            return desk.is_strict.then(|| "Write a value".to_owned());
        }
        let wrong = test.check().err()?;
        return desk.is_strict.then(|| match wrong {
            ConditionError::NotChosen(word) => format!("Choose a {word}"),
            other => format!("It {other}"),
        });
    }
    // Parts of a number or date are no number or date.
    if test.operator.is_whole() {
        let kind = kind(desk.choices, &test.attribute)?;
        return kind.parse(&test.value).err().map(|it| it.to_string());
    }
    None
}
