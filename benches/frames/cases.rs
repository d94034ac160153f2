//! What a person does while frames are measured.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use anyhow::bail;
use egui::{Key, Pos2, Role, pos2, vec2};
use tenure::{
    cli::bench::{acts, canvas, fixture, window::Window},
    clock::{Clock, Stopwatch},
    command::{self, Actor},
    store::Store,
    ui::Route,
};

/// Its name, and what is done. What it returns is said beside the figures.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) run: Run,
}

type Run = Box<dyn Fn(&mut Window, &Store, usize) -> anyhow::Result<String>>;

/// In the middle of a list.
const LIST: Pos2 = pos2(700.0, 500.0);

pub(crate) fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |name: &str, run: fn(&mut Window, usize) -> anyhow::Result<()>| {
        cases.push(Case {
            name: name.to_owned(),
            run: Box::new(move |window, _, frames| run(window, frames).map(|()| String::new())),
        });
    };
    add("screens: from one to the next", screens);
    add("users: at rest", |window, frames| {
        window.go_and_rest(Route::Users);
        window.measure(frames, |_, _| Ok(()))
    });
    add("users: scrolling", |window, frames| {
        window.go_and_rest(Route::Users);
        scrolling(window, frames)
    });
    add("users: typing into the search", |window, frames| {
        window.go_and_rest(Route::Users);
        typing(window, frames, Role::SearchInput, "Search users")
    });
    add("users: paging", paging);
    add("users: filtering by status", |window, frames| {
        window.go_and_rest(Route::Users);
        let options = ["Disabled", "Locked", "Active", "All statuses"];
        filtering(window, frames, &options)
    });
    add("history: scrolling", |window, frames| {
        window.go_and_rest(Route::History);
        scrolling(window, frames)
    });
    add("history: typing into the search", |window, frames| {
        window.go_and_rest(Route::History);
        typing(window, frames, Role::TextInput, "Search")
    });
    add("history: filtering by status", |window, frames| {
        window.go_and_rest(Route::History);
        filtering(window, frames, &["Failed", "Succeeded", "Any status"])
    });
    for route in [Route::Users, Route::History] {
        cases.push(Case {
            name: format!("{route:?}: while somebody writes").to_lowercase(),
            run: Box::new(move |window, store, frames| writing(window, store, frames, route)),
        });
    }
    for nodes in canvas::SIZES {
        for act in acts::ALL {
            cases.push(Case {
                name: format!("canvas of {nodes}: {}", act.name),
                run: Box::new(move |window, store, frames| {
                    act.run(window, store, frames, nodes).map(|_| String::new())
                }),
            });
        }
    }
    cases
}

fn screens(window: &mut Window, frames: usize) -> anyhow::Result<()> {
    let routes = [
        Route::Users,
        Route::History,
        Route::Workflows,
        Route::Settings,
        Route::Handbook,
    ];
    window.rest();
    window.measure(frames, |window, frame| {
        if frame.is_multiple_of(20) {
            let next = routes.get(frame / 20 % routes.len());
            next.copied().into_iter().for_each(|next| window.go(next));
        }
        Ok(())
    })
}

fn scrolling(window: &mut Window, frames: usize) -> anyhow::Result<()> {
    window.measure(frames, |window, frame| {
        window.point(LIST);
        // Down for two seconds, then up for one.
        let by = if frame % 180 < 120 { -60.0 } else { 60.0 };
        window.scroll(vec2(0.0, by));
        Ok(())
    })
}

/// Ten letters a second: a name, then it is taken back.
fn typing(window: &mut Window, frames: usize, role: Role, field: &str) -> anyhow::Result<()> {
    const NAME: &str = "grace.lovelace1";
    let at = window.find(role, field)?;
    window.measure(frames, |window, frame| {
        if frame < 2 {
            window.click(at, frame);
        } else if frame.is_multiple_of(6) {
            let stroke = frame / 6 % (2 * NAME.len());
            match NAME.get(stroke..=stroke) {
                Some(letter) => window.type_text(letter),
                None => window.key(Key::Backspace),
            }
        }
        Ok(())
    })
}

fn paging(window: &mut Window, frames: usize) -> anyhow::Result<()> {
    window.go_and_rest(Route::Users);
    let mut at = window.find(Role::Button, "Next page")?;
    window.measure(frames, |window, frame| {
        // The button stands beside a number that grows.
        if frame % 12 == 11 {
            at = window.find(Role::Button, "Next page")?;
        }
        window.click(at, frame % 12);
        Ok(())
    })
}

fn filtering(window: &mut Window, frames: usize, options: &[&str]) -> anyhow::Result<()> {
    let combo = window.find(Role::ComboBox, "Status")?;
    let mut option = combo;
    window.measure(frames, |window, frame| {
        let (round, frame) = (frame / 40, frame % 40);
        if frame < 2 {
            window.click(combo, frame);
        } else if frame == 10 {
            let name = options.get(round % options.len()).copied();
            option = window.find(Role::ListBoxOption, name.unwrap_or_default())?;
        } else if (11..13).contains(&frame) {
            window.click(option, frame - 11);
        }
        Ok(())
    })
}

fn writing(
    window: &mut Window,
    store: &Store,
    frames: usize,
    route: Route,
) -> anyhow::Result<String> {
    window.go_and_rest(route);
    let is_over = Arc::new(AtomicBool::new(false));
    let (writer, ends) = (store.clone(), Arc::clone(&is_over));
    let thread = thread::spawn(move || register_until(&writer, &ends));
    window.rest();
    let watch = Stopwatch::start();
    let measured = window.measure(frames, |_, _| Ok(()));
    let seconds = watch.elapsed().as_secs_f64();
    is_over.store(true, Ordering::Relaxed);
    let Ok(written) = thread.join() else {
        bail!("the writer has panicked");
    };
    measured?;
    let per_second = |count: usize| count as f64 / seconds;
    let (refreshed, written) = (per_second(window.refreshed), written?);
    Ok(match route {
        Route::Users => format!("| {written:.0} users/s, list refreshed {refreshed:.1} times/s"),
        _ => format!("| {written:.0} users/s"),
    })
}

/// Registers one user after the other. Returns how many a second.
fn register_until(store: &Store, is_over: &AtomicBool) -> anyhow::Result<f64> {
    let (actor, watch) = (Actor::sign_up(), Stopwatch::start());
    // Nobody has these numbers yet, not even from an earlier run.
    let first = Clock::System.now().timestamp_millis() as usize;
    let mut count = 0;
    while !is_over.load(Ordering::Relaxed) {
        let command = fixture::registration(first + count);
        command::apply(store, &actor, command, Clock::System.now())?;
        count += 1;
    }
    Ok(count as f64 / watch.elapsed().as_secs_f64())
}
