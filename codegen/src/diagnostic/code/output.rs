//! Codes of writing files: `E0060` to `E0099`.

use super::codes;

codes! {
    /// The output path, or a folder in it, is a file.
    OUTPUT_NOT_A_FOLDER = "E0060" {
        why: "Generated files go into a folder, and something that is no folder has its name. Nothing was written.",
        example: Situation("touch out && almanet-gen generate greeting.almanet --target rust --out out"),
        fix: "Name another folder with --out (or `out:` in almanet.yaml), or move the file away.",
    }

    /// The output folder cannot be written to.
    OUTPUT_NOT_WRITABLE = "E0061" {
        why: "The operating system refused to create or replace a file; the message says why. What was there before is there still: a run writes everything or nothing.",
        example: Situation("almanet-gen generate greeting.almanet --target rust --out /proc/contract"),
        fix: "Give the user that runs the command permission to write there, free space on the disk, or name another folder with --out.",
    }

    /// A generated file's path is refused.
    OUTPUT_PATH_REFUSED = "E0062" {
        why: "Files are written below the output folder alone: a path that is absolute, holds `..`, goes through a link that leaves the folder, or equals another one (but for upper and lower case) is refused.",
        example: Situation("ln -s /etc out/net && almanet-gen generate greeting.almanet --target rust --out out"),
        fix: "Replace the link by a folder, or report the target or plugin that made the path.",
    }

    /// A file is in the way that almanet-gen did not write.
    OUTPUT_FOREIGN_FILE = "E0063" {
        why: "A generated file would replace a file that .almanet-files.json, the record of former runs, does not list. It may be somebody's work, so it is left alone.",
        example: Situation("echo mine > out/mod.rs && almanet-gen generate greeting.almanet --target rust --out out"),
        fix: "Move the file away or delete it, or generate into another folder. If it was generated and only the record is lost, deleting it is safe.",
    }

    /// A file that is not generated any more was changed by hand.
    OUTPUT_FILE_CHANGED = "E0064" {
        why: "The file is not what a former run wrote, and nothing in the contracts makes it any more. To remove it would lose the change without a word.",
        example: Situation("echo '// mine' >> out/net/example/till.rs, drop the service `till`, almanet-gen generate … --out out"),
        fix: "Move the change to where it belongs (the contract, or a file of your own), then delete the file and generate again.",
    }

    /// The record of generated files cannot be read.
    OUTPUT_RECORD_BROKEN = "E0065" {
        why: "OUT/.almanet-files.json tells which files may be replaced and removed. What stands there is not what almanet-gen wrote, most often because of an unresolved merge.",
        example: Situation("echo '<<<<<<< HEAD' > out/.almanet-files.json && almanet-gen generate … --out out"),
        fix: "Restore it from version control. Or delete it together with the generated files, and generate again.",
    }
}
