//! What must stay true of the source itself.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A module, and the modules it may use.
const LAYERS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("clock", &["model"]),
    ("store", &["model"]),
    ("command", &["model", "store"]),
    ("engine", &["clock", "command", "connect", "model", "store"]),
    ("connect", &["model"]),
    ("portal", &["clock", "command", "connect", "model", "store"]),
    ("runtime", &["clock", "engine", "model", "portal", "store"]),
    (
        "ui",
        &["clock", "command", "connect", "model", "runtime", "store"],
    ),
];

/// Words that belong to one place only.
const PLACES: &[(&str, &str)] = &[
    ("Utc::now", "clock"),
    ("Local::now", "clock"),
    ("SystemTime::now", "clock"),
    ("Instant::now", "clock"),
    ("Color32::from_", "ui/tokens"),
    ("thread::sleep", "nowhere"),
];

#[test]
fn modules_use_only_what_is_above_them() {
    for (path, text) in sources() {
        let module = path
            .split('/')
            .next()
            .expect("a readable source tree")
            .trim_end_matches(".rs");
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == module) else {
            continue;
        };
        for (used, _) in LAYERS {
            let legal = *used == module || allowed.contains(used);
            assert!(
                legal || !text.contains(&format!("crate::{used}")),
                "{path} uses `{used}`"
            );
            let nested = imports(&text).any(|line| line.starts_with(&format!("{used}::")));
            assert!(legal || !nested, "{path} uses `{used}`");
        }
    }
}

#[test]
fn some_words_have_one_place() {
    for (path, text) in sources() {
        for (word, place) in PLACES {
            assert!(
                path.starts_with(place) || !text.contains(word),
                "{path} says `{word}`"
            );
        }
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    for (path, text) in sources() {
        assert!(text.starts_with("//!"), "{path} has no module comment");
    }
}

/// What the `use crate::{…};` blocks name.
fn imports(text: &str) -> impl Iterator<Item = &str> {
    let blocks = text.split("use crate::{").skip(1);
    let blocks = blocks.filter_map(|rest| rest.split("};").next());
    blocks
        .flat_map(|block| block.split([',', '\n']))
        .map(str::trim)
}

fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    files
        .into_iter()
        .map(|path| {
            let name = path
                .strip_prefix(&root)
                .expect("a readable source tree")
                .to_str()
                .expect("a readable source tree")
                .replace('\\', "/");
            (
                name,
                fs::read_to_string(path).expect("a readable source tree"),
            )
        })
        .collect()
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(dir)
        .expect("a readable source tree")
        .map(|it| it.expect("a readable source tree").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|it| it == "rs") {
            files.push(path);
        }
    }
}
