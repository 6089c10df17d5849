//! Codes of defaults, examples, constants and constraints: `E03..`.

use super::codes;

codes! {}
