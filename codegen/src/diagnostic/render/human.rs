use std::io::{self, Write};

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::clean;
use super::excerpt::excerpt;
use crate::diagnostic::{Problem, Severity};
use crate::source::{FileId, Location, Sources, Span};

/// Whether a terminal's colours are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Color {
    /// Plain text.
    Never,
    /// ANSI escape sequences.
    Always,
}

/// A label nearer than this, in lines, is drawn in one picture with what it belongs to.
const NEAR: u32 = 60;

/// Problems drawn over their sources, an empty line behind each.
pub(super) fn write(out: &mut dyn Write, problems: &[Problem], sources: &Sources, color: Color) -> io::Result<()> {
    let renderer = match color {
        Color::Never => Renderer::plain(),
        Color::Always => Renderer::styled(),
    };
    for problem in problems {
        writeln!(out, "{}\n", draw(problem, sources, &renderer))?;
    }
    Ok(())
}

fn draw(problem: &Problem, sources: &Sources, renderer: &Renderer) -> String {
    let level = match problem.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.primary_title(clean(&problem.message)).id(problem.code.as_str()));
    let mut shifted = Vec::new();
    for picture in pictures(problem, sources) {
        group = picture.draw(group, sources, &mut shifted);
    }
    if let Some(help) = &problem.help {
        group = group.element(Level::HELP.message(clean(help)));
    }
    let drawn = renderer.render(&[group]);
    shifted.into_iter().fold(drawn, |drawn, Shifted { shown, real }| drawn.replacen(&shown, &real, 1))
}

/// A place that the renderer counts in the part of the line that it was given, and what it is in the file.
struct Shifted {
    shown: String,
    real: String,
}

/// What is drawn under one line of path and place.
struct Picture<'a> {
    file: FileId,
    /// The first is what the path line names.
    marks: Vec<(Span, Option<&'a str>, AnnotationKind)>,
}

/// The problem's own place first, then those of labels that are in other files or far away.
fn pictures<'a>(problem: &'a Problem, sources: &Sources) -> Vec<Picture<'a>> {
    let line = |at: Location| sources.get(at.file).line_of(at.span.start);
    let own = (problem.location.span, None, AnnotationKind::Primary);
    let mut pictures = vec![Picture { file: problem.location.file, marks: vec![own] }];
    for label in &problem.labels {
        let near = pictures.iter_mut().find(|picture| {
            let first = Location::new(picture.file, picture.marks[0].0);
            picture.file == label.location.file && line(first).abs_diff(line(label.location)) < NEAR
        });
        let mark = (label.location.span, Some(label.message.as_str()), AnnotationKind::Context);
        match near {
            Some(picture) => picture.marks.push(mark),
            None => pictures.push(Picture { file: label.location.file, marks: vec![mark] }),
        }
    }
    pictures
}

impl<'a> Picture<'a> {
    fn draw(self, group: Group<'a>, sources: &'a Sources, shifted: &mut Vec<Shifted>) -> Group<'a> {
        let file = sources.get(self.file);
        let name = clean(file.name()).replace('\n', "\u{fffd}");
        // What is no text (a file that is missing, a folder) has a name and nothing to draw.
        if file.text().is_empty() {
            return group.element(Origin::path(name));
        }
        let spans: Vec<Span> = self.marks.iter().map(|(span, ..)| *span).collect();
        let excerpt = excerpt(file, &spans);

        let start = file.line_column(spans[0].start);
        let before = &excerpt.text[..excerpt.ranges[0].start];
        let column = before.rsplit('\n').next().unwrap_or(before).chars().count() + 1;
        if column != start.column as usize {
            let place = |column: usize| format!("{name}:{}:{column}\n", start.line);
            shifted.push(Shifted { shown: place(column), real: place(start.column as usize) });
        }

        let marks = self.marks.iter().zip(excerpt.ranges);
        let annotations = marks.map(|((_, label, kind), range)| kind.span(range).label(label.map(clean)));
        let snippet = Snippet::source(excerpt.text).path(name).line_start(excerpt.first_line as usize);
        group.element(snippet.annotations(annotations))
    }
}
