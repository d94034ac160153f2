//! Every change that anyone can ask for.
//!
//! The window, the portal, the command line and the engine all speak this one language, so there is
//! one place that decides and one place that writes. **Invariant:** a command is applied in one
//! transaction that also writes its audit entry; one that is refused leaves no trace but the entry
//! that says so.

pub mod account;
mod actor;
mod connections;
mod directory;
mod effects;
mod error;
mod executions;
pub mod export;
mod foresight;
mod groups;
pub mod import;
mod log;
pub mod mail;
mod outbox;
pub mod password;
mod registration;
pub mod sample;
mod sessions;
mod settings;
pub mod sign_in;
pub mod sweeps;
mod templates;
pub mod tokens;
mod updates;
mod users;
mod workflows;

pub use self::{
    account::AccountCommand,
    actor::Actor,
    connections::ConnectionCommand,
    error::CommandError,
    outbox::TestMail,
    registration::{NewUser, Registered},
    sign_in::{Browser, Claim, Entry, SignIn, SignInCommand},
    tokens::NewToken,
};
use self::{
    foresight::Foresight,
    log::{Act, Log, refusal},
    sweeps::{Advanced, SweepCommand},
};
use crate::{
    model::{
        Timestamp,
        attribute::AttributeSpec,
        definition::Definition,
        document::Document,
        event::Source,
        execution::Status,
        group::{GroupChange, Role},
        id::{
            AttributeId, ConnectionId, ExecutionId, GroupId, MailId, RoleId, UserId, VersionId,
            WorkflowId,
        },
        settings::Settings,
        smtp::{MailSettings, PasswordChange},
        template::{Template, TemplateText},
        token::TokenId,
        user::{NewPassword, UserUpdate},
    },
    store::{Store, StoreError, Tx, audit, images::Image},
};

#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    Register(NewUser),

    /// One change of one user, as one event from `source`.
    UpdateUser {
        id: UserId,
        update: Box<UserUpdate>,
        source: Source,

        /// Refused if the user has another revision.
        if_revision: Option<u64>,
    },
    DisableUser(UserId),
    EnableUser(UserId),
    ProtectUser {
        id: UserId,
        is_protected: bool,
    },
    /// By an admin.
    ResetPassword {
        user: UserId,
        password: NewPassword,
    },
    RequirePasswordChange(UserId),
    UnlockUser(UserId),
    UnlockExpired,
    /// Every second factor, by the user or by an admin as the source says.
    RemoveMfa {
        user: UserId,
        source: Source,
    },

    /// What somebody does for the safety of their own account.
    Account(Box<AccountCommand>),

    /// Signing in, and out again.
    SignIn(Box<SignInCommand>),

    DeleteUser(UserId),
    RestoreUser(UserId),
    PurgeUser(UserId),

    /// Removes for good who has been in the recycle bin since before this moment.
    PurgeDeleted {
        before: Timestamp,
    },
    AddToGroup {
        user: UserId,
        group: GroupId,
    },
    RemoveFromGroup {
        user: UserId,
        group: GroupId,
    },
    GiveRole {
        user: UserId,
        role: RoleId,
    },
    TakeRole {
        user: UserId,
        role: RoleId,
    },

    CreateGroup {
        name: String,
        description: String,
    },

    /// As it is described, members included.
    CreateGroupOf(Box<GroupChange>),
    ChangeGroup {
        id: GroupId,
        change: GroupChange,

        /// Refused if the group has another revision.
        if_revision: Option<u64>,
    },
    DeleteGroup(GroupId),
    CreateRole {
        name: String,
        description: String,
    },
    UpdateRole(Role),
    DeleteRole(RoleId),
    CreateAttribute(AttributeSpec),

    /// Its name stays as it is.
    UpdateAttribute {
        id: AttributeId,
        spec: AttributeSpec,
    },
    DeleteAttribute(AttributeId),

    CreateWorkflow {
        name: String,
        description: String,
    },
    UpdateWorkflow {
        id: WorkflowId,
        name: String,
        description: String,
    },
    DeleteWorkflow(WorkflowId),

    /// A new draft, drawn like `from` or blank.
    CreateDraft {
        workflow: WorkflowId,
        from: Option<VersionId>,
        note: String,
    },
    SaveDraft {
        version: VersionId,
        definition: Definition,
    },

    /// What is being drawn, so that a crash does not lose it; `None` goes back to what was saved.
    KeepUnsaved {
        version: VersionId,
        definition: Option<Definition>,
    },
    SetNote {
        version: VersionId,
        note: String,
    },

    /// The reason is needed when there are warnings.
    Activate {
        version: VersionId,
        reason: String,
    },

    /// The active version stops running and becomes a published one.
    Disable(WorkflowId),
    DeleteVersion(VersionId),

    /// As a new draft of the workflow with that name, which is made if there is none.
    Import(Document),

    CreateToken(Box<NewToken>),
    RevokeToken(TokenId),

    /// A program has shown it.
    UseToken(TokenId),

    /// About a provider through which people sign in.
    Connection(Box<ConnectionCommand>),
    SaveSettings(Box<Settings>),

    /// How mails are sent. The rest of the settings stays.
    SaveMail {
        settings: Box<MailSettings>,
        password: PasswordChange,
    },
    SaveTemplate {
        template: Template,
        text: Box<TemplateText>,
    },

    /// Back to the text that came with the program.
    ResetTemplate(Template),
    ResendMail(MailId),

    /// About an execution of a schedule.
    Sweep(Box<SweepCommand>),

    /// A mail to look at, from a text that need not be saved yet.
    SendTestMail(Box<TestMail>),
    SetLogo(Option<Image>),
}

/// What became of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    Done,
    Registered(Registered),
    Group(GroupId),
    Role(RoleId),
    Attribute(AttributeId),
    Token(TokenId),
    Connection(ConnectionId),

    /// The mail that is queued now.
    Mail(MailId),
    Draft {
        workflow: WorkflowId,
        version: VersionId,
    },
    Purged(usize),

    /// The execution that was begun.
    Execution(ExecutionId),
    Advanced(Advanced),

    /// A user, and what that has started.
    Updated(Vec<(ExecutionId, Status)>),
    Entry(Entry),
}

impl Command {
    /// A change that does not depend on what the user was before.
    pub fn update(id: UserId, update: UserUpdate, source: Source) -> Self {
        Self::UpdateUser {
            id,
            update: Box::new(update),
            source,
            if_revision: None,
        }
    }
}

/// Applies one command, in one transaction.
pub fn apply(
    store: &Store,
    actor: &Actor,
    command: Command,
    now: Timestamp,
) -> Result<Reply, CommandError> {
    let (who, act) = (actor.clone(), Act::of(&command));
    let foresight = Foresight::of(store, &command, now);
    let result = foresight
        .and_then(|it| store.write(move |tx| run_with(tx, &who, command, it.as_ref(), now)));
    if let Some(entry) = refusal(actor, act, &result, now) {
        store.write(move |tx| audit::append(tx, &entry).map_err(CommandError::from))?;
    }
    result
}

/// Like [`apply`], without holding up the thread. Nobody activates a version like this: the directory
/// would be gone through in the transaction.
pub async fn apply_async(
    store: &Store,
    actor: &Actor,
    command: Command,
    now: Timestamp,
) -> Result<Reply, CommandError> {
    let (who, act) = (actor.clone(), Act::of(&command));
    let result = store
        .write_async(move |tx| run(tx, &who, command, now))
        .await;
    if let Some(entry) = refusal(actor, act, &result, now) {
        store
            .write_async(move |tx| audit::append(tx, &entry).map_err(CommandError::from))
            .await?;
    }
    result
}

/// Records that somebody asked for what cannot even be a command.
pub async fn refuse(
    store: &Store,
    actor: &Actor,
    (action, resource): (&'static str, &str),
    reason: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let resource = resource.to_owned();
    let entry = Act { action, resource }.refused(actor, reason, now);
    store.write_async(move |tx| audit::append(tx, &entry)).await
}

fn run(
    tx: &Tx<'_>,
    actor: &Actor,
    command: Command,
    now: Timestamp,
) -> Result<Reply, CommandError> {
    run_with(tx, actor, command, None, now)
}

/// One line per command; what it does stands beside its subject.
fn run_with(
    tx: &Tx<'_>,
    actor: &Actor,
    command: Command,
    foresight: Option<&Foresight>,
    now: Timestamp,
) -> Result<Reply, CommandError> {
    let log = Log { tx, actor, now };
    match command {
        Command::Register(new) => registration::register(&log, &new).map(Reply::Registered),
        Command::UpdateUser {
            id,
            update,
            source,
            if_revision,
        } => users::update(&log, id, &update, source, if_revision),
        Command::DisableUser(id) => users::set_enabled(&log, id, false),
        Command::EnableUser(id) => users::set_enabled(&log, id, true),
        Command::ResetPassword { user, password } => account::reset_password(&log, user, &password),
        Command::RequirePasswordChange(id) => account::require_password_change(&log, id),
        Command::UnlockUser(id) => account::unlock(&log, id),
        Command::UnlockExpired => account::unlock_expired(&log),
        Command::RemoveMfa { user, source } => account::remove_mfa(&log, user, source),
        Command::Account(command) => account::run(&log, *command),
        Command::SignIn(command) => sign_in::run(&log, *command),
        Command::ProtectUser { id, is_protected } => users::protect(&log, id, is_protected),
        Command::DeleteUser(id) => users::delete(&log, id),
        Command::RestoreUser(id) => users::restore(&log, id),
        Command::PurgeUser(id) => users::purge(&log, id),
        Command::PurgeDeleted { before } => users::purge_deleted(&log, before),
        Command::AddToGroup { user, group } => users::add_to_group(&log, user, group),
        Command::RemoveFromGroup { user, group } => users::remove_from_group(&log, user, group),
        Command::GiveRole { user, role } => users::give_role(&log, user, role),
        Command::TakeRole { user, role } => users::take_role(&log, user, role),
        Command::CreateGroup { name, description } => {
            directory::create_group(&log, &name, &description)
        }
        Command::CreateGroupOf(described) => groups::create(&log, &described),
        Command::ChangeGroup {
            id,
            change,
            if_revision,
        } => groups::change(&log, id, &change, if_revision),
        Command::DeleteGroup(id) => directory::delete_group(&log, id),
        Command::CreateRole { name, description } => {
            directory::create_role(&log, &name, &description)
        }
        Command::UpdateRole(role) => directory::update_role(&log, role),
        Command::DeleteRole(id) => directory::delete_role(&log, id),
        Command::CreateAttribute(spec) => directory::create_attribute(&log, spec),
        Command::UpdateAttribute { id, spec } => directory::update_attribute(&log, id, spec),
        Command::DeleteAttribute(id) => directory::delete_attribute(&log, id),
        Command::CreateWorkflow { name, description } => {
            workflows::create(&log, &name, &description)
        }
        Command::UpdateWorkflow {
            id,
            name,
            description,
        } => workflows::update(&log, id, &name, &description),
        Command::DeleteWorkflow(id) => workflows::delete(&log, id),
        Command::CreateDraft {
            workflow,
            from,
            note,
        } => workflows::create_draft(&log, workflow, from, &note),
        Command::SaveDraft {
            version,
            definition,
        } => workflows::save_draft(&log, version, &definition),
        Command::KeepUnsaved {
            version,
            definition,
        } => workflows::keep_unsaved(&log, version, definition.as_ref()),
        Command::SetNote { version, note } => workflows::set_note(&log, version, &note),
        Command::Activate { version, reason } => {
            workflows::activate(&log, version, &reason, foresight)
        }
        Command::Disable(id) => workflows::disable(&log, id),
        Command::DeleteVersion(id) => workflows::delete_version(&log, id),
        Command::Import(document) => workflows::import(&log, document),
        Command::CreateToken(new) => tokens::create(&log, &new),
        Command::RevokeToken(id) => tokens::revoke(&log, id),
        Command::UseToken(id) => tokens::used(&log, id),
        Command::Connection(command) => connections::run(&log, *command),
        Command::SaveSettings(settings) => settings::save(&log, *settings),
        Command::SaveMail { settings, password } => settings::save_mail(&log, *settings, &password),
        Command::SaveTemplate { template, text } => templates::save(&log, template, &text),
        Command::ResetTemplate(template) => templates::reset(&log, template),
        Command::ResendMail(id) => outbox::resend(&log, id),
        Command::Sweep(command) => sweeps::run(&log, *command),
        Command::SendTestMail(test) => outbox::send_test(&log, &test),
        Command::SetLogo(logo) => settings::set_logo(&log, logo.as_ref()),
    }
}

impl Command {
    /// What it does, and to what, for the entry that says that it was refused.
    fn act(&self) -> (&'static str, String) {
        match self {
            Self::Register(new) => ("user.create", new.form.username.clone()),
            Self::UpdateUser { id, .. } => ("user.update", id.to_string()),
            Self::DisableUser(id) => ("user.disable", id.to_string()),
            Self::EnableUser(id) => ("user.enable", id.to_string()),
            Self::ResetPassword { user, .. } => ("user.reset_password", user.to_string()),
            Self::RequirePasswordChange(id) => ("user.require_password_change", id.to_string()),
            Self::UnlockUser(id) => ("user.unlock", id.to_string()),
            Self::UnlockExpired => ("user.unlock", "expired locks".to_owned()),
            Self::RemoveMfa { user, .. } => ("user.remove_mfa", user.to_string()),
            Self::Account(command) => command.act(),
            Self::SignIn(command) => command.act(),
            Self::ProtectUser { id, .. } => ("user.protect", id.to_string()),
            Self::DeleteUser(id) => ("user.delete", id.to_string()),
            Self::RestoreUser(id) => ("user.restore", id.to_string()),
            Self::PurgeUser(id) => ("user.purge", id.to_string()),
            Self::PurgeDeleted { .. } => ("user.purge", "recycle bin".to_owned()),
            Self::AddToGroup { user, .. } => ("user.add_to_group", user.to_string()),
            Self::RemoveFromGroup { user, .. } => ("user.remove_from_group", user.to_string()),
            Self::GiveRole { user, .. } => ("user.give_role", user.to_string()),
            Self::TakeRole { user, .. } => ("user.take_role", user.to_string()),
            Self::CreateGroup { name, .. } => ("group.create", name.clone()),
            Self::CreateGroupOf(described) => {
                let name = described.name.clone().unwrap_or_default();
                ("group.create", name)
            }
            Self::ChangeGroup { id, .. } => ("group.update", id.to_string()),
            Self::DeleteGroup(id) => ("group.delete", id.to_string()),
            Self::CreateRole { name, .. } => ("role.create", name.clone()),
            Self::UpdateRole(role) => ("role.update", role.name.clone()),
            Self::DeleteRole(id) => ("role.delete", id.to_string()),
            Self::CreateAttribute(spec) => ("attribute.create", spec.name.clone()),
            Self::UpdateAttribute { spec, .. } => ("attribute.update", spec.name.clone()),
            Self::DeleteAttribute(id) => ("attribute.delete", id.to_string()),
            Self::CreateWorkflow { name, .. } => ("workflow.create", name.clone()),
            Self::UpdateWorkflow { name, .. } => ("workflow.update", name.clone()),
            Self::DeleteWorkflow(id) => ("workflow.delete", id.to_string()),
            Self::CreateDraft { workflow, .. } => ("version.create", workflow.to_string()),
            Self::SaveDraft { version, .. } => ("version.save", version.to_string()),
            Self::KeepUnsaved { version, .. } => ("version.keep", version.to_string()),
            Self::SetNote { version, .. } => ("version.note", version.to_string()),
            Self::Activate { version, .. } => ("version.activate", version.to_string()),
            Self::Disable(id) => ("workflow.disable", id.to_string()),
            Self::DeleteVersion(id) => ("version.delete", id.to_string()),
            Self::Import(document) => ("workflow.import", document.name.clone()),
            Self::CreateToken(new) => ("token.create", new.name.clone()),
            Self::RevokeToken(id) => ("token.revoke", id.to_string()),
            Self::UseToken(id) => ("token.use", id.to_string()),
            Self::Connection(command) => command.act(),
            Self::SaveSettings(_) => ("settings.save", "settings".to_owned()),
            Self::SaveMail { .. } => ("settings.save_mail", "mail".to_owned()),
            Self::SaveTemplate { template, .. } => ("template.save", template.name().to_owned()),
            Self::ResetTemplate(template) => ("template.reset", template.name().to_owned()),
            Self::ResendMail(id) => ("mail.resend", id.to_string()),
            Self::Sweep(command) => command.act(),
            Self::SendTestMail(test) => ("mail.send_test", test.template.name().to_owned()),
            Self::SetLogo(_) => ("settings.logo", "logo".to_owned()),
        }
    }
}

impl From<rusqlite::Error> for CommandError {
    fn from(err: rusqlite::Error) -> Self {
        Self::Store(StoreError::from(err))
    }
}
