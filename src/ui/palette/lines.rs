//! What the palette lists, and in which order.
//!
//! **Invariant:** every command of the program is listed, except the one that opens the palette; one
//! that cannot be done now says why not.

use std::cmp::Reverse;

use super::{found::Found, matching::Wanted, recent::Recent};
use crate::{
    store::workflows::Openable,
    ui::{
        icons::Icon,
        menu::{MenuCommand, Offer, Part},
        route::Route,
    },
};

/// So many of the commands that were used last stand first.
const RECENT: usize = 5;

/// What Enter does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) enum Choice {
    Command(MenuCommand),
    Go(Route),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) choice: Choice,
    pub(super) icon: Icon,
    pub(super) text: String,

    /// Behind the text, in grey.
    pub(super) detail: String,
    pub(super) refusal: Option<&'static str>,
}

/// Lines under a heading; an empty one is not shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) heading: &'static str,
    pub(super) lines: Vec<Line>,
}

/// What the lines are made of.
pub(super) struct Source<'a> {
    /// Of the screen that is shown.
    pub(super) offers: &'a [Offer],
    pub(super) recent: &'a Recent,
    pub(super) found: &'a Found,
    pub(super) here: Route,
}

impl Source<'_> {
    pub(super) fn groups(&self, wanted: &Wanted) -> Vec<Group> {
        let groups = if wanted.is_empty() {
            self.all()
        } else {
            vec![Group {
                heading: "",
                lines: self.matching(wanted),
            }]
        };
        let is_full = |it: &Group| !it.lines.is_empty();
        groups.into_iter().filter(is_full).collect()
    }

    /// What was used last, then everything by its part.
    fn all(&self) -> Vec<Group> {
        let workflows = self.found.recent.iter().map(workflow);
        let is_elsewhere = |it: &Line| it.choice != Choice::Go(self.here);
        let used = self.recent.commands.iter().copied();
        let used = used.map(|it| self.command(it)).filter(is_possible);
        let used: Vec<Line> = used.take(RECENT).collect();
        let mut groups = vec![
            Group {
                heading: "Recent workflows",
                lines: workflows.filter(is_elsewhere).collect(),
            },
            Group {
                heading: "Recently used",
                lines: used.clone(),
            },
        ];
        let mut parts = [
            Part::User,
            Part::Execution,
            Part::Version,
            Part::Edit,
            Part::View,
            Part::Window,
        ];
        let can_any = |part: Part| {
            let mut of_part = commands().filter(|it| it.part() == part);
            of_part.any(|it| self.refusal(it).is_none())
        };
        // What the screen that is shown can do comes before what it cannot.
        parts.sort_by_key(|part| !can_any(*part));
        for part in parts {
            let of_part = commands().filter(|it| it.part() == part);
            let lines = of_part.map(|it| self.command(it));
            let mut lines: Vec<Line> = lines.filter(|it| !used.contains(it)).collect();
            lines.sort_by_key(|it| !is_possible(it));
            groups.push(Group {
                heading: part.label(),
                lines,
            });
        }
        groups
    }

    /// The best match first; of equal ones, what can be done, and what was used last.
    fn matching(&self, wanted: &Wanted) -> Vec<Line> {
        let commands = commands().filter_map(|it| {
            let score = match wanted.score(it.text()) {
                Some(score) => 2 * score + 1,
                None => wanted.score(&format!("{} {}", it.text(), also(it)))?,
            };
            let used = self.recent.commands.iter().position(|used| *used == it);
            Some((score, used.unwrap_or(usize::MAX), self.command(it)))
        });
        let workflows = self.found.matching.iter().filter_map(|it| {
            // The store may still answer to what was typed before.
            let score = 2 * wanted.score(&it.name)?;
            Some((score, usize::MAX, workflow(it)))
        });
        let mut lines: Vec<(u32, usize, Line)> = commands.chain(workflows).collect();
        lines.sort_by_key(|(score, used, line)| (Reverse(*score), !is_possible(line), *used));
        lines.into_iter().map(|(_, _, line)| line).collect()
    }

    fn command(&self, command: MenuCommand) -> Line {
        Line {
            choice: Choice::Command(command),
            icon: command.icon(),
            text: command.text().to_owned(),
            detail: String::new(),
            refusal: self.refusal(command),
        }
    }

    fn refusal(&self, command: MenuCommand) -> Option<&'static str> {
        let offered = |it: &&Offer| it.command == command;
        match self.offers.iter().find(offered) {
            Some(offer) => offer.refusal,
            None if command.part() == Part::Window => None,
            None => Some(command.part().elsewhere()),
        }
    }
}

fn commands() -> impl Iterator<Item = MenuCommand> {
    let all = MenuCommand::ALL.iter().copied();
    all.filter(|it| *it != MenuCommand::Palette)
}

fn is_possible(line: &Line) -> bool {
    line.refusal.is_none()
}

fn workflow(it: &Openable) -> Line {
    Line {
        choice: Choice::Go(Route::Editor(it.version)),
        icon: Icon::Workflows,
        text: it.name.clone(),
        detail: format!(
            "Version {}, {}",
            it.number,
            it.status.label().to_lowercase()
        ),
        refusal: None,
    }
}

/// Other words that people look for it by.
fn also(command: MenuCommand) -> &'static str {
    match command {
        MenuCommand::Shortcuts => "help keys keyboard",
        MenuCommand::GoOverview => "open screen dashboard plots charts start home",
        MenuCommand::GoWorkflows => "open screen list",
        MenuCommand::GoHistory => "open screen executions runs log",
        MenuCommand::RunNow => "start execute sweep schedule manually dry run",
        MenuCommand::StopExecution => "pause halt cancel run",
        MenuCommand::ResumeExecution => "continue go on run",
        MenuCommand::GoUsers => "open screen directory groups roles",
        MenuCommand::GoConnections => "open screen providers openid oidc sso tokens api scim",
        MenuCommand::GoSettings => "open screen preferences options",
        MenuCommand::GoHandbook => "open screen help manual documentation",
        MenuCommand::Enlarge => "zoom in bigger scale font",
        MenuCommand::Reduce => "zoom out scale font",
        MenuCommand::NaturalScale => "zoom reset 100 %",
        MenuCommand::SystemTheme => "colours automatic",
        MenuCommand::LightTheme => "day mode colours bright",
        MenuCommand::DarkTheme => "night mode colours",
        MenuCommand::ReduceMotion => "animations",
        MenuCommand::NewWorkflow
        | MenuCommand::NewUser
        | MenuCommand::NewGroup
        | MenuCommand::NewRole
        | MenuCommand::NewAttribute => "create add",
        MenuCommand::ImportUsers | MenuCommand::ExportUsers => "csv file",
        MenuCommand::ImportWorkflow => "json file",
        MenuCommand::ExportHistory => "csv json file history",
        MenuCommand::NewConnection => "create add provider openid oidc sso",
        MenuCommand::NewToken => "create add scim key",
        MenuCommand::ResetPassword => "new set forgotten user",
        MenuCommand::RequirePasswordChange => "expire user",
        MenuCommand::RemoveSecondFactor => "mfa totp authenticator reset user",
        MenuCommand::UnlockUser => "lock failed",
        MenuCommand::SignOutUser => "sessions end user",
        MenuCommand::DiscardChanges => "revert undo",
        MenuCommand::Activate => "publish run start",
        MenuCommand::DisableWorkflow => "deactivate stop",
        MenuCommand::LimitWorkflow => "guardrail quarantine",
        MenuCommand::CompareVersions => "difference",
        MenuCommand::Delete => "remove",
        MenuCommand::TidyUp => "arrange lay out",
        MenuCommand::NextProblem => "error warning",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        id::{VersionId, WorkflowId},
        version::VersionStatus,
    };

    fn openable(number: i64, name: &str) -> Openable {
        Openable {
            workflow: WorkflowId::new(number),
            name: name.to_owned(),
            version: VersionId::new(number),
            number: 3,
            status: VersionStatus::Draft,
        }
    }

    fn groups(typed: &str, offers: &[Offer], recent: &Recent, found: &Found) -> Vec<Group> {
        let source = Source {
            offers,
            recent,
            found,
            here: Route::Workflows,
        };
        source.groups(&Wanted::new(typed))
    }

    fn texts(groups: &[Group]) -> Vec<&str> {
        let lines = groups.iter().flat_map(|it| &it.lines);
        lines.map(|it| it.text.as_str()).collect()
    }

    #[test]
    fn every_command_is_listed_with_or_without_an_offer() {
        let (recent, found) = (Recent::default(), Found::default());
        let all = groups("", &[], &recent, &found);
        let count: usize = all.iter().map(|it| it.lines.len()).sum();
        assert_eq!(count, MenuCommand::ALL.len() - 1);
        for command in commands() {
            let found = groups(command.text(), &[], &recent, &found);
            let first = found.first().and_then(|it| it.lines.first());
            let first = first.map(|it| it.choice);
            assert_eq!(first, Some(Choice::Command(command)), "{command:?}");
        }
    }

    #[test]
    fn what_was_used_last_stands_first() {
        let recent = Recent {
            commands: vec![MenuCommand::DarkTheme, MenuCommand::Undo],
            versions: Vec::new(),
        };
        let found = Found {
            recent: vec![openable(1, "Welcome")],
            ..Found::default()
        };
        let all = groups("", &[], &recent, &found);
        let headings: Vec<&str> = all.iter().map(|it| it.heading).collect();
        let first = ["Recent workflows", "Recently used", "Everywhere"];
        assert_eq!(headings.get(..3), Some(&first[..]));
        // Undo cannot be done without a canvas.
        let texts = texts(&all);
        assert_eq!(texts.get(..2), Some(&["Welcome", "Use the dark theme"][..]));
        assert_eq!(texts.iter().filter(|it| **it == "Undo").count(), 1);
    }

    #[test]
    fn the_version_that_is_open_is_not_offered_again() {
        let found = Found {
            recent: vec![openable(1, "Welcome"), openable(2, "Goodbye")],
            ..Found::default()
        };
        let source = Source {
            offers: &[],
            recent: &Recent::default(),
            found: &found,
            here: Route::Editor(VersionId::new(1)),
        };
        let all = source.groups(&Wanted::default());
        assert_eq!(texts(&all).first(), Some(&"Goodbye"));
    }

    #[test]
    fn commands_and_workflows_are_found_together() {
        let found = Found {
            matching: vec![openable(1, "New hires")],
            ..Found::default()
        };
        let all = groups("new", &[], &Recent::default(), &found);
        let texts = texts(&all);
        assert!(texts.contains(&"New workflow…") && texts.contains(&"New hires"));
        let stale = groups("undo", &[], &Recent::default(), &found);
        assert_eq!(self::texts(&stale).first(), Some(&"Undo"));
        assert!(!self::texts(&stale).contains(&"New hires"));
    }

    #[test]
    fn what_cannot_be_done_says_why() {
        let offers = [MenuCommand::Undo.refused("There is nothing to undo")];
        let all = groups("undo", &offers, &Recent::default(), &Found::default());
        let line = all.first().and_then(|it| it.lines.first());
        let refusal = line.and_then(|it| it.refusal);
        assert_eq!(refusal, Some("There is nothing to undo"));
        let all = groups("redo", &offers, &Recent::default(), &Found::default());
        let line = all.first().and_then(|it| it.lines.first());
        assert_eq!(line.and_then(|it| it.refusal), Some(Part::Edit.elsewhere()));
    }

    #[test]
    fn other_words_find_a_command_too() {
        let all = groups("night", &[], &Recent::default(), &Found::default());
        assert_eq!(texts(&all), ["Use the dark theme"]);
    }
}
