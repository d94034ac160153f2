//! Somebody signs in through a certified OpenID provider, in a browser, to the compiled program.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    process::{Command as Process, Stdio},
    time::{Duration, Instant},
};

use fantoccini::{Client, Locator};
use serde_json::{Value, json};
use tempfile::TempDir;
use tenure::{
    clock::Clock,
    command::{self, Actor, Command, Reply},
    model::{
        audit::Via,
        definition::{Definition, NodeKind, Trigger},
        event::Source,
        task::{Action, Rule, Target, Task},
    },
    store::Store,
};

use crate::support::{
    beside,
    binary::Tenure,
    browser::{Browser, axe},
    running::Running,
    turn::Turn,
};

/// Tenure, a provider, and a connection between them.
struct Site {
    tenure: Tenure,
    portal: String,
    issuer: String,
    _serving: Running,
    _provider: Running,
    folder: TempDir,
}

impl Site {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let ada = json!({"ada": {
            "email": "ada@example.org", "email_verified": true,
            "given_name": "Ada", "family_name": "Byron",
        }});
        say(&folder, &ada);
        let port = free_port();
        let portal = format!("http://127.0.0.1:{port}");
        let mut node = Process::new("node");
        let script = beside("start-oidc.mjs");
        node.arg(script).arg(folder.path());
        node.arg(format!("{portal}/sign-on/callback"));
        let mut provider = Running::start(&mut node).expect("node");
        let line = provider.wait_for("issuer ").expect("a provider");
        let (_, issuer) = line.split_once("issuer ").expect("an address");

        let tenure = Tenure::new();
        connect(&tenure, issuer);
        furnish(&tenure);
        let port = port.to_string();
        let serving = tenure.start(&["serve", "--port", &port], "listens on");
        let (serving, _) = serving.expect("a portal");
        Self {
            issuer: issuer.to_owned(),
            tenure,
            portal,
            _serving: serving,
            _provider: provider,
            folder,
        }
    }

    /// From then on, the provider's tokens or answers are spoiled so.
    fn spoil(&self, kind: &str) {
        let address = self.issuer.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).expect("a provider");
        let body = json!({ "kind": kind }).to_string();
        let head = format!(
            "PUT /__fault HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).expect("sent");
        stream.write_all(body.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        assert!(answer.contains("200 OK"), "{answer}");
    }

    async fn begin(&self, client: &Client) {
        let url = format!("{}/sign-on/1?next=/health", self.portal);
        client.goto(&url).await.expect("the way to the provider");
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let arguments = [&["--json"], arguments].concat();
        let said = self.tenure.run(&arguments).expect("an answer");
        serde_json::from_str(&said).expect("one document")
    }
}

fn say(folder: &TempDir, users: &Value) {
    let path = folder.path().join("users.json");
    std::fs::write(path, users.to_string()).expect("a file");
}

/// Nobody else takes it in the short time before it is used.
fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").port()
}

/// As an admin does it, and tests it.
fn connect(tenure: &Tenure, issuer: &str) {
    let mut add = tenure.command([
        "connection",
        "add",
        "Company",
        "--issuer",
        issuer,
        "--client-id",
        "app",
        "--secret-stdin",
    ]);
    let mut child = add.stdin(Stdio::piped()).spawn().expect("it starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(b"app-secret\n").expect("a secret");
    drop(stdin);
    assert!(child.wait().expect("it ends").success());
    let told = tenure.run(&["connection", "test", "Company"]);
    let told = told.expect("the provider describes itself");
    assert!(told.contains("\"Company\" works"), "{told}");
}

/// One workflow puts those who come into a group, another one those who come back changed.
fn furnish(tenure: &Tenure) {
    let store = Store::open(tenure.data_dir()).expect("a store");
    let registration = Trigger::Registration {
        sources: [Source::SelfRegistration].into(),
    };
    activate(&store, "Welcome", registration, "Staff");
    let update = Trigger::Update {
        sources: [Source::JustInTime].into(),
    };
    activate(&store, "Renamed", update, "Renamed");
}

fn activate(store: &Store, name: &str, trigger: Trigger, group: &str) {
    let create = Command::CreateGroup {
        name: group.to_owned(),
        description: String::new(),
    };
    let Reply::Group(id) = apply(store, create) else {
        panic!("a new group has a number");
    };
    let mut definition = Definition::blank();
    let trigger = definition.set_trigger(trigger).expect("a trigger");
    let event = definition.out(trigger).next().expect("the Event follows");
    let edge = definition.out(event.to).next().expect("the End follows");
    let task = Task {
        rules: vec![Rule {
            when: None,
            targets: vec![Target {
                id: Some(id.number()),
                name: group.to_owned(),
            }],
        }],
        ..Task::new(Action::AssignGroup)
    };
    definition
        .insert(edge, NodeKind::Task(task))
        .expect("a step");
    let create = Command::CreateWorkflow {
        name: name.to_owned(),
        description: String::new(),
    };
    let Reply::Draft { version, .. } = apply(store, create) else {
        panic!("a new workflow has a draft");
    };
    apply(
        store,
        Command::SaveDraft {
            version,
            definition,
        },
    );
    let reason = "as tested".to_owned();
    apply(store, Command::Activate { version, reason });
}

fn apply(store: &Store, command: Command) -> Reply {
    let (actor, now) = (Actor::new("grace", Via::App), Clock::System.now());
    command::apply(store, &actor, command, now).expect("it is allowed")
}

/// Signs in at the provider's own pages, and agrees to everything.
async fn at_the_provider(client: &Client, name: &str) {
    let wait = client.wait();
    let login = wait.for_element(Locator::Css("input[name=login]")).await;
    login.expect("a form").send_keys(name).await.expect("typed");
    let password = client.find(Locator::Css("input[name=password]")).await;
    let password = password.expect("a field");
    password.send_keys("any").await.expect("typed");
    press(client).await;
    let consent = client.wait();
    let consent = consent
        .for_element(Locator::Css("input[value=consent]"))
        .await;
    consent.expect("a question");
    press(client).await;
}

async fn press(client: &Client) {
    let button = client.find(Locator::Css("button[type=submit]")).await;
    button.expect("a button").click().await.expect("pressed");
}

async fn arrives_at(client: &Client, heading: &str) {
    let path = format!("//h1[text()='{heading}']");
    let wait = client.wait();
    if let Err(err) = wait.for_element(Locator::XPath(&path)).await {
        panic!("{heading}: {err}: {:?}", client.source().await);
    }
}

/// The page that the sign-in was for, in a session.
async fn is_in(client: &Client) {
    let wait = client.wait();
    let path = "//*[text()[contains(., 'ok')]]";
    if let Err(err) = wait.for_element(Locator::XPath(path)).await {
        panic!("{err}: {:?}", client.source().await);
    }
    let url = client.current_url().await.expect("an address");
    assert_eq!(url.path(), "/health");
    let cookie = client.get_named_cookie("tenure_session").await;
    let cookie = cookie.expect("a session");
    assert_eq!(cookie.http_only(), Some(true));
    assert_eq!(cookie.value().len(), 64);
}

async fn is_out(client: &Client) {
    let cookie = client.get_named_cookie("tenure_session").await;
    assert!(cookie.is_err(), "nobody is in");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_is_created_and_who_comes_back_changed_starts_a_workflow() {
    let turn = Turn::take();
    let site = tokio::task::spawn_blocking(Site::start);
    let site = site.await.expect("a site");
    let browser = Browser::open(&turn).await.expect("a browser");
    let client = &browser.client;

    site.begin(client).await;
    at_the_provider(client, "ada").await;
    is_in(client).await;

    let history = site.json(&["history", "list"]);
    let first = &history["executions"][0];
    assert_eq!(first["workflow"], "Welcome");
    assert_eq!(first["status"], "succeeded");
    assert_eq!(first["subject"], "ada");

    let king = json!({"ada": {
        "email": "ada@example.org", "email_verified": true,
        "given_name": "Ada", "family_name": "King",
    }});
    say(&site.folder, &king);
    site.begin(client).await;
    is_in(client).await;

    let history = site.json(&["history", "list"]);
    let second = &history["executions"][0];
    assert_eq!(second["workflow"], "Renamed");
    assert_eq!(second["status"], "succeeded");
    let shown = site.json(&["history", "show", &second["id"].to_string()]);
    assert_eq!(shown["before"]["last_name"], "Byron");
    assert_eq!(shown["after"]["last_name"], "King");
    let user = site.json(&["user", "show", "ada"]);
    let groups = user["groups"].to_string();
    assert!(
        groups.contains("Staff") && groups.contains("Renamed"),
        "{groups}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_somebody_else_asks_for_the_password() {
    let turn = Turn::take();
    let site = tokio::task::spawn_blocking(Site::start);
    let site = site.await.expect("a site");
    let create = ["user", "create", "grace", "--email", "ada@example.org"];
    site.tenure.run(&create).expect("a user");
    let browser = Browser::open(&turn).await.expect("a browser");
    let client = &browser.client;

    site.begin(client).await;
    at_the_provider(client, "ada").await;

    arrives_at(client, "Is this your account?").await;
    assert_eq!(axe(client).await, [""; 0]);
    is_out(client).await;
    let password = client.find(Locator::Id("password")).await;
    let password = password.expect("a field");
    password.send_keys("a guess").await.expect("typed");
    press(client).await;
    let wait = client.wait();
    let told = wait
        .for_element(Locator::Css("#errors:not([hidden])"))
        .await;
    let told = told.expect("a summary").text().await.expect("its text");
    assert!(told.contains("That was not right"), "{told}");
    assert_eq!(axe(client).await, [""; 0]);
    is_out(client).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_provider_says_wrongly_lets_nobody_in() {
    let turn = Turn::take();
    let site = tokio::task::spawn_blocking(Site::start);
    let site = site.await.expect("a site");
    let browser = Browser::open(&turn).await.expect("a browser");
    let client = &browser.client;
    site.spoil("bad_sig");
    site.begin(client).await;
    at_the_provider(client, "ada").await;
    arrives_at(client, "You could not be signed in").await;
    for kind in [
        "alg_none",
        "hs256_pubkey",
        "expired",
        "future",
        "wrong_iss",
        "wrong_aud",
        "wrong_nonce",
        "no_sub",
    ] {
        site.spoil(kind);
        site.begin(client).await;
        arrives_at(client, "You could not be signed in").await;
        is_out(client).await;
    }
    for kind in ["500", "drop", "bad_json", "slow"] {
        site.spoil(kind);
        let began = Instant::now();
        site.begin(client).await;
        arrives_at(client, "That service does not answer").await;
        assert!(
            began.elapsed() < Duration::from_secs(6),
            "{kind}: {:?}",
            began.elapsed()
        );
        is_out(client).await;
    }
    assert_eq!(axe(client).await, [""; 0]);
    assert_eq!(site.json(&["user", "list"])["users"], json!([]));

    site.spoil("none");
    let again = client.find(Locator::Css("a.button")).await;
    again.expect("a button").click().await.expect("pressed");
    is_in(client).await;
}
