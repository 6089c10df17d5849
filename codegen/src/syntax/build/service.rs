use super::Builder;
use crate::ast::{Head, Parameters, Procedure, Returns, ServiceBody, Topic};
use crate::source::Span;
use crate::syntax::grammar::Rule;

/// A member of a service that takes docs.
pub(in crate::syntax) enum ServiceMember {
    Procedure(Procedure),
    Topic(Topic),
}

impl ServiceBody {
    pub(in crate::syntax) fn push(&mut self, member: ServiceMember) {
        match member {
            ServiceMember::Procedure(procedure) => self.procedures.push(procedure),
            ServiceMember::Topic(topic) => self.topics.push(topic),
        }
    }
}

impl Builder<'_, '_> {
    pub(super) fn service(&mut self) -> ServiceBody {
        self.enter_bracket(Rule::members);
        let mut body = ServiceBody::default();
        loop {
            match self.tree.peek() {
                Some(Rule::service_member) => {
                    let member = self.service_member();
                    body.push(member);
                }
                Some(_) => body.reserved.push(self.reserved()),
                None => break,
            }
        }
        self.leave_bracket();
        body
    }

    /// A procedure or a topic.
    pub(in crate::syntax) fn service_member(&mut self) -> ServiceMember {
        self.tree.enter(Rule::service_member);
        let (start, head) = self.head();
        let member = if self.tree.at(Rule::topic) {
            ServiceMember::Topic(self.topic(start, head))
        } else {
            ServiceMember::Procedure(self.procedure(start, head))
        };
        self.tree.leave_loose();
        self.end_member();
        member
    }

    fn topic(&mut self, start: u32, head: Head) -> Topic {
        self.tree.enter(Rule::topic);
        let name = self.ident();
        let ty = self.ty();
        self.tree.leave_loose();
        Topic { span: self.since(start), head, name, ty }
    }

    fn procedure(&mut self, start: u32, head: Head) -> Procedure {
        self.tree.enter(Rule::procedure);
        let oneway = self.tree.at(Rule::oneway).then(|| self.tree.leaf(Rule::oneway));
        let name = self.ident();
        let parameters = self.parameters();
        let returns = if self.tree.at(Rule::returns) { self.returns() } else { Returns::None };
        let raises = if self.tree.at(Rule::raises) { self.raises() } else { Vec::new() };
        self.tree.leave_loose();
        Procedure { span: self.since(start), head, oneway, name, parameters, returns, raises }
    }

    fn parameters(&mut self) -> Parameters {
        self.enter_bracket(Rule::parameters);
        let parameters = match self.tree.peek() {
            None => Parameters::None,
            Some(Rule::field) => Parameters::Named(self.field_list()),
            Some(_) => {
                self.tree.enter(Rule::unnamed);
                let (_, head) = self.head();
                let ty = self.ty();
                self.tree.leave_loose();
                Parameters::Unnamed(head, ty)
            }
        };
        self.leave_bracket();
        parameters
    }

    fn returns(&mut self) -> Returns {
        self.tree.enter(Rule::returns);
        let returns = if self.tree.at(Rule::results) {
            let start = self.enter_bracket(Rule::results);
            let fields = self.field_list();
            self.leave_bracket();
            Returns::Named(Span::new(start, self.tree.last_end()), fields)
        } else {
            let mut annotations = self.annotations();
            let is_stream = self.tree.at(Rule::stream);
            if is_stream {
                self.tree.leaf(Rule::stream);
                annotations.extend(self.annotations());
            }
            let head = Head { docs: Vec::new(), annotations };
            let ty = self.ty();
            if is_stream { Returns::Stream(head, ty) } else { Returns::Unnamed(head, ty) }
        };
        self.tree.leave_loose();
        returns
    }

    fn raises(&mut self) -> Vec<crate::ast::Path> {
        self.tree.enter(Rule::raises);
        let mut exceptions = Vec::with_capacity(1);
        while self.tree.at(Rule::path) {
            exceptions.push(self.path());
        }
        self.tree.leave_loose();
        exceptions
    }
}
