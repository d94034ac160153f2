//! The list of what is wrong with the draft, below the canvas.

use std::collections::BTreeMap;

use egui::{Frame, Margin, Panel, ScrollArea, Ui, vec2};

use super::{act::Act, draft::Texts};
use crate::{
    model::{
        definition::NodeId,
        problem::{Problem, Severity},
    },
    ui::{
        fonts,
        icons::Icon,
        printed,
        tokens::{Tokens, gap, radius, size, type_size},
        widgets::{Mood, text::shown},
    },
};

const LIST_HEIGHT: f32 = 132.0;

/// Problems, and how many each node has.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) problems: Vec<Problem>,
    nodes: BTreeMap<NodeId, Troubles>,
}

/// What is wrong with one node.
#[derive(Debug)]
struct Troubles {
    /// Positions in [`Tally::problems`].
    places: Vec<usize>,
    worst: Severity,
}

impl Tally {
    pub(super) fn new(problems: Vec<Problem>) -> Self {
        let mut nodes: BTreeMap<NodeId, Troubles> = BTreeMap::new();
        for (place, problem) in problems.iter().enumerate() {
            let Some(node) = problem.node else {
                continue;
            };
            let entry = nodes.entry(node).or_insert(Troubles {
                places: Vec::new(),
                worst: Severity::Warning,
            });
            entry.places.push(place);
            entry.worst = entry.worst.max(problem.severity());
        }
        Self { problems, nodes }
    }

    /// Without the problems of nodes that are no longer there.
    pub(super) fn keep(&mut self, is_there: impl Fn(NodeId) -> bool) {
        if !self.nodes.keys().all(|id| is_there(*id)) {
            let mut problems = std::mem::take(&mut self.problems);
            problems.retain(|it| it.node.is_none_or(&is_there));
            *self = Self::new(problems);
        }
    }

    pub(super) fn of(&self, node: NodeId) -> Option<(usize, Severity)> {
        let troubles = self.nodes.get(&node)?;
        Some((troubles.places.len(), troubles.worst))
    }

    /// What is wrong with a node, in words.
    pub(super) fn sentences(&self, node: NodeId) -> Vec<String> {
        let troubles = self.nodes.get(&node);
        let places = troubles.map(|it| it.places.iter());
        let problems = places.into_iter().flatten();
        problems
            .filter_map(|place| self.problems.get(*place))
            .map(|it| printed(&it.kind.to_string()))
            .collect()
    }

    /// Those with problems.
    pub(super) fn nodes(&self) -> impl Iterator<Item = NodeId> {
        self.nodes.keys().copied()
    }

    fn count(&self, severity: Severity) -> usize {
        let of = |it: &&Problem| it.severity() == severity;
        self.problems.iter().filter(of).count()
    }
}

/// Takes the bottom of `ui`. Returns what a click on a problem means.
pub(super) fn panel(
    ui: &mut Ui,
    tally: &Tally,
    texts: &BTreeMap<NodeId, Texts>,
    is_open: &mut bool,
) -> Vec<Act> {
    let tokens = Tokens::of(ui.theme());
    let mut acts = Vec::new();
    let frame = Frame::new()
        .fill(tokens.surface)
        .inner_margin(Margin::symmetric(12, 6));
    Panel::bottom("problems")
        .frame(frame)
        .resizable(false)
        .show(ui, |ui| {
            header(ui, tokens, tally, is_open);
            if !*is_open || tally.problems.is_empty() {
                return;
            }
            let rows = tally.problems.len() as f32;
            let height = LIST_HEIGHT.min(rows * size::CONTROL);
            ScrollArea::vertical()
                .max_height(height)
                .min_scrolled_height(height)
                .auto_shrink([false, true])
                .show_rows(ui, size::CONTROL, tally.problems.len(), |ui, rows| {
                    ui.spacing_mut().item_spacing.y = 0.0;
                    for problem in tally.problems.get(rows).into_iter().flatten() {
                        let title = problem.node.and_then(|id| texts.get(&id));
                        let title = title.map_or("Workflow", |it| it.title.as_str());
                        if row(ui, tokens, problem, title).clicked()
                            && let Some(node) = problem.node
                        {
                            acts.extend([Act::Select(node), Act::Show(node)]);
                        }
                    }
                });
        });
    acts
}

fn header(ui: &mut Ui, tokens: &Tokens, tally: &Tally, is_open: &mut bool) {
    let (errors, warnings) = (tally.count(Severity::Error), tally.count(Severity::Warning));
    let count = |count: usize, word: &str| match count {
        0 => None,
        1 => Some(format!("1 {word}")),
        more => Some(format!("{more} {word}s")),
    };
    let parts: Vec<String> = [count(errors, "error"), count(warnings, "warning")]
        .into_iter()
        .flatten()
        .collect();
    let (mood, text) = if parts.is_empty() {
        (Mood::Success, "No problems".to_owned())
    } else if errors > 0 {
        (Mood::Danger, parts.join(", "))
    } else {
        (Mood::Warning, parts.join(", "))
    };
    let tone = mood.tone(tokens);
    let width = ui.available_width();
    let sense = if parts.is_empty() {
        egui::Sense::hover()
    } else {
        egui::Sense::click()
    };
    let (rect, response) = ui.allocate_exact_size(vec2(width, size::CONTROL_SMALL), sense);
    response.widget_info(|| {
        let role = if parts.is_empty() {
            egui::Role::Label
        } else {
            egui::Role::Button
        };
        egui::WidgetInfo::labeled(role, true, format!("Problems: {text}"))
    });
    if !parts.is_empty() {
        ui.ctx()
            .accesskit_node_builder(response.id, |node| node.set_expanded(*is_open));
    }
    if response.has_focus() {
        crate::ui::widgets::focus_ring(ui, rect, radius::SMALL);
    }
    let painter = ui.painter();
    let left = rect.left_center();
    let icon = |at: egui::Pos2, icon: Icon, color| {
        let font = fonts::icon(type_size::ICON);
        painter.text(at, egui::Align2::CENTER_CENTER, icon.glyph(), font, color);
    };
    icon(left + vec2(10.0, 0.0), mood.icon(), tone.ink);
    painter.text(
        left + vec2(26.0, 0.0),
        egui::Align2::LEFT_CENTER,
        &text,
        fonts::semibold(type_size::SMALL + 1.0),
        tokens.text,
    );
    if !parts.is_empty() {
        let chevron = if *is_open {
            Icon::ChevronDown
        } else {
            Icon::ChevronUp
        };
        icon(rect.right_center() - vec2(12.0, 0.0), chevron, tokens.muted);
    }
    if response.clicked() {
        *is_open = !*is_open;
    }
}

fn row(ui: &mut Ui, tokens: &Tokens, problem: &Problem, title: &str) -> egui::Response {
    let sentence = printed(&problem.kind.to_string());
    let mood = match problem.severity() {
        Severity::Error => Mood::Danger,
        Severity::Warning => Mood::Warning,
    };
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(vec2(width, size::CONTROL), egui::Sense::click());
    response.widget_info(|| {
        let name = format!("{title}: {}", shown(&sentence));
        egui::WidgetInfo::labeled(egui::Role::ListBoxOption, true, name)
    });
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, radius::SMALL, tokens.sunken);
    }
    if response.has_focus() {
        crate::ui::widgets::focus_ring(ui, rect.shrink(2.0), radius::SMALL);
    }
    let inner = rect.shrink2(vec2(gap::XS, 0.0));
    let layout = egui::Layout::left_to_right(egui::Align::Center);
    let mut line = ui.new_child(egui::UiBuilder::new().max_rect(inner).layout(layout));
    line.label(mood.icon().text(mood.tone(tokens).ink));
    line.label(
        egui::RichText::new(title)
            .font(fonts::semibold(type_size::BODY))
            .color(tokens.text),
    );
    crate::ui::widgets::text::muted(&mut line, &shown(&sentence));
    response
}
