//! Gives the tokens to egui, so that its own widgets look like ours.

use egui::{
    Color32, Context, CornerRadius, FontFamily, FontId, Margin, Stroke, Style, TextStyle, Theme,
    style::{ScrollStyle, WidgetVisuals},
    vec2,
};

use super::{
    fonts,
    tokens::{Tokens, gap, radius, seconds, size, type_size},
};

/// Sets fonts and the styles of both themes. Call once, before the first frame.
pub fn install(ctx: &Context) {
    ctx.set_fonts(fonts::definitions());
    // Ctrl with + and - are commands of ours, with steps of their own.
    ctx.options_mut(|options| options.zoom_with_keyboard = false);
    for theme in [Theme::Light, Theme::Dark] {
        ctx.style_mut_of(theme, |style| {
            let tokens = Tokens::of(theme);
            type_scale(style);
            spacing(style);
            surfaces(style, tokens);
            controls(style, tokens);
        });
    }
}

fn type_scale(style: &mut Style) {
    let regular = |size| FontId::new(size, FontFamily::Proportional);
    style.text_styles = [
        (TextStyle::Heading, fonts::semibold(type_size::HEADING)),
        (TextStyle::Body, regular(type_size::BODY)),
        (TextStyle::Button, regular(type_size::BODY)),
        (TextStyle::Small, regular(type_size::SMALL)),
        (
            TextStyle::Monospace,
            FontId::new(type_size::MONOSPACE, FontFamily::Monospace),
        ),
    ]
    .into();
}

fn spacing(style: &mut Style) {
    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(gap::S, gap::S);
    spacing.button_padding = vec2(gap::M, 6.0);
    spacing.menu_margin = Margin::same(6);
    spacing.window_margin = Margin::same(16);
    spacing.interact_size = vec2(40.0, size::CONTROL);
    spacing.icon_width = size::CHECK;
    spacing.icon_width_inner = size::CHECK_INNER;
    spacing.icon_spacing = gap::S;
    spacing.combo_height = size::POPUP_HEIGHT;
    spacing.tooltip_width = size::READABLE;
    spacing.scroll = ScrollStyle {
        bar_width: size::SCROLL_BAR,
        ..ScrollStyle::thin()
    };
    style.animation_time = seconds::ANIMATION;
    // A selectable label would swallow the clicks of the row or card that it stands in.
    style.interaction.selectable_labels = false;
    style.interaction.tooltip_delay = 0.4;
}

fn surfaces(style: &mut Style, tokens: &Tokens) {
    let visuals = &mut style.visuals;
    visuals.panel_fill = tokens.surface;
    visuals.window_fill = tokens.raised;
    visuals.window_stroke = Stroke::new(size::LINE, tokens.border);
    visuals.window_corner_radius = CornerRadius::same(radius::CARD);
    visuals.menu_corner_radius = CornerRadius::same(radius::CONTROL + 2);
    visuals.window_shadow = tokens.shadow_raised;
    visuals.popup_shadow = tokens.shadow_raised;
    visuals.extreme_bg_color = tokens.sunken;
    visuals.text_edit_bg_color = Some(tokens.field);
    visuals.faint_bg_color = tokens.sunken;
    visuals.code_bg_color = tokens.sunken;
    visuals.weak_text_color = Some(tokens.muted);
    visuals.hyperlink_color = tokens.accent.ink;
    visuals.warn_fg_color = tokens.warning.ink;
    visuals.error_fg_color = tokens.danger.ink;
    visuals.selection.bg_fill = tokens.selection;
    visuals.selection.stroke = Stroke::new(size::FOCUS, tokens.focus);
    visuals.text_cursor.stroke = Stroke::new(size::FOCUS, tokens.accent.ink);
    // A blinking cursor would repaint an idle window for ever.
    visuals.text_cursor.blink = false;
    visuals.disabled_alpha = 0.5;
}

fn controls(style: &mut Style, tokens: &Tokens) {
    let control = |fill: Color32, line: Stroke| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: line,
        corner_radius: CornerRadius::same(radius::CONTROL),
        fg_stroke: Stroke::new(1.5, tokens.text),
        expansion: 0.0,
    };
    let line = |color| Stroke::new(size::LINE, color);
    let focus = Stroke::new(size::FOCUS, tokens.focus);
    let widgets = &mut style.visuals.widgets;
    widgets.noninteractive = control(tokens.surface, line(tokens.border));
    widgets.inactive = control(tokens.field, line(tokens.control));
    widgets.hovered = control(tokens.sunken, line(tokens.text));
    widgets.active = control(tokens.sunken, focus);
    widgets.open = control(tokens.sunken, focus);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Window tests cannot see this, because their harness turns blinking off itself.
    #[test]
    fn the_cursor_stands_still_in_both_themes() {
        let ctx = Context::default();
        install(&ctx);
        for theme in [Theme::Light, Theme::Dark] {
            assert!(!ctx.style_of(theme).visuals.text_cursor.blink);
        }
    }
}
