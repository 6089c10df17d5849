//! Limits of the protocol and of nsqd 1.3.0 with its defaults (`nsqd/options.go` there).

use std::time::Duration;

/// What a client writes first, before any command.
pub const MAGIC: &[u8; 4] = b"  V2";

/// Longest name of a topic or a channel in bytes, the suffix `#ephemeral` included.
pub const MAX_NAME_LENGTH: usize = 64;

/// Bytes of a message's id: hexadecimal digits in ASCII.
pub const MESSAGE_ID_LENGTH: usize = 16;

/// Bytes of a message frame before the body: timestamp, attempts, id.
pub const MESSAGE_HEADER_LENGTH: usize = 8 + 2 + MESSAGE_ID_LENGTH;

/// Bytes of every frame before its data: size and type.
pub const FRAME_HEADER_LENGTH: usize = 8;

/// How much of a body that is over what its reader takes is kept: enough to see what it is. This is ours, not NSQ's.
pub const OVERSIZED_HEAD: usize = 64;

/// Longest response or error that a client takes. nsqd's own are far below; this is ours, not NSQ's.
pub const MAX_RESPONSE_SIZE: usize = 64 * 1024;

/// Longest line of a command in bytes, the line feed included: nsqd reads it out of a buffer of this size.
pub const MAX_LINE_LENGTH: usize = 16 * 1024;

/// Largest body of one message in bytes: nsqd's default of `--max-msg-size`. It is not told in IDENTIFY.
pub const MAX_MESSAGE_SIZE: usize = 1024 * 1024;

/// Largest body of one command (IDENTIFY, AUTH, MPUB) in bytes: nsqd's default of `--max-body-size`.
pub const MAX_BODY_SIZE: usize = 5 * 1024 * 1024;

/// Highest RDY count: nsqd's default of `--max-rdy-count`.
pub const MAX_READY_COUNT: u32 = 2500;

/// Longest delay of DPUB and REQ: nsqd's default of `--max-req-timeout`.
pub const MAX_DELAY: Duration = Duration::from_secs(60 * 60);

/// How long nsqd waits for an acknowledgement by default: `--msg-timeout`.
pub const MESSAGE_TIMEOUT: Duration = Duration::from_secs(60);

/// Shortest `msg_timeout` that IDENTIFY takes.
pub const MIN_MESSAGE_TIMEOUT: Duration = Duration::from_secs(1);

/// Longest `msg_timeout` that IDENTIFY takes, and how far TOUCH reaches after a delivery: `--max-msg-timeout`.
pub const MAX_MESSAGE_TIMEOUT: Duration = Duration::from_secs(15 * 60);

/// How often nsqd sends a heartbeat by default: half of `--client-timeout`.
pub const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(30);

/// Shortest `heartbeat_interval` that IDENTIFY takes.
pub const MIN_HEARTBEAT_INTERVAL: Duration = Duration::from_secs(1);

/// Longest `heartbeat_interval` that IDENTIFY takes: `--max-heartbeat-interval`.
pub const MAX_HEARTBEAT_INTERVAL: Duration = Duration::from_secs(60);

/// Smallest `output_buffer_size` that IDENTIFY takes, besides -1 for none.
pub const MIN_OUTPUT_BUFFER_SIZE: usize = 64;

/// `output_buffer_size` where IDENTIFY asks for none.
pub const OUTPUT_BUFFER_SIZE: usize = 16 * 1024;

/// Largest `output_buffer_size` that IDENTIFY takes: `--max-output-buffer-size`.
pub const MAX_OUTPUT_BUFFER_SIZE: usize = 64 * 1024;

/// Shortest `output_buffer_timeout` that IDENTIFY takes: `--min-output-buffer-timeout`.
pub const MIN_OUTPUT_BUFFER_TIMEOUT: Duration = Duration::from_millis(25);

/// `output_buffer_timeout` where IDENTIFY asks for none: `--output-buffer-timeout`.
pub const OUTPUT_BUFFER_TIMEOUT: Duration = Duration::from_millis(250);

/// Longest `output_buffer_timeout` that IDENTIFY takes: `--max-output-buffer-timeout`.
pub const MAX_OUTPUT_BUFFER_TIMEOUT: Duration = Duration::from_secs(30);
