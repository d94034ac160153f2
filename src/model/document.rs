//! One workflow version as one JSON file: stable and sorted, with targets by name, so that it
//! diffs well and can be read into another directory.

use serde::{Deserialize, Serialize};

use super::{
    definition::Definition,
    text::{self, MAX_DESCRIPTION, MAX_FIELD, TextError},
};

/// The largest file that is read.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;

/// What stands in `format`.
pub(super) const FORMAT: &str = "tenure-workflow/1";

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    format: String,
    pub name: String,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub note: String,
    pub definition: Definition,
}

#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    #[error("the file is larger than {} MiB", MAX_BYTES / 1024 / 1024)]
    TooLarge,
    #[error("the file is empty")]
    Empty,
    #[error("the file is not UTF-8 text")]
    NotText,
    #[error("the file is not a workflow: {0}")]
    NotAWorkflow(#[from] serde_json::Error),
    #[error("the file says its format is {0:?}, expected {FORMAT:?}")]
    OtherFormat(String),
    #[error("the workflow's {field} {reason}")]
    Text {
        field: &'static str,
        reason: TextError,
    },
}

impl Document {
    /// Forgets the numbers that targets have in this directory.
    pub fn new(name: &str, description: &str, note: &str, mut definition: Definition) -> Self {
        for (_, target) in definition.targets_mut() {
            target.id = None;
        }
        Self {
            format: FORMAT.to_owned(),
            name: name.to_owned(),
            description: description.to_owned(),
            note: note.to_owned(),
            definition,
        }
    }

    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|json| json + "\n")
    }

    /// Reads a file; its targets are still to be found in the directory.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DocumentError> {
        if bytes.len() > MAX_BYTES {
            return Err(DocumentError::TooLarge);
        }
        let Ok(text) = std::str::from_utf8(bytes) else {
            return Err(DocumentError::NotText);
        };
        let text = text.trim_start_matches('\u{FEFF}').trim();
        if text.is_empty() {
            return Err(DocumentError::Empty);
        }
        let mut document: Self = serde_json::from_str(text)?;
        if document.format != FORMAT {
            return Err(DocumentError::OtherFormat(document.format));
        }
        let wrong = |field| move |reason| DocumentError::Text { field, reason };
        document.name = text::required_line(&document.name, MAX_FIELD).map_err(wrong("name"))?;
        document.description = text::paragraph(&document.description, MAX_DESCRIPTION)
            .map_err(wrong("description"))?;
        document.note = text::paragraph(&document.note, MAX_DESCRIPTION).map_err(wrong("note"))?;
        for (_, target) in document.definition.targets_mut() {
            target.id = None;
        }
        Ok(document)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::definition::{NodeKind, Trigger};

    fn document() -> Document {
        of(Trigger::offered(chrono_tz::Europe::Berlin).remove(0))
    }

    fn of(trigger: Trigger) -> Document {
        let mut definition = Definition::blank();
        let task = trigger.sweep_task();
        let trigger = definition.set_trigger(trigger).expect("there is room");
        if let Some(task) = task {
            let edge = definition.out(trigger).next().expect("an edge");
            definition.insert(edge, NodeKind::Sweep(task));
        }
        Document::new("Welcome", "", "", definition)
    }

    #[track_caller]
    fn refuses(text: &str, message: &str) {
        let error = Document::from_bytes(text.as_bytes()).expect_err("a refusal");
        assert!(error.to_string().contains(message), "{error}");
    }

    #[test]
    fn a_file_gives_back_the_version() {
        for trigger in Trigger::offered(chrono_tz::Europe::Berlin) {
            let document = of(trigger);
            let json = document.to_json().expect("JSON");
            let read = Document::from_bytes(json.as_bytes()).expect("it was one");
            assert_eq!(read, document);
            assert_eq!(read.to_json().expect("JSON"), json, "it is stable");
        }
    }

    #[test]
    fn a_schedule_and_a_task_that_make_no_sense_are_refused_in_words() {
        let good = of(Trigger::offered(chrono_tz::Europe::Berlin).remove(2));
        let good = good.to_json().expect("JSON");
        refuses(
            &good.replace("Europe/Berlin", "Europe/Atlantis"),
            "Atlantis",
        );
        refuses(
            &good.replace("\"12:00\"", "\"25:00\""),
            "a day has the hours 0 to 23",
        );
        refuses(
            &good.replace("\"report\"", "\"shred\""),
            "unknown variant `shred`",
        );
        refuses(&good.replace("90", "-90"), "invalid value");
    }

    #[test]
    fn what_is_no_workflow_is_refused_in_words() {
        let good = document().to_json().expect("JSON");
        refuses("", "the file is empty");
        refuses("[]", "not a workflow");
        refuses("{", "not a workflow");
        refuses(
            &good.replace("tenure-workflow/1", "bpmn"),
            "says its format is \"bpmn\"",
        );
        refuses(
            &good.replace("\"Welcome\"", "\" \""),
            "the workflow's name must not be empty",
        );
        refuses(&good.replace("\"Welcome\"", "7"), "expected a string");
        refuses(
            &good.replacen("\"name\"", "\"nmae\"", 1),
            "unknown field `nmae`",
        );
        refuses(
            &good.replacen("\"name\": \"Welcome\"", "\"name\":\"a\",\"name\":\"b\"", 1),
            "duplicate field `name`",
        );
        let bytes = Document::from_bytes(&[0xFF, 0xFE, 0x00]).expect_err("a refusal");
        assert_eq!(bytes.to_string(), "the file is not UTF-8 text");
        let large = vec![b' '; MAX_BYTES + 1];
        assert!(Document::from_bytes(&large).is_err());
    }
}
