{{ docs }}#[derive({{ derives }})]
{{ deprecated }}pub enum {{ name }} {
{%- for variant in variants %}
{{ variant.docs }}{{ variant.deprecated }}    {{ variant.name }},
{%- endfor %}
{%- if is_open %}
    /// A variant that this version of the contract does not name, as it came.
    Unrecognized(String),
{%- endif %}
}
