//! The documents of a contract: a static site, or Markdown.
//!
//! A page for each namespace and each service, made one after the other. What an author writes is text wherever it stands: raw
//! HTML in docs is escaped, links lead to the web or nowhere. Nothing is fetched from elsewhere; without scripts all is there
//! but the search and the switch of colours.

mod changes;
mod docs;
mod json;
mod pages;
mod picture;
mod places;
mod rich;
mod sample;
mod search;
mod uses;
mod view;

use askama::Template as _;

use crate::backend::rust::Samples;
use crate::backend::{File, Kind};
use crate::breaking::Comparison;
use crate::model::Model;
use changes::Changes;
use places::Places;
use sample::Sampler;
use uses::Uses;
use view::{Html, Markdown, Page};

/// What kind of documents is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// A site to be opened in a browser, from a server or a disk.
    #[default]
    Html,
    /// Pages of Markdown, as code hosts show it.
    Markdown,
}

impl Format {
    fn extension(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Markdown => "md",
        }
    }
}

/// The documents of one contract.
pub struct Site<'a> {
    places: Places<'a>,
    uses: Uses,
    sampler: Sampler<'a>,
    rust: Samples<'a>,
    title: String,
    changes: Option<Changes>,
}

impl std::fmt::Debug for Site<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Site({})", self.title)
    }
}

impl<'a> Site<'a> {
    /// The documents of a contract without problems.
    #[must_use]
    pub fn of(model: &'a Model, format: Format) -> Self {
        Self {
            places: Places::of(model, format),
            uses: Uses::of(model),
            sampler: Sampler { model },
            rust: Samples::of(model),
            title: pages::title_of(model),
            changes: None,
        }
    }

    /// Tells what changed too, by a comparison with what was at `since`.
    #[must_use]
    pub fn since(mut self, since: &str, comparison: Comparison) -> Self {
        self.changes = Some(Changes::of(&self.places, since.to_owned(), comparison));
        self
    }

    /// All files, each made when it is asked for.
    pub fn files(&self) -> impl Iterator<Item = File> {
        let model = self.places.model;
        let index = std::iter::once_with(|| self.file(&self.index_page()));
        let namespaces = model.namespaces.ids().flat_map(move |id| {
            let pages = 0..self.places.namespaces[id.index()].len();
            pages.map(move |number| self.file(&self.namespace_page(id, number)))
        });
        let services = model.services.ids().map(|id| self.file(&self.service_page(id)));
        let assets = (self.places.format == Format::Html).then(|| self.assets()).into_iter().flatten();
        let changes = self.changes.iter().map(|changes| self.file(&self.changes_page(changes)));
        index.chain(changes).chain(namespaces).chain(services).chain(assets)
    }

    fn file(&self, page: &Page) -> File {
        let content = match self.places.format {
            Format::Html => Html { page, site: &self.title }.render(),
            Format::Markdown => Markdown { page }.render(),
        };
        generated(page.file.clone(), content.expect("views hold nothing that fails"))
    }

    fn assets(&self) -> impl Iterator<Item = File> {
        let fixed = [
            ("assets/style.css", include_str!("../../templates/site/style.css")),
            ("assets/theme.js", include_str!("../../templates/site/theme.js")),
            ("assets/site.js", include_str!("../../templates/site/site.js")),
        ];
        let index =
            std::iter::once_with(|| generated("assets/search-index.js".to_owned(), search::index(&self.places)));
        fixed.into_iter().map(|(path, text)| generated(path.to_owned(), text.to_owned())).chain(index)
    }
}

fn generated(path: String, content: String) -> File {
    File { path, content, kind: Kind::Generated }
}
