//! Guessing and crowds: nobody is locked out for ever, nothing is told, and nobody else has to wait.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    ops::Range,
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{
        Method, Request, StatusCode,
        header::{CONTENT_TYPE, COOKIE, SET_COOKIE},
    },
};
use chrono::TimeDelta;
use tower::ServiceExt as _;

use super::{PASSWORD, RIGHT, WRONG, ada, person, signed_in, user};
use crate::{
    portal::{Visitor, encoded, token},
    support::audit,
};

/// The same site from another address.
fn from(site: &Visitor, address: &str) -> Visitor {
    let mut visitor = site.other();
    let address: IpAddr = address.parse().expect("an address");
    visitor.peer = (address, 1).into();
    visitor
}

#[test]
fn a_lock_keeps_strangers_out_and_ends_by_itself() {
    let (store, id, site) = ada();
    for number in 0..10 {
        from(&site, &format!("198.51.100.{number}"))
            .fill("/sign-in", &WRONG)
            .is(422);
    }
    assert!(user(&store, id).is_locked(site.clock.now()));
    let stranger = from(&site, "203.0.113.5");
    stranger.fill("/sign-in", &RIGHT).is(422);
    site.clock.advance(TimeDelta::minutes(14));
    stranger.fill("/sign-in", &RIGHT).is(422);
    // Trying in the meantime has not made it longer.
    site.clock.advance(TimeDelta::minutes(1));
    stranger.fill("/sign-in", &RIGHT).is(303);
    let locks = audit(&store).into_iter().filter(|it| it == "user.lock ada");
    assert_eq!(locks.count(), 1);
}

#[test]
fn whoever_locks_the_account_does_not_keep_its_owner_out_of_a_known_browser() {
    let (store, id, browser) = signed_in();
    let signed_out = token(&browser.get("/account/profile").body);
    browser
        .post_to("/sign-out", encoded(&signed_out, &[]))
        .is(303);
    for number in 0..30 {
        from(&browser, &format!("198.51.100.{number}"))
            .fill("/sign-in", &WRONG)
            .is(422);
    }
    assert!(user(&store, id).is_locked(browser.clock.now()));
    browser.signs_in();
}

#[test]
fn a_known_browser_has_a_count_of_its_own() {
    let (store, id, browser) = signed_in();
    let signed_out = token(&browser.get("/account/profile").body);
    browser
        .post_to("/sign-out", encoded(&signed_out, &[]))
        .is(303);
    for _ in 0..10 {
        browser.fill("/sign-in", &WRONG).is(422);
    }
    browser.fill("/sign-in", &RIGHT).is(422);
    assert!(
        !user(&store, id).is_locked(browser.clock.now()),
        "only this browser"
    );
    from(&browser, "203.0.113.5")
        .fill("/sign-in", &RIGHT)
        .is(303);
    browser.clock.advance(TimeDelta::minutes(15));
    browser.signs_in();
}

#[test]
fn who_sprays_one_password_over_many_accounts_has_to_wait() {
    let (store, _ada, site) = ada();
    let eve = from(&site, "2001:db8:66::1").spray();
    let statuses: Vec<u16> = (0..9).map(&eve).collect();
    assert_eq!(statuses, [422, 422, 422, 422, 422, 422, 422, 429, 429]);
    // Not from another address of the same network either, but from elsewhere.
    let neighbour = from(&site, "2001:db8:66::ffff").spray();
    assert_eq!(neighbour(0), 429);
    from(&site, "203.0.113.5").fill("/sign-in", &RIGHT).is(303);
    site.clock.advance(TimeDelta::seconds(61));
    let statuses: Vec<u16> = (10..14).map(&eve).collect();
    assert_eq!(statuses, [422, 422, 422, 429]);
    let tried = audit(&store);
    let tried = tried
        .iter()
        .filter(|it| it.contains("there is no such account, from 2001:db8:66::1"));
    assert_eq!(tried.count(), 10);
}

impl Visitor {
    /// Tries one password for the name with this number.
    fn spray(self) -> impl Fn(u32) -> u16 {
        move |number| {
            let name = format!("user{number}");
            let fields = [("username", name.as_str()), ("password", "Spring 2031!")];
            self.fill("/sign-in", &fields).status.as_u16()
        }
    }
}

#[test]
fn whoever_has_to_wait_is_told_for_how_long_and_a_known_browser_has_not() {
    let (_store, _ada, browser) = signed_in();
    let signed_out = token(&browser.get("/account/profile").body);
    browser
        .post_to("/sign-out", encoded(&signed_out, &[]))
        .is(303);
    let colleague = browser.other();
    for number in 0..7 {
        let name = format!("user{number}");
        colleague
            .fill("/sign-in", &[("username", &name), ("password", "x")])
            .is(422);
    }
    let answer = colleague.fill("/sign-in", &RIGHT).is(429);
    let answer = answer.says("Try again in a minute");
    assert_eq!(answer.header("retry-after"), "60");
    // From the same address.
    browser.signs_in();
}

/// How long a request took, with the page fetched before.
fn time(browser: &Visitor, username: &str) -> Duration {
    let page = browser.get("/sign-in");
    let form = encoded(
        &token(&page.body),
        &[("username", username), ("password", "something else")],
    );
    let began = Instant::now();
    browser.post_to("/sign-in", form).is(422);
    began.elapsed()
}

#[test]
fn how_long_it_takes_does_not_tell_whether_there_is_such_an_account() {
    let (store, _ada, site) = ada();
    let bob = person(&store, "bob");
    super::admin(&store, tenure::command::Command::DisableUser(bob));
    let mut times = [const { Vec::new() }; 3];
    for round in 0..7 {
        for (which, name) in ["ada", "nobody", "bob"].into_iter().enumerate() {
            let browser = from(&site, &format!("198.51.{which}.{round}"));
            times[which].push(time(&browser, name));
        }
    }
    let [known, unknown, disabled] = times.map(|mut it| {
        it.sort();
        it[it.len() / 2]
    });
    for other in [unknown, disabled] {
        let ratio = other.as_secs_f64() / known.as_secs_f64();
        assert!(
            (0.6..1.7).contains(&ratio),
            "{known:?} {unknown:?} {disabled:?}"
        );
    }
}

/// What a program sends that has fetched the form before.
fn prepared(site: &Visitor, address: &str, fields: &[(&str, &str)]) -> Request<Body> {
    let visitor = from(site, address);
    let page = visitor.get("/sign-in");
    let cookies = visitor.cookies.borrow();
    let (name, value) = cookies.iter().next().expect("a cookie");
    let mut request = Request::builder()
        .method(Method::POST)
        .uri("/sign-in")
        .header(COOKIE, format!("{name}={value}"))
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(encoded(&token(&page.body), fields)))
        .expect("a request");
    request.extensions_mut().insert(ConnectInfo(visitor.peer));
    request
}

#[test]
fn fifty_at_once_all_get_in() {
    let (store, _ada, site) = ada();
    let requests: Vec<_> = (0..50)
        .map(|number| {
            let name = format!("user{number}");
            person(&store, &name);
            // One office behind one address.
            prepared(
                &site,
                "203.0.113.5",
                &[("username", &name), ("password", PASSWORD)],
            )
        })
        .collect();
    let statuses = site.runtime.block_on(async {
        let sent: Vec<_> = requests
            .into_iter()
            .map(|it| tokio::spawn(site.router.clone().oneshot(it)))
            .collect();
        let mut statuses = Vec::new();
        for one in sent {
            statuses.push(one.await.expect("no panic").expect("an answer").status());
        }
        statuses
    });
    assert!(
        statuses.iter().all(|it| *it == StatusCode::SEE_OTHER),
        "{statuses:?}"
    );
}

/// Sends wrong passwords one after the other, each from another address: half of them for Ada.
async fn guess(site: Router, request: Request<Body>, numbers: Range<u32>) -> BTreeMap<u16, u32> {
    let (mut parts, _) = request.into_parts();
    let mut statuses = BTreeMap::new();
    let mut token = String::new();
    for number in numbers {
        let name = match number % 2 {
            0 => "ada".to_owned(),
            _ => format!("nobody{number}"),
        };
        let form = encoded(&token, &[("username", &name), ("password", "a guess")]);
        let mut request = Request::from_parts(parts.clone(), Body::from(form));
        if token.is_empty() {
            *request.method_mut() = Method::GET;
        }
        let peer = SocketAddr::from((Ipv4Addr::from_bits(0x0A00_0000 + number), 1));
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer = site.clone().oneshot(request).await.expect("an answer");
        let (head, body) = answer.into_parts();
        let page = to_bytes(body, 1_000_000).await.expect("a page");
        token = crate::portal::token(&String::from_utf8_lossy(&page));
        if let Some(cookie) = head.headers.get(SET_COOKIE) {
            let cookie = cookie.to_str().expect("letters");
            let (pair, _) = cookie.split_once(';').expect("attributes");
            parts.headers.insert(COOKIE, pair.parse().expect("a value"));
        }
        *statuses.entry(head.status.as_u16()).or_default() += 1;
    }
    statuses
}

#[test]
fn ten_thousand_wrong_passwords_neither_lock_out_nor_hold_up_the_right_user() {
    const STORM: u32 = 10_000;
    const AT_ONCE: u32 = 2_000;
    let (store, id, browser) = signed_in();
    let calm = time_of_sign_in(&browser);
    let form = "application/x-www-form-urlencoded";
    let storm: Vec<_> = (0..AT_ONCE)
        .map(|number| {
            let each = 1 + STORM / AT_ONCE;
            let request = Request::post("/sign-in").header(CONTENT_TYPE, form);
            let request = request.body(Body::empty()).expect("a request");
            let guesses = guess(
                browser.router.clone(),
                request,
                number * each..(number + 1) * each,
            );
            browser.runtime.spawn(guesses)
        })
        .collect();
    while !user(&store, id).is_locked(browser.clock.now()) {
        std::thread::yield_now();
    }

    // In the middle of it.
    let during = time_of_sign_in(&browser);
    let began = Instant::now();
    let newcomer = [("username", "new"), ("email", "new@example.org")];
    from(&browser, "203.0.113.77")
        .send(&crate::portal::ada(&newcomer))
        .ends_well();
    let sign_up = began.elapsed();
    let is_going_on = storm.iter().any(|it| !it.is_finished());
    assert!(is_going_on, "the storm was over too early to tell");
    // Without lanes both would wait for all who came before them: 256, and some seconds.
    let longest = calm * 20 + Duration::from_secs(1);
    assert!(
        during < longest && sign_up < longest,
        "{calm:?} {during:?} {sign_up:?}"
    );

    let statuses = browser.runtime.block_on(async {
        let mut statuses = BTreeMap::<u16, u32>::new();
        for one in storm {
            for (status, count) in one.await.expect("no panic") {
                *statuses.entry(status).or_default() += count;
            }
        }
        statuses
    });
    let known: Vec<u16> = statuses.keys().copied().collect();
    assert_eq!(
        known,
        [200, 422, 503],
        "wrong, or asked to come again: {statuses:?}"
    );
    assert_eq!(statuses[&422] + statuses[&503], STORM);
    assert!(browser.is_signed_in());
    browser.clock.advance(TimeDelta::minutes(15));
    from(&browser, "203.0.113.5")
        .fill("/sign-in", &RIGHT)
        .is(303);
}

/// Signs out, and in again in the same browser, which is known by now.
fn time_of_sign_in(browser: &Visitor) -> Duration {
    let signed_out = token(&browser.get("/account/profile").body);
    browser
        .post_to("/sign-out", encoded(&signed_out, &[]))
        .is(303);
    let page = browser.get("/sign-in");
    let form = encoded(&token(&page.body), &RIGHT);
    let began = Instant::now();
    browser.post_to("/sign-in", form).is(303);
    began.elapsed()
}
