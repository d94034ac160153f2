//! `tenure demo`: a sample company in a temporary folder, whose gate real people come through.
//!
//! Everything is the real thing: the store, the portal, the page over HTTP, the workflows. One of
//! them fails on purpose, because its group was deleted after it was activated.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use clap::Args;
use serde::Serialize;

use super::{
    demo_http::Browser,
    demo_moves,
    demo_schedules::{self, Swept},
    failure::{Code, Failure},
    history,
    serve::{Running, wait_for_interrupt},
    session::{Session, system_zone},
};
use crate::{
    command::{
        Command, Reply,
        sample::{self, Drawing, MOST_PEOPLE, OWN_DOMAIN, PARTNER_DOMAIN, PEOPLE, rule},
    },
    model::{
        condition::{Condition, Operator, Subject},
        document::Document,
        event::Source,
        execution::Status,
        settings::{PortalSettings, Settings},
        task::Action,
    },
    store::{Store, executions},
};

/// Make a sample company in a temporary folder, sign people up there, move some on and run schedules
///
/// It ends with Ctrl+C and takes the folder with it.
/// JSON (with --once): {"address", "data_dir", "signed_up": [{"username", "answer"}], "moved",
/// "succeeded", "failed", "filtered", "scheduled": [{"workflow", "status", "users"}]}
#[derive(Args)]
pub(super) struct Options {
    /// End when everybody has signed up
    #[arg(long)]
    once: bool,
    /// How many people the company has
    #[arg(long, default_value_t = PEOPLE, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(0..=MOST_PEOPLE as u64))]
    users: usize,
    /// Where the portal listens; any free port if it is left out
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
}

/// Username, domain, first name, last name, department.
const VISITORS: [[&str; 5]; 8] = [
    [
        "marie.curie",
        OWN_DOMAIN,
        "Marie",
        "Skłodowska-Curie",
        "Engineering",
    ],
    ["chien-shiung", OWN_DOMAIN, "健雄", "吳", "Support"],
    ["omar.khayyam", OWN_DOMAIN, "عمر", "خیام", "Sales"],
    ["sofia.k", PARTNER_DOMAIN, "Софья", "Ковалевская", ""],
    [
        "mallory",
        "elsewhere.example",
        "Mallory",
        "Evans",
        "Engineering",
    ],
    ["trudy", "lumen.example.org", "Trudy", "Intruder", ""],
    ["bob.builder", CONTRACTOR_DOMAIN, "Bob", "Builder", ""],
    ["wendy.welder", CONTRACTOR_DOMAIN, "Wendy", "O’Welder", ""],
];

const CONTRACTOR_DOMAIN: &str = "contractor.example";
const CONTRACTOR_GROUP: &str = "Contractor badges";
const CONTRACTOR_WORKFLOW: &str = "Contractor badges";

#[derive(Serialize)]
struct Report {
    address: String,
    data_dir: String,
    signed_up: Vec<Visit>,
    moved: usize,
    succeeded: usize,
    failed: usize,
    filtered: usize,
    scheduled: Vec<Swept>,
}

/// What has happened before the report.
struct Came {
    signed_up: Vec<Visit>,
    moved: usize,
    scheduled: Vec<Swept>,
}

#[derive(Serialize)]
struct Visit {
    username: &'static str,

    /// `accepted` or `refused`: what the page said, not more.
    answer: &'static str,
}

pub(super) fn run(session: &mut Session, options: &Options) -> Result<(), Failure> {
    let folder = Folder::new()?;
    let store = Store::open(&folder.0)?;
    prepare(session, &store, options)?;
    let running = Running::start(&folder.0, &store, &session.clock)?;
    let result = show(session, options, &store, &folder.0, &running);
    running.stop();
    drop(store);
    result?;
    folder.remove()
}

fn show(
    session: &mut Session,
    options: &Options,
    store: &Store,
    folder: &Path,
    running: &Running,
) -> Result<(), Failure> {
    let address = running.address()?;
    let came = Came {
        signed_up: sign_everybody_up(address)?,
        moved: demo_moves::run(session, store, address)?,
        scheduled: demo_schedules::run(session, store)?,
    };
    report(session, store, folder, address, came)?;
    if options.once {
        return Ok(());
    }
    wait(session, folder, address)
}

/// The company, the workflow that will fail, and the portal's settings.
fn prepare(session: &Session, store: &Store, options: &Options) -> Result<(), Failure> {
    let now = session.clock.now();
    sample::load(store, &super::session::actor(), options.users, now)?;
    let settings = Settings {
        time_zone: system_zone().or(Some(chrono_tz::Tz::UTC)),
        portal: PortalSettings {
            is_on: true,
            port: free_port(options.port)?,
            ..PortalSettings::default()
        },
        ..store.config()?.settings.clone()
    };
    session.apply(store, Command::SaveSettings(Box::new(named(settings))))?;
    demo_schedules::prepare(session, store)?;
    draw_contractors(session, store)
}

fn named(mut settings: Settings) -> Settings {
    "Lumen".clone_into(&mut settings.branding.name);
    "Welcome. Sign up with your address at lumen.example or partner.example."
        .clone_into(&mut settings.branding.welcome);
    settings
}

/// The port that was asked for, or one that nobody uses.
fn free_port(wanted: Option<u16>) -> Result<u16, Failure> {
    let port = wanted.unwrap_or(0);
    let unusable = |err: std::io::Error| {
        let message = format!("the demo cannot listen on port {port}: {err}");
        Failure::new(Code::Refused, message)
    };
    let listener = std::net::TcpListener::bind(("127.0.0.1", port)).map_err(unusable)?;
    Ok(listener.local_addr().map_err(unusable)?.port())
}

/// A workflow whose group is deleted after it was activated.
fn draw_contractors(session: &Session, store: &Store) -> Result<(), Failure> {
    let group = Command::CreateGroup {
        name: CONTRACTOR_GROUP.to_owned(),
        description: "Lets contractors through the doors.".to_owned(),
    };
    let Reply::Group(group) = session.apply(store, group)? else {
        return Ok(());
    };
    let mut drawing = Drawing::new(vec![Source::SelfRegistration]);
    let domain = format!("@{CONTRACTOR_DOMAIN}");
    drawing.filter(
        "Contractors",
        Condition::test(Subject::Email, Operator::EndWith, &domain),
    );
    let badge = rule(None, CONTRACTOR_GROUP);
    drawing.task("Badge", Action::AssignGroup, vec![badge], &[]);
    let document = Document::new(
        CONTRACTOR_WORKFLOW,
        "Gives contractors their badge. Its group is gone, so that you can see a failure.",
        "",
        drawing.definition,
    );
    let reply = session.apply(store, Command::Import(document))?;
    if let Reply::Draft { version, .. } = reply {
        let reason = "Contractors get no rights by it.".to_owned();
        session.apply(store, Command::Activate { version, reason })?;
    }
    session.apply(store, Command::DeleteGroup(group))?;
    Ok(())
}

fn sign_everybody_up(address: SocketAddr) -> Result<Vec<Visit>, Failure> {
    let mut visits = Vec::new();
    for visitor in VISITORS {
        let [username, domain, first, last, department] = visitor;
        let email = format!("{username}@{domain}");
        let page = Browser::new(address).submit("/signup", |name, kind| {
            let value = match (name, kind) {
                (_, "password") => "a lamp for every window",
                ("username", _) => username,
                ("email", _) => &email,
                ("first_name", _) => first,
                ("last_name", _) => last,
                (name, _) if name.ends_with("department") => department,
                _ => "",
            };
            value.to_owned()
        });
        let page = page.map_err(|err| {
            Failure::new(
                Code::Refused,
                format!("the sign-up page does not answer: {err}"),
            )
        })?;
        visits.push(Visit {
            username,
            answer: if page.status == 200 {
                "accepted"
            } else {
                "refused"
            },
        });
    }
    Ok(visits)
}

fn report(
    session: &mut Session,
    store: &Store,
    folder: &Path,
    address: SocketAddr,
    came: Came,
) -> Result<(), Failure> {
    let filter = executions::Filter::default();
    let listed = store.read(|db| executions::page(db, &filter, None, 1_000))?;
    let count = |status| {
        listed
            .executions
            .iter()
            .filter(|it| it.status == status)
            .count()
    };
    let report = Report {
        address: format!("http://{address}/signup"),
        data_dir: folder.to_string_lossy().into_owned(),
        succeeded: count(Status::Succeeded),
        failed: count(Status::Failed),
        filtered: count(Status::Filtered),
        signed_up: came.signed_up,
        moved: came.moved,
        scheduled: came.scheduled,
    };
    let out = &mut session.out;
    if out.is_json {
        out.json(&report)?;
    } else {
        history::print_newest(out, store, 1_000)?;
        out.line("")?;
        out.line(format!(
            "{} people came to the sign-up page, {} changed departments: {} executions succeeded, {} failed, {} were filtered",
            report.signed_up.len(),
            report.moved,
            report.succeeded,
            report.failed,
            report.filtered
        ))?;
        for swept in &report.scheduled {
            out.line(swept.sentence())?;
        }
    }
    out.flush()
}

fn wait(session: &mut Session, folder: &Path, address: SocketAddr) -> Result<(), Failure> {
    let folder = folder.to_string_lossy();
    let out = &mut session.out;
    if !out.is_json {
        out.line(format!("sign up yourself:   http://{address}/signup"))?;
        out.line(format!(
            "look at it:         tenure --data-dir {folder} history list"
        ))?;
        out.line("press Ctrl+C to stop and remove the folder")?;
        out.flush()?;
    }
    wait_for_interrupt();
    Ok(())
}

/// A folder of our own that goes away with the demo.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self, Failure> {
        let name = format!(
            "tenure-demo-{}-{:08x}",
            std::process::id(),
            rand::random::<u32>()
        );
        let path = std::env::temp_dir().join(name);
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path).map_err(|err| {
            let path = path.to_string_lossy();
            Failure::new(
                Code::Store,
                format!("the folder {path:?} cannot be made: {err}"),
            )
        })?;
        Ok(Self(path))
    }

    fn remove(self) -> Result<(), Failure> {
        std::fs::remove_dir_all(&self.0).map_err(|err| {
            let path = self.0.to_string_lossy();
            Failure::new(
                Code::Refused,
                format!("the folder {path:?} cannot be removed: {err}"),
            )
        })
    }
}

impl Drop for Folder {
    /// Also when something went wrong; a folder that cannot be removed is in the temporary ones.
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}
