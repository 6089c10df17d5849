//! Codes of lints: `W…`.

use super::codes;

codes! {}
