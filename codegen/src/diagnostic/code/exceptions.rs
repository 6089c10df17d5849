//! Codes of what `breaking` says of exceptions in `almanet.yaml`: `W099.`.

use super::codes;

codes! {
    /// An exception of a breaking change is over.
    EXCEPTION_OVER = "W0991" {
        why: "Its `until` is past, so that the change counts again.",
        example: Situation("`until: 2020-12-31` under `breaking: except:` in almanet.yaml, then almanet-gen breaking"),
        fix: "Mend the change, give the exception a later day, or remove it.",
    }

    /// An exception of a breaking change excepts nothing.
    EXCEPTION_UNUSED = "W0992" {
        why: "No change has its code and its subject: it was merged, or one of them is misspelt. What is left would hide the next such change.",
        example: Situation("an entry under `breaking: except:` in almanet.yaml whose subject does not change, then almanet-gen breaking"),
        fix: "Remove it, or correct the code or the subject.",
    }
}
