//! A new user. The password is hashed in the background, never in a frame.

use std::collections::BTreeMap;

use egui::Ui;
use tokio::sync::oneshot;

use super::{Wish, fields::Fields, members::Choices, password_rules::rules_ui, target};
use crate::{
    command::{
        Command, CommandError, NewUser, Registered, Reply,
        password::{self, HashError},
    },
    model::{
        event::Source, execution::Status, id::ExecutionId, id::UserId, task::TargetKind,
        user::FieldError,
    },
    ui::{
        Ctx, Route, ToastAction,
        icons::Icon,
        sender::Ticket,
        sentence,
        widgets::{Banner, Drawer, DrawerAnswer, Mood, TextField, badge, checkbox, section},
    },
};

pub(super) struct NewDrawer {
    fields: Fields,
    password: String,
    must_change: bool,
    groups: BTreeMap<i64, String>,
    roles: BTreeMap<i64, String>,
    group_choices: Choices,
    role_choices: Choices,
    progress: Progress,
    refusal: Option<Refusal>,
}

/// How far the creation has come.
enum Progress {
    Typing,
    Hashing(oneshot::Receiver<Result<String, HashError>>),
    Sent(Ticket),
}

/// Why the user was not created, if that is no field's fault.
enum Refusal {
    NotAccepted(Option<ExecutionId>),
    Other(String),
}

impl Default for NewDrawer {
    fn default() -> Self {
        let mut fields = Fields::default();
        fields.faults.focus("username");
        Self {
            fields,
            password: String::new(),
            must_change: true,
            groups: BTreeMap::new(),
            roles: BTreeMap::new(),
            group_choices: Choices::default(),
            role_choices: Choices::default(),
            progress: Progress::Typing,
            refusal: None,
        }
    }
}

impl NewDrawer {
    pub(super) fn has_changes(&self) -> bool {
        let form = &self.fields.form;
        let is_typed = [
            &form.username,
            &form.email,
            &form.first_name,
            &form.last_name,
            &form.phone,
        ]
        .into_iter()
        .any(|it| !it.is_empty());
        is_typed
            || !form.attributes.is_empty()
            || !self.password.is_empty()
            || !self.groups.is_empty()
            || !self.roles.is_empty()
    }

    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui) -> Option<Wish> {
        if self.advance(ctx) {
            return Some(Wish::Done);
        }
        let is_idle = matches!(self.progress, Progress::Typing);
        let answer = Drawer::new("New user")
            .icon(Icon::UserAdd)
            .save_word("Create user")
            .can_save(is_idle, "The user is being created")
            .show(ui, |ui| self.body_ui(ctx, ui));
        match answer {
            Some(DrawerAnswer::Save) => self.begin(ctx),
            Some(DrawerAnswer::Cancel) => return Some(Wish::Close),
            None => (),
        }
        None
    }

    fn body_ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui) {
        self.refusal_ui(ctx, ui);
        section(ui, "Profile", "", |ui| {
            self.fields.ui(ui, &ctx.config.attributes, ctx.today());
        });
        section(ui, "Password", "", |ui| self.password_ui(ctx, ui));
        let about = "Given right after the user was created, besides what workflows assign.";
        section(ui, "Groups and roles", about, |ui| {
            let change = self
                .group_choices
                .chips_ui(ctx, ui, TargetKind::Group, &self.groups);
            change.apply(&mut self.groups);
            badge(ui, Mood::Neutral, Icon::Lock, &ctx.config.everyone.name)
                .on_hover_text("Every user is in this group, always");
            let change = self
                .role_choices
                .chips_ui(ctx, ui, TargetKind::Role, &self.roles);
            change.apply(&mut self.roles);
            for role in &ctx.config.default_roles {
                badge(ui, Mood::Neutral, Icon::Lock, &role.name)
                    .on_hover_text("Every new user gets this role");
            }
        });
    }

    fn refusal_ui(&self, ctx: &mut Ctx<'_>, ui: &mut Ui) {
        match &self.refusal {
            None => (),
            Some(Refusal::Other(reason)) => {
                Banner::new(Mood::Danger, reason)
                    .title("Not created")
                    .show(ui);
            }
            Some(Refusal::NotAccepted(execution)) => {
                let reason = "No active registration workflow let this user pass, so nobody was \
                              created. The execution shows which filter decided.";
                let mut banner = Banner::new(Mood::Warning, reason).title("Not accepted");
                if execution.is_some() {
                    banner = banner.action("Show execution");
                }
                if let (true, Some(id)) = (banner.show(ui), execution) {
                    ctx.go(Route::Execution(*id));
                }
            }
        }
    }

    fn password_ui(&mut self, ctx: &Ctx<'_>, ui: &mut Ui) {
        let faults = &mut self.fields.faults;
        let error = faults.of("password", "Password");
        let field = TextField::new("Initial password")
            .password()
            .help("Leave it empty for a user who sets one later: their status is Pending.")
            .error(error.as_deref())
            .focus(faults.takes_focus("password"));
        if field.show(ui, &mut self.password).changed() {
            faults.forget("password");
        }
        if self.password.is_empty() {
            return;
        }
        let form = &self.fields.form;
        let own = [
            form.username.as_str(),
            &form.email,
            &form.first_name,
            &form.last_name,
        ];
        rules_ui(ui, &ctx.config.settings.password, &self.password, &own);
        checkbox(
            ui,
            &mut self.must_change,
            "Must be changed at the first sign-in",
        );
    }

    /// Checks what can be checked here, and starts what takes longer.
    fn begin(&mut self, ctx: &Ctx<'_>) {
        self.refusal = None;
        self.fields.faults.clear();
        self.fields.drop_unknown(&ctx.config.attributes);
        let form = &self.fields.form;
        let mut errors = form.check(&ctx.config.attributes).err().unwrap_or_default();
        if !self.password.is_empty() {
            let policy = &ctx.config.settings.password;
            errors.extend(password::check(policy, form, &self.password).err());
        }
        if !errors.is_empty() {
            self.fields.faults.refuse(errors);
        } else if self.password.is_empty() {
            self.send(ctx, None);
        } else {
            let password = self.password.clone();
            let work = move || password::hash(&password);
            self.progress = Progress::Hashing(ctx.background.run(ctx.egui, work));
        }
    }

    fn send(&mut self, ctx: &Ctx<'_>, password_hash: Option<String>) {
        let new = NewUser {
            must_change_password: password_hash.is_some() && self.must_change,
            password_hash,
            ..NewUser::new(self.fields.form.clone(), Source::AdminPortal)
        };
        self.progress = Progress::Sent(ctx.commands.send(Command::Register(new)));
    }

    /// Takes the next step when the last one is done. Says whether the user was created.
    fn advance(&mut self, ctx: &mut Ctx<'_>) -> bool {
        if let Progress::Hashing(hash) = &mut self.progress {
            match hash.try_recv() {
                Ok(Ok(hash)) => self.send(ctx, Some(hash)),
                Ok(Err(err)) => self.stop(Refusal::Other(sentence(&err))),
                Err(oneshot::error::TryRecvError::Empty) => return false,
                Err(oneshot::error::TryRecvError::Closed) => {
                    self.stop(Refusal::Other(
                        "The password could not be hashed.".to_owned(),
                    ));
                }
            }
        }
        let Progress::Sent(ticket) = &mut self.progress else {
            return false;
        };
        let Some(outcome) = ticket.poll() else {
            return false;
        };
        self.progress = Progress::Typing;
        match outcome {
            Ok(Reply::Registered(Registered::Created { user, executions })) => {
                self.welcome(ctx, user, &executions);
                return true;
            }
            Ok(Reply::Registered(Registered::NotAccepted { executions })) => {
                self.stop(Refusal::NotAccepted(executions.first().copied()));
            }
            Ok(_) => self.stop(Refusal::Other(
                "The store gave an unexpected answer.".to_owned(),
            )),
            Err(CommandError::Fields(errors)) => self.refuse(errors),
            Err(err) => self.stop(Refusal::Other(sentence(&err))),
        }
        false
    }

    fn stop(&mut self, refusal: Refusal) {
        self.progress = Progress::Typing;
        self.refusal = Some(refusal);
    }

    fn refuse(&mut self, errors: Vec<FieldError>) {
        self.fields.faults.refuse(errors);
    }

    /// Gives the new user what was chosen for them, and says that they exist, and what went wrong.
    fn welcome(&self, ctx: &mut Ctx<'_>, user: UserId, executions: &[(ExecutionId, Status)]) {
        for number in self.groups.keys() {
            ctx.send(target::give(TargetKind::Group, user, *number), "");
        }
        for number in self.roles.keys() {
            ctx.send(target::give(TargetKind::Role, user, *number), "");
        }
        let text = format!("{} was created", self.fields.form.username.trim());
        let show = |id| ToastAction::Go(Route::Execution(id));
        let failed = executions.iter().find(|it| it.1 == Status::Failed);
        match (failed, executions.first()) {
            (Some((id, _)), _) => {
                let text = format!("{text}, but a workflow failed");
                ctx.warn_with(text, "Show execution", show(*id));
            }
            (None, Some((id, _))) => ctx.toast_with(text, "Show execution", show(*id)),
            (None, None) => ctx.toast(Mood::Success, text),
        }
    }
}
