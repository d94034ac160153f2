//! Notes go where the block goes that they were nearest to, and cover nothing that they did not cover
//! before.

use std::collections::BTreeSet;

use crate::model::{
    definition::{Definition, NodeId, REACH},
    draw::{BLOCK, COLUMN},
};

/// Between a note that gives way and what it gives way to.
const GAP: f32 = 24.0;

#[derive(Clone, Copy, Debug)]
struct Area {
    min: [f32; 2],
    max: [f32; 2],
}

impl Area {
    fn at(min: [f32; 2], size: [f32; 2]) -> Self {
        Self {
            min,
            max: [min[0] + size[0], min[1] + size[1]],
        }
    }

    fn overlaps(&self, other: &Self) -> bool {
        (0..2).all(|axis| self.min[axis] < other.max[axis] && other.min[axis] < self.max[axis])
    }

    /// Squared, which is enough to compare.
    fn distance(&self, other: &Self) -> f32 {
        let apart = |axis: usize| {
            let apart = (other.min[axis] - self.max[axis]).max(self.min[axis] - other.max[axis]);
            apart.max(0.0)
        };
        apart(0) * apart(0) + apart(1) * apart(1)
    }

    fn moved(&self, by: [f32; 2]) -> Self {
        let add = |at: [f32; 2]| [at[0] + by[0], at[1] + by[1]];
        Self {
            min: add(self.min),
            max: add(self.max),
        }
    }
}

/// Moves the notes after the blocks; `before` is the drawing as it was.
pub(super) fn follow(
    definition: &mut Definition,
    before: &Definition,
    chosen: Option<&BTreeSet<NodeId>>,
) {
    let was = blocks(before);
    let is = blocks(definition);
    let mut placed: Vec<(NodeId, Area)> = Vec::new();
    for (id, note) in before.notes() {
        let Some(node) = before.node(id) else {
            continue;
        };
        let area = Area::at(node.position, note.size.map(f32::from));
        let nearest = was
            .iter()
            .zip(&is)
            .min_by(|(a, _), (b, _)| a.1.distance(&area).total_cmp(&b.1.distance(&area)));
        let is_free = chosen.is_some_and(|it| !it.contains(&id));
        let Some((old, new)) = nearest.filter(|_| !is_free) else {
            continue;
        };
        let by = [0, 1].map(|axis| new.1.min[axis] - old.1.min[axis]);
        let covered = was.iter().any(|(_, block)| block.overlaps(&area));
        let area = area.moved(by);
        let has_moved = by.iter().any(|it| it.abs() > 0.0);
        let area = if covered || !has_moved {
            area
        } else {
            give_way(&is, area)
        };
        placed.push((id, area));
    }
    for (id, area) in placed {
        if let Some(node) = definition.node_mut(id) {
            node.position = area.min.map(|it| it.clamp(-REACH, REACH));
        }
    }
}

fn blocks(definition: &Definition) -> Vec<(NodeId, Area)> {
    let blocks = definition.blocks();
    blocks
        .map(|(id, node)| (id, Area::at(node.position, BLOCK)))
        .collect()
}

/// The nearest place to the left or right where the note covers no block.
fn give_way(blocks: &[(NodeId, Area)], area: Area) -> Area {
    let mut beside: Vec<Area> = blocks
        .iter()
        .map(|(_, block)| *block)
        .filter(|it| it.min[1] < area.max[1] && area.min[1] < it.max[1])
        .collect();
    if !beside.iter().any(|it| it.overlaps(&area)) {
        return area;
    }
    let width = area.max[0] - area.min[0];
    beside.sort_by(|a, b| a.min[0].total_cmp(&b.min[0]));
    let mut places = Vec::new();
    let mut free_from = f32::NEG_INFINITY;
    for block in &beside {
        if block.min[0] - GAP - width >= free_from {
            places.push(block.min[0] - GAP - width);
            if free_from.is_finite() {
                places.push(free_from);
            }
        }
        free_from = free_from.max(block.max[0] + GAP);
    }
    places.push(free_from);
    let nearest = places
        .into_iter()
        .min_by(|a, b| (a - area.min[0]).abs().total_cmp(&(b - area.min[0]).abs()));
    let left = nearest.unwrap_or(area.min[0] + COLUMN);
    area.moved([left - area.min[0], 0.0])
}
