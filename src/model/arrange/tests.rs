//! What every layout keeps, and layouts that are known.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::model::{
    definition::{Edge, Node, Port, Trigger},
    event::EventKind,
    note::Note,
    task::{Action, Task},
};

/// A block by the letter of its kind.
fn kind(letter: char) -> NodeKind {
    match letter {
        's' => NodeKind::Start,
        't' => NodeKind::Trigger(Trigger::offered(chrono_tz::Tz::UTC).remove(0)),
        'f' => NodeKind::Filter(None),
        'v' => NodeKind::Event(EventKind::UserCreated),
        'a' => NodeKind::Task(Task::new(Action::AssignGroup)),
        'n' => NodeKind::Note(Note::default()),
        _ => NodeKind::End,
    }
}

/// Blocks by their letters, numbered from 1, all at one place; edges as (from, main or side, to).
fn drawing(letters: &str, edges: &[(u32, bool, u32)]) -> Definition {
    let mut definition = Definition::default();
    for letter in letters.chars() {
        definition.add(Node::new(kind(letter), [37.0, -11.0]));
    }
    for (from, is_main, to) in edges {
        lead(&mut definition, *from, *is_main, *to);
    }
    definition
}

/// Draws the edge if it can be.
fn lead(definition: &mut Definition, from: u32, is_main: bool, to: u32) {
    let (from, to) = (NodeId(from), NodeId(to));
    let ports = definition.node(from).map_or(&[][..], |it| it.kind.ports());
    let port: Option<&Port> = ports.get(usize::from(!is_main));
    if let Some(port) = port
        .copied()
        .filter(|it| definition.after(from, *it).is_none())
    {
        definition.connect(Edge { from, port, to }).ok();
    }
}

/// The drawing as text: a line per row, the numbers of its blocks in their columns.
fn picture(definition: &Definition) -> String {
    let mut rows: BTreeMap<i32, BTreeMap<i32, u32>> = BTreeMap::new();
    let corner = definition
        .node(NodeId(1))
        .map_or([0.0; 2], |it| it.position);
    for (id, node) in definition.blocks() {
        let [column, row] = [
            (node.position[0] - corner[0]) / COLUMN * 2.0,
            (node.position[1] - corner[1]) / ROW,
        ];
        #[expect(clippy::cast_possible_truncation, reason = "a grid of a few cells")]
        let (column, row) = (column.round() as i32, row.round() as i32);
        rows.entry(row).or_default().insert(column, id.0);
    }
    let line = |(_, row): (&i32, &BTreeMap<i32, u32>)| {
        let last = row.keys().next_back().copied().unwrap_or_default();
        let cell = |at: i32| match row.get(&at) {
            Some(id) => id.to_string(),
            None if at % 2 == 0 => ".".to_owned(),
            None => String::new(),
        };
        let cells: Vec<String> = (0..=last).map(cell).filter(|it| !it.is_empty()).collect();
        cells.join(" ")
    };
    let lines: Vec<String> = rows.iter().map(line).collect();
    lines.join("\n")
}

#[track_caller]
fn check(letters: &str, edges: &[(u32, bool, u32)], wanted: &[&str]) {
    let mut definition = drawing(letters, edges);
    definition.tidy_up(None);
    assert_eq!(picture(&definition), wanted.join("\n"));
    laws(&drawing(letters, edges), None);
}

#[track_caller]
fn assert_same(found: &[f32], wanted: &[f32]) {
    let bits = |all: &[f32]| -> Vec<u32> { all.iter().map(|it| it.to_bits()).collect() };
    assert_eq!(bits(found), bits(wanted), "{found:?} is not {wanted:?}");
}

const MAIN: bool = true;
const SIDE: bool = false;

/// What holds for every drawing, whichever blocks are tidied.
#[track_caller]
fn laws(before: &Definition, chosen: Option<&BTreeSet<NodeId>>) {
    let mut tidy = before.clone();
    let has_moved = tidy.tidy_up(chosen);
    assert_eq!(has_moved, tidy != *before);
    let mut again = tidy.clone();
    assert!(!again.tidy_up(chosen), "what is tidy stays");
    assert_eq!(again, tidy);
    let mut back = tidy.clone();
    for (id, node) in before.nodes() {
        back.node_mut(id).expect("no node is lost").position = node.position;
    }
    assert_eq!(back, *before, "only positions change");
    let is_tidied = |id: &NodeId| chosen.is_none_or(|it| it.contains(id));
    let position = |id: NodeId| tidy.node(id).expect("it is there").position;
    for edge in tidy.edges() {
        if is_tidied(&edge.from) && is_tidied(&edge.to) {
            let (from, to) = (position(edge.from), position(edge.to));
            assert!(to[1] >= from[1] + ROW - 0.5, "{edge:?} leads down");
        }
    }
    let mut taken: Vec<(NodeId, [f32; 2])> = tidy
        .blocks()
        .map(|(id, node)| (id, node.position))
        .collect();
    taken.sort_by(|a, b| a.1[1].total_cmp(&b.1[1]));
    for (place, (a, at)) in taken.iter().enumerate() {
        let below = taken[place + 1..].iter();
        for (b, other) in below.take_while(|(_, other)| other[1] < at[1] + BLOCK[1]) {
            if is_tidied(a) || is_tidied(b) {
                let apart = (at[0] - other[0]).abs();
                assert!(apart >= BLOCK[0], "{a:?} and {b:?} overlap");
            }
        }
    }
    if before.edges().count() > 0 {
        let json = serde_json::to_string(&tidy).expect("JSON");
        serde_json::from_str::<Definition>(&json).expect("it can be read");
    }
}

#[test]
fn a_straight_way_stands_in_one_column_with_room_for_placeholders() {
    check(
        "stve",
        &[(1, MAIN, 2), (2, MAIN, 3), (3, MAIN, 4)],
        &["1", "2", "3", "4"],
    );
    let mut definition = drawing("stve", &[(1, MAIN, 2), (2, MAIN, 3), (3, MAIN, 4)]);
    definition.tidy_up(None);
    let top = |id| definition.node(NodeId(id)).expect("a node").position[1];
    assert_same(&[1, 2, 3, 4].map(top), &[-11.0, 93.0, 301.0, 509.0]);
}

#[test]
fn ways_at_the_side_stand_at_the_right_and_meet_below() {
    // Two tasks under a filter meet in a third one.
    check(
        "sfaaae",
        &[
            (1, MAIN, 2),
            (2, MAIN, 3),
            (2, SIDE, 4),
            (3, MAIN, 5),
            (4, MAIN, 5),
            (5, MAIN, 6),
        ],
        &["1", "2", "3 4", "5", "6"],
    );
}

#[test]
fn short_ways_share_a_column_and_long_ones_lie_around_each_other() {
    // Three filters, each with an End of its own.
    check(
        "sfffeeee",
        &[
            (1, MAIN, 2),
            (2, MAIN, 3),
            (3, MAIN, 4),
            (4, MAIN, 5),
            (2, SIDE, 6),
            (3, SIDE, 7),
            (4, SIDE, 8),
        ],
        &["1", "2", ". 6", "3", ". 7", "4", "5 8"],
    );
    // Two tasks that tell of their failure and go on to the one End.
    check(
        "saaeaa",
        &[
            (1, MAIN, 2),
            (2, MAIN, 3),
            (3, MAIN, 4),
            (2, SIDE, 5),
            (3, SIDE, 6),
            (5, MAIN, 4),
            (6, MAIN, 4),
        ],
        &["1", "2", "3 . 5", ". 6", "4"],
    );
}

#[test]
fn loose_pieces_stand_at_the_right() {
    check(
        "seffae",
        &[(1, MAIN, 2), (4, MAIN, 5), (5, MAIN, 6)],
        &["1 . 3", ". . 4", "2 . 5", ". . 6"],
    );
}

#[test]
fn the_first_block_of_all_stays_where_it_is() {
    let mut definition = drawing("se", &[(1, MAIN, 2)]);
    definition.tidy_up(None);
    let start = definition.node(NodeId(1)).expect("Start");
    assert_same(&start.position, &[37.0, -11.0]);
}

#[test]
fn only_what_is_chosen_moves_and_it_covers_nothing_else() {
    let edges = [(1, MAIN, 2), (2, MAIN, 3), (3, MAIN, 4)];
    let mut definition = drawing("sfae", &edges);
    let chosen = BTreeSet::from([NodeId(2), NodeId(3)]);
    let before = definition.clone();
    definition.tidy_up(Some(&chosen));
    let place = |definition: &Definition, id| definition.node(NodeId(id)).expect("it").position;
    assert_same(&place(&definition, 1), &place(&before, 1));
    assert_same(&place(&definition, 4), &place(&before, 4));
    laws(&before, Some(&chosen));
}

#[test]
fn a_note_goes_with_the_nearest_block_and_covers_none() {
    let mut definition = drawing("sfaen", &[(1, MAIN, 2), (2, MAIN, 3), (3, MAIN, 4)]);
    let put = |definition: &mut Definition, id, at| {
        definition.node_mut(NodeId(id)).expect("a node").position = at;
    };
    put(&mut definition, 3, [900.0, 40.0]);
    put(&mut definition, 5, [1_200.0, 40.0]);
    definition.tidy_up(None);
    let place = |definition: &Definition, id| definition.node(NodeId(id)).expect("it").position;
    let (task, note) = (place(&definition, 3), place(&definition, 5));
    assert_same(&[note[0] - task[0], note[1] - task[1]], &[300.0, 0.0]);
    // Now at a place where the layout puts another block.
    put(&mut definition, 3, [900.0, 40.0]);
    put(&mut definition, 5, [900.0, -110.0]);
    definition.tidy_up(None);
    let note = place(&definition, 5);
    for (id, node) in definition.blocks() {
        let apart = |axis: usize, size: f32, other: f32| {
            let apart = node.position[axis] - note[axis];
            apart >= size || apart <= -other
        };
        let is_clear = apart(0, 260.0, BLOCK[0]) || apart(1, 128.0, BLOCK[1]);
        assert!(is_clear, "the note covers {id:?}");
    }
    laws(&definition, None);
}

#[test]
fn nothing_leaves_the_canvas() {
    let mut definition = drawing("sae", &[(1, MAIN, 2), (2, MAIN, 3), (2, SIDE, 3)]);
    definition.node_mut(NodeId(1)).expect("Start").position = [REACH, REACH];
    laws(&definition, None);
}

#[test]
fn a_definition_of_the_greatest_size_is_laid_out() {
    // A task after the other, each of which tells of its failure; all ways meet in one End.
    let tasks = 1_500_u32;
    let mut letters = String::from("se");
    let mut edges = vec![(1, MAIN, 3)];
    for number in 0..tasks {
        letters.push_str("aaa");
        let [main, side, more] = [0, 1, 2].map(|it| 3 + 3 * number + it);
        let next = if number + 1 == tasks { 2 } else { main + 3 };
        edges.extend([(main, MAIN, next), (main, SIDE, side)]);
        edges.extend([(side, MAIN, more), (more, MAIN, 2)]);
    }
    laws(&quickly_drawn(&letters, &edges), None);
}

/// The same as [`drawing`] without asking of each edge whether it closes a circle.
fn quickly_drawn(letters: &str, edges: &[(u32, bool, u32)]) -> Definition {
    let bare = drawing(letters, &[]);
    let mut written = serde_json::to_value(&bare).expect("JSON");
    let ports = |from: u32| bare.node(NodeId(from)).expect("it").kind.ports();
    let edge = |(from, is_main, to): &(u32, bool, u32)| {
        let port = ports(*from)[usize::from(!is_main)].label();
        serde_json::json!({ "from": from, "port": port, "to": to })
    };
    written["edges"] = edges.iter().map(edge).collect();
    serde_json::from_value(written).expect("it can be read")
}

/// Edges lead to higher numbers only, so there are no circles.
fn any_drawing(most: usize) -> impl Strategy<Value = Definition> {
    let letters = proptest::collection::vec(prop_oneof!["f", "f", "a", "a", "e", "n"], 1..most);
    let ways = proptest::collection::vec((any::<(u32, bool)>(), 1_u32..12), 0..3 * most);
    (letters, ways, any::<bool>()).prop_map(|(letters, ways, has_trigger)| {
        let head = if has_trigger { "stv" } else { "s" };
        let letters = format!("{head}{}", letters.concat());
        let count = u32::try_from(letters.len()).expect("few");
        let mut definition = drawing(&letters, &[]);
        if has_trigger {
            lead(&mut definition, 1, MAIN, 2);
        }
        for ((from, is_main), step) in ways {
            let from = from % count + 1;
            let to = from + step;
            if to <= count {
                lead(&mut definition, from, is_main, to);
            }
        }
        for (number, id) in (0_u8..).zip((1..=count).map(NodeId)) {
            let node = definition.node_mut(id).expect("it was added");
            let number = f32::from(number);
            node.position = [(number * 97.0) % 700.0, (number * 61.0) % 400.0];
        }
        definition
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_laws_hold_for_any_drawing(definition in any_drawing(60)) {
        laws(&definition, None);
    }

    #[test]
    fn the_laws_hold_for_any_part(definition in any_drawing(30), seed in any::<u64>()) {
        let ids = definition.nodes().map(|(id, _)| id);
        let chosen = ids.filter(|id| seed >> (id.0 % 64) & 1 == 1).collect();
        laws(&definition, Some(&chosen));
    }
}
