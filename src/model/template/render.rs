//! From a template and values to the texts of a mail.

use minijinja::{
    AutoEscape, Environment, ErrorKind, UndefinedBehavior, Value, filters, syntax::SyntaxConfig,
    tests,
};

use super::{
    Part, Template, TemplateText,
    check::{TemplateError, position},
    scan::{FILTERS, TESTS},
    values::{Picture, Values},
};

/// How many steps one text may take. A report of 100 users takes some 10,000.
const FUEL: u64 = 500_000;

/// The longest text that comes out, in bytes.
const MAX_OUTPUT: usize = 2_000_000;

/// The longest subject that comes out, in characters.
const MAX_LINE: usize = 250;

/// A template that is ready to make many mails.
#[derive(Debug)]
pub struct Compiled<'a> {
    text: &'a TemplateText,
    environment: Environment<'a>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    pub subject: String,
    pub html: String,
    pub text: String,
}

impl<'a> Compiled<'a> {
    pub fn new(text: &'a TemplateText) -> Result<Self, TemplateError> {
        let mut environment = Environment::empty();
        environment.set_debug(true);
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(FUEL));
        environment.set_recursion_limit(50);
        // A line with nothing but a tag leaves no empty line.
        let mut syntax = SyntaxConfig::builder();
        syntax.trim_blocks(true).lstrip_blocks(true);
        environment.set_syntax(
            syntax
                .build()
                .map_err(|err| refused(Part::Subject, "", &err))?,
        );
        environment.set_auto_escape_callback(|name| match name {
            "html" => AutoEscape::Html,
            _ => AutoEscape::None,
        });
        add_words(&mut environment);
        for part in Part::ALL {
            let source = text.part(part);
            environment
                .add_template(name_of(part), source)
                .map_err(|err| refused(part, source, &err))?;
        }
        Ok(Self { text, environment })
    }

    pub fn render(&self, values: &Values) -> Result<Rendered, TemplateError> {
        Ok(Rendered {
            subject: one_line(&self.part(Part::Subject, values)?),
            html: self.part(Part::Html, values)?,
            text: self.part(Part::Text, values)?,
        })
    }

    fn part(&self, part: Part, values: &Values) -> Result<String, TemplateError> {
        let source = self.text.part(part);
        let wrong = |err: minijinja::Error| refused(part, source, &err);
        let mut named = values.named.clone();
        named.insert("picture", picture(part, values.picture.as_ref()));
        let template = self
            .environment
            .get_template(name_of(part))
            .map_err(wrong)?;
        let mut out = Limited(Vec::new());
        template
            .render_captured_to(Value::from(named), &mut out)
            .map_err(wrong)?;
        Ok(String::from_utf8_lossy(&out.0).into_owned())
    }
}

/// Takes no more than it should.
struct Limited(Vec<u8>);

impl std::io::Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.len() + bytes.len() > MAX_OUTPUT {
            return Err(std::io::Error::other("the text becomes too long"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What [`super::scan`] lets pass, and nothing else.
fn add_words(environment: &mut Environment<'_>) {
    for name in FILTERS {
        match *name {
            "upper" => environment.add_filter(*name, filters::upper),
            "lower" => environment.add_filter(*name, filters::lower),
            "title" => environment.add_filter(*name, filters::title),
            "capitalize" => environment.add_filter(*name, filters::capitalize),
            "trim" => environment.add_filter(*name, filters::trim),
            "default" => environment.add_filter(*name, filters::default),
            _ => environment.add_filter(*name, filters::length),
        }
    }
    for name in TESTS {
        match *name {
            "even" => environment.add_test(*name, tests::is_even),
            _ => environment.add_test(*name, tests::is_odd),
        }
    }
}

fn name_of(part: Part) -> &'static str {
    match part {
        Part::Subject => "subject",
        Part::Html => "html",
        Part::Text => "text",
    }
}

/// In HTML the picture itself, elsewhere what it shows.
fn picture(part: Part, picture: Option<&Picture>) -> Value {
    let Some(Picture { cid, alt, lines }) = picture else {
        return Value::from("");
    };
    match part {
        Part::Html => {
            let escaped = minijinja::HtmlEscape(alt);
            let style = "display:block;width:100%;max-width:560px;height:auto;border:0";
            Value::from_safe_string(format!(
                "<img src=\"cid:{cid}\" alt=\"{escaped}\" width=\"560\" style=\"{style}\">"
            ))
        }
        Part::Text => Value::from(lines.as_str()),
        Part::Subject => Value::from(alt.as_str()),
    }
}

/// A subject is one line: no value can begin another header.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text
        .split(|it: char| it.is_control() || it.is_whitespace())
        .filter(|it| !it.is_empty())
        .collect();
    let line = words.join(" ");
    match line.char_indices().nth(MAX_LINE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

fn refused(part: Part, source: &str, err: &minijinja::Error) -> TemplateError {
    let start = err.range().map(|range| range.start);
    let (line, column) = match (start, err.line()) {
        (Some(start), _) => position(source, start),
        (None, line) => (line.unwrap_or(1), 1),
    };
    let message = match err.kind() {
        ErrorKind::OutOfFuel => "this takes too many steps: is there a loop in a loop?".to_owned(),
        ErrorKind::UndefinedError => "this has no value".to_owned(),
        ErrorKind::WriteFailure => "the text becomes longer than 2 MB".to_owned(),
        kind => err.detail().map_or_else(|| kind.to_string(), str::to_owned),
    };
    TemplateError {
        part,
        line,
        column,
        message,
    }
}

impl Values {
    /// For whom the values were gathered.
    pub fn template(&self) -> Template {
        self.template
    }
}
