//! Every construct of the language, called: over `ALMANET_URL`, or else the broker in this process.

mod contract {
    almanet_runtime::include_contract!();
}
mod shop;

use std::error::Error;
use std::time::Duration;

use almanet_runtime::{CallError, InvalidToken, Principal, Server, Session, StaticTokens, Token};
use contract::common::people::{Person, Role};
use contract::tour::shop::shop::{BuyError, FindError, SellOffError, ShopClient, arrived, events, service};
use contract::tour::shop::{Circle, Closed, Event, FIRST_SALE, MAX_COPIES, PATIENCE, Sticker};
use shop::{Bookshop, dune};
use tokio::sync::oneshot;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let session = Session::from_env().await?;
    let mut happened = events(&session).consume("tour").await?;
    let mut books = arrived(&session).consume("tour").await?;
    let (stop, stopped) = oneshot::channel::<()>();
    let staff = StaticTokens::new().token(badge()?, Principal::new("Ada").scope("stock"));
    let server = Server::new(&session)
        .add(service(Bookshop::new(&session)))
        .authenticator(staff)
        .serve(async { drop(stopped.await) });
    let serving = tokio::spawn(server);

    println!("constants: {MAX_COPIES} copies, {PATIENCE:#}, first sale {FIRST_SALE}");
    let client = ShopClient::new(&session);
    replies(&client).await?;
    exceptions(&client).await?;
    streams(&client).await?;
    options(&client).await?;
    credentials(&client).await?;

    client.note("the shop closes").role(Role::Writer).await?;
    for _ in 0..2 {
        let message = happened.next().await.ok_or("the topic ended")?;
        match message.finish()? {
            Event::Sold(sale) => println!("event: sold {} of {}", sale.copies, sale.isbn),
            Event::Closing => println!("event: closing"),
            other => println!("event: {other:?}"),
        }
    }

    arrived(&session).produce(&dune()).await?;
    let book = books.next().await.ok_or("the topic ended")?.finish()?;
    println!("arrived as it was sent: {}", book == dune());

    drop((happened, books, stop));
    serving.await??;
    session.close().await;
    Ok(())
}

/// What procedures answer, in each of their forms.
async fn replies(client: &ShopClient) -> Result<(), Box<dyn Error>> {
    client.ping().await?;
    println!("ping: answered");
    let book = client.find("9780441172719").await?;
    println!("find: {} by {}, {} {:?}", book.title, book.authors[0].name, book.price.amount, book.price.currency);
    let ada = Person { name: "Ada".to_owned(), email: Some("ada@example.org".to_owned()), reports: Vec::new() };
    let bought = client.buy("9780441172719").copies(2).buyer(ada).await?;
    println!("buy: {} for {} in total, {} left", bought.total.amount, 2, bought.left);
    println!("bounds: {:?}", client.bounds().await?);
    let stickers = vec![Sticker::Round(Circle { radius: 1.5 }), Sticker::Text("new".to_owned()), Sticker::None];
    println!("decorate: {:?}", client.decorate(stickers).await?);
    #[expect(deprecated, reason = "the tour shows what is deprecated, too")]
    let found = client.lookup("Dune").await?;
    println!("lookup: {found}");
    Ok(())
}

/// What procedures raise, and what never reaches them.
async fn exceptions(client: &ShopClient) -> Result<(), Box<dyn Error>> {
    match client.find("0000000000000").await {
        Err(CallError::Remote(FindError::UnknownBook(book))) => println!("find: {book}"),
        other => return Err(format!("an unknown book was found: {other:?}").into()),
    }
    match client.buy("9780441172719").copies(50).await {
        Err(CallError::Remote(BuyError::SoldOut(sold_out))) => println!("buy: {sold_out}"),
        other => return Err(format!("more was sold than there is: {other:?}").into()),
    }
    match client.open_up().await {
        Err(CallError::Remote(error)) => println!("open_up: {error}, as {Closed} says"),
        other => return Err(format!("the shop is open: {other:?}").into()),
    }
    match client.buy("978").await {
        Err(CallError::InvalidPayload(why)) => println!("buy, not even sent: {why}"),
        other => return Err(format!("a wrong number was sent: {other:?}").into()),
    }
    Ok(())
}

/// A stream, read to its end.
async fn streams(client: &ShopClient) -> Result<(), Box<dyn Error>> {
    let mut sales = client.sell_off("9780441172719").each(3).await?;
    while let Some(sale) = sales.next().await {
        match sale {
            Ok(sale) => println!("sell_off: {} copies", sale.copies),
            Err(CallError::Remote(SellOffError::SoldOut(sold_out))) => println!("sell_off: {sold_out}"),
            Err(other) => return Err(other.into()),
        }
    }
    Ok(())
}

/// A secret, which a program reads from its environment or a file.
fn badge() -> Result<Token, InvalidToken> {
    Token::new("a-badge-for-the-stock-room")
}

/// Calls that need a credential.
async fn credentials(client: &ShopClient) -> Result<(), Box<dyn Error>> {
    match client.restock(5).await {
        Err(CallError::Unauthorized(why)) => println!("restock: {why}"),
        other => return Err(format!("anybody brings books: {other:?}").into()),
    }
    let left = client.with_token(badge()?).restock(5).await?;
    println!("restock with a credential: {left} copies");
    Ok(())
}

/// Calls with options.
async fn options(client: &ShopClient) -> Result<(), Box<dyn Error>> {
    client.version("1.2.0").ping().timeout(Duration::from_secs(5)).await?;
    println!("ping of version 1.2.0: answered");
    let replies = client.bounds().gather(Duration::from_secs(5)).take(1).await?;
    println!("bounds, gathered: {} reply", replies.len());
    Ok(())
}
