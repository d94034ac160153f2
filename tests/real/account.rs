//! Somebody signs in in a browser, changes what is theirs, and keeps it safe.

use std::process::Command as Program;

use fantoccini::{Client, Locator, key::Key};
use tenure::{
    clock::Clock,
    command::{self, Actor, Command, NewUser, Registered, Reply, password},
    model::{
        Timestamp,
        attribute::{AttributeKind, AttributeSpec},
        audit::Via,
        condition::{Condition, Operator, Subject},
        definition::{Definition, NodeKind, Trigger},
        event::Source,
        id::UserId,
        settings::{Branding, PortalSettings, Settings},
        task::{Action, Rule, Target, Task},
        totp,
        user::ProfileForm,
    },
    portal::Portal,
    store::Store,
};
use tokio::runtime::Runtime;

use crate::support::{
    binary::Tenure,
    browser::{Browser, axe},
    devtools::{prefer, resize, without_scripts},
    running::output,
    turn::Turn,
};

const PASSWORD: &str = "correct horse battery 9";
const ANOTHER: &str = "staple of batteries 9";

/// A portal with Ada in its directory.
struct Site {
    runtime: Runtime,
    store: Store,
    portal: Portal,
    tenure: Tenure,
    ada: UserId,
}

impl Site {
    fn start() -> Self {
        Self::with(|_| ())
    }

    fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let tenure = Tenure::new();
        let store = Store::open(tenure.data_dir()).expect("a store");
        let mut settings = Settings {
            time_zone: Some(chrono_tz::UTC),
            branding: Branding {
                name: "Analytical Engines".to_owned(),
                color: "#0f5c4d".to_owned(),
                ..Branding::default()
            },
            ..Settings::default()
        };
        settings.password.needs_digit = true;
        change(&mut settings);
        apply(&store, Command::SaveSettings(Box::new(settings)));
        apply(
            &store,
            Command::CreateAttribute(AttributeSpec {
                name: "team".to_owned(),
                label: "Team".to_owned(),
                kind: AttributeKind::Text,
                is_required: false,
                is_on_sign_up: true,
            }),
        );
        let ada = register(&store);
        let runtime = Runtime::new().expect("threads");
        let settings = PortalSettings {
            port: 0,
            ..PortalSettings::default()
        };
        let portal = Portal::start(runtime.handle(), store.clone(), Clock::System, &settings);
        Self {
            runtime,
            store,
            portal: portal.expect("a free port"),
            tenure,
            ada,
        }
    }

    /// Whoever comes to be called so gets into a group.
    fn welcome_countesses(&self) {
        let create = Command::CreateGroup {
            name: "Nobility".to_owned(),
            description: String::new(),
        };
        let Reply::Group(group) = apply(&self.store, create) else {
            panic!("a new group has a number");
        };
        let mut definition = Definition::blank();
        let sources = [Source::EndUserDetails].into();
        let trigger = definition.set_trigger(Trigger::Update { sources });
        let trigger = trigger.expect("a blank definition takes a trigger");
        let rule = Condition::test(Subject::FirstName, Operator::Equal, "Countess");
        let edge = definition.out(trigger).next().expect("the Event follows");
        let filter = definition.insert(edge, NodeKind::Filter(Some(rule)));
        let filter = filter.expect("an edge takes a step");
        let event = definition.out(filter).next().expect("the Event follows").to;
        let task = Task {
            rules: vec![Rule {
                when: None,
                targets: vec![Target {
                    id: Some(group.number()),
                    name: "Nobility".to_owned(),
                }],
            }],
            ..Task::new(Action::AssignGroup)
        };
        let edge = definition.out(event).next().expect("something follows");
        definition.insert(edge, NodeKind::Task(task));
        let create = Command::CreateWorkflow {
            name: "Ennoble".to_owned(),
            description: String::new(),
        };
        let Reply::Draft { version, .. } = apply(&self.store, create) else {
            panic!("a new workflow has a draft");
        };
        apply(
            &self.store,
            Command::SaveDraft {
                version,
                definition,
            },
        );
        let reason = "as tested".to_owned();
        apply(&self.store, Command::Activate { version, reason });
    }

    async fn goto(&self, client: &Client, path: &str) {
        let url = format!("http://{}{path}", self.portal.address());
        client.goto(&url).await.expect("the page");
    }

    async fn sign_in(&self, client: &Client, password: &str) {
        self.goto(client, "/").await;
        arrives_at(client, "Sign in").await;
        fill(client, "username", "ada").await;
        fill(client, "password", password).await;
        send(client).await;
    }
}

fn apply(store: &Store, command: Command) -> Reply {
    let (actor, now) = (Actor::new("grace", Via::App), Clock::System.now());
    command::apply(store, &actor, command, now).expect("it is allowed")
}

fn register(store: &Store) -> UserId {
    let form = ProfileForm {
        username: "ada".to_owned(),
        email: "ada@example.org".to_owned(),
        first_name: "Ada".to_owned(),
        last_name: "Lovelace".to_owned(),
        ..ProfileForm::default()
    };
    let new = NewUser {
        password_hash: Some(password::hash(PASSWORD).expect("a hash")),
        ..NewUser::new(form, Source::AdminPortal)
    };
    match apply(store, Command::Register(new)) {
        Reply::Registered(Registered::Created { user, .. }) => user,
        other => panic!("a registration was answered by {other:?}"),
    }
}

async fn text(client: &Client, css: &str) -> String {
    let element = client.find(Locator::Css(css)).await;
    let element = element.unwrap_or_else(|err| panic!("{css}: {err}"));
    element.text().await.expect("its text")
}

async fn fill(client: &Client, id: &str, value: &str) {
    let field = client.find(Locator::Id(id)).await;
    let field = field.unwrap_or_else(|err| panic!("{id}: {err}"));
    field.clear().await.expect("emptied");
    field.send_keys(value).await.expect("typed");
}

async fn click(client: &Client, css: &str) {
    let element = client.find(Locator::Css(css)).await;
    let element = element.unwrap_or_else(|err| panic!("{css}: {err}"));
    element.click().await.expect("clicked");
}

/// Sends the form that the page is about.
async fn send(client: &Client) {
    click(client, "form[data-checked] [type=submit]").await;
}

/// Waits for the page that has this heading.
async fn arrives_at(client: &Client, heading: &str) {
    let path = format!("//h1[text()='{heading}']");
    let wait = client.wait();
    if let Err(err) = wait.for_element(Locator::XPath(&path)).await {
        panic!("{heading}: {err}: {}", text(client, "main").await);
    }
}

/// Waits for an element of this class or with this id that has a text in it.
async fn waits_for(client: &Client, name: &str, part: &str) {
    let path = format!(
        "//*[(@id='{name}' or contains(@class, '{name}')) and contains(normalize-space(), '{part}')]"
    );
    let wait = client.wait();
    if let Err(err) = wait.for_element(Locator::XPath(&path)).await {
        panic!("{part}: {err}: {}", text(client, "main").await);
    }
}

/// Axe finds nothing, light or dark, wide or narrow, and nothing has to be scrolled sideways.
async fn is_fine_for_everyone(client: &Client, page: &str) {
    for scheme in ["light", "dark"] {
        for (width, height) in [(1280, 800), (375, 812), (320, 640)] {
            prefer(client, scheme).await;
            resize(client, width, height).await;
            let at = format!("{page}, {scheme}, {width} wide");
            assert_eq!(axe(client).await, [""; 0], "{at}");
            let script = "return document.documentElement.scrollWidth <= innerWidth";
            let fits = client.execute(script, Vec::new()).await.expect("a look");
            assert_eq!(fits, true, "{at}");
            photograph(client, &format!("{page}-{scheme}-{width}")).await;
        }
    }
    resize(client, 1280, 800).await;
}

/// Keeps a picture of the page for people to look at, if a folder for them is named.
async fn photograph(client: &Client, name: &str) {
    if let Some(folder) = std::env::var_os("TENURE_PICTURES") {
        let script = "return [innerWidth, document.documentElement.scrollHeight]";
        let size = client.execute(script, Vec::new()).await.expect("a look");
        let (width, height) = serde_json::from_value(size).expect("two numbers");
        resize(client, width, height).await;
        let picture = client.screenshot().await.expect("a picture");
        let name = format!("{}.png", name.replace(' ', "-"));
        let path = std::path::Path::new(&folder).join(name);
        std::fs::write(path, picture).expect("a folder for pictures");
    }
}

/// What the keyboard is at: its name or its text.
async fn focused(client: &Client) -> String {
    let script = "const at = document.activeElement; return at.id || at.textContent.trim()";
    let at = client.execute(script, Vec::new()).await.expect("a look");
    at.as_str().unwrap_or_default().to_owned()
}

async fn press(client: &Client, keys: &str) {
    let at = client.active_element().await;
    let at = at.expect("something has the keyboard");
    at.send_keys(keys).await.expect("pressed");
}

/// The code that an app with this secret (Base32) shows now.
fn code(secret: &str) -> String {
    let code = output(Program::new("oathtool").args(["--totp", "-b", secret]));
    code.expect("oathtool knows").trim().to_owned()
}

/// Reads the QR code of the page as a phone does, and returns what it says.
async fn scanned(client: &Client) -> String {
    let picture = client.find(Locator::Css(".qr")).await.expect("a picture");
    let picture = picture.screenshot().await.expect("a photograph");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("qr.png");
    std::fs::write(&path, picture).expect("a file");
    let read = output(Program::new("zbarimg").args(["--quiet", "--raw"]).arg(path));
    read.expect("zbarimg reads it").trim().to_owned()
}

fn secret_of(url: &str) -> String {
    let (_, rest) = url.split_once("secret=").expect("a secret");
    rest.split('&').next().unwrap_or_default().to_owned()
}

#[test]
fn the_codes_are_those_of_oathtool() {
    let secret = b"12345678901234567890";
    for seconds in (0..20).map(|it| 1_000_000_007 * (it + 1)) {
        let at = format!("@{seconds}");
        let digits: Vec<String> = secret.iter().map(|it| format!("{it:02x}")).collect();
        let hex = digits.concat();
        let code = output(Program::new("oathtool").args(["--totp", "--now", &at, &hex]));
        let code = code.expect("oathtool knows");
        let now = Timestamp::from_timestamp(seconds, 0).expect("a moment");
        let step = totp::step(secret, &code, None, now);
        assert_eq!(step, Some(seconds.unsigned_abs() / 30), "{seconds}");
    }
}

#[test]
fn a_changed_profile_starts_a_workflow_that_history_shows() {
    let turn = Turn::take();
    let site = Site::start();
    site.welcome_countesses();
    site.runtime.block_on(async {
        let browser = Browser::open(&turn).await.expect("a browser");
        let client = &browser.client;
        site.sign_in(client, "something else").await;
        waits_for(client, "summary", "You could not be signed in").await;
        is_fine_for_everyone(client, "sign-in refused").await;
        site.sign_in(client, PASSWORD).await;
        arrives_at(client, "Your profile").await;
        is_fine_for_everyone(client, "profile").await;
        fill(client, "first_name", "Countess").await;
        fill(client, "attribute-team", "Engines").await;
        send(client).await;
        waits_for(client, "done", "Your details are saved.").await;
        is_fine_for_everyone(client, "profile saved").await;
        fill(client, "email", "not an address").await;
        send(client).await;
        waits_for(client, "errors", "Email is not an email address").await;
        assert_eq!(focused(client).await, "errors");
        is_fine_for_everyone(client, "profile with a mistake").await;
    });
    let history = site.tenure.run(&["history", "list"]).expect("a history");
    assert!(
        history.contains("Ennoble") && history.contains("Succeeded"),
        "{history}"
    );
    let shown = site
        .tenure
        .run(&["history", "show", "1"])
        .expect("an execution");
    assert!(shown.contains("Nobility"), "{shown}");
    let users = site.tenure.run(&["user", "show", "ada"]).expect("a user");
    assert!(users.contains("Nobility"), "{users}");
}

#[test]
fn a_password_is_changed() {
    let turn = Turn::take();
    let site = Site::start();
    site.runtime.block_on(async {
        let browser = Browser::open(&turn).await.expect("a browser");
        let client = &browser.client;
        site.sign_in(client, PASSWORD).await;
        arrives_at(client, "Your profile").await;
        click(client, "a[href='/account/security']").await;
        arrives_at(client, "Security").await;
        is_fine_for_everyone(client, "security").await;
        click(client, "a[href='/account/security/password']").await;
        arrives_at(client, "Change password").await;
        fill(client, "current_password", PASSWORD).await;
        // Her own name does not stand in this form, and is known all the same.
        fill(client, "password", "I am lovelace 1").await;
        let similar = text(client, "[data-rule=not_similar]").await;
        assert!(similar.ends_with("(not yet)"), "{similar}");
        is_fine_for_everyone(client, "change password").await;
        fill(client, "password", ANOTHER).await;
        fill(client, "password_repeat", ANOTHER).await;
        send(client).await;
        waits_for(client, "done", "Your password is changed.").await;
        click(client, "form[action='/sign-out'] button").await;
        waits_for(client, "done", "You are signed out.").await;
        is_fine_for_everyone(client, "signed out").await;
        site.sign_in(client, ANOTHER).await;
        arrives_at(client, "Your profile").await;
    });
}

#[test]
fn an_authenticator_app_is_set_up_and_used() {
    let turn = Turn::take();
    let site = Site::start();
    site.runtime.block_on(async {
        let browser = Browser::open(&turn).await.expect("a browser");
        let client = &browser.client;
        site.sign_in(client, PASSWORD).await;
        arrives_at(client, "Your profile").await;
        site.goto(client, "/account/security/app").await;
        is_fine_for_everyone(client, "set up an app").await;
        fill(client, "current_password", PASSWORD).await;
        send(client).await;
        arrives_at(client, "Scan the picture").await;
        is_fine_for_everyone(client, "scan the picture").await;
        prefer(client, "dark").await;
        let url = scanned(client).await;
        prefer(client, "light").await;
        assert_eq!(scanned(client).await, url);
        assert!(
            url.starts_with("otpauth://totp/Analytical%20Engines:ada?"),
            "{url}"
        );
        let secret = secret_of(&url);
        assert_eq!(text(client, "p.code").await.replace(' ', ""), secret);
        fill(client, "code", &code(&secret)).await;
        send(client).await;
        arrives_at(client, "Your recovery codes").await;
        is_fine_for_everyone(client, "recovery codes").await;
        let recovery = text(client, ".codes code").await;
        click(client, "main a[href='/account/security']").await;
        arrives_at(client, "Security").await;
        is_fine_for_everyone(client, "security with an app").await;
        click(client, "form[action='/sign-out'] button").await;

        site.sign_in(client, PASSWORD).await;
        arrives_at(client, "Enter your code").await;
        is_fine_for_everyone(client, "code").await;
        // That of now has been used; the one after it is good already.
        let next = ["--totp", "-b", "--now", "30 seconds", &secret];
        let next = output(Program::new("oathtool").args(next));
        fill(client, "code", next.expect("oathtool knows").trim()).await;
        send(client).await;
        arrives_at(client, "Your profile").await;
        click(client, "form[action='/sign-out'] button").await;

        site.sign_in(client, PASSWORD).await;
        arrives_at(client, "Enter your code").await;
        fill(client, "code", &recovery).await;
        send(client).await;
        arrives_at(client, "Your profile").await;
        site.goto(client, "/account/security").await;
        assert!(text(client, "main").await.contains("9 are left."));
        site.goto(client, "/account/security/app/remove").await;
        is_fine_for_everyone(client, "remove the app").await;
        fill(client, "current_password", PASSWORD).await;
        send(client).await;
        waits_for(client, "done", "The authenticator app is removed.").await;
    });
}

#[test]
fn an_expired_password_is_changed_on_the_way_in() {
    let turn = Turn::take();
    let site = Site::start();
    apply(&site.store, Command::RequirePasswordChange(site.ada));
    site.runtime.block_on(async {
        let browser = Browser::open(&turn).await.expect("a browser");
        let client = &browser.client;
        site.sign_in(client, PASSWORD).await;
        arrives_at(client, "Choose a new password").await;
        is_fine_for_everyone(client, "choose a new password").await;
        fill(client, "password", ANOTHER).await;
        fill(client, "password_repeat", ANOTHER).await;
        send(client).await;
        arrives_at(client, "Your profile").await;
    });
}

#[test]
fn the_keyboard_is_enough() {
    let turn = Turn::take();
    let site = Site::start();
    site.runtime.block_on(async {
        let browser = Browser::open(&turn).await.expect("a browser");
        let client = &browser.client;
        site.goto(client, "/sign-in").await;
        let (tab, enter) = (char::from(Key::Tab), char::from(Key::Enter));
        press(client, &tab.to_string()).await;
        assert_eq!(focused(client).await, "username");
        press(client, &format!("ada{tab}")).await;
        assert_eq!(focused(client).await, "password");
        press(client, &format!("{PASSWORD}{enter}")).await;
        arrives_at(client, "Your profile").await;
        for stop in ["Sign out", "Profile", "Security"] {
            press(client, &tab.to_string()).await;
            assert_eq!(focused(client).await, stop);
        }
        press(client, &enter.to_string()).await;
        arrives_at(client, "Security").await;
        for stop in [
            "Sign out",
            "Profile",
            "Security",
            "Sessions",
            "Change password",
            "Set up an app",
            "See your sessions",
        ] {
            press(client, &tab.to_string()).await;
            assert_eq!(focused(client).await, stop);
        }
        press(client, &enter.to_string()).await;
        arrives_at(client, "Where you are signed in").await;
        press(client, &tab.to_string()).await;
        assert_eq!(focused(client).await, "Sign out");
        press(client, &enter.to_string()).await;
        waits_for(client, "done", "You are signed out.").await;
    });
}

#[test]
fn without_scripts_everything_works() {
    let turn = Turn::take();
    let site = Site::start();
    site.runtime.block_on(async {
        let browser = Browser::open(&turn).await.expect("a browser");
        let client = &browser.client;
        without_scripts(client).await;
        // Nothing scrolls to the picture then.
        resize(client, 1280, 1600).await;
        site.sign_in(client, "").await;
        waits_for(client, "errors", "Password must not be empty").await;
        site.sign_in(client, PASSWORD).await;
        arrives_at(client, "Your profile").await;
        fill(client, "phone", "+44 20 7946 0000").await;
        send(client).await;
        waits_for(client, "done", "Your details are saved.").await;
        site.goto(client, "/account/security/password").await;
        fill(client, "current_password", PASSWORD).await;
        fill(client, "password", "short").await;
        fill(client, "password_repeat", "short").await;
        send(client).await;
        let told = "New password does not meet these rules: Between 10 and 128 characters; A digit";
        waits_for(client, "errors", told).await;
        site.goto(client, "/account/security/app").await;
        fill(client, "current_password", PASSWORD).await;
        send(client).await;
        arrives_at(client, "Scan the picture").await;
        let secret = secret_of(&scanned(client).await);
        fill(client, "code", &code(&secret)).await;
        send(client).await;
        arrives_at(client, "Your recovery codes").await;
        let link = client
            .find(Locator::Css("a[download]"))
            .await
            .expect("a link");
        let saved = link
            .attr("href")
            .await
            .expect("a look")
            .expect("an address");
        assert_eq!(saved.matches("%0A").count(), 9, "{saved}");
        site.goto(client, "/account/sessions").await;
        click(client, "form[action='/sign-out'] button").await;
        waits_for(client, "done", "You are signed out.").await;
    });
}

#[test]
fn one_sees_where_one_is_signed_in_and_ends_it() {
    let turn = Turn::take();
    let site = Site::start();
    site.runtime.block_on(async {
        let browser = Browser::open(&turn).await.expect("a browser");
        let client = &browser.client;
        for _ in 0..2 {
            site.sign_in(client, PASSWORD).await;
            arrives_at(client, "Your profile").await;
            // As if the browser had been lost.
            client.delete_all_cookies().await.expect("gone");
        }
        site.sign_in(client, PASSWORD).await;
        arrives_at(client, "Your profile").await;
        site.goto(client, "/account/sessions").await;
        arrives_at(client, "Where you are signed in").await;
        assert!(text(client, "main").await.contains("Chrome on Linux"));
        is_fine_for_everyone(client, "sessions").await;
        click(client, "form[action='/account/sessions/end'] button").await;
        waits_for(client, "done", "That browser is signed out.").await;
        click(client, "form[action='/account/sessions/end-others'] button").await;
        waits_for(client, "done", "Every other browser is signed out.").await;
        assert!(
            text(client, "main")
                .await
                .contains("You are signed in nowhere else.")
        );
        is_fine_for_everyone(client, "one session").await;
    });
}
