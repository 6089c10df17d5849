//! The names of topics, and of those that their dead letters go to.

use almanet_nsq::{limits::MAX_NAME_LENGTH, name::TopicName};

/// What the name of a dead-letter topic ends in.
const SUFFIX: &str = ".dead";

/// The name of the topic at `uri`; what is wrong with that otherwise.
pub(crate) fn topic_name(uri: &str) -> Result<TopicName, String> {
    if uri.starts_with("_rpc_") {
        return Err(format!("`{}` is not a topic: names that begin with `_rpc_` are calls", uri.escape_debug()));
    }
    TopicName::new(uri).map_err(|error| error.to_string())
}

/// The topic that a topic's dead letters go to: its name and `.dead`, without a suffix `#ephemeral`, so that they are
/// kept. Where that is longer than the 64 bytes of a name, the end of the topic's name gives way to a `-` and eight
/// hexadecimal digits that tell it from others (FNV-1a of the whole).
///
/// ```
/// use almanet_runtime::dead_letter_topic;
///
/// assert_eq!(dead_letter_topic("net.example.orders"), "net.example.orders.dead");
/// assert_eq!(dead_letter_topic("net.example.news#ephemeral"), "net.example.news.dead");
/// assert_eq!(dead_letter_topic(&"long.".repeat(12)).len(), 64);
/// ```
pub fn dead_letter_topic(topic: &str) -> String {
    let lasting = topic.strip_suffix("#ephemeral").unwrap_or(topic);
    if lasting.len() + SUFFIX.len() <= MAX_NAME_LENGTH {
        return format!("{lasting}{SUFFIX}");
    }
    // Names are ASCII; anything else is no topic, and is refused as one.
    let kept = lasting.floor_char_boundary(MAX_NAME_LENGTH - SUFFIX.len() - 9);
    format!("{}-{:08x}{SUFFIX}", &lasting[..kept], fnv1a(lasting.as_bytes()))
}

fn fnv1a(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}
