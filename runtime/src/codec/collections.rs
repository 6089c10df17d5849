//! Lists, sets, maps, tuples, optional and boxed values.

use std::collections::{BTreeMap, BTreeSet};

use super::check::Checker;
use super::decoder::{Decode, Decoder};
use super::encoder::{Encode, Encoder, Key};
use super::error::{DecodeError, DecodeErrorKind};
use crate::json::shorten;

impl<T: Encode> Encode for Option<T> {
    fn encode(&self, out: &mut Encoder) {
        match self {
            Some(value) => value.encode(out),
            None => out.null(),
        }
    }

    fn check(&self, checker: &mut Checker) {
        if let Some(value) = self {
            value.check(checker);
        }
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: Decode> Decode for Option<T> {
    fn blank() -> Self {
        None
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        if input.json.take_word("null") {
            *self = None;
            return Ok(());
        }
        *self = Some(T::blank());
        match self {
            Some(value) => value.decode(input),
            None => Ok(()),
        }
    }
}

impl<T: Encode> Encode for Box<T> {
    fn encode(&self, out: &mut Encoder) {
        (**self).encode(out);
    }

    fn check(&self, checker: &mut Checker) {
        (**self).check(checker);
    }

    fn is_absent(&self) -> bool {
        (**self).is_absent()
    }
}

impl<T: Decode> Decode for Box<T> {
    fn blank() -> Self {
        Self::new(T::blank())
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        (**self).decode(input)
    }
}

impl<T: Encode> Encode for Vec<T> {
    fn encode(&self, out: &mut Encoder) {
        out.begin_array();
        let mut index = 0;
        while index < self.len() {
            out.item(index, &self[index]);
            index += 1;
        }
        out.end_array();
    }

    fn check(&self, checker: &mut Checker) {
        let mut index = 0;
        while index < self.len() {
            checker.item(index, &self[index]);
            index += 1;
        }
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn blank() -> Self {
        Self::new()
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        self.clear();
        input.begin_array(&"an array")?;
        while input.json.next_item(self.is_empty())? {
            let mut value = T::blank();
            input.item(self.len(), &mut value)?;
            self.push(value);
        }
        Ok(())
    }
}

impl<T: Encode> Encode for BTreeSet<T> {
    fn encode(&self, out: &mut Encoder) {
        out.begin_array();
        for (index, value) in self.iter().enumerate() {
            out.item(index, value);
        }
        out.end_array();
    }

    fn check(&self, checker: &mut Checker) {
        for (index, value) in self.iter().enumerate() {
            checker.item(index, value);
        }
    }
}

impl<T: Decode + Ord> Decode for BTreeSet<T> {
    fn blank() -> Self {
        Self::new()
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        self.clear();
        input.begin_array(&"an array")?;
        let mut index = 0;
        while input.json.next_item(index == 0)? {
            let mut value = T::blank();
            input.item(index, &mut value)?;
            self.insert(value);
            index += 1;
        }
        Ok(())
    }
}

impl<K: Key, V: Encode> Encode for BTreeMap<K, V> {
    fn encode(&self, out: &mut Encoder) {
        out.begin_object();
        for (key, value) in self {
            out.entry(&|out| key.write_key(out), value);
        }
        out.end_object();
    }

    fn check(&self, checker: &mut Checker) {
        for (key, value) in self {
            checker.entry_with(key, |checker| value.check(checker));
        }
    }
}

impl<K: Key, V: Decode> Decode for BTreeMap<K, V> {
    fn blank() -> Self {
        Self::new()
    }

    fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
        self.clear();
        input.begin_object(&"an object")?;
        while let Some(text) = input.json.next_key(self.is_empty())? {
            let Some(key) = K::parse_key(&text) else {
                return Err(unexpected_key(K::EXPECTED, &text));
            };
            let mut value = V::blank();
            input.entry(&text, &mut value)?;
            if self.insert(key, value).is_some() {
                return Err(input.repeated_key(&text));
            }
        }
        Ok(())
    }
}

impl Decoder<'_> {
    fn item(&mut self, index: usize, value: &mut dyn Decode) -> Result<(), DecodeError> {
        value.decode(self).map_err(|error| error.in_item(index))
    }

    fn entry(&mut self, key: &str, value: &mut dyn Decode) -> Result<(), DecodeError> {
        value.decode(self).map_err(|error| error.in_key(key))
    }
}

#[cold]
fn unexpected_key(expected: &str, key: &str) -> DecodeError {
    let message = format!("expected {expected} as a key, found {:?}", shorten(key));
    DecodeError::new(DecodeErrorKind::Value, message)
}

macro_rules! tuples {
    ($($($name:ident $index:tt)+;)+) => {$(
        impl<$($name: Encode),+> Encode for ($($name,)+) {
            fn encode(&self, out: &mut Encoder) {
                out.tuple(&[$(&self.$index),+]);
            }

            fn check(&self, checker: &mut Checker) {
                $(checker.item($index, &self.$index);)+
            }
        }

        impl<$($name: Decode),+> Decode for ($($name,)+) {
            fn blank() -> Self {
                ($($name::blank(),)+)
            }

            fn decode(&mut self, input: &mut Decoder<'_>) -> Result<(), DecodeError> {
                input.tuple(&mut [$(&mut self.$index),+])
            }
        }
    )+};
}

tuples! {
    A 0 B 1;
    A 0 B 1 C 2;
    A 0 B 1 C 2 D 3;
    A 0 B 1 C 2 D 3 E 4;
    A 0 B 1 C 2 D 3 E 4 F 5;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11;
}
