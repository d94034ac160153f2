//! A user while a request changes them: everything in memory, so that a request that is wrong in
//! its last word has done nothing.

use serde_json::Value;

use super::{
    super::{
        body::Object,
        error::{ErrorKind, ScimError},
        filter::{self, Filter, Name},
        patch::{Change, Op},
        schema,
    },
    field::{Field, Part, custom},
    value::{boolean, text, values, wrong_type},
};
use crate::{
    model::{
        attribute::{Attribute as Custom, AttributeKind},
        user::{ProfileForm, Status, User},
    },
    store::Config,
};

pub(super) struct Draft<'a> {
    config: &'a Config,
    pub(super) form: ProfileForm,
    pub(super) external_id: Option<String>,

    /// `None` when the request says nothing of it.
    pub(super) is_enabled: Option<bool>,

    /// A new password, as the client wrote it.
    pub(super) password: Option<String>,
}

impl<'a> Draft<'a> {
    /// Somebody who does not exist yet.
    pub(super) fn new(config: &'a Config, body: &Object) -> Result<Self, ScimError> {
        let mut draft = Self {
            config,
            form: ProfileForm::default(),
            external_id: None,
            is_enabled: None,
            password: None,
        };
        draft.write(body)?;
        Ok(draft)
    }

    pub(super) fn of(config: &'a Config, user: &User) -> Self {
        Self {
            config,
            form: user.profile.form(),
            external_id: user.external_id.clone(),
            is_enabled: None,
            password: None,
        }
    }

    /// The user as a PUT wants them (RFC 7644 §3.5.1): what it leaves out is cleared. An extension
    /// of which it says nothing stays, since its client may not know it; so do the password and
    /// whether the user is active.
    pub(super) fn replaced(
        config: &'a Config,
        user: &User,
        body: &Object,
    ) -> Result<Self, ScimError> {
        let mut draft = Self::of(config, user);
        let said = |urn: &str| body.keys().any(|it| it.eq_ignore_ascii_case(urn));
        let mut attributes = std::mem::take(&mut draft.form.attributes);
        attributes.retain(|name, _| {
            let mut known = config.attributes.iter();
            let found = known.find(|it| it.spec.name == *name);
            found.is_some_and(|it| !said(schema::place(it).0))
        });
        draft.form = ProfileForm {
            attributes,
            ..ProfileForm::default()
        };
        draft.external_id = None;
        draft.write(body)?;
        Ok(draft)
    }

    /// Whether the user, as they were, would be enabled or disabled by it.
    pub(super) fn changes_status(&self, before: Status) -> Option<bool> {
        self.is_enabled
            .filter(|is_enabled| *is_enabled == (before == Status::Disabled))
    }

    fn write(&mut self, body: &Object) -> Result<(), ScimError> {
        for (key, value) in body {
            // What is not even a name is not one of ours.
            if let Some(name) = Name::parse(key) {
                self.set(Op::Replace, &name, value)?;
            }
        }
        Ok(())
    }

    /// Makes one change of a PATCH.
    pub(super) fn apply(&mut self, change: &Change) -> Result<(), ScimError> {
        let Change {
            op,
            path,
            value,
            is_named,
        } = change;
        let field = Field::of(&path.name, self.config);
        if field == Field::ReadOnly && *is_named {
            return Err(read_only(&path.name));
        }
        if let Some(filter) = &path.filter
            && !self.is_meant(*op, field, filter)?
        {
            return Ok(());
        }
        match op {
            Op::Remove => self.remove(&path.name),
            Op::Add | Op::Replace => self.set(*op, &path.name, value),
        }
    }

    /// Whether the one value that the attribute can have is what a filter chooses. A value that is
    /// still to come counts as being there: it will be the one for work.
    fn is_meant(&self, op: Op, field: Field<'_>, filter: &Filter) -> Result<bool, ScimError> {
        let value = match field {
            Field::Emails(_) => &self.form.email,
            Field::PhoneNumbers(_) => &self.form.phone,
            Field::Ignored | Field::ReadOnly => return Ok(false),
            _ => {
                let text = "only an attribute that can have several values takes a filter";
                return Err(ScimError::bad(ErrorKind::InvalidPath, text));
            }
        };
        let parts = [
            ("value", Value::from(value.as_str())),
            ("type", Value::from("work")),
            ("primary", Value::from(true)),
        ];
        if filter::matches(filter, &parts) {
            return Ok(true);
        }
        match op {
            Op::Replace => {
                let text = format!("no value is {filter}");
                Err(ScimError::bad(ErrorKind::NoTarget, text))
            }
            Op::Add | Op::Remove => Ok(false),
        }
    }

    fn set(&mut self, op: Op, name: &Name, value: &Value) -> Result<(), ScimError> {
        let text = || text(name, value);
        match Field::of(name, self.config) {
            Field::UserName => self.form.username = text()?,
            Field::GivenName => self.form.first_name = text()?,
            Field::FamilyName => self.form.last_name = text()?,
            Field::Name => self.set_name(name, value)?,
            Field::Emails(Part::Value) => self.form.email = text()?,
            Field::PhoneNumbers(Part::Value) => self.form.phone = text()?,
            Field::Emails(Part::Whole) => self.set_email(op, name, value)?,
            Field::PhoneNumbers(Part::Whole) => self.set_phone(op, name, value)?,
            Field::Active => self.is_enabled = boolean(name, value)?.or(self.is_enabled),
            Field::ExternalId => self.external_id = Some(text()?).filter(|it| !it.is_empty()),
            Field::Password => self.password = Some(text()?).filter(|it| !it.is_empty()),
            Field::Custom(custom) => self.set_custom(custom, name, value)?,
            Field::Extension(urn) => self.set_extension(urn, name, value)?,
            Field::Emails(Part::Fixed)
            | Field::PhoneNumbers(Part::Fixed)
            | Field::ReadOnly
            | Field::Ignored => (),
        }
        Ok(())
    }

    fn remove(&mut self, name: &Name) -> Result<(), ScimError> {
        match Field::of(name, self.config) {
            Field::UserName
            | Field::Active
            | Field::Password
            | Field::Emails(Part::Whole | Part::Value) => Err(required(name)),
            _ => self.set(Op::Replace, name, &Value::Null),
        }
    }

    /// Parts that are not mentioned stay (RFC 7644 §3.5.2.3).
    fn set_name(&mut self, name: &Name, value: &Value) -> Result<(), ScimError> {
        match value {
            Value::Null => {
                self.form.first_name.clear();
                self.form.last_name.clear();
            }
            Value::Object(parts) => {
                for (key, value) in parts {
                    let part = Name {
                        sub: Some(key.clone()),
                        ..name.clone()
                    };
                    self.set(Op::Replace, &part, value)?;
                }
            }
            _ => return Err(wrong_type(name, "an object")),
        }
        Ok(())
    }

    /// Takes the primary address, or else the one for work; the first when the user would have none
    /// otherwise.
    fn set_email(&mut self, op: Op, name: &Name, value: &Value) -> Result<(), ScimError> {
        let values = values(name, value)?;
        let best = values.iter().find(|it| it.is_primary);
        let best = best.or_else(|| values.iter().find(|it| it.is_for_work));
        let first = values.first().filter(|_| op == Op::Replace);
        match best.or(first) {
            Some(best) => self.form.email.clone_from(&best.text),
            None if op == Op::Replace => self.form.email.clear(),
            None => (),
        }
        Ok(())
    }

    /// Takes the number for work. Others are not kept: a client that adds a fax must not lose the
    /// phone.
    fn set_phone(&mut self, op: Op, name: &Name, value: &Value) -> Result<(), ScimError> {
        let values = values(name, value)?;
        match values.iter().find(|it| it.is_for_work) {
            Some(best) => self.form.phone.clone_from(&best.text),
            None if op == Op::Replace => self.form.phone.clear(),
            None => (),
        }
        Ok(())
    }

    fn set_extension(
        &mut self,
        urn: &'static str,
        name: &Name,
        value: &Value,
    ) -> Result<(), ScimError> {
        match value {
            Value::Null => {
                for custom in &self.config.attributes {
                    if schema::place(custom).0 == urn {
                        self.form.attributes.remove(&custom.spec.name);
                    }
                }
            }
            Value::Object(parts) => {
                for (key, value) in parts {
                    if let Some(custom) = custom(key, urn, self.config) {
                        self.set_custom(custom, name, value)?;
                    }
                }
            }
            _ => return Err(wrong_type(name, "an object")),
        }
        Ok(())
    }

    /// Keeps the value as text; whether it is one of the attribute's is checked with the form.
    fn set_custom(&mut self, custom: &Custom, name: &Name, value: &Value) -> Result<(), ScimError> {
        let typed = match (&custom.spec.kind, value) {
            (AttributeKind::Number, Value::Number(number)) => number.to_string(),
            (AttributeKind::YesNo, Value::Bool(yes)) => {
                (if *yes { "yes" } else { "no" }).to_owned()
            }
            _ => text(name, value)?,
        };
        let attributes = &mut self.form.attributes;
        if typed.is_empty() {
            attributes.remove(&custom.spec.name);
        } else {
            attributes.insert(custom.spec.name.clone(), typed);
        }
        Ok(())
    }
}

fn required(name: &Name) -> ScimError {
    let text = format!("{name} can be changed, but not removed");
    ScimError::bad(ErrorKind::Mutability, text)
}

fn read_only(name: &Name) -> ScimError {
    let text = format!("{name} cannot be written");
    ScimError::bad(ErrorKind::Mutability, text)
}
