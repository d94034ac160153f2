//! What can be drawn, and what can be read.

use super::*;

/// Two filters and an end, nothing connected: nodes 1, 2 and 3.
fn three() -> Definition {
    let mut definition = Definition::default();
    for kind in [
        NodeKind::Filter(None),
        NodeKind::Filter(None),
        NodeKind::End,
    ] {
        definition.add(Node::new(kind, [0.0, 0.0]));
    }
    definition
}

fn edge(from: u32, port: Port, to: u32) -> Edge {
    Edge {
        from: NodeId(from),
        port,
        to: NodeId(to),
    }
}

#[track_caller]
fn refuses(json: &str, message: &str) {
    let error = serde_json::from_str::<Definition>(json).expect_err("a refusal");
    assert!(error.to_string().contains(message), "{error}");
}

/// A definition of one trigger, as written down.
fn trigger(written: &str) -> String {
    format!(r#"{{"nodes":{{"7":{{"kind":{{"trigger":{written}}},"position":[0,0]}}}},"edges":[]}}"#)
}

#[test]
fn a_trigger_with_the_source_of_another_event_is_refused() {
    for (written, message) in [
        (
            r#"{"update":{"sources":["api","self_registration"]}}"#,
            "the trigger 7 is User Profile Update, which has no source \"User Self-Registration\"",
        ),
        (
            r#"{"registration":{"sources":["api"]}}"#,
            "the trigger 7 is New User Registration, which has no source \"API\"",
        ),
        (
            r#"{"update":{"sources":["telepathy"]}}"#,
            "unknown variant `telepathy`",
        ),
        (r#"{"update":{"sources":"api"}}"#, "expected a sequence"),
        (r#"{"update":{}}"#, "missing field `sources`"),
    ] {
        refuses(&trigger(written), message);
    }
}

#[test]
fn a_trigger_may_wait_for_any_of_its_own_sources() {
    for offered in Trigger::offered(chrono_tz::Tz::UTC) {
        let written = serde_json::to_string(&offered).expect("JSON");
        let read: Definition = serde_json::from_str(&trigger(&written)).expect("it is read");
        assert_eq!(read.trigger(), Some((NodeId(7), &offered)));
    }
}

#[test]
fn a_port_has_one_edge_and_a_node_any_number() {
    let mut definition = three();
    definition
        .connect(edge(1, Port::Matched, 2))
        .expect("an edge");
    definition
        .connect(edge(1, Port::Matched, 3))
        .expect("instead");
    definition
        .connect(edge(2, Port::Matched, 3))
        .expect("as well");
    assert_eq!(definition.edges().count(), 2);
    assert_eq!(definition.edges_into(NodeId(3)).count(), 2);
}

#[test]
fn edges_that_cannot_be_are_refused_with_the_reason() {
    let mut definition = three();
    definition
        .connect(edge(1, Port::Matched, 2))
        .expect("an edge");
    let check = |edge, error| assert_eq!(definition.check_edge(edge), Err(error));
    check(edge(2, Port::Matched, 1), EdgeError::Cycle);
    check(edge(1, Port::Otherwise, 1), EdgeError::Itself);
    check(edge(1, Port::Done, 3), EdgeError::NoSuchPort);
    check(edge(3, Port::Next, 1), EdgeError::NoSuchPort);
    check(edge(1, Port::Otherwise, 9), EdgeError::NoSuchNode);
}

#[test]
fn a_node_stays_on_the_canvas_and_finds_a_number() {
    let json = r#"{"nodes":{"4294967295":{"kind":"end","position":[0,0]}},"edges":[]}"#;
    let mut definition: Definition = serde_json::from_str(json).expect("a definition");
    let id = definition.add(Node::new(NodeKind::End, [0.0, 0.0]));
    assert_eq!((id, definition.len()), (NodeId(1), 2));
    definition.shift(id, [f32::NAN, 3e6]);
    let node = definition.node(id).expect("it was added");
    assert_eq!(format!("{:?}", node.position), "[0.0, 1000000.0]");
}

#[test]
fn a_removed_step_leaves_the_way_connected() {
    let mut definition = three();
    definition
        .connect(edge(1, Port::Matched, 2))
        .expect("an edge");
    definition
        .connect(edge(2, Port::Matched, 3))
        .expect("an edge");
    definition.remove_and_close(NodeId(2));
    let left: Vec<Edge> = definition.edges().collect();
    assert_eq!(left, [edge(1, Port::Matched, 3)]);
}

#[test]
fn a_written_definition_comes_back() {
    let mut definition = three();
    definition
        .connect(edge(1, Port::Matched, 2))
        .expect("an edge");
    let json = serde_json::to_string(&definition).expect("JSON");
    assert_eq!(
        serde_json::from_str::<Definition>(&json).expect("it was JSON"),
        definition
    );
}

#[test]
fn what_cannot_be_drawn_cannot_be_read() {
    let nodes = r#""nodes":{"1":{"kind":{"filter":null},"position":[0,0]},"2":{"kind":{"filter":null},"position":[0,0]}}"#;
    let read = |edges: &str| format!("{{{nodes},\"edges\":[{edges}]}}");
    let there = r#"{"from":1,"port":"matched","to":2}"#;
    let back = r#"{"from":2,"port":"matched","to":1}"#;
    refuses(&read(&format!("{there},{back}")), "go round in a circle");
    refuses(&read(&format!("{there},{there}")), "has an edge already");
    refuses(
        &read(r#"{"from":1,"port":"matched","to":7}"#),
        "does not exist",
    );
    refuses(
        &read(r#"{"from":1,"port":"sideways","to":2}"#),
        "unknown variant",
    );
    refuses(
        r#"{"nodes":{},"edges":[],"colour":1}"#,
        "unknown field `colour`",
    );
    refuses(
        r#"{"nodes":{"1":{"kind":"end","position":[0,1e39]}},"edges":[]}"#,
        "lies nowhere on the canvas",
    );
}

#[test]
fn a_note_is_written_and_read_but_never_connected() {
    let mut definition = three();
    let note = Note {
        text: "Ask HR\nfirst".to_owned(),
        size: [300, 200],
    };
    let note = definition.add(Node::new(NodeKind::Note(note), [-400.0, 12.5]));
    let json = serde_json::to_string(&definition).expect("JSON");
    let read: Definition = serde_json::from_str(&json).expect("it was JSON");
    assert_eq!(read, definition);
    assert_eq!(read.blocks().count(), 3);
    assert_eq!(read.notes().count(), 1);
    let check = |from, port, to, why| {
        assert_eq!(definition.check_edge(Edge { from, port, to }), Err(why));
    };
    check(NodeId(1), Port::Matched, note, EdgeError::IntoNote);
    check(note, Port::Next, NodeId(1), EdgeError::NoSuchPort);
}

#[test]
fn a_note_of_impossible_size_or_text_cannot_be_read() {
    let read = |note: &str| {
        format!(r#"{{"nodes":{{"1":{{"kind":{{"note":{note}}},"position":[0,0]}}}},"edges":[]}}"#)
    };
    refuses(&read(r#"{"size":[10,10]}"#), "its size must lie between");
    refuses(&read(r#"{"size":[300,-200]}"#), "invalid value");
    refuses(&read(r#"{"size":[1e999,200]}"#), "out of range");
    refuses(
        &read(r#"{"size":[300,200],"text":"\u0000"}"#),
        "control character",
    );
    refuses(&read(r#"{"size":[300,200],"colour":1}"#), "unknown field");
}
