//! The API for other programs, asked the way they ask.

mod auth;
mod bulk;
mod clients;
mod discovery;
mod faults;
mod filters;
mod groups;
mod story;
mod users;
mod versions;

use axum::{
    body::Body,
    http::{
        HeaderMap, Method,
        header::{AUTHORIZATION, CONTENT_TYPE},
    },
};
use serde_json::{Value, json};
use tenure::{
    command::{Command, Reply, tokens::Secret},
    model::{
        attribute::{AttributeKind, AttributeSpec},
        token::{Scope, TokenId},
        user::User,
    },
    store::{Store, users as stored},
};

use super::Visitor;
use crate::support::{done, store};

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const TENURE: &str = "urn:ietf:params:scim:schemas:extension:tenure:2.0:User";
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const SEARCH: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
const BULK: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// A program with a token.
struct Client {
    store: Store,
    visitor: Visitor,
    secret: String,
    token: TokenId,
}

#[derive(Debug)]
struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Value,
}

/// A program that may write, and the store behind the API.
fn client() -> Client {
    Client::with(Scope::Write)
}

impl Client {
    fn with(scope: Scope) -> Self {
        let store = store();
        let (secret, token) = token(&store, scope);
        Self {
            visitor: Visitor::of(&store),
            store,
            secret,
            token,
        }
    }

    fn ask(
        &self,
        method: Method,
        path: &str,
        body: impl Into<Body>,
        more: &[(&str, &str)],
    ) -> Answer {
        let path = format!("/scim/v2{path}");
        let mut request = self.visitor.request(method, &path, body);
        let headers = request.headers_mut();
        let bearer = format!("Bearer {}", self.secret);
        headers.insert(AUTHORIZATION, bearer.parse().expect("a value"));
        let media_type = "application/scim+json; charset=utf-8";
        headers.insert(CONTENT_TYPE, media_type.parse().expect("a value"));
        headers.insert("host", "tenure.example:8480".parse().expect("a value"));
        for (name, value) in more {
            let name: axum::http::HeaderName = name.parse().expect("a name");
            headers.insert(name, value.parse().expect("a value"));
        }
        Answer::of(self.visitor.ask(request))
    }

    fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, "", &[])
    }

    fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask(Method::POST, path, body.to_string(), &[])
    }

    fn put(&self, path: &str, body: &Value) -> Answer {
        self.ask(Method::PUT, path, body.to_string(), &[])
    }

    /// A PATCH of these operations.
    fn patch(&self, path: &str, operations: &Value) -> Answer {
        let body = json!({ "schemas": [PATCH], "Operations": operations });
        self.ask(Method::PATCH, path, body.to_string(), &[])
    }

    fn delete(&self, path: &str) -> Answer {
        self.ask(Method::DELETE, path, "", &[])
    }

    /// Makes a user with this name, and returns the id.
    #[track_caller]
    fn user(&self, name: &str) -> String {
        self.post("/Users", &user(name)).is(201).id()
    }

    #[track_caller]
    fn group(&self, name: &str, members: &[&str]) -> String {
        let members: Vec<_> = members.iter().map(|id| json!({ "value": id })).collect();
        let body = json!({ "schemas": [GROUP], "displayName": name, "members": members });
        self.post("/Groups", &body).is(201).id()
    }

    /// The ids of a group's members.
    fn members(&self, group: &str) -> Vec<String> {
        let answer = self.get(&format!("/Groups/{group}")).is(200);
        let members = answer.body["members"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let id = |it: &Value| it["value"].as_str().expect("an id").to_owned();
        members.iter().map(id).collect()
    }

    /// The user as the directory keeps them, in the recycle bin or not.
    fn stored(&self, id: &str) -> User {
        let id = id.parse().expect("an id");
        let user = self.store.read(|db| stored::get(db, id)).expect("a look");
        user.expect("a user")
    }

    fn attribute(&self, name: &str, kind: AttributeKind) {
        let spec = AttributeSpec {
            name: name.to_owned(),
            label: format!("The {name}"),
            kind,
            is_required: false,
            is_on_sign_up: false,
        };
        done(&self.store, Command::CreateAttribute(spec));
    }

    /// The usernames that a list answers, in its order.
    #[track_caller]
    fn names(&self, query: &str) -> Vec<String> {
        let answer = self.get(&format!("/Users?{query}")).is(200);
        let resources = answer.body["Resources"].as_array().expect("resources");
        let name = |it: &Value| it["userName"].as_str().expect("a name").to_owned();
        resources.iter().map(name).collect()
    }

    /// The usernames of those who meet a filter, by username.
    #[track_caller]
    fn matching(&self, filter: &str) -> Vec<String> {
        self.names(&format!("sortBy=userName&filter={}", escaped(filter)))
    }
}

impl Answer {
    fn of(answer: super::Answer) -> Self {
        let body = if answer.body.is_empty() {
            Value::Null
        } else {
            assert_eq!(answer.header("content-type"), "application/scim+json");
            serde_json::from_str(&answer.body).expect("JSON")
        };
        Self {
            status: answer.status.as_u16(),
            headers: answer.headers,
            body,
        }
    }

    #[track_caller]
    fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }

    /// A refusal in the form of RFC 7644 §3.12, with this `scimType` if any.
    #[track_caller]
    fn refuses(self, status: u16, kind: &str) -> Self {
        let answer = self.is(status);
        assert_eq!(answer.body["schemas"], json!([ERROR]));
        assert_eq!(answer.body["status"], status.to_string());
        let said = answer.body["scimType"].as_str().unwrap_or_default();
        assert_eq!(said, kind, "{}", answer.body);
        answer
    }

    #[track_caller]
    fn says(self, text: &str) -> Self {
        let detail = self.body["detail"].as_str().unwrap_or_default();
        assert!(detail.contains(text), "{text:?} is not in {detail:?}");
        self
    }

    #[track_caller]
    fn id(&self) -> String {
        self.body["id"].as_str().expect("an id").to_owned()
    }

    fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).map(|it| it.to_str());
        value.map_or("", |it| it.expect("letters"))
    }
}

/// Makes a token, and returns its secret.
fn token(store: &Store, scope: Scope) -> (String, TokenId) {
    let secret = Secret::draw();
    let new = secret.token("entra", scope, None);
    let Reply::Token(id) = done(store, Command::CreateToken(Box::new(new))) else {
        panic!("a new token has a number");
    };
    (secret.as_str().to_owned(), id)
}

/// What a client sends to make somebody.
fn user(name: &str) -> Value {
    json!({
        "schemas": [USER],
        "userName": name,
        "emails": [{ "value": format!("{name}@example.org"), "type": "work", "primary": true }],
    })
}

/// `value` with other values for some keys.
fn with(mut value: Value, changes: &Value) -> Value {
    for (key, change) in changes.as_object().expect("an object") {
        value[key] = change.clone();
    }
    value
}

/// As it stands in the query of an address.
fn escaped(text: &str) -> String {
    let letters = text.bytes().map(|it| format!("%{it:02X}"));
    letters.collect::<Vec<_>>().concat()
}
