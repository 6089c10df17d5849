//! Types that stand where not every type may: behind `?`, in sets, as keys, in unions with a tag inside.

use rustc_hash::FxHashMap;

use super::lower::Lowered;
use super::pending::{Tag, TypeCheck, TypeRule};
use super::scope::Definition;
use crate::diagnostic::Problem;
use crate::diagnostic::code::names as codes;
use crate::model::{Type, UnionTag};
use crate::syntax::{LexemeKind, lexemes};

/// A type as it is usually written: without the comments and line ends that may stand within.
fn spelled(text: &str) -> String {
    let tokens = lexemes(text).filter(|lexeme| !lexeme.kind.is_trivia());
    tokens.map(|token| if token.kind == LexemeKind::Mark(b',') { ", " } else { &text[token.span.range()] }).collect()
}

impl Lowered<'_> {
    pub(super) fn check_types(&mut self) {
        for check in std::mem::take(&mut self.pending.types) {
            self.check_type(&check);
        }
        for tag in std::mem::take(&mut self.pending.tags) {
            self.check_tag(&tag);
        }
    }

    fn check_type(&mut self, check: &TypeCheck) {
        let resolved = self.model.resolved(check.ty);
        if self.is_poison(resolved) {
            return;
        }
        let written = spelled(&self.texts[check.location.file.0 as usize][check.location.span.range()]);
        let shape = &self.model.types[resolved];
        let problem = match check.rule {
            TypeRule::Optional => match shape {
                Type::Any => (codes::NESTED_OPTIONAL, format!("\"{written}\": null is a value of \"any\" already")),
                Type::Optional(_) => (codes::NESTED_OPTIONAL, format!("\"{written}\" is optional twice")),
                _ => return,
            },
            TypeRule::SetElement => match shape {
                Type::Float(_)
                | Type::Any
                | Type::List(_)
                | Type::Set(_)
                | Type::Map(..)
                | Type::Tuple(_)
                | Type::Optional(_)
                | Type::Record(_)
                | Type::Union(_) => {
                    (codes::BAD_SET_ELEMENT, format!("a set holds scalars without floats, and \"{written}\" is none"))
                }
                _ => return,
            },
            TypeRule::MapKey => match shape {
                Type::String | Type::Int(_) | Type::Bool | Type::Uuid | Type::Date | Type::Enum(_) => return,
                _ => {
                    let message = format!(
                        "a key is a string, an integer, a bool, a uuid, a date or an enum, and \"{written}\" is none"
                    );
                    (codes::BAD_MAP_KEY, message)
                }
            },
        };
        self.problems.push(Problem::new(problem.0, check.location, problem.1));
    }

    /// With the tag inside, every variant is a record that has no such field, or has no type.
    fn check_tag(&mut self, tag: &Tag) {
        let union = &self.model.unions[tag.union];
        let UnionTag::Inside(name) = &union.tag else { return };
        let mut found = Vec::new();
        for variant in &union.variants {
            let Some(ty) = variant.ty else { continue };
            let resolved = self.model.resolved(ty);
            let record = match self.model.types[resolved] {
                Type::Record(id) => id,
                _ if self.is_poison(resolved) => continue,
                _ => {
                    let message = format!(
                        "the variant \"{}\" is no record, so the tag \"{name}\" cannot sit in it",
                        variant.meta.name
                    );
                    found.push(
                        Problem::new(codes::BAD_TAGGED_VARIANT, variant.meta.location, message)
                            .with_label(tag.location, "the tag sits inside"),
                    );
                    continue;
                }
            };
            if self.broken.contains(&Definition::Record(record)) {
                continue;
            }
            let record = &self.model.records[record];
            if let Some(field) = record.fields.iter().find(|field| field.wire_name == *name) {
                let message = format!(
                    "the tag \"{name}\" of the variant \"{}\" meets a field of \"{}\"",
                    variant.meta.name, record.meta.name
                );
                found.push(
                    Problem::new(codes::BAD_TAGGED_VARIANT, variant.meta.location, message)
                        .with_label(field.meta.location, "this field travels by the tag's name"),
                );
            }
        }
        self.problems.extend(found);
    }

    /// Exceptions of one `raises` are told apart by what travels.
    pub(super) fn check_raises(&mut self) {
        for raises in std::mem::take(&mut self.pending.raises) {
            let mut seen = FxHashMap::default();
            for (id, at) in raises {
                let wire_name = &*self.model.exceptions[id].wire_name;
                if let Some(first) = seen.insert(wire_name, at) {
                    let message = format!("two exceptions that are raised here travel as \"{wire_name}\"");
                    let problem = Problem::new(codes::AMBIGUOUS_RAISES, at, message);
                    self.problems.push(problem.with_label(first, "the first one"));
                }
            }
        }
    }
}
