//! The menu of steps that can be added at a place, with what else an open output may lead to.

use egui::{Key, Modifiers, Popup, PopupCloseBehavior, Pos2, ScrollArea, TextEdit, Ui, vec2};

use super::{
    act::{Act, Spot},
    block,
};
use crate::{
    model::{
        definition::{Definition, Edge, NodeKind},
        sweep::SweepTask,
        task::Action,
    },
    ui::{
        fonts,
        icons::Icon,
        tokens::{Tokens, gap, radius, size, type_size},
        widgets::{say_current, say_selected, text::shown},
    },
};

const WIDTH: f32 = 320.0;
const LINE: f32 = 48.0;

pub(super) struct StepMenu {
    spot: Spot,
    at: Pos2,
    typed: String,
    line: usize,
    is_opening: bool,
}

/// One line of the menu.
struct Offer {
    icon: Icon,
    kind: Option<NodeKind>,
    name: String,
    sentence: &'static str,
    act: Act,
}

impl StepMenu {
    pub(super) fn new(spot: Spot, at: Pos2) -> Self {
        Self {
            spot,
            at,
            typed: String::new(),
            line: 0,
            is_opening: true,
        }
    }

    /// What was chosen, and whether the menu stays open.
    pub(super) fn show(&mut self, ui: &Ui, definition: &Definition) -> (Option<Act>, bool) {
        let mut is_open = true;
        let mut chosen = None;
        let id = ui.scope_id().with("step menu");
        let anchor = egui::Rect::from_center_size(self.at, vec2(1.0, 1.0));
        let escaped = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
        Popup::new(id, ui.ctx().clone(), anchor, ui.layer_id())
            .open_bool(&mut is_open)
            .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
            .accessible_name("Add step")
            .width(WIDTH)
            .gap(gap::S)
            .show(|ui| {
                ui.set_width(WIDTH);
                chosen = self.contents(ui, definition);
            });
        self.is_opening = false;
        let stays = is_open && !escaped && chosen.is_none();
        (chosen, stays)
    }

    fn contents(&mut self, ui: &mut Ui, definition: &Definition) -> Option<Act> {
        let (up, down, enter) = ui.input_mut(|input| {
            let mut take = |key| input.consume_key(Modifiers::NONE, key);
            (take(Key::ArrowUp), take(Key::ArrowDown), take(Key::Enter))
        });
        let tokens = Tokens::of(ui.theme());
        let search = TextEdit::singleline(&mut self.typed)
            .hint_text("Type to search")
            .prefix(Icon::Search.text(tokens.muted))
            .desired_width(f32::INFINITY);
        let search = ui.add(search).accessible_name("Search steps");
        if self.is_opening {
            search.request_focus();
        }
        if search.changed() {
            self.line = 0;
        }
        let wanted = self.typed.trim().to_lowercase();
        let mut offers = offers(definition, self.spot);
        offers.retain(|it| it.name.to_lowercase().contains(&wanted));
        let count = offers.len();
        self.line = match (up, down) {
            _ if count == 0 => 0,
            (true, false) => self.line.checked_sub(1).unwrap_or(count - 1),
            (false, true) => (self.line + 1) % count,
            _ => self.line.min(count - 1),
        };
        let mut chosen = None;
        ScrollArea::vertical()
            .max_height(6.5 * LINE)
            .show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 2.0;
                for (index, offer) in offers.iter().enumerate() {
                    let is_current = index == self.line;
                    let row = offer_ui(ui, tokens, offer, is_current);
                    if is_current {
                        say_current(search.id, &row);
                    }
                    if is_current && (up || down) {
                        row.scroll_to_me(None);
                    }
                    if row.clicked() || (is_current && enter) {
                        chosen = Some(offer.act.clone());
                    }
                }
                if count == 0 {
                    crate::ui::widgets::text::muted(ui, "No step of that name fits here");
                }
            });
        chosen
    }
}

fn offer_ui(ui: &mut Ui, tokens: &Tokens, offer: &Offer, is_current: bool) -> egui::Response {
    let width = ui.available_width();
    // Not a stop of the Tab key: the keyboard stays in the search field.
    let (rect, response) = ui.allocate_exact_size(vec2(width, LINE), egui::Sense::CLICK);
    response.widget_info(|| {
        egui::WidgetInfo::selected(egui::Role::ListBoxOption, true, is_current, &offer.name)
    });
    say_selected(&response, is_current);
    let painter = ui.painter();
    if is_current || response.hovered() {
        let fill = if is_current {
            tokens.selection
        } else {
            tokens.sunken
        };
        painter.rect_filled(rect, radius::CONTROL, fill);
    }
    let tone = offer
        .kind
        .as_ref()
        .map_or(tokens.neutral, |kind| block::tone(tokens, kind));
    let tile = egui::Rect::from_center_size(
        rect.left_center() + vec2(24.0, 0.0),
        vec2(size::CONTROL, size::CONTROL),
    );
    painter.rect_filled(tile, radius::CONTROL, tone.soft);
    painter.text(
        tile.center(),
        egui::Align2::CENTER_CENTER,
        offer.icon.glyph(),
        fonts::icon(type_size::ICON),
        tone.ink,
    );
    let line = |text: &str, font, color, top: f32| {
        let mut job =
            egui::text::LayoutJob::simple_singleline(shown(text).into_owned(), font, color);
        job.wrap = egui::text::TextWrapping::truncate_at_width(width - 60.0);
        let galley = painter.layout_job(job);
        painter.galley(rect.left_top() + vec2(50.0, top), galley, color);
    };
    line(
        &offer.name,
        fonts::semibold(type_size::BODY),
        tokens.text,
        6.0,
    );
    line(
        offer.sentence,
        fonts::regular(type_size::SMALL),
        tokens.muted,
        26.0,
    );
    response
}

/// What may stand at `spot`, the steps first.
fn offers(definition: &Definition, spot: Spot) -> Vec<Offer> {
    let mut kinds = kinds(definition, spot);
    if matches!(spot, Spot::After { .. }) {
        kinds.push(NodeKind::End);
    }
    let mut offers: Vec<Offer> = kinds
        .into_iter()
        .map(|kind| Offer {
            icon: block::icon(&kind),
            name: kind.default_name().to_owned(),
            sentence: sentence(&kind),
            act: Act::Add {
                spot,
                kind: kind.clone(),
            },
            kind: Some(kind),
        })
        .collect();
    let (from, port) = match spot {
        Spot::On(edge) => (edge.from, edge.port),
        Spot::After { from, port, .. } => (from, port),
    };
    let now = definition.after(from, port);
    let others = definition.nodes().filter(|(to, _)| {
        let edge = Edge {
            from,
            port,
            to: *to,
        };
        now != Some(*to) && definition.check_edge(edge).is_ok()
    });
    offers.extend(others.map(|(to, node)| Offer {
        icon: Icon::Narrow,
        kind: None,
        name: format!("Connect to {}", node.title()),
        sentence: "Leads this output to a step that exists.",
        act: Act::Connect(Edge { from, port, to }),
    }));
    offers
}

/// Tasks only where the Event has happened for certain.
fn kinds(definition: &Definition, spot: Spot) -> Vec<NodeKind> {
    match spot {
        Spot::On(edge) => definition.steps_for(edge),
        Spot::After { from, port, .. } => {
            let edge = Edge {
                from,
                port,
                to: from,
            };
            let mut steps = definition.steps_for(edge);
            let event = definition.find(NodeKind::is_event);
            let is_after = event.is_none_or(|event| definition.reaches(event, from));
            steps.retain(|kind| is_after || !matches!(kind, NodeKind::Task(_)));
            steps
        }
    }
}

fn sentence(kind: &NodeKind) -> &'static str {
    match kind {
        NodeKind::Filter(_) => "Goes on only for users that match conditions.",
        NodeKind::End => "The workflow ends here.",
        NodeKind::Task(task) => match task.action {
            Action::AssignGroup => "Adds the user to one or more groups.",
            Action::AssignRole => "Gives the user a role.",
            Action::UnassignGroup => "Takes the user out of groups.",
            Action::UnassignRole => "Takes a role away from the user.",
        },
        NodeKind::Sweep(SweepTask::IdentifyDormant(_)) => {
            "Disables, deletes or reports users without a sign of life."
        }
        NodeKind::Sweep(SweepTask::NotifyExpiry(_)) => {
            "Mails users whose password expires or has expired."
        }
        NodeKind::Start | NodeKind::Trigger(_) | NodeKind::Event(_) | NodeKind::Note(_) => "",
    }
}
