//! Codes of breaking changes: `B…`. `B01..` services and what they answer, `B02..` fields, `B03..` definitions and types, `B04..`
//! variants, `B05..` exceptions, `B06..` names that were used once, `B07..` versions.
//!
//! The example of each is the smallest pair of contracts that breaks it; beside it on the disk stands its nearest neighbour
//! that does not.

use super::codes;

codes! {
    /// A procedure was removed.
    PROCEDURE_REMOVED = "B0101" {
        why: "Old callers go on publishing to its address. Nobody answers, so each of their calls ends at its deadline.",
        example: Change(include_str!("../../../tests/breaking/B0101/old.almanet"), include_str!("../../../tests/breaking/B0101/new.almanet")),
        fix: "Keep it, deprecated, until nobody calls it; then remove it with an exception in almanet.yaml, and reserve its name.",
    }

    /// A topic was removed.
    TOPIC_REMOVED = "B0102" {
        why: "Old consumers wait for messages that nobody produces any more, and messages that are still queued find no new consumer.",
        example: Change(include_str!("../../../tests/breaking/B0102/old.almanet"), include_str!("../../../tests/breaking/B0102/new.almanet")),
        fix: "Keep it, deprecated, until nobody consumes it and its messages are gone; then reserve its name.",
    }

    /// A service was removed.
    SERVICE_REMOVED = "B0103" {
        why: "Nobody answers at the addresses of its procedures, and nothing is published to its topics.",
        example: Change(include_str!("../../../tests/breaking/B0103/old.almanet"), include_str!("../../../tests/breaking/B0103/new.almanet")),
        fix: "Keep it, deprecated, until nobody uses it. One that was only renamed keeps its addresses by @prepath.",
    }

    /// The address of a procedure or topic changed.
    ADDRESS_CHANGED = "B0104" {
        why: "Old peers call, answer, publish and consume at the old address, new ones at the new one: they never meet.",
        example: Change(include_str!("../../../tests/breaking/B0104/old.almanet"), include_str!("../../../tests/breaking/B0104/new.almanet")),
        fix: "Keep the address by @uri, or by @prepath on the service. Where it has to change, let the old procedure stand beside the new one for a while.",
    }

    /// The channel of a procedure or topic changed.
    CHANNEL_CHANGED = "B0105" {
        why: "NSQ copies each message to every channel of a topic. While old and new services run, each call runs twice; what waits in the old channel of a topic is left behind.",
        example: Change(include_str!("../../../tests/breaking/B0105/old.almanet"), include_str!("../../../tests/breaking/B0105/new.almanet")),
        fix: "Keep the channel.",
    }

    /// Callers wait less long than they did.
    TIMEOUT_SHORTENED = "B0106" {
        why: "Services of the old contract may take as long as it said. New callers have given up by then. Without @timeout callers wait 60 seconds.",
        example: Change(include_str!("../../../tests/breaking/B0106/old.almanet"), include_str!("../../../tests/breaking/B0106/new.almanet")),
        fix: "Keep the timeout; a caller that is in a hurry sets one for its own call.",
    }

    /// A procedure is not safe to run twice any more.
    IDEMPOTENCE_DROPPED = "B0107" {
        why: "Old callers call an @idempotent procedure again where they got no answer, so that it may run twice.",
        example: Change(include_str!("../../../tests/breaking/B0107/old.almanet"), include_str!("../../../tests/breaking/B0107/new.almanet")),
        fix: "Keep it safe to run twice, or make another procedure for what is not.",
    }

    /// A call is answered in another way: not at all, once, or by a stream.
    EXCHANGE_CHANGED = "B0108" {
        why: "Who waits for an answer waits in vain where none comes, and a stream is no answer.",
        example: Change(include_str!("../../../tests/breaking/B0108/old.almanet"), include_str!("../../../tests/breaking/B0108/new.almanet")),
        fix: "Add another procedure beside it, and deprecate this one.",
    }

    /// A procedure demands a credential, or a scope more.
    CREDENTIAL_DEMANDED = "B0109" {
        why: "Old callers that do not hold it are refused.",
        example: Change(include_str!("../../../tests/breaking/B0109/old.almanet"), include_str!("../../../tests/breaking/B0109/new.almanet")),
        fix: "Let callers have the credential first, and except the change in almanet.yaml until then.",
    }

    /// A service, procedure or topic is called otherwise in code, at the same address.
    MEMBER_RENAMED = "B0110" {
        why: "Nothing that travels changes. Code that calls or implements it does not compile.",
        example: Change(include_str!("../../../tests/breaking/B0110/old.almanet"), include_str!("../../../tests/breaking/B0110/new.almanet")),
        fix: "Rename it in the code that uses it, or keep the name.",
    }

    /// A field, parameter or result was removed.
    FIELD_REMOVED = "B0201" {
        why: "Old readers refuse a value without a field that they demand, and code that names the field does not compile. A reader that is @closed refuses the field that old writers still write.",
        example: Change(include_str!("../../../tests/breaking/B0201/old.almanet"), include_str!("../../../tests/breaking/B0201/new.almanet")),
        fix: "Keep it, deprecated. One that old readers can do without may go: reserve its name.",
    }

    /// A field, parameter or result was added that must be there.
    REQUIRED_FIELD_ADDED = "B0202" {
        why: "Old writers do not know it, so that new readers refuse what they write.",
        example: Change(include_str!("../../../tests/breaking/B0202/old.almanet"), include_str!("../../../tests/breaking/B0202/new.almanet")),
        fix: "Make it optional (`?`), or give it a default.",
    }

    /// A field was added to a record that is @closed.
    FIELD_ADDED_TO_CLOSED = "B0203" {
        why: "Old readers of a @closed record refuse fields that they do not know.",
        example: Change(include_str!("../../../tests/breaking/B0203/old.almanet"), include_str!("../../../tests/breaking/B0203/new.almanet")),
        fix: "Make a new record beside it; or leave @closed out before it grows.",
    }

    /// The name by which a field travels changed.
    FIELD_WIRE_NAME_CHANGED = "B0204" {
        why: "What one side writes under one name, the other looks for under another: a field that must be there is missing, one that may be absent is silently lost.",
        example: Change(include_str!("../../../tests/breaking/B0204/old.almanet"), include_str!("../../../tests/breaking/B0204/new.almanet")),
        fix: "Keep the name that travels by @name; the name in code may change.",
    }

    /// A field, parameter or result is called otherwise in code, and travels by the same name.
    FIELD_RENAMED = "B0205" {
        why: "Nothing that travels changes. Code that names it does not compile.",
        example: Change(include_str!("../../../tests/breaking/B0205/old.almanet"), include_str!("../../../tests/breaking/B0205/new.almanet")),
        fix: "Rename it in the code that uses it, or keep the name.",
    }

    /// A field, parameter or result must be there now, and could be left out.
    FIELD_DEMANDED = "B0206" {
        why: "Old writers leave it out, and new readers refuse that.",
        example: Change(include_str!("../../../tests/breaking/B0206/old.almanet"), include_str!("../../../tests/breaking/B0206/new.almanet")),
        fix: "Leave it optional, or keep the default.",
    }

    /// A field, parameter or result may be left out now, and had to be there.
    FIELD_OPTIONAL = "B0207" {
        why: "New writers leave it out, and old readers refuse that.",
        example: Change(include_str!("../../../tests/breaking/B0207/old.almanet"), include_str!("../../../tests/breaking/B0207/new.almanet")),
        fix: "Give it a default instead: it may be left out then, and is always written.",
    }

    /// What a field means that is left out changed.
    DEFAULT_CHANGED = "B0208" {
        why: "Encoders write every field that has a default, so that nothing running is confused. Code that does not name the field writes another value than it did.",
        example: Change(include_str!("../../../tests/breaking/B0208/old.almanet"), include_str!("../../../tests/breaking/B0208/new.almanet")),
        fix: "Keep the default, or name the field wherever the former value is meant.",
    }

    /// The parameters that a caller passes in their place stand in another order.
    PARAMETERS_REORDERED = "B0209" {
        why: "Code passes what must be there in its place: it does not compile, or means one for the other.",
        example: Change(include_str!("../../../tests/breaking/B0209/old.almanet"), include_str!("../../../tests/breaking/B0209/new.almanet")),
        fix: "Put them back in order; new ones go to the end.",
    }

    /// Constraints refuse values that were allowed.
    CONSTRAINT_NARROWED = "B0210" {
        why: "Old writers go on writing such values, and new readers refuse them.",
        example: Change(include_str!("../../../tests/breaking/B0210/old.almanet"), include_str!("../../../tests/breaking/B0210/new.almanet")),
        fix: "Keep what was allowed, and check the narrower rule in the program.",
    }

    /// Constraints allow values that old readers refuse.
    CONSTRAINT_WIDENED = "B0211" {
        why: "New writers write such values once somebody has them.",
        example: Change(include_str!("../../../tests/breaking/B0211/old.almanet"), include_str!("../../../tests/breaking/B0211/new.almanet")),
        fix: "Let every old reader be replaced first, and except the change in almanet.yaml until then.",
    }

    /// A record, enum, union, type, constant or exception was removed.
    DEFINITION_REMOVED = "B0301" {
        why: "Code that names it does not compile. Where values of it travelled, what becomes of those is told at each place.",
        example: Change(include_str!("../../../tests/breaking/B0301/old.almanet"), include_str!("../../../tests/breaking/B0301/new.almanet")),
        fix: "Keep it, deprecated, until no code names it.",
    }

    /// A definition is called otherwise, and its values are the same.
    DEFINITION_RENAMED = "B0302" {
        why: "Nothing that travels changes. Code that names it does not compile.",
        example: Change(include_str!("../../../tests/breaking/B0302/old.almanet"), include_str!("../../../tests/breaking/B0302/new.almanet")),
        fix: "Rename it in the code that uses it; `type Old = New` keeps the old name for a while.",
    }

    /// The type of a field, parameter, result, variant, payload, reply, topic or alias changed.
    TYPE_CHANGED = "B0303" {
        why: "Whom it breaks is judged by direction: what readers of one contract refuse of what writers of the other write. Where nobody refuses anything, code alone has to change.",
        example: Change(include_str!("../../../tests/breaking/B0303/old.almanet"), include_str!("../../../tests/breaking/B0303/new.almanet")),
        fix: "Add another field or procedure beside it, and deprecate this one.",
    }

    /// A record refuses unknown fields now.
    RECORD_CLOSED = "B0304" {
        why: "Peers of other versions may write fields that this one does not know; they were ignored, and are refused.",
        example: Change(include_str!("../../../tests/breaking/B0304/old.almanet"), include_str!("../../../tests/breaking/B0304/new.almanet")),
        fix: "Leave @closed out.",
    }

    /// The tag of a union moved.
    TAG_CHANGED = "B0305" {
        why: "A union with @tag is written with the tag inside the record, another one with the tag beside it. A reader of one form finds nothing in the other.",
        example: Change(include_str!("../../../tests/breaking/B0305/old.almanet"), include_str!("../../../tests/breaking/B0305/new.almanet")),
        fix: "Keep the tag where it was, under the name that it had.",
    }

    /// An enum or union is not open any more.
    VARIANTS_CLOSED = "B0306" {
        why: "Peers of other versions may write variants that this one does not know; they were kept, and are refused.",
        example: Change(include_str!("../../../tests/breaking/B0306/old.almanet"), include_str!("../../../tests/breaking/B0306/new.almanet")),
        fix: "Leave it open.",
    }

    /// An enum or union is open now.
    VARIANTS_OPENED = "B0307" {
        why: "What travels is the same, as long as no variant is added. Code that tells all variants apart has one more to name.",
        example: Change(include_str!("../../../tests/breaking/B0307/old.almanet"), include_str!("../../../tests/breaking/B0307/new.almanet")),
        fix: "Add the case of what is not recognized to the code. Open an enum before you add a variant to it.",
    }

    /// The value or type of a constant changed.
    CONSTANT_CHANGED = "B0308" {
        why: "Code that was compiled with the old value goes on with it beside code that was compiled with the new one.",
        example: Change(include_str!("../../../tests/breaking/B0308/old.almanet"), include_str!("../../../tests/breaking/B0308/new.almanet")),
        fix: "Give the new value another name.",
    }

    /// A variant was removed.
    VARIANT_REMOVED = "B0401" {
        why: "Old writers still write it, and a new reader that is not open refuses it. Code that names it does not compile.",
        example: Change(include_str!("../../../tests/breaking/B0401/old.almanet"), include_str!("../../../tests/breaking/B0401/new.almanet")),
        fix: "Keep it, deprecated. In an open enum or union it may go: reserve its name.",
    }

    /// A variant was added to an enum or union that is not open.
    VARIANT_ADDED = "B0402" {
        why: "Old readers refuse a variant that they do not know. One that is open keeps it.",
        example: Change(include_str!("../../../tests/breaking/B0402/old.almanet"), include_str!("../../../tests/breaking/B0402/new.almanet")),
        fix: "Make it open before it grows, and let old readers be replaced.",
    }

    /// The name by which a variant travels changed.
    VARIANT_WIRE_NAME_CHANGED = "B0403" {
        why: "To the other side it is a variant that it does not know.",
        example: Change(include_str!("../../../tests/breaking/B0403/old.almanet"), include_str!("../../../tests/breaking/B0403/new.almanet")),
        fix: "Keep the name that travels by @name; the name in code may change.",
    }

    /// A variant is called otherwise in code, and travels by the same name.
    VARIANT_RENAMED = "B0404" {
        why: "Nothing that travels changes. Code that names it does not compile.",
        example: Change(include_str!("../../../tests/breaking/B0404/old.almanet"), include_str!("../../../tests/breaking/B0404/new.almanet")),
        fix: "Rename it in the code that uses it, or keep the name.",
    }

    /// A procedure raises an exception more.
    EXCEPTION_ADDED = "B0501" {
        why: "Old callers get an exception that they have no name and no type for, and code that tells all of them apart does not compile.",
        example: Change(include_str!("../../../tests/breaking/B0501/old.almanet"), include_str!("../../../tests/breaking/B0501/new.almanet")),
        fix: "Answer what is expected as a result, or add another procedure.",
    }

    /// A procedure does not raise an exception any more.
    EXCEPTION_REMOVED = "B0502" {
        why: "Old services still raise it, and new callers have no name and no type for it.",
        example: Change(include_str!("../../../tests/breaking/B0502/old.almanet"), include_str!("../../../tests/breaking/B0502/new.almanet")),
        fix: "Keep it declared until no old service runs.",
    }

    /// The name by which an exception travels changed.
    EXCEPTION_WIRE_NAME_CHANGED = "B0503" {
        why: "To a caller of the other version it is an exception without a name and a type.",
        example: Change(include_str!("../../../tests/breaking/B0503/old.almanet"), include_str!("../../../tests/breaking/B0503/new.almanet")),
        fix: "Keep the name that travels by @name; the name in code may change.",
    }

    /// A name is free to come back with another meaning.
    NOT_RESERVED = "B0601" {
        why: "A field or variant was removed that nobody has to have. Old peers, and messages that are kept, still use its name: were it given to something else, they would be misunderstood.",
        example: Change(include_str!("../../../tests/breaking/B0601/old.almanet"), include_str!("../../../tests/breaking/B0601/new.almanet")),
        fix: "Reserve it: `reserved \"nick\"` in the same record, enum or union.",
    }

    /// A name is back that was reserved.
    RESERVED_NAME_RETURNS = "B0602" {
        why: "It was used once for something else, and old peers, or messages that are kept, may still mean that by it.",
        example: Change(include_str!("../../../tests/breaking/B0602/old.almanet"), include_str!("../../../tests/breaking/B0602/new.almanet")),
        fix: "Choose another name, and keep the old one reserved.",
    }

    /// A name is not reserved any more.
    RESERVATION_DROPPED = "B0603" {
        why: "Nothing keeps it from coming back with another meaning.",
        example: Change(include_str!("../../../tests/breaking/B0603/old.almanet"), include_str!("../../../tests/breaking/B0603/new.almanet")),
        fix: "Keep it reserved.",
    }

    /// The version of a service did not grow as its changes ask for.
    STEP_MISSING = "B0701" {
        why: "A version tells whether somebody can go on with it (SemVer): what breaks running peers takes a major step, whatever else is added or changed a minor one. Before 1.0.0 these are the second and the third number.",
        example: Change(include_str!("../../../tests/breaking/B0701/old.almanet"), include_str!("../../../tests/breaking/B0701/new.almanet")),
        fix: "Let @version grow. Changes that break, and that their service's version announces by its step, are not counted one by one.",
    }

    /// The version of a service is lower than it was.
    VERSION_WENT_BACK = "B0702" {
        why: "A version is given once. Callers that ask for it reach services of two contracts.",
        example: Change(include_str!("../../../tests/breaking/B0702/old.almanet"), include_str!("../../../tests/breaking/B0702/new.almanet")),
        fix: "Take a higher version.",
    }

    /// A service has no version any more.
    VERSION_REMOVED = "B0703" {
        why: "Callers that ask for a version reach nobody.",
        example: Change(include_str!("../../../tests/breaking/B0703/old.almanet"), include_str!("../../../tests/breaking/B0703/new.almanet")),
        fix: "Keep @version, and let it grow.",
    }
}
