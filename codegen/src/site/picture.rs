//! A service drawn: who calls, what is raised, what is published. Laid out by hand in columns; colours are the style's.

use std::fmt::Write as _;

use super::places::{Places, Thing};
use super::rich::Rich;
use super::view::Picture;
use crate::model::{ExceptionId, Reply, Service, ServiceId};

/// A service with more members is drawn without those behind.
const MOST_DRAWN: usize = 30;
const ROW: usize = 34;
const CHARACTER: usize = 8;

/// The picture of a service with members.
pub(super) fn picture_of(places: &Places<'_>, id: ServiceId) -> Option<Picture> {
    let model = places.model;
    let service = &model.services[id];
    if service.procedures.is_empty() && service.topics.is_empty() {
        return None;
    }
    let title = format!("Who calls {}, what it raises and what it publishes", service.meta.name);
    Some(Picture { svg: draw(places, service, &title), title, words: words(places, service) })
}

fn words(places: &Places<'_>, service: &Service) -> Vec<Rich> {
    let here = service.namespace;
    let mut lines = Vec::new();
    for id in service.procedures.iter().take(MOST_DRAWN) {
        let procedure = &places.model.procedures[*id];
        let mut line = Rich::plain(match procedure.reply {
            Reply::Oneway => "Callers send to ",
            Reply::Stream(..) => "Callers open a stream of ",
            _ => "Callers call ",
        });
        line.extend(Rich::link(&*procedure.meta.name, places.href(Thing::Procedure(*id))));
        for (index, exception) in procedure.raises.iter().enumerate() {
            line.push(if index == 0 { ", which raises " } else { ", " });
            line.extend(places.name(Thing::Exception(*exception), here));
        }
        line.push(".");
        lines.push(line);
    }
    for id in service.topics.iter().take(MOST_DRAWN) {
        let topic = &places.model.topics[*id];
        let mut line = Rich::plain("Consumers get what is published to ");
        line.extend(Rich::link(&*topic.meta.name, places.href(Thing::Topic(*id))));
        line.push(": ");
        line.extend(places.ty(topic.ty, here));
        line.push(".");
        lines.push(line);
    }
    let left = service.procedures.len().saturating_sub(MOST_DRAWN) + service.topics.len().saturating_sub(MOST_DRAWN);
    if left > 0 {
        lines.push(Rich::plain(format!("And {left} more members.")));
    }
    lines
}

struct Node<'a> {
    name: &'a str,
    y: usize,
}

fn draw(places: &Places<'_>, service: &Service, title: &str) -> String {
    let model = places.model;
    let procedures: Vec<_> = service.procedures.iter().take(MOST_DRAWN).map(|id| &model.procedures[*id]).collect();
    let topics: Vec<_> = service.topics.iter().take(MOST_DRAWN).map(|id| &model.topics[*id]).collect();
    let mut raised: Vec<ExceptionId> = Vec::new();
    for id in procedures.iter().flat_map(|procedure| &procedure.raises) {
        if !raised.contains(id) {
            raised.push(*id);
        }
    }
    let members: Vec<Node<'_>> = procedures
        .iter()
        .map(|it| &*it.meta.name)
        .chain(topics.iter().map(|it| &*it.meta.name))
        .enumerate()
        .map(|(index, name)| Node { name, y: 46 + index * ROW })
        .collect();
    let exceptions: Vec<Node<'_>> = raised
        .iter()
        .enumerate()
        .map(|(index, id)| Node { name: &model.exceptions[*id].meta.name, y: 46 + index * ROW })
        .collect();
    let widest = |nodes: &[Node<'_>]| nodes.iter().map(|node| node.name.len()).max().unwrap_or(0) * CHARACTER + 26;
    let (member_width, raised_width) =
        (widest(&members).max(service.meta.name.len() * CHARACTER + 26), widest(&exceptions));
    let (left, gap) = (96, 96);
    let member_x = left + gap;
    let right_x = member_x + member_width + gap;
    let consumers_width = if topics.is_empty() { 0 } else { 108 };
    let right_width = raised_width.max(consumers_width).max(26);
    let width =
        if raised.is_empty() && topics.is_empty() { member_x + member_width + 16 } else { right_x + right_width + 8 };
    let first_topic = members.get(procedures.len()).map_or(0, |node| node.y);
    let consumers_y = first_topic.max(exceptions.last().map_or(0, |node| node.y + ROW));
    let bottom = members.last().map_or(0, |node| node.y).max(if topics.is_empty() { 0 } else { consumers_y });
    let height = bottom.max(exceptions.last().map_or(0, |node| node.y)) + ROW + 10;

    let mut svg = String::new();
    let out = &mut svg;
    let _ = write!(
        out,
        "<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"{}\" xmlns=\"http://www.w3.org/2000/svg\">",
        escaped(title)
    );
    let _ = write!(
        out,
        "<rect class=\"frame\" x=\"{}\" y=\"8\" width=\"{}\" height=\"{}\" rx=\"10\"/><text class=\"frame-name\" x=\"{}\" y=\"29\">{}</text>",
        member_x - 12,
        member_width + 24,
        members.last().map_or(0, |node| node.y) + 28,
        member_x,
        escaped(&service.meta.name)
    );
    let callers_y = 46 + procedures.len().saturating_sub(1) * ROW / 2;
    if !procedures.is_empty() {
        for (node, procedure) in members.iter().zip(&procedures) {
            let kind = match procedure.reply {
                Reply::Oneway => "edge oneway",
                Reply::Stream(..) => "edge stream",
                _ => "edge",
            };
            curve(out, kind, (left, callers_y + 12), (member_x, node.y + 12));
        }
        node_box(out, "node outside", 8, callers_y, left - 8, "callers");
    }
    for (node, procedure) in members.iter().zip(&procedures) {
        for exception in &procedure.raises {
            if let Some(index) = raised.iter().position(|other| other == exception) {
                curve(out, "edge raise", (member_x + member_width, node.y + 12), (right_x, exceptions[index].y + 12));
            }
        }
    }
    for node in members.iter().skip(procedures.len()) {
        curve(out, "edge publish", (member_x + member_width, node.y + 12), (right_x, consumers_y + 12));
    }
    for (index, node) in members.iter().enumerate() {
        let class = if index < procedures.len() { "node procedure" } else { "node topic" };
        node_box(out, class, member_x, node.y, member_width, node.name);
    }
    for node in &exceptions {
        node_box(out, "node exception", right_x, node.y, raised_width, node.name);
    }
    if !topics.is_empty() {
        node_box(out, "node outside", right_x, consumers_y, consumers_width, "consumers");
    }
    svg.push_str("</svg>");
    svg
}

fn curve(out: &mut String, class: &str, from: (usize, usize), to: (usize, usize)) {
    let middle = usize::midpoint(from.0, to.0);
    let _ = write!(
        out,
        "<path class=\"{class}\" d=\"M{} {}C{middle} {} {middle} {} {} {}\"/>",
        from.0, from.1, from.1, to.1, to.0, to.1
    );
}

fn node_box(out: &mut String, class: &str, x: usize, y: usize, width: usize, name: &str) {
    let _ = write!(
        out,
        "<g class=\"{class}\"><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"24\" rx=\"6\"/><text x=\"{}\" y=\"{}\">{}</text></g>",
        x + width / 2,
        y + 16,
        escaped(name)
    );
}

/// Names are identifiers, which need no escape; should that ever change, this still holds.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
