use super::{FloatType, IntType, Model, Type, TypeId};

impl IntType {
    /// Its name in the language.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Int8 => "int8",
            Self::Int16 => "int16",
            Self::Int32 => "int32",
            Self::Int64 => "int64",
            Self::Uint8 => "uint8",
            Self::Uint16 => "uint16",
            Self::Uint32 => "uint32",
            Self::Uint64 => "uint64",
        }
    }

    /// The least and the greatest value.
    #[must_use]
    pub fn bounds(self) -> (i128, i128) {
        match self {
            Self::Int8 => (i8::MIN.into(), i8::MAX.into()),
            Self::Int16 => (i16::MIN.into(), i16::MAX.into()),
            Self::Int32 => (i32::MIN.into(), i32::MAX.into()),
            Self::Int64 => (i64::MIN.into(), i64::MAX.into()),
            Self::Uint8 => (0, u8::MAX.into()),
            Self::Uint16 => (0, u16::MAX.into()),
            Self::Uint32 => (0, u32::MAX.into()),
            Self::Uint64 => (0, u64::MAX.into()),
        }
    }
}

impl FloatType {
    /// Its name in the language.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Float32 => "float32",
            Self::Float64 => "float64",
        }
    }
}

impl Model {
    /// A type as it is written, definitions by their full names: `list<net.example.Greeted>?`.
    #[must_use]
    pub fn type_text(&self, ty: TypeId) -> String {
        let full = |namespace, name: &str| format!("{}.{name}", self.namespaces[namespace].name);
        match &self.types[ty] {
            Type::Bool => "bool".into(),
            Type::Int(int) => int.name().into(),
            Type::Float(float) => float.name().into(),
            Type::String => "string".into(),
            Type::Bytes => "bytes".into(),
            Type::Uuid => "uuid".into(),
            Type::Timestamp => "timestamp".into(),
            Type::DateTime => "datetime".into(),
            Type::Date => "date".into(),
            Type::Time => "time".into(),
            Type::Duration => "duration".into(),
            Type::Decimal => "decimal".into(),
            Type::Any => "any".into(),
            Type::List(item) => format!("list<{}>", self.type_text(*item)),
            Type::Set(item) => format!("set<{}>", self.type_text(*item)),
            Type::Map(key, value) => format!("map<{}, {}>", self.type_text(*key), self.type_text(*value)),
            Type::Tuple(items) => {
                let items: Vec<String> = items.iter().map(|item| self.type_text(*item)).collect();
                format!("tuple<{}>", items.join(", "))
            }
            Type::Optional(item) => format!("{}?", self.type_text(*item)),
            Type::Record(id) => full(self.records[*id].namespace, &self.records[*id].meta.name),
            Type::Enum(id) => full(self.enums[*id].namespace, &self.enums[*id].meta.name),
            Type::Union(id) => full(self.unions[*id].namespace, &self.unions[*id].meta.name),
            Type::Alias(id) => full(self.aliases[*id].namespace, &self.aliases[*id].meta.name),
        }
    }
}
