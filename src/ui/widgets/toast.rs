//! Short messages at the bottom right: what has just happened, and perhaps a way back.

use egui::{
    Align2, Area, Context, Frame, Id, Margin, Order, Stroke, Ui, UiBuilder, accesskit, vec2,
};

use super::{
    Button, IconButton, Mood,
    banner::{level, lowered},
    drawer, text,
};
use crate::ui::{
    icons::Icon,
    tokens::{Tokens, gap, radius, seconds, size, type_size},
};

/// One message. `A` is what its action asks for.
pub struct Toast<A> {
    mood: Mood,
    text: String,
    action: Option<(String, A)>,
    topic: Option<&'static str>,
}

impl<A> Toast<A> {
    pub fn new(mood: Mood, text: impl Into<String>) -> Self {
        Self {
            mood,
            text: text.into(),
            action: None,
            topic: None,
        }
    }

    /// Takes the place of what was said about this before.
    #[must_use]
    pub fn about(mut self, topic: &'static str) -> Self {
        self.topic = Some(topic);
        self
    }

    /// A button in the toast, such as "Undo".
    #[must_use]
    pub fn action(mut self, word: impl Into<String>, action: A) -> Self {
        self.action = Some((word.into(), action));
        self
    }
}

/// The messages that are on the screen, the newest at the bottom.
pub struct Toasts<A> {
    shown: Vec<Live<A>>,
    next: u64,
}

struct Live<A> {
    id: u64,
    toast: Toast<A>,
    /// `None` until it was drawn once, because only a frame knows the time.
    until: Option<f64>,
}

impl<A> Default for Toasts<A> {
    fn default() -> Self {
        Self {
            shown: Vec::new(),
            next: 0,
        }
    }
}

impl<A: Clone> Toasts<A> {
    /// More than fit would cover the page; the oldest go first.
    const MOST: usize = 5;

    pub fn push(&mut self, toast: Toast<A>) {
        let id = self.next;
        self.next += 1;
        if toast.topic.is_some() {
            self.shown.retain(|it| it.toast.topic != toast.topic);
        }
        self.shown.push(Live {
            id,
            toast,
            until: None,
        });
        if self.shown.len() > Self::MOST {
            self.shown.remove(0);
        }
    }

    /// What was said about this is over.
    pub fn withdraw(&mut self, topic: &'static str) {
        self.shown.retain(|it| it.toast.topic != Some(topic));
    }

    pub fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// Draws them above the page, beside an open drawer. Returns the action that was pressed.
    pub fn show(&mut self, ctx: &Context) -> Option<A> {
        if self.shown.is_empty() {
            return None;
        }
        let now = ctx.input(|input| input.time);
        let mut pressed = None;
        let mut closed = None;
        let area = Area::new(Id::unique("toasts"))
            .order(Order::Foreground)
            .anchor(
                Align2::RIGHT_BOTTOM,
                vec2(-gap::L - drawer::width(ctx), -gap::L),
            )
            .show(ctx, |ui| {
                ui.set_width(size::TOAST);
                ui.spacing_mut().item_spacing.y = gap::S;
                for live in &self.shown {
                    let (action, close) = toast_ui(ui, live);
                    pressed = action.or_else(|| pressed.take());
                    if close {
                        closed = Some(live.id);
                    }
                }
            });
        // Whoever is about to press one must not see it vanish.
        let held = area.response.contains_pointer();
        for live in &mut self.shown {
            let until = live.until.get_or_insert_with(|| now + live.toast.stays());
            if held {
                *until = until.max(now + 1.0);
            }
        }
        self.shown
            .retain(|live| Some(live.id) != closed && live.until.is_none_or(|until| until > now));
        let next = self
            .shown
            .iter()
            .filter_map(|live| live.until)
            .min_by(f64::total_cmp);
        if let Some(next) = next {
            ctx.request_repaint_after(std::time::Duration::from_secs_f64((next - now).max(0.0)));
        }
        pressed
    }
}

impl<A> Toast<A> {
    fn stays(&self) -> f64 {
        if self.action.is_some() || self.mood == Mood::Danger {
            seconds::TOAST_ACTION
        } else {
            seconds::TOAST
        }
    }
}

/// The action, if it was pressed, and whether the toast should go.
fn toast_ui<A: Clone>(ui: &mut Ui, live: &Live<A>) -> (Option<A>, bool) {
    let tokens = Tokens::of(ui.theme());
    let Toast {
        mood,
        text: sentence,
        action,
        ..
    } = &live.toast;
    let tone = mood.tone(tokens);
    let mut pressed = None;
    let mut close = false;
    let builder = UiBuilder::new()
        .id_salt(live.id)
        .accessibility_role(egui::Role::Alert);
    ui.scope_builder(builder, |ui| {
        ui.ctx().accesskit_node_builder(ui.unique_id(), |node| {
            node.set_live(accesskit::Live::Polite);
        });
        Frame::new()
            .fill(tokens.raised)
            .stroke(Stroke::new(size::LINE, tokens.border))
            .corner_radius(radius::CARD)
            .shadow(tokens.shadow_raised)
            .inner_margin(Margin {
                left: 14,
                right: 8,
                top: 8,
                bottom: 8,
            })
            .show(ui, |ui| {
                ui.set_min_width(ui.available_width());
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Min), |ui| {
                    level(ui, |ui| {
                        let dismiss = IconButton::new(Icon::Close, "Dismiss").small();
                        close = ui.add(dismiss).clicked();
                        if let Some((word, action)) = action
                            && ui.add(Button::secondary(word).small()).clicked()
                        {
                            pressed = Some(action.clone());
                            close = true;
                        }
                    });
                    ui.with_layout(egui::Layout::left_to_right(egui::Align::Min), |ui| {
                        let icon = mood.icon().sized(type_size::HEADING, tone.ink);
                        lowered(ui, gap::XS, |ui| text::picture(ui, icon));
                        lowered(ui, gap::XS, |ui| text::paragraph(ui, sentence));
                    });
                });
            });
    });
    (pressed, close)
}
