//! The functions in Rust.

use std::collections::BTreeMap;

use almanet_runtime::types::Value;
use almanet_runtime::{Context, Failure};

use crate::contract::examples::connector::Example;
use crate::contract::examples::connector::functions::{
    BrokenError, Class2Error, Class3Error, ClassError, DictError, FloatError, Functions, HelloworldError, Int3Error,
    IntError, List3Error, ListError, NoneError, Str2Error, StrError,
};

/// The service.
pub(crate) struct Connector;

type Map = BTreeMap<String, Value>;

/// An object around a value.
fn example(value: Value) -> Example {
    Example { name: "test".to_owned(), purpose: "For test only".to_owned(), empty: Value::Null, value }
}

/// An object as a value of another one.
pub(crate) fn as_value(example: &Example) -> Value {
    serde_json::json!({
        "name": example.name, "Purpose": example.purpose, "empty": example.empty, "value": example.value,
    })
}

impl Functions for Connector {
    async fn helloworld(&self, _cx: Context, name: String) -> Result<String, Failure<HelloworldError>> {
        Ok(format!("Welcome {name}"))
    }

    async fn str(&self, _cx: Context, arg: String, key: String) -> Result<String, Failure<StrError>> {
        Ok(format!("{arg}-{key}"))
    }

    async fn str2(
        &self,
        _cx: Context,
        arg: String,
        key: String,
    ) -> Result<(String, String, String), Failure<Str2Error>> {
        let joined = format!("{arg}-{key}");
        Ok((arg, key, joined))
    }

    async fn int(&self, _cx: Context, arg: i64, key: i64) -> Result<i64, Failure<IntError>> {
        arg.checked_add(key).ok_or_else(|| Failure::internal("the sum has no 64 bits"))
    }

    async fn float(&self, _cx: Context, arg: f64, key: f64) -> Result<f64, Failure<FloatError>> {
        Ok(arg + key)
    }

    async fn int3(&self, _cx: Context, arg: f64, key: i64) -> Result<(f64, i64, f64), Failure<Int3Error>> {
        let square = key.checked_mul(key).ok_or_else(|| Failure::internal("the square has no 64 bits"))?;
        Ok((arg + key as f64, square, arg * arg))
    }

    async fn list(&self, _cx: Context, arg: Vec<Value>, key: Vec<Value>) -> Result<Vec<Value>, Failure<ListError>> {
        Ok([arg, key].concat())
    }

    async fn dict(&self, _cx: Context, arg: Map, key: Map) -> Result<Map, Failure<DictError>> {
        let mut all = key;
        all.insert("dict".to_owned(), arg.into_iter().collect());
        Ok(all)
    }

    async fn list3(
        &self,
        _cx: Context,
        arg: Map,
        mut key: Vec<String>,
    ) -> Result<(Map, Vec<String>, Value), Failure<List3Error>> {
        key.push("other value".to_owned());
        Ok((arg, key, Value::Null))
    }

    async fn none(&self, _cx: Context, _arg: Vec<Value>, _key: Vec<Value>) -> Result<(), Failure<NoneError>> {
        Ok(())
    }

    async fn broken(&self, _cx: Context) -> Result<(), Failure<BrokenError>> {
        Err(Failure::internal("a mistake that stays in the service's log"))
    }

    async fn class(&self, _cx: Context, value: Value) -> Result<Example, Failure<ClassError>> {
        Ok(example(value))
    }

    async fn class2(&self, _cx: Context, value: Value) -> Result<Vec<Example>, Failure<Class2Error>> {
        let inner = example(value);
        Ok(vec![inner.clone(), example(as_value(&inner))])
    }

    async fn class3(
        &self,
        _cx: Context,
        value: Value,
    ) -> Result<(Example, Vec<Example>, BTreeMap<String, Example>), Failure<Class3Error>> {
        let one = example(value);
        Ok((one.clone(), vec![one.clone(), one.clone()], BTreeMap::from([("named".to_owned(), one)])))
    }
}
