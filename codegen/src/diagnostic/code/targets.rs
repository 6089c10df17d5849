//! Codes of what a target refuses: `E05..`.

use super::codes;

codes! {}
