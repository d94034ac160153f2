//! The password policy: which passwords a user may choose.

use serde::{Deserialize, Serialize};

use super::text;

/// No policy may demand or allow more: hashing a longer text would be an attack on ourselves.
pub const LONGEST: u32 = 1_024;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a demand of its own, and any combination is valid"
)]
pub struct PasswordPolicy {
    pub min_length: u32,
    pub max_length: u32,
    pub needs_upper: bool,
    pub needs_lower: bool,
    pub needs_digit: bool,
    pub needs_symbol: bool,

    /// The symbols that may be used; empty when every one may.
    pub symbols: String,

    /// How many earlier passwords may not come back.
    pub history: u32,

    /// Whether a password may not contain the user's own name, username or email.
    pub refuses_similar: bool,

    /// 0 when passwords do not expire.
    pub expiry_days: u32,

    /// 0 when failed sign-ins never lock.
    pub failures_before_lock: u32,
    pub lock_minutes: u32,
}

impl Default for PasswordPolicy {
    /// As NIST SP 800-63B §3.1.1 and OWASP ASVS 6.2 advise: long rather than complicated.
    fn default() -> Self {
        Self {
            min_length: 10,
            max_length: 128,
            needs_upper: false,
            needs_lower: false,
            needs_digit: false,
            needs_symbol: false,
            symbols: String::new(),
            history: 5,
            refuses_similar: true,
            expiry_days: 0,
            failures_before_lock: 10,
            lock_minutes: 15,
        }
    }
}

/// One demand of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PasswordRule {
    Length { min: u32, max: u32 },
    Upper,
    Lower,
    Digit,
    Symbol,
    OnlySymbols(String),
    NotSimilar,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    #[error("the shortest password must have at least 1 character")]
    NoLength,
    #[error(
        "the longest password must be at least as long as the shortest, and at most {LONGEST} characters"
    )]
    BadMaximum,
    #[error("the maximum of {0} characters is too small for OWASP ASVS 6.2.9: allow at least 64")]
    MaximumTooSmall(u32),
    #[error("{0:?} is not a symbol: leave out letters, digits and spaces")]
    NotASymbol(char),
    #[error("a lock needs a period of at least 1 minute")]
    NoLockPeriod,
    #[error("{0} is more than Tenure allows here, at most {1}")]
    TooMuch(u32, u32),
}

impl PasswordPolicy {
    /// Whether the policy makes sense by itself.
    pub fn check(&self) -> Result<(), PolicyError> {
        if self.min_length == 0 {
            return Err(PolicyError::NoLength);
        }
        if self.max_length < self.min_length || self.max_length > LONGEST {
            return Err(PolicyError::BadMaximum);
        }
        if self.max_length < 64 {
            return Err(PolicyError::MaximumTooSmall(self.max_length));
        }
        if let Some(bad) = self.symbols.chars().find(|c| !is_symbol(*c)) {
            return Err(PolicyError::NotASymbol(bad));
        }
        if self.failures_before_lock > 0 && self.lock_minutes == 0 {
            return Err(PolicyError::NoLockPeriod);
        }
        for (value, most) in [
            (self.history, 50),
            (self.expiry_days, 3_650),
            (self.failures_before_lock, 1_000),
            (self.lock_minutes, 525_600),
        ] {
            if value > most {
                return Err(PolicyError::TooMuch(value, most));
            }
        }
        Ok(())
    }

    /// The demands, in the order in which a person reads them.
    pub fn rules(&self) -> Vec<PasswordRule> {
        let length = PasswordRule::Length {
            min: self.min_length,
            max: self.max_length,
        };
        let mut rules = vec![length];
        let mut add = |wanted: bool, rule| {
            if wanted {
                rules.push(rule);
            }
        };
        add(self.needs_upper, PasswordRule::Upper);
        add(self.needs_lower, PasswordRule::Lower);
        add(self.needs_digit, PasswordRule::Digit);
        add(self.needs_symbol, PasswordRule::Symbol);
        let only = PasswordRule::OnlySymbols(self.symbols.clone());
        add(!self.symbols.is_empty(), only);
        add(self.refuses_similar, PasswordRule::NotSimilar);
        rules
    }

    /// The demands that `password` does not meet for a user described by the `own` texts.
    pub fn unmet(&self, password: &str, own: &[&str]) -> Vec<PasswordRule> {
        let mut rules = self.rules();
        rules.retain(|rule| !rule.is_met(password, own));
        rules
    }
}

impl PasswordRule {
    pub fn text(&self) -> String {
        match self {
            Self::Length { min, max } => format!("Between {min} and {max} characters"),
            Self::Upper => "An upper-case letter".to_owned(),
            Self::Lower => "A lower-case letter".to_owned(),
            Self::Digit => "A digit".to_owned(),
            Self::Symbol => "A symbol, such as ! or #".to_owned(),
            Self::OnlySymbols(symbols) => format!("No other symbols than {symbols}"),
            Self::NotSimilar => "Not your own name, username or email".to_owned(),
        }
    }

    pub fn is_met(&self, password: &str, own: &[&str]) -> bool {
        match self {
            Self::Length { min, max } => {
                let length = password.chars().count();
                (*min as usize..=*max as usize).contains(&length)
            }
            Self::Upper => password.chars().any(char::is_uppercase),
            Self::Lower => password.chars().any(char::is_lowercase),
            Self::Digit => password.chars().any(char::is_numeric),
            Self::Symbol => password.chars().any(is_symbol),
            Self::OnlySymbols(symbols) => password
                .chars()
                .all(|c| !is_symbol(c) || symbols.contains(c)),
            Self::NotSimilar => !is_similar(password, own),
        }
    }
}

fn is_symbol(c: char) -> bool {
    !c.is_alphanumeric() && !c.is_whitespace() && !c.is_control()
}

/// Whether `password` holds one of the user's `own` texts, or a part of one with at least four
/// characters (`lovelace` of `ada.lovelace@example.org`). The top-level part of an address counts
/// as little as any other short one.
fn is_similar(password: &str, own: &[&str]) -> bool {
    const SHORTEST: usize = 4;
    let password = text::fold(password);
    own.iter().any(|text| {
        let text = text::fold(text);
        text.split(|c: char| !c.is_alphanumeric())
            .chain([text.as_ref()])
            .any(|part| part.chars().count() >= SHORTEST && password.contains(part))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADA: &[&str] = &["ada", "Ada", "Lovelace", "ada.lovelace@example.org"];

    #[track_caller]
    fn check(policy: &PasswordPolicy, password: &str, expected: &[PasswordRule]) {
        assert_eq!(policy.unmet(password, ADA), expected);
    }

    #[test]
    fn a_long_sentence_will_do() {
        check(&PasswordPolicy::default(), "correct horse battery", &[]);
    }

    #[test]
    fn length_counts_characters_not_bytes() {
        let length = PasswordRule::Length { min: 10, max: 128 };
        check(&PasswordPolicy::default(), "ééééééééé", &[length]);
        check(&PasswordPolicy::default(), "éééééééééé", &[]);
    }

    #[test]
    fn every_class_can_be_demanded() {
        let policy = PasswordPolicy {
            needs_upper: true,
            needs_lower: true,
            needs_digit: true,
            needs_symbol: true,
            ..PasswordPolicy::default()
        };
        check(&policy, "Passw0rd! yes", &[]);
        check(&policy, "passw0rd! yes", &[PasswordRule::Upper]);
        check(&policy, "PASSW0RD! YES", &[PasswordRule::Lower]);
        check(&policy, "Password! yes", &[PasswordRule::Digit]);
        check(&policy, "Passw0rd yess", &[PasswordRule::Symbol]);
    }

    #[test]
    fn only_the_listed_symbols_when_there_is_a_list() {
        let policy = PasswordPolicy {
            symbols: "!#".to_owned(),
            ..PasswordPolicy::default()
        };
        check(&policy, "something long!", &[]);
        let only = PasswordRule::OnlySymbols("!#".to_owned());
        check(&policy, "something long?", &[only]);
    }

    #[test]
    fn ones_own_name_is_no_secret() {
        for password in ["xxLOVELACE12", "ada.lovelace@example.org", "my example 1"] {
            check(
                &PasswordPolicy::default(),
                password,
                &[PasswordRule::NotSimilar],
            );
        }
        check(&PasswordPolicy::default(), "adamant stone", &[]);
    }

    #[test]
    fn a_policy_that_nobody_could_meet_is_refused() {
        let broken = |change: fn(&mut PasswordPolicy)| {
            let mut policy = PasswordPolicy::default();
            change(&mut policy);
            policy.check()
        };
        assert_eq!(broken(|p| p.min_length = 0), Err(PolicyError::NoLength));
        assert_eq!(broken(|p| p.max_length = 5), Err(PolicyError::BadMaximum));
        assert_eq!(
            broken(|p| p.max_length = 1_025),
            Err(PolicyError::BadMaximum)
        );
        assert_eq!(
            broken(|p| p.max_length = 20),
            Err(PolicyError::MaximumTooSmall(20))
        );
        assert_eq!(
            broken(|p| p.symbols = "!a".to_owned()),
            Err(PolicyError::NotASymbol('a'))
        );
        assert_eq!(
            broken(|p| p.lock_minutes = 0),
            Err(PolicyError::NoLockPeriod)
        );
    }
}
