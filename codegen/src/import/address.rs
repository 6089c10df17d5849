//! Addresses, taken apart.

use super::names::is_identifier;

/// The namespace of what has too few parts, or impossible ones.
pub(super) const NOWHERE: &str = "imported";

/// An address, as a contract says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Address {
    /// The whole without a version.
    pub(super) uri: String,
    pub(super) namespace: String,
    pub(super) service: String,
    /// What stands before the procedure, without a version.
    pub(super) prepath: String,
    pub(super) procedure: String,
    /// As `@version` takes it.
    pub(super) version: Option<String>,
    /// Whether there is no service in it.
    pub(super) is_single: bool,
}

/// The parts of an address; `None` where one is no name.
pub(super) fn split(uri: &str) -> Option<Address> {
    let mut parts: Vec<&str> = uri.split('.').collect();
    if !parts.iter().all(|part| is_identifier(part)) {
        return None;
    }
    let procedure = parts.pop()?.to_owned();
    let version = parts.last().and_then(|part| version(part));
    if version.is_some() {
        parts.pop();
    }
    let prepath = parts.join(".");
    let service = parts.pop().unwrap_or(NOWHERE).to_owned();
    let namespace = if parts.is_empty() { NOWHERE.to_owned() } else { parts.join(".") };
    let is_single = prepath.is_empty();
    let uri = if is_single { procedure.clone() } else { format!("{prepath}.{procedure}") };
    Some(Address { uri, namespace, service, prepath, procedure, version, is_single })
}

/// `1.2.0` of `v1_2_0`, and `1.2.0-rc.1` of `v1_2_0_rc_1`.
fn version(part: &str) -> Option<String> {
    let numbers: Vec<&str> = part.strip_prefix('v')?.split('_').collect();
    let is_number = |text: &&str| !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
    if numbers.len() < 3 || !numbers[..3].iter().all(is_number) {
        return None;
    }
    let release = numbers[..3].join(".");
    Some(if numbers.len() == 3 { release } else { format!("{release}-{}", numbers[3..].join(".")) })
}
