//! A run of text in one paragraph: words in several styles.

use egui::{
    Color32, FontFamily, FontId, Stroke, TextFormat,
    text::{LayoutJob, LayoutSection},
};

use super::style::Style;
use crate::ui::{fonts, tokens::size, widgets::text::shown};

#[derive(Default)]
pub(super) struct Run {
    job: LayoutJob,
    links: Vec<String>,
}

impl Run {
    pub(super) fn push(&mut self, text: &str, style: &Style) {
        if style.keeps_spaces {
            let lines = text.replace('\r', "").replace('\t', "    ");
            for (index, line) in lines.split('\n').enumerate() {
                if index > 0 {
                    self.append("\n", style);
                }
                self.append(&shown(line), style);
            }
            return;
        }
        let mut words = String::new();
        for letter in text.chars() {
            // A space that must not be broken is one that people see.
            if !matches!(letter, ' ' | '\t' | '\n' | '\r' | '\u{c}') {
                words.push(letter);
            } else if !self.ends_with_space(&words) {
                words.push(' ');
            }
        }
        self.append(&shown(&words), style);
    }

    pub(super) fn break_line(&mut self, style: &Style) {
        self.append("\n", style);
    }

    /// What was gathered, unless it is nothing to be seen, and where its links lead.
    pub(super) fn take(&mut self) -> Option<(LayoutJob, Vec<String>)> {
        let Self { mut job, links } = std::mem::take(self);
        // Neither a last line end nor the spaces before it take room.
        let len = job.text.trim_end_matches(' ').len();
        let len = job.text[..len].strip_suffix('\n').map_or(len, str::len);
        cut(&mut job, len);
        (!job.text.is_empty()).then_some((job, links))
    }

    fn ends_with_space(&self, words: &str) -> bool {
        let last = words
            .chars()
            .next_back()
            .or_else(|| self.job.text.chars().next_back());
        last.is_none_or(|it| it == ' ' || it == '\n')
    }

    fn append(&mut self, text: &str, style: &Style) {
        if text.is_empty() {
            return;
        }
        if let Some(link) = &style.link
            && self.links.last() != Some(link)
        {
            self.links.push(link.clone());
        }
        self.job.append(text, 0.0, format(style));
    }
}

/// Without what comes after the first `len` bytes.
fn cut(job: &mut LayoutJob, len: usize) {
    job.text.truncate(len);
    job.sections
        .retain(|it: &LayoutSection| it.byte_range.start.0 < len);
    if let Some(last) = job.sections.last_mut() {
        last.byte_range.end.0 = len;
    }
}

fn format(style: &Style) -> TextFormat {
    let font_id = if style.is_monospace {
        FontId::new(style.size, FontFamily::Monospace)
    } else if style.is_bold {
        fonts::semibold(style.size)
    } else {
        fonts::regular(style.size)
    };
    let line = |is_drawn: bool| {
        if is_drawn {
            Stroke::new(size::LINE, style.color)
        } else {
            Stroke::NONE
        }
    };
    TextFormat {
        font_id,
        color: style.color,
        background: Color32::TRANSPARENT,
        italics: style.is_italic,
        underline: line(style.is_underlined),
        strikethrough: line(style.is_struck),
        line_height: Some(style.line_height.unwrap_or(style.size * 1.25)),
        ..TextFormat::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(texts: &[&str], expected: Option<&str>) {
        let mut run = Run::default();
        for text in texts {
            run.push(text, &Style::default());
        }
        let taken = run.take().map(|(job, _)| job.text);
        assert_eq!(taken.as_deref(), expected, "{texts:?}");
    }

    #[test]
    fn spaces_count_once_and_not_at_the_ends() {
        check(&[" a \n b", " ", " c  "], Some("a b c"));
        check(&[" ", "\n"], None);
        check(&["a\u{a0}\u{a0}b"], Some("a\u{a0}\u{a0}b"));
    }

    #[test]
    fn lines_end_where_they_are_broken() {
        let (mut run, style) = (Run::default(), Style::default());
        run.push("a ", &style);
        run.break_line(&style);
        run.push(" b", &style);
        run.break_line(&style);
        let (job, _) = run.take().expect("a text");
        assert_eq!(job.text, "a \nb");
        job.debug_sanity_check();
    }
}
