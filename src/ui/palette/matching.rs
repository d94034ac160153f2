//! How well a text answers what was typed.
//!
//! **Invariant:** every typed word occurs in what matches.

use crate::model::text::fold;

/// The words that were typed, as they are compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    words: Vec<String>,
}

impl Wanted {
    pub(super) fn new(typed: &str) -> Self {
        let words = fold(typed);
        Self {
            words: words.split_whitespace().map(str::to_owned).collect(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The higher, the better; `None` if a word is missing.
    pub(super) fn score(&self, text: &str) -> Option<u32> {
        let text = fold(text);
        let mut total = 0;
        for word in &self.words {
            total += score(&text, word)?;
        }
        // What is wholly typed comes before what goes on after it.
        let is_all = self.words.join(" ") == text.trim();
        Some(total + u32::from(is_all))
    }
}

fn score(text: &str, word: &str) -> Option<u32> {
    let mut best = None;
    for (at, _) in text.match_indices(word) {
        let before = text.get(..at).unwrap_or_default();
        let after = text.get(at + word.len()..).unwrap_or_default();
        let begins = !before.ends_with(char::is_alphanumeric);
        let ends = !after.starts_with(char::is_alphanumeric);
        let found = match (begins, ends) {
            (true, _) if before.is_empty() => 6 + u32::from(ends),
            (true, true) => 5,
            (true, false) => 4,
            (false, _) => 1,
        };
        best = best.max(Some(found));
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The texts that match, the best first.
    #[track_caller]
    fn finds(typed: &str, texts: &[&str], expected: &[&str]) {
        let wanted = Wanted::new(typed);
        let scored = texts.iter().filter_map(|it| Some((wanted.score(it)?, *it)));
        let mut scored: Vec<(u32, &str)> = scored.collect();
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        let found: Vec<&str> = scored.into_iter().map(|(_, it)| it).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn every_word_must_occur_in_any_order() {
        finds("user new", &["New user…", "New group…"], &["New user…"]);
        finds("new user x", &["New user…"], &[]);
        finds("", &["New user…"], &["New user…"]);
    }

    #[test]
    fn the_beginning_of_a_word_counts_more_than_its_middle() {
        finds(
            "port",
            &["Import", "A port", "Portal"],
            &["Portal", "A port", "Import"],
        );
        finds("zoom", &["Zoom in", "zoom"], &["zoom", "Zoom in"]);
        finds(
            "in",
            &["Find", "Zoom into", "Zoom in"],
            &["Zoom in", "Zoom into", "Find"],
        );
    }

    #[test]
    fn case_and_the_way_letters_are_written_make_no_difference() {
        finds("STRASSE", &["Straße"], &["Straße"]);
        finds("ａda", &["Ada"], &["Ada"]);
        finds("שלום", &["שלום עולם", "Welcome"], &["שלום עולם"]);
        finds("ПРИ", &["Привет"], &["Привет"]);
    }

    #[test]
    fn signs_are_only_signs() {
        finds("%", &["100 %", "Undo"], &["100 %"]);
        finds("…", &["Undo"], &[]);
        finds(".*", &["Undo"], &[]);
    }

    #[test]
    fn ten_thousand_letters_are_answered_at_once() {
        let long = "a".repeat(10_000);
        finds(&long, &["Undo", "Redo"], &[]);
        finds("a", &[&long], &[&long]);
    }
}
