//! What differs between two states of a user: what an update changed.

use std::collections::BTreeSet;

use serde::Serialize;

use super::user::{MfaMethod, UserState, field_label};

/// One attribute that is another one than before, as people read it; empty for no value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// `email`, `mfa_method`, or the name of a custom attribute.
    pub attribute: String,
    pub before: String,
    pub after: String,
}

impl Difference {
    /// What people call the attribute; a custom one goes by its name.
    pub fn label(&self) -> &str {
        field_label(&self.attribute)
    }

    /// "Last name: Byron → Lovelace"
    pub fn sentence(&self) -> String {
        let said = |value: &str| {
            if value.is_empty() {
                "(empty)".to_owned()
            } else {
                value.to_owned()
            }
        };
        let (before, after) = (said(&self.before), said(&self.after));
        format!("{}: {before} → {after}", self.label())
    }
}

/// The built-in attributes first, then the custom ones by their names. Groups and roles are left
/// out: no update changes them.
pub fn differences(before: &UserState, after: &UserState) -> Vec<Difference> {
    let pairs = [
        ("username", &before.username, &after.username),
        ("email", &before.email, &after.email),
        ("first_name", &before.first_name, &after.first_name),
        ("last_name", &before.last_name, &after.last_name),
        ("phone", &before.phone, &after.phone),
    ];
    let mut all: Vec<Difference> = pairs
        .map(|(name, before, after)| difference(name, before, after))
        .into();
    let (was, is) = (before.status.label(), after.status.label());
    all.push(difference("status", was, is));
    let (was, is) = (methods(&before.mfa), methods(&after.mfa));
    all.push(difference("mfa_method", &was, &is));

    let names: BTreeSet<&String> = [before, after]
        .iter()
        .flat_map(|it| it.attributes.keys())
        .collect();
    all.extend(names.into_iter().map(|name| {
        let value = |of: &UserState| of.attributes.get(name).cloned().unwrap_or_default();
        difference(name, &value(before), &value(after))
    }));
    all.retain(|it| it.before != it.after);
    all
}

fn difference(attribute: &str, before: &str, after: &str) -> Difference {
    Difference {
        attribute: attribute.to_owned(),
        before: before.to_owned(),
        after: after.to_owned(),
    }
}

fn methods(mfa: &BTreeSet<MfaMethod>) -> String {
    let labels: Vec<&str> = mfa.iter().map(|it| it.label()).collect();
    labels.join(", ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::model::{
        condition::{Condition, Operator, Seen, Subject},
        event::Source,
        id::GroupId,
        user::Status,
    };

    fn any_state() -> impl Strategy<Value = UserState> {
        let text = || proptest::sample::select(vec!["", "a", "A", "é", "e\u{301}"]);
        let status = proptest::sample::select(Status::ALL.to_vec());
        let texts = (text(), text(), text(), text(), text());
        (texts, status, any::<bool>(), text(), any::<bool>()).prop_map(
            |((username, email, first_name, last_name, phone), status, has_mfa, team, is_in)| {
                let groups = [(GroupId::new(1), "Staff".to_owned())];
                UserState {
                    username: username.to_owned(),
                    email: email.to_owned(),
                    first_name: first_name.to_owned(),
                    last_name: last_name.to_owned(),
                    phone: phone.to_owned(),
                    status,
                    attributes: [("team".to_owned(), team.to_owned())]
                        .into_iter()
                        .filter(|(_, it)| !it.is_empty())
                        .collect(),
                    groups: groups.into_iter().filter(|_| is_in).collect(),
                    roles: BTreeMap::new(),
                    mfa: [MfaMethod::Totp].into_iter().filter(|_| has_mfa).collect(),
                }
            },
        )
    }

    /// What an attribute is called in conditions; nothing can be asked about the phone.
    fn subject(attribute: &str) -> Option<Subject> {
        Some(match attribute {
            "username" => Subject::Username,
            "email" => Subject::Email,
            "first_name" => Subject::FirstName,
            "last_name" => Subject::LastName,
            "status" => Subject::UserStatus,
            "mfa_method" => Subject::MfaMethod,
            "phone" => return None,
            custom => Subject::Custom(custom.to_owned()),
        })
    }

    proptest! {
        #[test]
        fn what_differs_is_what_conditions_find_changed(before in any_state(), after in any_state()) {
            let seen = Seen { user: &after, before: Some(&before), source: Some(Source::Api), sweep: None };
            let found: Vec<Subject> = differences(&before, &after)
                .iter()
                .filter_map(|it| subject(&it.attribute))
                .collect();
            let mut asked = Subject::BUILT_IN.to_vec();
            asked.push(Subject::Custom("team".to_owned()));
            asked.retain(|it| Condition::test(it.clone(), Operator::Changed, "").holds(seen));
            prop_assert_eq!(
                found.into_iter().collect::<BTreeSet<_>>(),
                asked.into_iter().collect::<BTreeSet<_>>()
            );
        }

        #[test]
        fn the_other_way_round_before_and_after_change_places(a in any_state(), b in any_state()) {
            let turned = differences(&b, &a).into_iter().map(|it| Difference {
                attribute: it.attribute,
                before: it.after,
                after: it.before,
            });
            prop_assert_eq!(differences(&a, &b), turned.collect::<Vec<_>>());
            prop_assert_eq!(differences(&a, &a), vec![]);
        }
    }

    #[test]
    fn each_attribute_says_what_it_was_and_is() {
        let before = UserState {
            username: "ada".to_owned(),
            email: "ada@example.org".to_owned(),
            first_name: "Ada".to_owned(),
            last_name: "Byron".to_owned(),
            phone: "1".to_owned(),
            status: Status::Active,
            attributes: [("team".to_owned(), "Engines".to_owned())].into(),
            groups: BTreeMap::new(),
            roles: BTreeMap::new(),
            mfa: BTreeSet::new(),
        };
        let after = UserState {
            last_name: "Lovelace".to_owned(),
            phone: String::new(),
            status: Status::Disabled,
            attributes: [("city".to_owned(), "London".to_owned())].into(),
            mfa: [MfaMethod::Totp].into(),
            ..before.clone()
        };
        let said: Vec<String> = differences(&before, &after)
            .iter()
            .map(Difference::sentence)
            .collect();
        assert_eq!(
            said,
            [
                "Last name: Byron → Lovelace",
                "Phone: 1 → (empty)",
                "Status: Active → Disabled",
                "MFA method: (empty) → Authenticator app",
                "city: (empty) → London",
                "team: Engines → (empty)",
            ]
        );
    }
}
