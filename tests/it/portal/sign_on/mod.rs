//! Somebody signs in through a provider, or tries to.

mod accounts;
mod addresses;
mod provider;
mod reach;
mod states;
mod tokens;

use tenure::{
    command::{Command, ConnectionCommand, Reply},
    model::{
        connection::{ClientSecret, ConnectionSpec, Identity},
        id::ConnectionId,
        user::User,
    },
    store::{Store, identities, users},
};

use self::provider::{Provider, SECRET};
use super::{Answer, Visitor, visitor};
use crate::support::{audit, done};

/// A directory with one connection, its provider, and somebody with a browser.
struct Scene {
    store: Store,
    browser: Visitor,
    provider: Provider,
    connection: ConnectionId,
}

impl Scene {
    fn new() -> Self {
        Self::with(|_| ())
    }

    fn with(change: impl FnOnce(&mut ConnectionSpec)) -> Self {
        let (store, mut browser) = visitor();
        browser.header("host", "tenure.test:8480");
        let provider = Provider::start(&browser.runtime, &browser.clock);
        let connection = connect(&store, &provider, change);
        Self {
            store,
            browser,
            provider,
            connection,
        }
    }

    /// The way to the provider.
    fn begin(&self) -> Answer {
        begin(&self.browser, self.connection)
    }

    /// To the provider and back.
    fn sign_in(&self) -> Answer {
        let sent = self.begin().is(303);
        let back = self.provider.sign_in(sent.header("location"));
        self.browser.get(&back)
    }

    /// Whoever the provider now says.
    fn known(&self, subject: &str) -> Option<User> {
        let identity = Identity::new(&self.provider.issuer, subject).expect("a subject");
        let found = self
            .store
            .read(|db| match identities::user_of(db, &identity)? {
                Some(id) => users::get(db, id),
                None => Ok(None),
            });
        found.expect("a look")
    }

    /// Nobody is in, nobody was made, and only the audit says why.
    #[track_caller]
    fn refuses(&self, answer: Answer, reason: &str) {
        let answer = answer.is(403).says("You could not be signed in");
        assert_eq!(answer.header("set-cookie"), "", "no session");
        let users = self.store.read(users::count).expect("a count");
        assert_eq!(users, 0, "nobody was made");
        self.tells(reason);
        assert!(!answer.body.contains(reason), "{reason:?} is on the page");
    }

    /// The page has a button that leads to the provider once more.
    fn button(&self) -> String {
        format!("href=\"&#x2f;sign-on&#x2f;{}\"", self.connection)
    }

    #[track_caller]
    fn tells(&self, reason: &str) {
        let audit = audit(&self.store);
        let last = audit.last().expect("an entry");
        assert!(last.starts_with("user.sign_on "), "{last}");
        assert!(last.contains(reason), "{reason:?} is not in {last}");
    }
}

fn begin(browser: &Visitor, connection: ConnectionId) -> Answer {
    browser.get(&format!("/sign-on/{connection}"))
}

fn connect(
    store: &Store,
    provider: &Provider,
    change: impl FnOnce(&mut ConnectionSpec),
) -> ConnectionId {
    let mut spec = ConnectionSpec::new("Company", &provider.issuer, "tenure");
    change(&mut spec);
    let secret = Some(ClientSecret::new(SECRET).expect("a secret"));
    match done(
        store,
        Command::from(ConnectionCommand::Create {
            spec: Box::new(spec),
            secret,
        }),
    ) {
        Reply::Connection(id) => id,
        other => panic!("a connection was answered by {other:?}"),
    }
}
