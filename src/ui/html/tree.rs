//! From HTML to a tree, forgiving as mail programs are.
//!
//! **Invariant:** the tree is at most [`DEEPEST`] elements deep, whatever was written.

use std::collections::BTreeMap;

use html5gum::{DefaultEmitter, Token, Tokenizer};

/// Deeper elements stand beside each other, so that no text can exhaust the stack.
pub(super) const DEEPEST: usize = 60;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Text(String),
    Element(Element),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) children: Vec<Node>,
}

const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr", "frame",
];

/// What is never shown.
const UNSEEN: [&str; 8] = [
    "head", "style", "script", "title", "template", "noscript", "object", "iframe",
];

const CELLS: &[&str] = &["td", "th"];
const ROWS: &[&str] = &["td", "th", "tr"];
const PARTS: &[&str] = &["td", "th", "tr", "thead", "tbody", "tfoot", "caption"];

pub(super) fn parse(html: &str) -> Element {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut open = Open(vec![Element {
        name: "html".to_owned(),
        ..Element::default()
    }]);
    for token in Tokenizer::new_with_emitter(html, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                let attributes = tag.attributes.into_iter();
                let attributes = attributes.map(|(name, value)| (text(&name), text(&value.value)));
                open.start(text(&tag.name), attributes.collect());
            }
            Token::EndTag(tag) => open.end(&text(&tag.name)),
            Token::String(written) => open.text(&text(&written.value)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => (),
        }
    }
    open.finish()
}

/// The elements that were not ended yet, the outermost first; there is always one.
struct Open(Vec<Element>);

impl Open {
    fn start(&mut self, name: String, attributes: BTreeMap<String, String>) {
        if matches!(name.as_str(), "html" | "body") {
            // There is one page: what the second tag says of it is said of the first.
            let page = &mut self.0[0];
            for (name, value) in attributes {
                page.attributes.entry(name).or_insert(value);
            }
            return;
        }
        self.end_before(&name);
        let element = Element {
            name,
            attributes,
            children: Vec::new(),
        };
        if VOID.contains(&element.name.as_str()) || self.0.len() >= DEEPEST {
            self.push(Node::Element(element));
        } else {
            self.0.push(element);
        }
    }

    /// Ends what the element would not be written inside of: a cell ends the cell before it.
    fn end_before(&mut self, name: &str) {
        let (ended, within): (&[&str], &[&str]) = match name {
            "li" => (&["li"], &["ul", "ol"]),
            "dt" | "dd" => (&["dt", "dd"], &["dl"]),
            "td" | "th" => (CELLS, &["table"]),
            "tr" => (ROWS, &["table"]),
            "thead" | "tbody" | "tfoot" => (PARTS, &["table"]),
            _ if is_block(name) => (&["p"], &["td", "th", "div", "li", "table"]),
            _ => return,
        };
        loop {
            let inside = self
                .0
                .iter()
                .rposition(|it| within.contains(&it.name.as_str()));
            let found = self
                .0
                .iter()
                .rposition(|it| ended.contains(&it.name.as_str()));
            match found {
                Some(at) if at > 0 && inside.is_none_or(|inside| at > inside) => self.close(at),
                _ => return,
            }
        }
    }

    fn end(&mut self, name: &str) {
        let found = self.0.iter().rposition(|it| it.name == name);
        let table = self.0.iter().rposition(|it| it.name == "table");
        // Nothing inside a table ends what the table stands in.
        let is_in_reach = |at: &usize| *at > 0 && table.is_none_or(|table| *at >= table);
        if let Some(at) = found.filter(is_in_reach) {
            self.close(at);
        }
    }

    /// Ends the element at this depth, and all within it.
    fn close(&mut self, depth: usize) {
        while self.0.len() > depth.max(1) {
            if let Some(element) = self.0.pop() {
                self.push(Node::Element(element));
            }
        }
    }

    fn text(&mut self, text: &str) {
        self.push(Node::Text(text.to_owned()));
    }

    fn push(&mut self, node: Node) {
        let is_unseen = matches!(&node, Node::Element(it) if UNSEEN.contains(&it.name.as_str()));
        if let Some(parent) = self.0.last_mut().filter(|_| !is_unseen) {
            parent.children.push(node);
        }
    }

    fn finish(mut self) -> Element {
        self.close(1);
        self.0.pop().unwrap_or_default()
    }
}

impl Element {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    pub(super) fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|it| match it {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }
}

/// Whether it begins on a line of its own.
pub(super) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "table"
            | "ul"
            | "ol"
            | "li"
            | "dl"
            | "dt"
            | "dd"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "hr"
            | "blockquote"
            | "pre"
            | "center"
            | "section"
            | "article"
            | "header"
            | "footer"
            | "main"
            | "address"
            | "figure"
            | "img"
            | "tr"
            | "td"
            | "th"
            | "thead"
            | "tbody"
            | "tfoot"
            | "caption"
    )
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As brackets: `p(a b(c))`.
    fn shape(node: &Element) -> String {
        let children = node.children.iter().map(|child| match child {
            Node::Text(text) => text.trim().to_owned(),
            Node::Element(element) => shape(element),
        });
        let children: Vec<String> = children.filter(|it| !it.is_empty()).collect();
        format!("{}({})", node.name, children.join(" "))
    }

    #[track_caller]
    fn check(html: &str, expected: &str) {
        assert_eq!(shape(&parse(html)), format!("html({expected})"), "{html}");
    }

    #[test]
    fn what_was_not_ended_ends_where_it_must() {
        check("<p>a<p>b", "p(a) p(b)");
        check("<ul><li>a<li>b</ul>c", "ul(li(a) li(b)) c");
        check(
            "<table><tr><td>a<td>b<tr><td>c</table>d",
            "table(tr(td(a) td(b)) tr(td(c))) d",
        );
        check("<b>a</i>b</b>", "b(a b)");
        check("a</div></table>b", "a b");
        check(
            "<table><tr><td><table><tr><td>a</table>b</table>",
            "table(tr(td(table(tr(td(a))) b)))",
        );
        check("a<br>b<img src=x>c", "a br() b img() c");
    }

    #[test]
    fn what_is_never_shown_is_left_out() {
        check(
            "<!doctype html><html><head><title>T</title><style>p{}</style></head><body>a",
            "a",
        );
        check("<script>if (a < b) { x('</p>') }</script>a", "a");
    }

    #[test]
    fn no_text_is_too_deep() {
        let html = "<div>".repeat(100_000);
        let mut deep = 0;
        let mut open = vec![(parse(&html), 1)];
        while let Some((element, depth)) = open.pop() {
            deep = deep.max(depth);
            open.extend(element.elements().map(|it| (it.clone(), depth + 1)));
        }
        assert!(deep <= DEEPEST + 1, "{deep}");
    }
}
