//! Somebody signs up in a browser, or is told why not.

use fantoccini::{Client, Locator, key::Key};
use tenure::{
    clock::Clock,
    command::{self, Actor, Command, Reply},
    model::{
        attribute::{AttributeKind, AttributeSpec},
        audit::Via,
        condition::{Condition, Operator, Subject},
        definition::{Definition, NodeKind, Trigger},
        event::Source,
        execution::Status,
        settings::{Branding, PortalSettings, Settings},
    },
    portal::Portal,
    store::{Store, executions, users},
};
use tokio::runtime::Runtime;

use crate::support::{
    browser::{Browser, axe},
    devtools::{prefer, resize, without_scripts},
    turn::Turn,
};

/// A portal on a free port, with a store of its own, and the runtime that both live in.
struct Site {
    runtime: Runtime,
    store: Store,
    portal: Portal,
    _folder: tempfile::TempDir,
}

impl Site {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path()).expect("a store");
        let runtime = Runtime::new().expect("threads");
        let settings = PortalSettings {
            port: 0,
            ..PortalSettings::default()
        };
        let portal = Portal::start(runtime.handle(), store.clone(), Clock::System, &settings);
        let site = Self {
            runtime,
            store,
            portal: portal.expect("a free port"),
            _folder: folder,
        };
        site.furnish();
        site
    }

    /// A brand, stricter passwords, and custom attributes of every type.
    fn furnish(&self) {
        let mut settings = Settings {
            time_zone: Some(chrono_tz::UTC),
            branding: Branding {
                name: "Analytical Engines".to_owned(),
                color: "#0f5c4d".to_owned(),
                welcome: "Create the account that you will use for everything here.".to_owned(),
            },
            ..Settings::default()
        };
        settings.password.needs_digit = true;
        self.apply(Command::SaveSettings(Box::new(settings)));
        let sites = ["London", "Turin"].map(str::to_owned).to_vec();
        for (name, label, kind) in [
            ("team", "Team", AttributeKind::Text),
            ("desk", "Desk number", AttributeKind::Number),
            ("start", "First day", AttributeKind::Date),
            ("remote", "Do you work from home?", AttributeKind::YesNo),
            ("site", "Site", AttributeKind::Choice { options: sites }),
        ] {
            self.apply(Command::CreateAttribute(AttributeSpec {
                name: name.to_owned(),
                label: label.to_owned(),
                kind,
                is_required: false,
                is_on_sign_up: true,
            }));
        }
    }

    fn apply(&self, command: Command) -> Reply {
        let (actor, now) = (Actor::new("grace", Via::App), Clock::System.now());
        command::apply(&self.store, &actor, command, now).expect("it is allowed")
    }

    /// Lets only people with an address at staff.example in.
    fn let_only_staff_in(&self) {
        let mut definition = Definition::blank();
        let sources = [Source::SelfRegistration].into();
        let trigger = definition.set_trigger(Trigger::Registration { sources });
        let trigger = trigger.expect("a blank definition takes a trigger");
        let edge = definition.out(trigger).next().expect("the Event follows");
        let rule = Condition::test(Subject::Email, Operator::EndWith, "@staff.example");
        definition.insert(edge, NodeKind::Filter(Some(rule)));
        let create = self.apply(Command::CreateWorkflow {
            name: "Only staff".to_owned(),
            description: String::new(),
        });
        let Reply::Draft { version, .. } = create else {
            panic!("a new workflow has a draft");
        };
        self.apply(Command::SaveDraft {
            version,
            definition,
        });
        let reason = "as tested".to_owned();
        self.apply(Command::Activate { version, reason });
    }

    fn knows(&self, username: &str) -> bool {
        let found = self.store.read(|db| users::by_username(db, username));
        found.expect("a look").is_some()
    }

    async fn open(&self, client: &Client) {
        let url = format!("http://{}/signup", self.portal.address());
        client.goto(&url).await.expect("the page");
        assert_eq!(text(client, "h1").await, "Sign up");
    }
}

async fn text(client: &Client, css: &str) -> String {
    let element = client.find(Locator::Css(css)).await;
    let element = element.unwrap_or_else(|err| panic!("{css}: {err}"));
    element.text().await.expect("its text")
}

async fn fill(client: &Client, id: &str, value: &str) {
    let field = client.find(Locator::Id(id)).await.expect("a field");
    field.clear().await.expect("emptied");
    field.send_keys(value).await.expect("typed");
}

/// Fills in what everyone has to say.
async fn introduce(client: &Client, email: &str, password: &str) {
    fill(client, "email", email).await;
    fill(client, "username", "ada").await;
    fill(client, "password", password).await;
    fill(client, "password_repeat", password).await;
}

async fn send(client: &Client) {
    let button = client.find(Locator::Css("[type=submit]")).await;
    button.expect("a button").click().await.expect("sent");
}

/// Waits for the page that has this heading.
async fn arrives_at(client: &Client, heading: &str) {
    let path = format!("//h1[text()='{heading}']");
    let wait = client.wait();
    if let Err(err) = wait.for_element(Locator::XPath(&path)).await {
        panic!("{heading}: {err}: {}", text(client, "main").await);
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
        }
    }
}

/// What the keyboard is at: its name or its text.
async fn focused(client: &Client) -> String {
    let script = "const at = document.activeElement; return at.id || at.textContent.trim()";
    let at = client.execute(script, Vec::new()).await.expect("a look");
    at.as_str().unwrap_or_default().to_owned()
}

async fn press(client: &Client, keys: &str) {
    let at = client
        .active_element()
        .await
        .expect("something has the keyboard");
    at.send_keys(keys).await.expect("pressed");
}

#[test]
fn somebody_signs_up() {
    let turn = Turn::take();
    let site = Site::start();
    site.runtime.block_on(async {
        let browser = Browser::open(&turn).await.expect("a browser");
        let client = &browser.client;
        site.open(client).await;
        is_fine_for_everyone(client, "the form").await;
        introduce(client, "ada@example.org", "correct horse battery 9").await;
        fill(client, "attribute-desk", "42").await;
        send(client).await;
        arrives_at(client, "Your account has been created").await;
        assert!(site.knows("ada"));
        is_fine_for_everyone(client, "the end").await;
    });
}

#[test]
fn the_keyboard_is_enough() {
    let turn = Turn::take();
    let site = Site::start();
    site.runtime.block_on(async {
        let browser = Browser::open(&turn).await.expect("a browser");
        let client = &browser.client;
        site.open(client).await;
        let tab = char::from(Key::Tab).to_string();
        press(client, &tab).await;
        for (id, value) in [
            ("first_name", "Ada"),
            ("last_name", "Lovelace"),
            ("email", "ada@example.org"),
            ("username", "ada"),
            ("phone", ""),
            ("attribute-team", "Engines"),
            ("attribute-desk", "42"),
        ] {
            assert_eq!(focused(client).await, id);
            press(client, &format!("{value}{tab}")).await;
        }
        // A date has parts and a button of the browser's own.
        while focused(client).await == "attribute-start" {
            press(client, &tab).await;
        }
        // The chosen one of the radio buttons is where the keyboard enters them.
        let up = char::from(Key::Up).to_string();
        press(client, &up).await;
        press(client, &tab).await;
        assert_eq!(focused(client).await, "attribute-site");
        press(client, &format!("Turin{tab}")).await;
        for id in ["password", "password_repeat"] {
            assert_eq!(focused(client).await, id);
            press(client, &format!("correct horse battery 9{tab}")).await;
            assert_eq!(focused(client).await, "Show");
            press(client, &tab).await;
        }
        assert_eq!(focused(client).await, "Create account");
        let enter = char::from(Key::Enter).to_string();
        press(client, &enter).await;
        arrives_at(client, "Your account has been created").await;
    });
    let ada = site.store.read(|db| users::by_username(db, "ada"));
    let ada = ada.expect("a look").expect("created");
    assert_eq!(ada.profile.attributes["site"], "Turin");
    assert_eq!(ada.profile.attributes["remote"], "no");
}

#[test]
fn a_filter_turns_somebody_away_without_saying_why() {
    let turn = Turn::take();
    let site = Site::start();
    site.let_only_staff_in();
    site.runtime.block_on(async {
        let browser = Browser::open(&turn).await.expect("a browser");
        let client = &browser.client;
        site.open(client).await;
        introduce(client, "ada@example.org", "correct horse battery 9").await;
        send(client).await;
        arrives_at(client, "No account was created").await;
        assert!(!client.source().await.expect("a page").contains("staff"));
        is_fine_for_everyone(client, "the refusal").await;
    });
    assert!(!site.knows("ada"));
    let filter = executions::Filter::default();
    let page = site
        .store
        .read(|db| executions::page(db, &filter, None, 10));
    let executions = page.expect("a page").executions;
    assert_eq!(executions[0].status, Status::Filtered);
}

#[test]
fn password_rules_show_as_they_are_met() {
    let turn = Turn::take();
    let site = Site::start();
    site.runtime.block_on(async {
        let browser = Browser::open(&turn).await.expect("a browser");
        let client = &browser.client;
        site.open(client).await;
        let length = "[data-rule=length]";
        assert_eq!(text(client, length).await, "Between 10 and 128 characters");
        introduce(client, "ada@example.org", "short").await;
        let unmet = "Between 10 and 128 characters\n(not yet)";
        assert_eq!(text(client, length).await, unmet);
        send(client).await;
        let told = "Password does not meet these rules: Between 10 and 128 characters; A digit";
        assert!(text(client, "#password-error").await.ends_with(told));
        assert_eq!(focused(client).await, "errors");
        is_fine_for_everyone(client, "the form with mistakes").await;
        fill(client, "password", "long enough 9").await;
        let met = "Between 10 and 128 characters\n(done)";
        assert_eq!(text(client, length).await, met);
        assert_eq!(text(client, "[data-rule=digit]").await, "A digit\n(done)");
        let show = client.find(Locator::Css("#password + button")).await;
        show.expect("a button").click().await.expect("shown");
        let field = client.find(Locator::Id("password")).await.expect("a field");
        let kind = field.attr("type").await.expect("a look");
        assert_eq!(kind.as_deref(), Some("text"));
        fill(client, "password_repeat", "long enough 9").await;
        send(client).await;
        arrives_at(client, "Your account has been created").await;
    });
}

#[test]
fn without_scripts_the_server_says_it_all() {
    let turn = Turn::take();
    let site = Site::start();
    site.runtime.block_on(async {
        let browser = Browser::open(&turn).await.expect("a browser");
        let client = &browser.client;
        without_scripts(client).await;
        site.open(client).await;
        let buttons = client.find_all(Locator::Css("button")).await;
        assert_eq!(buttons.expect("a look").len(), 1, "none without a use");
        introduce(client, "ada", "short").await;
        send(client).await;
        let wait = client.wait();
        let summary = wait
            .for_element(Locator::Css("#errors:not([hidden])"))
            .await;
        let summary = summary.expect("a summary").text().await.expect("a text");
        let told = "Password does not meet these rules: Between 10 and 128 characters; A digit";
        assert!(summary.contains(told), "{summary}");
        assert!(
            summary.contains("Email is not an email address"),
            "{summary}"
        );
        let address = client.find(Locator::Id("email")).await.expect("a field");
        let typed = address.prop("value").await.expect("a look");
        assert_eq!(typed.as_deref(), Some("ada"));
        introduce(client, "ada@example.org", "correct horse battery 9").await;
        send(client).await;
        arrives_at(client, "Your account has been created").await;
    });
    assert!(site.knows("ada"));
}
