//! What the other tests stand on does what they believe it does.

use std::process::Command;

use axum::{Router, http::header::CONTENT_SECURITY_POLICY, response::Html, routing::get};
use fantoccini::Locator;
use tokio::net::TcpListener;

use crate::support::{
    binary::Tenure,
    browser::{Browser, axe},
    desktop::{Desktop, FULL_HD, LAPTOP},
    running::{Running, output},
    turn::Turn,
};

/// A page that nobody can find fault with but for a field without a label, and that allows no scripts.
async fn page_with_a_nameless_field() -> (
    [(axum::http::HeaderName, &'static str); 1],
    Html<&'static str>,
) {
    let page = "<!doctype html><html lang='en'><title>Sign up</title><main><h1>Welcome</h1><input id='nameless'></main>";
    (
        [(CONTENT_SECURITY_POLICY, "default-src 'none'")],
        Html(page),
    )
}

#[tokio::test]
async fn a_browser_shows_a_page_and_axe_finds_what_is_wrong_with_it() {
    let turn = Turn::take();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let router = Router::new().route("/", get(page_with_a_nameless_field));
    tokio::spawn(async move { axum::serve(listener, router).await });

    let browser = Browser::open(&turn).await.expect("a browser");
    browser
        .client
        .goto(&format!("http://{address}/"))
        .await
        .expect("the page");
    let heading = browser
        .client
        .find(Locator::Css("h1"))
        .await
        .expect("a heading");
    assert_eq!(heading.text().await.expect("its text"), "Welcome");
    assert_eq!(axe(&browser.client).await, ["label: critical: #nameless"]);
}

#[tokio::test]
async fn a_browser_ends_with_the_test_that_started_it() {
    let turn = Turn::take();
    let browser = Browser::open(&turn).await.expect("a browser");
    let process = browser.process();
    assert!(process.exists());
    drop(browser);
    assert!(!process.exists());
}

#[test]
fn a_desktop_has_the_size_that_was_asked_for_and_its_picture_has_it_too() {
    let turn = Turn::take();
    for size in [LAPTOP, FULL_HD] {
        let desktop = Desktop::start(&turn, size).expect("a desktop");
        let told = output(&mut desktop.command("xdpyinfo")).expect("what the display says");
        assert!(
            told.contains(&format!("dimensions:    {size} pixels")),
            "{told}"
        );

        let folder = tempfile::tempdir().expect("a folder");
        let picture = folder.path().join("desktop.png");
        desktop.screenshot(&picture).expect("a picture");
        let measured = output(
            Command::new("identify")
                .args(["-format", "%wx%h"])
                .arg(&picture),
        );
        assert_eq!(measured.as_deref(), Ok(size));
    }
}

#[test]
fn keys_and_clicks_reach_the_window_under_the_mouse() {
    let turn = Turn::take();
    let desktop = Desktop::start(&turn, LAPTOP).expect("a desktop");
    let mut window = Running::start(
        desktop
            .command("xev")
            .args(["-geometry", "600x400+100+100"]),
    )
    .expect("a window");
    window
        .wait_for("FocusIn")
        .expect("the window is shown and active");
    desktop.click(300, 300).expect("a click");
    window.wait_for("ButtonRelease").expect("the click arrives");
    desktop.type_text("z").expect("a letter");
    window
        .wait_for("keysym 0x7a, z")
        .expect("the letter arrives");
    desktop.key("ctrl+Return").expect("a chord");
    window.wait_for("Control_L").expect("the modifier arrives");
    window.wait_for("Return").expect("the key arrives");
}

#[test]
fn a_program_is_read_and_clicked_by_accessible_names() {
    let turn = Turn::take();
    let desktop = Desktop::start(&turn, LAPTOP).expect("a desktop");
    let page = "data:text/html,<title>Sign up</title><button onclick=\"this.textContent='Welcome'\">Join</button>";
    let folder = tempfile::tempdir().expect("a folder");
    let _browser = Running::start(
        desktop
            .command("chromium")
            .args([
                "--no-sandbox",
                "--no-first-run",
                "--disable-gpu",
                "--disable-dev-shm-usage",
            ])
            .args([
                "--disable-background-networking",
                "--disable-sync",
                "--force-renderer-accessibility",
            ])
            .arg(format!("--user-data-dir={}", folder.path().display()))
            .arg(format!("--app={page}")),
    )
    .expect("a window");

    desktop
        .click_named("chromium", "Join")
        .expect("the button is clicked");
    desktop
        .wait_for_named("chromium", "Welcome")
        .expect("the button says so");
    let tree = desktop.tree("chromium").expect("the tree");
    assert!(tree.contains("push button 'Welcome'"), "{tree}");
    assert!(!tree.contains("'Join'"), "{tree}");
}

#[test]
fn a_program_ends_with_the_test_that_started_it() {
    let mut running =
        Running::start(Command::new("sh").args(["-c", "echo ready; exec cat"])).expect("a program");
    running.wait_for("ready").expect("it says so");
    let process = format!("/proc/{}", running.pid());
    assert!(std::fs::exists(&process).expect("an answer"));
    drop(running);
    assert!(!std::fs::exists(&process).expect("an answer"));
}

#[test]
fn a_program_that_is_not_installed_is_named_with_the_way_out() {
    let refused = Running::start(&mut Command::new("no-such-program")).err();
    let expected = "no-such-program is not here: packaging/test installs what the tests need";
    assert_eq!(refused.as_deref(), Some(expected));
}

#[test]
fn tenure_runs_to_its_end_and_a_start_that_fails_is_told_with_what_it_said() {
    let tenure = Tenure::new();
    tenure.run(&["--help"]).expect("it says how it is used");
    let refused = tenure
        .start(&["no-such-command"], "listening")
        .err()
        .expect("no start");
    assert!(
        refused.starts_with("\"listening\" never came: the program ended."),
        "{refused}"
    );
    assert!(tenure.data_dir().is_dir());
}
