use std::fmt;
use std::ops::{BitOr, BitOrAssign};

use crate::diagnostic::Code;
use crate::model::ServiceId;
use crate::source::Location;

/// Something that is not as it was.
#[derive(Clone, Debug)]
pub struct Change {
    /// The rule that it breaks; none where everybody goes on as before.
    pub code: Option<Code>,
    /// The full name of what changed: `net.example.Greeted.name`.
    pub subject: String,
    /// What happened, in one clause.
    pub message: String,
    /// What to do instead, or about it.
    pub help: Option<String>,
    /// Where it is in the new contract; of something removed, what it was in.
    pub location: Location,
    /// Where it was in the old one.
    pub former: Option<Location>,
    /// Who, of those that run, it breaks.
    pub victims: Victims,
    /// Whether code that is written against the old contract stops compiling, or means something else.
    pub source: bool,
    /// What kind of change it is, for people.
    pub kind: ChangeKind,
    /// The services of the new contract that it concerns.
    pub services: Vec<ServiceId>,
}

/// What a changelog files it under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// It was not there.
    Added,
    /// It is another one.
    Changed,
    /// It should not be used any more.
    Deprecated,
    /// It is not there any more.
    Removed,
}

/// Sets of those who break.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Victims(u8);

impl Victims {
    /// Nobody.
    pub const NONE: Self = Self(0);
    /// Callers that were built with the old contract and meet new services.
    pub const OLD_CALLERS: Self = Self(1);
    /// Services that were built with the old contract and meet new callers.
    pub const OLD_SERVICES: Self = Self(2);
    /// Consumers that were built with the old contract and meet messages of new producers.
    pub const OLD_CONSUMERS: Self = Self(4);
    /// Messages of old producers, perhaps still queued, that meet new consumers.
    pub const QUEUED_MESSAGES: Self = Self(8);
    /// Whoever uses a definition that no service here reaches.
    pub const OTHERS: Self = Self(16);

    const NAMES: [(Self, &'static str); 5] = [
        (Self::OLD_CALLERS, "old callers"),
        (Self::OLD_SERVICES, "old services"),
        (Self::OLD_CONSUMERS, "old consumers"),
        (Self::QUEUED_MESSAGES, "queued messages"),
        (Self::OTHERS, "old peers that use this definition"),
    ];

    /// Whether it is nobody.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether one of `others` is among them.
    #[must_use]
    pub fn meets(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }
}

impl BitOr for Victims {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Victims {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// `old callers and old services`.
impl fmt::Display for Victims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> =
            Self::NAMES.iter().filter(|(victim, _)| self.meets(*victim)).map(|(_, name)| *name).collect();
        match names.split_last() {
            Some((last, [])) => f.write_str(last),
            Some((last, rest)) => write!(f, "{} and {last}", rest.join(", ")),
            None => f.write_str("nobody"),
        }
    }
}

/// How a version has to grow for a change (SemVer).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Not at all: nothing that peers or code see.
    #[default]
    None,
    /// `1.2.0` → `1.2.1`.
    Patch,
    /// `1.2.0` → `1.3.0`.
    Minor,
    /// `1.2.0` → `2.0.0`.
    Major,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "no",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        })
    }
}

impl Change {
    /// Whether something that runs stops understanding something else that runs.
    #[must_use]
    pub fn breaks_wire(&self) -> bool {
        self.code.is_some() && !self.victims.is_empty()
    }

    /// The step that a version has to take for it.
    #[must_use]
    pub fn step(&self) -> Step {
        // Whom only new callers break asks for a new service, as whatever is added does.
        if self
            .victims
            .meets(Victims::OLD_CALLERS | Victims::OLD_CONSUMERS | Victims::QUEUED_MESSAGES | Victims::OTHERS)
        {
            Step::Major
        } else {
            Step::Minor
        }
    }
}
