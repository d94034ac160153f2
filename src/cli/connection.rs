//! `tenure connection`: providers through which people sign in.

use std::{collections::BTreeMap, io::Read as _};

use clap::{Args, Subcommand};
use serde::Serialize;

use super::{
    failure::{Code, Failure},
    names,
    output::{Table, remark},
    session::Session,
};
use crate::{
    command::{Command, ConnectionCommand, Reply},
    connect::oidc,
    model::{
        connection::{ClientSecret, Connection, ConnectionSpec, SecretChange},
        id::ConnectionId,
    },
    store::{Store, StoreError, connections},
};

/// The longest secret that is read, with room to notice one that is too long.
const MAX_SECRET: u64 = 4_096;

#[derive(Subcommand)]
pub(super) enum Verb {
    /// Let people sign in through an OpenID Connect provider
    ///
    /// Register Tenure at the provider first, as a web application with the authorization code flow.
    /// The address to give there as the redirect URI is shown by "tenure connection list". Then test
    /// the connection.
    ///
    /// JSON: {"id", "name", "redirect_uri"}
    Add {
        name: String,
        /// The provider's address, exactly as the provider writes it
        #[arg(long)]
        issuer: String,
        /// What the provider calls this program
        #[arg(long)]
        client_id: String,
        #[command(flatten)]
        options: Options,
    },
    /// Change what is named; the rest stays
    ///
    /// JSON: {"id", "name", "redirect_uri"}
    Change {
        name: String,
        #[arg(long)]
        rename: Option<String>,
        #[arg(long)]
        issuer: Option<String>,
        #[arg(long)]
        client_id: Option<String>,
        #[command(flatten)]
        options: Options,
    },
    /// All connections
    ///
    /// JSON: {"redirect_uri", "connections": [like "show"]}
    List,
    /// One connection, without its secret
    ///
    /// JSON: {"id", "name", "issuer", "client_id", "has_secret", "scopes", "claims": {field: claim},
    /// "links_verified_email", "is_enabled", "button", "users", "redirect_uri"}
    Show { name: String },
    /// Ask the provider to describe itself, and say what is wrong
    ///
    /// JSON: {"name", "issuer", "authorization_endpoint", "keys", "pkce": "offered" or "not_said",
    /// "scopes", "claims", "doubts"}
    Test { name: String },
    /// Delete a connection; its users stay, and cannot sign in through it any more
    ///
    /// JSON: {"id", "name", "redirect_uri"}
    Remove { name: String },
    /// Show its button on the sign-in page
    ///
    /// JSON: {"id", "name", "redirect_uri"}
    Enable { name: String },
    /// Let nobody sign in through it
    ///
    /// JSON: {"id", "name", "redirect_uri"}
    Disable { name: String },
}

#[derive(Args)]
pub(super) struct Options {
    /// Read the client secret from standard input, so that it shows in no list of processes
    #[arg(long)]
    secret_stdin: bool,
    /// What to ask for beside openid; may be given several times
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<String>,
    /// Which claim fills a field, such as first_name=given_name or team=groups; may be given several
    /// times, and an empty claim leaves the field alone
    #[arg(long = "claim", value_name = "FIELD=CLAIM", value_parser = pair)]
    claims: Vec<(String, String)>,
    /// Whether an email address that the provider has verified leads to the user who has it here
    /// (otherwise that user's password is asked for once)
    #[arg(long, value_name = "yes|no", value_parser = yes_or_no)]
    link_verified_email: Option<bool>,
    /// What the button of the sign-in page says
    #[arg(long, value_name = "TEXT")]
    button: Option<String>,
}

#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    connection: Connection,

    /// How many have signed in through it.
    users: u64,
}

#[derive(Serialize)]
struct Rows {
    redirect_uri: String,
    connections: Vec<Row>,
}

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    row: Row,
    redirect_uri: String,
}

#[derive(Serialize)]
struct Changed<'a> {
    id: ConnectionId,
    name: &'a str,
    redirect_uri: String,
}

#[derive(Serialize)]
struct Tested<'a> {
    name: &'a str,
    #[serde(flatten)]
    described: oidc::Described,
    doubts: Vec<String>,
}

pub(super) fn run(session: &mut Session, verb: Verb) -> Result<(), Failure> {
    match verb {
        Verb::Add {
            name,
            issuer,
            client_id,
            options,
        } => {
            let spec = ConnectionSpec::new(&name, &issuer, &client_id);
            add(session, spec, options)
        }
        Verb::Change {
            name,
            rename,
            issuer,
            client_id,
            options,
        } => change(session, &name, options, |spec| {
            spec.name = rename.unwrap_or_else(|| spec.name.clone());
            spec.issuer = issuer.unwrap_or_else(|| spec.issuer.clone());
            spec.client_id = client_id.unwrap_or_else(|| spec.client_id.clone());
        }),
        Verb::List => list(session),
        Verb::Show { name } => show(session, &name),
        Verb::Test { name } => test(session, &name),
        Verb::Remove { name } => remove(session, &name),
        Verb::Enable { name } => enable(session, &name, true),
        Verb::Disable { name } => enable(session, &name, false),
    }
}

fn add(session: &mut Session, spec: ConnectionSpec, options: Options) -> Result<(), Failure> {
    let store = session.store()?;
    let secret = options.secret()?;
    let spec = Box::new(options.applied(spec));
    let reply = session.apply(
        &store,
        Command::from(ConnectionCommand::Create { spec, secret }),
    )?;
    let Reply::Connection(id) = reply else {
        return Ok(());
    };
    done(session, &store, id, "created the connection")
}

fn change(
    session: &mut Session,
    name: &str,
    options: Options,
    edit: impl FnOnce(&mut ConnectionSpec),
) -> Result<(), Failure> {
    let store = session.store()?;
    let Connection { id, mut spec, .. } = store.read(|db| names::connection(db, name))?;
    edit(&mut spec);
    let secret = options
        .secret()?
        .map_or(SecretChange::Keep, SecretChange::Set);
    let spec = Box::new(options.applied(spec));
    session.apply(
        &store,
        Command::from(ConnectionCommand::Update { id, spec, secret }),
    )?;
    done(session, &store, id, "changed the connection")
}

fn enable(session: &mut Session, name: &str, is_enabled: bool) -> Result<(), Failure> {
    let store = session.store()?;
    let Connection { id, mut spec, .. } = store.read(|db| names::connection(db, name))?;
    spec.is_enabled = is_enabled;
    let spec = Box::new(spec);
    let secret = SecretChange::Keep;
    session.apply(
        &store,
        Command::from(ConnectionCommand::Update { id, spec, secret }),
    )?;
    let what = if is_enabled {
        "enabled the connection"
    } else {
        "disabled the connection"
    };
    done(session, &store, id, what)
}

/// Says what was done, and what the provider has to be told.
fn done(session: &mut Session, store: &Store, id: ConnectionId, what: &str) -> Result<(), Failure> {
    let redirect_uri = store.config()?.settings.portal.redirect_uri();
    let connection = store.read(|db| connections::get(db, id))?;
    let name = connection.map_or_else(String::new, |it| it.spec.name);
    if session.out.is_json {
        return session.out.json(&Changed {
            id,
            name: &name,
            redirect_uri,
        });
    }
    session.out.line(format!("{what} {name:?} (#{id})"))?;
    session.out.line(format!(
        "the provider needs this redirect URI: {redirect_uri}"
    ))
}

fn remove(session: &mut Session, name: &str) -> Result<(), Failure> {
    let store = session.store()?;
    let Connection { id, spec, .. } = store.read(|db| names::connection(db, name))?;
    session.apply(&store, Command::from(ConnectionCommand::Delete(id)))?;
    if session.out.is_json {
        return session.out.json(&Changed {
            id,
            name: &spec.name,
            redirect_uri: store.config()?.settings.portal.redirect_uri(),
        });
    }
    session
        .out
        .line(format!("deleted the connection {:?}", spec.name))
}

fn list(session: &mut Session) -> Result<(), Failure> {
    let store = session.store()?;
    let redirect_uri = store.config()?.settings.portal.redirect_uri();
    let rows = store.read(|db| {
        let all = connections::all(db)?;
        let rows = all.into_iter().map(|connection| {
            let users = connections::count_users(db, connection.id)?;
            Ok(Row { connection, users })
        });
        rows.collect::<Result<Vec<_>, StoreError>>()
    })?;
    if session.out.is_json {
        return session.out.json(&Rows {
            redirect_uri,
            connections: rows,
        });
    }
    let mut table = Table::new(&["ID", "NAME", "ENABLED", "USERS", "ISSUER"]);
    for Row { connection, users } in rows {
        let Connection { id, spec, .. } = connection;
        table.push(vec![
            format!("#{id}"),
            spec.name,
            yes_no(spec.is_enabled),
            users.to_string(),
            spec.issuer,
        ]);
    }
    session.out.table(&table)?;
    session
        .out
        .line(format!("redirect URI for all of them: {redirect_uri}"))
}

fn show(session: &mut Session, name: &str) -> Result<(), Failure> {
    let store = session.store()?;
    let redirect_uri = store.config()?.settings.portal.redirect_uri();
    let connection = store.read(|db| names::connection(db, name))?;
    let users = store.read(|db| connections::count_users(db, connection.id))?;
    if session.out.is_json {
        let row = Row { connection, users };
        return session.out.json(&Shown { row, redirect_uri });
    }
    let has_secret = connection.has_secret;
    let ConnectionSpec {
        name,
        issuer,
        client_id,
        scopes,
        claims,
        links_verified_email,
        is_enabled,
        button,
    } = connection.spec;
    let mut table = Table::new(&["", ""]);
    for (what, value) in [
        ("Number", format!("#{}", connection.id)),
        ("Name", name),
        ("Enabled", yes_no(is_enabled)),
        ("Issuer", issuer),
        ("Client id", client_id),
        (
            "Client secret",
            if has_secret { "kept" } else { "none" }.to_owned(),
        ),
        ("Redirect URI", redirect_uri),
        ("Scopes", format!("openid {}", scopes.join(" "))),
        ("Links verified email", yes_no(links_verified_email)),
        ("Button", button),
        ("Users", users.to_string()),
    ] {
        table.push(vec![what.to_owned(), value]);
    }
    for (field, claim) in claims {
        table.push(vec![format!("Claim for {field}"), claim]);
    }
    session.out.details(&table)
}

fn test(session: &mut Session, name: &str) -> Result<(), Failure> {
    let store = session.store()?;
    let Connection { spec, .. } = store.read(|db| names::connection(db, name))?;
    let threads = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|err| Failure::new(Code::Refused, format!("no threads to run on: {err}")))?;
    let described = threads
        .block_on(oidc::test(&spec.issuer, session.clock.now()))
        .map_err(|err| Failure::new(Code::Refused, err))?;
    let doubts = described.doubts(&spec);
    if session.out.is_json {
        return session.out.json(&Tested {
            name: &spec.name,
            described,
            doubts,
        });
    }
    for doubt in doubts {
        remark(&format!("tenure: {doubt}"));
    }
    session.out.line(format!(
        "{:?} works: {} describes itself and names {} keys",
        spec.name, described.issuer, described.keys
    ))
}

impl Options {
    fn secret(&self) -> Result<Option<ClientSecret>, Failure> {
        if !self.secret_stdin {
            return Ok(None);
        }
        let mut typed = String::new();
        let read = std::io::stdin().take(MAX_SECRET).read_to_string(&mut typed);
        read.map_err(|err| Failure::invalid(format!("no secret could be read: {err}")))?;
        ClientSecret::new(&typed)
            .map(Some)
            .map_err(Failure::invalid)
    }

    fn applied(self, mut spec: ConnectionSpec) -> ConnectionSpec {
        if !self.scopes.is_empty() {
            spec.scopes = self.scopes;
        }
        spec.claims
            .extend(self.claims.into_iter().collect::<BTreeMap<_, _>>());
        spec.links_verified_email = self
            .link_verified_email
            .unwrap_or(spec.links_verified_email);
        spec.button = self.button.unwrap_or(spec.button);
        spec
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((field, claim)) => Ok((field.trim().to_owned(), claim.trim().to_owned())),
        None => Err("write it like first_name=given_name".to_owned()),
    }
}

fn yes_or_no(text: &str) -> Result<bool, String> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err("say yes or no".to_owned()),
    }
}

fn yes_no(is: bool) -> String {
    if is { "yes" } else { "no" }.to_owned()
}
