//! Where nodes, ports, edges and placeholders are. Pure: a definition in, rectangles and lines out.
//!
//! Everything here is in canvas coordinates; [`super::view::View`] brings it to the screen.

use std::collections::{BTreeMap, BTreeSet};

use egui::{Pos2, Rect, Vec2, pos2, vec2};

use crate::{
    model::{
        definition::{Definition, Edge, Node, NodeId, NodeKind, Port},
        draw::{PlaceholderKind, ROW},
    },
    ui::tokens::canvas,
};

/// How far an edge that leaves on the right stays away from the blocks.
const LANE: f32 = 40.0;

/// An edge that leaves on the right for a block not further down than this goes across first: what
/// is further down may have other blocks above it.
const NEAR: f32 = 1.25 * ROW;

/// How far above its target such an edge turns.
const TURN: f32 = 18.0;
const CORNER: f32 = 10.0;
const CURVE_STEPS: u8 = 20;
const CORNER_STEPS: u8 = 5;

#[derive(Debug, Default, PartialEq)]
pub struct Geometry {
    nodes: BTreeMap<NodeId, Rect>,

    /// Those of the nodes that lie behind the blocks and take no part in edges.
    notes: BTreeSet<NodeId>,
    edges: Vec<Line>,
    invitations: Vec<Invitation>,
}

/// An edge as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub edge: Edge,
    pub points: Vec<Pos2>,
    pub bounds: Rect,
}

/// A placeholder in the middle of its edge.
#[derive(Clone, Debug, PartialEq)]
pub struct Invitation {
    pub edge: Edge,
    pub kind: PlaceholderKind,
    pub rect: Rect,
}

impl Geometry {
    pub fn new(definition: &Definition) -> Self {
        let nodes: BTreeMap<NodeId, Rect> = definition
            .nodes()
            .map(|(id, node)| (id, node_rect(node)))
            .collect();
        let notes = definition.notes().map(|(id, _)| id).collect();
        let edges: Vec<Line> = definition
            .edges()
            .filter_map(|edge| Line::of(definition, &nodes, edge))
            .collect();
        let invitations = definition
            .placeholders()
            .into_iter()
            .filter_map(|it| {
                let line = find(&edges, it.edge)?;
                Some(Invitation {
                    edge: it.edge,
                    kind: it.kind,
                    rect: line.invitation_rect(),
                })
            })
            .collect();
        Self {
            nodes,
            notes,
            edges,
            invitations,
        }
    }

    /// Moves blocks to where they are now, and with them the edges that touch them. For a drag,
    /// where building everything anew would cost too much in every frame.
    pub fn follow(&mut self, definition: &Definition, moved: &BTreeSet<NodeId>) {
        let mut by: BTreeMap<NodeId, Vec2> = BTreeMap::new();
        for id in moved {
            if let (Some(rect), Some(node)) = (self.nodes.get_mut(id), definition.node(*id)) {
                let before = std::mem::replace(rect, node_rect(node));
                if before.size() == rect.size() {
                    by.insert(*id, rect.min - before.min);
                }
            }
        }
        let has_moved = |edge: Edge| moved.contains(&edge.from) || moved.contains(&edge.to);
        for line in self.edges.iter_mut().filter(|it| has_moved(it.edge)) {
            match (by.get(&line.edge.from), by.get(&line.edge.to)) {
                // Most lines of a part that is dragged keep their shape.
                (Some(from), Some(to)) if from == to => line.shift(*from),
                _ => {
                    if let Some(drawn) = Line::of(definition, &self.nodes, line.edge) {
                        *line = drawn;
                    }
                }
            }
        }
        let invitations = self.invitations.iter_mut();
        for it in invitations.filter(|it| has_moved(it.edge)) {
            if let Some(line) = find(&self.edges, it.edge) {
                it.rect = line.invitation_rect();
            }
        }
    }

    pub fn node(&self, id: NodeId) -> Option<Rect> {
        self.nodes.get(&id).copied()
    }

    pub fn nodes(&self) -> impl Iterator<Item = (NodeId, Rect)> {
        self.nodes.iter().map(|(id, rect)| (*id, *rect))
    }

    /// The nodes that edges lead to and from.
    pub fn blocks(&self) -> impl Iterator<Item = (NodeId, Rect)> {
        self.nodes().filter(|(id, _)| !self.notes.contains(id))
    }

    pub fn edges(&self) -> &[Line] {
        &self.edges
    }

    pub fn edge(&self, edge: Edge) -> Option<&Line> {
        find(&self.edges, edge)
    }

    pub fn invitations(&self) -> &[Invitation] {
        &self.invitations
    }

    /// The invitation on an edge, which takes the place of its "+".
    pub fn invitation(&self, edge: Edge) -> Option<&Invitation> {
        let index = self.invitations.binary_search_by(|it| it.edge.cmp(&edge));
        self.invitations.get(index.ok()?)
    }

    /// The block that lies under `at`, the topmost one if there are several.
    pub fn node_at(&self, at: Pos2) -> Option<NodeId> {
        self.blocks()
            .filter(|(_, rect)| rect.contains(at))
            .last()
            .map(|(id, _)| id)
    }

    /// The node that an edge is dropped on: also beside it, where its ports stick out.
    pub fn target_at(&self, at: Pos2) -> Option<NodeId> {
        let beside = |(_, rect): &(NodeId, Rect)| rect.expand(CORNER).contains(at);
        self.node_at(at)
            .or_else(|| self.blocks().filter(beside).last().map(|(id, _)| id))
    }

    /// The blocks that `area` touches, and the notes that lie in it as a whole: what stands on a note
    /// can be chosen without it.
    pub fn nodes_in(&self, area: Rect) -> impl Iterator<Item = NodeId> {
        self.nodes()
            .filter(move |(id, rect)| {
                let is_note = self.notes.contains(id);
                area.contains_rect(*rect) || (!is_note && rect.intersects(area))
            })
            .map(|(id, _)| id)
    }

    /// The nearest edge that passes within `reach` of `at`.
    pub fn edge_at(&self, at: Pos2, reach: f32) -> Option<Edge> {
        self.edges
            .iter()
            .filter(|line| line.bounds.expand(reach).contains(at))
            .map(|line| (line.edge, line.distance(at)))
            .filter(|(_, distance)| *distance <= reach)
            .min_by(|a, b| a.1.total_cmp(&b.1))
            .map(|(edge, _)| edge)
    }

    /// Around everything that is drawn; empty at the origin for an empty definition.
    pub fn bounds(&self) -> Rect {
        let nodes = self.nodes.values().copied();
        let lines = self.edges.iter().map(|line| line.bounds);
        let all = nodes.chain(lines).fold(Rect::NOTHING, Rect::union);
        if all.is_finite() {
            all
        } else {
            Rect::from_min_size(Pos2::ZERO, Vec2::ZERO)
        }
    }
}

impl Line {
    fn shift(&mut self, by: Vec2) {
        for point in &mut self.points {
            *point += by;
        }
        self.bounds = self.bounds.translate(by);
    }

    fn new(edge: Edge, points: Vec<Pos2>) -> Self {
        let bounds = Rect::from_points(&points);
        Self {
            edge,
            points,
            bounds,
        }
    }

    fn of(definition: &Definition, nodes: &BTreeMap<NodeId, Rect>, edge: Edge) -> Option<Self> {
        let is_main = definition.node(edge.from)?.kind.main_port() == Some(edge.port);
        let (from, to) = (*nodes.get(&edge.from)?, *nodes.get(&edge.to)?);
        Some(Self::new(edge, way(from, to.center_top(), is_main)))
    }

    fn invitation_rect(&self) -> Rect {
        Rect::from_center_size(self.resting_place(), canvas::PLACEHOLDER)
    }

    /// The point half-way along.
    pub fn middle(&self) -> Pos2 {
        let pairs = || self.points.iter().zip(self.points.iter().skip(1));
        let mut left: f32 = pairs().map(|(a, b)| a.distance(*b)).sum::<f32>() / 2.0;
        for (a, b) in pairs() {
            let length = a.distance(*b);
            if left <= length {
                return a.lerp(*b, if length > 0.0 { left / length } else { 0.0 });
            }
            left -= length;
        }
        self.bounds.center()
    }

    /// Where an invitation has room: on a long first piece, which belongs to this edge alone, or
    /// else half-way.
    fn resting_place(&self) -> Pos2 {
        let is_long = |a: Pos2, b: Pos2| a.distance(b) >= 1.5 * canvas::PLACEHOLDER.y;
        match self.points.as_slice() {
            [a, b, _, ..] if is_long(*a, *b) => a.lerp(*b, 0.5),
            _ => self.middle(),
        }
    }

    pub fn distance(&self, at: Pos2) -> f32 {
        self.points
            .iter()
            .zip(self.points.iter().skip(1))
            .map(|(a, b)| distance_to_segment(at, *a, *b))
            .fold(f32::INFINITY, f32::min)
    }
}

/// The edges of a definition come in their order.
fn find(edges: &[Line], edge: Edge) -> Option<&Line> {
    let index = edges.binary_search_by(|line| line.edge.cmp(&edge));
    edges.get(index.ok()?)
}

pub fn node_rect(node: &Node) -> Rect {
    Rect::from_min_size(Pos2::from(node.position), node_size(&node.kind))
}

pub fn node_size(kind: &NodeKind) -> Vec2 {
    match kind {
        NodeKind::Start | NodeKind::End => canvas::NODE_SMALL,
        NodeKind::Note(note) => note.size.map(f32::from).into(),
        _ => canvas::NODE,
    }
}

/// The main port is at the bottom, others leave on the right.
pub fn port_position(node: Rect, kind: &NodeKind, port: Port) -> Pos2 {
    if kind.main_port() == Some(port) {
        node.center_bottom()
    } else {
        node.right_center()
    }
}

/// From a port of the block `from` to `to`.
pub fn way(from: Rect, to: Pos2, is_main: bool) -> Vec<Pos2> {
    if is_main {
        return down(from.center_bottom(), to);
    }
    let start = from.right_center();
    let down = to.y - start.y;
    if to.x > start.x + CORNER && down > CORNER && down <= NEAR {
        return rounded(&[start, pos2(to.x, start.y), to]);
    }
    let lane = start.x.max(to.x) + LANE;
    let turn = to.y - TURN;
    rounded(&[
        start,
        pos2(lane, start.y),
        pos2(lane, turn),
        pos2(to.x, turn),
        to,
    ])
}

/// Straight down, and across only just above the target, where ways that meet run together.
fn down(start: Pos2, end: Pos2) -> Vec<Pos2> {
    let turn = end.y - TURN;
    if (start.x - end.x).abs() < 0.5 || turn < start.y + CORNER {
        return curve(start, end);
    }
    rounded(&[start, pos2(start.x, turn), pos2(end.x, turn), end])
}

/// Leaves downwards, arrives downwards.
fn curve(start: Pos2, end: Pos2) -> Vec<Pos2> {
    if (start.x - end.x).abs() < 0.5 && end.y >= start.y {
        return vec![start, end];
    }
    let reach = vec2(0.0, ((end.y - start.y).abs() / 2.0).max(48.0));
    let (a, b) = (start + reach, end - reach);
    (0..=CURVE_STEPS)
        .map(|step| {
            let t = f32::from(step) / f32::from(CURVE_STEPS);
            let (ab, bc, cd) = (start.lerp(a, t), a.lerp(b, t), b.lerp(end, t));
            ab.lerp(bc, t).lerp(bc.lerp(cd, t), t)
        })
        .collect()
}

/// Straight pieces with rounded corners between them.
fn rounded(corners: &[Pos2]) -> Vec<Pos2> {
    let mut points: Vec<Pos2> = corners.first().copied().into_iter().collect();
    for window in corners.windows(3) {
        let [before, corner, after] = *window else {
            continue;
        };
        let radius = CORNER
            .min(before.distance(corner) / 2.0)
            .min(corner.distance(after) / 2.0);
        let enter = corner + (before - corner).normalized() * radius;
        let leave = corner + (after - corner).normalized() * radius;
        points.extend((0..=CORNER_STEPS).map(|step| {
            let t = f32::from(step) / f32::from(CORNER_STEPS);
            enter.lerp(corner, t).lerp(corner.lerp(leave, t), t)
        }));
    }
    points.extend(corners.last());
    points
}

fn distance_to_segment(at: Pos2, a: Pos2, b: Pos2) -> f32 {
    let along = b - a;
    let length = along.length_sq();
    let t = if length > 0.0 {
        ((at - a).dot(along) / length).clamp(0.0, 1.0)
    } else {
        0.0
    };
    at.distance(a + along * t)
}

#[cfg(test)]
mod tests;
