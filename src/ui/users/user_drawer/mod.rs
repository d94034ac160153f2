//! One user: profile, status, sign-in, groups and roles.
//!
//! The profile is saved as a whole. Status, protection, groups and roles change at once, because
//! each of them is one decision.

mod acts;
mod reset;
mod sign_in;
mod status;

use egui::Ui;

use self::reset::ResetDialog;
use super::{
    Wish,
    details::{self, Details},
    fields::Fields,
    members::Choices,
    target,
};
use crate::{
    command::{Command, CommandError},
    model::{
        event::Source,
        id::UserId,
        task::TargetKind,
        user::{ProfileForm, User, UserUpdate},
    },
    ui::{
        Ctx,
        icons::Icon,
        loaded::{Loaded, Shown},
        menu::{MenuCommand, Offer},
        pages::failed_ui,
        sender::Ticket,
        sentence,
        widgets::{
            Answer, Banner, Button, Confirm, Drawer, DrawerAnswer, Mood, badge, checkbox,
            key_values, section, skeleton_rows,
        },
    },
};

pub(super) struct UserDrawer {
    id: UserId,
    details: Loaded<UserId, Option<Details>>,

    /// The profile as it was when editing began.
    base: Option<ProfileForm>,
    fields: Fields,
    saving: Option<Ticket>,

    /// Why it could not be saved, if that is no field's fault.
    refusal: Option<String>,
    groups: Choices,
    roles: Choices,
    confirms_removal: bool,
    confirms_mfa: bool,
    reset: Option<Box<ResetDialog>>,
}

/// What was pressed in the drawer in this frame.
struct Pressed {
    act: Option<MenuCommand>,
    wish: Option<Wish>,
}

impl UserDrawer {
    pub(super) fn new(id: UserId) -> Self {
        Self {
            id,
            details: Loaded::default(),
            base: None,
            fields: Fields::default(),
            saving: None,
            refusal: None,
            groups: Choices::default(),
            roles: Choices::default(),
            confirms_removal: false,
            confirms_mfa: false,
            reset: None,
        }
    }

    pub(super) fn has_changes(&self) -> bool {
        self.base
            .as_ref()
            .is_some_and(|base| *base != self.fields.form)
    }

    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui) -> Option<Wish> {
        let id = self.id;
        let fetch = move |store: &_| details::fetch(store, id);
        let details = match self.details.get(ctx, &id, fetch) {
            Shown::Value(None) => return Some(Wish::Done),
            Shown::Value(Some(details)) => details.clone(),
            Shown::Loading => return waiting_ui(ui, None),
            Shown::Failed(err) => return waiting_ui(ui, Some(err)),
        };
        self.adopt(ctx, &details.user);
        if self.is_saved(ctx) {
            return Some(Wish::Done);
        }
        let offers = acts::offers(&details, ctx.clock.now());
        let mut act = ctx.list(&offers);
        let mut wish = None;
        let can_save = self.saving.is_none() && self.has_changes();
        let answer = Drawer::new(details.user.profile.username.as_str())
            .icon(Icon::User)
            .can_save(can_save, "Nothing has been changed")
            .show(ui, |ui| {
                let pressed = self.body_ui(ctx, ui, &details, &offers);
                act = pressed.act.or(act);
                wish = pressed.wish;
            });
        self.act(ctx, &details.user, act);
        match answer {
            Some(DrawerAnswer::Save) => self.save(ctx),
            Some(DrawerAnswer::Cancel) => return Some(Wish::Close),
            None => (),
        }
        self.confirm_removal(ctx, &details.user).or(wish)
    }

    /// Does what a button or the command palette asks for, and shows what that has opened.
    fn act(&mut self, ctx: &mut Ctx<'_>, user: &User, wanted: Option<MenuCommand>) {
        match wanted {
            Some(MenuCommand::ResetPassword) => {
                self.reset = Some(Box::new(ResetDialog::new(user.clone())));
            }
            Some(MenuCommand::RemoveSecondFactor) => self.confirms_mfa = true,
            Some(other) => acts::send(ctx, user, other),
            None => (),
        }
        if self.confirms_mfa && acts::confirm_removal(ctx, user).is_some() {
            self.confirms_mfa = false;
        }
        if self.reset.as_mut().is_some_and(|it| !it.ui(ctx)) {
            self.reset = None;
        }
    }

    /// Follows what others change, as long as nothing was typed here.
    fn adopt(&mut self, ctx: &Ctx<'_>, user: &User) {
        if self.has_changes() || self.saving.is_some() {
            return;
        }
        let mut fields = Fields::new(user.profile.form());
        fields.drop_unknown(&ctx.config.attributes);
        if self.base.as_ref() != Some(&fields.form) {
            self.base = Some(fields.form.clone());
            self.fields = fields;
        }
    }

    fn save(&mut self, ctx: &Ctx<'_>) {
        self.refusal = None;
        self.fields.drop_unknown(&ctx.config.attributes);
        let form = self.fields.form.clone();
        let command = Command::update(self.id, UserUpdate::profile(form), Source::AdminDetails);
        self.saving = Some(ctx.commands.send(command));
    }

    fn is_saved(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let Some(outcome) = self.saving.as_mut().and_then(Ticket::poll) else {
            return false;
        };
        self.saving = None;
        match outcome {
            Ok(reply) => {
                let done = format!("{} was saved", self.fields.form.username.trim());
                ctx.toast_ran(done, &reply);
                return true;
            }
            Err(CommandError::Fields(errors)) => self.fields.faults.refuse(errors),
            Err(err) => self.refusal = Some(sentence(&err)),
        }
        false
    }

    fn body_ui(
        &mut self,
        ctx: &mut Ctx<'_>,
        ui: &mut Ui,
        details: &Details,
        offers: &[Offer],
    ) -> Pressed {
        if let Some(refusal) = &self.refusal {
            Banner::new(Mood::Danger, refusal)
                .title("Not saved")
                .show(ui);
        }
        let mut act = status::status_ui(ctx, ui, &details.user);
        section(ui, "Profile", "", |ui| {
            self.fields.ui(ui, &ctx.config.attributes, ctx.today());
        });
        act = sign_in::sign_in_ui(ctx, ui, details, offers).or(act);
        section(
            ui,
            "Groups and roles",
            "Changes here take effect at once.",
            |ui| {
                let everyone = ctx.config.everyone.clone();
                let mut groups = details.groups.clone();
                groups.remove(&everyone.id.number());
                members_ui(
                    ctx,
                    ui,
                    self.id,
                    TargetKind::Group,
                    &groups,
                    &mut self.groups,
                );
                badge(ui, Mood::Neutral, Icon::Lock, &everyone.name)
                    .on_hover_text("Every user is in this group, always");
                members_ui(
                    ctx,
                    ui,
                    self.id,
                    TargetKind::Role,
                    &details.roles,
                    &mut self.roles,
                );
            },
        );
        protection_ui(ctx, ui, &details.user);
        record_ui(ctx, ui, &details.user);
        let wish = self.delete_ui(ctx, ui, &details.user);
        Pressed { act, wish }
    }

    fn delete_ui(&mut self, ctx: &Ctx<'_>, ui: &mut Ui, user: &User) -> Option<Wish> {
        let days = ctx.config.settings.directory.recycle_days;
        let sentence = match days {
            0 => "Deleted users are removed at once and cannot be restored.".to_owned(),
            1 => "A deleted user can be restored from the recycle bin for a day.".to_owned(),
            _ => format!("A deleted user can be restored from the recycle bin for {days} days."),
        };
        let mut wish = None;
        section(ui, "Delete", &sentence, |ui| {
            let button = Button::secondary("Delete user").icon(Icon::Delete);
            if ui.add(button).clicked() {
                if days == 0 {
                    self.confirms_removal = true;
                } else {
                    wish = Some(delete(user));
                }
            }
        });
        wish
    }

    /// Asks where there is no recycle bin to restore the user from.
    fn confirm_removal(&mut self, ctx: &Ctx<'_>, user: &User) -> Option<Wish> {
        if !self.confirms_removal {
            return None;
        }
        let title = format!("Remove {} for good?", user.profile.username);
        let body = "The recycle bin is switched off, so this user cannot be restored. \
                    History keeps what it says about them.";
        let answer = Confirm::new(&title, body, "Remove")
            .danger()
            .show(ctx.egui)?;
        self.confirms_removal = false;
        (answer == Answer::Confirmed).then(|| delete(user))
    }
}

fn delete(user: &User) -> Wish {
    Wish::Delete {
        user: user.id,
        name: user.profile.username.to_string(),
    }
}

/// Before the user is known, or when they cannot be read.
fn waiting_ui(ui: &mut Ui, err: Option<&crate::store::StoreError>) -> Option<Wish> {
    let drawer = Drawer::new("User").icon(Icon::User).read_only();
    let answer = drawer.show(ui, |ui| match err {
        None => skeleton_rows(ui, 8),
        Some(err) => failed_ui(ui, err),
    });
    answer.map(|_| Wish::Close)
}

fn members_ui(
    ctx: &mut Ctx<'_>,
    ui: &mut Ui,
    user: UserId,
    kind: TargetKind,
    chosen: &std::collections::BTreeMap<i64, String>,
    choices: &mut Choices,
) {
    let change = choices.chips_ui(ctx, ui, kind, chosen);
    if let Some((number, _)) = change.added {
        ctx.send(target::give(kind, user, number), "");
    }
    if let Some(number) = change.removed {
        ctx.send(target::take(kind, user, number), "");
    }
}

fn protection_ui(ctx: &mut Ctx<'_>, ui: &mut Ui, user: &User) {
    let means = "No workflow may disable, delete or strip a protected user, and neither may \
                 admins until the protection is taken away.";
    section(ui, "Protection", means, |ui| {
        let mut is_protected = user.is_protected;
        if checkbox(ui, &mut is_protected, "Protected").changed() {
            let id = user.id;
            ctx.send(Command::ProtectUser { id, is_protected }, "");
        }
    });
}

fn record_ui(ctx: &Ctx<'_>, ui: &mut Ui, user: &User) {
    let created = ctx.moment(user.created);
    let number = user.id.to_string();
    section(ui, "Record", "", |ui| {
        let mut pairs = vec![("Created", created.as_str()), ("Number", &number)];
        if let Some(external_id) = &user.external_id {
            pairs.push(("External id", external_id));
        }
        key_values(ui, "record", &pairs);
    });
}
