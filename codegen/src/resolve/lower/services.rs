use std::time::Duration;

use super::annotations::{Annotations, Place, Text};
use super::names::Member;
use super::{Lowered, Wanted};
use crate::ast::{self, Literal, LiteralKind};
use crate::diagnostic::Problem;
use crate::diagnostic::code::{Code, addresses as address_codes, names as codes};
use crate::model::{
    Constraints, ExceptionId, Id, Meta, NamespaceId, Payload, Procedure, Reply, Service, ServiceId, Topic,
};
use crate::resolve::addresses::{self, DEFAULT_CHANNEL, is_channel, is_identifier, version_segment};
use crate::resolve::pending::{ConstrainedSlot, ExampleSlot, FieldSlot};
use crate::resolve::scope::Definition;
use crate::resolve::text_values;
use crate::source::{Location, Span};

/// A caller waits no longer: the broker gives up on what is in flight after 15 minutes.
const MAX_TIMEOUT: Duration = Duration::from_secs(14 * 60);

/// What a service hands down to its members.
struct Inherited {
    id: ServiceId,
    prepath: Box<str>,
    version_segment: Option<String>,
    channel: Option<Box<str>>,
    timeout: Option<Duration>,
    tags: Vec<Box<str>>,
    expose: bool,
    auth: Option<Vec<Box<str>>>,
}

impl<'t> Lowered<'t> {
    pub(super) fn service(
        &mut self,
        meta: Meta,
        namespace: NamespaceId,
        body: ast::ServiceBody,
        mut annotations: Annotations,
    ) -> Definition {
        let id = Id::at(self.model.services.len());
        let prepath = match annotations.prepath.take() {
            Some(prepath) => self.address(prepath, "prepath"),
            None => None,
        };
        let prepath = prepath.unwrap_or_else(|| {
            format!("{}.{}", self.scope.namespaces[namespace.index()].name, meta.name).into_boxed_str()
        });
        let version = annotations.version.take();
        let version_segment = version.as_ref().and_then(|(version, span)| match version_segment(version) {
            Ok(segment) => Some(segment),
            Err(why) => {
                let message = format!("\"{version}\" cannot be a version: {why}");
                self.problem(address_codes::BAD_VERSION, *span, message);
                None
            }
        });
        let inherited = Inherited {
            id,
            prepath: prepath.clone(),
            version_segment,
            channel: self.channel(annotations.channel.take()),
            timeout: self.timeout(annotations.timeout.take()),
            tags: sorted(annotations.tags),
            expose: annotations.expose,
            auth: annotations.auth,
        };
        let procedures: Vec<_> =
            body.procedures.into_iter().map(|procedure| self.procedure(procedure, &inherited)).collect();
        let topics: Vec<_> = body.topics.into_iter().map(|topic| self.topic(topic, &inherited)).collect();
        self.check_service_members(&procedures, &topics, &body.reserved);
        let reserved = self.reserved(body.reserved);
        self.model.services.add(Service {
            meta,
            namespace,
            prepath,
            version: version.map(|(version, _)| version),
            expose: inherited.expose,
            tags: inherited.tags,
            procedures,
            topics,
            reserved,
        });
        Definition::Service(id)
    }

    fn check_service_members(
        &mut self,
        procedures: &[crate::model::ProcedureId],
        topics: &[crate::model::TopicId],
        reserved: &[ast::Reserved],
    ) {
        let procedures = procedures.iter().map(|id| &self.model.procedures[*id].meta);
        let topics = topics.iter().map(|id| &self.model.topics[*id].meta);
        let mut names: Vec<_> = procedures.chain(topics).map(|meta| (meta.name.clone(), meta.location)).collect();
        names.sort_unstable_by_key(|(_, at)| at.span.start);
        let members: Vec<_> = names.iter().map(|(name, at)| Member { name, at: *at, wire_name: name }).collect();
        self.check_members("member", &members, reserved);
    }

    fn procedure(&mut self, written: ast::Procedure, service: &Inherited) -> crate::model::ProcedureId {
        let id = Id::at(self.model.procedures.len());
        let mut annotations = self.annotations(written.head.annotations, Place::Procedure);
        let meta = self.meta(written.name, &written.head.docs, &mut annotations);
        let (uri, versioned_uri) = self.uris(&meta, annotations.uri.take(), service);
        let payload = match written.parameters {
            ast::Parameters::None => Payload::Null,
            ast::Parameters::Unnamed(head, ty) => {
                let ty = self.bare(head, &ty, Place::Payload, ConstrainedSlot::Payload(id));
                Payload::Bare(ty, Constraints::default())
            }
            ast::Parameters::Named(fields) => {
                let slot = |index| FieldSlot::Parameter(id, index);
                Payload::Named(self.fields(fields, &[], Place::Parameter, slot))
            }
        };
        let reply = self.reply(id, written.returns);
        let reply = match written.oneway {
            None => reply,
            Some(oneway) => {
                if !matches!(reply, Reply::Null) {
                    self.oneway_answers(&meta, oneway, "replies with nothing: leave out what stands behind \"->\"");
                }
                if let Some(first) = written.raises.first() {
                    self.oneway_answers(
                        &meta,
                        first.span,
                        "has no reply to raise an exception in: leave out \"raises\"",
                    );
                }
                Reply::Oneway
            }
        };
        let raises = self.raises(&written.raises);
        self.examples(ExampleSlot::Procedure(id), annotations.examples);
        let mut tags = annotations.tags;
        tags.extend(service.tags.iter().cloned());
        let auth = match (&service.auth, annotations.auth) {
            (None, None) => None,
            (of_service, own) => {
                Some(sorted(of_service.iter().flatten().cloned().chain(own.into_iter().flatten()).collect()))
            }
        };
        let channel = self.channel(annotations.channel.take()).or_else(|| service.channel.clone());
        let timeout = self.timeout(annotations.timeout.take()).or(service.timeout);
        self.model.procedures.add(Procedure {
            meta,
            service: service.id,
            uri,
            versioned_uri,
            channel: channel.unwrap_or_else(|| DEFAULT_CHANNEL.into()),
            timeout,
            tags: sorted(tags),
            expose: annotations.expose || service.expose,
            auth,
            idempotent: annotations.idempotent,
            payload,
            reply,
            raises,
            examples: Vec::new(),
        })
    }

    fn oneway_answers(&mut self, meta: &Meta, span: Span, why: &str) {
        let message = format!("the oneway procedure \"{}\" {why}", meta.name);
        self.problem(codes::ONEWAY_ANSWERS, span, message);
    }

    fn reply(&mut self, id: crate::model::ProcedureId, written: ast::Returns) -> Reply {
        let slot = ConstrainedSlot::Reply(id);
        match written {
            ast::Returns::None => Reply::Null,
            ast::Returns::Unnamed(head, ty) => {
                Reply::Bare(self.bare(head, &ty, Place::Reply, slot), Constraints::default())
            }
            ast::Returns::Stream(head, ty) => {
                Reply::Stream(self.bare(head, &ty, Place::Reply, slot), Constraints::default())
            }
            ast::Returns::Named(span, fields) => {
                if fields.is_empty() {
                    let problem = Problem::new(codes::EMPTY_RESULTS, self.at(span), "\"-> ()\" names no result");
                    self.problems.push(problem.with_help("a procedure that answers null has no \"->\""));
                }
                Reply::Named(self.fields(fields, &[], Place::Result, |index| FieldSlot::Result(id, index)))
            }
        }
    }

    fn raises(&mut self, written: &[ast::Path]) -> Vec<ExceptionId> {
        let mut raised: Vec<(ExceptionId, Span)> = Vec::with_capacity(written.len());
        let mut seen: rustc_hash::FxHashMap<ExceptionId, Span> = rustc_hash::FxHashMap::default();
        for path in written {
            let Some(declaration) = self.find(path, Wanted::Exception) else { continue };
            let text = self.text(path.span);
            let Definition::Exception(id) = declaration.what else {
                let message = format!("\"{text}\" is {} and no exception", declaration.what.described());
                let problem = Problem::new(codes::NOT_AN_EXCEPTION, self.at(path.span), message);
                self.problems
                    .push(problem.with_help(format!("what is raised is declared as `exception name({text})`")));
                continue;
            };
            if let Some(first) = seen.insert(id, path.span) {
                let problem =
                    Problem::new(codes::RAISED_TWICE, self.at(path.span), format!("\"{text}\" is raised twice"));
                let problem = problem.with_label(self.at(first), "first here");
                self.problems.push(problem);
                continue;
            }
            raised.push((id, path.span));
        }
        // Exceptions may stand behind their services, so their wire names are compared later.
        if raised.len() > 1 {
            let places = raised.iter().map(|(id, span)| (*id, self.at(*span))).collect();
            self.pending.raises.push(places);
        }
        raised.into_iter().map(|(id, _)| id).collect()
    }

    fn topic(&mut self, written: ast::Topic, service: &Inherited) -> crate::model::TopicId {
        let id = Id::at(self.model.topics.len());
        let mut annotations = self.annotations(written.head.annotations, Place::Topic);
        let meta = self.meta(written.name, &written.head.docs, &mut annotations);
        let (uri, _) = self.uris(&meta, annotations.uri.take(), service);
        let ty = self.ty(&written.ty);
        if !self.is_poison(ty) {
            self.constrain(ConstrainedSlot::Topic(id), &mut annotations);
        }
        let channel = self.channel(annotations.channel.take()).or_else(|| service.channel.clone());
        let constraints = Constraints::default();
        self.model.topics.add(Topic { meta, service: service.id, uri, channel, ty, constraints })
    }

    /// The plain address of a member and the versioned one.
    fn uris(&mut self, meta: &Meta, written: Option<Text>, service: &Inherited) -> (Box<str>, Option<Box<str>>) {
        let uri = match written {
            Some(uri) => self.address(uri, "uri"),
            None => None,
        };
        let uri = uri.unwrap_or_else(|| format!("{}.{}", service.prepath, meta.name).into_boxed_str());
        let versioned =
            service.version_segment.as_ref().map(|segment| addresses::versioned(&uri, segment).into_boxed_str());
        (uri, versioned)
    }

    /// An address or the beginning of one, whose segments are identifiers.
    fn address(&mut self, (text, span): Text, annotation: &str) -> Option<Box<str>> {
        let Some(wrong) = text.split('.').find(|segment| !is_identifier(segment)) else { return Some(text) };
        let message = if text.is_empty() {
            format!("\"@{annotation}\" takes identifiers with dots between them")
        } else if text.starts_with("_rpc_") {
            format!("\"{text}\" begins \"_rpc_\", which is the protocol's own")
        } else if wrong.is_empty() {
            format!("\"{text}\" has an empty segment")
        } else {
            format!("\"{wrong}\" in \"{text}\" is no identifier")
        };
        let problem = Problem::new(address_codes::BAD_ADDRESS, self.at(span), message);
        self.problems.push(problem.with_help("a segment is a letter, then letters, digits and `_`"));
        None
    }

    fn channel(&mut self, written: Option<Text>) -> Option<Box<str>> {
        let (channel, span) = written?;
        if is_channel(&channel) {
            return Some(channel);
        }
        let message = format!("NSQ has no channel called \"{channel}\"");
        let help =
            "a channel's name is 1 to 64 letters, digits, `.`, `_` and `-`, perhaps with `#ephemeral` at its end";
        self.problems.push(Problem::new(address_codes::BAD_CHANNEL, self.at(span), message).with_help(help));
        None
    }

    fn timeout(&mut self, written: Option<(Literal, Span)>) -> Option<Duration> {
        let (literal, _) = written?;
        let nanoseconds = match &literal.kind {
            LiteralKind::Duration => text_values::duration_literal(self.text(literal.span)),
            LiteralKind::String(text) => text_values::duration(text),
            _ => Err("\"@timeout\" takes a duration, as in @timeout(5s)".to_owned()),
        };
        let timeout = match nanoseconds {
            Ok(nanoseconds) => u64::try_from(nanoseconds).ok().map(Duration::from_nanos),
            Err(why) => {
                self.timeout_problem(codes::WRONG_ARGUMENTS, self.at(literal.span), why);
                return None;
            }
        };
        match timeout {
            Some(timeout) if timeout >= Duration::from_millis(1) && timeout <= MAX_TIMEOUT => Some(timeout),
            _ => {
                let message = "a caller waits 1 ms at least and 14 minutes at most".to_owned();
                self.timeout_problem(codes::TIMEOUT_OUT_OF_RANGE, self.at(literal.span), message);
                None
            }
        }
    }

    fn timeout_problem(&mut self, code: Code, at: Location, message: String) {
        self.problems.push(Problem::new(code, at, message));
    }
}

fn sorted(mut texts: Vec<Box<str>>) -> Vec<Box<str>> {
    texts.sort_unstable();
    texts.dedup();
    texts
}
