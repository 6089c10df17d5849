//! What can only be settled once every definition is known, in the order in which one needs the other.

use super::lower::Lowered;

impl Lowered<'_> {
    pub(super) fn settle(&mut self) {
        self.resolve_aliases();
        self.check_types();
        self.check_raises();
        self.check_finite();
        self.settle_values();
    }
}
