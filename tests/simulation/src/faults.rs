//! Breaks things and makes them whole again, as the plan says.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::sync::watch;
use turmoil::Sim;

use crate::history::History;
use crate::plan::{Fault, Host, Plan};
use crate::world::TICK;

/// What a host is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Asked {
    /// To work.
    #[default]
    Work,
    /// To end in order, and to begin anew when it is asked to.
    Drain,
    /// To lose everything.
    Die,
}

/// What is to be done yet.
pub(crate) struct Faults {
    /// The next at the end.
    steps: Vec<(Duration, Step, Fault)>,
    /// What tells each host.
    hosts: BTreeMap<String, watch::Sender<Asked>>,
}

#[derive(Clone, Copy)]
enum Step {
    Break,
    /// What was killed has closed its connections: the rest of it goes.
    Remove,
    Repair,
}

impl Faults {
    pub(crate) fn new(plan: &Plan) -> Self {
        let mut steps = Vec::new();
        for &(at, fault) in &plan.faults {
            steps.push((at, Step::Break, fault));
            if let Fault::Crash(..) = fault {
                steps.push((at + 2 * TICK, Step::Remove, fault));
            }
            steps.push((at + fault.time(), Step::Repair, fault));
        }
        steps.sort_by_key(|(at, ..)| std::cmp::Reverse(*at));
        Self { steps, hosts: BTreeMap::new() }
    }

    /// What a host is asked for.
    pub(crate) fn host(&mut self, host: Host) -> watch::Sender<Asked> {
        self.hosts.entry(host.name()).or_default().clone()
    }

    /// Does what is due, and writes down what breaks.
    pub(crate) fn apply(&mut self, sim: &mut Sim<'_>, history: &mut History) {
        while let Some((_, step, fault)) = self.steps.pop_if(|(at, ..)| *at <= sim.elapsed()) {
            match (fault, step) {
                (Fault::Partition(a, b, _), Step::Break) => sim.partition(a.name(), b.name()),
                (Fault::Partition(a, b, _), _) => sim.repair(a.name(), b.name()),
                (Fault::Hold(a, b, _), Step::Break) => sim.hold(a.name(), b.name()),
                (Fault::Hold(a, b, _), _) => sim.release(a.name(), b.name()),
                (Fault::Drain(host, _), Step::Break) => drop(self.host(host).send_replace(Asked::Drain)),
                (Fault::Drain(host, _), _) => drop(self.host(host).send_replace(Asked::Work)),
                (Fault::Crash(host, _), Step::Break) => drop(self.host(host).send_replace(Asked::Die)),
                (Fault::Crash(host, _), Step::Remove) => sim.crash(host.name()),
                (Fault::Crash(host, _), Step::Repair) => {
                    self.host(host).send_replace(Asked::Work);
                    sim.bounce(host.name());
                }
            }
            if let Step::Break = step {
                history.faults.push((sim.elapsed(), fault));
            }
        }
    }
}
