//! What the tags of a template may say. Only a run would show most of it, and a run does not come to
//! every branch, so the tags are read here.
//!
//! **Invariant:** the words let pass are those that [`super::render`] knows. Texts cannot be multiplied,
//! kept or put together again and again, so a template makes no more than its length and its loops allow.
//! No tag is so long, and no block so deep in others, that whoever compiles it runs out of stack.

use std::ops::ControlFlow;

use super::{Part, Template, TemplateError, check::position};

pub(super) const FILTERS: &[&str] = &[
    "upper",
    "lower",
    "title",
    "capitalize",
    "trim",
    "default",
    "length",
];
pub(super) const TESTS: &[&str] = &["even", "odd"];

/// How many words and signs a tag may have.
const MAX_TOKENS: usize = 200;

/// How many blocks may be open at once. Each `elif` counts as one within that before it.
const MAX_DEPTH: usize = 50;

const STATEMENTS: &[&str] = &["if", "elif", "else", "endif", "for", "endfor"];
const KEYWORDS: &[&str] = &[
    "and", "or", "not", "in", "if", "else", "is", "true", "false", "none", "True", "False", "None",
];
const LOOP: &[&str] = &["index", "index0", "revindex", "first", "last", "length"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    Name(&'a str),

    /// A text or a number.
    Literal,
    Sign(char),
}

/// A token, and where it begins.
type At<'a> = (usize, Token<'a>);

/// A block that is open.
enum Block<'a> {
    /// With how many `elif` so far.
    If(usize),

    /// With what a row is called in it.
    For(&'a str),
    ForElse,
}

struct Scan<'a> {
    template: Template,
    open: Vec<Block<'a>>,
}

/// Where it is wrong, and why.
type Wrong = (usize, String);

pub(super) fn check(template: Template, part: Part, source: &str) -> Result<(), TemplateError> {
    let mut scan = Scan {
        template,
        open: Vec::new(),
    };
    let outcome = each_tag(source, |is_statement, tokens| {
        if is_statement {
            scan.statement(tokens)
        } else {
            scan.expression(tokens)
        }
    });
    outcome.map_err(|(offset, message)| {
        let (line, column) = position(source, offset);
        TemplateError {
            part,
            line,
            column,
            message,
        }
    })
}

/// Calls `f` with the tokens of every tag, in their order.
fn each_tag<'a>(
    source: &'a str,
    mut f: impl FnMut(bool, &[At<'a>]) -> Result<(), Wrong>,
) -> Result<(), Wrong> {
    let mut at = 0;
    while let Some(found) = source[at..].find('{') {
        at += found;
        let rest = &source[at..];
        if rest.starts_with("{#") {
            at += rest.find("#}").map_or(rest.len(), |end| end + 2);
        } else if rest.starts_with("{{") || rest.starts_with("{%") {
            let is_statement = rest.starts_with("{%");
            let (tokens, end) = tokens(source, at + 2, is_statement);
            if let Some((at, _)) = tokens.get(MAX_TOKENS) {
                let message = format!("a tag has at most {MAX_TOKENS} words and signs");
                return Err((*at, message));
            }
            f(is_statement, &tokens)?;
            at = end;
        } else {
            at += 1;
        }
    }
    Ok(())
}

/// The tokens from `at` to the end of the tag, and where that is.
fn tokens(source: &str, mut at: usize, is_statement: bool) -> (Vec<At<'_>>, usize) {
    let end_mark = if is_statement { "%}" } else { "}}" };
    let mut found = Vec::new();
    let mut braces = 0_usize;
    while let Some(first) = source[at..].chars().next() {
        let rest = &source[at..];
        if braces == 0 && rest.starts_with(end_mark) {
            return (found, at + 2);
        }
        let length = match first {
            '"' | '\'' => {
                found.push((at, Token::Literal));
                quoted(rest, first)
            }
            it if it.is_ascii_digit() => {
                found.push((at, Token::Literal));
                span(rest, |it| it.is_alphanumeric() || it == '_')
            }
            it if it.is_alphabetic() || it == '_' => {
                let length = span(rest, |it| it.is_alphanumeric() || it == '_');
                found.push((at, Token::Name(&rest[..length])));
                length
            }
            it if it.is_whitespace() => it.len_utf8(),
            sign => {
                match sign {
                    '{' => braces += 1,
                    '}' => braces = braces.saturating_sub(1),
                    _ => (),
                }
                found.push((at, Token::Sign(sign)));
                sign.len_utf8()
            }
        };
        at += length;
    }
    (found, source.len())
}

fn span(text: &str, is_inside: impl Fn(char) -> bool) -> usize {
    text.find(|it| !is_inside(it)).unwrap_or(text.len())
}

/// The length of a quoted text, quotation marks included.
fn quoted(text: &str, mark: char) -> usize {
    let mut is_escaped = false;
    let end = text.char_indices().skip(1).try_for_each(|(at, letter)| {
        if is_escaped {
            is_escaped = false;
        } else if letter == '\\' {
            is_escaped = true;
        } else if letter == mark {
            return ControlFlow::Break(at + 1);
        }
        ControlFlow::Continue(())
    });
    end.break_value().unwrap_or(text.len())
}

impl<'a> Scan<'a> {
    fn statement(&mut self, tokens: &[At<'a>]) -> Result<(), Wrong> {
        // A tag may begin with a mark that trims the space before it.
        let tokens = match tokens {
            [(_, Token::Sign('-' | '+')), rest @ ..] => rest,
            all => all,
        };
        let Some(((at, Token::Name(word)), rest)) = tokens.split_first() else {
            return Ok(());
        };
        match *word {
            "if" => {
                self.open.push(Block::If(0));
                self.not_too_deep(*at)?;
                self.expression(rest)
            }
            "elif" => {
                if let Some(Block::If(elifs)) = self.open.last_mut() {
                    *elifs += 1;
                }
                self.not_too_deep(*at)?;
                self.expression(rest)
            }
            "for" => self.begin_loop(*at, rest),
            "else" => {
                if let Some(block @ Block::For(_)) = self.open.last_mut() {
                    *block = Block::ForElse;
                }
                Ok(())
            }
            "endif" | "endfor" => {
                self.open.pop();
                Ok(())
            }
            other => Err((
                *at,
                format!(
                    "{other:?} cannot be used in a template; there are {}",
                    STATEMENTS.join(", ")
                ),
            )),
        }
    }

    /// `for user in users`, perhaps with a condition.
    fn begin_loop(&mut self, at: usize, tokens: &[At<'a>]) -> Result<(), Wrong> {
        use Token::Name;
        let [
            (_, Name(row)),
            (_, Name("in")),
            (list_at, Name(list)),
            rest @ ..,
        ] = tokens
        else {
            return Err((at, "a loop is written {% for user in users %}".to_owned()));
        };
        self.placeholder(*list_at, list, None)?;
        let is_plain = match rest {
            [] | [(_, Token::Sign('-' | '+'))] | [(_, Name("if")), ..] => *list == "users",
            _ => false,
        };
        if !is_plain {
            return Err((
                *list_at,
                "a loop goes through users, and nothing else".to_owned(),
            ));
        }
        self.open.push(Block::For(row));
        self.not_too_deep(at)?;
        self.expression(rest)
    }

    fn not_too_deep(&self, at: usize) -> Result<(), Wrong> {
        let depth = |block: &Block<'_>| match block {
            Block::If(elifs) => 1 + elifs,
            Block::For(_) | Block::ForElse => 1,
        };
        if self.open.iter().map(depth).sum::<usize>() > MAX_DEPTH {
            return Err((
                at,
                format!("there are more than {MAX_DEPTH} blocks in each other"),
            ));
        }
        Ok(())
    }

    fn expression(&self, tokens: &[At<'a>]) -> Result<(), Wrong> {
        let mut before = None;
        let mut index = 0;
        while let Some((at, token)) = tokens.get(index).copied() {
            let after = tokens.get(index + 1).map(|(_, token)| *token);
            match token {
                Token::Sign('*') => {
                    return Err((at, "nothing can be multiplied in a template".to_owned()));
                }
                Token::Sign('(') if is_value(before) => {
                    return Err((at, "nothing can be called in a template".to_owned()));
                }
                Token::Sign('[') if is_value(before) => {
                    return Err((
                        at,
                        "parts are named with a dot, as in user.email".to_owned(),
                    ));
                }
                Token::Name(name) => {
                    let is_argument = after == Some(Token::Sign('='))
                        && tokens.get(index + 2).map(|it| it.1) != Some(Token::Sign('='));
                    match before {
                        Some(Token::Sign('|')) => {
                            known(at, "filter", name, FILTERS)?;
                            // What follows in brackets belongs to the filter.
                            before = None;
                            index += 1;
                            continue;
                        }
                        Some(Token::Name("is")) if name != "not" => {
                            known(at, "test", name, TESTS)?;
                        }
                        Some(Token::Name("not")) if follows_is(tokens, index) => {
                            known(at, "test", name, TESTS)?;
                        }
                        _ if is_argument || KEYWORDS.contains(&name) => (),
                        _ => index += self.path(at, name, &tokens[index + 1..])?,
                    }
                }
                Token::Literal | Token::Sign(_) => (),
            }
            before = tokens.get(index).map(|it| it.1);
            index += 1;
        }
        Ok(())
    }

    /// A placeholder with what is behind its dots; says how many more tokens that were.
    fn path(&self, at: usize, name: &str, rest: &[At<'a>]) -> Result<usize, Wrong> {
        let field = match rest {
            [
                (_, Token::Sign('.')),
                (field_at, Token::Name(field)),
                rest @ ..,
            ] => {
                if let [(dot_at, Token::Sign('.')), ..] = rest {
                    return Err((*dot_at, format!("{name}.{field} has no parts")));
                }
                Some((*field_at, *field))
            }
            [(dot_at, Token::Sign('.')), ..] => {
                return Err((*dot_at, "a name belongs behind the dot".to_owned()));
            }
            _ => None,
        };
        self.placeholder(at, name, field)?;
        Ok(if field.is_some() { 2 } else { 0 })
    }

    fn placeholder(
        &self,
        at: usize,
        name: &str,
        field: Option<(usize, &str)>,
    ) -> Result<(), Wrong> {
        let mut rows = self.open.iter().filter_map(|block| match block {
            Block::For(row) => Some(*row),
            Block::If(_) | Block::ForElse => None,
        });
        let fields = self.template.row_placeholders();
        let names: Vec<&str> = fields.iter().map(|it| it.name).collect();
        match field {
            Some((field_at, field)) if rows.clone().any(|it| it == name) => {
                known(field_at, "part of a user", field, &names)
            }
            Some((field_at, field)) if name == "loop" && rows.next().is_some() => {
                known(field_at, "part of the loop", field, LOOP)
            }
            None if rows.any(|it| it == name) => Err((
                at,
                format!("say which part of {name}, as in {name}.username"),
            )),
            _ => {
                let all = self.template.placeholders();
                let names: Vec<&str> = all.iter().map(|it| it.name).collect();
                known(at, "placeholder", name, &names)?;
                match field {
                    Some((field_at, _)) => Err((field_at, format!("{name} has no parts"))),
                    None => Ok(()),
                }
            }
        }
    }
}

fn known(at: usize, what: &str, name: &str, names: &[&str]) -> Result<(), Wrong> {
    if names.contains(&name) {
        return Ok(());
    }
    Err((
        at,
        format!(
            "there is no {what} {name:?} here; there are {}",
            names.join(", ")
        ),
    ))
}

fn follows_is(tokens: &[At<'_>], index: usize) -> bool {
    index >= 2 && tokens[index - 2].1 == Token::Name("is")
}

/// Whether a bracket behind it would call it or take a part of it.
fn is_value(before: Option<Token<'_>>) -> bool {
    match before {
        Some(Token::Name(name)) => !KEYWORDS.contains(&name),
        Some(Token::Literal | Token::Sign(')' | ']' | '}')) => true,
        Some(Token::Sign(_)) | None => false,
    }
}
