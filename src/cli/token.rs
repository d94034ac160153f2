//! `tenure token`: what programs prove themselves by when they use the API.

use clap::{Subcommand, ValueEnum};
use serde::Serialize;

use super::{
    failure::Failure,
    names,
    output::{Table, remark},
    session::{Session, time_zone},
    when,
};
use crate::{
    command::{Command, Reply, tokens::Secret},
    model::{
        Timestamp,
        token::{Scope, Token, TokenId},
    },
    store::tokens,
};

#[derive(Subcommand)]
pub(super) enum Verb {
    /// Make a token, and show it this once
    ///
    /// Standard output has nothing but the token, so that it can be piped to where it is needed.
    ///
    /// JSON: {"id", "name", "scope", "expires": moment or null, "token"}
    Create {
        /// What uses the token, as the audit is to call it
        name: String,
        /// What it may be used for
        #[arg(long, value_enum, default_value_t = ScopeName::Write)]
        scope: ScopeName,
        /// From when on it is no longer good: a day like 2031-12-24, or a moment
        #[arg(long, value_name = "DAY")]
        expires: Option<String>,
    },
    /// All tokens, the newest first; the tokens themselves are not kept
    ///
    /// JSON: {"tokens": [{"id", "name", "hint", "scope", "state", "created", "created_by",
    /// "expires", "last_used", "revoked"}]}
    List,
    /// End a token: the next request with it is refused
    ///
    /// JSON: {"id", "name"}
    Revoke {
        /// Its name, or its number like #12
        name: String,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum ScopeName {
    /// Look users and groups up
    Read,
    /// And change them
    Write,
}

impl From<ScopeName> for Scope {
    fn from(name: ScopeName) -> Self {
        match name {
            ScopeName::Read => Self::Read,
            ScopeName::Write => Self::Write,
        }
    }
}

#[derive(Serialize)]
struct Made<'a> {
    id: TokenId,
    name: &'a str,
    scope: Scope,
    expires: Option<Timestamp>,
    token: &'a str,
}

#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    token: Token,
    state: &'static str,
}

#[derive(Serialize)]
struct Rows {
    tokens: Vec<Row>,
}

#[derive(Serialize)]
struct Changed<'a> {
    id: TokenId,
    name: &'a str,
}

pub(super) fn run(session: &mut Session, verb: Verb) -> Result<(), Failure> {
    match verb {
        Verb::Create {
            name,
            scope,
            expires,
        } => create(session, &name, scope.into(), expires.as_deref()),
        Verb::List => list(session),
        Verb::Revoke { name } => revoke(session, &name),
    }
}

fn create(
    session: &mut Session,
    name: &str,
    scope: Scope,
    expires: Option<&str>,
) -> Result<(), Failure> {
    let store = session.store()?;
    let zone = time_zone(&store)?;
    let expires = expires.map(|day| when::parse(day, zone)).transpose()?;
    let secret = Secret::draw();
    let new = secret.token(name, scope, expires);
    let reply = session.apply(&store, Command::CreateToken(Box::new(new)))?;
    let Reply::Token(id) = reply else {
        return Ok(());
    };
    let token = secret.as_str();
    if session.out.is_json {
        let name = name.trim();
        return session.out.json(&Made {
            id,
            name,
            scope,
            expires,
            token,
        });
    }
    remark("tenure: keep this token where the program finds it, it is not shown again:");
    session.out.line(token)
}

fn list(session: &mut Session) -> Result<(), Failure> {
    let store = session.store()?;
    let now = session.clock.now();
    let all = store.read(tokens::all)?;
    let rows = all.into_iter().map(|token| Row {
        state: match token.check(now) {
            Ok(()) => "good",
            Err(closed) => closed.word(),
        },
        token,
    });
    let rows: Vec<Row> = rows.collect();
    if session.out.is_json {
        return session.out.json(&Rows { tokens: rows });
    }
    let zone = time_zone(&store)?;
    let mut table = Table::new(&[
        "ID",
        "NAME",
        "TOKEN",
        "SCOPE",
        "STATE",
        "EXPIRES",
        "LAST USED",
        "CREATED BY",
    ]);
    for Row { token, state } in rows {
        table.push(vec![
            format!("#{}", token.id),
            token.name,
            format!("{}…", token.hint),
            token.scope.label().to_owned(),
            state.to_owned(),
            when::shown_or_never(token.expires, zone),
            when::shown_or_never(token.last_used, zone),
            token.created_by,
        ]);
    }
    session.out.table(&table)
}

fn revoke(session: &mut Session, name: &str) -> Result<(), Failure> {
    let store = session.store()?;
    let token = store.read(|db| names::token(db, name))?;
    session.apply(&store, Command::RevokeToken(token.id))?;
    if session.out.is_json {
        let Token { id, name, .. } = &token;
        return session.out.json(&Changed { id: *id, name });
    }
    session
        .out
        .line(format!("revoked the token {:?}", token.name))
}
