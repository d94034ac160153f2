//! Users: their profile, its rules, and their state as workflows see it.

mod names;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::{Deserialize, Serialize};

pub use self::names::{Email, NameError, Username};
use super::{
    Timestamp,
    attribute::{Attribute, Values},
    id::{GroupId, RoleId, UserId},
    text::{self, MAX_FIELD},
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: UserId,
    pub profile: Profile,
    pub status: Status,
    pub created: Timestamp,
    pub last_sign_in: Option<Timestamp>,
    pub last_activity: Option<Timestamp>,

    /// When the password was set; `None` while there is none.
    pub password_changed: Option<Timestamp>,
    pub must_change_password: bool,
    pub mfa: BTreeSet<MfaMethod>,

    /// When a lock after failed sign-ins ends; `None` when there is none.
    pub locked_until: Option<Timestamp>,

    /// What the program calls the user that keeps them through the API.
    pub external_id: Option<String>,

    /// Raised by every change, so that who has read the user can tell whether they are still so.
    pub revision: u64,

    /// When the user was last changed.
    pub changed: Timestamp,

    /// No workflow may disable, delete or strip this user.
    pub is_protected: bool,

    /// When the user was moved to the recycle bin.
    pub deleted: Option<Timestamp>,
}

/// What people write about a user; every value has passed its rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    pub username: Username,
    pub email: Email,
    pub first_name: String,
    pub last_name: String,
    pub phone: String,
    pub attributes: Values,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Active,

    /// Switched off by an admin or a workflow.
    Disabled,

    /// Too many failed sign-ins.
    Locked,

    /// No password set yet.
    Pending,
}

/// A profile as typed: nothing is checked yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProfileForm {
    pub username: String,
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    pub phone: String,
    pub attributes: Values,
}

/// A change of one user, as one event: whatever is `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserUpdate {
    pub form: Option<ProfileForm>,
    pub is_enabled: Option<bool>,

    /// `Some(None)` forgets it.
    pub external_id: Option<Option<String>>,
    pub password: Option<NewPassword>,
}

/// A password that has been checked and hashed.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPassword {
    pub hash: String,

    /// When the password was set that it was compared with: if another one has been set since, the
    /// check no longer holds.
    pub replaces: Option<Timestamp>,

    /// Whether the user has to choose another one at the next sign-in.
    pub must_change: bool,
}

/// What is wrong with one field of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// The field's name: `username`, or that of a custom attribute.
    pub field: String,

    /// The end of a sentence that begins with the field's label.
    pub message: String,
}

/// A user as a workflow sees one: what conditions test and effects change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserState {
    pub username: String,
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone: String,
    pub status: Status,
    #[serde(default, skip_serializing_if = "Values::is_empty")]
    pub attributes: Values,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub groups: BTreeMap<GroupId, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub roles: BTreeMap<RoleId, String>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub mfa: BTreeSet<MfaMethod>,
}

/// What somebody proves beside the password when signing in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MfaMethod {
    /// A code from an authenticator app (RFC 6238).
    Totp,
}

impl UserUpdate {
    pub fn profile(form: ProfileForm) -> Self {
        Self {
            form: Some(form),
            ..Self::default()
        }
    }

    pub fn enabled(is_enabled: bool) -> Self {
        Self {
            is_enabled: Some(is_enabled),
            ..Self::default()
        }
    }
}

impl fmt::Debug for NewPassword {
    /// The hash stays out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewPassword")
            .field("must_change", &self.must_change)
            .finish_non_exhaustive()
    }
}

impl MfaMethod {
    pub const ALL: [Self; 1] = [Self::Totp];

    pub fn label(self) -> &'static str {
        match self {
            Self::Totp => "Authenticator app",
        }
    }
}

impl Status {
    pub const ALL: [Self; 4] = [Self::Active, Self::Disabled, Self::Locked, Self::Pending];

    pub fn label(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Disabled => "Disabled",
            Self::Locked => "Locked",
            Self::Pending => "Pending",
        }
    }
}

impl ProfileForm {
    /// The profile, or everything that is wrong with it.
    pub fn check(&self, attributes: &[Attribute]) -> Result<Profile, Vec<FieldError>> {
        let mut errors = Vec::new();
        let username = noted(&mut errors, "username", self.username.parse::<Username>());
        let email = noted(&mut errors, "email", self.email.parse::<Email>());
        let mut line = |field, value: &str| {
            noted(&mut errors, field, text::line(value, MAX_FIELD)).unwrap_or_default()
        };
        let first_name = line("first_name", &self.first_name);
        let last_name = line("last_name", &self.last_name);
        let phone = line("phone", &self.phone);
        let values = self.check_values(attributes, &mut errors);
        match (username, email) {
            (Some(username), Some(email)) if errors.is_empty() => Ok(Profile {
                username,
                email,
                first_name,
                last_name,
                phone,
                attributes: values,
            }),
            _ => Err(errors),
        }
    }

    fn check_values(&self, attributes: &[Attribute], errors: &mut Vec<FieldError>) -> Values {
        let mut values = Values::new();
        for attribute in attributes {
            let spec = &attribute.spec;
            let typed = self.attributes.get(&spec.name).map_or("", String::as_str);
            match spec.kind.parse(typed) {
                Ok(Some(value)) => {
                    values.insert(spec.name.clone(), value);
                }
                Ok(None) if spec.is_required => {
                    errors.push(FieldError::new(&spec.name, "must not be empty"));
                }
                Ok(None) => (),
                Err(err) => errors.push(FieldError::new(&spec.name, err)),
            }
        }
        for name in self.attributes.keys() {
            if !attributes.iter().any(|it| it.spec.name == *name) {
                errors.push(FieldError::new(name, "is not a field of this directory"));
            }
        }
        values
    }
}

fn noted<T>(
    errors: &mut Vec<FieldError>,
    field: &str,
    result: Result<T, impl fmt::Display>,
) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(err) => {
            errors.push(FieldError::new(field, err));
            None
        }
    }
}

impl FieldError {
    pub fn new(field: &str, message: impl fmt::Display) -> Self {
        Self {
            field: field.to_owned(),
            message: message.to_string(),
        }
    }

    /// What people call the field.
    pub fn label(&self) -> &str {
        field_label(&self.field)
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.label(), self.message)
    }
}

/// What people call a built-in field; a custom attribute goes by its name.
pub fn field_label(field: &str) -> &str {
    match field {
        "username" => "Username",
        "email" => "Email",
        "first_name" => "First name",
        "last_name" => "Last name",
        "phone" => "Phone",
        "status" => "Status",
        "mfa_method" => "MFA method",
        "password" => "Password",
        other => other,
    }
}

impl Profile {
    pub fn form(&self) -> ProfileForm {
        ProfileForm {
            username: self.username.as_str().to_owned(),
            email: self.email.as_str().to_owned(),
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            phone: self.phone.clone(),
            attributes: self.attributes.clone(),
        }
    }

    /// The texts that a password must not be made of.
    pub fn own_texts(&self) -> [&str; 4] {
        [
            self.username.as_str(),
            self.email.as_str(),
            &self.first_name,
            &self.last_name,
        ]
    }

    /// The user as workflows see one, in the given groups and roles.
    pub fn state(
        &self,
        status: Status,
        groups: BTreeMap<GroupId, String>,
        roles: BTreeMap<RoleId, String>,
        mfa: BTreeSet<MfaMethod>,
    ) -> UserState {
        UserState {
            username: self.username.as_str().to_owned(),
            email: self.email.as_str().to_owned(),
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            phone: self.phone.clone(),
            status,
            attributes: self.attributes.clone(),
            groups,
            roles,
            mfa,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        attribute::{AttributeKind, AttributeSpec},
        id::AttributeId,
    };

    fn form() -> ProfileForm {
        ProfileForm {
            username: "ada".to_owned(),
            email: "ada@example.org".to_owned(),
            ..ProfileForm::default()
        }
    }

    fn age(is_required: bool) -> Attribute {
        Attribute {
            id: AttributeId::new(1),
            spec: AttributeSpec {
                name: "age".to_owned(),
                label: "Age".to_owned(),
                kind: AttributeKind::Number,
                is_required,
                is_on_sign_up: true,
            },
        }
    }

    #[track_caller]
    fn check(form: &ProfileForm, attributes: &[Attribute], expected: &[&str]) {
        let errors = form.check(attributes).err().unwrap_or_default();
        let messages: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(messages, expected);
    }

    #[test]
    fn a_name_and_an_address_are_enough() {
        check(&form(), &[], &[]);
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let form = ProfileForm {
            username: "a da".to_owned(),
            email: "ada".to_owned(),
            first_name: "x".repeat(256),
            ..ProfileForm::default()
        };
        check(
            &form,
            &[age(true)],
            &[
                "Username must not contain spaces",
                "Email is not an email address, write it like ada@example.org",
                "First name is longer than 255 characters",
                "age must not be empty",
            ],
        );
    }

    #[test]
    fn attributes_follow_their_type() {
        let with = |value: &str| {
            let mut form = form();
            form.attributes.insert("age".to_owned(), value.to_owned());
            form
        };
        check(&with("41"), &[age(false)], &[]);
        check(&with(""), &[age(false)], &[]);
        check(
            &with("old"),
            &[age(false)],
            &["age \"old\" is not a number, write it like 12 or -3.5"],
        );
        check(&with("41"), &[], &["age is not a field of this directory"]);
    }
}
