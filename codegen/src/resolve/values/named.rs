use crate::ast;
use crate::diagnostic::Problem;
use crate::diagnostic::code::{names as name_codes, values as codes};
use crate::model::{ConstantId, EnumId, FloatType, Openness, Type, TypeId, Value};
use crate::resolve::evaluation::State;
use crate::resolve::lower::{Lowered, Wanted};
use crate::resolve::scope::{Definition, Found};
use crate::source::Span;

/// Enums with more variants get a map from their names.
const FEW: usize = 16;

impl<'t> Lowered<'t> {
    /// What a name among literals stands for: a variant of the expected enum, which beats a constant, or a constant.
    pub(super) fn named_value(&mut self, path: &ast::Path, ty: TypeId) -> Option<Value> {
        let text = self.text(path.span);
        let enumeration = self.enum_behind(ty);
        if let Some(id) = enumeration
            && let Some(index) = self.variant_by_name(id, text)
        {
            return Some(Value::Enum(id, index));
        }
        let declaration = match (enumeration, self.scope.find(self.file, text)) {
            (_, Found::Declaration(declaration)) => declaration,
            // What is no variant and no constant either is a misspelt variant, most likely.
            (Some(id), Found::UnknownName(_)) if !text.contains('.') => {
                return self.unknown_variant(id, text, path.span);
            }
            (Some(id), Found::UnknownNamespace) if self.names_variant(id, text) => {
                let bare = text.rsplit('.').next().unwrap_or(text);
                let message = format!("\"{text}\" names no constant: a variant is written by its bare name");
                let problem = Problem::new(name_codes::UNKNOWN_CONSTANT, self.at(path.span), message);
                self.problems.push(problem.with_help(format!("write `{bare}`")));
                return None;
            }
            _ => match self.find(path, Wanted::Constant) {
                Some(declaration) => declaration,
                None => {
                    self.advise_quotes(path.span, ty);
                    return None;
                }
            },
        };
        let Definition::Constant(id) = declaration.what else {
            let mut problem = Problem::new(
                name_codes::NOT_A_CONSTANT,
                self.at(path.span),
                format!("\"{text}\" is {} and no constant", declaration.what.described()),
            );
            if matches!(declaration.what, Definition::Enum(_)) {
                problem = problem.with_help("a variant is written by its bare name");
            }
            self.problems.push(problem);
            return None;
        };
        let value = self.constant_value(id, path.span)?;
        self.convert(value, id, ty, path.span)
    }

    /// Adds to the problem of an unknown name how a string is written, where one may be meant.
    fn advise_quotes(&mut self, span: Span, ty: TypeId) {
        let at = self.at(span);
        let shown = self.text(span);
        let is_text = matches!(self.model.shape(ty), Type::String);
        if let Some(problem) = self.problems.last_mut()
            && is_text
            && problem.location == at
        {
            problem.help.get_or_insert_with(|| format!("a string stands between double quotes: \"{shown}\""));
        }
    }

    fn enum_behind(&self, ty: TypeId) -> Option<EnumId> {
        match self.model.shape(ty) {
            Type::Enum(id) => Some(*id),
            Type::Optional(inner) => match self.model.shape(*inner) {
                Type::Enum(id) => Some(*id),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a path is an enum's name with a variant's behind it, as other languages write it.
    fn names_variant(&self, id: EnumId, path: &str) -> bool {
        let enumeration = &self.model.enums[id];
        path.rsplit_once('.').is_some_and(|(name, variant)| {
            name.rsplit('.').next() == Some(&*enumeration.meta.name)
                && enumeration.variants.iter().any(|known| *known.meta.name == *variant)
        })
    }

    fn variant_by_name(&mut self, id: EnumId, name: &str) -> Option<u32> {
        let variants = &self.model.enums[id].variants;
        if variants.len() <= FEW {
            return variants.iter().position(|variant| *variant.meta.name == *name).map(|index| index as u32);
        }
        let by_name = self.values.variants.entry(id).or_insert_with(|| {
            variants.iter().enumerate().map(|(index, variant)| (variant.meta.name.clone(), index as u32)).collect()
        });
        by_name.get(name).copied()
    }

    fn unknown_variant(&mut self, id: EnumId, name: &str, span: Span) -> Option<Value> {
        if self.broken.contains(&Definition::Enum(id)) {
            return None;
        }
        let guess = self.guess(name, |lowered| {
            lowered.model.enums[id].variants.iter().map(|variant| &*variant.meta.name).collect()
        });
        let enumeration = &self.model.enums[id];
        let message = format!("\"{name}\" is neither a variant of \"{}\" nor a constant{guess}", enumeration.meta.name);
        let problem = Problem::new(name_codes::UNKNOWN_CONSTANT, self.at(span), message);
        self.problems.push(problem.with_label(enumeration.meta.location, "defined here"));
        None
    }

    /// A variant in its JSON form. An open enum keeps what it does not know.
    pub(super) fn variant_by_wire_name(&mut self, id: EnumId, name: &str, span: Span) -> Option<Value> {
        let variants = &self.model.enums[id].variants;
        if let Some(index) = variants.iter().position(|variant| *variant.wire_name == *name) {
            return Some(Value::Enum(id, index as u32));
        }
        if self.model.enums[id].openness == Openness::Open {
            return Some(Value::UnknownVariant(id, name.into()));
        }
        self.unknown_variant(id, name, span)
    }

    fn constant_value(&mut self, id: ConstantId, span: Span) -> Option<Value> {
        match self.values.constant_states[id.index()] {
            State::Done => {}
            State::Failed => return None,
            // Constants are evaluated in the order in which they name each other. This one is named by the default of a field
            // that a former one leaves out.
            State::New => {
                let file = self.file;
                self.nested(span, |lowered| lowered.settle_constant(id.index()))?;
                self.file = file;
                if !self.is_evaluated(id) {
                    return None;
                }
            }
            State::Running => {
                let meta = &self.model.constants[id].meta;
                let problem = Problem::new(
                    codes::CONSTANT_CYCLE,
                    self.at(span),
                    format!("the constant \"{}\" is defined by itself", meta.name),
                );
                self.problems.push(problem.with_label(meta.location, "defined here"));
                self.values.constant_states[id.index()] = State::Failed;
                return None;
            }
        }
        let at = self.at(span);
        self.model.constant_uses.entry(id).or_default().push(at);
        let amount = super::count(&self.model.constants[id].value);
        self.charge(amount, span)?;
        Some(self.model.constants[id].value.clone())
    }

    /// A constant's value as one of another type: of the same, of its optional, of another integer type that it fits, of
    /// `any`.
    fn convert(&mut self, value: Value, id: ConstantId, to: TypeId, span: Span) -> Option<Value> {
        let from = self.model.resolved(self.model.constants[id].ty);
        let to = self.model.resolved(to);
        if from == to {
            return Some(value);
        }
        match (&self.model.types[from], &self.model.types[to]) {
            (_, Type::Any) => Some(Value::Any(self.model.value_json(&value, from))),
            (Type::Optional(_), _) if matches!(value, Value::Null) && self.model.is_optional(to) => Some(value),
            (_, Type::Optional(inner)) => {
                let inner = *inner;
                self.convert(value, id, inner, span)
            }
            (Type::Int(_), Type::Int(int)) => {
                let int = *int;
                let Value::Int(number) = value else { return None };
                self.integer_in_range(Some(number), int, &number.to_string(), span)
            }
            (Type::Float(_), Type::Float(FloatType::Float64)) => Some(value),
            _ => {
                let message = format!(
                    "expected {}, and the constant \"{}\" is {}",
                    self.wanted(to),
                    self.model.constants[id].meta.name,
                    self.model.type_text(from)
                );
                let problem = Problem::new(codes::WRONG_VALUE, self.at(span), message);
                self.problems.push(problem.with_label(self.model.constants[id].meta.location, "defined here"));
                None
            }
        }
    }
}
