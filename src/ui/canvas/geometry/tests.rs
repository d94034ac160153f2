//! Where things are, in drawings small enough to know it.

use super::*;
use crate::model::{definition::Trigger, draw::ROW};

fn registration() -> Definition {
    let mut definition = Definition::blank();
    definition.set_trigger(Trigger::offered(chrono_tz::Tz::UTC).remove(0));
    definition
}

#[test]
fn a_straight_way_down_is_a_straight_line() {
    let geometry = Geometry::new(&Definition::blank());
    let line = geometry.edges().first().expect("Start leads to End");
    assert_eq!(line.points.len(), 2);
    assert!((line.points[1].y - 2.0 * ROW).abs() < f32::EPSILON);
    assert!((line.points[0].x - line.points[1].x).abs() < f32::EPSILON);
}

#[test]
fn invitations_lie_in_the_middle_of_their_edge_and_touch_no_node() {
    let definition = registration();
    let geometry = Geometry::new(&definition);
    assert_eq!(geometry.invitations().len(), 2);
    for it in geometry.invitations() {
        assert_eq!(geometry.nodes_in(it.rect).count(), 0, "{it:?}");
        assert!(geometry.edge_at(it.rect.center(), 1.0) == Some(it.edge));
    }
}

#[test]
fn an_edge_is_found_beside_its_line_but_not_far_from_it() {
    let geometry = Geometry::new(&Definition::blank());
    let line = geometry.edges().first().expect("an edge");
    let middle = line.middle();
    assert_eq!(
        geometry.edge_at(middle + vec2(5.0, 0.0), 6.0),
        Some(line.edge)
    );
    assert_eq!(geometry.edge_at(middle + vec2(9.0, 0.0), 6.0), None);
}

#[test]
fn a_side_port_goes_around_what_lies_below() {
    let from = Rect::from_min_size(Pos2::ZERO, canvas::NODE);
    let below = Rect::from_min_size(pos2(0.0, ROW), canvas::NODE);
    let points = way(from, pos2(130.0, 3.0 * ROW), false);
    assert!(points.iter().all(|point| !below.contains(*point)));
    assert_eq!(points.last(), Some(&pos2(130.0, 3.0 * ROW)));
}

#[test]
fn invitations_of_ways_that_meet_lie_apart() {
    let mut definition = Definition::blank();
    definition.set_trigger(Trigger::offered(chrono_tz::Tz::UTC).remove(0));
    let end = definition.find(|kind| *kind == NodeKind::End);
    let end = end.expect("a blank definition has one");
    let beside = Node::new(NodeKind::Filter(None), [340.0, 2.0 * ROW]);
    let from = definition.add(beside);
    let port = Port::Matched;
    definition
        .connect(Edge {
            from,
            port,
            to: end,
        })
        .expect("it fits");
    let geometry = Geometry::new(&definition);
    let rects: Vec<Rect> = geometry.invitations().iter().map(|it| it.rect).collect();
    assert_eq!(rects.len(), 3);
    for (index, rect) in rects.iter().enumerate() {
        let others = rects.iter().skip(index + 1);
        assert!(others.clone().all(|other| !other.intersects(*rect)));
    }
}

#[test]
fn what_follows_a_move_is_as_if_it_was_built_anew() {
    let mut definition = registration();
    for port in [Port::Matched, Port::Otherwise] {
        let edge = definition.edges().last().expect("an edge");
        let kind = NodeKind::Filter(None);
        let filter = definition.insert(edge, kind).expect("it takes a step");
        let end = definition.find(|kind| *kind == NodeKind::End);
        let to = end.expect("there is one");
        let from = filter;
        definition
            .connect(Edge { from, port, to })
            .expect("it fits");
    }
    let ids: Vec<NodeId> = definition.nodes().map(|(id, _)| id).collect();
    let mut geometry = Geometry::new(&definition);
    for moved in [&ids[..1], &ids[1..2], &ids[2..5], &ids[..]] {
        let moved: BTreeSet<NodeId> = moved.iter().copied().collect();
        for id in &moved {
            definition.shift(*id, [31.0, -17.0]);
        }
        assert_ne!(geometry, Geometry::new(&definition));
        geometry.follow(&definition, &moved);
        assert_near(&geometry, &Geometry::new(&definition));
    }
}

/// What moves as a whole is shifted, which rounds otherwise than drawing it anew.
#[track_caller]
fn assert_near(found: &Geometry, expected: &Geometry) {
    assert_eq!(found.nodes, expected.nodes);
    assert_eq!(found.edges.len(), expected.edges.len());
    for (a, b) in found.edges.iter().zip(&expected.edges) {
        assert_eq!((a.edge, a.points.len()), (b.edge, b.points.len()));
        let mut points = a.points.iter().zip(&b.points);
        assert!(points.all(|(a, b)| a.distance(*b) < 0.01), "{a:?} {b:?}");
        assert!(a.bounds.min.distance(b.bounds.min) < 0.01);
        assert!(a.bounds.max.distance(b.bounds.max) < 0.01);
    }
    for (a, b) in found.invitations.iter().zip(&expected.invitations) {
        assert_eq!((a.edge, a.kind), (b.edge, b.kind));
        assert!(a.rect.min.distance(b.rect.min) < 0.01);
    }
    assert_eq!(found.invitations.len(), expected.invitations.len());
}

#[test]
fn a_way_back_up_has_no_nan() {
    let from = Rect::from_min_size(Pos2::ZERO, canvas::NODE);
    for to in [
        from.center_bottom(),
        from.right_center(),
        pos2(-500.0, -900.0),
    ] {
        for is_main in [true, false] {
            let points = way(from, to, is_main);
            assert!(points.iter().all(|it| it.x.is_finite() && it.y.is_finite()));
        }
    }
}

#[test]
fn an_empty_definition_has_finite_bounds() {
    assert!(Geometry::new(&Definition::default()).bounds().is_finite());
}

#[test]
fn the_topmost_node_is_found() {
    let mut definition = Definition::default();
    definition.add(Node::new(NodeKind::End, [0.0, 0.0]));
    let upper = definition.add(Node::new(NodeKind::End, [10.0, 10.0]));
    let geometry = Geometry::new(&definition);
    assert_eq!(geometry.node_at(pos2(20.0, 20.0)), Some(upper));
    assert_eq!(geometry.node_at(pos2(20.0, 200.0)), None);
}
