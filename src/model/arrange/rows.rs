//! How far down each block stands.

use super::{
    Graph,
    chains::{Chain, Chains},
};

/// A way at the side of at most this many blocks is kept beside the way it leaves: the next one
/// leaves below it.
const SHORT: usize = 2;

/// The row of each node: as high as the edges allow. What nothing leads to stands just above what it
/// leads to.
pub(super) fn rows(graph: &Graph, chains: &Chains) -> Vec<usize> {
    let ways = ways_down(graph, chains);
    let order = order(&ways);
    let mut rows = vec![0; graph.len()];
    for at in &order {
        for (to, down) in &ways[*at] {
            rows[*to] = rows[*to].max(rows[*at] + down);
        }
    }
    let firm = led_to(graph);
    for at in order.iter().rev().filter(|at| !firm[**at]) {
        let lowest = ways[*at].iter().map(|(to, down)| rows[*to] - down).min();
        rows[*at] = lowest.unwrap_or(rows[*at]);
    }
    rows
}

/// What stands below what, and by how many rows at least.
fn ways_down(graph: &Graph, chains: &Chains) -> Vec<Vec<(usize, usize)>> {
    let mut ways: Vec<Vec<(usize, usize)>> = Vec::with_capacity(graph.len());
    for (at, out) in graph.out.iter().enumerate() {
        let down = |way: &super::Way| {
            let chain = &chains.all[chains.of[way.to]];
            let begins_it = chain.from == Some(at);
            let is_left = chains.leaves_from(chains.of[at], chains.of[way.to]);
            // Into the middle of a way further right: the edge needs a row to get there.
            let rows = if way.is_main || begins_it || is_left {
                way.rows
            } else {
                way.rows.max(2)
            };
            (way.to, rows)
        };
        ways.push(out.iter().map(down).collect());
    }
    for chain in &chains.all {
        keep_apart(chain, chains, graph, &mut ways);
    }
    ways
}

/// Lets the next way leave below a short one, so that both have room in the same column.
fn keep_apart(chain: &Chain, chains: &Chains, graph: &Graph, ways: &mut [Vec<(usize, usize)>]) {
    let begun_at = |node: usize| {
        let side = graph.out[node].iter().find(|way| !way.is_main)?;
        let begun = &chains.all[chains.of[side.to]];
        (begun.from == Some(node)).then_some(begun)
    };
    let mut above: Option<(usize, usize)> = None;
    for (place, node) in chain.nodes.iter().enumerate() {
        let Some(side) = begun_at(*node) else {
            continue;
        };
        if let Some((from, rows)) = above.take() {
            ways[from].push((*node, rows));
        }
        let next = chain.nodes[place + 1..]
            .iter()
            .position(|it| begun_at(*it).is_some());
        let next = next.map_or(chain.nodes.len(), |it| place + 1 + it);
        let comes_back_above = |to: usize| {
            let between = chain.nodes.get(place + 1..=next).unwrap_or_default();
            between.contains(&to)
        };
        if side.nodes.len() <= SHORT && side.joins.is_none_or(comes_back_above) {
            above = Some((*node, 1 + side.nodes.len()));
        }
    }
}

/// Each node after those that stand above it.
fn order(ways: &[Vec<(usize, usize)>]) -> Vec<usize> {
    let mut above = vec![0_usize; ways.len()];
    for (to, _) in ways.iter().flatten() {
        above[*to] += 1;
    }
    let mut order: Vec<usize> = (0..ways.len()).filter(|at| above[*at] == 0).collect();
    let mut next = 0;
    while let Some(at) = order.get(next).copied() {
        next += 1;
        for (to, _) in &ways[at] {
            above[*to] -= 1;
            if above[*to] == 0 {
                order.push(*to);
            }
        }
    }
    order
}

/// The nodes that the first node leads to.
fn led_to(graph: &Graph) -> Vec<bool> {
    let mut led = vec![false; graph.len()];
    led[graph.first] = true;
    let mut open = vec![graph.first];
    while let Some(at) = open.pop() {
        for way in &graph.out[at] {
            if !std::mem::replace(&mut led[way.to], true) {
                open.push(way.to);
            }
        }
    }
    led
}
