//! The parts into which users fall by what they did last: the bars of the Overview's plots, and what
//! can be chosen above the list of users.
//!
//! **Invariant:** the parts of a plot follow each other without a gap and without an overlap, so
//! everybody is in one of them.

use chrono::{Days, TimeDelta};
use chrono_tz::Tz;

use super::days::start_of;
use crate::{
    model::Timestamp,
    store::{overview::Span, users::Last},
};

/// Whole days without a sign of life: each part up to this many.
const ACTIVE: [(i64, &str); 7] = [
    (7, "0–7"),
    (15, "8–15"),
    (30, "16–30"),
    (45, "31–45"),
    (60, "46–60"),
    (90, "61–90"),
    (180, "91–180"),
];

/// Calendar days until a password expires: each part up to this many.
const EXPIRES: [(u64, &str); 7] = [
    (0, "today"),
    (7, "1–7"),
    (15, "8–15"),
    (30, "16–30"),
    (60, "31–60"),
    (90, "61–90"),
    (u64::MAX, "later"),
];

/// One part of a plot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bucket {
    /// The so manieth of the parts above, and one after them.
    Active(usize),
    NeverActive,
    Expired,
    Expires(usize),
}

/// What the ends of a part depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AsOf {
    pub(super) now: Timestamp,
    pub(super) zone: Tz,

    /// 0 while passwords do not expire.
    pub(super) expiry_days: u32,
}

impl Bucket {
    /// By the last activity, from the newest to the oldest.
    pub(super) fn by_activity() -> impl Iterator<Item = Self> {
        let active = (0..=ACTIVE.len()).map(Self::Active);
        active.chain([Self::NeverActive])
    }

    /// By the day on which the password expires.
    pub(super) fn by_expiry() -> impl Iterator<Item = Self> {
        [Self::Expired]
            .into_iter()
            .chain((0..EXPIRES.len()).map(Self::Expires))
    }

    /// Below the axis: "8–15"
    pub(super) fn short(self) -> &'static str {
        match self {
            Self::Active(part) => ACTIVE.get(part).map_or("> 180", |it| it.1),
            Self::NeverActive => "never",
            Self::Expired => "expired",
            Self::Expires(part) => EXPIRES.get(part).map_or("later", |it| it.1),
        }
    }

    /// Beside the name of its plot: "8–15 days ago"
    pub(super) fn long(self) -> String {
        match (self, self.short()) {
            (Self::Active(_), "> 180") => "More than 180 days ago".to_owned(),
            (Self::Active(_), days) => format!("{days} days ago"),
            (Self::NeverActive, _) => "Never active".to_owned(),
            (Self::Expired, _) => "Expired".to_owned(),
            (Self::Expires(_), when @ ("today" | "later")) => format!("Expires {when}"),
            (Self::Expires(_), days) => format!("Expires in {days} days"),
        }
    }

    /// By itself: "Active 8–15 days ago"
    pub(super) fn words(self) -> String {
        let long = self.long();
        match self {
            Self::Active(_) => format!("Active {}", lower(&long)),
            Self::NeverActive => long,
            Self::Expired | Self::Expires(_) => format!("Password {}", lower(&long)),
        }
    }

    /// Who is in it.
    pub(super) fn last(self, as_of: AsOf) -> Last {
        match self {
            Self::Active(part) => Last::Active(Span {
                from: ACTIVE.get(part).and_then(|it| as_of.dormant_for(it.0)),
                until: part
                    .checked_sub(1)
                    .and_then(|it| ACTIVE.get(it))
                    .and_then(|it| as_of.dormant_for(it.0)),
            }),
            Self::NeverActive => Last::NeverActive,
            Self::Expired => Last::PasswordSet(Span {
                from: None,
                until: as_of.set_if_expires(as_of.now),
            }),
            Self::Expires(part) => Last::PasswordSet(Span {
                from: match part.checked_sub(1).and_then(|it| EXPIRES.get(it)) {
                    None => as_of.set_if_expires(as_of.now),
                    Some(before) => as_of.set_if_expires_after(before.0),
                },
                until: EXPIRES
                    .get(part)
                    .and_then(|it| as_of.set_if_expires_after(it.0)),
            }),
        }
    }
}

impl AsOf {
    /// The first moment since which nobody is dormant for more than so many whole days.
    fn dormant_for(self, days: i64) -> Option<Timestamp> {
        self.now.checked_sub_signed(TimeDelta::days(days + 1))
    }

    /// When a password was set that expires then.
    fn set_if_expires(self, then: Timestamp) -> Option<Timestamp> {
        then.checked_sub_signed(TimeDelta::days(self.expiry_days.into()))
    }

    /// When a password was set that expires as soon as so many days after today are over.
    fn set_if_expires_after(self, days: u64) -> Option<Timestamp> {
        let today = self.now.with_timezone(&self.zone).date_naive();
        let next = today.checked_add_days(Days::new(days.checked_add(1)?))?;
        self.set_if_expires(start_of(next, self.zone)?)
    }
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn as_of() -> AsOf {
        AsOf {
            now: "2030-12-24T12:00:00Z".parse().expect("a moment"),
            zone: chrono_tz::Europe::Berlin,
            expiry_days: 90,
        }
    }

    fn spans(buckets: impl Iterator<Item = Bucket>) -> Vec<Span> {
        let span = |it: Bucket| match it.last(as_of()) {
            Last::Active(span) | Last::PasswordSet(span) => Some(span),
            Last::NeverActive => None,
        };
        buckets.filter_map(span).collect()
    }

    /// Each begins where the one before it ends, in one direction or the other.
    #[track_caller]
    fn follow(spans: &[Span]) {
        for pair in spans.windows(2) {
            let [one, two] = pair else {
                continue;
            };
            let touches = one.from == two.until || one.until == two.from;
            assert!(touches, "{one:?} and {two:?}");
        }
    }

    #[test]
    fn everybody_is_in_one_part() {
        let active = spans(Bucket::by_activity());
        follow(&active);
        assert_eq!((active[0].until, active[7].from), (None, None));
        let expiring = spans(Bucket::by_expiry());
        follow(&expiring);
        assert_eq!((expiring[0].from, expiring[7].until), (None, None));
    }

    #[test]
    fn a_password_expires_on_a_day_of_the_zone() {
        let until = spans(Bucket::by_expiry())[1].until.expect("an end");
        let midnight: Timestamp = "2030-12-24T23:00:00Z".parse().expect("a moment");
        assert_eq!(until + TimeDelta::days(90), midnight);
    }

    #[test]
    fn the_eighth_day_without_a_sign_of_life_is_another_part() {
        let active = spans(Bucket::by_activity());
        let eight = as_of().now - TimeDelta::days(8);
        assert_eq!(active[0].from, Some(eight));
        assert_eq!(active[1].until, Some(eight));
    }

    #[test]
    fn parts_are_called_by_words_that_stand_by_themselves() {
        let words: Vec<String> = Bucket::by_activity()
            .chain(Bucket::by_expiry())
            .map(Bucket::words)
            .collect();
        assert_eq!(words[1], "Active 8–15 days ago");
        assert_eq!(words[7], "Active more than 180 days ago");
        assert_eq!(words[8], "Never active");
        assert_eq!(words[9], "Password expired");
        assert_eq!(words[10], "Password expires today");
        assert_eq!(words[11], "Password expires in 1–7 days");
        assert_eq!(words[16], "Password expires later");
    }
}
