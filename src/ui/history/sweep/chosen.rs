//! Which users of a quarantined execution are ticked.
//!
//! **Invariant:** all of them can be, however many there are: what is kept is only whom the last
//! "all" or "none" does not hold for.

use std::collections::BTreeSet;

use crate::model::id::UserId;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chosen {
    /// Whether the others are.
    others: bool,
    except: BTreeSet<UserId>,
}

impl Default for Chosen {
    fn default() -> Self {
        Self::none()
    }
}

impl Chosen {
    pub(super) fn all() -> Self {
        Self {
            others: true,
            except: BTreeSet::new(),
        }
    }

    pub(super) fn none() -> Self {
        Self {
            others: false,
            except: BTreeSet::new(),
        }
    }

    pub(super) fn has(&self, user: UserId) -> bool {
        self.others != self.except.contains(&user)
    }

    pub(super) fn set(&mut self, user: UserId, is_chosen: bool) {
        if is_chosen == self.others {
            self.except.remove(&user);
        } else {
            self.except.insert(user);
        }
    }

    /// How many of `total`.
    pub(super) fn count(&self, total: u64) -> u64 {
        let except = self.except.len() as u64;
        if self.others {
            total.saturating_sub(except)
        } else {
            except
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_counted_whatever_they_began_with() {
        let (ada, bob) = (UserId::new(1), UserId::new(2));
        let mut chosen = Chosen::none();
        chosen.set(ada, true);
        assert!(chosen.has(ada) && !chosen.has(bob));
        assert_eq!(chosen.count(1_000_000), 1);
        chosen = Chosen::all();
        chosen.set(ada, false);
        assert!(!chosen.has(ada) && chosen.has(bob));
        assert_eq!(chosen.count(1_000_000), 999_999);
        chosen.set(ada, true);
        assert_eq!(chosen, Chosen::all());
    }
}
