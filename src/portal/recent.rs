//! A map that forgets what has not been used for long, so that strangers cannot make it grow.
//!
//! **Invariant:** it holds `2 * half` entries at most, and the last `half` of them that were put in
//! or asked for are among them.

use std::{collections::HashMap, hash::Hash};

pub(super) struct Recent<K, V> {
    half: usize,
    new: HashMap<K, V>,
    old: HashMap<K, V>,
}

impl<K: Eq + Hash, V> Recent<K, V> {
    pub(super) fn new(half: usize) -> Self {
        Self {
            half,
            new: HashMap::new(),
            old: HashMap::new(),
        }
    }

    /// Takes the value out, to be put in again if it is still wanted.
    pub(super) fn take(&mut self, key: &K) -> Option<V> {
        self.new.remove(key).or_else(|| self.old.remove(key))
    }

    /// Puts a value in, and returns the one that was there.
    pub(super) fn put(&mut self, key: K, value: V) -> Option<V> {
        let before = self.take(&key);
        if self.new.len() >= self.half {
            self.old = std::mem::take(&mut self.new);
        }
        self.new.insert(key, value);
        before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_what_was_used_last_and_never_grows_beyond_its_limit() {
        let mut recent = Recent::new(10);
        for number in 0..1_000 {
            assert_eq!(recent.put(number, ()), None);
            assert!(recent.new.len() + recent.old.len() <= 20);
            assert_eq!(recent.put(0, ()).is_some(), number > 0 || number == 0);
        }
        assert_eq!(recent.put(999, ()), Some(()));
        assert_eq!(recent.put(990, ()), Some(()));
        assert_eq!(recent.put(500, ()), None, "long forgotten");
    }

    #[test]
    fn what_was_taken_is_gone() {
        let mut recent = Recent::new(1);
        recent.put("a", 1);
        recent.put("b", 2);
        assert_eq!(recent.take(&"a"), Some(1));
        assert_eq!(recent.take(&"a"), None);
    }
}
