//! One file's lossless tree: every node has a span, every comment is kept, and the text is there to read them from.

mod definition;
mod docs;
mod enclosing;
mod file;
mod head;
mod literal;
mod name;
mod paths;
mod service;
mod ty;
mod visit;

pub use definition::{Definition, DefinitionKind, EnumBody, ExceptionBody, Field, Fields, Reserved, Variant};
pub use docs::docs_text;
pub use enclosing::Enclosing;
pub use file::{Comment, CommentKind, File, Import};
pub use head::{Annotation, Head};
pub use literal::{Literal, LiteralKind, StringLiteral};
pub use name::{Ident, Path};
pub use service::{Parameters, Procedure, Returns, ServiceBody, Topic};
pub use ty::{Type, TypeKind};
