//! Codes of the grammar: `E01..`.

use super::codes;

codes! {}
