//! Tidying up: where each node of a drawing belongs.
//!
//! Blocks stand in rows and columns. The main way goes straight down; a way that leaves at the side
//! has a column of its own further right; where ways meet, the meeting point is below both. Pieces
//! that are connected to nothing stand at the right, and notes stay with the block they were nearest to.
//!
//! **Invariant:** only positions change, no two blocks overlap, every edge leads downwards, and what
//! is tidy stays as it is.

mod chains;
mod columns;
mod notes;
mod rows;

use std::collections::BTreeSet;

use super::{
    definition::{Definition, NodeId, NodeKind, REACH},
    draw::{BLOCK, COLUMN, ROW},
};

/// As near as this blocks that are tidied come to those that stay.
const CLEARANCE: f32 = 20.0;

/// The part of a drawing that is tidied, with nodes as numbers from 0 in the order of their ids.
struct Graph {
    ids: Vec<NodeId>,
    out: Vec<Vec<Way>>,
    into: Vec<Vec<usize>>,

    /// Where the first piece begins: at Start, if it is there.
    first: usize,
}

/// An edge of a [`Graph`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Way {
    to: usize,
    is_main: bool,

    /// How many rows down, at least.
    rows: usize,
}

/// A place in the grid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Cell {
    row: usize,
    column: usize,
}

impl Definition {
    /// Lays out all nodes, or only the chosen ones. Says whether any of them moved.
    pub fn tidy_up(&mut self, chosen: Option<&BTreeSet<NodeId>>) -> bool {
        let is_chosen = |id: &NodeId| chosen.is_none_or(|it| it.contains(id));
        let ids = self.blocks().map(|(id, _)| id).filter(is_chosen).collect();
        let Some(graph) = Graph::new(self, ids) else {
            return false;
        };
        let before = self.clone();
        let places = place(&graph, &cells(&graph));
        let Some(origin) = self.origin(&graph, &places, chosen.is_some()) else {
            return false;
        };
        for (id, at) in graph.ids.iter().zip(&places) {
            if let Some(node) = self.node_mut(*id) {
                node.position = [origin[0] + at[0], origin[1] + at[1]];
            }
        }
        notes::follow(self, &before, chosen);
        *self != before
    }

    /// Where the upper left corner of the layout comes: the first block of the whole drawing stays
    /// where it is, chosen blocks keep their upper left corner and give way to the others. `None` if
    /// the canvas is too small.
    fn origin(&self, graph: &Graph, places: &[[f32; 2]], is_part: bool) -> Option<[f32; 2]> {
        let position = |id: &NodeId| self.node(*id).map(|it| it.position);
        let size = places.iter().fold([0.0_f32; 2], |most, at| {
            [most[0].max(at[0]), most[1].max(at[1])]
        });
        let corner = if is_part {
            let all = graph.ids.iter().filter_map(position);
            let corner = all.reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1])])?;
            self.clear_of_others(graph, places, corner)
        } else {
            position(&graph.ids[graph.first])?
        };
        let fit = |at: f32, size: f32| (size <= 2.0 * REACH).then(|| at.min(REACH - size));
        Some([fit(corner[0], size[0])?, fit(corner[1], size[1])?])
    }

    /// Moves the layout of a part to the right until it covers none of the blocks that stay.
    fn clear_of_others(
        &self,
        graph: &Graph,
        places: &[[f32; 2]],
        mut corner: [f32; 2],
    ) -> [f32; 2] {
        let chosen: BTreeSet<NodeId> = graph.ids.iter().copied().collect();
        let mut others: Vec<[f32; 2]> = self
            .blocks()
            .filter(|(id, _)| !chosen.contains(id))
            .map(|(_, node)| node.position)
            .collect();
        others.sort_by(|a, b| a[1].total_cmp(&b[1]));
        let [wide, high] = BLOCK.map(|it| it + CLEARANCE);
        let in_the_way = |corner: [f32; 2]| {
            places.iter().find_map(|at| {
                let at = [corner[0] + at[0], corner[1] + at[1]];
                let from = others.partition_point(|it| it[1] <= at[1] - high);
                let near = others[from..].iter().take_while(|it| it[1] < at[1] + high);
                let mut near = near.filter(|it| (it[0] - at[0]).abs() < wide);
                near.next().map(|it| it[0] + wide - at[0])
            })
        };
        while let Some(by) = in_the_way(corner) {
            corner[0] += by.max(1.0);
        }
        corner
    }
}

impl Graph {
    fn new(definition: &Definition, ids: Vec<NodeId>) -> Option<Self> {
        let placeholders: BTreeSet<_> = definition
            .placeholders()
            .into_iter()
            .map(|it| it.edge)
            .collect();
        let mut into = vec![Vec::new(); ids.len()];
        let mut out = Vec::with_capacity(ids.len());
        for (from, id) in ids.iter().enumerate() {
            let main = definition.node(*id).and_then(|it| it.kind.main_port());
            let mut ways = Vec::new();
            for edge in definition.out(*id) {
                let Ok(to) = ids.binary_search(&edge.to) else {
                    continue;
                };
                into[to].push(from);
                ways.push(Way {
                    to,
                    is_main: main == Some(edge.port),
                    rows: if placeholders.contains(&edge) { 2 } else { 1 },
                });
            }
            out.push(ways);
        }
        let is_start =
            |id: &NodeId| definition.node(*id).map(|it| &it.kind) == Some(&NodeKind::Start);
        let first = ids.iter().position(is_start);
        let first = first.or_else(|| into.iter().position(Vec::is_empty))?;
        Some(Self {
            ids,
            out,
            into,
            first,
        })
    }

    fn len(&self) -> usize {
        self.ids.len()
    }

    /// The piece that each node belongs to, numbered from 0; the piece of the first node is 0.
    fn pieces(&self) -> Vec<usize> {
        let mut piece = vec![usize::MAX; self.len()];
        let mut count = 0;
        for seed in std::iter::once(self.first).chain(0..self.len()) {
            if piece[seed] != usize::MAX {
                continue;
            }
            let mut open = vec![seed];
            piece[seed] = count;
            while let Some(at) = open.pop() {
                let onward = self.out[at].iter().map(|way| way.to);
                for next in onward.chain(self.into[at].iter().copied()) {
                    if piece[next] == usize::MAX {
                        piece[next] = count;
                        open.push(next);
                    }
                }
            }
            count += 1;
        }
        piece
    }
}

/// The cell of each node within its piece.
fn cells(graph: &Graph) -> Vec<Cell> {
    let pieces = graph.pieces();
    let chains = chains::Chains::new(graph, &pieces);
    let rows = rows::rows(graph, &chains);
    columns::cells(graph, &chains, &pieces, rows)
}

/// From cells to the canvas: the first piece at the origin, the others in columns at its right.
fn place(graph: &Graph, cells: &[Cell]) -> Vec<[f32; 2]> {
    /// Loose pieces are stacked at least this high before they begin another column.
    const STACK: usize = 8;
    let pieces = graph.pieces();
    let count = pieces.iter().max().map_or(0, |last| last + 1);
    let mut sizes = vec![Cell::default(); count];
    for (piece, cell) in pieces.iter().zip(cells) {
        sizes[*piece].row = sizes[*piece].row.max(cell.row + 1);
        sizes[*piece].column = sizes[*piece].column.max(cell.column + 1);
    }
    let height = sizes.first().map_or(0, |it| it.row).max(STACK);
    let mut corners = vec![[0.0, 0.0]];
    let mut left = sizes.first().map_or(0, |it| it.column);
    let (mut top, mut width) = (0, 0);
    for size in sizes.iter().skip(1) {
        if top > 0 && top + size.row > height {
            left += width;
            (top, width) = (0, 0);
        }
        // Half a column apart from what is connected.
        corners.push([(count_of(left) + 0.5) * COLUMN, count_of(top) * ROW]);
        // Something that has edges keeps away from what is below it.
        top += size.row + usize::from(size.row > 1);
        width = width.max(size.column);
    }
    let at = |(piece, cell): (&usize, &Cell)| {
        let [left, top] = corners[*piece];
        [
            left + count_of(cell.column) * COLUMN,
            top + count_of(cell.row) * ROW,
        ]
    };
    pieces.iter().zip(cells).map(at).collect()
}

/// A definition has few enough nodes for this to be exact.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of rows and columns are small"
)]
fn count_of(number: usize) -> f32 {
    number as f32
}

#[cfg(test)]
mod tests;
