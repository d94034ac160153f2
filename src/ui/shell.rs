//! What stands around every screen: the navigation rail, the theme, and how the runtime is.

use egui::{
    Align, Align2, Frame, Layout, Margin, Panel, Role, Sense, ThemePreference, Ui, WidgetInfo,
    pos2, vec2,
};

use super::{
    fonts,
    icons::Icon,
    route::Route,
    tokens::{Tokens, gap, radius, size, type_size},
    widgets::{IconButton, focus_ring, text},
};
use crate::runtime::{PortalState, Role as RuntimeRole, State};

/// The rail; returns where the user wants to go.
pub(super) fn rail(ui: &mut Ui, route: Route, actor: &str, runtime: &State) -> Option<Route> {
    let tokens = Tokens::of(ui.theme());
    let mut wanted = None;
    let frame = Frame::new()
        .fill(tokens.surface)
        .inner_margin(Margin::same(gap::M as i8));
    Panel::left("rail")
        .exact_size(size::NAVIGATION)
        .resizable(false)
        .frame(frame)
        .show(ui, |ui| {
            ui.add_space(gap::S);
            text::heading(ui, "Tenure");
            ui.add_space(gap::M);
            for (entry, name) in Route::RAIL {
                if entry_ui(ui, icon(entry), name, route.section() == entry) {
                    wanted = Some(entry);
                }
            }
            ui.with_layout(Layout::bottom_up(Align::Min), |ui| {
                themes(ui);
                text::muted(ui, &text::shown(actor));
                status(ui, runtime);
            });
        });
    wanted
}

/// One entry: an icon and a word on the whole width of the rail.
fn entry_ui(ui: &mut Ui, icon: Icon, name: &str, is_here: bool) -> bool {
    let tokens = Tokens::of(ui.theme());
    let wish = vec2(ui.available_width(), size::CONTROL);
    let (rect, response) = ui.allocate_exact_size(wish, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_here, name));
    let (fill, ink) = if is_here {
        (tokens.accent.soft, tokens.accent.ink)
    } else if response.hovered() {
        (tokens.raised, tokens.text)
    } else {
        (tokens.surface, tokens.text)
    };
    let painter = ui.painter();
    painter.rect_filled(rect, f32::from(radius::CONTROL), fill);
    let middle = |x: f32| pos2(rect.left() + x, rect.center().y);
    let glyph = fonts::icon(type_size::ICON);
    painter.text(
        middle(gap::M),
        Align2::LEFT_CENTER,
        icon.glyph(),
        glyph,
        ink,
    );
    let font = fonts::semibold(type_size::BODY);
    let left = gap::M + type_size::ICON + gap::M;
    painter.text(middle(left), Align2::LEFT_CENTER, name, font, ink);
    if response.has_focus() {
        focus_ring(ui, rect, radius::CONTROL);
    }
    response.clicked()
}

fn icon(route: Route) -> Icon {
    match route.section() {
        Route::Users => Icon::Users,
        Route::History => Icon::History,
        Route::Settings => Icon::Settings,
        Route::Handbook => Icon::Handbook,
        _ => Icon::Workflows,
    }
}

fn themes(ui: &mut Ui) {
    let chosen = ui.ctx().options(|options| options.theme_preference);
    ui.horizontal(|ui| {
        for (preference, icon, name) in [
            (ThemePreference::System, Icon::System, "System theme"),
            (ThemePreference::Light, Icon::Sun, "Light theme"),
            (ThemePreference::Dark, Icon::Moon, "Dark theme"),
        ] {
            let button = IconButton::new(icon, name).selected(chosen == preference);
            if ui.add(button.small()).clicked() {
                ui.ctx().set_theme(preference);
            }
        }
    });
}

/// Who does the work in the background, and where the portal is.
fn status(ui: &mut Ui, runtime: &State) {
    match &runtime.portal {
        PortalState::Off => text::muted(ui, "Portal is off"),
        PortalState::Listening(address) => text::muted(ui, &format!("Portal on {address}")),
        PortalState::Failed(reason) => text::note(ui, &super::sentence(reason)),
    };
    match &runtime.role {
        RuntimeRole::Starting | RuntimeRole::Working => (),
        RuntimeRole::Waiting { holder } => {
            let who = holder.map_or_else(String::new, |pid| format!(" ({pid})"));
            text::note(ui, &format!("Another process{who} does the work"));
        }
        RuntimeRole::Failed(reason) => {
            text::note(ui, &super::sentence(reason));
        }
    }
}
