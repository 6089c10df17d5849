//! Where texts come from: disk, memory; later a git tree and editor buffers.
