//! The mail settings as typed: texts until they are saved.

use crate::{
    command::CommandError,
    model::{
        settings::SettingsError,
        smtp::{MailPassword, MailSettings, MailSettingsError, PasswordChange, Security},
        user::Email,
    },
    ui::sentence,
};

#[derive(Clone, PartialEq, Eq)]
pub(super) struct Draft {
    pub(super) host: String,
    pub(super) port: String,
    pub(super) security: Security,
    pub(super) username: String,
    pub(super) password: PasswordEdit,
    pub(super) from_address: String,
    pub(super) from_name: String,
    pub(super) recipients: Vec<String>,

    /// An address that is being typed, and is not in the list yet.
    pub(super) new_recipient: String,
    pub(super) per_minute: String,
    pub(super) authority: String,
}

/// What is to become of the password. The one that is kept cannot be looked at.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum PasswordEdit {
    Keep,
    Remove,
    Type(String),
}

/// Where an error is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Host,
    Port,
    Security,
    Username,
    Password,
    FromAddress,
    FromName,
    Recipients,
    PerMinute,
    Authority,
}

/// What is wrong at which field.
pub(super) type Fault = (Field, String);

impl Draft {
    pub(super) fn of(settings: &MailSettings, has_password: bool) -> Self {
        let MailSettings {
            host,
            port,
            security,
            username,
            from_address,
            from_name,
            report_recipients,
            per_minute,
            authority,
        } = settings.clone();
        Self {
            host,
            port: port.to_string(),
            security,
            username,
            password: if has_password {
                PasswordEdit::Keep
            } else {
                PasswordEdit::Type(String::new())
            },
            from_address,
            from_name,
            recipients: report_recipients,
            new_recipient: String::new(),
            per_minute: match per_minute {
                0 => String::new(),
                some => some.to_string(),
            },
            authority,
        }
    }

    /// A port that is usual for one way to encrypt follows the choice of another.
    pub(super) fn choose_security(&mut self, before: Security) {
        if self.port.trim() == before.usual_port().to_string() {
            self.port = self.security.usual_port().to_string();
        }
    }

    /// The settings, checked, or what is wrong with them.
    pub(super) fn settings(&self) -> Result<MailSettings, Fault> {
        let port = self.port.trim().parse::<u16>();
        let port =
            port.map_err(|_not_one| wrong(Field::Port, "Write a number from 1 to 65535."))?;
        let per_minute = match self.per_minute.trim() {
            "" => 0,
            typed => typed.parse::<u32>().map_err(|_not_one| {
                let text = "Write a whole number, such as 60, or nothing for no limit.";
                wrong(Field::PerMinute, text)
            })?,
        };
        let mut report_recipients = self.recipients.clone();
        report_recipients.push(self.new_recipient.clone());
        let settings = MailSettings {
            host: self.host.clone(),
            port,
            security: self.security,
            username: self.username.clone(),
            from_address: self.from_address.clone(),
            from_name: self.from_name.clone(),
            report_recipients,
            per_minute,
            authority: self.authority.clone(),
        };
        settings.checked().map_err(|err| self.fault(&err))
    }

    pub(super) fn password_change(&self) -> Result<PasswordChange, Fault> {
        match &self.password {
            PasswordEdit::Keep => Ok(PasswordChange::Keep),
            PasswordEdit::Remove => Ok(PasswordChange::Remove),
            PasswordEdit::Type(typed) if typed.is_empty() => Ok(PasswordChange::Remove),
            PasswordEdit::Type(typed) => MailPassword::new(typed)
                .map(PasswordChange::Set)
                .map_err(|err| self.fault(&err)),
        }
    }

    /// Puts the address that is being typed into the list; says why not.
    pub(super) fn add_recipient(&mut self) -> Result<(), Fault> {
        let typed = self.new_recipient.trim();
        if typed.is_empty() {
            return Ok(());
        }
        let address = typed.parse::<Email>().map_err(|_not_one| {
            let err = MailSettingsError::BadAddress(typed.to_owned());
            (Field::Recipients, sentence(&err))
        })?;
        let address = address.as_str().to_owned();
        let is_same = |it: &String| it.eq_ignore_ascii_case(&address);
        if self.recipients.iter().any(is_same) {
            return Err(wrong(Field::Recipients, "This address is in the list."));
        }
        self.recipients.push(address);
        self.new_recipient.clear();
        Ok(())
    }

    /// Where a refusal of the store is shown; `None` for the top of the form.
    pub(super) fn place(&self, err: &CommandError) -> Option<Fault> {
        match err {
            CommandError::Settings(SettingsError::Mail(err)) => Some(self.fault(err)),
            _ => None,
        }
    }

    fn fault(&self, err: &MailSettingsError) -> Fault {
        let field = match err {
            MailSettingsError::Text { field, .. } => match *field {
                "name to sign in with" => Field::Username,
                "sender's name" => Field::FromName,
                _ => Field::Host,
            },
            MailSettingsError::BadHost(_) => Field::Host,
            MailSettingsError::NoPort => Field::Port,
            MailSettingsError::BadAddress(address) if *address == self.from_address.trim() => {
                Field::FromAddress
            }
            MailSettingsError::BadAddress(_) | MailSettingsError::TooManyRecipients => {
                Field::Recipients
            }
            MailSettingsError::NoFrom => Field::FromAddress,
            MailSettingsError::InTheClear(_) => Field::Security,
            MailSettingsError::BadAuthority => Field::Authority,
            MailSettingsError::BadPassword | MailSettingsError::PasswordOfAnotherServer => {
                Field::Password
            }
        };
        (field, sentence(err))
    }
}

fn wrong(field: Field, text: &str) -> Fault {
    (field, text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn working() -> Draft {
        let settings = MailSettings {
            host: "smtp.example.org".to_owned(),
            from_address: "tenure@example.org".to_owned(),
            per_minute: 60,
            ..MailSettings::default()
        };
        Draft::of(&settings, true)
    }

    #[track_caller]
    fn refuses(change: fn(&mut Draft), field: Field) {
        let mut draft = working();
        change(&mut draft);
        let fault = draft.settings().expect_err("a refusal");
        assert_eq!(fault.0, field, "{}", fault.1);
    }

    #[test]
    fn what_was_stored_is_read_back() {
        let settings = working().settings().expect("fine");
        assert_eq!(settings.per_minute, 60);
        assert_eq!(Draft::of(&settings, true).settings(), Ok(settings));
    }

    #[test]
    fn every_refusal_has_its_field() {
        refuses(|it| it.host = "a b".to_owned(), Field::Host);
        refuses(|it| it.port = "x".to_owned(), Field::Port);
        refuses(|it| it.port = "0".to_owned(), Field::Port);
        refuses(|it| it.username = "\u{1}".to_owned(), Field::Username);
        refuses(|it| it.from_name = "\u{1}".to_owned(), Field::FromName);
        refuses(|it| it.from_address.clear(), Field::FromAddress);
        refuses(|it| it.from_address = "me".to_owned(), Field::FromAddress);
        refuses(|it| it.new_recipient = "me".to_owned(), Field::Recipients);
        refuses(|it| it.per_minute = "-1".to_owned(), Field::PerMinute);
        refuses(|it| it.authority = "x".to_owned(), Field::Authority);
        refuses(
            |it| {
                it.security = Security::None;
                it.username = "tenure".to_owned();
            },
            Field::Security,
        );
    }

    #[test]
    fn the_usual_port_follows_and_another_one_stays() {
        let mut draft = working();
        draft.security = Security::Tls;
        draft.choose_security(Security::StartTls);
        assert_eq!(draft.port, "465");
        draft.port = "2525".to_owned();
        draft.security = Security::None;
        draft.choose_security(Security::Tls);
        assert_eq!(draft.port, "2525");
    }

    #[test]
    fn a_recipient_is_checked_before_it_is_in_the_list() {
        let mut draft = working();
        for (typed, ok) in [
            ("me", false),
            (" a@example.org ", true),
            ("A@example.org", false),
        ] {
            draft.new_recipient = typed.to_owned();
            assert_eq!(draft.add_recipient().is_ok(), ok, "{typed}");
        }
        assert_eq!(draft.recipients, ["a@example.org"]);
    }
}
