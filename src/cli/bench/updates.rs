//! `tenure bench updates`: SCIM PATCH requests over HTTP on loopback, each of which changes a user and
//! runs a workflow, whose execution is on disk before the answer.
//!
//! Server and clients are one process: what a request costs is measured with the client's part in it.

use std::{
    io::{self, Write as _},
    net::SocketAddr,
    path::PathBuf,
    time::Duration,
};

use anyhow::{Context as _, bail, ensure};
use tokio::{runtime::Runtime, task::JoinSet};

use super::{
    client::Client,
    cost::Spread,
    fixture::{self, DEPARTMENTS},
    registrations::{Folder, Root, cpu, since},
};
use crate::{
    clock::{Clock, Stopwatch},
    command::{self, Actor, Command, tokens::Secret},
    model::{audit::Via, event::EventKind, settings::PortalSettings, token::Scope},
    portal::Portal,
    store::{Store, executions},
};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where to put the store that is measured; it is removed afterwards
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,

    /// How often to measure; the median counts
    #[arg(long, default_value_t = 5)]
    rounds: usize,

    /// How many requests to send in a round
    #[arg(long, default_value_t = 40_000)]
    requests: usize,

    /// Over how many connections, which are kept open
    #[arg(long, default_value_t = 64)]
    connections: usize,

    /// How many users there are
    #[arg(long, default_value_t = 10_000)]
    users: usize,
}

/// One round.
struct Sample {
    requests: usize,
    took: Duration,
    cpu: Option<Duration>,
    commits: u64,
    times: Vec<Duration>,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    ensure!(
        args.connections > 0 && args.users >= args.connections,
        "every connection needs users of its own: choose at least 1 connection and as many users"
    );
    let root = Root::new(args.dir.as_deref())?;
    let folder = Folder::new(root.path())?;
    let store = Store::open(folder.path())?;
    let token = prepare(&store, args.users)?;
    let runtime = Runtime::new()?;
    let portal = open(&runtime, &store)?;
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{} requests over {} connections, {} users, in {}\n{HEADING}",
        args.requests,
        args.connections,
        args.users,
        folder.path().display()
    )?;
    let mut samples = Vec::new();
    for round in 0..args.rounds {
        let sample = runtime.block_on(measure(args, round, &store, portal.address(), &token))?;
        writeln!(out, "{}", line(&(round + 1).to_string(), &sample))?;
        samples.push(sample);
    }
    samples.sort_by(|a, b| a.per_second().total_cmp(&b.per_second()));
    if let Some(median) = samples.get(samples.len() / 2) {
        writeln!(out, "{}", line("median", median))?;
    }
    runtime.block_on(portal.stop());
    Ok(())
}

/// Users, a workflow that waits for their updates, and a token to update them with.
fn prepare(store: &Store, users: usize) -> anyhow::Result<Secret> {
    let now = Clock::System.now();
    fixture::prepare(store, EventKind::UserUpdated, now)?;
    fixture::register_many(store, users, 0, |_| Clock::System.now())?;
    let secret = Secret::draw();
    let token = secret.token("benchmark", Scope::Write, None);
    let admin = Actor::new("benchmark", Via::CommandLine);
    command::apply(store, &admin, Command::CreateToken(Box::new(token)), now)?;
    Ok(secret)
}

fn open(runtime: &Runtime, store: &Store) -> anyhow::Result<Portal> {
    let settings = PortalSettings {
        port: 0,
        ..PortalSettings::default()
    };
    let portal = Portal::start(runtime.handle(), store.clone(), Clock::System, &settings);
    Ok(portal?)
}

async fn measure(
    args: &Args,
    round: usize,
    store: &Store,
    address: SocketAddr,
    token: &Secret,
) -> anyhow::Result<Sample> {
    let (commits, _) = store.commits();
    let before = count(store)?;
    let (watch, cpu) = (Stopwatch::start(), cpu());
    let mut tasks = JoinSet::new();
    for connection in 0..args.connections {
        let work = Work {
            address,
            token: token.clone(),
            round,
            first: connection,
            step: args.connections,
            users: args.users,
            requests: args.requests / args.connections,
        };
        tasks.spawn(work.run());
    }
    let mut times = Vec::new();
    while let Some(done) = tasks.join_next().await {
        times.extend(done.context("a client panicked")??);
    }
    let (took, cpu) = (watch.elapsed(), since(cpu));
    let stored = count(store)? - before;
    ensure!(
        stored == times.len() as u64,
        "{} requests were answered, but {stored} executions are stored",
        times.len()
    );
    Ok(Sample {
        requests: times.len(),
        took,
        cpu,
        commits: store.commits().0 - commits,
        times,
    })
}

/// How many executions there are.
fn count(store: &Store) -> anyhow::Result<u64> {
    Ok(store.read(executions::count)?)
}

/// What one connection does.
struct Work {
    address: SocketAddr,
    token: Secret,
    round: usize,

    /// Its users are this one and every so-many-th after it, so that no two connections meet.
    first: usize,
    step: usize,
    users: usize,
    requests: usize,
}

impl Work {
    async fn run(self) -> anyhow::Result<Vec<Duration>> {
        let mut client = Client::connect(self.address, self.token.as_str()).await?;
        let own: Vec<usize> = (self.first..self.users).step_by(self.step).collect();
        let mut times = Vec::with_capacity(self.requests);
        for number in 0..self.requests {
            let user = own[number % own.len()];
            // Another one each time a user has their turn, so that every request changes something.
            let turns = self.requests.div_ceil(own.len());
            let turn = 1 + self.round * turns + number / own.len();
            let department = DEPARTMENTS[(user + turn) % DEPARTMENTS.len()];
            let watch = Stopwatch::start();
            let status = client.patch(user + 1, &body(department, turn)).await?;
            times.push(watch.elapsed());
            if !matches!(status, 200 | 204) {
                bail!("a request was answered by {status}");
            }
        }
        Ok(times)
    }
}

/// As Entra ID writes it.
fn body(department: &str, turn: usize) -> String {
    format!(
        r#"{{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{{"op":"Replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":"{department}"}},{{"op":"Replace","path":"phoneNumbers[type eq \"work\"].value","value":"+49 30 {turn:07}"}}]}}"#
    )
}

impl Sample {
    fn per_second(&self) -> f64 {
        self.requests as f64 / self.took.as_secs_f64()
    }
}

const HEADING: &str = "\
    round    requests/s    p50 ms    p99 ms    max ms   CPU ms/request   requests/fsync";

fn line(round: &str, sample: &Sample) -> String {
    let Spread([p50, p99, most]) = Spread::of(sample.times.iter().copied());
    let cpu = sample.cpu.map_or(f64::NAN, |it| {
        it.as_secs_f64() * 1_000.0 / sample.requests as f64
    });
    let per_commit = sample.requests as f64 / sample.commits.max(1) as f64;
    format!(
        "{round:<6} {:>12.0} {p50:>9.1} {p99:>9.1} {most:>9.1} {cpu:>16.3} {per_commit:>16.1}",
        sample.per_second()
    )
}
