impl {{ name }} {
    /// Every variant that the contract names, in its order.
{{ all }}

{{ shape }}

    /// The name that travels.
    #[must_use]
{%- if is_open %}
    pub fn as_str(&self) -> &str {
        match self {
{%- for variant in variants %}
            Self::{{ variant.name }} => {{ variant.wire }},
{%- endfor %}
            Self::Unrecognized(name) => name,
        }
    }
{%- else %}
    pub fn as_str(self) -> &'static str {
        Self::SHAPE.variants[self as usize]
    }
{%- endif %}
}

impl {{ fmt }}::Display for {{ name }} {
    fn fmt(&self, f: &mut {{ fmt }}::Formatter<'_>) -> {{ fmt }}::Result {
        f.pad(self.as_str())
    }
}

impl {{ codegen }}::Encode for {{ name }} {
    fn encode(&self, out: &mut {{ codegen }}::Encoder) {
        out.string(self.as_str());
    }
}

impl {{ codegen }}::Decode for {{ name }} {
    fn blank() -> Self {
        Self::{{ variants[0].name }}
    }

{{ decode_signature }}
{%- if is_open %}
        *self = match json.open_variant(Self::SHAPE)? {
            Ok(index) => Self::ALL[index].clone(),
            Err(name) => Self::Unrecognized(name),
        };
{%- else %}
        *self = Self::ALL[json.variant(Self::SHAPE)?];
{%- endif %}
        Ok(())
    }
}
{%- if is_key %}

impl {{ codegen }}::Key for {{ name }} {
    const EXPECTED: &'static str = {{ expected }};

    fn parse_key(text: &str) -> Option<Self> {
{%- if is_open %}
        let known = Self::SHAPE.find(text).map(|index| Self::ALL[index].clone());
        Some(known.unwrap_or_else(|| Self::Unrecognized(text.to_owned())))
{%- else %}
        Self::SHAPE.find(text).map(|index| Self::ALL[index])
{%- endif %}
    }
}
{%- endif %}
