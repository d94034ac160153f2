//! A provider that does what the test says: right, wrong or not at all.

use std::{
    collections::{BTreeMap, HashMap},
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::{Request, State},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL};
use hmac::{Hmac, Mac as _};
use openidconnect::{
    JsonWebKeyId, PkceCodeChallenge, PkceCodeVerifier, PrivateSigningKey as _,
    core::{CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey},
};
use parking_lot::Mutex;
use serde_json::{Map, Value, json};
use sha2::Sha256;
use tenure::clock::Clock;
use tokio::runtime::Runtime;
use url::{Url, form_urlencoded};

const PEMS: [&str; 2] = [include_str!("first.pem"), include_str!("second.pem")];

pub(super) const SECRET: &str = "app-secret";

/// Answers on a port of its own until the runtime ends.
pub(super) struct Provider {
    pub(super) issuer: String,
    state: Arc<Mutex<Script>>,
}

/// What it says and does.
pub(super) struct Script {
    issuer: String,
    clock: Clock,

    /// What it says of whoever signs in.
    pub(super) claims: Value,

    /// What is wrong with its ID tokens.
    pub(super) spoil: fn(&mut Map<String, Value>),
    pub(super) signing: Signing,

    /// With which key it signs, and which it names.
    pub(super) signer: usize,
    pub(super) named: Vec<usize>,

    /// What is different in its document.
    pub(super) document: Value,
    pub(super) user_info: Value,

    /// What it does at a path.
    pub(super) mood: HashMap<&'static str, Mood>,

    /// How often it was asked, by path.
    pub(super) asked: BTreeMap<String, usize>,
    codes: HashMap<String, Asked>,
    issued: usize,
}

#[derive(Clone, Copy)]
pub(super) enum Signing {
    Right,

    /// With a key that it does not name, under the name of one that it does.
    Forged,
    None,

    /// With what everyone knows, as if it were a secret.
    PublicKeyAsSecret,
    ClientSecret,
}

#[derive(Clone, Copy)]
pub(super) enum Mood {
    Slow(Duration),
    Status(u16),
    CutJson,
    Huge,
    RedirectTo(&'static str),
}

/// What the browser was sent with.
#[derive(Clone)]
struct Asked {
    nonce: String,
    challenge: String,
    redirect_uri: String,
    client_id: String,
}

impl Provider {
    pub(super) fn start(runtime: &Runtime, clock: &Clock) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("a socket");
        let address: SocketAddr = listener.local_addr().expect("an address");
        let issuer = format!("http://{address}");
        let state = Arc::new(Mutex::new(Script::new(&issuer, clock)));
        let router = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&state));
        runtime.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
            axum::serve(listener, router).await.expect("a server");
        });
        Self { issuer, state }
    }

    pub(super) fn set(&self, change: impl FnOnce(&mut Script)) {
        change(&mut self.state.lock());
    }

    /// It does this at a path from now on.
    pub(super) fn at(&self, path: &'static str, mood: Mood) {
        self.state.lock().mood.insert(path, mood);
    }

    pub(super) fn asked(&self, path: &str) -> usize {
        self.state.lock().asked.get(path).copied().unwrap_or(0)
    }

    /// Somebody signs in there: where the browser is sent back to.
    pub(super) fn sign_in(&self, location: &str) -> String {
        let sent = Url::parse(location).expect("an address");
        let query: HashMap<String, String> = sent.query_pairs().into_owned().collect();
        assert!(
            location.starts_with(&format!("{}/authorize?", self.issuer)),
            "{location}"
        );
        assert_eq!(query["response_type"], "code");
        assert_eq!(query["code_challenge_method"], "S256");
        assert_eq!(query["client_id"], "tenure");
        let asked = Asked {
            nonce: query["nonce"].clone(),
            challenge: query["code_challenge"].clone(),
            redirect_uri: query["redirect_uri"].clone(),
            client_id: query["client_id"].clone(),
        };
        let mut state = self.state.lock();
        state.issued += 1;
        let code = format!("code-{}", state.issued);
        state.codes.insert(code.clone(), asked);
        let back = Url::parse(&query["redirect_uri"]).expect("an address");
        format!(
            "{}?code={code}&state={}&iss={}",
            back.path(),
            query["state"],
            state.issuer
        )
    }
}

impl Script {
    fn new(issuer: &str, clock: &Clock) -> Self {
        Self {
            issuer: issuer.to_owned(),
            clock: clock.clone(),
            claims: json!({
                "sub": "248289761001",
                "preferred_username": "ada",
                "email": "ada@example.org",
                "email_verified": true,
                "given_name": "Ada",
                "family_name": "Lovelace",
            }),
            spoil: |_| (),
            signing: Signing::Right,
            signer: 0,
            named: vec![0],
            document: json!({}),
            user_info: json!({}),
            mood: HashMap::new(),
            asked: BTreeMap::new(),
            codes: HashMap::new(),
            issued: 0,
        }
    }

    fn document(&self) -> Value {
        let issuer = &self.issuer;
        let mut document = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/keys"),
            "userinfo_endpoint": format!("{issuer}/userinfo"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": true,
        });
        for (name, value) in self.document.as_object().expect("an object") {
            document[name] = value.clone();
        }
        document
    }

    fn keys(&self) -> Value {
        let keys: Vec<Value> = self
            .named
            .iter()
            .map(|it| serde_json::to_value(key(*it).as_verification_key()).expect("a key"))
            .collect();
        json!({ "keys": keys })
    }

    fn token(&mut self, head: &axum::http::HeaderMap, form: &HashMap<String, String>) -> Response {
        let credentials = format!(
            "Basic {}",
            base64::prelude::BASE64_STANDARD.encode(format!("tenure:{SECRET}"))
        );
        if head.get("authorization").and_then(|it| it.to_str().ok()) != Some(&credentials) {
            return said(
                StatusCode::UNAUTHORIZED,
                &json!({"error": "invalid_client"}),
            );
        }
        let bad = || said(StatusCode::BAD_REQUEST, &json!({"error": "invalid_grant"}));
        let Some(asked) = self.codes.remove(&form["code"]) else {
            return bad();
        };
        let verifier = PkceCodeVerifier::new(form["code_verifier"].clone());
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
        if challenge.as_str() != asked.challenge || form["redirect_uri"] != asked.redirect_uri {
            return bad();
        }
        let now = self.clock.now().timestamp();
        let mut claims = self.claims.as_object().expect("an object").clone();
        for (name, value) in [
            ("iss", json!(self.issuer)),
            ("aud", json!(asked.client_id)),
            ("nonce", json!(asked.nonce)),
            ("iat", json!(now)),
            ("exp", json!(now + 300)),
        ] {
            claims.insert(name.to_owned(), value);
        }
        (self.spoil)(&mut claims);
        let id_token = self.signed(&Value::Object(claims));
        said(
            StatusCode::OK,
            &json!({"access_token": "at", "token_type": "Bearer", "id_token": id_token}),
        )
    }

    fn signed(&self, claims: &Value) -> String {
        let algorithm = match self.signing {
            Signing::Right | Signing::Forged => "RS256",
            Signing::None => "none",
            Signing::PublicKeyAsSecret | Signing::ClientSecret => "HS256",
        };
        let header = json!({"alg": algorithm, "kid": format!("key-{}", self.signer)});
        let text = |value: &Value| BASE64URL.encode(value.to_string());
        let message = format!("{}.{}", text(&header), text(claims));
        let rsa = |number: usize| {
            let algorithm = CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256;
            key(number)
                .sign(&algorithm, message.as_bytes())
                .expect("a signature")
        };
        let hmac = |secret: &[u8]| {
            let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("a key");
            mac.update(message.as_bytes());
            mac.finalize().into_bytes().to_vec()
        };
        let signature = match self.signing {
            Signing::Right => rsa(self.signer),
            Signing::Forged => rsa(1 - self.signer),
            Signing::None => Vec::new(),
            Signing::PublicKeyAsSecret => hmac(self.keys().to_string().as_bytes()),
            Signing::ClientSecret => hmac(SECRET.as_bytes()),
        };
        format!("{message}.{}", BASE64URL.encode(signature))
    }
}

fn key(number: usize) -> CoreRsaPrivateSigningKey {
    let id = JsonWebKeyId::new(format!("key-{number}"));
    CoreRsaPrivateSigningKey::from_pem(PEMS[number], Some(id)).expect("a key")
}

async fn answer(State(state): State<Arc<Mutex<Script>>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let path = head.uri.path().to_owned();
    let body: Bytes = axum::body::to_bytes(body, 100_000).await.expect("a body");
    let mood = {
        let mut state = state.lock();
        *state.asked.entry(path.clone()).or_default() += 1;
        state.mood.get(path.as_str()).copied()
    };
    match mood {
        Some(Mood::Slow(pause)) => tokio::time::sleep(pause).await,
        Some(Mood::Status(status)) => {
            return StatusCode::from_u16(status)
                .expect("a status")
                .into_response();
        }
        Some(Mood::CutJson) => {
            return ([(CONTENT_TYPE, "application/json")], "{\"issuer\": ").into_response();
        }
        Some(Mood::Huge) => return "x".repeat(3_000_000).into_response(),
        Some(Mood::RedirectTo(there)) => {
            return axum::response::Redirect::to(there).into_response();
        }
        None => (),
    }
    let mut state = state.lock();
    match path.as_str() {
        "/.well-known/openid-configuration" => said(StatusCode::OK, &state.document()),
        "/keys" => said(StatusCode::OK, &state.keys()),
        "/userinfo" => said(StatusCode::OK, &state.user_info),
        "/token" => {
            let form = form_urlencoded::parse(&body).into_owned().collect();
            state.token(&head.headers, &form)
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn said(status: StatusCode, value: &Value) -> Response {
    let head = [(CONTENT_TYPE, "application/json")];
    (status, head, value.to_string()).into_response()
}
