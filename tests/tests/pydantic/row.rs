//! One row of the type table: how its values are drawn, compared and spoilt, and what a trip through Python must keep.

use std::fmt::Debug;

use almanet_runtime::codegen::{self, Decode, Encode};
use proptest::strategy::{BoxedStrategy, Strategy, ValueTree};
use proptest::test_runner::{Config, RngSeed, TestRunner};

use super::peer::Peer;

/// A row, whatever its type.
pub(crate) trait Row {
    fn name(&self) -> &'static str;
    /// Whether every JSON value is one of the row's.
    fn takes_anything(&self) -> bool;
    fn trip(&self, peer: &mut Peer, draws: u32) -> Trip;
}

/// What became of a row's values.
#[derive(Default)]
pub(crate) struct Trip {
    /// Sent to Python and back, drawn by Python and sent back, refused by both.
    pub(crate) counts: [u32; 3],
    pub(crate) mistakes: Vec<String>,
}

pub(crate) struct RowOf<T> {
    pub(crate) name: &'static str,
    pub(crate) strategy: BoxedStrategy<T>,
    /// The value as Python can hold it.
    pub(crate) through_python: fn(T) -> T,
    /// JSON that is no value of this row.
    pub(crate) spoilt: &'static [&'static str],
}

impl<T: Encode + Decode + Clone + PartialEq + Debug + 'static> Row for RowOf<T> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn takes_anything(&self) -> bool {
        self.spoilt.is_empty()
    }

    fn trip(&self, peer: &mut Peer, draws: u32) -> Trip {
        let mut trip = Trip::default();
        let mut runner = TestRunner::new(Config { rng_seed: RngSeed::Fixed(20_261_121), ..Config::default() });
        for seed in 0..draws {
            let value = self.strategy.new_tree(&mut runner).expect("no strategy here rejects values").current();
            trip.note(0, self.to_python(peer, &value));
            trip.note(1, self.back_to_python(peer, seed));
        }
        let written: Vec<String> = (0..10).map(|seed| peer.draw(self.name, seed)).collect();
        let broken = written.iter().flat_map(|json| [format!("{json}]"), format!("[{json}"), format!("{json},")]);
        for json in broken.chain(self.spoilt.iter().map(ToString::to_string)) {
            trip.note(2, self.is_refused(peer, &json));
        }
        trip
    }
}

impl Trip {
    fn note(&mut self, way: usize, result: Result<(), String>) {
        match result {
            Ok(()) => self.counts[way] += 1,
            Err(mistake) => self.mistakes.push(mistake),
        }
    }
}

impl<T: Encode + Decode + Clone + PartialEq + Debug> RowOf<T> {
    fn to_python(&self, peer: &mut Peer, value: &T) -> Result<(), String> {
        let json = write(value)?;
        let direct: T = read(&json)?;
        if direct != *value {
            return Err(format!("{json} came back as {direct:?}"));
        }
        let dumped = peer.read(self.name, &json).map_err(|why| format!("Python refuses {json}: {why}"))?;
        let again: T = read(&dumped)?;
        if again == (self.through_python)(value.clone()) {
            Ok(())
        } else {
            Err(format!("{json} came back from Python as {dumped}"))
        }
    }

    fn back_to_python(&self, peer: &mut Peer, seed: u32) -> Result<(), String> {
        let drawn = peer.draw(self.name, seed);
        let value: T = read(&drawn)?;
        let json = write(&value)?;
        match peer.is_same(self.name, seed, &json) {
            Ok(true) => Ok(()),
            Ok(false) => Err(format!("Python's {drawn} was written as {json}")),
            Err(why) => Err(format!("Python refuses {json}, its own {drawn}: {why}")),
        }
    }

    fn is_refused(&self, peer: &mut Peer, json: &str) -> Result<(), String> {
        if let Ok(value) = codegen::from_json::<T>(json.as_bytes()) {
            return Err(format!("{json} was read as {value:?}"));
        }
        match peer.read(self.name, json) {
            Err(_) => Ok(()),
            Ok(dumped) => Err(format!("Python reads {json} as {dumped}")),
        }
    }
}

fn write<T: Encode + Debug>(value: &T) -> Result<String, String> {
    let json = codegen::to_json(value).map_err(|error| format!("{value:?} is not written: {error}"))?;
    String::from_utf8(json).map_err(|error| format!("{value:?} is not written in UTF-8: {error}"))
}

fn read<T: Encode + Decode>(json: &str) -> Result<T, String> {
    codegen::from_json(json.as_bytes()).map_err(|error| format!("{json} is refused: {error}"))
}
