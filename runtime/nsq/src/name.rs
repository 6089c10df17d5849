//! Names of topics and channels, valid by construction.

use std::{borrow::Borrow, fmt, str::FromStr, sync::Arc};

use crate::limits::MAX_NAME_LENGTH;

/// The suffix of topics and channels that live only as long as somebody uses them.
pub const EPHEMERAL_SUFFIX: &str = "#ephemeral";

/// Whether nsqd takes these bytes as the name of a topic or a channel: `^[.a-zA-Z0-9_-]+(#ephemeral)?$`, 1 to 64 bytes.
pub fn is_valid(name: &[u8]) -> bool {
    let stem = name.strip_suffix(EPHEMERAL_SUFFIX.as_bytes()).unwrap_or(name);
    name.len() <= MAX_NAME_LENGTH
        && !stem.is_empty()
        && stem.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

/// The name is not one that a broker would take.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{}` is not the name of a {what}: use 1 to 64 of the letters a-z and A-Z, digits, `.`, `_` and `-`, \
     with or without `#ephemeral` at the end",
    .name.escape_debug()
)]
pub struct InvalidName {
    what: &'static str,
    name: String,
}

impl InvalidName {
    /// The name as it was given.
    pub fn name(&self) -> &str {
        &self.name
    }
}

macro_rules! name {
    ($(#[$doc:meta])* $type:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $type(Arc<str>);

        impl $type {
            /// Checks a name and takes it over.
            ///
            /// # Errors
            /// Where a broker would refuse it.
            pub fn new(name: impl Into<Arc<str>>) -> Result<Self, InvalidName> {
                let name = name.into();
                if is_valid(name.as_bytes()) {
                    Ok(Self(name))
                } else {
                    Err(InvalidName { what: $what, name: name.chars().take(2 * MAX_NAME_LENGTH).collect() })
                }
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Whether it disappears when nobody uses it any more.
            pub fn is_ephemeral(&self) -> bool {
                self.0.ends_with(EPHEMERAL_SUFFIX)
            }
        }

        impl FromStr for $type {
            type Err = InvalidName;

            fn from_str(name: &str) -> Result<Self, InvalidName> {
                Self::new(name)
            }
        }

        impl TryFrom<String> for $type {
            type Error = InvalidName;

            fn try_from(name: String) -> Result<Self, InvalidName> {
                Self::new(name)
            }
        }

        impl AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $type {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&*self.0, f)
            }
        }
    };
}

name! {
    /// The name of a topic. Cloning it is cheap.
    TopicName, "topic"
}

name! {
    /// The name of a channel. Cloning it is cheap.
    ChannelName, "channel"
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn takes_what_nsqd_takes() {
        for name in
            ["a", "net.example-1_x", "a#ephemeral", &"x".repeat(64), ".", &format!("{}#ephemeral", "x".repeat(54))]
        {
            assert!(is_valid(name.as_bytes()), "{name}");
        }
        for name in
            ["", "#ephemeral", "a b", "a#", "a#ephemera", "a\n", "é", &"x".repeat(65), "a#ephemeral#ephemeral", "a/b"]
        {
            assert!(!is_valid(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn a_refused_name_is_shown_with_what_is_allowed() {
        let refused = TopicName::new("two words").unwrap_err();
        assert_eq!(refused.name(), "two words");
        assert!(refused.to_string().starts_with("`two words` is not the name of a topic: use 1 to 64"));
        assert!(ChannelName::new("x".repeat(1 << 20)).unwrap_err().name().len() <= 128);
    }

    #[test]
    fn ephemeral_names_are_known() {
        assert!(ChannelName::new("a#ephemeral").unwrap().is_ephemeral());
        assert!(!ChannelName::new("ephemeral").unwrap().is_ephemeral());
    }

    proptest! {
        #[test]
        fn agrees_with_the_pattern(name in "[.a-zA-Z0-9_#ephmral\\- é]{0,70}") {
            let (stem, rest) = name.split_once('#').map_or((&*name, None), |(stem, rest)| (stem, Some(rest)));
            let expected = (1..=64).contains(&name.len())
                && !stem.is_empty()
                && stem.chars().all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c))
                && matches!(rest, None | Some("ephemeral"));
            prop_assert_eq!(is_valid(name.as_bytes()), expected);
        }
    }
}
