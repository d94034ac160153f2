//! Where a condition may go among the others. Pure: whoever draws decides when.

use crate::model::condition::{Condition, MAX_DEPTH};

/// Positions from the outermost group inwards; empty is that group itself.
pub(super) type Path = Vec<usize>;

/// Between two parts of a group, as they stand before anything moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) group: Path,

    /// Of the part that it lies before.
    pub(super) index: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Up,
    Down,
}

/// The same with the part at `from` at another place, and where that is now.
pub(super) fn moved(whole: &Condition, from: &[usize], to: &Place) -> Option<(Condition, Path)> {
    let (last, parent) = from.split_last()?;
    if !fits(whole, from, to) || is_same(from, to) {
        return None;
    }
    let mut whole = whole.clone();
    let siblings = parts_mut(&mut whole, parent)?;
    let part = (*last < siblings.len()).then(|| siblings.remove(*last))?;
    let Place {
        mut group,
        mut index,
    } = to.clone();
    if group == parent {
        index -= usize::from(index > *last);
    } else if group.starts_with(parent)
        && let Some(step) = group.get_mut(parent.len())
    {
        *step -= usize::from(*step > *last);
    }
    let siblings = parts_mut(&mut whole, &group)?;
    index = index.min(siblings.len());
    siblings.insert(index, part);
    group.push(index);
    Some((whole, group))
}

/// Whether it already stands there.
pub(super) fn is_same(from: &[usize], to: &Place) -> bool {
    let Some((last, parent)) = from.split_last() else {
        return true;
    };
    to.group == parent && (to.index == *last || to.index == last + 1)
}

/// Whether it may go there: not into itself, and no deeper than groups may nest.
pub(super) fn fits(whole: &Condition, from: &[usize], to: &Place) -> bool {
    let Some(part) = part(whole, from) else {
        return false;
    };
    !to.group.starts_with(from) && to.group.len() + 1 + height(part) <= MAX_DEPTH
}

/// One place further, into groups and out of them.
pub(super) fn further(whole: &Condition, from: &[usize], way: Way) -> Option<Place> {
    let (last, parent) = from.split_last()?;
    let siblings = parts(part(whole, parent)?);
    let neighbour = match way {
        Way::Up => last.checked_sub(1),
        Way::Down => Some(last + 1).filter(|it| *it < siblings.len()),
    };
    let Some(neighbour) = neighbour else {
        let (above, outer) = parent.split_last()?;
        return Some(Place {
            group: outer.to_vec(),
            index: above + usize::from(way == Way::Down),
        });
    };
    if let Some(group @ (Condition::All(_) | Condition::Any(_))) = siblings.get(neighbour) {
        let inside = Place {
            group: [parent, &[neighbour]].concat(),
            index: if way == Way::Up {
                parts(group).len()
            } else {
                0
            },
        };
        if fits(whole, from, &inside) {
            return Some(inside);
        }
    }
    Some(Place {
        group: parent.to_vec(),
        index: neighbour + usize::from(way == Way::Down),
    })
}

fn part<'a>(whole: &'a Condition, path: &[usize]) -> Option<&'a Condition> {
    path.iter()
        .try_fold(whole, |inside, index| parts(inside).get(*index))
}

fn parts(condition: &Condition) -> &[Condition] {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts,
        Condition::Test(_) => &[],
    }
}

fn parts_mut<'a>(whole: &'a mut Condition, path: &[usize]) -> Option<&'a mut Vec<Condition>> {
    let (Condition::All(parts) | Condition::Any(parts)) = whole else {
        return None;
    };
    match path {
        [] => Some(parts),
        [first, rest @ ..] => parts_mut(parts.get_mut(*first)?, rest),
    }
}

/// How many groups lie in each other, the outermost counted.
fn height(condition: &Condition) -> usize {
    match condition {
        Condition::Test(_) => 0,
        group => 1 + parts(group).iter().map(height).max().unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::condition::{Operator, Subject};

    fn is(name: &str) -> Condition {
        Condition::test(Subject::FirstName, Operator::Equal, name)
    }

    /// a, b, any of (c, d), e
    fn whole() -> Condition {
        let inner = Condition::Any(vec![is("c"), is("d")]);
        Condition::All(vec![is("a"), is("b"), inner, is("e")])
    }

    fn short(condition: &Condition) -> String {
        match condition {
            Condition::Test(test) => test.value.clone(),
            group => {
                let parts: Vec<String> = parts(group).iter().map(short).collect();
                format!("({})", parts.join(" "))
            }
        }
    }

    #[track_caller]
    fn goes(from: &[usize], group: &[usize], index: usize, expected: &str) {
        let to = Place {
            group: group.to_vec(),
            index,
        };
        let found = moved(&whole(), from, &to);
        assert_eq!(
            found.as_ref().map(|it| short(&it.0)).as_deref(),
            Some(expected)
        );
        let (after, path) = found.expect("it was moved");
        assert_eq!(
            part(&after, &path),
            part(&whole(), from),
            "it is found there"
        );
    }

    #[track_caller]
    fn stays(from: &[usize], group: &[usize], index: usize) {
        let to = Place {
            group: group.to_vec(),
            index,
        };
        assert_eq!(moved(&whole(), from, &to), None);
    }

    #[test]
    fn a_part_goes_to_another_place() {
        goes(&[0], &[], 2, "(b a (c d) e)");
        goes(&[3], &[], 0, "(e a b (c d))");
        goes(&[2], &[], 0, "((c d) a b e)");
    }

    #[test]
    fn a_part_goes_into_a_group_and_out_of_it() {
        goes(&[0], &[2], 1, "(b (c a d) e)");
        goes(&[3], &[2], 2, "(a b (c d e))");
        goes(&[2, 0], &[], 0, "(c a b (d) e)");
        goes(&[2, 1], &[], 4, "(a b (c) e d)");
    }

    #[test]
    fn what_stands_there_already_stays() {
        stays(&[1], &[], 1);
        stays(&[1], &[], 2);
        stays(&[], &[], 0);
        stays(&[9], &[], 0);
    }

    #[test]
    fn nothing_goes_into_itself() {
        stays(&[2], &[2], 0);
    }

    #[test]
    fn no_group_goes_deeper_than_groups_may_nest() {
        let mut deep = Condition::All(vec![is("x")]);
        for _ in 2..MAX_DEPTH {
            deep = Condition::All(vec![deep]);
        }
        let whole = Condition::All(vec![deep, Condition::Any(vec![is("y")])]);
        let place = |depth: usize| Place {
            group: vec![0; depth],
            index: 0,
        };
        assert!(fits(&whole, &[1], &place(MAX_DEPTH - 2)));
        assert!(!fits(&whole, &[1], &place(MAX_DEPTH - 1)));
        assert!(fits(&whole, &[1, 0], &place(MAX_DEPTH - 1)));
    }

    /// Where pressing the key again and again leads.
    fn trip(from: &[usize], way: Way) -> Vec<String> {
        let (mut now, mut path) = (whole(), from.to_vec());
        let mut seen = Vec::new();
        while let Some(to) = further(&now, &path, way) {
            (now, path) = moved(&now, &path, &to).expect("it moves");
            seen.push(short(&now));
        }
        seen
    }

    #[test]
    fn the_keyboard_leads_through_groups_to_both_ends() {
        let down = [
            "(b a (c d) e)",
            "(b (a c d) e)",
            "(b (c a d) e)",
            "(b (c d a) e)",
            "(b (c d) a e)",
            "(b (c d) e a)",
        ];
        assert_eq!(trip(&[0], Way::Down), down);
        let up = [
            "(a b (c d e))",
            "(a b (c e d))",
            "(a b (e c d))",
            "(a b e (c d))",
            "(a e b (c d))",
            "(e a b (c d))",
        ];
        assert_eq!(trip(&[3], Way::Up), up);
    }

    proptest! {
        #[test]
        fn up_takes_down_back(from in 0_usize..4) {
            let whole = whole();
            if let Some(to) = further(&whole, &[from], Way::Down) {
                let (after, path) = moved(&whole, &[from], &to).expect("it moves");
                let back = further(&after, &path, Way::Up).expect("there is a way back");
                let (again, _) = moved(&after, &path, &back).expect("it moves");
                prop_assert_eq!(again, whole);
            }
        }
    }
}
