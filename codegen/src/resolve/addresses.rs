//! How addresses are made.

/// What a procedure is consumed from unless the contract says otherwise: the protocol's default.
pub(super) const DEFAULT_CHANNEL: &str = "almanet.python";

pub(crate) fn is_identifier(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Whether NSQ takes it as a channel's name.
pub(super) fn is_channel(text: &str) -> bool {
    let name = text.strip_suffix("#ephemeral").unwrap_or(text);
    !name.is_empty()
        && text.len() <= 64
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

/// The segment that a version adds to an address: `v1_2_0_rc_1` for `1.2.0-rc.1`. `Err` says what is wrong.
pub(crate) fn version_segment(version: &str) -> Result<String, &'static str> {
    let (core, pre) = match version.split_once('-') {
        Some((core, pre)) => (core, Some(pre)),
        None => (version, None),
    };
    if version.contains('+') {
        return Err("build metadata (`+…`) cannot be part of an address");
    }
    let is_number = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()) && (part == "0" || !part.starts_with('0'))
    };
    if core.split('.').count() != 3 || !core.split('.').all(is_number) {
        return Err("a version is three numbers without leading zeros, as in \"1.2.0\" (SemVer)");
    }
    let is_part = |part: &str| {
        let digits = part.bytes().all(|byte| byte.is_ascii_digit());
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && (!digits || is_number(part))
    };
    if pre.is_some_and(|pre| !pre.split('.').all(is_part)) {
        return Err("a pre-release is parts of letters, digits and `-`, as in \"1.2.0-rc.1\" (SemVer)");
    }
    Ok(std::iter::once('v')
        .chain(version.chars().map(|char| if matches!(char, '.' | '-') { '_' } else { char }))
        .collect())
}

/// An address with a version's segment before its last one.
pub(crate) fn versioned(uri: &str, segment: &str) -> String {
    match uri.rsplit_once('.') {
        Some((path, last)) => format!("{path}.{segment}.{last}"),
        None => format!("{segment}.{uri}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_become_segments() {
        assert_eq!(version_segment("1.2.0").as_deref(), Ok("v1_2_0"));
        assert_eq!(version_segment("1.2.0-rc.1").as_deref(), Ok("v1_2_0_rc_1"));
        assert_eq!(versioned("a.b.c", "v1_0_0"), "a.b.v1_0_0.c");
        for refused in
            ["", "1", "1.2", "1.2.3.4", "01.2.3", "v1.2.3", "1.2.3+5", "1.2.3-", "1.2.3-a..b", "1.2.3-01", "1.2.3-ä"]
        {
            assert!(version_segment(refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn identifiers_and_channels() {
        assert!(is_identifier("a_1") && !is_identifier("1a") && !is_identifier("") && !is_identifier("a-b"));
        assert!(
            is_channel("almanet.python")
                && is_channel("a#ephemeral")
                && !is_channel("#ephemeral")
                && !is_channel("a b")
        );
        assert!(is_channel(&"c".repeat(64)) && !is_channel(&"c".repeat(65)));
    }
}
