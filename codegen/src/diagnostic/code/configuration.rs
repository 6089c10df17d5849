//! Codes of `almanet.yaml`: `E0030` to `E0059`.

use super::codes;

codes! {}
