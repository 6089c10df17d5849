//! Targets: each turns the model into files in memory, and knows no disk.
