//! How far right each block stands: the next free column of its chain.

use std::collections::BTreeMap;

use super::{Cell, Graph, chains::Chains};

/// What is taken of each column of one piece: rows from and to, which do not touch each other.
#[derive(Default)]
struct Columns(Vec<BTreeMap<usize, usize>>);

impl Columns {
    fn is_free(&self, column: usize, from: usize, to: usize) -> bool {
        let Some(taken) = self.0.get(column) else {
            return true;
        };
        let above = taken.range(..=to).next_back();
        above.is_none_or(|(_, end)| *end < from)
    }

    fn take(&mut self, column: usize, from: usize, to: usize) {
        if self.0.len() <= column {
            self.0.resize_with(column + 1, BTreeMap::new);
        }
        self.0[column].insert(from, to);
    }

    /// The first column right of everything in these rows.
    fn beyond(&self, from: usize, to: usize) -> usize {
        let taken = (0..self.0.len())
            .rev()
            .find(|it| !self.is_free(*it, from, to));
        taken.map_or(0, |it| it + 1)
    }
}

/// The cell of each node; rows begin at 0 in each piece.
pub(super) fn cells(
    graph: &Graph,
    chains: &Chains,
    pieces: &[usize],
    rows: Vec<usize>,
) -> Vec<Cell> {
    let mut columns: BTreeMap<usize, Columns> = BTreeMap::new();
    let mut of_chain = vec![0; chains.all.len()];
    for (number, chain) in chains.all.iter().enumerate() {
        let (Some(first), Some(last)) = (chain.nodes.first(), chain.nodes.last()) else {
            continue;
        };
        let columns = columns.entry(pieces[*first]).or_default();
        // The edge to where it joins another chain goes straight down until just above it.
        let end = chain.joins.map_or(rows[*last], |to| rows[to] - 1);
        of_chain[number] = match chain.from {
            None => {
                let column = columns.beyond(rows[*first], end);
                columns.take(column, rows[*first], end);
                column
            }
            Some(from) => {
                let left = of_chain[chains.of[from]] + 1;
                // The edge to a block of the next row goes across beside the block it leaves.
                let is_near = rows[*first] == rows[from] + 1;
                let begin = if is_near { rows[from] } else { rows[*first] };
                let mut column = left;
                while !columns.is_free(column, begin, end) {
                    column += 1;
                }
                for between in left..column {
                    if is_near && columns.is_free(between, begin, begin) {
                        columns.take(between, begin, begin);
                    }
                }
                columns.take(column, begin, end);
                column
            }
        };
    }
    let mut tops: BTreeMap<usize, usize> = BTreeMap::new();
    for (piece, row) in pieces.iter().zip(&rows) {
        let top = tops.entry(*piece).or_insert(*row);
        *top = (*top).min(*row);
    }
    let cell = |(at, row): (usize, usize)| Cell {
        row: row - tops.get(&pieces[at]).copied().unwrap_or_default(),
        column: of_chain[chains.of[at]],
    };
    debug_assert_eq!(rows.len(), graph.len(), "every node has a row");
    rows.into_iter().enumerate().map(cell).collect()
}
