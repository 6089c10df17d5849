//! Codes of addresses and of names that collide in a target: `E04..`.

use super::codes;

codes! {}
