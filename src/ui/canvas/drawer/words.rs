//! What a frame changed in the drawer: a whole change, or a part of a text that is being typed.
//!
//! **Invariant:** typed text is cut after each word, so that every word is an undo point of its own. A
//! number or a time is one word.

use egui::{Event, Key, Ui};

use crate::model::{
    condition::Condition,
    definition::{Node, NodeKind},
    task::RunMode,
};

#[derive(Clone, Debug, PartialEq)]
pub(in crate::ui::canvas) enum Change {
    /// A click, a choice, a paste.
    Whole(Node),
    Typed(Typed),
}

/// The node after each word that was ended, and after the one that may go on.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::ui::canvas) struct Typed {
    pub(in crate::ui::canvas) ended: Vec<Node>,
    pub(in crate::ui::canvas) open: Option<Node>,
    pub(in crate::ui::canvas) is_deletion: bool,

    /// Where it began and ended in the text: the first and the last place that it may be. Beside an
    /// equal letter nobody can tell.
    pub(in crate::ui::canvas) from: [usize; 2],
    pub(in crate::ui::canvas) to: [usize; 2],
}

impl Typed {
    /// A number or a time, which is one word however many keys it takes.
    fn number(before: &Node, after: &Node) -> Option<Self> {
        let is_of_numbers = matches!(after.kind, NodeKind::Trigger(_) | NodeKind::Sweep(_));
        (is_of_numbers && before.name == after.name).then(|| Self {
            ended: Vec::new(),
            open: Some(after.clone()),
            is_deletion: false,
            from: [0, usize::MAX],
            to: [0, usize::MAX],
        })
    }

    /// Whether it is where another one ended.
    pub(in crate::ui::canvas) fn follows(&self, [first, last]: [usize; 2]) -> bool {
        self.is_deletion || (self.from[0] <= last && first <= self.from[1])
    }
}

impl Change {
    pub(super) fn of(ui: &Ui, before: &Node, after: &Node) -> Self {
        let typed = is_typing(ui)
            .then(|| typed(before, after).or_else(|| Typed::number(before, after)))
            .flatten();
        typed.map_or_else(|| Self::Whole(after.clone()), Self::Typed)
    }
}

/// Whether the keyboard changes a text in this frame, other than by cutting and pasting.
fn is_typing(ui: &Ui) -> bool {
    let is_field = ui.ctx().text_edit_focused();
    let edits = |event: &Event| match event {
        Event::Text(_) | Event::Ime(_) => true,
        Event::Key { key, pressed, .. } => {
            // The letters delete as well, with Ctrl.
            let deletes = [Key::Backspace, Key::Delete, Key::H, Key::K, Key::U, Key::W];
            *pressed && deletes.contains(key)
        }
        _ => false,
    };
    let moves = |event: &Event| matches!(event, Event::Paste(_) | Event::Cut);
    is_field && ui.input(|it| it.events.iter().any(edits) && !it.events.iter().any(moves))
}

fn typed(before: &Node, after: &Node) -> Option<Typed> {
    let which = only_difference(before, after)?;
    let text = |node: &Node| {
        let mut node = node.clone();
        let found = texts(&mut node).into_iter().nth(which);
        found.map(std::mem::take).unwrap_or_default()
    };
    let words = Words::between(&text(before), &text(after));
    let with = |text: String| {
        let mut node = after.clone();
        if let Some(place) = texts(&mut node).into_iter().nth(which) {
            *place = text;
        }
        node
    };
    Some(Typed {
        ended: words.ended.into_iter().map(with).collect(),
        open: words.is_open.then(|| after.clone()),
        is_deletion: words.is_deletion,
        from: words.from,
        to: words.to,
    })
}

/// Where the text differs that is another one, and whether it is the name: behind the difference is
/// where the cursor belongs when undo has changed it.
pub(super) fn cursor(before: &Node, after: &Node) -> Option<(bool, usize)> {
    let (mut before, mut after) = (before.clone(), after.clone());
    let (old, new) = (texts(&mut before), texts(&mut after));
    let mut both = old.into_iter().zip(new).enumerate();
    let (which, (old, new)) = both.find(|(_, (old, new))| old != new)?;
    Some((which == 0, Words::between(old, new).to[1]))
}

/// Which of the texts is another one, if nothing else is.
fn only_difference(before: &Node, after: &Node) -> Option<usize> {
    let (mut before, mut same) = (before.clone(), after.clone());
    let (old, new) = (texts(&mut before), texts(&mut same));
    if old.len() != new.len() {
        return None;
    }
    let mut found = None;
    for (index, (old, new)) in old.into_iter().zip(new).enumerate() {
        if old != new {
            found = Some(index);
            old.clone_from(new);
        }
    }
    // A second difference would have been evened out as well, but no frame types into two fields.
    found.filter(|_| before == same)
}

/// Everything in a node that is written by hand.
fn texts(node: &mut Node) -> Vec<&mut String> {
    let mut texts = vec![&mut node.name];
    match &mut node.kind {
        NodeKind::Filter(Some(condition)) => add_values(condition, &mut texts),
        NodeKind::Task(task) => {
            if let RunMode::Conditional(condition) = &mut task.mode {
                add_values(condition, &mut texts);
            }
            for condition in task.rules.iter_mut().filter_map(|it| it.when.as_mut()) {
                add_values(condition, &mut texts);
            }
        }
        NodeKind::Note(note) => texts.push(&mut note.text),
        NodeKind::Start
        | NodeKind::Trigger(_)
        | NodeKind::Filter(None)
        | NodeKind::Event(_)
        | NodeKind::Sweep(_)
        | NodeKind::End => (),
    }
    texts
}

fn add_values<'a>(condition: &'a mut Condition, texts: &mut Vec<&'a mut String>) {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => {
            for part in parts {
                add_values(part, texts);
            }
        }
        Condition::Test(test) => texts.push(&mut test.value),
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Words {
    /// The whole text after each word that was ended.
    ended: Vec<String>,

    /// Something was written after the last of them.
    is_open: bool,
    is_deletion: bool,

    from: [usize; 2],
    to: [usize; 2],
}

impl Words {
    fn between(before: &str, after: &str) -> Self {
        let (old, new): (Vec<char>, Vec<char>) =
            (before.chars().collect(), after.chars().collect());
        let start = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
        let (old_rest, new_rest) = (&old[start..], &new[start..]);
        let same_end = old_rest.iter().rev().zip(new_rest.iter().rev());
        let tail = new.len() - same_end.take_while(|(a, b)| a == b).count();
        let ends = |at: usize| {
            let previous = at.checked_sub(1).and_then(|it| new.get(it));
            is_between_words(new[at]) && previous.is_some_and(|it| !is_between_words(*it))
        };
        let ending = old.iter().rev().zip(new.iter().rev());
        let ending = ending.take_while(|(a, b)| a == b).count();
        let first = start.min(old.len() - ending);
        let cuts: Vec<usize> = (start..tail)
            .filter(|at| ends(*at))
            .map(|at| at + 1)
            .collect();
        let until = |cut: &usize| new[..*cut].iter().chain(&new[tail..]).collect();
        Self {
            ended: cuts.iter().map(until).collect(),
            is_open: cuts.last() != Some(&tail),
            is_deletion: start == tail,
            from: [first, start],
            to: [tail + first - start, tail],
        }
    }
}

fn is_between_words(letter: char) -> bool {
    !letter.is_alphanumeric() && !matches!(letter, '\'' | '’' | '-' | '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, after: &str, ended: &[&str], is_open: bool) {
        let words = Words::between(before, after);
        assert_eq!(words.ended, ended);
        assert_eq!(words.is_open, is_open);
        assert!(!words.is_deletion);
    }

    #[test]
    fn a_word_ends_with_what_follows_it() {
        check("", "n", &[], true);
        check("new", "new ", &["new "], false);
        check("new ", "new j", &[], true);
        check("", "new joiner team", &["new ", "new joiner "], true);
        check("a", "a, b", &["a,"], true);
        check("", "@example.org", &["@example."], true);
        check("", "Ann-Marie's", &[], true);
    }

    #[test]
    fn words_are_written_in_the_middle_too() {
        check("team", "new team", &["new team"], false);
        check(
            "the team",
            "the big new team",
            &["the big team", "the big new team"],
            false,
        );
        check("größe", "größte", &[], true);
        check("old team", "new team", &[], true);
    }

    #[test]
    fn where_a_word_goes_on_is_known_but_for_equal_letters() {
        let words = Words::between("foo", "fooo");
        assert_eq!((words.from, words.to), ([1, 3], [2, 4]));
        let words = Words::between("new team", "tnew team");
        assert_eq!((words.from, words.to), ([0, 0], [1, 1]));
    }

    #[test]
    fn taking_away_is_told_from_writing() {
        assert!(Words::between("team", "tea").is_deletion);
        assert!(Words::between("team", "").is_deletion);
        assert!(!Words::between("", "t").is_deletion);
    }
}
