impl {{ name }} {
{{ shape }}
}

impl {{ codegen }}::Encode for {{ name }} {
    fn encode(&self, out: &mut {{ codegen }}::Encoder) {
{{ encode }}
    }
{%- if !check.is_empty() %}

    fn check(&self, must: &mut {{ codegen }}::Checker) {
{{ check }}    }
{%- endif %}
}

impl {{ codegen }}::Decode for {{ name }} {
    fn blank() -> Self {
{{ blank }}
    }

{{ decode_signature }}
        *self = {{ codegen }}::Decode::blank();
{{ decode }}
    }
}
{%- if has_default %}

impl Default for {{ name }} {
    /// Every field absent: what the contract says of that.
    fn default() -> Self {
        {{ codegen }}::Decode::blank()
    }
}
{%- endif %}
