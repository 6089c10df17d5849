//! Topics that nobody listens to any more.

use almanet_nsq::name::{ChannelName, TopicName};
use tracing::debug;

use super::Session;
use crate::transport::{BrokerId, SubscribeOptions};

/// The channel that makes a topic disappear.
const CHANNEL: &str = "almanet.janitor#ephemeral";

impl Session {
    /// Makes an ephemeral topic disappear from a broker, unless somebody listens there, who notices nothing: its last
    /// channel takes it along, and that is one of ours.
    pub(crate) async fn clear_up(&self, topic: &TopicName, broker: BrokerId) {
        let Ok(channel) = ChannelName::new(CHANNEL) else { return };
        let options = SubscribeOptions::new(topic.clone(), channel, 0).at(broker);
        // What cannot be reached now has lost its ephemeral topics anyway, or shows them when it is written to again.
        match self.transport().subscribe(options).await {
            Ok(subscription) => drop(subscription),
            Err(error) => debug!(%topic, %error, "a reply topic was not cleared up"),
        }
    }
}
