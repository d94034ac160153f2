//! The details of one step.

use egui::{CollapsingHeader, Label, RichText, Ui};

use super::{
    export::pretty,
    walked::{Asked, Walked, configuration},
};
use crate::{
    model::{condition::Finding, execution::Failure, user::UserState},
    ui::{
        Ctx,
        icons::Icon,
        sentence,
        tokens::{Tokens, gap, type_size},
        widgets::{Banner, IconButton, Mood, key_values, text},
    },
};

pub(super) fn step_ui(ctx: &Ctx<'_>, ui: &mut Ui, it: &Walked) {
    ui.spacing_mut().item_spacing.y = gap::XS;
    text::heading(ui, it.title());
    match it.step.failure.as_deref() {
        Some(failure) => failure_ui(ctx, ui, failure),
        None => {
            text::paragraph(ui, &sentence(&it.step.decision.sentence()));
        }
    }
    if !it.effects.is_empty() {
        part(ui, "What it changed");
        for (effect, changed) in &it.effects {
            let (icon, mood) = if *changed {
                (Icon::Check, Mood::Success)
            } else {
                (Icon::Skipped, Mood::Neutral)
            };
            line(ui, icon, mood, effect);
        }
    }
    for asked in &it.asked {
        asked_ui(ui, asked);
    }
    if let Some(before) = &it.before {
        part(ui, "The user before this step");
        user_ui(ui, it, before);
    }
    if let Some(node) = &it.node {
        let lines = configuration(node);
        if !lines.is_empty() {
            part(ui, "Configuration");
            for line in lines {
                text::paragraph(ui, &line);
            }
        }
        json_ui(ctx, ui, it.id.0, &pretty(node));
    }
}

fn failure_ui(ctx: &Ctx<'_>, ui: &mut Ui, failure: &Failure) {
    Banner::new(Mood::Danger, &sentence(&failure.error))
        .title("Failed")
        .show(ui);
    part(ui, "What to do");
    text::paragraph(ui, &failure.remedy);
    part(ui, "How it came to this");
    for (index, cause) in failure.causes.iter().enumerate() {
        text::paragraph(ui, &format!("{}. {}", index + 1, sentence(cause)));
    }
    ui.add_space(gap::XS);
    let pairs = [
        ("Attempt", failure.attempt.to_string()),
        ("When", ctx.moment_full(failure.at)),
    ];
    pairs_ui(ui, "failure", &pairs);
}

fn asked_ui(ui: &mut Ui, asked: &Asked) {
    part(ui, &asked.title);
    if asked.findings.len() > 1 {
        text::paragraph(ui, &asked.sentence);
    }
    for finding in &asked.findings {
        let (icon, mood) = if finding.holds {
            (Icon::Check, Mood::Success)
        } else {
            (Icon::Close, Mood::Danger)
        };
        line(ui, icon, mood, &found(finding));
    }
    if asked.findings.len() > 1 {
        let text = if asked.holds {
            "Together: holds"
        } else {
            "Together: does not hold"
        };
        text::strong(ui, text);
    }
}

/// "Email contains @example.org: holds, it was ada@example.org"; "Last Name changed: holds, it was
/// Byron and is Lovelace"
fn found(finding: &Finding) -> String {
    let word = if finding.holds {
        "holds"
    } else {
        "does not hold"
    };
    let actual = written(&finding.actual);
    let was = match &finding.was {
        None if finding.test.operator.looks_back() => "there was nothing before".to_owned(),
        None => format!("it was {actual}"),
        Some(was) if *was == finding.actual => format!("it was {actual} before and after"),
        Some(was) => format!("it was {} and is {actual}", written(was)),
    };
    format!("{}: {word}, {was}", finding.test.sentence())
}

fn written(values: &[String]) -> String {
    let values = values.iter().map(String::as_str);
    let values: Vec<&str> = values.filter(|it| !it.is_empty()).collect();
    if values.is_empty() {
        "empty".to_owned()
    } else {
        values.join(", ")
    }
}

fn user_ui(ui: &mut Ui, it: &Walked, user: &UserState) {
    let names = |names: Vec<&str>| {
        if names.is_empty() {
            "none".to_owned()
        } else {
            names.join(", ")
        }
    };
    let groups = user.groups.values().map(String::as_str).collect();
    let roles = user.roles.values().map(String::as_str).collect();
    let methods: Vec<&str> = user.mfa.iter().map(|it| it.label()).collect();
    let methods = methods.join(", ");
    let mut pairs = vec![
        ("Username", user.username.clone()),
        ("Email", user.email.clone()),
        ("First name", user.first_name.clone()),
        ("Last name", user.last_name.clone()),
        ("Phone", user.phone.clone()),
        ("Status", user.status.label().to_owned()),
        ("MFA methods", methods),
        ("Groups", names(groups)),
        ("Roles", names(roles)),
    ];
    let attributes = user.attributes.iter();
    pairs.extend(attributes.map(|(name, value)| (name.as_str(), value.clone())));
    pairs.retain(|(_, value)| !value.is_empty());
    pairs_ui(ui, &format!("user {}", it.id.0), &pairs);
}

fn pairs_ui(ui: &mut Ui, id: &str, pairs: &[(&str, String)]) {
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(key, it)| (*key, it.as_str())).collect();
    key_values(ui, id, &pairs);
}

fn json_ui(ctx: &Ctx<'_>, ui: &mut Ui, id: u32, json: &str) {
    ui.add_space(gap::S);
    CollapsingHeader::new("Configuration as JSON")
        .id_salt(("json", id))
        .show(ui, |ui| {
            if ui
                .add(IconButton::new(Icon::Copy, "Copy configuration").small())
                .clicked()
            {
                ctx.egui.copy_text(json.to_owned());
            }
            let color = Tokens::of(ui.theme()).text;
            let font = egui::FontId::monospace(type_size::SMALL);
            let shown = text::shown_lines(json);
            let code = RichText::new(shown).font(font).color(color);
            ui.add(Label::new(code).wrap().selectable(true));
        });
}

fn part(ui: &mut Ui, title: &str) {
    ui.add_space(gap::M);
    text::heading(ui, title);
}

fn line(ui: &mut Ui, icon: Icon, mood: Mood, words: &str) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().interact_size.y = 0.0;
        let ink = mood.tone(Tokens::of(ui.theme())).ink;
        text::picture(ui, icon.sized(type_size::BODY, ink));
        text::paragraph(ui, words);
    });
}
