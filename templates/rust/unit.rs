{{ docs }}#[derive(Clone, Debug, PartialEq)]
{{ deprecated }}pub struct {{ name }};

impl {{ codegen }}::Encode for {{ name }} {
    fn encode(&self, out: &mut {{ codegen }}::Encoder) {
        out.null();
    }
}

impl {{ codegen }}::Decode for {{ name }} {
    fn blank() -> Self {
        Self
    }

{{ decode_signature }}
        json.null()
    }
}
