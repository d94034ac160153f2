//! Everything that shortcuts, menus and the command palette can do.
//!
//! **Invariant:** no two commands share a shortcut, and whatever has a shortcut is listed here.
//! A screen says in each frame what it offers ([`Offer`]); what is chosen in the palette comes back to
//! it in the next frame.

use egui::{Context, Event, InputState, Key, KeyboardShortcut, Modifiers};
use serde::{Deserialize, Serialize};

use super::icons::Icon;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum MenuCommand {
    Palette,
    Shortcuts,
    GoOverview,
    GoWorkflows,
    GoHistory,
    GoUsers,
    GoTemplates,
    GoOutbox,
    GoConnections,
    GoSettings,
    GoHandbook,
    Enlarge,
    Reduce,
    NaturalScale,
    SystemTheme,
    LightTheme,
    DarkTheme,
    ReduceMotion,
    NewWorkflow,
    ImportWorkflow,
    NewUser,
    ImportUsers,
    ExportUsers,
    NewGroup,
    NewRole,
    NewAttribute,
    NewConnection,
    NewToken,
    SetUpMail,
    ResetPassword,
    RequirePasswordChange,
    RemoveSecondFactor,
    UnlockUser,
    SignOutUser,
    ExportHistory,
    RunNow,
    StopExecution,
    ResumeExecution,
    SaveDraft,
    DiscardChanges,
    Activate,
    EditVersion,
    DisableWorkflow,
    LimitWorkflow,
    CompareVersions,
    ShowVersions,
    Undo,
    Redo,
    Cut,
    Copy,
    Paste,
    Duplicate,
    Delete,
    SelectAll,
    Open,
    Rename,
    ToggleDisabled,
    AddStep,
    AddNote,
    TidyUp,
    BlockMenu,
    Find,
    FindNext,
    FindPrevious,
    NextProblem,
    ZoomIn,
    ZoomOut,
    NaturalSize,
    Fit,
    ZoomToSelection,
    MiniMap,
}

/// Where a command works: the headings of the list of shortcuts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Window,
    User,
    Execution,
    Version,
    Edit,
    View,
}

impl Part {
    pub const ALL: [Self; 6] = [
        Self::Window,
        Self::User,
        Self::Execution,
        Self::Version,
        Self::Edit,
        Self::View,
    ];

    pub fn label(self) -> &'static str {
        match self {
            Self::Window => "Everywhere",
            Self::User => "A user",
            Self::Execution => "A scheduled execution",
            Self::Version => "A version",
            Self::Edit => "Drawing",
            Self::View => "Looking around the canvas",
        }
    }

    /// Why its commands cannot be done where no screen offers them.
    pub fn elsewhere(self) -> &'static str {
        match self {
            Self::Window => "Not on this screen",
            Self::User => "Open a user first",
            Self::Execution => "Open a scheduled execution first",
            Self::Version => "Open a version first",
            Self::Edit | Self::View => "Open the canvas of a version first",
        }
    }
}

/// A command that the screen that is shown can carry out, or why it cannot now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    pub command: MenuCommand,
    pub refusal: Option<&'static str>,
}

const CTRL: Modifiers = Modifiers::COMMAND;
const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

const fn key(modifiers: Modifiers, key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(modifiers, key)
}

impl MenuCommand {
    pub const ALL: &[Self] = &[
        Self::Palette,
        Self::GoOverview,
        Self::GoWorkflows,
        Self::GoUsers,
        Self::GoHistory,
        Self::GoTemplates,
        Self::GoOutbox,
        Self::GoConnections,
        Self::GoSettings,
        Self::GoHandbook,
        Self::Shortcuts,
        Self::Enlarge,
        Self::Reduce,
        Self::NaturalScale,
        Self::SystemTheme,
        Self::LightTheme,
        Self::DarkTheme,
        Self::ReduceMotion,
        Self::NewWorkflow,
        Self::ImportWorkflow,
        Self::NewUser,
        Self::ImportUsers,
        Self::ExportUsers,
        Self::NewGroup,
        Self::NewRole,
        Self::NewAttribute,
        Self::NewConnection,
        Self::NewToken,
        Self::SetUpMail,
        Self::ResetPassword,
        Self::RequirePasswordChange,
        Self::RemoveSecondFactor,
        Self::UnlockUser,
        Self::SignOutUser,
        Self::ExportHistory,
        Self::RunNow,
        Self::StopExecution,
        Self::ResumeExecution,
        Self::SaveDraft,
        Self::DiscardChanges,
        Self::Activate,
        Self::EditVersion,
        Self::DisableWorkflow,
        Self::LimitWorkflow,
        Self::CompareVersions,
        Self::ShowVersions,
        Self::Undo,
        Self::Redo,
        Self::Cut,
        Self::Copy,
        Self::Paste,
        Self::Duplicate,
        Self::Delete,
        Self::SelectAll,
        Self::Open,
        Self::Rename,
        Self::ToggleDisabled,
        Self::AddStep,
        Self::AddNote,
        Self::TidyUp,
        Self::BlockMenu,
        Self::Find,
        Self::FindNext,
        Self::FindPrevious,
        Self::NextProblem,
        Self::ZoomIn,
        Self::ZoomOut,
        Self::NaturalSize,
        Self::Fit,
        Self::ZoomToSelection,
        Self::MiniMap,
    ];

    pub fn text(self) -> &'static str {
        match self {
            Self::Palette => "Search or jump…",
            Self::Shortcuts => "Show shortcuts",
            Self::GoOverview => "Go to Overview",
            Self::GoWorkflows => "Go to Workflows",
            Self::GoHistory => "Go to History",
            Self::GoUsers => "Go to Users",
            Self::GoTemplates => "Go to Email Templates",
            Self::GoOutbox => "Go to Outbox",
            Self::GoConnections => "Go to Connections",
            Self::GoSettings => "Go to Settings",
            Self::GoHandbook => "Go to Handbook",
            Self::Enlarge => "Larger text and controls",
            Self::Reduce => "Smaller text and controls",
            Self::NaturalScale => "Text and controls at natural size",
            Self::SystemTheme => "Use the system's theme",
            Self::LightTheme => "Use the light theme",
            Self::DarkTheme => "Use the dark theme",
            Self::ReduceMotion => "Reduce motion",
            Self::NewWorkflow => "New workflow…",
            Self::ImportWorkflow => "Import a workflow…",
            Self::NewUser => "New user…",
            Self::ImportUsers => "Import users…",
            Self::ExportUsers => "Export users…",
            Self::NewGroup => "New group…",
            Self::NewRole => "New role…",
            Self::NewAttribute => "New attribute…",
            Self::NewConnection => "New connection…",
            Self::NewToken => "New API token…",
            Self::SetUpMail => "Set up mail…",
            Self::ResetPassword => "Reset the password…",
            Self::RequirePasswordChange => "Require a password change",
            Self::RemoveSecondFactor => "Remove the second factor…",
            Self::UnlockUser => "Unlock the user",
            Self::SignOutUser => "Sign out everywhere",
            Self::ExportHistory => "Export executions…",
            Self::RunNow => "Run a scheduled workflow now…",
            Self::StopExecution => "Stop the execution…",
            Self::ResumeExecution => "Resume the execution…",
            Self::SaveDraft => "Save draft",
            Self::DiscardChanges => "Discard changes",
            Self::Activate => "Activate this version…",
            Self::DisableWorkflow => "Disable this workflow",
            Self::LimitWorkflow => "Limit of this workflow…",
            Self::EditVersion => "Edit in a new draft",
            Self::CompareVersions => "Compare versions…",
            Self::ShowVersions => "Show all versions",
            Self::Undo => "Undo",
            Self::Redo => "Redo",
            Self::Cut => "Cut",
            Self::Copy => "Copy",
            Self::Paste => "Paste",
            Self::Duplicate => "Duplicate",
            Self::Delete => "Delete",
            Self::SelectAll => "Select all",
            Self::Open => "Open in the drawer",
            Self::Rename => "Rename",
            Self::ToggleDisabled => "Disable or enable step",
            Self::AddStep => "Add step…",
            Self::AddNote => "Add note",
            Self::TidyUp => "Tidy up",
            Self::BlockMenu => "Open the menu of a block",
            Self::Find => "Find on the canvas…",
            Self::FindNext => "Find next",
            Self::FindPrevious => "Find previous",
            Self::NextProblem => "Go to the next problem",
            Self::ZoomIn => "Zoom in",
            Self::ZoomOut => "Zoom out",
            Self::NaturalSize => "Zoom to 100 %",
            Self::Fit => "Fit to window",
            Self::ZoomToSelection => "Zoom to selection",
            Self::MiniMap => "Show or hide the mini-map",
        }
    }

    /// The first one is the one that is shown.
    pub fn shortcuts(self) -> Vec<KeyboardShortcut> {
        const NONE: Modifiers = Modifiers::NONE;
        match self {
            Self::Palette => vec![key(CTRL, Key::K)],
            Self::Shortcuts => vec![key(NONE, Key::F1), key(CTRL, Key::Slash)],
            Self::GoOverview => vec![key(CTRL, Key::Num1)],
            Self::GoWorkflows => vec![key(CTRL, Key::Num2)],
            Self::GoUsers => vec![key(CTRL, Key::Num3)],
            Self::GoHistory => vec![key(CTRL, Key::Num4)],
            Self::GoTemplates => vec![key(CTRL, Key::Num5)],
            Self::GoConnections => vec![key(CTRL, Key::Num6)],
            Self::GoSettings => vec![key(CTRL, Key::Num7), key(CTRL, Key::Comma)],
            Self::GoHandbook => vec![key(CTRL, Key::Num8)],
            Self::Enlarge => vec![key(CTRL, Key::Plus), key(CTRL, Key::Equals)],
            Self::Reduce => vec![key(CTRL, Key::Minus)],
            Self::NaturalScale => vec![key(CTRL, Key::Num0)],
            Self::NewWorkflow => vec![key(CTRL, Key::N)],
            // Not U: with that, input methods on Linux ask for a character by its number.
            Self::NewUser => vec![key(CTRL_SHIFT, Key::A)],
            Self::SaveDraft => vec![key(CTRL, Key::S)],
            Self::Activate => vec![key(CTRL_SHIFT, Key::Enter)],
            Self::CompareVersions => vec![key(CTRL_SHIFT, Key::D)],
            Self::Undo => vec![key(CTRL, Key::Z)],
            Self::Redo => vec![key(CTRL, Key::Y), key(CTRL_SHIFT, Key::Z)],
            Self::Cut => vec![key(CTRL, Key::X)],
            Self::Copy => vec![key(CTRL, Key::C)],
            Self::Paste => vec![key(CTRL, Key::V)],
            Self::Duplicate => vec![key(CTRL, Key::D)],
            Self::Delete => vec![key(NONE, Key::Delete), key(NONE, Key::Backspace)],
            Self::SelectAll => vec![key(CTRL, Key::A)],
            Self::Open => vec![key(NONE, Key::Enter)],
            Self::Rename => vec![key(NONE, Key::F2)],
            Self::ToggleDisabled => vec![key(CTRL, Key::E)],
            Self::AddStep => vec![key(NONE, Key::Insert), key(CTRL, Key::Enter)],
            Self::AddNote => vec![key(CTRL_SHIFT, Key::N)],
            Self::TidyUp => vec![key(CTRL_SHIFT, Key::T)],
            Self::BlockMenu => vec![key(Modifiers::SHIFT, Key::F10)],
            Self::Find => vec![key(CTRL, Key::F)],
            Self::FindNext => vec![key(NONE, Key::F3)],
            Self::FindPrevious => vec![key(Modifiers::SHIFT, Key::F3)],
            Self::NextProblem => vec![key(NONE, Key::F8)],
            Self::ZoomIn => vec![key(NONE, Key::Plus), key(NONE, Key::Equals)],
            Self::ZoomOut => vec![key(NONE, Key::Minus)],
            Self::NaturalSize => vec![key(NONE, Key::Num0)],
            Self::Fit => vec![key(NONE, Key::Num1)],
            Self::ZoomToSelection => vec![key(NONE, Key::Num2)],
            Self::MiniMap => vec![key(CTRL_SHIFT, Key::M)],
            Self::SystemTheme
            | Self::LightTheme
            | Self::DarkTheme
            | Self::ReduceMotion
            | Self::ImportWorkflow
            | Self::ImportUsers
            | Self::ExportUsers
            | Self::NewGroup
            | Self::NewRole
            | Self::NewAttribute
            | Self::NewConnection
            | Self::NewToken
            | Self::SetUpMail
            | Self::GoOutbox
            | Self::ResetPassword
            | Self::RequirePasswordChange
            | Self::RemoveSecondFactor
            | Self::UnlockUser
            | Self::SignOutUser
            | Self::ExportHistory
            | Self::RunNow
            | Self::StopExecution
            | Self::ResumeExecution
            | Self::DiscardChanges
            | Self::DisableWorkflow
            | Self::LimitWorkflow
            | Self::EditVersion
            | Self::ShowVersions => Vec::new(),
        }
    }

    pub fn part(self) -> Part {
        match self {
            Self::SaveDraft
            | Self::DiscardChanges
            | Self::Activate
            | Self::DisableWorkflow
            | Self::LimitWorkflow
            | Self::EditVersion
            | Self::CompareVersions
            | Self::ShowVersions => Part::Version,
            Self::ResetPassword
            | Self::RequirePasswordChange
            | Self::RemoveSecondFactor
            | Self::UnlockUser
            | Self::SignOutUser => Part::User,
            Self::StopExecution | Self::ResumeExecution => Part::Execution,
            Self::Undo
            | Self::Redo
            | Self::Cut
            | Self::Copy
            | Self::Paste
            | Self::Duplicate
            | Self::Delete
            | Self::SelectAll
            | Self::Open
            | Self::Rename
            | Self::ToggleDisabled
            | Self::AddStep
            | Self::AddNote
            | Self::TidyUp
            | Self::BlockMenu => Part::Edit,
            Self::Find
            | Self::FindNext
            | Self::FindPrevious
            | Self::NextProblem
            | Self::ZoomIn
            | Self::ZoomOut
            | Self::NaturalSize
            | Self::Fit
            | Self::ZoomToSelection
            | Self::MiniMap => Part::View,
            _ => Part::Window,
        }
    }

    pub fn icon(self) -> Icon {
        match self {
            Self::Palette
            | Self::Find
            | Self::FindNext
            | Self::FindPrevious
            | Self::NaturalScale
            | Self::NaturalSize => Icon::Search,
            Self::Shortcuts => Icon::Keyboard,
            Self::GoOverview => Icon::Overview,
            Self::GoWorkflows | Self::NewWorkflow => Icon::Workflows,
            Self::GoHistory => Icon::History,
            Self::GoUsers => Icon::Users,
            Self::GoTemplates | Self::GoOutbox | Self::SetUpMail => Icon::Mail,
            Self::GoConnections | Self::NewConnection => Icon::Connections,
            Self::GoSettings => Icon::Settings,
            Self::GoHandbook => Icon::Handbook,
            Self::Enlarge | Self::ZoomIn => Icon::ZoomIn,
            Self::Reduce | Self::ZoomOut => Icon::ZoomOut,
            Self::SystemTheme => Icon::System,
            Self::LightTheme => Icon::Sun,
            Self::DarkTheme => Icon::Moon,
            Self::ReduceMotion => Icon::Running,
            Self::ImportWorkflow | Self::ImportUsers => Icon::Import,
            Self::ExportUsers | Self::ExportHistory => Icon::Export,
            Self::NewUser => Icon::UserAdd,
            Self::NewGroup => Icon::Group,
            Self::NewRole => Icon::Role,
            Self::NewAttribute => Icon::Attribute,
            Self::NewToken | Self::ResetPassword | Self::RequirePasswordChange => Icon::Key,
            Self::RemoveSecondFactor | Self::LimitWorkflow => Icon::Shield,
            Self::UnlockUser => Icon::Unlock,
            Self::SignOutUser => Icon::SignOut,
            Self::SaveDraft => Icon::Save,
            Self::DiscardChanges => Icon::Restore,
            Self::Activate | Self::RunNow | Self::ResumeExecution => Icon::Activate,
            Self::DisableWorkflow | Self::ToggleDisabled | Self::StopExecution => Icon::Disable,
            Self::EditVersion | Self::Open | Self::Rename => Icon::Edit,
            Self::CompareVersions => Icon::Compare,
            Self::Cut => Icon::Cut,
            Self::Copy => Icon::Copy,
            Self::Paste => Icon::Paste,
            Self::Duplicate => Icon::Duplicate,
            Self::ShowVersions => Icon::Draft,
            Self::Undo => Icon::Undo,
            Self::Redo => Icon::Redo,
            Self::Delete => Icon::Delete,
            Self::SelectAll => Icon::Check,
            Self::AddStep => Icon::Add,
            Self::AddNote => Icon::Note,
            Self::TidyUp => Icon::TidyUp,
            Self::BlockMenu => Icon::More,
            Self::NextProblem => Icon::Warning,
            Self::Fit => Icon::Fit,
            Self::ZoomToSelection => Icon::FitSelection,
            Self::MiniMap => Icon::MiniMap,
        }
    }

    /// Its first shortcut as this platform writes it, such as "Ctrl+K".
    pub fn keys(self, ctx: &Context) -> Option<String> {
        self.shortcuts().first().map(|it| written(ctx, it))
    }

    /// "Undo (Ctrl+Z)", for the tooltip of a button.
    pub fn with_keys(self, ctx: &Context, text: &str) -> String {
        match self.keys(ctx) {
            Some(keys) => format!("{text} ({keys})"),
            None => text.to_owned(),
        }
    }

    pub fn possible(self) -> Offer {
        Offer {
            command: self,
            refusal: None,
        }
    }

    pub fn refused(self, why: &'static str) -> Offer {
        Offer {
            command: self,
            refusal: Some(why),
        }
    }

    /// Whether its shortcut was pressed; nobody else sees the key then.
    ///
    /// Cut, copy and paste arrive from the system as events of their own, not as keys.
    pub fn takes(self, input: &mut InputState) -> bool {
        let shortcuts = self.shortcuts();
        let before = input.events.len();
        input.events.retain(|event| !is_pressed(event, &shortcuts));
        input.events.len() < before
    }
}

/// A shortcut as this platform writes it.
pub fn written(ctx: &Context, shortcut: &KeyboardShortcut) -> String {
    let text = ctx.format_shortcut(shortcut);
    match shortcut.logical_key {
        Key::Slash => text.replace("Slash", "/"),
        Key::Comma => text.replace("Comma", ","),
        _ => text,
    }
}

/// Exactly these modifiers: Ctrl+Shift+Z is not Ctrl+Z. Only Plus and the slash, which many keyboards
/// have above another key, may come with Shift.
fn is_pressed(event: &Event, shortcuts: &[KeyboardShortcut]) -> bool {
    let Event::Key {
        key,
        pressed: true,
        modifiers,
        ..
    } = event
    else {
        return false;
    };
    shortcuts.iter().any(|it| {
        it.logical_key == *key
            && (modifiers.matches_exact(it.modifiers)
                || (matches!(key, Key::Plus | Key::Slash)
                    && modifiers.matches_logically(it.modifiers)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_commands_share_a_shortcut() {
        let mut seen: Vec<(KeyboardShortcut, MenuCommand)> = Vec::new();
        for command in MenuCommand::ALL {
            for shortcut in command.shortcuts() {
                let other = seen.iter().find(|(it, _)| *it == shortcut);
                assert!(other.is_none(), "{command:?} clashes with {other:?}");
                seen.push((shortcut, *command));
            }
        }
        assert!(seen.len() > 30, "there are shortcuts to compare");
    }

    #[test]
    fn every_command_is_listed_once() {
        let mut all = MenuCommand::ALL.to_vec();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), MenuCommand::ALL.len());
        let last = *all.last().expect("there are commands");
        assert_eq!(last as usize + 1, all.len(), "one of the enum is missing");
    }

    #[test]
    fn a_shortcut_needs_exactly_its_modifiers() {
        let pressed = |command: MenuCommand, modifiers, key| {
            let event = Event::Key {
                key,
                physical_key: None,
                pressed: true,
                repeat: false,
                modifiers,
            };
            is_pressed(&event, &command.shortcuts())
        };
        assert!(pressed(MenuCommand::Undo, CTRL, Key::Z));
        assert!(!pressed(MenuCommand::Undo, CTRL_SHIFT, Key::Z));
        assert!(pressed(MenuCommand::Redo, CTRL_SHIFT, Key::Z));
        assert!(!pressed(MenuCommand::Undo, Modifiers::NONE, Key::Z));
        assert!(pressed(MenuCommand::ZoomIn, Modifiers::SHIFT, Key::Plus));
    }
}
