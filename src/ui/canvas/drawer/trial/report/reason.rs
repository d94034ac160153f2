//! Why a condition holds or does not, in one line.

use crate::model::{
    condition::{Finding, Operator, Subject},
    text::list,
};

/// How many groups or roles of a user one sentence names.
const NAMED: usize = 5;

/// "Email is ada@example.org – contains “@example.org”"
pub(super) fn reason(label: &str, finding: &Finding) -> String {
    let test = &finding.test;
    if test.operator.looks_back() {
        return looking_back(label, finding);
    }
    let values = written(&finding.actual);
    let matches = finding.holds != test.operator.is_negative();
    let is = match values.as_slice() {
        [] if matches!(test.attribute, Subject::Group | Subject::Role) => {
            format!("{label} is none")
        }
        [] => format!("{label} is empty"),
        // The one that matches stands first.
        [first, rest @ ..] if matches && !rest.is_empty() => {
            format!("{label} is {first} and {} more", rest.len())
        }
        all if all.len() > NAMED => {
            let more = all.len() - NAMED;
            let named = all.iter().take(NAMED).copied().collect::<Vec<_>>();
            format!("{label} is {} and {more} more", named.join(", "))
        }
        all => format!("{label} is {}", list(all, "and")),
    };
    let wanted = test.value.trim();
    if wanted.is_empty() {
        return if matches {
            is
        } else {
            format!("{is}, not empty")
        };
    }
    let (yes, no, none) = match test.operator {
        Operator::Contains | Operator::NotContains => {
            ("contains", "does not contain", "none contains")
        }
        Operator::StartWith => ("starts with", "does not start with", "none starts with"),
        Operator::EndWith => ("ends with", "does not end with", "none ends with"),
        _ => ("equals", "does not equal", "none equals"),
    };
    let words = match (matches, values.len() > 1) {
        (true, _) => yes,
        (false, false) => no,
        (false, true) => none,
    };
    format!("{is} – {words} “{wanted}”")
}

/// "Last Name was Byron and is Lovelace – changed to “Lovelace”"
fn looking_back(label: &str, finding: &Finding) -> String {
    let one = |values: &[String]| match written(values).as_slice() {
        [] => "empty".to_owned(),
        all => list(all, "and"),
    };
    let is = one(&finding.actual);
    let was = match &finding.was {
        None => return format!("{label} is {is} – there was nothing before"),
        Some(was) if *was == finding.actual => return format!("{label} is {is}, as before"),
        Some(was) => one(was),
    };
    let not = if finding.holds { "" } else { "not " };
    let words = finding.test.operator.words();
    match (finding.test.operator, finding.test.value.trim()) {
        (Operator::Changed, _) => format!("{label} was {was} and is {is}"),
        (_, "") => format!("{label} was {was} and is {is} – {not}{words} empty"),
        (_, value) => format!("{label} was {was} and is {is} – {not}{words} “{value}”"),
    }
}

fn written(values: &[String]) -> Vec<&str> {
    let values = values.iter().map(String::as_str);
    values.filter(|it| !it.is_empty()).collect()
}
