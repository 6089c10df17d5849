//! What is ready goes out together: one MPUB for each topic, everything in one write.

use std::collections::VecDeque;

use almanet_nsq::{
    command::{Command, encode_mpub, encode_pub, mpub_body_len},
    connection::Connection,
    name::TopicName,
};
use rustc_hash::FxHashMap;

use super::message::{Batch, Publish};

/// Messages and bytes of one MPUB at most: a broker takes none of it before it has read all of it.
const MOST: usize = 512;
const LARGEST: usize = 256 * 1024;

/// Hands what is queued to the connection. Messages of one topic keep their order, those of different topics need not.
pub(super) fn request(queue: &mut VecDeque<Publish>, connection: &mut Connection<Batch>, max_body_size: usize) {
    if queue.len() == 1 {
        connection_takes(connection, queue.drain(..).collect());
        return;
    }
    let largest = LARGEST.min(max_body_size);
    for batch in group(queue.drain(..), largest) {
        connection_takes(connection, batch);
    }
}

fn group(queue: impl Iterator<Item = Publish>, largest: usize) -> Vec<Batch> {
    let mut batches: Vec<Group> = Vec::new();
    let mut open: FxHashMap<TopicName, usize> = FxHashMap::default();
    for publish in queue {
        // Most follow one of their own topic.
        if let Some(last) = batches.last_mut()
            && last.may_grow
            && last.batch[0].topic == publish.topic
            && publish.may_share()
            && last.has_room_for(&publish, largest)
        {
            last.push(publish);
            continue;
        }
        if !publish.may_share() {
            // What follows on the topic must not overtake it.
            open.remove(&publish.topic);
            batches.push(Group::new(publish));
            continue;
        }
        match open.get(&publish.topic) {
            Some(at) if batches[*at].has_room_for(&publish, largest) => batches[*at].push(publish),
            _ => {
                open.insert(publish.topic.clone(), batches.len());
                batches.push(Group::new(publish));
            }
        }
    }
    batches.into_iter().map(|group| group.batch).collect()
}

struct Group {
    batch: Batch,
    size: usize,
    may_grow: bool,
}

impl Group {
    fn new(publish: Publish) -> Self {
        let size = mpub_body_len([publish.body.len()].into_iter());
        Self { size, may_grow: publish.may_share(), batch: vec![publish] }
    }

    fn has_room_for(&self, publish: &Publish, largest: usize) -> bool {
        self.batch.len() < MOST && self.size + mpub_body_len([publish.body.len()].into_iter()) <= largest
    }

    fn push(&mut self, publish: Publish) {
        self.size += mpub_body_len([publish.body.len()].into_iter());
        self.batch.push(publish);
    }
}

fn connection_takes(connection: &mut Connection<Batch>, batch: Batch) {
    let taken = connection.request_with(batch, |batch, output| match &batch[..] {
        [Publish { topic, body, delay: Some(delay), .. }] => {
            Command::Dpub { topic: topic.clone(), delay: *delay, body: body.clone() }.encode(output);
        }
        [Publish { topic, body, .. }] => encode_pub(topic, body, output),
        several => encode_mpub(&several[0].topic, several.iter().map(|publish| &publish.body[..]), output),
    });
    debug_assert!(taken.is_ok(), "only a ready connection is handed messages");
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;
    use tokio::sync::oneshot;

    use super::{super::message::Done, *};

    fn publish(topic: &str, body: &str) -> Publish {
        Publish {
            topic: topic.parse().unwrap(),
            body: Bytes::copy_from_slice(body.as_bytes()),
            delay: None,
            is_alone: false,
            done: Done::Waiting(oneshot::channel().0, 0),
        }
    }

    fn grouped(queue: Vec<Publish>, largest: usize) -> Vec<Vec<String>> {
        let show = |publish: &Publish| format!("{}:{}", publish.topic, publish.body.escape_ascii());
        group(queue.into_iter(), largest).iter().map(|batch| batch.iter().map(show).collect()).collect()
    }

    #[test]
    fn each_topic_has_its_command() {
        let queue = [("a", "1"), ("b", "2"), ("a", "3"), ("c", "4"), ("b", "5")];
        let queue = queue.map(|(topic, body)| publish(topic, body)).into();
        assert_eq!(grouped(queue, 1024), [vec!["a:1", "a:3"], vec!["b:2", "b:5"], vec!["c:4"]]);
    }

    #[test]
    fn what_goes_alone_keeps_its_place() {
        let delayed = Publish { delay: Some(Duration::from_secs(1)), ..publish("a", "2") };
        let alone = Publish { is_alone: true, ..publish("a", "4") };
        let queue = vec![publish("a", "1"), delayed, publish("a", "3"), alone, publish("a", "5")];
        assert_eq!(grouped(queue, 1024), [["a:1"], ["a:2"], ["a:3"], ["a:4"], ["a:5"]]);
    }

    #[test]
    fn commands_have_a_largest_size() {
        let queue = (0..5).map(|_| publish("a", "12345678")).collect();
        let two = mpub_body_len([8, 8].into_iter()) + 4;
        assert_eq!(grouped(queue, two).iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
        let queue = (0..MOST + 1).map(|_| publish("a", "1")).collect();
        assert_eq!(grouped(queue, LARGEST).iter().map(Vec::len).collect::<Vec<_>>(), [MOST, 1]);
    }
}
