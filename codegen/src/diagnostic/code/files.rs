//! Codes of files and folders, of old contracts to compare with, and of imports that cannot be found: `E0001` to `E0029`.

use super::codes;

codes! {
    /// A file or folder that was asked for does not exist.
    PATH_NOT_FOUND = "E0001" {
        why: "A path on the command line or in the configuration names nothing, so there is nothing to compile.",
        example: Situation("almanet-gen check no/such/file.almanet"),
        fix: "Correct the path. Paths on the command line are relative to where the command runs, those in almanet.yaml to the folder that holds it.",
    }

    /// A file or folder cannot be read.
    UNREADABLE = "E0002" {
        why: "The operating system refused to open it; the message says why.",
        example: Situation("chmod 000 greeting.almanet && almanet-gen check greeting.almanet"),
        fix: "Give the user that runs the command permission to read it, or leave it out.",
    }

    /// A folder holds no contract.
    NO_CONTRACTS = "E0003" {
        why: "Nothing below the folder ends in .almanet. A build that silently compiled nothing would hide a wrong path.",
        example: Situation("mkdir empty && almanet-gen check empty"),
        fix: "Name the folder that holds the contracts, or write the first contract into this one.",
    }

    /// A contract is not UTF-8 text.
    NOT_UTF8 = "E0004" {
        why: "Contracts are UTF-8 (a byte order mark is skipped). The place shown is the first byte that is not.",
        example: Situation("printf 'namespace a\\n// caf\\351\\n' > latin1.almanet && almanet-gen check latin1.almanet"),
        fix: "Save the file as UTF-8. From Latin-1: iconv -f latin1 -t utf-8 old.almanet > new.almanet",
    }

    /// A contract is larger than 64 MiB.
    TOO_LARGE = "E0005" {
        why: "No written contract comes near that size, so the file is most likely something else; the limit keeps it from filling the memory.",
        example: Situation("truncate -s 65M big.almanet && almanet-gen check big.almanet"),
        fix: "Split the contract into several files of one namespace that import each other.",
    }

    /// What should be a contract is not a regular file.
    NOT_A_FILE = "E0006" {
        why: "A folder, a device or a pipe stands where a contract is expected.",
        example: Situation("mkdir -p schemas/people.almanet; import \"people.almanet\" in a contract below schemas"),
        fix: "Name a regular file.",
    }

    /// A file named on the command line is no contract.
    NOT_A_CONTRACT = "E0007" {
        why: "Contracts end in .almanet. Anything else is most likely a slip, such as the name of a generated file.",
        example: Situation("almanet-gen check notes.txt"),
        fix: "Name the contract, or rename the file so that it ends in .almanet.",
    }

    /// There is no git repository to read the old contract from.
    NO_REPOSITORY = "E0008" {
        why: "The old contract was asked for by a revision, and the contracts lie in no repository.",
        example: Situation("cd / && almanet-gen breaking /srv/schemas --against main"),
        fix: "Run the command inside the repository, or compare with a folder or an exported model.",
    }

    /// No branch, tag or commit is called so.
    UNKNOWN_REVISION = "E0009" {
        why: "The name is none that the repository knows. A shallow clone, as CI makes them, knows a single commit.",
        example: Situation("almanet-gen breaking --against mian"),
        fix: "Correct the name, or fetch it: `git fetch --depth 1 origin main:refs/remotes/origin/main`.",
    }

    /// The git repository cannot be read, or does not hold the files of the revision.
    REPOSITORY_UNREADABLE = "E0010" {
        why: "Its objects are damaged, of a form that is not known, or were left out when it was cloned.",
        example: Situation("git clone --filter=blob:none URL && almanet-gen breaking --against HEAD~1"),
        fix: "Fetch what is missing, or compare with a folder or an exported model.",
    }

    /// The contracts are not where they are looked for at the old revision.
    NOT_AT_REVISION = "E0011" {
        why: "The revision has no such folder or file: the contracts were somewhere else then, or there were none.",
        example: Situation("almanet-gen breaking --against main:shcemas"),
        fix: "Name the path that they had then: `--against main:schemas`.",
    }

    /// The old almanet.yaml does not say which contracts there were.
    NO_SCHEMAS_AT_REVISION = "E0012" {
        why: "Of the configuration at the old revision `schemas` alone is read, and there is none, or it names no folder.",
        example: Situation("almanet-gen breaking --against v0.1.0, whose almanet.yaml is of another program"),
        fix: "Name the folder: `--against v0.1.0:schemas`.",
    }

    /// The old contract has errors.
    OLD_CONTRACT_REFUSED = "E0013" {
        why: "What cannot be compiled says nothing that could be compared. The errors are shown beside this one.",
        example: Situation("almanet-gen breaking --against a commit whose contracts do not compile"),
        fix: "Compare with a revision that compiles, or with the model that the almanet-gen of that time exports.",
    }

    /// A file is no exported model.
    NO_MODEL = "E0014" {
        why: "What ends in .json is read as what `export --format ir` printed, and this is not.",
        example: Situation("almanet-gen breaking --against ./package.json"),
        fix: "Make it by `almanet-gen export --format ir`.",
    }

    /// Nothing says what to compare with.
    NOTHING_TO_COMPARE = "E0015" {
        why: "The old contract is named by --against, or by `breaking: against` in almanet.yaml, and neither is there.",
        example: Situation("almanet-gen breaking schemas"),
        fix: "Add `--against main`, or `breaking: { against: main }` to almanet.yaml.",
    }
}
