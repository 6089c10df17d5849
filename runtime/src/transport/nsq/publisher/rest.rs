//! Acknowledgements that nobody is woken for.
//!
//! A caller waits for its reply, and has no use for the acknowledgement of its call, which comes first and would wake it.
//! So where one call follows another, the connection's task does not watch for acknowledgements: whoever publishes next
//! finds the last one, which lies there by then. It does not go on where nobody publishes, or something else is up.

use std::io;

use super::{
    super::{io::Reader, message::Endings},
    state::{Lost, Phase, Rest, State},
};

/// To end a rest and to begin one again takes the system calls of several messages.
const LONG: u32 = 16;

impl State {
    /// Begins a rest where it is worth it. The reader stays with the task otherwise.
    pub(super) fn rest(&mut self, reader: &mut Option<Reader>) -> io::Result<()> {
        let is_quiet = self.row.is_longer_than(LONG) && self.queue.is_empty() && !self.is_closing();
        let Phase::Up(link) = &mut self.phase else { return Ok(()) };
        if is_quiet
            && link.connection.awaited() == 0
            && link.connection.output().is_empty()
            && let Some(mut reader) = reader.take_if(|reader| reader.can_rest())
        {
            reader.rest(&link.writer)?;
            link.rest = Some(Rest { reader, is_used: false, is_over: false, lost: None });
        }
        Ok(())
    }

    /// Whether the task need not watch. Asked while nobody has published since it was last asked, it ends the rest.
    pub(super) fn rests_on(&mut self) -> bool {
        let Phase::Up(link) = &mut self.phase else { return false };
        link.rest.as_mut().is_some_and(|rest| std::mem::take(&mut rest.is_used) && !rest.is_over)
    }

    /// Ends the rest, if there is one.
    pub(super) fn rouse(&mut self) -> Result<Option<Reader>, Lost> {
        self.row.end();
        let Phase::Up(link) = &mut self.phase else { return Ok(None) };
        let Some(Rest { mut reader, lost, .. }) = link.rest.take() else { return Ok(None) };
        if let Some(lost) = lost {
            return Err(lost);
        }
        reader.watch(&link.writer).map_err(|error| Lost::by(error.to_string()))?;
        Ok(Some(reader))
    }

    /// A message was taken during a rest: finds the acknowledgement of the one before it. False where the task has to
    /// end the rest.
    pub(super) fn look(&mut self, is_awaited: bool, endings: &mut Endings) -> bool {
        let Phase::Up(link) = &mut self.phase else { return true };
        let Some(mut rest) = link.rest.take() else { return true };
        rest.is_used = true;
        if !rest.is_over {
            rest.is_over = is_awaited || self.find(&mut rest, endings).is_none_or(|awaited| awaited > 1);
        }
        let goes_on = !rest.is_over;
        if let Phase::Up(link) = &mut self.phase {
            link.rest = Some(rest);
        }
        goes_on
    }

    /// Reads what has come, and says how many messages are still to be acknowledged. `None` where the connection is lost.
    fn find(&mut self, rest: &mut Rest, endings: &mut Endings) -> Option<usize> {
        match rest.reader.look() {
            // That it was closed, the task will read once more.
            Ok(0) => return None,
            Ok(_) => rest.lost = self.receive(&mut rest.reader, endings).err(),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => rest.lost = Some(Lost::by(error.to_string())),
        }
        match &self.phase {
            Phase::Up(link) if rest.lost.is_none() => Some(link.connection.awaited()),
            _ => None,
        }
    }
}
