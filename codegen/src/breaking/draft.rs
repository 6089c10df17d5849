//! A change while whom it breaks is not known yet.

use super::change::{ChangeKind, Victims};
use super::limits::Limits;
use crate::diagnostic::Code;
use crate::model::ServiceId;
use crate::source::Location;

/// What a body is to those who exchange it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Role {
    /// Callers write it, services read it.
    Payload,
    /// Services write it, callers read it.
    Reply,
    /// Producers write it, consumers read it.
    Topic,
    /// Nobody here says who writes and who reads it.
    Elsewhere,
    /// It is `@unstable`: it may change.
    Free,
}

/// A body of a service, by the service of the new contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Use {
    pub(super) role: Role,
    pub(super) service: Option<ServiceId>,
}

/// From where something is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Reach {
    Use(Use),
    /// From a pair of definitions, by its number.
    Pair(usize),
    /// From the constraints of a pair of aliases, which matter where nothing else says the same.
    Bounds(usize),
}

/// Who refuses what, were they to meet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Refusals {
    /// New readers refuse something that old writers write.
    pub(super) of_old: bool,
    /// Old readers refuse something that new writers write.
    pub(super) of_new: bool,
}

impl Refusals {
    pub(super) const BOTH: Self = Self { of_old: true, of_new: true };
    pub(super) const NONE: Self = Self { of_old: false, of_new: false };

    /// Old values were within the one, new ones are within the other.
    pub(super) fn of_limits(was: &Limits, is: &Limits) -> Self {
        Self { of_old: !is.hold(was), of_new: !was.hold(is) }
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self { of_old: self.of_old && other.of_old, of_new: self.of_new && other.of_new }
    }
}

/// A change whose victims follow from where it is reached.
pub(super) struct Draft {
    pub(super) owner: Reach,
    pub(super) code: Option<Code>,
    pub(super) subject: String,
    pub(super) message: String,
    pub(super) help: Option<String>,
    pub(super) location: Location,
    pub(super) former: Option<Location>,
    pub(super) refusals: Refusals,
    /// Whom it breaks whatever is reached.
    pub(super) victims: Victims,
    pub(super) source: bool,
    pub(super) kind: ChangeKind,
}

/// Something that changed, where it is and was.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) owner: Reach,
    pub(super) location: Location,
    pub(super) former: Option<Location>,
}

impl Draft {
    /// A change that nobody minds, until more is said.
    pub(super) fn new(place: Place, subject: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            owner: place.owner,
            code: None,
            subject: subject.into(),
            message: message.into(),
            help: None,
            location: place.location,
            former: place.former,
            refusals: Refusals::NONE,
            victims: Victims::NONE,
            source: false,
            kind: ChangeKind::Changed,
        }
    }

    /// One that a rule is about.
    pub(super) fn breaking(code: Code, place: Place, subject: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: Some(code), ..Self::new(place, subject, message) }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Whom it breaks that a body is refused.
pub(super) fn broken(role: Role, refusals: Refusals) -> Victims {
    let (by_new, by_old) = match role {
        Role::Payload => (Victims::OLD_CALLERS, Victims::OLD_SERVICES),
        Role::Reply => (Victims::OLD_SERVICES, Victims::OLD_CALLERS),
        Role::Topic => (Victims::QUEUED_MESSAGES, Victims::OLD_CONSUMERS),
        Role::Elsewhere => (Victims::OTHERS, Victims::OTHERS),
        Role::Free => (Victims::NONE, Victims::NONE),
    };
    let mut victims = Victims::NONE;
    if refusals.of_old {
        victims |= by_new;
    }
    if refusals.of_new {
        victims |= by_old;
    }
    victims
}
