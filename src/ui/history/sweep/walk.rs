//! The walks of all users of a scheduled execution, painted on one canvas.

use egui::Ui;

use crate::{
    model::{
        execution::{Decision, Step},
        id::VersionId,
    },
    ui::{
        canvas::{Canvas, CanvasMode, WalkView},
        history::facts::Facts,
        icons::Icon,
        widgets::empty_state,
    },
};

#[derive(Default)]
pub(super) struct WalkTab {
    opened: Option<(VersionId, Option<Canvas>)>,
    steps: Vec<Step>,
    walk: WalkView,
}

impl WalkTab {
    pub(super) fn ui(&mut self, ui: &mut Ui, facts: &Facts) {
        let version = facts.summary.version;
        let is_known = self.opened.as_ref().is_some_and(|it| it.0 == version);
        if !is_known {
            let canvas = facts.definition.clone().map(Canvas::new);
            self.opened = Some((version, canvas));
        }
        // The plan may have come while it was looked at.
        if self.steps != facts.steps {
            self.steps.clone_from(&facts.steps);
            self.walk = WalkView::of(&in_order(&facts.steps));
        }
        if let Some((_, Some(canvas))) = &mut self.opened {
            canvas.ui(ui, CanvasMode::Walk(&self.walk));
        } else {
            let text = "The list of users tells what happened.";
            empty_state(ui, Icon::Workflows, "The drawing is lost", text, None);
        }
    }
}

/// Users may have left a step by different outputs: what the step is there for comes last, and is
/// what is painted.
fn in_order(steps: &[Step]) -> Vec<Step> {
    let mut steps = steps.to_vec();
    steps.sort_by_key(|it| match it.decision {
        Decision::Otherwise | Decision::NotFound | Decision::Skipped(_) => 0,
        Decision::Passed | Decision::Matched | Decision::Performed { .. } | Decision::Found => 1,
    });
    steps
}
