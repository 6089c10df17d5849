use std::fs;
use std::path::Path;

use super::{Disk, Kind, Memory, ReadError, Vfs, decode};

/// The same files on disk and in memory, below a folder of the given name.
fn both(files: &[(&str, &str)]) -> (tempfile::TempDir, Memory) {
    let folder = tempfile::tempdir().unwrap();
    let mut memory = Memory::new();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        memory = memory.with(path, *text);
    }
    (folder, memory)
}

fn agree(files: &[(&str, &str)], check: impl Fn(&dyn Vfs, &Path)) {
    let (folder, memory) = both(files);
    check(&Disk, folder.path());
    check(&memory, folder.path());
}

#[test]
fn contracts_are_listed_sorted_and_hidden_ones_are_not() {
    let files = [
        ("b.almanet", ""),
        ("a/z.almanet", ""),
        ("a/y.txt", ""),
        (".git/x.almanet", ""),
        ("x.almanet/inner.almanet", ""),
        ("c/.almanet", ""),
    ];
    agree(&files, |vfs, root| {
        let names: Vec<_> =
            vfs.contracts(root).unwrap().iter().map(|path| path.strip_prefix(root).unwrap().to_owned()).collect();
        assert_eq!(names, ["a/z.almanet", "b.almanet", "x.almanet/inner.almanet"].map(Path::new));
    });
}

#[test]
fn what_is_not_there_is_told_apart_from_what_is_no_file() {
    agree(&[("a/b.almanet", "text")], |vfs, root| {
        assert_eq!(vfs.read(&root.join("a/b.almanet")).unwrap(), b"text");
        assert!(matches!(vfs.read(&root.join("a/c.almanet")), Err(ReadError::NotFound)));
        assert!(matches!(vfs.read(&root.join("a")), Err(ReadError::NotAFile)));
        assert!(matches!(vfs.read(&root.join("a/b.almanet/c")), Err(ReadError::NotFound)));
        assert!(matches!(vfs.contracts(&root.join("a/b.almanet")), Err(ReadError::NotAFolder)));
        assert!(matches!(vfs.contracts(&root.join("c")), Err(ReadError::NotFound)));
        assert_eq!(vfs.kind(&root.join("a")).unwrap(), Some(Kind::Folder));
        assert_eq!(vfs.kind(&root.join("a/b.almanet")).unwrap(), Some(Kind::File));
        assert_eq!(vfs.kind(&root.join("c")).unwrap(), None);
    });
}

#[test]
fn one_file_has_one_identity() {
    agree(&[("a/b.almanet", ""), ("c/d.almanet", "")], |vfs, root| {
        let one = vfs.identity(&root.join("a/b.almanet")).unwrap();
        assert_eq!(vfs.identity(&root.join("c/../a/./b.almanet")).unwrap(), one);
        assert_ne!(vfs.identity(&root.join("c/d.almanet")).unwrap(), one);
    });
}

#[cfg(unix)]
#[test]
fn links_are_followed_once() {
    let (folder, _) = both(&[("a/b.almanet", "")]);
    let root = folder.path();
    std::os::unix::fs::symlink(root, root.join("a/up")).unwrap();
    std::os::unix::fs::symlink(root.join("a/b.almanet"), root.join("link.almanet")).unwrap();
    std::os::unix::fs::symlink("nowhere", root.join("dangling.almanet")).unwrap();
    let found = Disk.contracts(root).unwrap();
    assert_eq!(found, ["a/b.almanet", "dangling.almanet", "link.almanet"].map(|name| root.join(name)));
    assert_eq!(Disk.identity(&found[0]).unwrap(), Disk.identity(&found[2]).unwrap());
    assert!(matches!(Disk.read(&found[1]), Err(ReadError::NotFound)));
}

#[cfg(unix)]
#[test]
fn a_device_is_refused_before_it_is_opened() {
    assert!(matches!(Disk.read(Path::new("/dev/zero")), Err(ReadError::NotAFile)));
    assert_eq!(Disk.kind(Path::new("/dev/zero")).unwrap(), Some(Kind::Other));
}

#[test]
fn a_file_over_the_limit_is_refused_unread() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("big.almanet");
    fs::File::create(&path).unwrap().set_len(super::MAX_FILE_SIZE + 1).unwrap();
    assert!(matches!(Disk.read(&path), Err(ReadError::TooLarge)));
}

#[test]
fn a_byte_order_mark_is_skipped_and_a_wrong_byte_is_placed() {
    assert_eq!(decode(b"\xef\xbb\xbfnamespace a".to_vec()).unwrap(), "namespace a");
    let error = decode(b"caf\xe9 x".to_vec()).unwrap_err();
    assert_eq!((error.offset, error.lossy.as_str()), (3, "caf\u{fffd} x"));
}
