//! Users in a CSV file: what its columns mean, what a row asks for, and how cells are written so
//! that no spreadsheet takes one for a formula.
//!
//! **Invariant:** [`Header::row`] gives back every value that [`guarded`] and [`joined`] wrote.

use std::collections::BTreeMap;

use super::{
    attribute::Attribute,
    text,
    user::{Profile, ProfileForm, Status},
};

/// The longest row, in bytes; a quote that is never closed would swallow the whole file.
pub const MAX_ROW: usize = 1024 * 1024;

/// The built-in columns, in the order in which an export writes them.
pub const COLUMNS: [&str; 8] = [
    "username",
    "email",
    "first_name",
    "last_name",
    "phone",
    "status",
    "groups",
    "roles",
];

/// What a row asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Action {
    #[default]
    Add,
    Update,
    Delete,
}

/// The columns of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    columns: Vec<Column>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Column {
    Action,
    Field(&'static str),
    Attribute(String),
}

/// One row as written. A field whose column the file does not have is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    pub action: Action,
    pub username: String,
    pub email: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub phone: Option<String>,

    /// Only whether it is [`Status::Disabled`] is taken over: the others follow from passwords and
    /// sign-ins.
    pub status: Option<Status>,
    pub groups: Option<Vec<String>>,
    pub roles: Option<Vec<String>>,
    pub attributes: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    #[error("the file is empty: its first line must name the columns, like username,email")]
    Empty,
    #[error("the file is UTF-16 text: save it as “CSV UTF-8” in your spreadsheet, and try again")]
    Utf16,
    #[error(
        "the first line is not UTF-8 text: save the file as “CSV UTF-8” in your spreadsheet, and try again"
    )]
    NotUtf8,
    #[error("the file is not text: it begins with {0}, give a CSV file")]
    NotText(&'static str),
    #[error("the first line names no column \"username\": it names {}", text::list(.0, "and"))]
    NoUsername(Vec<String>),
    #[error(
        "the first line names {}, which is neither a column nor a custom attribute: the columns are {}",
        text::list(.unknown, "and"), .known.join(", ")
    )]
    Unknown {
        unknown: Vec<String>,
        known: Vec<String>,
    },
    #[error("the first line names the column {0:?} twice")]
    Twice(String),
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowError {
    #[error("the row is not UTF-8 text: save the file as “CSV UTF-8”")]
    NotUtf8,
    #[error("the row has {found} cells, the first line has {expected}")]
    CellCount { found: usize, expected: usize },
    #[error("the action {0:?} is not one of add, update and delete")]
    Action(String),
    #[error("the status {0:?} is not one of Active, Disabled, Locked and Pending")]
    Status(String),
    #[error("the username must not be empty")]
    NoUsername,
}

impl Action {
    pub const ALL: [Self; 3] = [Self::Add, Self::Update, Self::Delete];

    pub fn word(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }

    fn parse(cell: &str) -> Result<Self, RowError> {
        let wanted = text::fold(cell.trim());
        if wanted.is_empty() {
            return Ok(Self::Add);
        }
        let found = Self::ALL.into_iter().find(|it| it.word() == wanted);
        found.ok_or_else(|| RowError::Action(cell.trim().to_owned()))
    }
}

/// What the first bytes say about a file that is no UTF-8 CSV file.
pub fn check_beginning(bytes: &[u8]) -> Result<(), HeaderError> {
    let zeros = |odd: usize| {
        let bytes = bytes.iter().skip(odd).step_by(2).take(64);
        bytes.clone().count() > 1 && bytes.clone().all(|byte| *byte == 0)
    };
    match bytes {
        [] => Err(HeaderError::Empty),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => Err(HeaderError::Utf16),
        [b'P', b'K', 3, 4, ..] => Err(HeaderError::NotText("the mark of an Excel or ZIP file")),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Err(HeaderError::NotText("the mark of an old Excel file")),
        _ if zeros(0) || zeros(1) => Err(HeaderError::Utf16),
        _ => Ok(()),
    }
}

/// The character that separates cells: of comma, semicolon and tab the one that the first line
/// holds most often outside of quotes.
pub fn delimiter(first_line: &[u8]) -> u8 {
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0)];
    let mut is_quoted = false;
    for byte in first_line {
        if *byte == b'"' {
            is_quoted = !is_quoted;
        }
        for (delimiter, count) in &mut counts {
            *count += usize::from(!is_quoted && byte == delimiter);
        }
    }
    // The first of equals: a comma.
    let most = counts.iter().rev().max_by_key(|(_, count)| *count);
    most.map_or(b',', |(delimiter, _)| *delimiter)
}

impl Header {
    pub fn parse<'a>(
        cells: impl IntoIterator<Item = &'a [u8]>,
        attributes: &[Attribute],
    ) -> Result<Self, HeaderError> {
        let mut columns: Vec<Column> = Vec::new();
        let mut names = Vec::new();
        let mut unknown = Vec::new();
        for cell in cells {
            let name = std::str::from_utf8(cell).or(Err(HeaderError::NotUtf8))?;
            let name = unguarded(name).trim();
            match column(name, attributes) {
                Some(found) if columns.contains(&found) => {
                    return Err(HeaderError::Twice(name.to_owned()));
                }
                Some(found) => columns.push(found),
                None => unknown.push(quoted(name)),
            }
            names.push(quoted(name));
        }
        if names.iter().all(|name| name == "\"\"") {
            return Err(HeaderError::Empty);
        }
        if !unknown.is_empty() {
            let custom = attributes.iter().map(|it| it.spec.name.as_str());
            let known = ["action"].into_iter().chain(COLUMNS).chain(custom);
            return Err(HeaderError::Unknown {
                unknown,
                known: known.map(str::to_owned).collect(),
            });
        }
        if !columns.contains(&Column::Field("username")) {
            return Err(HeaderError::NoUsername(names));
        }
        Ok(Self { columns })
    }

    /// What a row asks for; `None` for one without anything in it.
    pub fn row<'a>(
        &self,
        cells: impl ExactSizeIterator<Item = &'a [u8]>,
    ) -> Result<Option<Row>, RowError> {
        let found = cells.len();
        let mut texts = Vec::with_capacity(found);
        for cell in cells {
            texts.push(std::str::from_utf8(cell).or(Err(RowError::NotUtf8))?);
        }
        if texts.iter().all(|cell| cell.trim().is_empty()) {
            return Ok(None);
        }
        if found != self.columns.len() {
            let expected = self.columns.len();
            return Err(RowError::CellCount { found, expected });
        }
        let mut row = Row::default();
        for (column, cell) in self.columns.iter().zip(texts) {
            row.set(column, unguarded(cell))?;
        }
        if row.username.trim().is_empty() {
            return Err(RowError::NoUsername);
        }
        Ok(Some(row))
    }
}

fn quoted(name: &str) -> String {
    format!("{name:?}")
}

fn column(name: &str, attributes: &[Attribute]) -> Option<Column> {
    let key = text::fold(name).replace([' ', '-'], "_");
    let key = match key.as_str() {
        "e_mail" => "email",
        "user_name" => "username",
        other => other,
    };
    if key == "action" {
        return Some(Column::Action);
    }
    if let Some(field) = COLUMNS.into_iter().find(|it| *it == key) {
        return Some(Column::Field(field));
    }
    let wanted = text::fold(name);
    let attribute = attributes
        .iter()
        .find(|it| text::fold(&it.spec.name) == wanted)?;
    Some(Column::Attribute(attribute.spec.name.clone()))
}

impl Row {
    fn set(&mut self, column: &Column, cell: &str) -> Result<(), RowError> {
        let some = || Some(cell.to_owned());
        match column {
            Column::Action => self.action = Action::parse(cell)?,
            Column::Field("username") => cell.trim().clone_into(&mut self.username),
            Column::Field("email") => self.email = some(),
            Column::Field("first_name") => self.first_name = some(),
            Column::Field("last_name") => self.last_name = some(),
            Column::Field("phone") => self.phone = some(),
            Column::Field("status") => self.status = status(cell)?,
            Column::Field("groups") => self.groups = Some(split(cell)),
            Column::Field(_) => self.roles = Some(split(cell)),
            Column::Attribute(name) => {
                self.attributes.insert(name.clone(), cell.to_owned());
            }
        }
        Ok(())
    }

    /// The profile that the row asks for: what it says, and for the rest what was there before.
    pub fn form(&self, before: Option<&Profile>) -> ProfileForm {
        let mut form = before.map(Profile::form).unwrap_or_default();
        self.username.clone_into(&mut form.username);
        let fields = [
            (&self.email, &mut form.email),
            (&self.first_name, &mut form.first_name),
            (&self.last_name, &mut form.last_name),
            (&self.phone, &mut form.phone),
        ];
        for (cell, field) in fields {
            if let Some(cell) = cell {
                cell.clone_into(field);
            }
        }
        form.attributes.extend(self.attributes.clone());
        form
    }
}

fn status(cell: &str) -> Result<Option<Status>, RowError> {
    let wanted = text::fold(cell.trim());
    if wanted.is_empty() {
        return Ok(None);
    }
    let is_wanted = |it: &Status| text::fold(it.label()) == wanted;
    match Status::ALL.into_iter().find(is_wanted) {
        Some(status) => Ok(Some(status)),
        None => Err(RowError::Status(cell.trim().to_owned())),
    }
}

/// Whether a spreadsheet could take a cell with this beginning for a formula (OWASP, "CSV
/// injection").
fn begins_formula(letter: char) -> bool {
    matches!(
        letter,
        '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'
    )
}

/// The cell for a value: one that could be a formula gets a `'` in front, which [`Header::row`]
/// takes off again.
pub fn guarded(value: &str) -> String {
    match value.chars().next() {
        Some(first) if begins_formula(first) || first == '\'' => format!("'{value}"),
        _ => value.to_owned(),
    }
}

/// The value of a cell. A `'` that stands in front of an ordinary letter is part of it.
fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(|it| begins_formula(it) || it == '\'') => rest,
        _ => cell,
    }
}

/// Names in one cell: `Staff;Night shift`. A `;` or `\` within a name has a `\` in front.
pub fn joined<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let escaped = |name: &str| name.replace('\\', "\\\\").replace(';', "\\;");
    let names: Vec<String> = names.into_iter().map(escaped).collect();
    names.join(";")
}

fn split(cell: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    let mut letters = cell.chars();
    while let Some(letter) = letters.next() {
        let Some(name) = names.last_mut() else { break };
        match letter {
            '\\' => name.extend(letters.next()),
            ';' => names.push(String::new()),
            other => name.push(other),
        }
    }
    let names = names.into_iter().map(|it| it.trim().to_owned());
    names.filter(|it| !it.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn header(line: &str) -> Result<Header, HeaderError> {
        Header::parse(line.split(',').map(str::as_bytes), &[])
    }

    #[track_caller]
    fn refuses(line: &str, message: &str) {
        let error = header(line).expect_err("a refusal").to_string();
        assert!(error.contains(message), "{error}");
    }

    fn row(columns: &str, cells: &[&str]) -> Result<Option<Row>, RowError> {
        let header = header(columns).expect("a header");
        header.row(cells.iter().map(|it| it.as_bytes()))
    }

    #[test]
    fn columns_are_known_by_name_in_any_case_and_order() {
        let header = header("E-Mail,USERNAME,First Name,action").expect("a header");
        let cells: [&[u8]; 4] = [b"a@b.org", b" ada ", b"Ada", b"UPDATE"];
        let row = header.row(cells.into_iter()).expect("a row").expect("one");
        assert_eq!((row.username.as_str(), row.action), ("ada", Action::Update));
        assert_eq!(row.email.as_deref(), Some("a@b.org"));
        assert_eq!(row.phone, None, "there is no such column");
    }

    #[test]
    fn a_header_that_cannot_be_meant_is_refused_by_name() {
        refuses(
            "username,shoe size",
            "names \"shoe size\", which is neither",
        );
        refuses("username,email,Email", "the column \"Email\" twice");
        refuses("email", "no column \"username\"");
        refuses("", "the file is empty");
    }

    #[test]
    fn files_of_other_kinds_are_told_apart() {
        let check = |bytes: &[u8], expected: &str| {
            let error = check_beginning(bytes).expect_err("a refusal").to_string();
            assert!(error.contains(expected), "{error}");
        };
        check(b"", "is empty");
        check(b"\xFF\xFEu\0", "UTF-16");
        check(b"u\0s\0e\0r\0", "UTF-16");
        check(b"\0u\0s\0e\0r", "UTF-16");
        check(b"PK\x03\x04", "Excel or ZIP");
        assert_eq!(check_beginning(b"u"), Ok(()));
    }

    #[test]
    fn the_delimiter_is_the_one_that_the_first_line_uses() {
        assert_eq!(delimiter(b"username;email"), b';');
        assert_eq!(delimiter(b"username\temail"), b'\t');
        assert_eq!(delimiter(b"\"a;b;c\",email"), b',');
        assert_eq!(delimiter(b"username"), b',');
    }

    #[test]
    fn a_row_that_cannot_be_read_says_why() {
        let check = |cells: &[&str], message: &str| {
            let error = row("username,action", cells).expect_err("a refusal");
            assert!(error.to_string().contains(message), "{error}");
        };
        check(&["ada"], "has 1 cells, the first line has 2");
        check(&["ada", "drop"], "the action \"drop\"");
        check(&[" ", "add"], "username must not be empty");
        assert_eq!(row("username,action", &["", " "]), Ok(None));
    }

    #[test]
    fn what_looks_like_a_formula_is_written_with_an_apostrophe() {
        for value in ["=1+1", "+49 30", "-1", "@x", "\tx", "'=x", "＝x"] {
            assert_eq!(guarded(value), format!("'{value}"));
        }
        assert_eq!(guarded("Ada"), "Ada");
        assert_eq!(unguarded("'t Hooft"), "'t Hooft", "a name, not a guard");
    }

    proptest! {
        #[test]
        fn a_guarded_value_comes_back(value in "['=+@a\t -]{0,6}") {
            let cell = guarded(&value);
            prop_assert_eq!(unguarded(&cell), value);
        }

        #[test]
        fn joined_names_come_back(names in proptest::collection::vec("[a-c;\\\\]{1,5}", 0..5)) {
            let cell = joined(names.iter().map(String::as_str));
            prop_assert_eq!(split(&cell), names);
        }
    }
}
