//! Tokens by which programs use the API.

use egui::Ui;

use super::{Wish, failed_ui, new_token::NewTokenDialog, portal_ui};
use crate::{
    command::Command,
    model::{
        settings::PortalSettings,
        token::{API, Closed, Token},
    },
    store::tokens,
    ui::{
        Ctx,
        icons::Icon,
        loaded::{Loaded, Shown},
        tokens::gap,
        widgets::{
            Answer, Button, Cells, Column, Confirm, Mood, Table, card, card_table, copyable,
            empty_state, skeleton_rows, text,
        },
    },
};

#[derive(Default)]
pub(super) struct TokensTab {
    rows: Loaded<(), Vec<Token>>,
    selected: Option<usize>,
    new: Option<NewTokenDialog>,
    revoking: Option<Token>,
}

impl TokensTab {
    pub(super) fn create(&mut self) {
        self.new = Some(NewTokenDialog::default());
    }

    pub(super) fn ui(&mut self, ctx: &Ctx<'_>, ui: &mut Ui) -> Option<Wish> {
        let rows = self.rows.get(ctx, &(), |store| store.read(tokens::all));
        match rows {
            Shown::Loading => card(ui, "", |ui| skeleton_rows(ui, 4)),
            Shown::Failed(err) => failed_ui(ui, err),
            Shown::Value(rows) if rows.is_empty() => {
                let sentence = "With a token another program, such as an HR system or a cloud \
                                directory, keeps users and groups here through the API (SCIM 2.0).";
                let action = Some("Make the first token");
                let pressed = empty_state(ui, Icon::Key, "No tokens yet", sentence, action);
                return pressed.then_some(Wish::NewToken);
            }
            Shown::Value(rows) => {
                let portal = &ctx.config.settings.portal;
                portal_ui(ui, portal, "Programs");
                address_ui(ui, portal);
                ui.add_space(gap::S);
                if let Some(token) = table_ui(ctx, ui, rows, &mut self.selected) {
                    self.revoking = Some(token);
                }
            }
        }
        None
    }

    /// What is asked and shown in front of the page.
    pub(super) fn dialogs_ui(&mut self, ctx: &mut Ctx<'_>) {
        if self.new.as_mut().is_some_and(|it| !it.ui(ctx)) {
            self.new = None;
        }
        let Some(token) = &self.revoking else {
            return;
        };
        let title = format!("Revoke the token {}?", token.name);
        let body = "Programs that use it are refused from their next request on. A revoked token \
                    cannot be used again: make a new one instead.";
        let answer = Confirm::new(&title, body, "Revoke").danger().show(ctx.egui);
        if answer == Some(Answer::Confirmed) {
            let done = format!("{} was revoked", token.name);
            ctx.send(Command::RevokeToken(token.id), done);
        }
        if answer.is_some() {
            self.revoking = None;
        }
    }
}

/// Where programs find the API.
pub(super) fn address_ui(ui: &mut Ui, portal: &PortalSettings) {
    copyable(ui, "SCIM base URL", &portal.url(API));
    if !portal.has_known_address() {
        let text = "Put the address at which programs reach the portal before it: only whoever set \
                    up the proxy knows it.";
        text::note(ui, text);
    }
}

/// The table; returns the token that is to be revoked.
fn table_ui(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    rows: &[Token],
    selected: &mut Option<usize>,
) -> Option<Token> {
    let columns = [
        Column::initial("Name", 150.0).growing(),
        Column::exact("Token", 110.0),
        Column::exact("Scope", 120.0).optional(3),
        Column::rest("Made by").optional(4),
        Column::exact("Last used", 150.0).optional(2),
        Column::exact("Expires", 150.0).optional(1),
        Column::exact("State", 110.0),
        Column::exact("", 110.0),
    ];
    let mut wanted = None;
    let height = ui.available_height() - gap::S;
    card_table(ui, |ui| {
        Table::new("API tokens", &columns).height(height).show(
            ui,
            rows.len(),
            selected,
            |cells, index| {
                if let Some(token) = rows.get(index)
                    && row_ui(ctx, cells, token)
                {
                    wanted = Some(token.clone());
                }
            },
        )
    });
    wanted
}

/// Says whether the button to revoke it was pressed.
fn row_ui(ctx: &Ctx<'_>, cells: &mut Cells<'_, '_, '_>, token: &Token) -> bool {
    cells.strong(&token.name);
    cells.muted(&format!("{}…", token.hint));
    cells.text(token.scope.label());
    cells.text(&token.created_by);
    for (at, otherwise) in [(token.last_used, "Never"), (token.expires, "Never")] {
        match at {
            Some(at) => cells.date(&ctx.moment(at), &ctx.moment_full(at)),
            None => cells.muted(otherwise),
        }
    }
    let state = token.check(ctx.clock.now());
    match state {
        Ok(()) => cells.badge(Mood::Success, Icon::Success, "Active"),
        Err(Closed::Revoked) => cells.badge(Mood::Neutral, Icon::Disable, "Revoked"),
        Err(Closed::Expired) => cells.badge(Mood::Warning, Icon::Waiting, "Expired"),
    }
    let mut is_pressed = false;
    cells.ui("", |ui| {
        if token.revoked.is_none() {
            let name = format!("Revoke {}", token.name);
            let revoke = Button::quiet("Revoke…").icon(Icon::Disable).name(&name);
            is_pressed = ui.add(revoke.small()).clicked();
        }
    });
    is_pressed
}
