//! Pictures to look at.
use super::tests::*;
use super::*;
use crate::model::definition::*;
use crate::ui::theme as th;
use egui_kittest::{Harness, kittest::Queryable as _};

fn shoot(name: &str, size: [f32; 2], dark: bool, desk: Desk, act: impl Fn(&mut Window)) {
    let theme = if dark {
        egui::Theme::Dark
    } else {
        egui::Theme::Light
    };
    let mut w = Harness::builder()
        .with_size(size)
        .with_theme(theme)
        .with_max_steps(40)
        .with_render_cursor(false)
        .with_context_setup(th::install)
        .build_ui_state(|ui, desk: &mut Desk| desk.draw(ui), desk);
    w.run();
    act(&mut w);
    w.remove_cursor();
    w.run();
    let image = w.render().expect("a picture");
    image
        .save(format!("/tmp/canvas/{name}.png"))
        .expect("saved");
}
pub(super) fn sixty() -> Definition {
    let mut d = typical();
    for n in 0..28 {
        let end = d.find(|k| *k == NodeKind::End).expect("e");
        let edge = d
            .edges_into(end)
            .find(|e| !e.port.is_optional())
            .expect("x");
        let kind = if n % 4 == 1 {
            NodeKind::Filter(Some(crate::model::condition::Condition::test(
                crate::model::condition::Subject::Email,
                crate::model::condition::Operator::Contains,
                "x",
            )))
        } else {
            d.steps_for(edge).remove(n % 4)
        };
        let id = d.insert(edge, kind).expect("i");
        if n % 3 == 0 {
            let p = d.node(id).expect("n").position;
            let port = d.node(id).expect("n").kind.ports()[1];
            let a = d.add(Node::new(
                NodeKind::Task(crate::model::task::Task::new(
                    crate::model::task::Action::AssignRole,
                )),
                [p[0] + 340.0, p[1] + 104.0],
            ));
            d.connect(Edge {
                from: id,
                port,
                to: a,
            })
            .expect("c");
            d.connect(Edge {
                from: a,
                port: Port::Done,
                to: end,
            })
            .expect("c");
        }
    }
    d
}
#[test]
fn shoot_all() {
    std::fs::create_dir_all("/tmp/canvas").expect("dir");
    let small = [1280.0, 800.0];
    let large = [1920.0, 1080.0];
    shoot(
        "1_blank_light",
        small,
        false,
        Desk::new(Definition::blank()),
        |_| (),
    );
    shoot("2_typical_light", small, false, Desk::new(typical()), |w| {
        click(w, "Edit Company address")
    });
    shoot("3_typical_dark", small, true, Desk::new(typical()), |w| {
        click(w, "Edit Company address")
    });
    shoot("4_sixty_light", large, false, Desk::new(sixty()), |w| {
        let l = w
            .query_all_by_role(egui::Role::Button)
            .find(|n| {
                use egui_kittest::kittest::NodeT as _;
                n.accesskit_node()
                    .label()
                    .is_some_and(|l| l.starts_with("Problems"))
            })
            .expect("p");
        l.click();
        w.run();
    });
    shoot("5_sixty_dark_fit", large, true, Desk::new(sixty()), |w| {
        click(w, "Fit to window")
    });
    let mut d = Desk::new(typical());
    d.walk = Some(failed_walk(&typical()));
    shoot("6_walk_light", small, false, d, |_| ());
    let mut d = Desk::new(typical());
    d.walk = Some(failed_walk(&typical()));
    shoot("7_walk_dark", small, true, d, |_| ());
    shoot("8_menu", small, false, Desk::new(typical()), |w| {
        click(w, "Add step after Assign Group to User")
    });
    shoot("9_task_drawer", small, false, Desk::new(typical()), |w| {
        click(w, "Edit Assign Group to User");
        click(w, "Conditional");
        click(w, "Add rule");
    });
    shoot(
        "10_trigger",
        small,
        true,
        Desk::new(Definition::blank()),
        |w| click(w, "Add trigger"),
    );
    let mut def = typical();
    let f = def.find(|k| matches!(k, NodeKind::Filter(_))).expect("f");
    def.node_mut(f).expect("f").is_disabled = true;
    shoot("11_zoomed", small, false, Desk::new(def), |w| {
        let c = w.state_mut().editor.canvas();
        let m = c.screen.center();
        c.change_view(|v| v.zoom_about(m, 2.0));
        w.run();
    });
}
