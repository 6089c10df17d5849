impl {{ codegen }}::Exceptions for {{ name }} {
    fn name(&self) -> &'static str {
{%- if exceptions.is_empty() %}
        match *self {}
{%- else %}
        match self {
{%- for exception in exceptions %}
            Self::{{ exception.variant }}(_) => {{ exception.wire }},
{%- endfor %}
        }
{%- endif %}
    }

    fn payload(&self) -> &dyn {{ codegen }}::Encode {
{%- if exceptions.is_empty() %}
        match *self {}
{%- else %}
        match self {
{%- for exception in exceptions %}
            Self::{{ exception.variant }}(exception) => exception,
{%- endfor %}
        }
{%- endif %}
    }

{{ decode_signature }}
{%- if exceptions.is_empty() %}
        None
{%- else %}
        match name {
{%- for exception in exceptions %}
            {{ exception.wire }} => Some({{ codegen }}::from_json(payload).map(Self::{{ exception.variant }})),
{%- endfor %}
            _ => None,
        }
{%- endif %}
    }
}

impl {{ fmt }}::Display for {{ name }} {
{%- if exceptions.is_empty() %}
    fn fmt(&self, _: &mut {{ fmt }}::Formatter<'_>) -> {{ fmt }}::Result {
        match *self {}
    }
{%- else %}
    fn fmt(&self, f: &mut {{ fmt }}::Formatter<'_>) -> {{ fmt }}::Result {
        match self {
{%- for exception in exceptions %}
            Self::{{ exception.variant }}(exception) => {{ fmt }}::Display::fmt(exception, f),
{%- endfor %}
        }
    }
{%- endif %}
}

impl ::core::error::Error for {{ name }} {}
{%- for exception in exceptions %}

impl From<{{ exception.ty }}> for {{ name }} {
    fn from(exception: {{ exception.ty }}) -> Self {
        Self::{{ exception.variant }}(exception)
    }
}

impl From<{{ exception.ty }}> for {{ failure }}<{{ name }}> {
    fn from(exception: {{ exception.ty }}) -> Self {
        Self::Declared({{ name }}::{{ exception.variant }}(exception))
    }
}
{%- endfor %}
