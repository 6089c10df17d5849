impl {{ name }} {
{{ shape }}
}

impl {{ codegen }}::Encode for {{ name }} {
    fn encode(&self, out: &mut {{ codegen }}::Encoder) {
        match self {
{%- for variant in variants %}
{%- if variant.ty.is_empty() %}
            Self::{{ variant.name }} => out.empty_variant(Self::SHAPE, {{ loop.index0 }}),
{%- else %}
            Self::{{ variant.name }}(value) => out.union(Self::SHAPE, {{ loop.index0 }}, value),
{%- endif %}
{%- endfor %}
{%- if is_open %}
            Self::Unrecognized(value) => out.unrecognized(Self::SHAPE, value),
{%- endif %}
        }
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
{%- if is_open %}
        *self = match json.open_union(Self::SHAPE)? {
{%- for variant in variants %}
            Some({{ loop.index0 }}) => Self::{{ variant.name }}{% if !variant.ty.is_empty() %}(json.content()?){% endif %},
{%- endfor %}
            _ => Self::Unrecognized(json.unrecognized()?),
        };
{%- else if variants.len() == 1 %}
        json.union(Self::SHAPE)?;
        *self = Self::{{ variants[0].name }}{% if !variants[0].ty.is_empty() %}(json.content()?){% endif %};
{%- else %}
        *self = match json.union(Self::SHAPE)? {
{%- for variant in variants %}
            {% if loop.last %}_{% else %}{{ loop.index0 }}{% endif %} => Self::{{ variant.name }}{% if !variant.ty.is_empty() %}(json.content()?){% endif %},
{%- endfor %}
        };
{%- endif %}
        json.end_union();
        Ok(())
    }
}
