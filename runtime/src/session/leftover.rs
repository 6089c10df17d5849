//! Topics that nobody listens to any more.

use almanet_nsq::name::{ChannelName, TopicName};
use tracing::debug;

use super::handle::Session;
use crate::transport::{BrokerId, SubscribeError, SubscribeOptions};

/// The channel that makes a topic disappear.
const CHANNEL: &str = "almanet.janitor#ephemeral";

impl Session {
    /// Makes an ephemeral topic disappear from a broker, unless somebody listens there, who notices nothing: its last
    /// channel takes it along, and that is one of ours.
    ///
    /// # Errors
    /// Where the broker cannot be reached, or refuses: then the topic is as it was.
    pub(crate) async fn clear_up(&self, topic: &TopicName, broker: BrokerId) -> Result<(), SubscribeError> {
        let channel = ChannelName::new(CHANNEL).expect("the janitor's channel is a name");
        let options = SubscribeOptions::new(topic.clone(), channel, 0).at(broker);
        // What cannot be reached now has lost its ephemeral topics anyway, or shows them when it is written to again.
        let subscribed = self.transport().subscribe(options).await;
        subscribed.map(drop).inspect_err(|error| debug!(%topic, %error, "a reply topic was not cleared up"))
    }
}
