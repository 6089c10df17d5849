//! NSQ's protocol V2 without I/O.
