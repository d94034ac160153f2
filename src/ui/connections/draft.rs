//! A connection as typed: texts until it is saved.

use crate::{
    command::CommandError,
    model::connection::{ClientSecret, ConnectionError, ConnectionSpec, SecretChange},
    ui::sentence,
};

#[derive(Clone, PartialEq, Eq)]
pub(super) struct Draft {
    pub(super) name: String,
    pub(super) issuer: String,
    pub(super) client_id: String,

    /// Empty keeps the one that is known.
    pub(super) secret: String,
    pub(super) forgets_secret: bool,

    /// With spaces between them.
    pub(super) scopes: String,

    /// Fields and the claims that fill them, in the order in which they are shown.
    pub(super) claims: Vec<(String, String)>,
    pub(super) links_verified_email: bool,
    pub(super) is_enabled: bool,
    pub(super) button: String,
}

/// Where an error is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Name,
    Issuer,
    ClientId,
    Secret,
    Scopes,
    Claims,
    Button,
}

impl Draft {
    pub(super) fn of(spec: &ConnectionSpec) -> Self {
        let mut claims: Vec<(String, String)> = spec.claims.clone().into_iter().collect();
        claims.sort_by_key(|(field, _)| place(field));
        let button = if spec.button == usual_button(&spec.name) {
            String::new()
        } else {
            spec.button.clone()
        };
        Self {
            name: spec.name.clone(),
            issuer: spec.issuer.clone(),
            client_id: spec.client_id.clone(),
            secret: String::new(),
            forgets_secret: false,
            scopes: spec.scopes.join(" "),
            claims,
            links_verified_email: spec.links_verified_email,
            is_enabled: spec.is_enabled,
            button,
        }
    }

    pub(super) fn spec(&self) -> ConnectionSpec {
        ConnectionSpec {
            name: self.name.clone(),
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            scopes: self.scopes.split_whitespace().map(str::to_owned).collect(),
            claims: self.claims.iter().cloned().collect(),
            links_verified_email: self.links_verified_email,
            is_enabled: self.is_enabled,
            button: self.button.clone(),
        }
    }

    pub(super) fn secret_change(&self) -> Result<SecretChange, ConnectionError> {
        match self.secret.trim() {
            "" if self.forgets_secret => Ok(SecretChange::Remove),
            "" => Ok(SecretChange::Keep),
            typed => ClientSecret::new(typed).map(SecretChange::Set),
        }
    }
}

/// What the button says when nobody says otherwise.
pub(super) fn usual_button(name: &str) -> String {
    format!("Sign in with {name}")
}

/// The built-in fields come first, as in a profile.
fn place(field: &str) -> usize {
    let built_in = ["username", "email", "first_name", "last_name", "phone"];
    let found = built_in.iter().position(|it| *it == field);
    found.unwrap_or(built_in.len())
}

/// Which field an error is about, and the sentence to show there.
pub(super) fn fault(err: &CommandError) -> Option<(Field, String)> {
    let field = match err {
        CommandError::NameTaken { .. } => Field::Name,
        CommandError::Connection(err) => match err {
            ConnectionError::Text { field, .. } => match *field {
                "name" => Field::Name,
                "client id" => Field::ClientId,
                "button's text" => Field::Button,
                "claim's name" => Field::Claims,
                _ => Field::Issuer,
            },
            ConnectionError::NotAnIssuer(_)
            | ConnectionError::NotSafe(_)
            | ConnectionError::Decorated(_) => Field::Issuer,
            ConnectionError::NotAScope(_) | ConnectionError::TooManyScopes => Field::Scopes,
            ConnectionError::NoSuchField(_) | ConnectionError::Unfilled(_) => Field::Claims,
            ConnectionError::BadSecret | ConnectionError::SecretOfAnotherIssuer => Field::Secret,
            ConnectionError::IdentityTaken => return None,
        },
        _ => return None,
    };
    Some((field, sentence(err)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec() -> ConnectionSpec {
        ConnectionSpec::new("Acme", "https://login.example.org", "tenure")
            .checked(&[])
            .expect("a good one")
    }

    #[test]
    fn what_was_stored_is_read_back() {
        let again = Draft::of(&spec()).spec().checked(&[]);
        assert_eq!(again, Ok(spec()));
    }

    #[test]
    fn a_button_that_says_the_usual_follows_the_name() {
        let mut draft = Draft::of(&spec());
        draft.name = "Umbrella".to_owned();
        let renamed = draft.spec().checked(&[]).expect("a good one");
        assert_eq!(renamed.button, "Sign in with Umbrella");
        draft.button = "Staff entrance".to_owned();
        let own = draft.spec().checked(&[]).expect("a good one");
        assert_eq!(Draft::of(&own).button, "Staff entrance");
    }

    #[test]
    fn an_empty_secret_keeps_the_one_that_is_known() {
        let mut draft = Draft::of(&spec());
        assert_eq!(draft.secret_change(), Ok(SecretChange::Keep));
        draft.forgets_secret = true;
        assert_eq!(draft.secret_change(), Ok(SecretChange::Remove));
        draft.secret = "s3cret".to_owned();
        assert!(matches!(draft.secret_change(), Ok(SecretChange::Set(_))));
        draft.secret = "gehe\u{fc}m".to_owned();
        assert_eq!(draft.secret_change(), Err(ConnectionError::BadSecret));
    }

    #[track_caller]
    fn refuses(change: impl FnOnce(&mut Draft), field: Field) {
        let mut draft = Draft::of(&spec());
        change(&mut draft);
        let err = draft.spec().checked(&[]).expect_err("a refusal");
        let found = fault(&CommandError::from(err)).expect("a field");
        assert_eq!(found.0, field, "{}", found.1);
    }

    #[test]
    fn every_refusal_has_its_field() {
        refuses(|it| it.name.clear(), Field::Name);
        refuses(|it| it.issuer.clear(), Field::Issuer);
        refuses(|it| it.issuer = "login".to_owned(), Field::Issuer);
        refuses(
            |it| it.issuer = "http://example.org".to_owned(),
            Field::Issuer,
        );
        refuses(|it| it.client_id = "\u{1}".to_owned(), Field::ClientId);
        refuses(|it| it.scopes = "a \"b\"".to_owned(), Field::Scopes);
        refuses(|it| it.claims.clear(), Field::Claims);
        refuses(|it| it.claims[0].1 = "x".repeat(999), Field::Claims);
        refuses(|it| it.button = "x".repeat(999), Field::Button);
    }
}
