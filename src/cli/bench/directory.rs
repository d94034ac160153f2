//! `tenure bench directory`: how long the lists take with a million users and their history.

use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context as _;
use chrono::TimeDelta;
use rusqlite::Connection;

use super::fixture;
use crate::{
    clock::{Clock, Stopwatch},
    command::{self, Actor, Command, Reply},
    model::{
        Timestamp,
        audit::Via,
        event::EventKind,
        execution,
        id::{UserId, WorkflowId},
        user::Status,
    },
    store::{Store, StoreError, Tx, executions, groups, overview, roles, users, workflows},
    ui::count_all,
};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where the store is kept; it is made there if there is none
    #[arg(long, value_name = "FOLDER")]
    dir: PathBuf,

    /// How many users it has when it is made
    #[arg(long, default_value_t = 1_000_000)]
    users: usize,

    /// How often each list is read, each time with another key
    #[arg(long, default_value_t = 200)]
    times: usize,
}

/// How many rows a screen asks for.
const PAGE: usize = 100;

/// Members of the small group.
const SMALL: usize = 3;

pub fn run(args: &Args) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    let (store, made_in) = open(&args.dir, args.users)?;
    if let Some(time) = made_in {
        let seconds = time.as_secs_f64();
        writeln!(out, "made {} users in {seconds:.0} s", args.users)?;
    }
    let seen = Seen::of(&store)?;
    writeln!(
        out,
        "{} users\n{:<44}{:>10}{:>10}{:>10}",
        seen.users, "ms", "first", "median", "p99"
    )?;
    for (label, read) in lists() {
        let mut times = Vec::new();
        for round in 0..args.times {
            let watch = Stopwatch::start();
            store.read(|db| read(db, &seen, round))?;
            times.push(watch.elapsed());
        }
        let first = times.first().copied().unwrap_or_default();
        times.sort_unstable();
        let at = |part: usize| {
            times
                .get(times.len() * part / 100)
                .copied()
                .unwrap_or_default()
        };
        let [first, median, worst] = [first, at(50), at(99)].map(millis);
        writeln!(out, "{label:<44}{first:>10.2}{median:>10.2}{worst:>10.2}")?;
    }
    Ok(())
}

/// The store in a folder. If it is a new one it gets as many users, and it is said how long that
/// took.
pub fn open(dir: &Path, users: usize) -> anyhow::Result<(Store, Option<Duration>)> {
    let store = Store::open(dir)?;
    if store
        .read(|db| workflows::by_name(db, "Welcome"))?
        .is_some()
    {
        return Ok((store, None));
    }
    let watch = Stopwatch::start();
    fill(&store, users)?;
    Ok((store, Some(watch.elapsed())))
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// Registers people over the last two years, then does to some of them what is done to people.
fn fill(store: &Store, count: usize) -> anyhow::Result<()> {
    let now = Clock::System.now();
    let start = now - TimeDelta::days(730);
    fixture::prepare(store, EventKind::UserCreated, start)?;
    let step = TimeDelta::days(730) / i32::try_from(count)?;
    let at = move |number: usize| start + step * i32::try_from(number).unwrap_or(i32::MAX);
    fixture::register_many(store, count, 1, at)?;

    let admin = Actor::new("benchmark", Via::CommandLine);
    let apply = |command| command::apply(store, &admin, command, now);
    let user = |number: usize| UserId::new(number as i64 + 1);
    let small = apply(Command::CreateGroup {
        name: "Small".to_owned(),
        description: String::new(),
    })?;
    let Reply::Group(group) = small else {
        anyhow::bail!("expected a group, got {small:?}");
    };
    for number in 0..SMALL {
        let user = user(number * (count / SMALL));
        apply(Command::AddToGroup { user, group })?;
    }
    store.write(move |tx| live(tx, now))?;
    // One of a thousand is disabled, as many are in the recycle bin, and nobody is locked.
    for number in (0..count).step_by(1_000) {
        apply(Command::DisableUser(user(number)))?;
        apply(Command::DeleteUser(user(number + 1)))?;
    }
    Ok(())
}

/// Spreads signs of life and passwords over the last 200 days; one of ten never showed one, and has
/// no password.
fn live(tx: &Tx<'_>, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE users SET last_activity = ?1 - id * 7919 % 200 * ?2,
             password_changed = ?1 - id * 104729 % 200 * ?2
         WHERE id % 10 > 0",
        (
            now.timestamp_micros(),
            TimeDelta::days(1).num_microseconds(),
        ),
    )?;
    Ok(())
}

/// What the lists are asked about.
struct Seen {
    users: u64,
    workflow: WorkflowId,
    small: users::Filter,
    large: users::Filter,
    everyone: users::Filter,
    role: users::Filter,
    rare_role: users::Filter,
    now: Timestamp,
}

impl Seen {
    fn of(store: &Store) -> anyhow::Result<Self> {
        store.read(|db| {
            let in_group = |name| -> anyhow::Result<users::Filter> {
                let group = groups::by_name(db, name)?.with_context(|| format!("no {name}"))?;
                Ok(users::Filter {
                    group: Some(group.id),
                    ..users::Filter::default()
                })
            };
            let with_role = |name| -> anyhow::Result<users::Filter> {
                let role = roles::by_name(db, name)?.with_context(|| format!("no {name}"))?;
                Ok(users::Filter {
                    role: Some(role.id),
                    ..users::Filter::default()
                })
            };
            Ok(Self {
                users: users::count(db)?,
                workflow: workflows::by_name(db, "Welcome")?
                    .context("no workflow")?
                    .id,
                small: in_group("Small")?,
                large: in_group("Staff")?,
                everyone: in_group("DEFAULT")?,
                role: with_role("Developer")?,
                rare_role: with_role("Administrator")?,
                now: Clock::System.now(),
            })
        })
    }

    /// The name of a user who is different in every round.
    fn name(&self, round: usize) -> String {
        fixture::username(self.number(round))
    }

    fn number(&self, round: usize) -> usize {
        round.wrapping_mul(7_919) % (self.users as usize).max(1)
    }
}

type Read = fn(&Connection, &Seen, usize) -> Result<(), StoreError>;

fn users_page(db: &Connection, filter: &users::Filter, after: &str) -> Result<(), StoreError> {
    users::page(db, filter, Some(after), PAGE).map(drop)
}

fn users_find(db: &Connection, status: Option<Status>, search: &str) -> Result<(), StoreError> {
    let filter = users::Filter {
        status,
        ..users::Filter::default()
    };
    users::find(db, &filter, search, PAGE).map(drop)
}

fn with_status(status: Status) -> users::Filter {
    users::Filter {
        status: Some(status),
        ..users::Filter::default()
    }
}

fn lists() -> Vec<(&'static str, Read)> {
    let mut lists: Vec<(&'static str, Read)> = vec![
        ("users: count", |db, _, _| users::count(db).map(drop)),
        ("users: first page", |db, _, _| {
            users_page(db, &users::Filter::default(), "")
        }),
        ("users: page in the middle", |db, seen, round| {
            users_page(db, &users::Filter::default(), &seen.name(round))
        }),
        ("users: status Active", |db, seen, round| {
            users_page(db, &with_status(Status::Active), &seen.name(round))
        }),
        ("users: status Disabled, 1 of 1,000", |db, seen, round| {
            users_page(db, &with_status(Status::Disabled), &seen.name(round))
        }),
        ("users: status Locked, nobody", |db, _, _| {
            users_page(db, &with_status(Status::Locked), "")
        }),
        ("users: group of 3", |db, seen, _| {
            users_page(db, &seen.small, "")
        }),
        ("users: group of half", |db, seen, round| {
            users_page(db, &seen.large, &seen.name(round))
        }),
        ("users: group DEFAULT", |db, seen, round| {
            users_page(db, &seen.everyone, &seen.name(round))
        }),
        ("users: role of a quarter", |db, seen, round| {
            users_page(db, &seen.role, &seen.name(round))
        }),
        ("users: role of nobody", |db, seen, _| {
            users_page(db, &seen.rare_role, "")
        }),
        ("users: group of half, Disabled", |db, seen, _| {
            let filter = users::Filter {
                status: Some(Status::Disabled),
                ..seen.large.clone()
            };
            users_page(db, &filter, "")
        }),
        ("users: recycle bin", |db, seen, round| {
            let filter = users::Filter {
                is_deleted: true,
                ..users::Filter::default()
            };
            users_page(db, &filter, &seen.name(round))
        }),
        ("users: members of half", |db, seen, _| {
            let group = groups::get(
                db,
                seen.large
                    .group
                    .unwrap_or(crate::model::id::GroupId::new(0)),
            )?;
            group
                .map_or(Ok(0), |it| groups::count_members(db, &it))
                .map(drop)
        }),
    ];
    lists.extend(searches());
    lists.extend(lasts());
    lists.extend(history());
    lists.push(("overview: all that it shows", |db, seen, _| {
        count_all(db, seen.now)
    }));
    lists
}

/// By when users did something last.
fn lasts() -> Vec<(&'static str, Read)> {
    fn page(db: &Connection, last: users::Last, after: &str) -> Result<(), StoreError> {
        let filter = users::Filter {
            last: Some(last),
            ..users::Filter::default()
        };
        users_page(db, &filter, after)
    }
    fn days(seen: &Seen, from: i64, until: i64) -> overview::Span {
        overview::Span {
            from: Some(seen.now - TimeDelta::days(until)),
            until: Some(seen.now - TimeDelta::days(from)),
        }
    }
    vec![
        ("users: active within a week", |db, seen, round| {
            let last = users::Last::Active(days(seen, 0, 7));
            page(db, last, &seen.name(round))
        }),
        (
            "users: active more than 300 days ago, nobody",
            |db, seen, _| page(db, users::Last::Active(days(seen, 300, 900)), ""),
        ),
        ("users: never active, a tenth", |db, seen, round| {
            page(db, users::Last::NeverActive, &seen.name(round))
        }),
        (
            "users: password of two months, a third",
            |db, seen, round| {
                let last = users::Last::PasswordSet(days(seen, 30, 90));
                page(db, last, &seen.name(round))
            },
        ),
    ]
}

fn searches() -> Vec<(&'static str, Read)> {
    vec![
        ("users: search example.org", |db, _, _| {
            users_find(db, None, "example.org")
        }),
        ("users: search of a common name", |db, _, _| {
            users_find(db, None, "lovelace")
        }),
        ("users: search of one user", |db, seen, round| {
            users_find(db, None, &seen.name(round))
        }),
        ("users: search of a number", |db, seen, round| {
            users_find(db, None, &seen.number(round).to_string())
        }),
        (
            "users: search of the end of an address",
            |db, seen, round| users_find(db, None, &format!("{}@ex", seen.number(round))),
        ),
        ("users: search of 2 letters", |db, _, _| {
            users_find(db, None, "gr")
        }),
        ("users: search without a hit", |db, _, _| {
            users_find(db, None, "lovelacequx")
        }),
        ("users: search of nothing alike", |db, _, _| {
            users_find(db, None, "zzzqqq")
        }),
        ("users: search in another script", |db, _, _| {
            users_find(db, None, "Ковалевская")
        }),
        ("users: search example.org, Disabled", |db, _, _| {
            users_find(db, Some(Status::Disabled), "example.org")
        }),
        ("users: search of a common name, Locked", |db, _, _| {
            users_find(db, Some(Status::Locked), "lovelace")
        }),
    ]
}

fn history_page(db: &Connection, filter: &executions::Filter) -> Result<(), StoreError> {
    let first = executions::page(db, filter, None, PAGE)?;
    drop(first);
    Ok(())
}

fn search(text: &str) -> executions::Filter {
    executions::Filter {
        search: text.to_owned(),
        ..executions::Filter::default()
    }
}

fn with_result(status: execution::Status) -> executions::Filter {
    executions::Filter {
        status: Some(status),
        ..executions::Filter::default()
    }
}

fn history() -> Vec<(&'static str, Read)> {
    vec![
        ("history: first page", |db, _, _| {
            history_page(db, &executions::Filter::default())
        }),
        ("history: page in the middle", |db, seen, round| {
            let place = executions::Place {
                at: seen.now - TimeDelta::hours(round as i64 * 80),
                id: crate::model::id::ExecutionId::new(1),
            };
            executions::page(db, &executions::Filter::default(), Some(place), PAGE).map(drop)
        }),
        ("history: Succeeded", |db, _, _| {
            history_page(db, &with_result(execution::Status::Succeeded))
        }),
        ("history: Failed, none", |db, _, _| {
            history_page(db, &with_result(execution::Status::Failed))
        }),
        ("history: by workflow", |db, seen, _| {
            let filter = executions::Filter {
                workflow: Some(seen.workflow),
                ..executions::Filter::default()
            };
            history_page(db, &filter)
        }),
        ("history: by workflow, Failed", |db, seen, _| {
            let filter = executions::Filter {
                workflow: Some(seen.workflow),
                ..with_result(execution::Status::Failed)
            };
            history_page(db, &filter)
        }),
        ("history: by user", |db, seen, round| {
            let filter = executions::Filter {
                user: Some(UserId::new(seen.number(round) as i64 + 1)),
                ..executions::Filter::default()
            };
            history_page(db, &filter)
        }),
        ("history: a day in the past", |db, seen, round| {
            history_page(db, &in_the_past(seen, round, ""))
        }),
        (
            "history: a day in the past, a common name",
            |db, seen, round| history_page(db, &in_the_past(seen, round, "lovelace")),
        ),
        ("history: search of the workflow", |db, _, _| {
            history_page(db, &search("welcome"))
        }),
        ("history: search of a common name", |db, _, _| {
            history_page(db, &search("grace"))
        }),
        ("history: search of a common beginning", |db, _, _| {
            history_page(db, &search("lovelace"))
        }),
        ("history: search of one user", |db, seen, round| {
            history_page(db, &search(&seen.name(round)))
        }),
        ("history: search without a hit", |db, _, _| {
            history_page(db, &search("zzzqqq"))
        }),
    ]
}

fn in_the_past(seen: &Seen, round: usize, text: &str) -> executions::Filter {
    let from = seen.now - TimeDelta::days(2 + round as i64 * 3);
    executions::Filter {
        from: Some(from),
        until: Some(from + TimeDelta::days(1)),
        ..search(text)
    }
}
