//! What a person typed into the sign-up form, and what is wrong with it.

use crate::{
    command::password,
    model::user::{FieldError, ProfileForm},
    portal::{
        fields::{attribute_field, shown},
        form::Form,
    },
    store::Config,
};

/// The fields that every directory has, in the order of the page.
pub(super) const BUILT_IN: [&str; 5] = ["first_name", "last_name", "email", "username", "phone"];

/// What is typed a second time.
pub(super) const REPEAT: &str = "password_repeat";

/// The texts as they came.
pub(super) struct Typed {
    pub(super) form: ProfileForm,
    pub(super) password: String,
    repeat: String,
}

impl Typed {
    /// Takes the fields that the page has. Others, such as an attribute that is for admins only,
    /// are passed over: an admin may have changed the page while it was open.
    pub(super) fn read(config: &Config, form: &Form) -> Self {
        let text = |name: &str| form.text(name).to_owned();
        let attributes = shown(config).filter_map(|spec| {
            let value = text(&attribute_field(spec));
            (!value.is_empty()).then(|| (spec.name.clone(), value))
        });
        Self {
            form: ProfileForm {
                username: text("username"),
                email: text("email"),
                first_name: text("first_name"),
                last_name: text("last_name"),
                phone: text("phone"),
                attributes: attributes.collect(),
            },
            password: text("password"),
            repeat: text(REPEAT),
        }
    }

    /// What can be said without asking who is here already.
    pub(super) fn errors(&self, config: &Config) -> Vec<FieldError> {
        let mut errors = self
            .form
            .check(&config.attributes)
            .err()
            .unwrap_or_default();
        if self.password.is_empty() {
            errors.push(FieldError::new("password", "must not be empty"));
        } else if let Err(err) =
            password::check(&config.settings.password, &self.form, &self.password)
        {
            errors.push(err);
        }
        if self.password != self.repeat {
            errors.push(FieldError::new(REPEAT, "must be the same as the password"));
        }
        errors
    }

    /// What was typed into a built-in field.
    pub(super) fn built_in(&self, name: &str) -> &str {
        let form = &self.form;
        match name {
            "username" => &form.username,
            "email" => &form.email,
            "first_name" => &form.first_name,
            "last_name" => &form.last_name,
            "phone" => &form.phone,
            _ => "",
        }
    }
}
