/// What `{{ procedure }}` raises{% if exceptions.is_empty() %}: nothing{% endif %}.
#[derive(Clone, Debug, PartialEq)]
pub enum {{ name }} {
{%- for exception in exceptions %}
{{ exception.docs }}{{ exception.deprecated }}    {{ exception.variant }}({{ exception.ty }}),
{%- endfor %}
{%- if !exceptions.is_empty() %}
{% endif %}}
