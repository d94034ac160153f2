//! What a change has started, in words.

use super::{
    Route,
    context::ToastAction,
    widgets::{Mood, Toast},
};
use crate::model::{execution::Status, id::ExecutionId};

/// Says that something was done, and what ran because of it; its button leads there.
pub(super) fn toast(done: String, started: &[(ExecutionId, Status)]) -> Toast<ToastAction> {
    let Some(route) = leads_to(started) else {
        return Toast::new(Mood::Success, done);
    };
    let has_failed = started.iter().any(|it| it.1 == Status::Failed);
    let mood = if has_failed {
        Mood::Warning
    } else {
        Mood::Success
    };
    let text = format!("{done}: {}", sentence(started));
    Toast::new(mood, text).action("Show", ToastAction::Go(route))
}

/// "2 workflows ran, 1 failed"
fn sentence(started: &[(ExecutionId, Status)]) -> String {
    let count = |status: Status| started.iter().filter(|it| it.1 == status).count();
    let (failed, filtered) = (count(Status::Failed), count(Status::Filtered));
    let ran = match started.len() - filtered {
        0 => None,
        1 => Some("1 workflow ran".to_owned()),
        ran => Some(format!("{ran} workflows ran")),
    };
    let filtered = match (filtered, &ran) {
        (0, _) => None,
        (1, None) => Some("1 workflow filtered it out".to_owned()),
        (some, None) => Some(format!("{some} workflows filtered it out")),
        (some, Some(_)) => Some(format!("{some} filtered it out")),
    };
    let failed = (failed > 0).then(|| format!("{failed} failed"));
    let parts: Vec<String> = [ran, failed, filtered].into_iter().flatten().collect();
    parts.join(", ")
}

/// To the one execution that there is to look at, or to all of them.
fn leads_to(started: &[(ExecutionId, Status)]) -> Option<Route> {
    let mut failed = started.iter().filter(|it| it.1 == Status::Failed);
    match (started, failed.next(), failed.next()) {
        ([], ..) => None,
        ([(only, _)], ..) | (_, Some((only, _)), None) => Some(Route::Execution(*only)),
        _ => Some(Route::History),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(statuses: &[Status], expected: &str, route: Option<Route>) {
        let numbered = statuses.iter().zip(1..);
        let started: Vec<_> = numbered
            .map(|(status, id)| (ExecutionId::new(id), *status))
            .collect();
        if !started.is_empty() {
            assert_eq!(sentence(&started), expected);
        }
        assert_eq!(leads_to(&started), route);
    }

    #[test]
    fn what_ran_is_counted_and_led_to() {
        use Status::{Failed, Filtered, Succeeded};
        let execution = |id| Some(Route::Execution(ExecutionId::new(id)));
        check(&[], "", None);
        check(&[Succeeded], "1 workflow ran", execution(1));
        check(
            &[Succeeded, Failed],
            "2 workflows ran, 1 failed",
            execution(2),
        );
        check(
            &[Failed, Failed, Succeeded],
            "3 workflows ran, 2 failed",
            Some(Route::History),
        );
        check(&[Filtered], "1 workflow filtered it out", execution(1));
        check(
            &[Succeeded, Filtered],
            "1 workflow ran, 1 filtered it out",
            Some(Route::History),
        );
    }
}
