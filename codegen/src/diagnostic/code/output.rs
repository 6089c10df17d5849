//! Codes of writing files: `E0060` to `E0099`.

use super::codes;

codes! {}
