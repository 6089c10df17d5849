//! Records and unions that have no finite value: those that hold themselves without a list, a map or `?` between.

use super::lower::Lowered;
use super::scope::Definition;
use crate::diagnostic::Problem;
use crate::diagnostic::code::names as codes;
use crate::model::{Id, RecordId, Type, TypeId, UnionId};

/// Records come first, then unions; a union's variants follow as nodes of their own.
struct Graph {
    /// Nodes that need this one.
    needed_by: Vec<Vec<u32>>,
    /// How many more must be finite before this one is: all that a record or a variant holds, one of a union's variants.
    waits_for: Vec<u32>,
    /// What a node holds.
    holds: Vec<Vec<u32>>,
}

impl Graph {
    fn node(&mut self) -> u32 {
        self.needed_by.push(Vec::new());
        self.waits_for.push(0);
        self.holds.push(Vec::new());
        self.waits_for.len() as u32 - 1
    }

    fn needs(&mut self, node: u32, other: u32) {
        self.needed_by[other as usize].push(node);
        self.holds[node as usize].push(other);
        self.waits_for[node as usize] += 1;
    }
}

impl Lowered<'_> {
    pub(super) fn check_finite(&mut self) {
        let (records, unions) = (self.model.records.len(), self.model.unions.len());
        let graph = self.graph();
        let mut waits_for = graph.waits_for.clone();
        let mut finite = vec![false; waits_for.len()];
        let mut next: Vec<u32> = (0..waits_for.len() as u32).filter(|node| waits_for[*node as usize] == 0).collect();
        while let Some(node) = next.pop() {
            if std::mem::replace(&mut finite[node as usize], true) {
                continue;
            }
            for other in &graph.needed_by[node as usize] {
                let waits = &mut waits_for[*other as usize];
                *waits = waits.saturating_sub(1);
                if *waits == 0 {
                    next.push(*other);
                }
            }
        }
        // Each circle is reported once, at the member that stands first; what only leads into one is not.
        let mut seen = vec![false; finite.len()];
        for start in 0..(records + unions) as u32 {
            let mut path = Vec::new();
            let mut node = start;
            while !finite[node as usize] && !std::mem::replace(&mut seen[node as usize], true) {
                path.push(node);
                let holds = &graph.holds[node as usize];
                // What is not finite holds something that is not.
                let Some(inner) = holds.iter().find(|inner| !finite[**inner as usize]) else { break };
                node = *inner;
            }
            if let Some(first) = path.iter().position(|one| *one == node) {
                self.report_infinite(&path[first..], records, unions);
            }
        }
    }

    fn graph(&self) -> Graph {
        let (records, unions) = (self.model.records.len(), self.model.unions.len());
        let nodes = records + unions;
        let mut graph =
            Graph { needed_by: vec![Vec::new(); nodes], waits_for: vec![0; nodes], holds: vec![Vec::new(); nodes] };
        for (id, record) in self.model.records.iter() {
            if self.broken.contains(&Definition::Record(id)) {
                continue;
            }
            for field in &record.fields {
                self.add_needs(&mut graph, id.index() as u32, field.ty);
            }
        }
        for (id, union) in self.model.unions.iter() {
            let node = (records + id.index()) as u32;
            let plain = union.variants.iter().any(|variant| variant.ty.is_none());
            if plain || union.variants.is_empty() || self.broken.contains(&Definition::Union(id)) {
                continue;
            }
            for variant in &union.variants {
                let of_variant = graph.node();
                self.add_needs(&mut graph, of_variant, variant.ty.expect("none is without a type"));
                graph.needs(node, of_variant);
            }
            graph.waits_for[node as usize] = 1;
        }
        graph
    }

    /// What a value of a type cannot be without.
    fn add_needs(&self, graph: &mut Graph, node: u32, ty: TypeId) {
        match self.model.shape(ty) {
            Type::Record(id) => graph.needs(node, id.index() as u32),
            Type::Union(id) => graph.needs(node, (self.model.records.len() + id.index()) as u32),
            Type::Tuple(items) => items.iter().for_each(|item| self.add_needs(graph, node, *item)),
            _ => {}
        }
    }

    fn report_infinite(&mut self, circle: &[u32], records: usize, unions: usize) {
        let metas = circle.iter().filter(|node| (**node as usize) < records + unions).map(|node| {
            let node = *node as usize;
            if node < records {
                let id: RecordId = Id::at(node);
                &self.model.records[id].meta
            } else {
                let id: UnionId = Id::at(node - records);
                &self.model.unions[id].meta
            }
        });
        let mut places: Vec<_> = metas.map(|meta| (meta.location, meta.name.clone())).collect();
        places.sort();
        places.truncate(8);
        let Some((location, name)) = places.first() else { return };
        let message = format!("no value of \"{name}\" could ever be finite: it always holds another one");
        let mut problem = Problem::new(codes::INFINITE_TYPE, *location, message)
            .with_help("let it hold itself through `?`, a list or a map");
        for (location, name) in &places[1..] {
            problem = problem.with_label(*location, format!("through \"{name}\""));
        }
        self.problems.push(problem);
    }
}
