//! One file a rule. What each is about, why, and an example stand with its code in `diagnostic::code::breaking`; the smallest
//! pair of contracts that breaks it, and its nearest neighbour that does not, under `codegen/tests/breaking/CODE`.

pub(super) mod address_changed;
pub(super) mod channel_changed;
pub(super) mod constant_changed;
pub(super) mod constraint_narrowed;
pub(super) mod constraint_widened;
pub(super) mod credential_demanded;
mod default_changed;
pub(super) mod definition_removed;
pub(super) mod definition_renamed;
pub(super) mod exception_added;
pub(super) mod exception_removed;
pub(super) mod exception_wire_name_changed;
pub(super) mod exchange_changed;
mod field_added_to_closed;
mod field_demanded;
mod field_optional;
mod field_removed;
mod field_renamed;
mod field_wire_name_changed;
pub(super) mod idempotence_dropped;
pub(super) mod member_renamed;
pub(super) mod not_reserved;
mod parameters_reordered;
pub(super) mod procedure_removed;
pub(super) mod record_closed;
mod required_field_added;
pub(super) mod reservation_dropped;
pub(super) mod reserved_name_returns;
pub(super) mod service_removed;
pub(super) mod step_missing;
pub(super) mod tag_changed;
pub(super) mod timeout_shortened;
pub(super) mod topic_removed;
pub(super) mod type_changed;
mod variant_added;
mod variant_removed;
mod variant_renamed;
mod variant_wire_name_changed;
mod variants_closed;
mod variants_opened;
pub(super) mod version_removed;
pub(super) mod version_went_back;

use super::members::{Fields, Variants};
use super::reserved::Names;
use super::walk::Walk;

/// Every rule about the members of an object.
pub(super) fn of_fields(walk: &mut Walk<'_>, fields: &Fields<'_>) {
    let rules = [
        field_removed::check,
        required_field_added::check,
        field_added_to_closed::check,
        field_wire_name_changed::check,
        field_renamed::check,
        field_demanded::check,
        field_optional::check,
        default_changed::check,
        parameters_reordered::check,
    ];
    for rule in rules {
        rule(walk, fields);
    }
    if let Some(names) = Names::of_fields(walk.old.model, fields) {
        of_names(walk, &names);
    }
}

/// Every rule about the variants of an enum or a union.
pub(super) fn of_variants(walk: &mut Walk<'_>, variants: &Variants<'_>) {
    let rules = [
        variants_closed::check,
        variants_opened::check,
        variant_removed::check,
        variant_added::check,
        variant_wire_name_changed::check,
        variant_renamed::check,
    ];
    for rule in rules {
        rule(walk, variants);
    }
    of_names(walk, &Names::of_variants(variants));
}

/// Every rule about names that were used once.
pub(super) fn of_names(walk: &mut Walk<'_>, names: &Names<'_>) {
    for rule in [not_reserved::check, reserved_name_returns::check, reservation_dropped::check] {
        rule(walk, names);
    }
}
