//! `tenure bench updates`: the whole way of a change by another program: HTTP on loopback, token,
//! SCIM PATCH, event, walk, one transaction, history on disk, and the answer.
//!
//! The programs that ask run on the same machine, and take their part of it.

use std::{
    io::{self, ErrorKind, Write as _},
    net::SocketAddr,
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use anyhow::{Context as _, bail, ensure};
use serde_json::json;
use tokio::{net::TcpStream, runtime::Runtime, task::JoinSet};

use super::{fixture, registrations::Root};
use crate::{
    clock::{Clock, Stopwatch},
    command::{self, Actor, Command, Reply, tokens::Secret},
    model::{audit::Via, settings::PortalSettings, token::Scope},
    portal::Portal,
    store::{Store, executions},
};

/// How many programs ask at once, each on a connection that it keeps.
const CONNECTIONS: usize = 64;

/// Where a person moves to and fro; the workflow follows.
const DEPARTMENTS: [&str; 2] = ["Sales", "Support"];

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where to put the store that is measured; it is removed afterwards
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,

    /// How many changes are made
    #[arg(long, default_value_t = 40_000)]
    count: usize,

    /// How many users there are
    #[arg(long, default_value_t = 10_000, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(64..=1_000_000))]
    users: usize,
}

/// One measurement.
struct Sample {
    took: Duration,
    commits: u64,

    /// Of each request, from the shortest to the longest.
    latencies: Vec<Duration>,
}

impl Sample {
    fn per_second(&self) -> f64 {
        self.latencies.len() as f64 / self.took.as_secs_f64()
    }

    /// What this part of the requests took at most, in percent.
    fn percentile(&self, percent: usize) -> Duration {
        let index = (self.latencies.len() * percent / 100).min(self.latencies.len() - 1);
        self.latencies.get(index).copied().unwrap_or_default()
    }
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    let root = Root::new(args.dir.as_deref())?;
    let mut out = io::stdout().lock();
    let (users, count) = (args.users, args.count);
    writeln!(out, "in {}, {users} users", root.path().display())?;
    let sample = measure(&root, args)?;
    let millis = |percent| sample.percentile(percent).as_secs_f64() * 1_000.0;
    writeln!(
        out,
        "{count} changes on {CONNECTIONS} connections\n\
         {:>10.0} requests/s\n{:>10.1} executions per fsync\n\
         {:>10.1} ms in the middle\n{:>10.1} ms for 99 of 100",
        sample.per_second(),
        count as f64 / sample.commits as f64,
        millis(50),
        millis(99),
    )?;
    Ok(())
}

/// Has `args.count` changes made, and checks that each has its execution.
fn measure(root: &Root, args: &Args) -> anyhow::Result<Sample> {
    let store = Store::open(root.path())?;
    fixture::prepare(&store, Clock::System.now())?;
    fixture::register_many(&store, args.users, |_| Clock::System.now())?;
    let version = fixture::watch_updates(&store, DEPARTMENTS[0], Clock::System.now())?;
    let secret = token(&store)?;

    let runtime = Runtime::new()?;
    let settings = PortalSettings {
        port: 0,
        ..PortalSettings::default()
    };
    let portal = Portal::start(runtime.handle(), store.clone(), Clock::System, &settings)?;
    let (commits, _) = store.commits();
    let watch = Stopwatch::start();
    let latencies = runtime.block_on(ask_all(portal.address(), secret, args))?;
    let took = watch.elapsed();
    let commits = store.commits().0 - commits;
    runtime.block_on(portal.stop());

    let made = store.read(|db| executions::count_of_version(db, version))?;
    ensure!(
        made == args.count as u64,
        "{} changes made {made} executions",
        args.count
    );
    Ok(Sample {
        took,
        commits,
        latencies,
    })
}

fn token(store: &Store) -> anyhow::Result<Arc<str>> {
    let secret = Secret::draw();
    let new = secret.token("benchmark", Scope::Write, None);
    let admin = Actor::new("benchmark", Via::CommandLine);
    let command = Command::CreateToken(Box::new(new));
    let reply = command::apply(store, &admin, command, Clock::System.now())?;
    ensure!(matches!(reply, Reply::Token(_)), "no token: {reply:?}");
    Ok(secret.as_str().into())
}

async fn ask_all(
    address: SocketAddr,
    secret: Arc<str>,
    args: &Args,
) -> anyhow::Result<Vec<Duration>> {
    let mut programs = JoinSet::new();
    for number in 0..CONNECTIONS {
        // Each keeps users of its own, as programs do that share a directory.
        let share = args.users / CONNECTIONS;
        let first = number * share + 1;
        let extra = usize::from(number < args.count % CONNECTIONS);
        let count = args.count / CONNECTIONS + extra;
        let secret = Arc::clone(&secret);
        programs.spawn(async move { ask(address, &secret, first, share, count).await });
    }
    let mut latencies = Vec::with_capacity(args.count);
    while let Some(program) = programs.join_next().await {
        latencies.extend(program??);
    }
    latencies.sort_unstable();
    Ok(latencies)
}

/// One program: it moves its users, one after the other, to and fro.
async fn ask(
    address: SocketAddr,
    secret: &str,
    first: usize,
    share: usize,
    count: usize,
) -> anyhow::Result<Vec<Duration>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut latencies = Vec::with_capacity(count);
    let mut buffer = Vec::new();
    for round in 0..count {
        let id = first + round % share;
        let department = DEPARTMENTS[(round / share) % DEPARTMENTS.len()];
        let request = request(address, secret, id, department);
        let watch = Stopwatch::start();
        send(&stream, request.as_bytes()).await?;
        receive(&stream, &mut buffer).await?;
        latencies.push(watch.elapsed());
    }
    Ok(latencies)
}

fn request(address: SocketAddr, secret: &str, id: usize, department: &str) -> String {
    let path = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "Replace", "path": path, "value": department }],
    })
    .to_string();
    format!(
        "PATCH /scim/v2/Users/{id} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {secret}\r\n\
         Content-Type: application/scim+json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

async fn send(stream: &TcpStream, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        stream.writable().await?;
        match stream.try_write(bytes) {
            Ok(written) => bytes = &bytes[written..],
            Err(err) if err.kind() == ErrorKind::WouldBlock => (),
            Err(err) => return Err(err),
        }
    }
    Ok(())
}

/// Reads one answer to its end, which must say that it was done.
async fn receive(stream: &TcpStream, buffer: &mut Vec<u8>) -> anyhow::Result<()> {
    buffer.clear();
    let mut part = [0; 8 * 1024];
    let mut length = None;
    while length.is_none_or(|length| buffer.len() < length) {
        stream.readable().await?;
        match stream.try_read(&mut part) {
            Ok(0) => bail!("the portal closed a connection"),
            Ok(read) => buffer.extend(&part[..read]),
            Err(err) if err.kind() == ErrorKind::WouldBlock => continue,
            Err(err) => return Err(err.into()),
        }
        if length.is_none() {
            length = whole(buffer)?;
        }
    }
    ensure!(
        buffer.starts_with(b"HTTP/1.1 200 "),
        "the portal refuses: {}",
        String::from_utf8_lossy(buffer)
    );
    Ok(())
}

/// How long the answer is with its head, once that is there.
fn whole(buffer: &[u8]) -> anyhow::Result<Option<usize>> {
    let mut windows = buffer.windows(4);
    let Some(end) = windows.position(|it| it == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = std::str::from_utf8(&buffer[..end])?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim())
    });
    let length: usize = length.context("an answer has a length")?.parse()?;
    Ok(Some(end + 4 + length))
}
