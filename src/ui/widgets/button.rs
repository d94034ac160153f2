//! Buttons. One primary button per view; everything else is secondary, quiet or dangerous.

use egui::{
    Color32, CornerRadius, Response, Role, Stroke, Style, Ui, Widget, WidgetInfo, WidgetText,
    style::WidgetVisuals, vec2,
};

use super::{focus_ring, text::shown};
use crate::ui::{
    fonts,
    icons::Icon,
    menu::MenuCommand,
    tokens::{Tokens, gap, radius, size, type_size},
};

/// How much a button asks to be pressed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Weight {
    Primary,
    Secondary,
    Danger,
    Quiet,
}

/// A button with a text, and an icon before it if that helps.
#[must_use = "a button appears once it is added to a Ui"]
pub struct Button<'a> {
    weight: Weight,
    text: &'a str,
    name: Option<&'a str>,
    icon: Option<Icon>,
    enabled: bool,
    why_not: Option<&'a str>,
    command: Option<MenuCommand>,
    small: bool,
    wide: bool,
}

impl<'a> Button<'a> {
    fn new(weight: Weight, text: &'a str) -> Self {
        Self {
            weight,
            text,
            name: None,
            icon: None,
            enabled: true,
            why_not: None,
            command: None,
            small: false,
            wide: false,
        }
    }

    pub fn primary(text: &'a str) -> Self {
        Self::new(Weight::Primary, text)
    }

    pub fn secondary(text: &'a str) -> Self {
        Self::new(Weight::Secondary, text)
    }

    /// Destroys something.
    pub fn danger(text: &'a str) -> Self {
        Self::new(Weight::Danger, text)
    }

    /// No frame until the pointer comes.
    pub fn quiet(text: &'a str) -> Self {
        Self::new(Weight::Quiet, text)
    }

    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// The accessible name, if it must say more than the text: "Delete Sales" for "Delete".
    pub fn name(mut self, name: &'a str) -> Self {
        self.name = Some(name);
        self
    }

    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// Why it cannot be pressed, in the tooltip while it is disabled.
    pub fn why_not(mut self, reason: &'a str) -> Self {
        self.why_not = Some(reason);
        self
    }

    /// Does what this command does: its shortcut is in the tooltip.
    pub fn command(mut self, command: MenuCommand) -> Self {
        self.command = Some(command);
        self
    }

    pub fn small(mut self) -> Self {
        self.small = true;
        self
    }

    /// As wide as the room that is left.
    pub fn wide(mut self) -> Self {
        self.wide = true;
        self
    }
}

impl Widget for Button<'_> {
    fn ui(self, ui: &mut Ui) -> Response {
        let tokens = Tokens::of(ui.theme());
        let ink = self.weight.ink(tokens);
        let font = match self.weight {
            Weight::Primary | Weight::Danger => fonts::semibold(type_size::BODY),
            Weight::Secondary | Weight::Quiet => fonts::regular(type_size::BODY),
        };
        let label = egui::RichText::new(shown(self.text)).font(font).color(ink);
        let button = match self.icon {
            Some(icon) => egui::Button::new((icon.text(ink), label)),
            None => egui::Button::new(label),
        };
        let height = if self.small {
            size::CONTROL_SMALL
        } else {
            size::CONTROL
        };
        let width = if self.wide { ui.available_width() } else { 0.0 };

        let before = ui.style().clone();
        // In place, because a child Ui would disturb the layout.
        let style = ui.style_mut();
        self.weight.dress(style, tokens);
        style.spacing.interact_size.y = height;
        if self.small {
            style.spacing.button_padding = vec2(gap::S, 2.0);
        }
        let button = button
            .min_size(vec2(width, height))
            .gap(6.0)
            .frame_when_inactive(self.weight != Weight::Quiet);
        let response = ui.add_enabled(self.enabled, button);
        ui.set_style(before);

        let name = shown(self.name.unwrap_or(self.text));
        response.widget_info(|| WidgetInfo::labeled(Role::Button, self.enabled, &name));
        if response.has_focus() {
            focus_ring(ui, response.rect, radius::CONTROL);
        }
        let response = match self.command.and_then(|it| it.keys(ui.ctx())) {
            Some(keys) => {
                tell_keys(ui, &response, &keys);
                response.on_hover_text(keys)
            }
            None => response,
        };
        match self.why_not {
            Some(reason) => response.on_disabled_hover_text(shown(reason)),
            None => response,
        }
    }
}

fn tell_keys(ui: &Ui, response: &Response, keys: &str) {
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_keyboard_shortcut(keys);
    });
}

impl Weight {
    fn ink(self, tokens: &Tokens) -> Color32 {
        match self {
            Self::Primary => tokens.accent.on_fill,
            Self::Danger => tokens.danger.on_fill,
            Self::Secondary | Self::Quiet => tokens.text,
        }
    }

    fn dress(self, style: &mut Style, tokens: &Tokens) {
        let (fill, hovered, line) = match self {
            Self::Primary => (tokens.accent.fill, tokens.accent.fill_hovered, None),
            Self::Danger => (tokens.danger.fill, tokens.danger.fill_hovered, None),
            Self::Secondary => (tokens.surface, tokens.sunken, Some(tokens.control)),
            Self::Quiet => (Color32::TRANSPARENT, tokens.sunken, None),
        };
        let line = line.map_or(Stroke::NONE, |color| Stroke::new(size::LINE, color));
        let state = |fill| WidgetVisuals {
            bg_fill: fill,
            weak_bg_fill: fill,
            bg_stroke: line,
            corner_radius: CornerRadius::same(radius::CONTROL),
            fg_stroke: Stroke::new(1.0, self.ink(tokens)),
            expansion: 0.0,
        };
        let widgets = &mut style.visuals.widgets;
        widgets.noninteractive = state(fill);
        widgets.inactive = state(fill);
        widgets.hovered = state(hovered);
        widgets.active = state(hovered);
        widgets.open = state(hovered);
    }
}

/// A square button with nothing but an icon. Its name is its tooltip, with the shortcut.
#[must_use = "a button appears once it is added to a Ui"]
pub struct IconButton<'a> {
    icon: Icon,
    name: &'a str,
    enabled: bool,

    /// In the tooltip while it is disabled.
    why_not: Option<&'a str>,

    /// Of a button that is on or off.
    selected: Option<bool>,
    command: Option<MenuCommand>,
    small: bool,
    color: Option<Color32>,
}

impl<'a> IconButton<'a> {
    pub fn new(icon: Icon, name: &'a str) -> Self {
        Self {
            icon,
            name,
            enabled: true,
            why_not: None,
            selected: None,
            command: None,
            small: false,
            color: None,
        }
    }

    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// Why it cannot be pressed, in the tooltip while it is disabled.
    pub fn why_not(mut self, reason: &'a str) -> Self {
        self.why_not = Some(reason);
        self
    }

    /// Is one of several of which one is chosen, or is on or off.
    pub fn selected(mut self, selected: bool) -> Self {
        self.selected = Some(selected);
        self
    }

    /// Does what this command does: its shortcut is in the tooltip.
    pub fn command(mut self, command: MenuCommand) -> Self {
        self.command = Some(command);
        self
    }

    pub fn small(mut self) -> Self {
        self.small = true;
        self
    }

    pub fn color(mut self, color: Color32) -> Self {
        self.color = Some(color);
        self
    }
}

impl Widget for IconButton<'_> {
    fn ui(self, ui: &mut Ui) -> Response {
        let tokens = Tokens::of(ui.theme());
        let side = if self.small {
            size::CONTROL_SMALL
        } else {
            size::CONTROL
        };
        let is_selected = self.selected == Some(true);
        let ink = match self.color {
            Some(color) => color,
            None if is_selected => tokens.accent.ink,
            None => tokens.muted,
        };
        let before = ui.style().clone();
        // In place, because a child Ui would disturb the layout.
        let style = ui.style_mut();
        Weight::Quiet.dress(style, tokens);
        if is_selected {
            style.visuals.widgets.inactive.weak_bg_fill = tokens.selection;
        }
        style.spacing.button_padding = vec2(0.0, 0.0);
        style.spacing.interact_size.y = side;
        let button = egui::Button::new(WidgetText::from(self.icon.text(ink)))
            .min_size(vec2(side, side))
            .frame_when_inactive(is_selected);
        let response = ui.add_enabled(self.enabled, button);
        ui.set_style(before);

        let name = shown(self.name);
        response.widget_info(|| match self.selected {
            Some(selected) => WidgetInfo::selected(Role::Button, self.enabled, selected, &name),
            None => WidgetInfo::labeled(Role::Button, self.enabled, &name),
        });
        if response.has_focus() {
            focus_ring(ui, response.rect, radius::CONTROL);
        }
        let keys = self.command.and_then(|it| it.keys(ui.ctx()));
        let tip = match keys {
            Some(keys) => {
                tell_keys(ui, &response, &keys);
                format!("{name} ({keys})")
            }
            None => name.into_owned(),
        };
        let response = response.on_hover_text(tip.as_str());
        let refused = match self.why_not {
            Some(reason) => format!("{tip}\n{}", shown(reason)),
            None => tip,
        };
        response.on_disabled_hover_text(refused)
    }
}

/// A plain [`IconButton`].
pub fn icon_button(ui: &mut Ui, icon: Icon, name: &str) -> Response {
    ui.add(IconButton::new(icon, name))
}
