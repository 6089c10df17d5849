impl {{ codegen }}::Encode for {{ name }} {
    fn encode(&self, out: &mut {{ codegen }}::Encoder) {
        {{ codegen }}::Encode::encode(&self.0, out);
    }
{%- if !check.is_empty() %}

    fn check(&self, must: &mut {{ codegen }}::Checker) {
{{ check }}    }
{%- endif %}
}

impl {{ codegen }}::Decode for {{ name }} {
    fn blank() -> Self {
        Self({{ codegen }}::Decode::blank())
    }

{{ decode_signature }}
        {{ codegen }}::Decode::decode(&mut self.0, json)
    }
}
