//! A filter as a condition of the store: what its names mean here, and its values in the form in
//! which they are compared.

use chrono::DateTime;
use serde_json::Value;

use super::{
    error::{ErrorKind, ScimError},
    filter::{self, Filter, Name, Operator},
};
use crate::{
    model::text::fold,
    store::matching::{Operand, Relation, Sort, Test},
};

/// What a name means, in attributes `A` of the store.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Meaning<A> {
    /// Compared without case.
    Text(A),

    /// Compared with case.
    Exact(A),
    Number(A),
    Moment(A),

    /// Kept as this when it is true, and as that when it is false.
    Flag(A, Operand, Operand),

    /// A number that clients see as a text, of which nothing but whether it is the same matters.
    Id(A),

    /// One of several folded texts.
    OneOf(A),

    /// Always the same where there is a value of another attribute, or everywhere.
    Constant(Value, Option<A>),

    /// Has parts, and no value of its own; it is there when this is there, or always.
    Whole(Option<A>),
}

/// The condition that a filter means. Of a name that means nothing here, `None`: when only one kind
/// of resource is asked for, that is a mistake; when all are, nothing of this kind has a value.
pub(super) fn condition<A: Clone>(
    filter: &Filter,
    is_strict: bool,
    meaning: &dyn Fn(&Name) -> Option<Meaning<A>>,
) -> Result<Test<A>, ScimError> {
    let lower = |it: &Filter| condition(it, is_strict, meaning);
    match filter {
        Filter::All(all) => Ok(Test::All(all.iter().map(lower).collect::<Result<_, _>>()?)),
        Filter::Any(any) => Ok(Test::Any(any.iter().map(lower).collect::<Result<_, _>>()?)),
        Filter::Not(inner) => Ok(Test::Not(Box::new(lower(inner)?))),
        Filter::Within(name, inner) => within(name, inner, is_strict, meaning),
        Filter::Present(name) => match meaning(name) {
            Some(found) => Ok(present(found)),
            None => unknown(name, is_strict, false),
        },
        Filter::Compare(name, operator, value) => match meaning(name) {
            Some(found) => compare(name, found, *operator, value),
            None => unknown(name, is_strict, *operator == Operator::Ne),
        },
    }
}

/// What to sort by.
pub(super) fn sort<A>(
    by: &str,
    order: &str,
    meaning: impl Fn(&Name) -> Option<Meaning<A>>,
) -> Result<Option<Sort<A>>, ScimError> {
    let is_descending = match order.to_ascii_lowercase().as_str() {
        "" | "ascending" => false,
        "descending" => true,
        _ => return Err(ScimError::value("sortOrder is ascending or descending")),
    };
    if by.is_empty() {
        return Ok(None);
    }
    let found = Name::parse(by).as_ref().and_then(meaning);
    let by = match found {
        Some(
            Meaning::Text(by)
            | Meaning::Exact(by)
            | Meaning::Number(by)
            | Meaning::Moment(by)
            | Meaning::Flag(by, ..)
            | Meaning::Id(by)
            | Meaning::Whole(Some(by)),
        ) => by,
        // All are the same in it.
        Some(Meaning::Constant(..) | Meaning::Whole(None)) => return Ok(None),
        Some(Meaning::OneOf(_)) | None => {
            let start: String = by.chars().take(80).collect();
            let text = format!("resources cannot be sorted by {start:?}");
            return Err(ScimError::bad(ErrorKind::InvalidPath, text));
        }
    };
    Ok(Some(Sort { by, is_descending }))
}

/// A name that means nothing, where one kind of resource is asked for.
fn unknown<A>(name: &Name, is_strict: bool, is_met: bool) -> Result<Test<A>, ScimError> {
    if is_strict {
        let text = format!("there is no attribute {name} to filter by");
        return Err(ScimError::bad(ErrorKind::InvalidFilter, text));
    }
    Ok(Test::Always(is_met))
}

/// `emails[type eq "work"]`: the inner names are parts of the outer one.
fn within<A: Clone>(
    outer: &Name,
    inner: &Filter,
    is_strict: bool,
    meaning: &dyn Fn(&Name) -> Option<Meaning<A>>,
) -> Result<Test<A>, ScimError> {
    let has_several = matches!(meaning(outer), Some(Meaning::OneOf(_) | Meaning::Id(_)));
    let part = |name: &Name| {
        if name.schema.is_some() || name.sub.is_some() || outer.sub.is_some() {
            return None;
        }
        meaning(&Name {
            sub: Some(name.attribute.clone()),
            ..outer.clone()
        })
    };
    let test = simplified(condition(inner, is_strict, &part)?);
    // Each comparison looks for a value of its own; only of one, or of alternatives, is it clear
    // that one value meets them.
    let is_clear = match &test {
        Test::Compare(..) | Test::Present(_) | Test::Always(_) => true,
        Test::Any(any) => any.iter().all(|it| matches!(it, Test::Compare(..))),
        Test::All(_) | Test::Not(_) => !has_several,
    };
    if !is_clear {
        let text =
            format!("the filter in {outer}[…] may only ask for one value, or one or another");
        return Err(ScimError::bad(ErrorKind::InvalidFilter, text));
    }
    match meaning(outer) {
        Some(outer) => Ok(simplified(Test::All(vec![present(outer), test]))),
        None => unknown(outer, is_strict, false),
    }
}

/// Without what is known.
fn simplified<A>(test: Test<A>) -> Test<A> {
    let (tests, neutral) = match test {
        Test::All(all) => (all, true),
        Test::Any(any) => (any, false),
        other => return other,
    };
    let mut left = Vec::new();
    for test in tests.into_iter().map(simplified) {
        match test {
            Test::Always(it) if it == neutral => (),
            Test::Always(it) => return Test::Always(it),
            test => left.push(test),
        }
    }
    match (left.len(), left.pop()) {
        (_, None) => Test::Always(neutral),
        (1, Some(only)) => only,
        (_, Some(last)) => {
            left.push(last);
            if neutral {
                Test::All(left)
            } else {
                Test::Any(left)
            }
        }
    }
}

fn present<A>(meaning: Meaning<A>) -> Test<A> {
    match meaning {
        Meaning::Text(it)
        | Meaning::Exact(it)
        | Meaning::Number(it)
        | Meaning::Moment(it)
        | Meaning::Flag(it, ..)
        | Meaning::Id(it)
        | Meaning::OneOf(it)
        | Meaning::Constant(_, Some(it))
        | Meaning::Whole(Some(it)) => Test::Present(it),
        Meaning::Constant(_, None) | Meaning::Whole(None) => Test::Always(true),
    }
}

fn compare<A: Clone>(
    name: &Name,
    meaning: Meaning<A>,
    operator: Operator,
    value: &Value,
) -> Result<Test<A>, ScimError> {
    match (operator, value) {
        // Null is what has no value (RFC 7643 §2.5).
        (Operator::Eq, Value::Null) => return Ok(Test::Not(Box::new(present(meaning)))),
        (Operator::Ne, Value::Null) => return Ok(present(meaning)),
        (Operator::Ne, _) => {
            let equal = compare(name, meaning, Operator::Eq, value)?;
            return Ok(Test::Not(Box::new(equal)));
        }
        _ => (),
    }
    let refused = |text: String| ScimError::bad(ErrorKind::InvalidFilter, text);
    let word = operator.word();
    if !meaning.takes(operator) {
        return Err(refused(format!("{name} cannot be compared by {word}")));
    }
    let expected = meaning.expected();
    match meaning {
        Meaning::Constant(known, of) => Ok(constant(known, of, operator, value)),
        Meaning::Whole(_) => Err(refused(format!(
            "{name} has parts: name the one that is meant"
        ))),
        meaning => match meaning.operand(value) {
            Some((attribute, operand)) => Ok(Test::Compare(attribute, relation(operator), operand)),
            None => Err(refused(format!("{name} {word} needs {expected}"))),
        },
    }
}

impl<A> Meaning<A> {
    /// Whether values can be compared so.
    fn takes(&self, operator: Operator) -> bool {
        match self {
            Self::Text(_) | Self::Exact(_) | Self::Constant(..) | Self::Whole(_) => true,
            Self::Number(_) | Self::Moment(_) => {
                !matches!(operator, Operator::Co | Operator::Sw | Operator::Ew)
            }
            Self::Flag(..) | Self::Id(_) | Self::OneOf(_) => operator == Operator::Eq,
        }
    }

    /// What a value must be to be compared with it.
    fn expected(&self) -> &'static str {
        match self {
            Self::Number(_) => "a number",
            Self::Moment(_) => "a time like \"2031-12-24T18:00:00Z\"",
            Self::Flag(..) => "true or false",
            _ => "a text",
        }
    }

    /// The attribute, and the value in the form in which it is compared with it.
    fn operand(self, value: &Value) -> Option<(A, Operand)> {
        let text = value.as_str();
        let folded = || Some(Operand::Text(fold(text?).into_owned()));
        Some(match self {
            Self::Text(it) | Self::OneOf(it) => (it, folded()?),
            Self::Exact(it) => (it, Operand::Text(text?.to_owned())),
            // Nothing has the number 0.
            Self::Id(it) => (it, Operand::Whole(number_of(text?).unwrap_or(0))),
            Self::Number(it) => (it, Operand::Number(number(value)?)),
            Self::Moment(it) => (it, Operand::Whole(moment(value)?)),
            Self::Flag(it, yes, no) => (it, if flag(value)? { yes } else { no }),
            Self::Constant(..) | Self::Whole(_) => return None,
        })
    }
}

fn constant<A>(known: Value, of: Option<A>, operator: Operator, value: &Value) -> Test<A> {
    let it = Name {
        schema: None,
        attribute: "it".to_owned(),
        sub: None,
    };
    let asked = Filter::Compare(it, operator, value.clone());
    let is_met = Test::Always(filter::matches(&asked, &[("it", known)]));
    match of {
        Some(of) => simplified(Test::All(vec![Test::Present(of), is_met])),
        None => is_met,
    }
}

fn relation(operator: Operator) -> Relation {
    match operator {
        // "Is not" is the opposite of "is".
        Operator::Eq | Operator::Ne => Relation::Equal,
        Operator::Co => Relation::Contains,
        Operator::Sw => Relation::StartsWith,
        Operator::Ew => Relation::EndsWith,
        Operator::Lt => Relation::Less,
        Operator::Le => Relation::LessOrEqual,
        Operator::Gt => Relation::Greater,
        Operator::Ge => Relation::GreaterOrEqual,
    }
}

/// The number that an id shows, written as we write it.
pub(super) fn number_of(id: &str) -> Option<i64> {
    let number: i64 = id.parse().ok()?;
    (number > 0 && number.to_string() == id).then_some(number)
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok().filter(|it: &f64| it.is_finite()),
        _ => None,
    }
}

fn moment(value: &Value) -> Option<i64> {
    let parsed = DateTime::parse_from_rfc3339(value.as_str()?);
    Some(parsed.ok()?.timestamp_micros())
}

/// Entra writes booleans as texts.
fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}
