//! The Users screen: users, groups, roles, custom attributes and the recycle bin.
//!
//! A tab lists things and says what is wanted ([`Wish`]); the drawer at the right edits one of them.
//! **Invariant:** what was typed into the drawer is thrown away only after asking.

mod attribute_drawer;
mod attributes;
mod bin;
mod create;
mod details;
mod export_dialog;
mod fields;
mod file_choice;
mod import_dialog;
mod list;
mod members;
mod password_rules;
mod target;
mod target_drawer;
mod targets;
mod user_drawer;

use egui::{CentralPanel, Frame, Margin, Ui};

use self::{
    attribute_drawer::AttributeDrawer, attributes::AttributesTab, bin::BinTab, create::NewDrawer,
    export_dialog::ExportDialog, import_dialog::ImportDialog, list::ListTab, target::Target,
    target_drawer::TargetDrawer, targets::TargetsTab, user_drawer::UserDrawer,
};
use super::{
    Ctx, Route, ToastAction,
    buckets::Bucket,
    icons::Icon,
    menu::MenuCommand,
    sender::Ticket,
    sentence,
    tokens::{Tokens, gap},
    widgets::{Answer, Button, Confirm, IconButton, Mood, page_header, tabs},
};
use crate::{
    command::Command,
    model::{Timestamp, attribute::Attribute, id::UserId, task::TargetKind},
    store::users::Filter,
};

#[derive(Default)]
pub(super) struct UsersScreen {
    tab: Tab,
    list: ListTab,
    groups: TargetsTab,
    roles: TargetsTab,
    attributes: AttributesTab,
    bin: BinTab,
    drawer: Option<Open>,
    transfer: Option<Transfer>,

    /// What waits for the answer whether the drawer's changes may be lost.
    asked: Option<Wish>,

    /// Users on their way to the recycle bin.
    deleting: Vec<(Ticket, UserId, String)>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Tab {
    #[default]
    Users,
    Groups,
    Roles,
    Attributes,
    Bin,
}

/// What is in the drawer.
enum Open {
    User(Box<UserDrawer>),
    New(Box<NewDrawer>),
    Target(Box<TargetDrawer>),
    Attribute(Box<AttributeDrawer>),
}

/// What importing and exporting need beside the title to be called by words.
const NARROW: f32 = 320.0;

/// A dialog that reads or writes many users.
enum Transfer {
    Import(ImportDialog),
    Export(ExportDialog),
}

/// What a tab or the drawer asks the screen for.
#[derive(Clone, Debug)]
enum Wish {
    Tab(Tab),

    /// Close the drawer, asking if something is unsaved.
    Close,

    /// Close the drawer, because it has done its work.
    Done,
    User(UserId),
    NewUser,

    /// What this tab lists, on this tab.
    New(Tab),
    Target(Target),
    NewTarget(TargetKind),

    /// Show the users of a group or role.
    Members(Filter),
    Bucket(Bucket, Timestamp),
    Attribute(Attribute),
    NewAttribute,
    Delete {
        user: UserId,
        name: String,
    },
}

impl UsersScreen {
    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui) {
        self.report_deleted(ctx);
        let mut wish = self.commanded(ctx);
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
            self.want(ctx, wish);
        }
        self.ask(ctx);
        let stays = match &mut self.transfer {
            Some(Transfer::Import(dialog)) => dialog.ui(ctx),
            Some(Transfer::Export(dialog)) => dialog.ui(ctx),
            None => true,
        };
        if !stays {
            self.transfer = None;
        }
    }

    /// Shows one user, unless something unsaved would be lost.
    pub(super) fn open(&mut self, ctx: &mut Ctx<'_>, user: UserId) {
        self.want(ctx, Wish::User(user));
        ctx.go(Route::Users);
    }

    /// Shows who was in this part at that moment, unless something unsaved would be lost.
    pub(super) fn show_bucket(&mut self, ctx: &mut Ctx<'_>, bucket: Bucket, at: Timestamp) {
        self.want(ctx, Wish::Bucket(bucket, at));
        ctx.go(Route::Users);
    }

    /// What shortcuts and the command palette ask for.
    fn commanded(&mut self, ctx: &mut Ctx<'_>) -> Option<Wish> {
        let news = Tab::ALL.iter().filter_map(|(tab, _)| tab.new_command());
        let transfers = [MenuCommand::ImportUsers, MenuCommand::ExportUsers];
        let offers = news.chain(transfers).map(MenuCommand::possible);
        match ctx.list(&offers.collect::<Vec<_>>())? {
            MenuCommand::ImportUsers => self.transfer = Some(Transfer::Import(ImportDialog::new())),
            MenuCommand::ExportUsers => {
                self.transfer = Some(Transfer::Export(ExportDialog::default()));
            }
            new => {
                let mut tabs = Tab::ALL.iter().map(|(tab, _)| *tab);
                let tab = tabs.find(|it| it.new_command() == Some(new))?;
                return Some(Wish::New(tab));
            }
        }
        None
    }

    fn page_ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui) -> Option<Wish> {
        let mut wish = None;
        page_header(ui, "Users", "", |ui| wish = self.actions_ui(ui));
        let mut tab = self.tab;
        if tabs(ui, "Users and what they have", &mut tab, &Tab::ALL) {
            wish = Some(Wish::Tab(tab));
        }
        ui.add_space(gap::M);
        let inner = match self.tab {
            Tab::Users => self.list.ui(ctx, ui),
            Tab::Groups => self.groups.ui(ctx, ui, TargetKind::Group),
            Tab::Roles => self.roles.ui(ctx, ui, TargetKind::Role),
            Tab::Attributes => self.attributes.ui(ctx, ui),
            Tab::Bin => self.bin.ui(ctx, ui),
        };
        wish.or(inner)
    }

    /// The buttons beside the title, from right to left.
    fn actions_ui(&mut self, ui: &mut Ui) -> Option<Wish> {
        let (word, wish) = (self.tab.new_word()?, self.tab.new_wish()?);
        let icon = if self.tab == Tab::Users {
            Icon::UserAdd
        } else {
            Icon::Add
        };
        let mut button = Button::primary(word).icon(icon);
        if let Some(command) = self.tab.new_command() {
            button = button.command(command);
        }
        let is_pressed = ui.add(button).clicked();
        if self.tab == Tab::Users {
            // Beside a drawer there is no room for words.
            let is_narrow = ui.available_width() < NARROW;
            let button = |ui: &mut Ui, icon, word| {
                if is_narrow {
                    ui.add(IconButton::new(icon, word)).clicked()
                } else {
                    ui.add(Button::secondary(word).icon(icon)).clicked()
                }
            };
            if button(ui, Icon::Export, "Export…") {
                self.transfer = Some(Transfer::Export(ExportDialog::default()));
            }
            if button(ui, Icon::Import, "Import…") {
                self.transfer = Some(Transfer::Import(ImportDialog::new()));
            }
        }
        is_pressed.then_some(wish)
    }

    /// Does what is wanted, unless something unsaved would be lost.
    fn want(&mut self, ctx: &mut Ctx<'_>, wish: Wish) {
        let harmless = matches!(wish, Wish::Done | Wish::Delete { .. });
        if !harmless && self.drawer.as_ref().is_some_and(Open::has_changes) {
            self.asked = Some(wish);
        } else {
            self.grant(ctx, wish);
        }
    }

    fn grant(&mut self, ctx: &mut Ctx<'_>, wish: Wish) {
        self.drawer = match wish {
            Wish::Delete { user, name } => {
                let ticket = ctx.commands.send(Command::DeleteUser(user));
                self.deleting.push((ticket, user, name));
                return;
            }
            Wish::Tab(tab) => {
                self.tab = tab;
                None
            }
            Wish::Members(filter) => {
                self.tab = Tab::Users;
                self.list.show_only(filter);
                None
            }
            Wish::Bucket(bucket, at) => {
                self.tab = Tab::Users;
                self.list.show_bucket(bucket, at);
                None
            }
            Wish::Close | Wish::Done => None,
            Wish::User(id) => Some(Open::User(Box::new(UserDrawer::new(id)))),
            Wish::New(tab) => {
                self.tab = tab;
                if let Some(wish) = tab.new_wish() {
                    self.grant(ctx, wish);
                }
                return;
            }
            Wish::NewUser => Some(Open::New(Box::default())),
            Wish::Target(target) => Some(Open::Target(Box::new(TargetDrawer::edit(target)))),
            Wish::NewTarget(kind) => Some(Open::Target(Box::new(TargetDrawer::create(kind)))),
            Wish::Attribute(it) => Some(Open::Attribute(Box::new(AttributeDrawer::edit(it)))),
            Wish::NewAttribute => Some(Open::Attribute(Box::new(AttributeDrawer::create()))),
        };
    }

    fn ask(&mut self, ctx: &mut Ctx<'_>) {
        if self.asked.is_none() {
            return;
        }
        let body = "What you have changed in the drawer is not saved yet.";
        let answer = Confirm::new("Discard your changes?", body, "Discard")
            .danger()
            .show(ctx.egui);
        match (answer, self.asked.take()) {
            (Some(Answer::Confirmed), Some(wish)) => self.grant(ctx, wish),
            (None, asked) => self.asked = asked,
            _ => (),
        }
    }

    /// Says what became of deleted users, and offers the way back.
    fn report_deleted(&mut self, ctx: &mut Ctx<'_>) {
        let keeps = ctx.config.settings.directory.recycle_days > 0;
        self.deleting.retain_mut(|(ticket, user, name)| {
            match ticket.poll() {
                None => return true,
                Some(Err(err)) => ctx.toast(Mood::Danger, sentence(&err)),
                Some(Ok(_)) if keeps => {
                    let undo = ToastAction::Send {
                        command: Box::new(Command::RestoreUser(*user)),
                        done: format!("{name} was restored"),
                    };
                    let text = format!("{name} was moved to the recycle bin");
                    ctx.toast_with(text, "Undo", undo);
                }
                Some(Ok(_)) => ctx.toast(Mood::Success, format!("{name} was removed")),
            }
            false
        });
    }
}

impl Tab {
    const ALL: [(Self, &'static str); 5] = [
        (Self::Users, "Users"),
        (Self::Groups, "Groups"),
        (Self::Roles, "Roles"),
        (Self::Attributes, "Attributes"),
        (Self::Bin, "Recycle bin"),
    ];

    fn new_word(self) -> Option<&'static str> {
        match self {
            Self::Users => Some("New user"),
            Self::Groups => Some("New group"),
            Self::Roles => Some("New role"),
            Self::Attributes => Some("New attribute"),
            Self::Bin => None,
        }
    }

    fn new_command(self) -> Option<MenuCommand> {
        match self {
            Self::Users => Some(MenuCommand::NewUser),
            Self::Groups => Some(MenuCommand::NewGroup),
            Self::Roles => Some(MenuCommand::NewRole),
            Self::Attributes => Some(MenuCommand::NewAttribute),
            Self::Bin => None,
        }
    }

    fn new_wish(self) -> Option<Wish> {
        match self {
            Self::Users => Some(Wish::NewUser),
            Self::Groups => Some(Wish::NewTarget(TargetKind::Group)),
            Self::Roles => Some(Wish::NewTarget(TargetKind::Role)),
            Self::Attributes => Some(Wish::NewAttribute),
            Self::Bin => None,
        }
    }
}

impl Open {
    fn ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui) -> Option<Wish> {
        match self {
            Self::User(drawer) => drawer.ui(ctx, ui),
            Self::New(drawer) => drawer.ui(ctx, ui),
            Self::Target(drawer) => drawer.ui(ctx, ui),
            Self::Attribute(drawer) => drawer.ui(ctx, ui),
        }
    }

    fn has_changes(&self) -> bool {
        match self {
            Self::User(drawer) => drawer.has_changes(),
            Self::New(drawer) => drawer.has_changes(),
            Self::Target(drawer) => drawer.has_changes(),
            Self::Attribute(drawer) => drawer.has_changes(),
        }
    }
}
