//! The rows of a CSV file, one after the other, with a limit on what one of them may take.

use std::{
    cell::Cell,
    collections::HashMap,
    hash::{BuildHasher as _, RandomState},
    io::{self, BufRead as _, BufReader, Read},
    rc::Rc,
};

use super::ImportError;
use crate::model::{
    attribute::Attribute,
    import::{Action, Header, HeaderError, MAX_ROW, Row, check_beginning, delimiter},
    text,
};

/// How much of a file is looked at to learn what it is. Excel's mark of UTF-8 is within it, and
/// so is any first line that a person wrote.
const BEGINNING: usize = 64 * 1024;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A row, or why there is none, and where it stands.
pub(super) struct Line {
    pub(super) number: u64,

    /// As far as it could be read.
    pub(super) username: String,
    pub(super) row: Result<Row, String>,
}

pub(super) struct Rows<R: Read> {
    csv: csv::Reader<Bounded<BufReader<R>>>,
    header: Header,
    record: csv::ByteRecord,
    used: Rc<Cell<usize>>,
    seen: Seen,
}

impl<R: Read> Rows<R> {
    pub(super) fn open(input: R, attributes: &[Attribute]) -> Result<Self, ImportError> {
        let mut input = BufReader::with_capacity(BEGINNING, input);
        let beginning = input.fill_buf()?;
        check_beginning(beginning)?;
        let mark = beginning.starts_with(BYTE_ORDER_MARK);
        let beginning = beginning.strip_prefix(BYTE_ORDER_MARK).unwrap_or(beginning);
        let first_line = beginning
            .split(|it| *it == b'\n')
            .next()
            .unwrap_or_default();
        let delimiter = delimiter(first_line);
        if mark {
            input.consume(BYTE_ORDER_MARK.len());
        }
        let used = Rc::<Cell<usize>>::default();
        let mut csv = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .has_headers(false)
            .from_reader(Bounded {
                input,
                used: Rc::clone(&used),
            });
        let mut record = csv::ByteRecord::new();
        if !csv
            .read_byte_record(&mut record)
            .map_err(|err| unreadable(err, 1))?
        {
            return Err(HeaderError::Empty.into());
        }
        Ok(Self {
            header: Header::parse(&record, attributes)?,
            csv,
            record,
            used,
            seen: Seen::default(),
        })
    }

    /// The next row that has something in it; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Line>, ImportError> {
        loop {
            self.used.set(0);
            let number = self.csv.position().line();
            let has_more = self
                .csv
                .read_byte_record(&mut self.record)
                .map_err(|err| unreadable(err, number))?;
            if !has_more {
                return Ok(None);
            }
            let number = self.record.position().map_or(number, csv::Position::line);
            let row = match self.header.row(self.record.iter()) {
                Ok(None) => continue,
                Ok(Some(row)) => self.seen.check(row, number),
                Err(err) => Err((String::new(), err.to_string())),
            };
            let (username, row) = match row {
                Ok(row) => (row.username.clone(), Ok(row)),
                Err((username, reason)) => (username, Err(reason)),
            };
            return Ok(Some(Line {
                number,
                username,
                row,
            }));
        }
    }
}

fn unreadable(err: csv::Error, line: u64) -> ImportError {
    match err.into_kind() {
        csv::ErrorKind::Io(err) if err.kind() == io::ErrorKind::FileTooLarge => {
            ImportError::RowTooLong { line }
        }
        csv::ErrorKind::Io(err) => ImportError::from(err),
        other => ImportError::Unreadable {
            line,
            reason: format!("{other:?}"),
        },
    }
}

/// Stops when one row has taken more than [`MAX_ROW`], so that memory stays flat.
struct Bounded<R> {
    input: R,

    /// Bytes read since the last row ended.
    used: Rc<Cell<usize>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.used.get() > MAX_ROW {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let count = self.input.read(buffer)?;
        self.used.set(self.used.get() + count);
        Ok(count)
    }
}

/// Who was named before, so that nobody is asked for twice. Names are kept as keyed hashes of 128
/// bits: a million of them take 32 MB, and two different ones never meet.
#[derive(Default)]
struct Seen {
    keys: [RandomState; 2],
    usernames: HashMap<u128, u64>,
    emails: HashMap<u128, u64>,
}

impl Seen {
    fn check(&mut self, row: Row, line: u64) -> Result<Row, (String, String)> {
        let key = self.key(&row.username);
        if let Some(first) = self.usernames.get(&key) {
            let reason = format!("the username stands on line {first} already");
            return Err((row.username, reason));
        }
        self.usernames.insert(key, line);
        let email = row.email.as_deref().map_or("", str::trim);
        if row.action == Action::Delete || email.is_empty() {
            return Ok(row);
        }
        let key = self.key(email);
        if let Some(first) = self.emails.get(&key) {
            let reason = format!("the email stands on line {first} already");
            return Err((row.username, reason));
        }
        self.emails.insert(key, line);
        Ok(row)
    }

    fn key(&self, name: &str) -> u128 {
        let name = text::fold(name);
        let [high, low] = &self.keys;
        u128::from(high.hash_one(&name)) << 64 | u128::from(low.hash_one(&name))
    }
}
