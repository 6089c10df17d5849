//! The shop: one trait, implemented.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use almanet_runtime::types::{Date, Decimal, Duration, Timestamp, Uuid, Value};
use almanet_runtime::{Context, Failure, Principal, Session, StreamOf, Topic};

use crate::contract::common::people::{Person, Role};
use crate::contract::tour::shop::money::{Currency, Price};
use crate::contract::tour::shop::shop::{
    BoundsError, BuyError, BuyReply, DecorateError, FindError, LookupError, OpenUpError, PingError, RestockError,
    SellOffError, Shop, events,
};
use crate::contract::tour::shop::{Book, Closed, Event, Genre, Isbn, SHOP_ID, Sale, SoldOut, Sticker, UnknownBook};

/// A shop with one book.
pub(crate) struct Bookshop {
    events: Topic<Event>,
    stock: Arc<Mutex<u32>>,
}

impl Bookshop {
    pub(crate) fn new(session: &Session) -> Self {
        Self { events: events(session), stock: Arc::new(Mutex::new(10)) }
    }
}

/// Takes copies out of a stock; what is left, or `None` where there are too few.
fn take(stock: &Mutex<u32>, copies: i32) -> Option<u32> {
    let mut stock = stock.lock().ok()?;
    *stock = stock.checked_sub(copies.unsigned_abs())?;
    Some(*stock)
}

/// Puts copies into a stock; what is there then, or `None` where that is more than can be counted.
fn put(stock: &Mutex<u32>, copies: u32) -> Option<u32> {
    let mut stock = stock.lock().ok()?;
    *stock = stock.checked_add(copies)?;
    Some(*stock)
}

impl Shop for Bookshop {
    async fn ping(&self, _cx: Context) -> Result<(), Failure<PingError>> {
        Ok(())
    }

    async fn find(&self, _cx: Context, isbn: Isbn) -> Result<Book, Failure<FindError>> {
        let book = dune();
        if book.isbn == isbn { Ok(book) } else { Err(UnknownBook(isbn).into()) }
    }

    async fn buy(
        &self,
        _cx: Context,
        isbn: Isbn,
        copies: i32,
        buyer: Option<Person>,
        _as_gift: bool,
    ) -> Result<BuyReply, Failure<BuyError>> {
        let book = dune();
        if book.isbn != isbn {
            return Err(UnknownBook(isbn).into());
        }
        let Some(left) = take(&self.stock, copies) else {
            return Err(SoldOut { isbn, back_in: Some(Duration::from_hours(48)) }.into());
        };
        let sold = Event::Sold(Sale { isbn, copies, buyer });
        self.events.produce(&sold).await.map_err(Failure::internal)?;
        let total = Price { amount: book.price.amount * Decimal::from(copies), currency: book.price.currency };
        Ok(BuyReply { total, left })
    }

    async fn sell_off(
        &self,
        _cx: Context,
        isbn: Isbn,
        each: i32,
    ) -> Result<StreamOf<Sale, SellOffError>, Failure<SellOffError>> {
        let stock = self.stock.clone();
        Ok(StreamOf::write(async move |mut sales| {
            while take(&stock, each).is_some() {
                sales.write(Sale { isbn: isbn.clone(), copies: each, buyer: None }).await?;
            }
            Err(SoldOut { isbn, back_in: None }.into())
        }))
    }

    async fn open_up(&self, _cx: Context) -> Result<(), Failure<OpenUpError>> {
        Err(Closed.into())
    }

    async fn bounds(&self, _cx: Context) -> Result<Option<(Isbn, Isbn)>, Failure<BoundsError>> {
        Ok(Some((dune().isbn, dune().isbn)))
    }

    async fn decorate(&self, _cx: Context, sticker: Vec<Sticker>) -> Result<Vec<Sticker>, Failure<DecorateError>> {
        Ok(sticker)
    }

    async fn restock(&self, cx: Context, copies: u32) -> Result<u32, Failure<RestockError>> {
        let who = cx.principal().map(Principal::name).unwrap_or_default();
        put(&self.stock, copies).ok_or_else(|| Failure::internal(format!("{who} brings more than fits")))
    }

    async fn lookup(&self, _cx: Context, title: String) -> Result<Value, Failure<LookupError>> {
        Ok(Value::from_iter([("title", Value::from(title)), ("pages", Value::from(dune().pages))]))
    }

    async fn note(&self, _cx: Context, _line: String, role: Role) -> Result<(), Failure> {
        if role == Role::Writer {
            self.events.produce(&Event::Closing).await.map_err(Failure::internal)?;
        }
        Ok(())
    }
}

/// The shop's book, with a value for each type of the language.
#[expect(deprecated, reason = "the tour shows what is deprecated, too")]
pub(crate) fn dune() -> Book {
    Book {
        isbn: "9780441172719".to_owned(),
        title: "Dune".to_owned(),
        genre: Genre::Unrecognized("space opera".to_owned()),
        tags: BTreeSet::from(["desert".to_owned(), "spice".to_owned()]),
        in_print: true,
        edition: 3,
        pages: 604,
        copies: 10,
        sold: 20_000_000,
        shelf_row: 4,
        weight_grams: 720,
        words: 188_000,
        barcode: u64::MAX,
        rating: Some(4.5),
        spine_cm: 3.75,
        price: Price { amount: Decimal::new(1250, 2), currency: Currency::Eur },
        cover: Some((&b"\x89PNG"[..]).into()),
        id: SHOP_ID,
        added: Timestamp::UNIX_EPOCH,
        inventoried: Some(Date::constant(2026, 12, 31).at(22, 0, 0, 0)),
        published: Some(Date::constant(1965, 8, 1)),
        reading_hour: None,
        lending: Duration::from_hours(336),
        vat: Decimal::new(1900, 2),
        extra: Value::from_iter([("signed", Value::from(true)), ("id", Value::from(Uuid::nil().to_string()))]),
        chapters: vec!["Dune".to_owned(), "Muad'Dib".to_owned(), "The Prophet".to_owned()],
        stock: BTreeMap::from([("Berlin".to_owned(), 7), ("Hamburg".to_owned(), 3)]),
        by_year: BTreeMap::from([(1965, vec!["Chilton".to_owned()]), (1984, Vec::new())]),
        size: Some((21.0, 14.8, 3.75)),
        authors: vec![Person { name: "Frank Herbert".to_owned(), email: None, reports: Vec::new() }],
        sequel: None,
        label: None,
    }
}
