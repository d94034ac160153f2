//! Which blocks stand in one column: chains along the main ports.

use super::Graph;

/// All blocks of the drawing, each in exactly one chain. A chain comes after the one it leaves from.
pub(super) struct Chains {
    pub(super) all: Vec<Chain>,

    /// The chain of each node.
    pub(super) of: Vec<usize>,
}

pub(super) struct Chain {
    /// From top to bottom.
    pub(super) nodes: Vec<usize>,

    /// The node that it leaves from at the side; `None` if nothing leads to it.
    pub(super) from: Option<usize>,

    /// The node of another chain that it leads to in the end.
    pub(super) joins: Option<usize>,
}

impl Chains {
    /// What leaves further down comes first, and takes the nearer column and what it can reach: so
    /// ways at the side lie around each other and need not cross.
    pub(super) fn new(graph: &Graph, pieces: &[usize]) -> Self {
        let mut chains = Self {
            all: Vec::new(),
            of: vec![usize::MAX; graph.len()],
        };
        let mut roots: Vec<usize> = (0..graph.len())
            .filter(|at| graph.into[*at].is_empty())
            .collect();
        roots.sort_by_key(|at| (pieces[*at], *at != graph.first, *at));
        for root in roots {
            chains.grow(graph, root);
        }
        chains
    }

    fn grow(&mut self, graph: &Graph, root: usize) {
        // Each chain that is open, and how many of its nodes are still to be looked at.
        let mut open = vec![self.claim(graph, root, None)];
        while let Some((chain, left)) = open.last_mut() {
            let Some(next) = left.checked_sub(1) else {
                open.pop();
                continue;
            };
            *left = next;
            let node = self.all[*chain].nodes[next];
            let side = graph.out[node].iter().find(|way| !way.is_main);
            if let Some(way) = side.filter(|way| !self.is_claimed(way.to)) {
                open.push(self.claim(graph, way.to, Some(node)));
            }
        }
    }

    /// A new chain from `first` down to where it ends or meets another one.
    fn claim(&mut self, graph: &Graph, first: usize, from: Option<usize>) -> (usize, usize) {
        let number = self.all.len();
        let mut nodes = Vec::new();
        let mut next = Some(first);
        while let Some(at) = next.filter(|at| !self.is_claimed(*at)) {
            self.of[at] = number;
            nodes.push(at);
            next = graph.out[at]
                .iter()
                .find(|way| way.is_main)
                .map(|way| way.to);
        }
        let length = nodes.len();
        self.all.push(Chain {
            nodes,
            from,
            joins: next,
        });
        (number, length)
    }

    fn is_claimed(&self, node: usize) -> bool {
        self.of[node] != usize::MAX
    }

    /// Whether the chain leaves from the other one, directly or in several steps.
    pub(super) fn leaves_from(&self, mut chain: usize, other: usize) -> bool {
        // A chain comes after the one it leaves from.
        while chain > other {
            let Some(from) = self.all[chain].from else {
                return false;
            };
            chain = self.of[from];
        }
        chain == other
    }
}
