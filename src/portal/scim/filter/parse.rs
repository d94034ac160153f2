//! Reads filters and paths, from left to right, once.

use serde_json::{Number, Value};

use super::{Filter, FilterError, MAX_DEPTH, MAX_LENGTH, MAX_TERMS, Name, Operator, Path};

/// Reads what follows `filter=`.
pub(in super::super) fn filter(text: &str) -> Result<Filter, FilterError> {
    let mut reader = Reader::new(text)?;
    let filter = reader.any(Place::Outside)?;
    reader.end("`and`, `or` or the end")?;
    Ok(filter)
}

/// Reads the `path` of a PATCH operation.
pub(in super::super) fn path(text: &str) -> Result<Path, FilterError> {
    let mut reader = Reader::new(text)?;
    let mut name = reader.name()?;
    let filter = if reader.took('[') {
        Some(reader.bracketed()?)
    } else {
        None
    };
    if filter.is_some() && reader.took('.') {
        name.sub = Some(reader.sub()?);
    }
    reader.end("`.`, `[` or the end")?;
    Ok(Path { name, filter })
}

/// Brackets do not nest (RFC 7644 §3.4.2.2): what stands in them is about simple values.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Outside,
    InBrackets,
}

struct Reader<'a> {
    text: &'a str,

    /// In bytes, always at the beginning of a character.
    at: usize,
    depth: usize,
    terms: usize,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Result<Self, FilterError> {
        if text.len() > MAX_LENGTH {
            return Err(FilterError::TooLong);
        }
        let mut reader = Self {
            text,
            at: 0,
            depth: 0,
            terms: 0,
        };
        reader.spaces();
        Ok(reader)
    }

    fn any(&mut self, place: Place) -> Result<Filter, FilterError> {
        let mut parts = vec![self.all(place)?];
        while self.took_word("or") {
            parts.push(self.all(place)?);
        }
        Ok(one_or(parts, Filter::Any))
    }

    fn all(&mut self, place: Place) -> Result<Filter, FilterError> {
        let mut parts = vec![self.term(place)?];
        while self.took_word("and") {
            parts.push(self.term(place)?);
        }
        Ok(one_or(parts, Filter::All))
    }

    fn term(&mut self, place: Place) -> Result<Filter, FilterError> {
        if self.took('(') {
            return self.parenthesised(place);
        }
        let before = self.at;
        if self.took_word("not") {
            if self.took('(') {
                return Ok(Filter::Not(Box::new(self.parenthesised(place)?)));
            }
            // An attribute may have that name.
            self.at = before;
        }
        let name = self.name()?;
        if place == Place::Outside && self.took('[') {
            let inner = self.bracketed()?;
            if !self.took('.') {
                return Ok(Filter::Within(name, Box::new(inner)));
            }
            let sub = Name {
                schema: None,
                attribute: self.sub()?,
                sub: None,
            };
            let more = self.comparison(sub)?;
            let both = Filter::All(vec![inner, more]);
            return Ok(Filter::Within(name, Box::new(both)));
        }
        self.comparison(name)
    }

    /// What follows an opening parenthesis, and the closing one.
    fn parenthesised(&mut self, place: Place) -> Result<Filter, FilterError> {
        self.nested(')', "`)`, `and` or `or`", place)
    }

    fn bracketed(&mut self) -> Result<Filter, FilterError> {
        self.nested(']', "`]`, `and` or `or`", Place::InBrackets)
    }

    fn nested(
        &mut self,
        close: char,
        expected: &'static str,
        place: Place,
    ) -> Result<Filter, FilterError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(FilterError::TooDeep);
        }
        let inner = self.any(place)?;
        if !self.took(close) {
            return Err(self.expected(expected));
        }
        self.depth -= 1;
        Ok(inner)
    }

    /// The operator and the value that follow a name.
    fn comparison(&mut self, name: Name) -> Result<Filter, FilterError> {
        self.terms += 1;
        if self.terms > MAX_TERMS {
            return Err(FilterError::TooWide);
        }
        let at = self.at;
        let word = self.word();
        if word.eq_ignore_ascii_case("pr") {
            return Ok(Filter::Present(name));
        }
        let mut operators = Operator::ALL.into_iter();
        let Some(operator) = operators.find(|it| word.eq_ignore_ascii_case(it.word())) else {
            if word.is_empty() {
                return Err(self.expected("an operator"));
            }
            return Err(FilterError::NoOperator {
                at: self.number_of(at),
                word: word.chars().take(40).collect(),
            });
        };
        let value = self.value()?;
        Ok(Filter::Compare(name, operator, value))
    }

    /// The name of an attribute, with everything up to what cannot be part of one.
    fn name(&mut self) -> Result<Name, FilterError> {
        let at = self.at;
        let is_end = |c: char| c.is_whitespace() || matches!(c, '[' | ']' | '(' | ')' | '"');
        let text = self.until(is_end);
        let Some(name) = Name::parse(text) else {
            self.at = at;
            return Err(self.expected("the name of an attribute"));
        };
        self.spaces();
        Ok(name)
    }

    fn sub(&mut self) -> Result<String, FilterError> {
        let at = self.at;
        let name = self.name()?;
        if name.schema.is_none() && name.sub.is_none() {
            return Ok(name.attribute);
        }
        self.at = at;
        Err(self.expected("the name of a sub-attribute"))
    }

    /// A JSON value that is neither array nor object. Some clients write True as Python does.
    fn value(&mut self) -> Result<Value, FilterError> {
        const EXPECTED: &str = "a value in JSON, a text in double quotes";
        let rest = &self.text[self.at..];
        let length = match rest.strip_prefix('"') {
            Some(inner) => text_end(inner).map(|end| end + 2),
            None => Some(rest.find(is_word_end).unwrap_or(rest.len())),
        };
        let Some(written) = length.and_then(|it| rest.get(..it)) else {
            return Err(self.expected(EXPECTED));
        };
        let value = match written {
            _ if written.starts_with('"') => serde_json::from_str(written).ok(),
            _ if written.eq_ignore_ascii_case("true") => Some(Value::Bool(true)),
            _ if written.eq_ignore_ascii_case("false") => Some(Value::Bool(false)),
            _ if written.eq_ignore_ascii_case("null") => Some(Value::Null),
            _ => serde_json::from_str::<Number>(written)
                .ok()
                .map(Value::Number),
        };
        let value = value.ok_or_else(|| self.expected(EXPECTED))?;
        self.at += written.len();
        self.spaces();
        Ok(value)
    }

    /// The letters that follow, which may be none.
    fn word(&mut self) -> &'a str {
        let word = self.until(is_word_end);
        self.spaces();
        word
    }

    /// Takes a word, if it follows, whatever its case.
    fn took_word(&mut self, word: &str) -> bool {
        let before = self.at;
        if self.word().eq_ignore_ascii_case(word) {
            return true;
        }
        self.at = before;
        false
    }

    fn took(&mut self, character: char) -> bool {
        let is_next = self.text[self.at..].starts_with(character);
        if is_next {
            self.at += character.len_utf8();
            self.spaces();
        }
        is_next
    }

    fn until(&mut self, is_end: impl Fn(char) -> bool) -> &'a str {
        let rest = &self.text[self.at..];
        let taken = &rest[..rest.find(is_end).unwrap_or(rest.len())];
        self.at += taken.len();
        taken
    }

    fn spaces(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn end(&self, expected: &'static str) -> Result<(), FilterError> {
        if self.at == self.text.len() {
            return Ok(());
        }
        Err(self.expected(expected))
    }

    fn expected(&self, expected: &'static str) -> FilterError {
        FilterError::Expected {
            at: self.number_of(self.at),
            expected,
        }
    }

    /// Which character stands at a byte, the first being 1.
    fn number_of(&self, at: usize) -> usize {
        self.text[..at].chars().count() + 1
    }
}

fn is_word_end(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | '"')
}

/// Where the quote is that closes a JSON text, counted from behind the one that opened it.
fn text_end(inner: &str) -> Option<usize> {
    let mut is_escaped = false;
    for (at, byte) in inner.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return Some(at),
            _ => (),
        }
    }
    None
}

fn one_or(mut parts: Vec<Filter>, several: impl FnOnce(Vec<Filter>) -> Filter) -> Filter {
    match (parts.len(), parts.pop()) {
        (1, Some(only)) => only,
        (_, Some(last)) => {
            parts.push(last);
            several(parts)
        }
        (_, None) => several(parts),
    }
}
