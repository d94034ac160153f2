//! Whether one value meets the filter in the brackets of a path.

use serde_json::Value;

use super::{Filter, Name, Operator};
use crate::model::text::fold;

/// Whether the value that has these parts meets the filter. Texts compare without case.
pub(in super::super) fn matches(filter: &Filter, parts: &[(&str, Value)]) -> bool {
    match filter {
        Filter::All(all) => all.iter().all(|it| matches(it, parts)),
        Filter::Any(any) => any.iter().any(|it| matches(it, parts)),
        Filter::Not(inner) => !matches(inner, parts),
        // Brackets do not nest.
        Filter::Within(..) => false,
        Filter::Present(name) => part(name, parts).is_some(),
        Filter::Compare(name, operator, wanted) => compare(part(name, parts), *operator, wanted),
    }
}

/// A part that has a value.
fn part<'a>(name: &Name, parts: &'a [(&str, Value)]) -> Option<&'a Value> {
    let mut parts = parts.iter();
    let (_, value) = parts.find(|(it, _)| it.eq_ignore_ascii_case(&name.attribute))?;
    (!value.is_null() && value.as_str() != Some("")).then_some(value)
}

fn compare(found: Option<&Value>, operator: Operator, wanted: &Value) -> bool {
    let is_equal = match (found, wanted) {
        (None, Value::Null) => true,
        (None, _) | (_, Value::Null) => false,
        (Some(Value::String(found)), Value::String(wanted)) => {
            let (found, wanted) = (fold(found), fold(wanted));
            match operator {
                Operator::Eq | Operator::Ne => found == wanted,
                Operator::Co => return found.contains(wanted.as_ref()),
                Operator::Sw => return found.starts_with(wanted.as_ref()),
                Operator::Ew => return found.ends_with(wanted.as_ref()),
                Operator::Gt => return found > wanted,
                Operator::Ge => return found >= wanted,
                Operator::Lt => return found < wanted,
                Operator::Le => return found <= wanted,
            }
        }
        // As Entra writes booleans.
        (Some(Value::Bool(found)), Value::String(wanted)) => {
            wanted.eq_ignore_ascii_case(if *found { "true" } else { "false" })
        }
        (Some(found), wanted) => found == wanted,
    };
    match operator {
        Operator::Eq => is_equal,
        Operator::Ne => !is_equal,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(filter: &str, is_expected: bool) {
        let read = super::super::filter(filter).expect("a filter");
        let parts = [
            ("value", json!("Ada@Example.org")),
            ("type", json!("work")),
            ("primary", json!(true)),
            ("display", Value::Null),
        ];
        assert_eq!(matches(&read, &parts), is_expected, "{filter}");
    }

    #[test]
    fn a_value_meets_what_is_true_of_it() {
        for filter in [
            r#"type eq "WORK""#,
            r#"type ne "home""#,
            r#"value co "example""#,
            r#"value sw "ada@" and value ew ".ORG""#,
            r#"type eq "home" or primary eq true"#,
            r#"primary eq "True""#,
            r#"not (type eq "home")"#,
            "value pr and not (display pr)",
            "display eq null",
            r#"display ne "x""#,
            r#"type gt "a" and type ge "work" and type lt "x" and type le "work""#,
        ] {
            check(filter, true);
        }
    }

    #[test]
    fn and_does_not_meet_what_is_not() {
        for filter in [
            r#"type eq "home""#,
            "type eq 1",
            "type eq null",
            r#"display eq "x""#,
            r#"display co """#,
            r#"nothing eq "x""#,
            "primary eq false",
            "primary gt false",
            r#"type eq "work" and primary eq false"#,
        ] {
            check(filter, false);
        }
    }
}
