//! What the placeholders of one mail stand for.

use std::collections::BTreeMap;

use minijinja::Value;

use super::{Placeholder, Sample, Template};

/// How many users a report lists in the mail itself; all of them are in the attached file.
pub const SHOWN_ROWS: usize = 100;

#[derive(Clone, Debug)]
pub struct Values {
    pub(super) template: Template,
    pub(super) named: BTreeMap<&'static str, Value>,
    pub(super) picture: Option<Picture>,
}

/// A chart in a report: shown in HTML, told in plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// How the HTML names it (RFC 2392).
    pub cid: String,

    /// What it shows, for those who cannot see it.
    pub alt: String,

    /// The same as lines of text.
    pub lines: String,
}

/// A user in a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub username: String,
    pub name: String,
    pub email: String,
    pub status: String,

    /// The day of the last activity, or that on which the password expires.
    pub day: String,
    pub days: i64,
    pub outcome: String,
}

impl Values {
    pub fn new(template: Template) -> Self {
        Self {
            template,
            named: BTreeMap::new(),
            picture: None,
        }
    }

    /// Control characters become spaces, so that no value begins a line of its own.
    #[must_use]
    pub fn text(mut self, name: &'static str, value: &str) -> Self {
        self.named.insert(name, Value::from(plain(value)));
        self
    }

    #[must_use]
    pub fn number(mut self, name: &'static str, value: i64) -> Self {
        self.named.insert(name, Value::from(value));
        self
    }

    /// The users that a report is about: `users`, `count` and `more`.
    #[must_use]
    pub fn rows(mut self, rows: &[Row]) -> Self {
        let shown = rows.iter().take(SHOWN_ROWS);
        let shown: Vec<Value> = shown.map(|row| row.value(self.template)).collect();
        let more = rows.len() - shown.len();
        self.named.insert("users", Value::from(shown));
        self.number("count", rows.len() as i64)
            .number("more", more as i64)
    }

    #[must_use]
    pub fn picture(mut self, picture: Option<Picture>) -> Self {
        self.picture = picture;
        self
    }

    /// A mail as it could be, with `rows` users in its list.
    pub fn sample(template: Template, rows: usize) -> Self {
        let mut values = Self::new(template);
        for Placeholder { name, sample, .. } in template.placeholders() {
            values = match sample {
                Sample::Text(text) => values.text(name, text),
                Sample::Number(number) => values.number(name, number),
                Sample::Users => values,
                Sample::Picture => values.picture(Some(Picture::sample())),
            };
        }
        if template.row_placeholders().is_empty() {
            values
        } else {
            let row = Row::sample(template);
            values.rows(&vec![row; rows])
        }
    }
}

impl Row {
    fn value(&self, template: Template) -> Value {
        let fields = template.row_placeholders().iter();
        let values = fields.map(|it| (it.name, self.field(it.name)));
        values.collect::<BTreeMap<_, _>>().into()
    }

    fn field(&self, name: &str) -> Value {
        let text = match name {
            "days" => return Value::from(self.days),
            "username" => &self.username,
            "name" => &self.name,
            "email" => &self.email,
            "status" => &self.status,
            "outcome" => &self.outcome,
            _ => &self.day,
        };
        Value::from(plain(text))
    }

    /// A user as there could be one.
    pub fn sample(template: Template) -> Self {
        let mut row = Self {
            username: String::new(),
            name: String::new(),
            email: String::new(),
            status: String::new(),
            day: String::new(),
            days: 0,
            outcome: String::new(),
        };
        for Placeholder { name, sample, .. } in template.row_placeholders() {
            let text = match sample {
                Sample::Text(text) => (*text).to_owned(),
                Sample::Number(number) => {
                    row.days = *number;
                    continue;
                }
                Sample::Users | Sample::Picture => continue,
            };
            let field = match *name {
                "username" => &mut row.username,
                "name" => &mut row.name,
                "email" => &mut row.email,
                "status" => &mut row.status,
                "outcome" => &mut row.outcome,
                _ => &mut row.day,
            };
            *field = text;
        }
        row
    }
}

impl Picture {
    fn sample() -> Self {
        Self {
            cid: "chart@tenure.invalid".to_owned(),
            alt: "Dormant accounts by last activity: 2 up to 180 days ago, 1 never".to_owned(),
            lines: "Up to 180 days ago  2\nNever               1".to_owned(),
        }
    }
}

fn plain(value: &str) -> String {
    if value.chars().any(char::is_control) {
        value.replace(char::is_control, " ")
    } else {
        value.to_owned()
    }
}
