//! Where people sign up.

use egui::{Hyperlink, Ui};

use super::{
    error_at,
    form::{Errors, Field, Form},
    pair,
};
use crate::{
    runtime::PortalState,
    ui::{
        Ctx, sentence,
        tokens::gap,
        widgets::{Banner, Mood, TextField, checkbox, text},
    },
};

pub(super) fn ui(ctx: &Ctx<'_>, ui: &mut Ui, form: &mut Form, errors: &Errors) {
    ui.spacing_mut().item_spacing.y = gap::S;
    state_ui(ctx, ui);
    checkbox(ui, &mut form.portal_is_on, "The portal is on");
    pair(ui, |left, right| {
        TextField::new("Address")
            .help("127.0.0.1 is this machine only, 0.0.0.0 everybody in the network.")
            .error(error_at(errors, Field::Host))
            .show(left, &mut form.host);
        TextField::new("Port")
            .error(error_at(errors, Field::Port))
            .limit(5)
            .show(right, &mut form.port);
    });
    checkbox(
        ui,
        &mut form.allows_sign_up,
        "People may sign themselves up",
    );
    checkbox(
        ui,
        &mut form.is_behind_proxy,
        "A proxy stands in front of it",
    );
    text::note(
        ui,
        "Only with a proxy: Tenure then believes its X-Forwarded-For about who is asking. Reach the \
         portal from other machines only through a proxy that speaks TLS.",
    );
}

fn state_ui(ctx: &Ctx<'_>, ui: &mut Ui) {
    match &ctx.runtime.portal {
        PortalState::Off => {
            text::muted(ui, "The portal is off.");
        }
        PortalState::Failed(reason) => {
            Banner::new(Mood::Danger, &sentence(reason))
                .title("The portal cannot start")
                .show(ui);
        }
        PortalState::Listening(address) => {
            // Nobody can go to "every address of this machine".
            let mut reached = *address;
            if reached.ip().is_unspecified() {
                reached.set_ip(match reached.ip() {
                    std::net::IpAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
                    std::net::IpAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
                });
            }
            ui.horizontal(|ui| {
                text::muted(ui, &format!("The portal listens on {address}."));
                let url = format!("http://{reached}/signup");
                ui.add(Hyperlink::from_label_and_url("Open sign-up page", url));
            });
        }
    }
}
