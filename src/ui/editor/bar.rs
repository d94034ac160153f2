//! The bar above the canvas: which version this is, and what can be done with it.

use egui::{Align, Frame, Layout, Margin, Panel, Ui, vec2};

use super::session::Session;
use crate::{
    model::version::VersionStatus,
    ui::{
        Ctx, fonts,
        icons::Icon,
        menu::MenuCommand,
        tokens::{Tokens, gap, size, type_size},
        widgets::{Button, IconButton, badge, icon_button, text},
        workflows::{NextDue, runs, status_look},
    },
};

/// Where less room than this is left, words become icons.
const NARROW: f32 = 520.0;

/// What number and status take at most, and what the state of a draft takes.
const REST: f32 = 170.0;
const STATE: f32 = 120.0;

/// What an active version waits for.
const RUNS: f32 = 180.0;

/// The name never gets less than this.
const NAME: f32 = 80.0;

const UNCHANGED: &str = "Nothing has changed since it was saved";

/// What was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pressed {
    Back,
    Save,
    Discard,
    Activate,
    Disable,
    Limit,
    Compare,

    /// Draw a new draft from this version.
    Edit,
}

pub(super) fn show(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    session: &Session,
    next: &NextDue,
) -> Option<Pressed> {
    let tokens = Tokens::of(ui.theme());
    let frame = Frame::new()
        .fill(tokens.surface)
        .inner_margin(Margin::symmetric(12, 0));
    Panel::top("editor bar")
        .exact_size(size::TOP_BAR)
        .resizable(false)
        .frame(frame)
        .show(ui, |ui| {
            let room = vec2(ui.available_width(), ui.available_height());
            ui.allocate_ui_with_layout(room, Layout::right_to_left(Align::Center), |ui| {
                let pressed = actions(ui, session);
                ui.add_space(gap::S);
                let back = ui
                    .with_layout(Layout::left_to_right(Align::Center), |ui| {
                        identity(ctx, ui, session, next)
                    })
                    .inner;
                pressed.or(back)
            })
            .inner
        })
        .inner
}

/// From right to left, the most important one first.
fn actions(ui: &mut Ui, session: &Session) -> Option<Pressed> {
    let is_changed = session.is_changed() && !session.is_saving();
    let mut pressed = None;
    let mut action = |ui: &mut Ui, button: Button<'_>, what| {
        if ui.add(button).clicked() {
            pressed = Some(what);
        }
    };
    match session.opened().version.status {
        VersionStatus::Draft => {
            let activate = Button::primary("Activate…").icon(Icon::Activate);
            let activate = activate
                .command(MenuCommand::Activate)
                .enabled(!session.is_saving());
            action(ui, activate, Pressed::Activate);
            let save = Button::secondary("Save draft").icon(Icon::Save);
            let save = save.command(MenuCommand::SaveDraft);
            let save = save.enabled(is_changed).why_not(UNCHANGED);
            action(ui, save, Pressed::Save);
            let name = "Discard changes";
            let discarded = if ui.available_width() < NARROW {
                let discard = IconButton::new(Icon::Restore, name).enabled(is_changed);
                ui.add(discard.why_not("Nothing has changed since it was saved"))
            } else {
                let discard = Button::quiet(name).enabled(is_changed);
                ui.add(discard.why_not(UNCHANGED))
            };
            if discarded.clicked() {
                pressed = Some(Pressed::Discard);
            }
        }
        VersionStatus::Active => {
            action(ui, Button::primary("Edit").icon(Icon::Edit), Pressed::Edit);
            let disable = Button::secondary("Disable").icon(Icon::Disable);
            action(ui, disable, Pressed::Disable);
        }
        VersionStatus::Published => {
            action(ui, Button::primary("Edit").icon(Icon::Edit), Pressed::Edit);
            let activate = Button::secondary("Activate…").icon(Icon::Activate);
            let activate = activate.command(MenuCommand::Activate);
            action(ui, activate, Pressed::Activate);
        }
    }
    let compare = IconButton::new(Icon::Compare, "Compare versions…");
    let compare = compare
        .command(MenuCommand::CompareVersions)
        .why_not("There is no other version yet")
        .enabled(session.opened().compared.is_some());
    if ui.add(compare).clicked() {
        pressed = Some(Pressed::Compare);
    }
    pressed
}

/// What shortcuts and the command palette ask for.
pub(super) fn commanded(ctx: &mut Ctx<'_>, session: &Session) -> Option<Pressed> {
    const NO_DRAFT: &str = "Only a draft can be changed";
    const NOT_ACTIVE: &str = "This version is not active";
    let ready = |it: MenuCommand| {
        if session.is_saving() {
            it.refused("It is being saved at this moment")
        } else {
            it.possible()
        }
    };
    let changed = |it: MenuCommand| {
        if session.is_changed() {
            ready(it)
        } else {
            it.refused(UNCHANGED)
        }
    };
    let compare = MenuCommand::CompareVersions;
    let compare = match session.opened().compared {
        Some(_) => compare.possible(),
        None => compare.refused("There is no other version yet"),
    };
    let mut offers = vec![
        MenuCommand::ShowVersions.possible(),
        MenuCommand::LimitWorkflow.possible(),
        compare,
    ];
    offers.extend(match session.opened().version.status {
        VersionStatus::Draft => vec![
            changed(MenuCommand::SaveDraft),
            changed(MenuCommand::DiscardChanges),
            ready(MenuCommand::Activate),
            MenuCommand::EditVersion.refused("This is a draft already"),
            MenuCommand::DisableWorkflow.refused(NOT_ACTIVE),
        ],
        VersionStatus::Active => vec![
            MenuCommand::EditVersion.possible(),
            MenuCommand::DisableWorkflow.possible(),
            MenuCommand::SaveDraft.refused(NO_DRAFT),
            MenuCommand::DiscardChanges.refused(NO_DRAFT),
            MenuCommand::Activate.refused("This version is active already"),
        ],
        VersionStatus::Published => vec![
            MenuCommand::EditVersion.possible(),
            MenuCommand::Activate.possible(),
            MenuCommand::SaveDraft.refused(NO_DRAFT),
            MenuCommand::DiscardChanges.refused(NO_DRAFT),
            MenuCommand::DisableWorkflow.refused(NOT_ACTIVE),
        ],
    });
    match ctx.offer(&offers)? {
        MenuCommand::SaveDraft => Some(Pressed::Save),
        MenuCommand::DiscardChanges => Some(Pressed::Discard),
        MenuCommand::Activate => Some(Pressed::Activate),
        MenuCommand::DisableWorkflow => Some(Pressed::Disable),
        MenuCommand::LimitWorkflow => Some(Pressed::Limit),
        MenuCommand::EditVersion => Some(Pressed::Edit),
        MenuCommand::CompareVersions => Some(Pressed::Compare),
        MenuCommand::ShowVersions => Some(Pressed::Back),
        _ => None,
    }
}

fn identity(ctx: &Ctx<'_>, ui: &mut Ui, session: &Session, next: &NextDue) -> Option<Pressed> {
    let tokens = Tokens::of(ui.theme());
    let opened = session.opened();
    let back = icon_button(ui, Icon::Back, "Back to the versions").clicked();
    // The name gives way, so that number, status and state always stay in sight.
    let is_active = opened.version.status == VersionStatus::Active;
    let runs = runs(ctx, next, opened.workflow.id).filter(|_| is_active);
    let rest = match (session.is_draft(), session.is_changed()) {
        (true, true) => REST + STATE,
        (true, false) => REST + STATE / 2.0,
        (false, _) if runs.is_some() => REST + RUNS,
        (false, _) => REST,
    };
    ui.scope(|ui| {
        ui.set_max_width((ui.available_width() - rest).max(NAME));
        let font = fonts::semibold(type_size::HEADING);
        text::elided(ui, &opened.workflow.name, font, tokens.text);
    });
    text::muted(ui, &format!("Version {}", opened.version.number));
    let (mood, icon) = status_look(opened.version.status);
    badge(ui, mood, icon, opened.version.status.label());
    if session.is_draft() {
        text::muted(ui, state(session));
    }
    if let Some(runs) = runs {
        let font = fonts::regular(type_size::BODY);
        text::elided(ui, &runs.short, font, tokens.muted).on_hover_text(runs.full);
    }
    back.then_some(Pressed::Back)
}

fn state(session: &Session) -> &'static str {
    if session.is_saving() {
        "Saving…"
    } else if session.is_changed() {
        "Unsaved changes"
    } else {
        "Saved"
    }
}
