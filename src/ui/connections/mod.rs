//! The Connections screen: providers through which people sign in, and tokens by which programs use
//! the API.
//!
//! **Invariant:** what was typed into the drawer is thrown away only after asking.

mod claims;
mod draft;
mod drawer;
mod list;
mod new_token;
mod tokens;
mod trial;

use egui::{CentralPanel, Frame, Margin, Ui};

use self::{drawer::ConnectionDrawer, list::ListTab, tokens::TokensTab};
use super::{
    Ctx,
    icons::Icon,
    menu::MenuCommand,
    sentence,
    tokens::{Tokens, gap},
    widgets::{Answer, Banner, Button, Confirm, Mood, page_header, tabs},
};
use crate::{
    model::{connection::Connection, settings::PortalSettings},
    store::StoreError,
};

#[derive(Default)]
pub(super) struct ConnectionsScreen {
    tab: Tab,
    list: ListTab,
    tokens: TokensTab,
    drawer: Option<Box<ConnectionDrawer>>,

    /// What waits for the answer whether the drawer's changes may be lost.
    asked: Option<Wish>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Tab {
    #[default]
    Providers,
    Tokens,
}

/// What a tab or the drawer asks the screen for.
#[derive(Clone, Debug)]
enum Wish {
    Tab(Tab),

    /// Close the drawer, asking if something is unsaved.
    Close,

    /// Close the drawer, because it has done its work.
    Done,
    Open(Connection),
    New,
    NewToken,
}

impl ConnectionsScreen {
    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui) {
        let mut wish = commanded(ctx);
        if let Some(drawer) = &mut self.drawer {
            wish = drawer.ui(ctx, ui).or(wish);
        }
        let frame = Frame::new()
            .fill(Tokens::of(ui.theme()).background)
            .inner_margin(Margin::same(gap::XL as i8));
        CentralPanel::default().frame(frame).show(ui, |ui| {
            wish = self.page_ui(ctx, ui).or_else(|| wish.take());
        });
        if let Some(wish) = wish {
            self.want(wish);
        }
        self.ask(ctx);
        self.tokens.dialogs_ui(ctx);
    }

    fn page_ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui) -> Option<Wish> {
        let mut wish = None;
        page_header(ui, "Connections", "", |ui| {
            let (word, icon, command, new) = match self.tab {
                Tab::Providers => (
                    "New connection",
                    Icon::Connections,
                    MenuCommand::NewConnection,
                    Wish::New,
                ),
                Tab::Tokens => (
                    "New token",
                    Icon::Key,
                    MenuCommand::NewToken,
                    Wish::NewToken,
                ),
            };
            let button = Button::primary(word).icon(icon).command(command);
            if ui.add(button).clicked() {
                wish = Some(new);
            }
        });
        let mut tab = self.tab;
        let all = [
            (Tab::Providers, "Sign-in providers"),
            (Tab::Tokens, "API tokens"),
        ];
        if tabs(ui, "What is connected", &mut tab, &all) {
            wish = Some(Wish::Tab(tab));
        }
        ui.add_space(gap::M);
        let inner = match self.tab {
            Tab::Providers => self.list.ui(ctx, ui),
            Tab::Tokens => self.tokens.ui(ctx, ui),
        };
        wish.or(inner)
    }

    /// Does what is wanted, unless something unsaved would be lost.
    fn want(&mut self, wish: Wish) {
        let harmless = matches!(wish, Wish::Done);
        let is_changed = self.drawer.as_ref().is_some_and(|it| it.has_changes());
        if !harmless && is_changed {
            self.asked = Some(wish);
        } else {
            self.grant(wish);
        }
    }

    fn grant(&mut self, wish: Wish) {
        self.drawer = match wish {
            Wish::Tab(tab) => {
                self.tab = tab;
                None
            }
            Wish::Close | Wish::Done => None,
            Wish::Open(connection) => Some(Box::new(ConnectionDrawer::edit(connection))),
            Wish::New => {
                self.tab = Tab::Providers;
                Some(Box::new(ConnectionDrawer::create()))
            }
            Wish::NewToken => {
                self.tab = Tab::Tokens;
                self.tokens.create();
                None
            }
        };
    }

    fn ask(&mut self, ctx: &Ctx<'_>) {
        if self.asked.is_none() {
            return;
        }
        let body = "What you have changed in the drawer is not saved yet.";
        let answer = Confirm::new("Discard your changes?", body, "Discard")
            .danger()
            .show(ctx.egui);
        match (answer, self.asked.take()) {
            (Some(Answer::Confirmed), Some(wish)) => self.grant(wish),
            (None, asked) => self.asked = asked,
            _ => (),
        }
    }
}

/// What the command palette asks for.
fn commanded(ctx: &mut Ctx<'_>) -> Option<Wish> {
    let offers = [
        MenuCommand::NewConnection.possible(),
        MenuCommand::NewToken.possible(),
    ];
    match ctx.list(&offers)? {
        MenuCommand::NewConnection => Some(Wish::New),
        _ => Some(Wish::NewToken),
    }
}

/// The store's own words about why there is nothing to show.
fn failed_ui(ui: &mut Ui, err: &StoreError) {
    let reason = sentence(err);
    Banner::new(Mood::Danger, &reason)
        .title("This list cannot be read")
        .show(ui);
}

/// Says so when nobody can come in through the portal.
fn portal_ui(ui: &mut Ui, portal: &PortalSettings, who: &str) {
    if !portal.is_on {
        let text = format!("{who} come through the portal: switch it on in Settings.");
        Banner::new(Mood::Info, &text)
            .title("The portal is off")
            .show(ui);
        ui.add_space(gap::S);
    }
}
