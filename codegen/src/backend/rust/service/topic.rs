//! The function that opens a topic.

use askama::Template;

use crate::backend::rust::layout::{Code, line, signature};
use crate::backend::rust::module::{Module, deprecated, docs};
use crate::model::TopicId;
use crate::validate::names::rust as names;

#[derive(Template)]
#[template(path = "rust/topic.rs")]
struct TopicView {
    docs: String,
    deprecated: String,
    signature: String,
    body: String,
}

impl Module<'_> {
    pub(super) fn topic(&mut self, id: TopicId) {
        let topic = &self.scope.plan.model.topics[id];
        let session = self.scope.external("::almanet_runtime", "Session");
        let ty = self.scope.ty(topic.ty);
        let codegen = self.scope.codegen();
        let constant = names::static_name(&topic.meta.name);
        let result = format!(" -> {}<{ty}>", self.scope.external("::almanet_runtime", "Topic"));
        let head = format!("pub fn {}", names::function_name(&topic.meta.name));
        let mut arguments = vec![Code::text("session"), Code::text(format!("&{constant}"))];
        let mut function = "topic";
        if self.needs_newtype(topic.ty, &topic.constraints) {
            arguments.push(Code::text(self.scope.check_value(topic.ty, &topic.constraints)));
            function = "topic_with";
        }
        let call = Code::call(format!("{codegen}::{function}"), arguments);
        let view = TopicView {
            docs: docs(&topic.meta, 0, || format!("The topic `{}`.", topic.meta.name)),
            deprecated: deprecated(&topic.meta, 0),
            signature: signature(0, &head, &[format!("session: &{session}")], &result, " {"),
            body: line(4, "", &call, ""),
        };
        self.render(&view);
    }
}
