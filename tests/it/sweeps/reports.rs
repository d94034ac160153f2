//! What the reports to admins say of each user.

use chrono::TimeDelta;
use tenure::{
    model::{
        sweep::{DormantAction, IdentifyDormant},
        template::Template,
    },
    store::outbox,
};

use super::{Desk, active, dormant, set_up_mail, users};

/// The lines of the file that comes with the report, for one user who never signed in.
fn lines(task: IdentifyDormant, template: Template) -> Vec<String> {
    let desk = Desk::new();
    set_up_mail(&desk.store);
    users(&desk.store, 1);
    let workflow = active(&desk, "Dormant", dormant(task));
    desk.later(TimeDelta::days(8));
    desk.run(workflow);
    let mails = desk.store.read(|db| outbox::latest(db, 10)).expect("mails");
    let report = mails.into_iter().find(|it| it.template == template);
    let id = report.expect("a report").id;
    let body = desk.store.read(|db| outbox::body(db, id)).expect("a look");
    let file = &body.expect("a body").attachments[0];
    let text = String::from_utf8(file.bytes.to_vec()).expect("text");
    text.lines().map(str::to_owned).collect()
}

#[test]
fn it_says_what_was_done_and_how_the_user_was_before() {
    let task = |action| IdentifyDormant {
        days: 7,
        action,
        reports_too: action != DormantAction::Report,
        notifies_user: action == DormantAction::Disable,
    };
    for (action, outcome) in [
        (DormantAction::Disable, "\"Disabled, mail queued\""),
        (DormantAction::Delete, "Deleted"),
        (DormantAction::Report, "Reported"),
    ] {
        let lines = lines(task(action), action.report());
        let columns = "username,name,email,status,last_activity,days,outcome";
        let user = format!("user0,user0,user0@example.org,Pending,never,8,{outcome}");
        assert_eq!(lines, [columns, user.as_str()]);
    }
}
