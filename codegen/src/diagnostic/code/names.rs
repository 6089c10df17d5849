//! Codes of imports, names and types: `E02..`.

use super::codes;

codes! {}
