{{ docs }}#[derive(Clone, Debug, PartialEq)]
{{ deprecated }}pub enum {{ name }} {
{%- for variant in variants %}
{{ variant.docs }}{{ variant.deprecated }}    {{ variant.name }}{% if !variant.ty.is_empty() %}({{ variant.ty }}){% endif %},
{%- endfor %}
{%- if is_open %}
    /// A variant that this version of the contract does not name: the whole object, as it came.
    Unrecognized({{ value }}),
{%- endif %}
}
