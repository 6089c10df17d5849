use almanet_runtime::{Context, Failure};

use crate::contract::my_project::AccessDenied;
use crate::contract::my_project::greeting::{GreetError, Greeting};

/// Answers the calls of `my_project.greeting`.
#[derive(Debug, Default)]
pub struct Greeter;

impl Greeting for Greeter {
    async fn greet(&self, _cx: Context, name: String) -> Result<String, Failure<GreetError>> {
        if name == "guest" {
            return Err(AccessDenied { name }.into());
        }
        Ok(format!("Hello, {name}!"))
    }
}
