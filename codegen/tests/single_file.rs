//! The layout of build scripts says, in one file, what the tree of files says: for every golden.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use almanet_codegen::Config;
use almanet_codegen::backend::{self, Input, Layout, Options};
use syn::{Attribute, Expr, ExprLit, File, Item, ItemMod, Lit, Meta, MetaNameValue, token};

#[test]
fn one_file_holds_what_the_tree_of_files_holds() {
    let goldens = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut cases: Vec<PathBuf> =
        fs::read_dir(goldens).expect("the goldens are there").map(|entry| entry.expect("a folder").path()).collect();
    cases.sort();
    assert!(cases.len() > 20, "only {} goldens", cases.len());
    for case in cases {
        let tree: BTreeMap<String, String> = rendered(&case, Layout::Tree).into_iter().collect();
        let single = rendered(&case, Layout::SingleFile);
        let [(name, text)] = &single[..] else { panic!("{}: {} files", case.display(), single.len()) };
        assert_eq!(name, "almanet.rs");
        let whole = whole(&tree, "", "mod.rs").items;
        let single = parsed(text).items.into_iter().map(without_allowances);
        let (whole, single) = (shown(whole), shown(single.collect()));
        assert!(whole == single, "{}:\n{}", case.display(), difference(&whole, &single));
    }
}

/// The lint levels that the tree has at its root stand on each module here.
#[test]
fn every_module_of_one_file_allows_what_the_contract_decides() {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/namespaces");
    let root = parsed(&rendered(&case, Layout::Tree).into_iter().find(|(path, _)| path == "mod.rs").expect("a root").1);
    let wanted = allowed(&root.attrs);
    assert!(wanted.contains("dead_code"), "{wanted}");
    let items = parsed(&rendered(&case, Layout::SingleFile)[0].1).items;
    assert_eq!(items.len(), 2, "common and net");
    for item in items {
        let Item::Mod(module) = item else { panic!("not a module") };
        assert_eq!(allowed(&module.attrs), wanted);
    }
}

/// What stands in `allow(…)`.
fn allowed(attributes: &[Attribute]) -> String {
    let lists = attributes.iter().filter(|attribute| attribute.path().is_ident("allow"));
    lists.map(|attribute| attribute.meta.require_list().expect("allow has a list").tokens.to_string()).collect()
}

fn rendered(case: &Path, layout: Layout) -> Vec<(String, String)> {
    let checked = Config::new().root(case).check();
    let model = checked.model.expect("a golden has no errors");
    let options = Options { layout, ..Options::default() };
    let rust = backend::find("rust").expect("the Rust target is built in");
    let input = Input { model: &model, sources: &checked.report.sources, options: &options };
    rust.files(&input).map(|file| (file.path, file.content)).collect()
}

fn parsed(text: &str) -> File {
    syn::parse_file(text).expect("what is generated is Rust")
}

/// A file with the modules that it declares put into it.
fn whole(tree: &BTreeMap<String, String>, folder: &str, name: &str) -> File {
    let mut file = parsed(&tree[&format!("{folder}{name}")]);
    for item in &mut file.items {
        if let Item::Mod(module @ ItemMod { content: None, .. }) = item {
            let path = place(module);
            let candidates = [format!("{path}.rs"), format!("{path}/mod.rs"), path];
            let path = candidates.iter().find(|path| tree.contains_key(&format!("{folder}{path}")));
            let path = path.expect("a declared module has a file");
            let (inner, name) = path.rsplit_once('/').map_or(("", &**path), |(folder, name)| (folder, name));
            let inner = if inner.is_empty() { folder.to_owned() } else { format!("{folder}{inner}/") };
            let child = whole(tree, &inner, name);
            // What only a file needs.
            module.attrs.retain(|attribute| !attribute.path().is_ident("path") && !is_for_rustfmt(attribute));
            module.attrs.extend(child.attrs);
            module.semi = None;
            module.content = Some((token::Brace::default(), child.items));
        }
    }
    file
}

/// Where a declared module lies, as far as its name and `#[path]` tell.
fn place(module: &ItemMod) -> String {
    let written = module.attrs.iter().find_map(|attribute| match &attribute.meta {
        Meta::NameValue(MetaNameValue { path, value: Expr::Lit(ExprLit { lit: Lit::Str(file), .. }), .. })
            if path.is_ident("path") =>
        {
            Some(file.value())
        }
        _ => None,
    });
    written.unwrap_or_else(|| module.ident.to_string().trim_start_matches("r#").to_owned())
}

fn is_for_rustfmt(attribute: &Attribute) -> bool {
    attribute.path().segments.first().is_some_and(|segment| segment.ident == "rustfmt")
}

fn without_allowances(mut item: Item) -> Item {
    if let Item::Mod(module) = &mut item {
        module.attrs.retain(|attribute| !attribute.path().is_ident("allow"));
    }
    item
}

fn shown(items: Vec<Item>) -> String {
    let attrs = Vec::new();
    prettyplease::unparse(&File { shebang: None, frontmatter: None, attrs, items })
}

fn difference(tree: &str, single: &str) -> String {
    similar::TextDiff::from_lines(tree, single).unified_diff().header("tree", "single file").to_string()
}
