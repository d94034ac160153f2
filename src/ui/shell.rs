//! What stands around every screen: the navigation rail, the theme, and how the runtime is.
//!
//! In a narrow window, or when it is folded, the rail shows icons only; their names are in the
//! tooltips, and assistive technology reads the same either way. When it is too low, it scrolls.

use egui::{
    Align2, Frame, Id, Margin, Panel, Role, ScrollArea, Sense, ThemePreference, Ui, WidgetInfo,
    pos2, vec2,
};

use super::{
    fonts,
    icons::Icon,
    menu::MenuCommand,
    route::Route,
    tokens::{Tokens, gap, radius, size, type_size},
    widgets::{IconButton, focus_ring, text},
};
use crate::runtime::{PortalState, Role as RuntimeRole, State};

/// The rail; returns what was pressed.
pub(super) fn rail(ui: &mut Ui, route: Route, actor: &str, runtime: &State) -> Option<MenuCommand> {
    let tokens = Tokens::of(ui.theme());
    let has_room = ui.ctx().content_rect().width() >= size::NARROW_WINDOW;
    let is_narrow = !has_room || is_folded(ui);
    let margin = if is_narrow { gap::S } else { gap::M };
    let (id, width) = if is_narrow {
        ("narrow rail", size::NAVIGATION_NARROW)
    } else {
        ("rail", size::NAVIGATION)
    };
    let frame = Frame::new()
        .fill(tokens.surface)
        .inner_margin(Margin::same(margin as i8));
    let rail = Rail {
        route,
        actor,
        runtime,
        has_room,
        is_narrow,
    };
    Panel::left(id)
        .exact_size(width)
        .resizable(false)
        .frame(frame)
        .show(ui, |ui| rail.show(ui))
        .inner
}

struct Rail<'a> {
    route: Route,
    actor: &'a str,
    runtime: &'a State,

    /// Whether the window is wide enough for words.
    has_room: bool,
    is_narrow: bool,
}

impl Rail<'_> {
    fn show(&self, ui: &mut Ui) -> Option<MenuCommand> {
        let below_id = Id::unique(("rail below", self.is_narrow));
        let below = ui.data(|data| data.get_temp::<f32>(below_id));
        let height = ui.available_height();
        let mut wanted = None;
        let scroll = ScrollArea::vertical().auto_shrink(false);
        scroll.show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = gap::XS;
            wanted = self.entries(ui);
            // What stands below keeps to the bottom as long as there is room in between.
            let rest = height - ui.min_rect().height() - gap::S;
            let space = rest - below.unwrap_or(rest);
            ui.add_space(space.max(gap::S));
            let inner = ui.vertical(|ui| self.below(ui));
            wanted = wanted.or(inner.inner);
            let height = inner.response.rect.height();
            if below.is_none_or(|it| (it - height).abs() > 0.5) {
                ui.data_mut(|data| data.insert_temp(below_id, height));
                ui.ctx()
                    .request_discard("the rail knows now how high its lower part is");
            }
        });
        wanted
    }

    fn entries(&self, ui: &mut Ui) -> Option<MenuCommand> {
        let mut wanted = None;
        if !self.is_narrow {
            ui.add_space(gap::XS);
            text::heading(ui, "Tenure");
            ui.add_space(gap::XS);
        }
        if self.search_ui(ui) {
            wanted = Some(MenuCommand::Palette);
        }
        ui.add_space(gap::S);
        for (route, name) in Route::RAIL {
            if self.entry_ui(ui, route, name) {
                wanted = Some(command(route));
            }
        }
        wanted
    }

    /// What looks like a field and opens the command palette.
    fn search_ui(&self, ui: &mut Ui) -> bool {
        const NAME: &str = "Search or jump…";
        let tokens = Tokens::of(ui.theme());
        let (rect, response) = Self::line(ui);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, NAME));
        let fill = if response.hovered() {
            tokens.sunken
        } else {
            tokens.field
        };
        ui.painter().rect(
            rect,
            f32::from(radius::CONTROL),
            fill,
            egui::Stroke::new(size::LINE, tokens.control),
            egui::StrokeKind::Inside,
        );
        self.content(ui, rect, Icon::Search, "Search…", tokens.muted);
        if !self.is_narrow
            && let Some(keys) = MenuCommand::Palette.keys(ui.ctx())
        {
            ui.painter().text(
                pos2(rect.right() - gap::S, rect.center().y),
                Align2::RIGHT_CENTER,
                keys,
                fonts::regular(type_size::SMALL),
                tokens.muted,
            );
        }
        if response.has_focus() {
            focus_ring(ui, rect, radius::CONTROL);
        }
        let tip = MenuCommand::Palette.with_keys(ui.ctx(), NAME);
        response.on_hover_text(tip).clicked()
    }

    /// One entry: an icon and a word on the whole width of the rail.
    fn entry_ui(&self, ui: &mut Ui, route: Route, name: &str) -> bool {
        let tokens = Tokens::of(ui.theme());
        let is_here = self.route.section() == route;
        let (rect, response) = Self::line(ui);
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_here, name));
        let (fill, ink) = if is_here {
            (tokens.accent.soft, tokens.accent.ink)
        } else if response.hovered() {
            (tokens.sunken, tokens.text)
        } else {
            (tokens.surface, tokens.text)
        };
        let painter = ui.painter();
        painter.rect_filled(rect, f32::from(radius::CONTROL), fill);
        self.content(ui, rect, icon(route), name, ink);
        if response.has_focus() {
            focus_ring(ui, rect, radius::CONTROL);
        }
        let tip = command(route).with_keys(ui.ctx(), name);
        response.on_hover_text(tip).clicked()
    }

    fn line(ui: &mut Ui) -> (egui::Rect, egui::Response) {
        let wish = vec2(ui.available_width(), size::CONTROL);
        ui.allocate_exact_size(wish, Sense::click())
    }

    /// The icon, and the word if there is room for one.
    fn content(&self, ui: &Ui, rect: egui::Rect, icon: Icon, word: &str, ink: egui::Color32) {
        let painter = ui.painter();
        let glyph = fonts::icon(type_size::ICON);
        if self.is_narrow {
            let at = rect.center();
            painter.text(at, Align2::CENTER_CENTER, icon.glyph(), glyph, ink);
            return;
        }
        let middle = |x: f32| pos2(rect.left() + x, rect.center().y);
        let at = middle(gap::M);
        painter.text(at, Align2::LEFT_CENTER, icon.glyph(), glyph, ink);
        let font = fonts::semibold(type_size::BODY);
        let left = middle(gap::M + type_size::ICON + gap::M);
        painter.text(left, Align2::LEFT_CENTER, word, font, ink);
    }

    /// How the runtime is, who acts, the theme and help.
    fn below(&self, ui: &mut Ui) -> Option<MenuCommand> {
        if self.is_narrow {
            return ui.vertical_centered(|ui| self.below_icons(ui)).inner;
        }
        for (_, text) in states(self.runtime) {
            text::note(ui, &text);
        }
        text::muted(ui, self.actor);
        ui.add_space(gap::XS);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            let theme = themes(ui);
            let help = help(ui);
            let folds = fold(ui, Icon::Collapse, "Show icons only");
            if folds {
                set_folded(ui, true);
            }
            theme.or(help)
        })
        .inner
    }

    fn below_icons(&self, ui: &mut Ui) -> Option<MenuCommand> {
        for (icon, text) in states(self.runtime) {
            let tokens = Tokens::of(ui.theme());
            let label = ui.label(icon.text(tokens.muted));
            label.widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
            label.on_hover_text(&text);
        }
        let theme = themes(ui);
        let help = help(ui);
        if self.has_room && fold(ui, Icon::Expand, "Show words too") {
            set_folded(ui, false);
        }
        theme.or(help)
    }
}

fn folded_id() -> Id {
    Id::unique("rail is folded")
}

fn is_folded(ui: &Ui) -> bool {
    let kept = ui.data_mut(|data| data.get_persisted::<bool>(folded_id()));
    kept.unwrap_or(false)
}

fn set_folded(ui: &Ui, is_folded: bool) {
    ui.data_mut(|data| data.insert_persisted(folded_id(), is_folded));
}

fn fold(ui: &mut Ui, icon: Icon, name: &str) -> bool {
    ui.add(IconButton::new(icon, name).small()).clicked()
}

fn help(ui: &mut Ui) -> Option<MenuCommand> {
    let button = IconButton::new(Icon::Help, "Show shortcuts").small();
    let pressed = ui.add(button.command(MenuCommand::Shortcuts)).clicked();
    pressed.then_some(MenuCommand::Shortcuts)
}

fn icon(route: Route) -> Icon {
    command(route).icon()
}

fn command(route: Route) -> MenuCommand {
    match route.section() {
        Route::Overview => MenuCommand::GoOverview,
        Route::Users => MenuCommand::GoUsers,
        Route::History => MenuCommand::GoHistory,
        Route::Templates => MenuCommand::GoTemplates,
        Route::Connections => MenuCommand::GoConnections,
        Route::Settings => MenuCommand::GoSettings,
        Route::Handbook => MenuCommand::GoHandbook,
        _ => MenuCommand::GoWorkflows,
    }
}

fn themes(ui: &mut Ui) -> Option<MenuCommand> {
    let chosen = ui.ctx().options(|options| options.theme_preference);
    let mut wanted = None;
    for (preference, command, name) in [
        (
            ThemePreference::System,
            MenuCommand::SystemTheme,
            "System theme",
        ),
        (
            ThemePreference::Light,
            MenuCommand::LightTheme,
            "Light theme",
        ),
        (ThemePreference::Dark, MenuCommand::DarkTheme, "Dark theme"),
    ] {
        let button = IconButton::new(command.icon(), name).selected(chosen == preference);
        if ui.add(button.small()).clicked() {
            wanted = Some(command);
        }
    }
    wanted
}

/// Who does the work in the background, and where the portal is.
fn states(runtime: &State) -> Vec<(Icon, String)> {
    let portal = match &runtime.portal {
        PortalState::Off => (Icon::Portal, "Portal is off".to_owned()),
        PortalState::Listening(address) => (Icon::Portal, format!("Portal on {address}")),
        PortalState::Failed(reason) => (Icon::Warning, super::sentence(reason)),
    };
    let role = match &runtime.role {
        RuntimeRole::Starting | RuntimeRole::Working => None,
        RuntimeRole::Waiting { holder } => {
            let who = holder.map_or_else(String::new, |pid| format!(" ({pid})"));
            let text = format!("Another process{who} does the work");
            Some((Icon::Info, text))
        }
        RuntimeRole::Failed(reason) => Some((Icon::Warning, super::sentence(reason))),
    };
    std::iter::once(portal).chain(role).collect()
}
